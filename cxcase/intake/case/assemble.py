"""Parsed files to one set of typed inputs: tables of one role under each other, scales agreed, the
mapping saved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from cxcase.checks import Finding
from cxcase.content_key import content_key
from cxcase.intake.case.build import build
from cxcase.intake.case.earlier_waves import with_waves_below
from cxcase.intake.case.inputs import Inputs
from cxcase.intake.case.list_maker import ListMaker
from cxcase.intake.case.mark_direction import say_directions, with_direction
from cxcase.intake.case.question_names import same_questions
from cxcase.intake.case.swapped_dates import CODE as SWAPPED_DATES
from cxcase.intake.case.swapped_dates import count_swapped, with_dates
from cxcase.intake.customer_list.docket import data_finding
from cxcase.intake.customer_list.from_parts import OneList
from cxcase.intake.customer_list.merge_parts import Part
from cxcase.intake.customer_list.title_amounts import CODE as TITLE_UNIT
from cxcase.intake.customer_list.title_amounts import amounts, count_titled, say_read
from cxcase.intake.customer_list.years.tables_of_years import with_tables_of_years
from cxcase.intake.privacy.masking import Names
from cxcase.intake.result import Case, Parsed, ParsedTable
from cxcase.intake.roles.cx_in_customer_list import BESIDE
from cxcase.intake.schema import (
    ENGAGEMENT,
    LIVED,
    MOMENT,
    RATING,
    UNANSWERED,
    Role,
    Scale,
    SetAside,
    Source,
)
from cxcase.settings import METRICS, Settings

CHURN = "churn_source"
PARTS: tuple[Role, ...] = (
    "customers",
    "customer_facts",
    "subscriptions",
    "revenue_periods",
    "churn_events",
)


@dataclass(frozen=True, eq=False)
class _ByRole:
    """Typed rows by role, each with its `_source` (but `ex`), their scales agreed over the files.

    frames   role -> a frame for each table
    parts    the tables that the customer list is made of
    scales   metric, "moment:<name>" or "engagement" -> scale; of units apart
    """

    frames: Mapping[str, Sequence[pd.DataFrame]]
    parts: Sequence[Part]
    scales: Mapping[str, Scale]
    unit_scales: Mapping[str, Scale]
    findings: tuple[Finding, ...]


def assemble(parsed: Sequence[Parsed], settings: Settings, folder: Path) -> Case:
    """The case that the parsed files make, its tables written to `folder`. Never raises for weak or
    missing data.
    """
    tables = [table for p in parsed for table in p.tables]
    titled, about_titles = count_titled(tables, settings)
    about_marks, asked_of_marks = say_directions(tables, settings)
    read = _with_ratings_beside(_by_role(tables, settings), tables)
    stacked = {role: _stacked(role, frames) for role, frames in read.frames.items()}
    answered = stacked.get("cx")
    maker = ListMaker(read.parts, partial(_parts_under, tables), tables, answered)
    settled = maker.settle(settings)
    one_list = maker.make(settled, settings)
    if one_list.customers is not None:
        stacked["customers"] = one_list.customers
    about_files = (*_said_by_files(parsed), *about_titles, *about_marks)
    findings = (*about_files, *read.findings, *one_list.findings)
    inputs = _inputs(parsed, read, one_list, stacked, findings)
    sources = maker.as_settled(inputs.sources, settled)
    inputs = replace(inputs, t0_of_years=settled.t0, sources=sources)
    case = build(inputs, settings, folder)
    of_amounts = say_read(case.sources, tables, case.base, inputs.frames)
    counts = {TITLE_UNIT: titled, SWAPPED_DATES: count_swapped(tables)}
    return replace(
        case,
        findings=(*case.findings, *of_amounts),
        reconciliation=one_list.reconciliation,
        decisions=(
            *maker.decisions(settled, one_list, counts, case, settings),
            *asked_of_marks,
            *case.decisions,
        ),
    )


def _parts_under(tables: Sequence[ParsedTable], settings: Settings) -> Sequence[Part]:
    """The tables of customers, their amounts as these settings decide."""
    return _without_ratings(_by_role(tables, settings).parts)


def _inputs(
    parsed: Sequence[Parsed],
    read: _ByRole,
    one_list: OneList,
    frames: Mapping[str, pd.DataFrame],
    findings: tuple[Finding, ...],
) -> Inputs:
    tables = [table for p in parsed for table in p.tables]
    sources, aside = _left_out(tables, parsed, read.parts, one_list)
    currency, _ = _currency(tables)
    return Inputs(
        key=content_key("assembled", [p.key for p in parsed]),
        frames=frames,
        scales={m: read.scales[m] for m in METRICS if m in read.scales},
        ex_scale=read.scales.get(ENGAGEMENT),
        moment_scales=_moment_scales(read.scales),
        sources=sources,
        set_aside=aside,
        findings=findings,
        currency=currency,
        mapping={"version": 1, "tables": [_entry(t) for t in tables if t.source.role]},
        suppressed_teams=sum(t.suppressed_teams for t in tables),
        raw=tuple(t.raw for t in tables),
        t0=one_list.t0,
        unit_scales=read.unit_scales,
        names=_names(parsed),
    )


def _said_by_files(parsed: Sequence[Parsed]) -> list[Finding]:
    """What was said while reading: of whole files, then of their tables."""
    of_files = [finding for p in parsed for finding in p.findings]
    of_tables = [m for p in parsed for table in p.tables for m in table.source.messages]
    return of_files + of_tables


def _moment_scales(scales: Mapping[str, Scale]) -> dict[str, Scale]:
    """Moment -> scale."""
    return {
        name.removeprefix(MOMENT): scale
        for name, scale in scales.items()
        if name.startswith(MOMENT)
    }


def _names(parsed: Sequence[Parsed]) -> Names:
    """All files' names; of files read by another process none, as they were hashed by another
    secret.
    """
    secret = next((p.names.secret for p in reversed(parsed) if p.names), "")
    same = [p.names.hashed for p in parsed if p.names.secret == secret]
    return Names(secret, frozenset[str]().union(*same))


# ---- tables by role ------------------------------------------------------------------------------


def _by_role(tables: Sequence[ParsedTable], settings: Settings) -> _ByRole:
    frames: dict[str, list[pd.DataFrame]] = {}
    parts: list[Part] = []
    asked: Mapping[str, str] = {}
    scales: Mapping[str, Scale] = {}
    unit_scales: Mapping[str, Scale] = {}
    findings: list[Finding] = []
    for index, table in enumerate(tables):
        role = table.source.role
        if role is None or table.path is None:
            continue
        frame, table = with_direction(_with_amounts(table, settings), table, settings)
        if role in PARTS and frame.empty:
            continue
        if role in PARTS:
            parts.append(Part(role, frame.assign(_source=index), _name(table)))
            continue
        if role != "ex":
            frame["_source"] = index
        if role == "cx":
            frame = with_waves_below(frame)
            frame, table, asked = same_questions(frame, table, asked)
        if role == "units":
            frame, unit_scales, said = _agreed(frame, table, unit_scales)
        else:
            frame, scales, said = _agreed(frame, table, scales)
        findings += said
        frames.setdefault(role, []).append(frame)
    sources = [tables[int(part.frame["_source"].iloc[0])].source for part in parts]
    parts, of_years = with_tables_of_years(parts, sources)
    return _ByRole(frames, parts, scales, unit_scales, (*findings, *of_years))


def _with_amounts(table: ParsedTable, settings: Settings) -> pd.DataFrame:
    """The table's rows with amounts as decided; of a customer list each in a currency."""
    frame = with_dates(amounts(table, settings), settings)
    if table.source.role == "customers" and "currency" not in frame:
        frame["currency"] = pd.Series(table.currency, index=frame.index, dtype="str")
    return frame


