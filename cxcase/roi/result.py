"""What roi hands on: each step's money month by month, and the draws behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cxcase.checks import Finding
from cxcase.estimate import Floats
from cxcase.link import Curve
from cxcase.recommend import Step
from cxcase.settings import Settings


@dataclass(frozen=True)
class Npv:
    """Net present value: every input at its likely value (`base`), and over the common draws."""

    base: float
    mean: float
    p10: float
    p50: float
    p90: float


@dataclass(frozen=True)
class StepReturn:
    """One step on its own, started in month 1. Money in the case's currency; None where `refused` says why."""

    step: Step
    curves: tuple[str, ...]  # names of the money curves it moves
    npv: Npv | None
    p_npv_positive: float | None
    payback_months: int | None
    discounted_payback_months: int | None
    irr: float | None
    roi: float | None
    break_even_lift: float | None  # likely lift at which base NPV is 0; None when no lift reaches it
    break_even_customers: float | None  # average customers a year that must stay for base NPV = 0
    benefit: Floats  # base benefit per month (horizon,)
    cost: Floats  # base cost at the ends of months 0..horizon (horizon + 1,)
    refused: str | None = None


@dataclass(frozen=True, eq=False)
class Model:
    """All that prices a set of steps, so that budget, report and workbook read the same figures.

    curves: name -> Curve; ex_to_cx (value, draws) turns EX points into points of the metric's curve.
    lift_draws, cost_draws: step id -> (n_draws,); cost draws multiply both one-off and yearly cost.
    """

    settings: Settings
    curves: Mapping[str, Curve]
    metric_curve: str | None
    ex_to_cx: float | None
    ex_to_cx_draws: Floats | None
    overlap: float
    lift_draws: Mapping[str, Floats]
    cost_draws: Mapping[str, Floats]
    average_revenue: float  # revenue_start per base customer
    churned_revenue: float


@dataclass(frozen=True, eq=False)
class Returns:
    """Every step's money, in the sheet's order."""

    key: str
    steps: tuple[StepReturn, ...]
    model: Model | None
    doing_nothing: float | None  # present value of margin lost at today's churn over the horizon
    findings: tuple[Finding, ...]
    refused: str | None = None

    def of(self, id: str) -> StepReturn:
        """The return of the step with this id. Raises StopIteration when there is none."""
        return next(s for s in self.steps if s.step.id == id)
