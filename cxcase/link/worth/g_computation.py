"""From slopes to money: revenue under a counterfactual score, fold by fold."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import expit

from cxcase.estimate import Bools, Estimate, Floats, refuse
from cxcase.intake import Scale
from cxcase.link.data.analysed import Population
from cxcase.link.data.customer_cells import People
from cxcase.link.models.churn import ChurnModel, Expansion
from cxcase.link.worth.curve_type import Curve
from cxcase.stats.cluster import jackknife
from cxcase.stats.concave import concave_shape, knots
from cxcase.stats.draws import jackknife_draws
from cxcase.stats.folds import chances, fold_sums, sum_over
from cxcase.stats.logit import shift_by, shift_to_total


@dataclass(frozen=True, eq=False)
class Figure:
    """A quantity in full and with each team left out: value, folds (g,).

    On the full company's footing.
    """

    value: float
    folds: Floats

    def estimate(self, unit: str, population: Population, df: float | None = None) -> Estimate:
        """The figure with its delete-one-team interval.

        t(G - 1), or t(df) where fewer teams decide.
        """
        if not np.isfinite(self.folds).all():  # without some team nobody, or everybody, left
            return refuse(unit, "too_few_events", n=len(population.team), teams=population.teams)
        got = jackknife(self.folds, self.value, df=df)
        return Estimate(
            self.value,
            float(got.low),
            float(got.high),
            unit,
            df=got.df,
            n=len(population.team),
            teams=population.teams,
        )

    def draws(self, seed: int) -> Floats:
        """(n_draws,) with the jackknife's spread, coupled with every other draw of the case."""
        return jackknife_draws(self.value, self.folds, seed)


@dataclass(frozen=True, eq=False)
class Point:
    """What a capped move of the score goes with, revenue a year: retention and total.

    For all customers.
    """

    retention: Figure
    total: Figure | None  # None when expansion can't be estimated

    @property
    def best(self) -> Figure:
        """Retention and expansion together, or retention alone when that is all there is."""
        return self.total or self.retention

    @property
    def expansion(self) -> Figure | None:
        """What those who stay add: the total less retention, so that the parts add up exactly."""
        if self.total is None:
            return None
        return Figure(
            self.total.value - self.retention.value, self.total.folds - self.retention.folds
        )


