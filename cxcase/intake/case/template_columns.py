"""What each blank workbook asks for, read from one file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True)
class BlankColumn:
    """A heading, what the example row shows under it, and what the notes say."""

    heading: str
    example: str
    note: str


@dataclass(frozen=True)
class Blank:
    """One role's workbook; marked: the column whose example says that the row is to be deleted."""

    title: str
    about: str
    columns: tuple[BlankColumn, ...]
    marked: int = 0


def _load() -> Mapping[str, Blank]:
    raw = tomllib.loads(
        resources.files("cxcase.intake.case")
        .joinpath("template_columns.toml")
        .read_text(encoding="utf-8")
    )
    return {
        role: Blank(e["title"], e["about"], tuple(BlankColumn(*c) for c in e["columns"]))
        for role, e in raw.items()
    }


BLANKS = _load()
