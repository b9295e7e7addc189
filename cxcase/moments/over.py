"""Which groups of customers there are, the waves of the survey, and how each moment moved since the last one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cxcase.estimate import Bools, Estimate, Floats, Ints, refuse
from cxcase.intake import Case
from cxcase.moments.figures import FEW_ANSWERS
from cxcase.moments.fitted import Fitted
from cxcase.moments.groups import TEAM, Groups, group_figures, ordered
from cxcase.moments.result import Change, Over, Wave
from cxcase.stats.cluster import jackknife
from cxcase.stats.gates import MIN_MOMENT_ANSWERS

TENURE = ((0, 12), (12, 36), (36, 60), (60, None))  # months; bands of how long somebody has been a customer
WAVE_GAP = np.timedelta64(28, "D")  # answers further apart than this belong to two waves
LONG = np.timedelta64(100, "D")  # one stretch of answers longer than this is cut into calendar quarters
MOST_TEAMS, MOST_GROUPS, MOST_LEVELS = 200, 12, 40


def look_over(case: Case, fitted: Fitted, controls: Sequence[str], currency: str) -> Over:
    """Every moment by segment, tenure, named columns, team and wave; and its change since the last wave."""
    rows = fitted.design.population.rows
    known = _customers(case, rows, controls)
    waves, wave_of = _waves(case, rows)
    found = [g for g in (*_groups(known), *_teams(fitted), *_by_wave(waves, wave_of)) if len(g.names) > 1]
    figures = [figure for groups in found for figure in group_figures(fitted, groups, currency)]
    return Over(
        tuple(figures),
        {g.dimension: g.names for g in found},
        {g.dimension: g.hidden for g in found},
        waves,
        _changes(fitted, wave_of, len(waves)) if len(waves) > 1 else (),
    )


def wave_name(wave: Wave) -> str:
    """A wave by its first and last day, as ISO dates."""
    return f"{wave.first.isoformat()}/{wave.last.isoformat()}"


def _customers(case: Case, rows: Ints, controls: Sequence[str]) -> pd.DataFrame:
    """What the customer list says of those behind the rows, in their order; empty where there is no list."""
    if not case.has("customers"):
        return pd.DataFrame(index=range(len(rows)))
    wanted = ["customer_id", "segment", "tenure_months", *controls]
    there = [c for c in dict.fromkeys(wanted) if c in _columns(case, "customers")]
    known = _beside(case, case.table("customers", there), rows)
    if not case.has("customer_groups"):
        return known
    found = _beside(case, case.table("customer_groups"), rows)
    return known.join(found[[c for c in found if c not in known]])


def _beside(case: Case, customers: pd.DataFrame, rows: Ints) -> pd.DataFrame:
    """A table of customers for those who gave the answers in `rows`, in their order."""
    ids = case.table("responses", ["customer_id"])["customer_id"].iloc[rows]
    place = pd.Index(customers["customer_id"]).get_indexer(pd.Index(ids))
    return customers.drop(columns="customer_id").iloc[place].reset_index(drop=True)


def _columns(case: Case, table: str) -> list[str]:
    import pyarrow.parquet as pq

    return list(pq.read_schema(case.folder / f"{table}.parquet").names)


def _groups(known: pd.DataFrame) -> list[Groups]:
    """By segment, by bands of tenure, by named columns of a few texts, and by those the list was found to have."""
    found = []
    for name in known:
        column = known[name]
        if name == "tenure_months":
            found.append(_tenure(column.to_numpy(dtype=np.float64, na_value=np.nan)))
        elif not pd.api.types.is_numeric_dtype(column) and 1 < column.nunique() <= MOST_LEVELS:
            code, names = pd.factorize(column, sort=True)
            new, kept = ordered([str(v) for v in names], code.astype(np.int64), most=MOST_GROUPS)
            found.append(Groups(str(name), new, kept))
    return found


def _tenure(months: Floats) -> Groups:
    ends = [low for low, _ in TENURE]
    code = np.where(np.isfinite(months), np.searchsorted(ends, np.nan_to_num(months), side="right") - 1, -1)
    names = [f"{low}-{'' if high is None else high}" for low, high in TENURE]
    new, kept = ordered(names, np.maximum(code, -1).astype(np.int64))
    return Groups("tenure", new, kept)


def _teams(fitted: Fitted) -> list[Groups]:
    population = fitted.design.population
    if population.dealt or len(population.team_names) > MOST_TEAMS:
        return []
    new, kept = ordered(population.team_names, population.team, most=MOST_TEAMS)
    return [Groups(TEAM, new, kept)]


def _waves(case: Case, rows: Ints) -> tuple[tuple[Wave, ...], Ints]:
    """The waves in order, and which one each row belongs to (-1: no day is known)."""
    none = np.full(len(rows), -1, dtype=np.int64)
    if "responded_at" not in _columns(case, "responses"):
        return (), none
    days = case.table("responses", ["responded_at"])["responded_at"].to_numpy(dtype="datetime64[D]")[rows]
    known = ~np.isnat(days)
    if not known.any():
        return (), none
    every = np.unique(days[known])
    starts = every[1:][np.diff(every) > WAVE_GAP]
    if not len(starts) and every[-1] - every[0] > LONG:
        starts = np.unique(_quarter(every))[1:]
    code = np.where(known, np.searchsorted(starts, days, side="right"), -1)
    waves = []
    for k in range(len(starts) + 1):
        own = days[code == k]
        waves.append(Wave(own.min().item(), own.max().item(), len(own)))
    return tuple(waves), code


def _quarter(days: np.ndarray) -> np.ndarray:
    """The first day of each day's calendar quarter."""
    months = days.astype("datetime64[M]").astype(int)
    return (months - months % 3).astype("datetime64[M]").astype("datetime64[D]")


