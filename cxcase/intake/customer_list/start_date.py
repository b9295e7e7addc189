"""t0, the day the year starts on: as somebody said, else as the tables give away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import pandas as pd

from cxcase.checks import Finding
from cxcase.intake.customer_list.docket import data_finding
from cxcase.intake.schema import Source
from cxcase.intake.values.heading_dates import day_in
from cxcase.settings import Settings


def start_of(
    settings: Settings,
    frames: Mapping[str, pd.DataFrame],
    sources: Sequence[Source],
    made_for: dt.date | None = None,
    of_years: dt.date | None = None,
) -> tuple[dt.date | None, list[Finding]]:
    """(t0, how it was found).

    By the day after the last response, the day the starting revenue's heading names, or the first
    loss, so that nobody counts as lost before the start, or of units the day after the last period;
    None where no table carries a date. made_for: the day a list was made from parts for, which was
    said there. of_years: the day that the years of revenue give, where they decide; said there too.
    """
    if settings.start is not None:
        return settings.start, []
    if of_years is not None:
        return of_years, []
    if last := day_after_last(frames.get("cx")):
        return last, [data_finding("ok", "t0_assumed", t0=last)]
    if made_for:
        return made_for, []
    if named := _named_by_heading(sources):
        day, heading = named
        return day, [data_finding("review", "t0_from_heading", t0=day, column=heading)]
    if first := _first_loss(frames.get("customers")):
        return first, [data_finding("review", "t0_from_first_loss", t0=first)]
    if last := _day_after_last_period(frames):
        return last, [data_finding("ok", "t0_from_last_period", t0=last)]
    return None, [data_finding("review", "t0_unknown")]


def _named_by_heading(sources: Sequence[Source]) -> tuple[dt.date, str] | None:
    """(day, heading) of the first customer list whose starting revenue is headed by a day."""
    for source in sources:
        heading = source.columns.get("revenue_start", "")
        if source.role == "customers" and heading and (day := day_in(heading)):
            return day, heading
    return None


def _day_after_last_period(frames: Mapping[str, pd.DataFrame]) -> dt.date | None:
    """The day after the last period of units, where there are no customers."""
    if "customers" in frames:
        return None
    return _day_after(_days(frames.get("units"), "period"))


def _first_loss(customers: pd.DataFrame | None) -> dt.date | None:
    days = _days(customers, "churn_date")
    if days is None:
        return None
    first: dt.date = days.min().date()
    return first


def day_after_last(cx: pd.DataFrame | None) -> dt.date | None:
    """The default t0; None when no response carries a date."""
    return _day_after(_days(cx, "responded_at"))


def first_day(cx: pd.DataFrame | None) -> dt.date | None:
    """The day of the first response; None when no response carries a date."""
    days = _days(cx, "responded_at")
    if days is None:
        return None
    first: dt.date = days.min().date()
    return first


def _days(table: pd.DataFrame | None, column: str) -> pd.Series | None:
    """The column as days (n,); None where there is no table, no such column or not one day."""
    if table is None or column not in table or table[column].isna().all():
        return None
    return pd.to_datetime(table[column])


def _day_after(days: pd.Series | None) -> dt.date | None:
    if days is None:
        return None
    after: dt.date = (days.max() + pd.Timedelta(days=1)).date()
    return after
