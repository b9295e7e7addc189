"""Straight lines over units: pooled or within each unit, in the same period or later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from cxcase import gates
from cxcase.errors import RefusedError
from cxcase.estimate import Bools, Estimate, Floats, Ints, refuse
from cxcase.link.units.table import UnitRows
from cxcase.stats.cluster import cr2, delete_one, jackknife
from cxcase.stats.identifiability import independent_columns
from cxcase.stats.ols import TeamSums, fit_ols, team_sums

UNITS_PER_COLUMN = 5  # fewer units for each column of the line: other columns are left out
MOSTLY = 0.8  # share of the rows that must have engagement for it to be held
SAME = 1e-9  # share of its variance left of a column, below which there is nothing left of it
READINGS = ("pooled", "pooled_lagged", "within", "within_lagged")


@dataclass(frozen=True)
class Path:
    """One slope: y per point of x, both columns of `UnitRows`.

    held: further columns; weights: what units weigh. steps: of the chain that x is before y, and so
    many periods at most.
    """

    id: str
    y: str
    x: str
    unit: str
    held: tuple[str, ...] = ()
    weights: tuple[str, ...] = ("customers", "cx_n")
    steps: int = 1


@dataclass(frozen=True, eq=False)
class Reading:
    """A path's slope read one way.

    folds (g,): with each unit left out, on the units that the reading rests on. leverage (g,): each
    unit's share of what is left of x; reliability, by_fold (g,): of those differences, None where
    not known; at_least: it is a lower bound. left: columns that few units left no room for. sums:
    for the bootstrap.
    """

    name: str
    estimate: Estimate
    folds: Floats | None = None
    leverage: Floats | None = None
    reliability: float | None = None
    by_fold: Floats | None = None
    at_least: bool = False
    left: tuple[str, ...] = ()
    rows: int = 0
    sums: TeamSums | None = None

    @property
    def slopes(self) -> tuple[float, Floats]:
        """(the slope, its folds (g,)). Raises RefusedError where there is no slope."""
        if self.estimate.value is None or self.folds is None:
            raise RefusedError(self.estimate.reason or "not_run")
        return self.estimate.value, self.folds


@dataclass(frozen=True, eq=False)
class _Design:
    """What a reading is fit on.

    y, x (n,), others (n, k), weight (n,), unit codes (n,) of g units, noise of x (n,).
    """

    y: Floats
    x: Floats
    others: Floats
    names: tuple[str, ...]
    weight: Floats
    unit: Ints
    g: int
    noise: Floats
    at_least: bool
    since: Floats  # (n, l) x of later periods, held


def readings(rows: UnitRows, path: Path, bounds: tuple[float, float] | None) -> dict[str, Reading]:
    """Every reading that the rows allow: pooled always, the others over time.

    bounds: the ends of x's scale.
    """
    found = {"pooled": read(rows, rows, path, "pooled", bounds)}
    if rows.periods > 1:
        found["within"] = read(rows, rows, path, "within", bounds)
    if rows.periods > 1 and rows.ordered:
        lag = path.steps if rows.periods > 1 + path.steps else 1
        before = rows.lagged(lag)
        found["pooled_lagged"] = read(rows, before, path, "pooled_lagged", bounds)
        if rows.periods > 2:
            since = tuple(
                np.asarray(getattr(rows.lagged(k) if k else rows, path.x)) for k in range(lag)
            )
            found["within_lagged"] = read(rows, before, path, "within_lagged", bounds, since)
    return {name: found[name] for name in READINGS if name in found}


def read(
    rows: UnitRows,
    before: UnitRows,
    path: Path,
    name: str,
    bounds: tuple[float, float] | None,
    since: tuple[Floats, ...] = (),
) -> Reading:
    """Weighted least squares, one row a unit and period, with periods' own levels.

    within: also each unit's own level. y comes from `rows`, everything else from `before`: the same
    rows, or those of the period before. since: x (n,) of the periods after, held: about a unit's
    own mean a high period is followed by lower ones, so that without them an effect within the
    period would come back with the other sign (Nickell 1981, Econometrica 49, 1417-1426).

    Errors by unit: CR2 with Satterthwaite's degrees of freedom, which with one row a unit is HC2
    with those of Bell and McCaffrey. Units' own levels are taken out before: exact for weights that
    are a unit's own (Pustejovsky & Tipton 2018, J. Bus. Econ. Stat. 36, 672-683, theorem 2).
    """
    within = name.startswith("within")
    design, left = _design(np.asarray(getattr(rows, path.y)), before, path, within, bounds, since)
    n = 0 if design is None else design.g
    if design is None or n < gates.MIN_TEAMS_INTERVAL:
        return Reading(name, refuse(path.unit, "one_unit" if n < 2 else "few_units", n=n, teams=n))
    if np.ptp(design.y) == 0:
        return Reading(name, refuse(path.unit, "units_outcome_alike", n=n, teams=n))
    sums = _sums(replace(design, others=np.column_stack([design.since, design.others])), within)
    if sums is None:
        reason = "no_change_over_time" if within else "units_score_alike"
        return Reading(name, refuse(path.unit, reason, n=n, teams=n))
    fit = fit_ols(sums)
    got = cr2(fit.hessian, fit.score, fit.inverse, np.eye(len(fit.beta))[0])
    value = float(fit.beta[0])
    low, high = got.interval(value)
    part = (
        np.einsum("gij,i,j->g", sums.xx, fit.inverse[:, 0], fit.inverse[:, 0])
        / fit.inverse[0, 0] ** 2
    )
    # noise runs from period to period as the score does about its mean: holding later ones takes
    # the same share of both
    bare = _sums(design, within) if design.since.size else sums
    reliability, by_fold = (None, None) if bare is None else _reliability(design, bare, within)
    return Reading(
        name=name,
        estimate=Estimate(value, low, high, path.unit, df=got.df, n=n, teams=n),
        folds=delete_one(fit.hessian, fit.score, fit.inverse, fit.beta)[:, 0],
        leverage=part,
        reliability=reliability,
        by_fold=by_fold,
        at_least=design.at_least,
        left=left,
        rows=len(design.y),
        sums=sums,
    )


def without_noise(reading: Reading, unit: str) -> Reading:
    """The reading over the reliability of what it rests on.

    Estimated anew without each unit; jackknife t(G - 1).

    Source: errors-in-variables by method of moments, Fuller 1987, Measurement Error Models, section
    1.2.
    """
    raw = reading.estimate
    reason = None
    if raw.value is None or reading.folds is None:
        reason = raw.reason or "not_run"
    elif reading.reliability is None or reading.by_fold is None or reading.at_least:
        reason = "units_no_spread"
    elif reading.reliability < gates.MIN_RELIABILITY:
        reason = "reliability_low"
    if reason is not None or raw.value is None or reading.folds is None or reading.by_fold is None:
        return replace(
            reading,
            estimate=refuse(unit, reason or "not_run", n=raw.n, teams=raw.teams),
            folds=None,
        )
    folds = reading.folds / np.maximum(reading.by_fold, gates.RELIABILITY_FLOOR)
    value = raw.value / max(reading.reliability or 1.0, gates.RELIABILITY_FLOOR)
    got = jackknife(folds, value)
    estimate = Estimate(
        value, float(got.low), float(got.high), unit, df=got.df, n=raw.n, teams=raw.teams
    )
    return replace(reading, estimate=estimate, folds=folds)


def _design(
    y: Floats,
    rows: UnitRows,
    path: Path,
    within: bool,
    bounds: tuple[float, float] | None,
    since: tuple[Floats, ...] = (),
) -> tuple[_Design | None, tuple[str, ...]]:
    """(the rows that have both figures, None without any; the columns that had to be left out)."""
    x = np.asarray(getattr(rows, path.x))
    use = np.isfinite(y) & np.isfinite(x) & np.isfinite(rows.held).all(1)
    held = [(name, np.asarray(getattr(rows, name))) for name in path.held]
    held = [(name, v) for name, v in held if use.any() and np.isfinite(v[use]).mean() >= MOSTLY]
    for values in (*(v for _, v in held), *since):
        use &= np.isfinite(values)
    if within:
        use &= np.bincount(rows.unit[use], minlength=len(rows.names))[rows.unit] > 1
    if not use.any():
        return None, ()
    codes, unit = np.unique(rows.unit[use], return_inverse=True)
    columns = [*held, *zip(rows.held_names, rows.held.T, strict=True)]
    room = max(len(codes) // UNITS_PER_COLUMN - 2, 0)  # beside the constant and x
    left = tuple(name for name, _ in columns[room:])
    kept = columns[:room]
    period = np.unique(rows.period[use], return_inverse=True)[1]
    dummies = np.eye(period.max() + 1)[period][:, 1:]
    beside = [*(v[use] for _, v in kept), *dummies.T]
    n = int(use.sum())
    others = _side_by_side(beside, n)
    later = _side_by_side([values[use] for values in since], n)
    noise, at_least = _noise(rows, path.x, use, bounds)
    weight = _weights(rows, path, use, unit, len(codes))
    codes_of = unit.astype(np.int64)
    return _Design(
        y[use], x[use], others, left, weight, codes_of, len(codes), noise, at_least, later
    ), left


def _side_by_side(columns: Sequence[Floats], n: int) -> Floats:
    """Columns (n,) as a table (n, k), also where there are none."""
    return np.column_stack([np.empty((n, 0)), *columns])


def _weights(rows: UnitRows, path: Path, use: Bools, unit: Ints, g: int) -> Floats:
    """A unit's own weight (n,), the same in all its rows.

    The first of `path.weights` that every row has; else all alike.
    """
    for name in path.weights:
        values = np.asarray(getattr(rows, name))[use]
        if np.isfinite(values).all() and (values > 0).all():
            own = np.bincount(unit, values, minlength=g) / np.bincount(unit, minlength=g)
            return np.asarray(own[unit] / own[unit].mean(), dtype=np.float64)
    return np.ones(int(use.sum()))


def _noise(
    rows: UnitRows, x: str, use: Bools, bounds: tuple[float, float] | None
) -> tuple[Floats, bool]:
    """(sampling variance of each mean of x, whether it is only the most it can be).

    NaN where it is not known. From the spread of answers where that is given. Else from how far
    answers can spread around a mean within the scale: variance at most (mean - low)(high - mean)
    (Bhatia & Davis 2000, Am. Math. Monthly 107, 353-357).
    """
    n = np.asarray(getattr(rows, f"{x}_n"))[use]
    spread = np.asarray(getattr(rows, f"{x}_sd"))[use]
    with np.errstate(invalid="ignore", divide="ignore"):
        if np.isfinite(spread / n).any():
            return np.asarray(spread**2 / n, dtype=np.float64), False
        if bounds is None:
            return np.full(len(n), np.nan), True
        values = np.asarray(getattr(rows, x))[use]
        most = (values - bounds[0]) * (bounds[1] - values) * n / np.maximum(n - 1, 1)
        return np.asarray(most / n, dtype=np.float64), True


def _sums(design: _Design, within: bool) -> TeamSums | None:
    """Cross-products by unit of [x, others] and y; None where nothing is left of x.

    Within: less each unit's mean.
    """
    constant = [] if within else [np.ones((len(design.y), 1))]
    table = np.column_stack([design.x, *constant, design.others, design.y])
    if within:
        n = np.bincount(design.unit, minlength=design.g).astype(float)
        totals = np.column_stack(
            [np.bincount(design.unit, column, minlength=design.g) for column in table.T]
        )
        left = table - (totals / n[:, None])[design.unit]
        changes = np.abs(left).max(0) > SAME * np.abs(table).max(0)
        table = left * changes  # what never changes is nothing, not what rounding leaves of it
    x = table[:, 0]
    others = table[:, 1:-1]
    y = table[:, -1]
    root = np.sqrt(design.weight)
    others = others[:, independent_columns(others * root[:, None])] if others.shape[1] else others
    remains = x * root
    if others.shape[1]:
        z = others * root[:, None]
        remains = remains - z @ np.linalg.lstsq(z, remains, rcond=None)[0]
    if remains @ remains <= SAME * max(float(root**2 @ design.x**2), 1e-300):
        return None
    return team_sums(np.column_stack([x, others]), y, design.weight, design.unit, design.g)


def _reliability(
    design: _Design, sums: TeamSums, within: bool
) -> tuple[float | None, Floats | None]:
    """(share of what is left of x that is not sampling noise, the same without each unit).

    None where not known.
    """
    known = np.isfinite(design.noise)
    if known.mean() < MOSTLY:
        return None, None
    noise = np.where(known, design.noise, design.noise[known].mean()) * design.weight
    by_unit = np.bincount(design.unit, noise, minlength=design.g)
    rows = np.bincount(design.unit, minlength=design.g).astype(float)
    columns = sums.xx.shape[1] - 1

    def share(total: Floats, noise: float, n: float, g: int) -> float:
        left = (
            1.0 - (columns + (g if within else 0)) / n
        )  # what the other columns take of the noise as well
        rest = float(1.0 / np.linalg.pinv(total)[0, 0])
        if rest > 0:
            return float(np.clip(1.0 - noise * left / rest, 0.0, 1.0))
        return 0.0

    total = sums.xx.sum(0)
    n = float(rows.sum())
    whole = float(by_unit.sum())
    folds = [
        share(total - sums.xx[k], whole - by_unit[k], n - rows[k], design.g - 1)
        for k in range(design.g)
    ]
    return share(total, whole, n, design.g), np.array(folds)
