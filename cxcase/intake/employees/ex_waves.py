"""Waves of an employee survey, by label or by gaps between answers, and the day each ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxcase.estimate import Bools, Ints
from cxcase.intake.tables.row_filter import Sieve
from cxcase.intake.values.cells import each
from cxcase.intake.values.dates import period_end, read_dates

Days = NDArray[np.datetime64]
_EMPTY_DAYS = 14  # days without any answer that part two waves
_LONGEST = np.timedelta64(56, "D")  # a survey that is open for longer is asked again and again
_PAUSE = np.timedelta64(6, "D")  # from one answer to the next: a working week with none
_LEAST_CELLS = 10  # numbers of answers by team and day that an evenness is seen in
_EVEN = 0.5  # spread of these numbers over that of chance, below which the same people come daily


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
    return list(numbered_by_gaps(days, _EMPTY_DAYS).tolist()), days


def asked_again(teams: Ints, waves: Ints, days: Days) -> Bools:
    """Marks answers (n,) of waves in which people may have answered again and again.

    Such a wave lasts more than eight weeks, pauses for a working week (a weekly pulse), or brings
    the same number of answers of every team day after day (a daily one). Undated answers beside
    such a wave may be theirs too.
    """
    dated = ~np.isnat(days)
    by_day = days.astype("datetime64[D]")
    found = np.zeros(len(days), dtype=bool)
    for wave in np.unique(waves[dated]).tolist():
        own = (waves == wave) & dated
        if _goes_on(by_day[own]) or _is_daily(teams[own], by_day[own]):
            found |= waves == wave
    return found | ~dated if found.any() else found


def _goes_on(days: Days) -> bool:
    """True where these days last too long for one survey, or pause in the middle."""
    known = np.unique(days)
    return bool(known[-1] - known[0] > _LONGEST or (np.diff(known) >= _PAUSE).any())


def _is_daily(teams: Ints, days: Days) -> bool:
    """True where the number of answers differs less from day to day than chance would have it."""
    _, team = np.unique(teams, return_inverse=True)
    known, day = np.unique(days, return_inverse=True)
    if len(known) < 3:
        return False
    counts = np.zeros((int(team.max()) + 1, len(known)))
    np.add.at(counts, (team.reshape(-1), day.reshape(-1)), 1)
    usual = counts.mean(axis=1, keepdims=True)
    free = counts.shape[0] * (counts.shape[1] - 1)
    return bool(free >= _LEAST_CELLS and ((counts - usual) ** 2 / usual).sum() < _EVEN * free)


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


def numbered_by_gaps(days: NDArray[Any], empty: int) -> Ints:
    """The wave of each day (n,), numbered from 0, a new one after so many empty days; -1 for no
    day.
    """
    whole = days.astype("datetime64[D]")
    known = np.unique(whole[~np.isnat(whole)])
    starts = known[1:][np.diff(known) > np.timedelta64(empty, "D")]
    waves = np.searchsorted(starts, whole, side="right")
    return np.where(np.isnat(whole), -1, waves).astype(np.int64)
