"""The assumptions register: what each setting is measured in, and when something depends on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Assumption:
    """One line of the assumptions register: `value` in `unit`, and whether a person owns it."""

    name: str
    value: Any
    unit: str
    owned: bool


def in_force(name: str, settings: Mapping[str, Any]) -> bool:
    """True where something depends on this setting as the others stand."""
    if name in _ONLY_FOR:
        return settings["budget_kind"] in _ONLY_FOR[name]
    if name in ("benefit_cut", "cost_rise"):
        return bool(settings["risk_mode"] == "adjusted")
    if name == "early_win_chance":
        return settings["early_win_days"] is not None
    if name == "gate_months":  # gates stand between parts that somebody made here
        return bool(settings["added_steps"])
    if name == "starts_per_quarter":
        return not settings["team_days"]
    return name not in _RULES or settings[name] not in (None, (), {}, False)


_ONLY_FOR: Mapping[str, tuple[str, ...]] = {
    "budget": ("total", "return", "certain"),
    "period_budgets": ("periods",),
    "budget_every": ("periods",),
    "fiscal_start": ("periods",),
    "roll_over": ("periods",),
    "target_roi": ("return",),
    "target_npv": ("smallest",),
    "risk_aversion": ("certain",),
}
_RULES = (
    *("segment_margins", "team_days", "early_win_days"),
    *("phase_unlock", "phase_most", "phase_tags"),
    *("mandatory", "barred", "frozen_steps", "pilot_cost", "study_shares", "cap_lifts"),
)
UNITS = {
    "start": "date",
    "metric": "CX metric",
    "margin": "share of revenue",
    "segment_margins": "share of revenue by segment",
    "discount": "a year",
    "horizon": "months",
    "ramp_months": "months after delivery",
    "half_life_months": "months",
    "adoption": "share of customers reached",
    "lift_range": "P10 and P90 as shares of the likely lift",
    "cost_range": "P10 and P90 as shares of the cost",
    "lift_source": "what a lift is taken from",
    "cap_lifts": "yes or no",
    "count_expansion": "yes or no",
    "study_shares": "share of an effect by kind of study",
    "study_spread": "share of the effect",
    "between_studies": "share of the effects",
    "lift_correlation": "correlation",
    "cost_correlation": "correlation",
    "ranges": "what low and high mean",
    "day_rate": "currency a day",
    "target": "what moments are brought up to",
    "side_cuts": "shares of a moment's scale",
    "budget": "currency",
    "budget_kind": "what is asked of the plan",
    "period_budgets": "currency a period",
    "budget_every": "length of a period",
    "fiscal_start": "month",
    "plan_start": "month",
    "roll_over": "yes or no",
    "target_roi": "NPV as a share of cost",
    "target_npv": "currency",
    "risk_aversion": "weight of the bad cases",
    "team_days": "days a month",
    "starts_per_quarter": "steps a quarter",
    "early_win_days": "days",
    "early_win_chance": "chance",
    "phase_unlock": "steps",
    "phase_most": "steps a phase",
    "phase_tags": "phase of a step",
    "mandatory": "steps",
    "barred": "steps",
    "frozen_steps": "month a step starts in",
    "risk_mode": "how risk is counted",
    "benefit_cut": "share of benefits",
    "cost_rise": "share of costs",
    "pilot_cost": "currency",
    "gate_months": "months after delivery",
    "locale": "whose way of writing",
    "k_min": "answers",
    "seed": "number",
}
