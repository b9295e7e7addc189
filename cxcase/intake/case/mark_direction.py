"""The decision about marks of which nothing says whether 1 or the highest is the best: one way, the
other, or not used.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from cxcase.checks import Finding
from cxcase.intake.customer_list.docket import data_finding, decide
from cxcase.intake.result import Decision, Option, ParsedTable
from cxcase.intake.roles.cx_in_customer_list import BESIDE
from cxcase.intake.schema import (
    ENGAGEMENT,
    GOOD_END,
    ITEM,
    LIVED,
    MOMENT,
    RATING,
    UNANSWERED,
    Scale,
)
from cxcase.settings import DECISIONS, UNDECIDED, Settings

CODE = "mark_direction"


@dataclass(frozen=True, eq=False)
class _Marks:
    """One field of such marks in one table. marks: those given, as they stand."""

    heading: str
    marks: pd.Series
    scale: Scale


def with_direction(
    frame: pd.DataFrame, table: ParsedTable, settings: Settings
) -> tuple[pd.DataFrame, ParsedTable]:
    """(the typed rows with these marks as decided, without them while that is open; the table,
    without their scales while it is).
    """
    flags = [str(column) for column in frame if str(column).startswith(GOOD_END)]
    if not flags:
        return frame, table
    fields = [flag.removeprefix(GOOD_END) for flag in flags]
    out = frame.drop(columns=flags)
    chosen = settings.option(CODE)
    if chosen == UNDECIDED:
        scales = {name: scale for name, scale in table.scales.items() if name not in fields}
        return _without(out, fields), replace(table, scales=scales)
    if chosen == "one_best":
        for field in fields:
            scale = table.scales[field]
            for name in _columns_of(out, field):
                out[name] = scale.low + scale.high - out[name]
    return out, table


def _without(frame: pd.DataFrame, fields: Sequence[str]) -> pd.DataFrame:
    """The rows without anything that these fields say; without engagement a team's row says
    nothing.
    """
    if ENGAGEMENT in fields:
        return frame.iloc[:0]
    gone = {name for field in fields for name in _columns_of(frame, field)}
    for field in fields:
        moment = field.removeprefix(MOMENT)
        gone |= {f"{LIVED}{moment}", f"{UNANSWERED}{moment}"}
    return frame.drop(columns=[column for column in frame if column in gone])


def _columns_of(frame: pd.DataFrame, field: str) -> list[str]:
    """The typed columns that hold the marks of a field."""
    if field == ENGAGEMENT:
        return [str(c) for c in frame if c == "mean" or str(c).startswith(ITEM)]
    named = {field, f"{BESIDE}{field}"}
    if field.startswith(MOMENT):
        named = {f"{RATING}{field.removeprefix(MOMENT)}"}
    return [str(column) for column in frame if column in named]


def say_directions(
    tables: Sequence[ParsedTable], settings: Settings
) -> tuple[tuple[Finding, ...], tuple[Decision, ...]]:
    """(what is asked or was decided about such marks, the decision with what they come to either
    way); nothing where there are none.
    """
    found = list(_marks_in(tables))
    count = sum(len(one.marks) for one in found)
    if not count:
        return (), ()
    high = max(one.scale.high for one in found)
    means = {option: _mean(found, option) for option in DECISIONS[CODE][1:]}
    headings = list(dict.fromkeys(one.heading for one in found))
    said = data_finding("fail", CODE, columns=headings, count=count, high=high, **means)
    chosen, docket = decide(settings, CODE, count, said)
    options = tuple(
        Option(option, responses=0 if option == UNDECIDED else count, score=means.get(option))
        for option in DECISIONS[CODE]
    )
    owned = CODE in settings.decisions
    return docket.findings, (Decision(CODE, count, chosen, options, owned),)


def _marks_in(tables: Sequence[ParsedTable]) -> Iterator[_Marks]:
    for table in tables:
        fields = [name.removeprefix(GOOD_END) for name in table.marked(GOOD_END)]
        if not fields:
            continue
        frame = table.frame()
        headings = table.source.columns
        for field in fields:
            for name in _columns_of(frame, field):
                if not name.startswith(ITEM):
                    heading = headings.get(field, field.removeprefix(MOMENT))
                    yield _Marks(heading, frame[name].dropna(), table.scales[field])


def _mean(found: Sequence[_Marks], option: str) -> float:
    """The mean of all such marks with high = good, if this option is right."""
    turned = option == "one_best"
    values = [one.scale.low + one.scale.high - one.marks if turned else one.marks for one in found]
    return float(pd.concat(values).mean())
