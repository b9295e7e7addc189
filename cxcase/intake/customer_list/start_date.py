"""t0, the day the year starts on: as somebody said, else as the tables give away, and how that was
found.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import pandas as pd

from cxcase.checks import Finding
from cxcase.intake.schema import Source
from cxcase.intake.values.heading_dates import day_in
from cxcase.settings import Settings


def start_of(
    settings: Settings,
    frames: Mapping[str, pd.DataFrame],
    sources: Sequence[Source],
    made_for: dt.date | None = None,
) -> tuple[dt.date | None, list[Finding]]:
    """(t0, how it was found): the day after the last response, the day the starting revenue's
    heading names, or the first loss, so that nobody counts as lost before the start, or of units
    the day after the last period; None where no table carries a date."""
    if settings.start is not None:
        return settings.start, []
    if last := day_after_last(frames.get("cx")):
        return last, [Finding("ok", "t0_assumed", "data", {"t0": last})]
    if made_for:  # the list was made from parts for this day, which was said there
        return made_for, []
    for source in sources:
        heading = source.columns.get("revenue_start") if source.role == "customers" else None
        if heading and (day := day_in(heading)):
            return day, [
                Finding("review", "t0_from_heading", "data", {"t0": day, "column": heading})
            ]
    if first := _first_loss(frames.get("customers")):
        return first, [Finding("review", "t0_from_first_loss", "data", {"t0": first})]
    if last := _last_period(frames):
        return last, [Finding("ok", "t0_from_last_period", "data", {"t0": last})]
    return None, [Finding("review", "t0_unknown", "data")]


def _last_period(frames: Mapping[str, pd.DataFrame]) -> dt.date | None:
    """The day after the last period of units, where there are no customers."""
    units = frames.get("units")
    if (
        units is None
        or "customers" in frames
        or "period" not in units
        or units["period"].isna().all()
    ):
        return None
    return (pd.to_datetime(units["period"]).max() + pd.Timedelta(days=1)).date()


def _first_loss(customers: pd.DataFrame | None) -> dt.date | None:
    if customers is None or "churn_date" not in customers or customers["churn_date"].isna().all():
        return None
    return pd.to_datetime(customers["churn_date"]).min().date()


def day_after_last(cx: pd.DataFrame | None) -> dt.date | None:
    """The default t0; None when no response carries a date."""
    if cx is None or "responded_at" not in cx or cx["responded_at"].isna().all():
        return None
    return (pd.to_datetime(cx["responded_at"]).max() + pd.Timedelta(days=1)).date()


def first_day(cx: pd.DataFrame | None) -> dt.date | None:
    """The day of the first response; None when no response carries a date."""
    if cx is None or "responded_at" not in cx or cx["responded_at"].isna().all():
        return None
    return pd.to_datetime(cx["responded_at"]).min().date()