@dataclass(frozen=True, eq=False)
class Money:
    """Everything the churn and expansion models say in money for one population.

    shift, shift_folds (g,): log-odds that calibrate modelled churned revenue to the ledger, in full
    and by fold.
    """

    population: Population
    churn: ChurnModel
    expansion: Expansion | None
    scale: Scale
    shift: float
    shift_folds: Floats

    def average_effect(self) -> Figure:
        """Change in churn probability per CX point, averaged over all customers.

        Weighted, not capped.
        """
        return self._average_effect

    @cached_property
    def _average_effect(self) -> Figure:
        p = self.population
        x = self.churn.x
        betas = self.churn.folds
        full = expit(x @ self.churn.fit.beta)
        value = float(self.churn.fit.beta[1] * (p.weight @ (full * (1 - full))) / p.weight.sum())

        def part(rows: slice) -> Floats:
            weight = p.fold_weight[:, rows]
            chance = chances(betas @ x[rows].T)
            return np.stack([weight.sum(1), np.einsum("gm,gm,gm->g", weight, chance, 1.0 - chance)])

        total, spread = sum_over(part, (len(betas), len(x)))
        return Figure(value, betas[:, 1] * spread / total)

    @cached_property
    def seen(self) -> tuple[float, float]:
        """The lowest and the highest mark anybody gave.

        Beyond them nobody is moved, as no data say what follows.
        """
        return float(self.population.metric.min()), float(self.population.metric.max())

    def moved(self, points: float) -> Floats:
        """How far each customer's score moves (n,) when all rise by `points`.

        Kept inside the marks seen.
        """
        c = self.population.metric
        return np.clip(c + points, *self.seen) - c

    def worth(self, points: float) -> Point:
        """Revenue a year that goes with every customer's score `points` higher.

        Capped; team means stay where they are.
        """
        p = self.population
        move = self.moved(points)
        full = self._parts(self.churn.x, None, p.revenue, move)

        def part(rows: slice) -> Floats:
            revenue = p.fold_revenue[:, rows]
            found = self._parts(self.churn.x[rows], slice(None), revenue, move[rows])
            return np.concatenate([found, revenue.sum(1)[None]])

        *parts, remaining = sum_over(part, (len(self.churn.folds), len(move)))
        return self._point(full, np.array(parts) * (p.revenue.sum() / remaining))

    def worth_of(self, rows: Bools, points: float, revenue: Floats) -> Point:
        """The same for the customers behind `rows` (n,) alone.

        revenue: theirs a year, as given. They are there in every fold: only the coefficients, and
        the match to the ledger, leave a team out.
        """
        x = self.churn.x[rows]
        move = self.moved(points)[rows]
        return self._point(
            self._parts(x, None, revenue, move), self._parts(x, slice(None), revenue, move)
        )

    def _point(self, full: Floats, folds: Floats) -> Point:
        total = Figure(float(full[1, 0]), folds[1]) if self.expansion is not None else None
        return Point(Figure(float(full[0, 0]), folds[0]), total)

    def _parts(self, x: Floats, folds: slice | None, revenue: Floats, move: Floats) -> Floats:
        """(retention, retention and expansion) of rows with columns x (n, k).

        (2, 1) in full, (2, g) in every fold.
        """
        betas = self.churn.fit.beta[None] if folds is None else self.churn.folds
        shift = np.array([self.shift]) if folds is None else self.shift_folds
        log_odds = betas @ x.T + shift[:, None]
        q = chances(log_odds + betas[:, 1:2] * move)
        p = chances(log_odds)
        revenue = np.broadcast_to(revenue, p.shape)
        kept = np.einsum("gm,gm->g", revenue, p - q)
        if self.expansion is None:
            return np.stack([kept, kept])
        gamma = self.expansion.gamma[None] if folds is None else self.expansion.folds
        ratio = gamma @ x.T
        gain = (1 - q) * (ratio + gamma[:, 1:2] * move) - (1 - p) * ratio
        return np.stack([kept, np.einsum("gm,gm->g", revenue, gain)])

    def kept(self, points: float, rows: Bools | None = None) -> Figure:
        """Customers more who stay with scores `points` higher, capped.

        Of all, or of those behind `rows` (n,) alone.
        """
        p = self.population
        part = slice(None) if rows is None else rows
        x = self.churn.x[part]
        move = self.moved(points)[part]
        own = p.weight[part]

        def more(betas: Floats, weight: Floats, here: slice) -> Floats:
            log_odds = betas @ x[here].T
            moved = chances(log_odds + betas[:, 1:2] * move[here])
            each = np.broadcast_to(weight, moved.shape)
            return np.asarray(np.einsum("gm,gm->g", each, chances(log_odds) - moved))

        def block(here: slice) -> Floats:
            weight = own[None, here] if rows is not None else p.fold_weight[:, here]
            return np.stack(
                [
                    more(self.churn.folds, weight, here),
                    np.broadcast_to(weight.sum(1), len(p.fold_weight)),
                ]
            )

        figure, total = sum_over(block, (len(self.churn.folds), len(x)))
        value = float(more(self.churn.fit.beta[None], own[None], slice(None))[0])
        return Figure(value, figure * (own.sum() / total))

    def contributions(self, points: float) -> Floats:
        """Each response's part of the retention worth (n,)."""
        log_odds = self.churn.x @ self.churn.fit.beta + self.shift
        moved = expit(log_odds + self.churn.slope * self.moved(points))
        return np.asarray(self.population.revenue * (expit(log_odds) - moved), dtype=np.float64)

    def curve(self, name: str, retention: Figure, estimate: Estimate, seed: int) -> Curve:
        """The metric's money curve: retention alone, concave, `per_point` at one point.

        Or at the whole of a shorter scale.
        """
        p = self.population
        reach = self.scale.high - self.scale.low
        lifts = knots(reach)
        log_odds = self.churn.x @ self.churn.fit.beta + self.shift
        base = expit(log_odds)
        gains = [
            float(p.revenue @ (base - expit(log_odds - abs(self.churn.slope) * self.moved(lift))))
            for lift in lifts
        ]
        mean = float(np.average(p.metric, weights=p.weight))
        draws = jackknife_draws(retention.value, retention.folds, seed)
        people = People(log_odds, p.revenue, self.seen[1] - p.metric, abs(self.churn.slope))
        cells = p.cells(np.ones(len(p.team), dtype=bool), people, lifts, p.weight)
        shape = concave_shape(lifts, np.array(gains))
        return Curve(name, lifts, shape, estimate, draws, self.seen[1] - mean, cells)


def price(
    population: Population, churn: ChurnModel, expansion: Expansion | None, scale: Scale
) -> Money:
    """The models, with churned revenue equal to the ledger's in full and in every fold."""
    p = population
    shift = float(shift_to_total(churn.x @ churn.fit.beta, p.revenue, p.churned_revenue)[0])

    def sums(shifts: Floats) -> tuple[Floats, Floats]:
        def part(rows: slice) -> Floats:
            revenue = p.fold_revenue[:, rows]
            chance = chances(churn.folds @ churn.x[rows].T + shifts[:, None])
            lost = revenue * chance
            return np.stack([lost.sum(1), np.einsum("gm,gm->g", lost, 1.0 - chance)])

        lost, slope = sum_over(part, (len(churn.folds), len(p.team)))
        return lost, slope

    folds = shift_by(sums, fold_sums(p.fold_revenue), p.churned_revenue_fold, shift)
    return Money(population, churn, expansion, scale, shift, folds)
