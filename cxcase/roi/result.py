"""What roi hands on: each step's money month by month, and the draws behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from cxcase.checks import Finding
from cxcase.errors import UnknownIdError
from cxcase.estimate import Floats
from cxcase.recommend import Step
from cxcase.roi.flow_formulas import (
    IrrReason,
)
from cxcase.roi.gates import Gate
from cxcase.roi.risk_adjustment import Single
from cxcase.roi.step_flows import Model
from cxcase.roi.what_would import WhatWould
from cxcase.roi.yearly_benefits import YearlyBenefits
from cxcase.shown import Shown


@dataclass(frozen=True)
class Npv:
    """Net present value: every input at its likely value (`base`), and over the common draws."""

    base: float
    mean: float
    p10: float
    p50: float
    p90: float

    @classmethod
    def of(cls, base: float, draws: Floats) -> Npv:
        """The summary of draws (n_draws,) beside the base value."""
        low, middle, high = np.quantile(draws, [0.1, 0.5, 0.9])
        return cls(base, float(draws.mean()), float(low), float(middle), float(high))


@dataclass(frozen=True)
class StepReturn:
    """One step on its own, started in month 1.

    Money in the case's currency; None where `refused` says why.
    """

    step: Step
    curves: tuple[str, ...]  # names of the money curves it moves
    npv: Npv | None
    p_npv_positive: float | None
    payback_months: int | None
    discounted_payback_months: int | None
    irr: float | None
    roi: float | None
    # likely lift at which base NPV is 0; None when no lift reaches it
    break_even_lift: float | None
    # whole average customers a year that must stay for base NPV to be 0 or more
    break_even_customers: int | None
    benefit: Floats  # base benefit per month (horizon,)
    cost: Floats  # base cost at the ends of months 0..horizon (horizon + 1,)
    refused: str | None = None  # "not_priced"
    refused_because: str | None = None  # reason code: why its curve is missing
    irr_reason: IrrReason | None = None  # why there is no single rate
    mirr: float | None = None  # where the flows change sign more than once, and only there
    bcr: float | None = None  # present benefit a unit of present cost
    # the company's own days at the day rate; shown apart, in no other figure
    effort_cost: float | None = None
    # where risk is taken off single figures instead of being in the draws
    single: Single | None = None
    # customers lost a year among those who live the moments it acts on
    customers_at_risk: float | None = None
    # NPV by the lift that is not used, where all evidence says another than the list
    npv_otherwise: Npv | None = None
    benefits: YearlyBenefits | None = None  # by kind, a year at full effect


@dataclass(frozen=True, eq=False, repr=False)
class Returns(Shown):
    """Every step's money, in the sheet's order."""

    key: str
    steps: tuple[StepReturn, ...]
    model: Model | None
    doing_nothing: float | None  # present value of margin lost at today's churn over the horizon
    findings: tuple[Finding, ...]
    refused: str | None = None
    gates: tuple[Gate, ...] = ()  # after parts that other parts of a step wait for
    what_would: tuple[WhatWould, ...] = ()  # where no step pays: the nearest to paying first

    def of(self, id: str) -> StepReturn:
        """The return of the step with this id. Raises UnknownIdError, which lists the ids."""
        for item in self.steps:
            if item.step.id == id:
                return item
        raise UnknownIdError.among("returns", id, [item.step.id for item in self.steps])

    __getitem__ = of

    def __iter__(self) -> Iterator[StepReturn]:
        return iter(self.steps)
