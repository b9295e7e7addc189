"""Typed tables in, a `Case` out: the same second half for files and for simulated frames."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from cxcase.checks import Finding, FindingStatus
from cxcase.estimate import content_key
from cxcase.intake.case.decision_effects import Scales, weigh
from cxcase.intake.case.match_responses import (
    Answers,
    Matched,
    join_counts,
    match_responses,
    metric_of,
    moments_of,
    place_answers,
)
from cxcase.intake.case.near_matches import apply_ids, apply_teams, suggest_ids, suggest_teams
from cxcase.intake.case.question_matching import apply_questions, suggest_questions
from cxcase.intake.case.readiness import Evidence, give_verdict, verdict_without_list
from cxcase.intake.case.store import (
    customers_table,
    every_response,
    responses_table,
    sheet_table,
    waves_table,
    write_tables,
)
from cxcase.intake.case.team_engagement import Engagement, combine_waves
from cxcase.intake.customer_list.deduplicate import TWICE, distinct
from cxcase.intake.customer_list.groupings import customer_groups
from cxcase.intake.customer_list.ledger import Ledger, base_of, keep_ledger
from cxcase.intake.customer_list.shared_customers import one_team_each
from cxcase.intake.customer_list.start_date import first_day, start_of
from cxcase.intake.customer_list.unit_base import base_of_units
from cxcase.intake.privacy.masking import Names
from cxcase.intake.privacy.small_groups import SmallGroups
from cxcase.intake.result import Case, Decision, Suggestion, Verdict, why_no_list
from cxcase.intake.roles.cx_comments import with_ids, with_masked_comments
from cxcase.intake.schema import Role, Scale, SetAside, Source
from cxcase.settings import METRICS, Settings
from cxcase.version import CODE


@dataclass(frozen=True, eq=False)
class Inputs:
    """Typed rows by role, what is known about their scales, and where they came from."""

    key: str
    frames: Mapping[str, pd.DataFrame]  # rows may carry `_source` (index into sources) and `_row`
    scales: Mapping[str, Scale]
    ex_scale: Scale | None
    moment_scales: Mapping[str, Scale]
    sources: tuple[Source, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    findings: tuple[Finding, ...] = ()
    currency: str | None = None
    mapping: Mapping[str, Any] = field(default_factory=dict)
    suppressed_teams: int = 0
    raw: tuple[Path | None, ...] = ()  # each source's table as it was read
    t0: dt.date | None = (
        None  # the start that the customer list was made for, where it was made from parts
    )
    unit_scales: Mapping[str, Scale] = field(default_factory=dict)
    names: Names = field(default=Names(), repr=False, compare=False)  # to be masked in comments


@dataclass(frozen=True, eq=False)
class _Made:
    """What the tables came to. repeated: rows of the customer list that say nothing new."""

    t0: dt.date | None
    customers: pd.DataFrame | None
    repeated: pd.DataFrame
    answers: Answers | None
    ledger: Ledger | None
    matched: Matched | None
    engagement: Engagement | None
    names: Names  # what is masked in comments, customers' ids among it


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
    tables = {
        name: pa.Table.from_pandas(frame, preserve_index=False) for name, frame in frames.items()
    }
    digest = {name: content_key(_bytes(table)) for name, table in tables.items()}
    key = content_key(
        "frames",
        digest,
        scales,
        ex_scale,
        moment_scales or {},
        *([unit_scales] if unit_scales else []),
    )
    inputs = Inputs(
        key, frames, scales, ex_scale, moment_scales or {}, unit_scales=unit_scales or {}
    )
    return build(inputs, settings, folder)


def build(inputs: Inputs, settings: Settings, folder: Path) -> Case:
    """The case at t0: base, joined responses, team engagement, and the sheets for later stages.

    Its tables are written to a folder in `folder` that bears the case's key, so that no later case
    changes an earlier one's.
    """
    key = _key(inputs, settings)
    folder = folder / key[:16]
    findings = [*inputs.findings]
    inputs = _same_questions(inputs, settings, findings)
    frames = _served_by(_same_teams(inputs.frames, settings, findings), findings)
    made = _make(inputs, frames, settings, findings)
    suggestions = tuple(_suggest(made, frames, findings))
    suggestions += suggest_questions(frames.get("cx"), inputs.moment_scales, settings, findings)
    tables = _tables(inputs, frames, settings, made, findings)
    write_tables(folder, tables)
    case = _case(inputs, settings, made, frames.get("units"), key=key, folder=folder)
    findings += _judge(case, frames, findings)
    sources, set_aside = _set_aside(inputs, made)
    verdict = tuple[Verdict, ...]()
    decisions = tuple[Decision, ...]()
    if made.ledger is not None and made.customers is not None:
        verdict = give_verdict(_evidence(case, made, tables, settings))
        decisions = weigh(
            Scales(made.customers, made.answers, made.ledger, made.matched, made.t0), settings
        )
    elif "units" not in frames:
        verdict = verdict_without_list(why_no_list(findings) or "no_customers", frames)
    return replace(
        case,
        sources=sources,
        set_aside=set_aside,
        findings=tuple(findings),
        decisions=decisions,
        suggestions=suggestions,
        verdict=verdict,
    )


def _make(
    inputs: Inputs, frames: Mapping[str, pd.DataFrame], settings: Settings, findings: list[Finding]
) -> _Made:
    cx = frames.get("cx")
    customers = frames.get("customers")
    t0, about = start_of(settings, frames, inputs.sources, inputs.t0)
    findings += about
    repeated = pd.DataFrame()
    ledger = None
    answers = None
    matched = None
    if customers is not None:
        customers, repeated = distinct(customers)
        if len(repeated):
            findings.append(Finding("ok", "same_rows", "data", {"count": len(repeated)}))
        ledger = keep_ledger(customers, t0, settings)
        findings += ledger.findings
    if cx is not None and customers is not None and ledger is not None:
        everyone = pd.Index(customers["customer_id"].unique())
        cx, moved = apply_ids(cx, everyone, settings.same_ids)
        if moved:
            findings.append(Finding("ok", "same_ids_applied", "data", {"count": moved}))
        answers = place_answers(cx, everyone)
        matched = match_responses(answers, ledger, t0, settings)
        findings += matched.findings
        ledger = _teams_from_survey(ledger, matched.responses, findings)
    engagement = _engagement(inputs, frames, settings, ledger, findings)
    names = with_ids(
        inputs.names, [] if customers is None else customers["customer_id"].unique().tolist()
    )
    return _Made(t0, customers, repeated, answers, ledger, matched, engagement, names)


def _key(inputs: Inputs, settings: Settings) -> str:
    """Names all that a case is made of: the rows, what was chosen for them, and the code."""
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
    """mapping.json, version 1: how the tables were read, and the decisions made."""
    return {"version": 1, "tables": [], **inputs.mapping, **settings.saved()}


def _same_questions(inputs: Inputs, settings: Settings, findings: list[Finding]) -> Inputs:
    """The inputs with the survey's questions under the names that somebody said are meant."""
    if "cx" not in inputs.frames:
        return inputs
    cx, scales = apply_questions(inputs.frames["cx"], inputs.moment_scales, settings, findings)
    return replace(inputs, frames={**inputs.frames, "cx": cx}, moment_scales=scales)


