"""Parsed files to one set of typed inputs: tables of one role under each other, scales agreed, the
mapping saved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from cxcase.checks import Finding
from cxcase.estimate import content_key
from cxcase.intake.case.build import Inputs, build
from cxcase.intake.case.decision_effects import list_under
from cxcase.intake.case.question_names import same_questions
from cxcase.intake.customer_list.churn_sources import SOURCES
from cxcase.intake.customer_list.from_parts import OneList, make_one_list
from cxcase.intake.customer_list.merge_parts import Part
from cxcase.intake.customer_list.start_date import day_after_last
from cxcase.intake.customer_list.title_amounts import CODE as TITLE_UNIT
from cxcase.intake.customer_list.title_amounts import amounts, count_titled, weigh_titles
from cxcase.intake.privacy.masking import Names
from cxcase.intake.result import Case, Decision, Option, Parsed, ParsedTable
from cxcase.intake.roles.cx_in_customer_list import BESIDE
from cxcase.intake.schema import MOMENT, Role, Scale, SetAside, Source
from cxcase.settings import DECISIONS, METRICS, Settings

ENGAGEMENT = "engagement"
CHURN = "churn_source"
PARTS: tuple[Role, ...] = (
    "customers",
    "customer_facts",
    "subscriptions",
    "revenue_periods",
    "churn_events",
)


def assemble(parsed: Sequence[Parsed], settings: Settings, folder: Path) -> Case:
    """The case that the parsed files make, its tables written to `folder`. Never raises for weak or
    missing data.
    """
    tables = [t for p in parsed for t in p.tables]
    findings = [f for p in parsed for f in p.findings] + [
        m for t in tables for m in t.source.messages
    ]
    scales: dict[str, Scale] = {}
    unit_scales: dict[str, Scale] = {}
    titled = count_titled(tables, settings, findings)
    frames, parts = _by_role(tables, settings, scales, unit_scales, findings)
    parts, beside = _without_ratings(parts, tables, "cx" in frames, scales, findings)
    if beside:
        frames["cx"] = beside
    stacked = {role: _stack(role, found) for role, found in frames.items()}
    answered = stacked.get("cx")
    united = _unite(parts, answered, settings, findings)
    if united.customers is not None:
        stacked["customers"] = united.customers
    sources, aside = _left_out(tables, parsed, parts, united)
    moments = {n.removeprefix(MOMENT): s for n, s in scales.items() if n.startswith(MOMENT)}
    inputs = Inputs(
        key=content_key("assembled", [p.key for p in parsed]),
        frames=stacked,
        scales={m: scales[m] for m in METRICS if m in scales},
        ex_scale=scales.get(ENGAGEMENT),
        moment_scales=moments,
        sources=sources,
        set_aside=aside,
        findings=tuple(findings),
        currency=_currency(tables, findings),
        mapping={"version": 1, "tables": [_entry(t) for t in tables if t.source.role]},
        suppressed_teams=sum(t.suppressed_teams for t in tables),
        raw=tuple(t.raw for t in tables),
        t0=united.t0,
        unit_scales=unit_scales,
        names=_names(parsed),
    )
    case = replace(build(inputs, settings, folder), reconciliation=united.reconciliation)
    decisions = [*case.decisions]
    if titled:
        decisions.insert(
            0,
            weigh_titles(titled, settings, lambda chosen: _totals(tables, answered, chosen, case)),
        )
    if united.disputed:
        who = _who_was_lost(
            united, lambda chosen: _unite(parts, answered, chosen, []), settings, case
        )
        decisions.insert(0, who)
    return replace(case, decisions=tuple(decisions))


def _totals(
    tables: Sequence[ParsedTable], answered: pd.DataFrame | None, settings: Settings, case: Case
) -> Option:
    """What the customer list comes to under these settings, made anew from its tables."""
    parts = _without_ratings(_by_role(tables, settings, {}, {}, [])[1], tables, True, {}, [])[0]
    made = _unite(parts, answered, settings, [])
    return list_under(
        settings.option(TITLE_UNIT), made, case.base.t0 if case.base else made.t0, settings
    )


def _who_was_lost(
    united: OneList, unite: Callable[[Settings], OneList], settings: Settings, case: Case
) -> Decision:
    """What decides who was lost, where the tables disagree: the totals by each source that is
    there.
    """
    chosen = settings.option(CHURN)
    t0 = case.base.t0 if case.base else united.t0
    offered = [
        o for o in DECISIONS[CHURN] if o in (DECISIONS[CHURN][0], chosen) or o in united.sources
    ]
    options = []
    for option in offered:
        deciding = settings.deciding(CHURN, option)
        options.append(
            list_under(option, united if option == chosen else unite(deciding), t0, deciding)
        )
    return Decision(CHURN, united.disputed, chosen, tuple(options), CHURN in settings.decisions)


def _names(parsed: Sequence[Parsed]) -> Names:
    """All files' names; of files read by another process none, as they were hashed by another
    secret.
    """
    secret = next((p.names.secret for p in reversed(parsed) if p.names), "")
    return Names(
        secret,
        frozenset[str]().union(*(p.names.hashed for p in parsed if p.names.secret == secret)),
    )


def _by_role(
    tables: Sequence[ParsedTable],
    settings: Settings,
    scales: dict[str, Scale],
    unit_scales: dict[str, Scale],
    findings: list[Finding],
) -> tuple[dict[str, list[pd.DataFrame]], list[Part]]:
    """(typed rows by role, the parts of the customer list); scales agreed over the files of a role."""
    frames: dict[str, list[pd.DataFrame]] = {}
    parts: list[Part] = []
    asked: dict[str, str] = {}
    for index, table in enumerate(tables):
        role = table.source.role
        if role is None or table.path is None:
            continue
        frame = amounts(table, settings)
        if role == "customers" and "currency" not in frame:
            frame["currency"] = pd.Series(table.currency, index=frame.index, dtype="str")
        if role in PARTS:
            parts.append(Part(role, frame.assign(_source=index), _name(table)))
            continue
        if role != "ex":
            frame["_source"] = index
        if role == "cx":
            frame, table = same_questions(frame, table, asked)
        agreed = unit_scales if role == "units" else scales
        frames.setdefault(role, []).append(_agree(frame, table, agreed, findings))
    return frames, parts


def _name(table: ParsedTable) -> str:
    source = table.source
    if source.sheet:
        return f"{source.file} › {source.sheet}"
    return source.file


def _without_ratings(
    parts: Sequence[Part],
    tables: Sequence[ParsedTable],
    surveyed: bool,
    scales: dict[str, Scale],
    findings: list[Finding],
) -> tuple[list[Part], list[pd.DataFrame]]:
    """(parts without the ratings beside their facts, those ratings as responses unless there is a
    survey).
    """
    plain = []
    responses = []
    for part in parts:
        rated = [c for c in part.frame if str(c).startswith(BESIDE)]
        plain.append(Part(part.role, part.frame.drop(columns=rated), part.name))
        if not rated:
            continue
        if surveyed:
            findings.append(Finding("ok", "ratings_beside_unused", "data", {"file": part.name}))
            continue
        answers = part.frame[["customer_id", *rated]].dropna(subset=rated, how="all")
        answers = answers.rename(columns={c: str(c).removeprefix(BESIDE) for c in rated})
        table = tables[int(part.frame["_source"].iloc[0])] if len(part.frame) else None
        responses.append(answers if table is None else _agree(answers, table, scales, findings))
    return plain, responses


def _unite(
    parts: Sequence[Part], cx: pd.DataFrame | None, settings: Settings, findings: list[Finding]
) -> OneList:
    """One customer list: as it came where it came whole, else made from its parts."""
    whole = [p.frame for p in parts if p.role == "customers"]
    if len(whole) == len(parts):
        return OneList(_stack("customers", whole) if whole else None, None, (), {})
    if cx is not None and "responded_at" in cx:
        answered = pd.to_datetime(cx["responded_at"])
    else:
        answered = pd.Series(dtype="M8[us]")
    source = next((s for s in SOURCES if s == settings.option(CHURN)), None)
    return make_one_list(parts, settings.start or day_after_last(cx), answered, findings, source)


def _left_out(
    tables: Sequence[ParsedTable], parsed: Sequence[Parsed], parts: Sequence[Part], united: OneList
) -> tuple[tuple[Source, ...], tuple[SetAside, ...]]:
    """Sources and rows set aside, with the rows that found no place among the parts (a spreadsheet
    row counts once).
    """
    sources = [t.source for t in tables]
    aside = [a for p in parsed for a in p.set_aside]
    if parts:
        whole = pd.concat([p.frame[["_source", "_row"]] for p in parts]).value_counts()
    else:
        whole = pd.Series(dtype=int)
    for reason, frames in united.left_out.items():
        gone = pd.concat([f[["_source", "_row"]] for f in frames]).value_counts().sort_index()
        for index, row in gone[gone == whole.reindex(gone.index)].index.tolist():
            source = sources[index]
            reasons = {**source.reasons, reason: source.reasons.get(reason, 0) + 1}
            out = sum(reasons.values())
            sources[index] = replace(
                source, reasons=reasons, rows_set_aside=out, rows_accepted=source.rows_read - out
            )
            aside.append(SetAside(source.file, source.sheet, int(row), None, None, reason))
    return tuple(sources), tuple(aside)


def _agree(
    frame: pd.DataFrame, table: ParsedTable, scales: dict[str, Scale], findings: list[Finding]
) -> pd.DataFrame:
    """The frame without columns whose scale differs from the one an earlier file set; those are
    named.
    """
    for name, scale in table.scales.items():
        agreed = scales.setdefault(name, scale)
        if agreed == scale:
            continue
        moment = name.removeprefix(MOMENT)
        findings.append(
            Finding(
                "review",
                "scales_differ",
                "data",
                {
                    "column": moment,
                    "file": table.source.file,
                    "low": agreed.low,
                    "high": agreed.high,
                },
            )
        )
        gone = {name, *(f"{kind}:{moment}" for kind in ("rating", "lived", "unanswered"))}
        frame = frame.drop(columns=[c for c in frame if c in gone])
        if name == ENGAGEMENT:
            frame = frame.iloc[:0]
    return frame


def _stack(role: str, parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    frame = pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0]
    if role == "cx":
        for column in frame:
            if str(column).startswith(("lived:", "unanswered:")):
                frame[column] = frame[column].astype("boolean").fillna(False).astype(bool)
    return frame


def _currency(tables: Sequence[ParsedTable], findings: list[Finding]) -> str | None:
    """The customer list's currency; another one in other tables is said, not converted (in the list
    it is decided).
    """
    shown = [(t.source.role != "customers", t.currency) for t in tables if t.currency]
    names = list(dict.fromkeys(c for _, c in sorted(shown, key=lambda s: s[0]) if c))
    listed = {c for other, c in shown if not other} or set(names[:1])
    if set(names) - listed:
        findings.append(Finding("fail", "mixed_currency", "data", {"currencies": names}))
    if names:
        return names[0]
    return None


def _entry(table: ParsedTable) -> Mapping[str, Any]:
    source = table.source
    return {
        "match": {"headings": list(source.headings)},
        "role": source.role,
        "columns": dict(source.columns),
        "decisions": dict(table.decisions),
    }
