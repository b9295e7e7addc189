"""Money whose period cannot be told, and columns that nobody filled in: asked before any figure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cxcase.intake.customer_list.docket import Docket, data_finding, decide
from cxcase.intake.schema import EXTRA
from cxcase.intake.vocabulary.money_headings import MoneyHeading, money_heading
from cxcase.settings import Settings

PERIOD_CODE = "revenue_period"
EMPTY_CODE = "empty_revenue"
START = "revenue_start"
END = "revenue_end"
_MONTHS = 12
_APART = (11, 13)  # months between two columns that are a year apart, or nearly
# what yearly amounts are of the monthly ones beside them, and what monthly ones are
_YEARLY = (10.0, 14.0)
_MONTHLY = (0.8, 1.25)


@dataclass(frozen=True)
class _Doubt:
    """A column whose amounts may be of a year or not, and what would bring them to one."""

    name: str
    heading: str
    times: float | None  # None: nobody can say


def settle_doubts(
    frame: pd.DataFrame, columns: Mapping[str, str], settings: Settings
) -> tuple[pd.DataFrame, Docket]:
    """(the rows of a list with revenue as decided, what is asked and said of it).

    columns: field -> heading.
    """
    frame, about_empty = _without_empty(frame, columns, settings)
    doubts = tuple(_doubts(frame, columns))
    totals = {}
    if doubts:
        totals = {
            "as_year": float(frame[doubts[0].name].sum()),
            "to_year": float(frame[doubts[0].name].sum() * (doubts[0].times or 1.0)),
        }
    count = len(frame) if doubts else 0
    headings = [doubt.heading for doubt in doubts]
    said = data_finding("fail", PERIOD_CODE, columns=headings, count=count, **totals)
    option, docket = decide(settings, PERIOD_CODE, count, said)
    for doubt in doubts:
        frame = _decided(frame, doubt, option)
    if option == "to_year" and any(doubt.times is None for doubt in doubts):
        docket = Docket(docket.counts, (said,))
    return frame, about_empty + docket


def _decided(frame: pd.DataFrame, doubt: _Doubt, option: str) -> pd.DataFrame:
    """The rows with one column of doubt as decided."""
    if option == "leave_out":
        return frame.drop(columns=doubt.name)
    if option == "to_year" and doubt.times is not None:
        return frame.assign(**{doubt.name: frame[doubt.name] * doubt.times})
    return frame


# ---- columns that nobody filled in ---------------------------------------------------------------


def _without_empty(
    frame: pd.DataFrame, columns: Mapping[str, str], settings: Settings
) -> tuple[pd.DataFrame, Docket]:
    """(the rows without columns of revenue that hold no amount, where that was decided; docket)."""
    empty = [n for n in (START, END) if n in frame and n in columns and frame[n].isna().all()]
    if frame.empty or not empty:
        return frame, Docket()
    headings = [columns[name] for name in empty]
    said = data_finding("fail", EMPTY_CODE, columns=headings, count=len(frame))
    option, docket = decide(settings, EMPTY_CODE, len(frame), said)
    if option == "leave_out":
        return frame.drop(columns=empty), docket
    return frame, docket


# ---- money whose period cannot be told -----------------------------------------------------------


def _doubts(frame: pd.DataFrame, columns: Mapping[str, str]) -> Iterator[_Doubt]:
    said = {
        name: found
        for name in (START, END)
        if name in frame and name in columns and (found := money_heading(columns[name]))
    }
    for name, heading in said.items():
        if heading.span == "to_date":
            yield _Doubt(name, columns[name], _from_date(heading))
    if START in said and END in said and not _a_year_apart(said[START], said[END]):
        yield _Doubt(END, columns[END], 1.0)
    if START in said and said[START].span is None and said[START].part is None:
        times = _by_month_beside(frame)
        if times is not None:
            yield _Doubt(START, columns[START], times)


def _from_date(said: MoneyHeading) -> float | None:
    """What brings the amounts since the year began to a whole year; None where the heading does not
    say until when.
    """
    if said.ends is None or said.part is None:
        return None
    months = said.ends.month - 1 or _MONTHS
    return _MONTHS / months


def _a_year_apart(start: MoneyHeading, end: MoneyHeading) -> bool:
    """False for two months or quarters that are plainly not a year apart."""
    if start.part is None or end.part is None or end.span == "to_date":
        return True
    if start.part_of != "month" and start.year is None:
        return False
    first = _month(start)
    last = _month(end)
    return _APART[0] <= last - first <= _APART[1]


def _month(said: MoneyHeading) -> int:
    """Months since the year 0 at the heading's end."""
    length = {"month": 1, "quarter": 3, "half": 6}.get(said.part_of or "", 12)
    return _MONTHS * (said.year or 0) + (said.part or 0) * length


def _by_month_beside(frame: pd.DataFrame) -> float | None:
    """12 where amounts that say no period look monthly, or can be neither, beside a column of
    monthly ones; None where nothing speaks against a year.
    """
    for column in frame:
        heading = str(column).removeprefix(EXTRA)
        if heading == column or not pd.api.types.is_numeric_dtype(frame[column]):
            continue
        said = money_heading(heading)
        if said is None or said.span != "month" or not said.actual:
            continue
        monthly = frame[column].to_numpy(dtype=float)
        start = frame[START].to_numpy(dtype=float)
        both = (monthly > 0) & (start > 0)
        if not both.any():
            continue
        ratio = float(np.median(start[both] / monthly[both]))
        if not _YEARLY[0] <= ratio <= _YEARLY[1]:
            return 12.0
    return None
