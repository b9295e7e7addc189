"""Earlier waves of a survey in columns beside the newest: responses of their own days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cxcase.intake.ratings.missing_marks import Marked, mark
from cxcase.intake.ratings.scales import Settled, rate
from cxcase.intake.tables.row_filter import Sieve
from cxcase.intake.values.heading_waves import earlier_waves, quarter_of, wave_day

Days = NDArray[np.datetime64]
_ON_SCALE = 0.95  # share of an earlier wave's marks that the newest one's scale must hold
_IN_QUARTER = 0.9  # share of days in one quarter from which a quarter without a year is of theirs


@dataclass(frozen=True, eq=False)
class Waves:
    """Waves beside each other.

    earlier   the last day of each earlier wave -> its ratings
    newest    the last day of the newest; None where no heading tells
    """

    earlier: Mapping[dt.date, Sequence[Marked]]
    newest: dt.date | None


def waves_beside(
    sieve: Sieve, columns: Mapping[str, str], settled: Settled, answered: Days | None
) -> Waves:
    """The earlier waves, on the scales of the newest one's columns; said, and what is not used.
    answered: when the newest was, (n,).
    """
    told = earlier_waves(sieve.table.headings)
    fields = {columns[field]: field for field in settled.scales if field in columns}
    earlier = {h: fields[newest] for h, newest in told.items() if newest in fields}
    earlier = {h: field for h, field in earlier.items() if h not in columns.values()}
    newest = sorted({told[heading] for heading in earlier})
    year = _year_of(newest, answered)
    found: dict[dt.date, list[Marked]] = {}
    used: list[str] = []
    last = max(filter(None, (wave_day(heading, year) for heading in newest)), default=None)
    for heading, field in earlier.items():
        day = wave_day(heading, year)
        if day is None or (answered is None and last is None):
            continue
        (column,) = rate(sieve, {field: heading}, [field], settled.given)
        one = mark(column, settled, sieve)
        if _fits(one):
            found.setdefault(day, []).append(one)
            used.append(heading)
    if used:
        sieve.say("review", "earlier_waves_kept", columns=used, newest=newest)
    if unused := [heading for heading in earlier if heading not in used]:
        sieve.say("review", "earlier_waves", columns=unused, newest=newest)
    return Waves(found, last)


def _year_of(newest: Sequence[str], answered: Days | None) -> int | None:
    """The year of quarters that name none: that in which nearly all answered in the newest one."""
    quarters = {quarter for heading in newest if (quarter := quarter_of(heading)) is not None}
    if answered is None or len(quarters) != 1:
        return None
    known = answered[~np.isnat(answered)].astype("datetime64[M]").astype(np.int64)
    inside = known[known % 12 // 3 + 1 == quarters.pop()]
    years = np.unique(inside // 12)
    if len(years) != 1 or len(inside) < _IN_QUARTER * len(known):
        return None
    return int(years[0]) + 1970


def _fits(one: Marked) -> bool:
    """True where the scale holds nearly all marks of the column."""
    given = int(np.isfinite(one.values).sum())
    return given > 0 and given >= _ON_SCALE * (given + int(one.off.sum() + one.bad.sum()))
