"""The employee survey: read as team aggregates. Answers are summed where they are read and never leave this process."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cxcase.checks import Finding
from cxcase.estimate import Floats, Ints
from cxcase.intake.cells import each, read_numbers, read_texts
from cxcase.intake.dates import period_end, read_dates
from cxcase.intake.ratings import read_ratings
from cxcase.intake.recognise import ITEM
from cxcase.intake.result import Scale
from cxcase.intake.scales import Rated, Settled, marks, settle_scales
from cxcase.intake.sieve import Sieve, Typed, drop_furniture
from cxcase.settings import K_MIN_FLOOR

WAVE_GAP = np.timedelta64(28, "D")  # answers further apart than this belong to two waves


def type_employees(sieve: Sieve, columns: Mapping[str, str], decisions: Mapping[str, Any], k_min: int) -> Typed:
    """team, wave (the day it ended), n, mean, sd: a row per team and wave with n >= k_min. `sieve` must be private."""
    table = sieve.table
    k_min = max(k_min, K_MIN_FLOOR)
    teams = read_texts(table.column(columns["team"])).values
    drop_furniture(sieve, table.column(columns["team"]))
    sieve.drop(np.array([t is None for t in teams], dtype=bool), "team_missing")
    if {"mean", "n"} <= set(columns) or ("n" in columns and "engagement" in columns):
        return _aggregates(sieve, columns, decisions, teams, k_min)
    score, settled = _scores(sieve, columns, decisions)
    sieve.drop(np.isnan(score), "no_rating")
    waves, ended = _waves(sieve, columns)
    cells = _cells(sieve, teams, waves, score)
    return _suppressed(cells, ended, settled, k_min)


def _scores(sieve: Sieve, columns: Mapping[str, str], decisions: Mapping[str, Any]) -> tuple[Floats, Settled]:
    """Each answer's engagement: its own column, else the mean of the items that share the most usual scale."""
    fields = ["engagement"] if "engagement" in columns else [f for f in columns if f.startswith(ITEM)]
    rated = [Rated(f, columns[f], read_ratings(sieve.table.column(columns[f]))) for f in fields]
    settled = settle_scales(rated, decisions, sieve)
    rated = [r for r in rated if r.field in settled.scales]
    scales = [settled.scales[r.field] for r in rated]
    scale = max(dict.fromkeys(scales), key=scales.count) if scales else Scale(1.0, 5.0)
    left = [r.heading for r in rated if settled.scales[r.field] != scale]
    if left:
        sieve.findings.append(Finding("review", "ex_items_left_out", "data", {"columns": left}))
    rated = [r for r in rated if settled.scales[r.field] == scale]
    answers = np.array([marks(r, settled, sieve)[0] for r in rated] or [np.full(len(sieve.alive), np.nan)])
    count = (~np.isnan(answers)).sum(axis=0)
    score = np.where(count > 0, np.nansum(answers, axis=0) / np.maximum(count, 1), np.nan)
    kept = {r.field: scale for r in rated}
    return score, Settled(kept, settled.turned)


def _waves(sieve: Sieve, columns: Mapping[str, str]) -> tuple[list[Any], dict[Any, Any]]:
    """(wave of each row, wave -> day it ended or None): by label, else by gaps between the days of answers."""
    days = np.full(len(sieve.alive), np.datetime64("NaT", "us"))
    if "responded_at" in columns:
        found = read_dates(sieve.table.column(columns["responded_at"]))
        sieve.blanked(found.bad, columns["responded_at"])
        days = found.values
    if "wave" in columns:
        labels: Sequence[Any] = [str(v) for v in sieve.table.column(columns["wave"])]
        named = dict(zip(labels, each(sieve.table.column(columns["wave"]), period_end), strict=True))
    else:
        labels = _by_gaps(days)
        named = {}
    waves = list(labels)
    codes = {w: k for k, w in enumerate(dict.fromkeys(waves))}
    position = np.array([codes[w] for w in waves], dtype=int)
    return waves, {w: _last_day(days[(position == k) & sieve.alive], named.get(w)) for w, k in codes.items()}


