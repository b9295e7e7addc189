"""Paths that are no files, may not be read or have odd names: a sentence each, the others go on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cxcase.brought_files import brought
from cxcase.intake import Upload

ROOT = Path(__file__).resolve().parents[2]
TABLE = "Customer ID,Revenue,Churned\n" + "".join(f"C{i},{100 + i},no\n" for i in range(40))


def _folder(path: Path) -> None:
    path.mkdir()


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _loop(path: Path) -> None:
    path.symlink_to(path)


def _dangling(path: Path) -> None:
    path.symlink_to(path.parent / "nowhere")


def _missing(path: Path) -> None:
    pass


@pytest.mark.skipif(os.name == "nt", reason="paths of POSIX")
@pytest.mark.parametrize(
    ("make", "code"),
    [
        (_folder, "not_a_file"),
        (_pipe, "not_a_file"),
        (_loop, "not_a_file"),
        (_dangling, "not_a_file"),
        (_missing, "file_missing"),
    ],
)
def test_one_bad_path_does_not_stop_the_others(make, code: str, tmp_path: Path) -> None:
    good = tmp_path / "good.csv"
    good.write_text(TABLE)
    bad = tmp_path / "bad.csv"
    make(bad)
    files, refused = brought([bad, good])
    assert [upload.name for upload in files.values()] == ["good.csv"]
    assert {place: error.code for place, error in refused.items()} == {0: code}
    assert "bad.csv" in str(refused[0])


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a\nb.csv", "a_b.csv"),
        ("tab\there\x00.csv", "tab_here_.csv"),
        ("exe\u202evsc.csv", "exe_vsc.csv"),
        (os.fsdecode(b"caf\xe9.csv"), "caf_.csv"),
        ("Kündigungen – März 2024 (final).csv", "Kündigungen – März 2024 (final).csv"),
        ("顧客リスト.csv", "顧客リスト.csv"),
    ],
)
def test_a_name_is_one_line_that_any_output_can_hold(name: str, shown: str) -> None:
    assert Upload(name, b"").name == shown


@pytest.mark.skipif(os.name == "nt", reason="names of POSIX")
def test_a_console_that_knows_few_characters_ends_in_no_traceback(tmp_path: Path) -> None:
    odd = os.path.join(os.fsencode(tmp_path), b"Kund\xe9 \xc3\xa9\n.csv")
    Path(os.fsdecode(odd)).write_text(TABLE)
    (tmp_path / "Kundenübersicht.csv").write_text(TABLE.replace("Revenue", "Umsatz €"))
    run = subprocess.run(
        [sys.executable, "-m", "cxcase", "read", odd, tmp_path / "Kundenübersicht.csv", "--json"],
        cwd=ROOT,
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
    )
    assert b"Traceback" not in run.stderr
    assert run.returncode == 0, run.stderr
    assert [entry["file"] for entry in json.loads(run.stdout)] == [
        "Kund_ é_.csv",
        "Kundenübersicht.csv",
    ]
