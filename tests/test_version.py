"""The hash of the code behind the figures: what moves it, what doesn't, and where it is used."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from cxcase.version import CODE, COMPUTES_NOTHING, __version__, code_of

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "cxcase"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The package at another place."""
    target = tmp_path / "elsewhere" / "cxcase"
    shutil.copytree(PACKAGE, target, ignore=shutil.ignore_patterns("__pycache__"))
    return target


def test_the_place_of_the_package_does_not_matter(copy: Path) -> None:
    assert code_of(copy) == CODE


@pytest.mark.parametrize(
    "figure",
    ["stats/ols.py", "intake/vocabulary/likert.toml", "settings/known_choices.py", "pipeline.py"],
)
def test_a_file_that_computes_figures_moves_it(copy: Path, figure: str) -> None:
    with (copy / figure).open("a") as file:
        file.write("\n# another thought\n")
    assert code_of(copy) != CODE


def test_a_new_file_of_a_stage_moves_it_and_so_does_its_name(copy: Path) -> None:
    new = copy / "roi" / "one.py"
    new.write_text("ONE = 1\n")
    with_new = code_of(copy)
    assert with_new != CODE
    new.rename(copy / "roi" / "other.py")
    assert code_of(copy) not in (with_new, CODE)


def test_words_screen_charts_and_outputs_move_nothing(copy: Path) -> None:
    for place in COMPUTES_NOTHING:
        files = [copy / place] if place.endswith(".py") else sorted((copy / place).rglob("*.*"))
        assert files, place
        for path in files:
            path.write_bytes(path.read_bytes() + b"\n# another word\n")
    (copy / "stats" / "notes.md").write_text("not code")
    assert code_of(copy) == CODE


def test_line_endings_do_not_matter(copy: Path) -> None:
    for path in copy.rglob("*.py"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert code_of(copy) == CODE


def test_the_version_stands_in_one_place() -> None:
    import cxcase

    whole = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert "version" in whole["project"]["dynamic"]
    assert whole["tool"]["setuptools"]["dynamic"]["version"]["attr"] == "cxcase.version.__version__"
    assert cxcase.__version__ == __version__


def test_nothing_below_the_face_imports_it() -> None:
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                assert "cxcase" not in {alias.name for alias in node.names}, path
            elif isinstance(node, ast.ImportFrom) and node.module == "cxcase":
                taken = {alias.name for alias in node.names}
                modules = {entry.stem for entry in PACKAGE.iterdir()}
                assert taken <= modules - {"__init__"}, path


def test_the_reading_process_never_takes_the_hash() -> None:
    code = "import cxcase.intake.sandbox.protocol, sys; assert 'cxcase.version' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