def _same_teams(
    frames: Mapping[str, pd.DataFrame], settings: Settings, findings: list[Finding]
) -> dict[str, pd.DataFrame]:
    """The tables with team names as somebody said they are meant."""
    changed = dict(frames)
    rows = 0
    for role in ("customers", "cx", "ex"):
        if role in changed:
            changed[role], moved = apply_teams(changed[role], settings.same_teams)
            rows += moved
    if rows:
        findings.append(Finding("ok", "same_teams_applied", "data", {"count": rows}))
    return changed


def _served_by(frames: dict[str, pd.DataFrame], findings: list[Finding]) -> dict[str, pd.DataFrame]:
    """The tables with one team a customer; the others beside it where a cell names several."""
    if "customers" not in frames:
        return frames
    named = (
        frames[role]["team"].dropna().unique()
        for role in ("cx", "ex")
        if role in frames and "team" in frames[role]
    )
    customers, several = one_team_each(
        frames["customers"], (name for names in named for name in names)
    )
    if several:
        findings.append(Finding("ok", "several_teams", "data", {"count": several}))
    return {**frames, "customers": customers}


def _suggest(
    made: _Made, frames: Mapping[str, pd.DataFrame], findings: list[Finding]
) -> Iterator[Suggestion]:
    """Ids and team names that nearly match; of employee surveys only teams that are large enough to
    be shown.
    """
    if made.answers is not None:
        rows = made.answers.rows
        for found in suggest_ids(
            rows.loc[made.answers.place < 0, "customer_id"], made.answers.everyone
        ):
            findings.append(Finding("review", "ids_nearly_match", "data", {"count": found.count}))
            yield found
    counts: dict[Role, pd.Series] = {}
    listed: tuple[Role, ...] = ("customers", "cx")
    for role in listed:
        if role in frames and "team" in frames[role]:
            counts[role] = frames[role]["team"].dropna().value_counts()
    if made.engagement is not None:
        counts["ex"] = made.engagement.ex.set_index("team")["n"]
    teams = suggest_teams(counts)
    if teams:
        findings.append(
            Finding(
                "review", "teams_nearly_match", "data", {"count": len({s.found for s in teams})}
            )
        )
    yield from teams


