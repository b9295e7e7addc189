"""A survey with a row a rating, turned into a row a response."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from cxcase.estimate import Bools, Floats, Ints
from cxcase.intake.roles.cx_comments import split_by_moment, taken_from
from cxcase.intake.schema import COMMENT, COMMENT_ON, LIVED, MOMENT, RATING, UNANSWERED
from cxcase.intake.values.column import Column
from cxcase.intake.vocabulary.headings import STRONG, fields_of, fit, spoken
from cxcase.settings import METRICS


@dataclass(frozen=True, eq=False)
class LongRows:
    """The rows that go on, each (n,).

    rows        indices into the table
    moments     the moment each rates
    values      its rating
    not_lived   rows that say the moment was not lived
    who         codes that together name a response
    """

    rows: Ints
    moments: Column
    values: Floats
    not_lived: Bools
    who: tuple[Ints, ...]

    def responses(self) -> tuple[Ints, Ints]:
        """(the response each row belongs to (n,), the first row of each response), in order of
        first appearance.
        """
        whole = np.zeros(len(self.rows), dtype=np.int64)
        for codes in self.who:
            _, own = np.unique(codes, return_inverse=True)
            whole = whole * (int(own.max(initial=0)) + 1) + own.reshape(-1)
        _, seen, code = np.unique(whole, return_index=True, return_inverse=True)
        rank = np.empty(len(seen), dtype=np.int64)
        rank[np.argsort(seen)] = np.arange(len(seen))
        return rank[code.reshape(-1)], np.sort(seen)


def pivot(long: LongRows, data: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """(typed columns, their fields): data's columns at the first row of each response, then one
    rating a moment.
    """
    response, first = long.responses()
    picked = long.rows[first]
    out = {name: _at(values, picked) for name, values in data.items()}
    out["_first"] = picked
    comments, own = _comments(long, data, response, len(first))
    if comments is not None:
        out[COMMENT] = comments.whole
    fields: list[str] = []
    names = long.moments.recoded([spoken(str(v)) for v in long.moments.values])
    for name in dict.fromkeys(names):
        mine = names.codes == names.values.index(name)
        rating = np.full(len(first), np.nan)
        rating[response[mine]] = long.values[mine]
        if comments is not None and (mine & own).any():
            spoke = np.full(len(first), -1, dtype=np.int32)
            spoke[response[mine & own]] = np.flatnonzero(mine & own)
            out[f"{COMMENT_ON}{name}"] = taken_from(comments.rows, spoke)
        metric = next((m for m in METRICS if fit(name, fields_of("cx")[m]) >= STRONG), None)
        if metric and metric not in out:
            out[metric] = rating
            fields.append(metric)
            continue
        asked = np.zeros(len(first), dtype=bool)
        asked[response[mine]] = ~long.not_lived[mine]
        out |= moment_columns(name, rating, asked & np.isnan(rating))
        fields.append(f"{MOMENT}{name}")
    return out, fields


def moment_columns(name: str, rating: Floats, unanswered: Bools) -> dict[str, Any]:
    """The typed columns of a moment; unanswered (n,): lived, and no rating given."""
    return {
        f"{RATING}{name}": rating,
        f"{LIVED}{name}": ~np.isnan(rating) | unanswered,
        f"{UNANSWERED}{name}": unanswered,
    }


def _at(values: Any, rows: Ints) -> Any:
    if isinstance(values, Column):
        return values.take(rows)
    return np.asarray(values)[rows]


@dataclass(frozen=True, eq=False)
class _Comments:
    """rows: what each row says; whole: what each response says of the whole."""

    rows: Column
    whole: Column


def _comments(
    long: LongRows, data: Mapping[str, Any], response: Ints, count: int
) -> tuple[_Comments | None, Bools]:
    """(the comments, which rows (n,) speak of their own moment)."""
    if not isinstance(data.get(COMMENT), Column):
        return None, np.zeros(len(response), dtype=bool)
    rows = data[COMMENT].take(long.rows)
    whole, own = split_by_moment(rows, response, count)
    return _Comments(rows, whole), own
