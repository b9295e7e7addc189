"""Typed tables in, a `Case` out: the same second half for files and for simulated frames."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

import cxcase
from cxcase.checks import Finding, FindingStatus
from cxcase.estimate import content_key
from cxcase.intake.engagement import Engagement, combine_waves
from cxcase.intake.joining import (
    Matched,
    day_after_last,
    first_day,
    join_counts,
    match_responses,
    metric_of,
    moments_of,
)
from cxcase.intake.ledger import Ledger, base_of, keep_ledger
from cxcase.intake.result import Case, Scale, SetAside, Source, why_no_list
from cxcase.settings import METRICS, Settings

CUSTOMER_COLUMNS = ("team", "segment", "tenure_months", "revenue_start", "revenue_end", "churned", "responded")
EXTRA = "extra:"


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
    t0: dt.date | None = None  # the start that the customer list was made for, where it was made from parts
    unit_scales: Mapping[str, Scale] = field(default_factory=dict)


def case_from_frames(
    frames: Mapping[str, pd.DataFrame],
    settings: Settings,
    folder: Path,
    *,
    scales: Mapping[str, Scale],
    ex_scale: Scale | None = None,
    moment_scales: Mapping[str, Scale] | None = None,
) -> Case:
    """A `Case` in `folder` from typed frames, as a file would have given them.

    frames: "customers" (customer_id, team, segment, tenure_months, revenue_start, revenue_end, churned[, churn_date];
    money a year), "cx" (customer_id, responded_at, ease/csat/nps, rating:<m>, lived:<m>[, comment]; high is good), "ex"
    (team, wave, n, mean, sd: a row per team and wave), "recommendations", "case_studies". Scales in native points.
    """
    tables = {name: pa.Table.from_pandas(frame, preserve_index=False) for name, frame in frames.items()}
    digest = {name: content_key(_bytes(table)) for name, table in tables.items()}
    key = content_key("frames", digest, scales, ex_scale, moment_scales or {})
    return build(Inputs(key, frames, scales, ex_scale, moment_scales or {}), settings, folder)


def build(inputs: Inputs, settings: Settings, folder: Path) -> Case:
    """The case at t0: base, joined responses, team engagement, and the sheets for later stages, written to `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    cx = inputs.frames.get("cx")
    t0 = settings.start or day_after_last(cx) or inputs.t0 or _fallback_t0(inputs.frames)
    findings = [*inputs.findings, *_about_t0(settings, t0, cx, inputs.t0)]
    ledger = _ledger(inputs, t0, findings)
    matched = _matched(inputs, ledger, t0, findings)
    if ledger and matched:
        ledger = _teams_from_survey(ledger, matched.responses, findings)
    engagement = _engagement(inputs, settings, ledger, findings)
    sources, set_aside = _set_aside(inputs, matched)
    case = _case(inputs, settings, folder, t0, ledger, matched, engagement)
    findings += _judge(case, inputs.frames, findings)
    _write(folder, inputs, settings, ledger, matched, engagement, findings)
    return replace(case, sources=sources, set_aside=set_aside, findings=tuple(findings))


def _case(
    inputs: Inputs,
    settings: Settings,
    folder: Path,
    t0: dt.date | None,
    ledger: Ledger | None,
    matched: Matched | None,
    engagement: Engagement | None,
) -> Case:
    responses = matched.responses if matched else pd.DataFrame({"customer_id": pd.Series([], dtype="str")})
    base = joins = None
    if ledger:
        answered = ledger.customers["customer_id"].isin(responses["customer_id"])
        base = base_of(ledger, answered, t0)
        teams = list(engagement.ex["team"]) if engagement else []
        suppressed = engagement.teams_suppressed if engagement else 0
        joins = join_counts(matched, ledger.customers, teams, suppressed, metric_of(responses, settings))
    chosen = (settings.start, settings.k_min, settings.metric, settings.controls)
    return Case(
        key=content_key("case", inputs.key, inputs.mapping, chosen, cxcase.__version__),
        folder=folder,
        sources=(),
        set_aside=(),
        joins=joins,
        base=base,
        scales={m: inputs.scales[m] for m in METRICS if m in inputs.scales},
        ex_scale=inputs.ex_scale,
        moments=moments_of(responses, inputs.moment_scales) if matched else (),
        currency=inputs.currency,
        findings=(),
        mapping=inputs.mapping,
        has_revenue_end=ledger.has_revenue_end if ledger else True,
        unit_scales=inputs.unit_scales,
    )


def _fallback_t0(frames: Mapping[str, pd.DataFrame]) -> dt.date | None:
    """Without a dated response: the first loss, so that nobody counts as lost before the start."""
    customers = frames.get("customers")
    if customers is None or "churn_date" not in customers or customers["churn_date"].isna().all():
        return None
    return pd.to_datetime(customers["churn_date"]).min().date()


def _about_t0(settings: Settings, t0: dt.date | None, cx: pd.DataFrame | None, given: dt.date | None) -> list[Finding]:
    if t0 is None:
        return [Finding("review", "t0_unknown", "data")]
    if settings.start is None and (given is None or day_after_last(cx)):
        code = "t0_assumed" if day_after_last(cx) else "t0_from_first_loss"
        return [Finding("ok" if code == "t0_assumed" else "review", code, "data", {"t0": t0})]
    return []


def _ledger(inputs: Inputs, t0: dt.date | None, findings: list[Finding]) -> Ledger | None:
    customers = inputs.frames.get("customers")
    if customers is None:
        return None
    if again := len(_repeated(customers)):
        findings.append(Finding("review", "duplicate_customer_files", "data", {"count": again}))
    ledger = keep_ledger(customers.drop_duplicates("customer_id"), t0)
    findings += ledger.findings
    return ledger


def _repeated(customers: pd.DataFrame | None) -> pd.DataFrame:
    """Rows whose customer an earlier file (or row) already has."""
    return pd.DataFrame() if customers is None else customers[customers["customer_id"].duplicated()]


def _matched(inputs: Inputs, ledger: Ledger | None, t0: dt.date | None, findings: list[Finding]) -> Matched | None:
    cx = inputs.frames.get("cx")
    if cx is None or ledger is None:
        return None
    everyone = inputs.frames["customers"]["customer_id"].drop_duplicates()
    matched = match_responses(cx, ledger, everyone, t0)
    findings += matched.findings
    return matched


def _teams_from_survey(ledger: Ledger, responses: pd.DataFrame, findings: list[Finding]) -> Ledger:
    """A customer list without teams takes them from the survey, for those who answered."""
    if "team" not in responses or ledger.customers["team"].notna().any() or responses["team"].isna().all():
        return ledger
    teams = responses.set_index("customer_id")["team"]
    findings.append(Finding("review", "team_from_survey", "data", {"count": int(teams.notna().sum())}))
    customers = ledger.customers.assign(team=ledger.customers["customer_id"].map(teams).astype("str"))
    return replace(ledger, customers=customers)


def _engagement(
    inputs: Inputs, settings: Settings, ledger: Ledger | None, findings: list[Finding]
) -> Engagement | None:
    waves = inputs.frames.get("ex")
    if waves is None:
        return None
    first = first_day(inputs.frames.get("cx"))
    engagement = combine_waves(waves, first, settings.k_min, inputs.suppressed_teams)
    findings += engagement.findings
    if ledger is not None and len(engagement.ex):
        met = engagement.ex["team"].isin(ledger.customers["team"].dropna()).sum()
        if met < len(engagement.ex):
            status: FindingStatus = "fail" if met == 0 else "review"
            params = {"count": int(len(engagement.ex) - met), "total": len(engagement.ex)}
            findings.append(Finding(status, "ex_teams_unmatched", "data", params))
    return engagement


def _set_aside(inputs: Inputs, matched: Matched | None) -> tuple[tuple[Source, ...], tuple[SetAside, ...]]:
    """Responses that the joins left out join the rows that could not be read; accepted counts follow."""
    added: list[SetAside] = []
    reasons: list[dict[str, int]] = [dict(s.reasons) for s in inputs.sources]
    dropped = {"duplicate_customer": _repeated(inputs.frames.get("customers"))}
    dropped |= matched.dropped if matched else {}
    for reason, rows in dropped.items():
        if "_source" not in rows:
            continue
        for index, row in zip(rows["_source"], rows["_row"], strict=True):
            source = inputs.sources[index]
            reasons[index][reason] = reasons[index].get(reason, 0) + 1
            added.append(SetAside(source.file, source.sheet, int(row), None, None, reason))
    sources = tuple(_recount(s, r) for s, r in zip(inputs.sources, reasons, strict=True))
    return sources, (*inputs.set_aside, *added)


def _recount(source: Source, reasons: Mapping[str, int]) -> Source:
    out = sum(reasons.values())
    return replace(source, reasons=reasons, rows_set_aside=out, rows_accepted=source.rows_read - out)


def _judge(case: Case, frames: Mapping[str, pd.DataFrame], known: Sequence[Finding]) -> list[Finding]:
    """What this data cannot carry, one sentence each; later stages refuse on their own."""
    found = [
        Finding("fail" if name == "cx" else "review", f"no_{name}", "data")
        for name in ("cx", "ex", "recommendations")
        if name not in frames or frames[name].empty
    ]
    if "customers" not in frames:
        if "units" in frames:
            return [*found, Finding("fail", "units_only_not_yet", "data")]
        return found if why_no_list(known) else [*found, Finding("fail", "no_customers", "data")]
    if case.base is None:
        return [*found, Finding("fail", "base_empty", "data")]
    if case.base.churned in (0, case.base.customers):
        code = "nobody_churned" if case.base.churned == 0 else "everybody_churned"
        found.append(Finding("fail", code, "data", {"count": case.base.customers}))
    return found


def _write(
    folder: Path,
    inputs: Inputs,
    settings: Settings,
    ledger: Ledger | None,
    matched: Matched | None,
    engagement: Engagement | None,
    findings: list[Finding],
) -> None:
    tables: dict[str, pd.DataFrame] = {}
    if ledger:
        answered = matched.responses["customer_id"] if matched else pd.Series([], dtype="str")
        tables["customers"] = _customers(ledger.customers, answered, settings.controls, findings)
    if matched:
        tables["responses"] = _responses(matched.responses, inputs.moment_scales)
    if engagement:
        tables["ex"] = engagement.ex
    for name in ("units", "recommendations", "case_studies"):
        if name in inputs.frames:
            frame = inputs.frames[name]
            tables[name] = frame.drop(columns=[c for c in frame if str(c).startswith("_")])
    for name in ("customers", "responses", "ex", "units", "recommendations", "case_studies"):
        path = folder / f"{name}.parquet"
        if name in tables:
            tables[name].to_parquet(path, index=False)
        else:
            path.unlink(missing_ok=True)


def _customers(
    frame: pd.DataFrame, answered: pd.Series, controls: Sequence[str], findings: list[Finding]
) -> pd.DataFrame:
    kept = frame.assign(responded=frame["customer_id"].isin(answered))
    out = kept[["customer_id", *CUSTOMER_COLUMNS]].copy()
    for name in controls:
        heading = next((c for c in (f"{EXTRA}{name}", name) if c in frame), None)
        if heading is None:
            findings.append(Finding("review", "control_not_found", "data", {"name": name}))
        elif name not in out:
            out[name] = frame[heading]
    return out.astype({"team": "str", "segment": "str", "customer_id": "str", "churned": bool})


def _responses(frame: pd.DataFrame, moments: Mapping[str, Scale]) -> pd.DataFrame:
    metrics = [m for m in METRICS if m in frame]
    ratings = [f"{kind}:{name}" for name in moments for kind in ("rating", "lived")]
    texts = [c for c in ("responded_at", "comment") if c in frame]
    out = frame[["customer_id", *metrics, *ratings, *texts]].copy()
    for column in out:
        if str(column).startswith("lived:"):
            out[column] = out[column].astype(bool)
        elif column in metrics or str(column).startswith("rating:"):
            out[column] = out[column].astype(float)
    return out


def _bytes(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()
