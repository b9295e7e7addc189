"""One column of a sheet: its distinct cells, read once each, and which row holds which."""

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
    """The cell without space around it and signs that nobody sees; None when nothing is left."""
    if isinstance(cell, str):
        return _SPACES.sub(" ", _UNSEEN.sub("", cell)).strip() or None
    if isinstance(cell, float) and cell != cell:
        return None
    return cell


class Column(Sequence[Any]):
    """The cells of one column (blank: None).

    Numbers are kept as one array, anything else as distinct cells and their codes. Index and
    iterate as a list of cells; `values`, `codes` and `spread` avoid doing so a row at a time.
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
        """The cells, taken as they are, blank as None, as a column; a column stays itself."""
        if isinstance(cells, Column):
            return cells
        if set(map(type, cells)) <= {float, int, type(None)} and any(c is not None for c in cells):
            return cls._of_numbers([np.nan if c is None else c for c in cells])
        known: dict[Any, int] = {}
        codes = [-1 if c is None else known.setdefault((type(c), c), len(known)) for c in cells]
        return cls(np.array(codes, dtype=np.int32), [c for _, c in known])

    @classmethod
    def _of_numbers(cls, cells: Sequence[float]) -> Column:
        """A column of figures, NaN where a cell is blank."""
        return cls(None, numbers=np.array(cells, dtype=float))

    @classmethod
    def of_text(cls, text: pa.Array | pa.ChunkedArray) -> Column:
        """A column of tidy text from an Arrow array, plain or dictionary; empty text is blank."""
        coded = text
        if not pa.types.is_dictionary(text.type):
            coded = text.dictionary_encode()
        if isinstance(coded, pa.ChunkedArray):
            coded = coded.unify_dictionaries().combine_chunks()
            if isinstance(coded, pa.ChunkedArray):  # no chunk at all
                return cls(np.zeros(0, dtype=np.int32), [])
        codes = (
            coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
        )
        return cls(codes, coded.dictionary.cast(pa.string()))._tidied()

    def _tidied(self) -> Column:
        """The column of text with every cell as `tidy` leaves it."""
        text = self.text
        if text is None:
            return self
        marked = pc.or_(pc.equal(text, ""), pc.match_substring_regex(text, _ODD))
        odd = np.flatnonzero(marked.to_numpy(zero_copy_only=False))
        if not len(odd):
            return self
        values: list[Any] = text.to_pylist()
        for k in odd.tolist():
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
    def _distinct_numbers(self) -> tuple[list[float], Codes]:
        """(the distinct figures, which of them each row holds, -1 where it is blank)."""
        found, codes = np.unique(self._figures, return_inverse=True)
        filled = found[~np.isnan(found)]
        where = codes.astype(np.int32).reshape(-1)
        return filled.tolist(), np.where(where >= len(filled), -1, where).astype(np.int32)

    @property
    def _figures(self) -> Floats:
        return np.zeros(0) if self.numbers is None else self.numbers

    @cached_property
    def values(self) -> list[Any]:
        """The distinct filled cells."""
        if self._codes is None:
            return self._distinct_numbers[0]
        if isinstance(self._values, pa.Array):
            return list(self._values.to_pylist())
        return list(self._values)

    @property
    def codes(self) -> Codes:
        """Which of `values` each row holds, (n,); -1 where it is blank."""
        if self._codes is not None:
            return self._codes
        return self._distinct_numbers[1]

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
        if self.numbers is None:
            return Column(codes, self._values)
        return Column(codes, self.values)

    def take(self, rows: Any) -> Column:
        """The rows at these places (indices or a mask)."""
        if self.numbers is not None:
            return Column(None, numbers=self.numbers[rows])
        return Column(self.codes[rows], self._values)

    def cells_at(self, rows: NDArray[np.int64]) -> list[Any]:
        """The cells at these places, without all distinct cells becoming Python objects."""
        if self.numbers is not None:
            return _figures_as_cells(self.numbers[rows])
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
            return _figures_as_cells(self.numbers[[row]])[0]
        code = self.codes[row]
        if code < 0:
            return None
        value = self._values[int(code)]
        return value.as_py() if isinstance(value, pa.Scalar) else value

    def __iter__(self) -> Iterator[Any]:
        if self.numbers is not None:
            return iter(_figures_as_cells(self.numbers))
        cells = [*self.values, None]
        return (cells[code] for code in self.codes.tolist())


def _figures_as_cells(numbers: Floats) -> list[float | None]:
    """The figures as Python's, NaN as None."""
    return [None if c != c else c for c in numbers.tolist()]


def joined(parts: Sequence[Column]) -> Column:
    """The columns under each other as one."""
    parts = [p for p in parts if len(p)] or list(parts[:1])
    if len(parts) == 1:
        return parts[0]
    if _only_numbers(parts):
        figures = [np.full(len(p), np.nan) if p.numbers is None else p.numbers for p in parts]
        return Column(None, numbers=np.concatenate(figures))
    if all(p.text is not None for p in parts):
        return Column.of_text(pa.chunked_array([arrow(p) for p in parts]))
    known: dict[Any, int] = {}
    codes = []
    for part in parts:
        moved = [known.setdefault((type(v), v), len(known)) for v in part.values]
        codes.append(part.spread(moved, -1, np.int32))
    return Column(np.concatenate(codes), [v for _, v in known])


def _only_numbers(parts: Sequence[Column]) -> bool:
    """True when one part at least holds figures, and the others figures or nothing."""
    if all(part.numbers is None for part in parts):
        return False
    return all(part.numbers is not None or not part.filled.any() for part in parts)


def arrow(column: Column) -> pa.DictionaryArray:
    """A column of text (or of nothing) as an Arrow dictionary array, blank as null."""
    codes = pa.array(column.codes, mask=column.codes < 0)
    return pa.DictionaryArray.from_arrays(codes, column.text)


class Builder:
    """Puts a column together from pieces of raw cells as a reader has them: "" or None is blank."""

    def __init__(self) -> None:
        self._parts: list[Column] = []

    def add(self, cells: Sequence[Any]) -> None:
        """Adds the cells below those that are there."""
        kinds = set(map(type, cells))
        if kinds <= {str}:
            self._parts.append(Column.of_text(pa.array(cells, pa.string())))
        elif kinds <= {float, int}:
            self._parts.append(Column._of_numbers(cells))
        elif kinds <= {float, int, str} and {c for c in cells if type(c) is str} == {""}:
            self._parts.append(Column._of_numbers([np.nan if c == "" else c for c in cells]))
        else:
            self._parts.append(Column.of([tidy(c) for c in cells]))

    def column(self) -> Column:
        """All of it."""
        if self._parts:
            return joined(self._parts)
        return Column.of([])
