"""Risk counted once: in the draws, or as a cut to single figures. A choice of type, so that nobody does both."""

from __future__ import annotations

from dataclasses import dataclass

from cxcase.checks import between
from cxcase.roi.cashflow import Flows


@dataclass(frozen=True)
class MonteCarlo:
    """Risk is in the draws: the result is an `Npv` with its percentiles."""


@dataclass(frozen=True)
class RiskAdjusted:
    """Risk is taken off single figures: benefits less `benefit_cut`, costs plus `cost_rise` (shares)."""

    benefit_cut: float
    cost_rise: float

    def __post_init__(self) -> None:
        between("benefit_cut", self.benefit_cut, 0.0, 1.0)
        between("cost_rise", self.cost_rise, 0.0, 5.0)

    def single(self, flows: Flows) -> Single:
        """These base flows with the risk taken off."""
        cut = Flows(flows.benefit * (1.0 - self.benefit_cut), flows.cost * (1.0 + self.cost_rise), flows.annual_rate)
        return Single(cut.npv, cut.pv_benefit, cut.pv_cost, cut.roi, cut.payback)


RiskMode = MonteCarlo | RiskAdjusted


@dataclass(frozen=True)
class Single:
    """One risk-adjusted figure each; it has no draws and no percentiles."""

    npv: float
    pv_benefit: float
    pv_cost: float
    roi: float | None
    payback_months: int | None


def risk_factor(likelihood: float, impact: float) -> float:
    """The share to adjust by, from how likely a shortfall is and how large it would be."""
    return between("likelihood", likelihood, 0.0, 1.0) * between("impact", impact, 0.0, 1.0)
