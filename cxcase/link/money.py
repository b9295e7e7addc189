"""From slopes to money: effects averaged over customers, and revenue under a counterfactual score, fold by fold."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import expit

from cxcase.estimate import Estimate, Floats, refuse
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
        full = self._parts(self.churn.fit.beta, self.shift, p.revenue, move, None)
        total = p.revenue.sum()

        def fold(g: int) -> Floats:
            revenue = p.fold_revenue[g]
            parts = self._parts(self.churn.folds[g], self.shift_folds[g], revenue, move, g)
            return np.array(parts) * (total / revenue.sum())

        folds = np.array(each_fold(fold, len(self.churn.folds), len(p.team)))
        expansion = Figure(full[1], folds[:, 1]) if self.expansion is not None else None
        return Point(Figure(full[0], folds[:, 0]), expansion)

    def _parts(
        self, beta: Floats, shift: float, revenue: Floats, move: Floats, fold: int | None
    ) -> tuple[float, float]:
        log_odds = self.churn.x @ beta + shift
        p, q = expit(log_odds), expit(log_odds + beta[1] * move)
        kept = float(revenue @ (p - q))
        if self.expansion is None:
            return kept, kept
        gamma = self.expansion.gamma if fold is None else self.expansion.folds[fold]
        ratio = self.expansion.x @ gamma
        return kept, float(revenue @ ((1 - q) * (ratio + gamma[1] * move) - (1 - p) * ratio))

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
