"""The waves of the survey, and how each moment moved from one wave to the next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from cxcase.estimate import Bools, Estimate, Floats, Ints, refuse
from cxcase.gates import MIN_MOMENT_ANSWERS
from cxcase.intake import Case
from cxcase.moments.asymmetry import UNIT
from cxcase.moments.fit import Fitted
from cxcase.moments.fold_estimates import FEW_ANSWERS
from cxcase.moments.groups import MIN_CELL, MIN_GROUP, drawn_together
from cxcase.moments.result import Change, GroupFigures, Wave
from cxcase.stats.cluster import jackknife

WAVE = "wave"
WAVE_GAP = np.timedelta64(28, "D")  # answers further apart than this belong to two waves
# one stretch of answers longer than this is cut into calendar quarters
LONG = np.timedelta64(100, "D")
NOT_ASKED = "moment_not_asked"
NO_NEWCOMERS = "moment_same_customers"
SEVERAL = "answered_in_several_waves"


@dataclass(frozen=True, eq=False)
class Answers:
    """All answers of the n customers in the model, by day: k of them, waves among them in order.

    customer (k,): place among the n; wave (k,); rating (k, j) native, NaN where not rated; lived
    (k, j). counted (n,): the wave of the one answer that the models are made of, -1 where its day
    is not known.
    """

    waves: tuple[Wave, ...]
    customer: Ints
    wave: Ints
    rating: Floats
    lived: Bools
    counted: Ints

    @property
    def repeated(self) -> bool:
        """Whether anybody answered in more than one wave."""
        there = np.zeros((len(self.counted), len(self.waves)), dtype=bool)
        there[self.customer, self.wave] = True
        return bool((there.sum(axis=1) > 1).any())


def wave_name(wave: Wave) -> str:
    """A wave by its first and last day, as ISO dates."""
    return f"{wave.first.isoformat()}/{wave.last.isoformat()}"


def read_answers(case: Case, fitted: Fitted) -> Answers | None:
    """Every dated answer of the customers in the model; None where no answer has a day."""
    rows = fitted.design.population.rows
    if "responded_at" not in case.columns("responses"):
        return None
    one = case.table("responses", ["customer_id", "responded_at"]).iloc[rows]
    day = _days(one)
    names = fitted.names
    if case.has("all_responses") and f"rating:{names[0]}" in case.columns("all_responses"):
        given = _every_answer(case, names, one["customer_id"])
    else:
        given = _one_answer_each(fitted, day)
    known = ~np.isnat(given.day)
    if not known.any():
        return None
    given = given.of(known)
    starts = _starts(np.unique(given.day))
    wave = np.searchsorted(starts, given.day, side="right")
    counted = np.where(np.isnat(day), -1, np.searchsorted(starts, day, side="right"))
    waves = tuple(_wave(given.day[wave == k]) for k in range(len(starts) + 1))
    return Answers(waves, given.customer, wave, given.rating, given.lived, counted)


@dataclass(frozen=True, eq=False)
class _Given:
    """k answers: customer (k,) place among the n, day (k,), rating and lived (k, j)."""

    customer: Ints
    day: np.ndarray
    rating: Floats
    lived: Bools

    def of(self, rows: Bools) -> _Given:
        """Some of the answers."""
        return _Given(self.customer[rows], self.day[rows], self.rating[rows], self.lived[rows])


def _every_answer(case: Case, names: Sequence[str], customers: pd.Series) -> _Given:
    """All answers of these customers, whatever counts in the models."""
    ratings = [f"rating:{name}" for name in names]
    lived = [f"lived:{name}" for name in names]
    table = case.table("all_responses", ["customer_id", "responded_at", *ratings, *lived])
    places = pd.Index(customers).get_indexer(pd.Index(table["customer_id"])).astype(np.int64)
    rating = table[ratings].to_numpy(dtype=np.float64)
    happened = table[lived].to_numpy(dtype=bool) | np.isfinite(rating)
    return _Given(places, _days(table), rating, happened).of(places >= 0)


def _one_answer_each(fitted: Fitted, day: np.ndarray) -> _Given:
    """The one answer of each customer that the models are made of."""
    blocks = fitted.design.blocks
    rating = np.where(blocks.answered, blocks.rating, np.nan)
    return _Given(np.arange(len(rating)), day, rating, blocks.lived)


def _wave(days: np.ndarray) -> Wave:
    return Wave(days.min().item(), days.max().item(), len(days))


def _days(table: pd.DataFrame) -> np.ndarray:
    return np.asarray(table["responded_at"].to_numpy(dtype="datetime64[D]"))


def _starts(every: np.ndarray) -> np.ndarray:
    """The first day of each wave but the first, of sorted distinct days."""
    starts = every[1:][np.diff(every) > WAVE_GAP]
    if not len(starts) and every[-1] - every[0] > LONG:
        starts = every[np.searchsorted(every, np.unique(_quarter(every))[1:])]
    return np.asarray(starts)


def _quarter(days: np.ndarray) -> np.ndarray:
    """The first day of each day's calendar quarter."""
    months = days.astype("datetime64[M]").astype(int)
    return np.asarray((months - months % 3).astype("datetime64[M]").astype("datetime64[D]"))


