"""A pivot pasted as values: a group's name, given to every row above the group's total."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from cxcase.estimate import Ints
from cxcase.intake.values.column import Column

_TOTAL_OF = re.compile(
    r"^(?:(?:sub ?-?)?total|summe|zwischensumme|gesamt|sous-total)\s+"
    r"(?:of |for |von |für |de )?(?P<after>.+)$"
    r"|^(?P<before>.+?)\s+(?:(?:sub ?-?)?total|gesamt|summe|ergebnis|somme)\s*:?$",
    re.IGNORECASE,
)
_MOST = 5000  # different cells: a column of more names no groups


def filled_groups(columns: Sequence[Column]) -> tuple[list[Column], list[int]]:
    """(the columns with each group's name down to "<name> Total", cells filled in each)."""
    out = []
    counts = []
    for column in columns:
        source = _sources(column)
        changed = 0 if source is None else int((source != np.arange(len(column))).sum())
        out.append(column.take(source) if changed else column)
        counts.append(changed)
    return out, counts


def _sources(column: Column) -> Ints | None:
    """For each row (n,) the row whose cell it shows; None for a column without totals of its
    groups.
    """
    if column.numbers is not None or column.different > _MOST or column.filled.all():
        return None
    values = column.values
    names = {v: k for k, v in enumerate(values) if isinstance(v, str)}
    closes = {k: names[name] for v, k in names.items() if (name := _group(v)) in names}
    if not closes:
        return None
    source = np.arange(len(column))
    begun = -1
    for row, code in enumerate(column.codes.tolist()):
        if code in closes:
            if begun >= 0 and column.codes[begun] == closes[code]:
                source[begun:row] = begun
            begun = -1
        elif code >= 0 and (begun < 0 or column.codes[begun] != code):
            begun = row
    return source


def _group(text: str) -> str | None:
    """The name of the group whose total this labels."""
    match = _TOTAL_OF.match(text)
    if match:
        return match["after"] or match["before"]
    return None