def _name(table: ParsedTable) -> str:
    """The table as people know it."""
    source = table.source
    if source.sheet:
        return f"{source.file} › {source.sheet}"
    return source.file


def _with_ratings_beside(read: _ByRole, tables: Sequence[ParsedTable]) -> _ByRole:
    """The same without ratings beside customers' facts: they are the responses unless there is a
    survey.
    """
    surveyed = "cx" in read.frames
    scales = read.scales
    responses: list[pd.DataFrame] = []
    findings = [*read.findings]
    for part in read.parts:
        rated = _ratings_in(part)
        if rated and surveyed:
            findings.append(data_finding("ok", "ratings_beside_unused", file=part.name))
        elif rated:
            answers = part.frame[["customer_id", *rated]].dropna(subset=rated, how="all")
            answers = answers.rename(columns={c: c.removeprefix(BESIDE) for c in rated})
            if len(part.frame):
                table = _scaled_by(tables[int(part.frame["_source"].iloc[0])], answers)
                answers, scales, said = _agreed(answers, table, scales)
                findings += said
            responses.append(answers)
    frames = dict(read.frames)
    if responses:
        frames["cx"] = responses
    return replace(
        read,
        frames=frames,
        parts=_without_ratings(read.parts),
        scales=scales,
        findings=tuple(findings),
    )


