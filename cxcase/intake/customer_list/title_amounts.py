"""How amounts were read: the decision about a title that says thousands or millions, and what one
of a list's amounts counts as.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from cxcase.checks import Finding
from cxcase.intake.customer_list.docket import Docket, data_finding, decide
from cxcase.intake.result import Base, ParsedTable
from cxcase.intake.roles.amounts import currency_named, in_heading
from cxcase.intake.roles.currencies import CURRENCY_OPEN
from cxcase.intake.roles.subscriptions import a_year
from cxcase.intake.schema import PERIOD, UNIT_OPEN, Role, Source
from cxcase.intake.tables.whole_terms import WHOLE_TERMS
from cxcase.intake.vocabulary.money_headings import money_heading, times_a_year
from cxcase.settings import DECISIONS, Settings

CODE = "title_unit"
UNIT_CODE = "heading_unit"
CURRENCY_CODE = "revenue_currencies"
_ENDS = ("revenue_start", "revenue_end")
IN_FULL = DECISIONS[CODE][0]
# tables whose amounts are the revenue, the one that counts first; of subscriptions their amounts
# with what brings each to a year, None where its heading says it
_REVENUE: tuple[Role, ...] = ("customers", "subscriptions", "revenue_periods", "customer_facts")
_COSTS = {"one_off_cost": "one_off_cost_read", "yearly_cost": "yearly_cost_read"}
_TIMES: Mapping[str, float | None] = {"arr": 1.0, "mrr": 12.0, "amount": None}


def count_titled(
    tables: Sequence[ParsedTable], settings: Settings
) -> tuple[int, tuple[Finding, ...]]:
    """(rows of amounts under such a title, what was decided about them where there are any)."""
    titled = [t.source for t in tables if t.in_title]
    count = sum(source.rows_accepted for source in titled)
    files = list(dict.fromkeys(source.file for source in titled))
    said = data_finding("review", CODE, files=files, count=count)
    _, docket = decide(settings, CODE, count, said)
    return count, docket.findings


def settle_stated(
    frame: pd.DataFrame, columns: Mapping[str, str], settings: Settings
) -> tuple[pd.DataFrame, Docket]:
    """(the rows of a list with revenue as decided whose headings say thousands that its cells may
    not be in, or name two currencies; what is asked). columns: field -> heading.
    """
    frame, about_unit = _of_heading(frame, columns, settings)
    frame, about_currencies = _of_two_currencies(frame, columns, settings)
    return frame, about_unit + about_currencies


def _of_heading(
    frame: pd.DataFrame, columns: Mapping[str, str], settings: Settings
) -> tuple[pd.DataFrame, Docket]:
    if UNIT_OPEN not in frame:
        return frame, Docket()
    factor = float(frame[UNIT_OPEN].max())
    frame = frame.drop(columns=UNIT_OPEN)
    revenue = [name for name in _ENDS if name in frame]
    if frame.empty or not revenue:
        return frame, Docket()
    total = float(frame[revenue[0]].sum())
    totals = {"as_heading": total, "as_written": total / factor}
    headings = [columns[name] for name in revenue if name in columns]
    said = data_finding("fail", UNIT_CODE, columns=headings, **totals)
    option, docket = decide(settings, UNIT_CODE, len(frame), said)
    if option == "as_written":
        frame = frame.assign(**{name: frame[name] / factor for name in revenue})
    return frame, docket


def _of_two_currencies(
    frame: pd.DataFrame, columns: Mapping[str, str], settings: Settings
) -> tuple[pd.DataFrame, Docket]:
    named = [columns[name] for name in _ENDS if name in frame and name in columns]
    currencies: list[str | None] = [currency_named(heading) for heading in named]
    count = len(frame)
    if CURRENCY_OPEN in frame:
        rows = frame[CURRENCY_OPEN].dropna()
        frame = frame.drop(columns=CURRENCY_OPEN)
        if len(rows) and {*_ENDS} <= {*frame}:
            currencies = [*sorted({code for told in rows for code in str(told).split()})]
            count = len(rows)
    if None in currencies or len({*currencies}) < 2:
        return frame, Docket()
    said = data_finding("fail", CURRENCY_CODE, columns=named, currencies=currencies)
    option, docket = decide(settings, CURRENCY_CODE, count, said)
    return (frame.drop(columns=_ENDS[1]) if option == "leave_out" else frame), docket


def amounts(table: ParsedTable, settings: Settings) -> pd.DataFrame:
    """The table's typed rows, their amounts as decided."""
    frame = table.frame()
    if settings.option(CODE) != IN_FULL:
        return frame
    factors = {name: factor for name, factor in table.in_title.items() if name in frame}
    return frame.assign(**{name: frame[name] * factor for name, factor in factors.items()})


