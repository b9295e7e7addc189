"""A survey with a row a rating, turned into a row a response."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from cxcase.estimate import Bools, Floats, Ints
from cxcase.intake.roles.cx_comments import COMMENT, OF_MOMENT, split_by_moment, taken_from
from cxcase.intake.schema import MOMENT
from cxcase.intake.values.column import Column
from cxcase.intake.vocabulary.headings import STRONG, fields_of, fit, spoken
from cxcase.settings import METRICS


@dataclass(frozen=True, eq=False)
class LongRows:
    """The rows that go on, each (n,): rows (indices into the table), moments, values, not_lived,
    and whose they are.
    """

    rows: Ints
    moments: Column
    values: Floats
    not_lived: Bools
    who: tuple[Ints, ...]  # codes that together name a response

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
    position, first = long.responses()
    picked = long.rows[first]
    whole = None
    own = np.zeros(len(position), dtype=bool)
    if isinstance(data.get(COMMENT), Column):
        spoke = data[COMMENT].take(long.rows)
        whole, own = split_by_moment(spoke, position, len(first))
    out: dict[str, Any] = {
        n: v.take(picked) if isinstance(v, Column) else np.asarray(v)[picked]
        for n, v in data.items()
    }
    out["_first"] = picked
    if whole is not None:
        out[COMMENT] = whole
    fields: list[str] = []
    names = long.moments.recoded([spoken(str(v)) for v in long.moments.values])
    for name in dict.fromkeys(names):
        mine = names.codes == names.values.index(name)
        rating = np.full(len(first), np.nan)
        said = np.zeros(len(first), dtype=bool)
        present = np.zeros(len(first), dtype=bool)
        rating[position[mine]] = long.values[mine]
        said[position[mine]] = long.not_lived[mine]
        present[position[mine]] = True
        if (mine & own).any():
            said_here = np.full(len(first), -1, dtype=np.int32)
            said_here[position[mine & own]] = np.flatnonzero(mine & own)
            out[f"{OF_MOMENT}{name}"] = taken_from(spoke, said_here)
        metric = next((m for m in METRICS if fit(name, fields_of("cx")[m]) >= STRONG), None)
        if metric and metric not in out:
            out[metric] = rating
            fields.append(metric)
            continue
        unanswered = present & np.isnan(rating) & ~said
        out |= {f"rating:{name}": rating, f"lived:{name}": ~np.isnan(rating) | unanswered}
        out[f"unanswered:{name}"] = unanswered
        fields.append(f"{MOMENT}{name}")
    return out, fields