def _case(
    inputs: Inputs,
    settings: Settings,
    made: _Made,
    units: pd.DataFrame | None,
    *,
    key: str,
    folder: Path,
) -> Case:
    matched = made.matched
    ledger = made.ledger
    engagement = made.engagement
    if matched:
        responses = matched.responses
    else:
        responses = pd.DataFrame({"customer_id": pd.Series([], dtype="str")})
    base = joins = None
    if ledger:
        answered = ledger.customers["customer_id"].isin(responses["customer_id"])
        base = base_of(ledger, answered, made.t0)
        teams = list(engagement.ex["team"]) if engagement else []
        suppressed = engagement.teams_suppressed if engagement else 0
        without_id = sum(s.reasons.get("id_missing", 0) for s in inputs.sources if s.role == "cx")
        metric = metric_of(responses, settings)
        joins = join_counts(matched, ledger.customers, teams, suppressed, metric, without_id)
    elif units is not None:
        base = base_of_units(units, made.t0)
    return Case(
        key=key,
        folder=folder,
        sources=(),
        set_aside=(),
        joins=joins,
        base=base,
        scales={m: inputs.scales[m] for m in METRICS if m in inputs.scales},
        ex_scale=inputs.ex_scale,
        moments=moments_of(responses, inputs.moment_scales) if matched else (),
        currency=(ledger.currency if ledger else None) or inputs.currency,
        findings=(),
        mapping=_mapping(inputs, settings),
        has_revenue_end=ledger.has_revenue_end
        if ledger
        else units is None or "revenue_end" in units,
        raw=inputs.raw,
        names=made.names,
        unit_scales=inputs.unit_scales,
    )


def _teams_from_survey(ledger: Ledger, responses: pd.DataFrame, findings: list[Finding]) -> Ledger:
    """A customer list without teams takes them from the survey, for those who answered."""
    if (
        "team" not in responses
        or ledger.customers["team"].notna().any()
        or responses["team"].isna().all()
    ):
        return ledger
    teams = responses.set_index("customer_id")["team"]
    findings.append(
        Finding("review", "team_from_survey", "data", {"count": int(teams.notna().sum())})
    )
    customers = ledger.customers.assign(
        team=ledger.customers["customer_id"].map(teams).astype("str")
    )
    return replace(ledger, customers=customers)


def _engagement(
    inputs: Inputs,
    frames: Mapping[str, pd.DataFrame],
    settings: Settings,
    ledger: Ledger | None,
    findings: list[Finding],
) -> Engagement | None:
    waves = frames.get("ex")
    if waves is None:
        return None
    first = first_day(frames.get("cx"))
    engagement = combine_waves(waves, first, SmallGroups(settings.k_min), inputs.suppressed_teams)
    findings += engagement.findings
    if ledger is not None and len(engagement.ex):
        met = engagement.ex["team"].isin(ledger.customers["team"].dropna()).sum()
        if met < len(engagement.ex):
            status: FindingStatus = "fail" if met == 0 else "review"
            params = {"count": int(len(engagement.ex) - met), "total": len(engagement.ex)}
            findings.append(Finding(status, "ex_teams_unmatched", "data", params))
    return engagement


def _set_aside(inputs: Inputs, made: _Made) -> tuple[tuple[Source, ...], tuple[SetAside, ...]]:
    """Rows that ledger and joins left out join those that could not be read; accepted counts
    follow.
    """
    added: list[SetAside] = []
    reasons: list[dict[str, int]] = [dict(s.reasons) for s in inputs.sources]
    dropped = [(TWICE, made.repeated)]
    dropped += list(made.ledger.aside.items()) if made.ledger else []
    dropped += list(made.matched.dropped.items()) if made.matched else []
    for reason, rows in dropped:
        if "_source" not in rows:
            continue
        found = rows["customer_id"].astype("object") if reason == TWICE else [None] * len(rows)
        for index, row, id in zip(
            rows["_source"].tolist(), rows["_row"].tolist(), found, strict=True
        ):
            source = inputs.sources[index]
            reasons[index][reason] = reasons[index].get(reason, 0) + 1
            heading = source.columns.get("customer_id") if reason == TWICE else None
            added.append(SetAside(source.file, source.sheet, int(row), heading, id, reason))
    sources = tuple(_recount(s, r) for s, r in zip(inputs.sources, reasons, strict=True))
    return sources, (*inputs.set_aside, *added)