def say_read(
    sources: Sequence[Source],
    tables: Sequence[ParsedTable],
    base: Base | None,
    frames: Mapping[str, pd.DataFrame],
) -> tuple[Finding, ...]:
    """From which column the revenue a year comes, and the costs of steps, and what an amount of 1
    there counts as; nothing where a title or several tables say it.

    sources: of the tables, with the columns that count. frames: role -> typed rows.
    """
    told = list(zip(sources, tables, strict=True))
    return (*_of_revenue(told, base), *_of_costs(told, frames.get("recommendations")))


def _of_revenue(told: Sequence[tuple[Source, ParsedTable]], base: Base | None) -> Iterator[Finding]:
    used = [one for one in told if one[0].role in _REVENUE and _has_money(one[0])]
    roles = {source.role for source, _ in used}
    first = next((role for role in _REVENUE if role in roles), None)
    listed = [(s, t) for s, t in used if s.role == first]
    if base is None or len(listed) != 1 or listed[0][1].in_title:
        return
    source = listed[0][0]
    if first == "customers" or "revenue_start" in source.columns:
        totals = (
            ("revenue_start", "revenue_start_read", base.revenue_start),
            ("revenue_end", "revenue_end_read", base.revenue_end),
        )
        for name, code, total in totals:
            one = _counts_as(source.columns.get(name), source)
            if total is not None and one is not None:
                yield _said(code, source.columns[name], total, one)
    elif first != "revenue_periods":
        yield from _of_subscriptions(source, base.revenue_start)
    else:
        yield from _of_periods(source, base.revenue_start)


def _has_money(source: Source) -> bool:
    """True for a table whose rows are used; of facts about customers one with their revenue."""
    paid = {"revenue_start", "mrr"} & set(source.columns)
    return source.rows_accepted > 0 and (source.role != "customer_facts" or bool(paid))


def _of_subscriptions(source: Source, total: float) -> Iterator[Finding]:
    """Of the amount that counts: a year's, else a month's, else one by its heading or its billing
    period.
    """
    name = next((name for name in _TIMES if name in source.columns), None)
    if name is None:
        return
    heading = source.columns[name]
    times = _TIMES[name] or a_year(heading)
    if name == "amount" and "billing_frequency" in source.columns:
        params = {"column": heading, "billing": source.columns["billing_frequency"]}
        yield data_finding("ok", "revenue_by_billing_read", total=total, **params)
    elif times == times:  # else what period it is for is asked
        yield _said("revenue_start_read", heading, total, times * _unit(heading, source))


def _of_periods(source: Source, total: float) -> Iterator[Finding]:
    """Of the amounts of twelve months, in one column or in a column a period."""
    wide = [heading for name, heading in source.columns.items() if name.startswith(PERIOD)]
    headings = wide or [source.columns[name] for name in ("amount",) if name in source.columns]
    units = {_unit(heading, source) for heading in headings}
    if len(units) != 1:
        return
    column = f"{headings[0]} … {headings[-1]}" if len(headings) > 1 else headings[0]
    yield _said("revenue_of_periods_read", column, total, units.pop())


def _of_costs(
    told: Sequence[tuple[Source, ParsedTable]], steps: pd.DataFrame | None
) -> Iterator[Finding]:
    """Of the costs of a list of recommendations."""
    lists = [(s, t) for s, t in told if s.role == "recommendations" and s.rows_accepted]
    if steps is None or len(lists) != 1 or lists[0][1].in_title:
        return
    source = lists[0][0]
    for name, code in _COSTS.items():
        heading = source.columns.get(name)
        if heading is None or name not in steps or not steps[name].notna().any():
            continue
        times = times_a_year(heading) if name == "yearly_cost" else 1.0
        one = times * in_heading(heading)
        yield _said(code, heading, float(steps[name].sum()), one)


def _said(code: str, heading: str, total: float, one: float) -> Finding:
    return data_finding("ok", code, column=heading, total=total, one=one)


def _counts_as(heading: str | None, source: Source) -> float | None:
    """What an amount of 1 under the heading counts as, money a year; None for a part of a year,
    which is decided.
    """
    if heading is None:
        return None
    said = money_heading(heading)
    if said is not None and (said.part is not None or said.span == "to_date"):
        return None
    if any(m.code == WHOLE_TERMS and m.params["column"] == heading for m in source.messages):
        return None
    times = 1.0 if said is None else said.times_a_year
    return _unit(heading, source) * _of_title(heading, source) * times


def _of_title(heading: str, source: Source) -> float:
    """What brings the amounts to a year by what a title says of their period."""
    for message in source.messages:
        if message.code == "money_of_title_brought_to_a_year":
            return message.params["times"] if heading in message.params["columns"] else 1.0
    return 1.0


def _unit(heading: str, source: Source) -> float:
    """What an amount of 1 under the heading is, in money of its own period."""
    said = money_heading(heading)
    unit = 0.01 if said is not None and said.hundredths else 1.0
    for message in source.messages:
        if message.code == "money_in_thousands" and heading in message.params["columns"]:
            unit *= in_heading(heading)
    return unit
