"""Which settings each stage may read. The screen's keys, and whether a result is stale, rest on it.

A stage is given `readable(settings, stage)`: it cannot see a setting that its key does not hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

from cxcase.settings import OF_DECK, Settings

# stage -> the settings it may read beside those of earlier stages
_ADDS: Mapping[str, tuple[str, ...]] = {
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
    "steps": (
        "lift_range",
        "cost_range",
        "ranges",
        "lift_source",
        "cap_lifts",
        "study_shares",
        "study_spread",
        "between_studies",
        "step_answers",
        "step_cells",
        "step_reasons",
        "evidence_cells",
        "added_steps",
        "removed_steps",
    ),
    "returns": (
        "margin",
        "segment_margins",
        "count_expansion",
        "discount",
        "horizon",
        "ramp_months",
        "gate_months",
        "half_life_months",
        "adoption",
        "lift_correlation",
        "cost_correlation",
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
        "plan_after",
        "roll_over",
        "target_roi",
        "target_npv",
        "risk_aversion",
        "team_days",
        "starts_per_quarter",
        "early_win_days",
        "early_win_chance",
        "phase_unlock",
        "phase_most",
        "phase_tags",
        "mandatory",
        "barred",
        "frozen_steps",
    ),
    "plan_details": ("pilot_cost", "own_steps", "asked"),
}
STAGES = tuple(_ADDS)
ASK = _ADDS["plan"]  # the settings that make up an ask
# read by no stage: they say how the case is shown, or in which words its deck tells it
SHOWN = ("journey", "locale", "strategy", *OF_DECK)


def adds(stage: str) -> tuple[str, ...]:
    """The settings that a stage may read beside those of earlier stages."""
    return _ADDS[stage]


def up_to(stage: str) -> tuple[str, ...]:
    """The stages as far as this one, in the order of the chain."""
    return STAGES[: STAGES.index(stage) + 1]


def readable(settings: Settings, stage: str) -> Settings:
    """The settings as `stage` may see them: its own and those of earlier stages; all others are
    defaults.
    """
    names = {name for earlier in up_to(stage) for name in _ADDS[earlier]}
    kept = {f.name: getattr(settings, f.name) for f in fields(settings) if f.name in names}
    return Settings(**kept, owned=settings.owned & names)
