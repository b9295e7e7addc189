"""What budget hands on: the plan that fits, what it left out and why, and what more or less money would change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cxcase.budget.choice import Choice, Phase, Rules
from cxcase.budget.clash import Clash
from cxcase.checks import Finding
from cxcase.estimate import Floats
from cxcase.roi import Npv


@dataclass(frozen=True)
class FrontierPoint:
    """The best set for one budget."""

    budget: float
    npv_mean: float
    spend: float
    chosen: tuple[str, ...]
    gap: float = 0.0  # how far it may be from the best for this budget, as a share of its value


@dataclass(frozen=True)
class LeftOut:
    """A step that is not in the plan, and the code that says why."""

    id: str
    why: (
        str  # no_value | needs | excluded | over_budget | better_elsewhere | over_capacity | barred | late | not_priced
    )
    other: str | None = None  # what it needs, what excludes it, what the money does more on, or the team that is full
    loss: float | None = None  # expected NPV the plan would lose if the step had to be in it


@dataclass(frozen=True)
class Alternative:
    """Another set beside the plan: `name` is "greedy" or "own". broken: the rules it does not keep."""

    name: str
    start_month: Mapping[str, int]
    spend: float
    npv: Npv
    p_npv_positive: float
    broken: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, eq=False)
class Plan:
    """The best set of steps for the budget."""

    key: str
    choice: Choice
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
    rules: Rules = field(default_factory=Rules)
    spend_by_period: tuple[float, ...] = ()  # cash in each period of a `PeriodBudget`
    spend_after: float = 0.0  # cash after the last period, or after month 12, that the plan commits to
    discounted_payback_months: int | None = None
    cvar: float | None = None  # mean NPV of the worst tenth of all draws
    greedy: Alternative | None = None  # steps by NPV a unit of cost until the money is gone
    clash: tuple[Clash, ...] = ()  # the rules that no plan keeps together, when there is no plan
