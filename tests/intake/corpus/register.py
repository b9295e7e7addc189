"""Where the corpus keeps its files: text in `files/`, or a function that makes the bytes when they
are asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).parent
Maker = Callable[[], bytes]
_MAKERS: dict[str, Maker] = {}


def makes(name: str) -> Callable[[Maker], Maker]:
    """Registers the decorated function as the maker of the file `name`. Raises ValueError for a
    second one.
    """

    def register(maker: Maker) -> Maker:
        put(name, maker)
        return maker

    return register


def put(name: str, maker: Maker) -> None:
    """Registers a maker without a decorator, for files made in a loop."""
    if name in _MAKERS or (HERE / "files" / name).exists():
        raise ValueError(f"{name} is made twice")
    _MAKERS[name] = maker


def content(name: str) -> bytes:
    """The file's bytes. Raises KeyError when nothing makes it."""
    path = HERE / "files" / name
    return path.read_bytes() if path.exists() else _makers()[name]()


def names() -> set[str]:
    """The names of all files, hand-built and made."""
    return set(_makers()) | {p.name for p in (HERE / "files").iterdir()}


@cache
def _makers() -> dict[str, Maker]:
    for module in sorted(HERE.glob("build_*.py")):
        import_module(f"corpus.{module.stem}")
    return _MAKERS
