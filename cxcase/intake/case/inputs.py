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
from cxcase.intake.case.question_names import OF_A_MOMENT
from cxcase.intake.customer_list.docket import data_finding
from cxcase.intake.customer_list.shared_customers import one_team_each
from cxcase.intake.privacy.masking import Names
from cxcase.intake.schema import MOMENT, Scale, SetAside, Source
from cxcase.intake.vocabulary.short_names import short_names
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
    questions: Mapping[str, str] = field(default_factory=dict)  # moment -> what was asked, in full


def as_meant(inputs: Inputs, settings: Settings) -> tuple[Inputs, list[Finding]]:
    """(the inputs with questions and teams under the names that somebody said are meant, and one
    team a customer; what that changed).
    """
    inputs, about_questions = _same_questions(inputs, settings)
    frames, about_teams = _same_teams(inputs.frames, settings)
    frames, about_served = _served_by(frames)
    return replace(inputs, frames=frames), [*about_questions, *about_teams, *about_served]


def _same_questions(inputs: Inputs, settings: Settings) -> tuple[Inputs, list[Finding]]:
    """The inputs with each question under the moment that is meant: as somebody said of its full
    words, else by a short name of it, which somebody may have changed.
    """
    inputs, said = _joined_questions(inputs, settings, naming=False)
    short = _called_in_short(inputs, settings)
    inputs, said_of_short = _joined_questions(short, settings, naming=True)
    return inputs, [*said, *said_of_short]


def _joined_questions(
    inputs: Inputs, settings: Settings, *, naming: bool
) -> tuple[Inputs, list[Finding]]:
    if "cx" not in inputs.frames:
        return inputs, []
    rated = inputs.frames["cx"]
    cx, scales, said = apply_questions(rated, inputs.moment_scales, settings, naming=naming)
    frames = {**inputs.frames, "cx": cx}
    asked = {settings.question(name): full for name, full in inputs.questions.items()}
    if naming:
        named = {settings.question(full): full for full in inputs.moment_scales}
        asked = {name: full for name, full in named.items() if name != full} | asked
    return replace(inputs, frames=frames, moment_scales=scales, questions=asked), said


def _called_in_short(inputs: Inputs, settings: Settings) -> Inputs:
    """The inputs with moments under short names of their questions, in every table that rates
    them; what was asked in full stays beside. A question that somebody named waits for that.
    """
    found = [*inputs.moment_scales, *_moments_of_units(inputs)]
    names = short_names([full for full in found if settings.question(full) == full])
    changed = {full: name for full, name in names.items() if full != name}
    if not changed:
        return inputs
    columns = {kind + full: kind + name for full, name in changed.items() for kind in OF_A_MOMENT}
    frames = {
        role: frame.rename(columns=columns) if role in ("cx", "units") else frame
        for role, frame in inputs.frames.items()
    }
    scales = {names.get(full, full): scale for full, scale in inputs.moment_scales.items()}
    of_units = {f"{MOMENT}{full}": f"{MOMENT}{name}" for full, name in changed.items()}
    unit_scales = {of_units.get(field, field): s for field, s in inputs.unit_scales.items()}
    asked = {name: inputs.questions.get(full, full) for full, name in changed.items()}
    return replace(
        inputs,
        frames=frames,
        moment_scales=scales,
        unit_scales=unit_scales,
        questions={**inputs.questions, **asked},
    )


def _moments_of_units(inputs: Inputs) -> list[str]:
    """The moments that figures by team rate."""
    fields = (f for f in inputs.unit_scales if f.startswith(MOMENT))
    return [field.removeprefix(MOMENT) for field in fields]


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
