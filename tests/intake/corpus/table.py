"""The table of what must come out, as lines; README.md explains columns and short forms."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass

from corpus.register import HERE

TABLE = HERE / "table.csv"
TOGETHER = " + "


@dataclass(frozen=True)
class Line:
    """One line of the table: a table in a file, a file that ends in an error, or files read
    together.
    """

    number: int  # as a spreadsheet counts
    file: str
    cells: Mapping[str, str]  # the filled cells by column

    def get(self, column: str) -> str | None:
        """The cell, None when it is blank."""
        return self.cells.get(column)

    def items(self, column: str) -> list[str]:
        """The parts of a cell between semicolons."""
        return [part.strip() for part in self.cells.get(column, "").split("; ") if part.strip()]

    @property
    def files(self) -> list[str]:
        """The files the line is about: one, or several read together."""
        return self.file.split(TOGETHER)


def lines() -> list[Line]:
    """Every line of the table; a line that starts with # is a heading."""
    with TABLE.open(encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream)
        head = next(reader)
        found = []
        for number, row in enumerate(reader, start=2):
            if row and not row[0].startswith("#"):
                if len(row) > len(head):
                    raise ValueError(f"line {number} has more cells than the table has columns")
                cells = {
                    name: cell.strip()
                    for name, cell in zip(head, row, strict=False)
                    if cell.strip()
                }
                found.append(Line(number, cells["file"], cells))
    return found


def by_run() -> dict[str, list[Line]]:
    """The lines by what has to be read for them: a file (as said, with its password), or files
    together.
    """
    runs: dict[str, list[Line]] = {}
    for line in lines():
        said = ", ".join(f"{c} {line.get(c)}" for c in ("said", "password") if line.get(c))
        runs.setdefault(f"{line.file} ({said})" if said else line.file, []).append(line)
    return runs
