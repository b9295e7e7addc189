"""Columns as they are compared between files: distinct values without what programs and people
change about them, and where each stands.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cxcase.estimate import Ints
from cxcase.intake.recognition.column_profile import Profile
from cxcase.intake.tables.find_table import Table
from cxcase.intake.values.cells import read_ids
from cxcase.intake.values.column import Column
from cxcase.intake.vocabulary.headings import clean, personal

DENSE = 0.8  # whole numbers that fill so much of their range meet others in it by chance
_LONGEST = 80.0  # characters of a middling id; a hash of 256 bits has 64
_FEWEST = 2  # different values
_LARGEST_NUMBER = 18  # digits that fit into 64 bits
_ADDRESS = re.compile(r"^\S+@\S+\.\S+$|^(?=.*[+ ()/-])\+?[\d ()/.-]{9,}$")  # of mail or telephone
_PLACE = re.compile(
    r"\b(post ?code|post ?leitzahl|plz|zip|postal|city|town|ort|stadt|ville|ciudad|country|land"
    r"|region|street|stra(ss|ß)e|rue|year|jahr|month|monat|age|alter|birth)\b"
)


@dataclass(frozen=True, eq=False)
class Comparable:
    """One column: its distinct values as they are compared, and which of them each row holds.

    codes: (n,), -1 where the row is blank.
    """

    heading: str
    values: tuple[str, ...]
    codes: Ints

    @cached_property
    def first(self) -> Ints:
        """(values,) the first row that holds each."""
        found = np.zeros(len(self.values), dtype=np.int64)
        rows = np.flatnonzero(self.codes >= 0)[::-1]
        found[self.codes[rows]] = rows
        return found

    @cached_property
    def place(self) -> Mapping[str, int]:
        """Value -> which it is."""
        return {value: number for number, value in enumerate(self.values)}

    @property
    def varied(self) -> float:
        """Distinct values by filled row, 0 to 1."""
        return len(self.values) / max(int((self.codes >= 0).sum()), 1)

    @cached_property
    def is_dense(self) -> bool:
        """True for whole numbers that fill nearly all of their range: rows that were counted."""
        if any(not v.isdecimal() or len(v) > _LARGEST_NUMBER for v in self.values):
            return False
        numbers = np.array([int(v) for v in self.values], dtype=np.int64)
        return len(numbers) > 0 and len(numbers) >= DENSE * (int(np.ptp(numbers)) + 1)


def comparable(heading: str, cells: Sequence[Any]) -> Comparable:
    """The column without differences in case, space, punctuation and leading zeros."""
    ids: Column = read_ids(cells).values
    text = ids.text if ids.text is not None else pa.array([str(v) for v in ids.values])
    bare = pc.replace_substring_regex(pc.utf8_lower(text), r"[^\p{L}\p{N}]+", "")
    bare = pc.replace_substring_regex(bare, r"^([^\p{N}]*)0+(\p{N})", r"\1\2")
    same = ids.recoded([value or None for value in bare.to_pylist()])
    return Comparable(heading, tuple(same.values), same.codes.astype(np.int64))


def columns_to_compare(table: Table, taken: Collection[str]) -> Iterator[Comparable]:
    """The table's columns that could tell customers apart. taken: headings that mean something
    else.
    """
    for heading, cells in zip(table.headings, table.columns, strict=True):
        if heading in taken or personal(heading) or _PLACE.search(clean(heading)):
            continue
        if _could_be_ids(Profile(heading, cells), cells):
            yield comparable(heading, cells)


def _could_be_ids(profile: Profile, cells: Column) -> bool:
    """True for short text and whole numbers, different ones for their rows; not for days, prose,
    addresses.
    """
    if profile.has_gaps or cells.different < _FEWEST or not profile.varied:
        return False
    if not profile.sample or profile.dates >= 0.5 or profile.length > _LONGEST:
        return False
    if cells.numbers is not None:
        filled = cells.numbers[~np.isnan(cells.numbers)]
        return bool(np.all(filled == np.floor(filled)))
    addresses = sum(_ADDRESS.match(str(cell)) is not None for cell in profile.sample)
    return addresses < 0.5 * len(profile.sample)
