"""The money of a customer list's tables, settled one after the other: years, periods, rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from cxcase.intake.customer_list.contract_rows import with_contracts
from cxcase.intake.customer_list.deduplicate import TWICE, once, terms_once, without_repeats
from cxcase.intake.customer_list.docket import Docket, data_finding, decide
from cxcase.intake.customer_list.merge_parts import LISTS, Part
from cxcase.intake.customer_list.revenue_doubts import settle_amounts, settle_commas, settle_doubts
from cxcase.intake.customer_list.title_amounts import settle_stated
from cxcase.intake.customer_list.years.revenue_years import settle_years
from cxcase.intake.roles.parent_rows import CHILD, PARENT, ROLLED
from cxcase.intake.schema import PERIOD_OPEN
from cxcase.settings import Settings

START = "revenue_start"
PARENTS = "parent_rows"
ROLLED_UP = "same_money_elsewhere"


@dataclass(frozen=True, eq=False)
class SettledMoney:
    """The tables with revenue at the start and at the end.

    t0        the start that the years of revenue give, where they decide
    headings  field -> heading of the years that count, by the part's place
    left_out  reason -> rows set aside on the way
    docket    what is asked and said of it
    """

    parts: Sequence[Part]
    t0: dt.date | None = None
    headings: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    left_out: Mapping[str, Sequence[pd.DataFrame]] = field(default_factory=dict)
    docket: Docket = field(default_factory=Docket)


def settle_money(
    parts: Sequence[Part],
    columns: Sequence[Mapping[str, str]],
    cx: pd.DataFrame | None,
    settings: Settings,
) -> SettledMoney:
    """The tables with their money settled. columns: field -> heading of each."""
    years = settle_years(parts, columns, cx, settings)
    docket = years.docket
    settled: list[Part] = []
    twice: list[pd.DataFrame] = []
    rolled: list[pd.DataFrame] = []
    for place, part in enumerate(years.parts):
        named = {**columns[place], **years.headings.get(place, {})}
        if part.role in LISTS:
            frame, left, about_parents = one_level(part.frame, settings)
            rolled += left
            docket = docket + about_parents
            frame, about_units = settle_stated(frame, named, settings)
            frame, about_doubts = settle_doubts(frame, named, settings)
            part = part.holding(with_contracts(frame, named))
            docket = docket + about_units + about_doubts
        else:
            frame, about_commas = settle_commas(part.frame, named, settings)
            part = part.holding(frame)
            docket = docket + about_commas
        if PERIOD_OPEN in part.frame:
            frame, about_amounts = settle_amounts(part.frame, named, parts, settings)
            part = part.holding(frame)
            docket = docket + about_amounts
        if part.role == "subscriptions" and _undated(part.frame):
            frame, left, about_rows = terms_once(with_contracts(part.frame, named), settings)
            part = part.holding(frame)
            twice += left
            docket = docket + about_rows
        settled.append(part)
    left_out = {reason: rows for reason, rows in ((TWICE, twice), (ROLLED_UP, rolled)) if rows}
    money = SettledMoney(settled, years.t0, years.headings, left_out, docket)
    if all(part.role == "customers" for part in settled):
        return money  # rows of one customer are settled when all lists stand under each other
    return _one_row_each(money, settings)


def _one_row_each(money: SettledMoney, settings: Settings) -> SettledMoney:
    """The same with one row a customer in each list, before tables are joined by customer."""
    docket = money.docket
    parts = []
    twice = [*money.left_out.get(TWICE, ())]
    for part in money.parts:
        if part.role in LISTS and START in part.frame:
            rows, same = without_repeats(part.frame)
            rows, left, about_rows = once(rows, settings)
            part = part.holding(rows)
            twice += [frame for frame in (same, left) if len(frame)]
            docket = docket + about_rows
        parts.append(part)
    left_out = dict(money.left_out)
    if twice:
        left_out[TWICE] = twice
    return replace(money, parts=parts, left_out=left_out, docket=docket)


def one_level(
    frame: pd.DataFrame, settings: Settings
) -> tuple[pd.DataFrame, list[pd.DataFrame], Docket]:
    """(the rows of a list with parents or with their children, the others, what is asked): where
    parents' amounts are the sum of their children's, money would stand there twice.
    """
    if ROLLED not in frame:
        return frame, [], Docket()
    rows = frame.drop(columns=ROLLED)
    others = frame[ROLLED] == 0
    parents = others | (frame[ROLLED] == PARENT)
    children = others | (frame[ROLLED] == CHILD)
    count = int((frame[ROLLED] == PARENT).sum())
    if not count or START not in rows:
        return rows, [], Docket()
    said = data_finding(
        "fail",
        PARENTS,
        count=count,
        parents=float(rows.loc[parents, START].sum()),
        children=float(rows.loc[children, START].sum()),
    )
    option, docket = decide(settings, PARENTS, count, said)
    kept = {"parents": parents, "children": children}.get(option)
    if kept is None:
        return rows, [], docket
    return rows.loc[kept], [rows.loc[~kept]], docket


def _undated(terms: pd.DataFrame) -> bool:
    """True for subscriptions of which no day is known: they may as well be rows of a month each."""
    return bool(terms["start_date"].isna().all() and terms["end_date"].isna().all())
