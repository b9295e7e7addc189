"""The README's Python and that of docs/python.md run as they stand; pictures and links exist."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import cxcase

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text()


def _run(blocks: list[str]) -> str:
    """What the blocks print, run one after the other as a stranger would from this folder, but
    without a browser for pictures of the charts, which saves time.
    """
    run = subprocess.run(
        [sys.executable, "-c", "\n".join(blocks)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        env={**os.environ, "BROWSER_PATH": str(ROOT / "nowhere")},
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


def _python_of(page: str) -> list[str]:
    return re.findall(r"```python\n(.*?)```", page, flags=re.S)


def test_the_lines_of_the_readme_print_what_a_point_is_worth() -> None:
    (code,) = _python_of(README)
    assert len([line for line in code.splitlines() if line.strip()]) <= 8
    (worth,) = re.findall(r"^one_point_of_cx +(.*)$", _run([code]), flags=re.M)
    value, low, high = (float(text) for text in re.findall(r"£([\d.]+)", worth)[:3])
    assert low < value < high


def test_the_page_on_python_runs_from_top_to_bottom() -> None:
    said = _run(_python_of((ROOT / "docs" / "python.md").read_text()))
    assert "there is no “Nope”. Choose one of" in said
    assert "1.4" in said


def test_the_page_on_python_names_what_the_package_exports() -> None:
    page = (ROOT / "docs" / "python.md").read_text()
    for name in re.findall(r"cxcase\.(\w+)", "\n".join(_python_of(page))):
        assert hasattr(cxcase, name)
    verbs = page[page.index("## The verbs themselves") :]
    for name in re.findall(r"`(\w+)`", verbs):
        assert hasattr(cxcase, name), name


def test_links_and_pictures_exist() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target


def test_the_two_commands_are_targets() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for command in ("run", "test"):
        assert f"make {command}" in README
        assert re.search(rf"^{command}:", makefile, flags=re.M)
