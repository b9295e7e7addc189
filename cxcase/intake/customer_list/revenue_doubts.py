"""Money whose period or unit cannot be told, and columns that nobody filled in: asked before any
figure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cxcase.checks import Finding
from cxcase.estimate import Floats
from cxcase.intake.customer_list.docket import Docket, data_finding, decide
from cxcase.intake.customer_list.merge_parts import Part
from cxcase.intake.roles.subscriptions import a_year
from cxcase.intake.schema import COMMA_OPEN, EXTRA, PERIOD_OPEN, TITLE_TIMES, TOLD_UNTIL
from cxcase.intake.tables.whole_terms import TERM_MONTHS
from cxcase.intake.vocabulary.headings import STRONG, fields_of, fit
from cxcase.intake.vocabulary.money_headings import (
    MoneyHeading,
    money_heading,
    part_heading,
    says_no_time,
)
from cxcase.intake.vocabulary.money_spans import MONTHS_OF
from cxcase.settings import DECISIONS, Settings

PERIOD_CODE = "revenue_period"
EMPTY_CODE = "empty_revenue"
TERMS_CODE = "subscription_period"
_TIMES_A_YEAR = {"yearly": 1.0, "quarterly": 4.0, "monthly": 12.0}
UNIT_CODE = "revenue_unit"
COMMA_CODE = "revenue_commas"
_AMOUNTS = ("annual", "amount")  # of subscriptions and of periods
_PARTED = 1e3
START = "revenue_start"
END = "revenue_end"
_MONTHS = 12
_APART = (11, 13)  # months between two columns that are a year apart, or nearly
_UNITS = {"thousands": 1e3, "millions": 1e6}
_NEARLY_OVER = 15  # days before the end of a year from which its amounts are as good as whole
_FEWEST = 30  # customers from which their amounts together say anything
_SMALL = 12.0  # what a middling customer pays a year below which that is doubtful
_NEEDED = 0.5  # share of amounts that need a third decimal
_YEARLY = (10.0, 14.0)  # what yearly amounts are of the monthly ones beside them


@dataclass(frozen=True, eq=False)
class _Doubt:
    """A column whose amounts may be of a year or not.

    code      the question
    yearly    (n,) what would be a year's; None where nobody can say
    added     the column is a part of the year at the start: `yearly` is that of both together
    """

    code: str
    name: str
    heading: str
    yearly: pd.Series | None
    added: bool = False


def settle_doubts(
    frame: pd.DataFrame, columns: Mapping[str, str], settings: Settings
) -> tuple[pd.DataFrame, Docket]:
    """(the rows of a list with revenue as decided, what is asked and said of it).

    columns: field -> heading.
    """
    frame, docket = _without_empty(frame, columns, settings)
    frame, about_commas = settle_commas(frame, columns, settings)
    frame, about_unit = _with_unit(frame, settings)
    docket = docket + about_commas + about_unit
    doubts = (
        *_of_title(frame, columns),
        *_until_a_day(frame, columns),
        *_of_whole_terms(frame, columns),
        *_doubts(frame, columns),
    )
    frame = frame.drop(columns=[TITLE_TIMES, TOLD_UNTIL, TERM_MONTHS], errors="ignore")
    if not doubts:
        return frame, docket
    said = [_question(doubt, frame) for doubt in doubts]
    option, about = decide(settings, PERIOD_CODE, len(frame), said[0])
    if option == DECISIONS[PERIOD_CODE][0]:
        about = Docket(about.counts, tuple(said))
    for doubt, question in zip(doubts, said, strict=True):
        if option == "leave_out":
            frame = frame.drop(columns=doubt.name)
        elif option == "to_year" and doubt.yearly is not None and doubt.added:
            frame = frame.assign(**{START: doubt.yearly}).drop(columns=doubt.name)
        elif option == "to_year" and doubt.yearly is not None:
            frame = frame.assign(**{doubt.name: doubt.yearly})
        elif option == "to_year":
            about = about.saying(question)  # nobody can say what a year's would be
    return frame, docket + about


def settle_amounts(
    terms: pd.DataFrame, columns: Mapping[str, str], parts: Sequence[Part], settings: Settings
) -> tuple[pd.DataFrame, Docket]:
    """(the subscriptions with their amounts a year as decided, what is asked). columns: field ->
    heading; parts: all tables of customers: beside a whole list with revenue it is only said, as
    the list's own revenue counts.
    """
    frame = terms.drop(columns=PERIOD_OPEN)
    column = columns.get("amount", "")
    if any(part.role == "customers" and "revenue_start" in part.frame for part in parts):
        said = data_finding("review", "amount_taken_as_yearly", column=column)
        return frame, Docket(findings=(said,))
    yearly = float(frame["annual"].sum())
    question = data_finding(
        "fail", TERMS_CODE, column=column, yearly=yearly, monthly=_TIMES_A_YEAR["monthly"] * yearly
    )
    option, docket = decide(settings, TERMS_CODE, len(frame), question)
    return frame.assign(annual=frame["annual"] * _TIMES_A_YEAR.get(option, 1.0)), docket


def _question(doubt: _Doubt, frame: pd.DataFrame) -> Finding:
    """What is asked of a column, with what it comes to either way."""
    params = {"column": doubt.heading, "as_year": float(frame[doubt.name].sum())}
    if doubt.yearly is not None:
        params["to_year"] = float(doubt.yearly.sum())
    return data_finding("fail", doubt.code, **params)


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


def _of_whole_terms(frame: pd.DataFrame, columns: Mapping[str, str]) -> Iterator[_Doubt]:
    """Amounts that may be of contracts as long as they run, brought to a year where that is known
    of all.
    """
    if TERM_MONTHS not in frame or START not in frame:
        return
    months = frame[TERM_MONTHS]
    if months.isna().any():
        yield _Doubt("revenue_of_unknown_terms", START, columns[START], None)
        return
    yield _Doubt("revenue_of_whole_terms", START, columns[START], frame[START] * _MONTHS / months)


# ---- money whose unit cannot be told ------------------------------------------------------------


def settle_commas(
    frame: pd.DataFrame, columns: Mapping[str, str], settings: Settings
) -> tuple[pd.DataFrame, Docket]:
    """(the rows of a list, of subscriptions or of periods with amounts as decided whose commas may
    part thousands, what is asked of them). columns: field -> heading.
    """
    if COMMA_OPEN not in frame:
        return frame, Docket()
    frame = frame.drop(columns=COMMA_OPEN)
    amounts = [name for name in (START, END, *_AMOUNTS) if name in frame]
    if not amounts:
        return frame, Docket()
    total = float(frame[amounts[0]].sum())
    asked = (START, "arr", "mrr", "amount")
    heading = next((columns[name] for name in asked if name in columns), "")
    said = data_finding("fail", COMMA_CODE, column=heading, parted=total, decimal=total / _PARTED)
    option, docket = decide(settings, COMMA_CODE, len(frame), said)
    if option != "decimal":
        return frame, docket
    return frame.assign(**{name: frame[name] / _PARTED for name in amounts}), docket


def _with_unit(frame: pd.DataFrame, settings: Settings) -> tuple[pd.DataFrame, Docket]:
    """(the rows of a list with revenue in full as decided, what is asked and said of it)."""
    if START not in frame:
        return frame, Docket()
    amounts = frame[START].to_numpy(dtype=float)
    amounts = amounts[np.isfinite(amounts) & (amounts > 0)]
    if len(amounts) < _FEWEST or not (_very_small(amounts) or _three_decimals(amounts)):
        return frame, Docket()
    total = float(amounts.sum())
    comes_to = {name: total * times for name, times in _UNITS.items()}
    said = data_finding("fail", UNIT_CODE, customers=len(amounts), as_written=total, **comes_to)
    option, docket = decide(settings, UNIT_CODE, len(amounts), said)
    if option not in _UNITS:
        return frame, docket
    both = [name for name in (START, END) if name in frame]
    return frame.assign(**{name: frame[name] * _UNITS[option] for name in both}), docket


def _very_small(amounts: Floats) -> bool:
    """True for shares, ranks, or amounts in units that the heading does not name."""
    return bool(np.median(amounts) < _SMALL)


def _three_decimals(amounts: Floats) -> bool:
    """True where all amounts have three decimals, as no money has: points may part thousands."""
    if not np.allclose(amounts * 1e3, np.round(amounts * 1e3), rtol=0, atol=1e-6):
        return False
    third = np.abs(amounts * 1e2 - np.round(amounts * 1e2)) > 1e-6
    return bool(third.mean() >= _NEEDED)


# ---- money whose period cannot be told -----------------------------------------------------------


def _of_title(frame: pd.DataFrame, columns: Mapping[str, str]) -> Iterator[_Doubt]:
    """Doubts about revenue whose heading names no time, below a title that names one."""
    if TITLE_TIMES not in frame or frame.empty:
        return
    times = float(frame[TITLE_TIMES].iloc[0])
    for name in (START, END):
        if name in frame and name in columns and says_no_time(columns[name]):
            yearly = None if np.isnan(times) else frame[name] * times
            code = "revenue_of_titled_time" if yearly is None else "revenue_period_in_title"
            yield _Doubt(code, name, columns[name], yearly)


def _until_a_day(frame: pd.DataFrame, columns: Mapping[str, str]) -> Iterator[_Doubt]:
    """Doubts about revenue of a calendar year that was not over on the day up to which a title says
    that amounts run; where it tells no day, about the newest year.
    """
    if TOLD_UNTIL not in frame or frame.empty:
        return
    day = pd.Timestamp(frame[TOLD_UNTIL].iloc[0])
    years = {
        name: said.year
        for name in (START, END)
        if name in frame
        and (said := money_heading(columns.get(name, ""))) is not None
        and said.year is not None
        and not said.fiscal
        and (said.part, said.covered) == (None, None)
    }
    for name, year in years.items():
        if pd.isna(day) and year == max(years.values()):
            yield _Doubt("revenue_to_date", name, columns[name], None)
        elif day.year == year and (pd.Timestamp(year, 12, 31) - day).days > _NEARLY_OVER:
            months = day.month - (0 if day.is_month_end else 1) or 1
            yield _Doubt(PERIOD_CODE, name, columns[name], frame[name] * _MONTHS / months)


def _doubts(frame: pd.DataFrame, columns: Mapping[str, str]) -> Iterator[_Doubt]:
    said = {
        name: found
        for name in (START, END)
        if name in frame and name in columns and (found := _said(columns[name]))
    }
    for name, heading in said.items():
        if heading.span == "to_date":
            times = _from_date(heading)
            code = "revenue_to_date" if times is None else PERIOD_CODE
            yearly = None if times is None else frame[name] * times
            yield _Doubt(code, name, columns[name], yearly)
    if START in said and END in said and not _a_year_apart(said[START], said[END]):
        code = "revenue_not_a_year_apart"
        yield _Doubt(code, END, columns[END], _both_parts(frame, columns, said), added=True)
    if START in said and END not in said:
        yield from _of_start(frame, columns[START], said[START])


def _of_start(frame: pd.DataFrame, heading: str, said: MoneyHeading) -> Iterator[_Doubt]:
    """Doubts about revenue that stands alone: other parts of the year, or monthly amounts, are
    beside it.
    """
    if said.part is not None and said.span is None:
        others = _other_parts(frame, said)
        if others:
            months = said.months * (1 + len(others))
            whole = frame[START] / _times(heading) + frame[others].sum(axis=1)
            yield _Doubt("revenue_of_one_part", START, heading, whole * _MONTHS / months)
    elif said.span is None and (billed := _billed_a_year(frame)) is not None:
        if billed.isna().any():
            yield _Doubt("revenue_billed_unknown", START, heading, None)
        else:
            yield _Doubt(PERIOD_CODE, START, heading, frame[START] * billed)
    elif said.span is None and _monthly_beside(frame):
        yield _Doubt(PERIOD_CODE, START, heading, frame[START] * _MONTHS)


def _said(heading: str) -> MoneyHeading | None:
    """What the heading of a column that holds money says of it."""
    return money_heading(heading) or part_heading(heading)


def _times(heading: str) -> float:
    """What the amounts were brought to a year by as they were read: no unnamed money was."""
    said = money_heading(heading)
    return 1.0 if said is None else said.times_a_year


def _both_parts(
    frame: pd.DataFrame, columns: Mapping[str, str], said: Mapping[str, MoneyHeading]
) -> pd.Series:
    """(n,) a year's revenue by the two parts of it that stand as start and end, added up; nothing
    in one of them counts as nothing paid.
    """
    parts = [frame[name].fillna(0.0) / _times(columns[name]) for name in (START, END)]
    months = sum(MONTHS_OF.get(said[name].part_of or "year", _MONTHS) for name in (START, END))
    return (parts[0] + parts[1]) * _MONTHS / months


def _billed_a_year(frame: pd.DataFrame) -> pd.Series | None:
    """(n,) how often a year each row's amount falls due, NaN where its column does not tell; None
    where there is no such column, or it says of all that it is once.
    """
    field = fields_of("subscriptions")["billing_frequency"]
    for column in map(str, frame):
        if fit(column.removeprefix(EXTRA), field) < STRONG or not column.startswith(EXTRA):
            continue
        kinds = frame[column].dropna().unique().tolist()
        times = frame[column].map({kind: a_year(str(kind)) for kind in kinds}).astype(float)
        if kinds and (times != 1).any():
            return times
    return None


def _other_parts(frame: pd.DataFrame, said: MoneyHeading) -> list[str]:
    """Further columns of the same revenue, of other parts of the same year."""
    found = []
    for column, other in _money_beside(frame):
        alike = (other.stem, other.part_of, other.year) == (said.stem, said.part_of, said.year)
        if alike and other.part not in (None, said.part) and other.actual:
            found.append(column)
    return found


def _from_date(said: MoneyHeading) -> float | None:
    """What brings the amounts to a whole year; None where the heading does not say from when until
    when they are.
    """
    if said.covered is not None:
        return _MONTHS / said.covered
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


def _monthly_beside(frame: pd.DataFrame) -> bool:
    """True where amounts that say no period are not twelve times monthly ones beside them."""
    start = frame[START].to_numpy(dtype=float)
    for column, said in _money_beside(frame):
        monthly = frame[column].to_numpy(dtype=float)
        both = (monthly > 0) & (start > 0)
        if said.span != "month" or not said.actual or not both.any():
            continue
        ratio = float(np.median(start[both] / monthly[both]))
        if not _YEARLY[0] <= ratio <= _YEARLY[1]:
            return True
    return False


def _money_beside(frame: pd.DataFrame) -> Iterator[tuple[str, MoneyHeading]]:
    """Further columns of numbers whose headings are of money, and what these say."""
    for column in map(str, frame):
        if column.startswith(EXTRA) and pd.api.types.is_numeric_dtype(frame[column]):
            said = _said(column.removeprefix(EXTRA))
            if said is not None:
                yield column, said