def _scaled_by(table: ParsedTable, answers: pd.DataFrame) -> ParsedTable:
    """The table with the scales of these answers alone."""
    scales = {name: scale for name, scale in table.scales.items() if name in answers}
    return replace(table, scales=scales)


def _ratings_in(part: Part) -> list[str]:
    return [str(column) for column in part.frame if str(column).startswith(BESIDE)]


def _without_ratings(parts: Sequence[Part]) -> list[Part]:
    return [part.holding(part.frame.drop(columns=_ratings_in(part))) for part in parts]


def _agreed(
    frame: pd.DataFrame, table: ParsedTable, scales: Mapping[str, Scale]
) -> tuple[pd.DataFrame, Mapping[str, Scale], list[Finding]]:
    """(the frame without columns whose scale differs from the one an earlier file set, the scales
    with this table's, which columns these are).
    """
    new = {name: scale for name, scale in table.scales.items() if name not in scales}
    agreed = {**scales, **new}
    findings = []
    for name, scale in table.scales.items():
        if agreed[name] == scale:
            continue
        moment = name.removeprefix(MOMENT)
        findings.append(
            data_finding(
                "review",
                "scales_differ",
                column=moment,
                file=table.source.file,
                low=agreed[name].low,
                high=agreed[name].high,
            )
        )
        gone = {name, *(f"{kind}{moment}" for kind in (RATING, LIVED, UNANSWERED))}
        frame = frame.drop(columns=[c for c in frame if c in gone])
        if name == ENGAGEMENT:
            frame = frame.iloc[:0]
    return frame, agreed, findings


def _stacked(role: str, frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The frames of a role under each other; what no file says of a moment is no."""
    frame = frames[0]
    if len(frames) > 1:
        frame = pd.concat(frames, ignore_index=True)
    if role == "cx":
        for column in frame:
            if str(column).startswith((LIVED, UNANSWERED)):
                frame[column] = frame[column].astype("boolean").fillna(False).astype(bool)
    return frame


# ---- rows that found no place --------------------------------------------------------------------


def _left_out(
    tables: Sequence[ParsedTable],
    parsed: Sequence[Parsed],
    parts: Sequence[Part],
    one_list: OneList,
) -> tuple[tuple[Source, ...], tuple[SetAside, ...]]:
    """Sources and rows set aside, with the rows that found no place among the parts (a spreadsheet
    row counts once).
    """
    sources = [t.source for t in tables]
    aside = [a for p in parsed for a in p.set_aside]
    whole = pd.Series(dtype=int)
    if parts:
        whole = _counted([p.frame for p in parts])
    for reason, frames in one_list.left_out.items():
        gone = _counted(frames).sort_index()
        for index, row in gone[gone == whole.reindex(gone.index)].index.tolist():
            sources[index] = _with_one_more(sources[index], reason)
            source = sources[index]
            aside.append(SetAside(source.file, source.sheet, int(row), None, None, reason))
    return tuple(sources), tuple(aside)


def _counted(frames: Sequence[pd.DataFrame]) -> pd.Series:
    """(source, spreadsheet row) -> typed rows that came from it."""
    return pd.concat([f[["_source", "_row"]] for f in frames]).value_counts()


def _with_one_more(source: Source, reason: str) -> Source:
    """The source with one more row set aside for this reason."""
    return source.counting({**source.reasons, reason: source.reasons.get(reason, 0) + 1})


# ---- currency and mapping ------------------------------------------------------------------------


def _currency(tables: Sequence[ParsedTable]) -> tuple[str | None, list[Finding]]:
    """(the customer list's currency, else the first shown; another one in other tables, which is
    not converted: in the list it is decided).
    """
    listed = [t.currency for t in tables if t.currency and t.source.role == "customers"]
    others = [t.currency for t in tables if t.currency and t.source.role != "customers"]
    names = list(dict.fromkeys([*listed, *others]))
    if not names:
        return None, []
    if set(names) - {*(listed or names[:1])}:
        return names[0], [data_finding("fail", "mixed_currency", currencies=names)]
    return names[0], []


def _entry(table: ParsedTable) -> Mapping[str, Any]:
    """The table as mapping.json keeps it."""
    source = table.source
    return {
        "match": {"headings": list(source.headings)},
        "role": source.role,
        "columns": dict(source.columns),
        "decisions": dict(table.decisions),
    }
