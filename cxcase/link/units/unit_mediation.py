"""The chain over units: every path, the reading that is believed, and what follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from cxcase import gates
from cxcase.errors import RefusedError
from cxcase.estimate import Estimate, Floats, refuse, summarise
from cxcase.intake import Scale
from cxcase.link.diagnosis import Believed
from cxcase.link.models.ex_to_cx import CHANCE, POINTS, STREAM
from cxcase.link.units.slopes import Path, Reading, readings
from cxcase.link.units.table import UnitRows
from cxcase.link.units.unit_worth import UnitMoney, worth_draws
from cxcase.stats.draws import fit_margins, t_draws

PER_POINT = "probability per point"
SHARE = "share of revenue per point"
SHARE_EX = "share of revenue per EX point"
B_STREAM = "link:indirect"
TINY = 0.01  # share of the scale below which a move is too small to divide by
PATHS = {
    "ex_to_cx": Path("ex_to_cx", "cx", "ex", POINTS, weights=("cx_n", "customers")),
    "cx_to_churn": Path("cx_to_churn", "rate", "cx", PER_POINT, held=("ex",)),
    "ex_to_churn_total": Path("ex_to_churn_total", "rate", "ex", CHANCE, steps=2),
    "cx_to_kept": Path(
        "cx_to_kept", "kept", "cx", "share of starting revenue per point", held=("ex",)
    ),
    "cx_to_revenue": Path("cx_to_revenue", "log_sales", "cx", SHARE, held=("ex",)),
    "ex_to_revenue_total": Path("ex_to_revenue_total", "log_sales", "ex", SHARE_EX, steps=2),
}
OUTCOMES = {"churn": "cx_to_churn", "kept": "cx_to_kept", "sales": "cx_to_revenue"}


@dataclass(frozen=True, eq=False)
class PathReadings:
    """A path with all its readings, and the one that is believed."""

    path: Path
    all: Mapping[str, Reading]
    reading: Reading
    believed: Believed

    @property
    def estimate(self) -> Estimate:
        """The believed slope."""
        return self.reading.estimate


def estimate_paths(
    rows: UnitRows, scale: Scale | None, ex_scale: Scale | None
) -> dict[str, PathReadings]:
    """The paths that the figures allow: churn and kept revenue where they are there, else sales."""
    wanted = []
    if np.isfinite(rows.cx).any() and np.isfinite(rows.ex).any():
        wanted.append("ex_to_cx")
    if np.isfinite(rows.rate).any():
        wanted += ["cx_to_churn", "ex_to_churn_total"]
    if np.isfinite(rows.kept).any():
        wanted.append("cx_to_kept")
    if np.isfinite(rows.sales).any() and not {"cx_to_churn", "cx_to_kept"} & set(wanted):
        wanted += ["cx_to_revenue", "ex_to_revenue_total"]
    found = {}
    for id in wanted:
        path = PATHS[id]
        if not np.isfinite(getattr(rows, path.x)).any():
            continue
        ends = scale if path.x == "cx" else ex_scale
        found[id] = choose_reading(
            path, readings(rows, path, None if ends is None else (ends.low, ends.high))
        )
    return found


def choose_reading(path: Path, found: Mapping[str, Reading]) -> PathReadings:
    """The reading that counts, by what the data are and never by what it says.

    Within units and a period later where twelve units can be followed so: what a unit always is
    plays no part, and the score comes first. Else within units, else pooled.
    """
    why = "no_periods" if len(found) == 1 else "few_units_within"
    chosen = found["pooled"]
    for name in ("within_lagged", "within"):
        reading = found.get(name)
        if reading is None:
            continue
        if not reading.estimate.refused and (reading.estimate.teams or 0) >= gates.MIN_TEAMS_FIRM:
            chosen = reading
            why = name
            break
        why = "no_change_over_time" if reading.estimate.reason == "no_change_over_time" else why
    pooled = found["pooled"].estimate.value
    value = chosen.estimate.value
    disagree = pooled is not None and value is not None and pooled * value < 0
    return PathReadings(
        path, found, chosen, Believed(path.id, chosen.name, why, disagree, chosen.estimate)
    )


def slope_draws(estimate: Estimate, stream: str, seed: int) -> Floats:
    """Draws (n_draws,) of a slope, as wide as its printed interval.

    Raises RefusedError where the estimate is refused.
    """
    value = estimate.value
    low = estimate.low
    high = estimate.high
    if value is None or low is None or high is None or estimate.df is None:
        raise RefusedError(estimate.reason or "not_run")
    half = np.array([(high - low) / 2])
    return value + fit_margins(t_draws(stream, estimate.df, seed)[:, None], half)[:, 0]


def _no_slope(estimate: Estimate | None) -> str | None:
    """Why a slope is missing from the chain, or None where it is there."""
    if estimate is None:
        return "units_no_chain"
    if estimate.refused:
        return estimate.reason or "not_run"
    return None


def through_score(a: Estimate | None, b: Estimate | None, seed: int) -> Estimate:
    """Churn probability per EX point through the score: the product of two slopes.

    Both are drawn with their own error.
    """
    code = _no_slope(a) or _no_slope(b)
    if a is None or a.value is None or b is None or b.value is None:
        return refuse(CHANCE, code or "not_run")
    draws = slope_draws(a, STREAM, seed) * slope_draws(b, B_STREAM, seed)
    df = min(a.df or np.inf, b.df or np.inf)
    return summarise(draws, a.value * b.value, CHANCE, df=df, n=a.n, teams=a.teams)


def worth_through_score(
    a: Estimate | None,
    money: UnitMoney,
    outcome: str,
    reading: Reading,
    per_point: Estimate,
    seed: int,
) -> Estimate:
    """Revenue a year that goes with one EX point through the score it brings.

    Kept inside the scale.
    """
    if a is None or a.value is None:
        code = "units_no_chain" if a is None else a.reason or "units_no_chain"
        return refuse(per_point.unit, code, n=per_point.n, teams=per_point.n)
    tiny = TINY * (money.scale.high - money.scale.low)
    step = a.value if abs(a.value) >= tiny else tiny
    draws = worth_draws(money, outcome, reading, step, per_point, seed) / step
    slope, _ = reading.slopes
    value = float(money.gain(outcome, slope, step).sum()) / step
    return summarise(
        slope_draws(a, STREAM, seed) * draws,
        a.value * value,
        per_point.unit,
        df=a.df,
        n=a.n,
        teams=a.n,
    )


def same_units(rows: UnitRows) -> UnitRows:
    """The rows where churn and kept revenue stand together: their worth is of the same units."""
    both = np.isfinite(rows.rate) & np.isfinite(rows.kept)
    most = max(int(np.isfinite(rows.rate).sum()), int(np.isfinite(rows.kept).sum()))
    if both.any() and both.sum() >= gates.MIN_TEAM_KNOWN * most:
        return replace(
            rows, rate=np.where(both, rows.rate, np.nan), kept=np.where(both, rows.kept, np.nan)
        )
    return rows
