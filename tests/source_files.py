"""The package's own source as the tests of its structure see it: files, places and imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "cxcase"


@dataclass(frozen=True)
class Import:
    """One import of something of ours: `place` is the module or folder right below the package."""

    line: int
    module: str
    names: tuple[str, ...]

    @property
    def place(self) -> str:
        """The first part below the package; "" where the package itself is imported."""
        return self.module.removeprefix("cxcase").lstrip(".").partition(".")[0]


def core() -> list[Path]:
    """Every module of the package."""
    return sorted(PACKAGE.rglob("*.py"))


def inside(path: Path) -> str:
    """The path below the package, as "intake/schema.py"."""
    return path.relative_to(PACKAGE).as_posix()


def place_of(path: Path) -> str:
    """The stage, or the module that stands alone, which a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@cache
def tree_of(path: Path) -> ast.Module:
    """The syntax tree of a file, parsed once."""
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(tree: ast.AST) -> Iterator[Import]:
    """Every import, also those within functions and those for the type checker alone."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (Import(node.lineno, alias.name, ()) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield Import(node.lineno, module, tuple(alias.name for alias in node.names))


def ours(tree: ast.AST) -> Iterator[Import]:
    """Every import of ours; `from cxcase import link` counts as one of link."""
    for found in imports(tree):
        if found.module == "cxcase" and found.names:
            yield from (Import(found.line, _full(name), ()) for name in found.names)
        elif found.module.split(".")[0] == "cxcase":
            yield found


def _full(name: str) -> str:
    if (PACKAGE / name).is_dir() or (PACKAGE / f"{name}.py").exists():
        return f"cxcase.{name}"
    return "cxcase"
