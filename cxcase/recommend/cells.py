"""Cells of a typed table as plain values, None where empty whatever the table's type."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import pandas as pd

_YES = {
    "y",
    "yes",
    "true",
    "1",
    "1.0",
    "x",
    "ja",
    "oui",
    "si",
    "sí",
    "sim",
    "required",
    "mandatory",
}


class Row:
    """One row of a sheet by canonical column name."""

    def __init__(self, cells: Mapping[str, Any], number: int) -> None:
        self._cells = cells
        self.number = number  # position in the table, from 1

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of its columns."""
        return tuple(self._cells)

    def with_text(self, name: str, text: str | None) -> Row:
        """The same row with this text in one of its columns."""
        return Row({**self._cells, name: text}, self.number)

    def value(self, name: str) -> Any:
        """The cell as it is, None where it is empty or there is none."""
        value = self._cells.get(name)
        if value is None or (not isinstance(value, str) and pd.isna(value)):
            return None
        return value

    def with_values(self, values: Mapping[str, Any]) -> Row:
        """The same row with these values in its columns."""
        return Row({**self._cells, **values}, self.number)

    def text(self, name: str) -> str | None:
        """The cell as text without blanks at its ends, or None when it is empty."""
        value = self.value(name)
        if value is None:
            return None
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return " ".join(str(value).split()) or None

    def number_of(self, name: str) -> float | None:
        """The cell as a finite number, or None."""
        text = self.text(name)
        try:
            value = float(text) if text is not None else math.nan
        except ValueError:
            return None
        if math.isfinite(value):
            return value
        return None

    def yes(self, name: str) -> bool:
        """True when the cell says yes."""
        return (self.text(name) or "").casefold() in _YES

    def names(self, name: str, separators: str = ";") -> tuple[str, ...]:
        """The cell's list, each once, in order."""
        parts = re.split(f"[{re.escape(separators)}]", self.text(name) or "")
        return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))


def rows(table: pd.DataFrame) -> Iterator[Row]:
    """The table's rows in order."""
    for number, cells in enumerate(table.to_dict("records"), start=1):
        yield Row({str(name): value for name, value in cells.items()}, number)


@lru_cache(maxsize=2**14)
def folded(name: str) -> str:
    """A name as it is compared: without case, blanks, dashes and underscores all alike."""
    return re.sub(r"[\s_\-–—]+", " ", name).strip().casefold()
