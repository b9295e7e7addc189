"""One column of a sheet: its distinct cells and which row holds which, so that work is done once a
distinct cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, overload

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from cxcase.estimate import Bools, Floats

Codes = NDArray[np.int32]
_ODD = r"^ | $|  |[\x00-\x1F\x{85}\x{200B}\x{FEFF}]|[^ \P{Z}]"  # whatever `tidy` might change
_SPACES = re.compile(r"[\s\u00a0\u2007\u202f\x00]+")
_UNSEEN = re.compile("[\ufeff\u200b]")


def tidy(cell: Any) -> Any:
    """The cell without space around it and without signs that nobody sees; None when nothing is
    left.
    """
    if isinstance(cell, str):
        return _SPACES.sub(" ", _UNSEEN.sub("", cell)).strip() or None
    if isinstance(cell, float) and cell != cell:
        return None
    return cell


class Column(Sequence[Any]):
    """The cells of one column (blank: None), numbers as one array, anything else as distinct cells
    and their codes.

    Index and iterate as a list of cells; `values`, `codes` and `spread` avoid doing so a row at a
    time.
    """

    def __init__(
        self,
        codes: Codes | None,
        values: Sequence[Any] | pa.StringArray = (),
        numbers: Floats | None = None,
    ) -> None:
        self._codes = codes
        self._values = values
        self.numbers = numbers

    @classmethod
    def of(cls, cells: Sequence[Any]) -> Column:
        """The cells as a column; a column itself comes back unchanged. Cells are taken as they are,
        blank is None.
        """
        if isinstance(cells, Column):
            return cells
        if set(map(type, cells)) <= {float, int, type(None)} and any(c is not None for c in cells):
            return cls(
                None, numbers=np.array([np.nan if c is None else c for c in cells], dtype=float)
            )
        known: dict[Any, int] = {}
        codes = [-1 if c is None else known.setdefault((type(c), c), len(known)) for c in cells]
        return cls(np.array(codes, dtype=np.int32), [c for _, c in known])

    @classmethod
    def of_text(cls, text: pa.Array | pa.ChunkedArray) -> Column:
        """A column of tidy text from an Arrow array (plain or dictionary); empty and blank text is
        blank.
        """
        coded = text if pa.types.is_dictionary(text.type) else text.dictionary_encode()
        if isinstance(coded, pa.ChunkedArray):
            coded = coded.unify_dictionaries().combine_chunks()
            if isinstance(coded, pa.ChunkedArray):  # no chunk at all
                return cls(np.zeros(0, dtype=np.int32), [])
        codes = (
            coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
        )
        return cls(codes, coded.dictionary.cast(pa.string()))._tidied()

    def _tidied(self) -> Column:
        text = self.text
        odd = pc.or_(pc.equal(text, ""), pc.match_substring_regex(text, _ODD)).to_numpy(
            zero_copy_only=False
        )
        if not odd.any():
            return self
        values: list[Any] = text.to_pylist()  # type: ignore[union-attr]
        for k in np.flatnonzero(odd).tolist():
            values[k] = tidy(values[k])
        return self.recoded(values)

    @property
    def text(self) -> pa.StringArray | None:
        """The distinct cells as an Arrow array where all of them are text, None otherwise."""
        if isinstance(self._values, pa.Array):
            return self._values
        if self.numbers is None and all(isinstance(v, str) for v in self._values):
            self._values = pa.array(self._values, pa.string())
            return self._values
        return None

    @cached_property
    def _distinct(self) -> tuple[list[Any], Codes]:
        if self.numbers is not None:
            found, codes = np.unique(self.numbers, return_inverse=True)
            filled = found[~np.isnan(found)]
            where = codes.astype(np.int32).reshape(-1)
            return filled.tolist(), np.where(where >= len(filled), -1, where).astype(np.int32)
        assert self._codes is not None
        if isinstance(self._values, pa.Array):
            values = self._values.to_pylist()
        else:
            values = list(self._values)
        return values, self._codes

    @property
    def values(self) -> list[Any]:
        """The distinct filled cells."""
        return self._distinct[0]

    @property
    def codes(self) -> Codes:
        """Which of `values` each row holds, (n,); -1 where it is blank."""
        if self._codes is not None:
            return self._codes
        return self._distinct[1]

    @property
    def filled(self) -> Bools:
        """Where there is something, (n,)."""
        if self.numbers is not None:
            return ~np.isnan(self.numbers)
        return self.codes >= 0

    @property
    def different(self) -> int:
        """How many distinct filled cells there are."""
        if self.numbers is not None:
            return len(self.values)
        return len(self._values)

    def spread(self, of_values: Any, of_blank: Any, dtype: Any = None) -> NDArray[Any]:
        """One result a row (n,) from one result a distinct value and the one for blank cells."""
        results = np.empty(len(of_values) + 1, dtype=dtype or np.asarray(of_values).dtype)
        results[:-1] = of_values
        results[-1] = of_blank
        taken: NDArray[Any] = results[self.codes]
        return taken

    def recoded(self, of_values: Sequence[str | None]) -> Column:
        """The column with each distinct value replaced by this text; None makes its rows blank."""
        known: dict[str, int] = {}
        new = [-1 if v is None else known.setdefault(v, len(known)) for v in of_values]
        return Column(self.spread(new, -1, np.int32), pa.array(list(known), pa.string()))

    def coded(self, codes: Codes) -> Column:
        """A column of the same distinct values with other codes."""
        return Column(codes, self.values if self.numbers is not None else self._values)

    def take(self, rows: Any) -> Column:
        """The rows at these places (indices or a mask)."""
        if self.numbers is not None:
            return Column(None, numbers=self.numbers[rows])
        return Column(self.codes[rows], self._values)

    def cells_at(self, rows: NDArray[np.int64]) -> list[Any]:
        """The cells at these places, without all distinct cells becoming Python objects."""
        if self.numbers is not None:
            return [None if c != c else c for c in self.numbers[rows].tolist()]
        codes = self.codes[rows]
        if isinstance(self._values, pa.Array):
            found: list[Any] = self._values.take(pa.array(codes, mask=codes < 0)).to_pylist()
            return found
        return [None if code < 0 else self._values[code] for code in codes.tolist()]

    def counts(self) -> NDArray[np.int64]:
        """How often each of `values` stands in the column."""
        return np.bincount(self.codes + 1, minlength=len(self.values) + 1)[1:].astype(np.int64)

    def __len__(self) -> int:
        if self.numbers is not None:
            return len(self.numbers)
        return len(self.codes)

    @overload
    def __getitem__(self, row: int) -> Any: ...
    @overload
    def __getitem__(self, row: slice) -> Column: ...
    def __getitem__(self, row: int | slice) -> Any:
        if isinstance(row, slice):
            return self.take(row)
        if self.numbers is not None:
            if np.isnan(self.numbers[row]):
                return None
            return float(self.numbers[row])
        code = self.codes[row]
        value = None if code < 0 else self._values[int(code)]
        if isinstance(value, pa.Scalar):
            return value.as_py()
        return value

    def __iter__(self) -> Iterator[Any]:
        if self.numbers is not None:
            return (None if c != c else c for c in self.numbers.tolist())
        cells = [*self.values, None]
        return (cells[code] for code in self.codes.tolist())


def joined(parts: Sequence[Column]) -> Column:
    """The columns under each other as one."""
    parts = [p for p in parts if len(p)] or list(parts[:1])
    if len(parts) == 1:
        return parts[0]
    if all(p.numbers is not None or not p.filled.any() for p in parts) and any(
        p.numbers is not None for p in parts
    ):
        blank = (np.full(len(p), np.nan) if p.numbers is None else p.numbers for p in parts)
        return Column(None, numbers=np.concatenate(list(blank)))
    if all(p.text is not None for p in parts):
        return Column.of_text(pa.chunked_array([arrow(p) for p in parts]))
    known: dict[Any, int] = {}
    codes = []
    for part in parts:
        moved = [known.setdefault((type(v), v), len(known)) for v in part.values]
        codes.append(part.spread(moved, -1, np.int32))
    return Column(np.concatenate(codes), [v for _, v in known])


def arrow(column: Column) -> pa.DictionaryArray:
    """A column of text (or of nothing) as an Arrow dictionary array, blank as null."""
    codes = pa.array(column.codes, mask=column.codes < 0)
    return pa.DictionaryArray.from_arrays(codes, column.text)


class Builder:
    """Puts a column together from pieces of raw cells, as a reader hands them over ("" and None are
    blank).
    """

    def __init__(self) -> None:
        self._parts: list[Column] = []

    def add(self, cells: Sequence[Any]) -> None:
        """Adds the cells below those that are there."""
        kinds = set(map(type, cells))
        if kinds <= {str}:
            self._parts.append(Column.of_text(pa.array(cells, pa.string())))
        elif kinds <= {float, int}:
            self._parts.append(Column(None, numbers=np.array(cells, dtype=float)))
        elif kinds <= {float, int, str} and {c for c in cells if type(c) is str} == {""}:
            self._parts.append(
                Column(
                    None, numbers=np.array([np.nan if c == "" else c for c in cells], dtype=float)
                )
            )
        else:
            self._parts.append(Column.of([tidy(c) for c in cells]))

    def column(self) -> Column:
        """All of it."""
        if self._parts:
            return joined(self._parts)
        return Column.of([])