# ---- change --------------------------------------------------------------------------------------


def changes(fitted: Fitted, answers: Answers) -> tuple[Change, ...]:
    """Each moment from each wave to the next: both means, the change, and what it is made of.

    A customer counts once a wave, with the mean of its ratings there, at the weight it has in the
    models; teams are left out in turn. Those who rated it in both waves make the change among
    the same customers; those who rated it only after, and only before, make the rest: by how far
    they lie from the same customers in that wave. The three add up to the change. A moment counts
    where at least 30 customers rated it in both waves. Source: Kitagawa 1955, JASA 50, 1168-1194
    (change of a mean apart from change of who is counted).
    """
    found = [_changes_of(fitted, _by_wave(fitted, answers, j), j) for j in range(len(fitted.names))]
    return tuple(change for pair in zip(*found, strict=True) for change in pair)


def _by_wave(fitted: Fitted, answers: Answers, j: int) -> Floats:
    """Each customer's mean rating of a moment in each wave (n, waves), NaN where there is none."""
    n = len(fitted.design.churned)
    waves = len(answers.waves)
    rated = np.isfinite(answers.rating[:, j])
    cell = (answers.customer * waves + answers.wave)[rated]
    count = np.bincount(cell, minlength=n * waves)
    total = np.bincount(cell, answers.rating[rated, j], n * waves)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan).reshape(n, waves)


def _changes_of(fitted: Fitted, rating: Floats, j: int) -> list[Change]:
    return [
        _change(fitted, rating[:, wave - 1], rating[:, wave], j, wave)
        for wave in range(1, rating.shape[1])
    ]


def _change(fitted: Fitted, earlier: Floats, later: Floats, j: int, wave: int) -> Change:
    name = fitted.names[j]
    before = np.isfinite(earlier)
    after = np.isfinite(later)
    counts = int(before.sum()), int(after.sum())
    if min(counts) < MIN_MOMENT_ANSWERS:
        code = NOT_ASKED if min(counts) == 0 else FEW_ANSWERS
        one, two = (refuse("points", code, n=n) for n in counts)
        none = refuse("points", code, n=min(counts))
        return Change(name, wave, one, two, none, none, none, none)
    first = _folds(fitted, earlier, before)
    second = _folds(fitted, later, after)
    return Change(
        name,
        wave,
        _estimate(first, counts[0]),
        _estimate(second, counts[1]),
        _estimate(second - first, int((before | after).sum())),
        *_parts(fitted, earlier, later, first, second),
    )


def _parts(
    fitted: Fitted, earlier: Floats, later: Floats, first: Floats, second: Floats
) -> tuple[Estimate, Estimate, Estimate]:
    """(same customers, those only after, those only before) of a change.

    first, second: both waves' means (f,).
    """
    both = np.isfinite(earlier) & np.isfinite(later)
    n, only_after, only_before = (
        int(s.sum()) for s in (both, np.isfinite(later) & ~both, np.isfinite(earlier) & ~both)
    )
    if n < MIN_MOMENT_ANSWERS:
        none = refuse("points", FEW_ANSWERS, n=n)
        return none, replace(none, n=only_after), replace(none, n=only_before)
    same_before = _folds(fitted, earlier, both)
    same_after = _folds(fitted, later, both)
    rest = [
        _estimate(part, size) if size else refuse("points", NO_NEWCOMERS, n=0)
        for part, size in ((second - same_after, only_after), (same_before - first, only_before))
    ]
    return _estimate(same_after - same_before, n), rest[0], rest[1]


