"""The texts of the language in force: all `.toml` files of its folder, read once, found by dotted
paths. Below everything that writes, the numbers too: a further language is one folder.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

LANGUAGE = "en"


def folder() -> Traversable:
    """Where the texts of the language in force lie."""
    return resources.files("cxcase.report").joinpath("words", LANGUAGE)


@cache
def all_texts() -> Mapping[str, Any]:
    """Every text of the language, nested as its dotted path says. Raises ValueError where two files
    hold the same path.
    """
    merged: dict[str, Any] = {}
    for file in _files(folder()):
        merged = _merged(merged, tomllib.loads(file.read_text(encoding="utf-8")), file.name)
    return merged


def has(path: str) -> bool:
    """True when there are words at this dotted path."""
    try:
        _at(path)
    except KeyError:
        return False
    return True


def template(path: str) -> str:
    """The text at a dotted path such as "chart.worth_range.title", unfilled. Raises KeyError when
    there is none.
    """
    found = _at(path)
    if not isinstance(found, str):
        raise KeyError(path)
    return found


def section(path: str) -> Mapping[str, Any]:
    """Every text below a dotted path, in the file's order. Raises KeyError when there is none."""
    found = _at(path)
    if not isinstance(found, Mapping):
        raise KeyError(path)
    return found


def _files(folder: Traversable) -> Iterator[Traversable]:
    """Every text file below a folder, always in the same order."""
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _files(entry)
        elif entry.name.endswith(".toml"):
            yield entry


def _merged(first: Mapping[str, Any], second: Mapping[str, Any], file: str) -> dict[str, Any]:
    """Both trees of texts in one; `file` is where the second stands, for the error."""
    both = dict(first)
    for name, value in second.items():
        known = both.get(name)
        if known is None:
            both[name] = value
        elif isinstance(known, Mapping) and isinstance(value, Mapping):
            both[name] = _merged(known, value, file)
        else:
            raise ValueError(f"{file}: “{name}” stands in another file too")
    return both


def _at(path: str) -> Any:
    found: Any = all_texts()
    for part in path.split("."):
        if not isinstance(found, Mapping) or part not in found:
            raise KeyError(path)
        found = found[part]
    return found
