"""Risk taken off single figures, instead of ranges over draws: one figure never has both."""

from __future__ import annotations

from dataclasses import dataclass

from cxcase.checks import between
from cxcase.roi.flow_formulas import Flows


@dataclass(frozen=True)
class RiskAdjusted:
    """Risk off single figures: benefits less `benefit_cut`, costs plus `cost_rise`.

    Both are shares.
    """

    benefit_cut: float
    cost_rise: float

    def __post_init__(self) -> None:
        between("benefit_cut", self.benefit_cut, 0.0, 1.0)
        between("cost_rise", self.cost_rise, 0.0, 5.0)

    def single(self, flows: Flows) -> Single:
        """These base flows with the risk taken off."""
        cut = Flows(
            flows.benefit * (1.0 - self.benefit_cut),
            flows.cost * (1.0 + self.cost_rise),
            flows.annual_rate,
        )
        return Single(cut.npv, cut.pv_benefit, cut.pv_cost, cut.roi, cut.payback)


@dataclass(frozen=True)
class Single:
    """One risk-adjusted figure each; it has no draws and no percentiles."""

    npv: float
    pv_benefit: float
    pv_cost: float
    roi: float | None
    payback_months: int | None