def _folds(fitted: Fitted, values: Floats, use: Bools) -> Floats:
    """The weighted mean of the customers in use (f,), all teams first, then each left out."""
    team = fitted.design.population.team
    weight = fitted.design.weights[0]
    teams = len(fitted.slope) - 1
    size = np.bincount(team[use], weight[use], teams)
    total = np.bincount(team[use], (weight * values)[use], teams)
    whole = total.sum() / max(size.sum(), 1e-300)
    left = size.sum() - size
    return np.concatenate(
        [[whole], np.where(left > 0, (total.sum() - total) / np.where(left > 0, left, 1.0), whole)]
    )


def _estimate(folds: Floats, n: int, unit: str = "points") -> Estimate:
    s = jackknife(folds[1:], folds[0])
    teams = len(folds) - 1
    return Estimate(
        float(folds[0]), float(s.low), float(s.high), unit, "measured", df=s.df, n=n, teams=teams
    )


# ---- each wave -----------------------------------------------------------------------------------


def wave_figures(fitted: Fitted, answers: Answers, currency: str) -> Iterator[GroupFigures]:
    """Each moment in each wave of 10 customers or more, where customers answered in several.

    No money of a wave.
    """
    shown = _shown(answers)
    money = refuse(f"{currency} per year", SEVERAL)
    for j, name in enumerate(fitted.names):
        rating, lived, there = _by_wave(fitted, answers, j), *_lived(fitted, answers, j)
        folds = [_folds(fitted, rating[:, w], np.isfinite(rating[:, w])) for w in shown]
        counts = np.array([np.isfinite(rating[:, w]).sum() for w in shown])
        drawn = drawn_together(np.stack(folds, axis=1), counts >= MIN_CELL)
        for k, wave in enumerate(shown):
            n = int(counts[k])
            few = refuse("points", FEW_ANSWERS, n=int(counts[k]))
            reach = _estimate(_folds(fitted, lived[:, wave], there[:, wave]), n, "share")
            low = max(0.0, reach.low or 0.0)
            high = min(1.0, reach.high if reach.high is not None else 1.0)
            yield GroupFigures(
                dimension=WAVE,
                group=wave_name(answers.waves[wave]),
                moment=name,
                n=n,
                reach=replace(reach, low=low, high=high),
                raw=_estimate(folds[k], n) if n >= MIN_CELL else few,
                performance=replace(drawn[k], n=n) if n >= MIN_CELL else few,
                slope=refuse(UNIT, SEVERAL, n=n),
                importance_share=refuse("share", SEVERAL, n=n),
                stake=money,
            )


def _shown(answers: Answers) -> list[int]:
    return [
        w
        for w in range(len(answers.waves))
        if len(np.unique(answers.customer[answers.wave == w])) >= MIN_GROUP
    ]


def shown_waves(answers: Answers) -> tuple[tuple[str, ...], int]:
    """(names of the waves with 10 customers or more, answers in the others)."""
    shown = _shown(answers)
    return tuple(wave_name(answers.waves[w]) for w in shown), int(
        (~np.isin(answers.wave, shown)).sum()
    )


def _lived(fitted: Fitted, answers: Answers, j: int) -> tuple[Floats, Bools]:
    """(whether each customer lived a moment, whether it answered), each (n, waves)."""
    n = len(fitted.design.churned)
    waves = len(answers.waves)
    cell = answers.customer * waves + answers.wave
    there = np.bincount(cell, minlength=n * waves).reshape(n, waves) > 0
    lived = np.bincount(cell, answers.lived[:, j], n * waves).reshape(n, waves) > 0
    return lived.astype(np.float64), there
