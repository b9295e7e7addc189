"""Typed tables in, a `Case` out: the same second half for files and for simulated frames."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from cxcase.checks import Finding
from cxcase.content_key import content_key
from cxcase.intake.case.decision_effects import WeighedOn, weigh
from cxcase.intake.case.inputs import Inputs, as_meant
from cxcase.intake.case.join_counts import join_counts, moments_of
from cxcase.intake.case.joined_tables import JoinedTables, join_tables, suggest
from cxcase.intake.case.match_responses import metric_of
from cxcase.intake.case.readiness import give_verdict, verdict_without_list
from cxcase.intake.case.readiness_sample import Evidence
from cxcase.intake.case.rows_set_aside import set_aside_rows
from cxcase.intake.case.store import tables_of, write_tables
from cxcase.intake.customer_list.docket import data_finding
from cxcase.intake.customer_list.ledger import base_of
from cxcase.intake.customer_list.unit_base import base_of_units
from cxcase.intake.result import (
    Base,
    Case,
    Decision,
    Joins,
    MomentColumn,
    Option,
    Verdict,
    why_no_list,
)
from cxcase.intake.schema import Scale
from cxcase.intake.values.among import among
from cxcase.settings import DECISIONS, EMPLOYEES_ANSWERED, METRICS, Settings
from cxcase.version import CODE


def case_from_frames(
    frames: Mapping[str, pd.DataFrame],
    settings: Settings,
    folder: Path,
    *,
    scales: Mapping[str, Scale],
    ex_scale: Scale | None = None,
    moment_scales: Mapping[str, Scale] | None = None,
    unit_scales: Mapping[str, Scale] | None = None,
) -> Case:
    """A `Case` in `folder` from typed frames, as a file would have given them.

    frames: "customers" (customer_id, team, segment, tenure_months, revenue_start, revenue_end,
    churned[, churn_date]; money a year), "cx" (customer_id, responded_at, ease/csat/nps,
    rating:<m>, lived:<m>[, comment, comment:<m>]; high is good), "ex" (team, wave, n, mean, sd: a
    row per team and wave), "units" (as `Case` has them), "recommendations", "case_studies". Scales
    in native points.
    """
    digest = {
        name: content_key(_bytes(pa.Table.from_pandas(frame, preserve_index=False)))
        for name, frame in frames.items()
    }
    moment_scales = moment_scales or {}
    parts: list[Any] = ["frames", digest, scales, ex_scale, moment_scales]
    if unit_scales:
        parts.append(unit_scales)
    inputs = Inputs(
        key=content_key(*parts),
        frames=frames,
        scales=scales,
        ex_scale=ex_scale,
        moment_scales=moment_scales,
        unit_scales=unit_scales or {},
    )
    return build(inputs, settings, folder)


def build(inputs: Inputs, settings: Settings, folder: Path) -> Case:
    """The case at t0: base, joined responses, team engagement, and the sheets for later stages.

    Its tables are written to a folder in `folder` that bears the case's key, so that no later case
    changes an earlier one's.
    """
    key = _key(inputs, settings)
    inputs, about_names = as_meant(inputs, settings)
    joined, about_tables = join_tables(inputs, settings)
    suggestions, about_matches = suggest(joined, inputs.moment_scales, settings)
    tables, about_controls = tables_of(inputs, settings, joined)
    folder = folder / key[:16]
    write_tables(folder, tables)
    base, joins = _totals(inputs, settings, joined)
    findings = [
        *inputs.findings,
        *about_names,
        *about_tables,
        *about_matches,
        *about_controls,
    ]
    findings += _lacking(joined, base, findings)
    sources, set_aside = set_aside_rows(inputs, joined)
    case = Case(
        key=key,
        folder=folder,
        sources=sources,
        set_aside=set_aside,
        joins=joins,
        base=base,
        scales={m: inputs.scales[m] for m in METRICS if m in inputs.scales},
        ex_scale=inputs.ex_scale,
        moments=_moments(inputs, joined),
        currency=_currency(inputs, joined),
        findings=tuple(findings),
        mapping=_mapping(inputs, settings),
        why_no_end=_why_no_end(joined),
        suggestions=suggestions,
        raw=inputs.raw,
        names=joined.names,
        unit_scales=inputs.unit_scales,
    )
    verdict, decisions = _judged(case, joined, tables, settings)
    return replace(case, verdict=verdict, decisions=decisions)


def _key(inputs: Inputs, settings: Settings) -> str:
    """Names all that a case is joined of: the rows, what was chosen for them, and the code."""
    chosen = (
        settings.start,
        settings.k_min,
        settings.metric,
        settings.controls,
        settings.oldest_response_months,
    )
    # an owned currency decides which money is the main one
    currency = settings.currency if "currency" in settings.owned else None
    return content_key("case", inputs.key, _mapping(inputs, settings), chosen, currency, CODE)


def _mapping(inputs: Inputs, settings: Settings) -> dict[str, Any]:
    """mapping.json, version 1: how the tables were read, and the decisions joined."""
    return {"version": 1, "tables": [], **inputs.mapping, **settings.saved()}


def _bytes(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue().to_pybytes())


# ---- the parts of a case -------------------------------------------------------------------------


def _totals(
    inputs: Inputs, settings: Settings, joined: JoinedTables
) -> tuple[Base | None, Joins | None]:
    """(the base's totals, how many of each met); of units alone only the first."""
    if joined.asked is not None:
        return None, None
    if joined.listed is None:
        units = joined.frames.get("units")
        return (None if units is None else base_of_units(units, joined.t0)), None
    ledger = joined.listed.ledger
    responses = joined.responses
    base = base_of(
        ledger, among(ledger.customers["customer_id"], responses["customer_id"]), joined.t0
    )
    teams: list[str] = []
    suppressed = 0
    if joined.engagement is not None:
        teams = list(joined.engagement.ex["team"])
        suppressed = joined.engagement.teams_suppressed
    joins = join_counts(
        joined.surveyed.matched if joined.surveyed else None,
        ledger.customers,
        teams,
        suppressed,
        metric_of(responses, settings),
        sum(s.reasons.get("id_missing", 0) for s in inputs.sources if s.role == "cx"),
    )
    return base, joins


def _moments(inputs: Inputs, joined: JoinedTables) -> tuple[MomentColumn, ...]:
    if joined.surveyed is None:
        return ()
    return moments_of(joined.responses, inputs.moment_scales, inputs.questions)


def _currency(inputs: Inputs, joined: JoinedTables) -> str | None:
    """The main currency of a list that shows several, else what the tables show."""
    if joined.listed is not None and joined.listed.ledger.currency:
        return joined.listed.ledger.currency
    return inputs.currency


def _why_no_end(joined: JoinedTables) -> str | None:
    """The code that says why revenue at the end is not measured; None where it is."""
    if joined.listed is not None:
        return joined.listed.ledger.why_no_end
    units = joined.frames.get("units")
    if units is None or "revenue_end" in units:
        return None
    return "units_no_revenue_end"


def _lacking(joined: JoinedTables, base: Base | None, known: Sequence[Finding]) -> list[Finding]:
    """What this data cannot carry, one sentence each; later stages refuse on their own."""
    frames = joined.frames
    found = []
    asked = {finding.code for finding in known}
    if _none_of("cx", frames) and "survey_key_open" not in asked:
        found.append(data_finding("fail", "no_cx"))
    if _none_of("ex", frames) and "team_open" not in asked:
        found.append(data_finding("review", "no_ex"))
    no_steps = []
    if _none_of("recommendations", frames):
        no_steps.append(data_finding("review", "no_recommendations"))
    if "customers" not in frames:
        if "units" in frames and not why_no_list(known):
            units = int(frames["units"]["team"].nunique())
            return [*no_steps, data_finding("review", "units_alone", units=units)]
        if why_no_list(known):
            return found + no_steps
        return [*found, *no_steps, data_finding("fail", "no_customers")]
    return [*found, *no_steps, *_about_base(base)]


def _none_of(role: str, frames: Mapping[str, pd.DataFrame]) -> bool:
    return role not in frames or frames[role].empty


def _about_base(base: Base | None) -> list[Finding]:
    if base is None:
        return [data_finding("fail", "base_empty")]
    if base.churned == 0:
        return [data_finding("fail", "nobody_churned", count=base.customers)]
    if base.churned == base.customers:
        return [data_finding("fail", "everybody_churned", count=base.customers)]
    return []


def _judged(
    case: Case, joined: JoinedTables, tables: Mapping[str, pd.DataFrame], settings: Settings
) -> tuple[tuple[Verdict, ...], tuple[Decision, ...]]:
    """(what the data can carry, the decisions that came up); neither for units alone."""
    if joined.listed is None:
        if "units" in joined.frames and joined.asked is None:
            return (), ()
        reason = why_no_list(case.findings) or "no_customers"
        decisions: tuple[Decision, ...] = ()
        if joined.asked is not None:
            weighed_on = WeighedOn(joined.asked.customers, joined.asked.ledger, joined.t0)
            decisions = weigh(weighed_on, settings)
        return verdict_without_list(reason, joined.frames), decisions
    ledger = joined.listed.ledger
    left = ledger.customers["churn_date"]
    evidence = Evidence(case, settings, tables, left, joined.engagement)
    weighed_on = WeighedOn(joined.listed.customers, ledger, joined.t0)
    if joined.surveyed is not None:
        answers = joined.surveyed.answers
        weighed_on = replace(weighed_on, answers=answers, matched=joined.surveyed.matched)
    decisions = (*weigh(weighed_on, settings), *_about_employees(case, settings))
    return give_verdict(evidence), decisions


def _about_employees(case: Case, settings: Settings) -> Iterator[Decision]:
    """Whether employees may have answered a wave again, where a survey left that open. It was
    decided where the survey was read.
    """
    said = [finding for source in case.sources for finding in source.messages]
    open_ = [f.params for f in said if EMPLOYEES_ANSWERED in (f.code, f.params.get("decision"))]
    if open_:
        teams = {
            "again": sum(params["teams"] for params in open_),
            "once": sum(params["teams_once"] for params in open_),
        }
        options = tuple(Option(code, teams=teams[code]) for code in DECISIONS[EMPLOYEES_ANSWERED])
        count = sum(params["count"] for params in open_)
        chosen = settings.option(EMPLOYEES_ANSWERED)
        yield Decision(
            EMPLOYEES_ANSWERED, count, chosen, options, EMPLOYEES_ANSWERED in settings.decisions
        )
