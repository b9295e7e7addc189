"""What a case is made of: typed rows by role, as the files or a simulation give them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from cxcase.checks import Finding
from cxcase.intake.case.near_matches import apply_teams
from cxcase.intake.case.question_matching import apply_questions
from cxcase.intake.customer_list.docket import data_finding
from cxcase.intake.customer_list.shared_customers import one_team_each
from cxcase.intake.privacy.masking import Names
from cxcase.intake.schema import Scale, SetAside, Source
from cxcase.settings import Settings


@dataclass(frozen=True, eq=False)
class Inputs:
    """Typed rows by role, what is known about their scales, and where they came from.

    frames    rows may carry `_source` (index into sources) and `_row` (spreadsheet row)
    raw       each source's table as it was read
    t0        the start that the customer list was made for, where it was made from parts
    t0_of_years  the start that the years of its revenue give, where they decide
    names     to be masked in comments
    """

    key: str
    frames: Mapping[str, pd.DataFrame]
    scales: Mapping[str, Scale]
    ex_scale: Scale | None
    moment_scales: Mapping[str, Scale]
    sources: tuple[Source, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    findings: tuple[Finding, ...] = ()
    currency: str | None = None
    mapping: Mapping[str, Any] = field(default_factory=dict)
    suppressed_teams: int = 0
    raw: tuple[Path | None, ...] = ()
    t0: dt.date | None = None
    t0_of_years: dt.date | None = None
    unit_scales: Mapping[str, Scale] = field(default_factory=dict)
    names: Names = field(default=Names(), repr=False, compare=False)


def as_meant(inputs: Inputs, settings: Settings) -> tuple[Inputs, list[Finding]]:
    """(the inputs with questions and teams under the names that somebody said are meant, and one
    team a customer; what that changed).
    """
    inputs, about_questions = _same_questions(inputs, settings)
    frames, about_teams = _same_teams(inputs.frames, settings)
    frames, about_served = _served_by(frames)
    return replace(inputs, frames=frames), [*about_questions, *about_teams, *about_served]


def _same_questions(inputs: Inputs, settings: Settings) -> tuple[Inputs, list[Finding]]:
    if "cx" not in inputs.frames:
        return inputs, []
    cx, scales, said = apply_questions(inputs.frames["cx"], inputs.moment_scales, settings)
    frames = {**inputs.frames, "cx": cx}
    return replace(inputs, frames=frames, moment_scales=scales), said


def _same_teams(
    frames: Mapping[str, pd.DataFrame], settings: Settings
) -> tuple[dict[str, pd.DataFrame], list[Finding]]:
    changed = dict(frames)
    rows = 0
    for role in ("customers", "cx", "ex"):
        if role in changed:
            changed[role], moved = apply_teams(changed[role], settings.same_teams)
            rows += moved
    if rows:
        return changed, [data_finding("ok", "same_teams_applied", count=rows)]
    return changed, []


def _served_by(
    frames: dict[str, pd.DataFrame],
) -> tuple[dict[str, pd.DataFrame], list[Finding]]:
    """The tables with one team a customer; the others beside it where a cell names several."""
    if "customers" not in frames:
        return frames, []
    elsewhere = [
        team
        for role in ("cx", "ex")
        if role in frames and "team" in frames[role]
        for team in frames[role]["team"].dropna().unique()
    ]
    customers, several = one_team_each(frames["customers"], elsewhere)
    frames = {**frames, "customers": customers}
    if several:
        return frames, [data_finding("ok", "several_teams", count=several)]
    return frames, []