def _by_wave(waves: Sequence[Wave], code: Ints) -> list[Groups]:
    if len(waves) < 2:
        return []
    new, kept = ordered([wave_name(w) for w in waves], code, most=len(waves))
    return [Groups("wave", new, kept)]


def _changes(fitted: Fitted, code: Ints, waves: int) -> tuple[Change, ...]:
    """Each moment's mean in the last wave and the one before, and the difference, teams left out in turn.

    A moment counts where at least 30 customers rated it in both.
    """
    blocks, weight, team = fitted.design.blocks, fitted.design.weights[0], fitted.design.population.team
    found = []
    for j, name in enumerate(blocks.names):
        sides = [blocks.answered[:, j] & (code == wave) for wave in (waves - 2, waves - 1)]
        means = np.stack([_folds(blocks.rating[:, j], weight, team, side, len(fitted.slope) - 1) for side in sides])
        counts = [int(side.sum()) for side in sides]
        if min(counts) < MIN_MOMENT_ANSWERS:
            none = [refuse("points", FEW_ANSWERS, n=n) for n in (*counts, min(counts))]
            found.append(Change(name, none[0], none[1], none[2]))
            continue
        before, after, change = (
            _estimate(m, n) for m, n in zip((*means, means[1] - means[0]), (*counts, sum(counts)), strict=True)
        )
        found.append(Change(name, before, after, change))
    return tuple(found)


def _folds(rating: Floats, weight: Floats, team: Ints, use: Bools, teams: int) -> Floats:
    """The weighted mean of the rows in use (f,), all teams first, then each left out."""
    size = np.bincount(team[use], weight[use], teams)
    total = np.bincount(team[use], (weight * rating)[use], teams)
    whole = total.sum() / max(size.sum(), 1e-300)
    left = size.sum() - size
    return np.concatenate([[whole], np.where(left > 0, (total.sum() - total) / np.where(left > 0, left, 1.0), whole)])


def _estimate(folds: Floats, n: int) -> Estimate:
    spread = jackknife(folds[1:], folds[0])
    return Estimate(
        float(folds[0]),
        float(spread.low),
        float(spread.high),
        "points",
        "measured",
        df=spread.df,
        n=n,
        teams=len(folds) - 1,
    )
