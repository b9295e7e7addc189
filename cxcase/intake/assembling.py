"""Parsed files to one set of typed inputs: tables of one role under each other, scales agreed, the mapping saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from cxcase.checks import Finding
from cxcase.estimate import content_key
from cxcase.intake.building import Inputs, build
from cxcase.intake.recognise import MOMENT
from cxcase.intake.result import Case, Parsed, ParsedTable, Scale
from cxcase.settings import METRICS, Settings

ENGAGEMENT = "engagement"


def assemble(parsed: Sequence[Parsed], settings: Settings, folder: Path) -> Case:
    """The case that the parsed files make, its tables written to `folder`. Never raises for weak or missing data."""
    tables = [t for p in parsed for t in p.tables]
    findings = [f for p in parsed for f in p.findings] + [m for t in tables for m in t.source.messages]
    scales: dict[str, Scale] = {}
    frames: dict[str, list[pd.DataFrame]] = {}
    for index, table in enumerate(tables):
        role = table.source.role
        if role is None or table.path is None:
            continue
        frame = table.frame()
        if role != "ex":
            frame["_source"] = index
        if role == "customers" and "currency" not in frame:
            frame["currency"] = pd.Series(table.currency, index=frame.index, dtype="str")
        frames.setdefault(role, []).append(_agree(frame, table, scales, findings))
    moments = {n.removeprefix(MOMENT): s for n, s in scales.items() if n.startswith(MOMENT)}
    inputs = Inputs(
        key=content_key("assembled", [p.key for p in parsed]),
        frames={role: _stack(role, parts) for role, parts in frames.items()},
        scales={m: scales[m] for m in METRICS if m in scales},
        ex_scale=scales.get(ENGAGEMENT),
        moment_scales=moments,
        sources=tuple(t.source for t in tables),
        set_aside=tuple(a for p in parsed for a in p.set_aside),
        findings=tuple(findings),
        currency=_currency(tables, findings),
        mapping={"version": 1, "tables": [_entry(t) for t in tables if t.source.role]},
        suppressed_teams=sum(t.suppressed_teams for t in tables),
        raw=tuple(t.raw for t in tables),
    )
    return build(inputs, settings, folder)


def _agree(frame: pd.DataFrame, table: ParsedTable, scales: dict[str, Scale], findings: list[Finding]) -> pd.DataFrame:
    """The frame without columns whose scale differs from the one an earlier file set; those are named."""
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
                {"column": moment, "file": table.source.file, "low": agreed.low, "high": agreed.high},
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
    """The customer list's currency; another one in other tables is said, not converted (in the list it is decided)."""
    shown = [(t.source.role != "customers", t.currency) for t in tables if t.currency]
    names = list(dict.fromkeys(c for _, c in sorted(shown, key=lambda s: s[0]) if c))
    listed = {c for other, c in shown if not other} or set(names[:1])
    if set(names) - listed:
        findings.append(Finding("fail", "mixed_currency", "data", {"currencies": names}))
    return names[0] if names else None


def _entry(table: ParsedTable) -> Mapping[str, Any]:
    source = table.source
    return {
        "match": {"headings": list(source.headings)},
        "role": source.role,
        "columns": dict(source.columns),
        "decisions": dict(table.decisions),
    }
