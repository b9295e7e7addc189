"""t0, the day the year starts on: as somebody said, else as the tables give away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import pandas as pd

from cxcase.checks import Finding
from cxcase.intake.customer_list.churn_sources import back_in_time
from cxcase.intake.customer_list.docket import data_finding
from cxcase.intake.customer_list.merge_parts import LISTS
from cxcase.intake.customer_list.run_rates import WINDOW, without_notices
from cxcase.intake.schema import Source
from cxcase.intake.tables.came_back import CAME_BACK
from cxcase.intake.values.heading_dates import day_in
from cxcase.intake.vocabulary.money_headings import money_heading
from cxcase.settings import Settings

OVER_YEARS = "leavings_over_years"
_MANY_LATER = 0.1  # share of days of leaving after a year from the first that makes it doubtful


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
        if year := _after_year_of_heading(first, sources):
            day, heading = year
            return day, [data_finding("review", "t0_from_heading", t0=day, column=heading)]
        said = [data_finding("review", "t0_from_first_loss", t0=first)]
        return first, [*said, *_over_years(first, frames["customers"])]
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


def _after_year_of_heading(first: dt.date, sources: Sequence[Source]) -> tuple[dt.date, str] | None:
    """(the day after the year that the starting revenue is headed by, its heading), where the first
    loss lies in the year from that day.
    """
    for source in sources:
        heading = source.columns.get("revenue_start", "")
        said = money_heading(heading) if source.role in LISTS else None
        if said is None or said.ends is None or not said.whole_year or said.split:
            continue
        if said.ends <= first < said.ends.replace(year=said.ends.year + 1):
            return said.ends, heading
    return None


def _over_years(first: dt.date, customers: pd.DataFrame) -> list[Finding]:
    """What is asked where days of leaving alone give the start, and customers left over more than a
    year from it: in any other year as many may have left.
    """
    left = without_notices(_left_for_good(customers))
    later = left[left >= pd.Timestamp(first) + WINDOW]
    if len(later) < _MANY_LATER * len(left):
        return []
    last = left.max().date()
    return [data_finding("fail", OVER_YEARS, first=first, last=last, count=len(later))]


def _day_after_last_period(frames: Mapping[str, pd.DataFrame]) -> dt.date | None:
    """The day after the last period of units, where there are no customers."""
    if "customers" in frames:
        return None
    return _day_after(_days(frames.get("units"), "period"))


def _first_loss(customers: pd.DataFrame | None) -> dt.date | None:
    days = None if customers is None else _left_for_good(customers)
    if days is None or days.isna().all():
        return None
    first: dt.date = days.min().date()
    return first


def _left_for_good(customers: pd.DataFrame) -> pd.Series:
    """The days of leaving (n,), NaT for those who came back."""
    if "churn_date" not in customers:
        return pd.Series(pd.NaT, customers.index)
    days = pd.to_datetime(customers["churn_date"])
    if CAME_BACK not in customers:
        return days
    return days.mask(back_in_time(days, pd.to_datetime(customers[CAME_BACK]), None))


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
