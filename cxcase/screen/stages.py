"""Which settings each stage may read, the key of what it makes from them, and how it stands in a
session.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace

from cxcase.estimate import content_key
from cxcase.screen.session import Session
from cxcase.settings import Settings
from cxcase.version import CODE

_ADDS: Mapping[
    str, tuple[str, ...]
] = {  # stage -> the settings it may read beside those of earlier stages
    "case": (
        "currency",
        "start",
        "metric",
        "controls",
        "k_min",
        "oldest_response_months",
        "decisions",
        "same_teams",
        "same_questions",
        "same_ids",
        "currency_rates",
    ),
    "link": ("seed",),
    "moments": ("target", "target_ratings", "side_cuts"),
    "steps": ("lift_range", "cost_range"),
    "returns": (
        "margin",
        "segment_margins",
        "discount",
        "horizon",
        "ramp_months",
        "half_life_months",
        "adoption",
        "lift_correlation",
        "cost_correlation",
        "ranges",
        "day_rate",
        "risk_mode",
        "benefit_cut",
        "cost_rise",
    ),
    "plan": (
        "budget",
        "budget_kind",
        "period_budgets",
        "budget_every",
        "fiscal_start",
        "plan_start",
        "roll_over",
        "target_roi",
        "target_npv",
        "risk_aversion",
        "team_days",
        "early_win_days",
        "early_win_chance",
        "phase_unlock",
        "phase_most",
        "phase_tags",
        "mandatory",
        "barred",
    ),
    "plan_details": ("pilot_cost", "own_steps", "asked"),
}
STAGES = tuple(_ADDS)
PLANNED = _ADDS["plan"]  # the settings that make up an ask
SHOWN = (
    "journey",
)  # settings that no stage reads: they order what is shown, and the report's own key holds them


def readable(settings: Settings, stage: str) -> Settings:
    """The settings as `stage` may see them: its own and those of earlier stages; all others are
    defaults.
    """
    names = {name for s in STAGES[: STAGES.index(stage) + 1] for name in _ADDS[s]}
    kept = {f.name: getattr(settings, f.name) for f in fields(settings) if f.name in names}
    return Settings(**kept, owned=settings.owned & names)


def stage_keys(session: Session) -> dict[str, str]:
    """Stage -> its key, from the files and the settings alone: nothing has to run to know whether a
    result is stale.
    """
    key = content_key(CODE, *(f.parsed.key for f in session.files))
    keys = {}
    for stage in STAGES:
        key = content_key(stage, key, readable(session.settings, stage))
        keys[stage] = key
    return keys


def question(session: Session) -> str:
    """A key of all that a plan depends on but the sum itself: budgets solved under it hold for
    every sum.
    """
    settings = replace(session.settings, budget=None, owned=frozenset())
    return content_key(stage_keys(session)["returns"], readable(settings, "plan"))


def stage_state(session: Session, stage: str) -> str:
    """How a stage stands: "done", "refused" (it ran and has no figure), "stale", "ready" or
    "needs_input".
    """
    if not _has_input(session, stage):
        return "needs_input"
    done = session.done.get(stage)
    if done is None:
        return "ready"
    if done != stage_keys(session)[stage]:
        return "stale"
    if stage in session.unanswered:
        return "refused"
    return "done"


def _has_input(session: Session, stage: str) -> bool:
    roles = session.roles
    if stage == "case":
        return bool(roles)
    measured = {"customers", "cx"} <= roles or "units" in roles
    return measured and (stage in ("link", "moments") or "recommendations" in roles)