def _last_day(days: Any, named: dt.datetime | None) -> Any:
    dated = days[~np.isnat(days)]
    return dated.max().astype("datetime64[D]").astype("datetime64[us]") if len(dated) else named


def _by_gaps(days: Any) -> list[int]:
    known = np.unique(days[~np.isnat(days)])
    starts = known[1:][np.diff(known) > WAVE_GAP] if len(known) else known
    return np.where(np.isnat(days), -1, np.searchsorted(starts, days, side="right")).tolist()


def _cells(sieve: Sieve, teams: list[Any], waves: list[Any], score: Floats) -> dict[tuple[Any, Any], Floats]:
    """(team, wave) -> the answers' engagement."""
    alive = np.flatnonzero(sieve.alive).tolist()
    code: dict[tuple[Any, Any], int] = {}
    cell: Ints = np.array([code.setdefault((teams[k], waves[k]), len(code)) for k in alive], dtype=np.int64)
    order = np.argsort(cell, kind="stable")
    split = np.split(score[alive][order], np.cumsum(np.bincount(cell, minlength=len(code)))[:-1]) if alive else []
    return dict(zip(code, split, strict=True))


def _suppressed(
    cells: Mapping[tuple[Any, Any], Floats], ended: Mapping[Any, Any], settled: Settled, k_min: int
) -> Typed:
    """Only cells of k_min answers or more go on; of the other teams only how many they are."""
    large = sorted((team, str(ended[wave]), wave) for (team, wave), s in cells.items() if len(s) >= k_min)
    groups = [cells[team, wave] for team, _, wave in large]
    columns = {
        "team": [team for team, _, _ in large],
        "wave": np.array([ended[wave] for *_, wave in large], dtype="datetime64[us]"),
        "n": np.array([len(g) for g in groups], dtype=np.int64),
        "mean": np.array([g.mean() for g in groups], dtype=float),
        "sd": np.array([g.std(ddof=1) if len(g) > 1 else 0.0 for g in groups], dtype=float),
    }
    small = {team for team, _ in cells} - {team for team, _, _ in large}
    return _typed(columns, settled, len(small))


def _typed(columns: dict[str, Any], settled: Settled, small: int) -> Typed:
    scale = next(iter(settled.scales.values()), None)
    return Typed(columns, {"engagement": scale} if scale else {}, settled.decisions(), suppressed_teams=small)


def _aggregates(
    sieve: Sieve, columns: Mapping[str, str], decisions: Mapping[str, Any], teams: list[Any], k_min: int
) -> Typed:
    """A sheet that already holds a row per team (and wave) with n, mean and perhaps sd."""
    name = "mean" if "mean" in columns else "engagement"
    column = Rated("engagement", columns[name], read_ratings(sieve.table.column(columns[name])))
    settled = settle_scales([column], decisions, sieve)
    values = marks(column, settled, sieve)[0] if settled.scales else column.ratings.values
    n = read_numbers(sieve.table.column(columns["n"]), sieve.table.decimal).values
    spread = np.full(len(n), np.nan)
    if "sd" in columns:
        spread = read_numbers(sieve.table.column(columns["sd"]), sieve.table.decimal).values
    sieve.drop(np.isnan(values) | np.isnan(n), "no_rating")
    waves, ended = _waves(sieve, columns)
    large = np.flatnonzero(sieve.alive & (n >= k_min)).tolist()
    out = {
        "team": [teams[k] for k in large],
        "wave": np.array([ended[waves[k]] for k in large], dtype="datetime64[us]"),
        "n": n[large].astype(np.int64),
        "mean": values[large],
        "sd": spread[large],
    }
    everyone = {teams[k] for k in np.flatnonzero(sieve.alive).tolist()}
    return _typed(out, settled, len(everyone - set(out["team"])))
