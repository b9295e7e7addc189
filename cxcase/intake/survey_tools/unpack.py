"""The columns of a sheet as its layout says: choices merged, objects unfolded, codes read."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from cxcase.estimate import Ints
from cxcase.intake.survey_tools.feedback_tools import is_share, read_object, read_share
from cxcase.intake.survey_tools.layout import Group, Layout, Merge
from cxcase.intake.values.cells import Cells, blank, each

_CODE = re.compile(r"^AO?0*(\d{1,2})$")
_HIGHEST_CODE = 11
_EPOCH = (946_684_800, 4_102_444_800)  # seconds from 1970 to 2000 and to 2100
_NO_DATE = "1980-01-01"


def unpack(
    layout: Layout, columns: Sequence[Cells]
) -> tuple[tuple[str, ...], tuple[Cells, ...], tuple[Group, ...]]:
    """(headings, columns, groups) of the table.

    columns: the sheet's, under the headings, tidy, all of one length.
    """
    wide = len(columns)
    headings = [h if j < wide else None for j, h in enumerate(layout.headings)]
    chosen: dict[int, tuple[str, Cells]] = {}
    for merge in layout.merged:
        inside = [j for j in merge.columns if j < wide]
        cells = merged(merge, [columns[j] for j in inside])
        if cells is not None:
            chosen[merge.columns[0]] = merge.heading, cells
            for j in merge.columns:
                headings[j] = None
    read = _READ.get(layout.format)
    out: list[tuple[str, Cells]] = []
    for j, heading in enumerate(headings):
        if j in chosen:
            out.append(chosen[j])
        if heading is not None:
            out.append((heading, read(columns[j], heading) if read else columns[j]))
    for unfold in layout.unfolded:
        cells = each(columns[unfold.column], read_object)
        out += [(heading, [_value(o.get(key)) for o in cells]) for key, heading in unfold.keys]
    left = {h for h, _ in out}
    groups = tuple(g for g in layout.groups if left.issuperset(g.headings))
    return tuple(h for h, _ in out), tuple(c for _, c in out), groups


def merged(merge: Merge, columns: Sequence[Cells]) -> Cells | None:
    """One column of the chosen texts, several joined by ";".

    None when the columns hold more than their own choices.
    """
    texts: list[Any] = []
    for choice, cells in zip(merge.choices, columns, strict=False):
        held = [c for c in dict.fromkeys(cells) if c is not None]
        if len(held) > 1:
            return None
        texts.append(held[0] if held else choice)
    if len(set(map(str, texts))) < len(texts) or not _own(merge.choices, texts):
        return None
    marks: Ints = np.zeros(len(columns[0]), dtype=np.int64)
    many = np.zeros(len(columns[0]), dtype=np.int64)
    for k, cells in enumerate(columns, start=1):
        hit = np.array(each(cells, lambda c: c is not None), dtype=bool)
        many += hit
        marks[hit] = k
    lookup = np.array([None, *texts], dtype=object)
    out: list[Any] = lookup[marks].tolist()
    for row in np.flatnonzero(many > 1).tolist():
        pairs = zip(texts, columns, strict=True)
        out[row] = "; ".join(str(text) for text, cells in pairs if cells[row] is not None)
    return out


def _own(choices: Sequence[str], texts: Sequence[Any]) -> bool:
    """True when each column holds its own choice, or a number, a different one in each."""
    other = [t for t, choice in zip(texts, choices, strict=False) if str(t) != choice]
    return not other or all(isinstance(t, int | float) or str(t).isdecimal() for t in other)


def _value(found: Any) -> Any:
    if isinstance(found, str | int | float | bool) or found is None:
        return found
    return str(found)


def _answer_codes(cells: Cells, _: str) -> Cells:
    """A1 to A5 as numbers where the whole column is made of such codes.

    The day that stands for "no date" becomes "yes": the answer was sent.
    """
    held = [c for c in dict.fromkeys(cells) if not blank(c)]
    if held and all(str(c).startswith(_NO_DATE) for c in held):
        return each(cells, lambda c: None if blank(c) else "yes")
    points = {c: _point(c) for c in held}
    if not held or any(point is None for point in points.values()):
        return cells
    return each(cells, points.get)


def _point(cell: Any) -> float | None:
    """The number of an answer code, 3 of "A3" or "AO03"; None for anything else."""
    match = _CODE.match(cell) if isinstance(cell, str) else None
    if match and int(match[1]) <= _HIGHEST_CODE:
        return float(match[1])
    return None


def _epochs(cells: Cells, heading: str) -> Cells:
    """Seconds since 1970 as moments."""
    held = [c for c in dict.fromkeys(cells) if not blank(c)]
    if not heading.lower().endswith("at") or not held or not all(_seconds(c) for c in held):
        return cells
    start = dt.datetime(1970, 1, 1)
    return each(cells, lambda c: None if blank(c) else start + dt.timedelta(seconds=float(c)))


def _seconds(cell: Any) -> bool:
    if isinstance(cell, str):
        return cell.isdecimal() and len(cell) < 20 and _EPOCH[0] <= int(cell) <= _EPOCH[1]
    return isinstance(cell, int | float) and _EPOCH[0] <= cell <= _EPOCH[1]


def _shares(cells: Cells, heading: str) -> Cells:
    """Scores from 0 to 100 under a heading that says so; other columns as they are."""
    if not heading.endswith("(% favourable, 0-100)"):
        return cells
    held = [c for c in dict.fromkeys(cells) if c is not None]
    numbers = [float(c) for c in held if isinstance(c, int | float)]
    fraction = is_share(held) and bool(numbers) and max(numbers) <= 1
    return each(cells, lambda c: read_share(c, fraction))


_READ: dict[str, Callable[[Cells, str], Cells]] = {
    "limesurvey": _answer_codes,
    "delighted": _epochs,
    "medallia": _epochs,
    "culture_amp": _shares,
}
