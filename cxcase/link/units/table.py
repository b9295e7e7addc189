"""The figures of units as arrays: a row a unit and period, outcomes a year."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from cxcase.checks import Finding
from cxcase.estimate import Bools, Floats, Ints
from cxcase.intake import Case, Scale
from cxcase.link.data.covariates import known_columns
from cxcase.settings import METRICS, Settings

YEAR = 12.0
NET = "nps_net"
LARGEST_RATE = 0.999  # a period's churn is below it before it is brought to a year


@dataclass(frozen=True, eq=False)
class UnitRows:
    """n rows of g units over `periods`, all (n,) but names (g,) and held (n, k).

    unit, period: codes, periods in time order. cx, ex: means; *_n answers behind them; *_sd spread
    of answers. rate: share of customers lost a year; kept: end over start revenue, a year on;
    sales, start: revenue a year. held: controls as columns. months: of a period, None where not
    known. ordered: whether periods follow each other.
    """

    unit: Ints
    period: Ints
    names: tuple[str, ...]
    periods: int
    ordered: bool
    months: float | None
    cx: Floats
    cx_n: Floats
    cx_sd: Floats
    ex: Floats
    ex_n: Floats
    ex_sd: Floats
    rate: Floats
    kept: Floats
    sales: Floats
    start: Floats
    customers: Floats
    held: Floats
    held_names: tuple[str, ...]

    @property
    def log_sales(self) -> Floats:
        """Logarithm of sales a year, so that a slope is a share of them."""
        return np.asarray(np.log(self.sales), dtype=np.float64)

    def lagged(self, lag: int = 1) -> UnitRows:
        """The same rows with score, engagement and controls of `lag` periods before.

        NaN where there are none.
        """
        place = {
            pair: k
            for k, pair in enumerate(zip(self.unit.tolist(), self.period.tolist(), strict=True))
        }
        before = [
            place.get((u, p - lag), -1)
            for u, p in zip(self.unit.tolist(), self.period.tolist(), strict=True)
        ]
        index = np.array(before, dtype=np.int64)

        def earlier(values: Floats) -> Floats:
            there = (index >= 0).reshape(-1, *([1] * (values.ndim - 1)))
            return np.where(there, values[np.maximum(index, 0)], np.nan)

        return replace(
            self,
            cx=earlier(self.cx),
            cx_n=earlier(self.cx_n),
            cx_sd=earlier(self.cx_sd),
            ex=earlier(self.ex),
            ex_n=earlier(self.ex_n),
            ex_sd=earlier(self.ex_sd),
            held=earlier(self.held),
        )

    def latest(self) -> Bools:
        """(n,) True for the rows of the last twelve months.

        Each unit's last period where their length is not known.
        """
        if self.months is None:
            last = np.full(len(self.names), -1)
            np.maximum.at(last, self.unit, self.period)
            return np.asarray(self.period == last[self.unit], dtype=np.bool_)
        return np.asarray(
            self.period > self.periods - 1 - max(round(YEAR / self.months), 1), dtype=np.bool_
        )


def choose_unit_metric(
    case: Case, settings: Settings
) -> tuple[str | None, Scale | None, tuple[Finding, ...]]:
    """(the score that units are read on, its scale, findings).

    The score chosen, else the first that is there.
    """
    frame = case.table("units")
    there: list[str] = [
        m for m in METRICS if m in frame and frame[m].notna().any() and m in case.unit_scales
    ]
    scales = {m: case.unit_scales[m] for m in there}
    if NET in frame and frame[NET].notna().any():
        there = [*there, NET]
        scales[NET] = Scale(-100.0, 100.0)
    if not there:
        return None, None, ()
    asked: str | None = settings.metric
    if asked in there:
        used = asked
    elif asked == "nps" and NET in there:
        used = NET
    else:
        used = there[0]
    if asked is None or used in (asked, NET):
        return used, scales[used], ()
    return (
        used,
        scales[used],
        (Finding("review", "metric_not_answered", "link", {"asked": asked, "used": used}),),
    )


def read_units(
    case: Case, metric: str | None, settings: Settings
) -> tuple[UnitRows, tuple[Finding, ...]]:
    """The rows, and what had to be left out of them."""
    frame, found = _dated(case.table("units"))
    frame = _with_survey(frame, case)
    names = tuple(str(name) for name in sorted(frame["team"].unique()))
    unit = pd.Index(names).get_indexer(pd.Index(frame["team"].astype("str"))).astype(np.int64)
    period, periods = _codes(frame)
    columns = _controls(frame, settings)
    churn_months = _column(frame, "churn_months", YEAR)
    rate = np.clip(_column(frame, "churn_rate"), 0.0, LARGEST_RATE)
    sales = _column(frame, "revenue") * YEAR / _column(frame, "revenue_months", YEAR)
    start = _column(frame, "revenue_start")
    end = _column(frame, "revenue_end")
    months = float(frame["period_months"].median()) if "period_months" in frame else float("nan")
    with np.errstate(invalid="ignore", divide="ignore"):
        kept = np.where(start > 0, np.maximum(end, 0.0) / start, np.nan)
    rows = UnitRows(
        unit=unit,
        period=period,
        names=names,
        periods=periods,
        ordered="period" in frame,
        months=months if np.isfinite(months) else None,
        cx=_column(frame, metric or ""),
        cx_n=_column(frame, "cx_n"),
        cx_sd=_column(frame, "cx_sd"),
        ex=_column(frame, "ex"),
        ex_n=_column(frame, "ex_n"),
        ex_sd=_column(frame, "ex_sd"),
        rate=1.0 - (1.0 - rate) ** (YEAR / churn_months),
        kept=kept,
        sales=np.where(sales > 0, sales, np.nan),
        start=np.where(start > 0, start, sales),
        customers=_column(frame, "customers"),
        held=columns[0],
        held_names=columns[1],
    )
    return rows, found


def _dated(frame: pd.DataFrame) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """The rows whose period can be placed in time, where any can; the others are counted."""
    if "period" not in frame:
        return frame, ()
    dated = frame["period"].notna()
    if not dated.any():  # labels that name no time: periods, but in no order
        return frame.drop(columns="period"), (
            Finding("review", "units_periods_without_order", "link"),
        )
    if dated.all():
        return frame, ()
    params = {"count": int((~dated).sum()), "total": len(frame)}
    kept = frame.loc[dated].reset_index(drop=True)
    return kept, (Finding("review", "units_without_period", "link", params),)


def _codes(frame: pd.DataFrame) -> tuple[Ints, int]:
    if "period" in frame:
        name = "period"
    elif "period_label" in frame:
        name = "period_label"
    else:
        name = None
    if name is None:
        return np.zeros(len(frame), dtype=np.int64), 1
    codes, labels = pd.factorize(frame[name], sort=True)
    return np.maximum(codes, 0).astype(np.int64), len(labels)


def _column(frame: pd.DataFrame, name: str, otherwise: float = np.nan) -> Floats:
    if name not in frame:
        return np.full(len(frame), otherwise)
    return frame[name].to_numpy(dtype=np.float64, na_value=np.nan)


def _with_survey(frame: pd.DataFrame, case: Case) -> pd.DataFrame:
    """Units without engagement of their own take that of the employee survey, with its spread."""
    if ("ex" in frame and frame["ex"].notna().any()) or not case.has("ex"):
        return frame
    ex = case.table("ex", ["team", "n", "mean", "sd"]).set_index("team")
    found = ex.reindex(frame["team"].astype("str"))
    return frame.assign(
        ex=found["mean"].to_numpy(), ex_n=found["n"].to_numpy(), ex_sd=found["sd"].to_numpy()
    )


def _controls(frame: pd.DataFrame, settings: Settings) -> tuple[Floats, tuple[str, ...]]:
    """Controls of units: (columns (n, k), names).

    The unit's size where every row has it, then the controls that somebody named.
    """
    named = {
        n: h
        for n in settings.controls
        if (h := f"extra:{n}" if f"extra:{n}" in frame else n) in frame
    }
    columns = known_columns(
        pd.DataFrame({n: frame[h] for n, h in named.items()}, index=frame.index), settings.controls
    )
    customers = _column(frame, "customers")
    values = columns.values
    names = columns.names
    if (customers > 0).all() and np.ptp(customers) > 0:
        size = np.log(customers)
        return np.column_stack([(size - size.mean()) / size.std(), values]), (
            "log_customers",
            *names,
        )
    return values, names
