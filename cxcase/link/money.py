"""From slopes to money: effects averaged over customers, and revenue under a counterfactual score, fold by fold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import expit

from cxcase.estimate import Bools, Estimate, Floats, refuse
from cxcase.intake import Scale
from cxcase.link.churn import ChurnModel, Expansion
from cxcase.link.result import Curve, Population
from cxcase.stats.cluster import jackknife
from cxcase.stats.concave import concave_shape, knots
from cxcase.stats.draws import jackknife_draws
from cxcase.stats.folds import each_fold
from cxcase.stats.logit import shift_to_total


@dataclass(frozen=True, eq=False)
class Figure:
    """A quantity in full and with each team left out: value, folds (g,), on the full company's footing."""

    value: float
    folds: Floats

    def estimate(self, unit: str, population: Population, df: float | None = None) -> Estimate:
        """The figure with its delete-one-team interval: t(G - 1), or t(df) where fewer teams decide."""
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
    """What a capped move of the score goes with, for all customers: retention and expansion parts, revenue a year."""

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
        return Figure(self.total.value - self.retention.value, self.total.folds - self.retention.folds)


@dataclass(frozen=True, eq=False)
class Money:
    """Everything the churn and expansion models say in money for one population.

    shift, shift_folds (g,): log-odds that calibrate modelled churned revenue to the ledger, in full and by fold.
    """

    population: Population
    churn: ChurnModel
    expansion: Expansion | None
    scale: Scale
    shift: float
    shift_folds: Floats

    def average_effect(self) -> Figure:
        """Change in churn probability per CX point, averaged over all customers (weighted), not capped."""
        return self._average_effect

    @cached_property
    def _average_effect(self) -> Figure:
        p = self.population
        full = _average(self.churn.x, self.churn.fit.beta, p.weight)

        def fold(g: int) -> float:
            return _average(self.churn.x, self.churn.folds[g], p.fold_weight[g])

        return Figure(full, np.array(each_fold(fold, len(self.churn.folds), len(p.team))))

    def moved(self, points: float) -> Floats:
        """How far each customer's score moves (n,) when all rise by `points`, kept inside the scale."""
        c = self.population.metric
        return np.clip(c + points, self.scale.low, self.scale.high) - c

    def worth(self, points: float) -> Point:
        """Revenue a year that goes with every customer's score `points` higher, capped, team means where they are."""
        p, move = self.population, self.moved(points)
        total = p.revenue.sum()

        def fold(g: int) -> Floats:
            revenue = p.fold_revenue[g]
            return self._parts(self.churn.x, g, revenue, move) * (total / revenue.sum())

        return self._point(self._parts(self.churn.x, None, p.revenue, move), fold)

    def worth_of(self, rows: Bools, points: float, revenue: Floats) -> Point:
        """The same for the customers behind `rows` (n,) alone, revenue (their number,) a year as given.

        They are there in every fold: only the coefficients, and the match to the ledger, leave a team out.
        """
        x, move = self.churn.x[rows], self.moved(points)[rows]
        return self._point(self._parts(x, None, revenue, move), lambda g: self._parts(x, g, revenue, move))

    def _point(self, full: Floats, fold: Callable[[int], Floats]) -> Point:
        folds = np.array(each_fold(fold, len(self.churn.folds), len(self.population.team)))
        total = Figure(float(full[1]), folds[:, 1]) if self.expansion is not None else None
        return Point(Figure(float(full[0]), folds[:, 0]), total)

    def kept(self, points: float, rows: Bools | None = None) -> Figure:
        """Customers more who stay with scores `points` higher, capped: of all, or of those behind `rows` (n,) alone."""
        p, part = self.population, slice(None) if rows is None else rows
        x, move = self.churn.x[part], self.moved(points)[part]

        def more(beta: Floats, weight: Floats) -> float:
            log_odds = x @ beta
            return float(weight @ (expit(log_odds) - expit(log_odds + beta[1] * move)))

        def fold(g: int) -> float:
            weight = p.weight if rows is not None else p.fold_weight[g]
            footing = 1.0 if rows is not None else float(p.weight.sum() / weight.sum())
            return more(self.churn.folds[g], weight[part]) * footing

        folds = each_fold(fold, len(self.churn.folds), len(x))
        return Figure(more(self.churn.fit.beta, p.weight[part]), np.array(folds))

    def _parts(self, x: Floats, fold: int | None, revenue: Floats, move: Floats) -> Floats:
        """(retention, retention and expansion) of rows with columns x (n, k), in full or in a fold."""
        beta = self.churn.fit.beta if fold is None else self.churn.folds[fold]
        log_odds = x @ beta + (self.shift if fold is None else self.shift_folds[fold])
        p, q = expit(log_odds), expit(log_odds + beta[1] * move)
        kept = float(revenue @ (p - q))
        if self.expansion is None:
            return np.array([kept, kept])
        gamma = self.expansion.gamma if fold is None else self.expansion.folds[fold]
        ratio = x @ gamma
        return np.array([kept, float(revenue @ ((1 - q) * (ratio + gamma[1] * move) - (1 - p) * ratio))])

    def contributions(self, points: float) -> Floats:
        """Each response's part of the retention worth (n,)."""
        log_odds = self.churn.x @ self.churn.fit.beta + self.shift
        return self.population.revenue * (expit(log_odds) - expit(log_odds + self.churn.slope * self.moved(points)))

    def curve(self, name: str, retention: Figure, estimate: Estimate, seed: int) -> Curve:
        """The metric's money curve: retention alone, concave, `per_point` at one point (or the whole shorter scale)."""
        p = self.population
        reach = self.scale.high - self.scale.low
        lifts = knots(reach)
        log_odds = self.churn.x @ self.churn.fit.beta + self.shift
        base = expit(log_odds)
        gains = [
            float(p.revenue @ (base - expit(log_odds - abs(self.churn.slope) * self.moved(lift)))) for lift in lifts
        ]
        mean = float(np.average(p.metric, weights=p.weight))
        draws = jackknife_draws(retention.value, retention.folds, seed)
        return Curve(name, lifts, concave_shape(lifts, np.array(gains)), estimate, draws, self.scale.high - mean)


def _average(x: Floats, beta: Floats, weight: Floats) -> float:
    p = expit(x @ beta)
    return float(beta[1] * (weight @ (p * (1 - p))) / weight.sum())


def price(population: Population, churn: ChurnModel, expansion: Expansion | None, scale: Scale) -> Money:
    """The models, calibrated so that churned revenue equals the ledger's in full and in every fold."""
    shift = shift_to_total(churn.x @ churn.fit.beta, population.revenue, population.churned_revenue)[0]

    def fold(g: int) -> float:
        revenue, target = population.fold_revenue[g], population.churned_revenue_fold[g]
        return float(shift_to_total(churn.x @ churn.folds[g], revenue, target, start=float(shift))[0])

    folds = each_fold(fold, len(churn.folds), len(population.team))
    return Money(population, churn, expansion, scale, float(shift), np.array(folds))
