"""What budget hands on: the plan that fits, what it left out and why, and what more or less money would change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from cxcase.checks import Finding
from cxcase.estimate import Floats
from cxcase.roi import Npv

Phase = Literal["crawl", "walk", "run"]


@dataclass(frozen=True)
class FixedBudget:
    """A sum that may be spent: one-off costs plus yearly costs falling in the plan's first 12 months."""

    amount: float


@dataclass(frozen=True)
class FrontierPoint:
    """The best set for one budget."""

    budget: float
    npv_mean: float
    spend: float
    chosen: tuple[str, ...]


@dataclass(frozen=True)
class LeftOut:
    """A step that is not in the plan, and the code that says why."""

    id: str
    why: str  # "no_value" | "needs" | "excluded" | "over_budget" | "better_elsewhere" | "not_priced"
    other: str | None = None


@dataclass(frozen=True, eq=False)
class Plan:
    """The best set of steps for the budget."""

    key: str
    choice: FixedBudget
    spend: float
    effort_days: float
    chosen: tuple[str, ...]
    start_month: Mapping[str, int]
    phase: Mapping[str, Phase]
    early_wins: tuple[str, ...]
    npv: Npv | None
    npv_draws: Floats | None  # (n_draws,)
    p_npv_positive: float | None
    payback_months: int | None
    roi: float | None
    optimal: bool
    gap: float
    left_out: tuple[LeftOut, ...]
    npv_in_plan: Mapping[str, float]
    frontier: tuple[FrontierPoint, ...]
    next_10k: float | None  # expected NPV gained by 10,000 more of budget, by re-solving
    doing_nothing: float | None
    joint_check: (
        tuple[float, float] | None
    )  # (revenue kept a year at full lift on the curves, by the joint counterfactual)
    cash: Floats  # base net cash of the plan at the ends of months 0..horizon
    findings: tuple[Finding, ...]
