"""Waves of an employee survey: by their label, else by gaps between the days of answers; and the
day each ended.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cxcase.intake.tables.row_filter import Sieve
from cxcase.intake.values.cells import each
from cxcase.intake.values.dates import period_end, read_dates

WAVE_GAP = np.timedelta64(28, "D")  # answers further apart than this belong to two waves


def waves_of(
    sieve: Sieve, columns: Mapping[str, str], decisions: Mapping[str, Any]
) -> tuple[list[Any], Any]:
    """(wave of each row, the day each row was answered as datetime64[us], NaT where that is not
    known).
    """
    days = np.full(len(sieve.alive), np.datetime64("NaT", "us"))
    if "responded_at" in columns:
        heading = columns["responded_at"]
        found = read_dates(
            sieve.table.column(heading), decisions.get("date_order", {}).get("responded_at")
        )
        sieve.blanked(found.bad, heading)
        days = found.values
    if "wave" in columns:
        return [str(v) for v in sieve.table.column(columns["wave"])], days
    return _by_gaps(days), days


def ends_of(
    sieve: Sieve, columns: Mapping[str, str], waves: Sequence[Any], days: Any
) -> dict[Any, Any]:
    """Wave -> the day it ended: of its last answer among the rows that go on, else the one its
    label names, or None.
    """
    named: dict[Any, dt.datetime | None] = {}
    if "wave" in columns:
        named = dict(zip(waves, each(sieve.table.column(columns["wave"]), period_end), strict=True))
    codes = {w: k for k, w in enumerate(dict.fromkeys(waves))}
    position = np.array([codes[w] for w in waves], dtype=int)
    return {
        w: _last_day(days[(position == k) & sieve.alive], named.get(w)) for w, k in codes.items()
    }


def _last_day(days: Any, named: dt.datetime | None) -> Any:
    dated = days[~np.isnat(days)]
    if len(dated):
        return dated.max().astype("datetime64[D]").astype("datetime64[us]")
    return named


def _by_gaps(days: Any) -> list[int]:
    known = np.unique(days[~np.isnat(days)])
    starts = known[1:][np.diff(known) > WAVE_GAP] if len(known) else known
    return np.where(np.isnat(days), -1, np.searchsorted(starts, days, side="right")).tolist()