def _recount(source: Source, reasons: Mapping[str, int]) -> Source:
    out = sum(reasons.values())
    return replace(
        source, reasons=reasons, rows_set_aside=out, rows_accepted=source.rows_read - out
    )


def _judge(
    case: Case, frames: Mapping[str, pd.DataFrame], known: Sequence[Finding]
) -> list[Finding]:
    """What this data cannot carry, one sentence each; later stages refuse on their own."""
    found = [
        Finding("fail" if name == "cx" else "review", f"no_{name}", "data")
        for name in ("cx", "ex", "recommendations")
        if name not in frames or frames[name].empty
    ]
    if "customers" not in frames:
        if "units" in frames:
            own = frames["units"]["team"].nunique()
            kept = [f for f in found if f.code == "no_recommendations"]
            return [*kept, Finding("review", "units_alone", "data", {"units": int(own)})]
        if why_no_list(known):
            return found
        return [*found, Finding("fail", "no_customers", "data")]
    if case.base is None:
        return [*found, Finding("fail", "base_empty", "data")]
    if case.base.churned in (0, case.base.customers):
        code = "nobody_churned" if case.base.churned == 0 else "everybody_churned"
        found.append(Finding("fail", code, "data", {"count": case.base.customers}))
    return found


def _tables(
    inputs: Inputs,
    frames: Mapping[str, pd.DataFrame],
    settings: Settings,
    made: _Made,
    findings: list[Finding],
) -> dict[str, pd.DataFrame]:
    tables: dict[str, pd.DataFrame] = {}
    if made.ledger:
        if made.matched:
            answered = made.matched.responses["customer_id"]
        else:
            answered = pd.Series([], dtype="str")
        tables["customers"], lacking = customers_table(
            made.ledger.customers, answered, settings.controls
        )
        findings += lacking
        groups = customer_groups(made.ledger.customers, answered, settings.controls)
        if groups is not None:
            tables["customer_groups"] = groups
    if made.matched:
        told = with_masked_comments(made.matched.responses, made.names)
        tables["responses"] = responses_table(told, inputs.moment_scales)
    waves = pd.DataFrame()
    if made.engagement:
        tables["ex"] = made.engagement.ex
        waves = (
            waves_table(frames["ex"], SmallGroups(settings.k_min))
            if "wave" in frames["ex"]
            else waves
        )
        if len(made.engagement.items):
            tables["ex_items"] = made.engagement.items
    followed = len(waves) > 0 and waves["wave"].nunique() > 1
    if followed:
        tables["ex_waves"] = waves
    tables |= _every_answer(made, inputs.moment_scales, followed)
    return tables | {
        n: sheet_table(frames[n])
        for n in ("units", "recommendations", "case_studies")
        if n in frames
    }


def _every_answer(
    made: _Made, moments: Mapping[str, Scale], followed: bool
) -> dict[str, pd.DataFrame]:
    """Every answer with its day, where customers answered several times or engagement was followed
    over time.
    """
    answers = made.answers
    matched = made.matched
    if answers is None or matched is None or "responded_at" not in answers.rows:
        return {}
    if not followed and len(matched.every) <= len(matched.responses):
        return {}  # the responses say it all
    return {"all_responses": every_response(answers.rows.iloc[matched.every], moments)}


def _evidence(
    case: Case, made: _Made, tables: Mapping[str, pd.DataFrame], settings: Settings
) -> Evidence:
    ledger = made.ledger
    return Evidence(
        case=case,
        settings=settings,
        tables=tables,
        left=ledger.customers["churn_date"] if ledger else pd.Series(dtype="datetime64[us]"),
        ex_waves=made.engagement.waves if made.engagement else 0,
        ex_repeated=made.engagement.repeated if made.engagement else 0,
        ex_before=made.engagement.before if made.engagement else None,
    )


def _bytes(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()
