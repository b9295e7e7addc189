"""LibreOffice as the authority: it recalculates workbooks and prints decks. Skipped without it, a
failure in CI.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from make_report import make_report

from cxcase.report import Report

Convert = Callable[[Path, str], Path]
_ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>"""


@pytest.fixture(scope="session")
def soffice(tmp_path_factory: pytest.TempPathFactory) -> Convert:
    """`convert(path, filter) -> path`: a file through LibreOffice, in a profile of its own that
    always recalculates.
    """
    program = shutil.which("soffice")
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("LibreOffice (soffice) is needed in CI and was not found")
        pytest.skip(
            "LibreOffice (soffice) is not installed: the workbook and the deck are not checked "
            "against it"
        )
    profile = tmp_path_factory.mktemp("office")
    (profile / "user").mkdir()
    (profile / "user" / "registrymodifications.xcu").write_text(_ALWAYS)

    def convert(path: Path, kind: str) -> Path:
        out = path.parent / f"{path.stem}-{kind.split(':')[0]}"
        out.mkdir(exist_ok=True)
        command = [
            program,
            f"-env:UserInstallation=file://{profile}",
            "--headless",
            "--norestore",
            "--convert-to",
            kind,
        ]
        subprocess.run(
            [*command, "--outdir", str(out), str(path)],
            check=True,
            timeout=240,
            capture_output=True,
        )
        return out / f"{path.stem}.{kind.split(':')[0]}"

    return convert


@pytest.fixture(scope="session")
def report() -> Report:
    """An ordinary whole case."""
    return make_report()
