"""One column as its table is recognised by it: what a sample of its cells could be."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from cxcase.intake.ratings.parse import likert_like, read_ratings
from cxcase.intake.values.cells import Cells, blank, read_ids, read_numbers, share
from cxcase.intake.values.column import Column
from cxcase.intake.values.dates import never, read_dates
from cxcase.intake.values.named_dates import only_a_month, read_named_dates
from cxcase.intake.values.sizes_in_words import sizes
from cxcase.intake.values.yes_no import read_flags

SAMPLE = 400  # cells a column is judged by
# filled cells that these are chosen from, as some only say that there is nothing
_LETTER = re.compile(r"[A-Za-z][+-]?")
_LOOKED_AT = 4 * SAMPLE
_VARIED = 12  # this many different cells could be ids, however often each stands there
# share of a hand-written column that has to give an amount: the rest says what a person has to ask
SOME = 0.4
_FILLED = 0.5  # share of rows in which a key stands
MOST = 0.6  # share of a column that has to be of its field's kind


@dataclass(eq=False)
class Profile:
    """A column by a sample of its cells, each share worked out when first asked for."""

    heading: str
    cells: Cells
    _fits: dict[str, float] = field(default_factory=dict)

    @cached_property
    def sample(self) -> list[Any]:
        """Up to SAMPLE filled cells, spread over the column."""
        column = Column.of(self.cells)
        rows = np.flatnonzero(column.filled)
        spread = rows[:: max(1, len(rows) // _LOOKED_AT)]
        cells = column.cells_at(spread)
        empty = set(filter(blank, set(cells)))
        filled = [c for c in cells if c not in empty]
        return filled[:: max(1, len(filled) // SAMPLE)][:SAMPLE]

    @cached_property
    def _sampled(self) -> Column:
        return Column.of(self.sample)

    @cached_property
    def filled(self) -> float:
        """Share of the whole column that holds something."""
        if not len(self.cells):
            return 0.0
        return share(Column.of(self.cells).filled)

    @property
    def has_gaps(self) -> bool:
        """True for a column that holds something in a few rows only: no key."""
        return 0 < self.filled < _FILLED

    @cached_property
    def numbers(self) -> float:
        """Share of the sample that is a number."""
        return share(~np.isnan(read_numbers(self._sampled).values))

    @cached_property
    def amounts(self) -> float:
        """Share that gives or sizes an amount, in figures or words: "10-15k", "Medium"."""
        return share([sizes(cell) for cell in self.sample])

    @cached_property
    def dates(self) -> float:
        """Share that is a date; plain numbers do not count: they may as well be ids."""
        plain = set(filter(_bare, set(self.sample)))
        text = [None if c in plain else c for c in self.sample if not never(c)]
        return share(~np.isnat(read_dates(text).values))

    @cached_property
    def flags(self) -> float:
        """Share that says yes or no."""
        return share([v is not None for v in read_flags(self._sampled).values])

    @cached_property
    def ratings(self) -> float:
        """Share that is a mark from 0 to 100, in numbers or words."""
        values = read_ratings(self._sampled).values
        return share((values >= 0) & (values <= 100))

    @cached_property
    def likert(self) -> bool:
        """True when the cells are marks on a usual rating scale."""
        return likert_like(self.sample)

    @cached_property
    def lettered(self) -> bool:
        """True when the cells are single letters, which may be marks or kinds of anything."""
        return bool(self.sample) and all(map(_LETTER.fullmatch, map(str, self.sample)))

    @cached_property
    def length(self) -> float:
        """Characters of a middling cell."""
        if self.sample:
            return float(np.median([len(str(c)) for c in self.sample]))
        return 0.0

    @cached_property
    def varied(self) -> bool:
        """True when the cells could tell customers apart: many different ones for their number."""
        return len(set(self.sample)) >= min(_VARIED, 0.3 * len(self.sample))

    def is_a(self, kind: str) -> float:
        """1 when the content fits a field's kind, 0 when not, 0.75 where there is none."""
        if not self.sample:
            return 0.75
        if kind not in self._fits:
            self._fits[kind] = float(_KINDS[kind](self))
        return self._fits[kind]

    def _names_things(self) -> bool:
        if self.dates >= 0.5 or self.length > 60:
            return False
        return self.varied or self._lost_digits()

    def _lost_digits(self) -> bool:
        """True for long ids that a spreadsheet program has made alike: they are set aside with
        their reason.
        """
        return share(read_ids(self._sampled).bad) >= MOST

    def _plain_dates(self) -> bool:
        """True for days in numbers, or for months in words, that only their heading makes dates."""
        told = [cell for cell in self.sample if not never(cell)]
        plain = all(map(_bare, told)) or all(map(only_a_month, told))
        return plain and share(~np.isnat(read_named_dates(told).values)) >= MOST


def _bare(cell: Any) -> bool:
    """True for a number, also one written as text, without any sign but a decimal point."""
    if isinstance(cell, str):
        return cell.replace(".", "", 1).isdecimal()
    return isinstance(cell, int | float)


# what the content of a field of each kind is like; asked one by one, as each question takes time
_KINDS: Mapping[str, Callable[[Profile], bool]] = {
    "id": Profile._names_things,
    "text": lambda p: p.dates < 0.5 and p.length <= 100,
    "period": lambda p: p.length <= 40 and p.flags < 0.5,
    "prose": lambda p: p.numbers < 0.5 and p.dates < 0.5,
    "list": lambda p: p.length <= 200,
    "number": lambda p: p.numbers >= MOST,
    "money": lambda p: p.numbers >= MOST and p.dates < 0.5,
    "date": lambda p: p.dates >= MOST or (p.dates == 0 and p._plain_dates()),
    "cost": lambda p: p.amounts >= SOME and p.dates < 0.5,
    "written": lambda p: p.amounts >= SOME and p.dates < 0.5,
    "flag": lambda p: p.flags >= MOST,
    "rating": lambda p: p.ratings >= MOST and p.dates < 0.5,
}
