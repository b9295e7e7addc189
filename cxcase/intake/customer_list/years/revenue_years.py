"""Which of several years' revenue is that at the start, and which that a year later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from cxcase.checks import Finding
from cxcase.intake.customer_list.docket import Docket, data_finding, decide
from cxcase.intake.customer_list.merge_parts import Part
from cxcase.intake.customer_list.start_date import day_after_last
from cxcase.intake.result import why_no_list
from cxcase.intake.schema import YEAR
from cxcase.intake.vocabulary.money_headings import MoneyHeading, money_heading
from cxcase.settings import Settings

CODE = "revenue_years"
START = "revenue_start"
END = "revenue_end"
_SLACK = dt.timedelta(days=31)  # a start this far from a year's end still goes with it
_SPLIT_SLACK = dt.timedelta(days=184)  # where nobody said in which month the year ends
_SPLIT_OVER = dt.timedelta(days=92)  # "2024/25" is not over before April 2025


@dataclass(frozen=True, eq=False)
class SettledYears:
    """The parts of a customer list with revenue at the start and at the end.

    t0        the start that the years give; None where it is known otherwise
    headings  canonical field -> heading of the columns chosen, by the part's place
    """

    parts: Sequence[Part]
    t0: dt.date | None = None
    headings: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    docket: Docket = field(default_factory=Docket)


@dataclass(frozen=True)
class _Year:
    """One column of revenue of a year: its canonical name, heading, and the day after its end."""

    name: str
    heading: str
    ends: dt.date
    whole: bool  # a whole year, or the same part of each year
    fiscal: bool
    slack: dt.timedelta

    def is_before(self, t0: dt.date) -> bool:
        """True where the year had ended by the start, but for a few days."""
        return self.ends <= t0 + min(self.slack, _SPLIT_OVER)

    def goes_with(self, t0: dt.date) -> bool:
        """True where the start is the day that the year ended, but for a few days."""
        return abs(self.ends - t0) <= self.slack


@dataclass(frozen=True)
class _Choice:
    """A start, the year before it and the year after; None where there is none."""

    t0: dt.date
    start: _Year | None
    end: _Year | None

    @property
    def headings(self) -> list[str]:
        """The headings of the years it takes."""
        return [year.heading for year in (self.start, self.end) if year is not None]


def settle_years(
    parts: Sequence[Part],
    columns: Sequence[Mapping[str, str]],
    cx: pd.DataFrame | None,
    settings: Settings,
) -> SettledYears:
    """The parts with the revenue of the last full year that ended by the start, and of the year
    after. columns: field -> heading of each part.

    Where nobody chose the start and the responses give one that the two newest full years do not
    fit, it is asked which counts: no list until then.
    """
    settled = SettledYears(parts)
    for place, (part, named) in enumerate(zip(parts, columns, strict=True)):
        years = _years(named)
        if years:
            settled = _settled(settled, place, part, years, cx, settings)
    return settled


def _years(columns: Mapping[str, str]) -> list[_Year]:
    """The years of which there are columns, the oldest first."""
    found = []
    for name, heading in columns.items():
        said = money_heading(heading) if name.startswith(YEAR) else None
        if said is not None and said.ends is not None:
            found.append(_year(name, heading, said, said.ends))
    return sorted(found, key=lambda year: year.ends)


def _year(name: str, heading: str, said: MoneyHeading, ends: dt.date) -> _Year:
    slack = _SPLIT_SLACK if said.split else _SLACK
    return _Year(name, heading, ends, said.span != "to_date", said.fiscal, slack)


def _settled(
    settled: SettledYears,
    place: int,
    part: Part,
    years: Sequence[_Year],
    cx: pd.DataFrame | None,
    settings: Settings,
) -> SettledYears:
    """The same with the years of one part settled."""
    responses = day_after_last(cx)
    newest = _newest(years)
    by_years = _after(newest.ends, years)
    docket = Docket()
    chosen = by_years
    t0: dt.date | None = newest.ends
    if settings.start is not None:
        chosen = _after(settings.start, years)
        t0 = None
    elif responses is not None and newest.goes_with(responses):
        chosen = replace(by_years, t0=responses)
        t0 = None
    elif responses is not None:
        by_responses = _after(responses, years)
        option, docket = _asked(part, by_years, by_responses, cx, settings)
        if option == "by_responses":
            chosen = by_responses
            t0 = None
    else:
        said = data_finding("review", "t0_from_years", t0=newest.ends, column=newest.heading)
        docket = docket.saying(said)
    if not why_no_list(docket.findings):
        docket = docket.saying(*_said(years, chosen))
    frame, named = _with_pair(part.frame, years, chosen)
    return SettledYears(
        parts=[*settled.parts[:place], part.holding(frame), *settled.parts[place + 1 :]],
        t0=settled.t0 or t0,
        headings={**settled.headings, place: named},
        docket=settled.docket + docket,
    )


def _newest(years: Sequence[_Year]) -> _Year:
    """The first of the two newest full years in a row; else the newest that is followed by
    anything, or by nothing.
    """
    whole = [year for year in years if year.whole] or list(years)
    followed = [year for year in whole if (after := _next(year, years)) and after.whole]
    any_after = [year for year in whole if _next(year, years)]
    return (followed or any_after or whole)[-1]


def _next(year: _Year, years: Sequence[_Year]) -> _Year | None:
    """The column of the year that follows, or of its first part."""
    until = year.ends.replace(year=year.ends.year + 1)
    return next((later for later in years if year.ends < later.ends <= until), None)


def _after(t0: dt.date, years: Sequence[_Year]) -> _Choice:
    """The last full year that ended by the start, and the year that follows it."""
    over = [year for year in years if year.whole and year.is_before(t0)]
    if not over:
        return _Choice(t0, None, None)
    return _Choice(t0, over[-1], _next(over[-1], years))


def _asked(
    part: Part,
    by_years: _Choice,
    by_responses: _Choice,
    cx: pd.DataFrame | None,
    settings: Settings,
) -> tuple[str, Docket]:
    """(the option in force, what is said): by the newest years or by the responses."""
    later = 0
    if cx is not None and "responded_at" in cx:
        later = int((pd.to_datetime(cx["responded_at"]) >= pd.Timestamp(by_years.t0)).sum())
    said = data_finding(
        "fail",
        CODE if by_responses.start else "no_year_by_responses",
        by_years=by_years.t0,
        pair=by_years.headings,
        later=later,
        revenue=_total(part.frame, by_years.start),
        by_responses=by_responses.t0,
        other=by_responses.headings,
        other_revenue=_total(part.frame, by_responses.start),
    )
    return decide(settings, CODE, len(part.frame), said)


def _total(frame: pd.DataFrame, year: _Year | None) -> float:
    return 0.0 if year is None else float(frame[year.name].sum())


def _said(years: Sequence[_Year], chosen: _Choice) -> list[Finding]:
    """Which years count and which do not, and how a year is read that is named as a fiscal one."""
    headings = [year.heading for year in years]
    if chosen.start is None:
        params = {"t0": chosen.t0, "columns": headings, "day": years[0].ends}
        return [data_finding("fail", "no_year_ended", **params)]
    used = chosen.headings
    unused = [heading for heading in headings if heading not in used]
    if chosen.end is None:
        code = "start_year_of_several_chosen" if unused else "start_year_chosen"
    else:
        code = "years_of_several_chosen" if unused else "years_chosen"
    said = [data_finding("review", code, columns=used, unused=unused)]
    if chosen.start.slack == _SPLIT_SLACK:
        said.append(data_finding("review", "split_year_ends_in_june", columns=used))
    elif chosen.start.fiscal:
        said.append(data_finding("review", "fiscal_year_as_calendar"))
    return said


def _with_pair(
    frame: pd.DataFrame, years: Sequence[_Year], chosen: _Choice
) -> tuple[pd.DataFrame, dict[str, str]]:
    """(the rows with the chosen years as revenue, field -> heading)."""
    named: dict[str, str] = {}
    out = frame
    for target, year in ((START, chosen.start), (END, chosen.end)):
        if year is not None and target not in frame:
            out = out.assign(**{target: frame[year.name]})
            named[target] = year.heading
    return out.drop(columns=[year.name for year in years]), named
