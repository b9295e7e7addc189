"""Waves of an employee survey, by label or by gaps between answers, and the day each ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxcase.estimate import Ints
from cxcase.intake.tables.row_filter import Sieve
from cxcase.intake.values.cells import each
from cxcase.intake.values.dates import period_end, read_dates

Days = NDArray[np.datetime64]
WAVE_GAP = np.timedelta64(28, "D")  # answers further apart than this belong to two waves


def waves_of(
    sieve: Sieve, columns: Mapping[str, str], decisions: Mapping[str, Any]
) -> tuple[list[Any], Days]:
    """(wave of each row, the day each was answered as datetime64[us], NaT where not known)."""
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
    sieve: Sieve, columns: Mapping[str, str], waves: Sequence[Any], days: Days
) -> dict[Any, Any]:
    """Wave -> the day it ended: of its last answer among the rows that go on, else the one its
    label names, or None.
    """
    named: dict[Any, dt.datetime | None] = {}
    if "wave" in columns:
        named = dict(zip(waves, each(sieve.table.column(columns["wave"]), period_end), strict=True))
    codes = {wave: code for code, wave in enumerate(dict.fromkeys(waves))}
    code_of = np.array([codes[wave] for wave in waves], dtype=int)
    return {
        wave: _last_day(days[(code_of == code) & sieve.alive], named.get(wave))
        for wave, code in codes.items()
    }


def _last_day(days: Days, named: dt.datetime | None) -> Any:
    dated = days[~np.isnat(days)]
    if len(dated):
        return dated.max().astype("datetime64[D]").astype("datetime64[us]")
    return named


def _by_gaps(days: Days) -> list[int]:
    return list(numbered_by_gaps(days).tolist())


def numbered_by_gaps(days: NDArray[Any]) -> Ints:
    """The wave of each day (n,), numbered from 0, a new one after each long gap; -1 for no day."""
    known = np.unique(days[~np.isnat(days)])
    starts = known[1:][np.diff(known) > WAVE_GAP]
    waves = np.searchsorted(starts, days, side="right")
    return np.where(np.isnat(days), -1, waves).astype(np.int64)
