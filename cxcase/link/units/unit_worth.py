"""What a point of the score goes with in money, unit by unit and in total."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from cxcase.estimate import LEVEL, Estimate, Floats, refuse
from cxcase.intake import Scale
from cxcase.link.data.customer_cells import Cells
from cxcase.link.diagnosis import UnitWorth
from cxcase.link.units.slopes import Reading
from cxcase.link.units.table import UnitRows
from cxcase.link.worth.curve_type import Curve
from cxcase.stats.cluster import jackknife
from cxcase.stats.concave import concave_shape, knots
from cxcase.stats.draws import fit_margins, jackknife_draws


@dataclass(frozen=True, eq=False)
class UnitMoney:
    """Units with a revenue and a score, and the score's scale.

    (h,): names, revenue a year, score, share lost a year, customers.
    """

    names: tuple[str, ...]
    revenue: Floats
    score: Floats
    lost: Floats
    customers: Floats
    scale: Scale

    def gain(self, outcome: str, slope: float, points: float) -> Floats:
        """Revenue a year (h,) that goes with each unit's mean score `points` higher.

        Kept inside the scale. churn: less is lost, never less than nothing; kept: more of the start
        is left; sales: slope is of their log.
        """
        move = np.clip(self.score + points, self.scale.low, self.scale.high) - self.score
        if outcome == "churn":
            return np.asarray(
                self.revenue * (self.lost - np.clip(self.lost + slope * move, 0.0, 1.0)),
                dtype=np.float64,
            )
        share = slope * move if outcome == "kept" else np.expm1(slope * move)
        return np.asarray(self.revenue * share, dtype=np.float64)

    def curve(self, name: str, reading: Reading, estimate: Estimate, seed: int) -> Curve:
        """The score's money curve: what is not lost, concave, `per_point` at one point."""
        lifts = knots(self.scale.high - self.scale.low)
        slope = -abs(reading.estimate.value or 0.0)
        each = [self.gain("churn", slope, float(lift)) for lift in lifts]
        gains = np.array([float(kept.sum()) for kept in each])
        weight = np.where(np.isfinite(self.customers), self.customers, np.nanmean(self.customers))
        mean = float(np.average(self.score, weights=weight))
        draws = worth_draws(self, "churn", reading, 1.0, estimate, seed)
        h = len(self.names)
        room = weight * (self.scale.high - self.score)
        lost = weight * self.lost
        cells = Cells(
            self.names, (), np.arange(h), np.full(h, -1), np.array(each), weight, room, None, lost
        )
        return Curve(
            name, lifts, concave_shape(lifts, gains), estimate, draws, self.scale.high - mean, cells
        )


def price_units(rows: UnitRows, scale: Scale) -> UnitMoney:
    """Each unit's revenue, score and share lost over its last twelve months."""
    g = len(rows.names)
    latest = rows.latest()
    revenue, score = (_mean(values, rows.unit, g, latest) for values in (rows.start, rows.cx))
    lost = _mean(rows.rate, rows.unit, g, latest)
    used = np.isfinite(revenue) & np.isfinite(score)
    if (used & np.isfinite(lost)).any():
        average = float(np.average(lost[used & np.isfinite(lost)]))
    else:
        average = np.nan
    customers = _mean(rows.customers, rows.unit, g, latest)
    customers = customers if np.isfinite(customers[used]).any() else np.ones(g)
    return UnitMoney(
        names=tuple(name for name, there in zip(rows.names, used.tolist(), strict=True) if there),
        revenue=revenue[used],
        score=score[used],
        lost=np.where(np.isfinite(lost), lost, average)[used],
        customers=customers[used],
        scale=scale,
    )


def _mean(values: Floats, unit: np.ndarray, g: int, use: np.ndarray) -> Floats:
    known = use & np.isfinite(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(
            np.bincount(unit[known], values[known], g) / np.bincount(unit[known], minlength=g)
        )


def worth_of(money: UnitMoney, outcome: str, reading: Reading, unit: str) -> Estimate:
    """Revenue a year in all units that goes with one more point.

    Interval from leaving out one unit at a time.
    """
    value, folds = _figure(money, outcome, reading, 1.0)
    return _estimate(reading, unit, value, folds)


def difference(money: UnitMoney, kept: Reading, churn: Reading, unit: str) -> Estimate:
    """The worth by kept revenue less that by churn, so that the parts add up."""
    total, total_folds = _figure(money, "kept", kept, 1.0)
    part, folds = _figure(money, "churn", churn, 1.0)
    return _estimate(kept, unit, total - part, total_folds - folds)


def each_unit(money: UnitMoney, outcome: str, reading: Reading, unit: str) -> tuple[UnitWorth, ...]:
    """The worth of a point in each unit, with its own interval, the largest first.

    They add up to the total.
    """
    if reading.folds is None or reading.estimate.value is None:
        return ()
    full = money.gain(outcome, reading.estimate.value, 1.0)
    folds = np.array([money.gain(outcome, float(slope), 1.0) for slope in reading.folds])
    got = jackknife(folds, full, df=_df(reading))
    n = reading.estimate.n
    found = [
        UnitWorth(
            name,
            float(r),
            Estimate(float(v), float(lo), float(hi), unit, df=got.df, n=n, teams=n),
            at,
            away,
        )
        for name, r, v, lo, hi, at, away in zip(
            money.names,
            money.revenue,
            full,
            got.low,
            got.high,
            money.score.tolist(),
            money.lost.tolist(),
            strict=True,
        )
    ]
    return tuple(sorted(found, key=lambda w: (-(w.worth.value or 0.0), w.unit)))


def worth_draws(
    money: UnitMoney, outcome: str, reading: Reading, points: float, estimate: Estimate, seed: int
) -> Floats:
    """Draws (n_draws,) of the worth of so many points.

    As wide as the printed interval of one point is beside them.
    """
    value, folds = _figure(money, outcome, reading, points)
    df = _df(reading)
    half = float(stdtrit(df, (1 + LEVEL) / 2) * jackknife(folds, value).se)
    spread = jackknife_draws(value, folds, seed) - value
    return value + fit_margins(spread[:, None], np.array([half]))[:, 0]


def _figure(
    money: UnitMoney, outcome: str, reading: Reading, points: float
) -> tuple[float, Floats]:
    slope, folds = reading.slopes
    return (
        float(money.gain(outcome, slope, points).sum()),
        np.array([float(money.gain(outcome, float(b), points).sum()) for b in folds]),
    )


def _df(reading: Reading) -> float:
    """Uneven units leave a straight line fewer degrees of freedom than there are units."""
    most = float(len(reading.slopes[1]) - 1)
    return min(most, reading.estimate.df or most)


def _estimate(reading: Reading, unit: str, value: float, folds: Floats) -> Estimate:
    n = reading.estimate.n
    if not np.isfinite(folds).all():
        return refuse(unit, "few_units", n=n, teams=n)
    got = jackknife(folds, value, df=_df(reading))
    return Estimate(value, float(got.low), float(got.high), unit, df=got.df, n=n, teams=n)
