"""What steps bring a year once they work in full, by kind: each on a line of its own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cxcase.roi.flow_formulas import curve_share
from cxcase.roi.step_flows import Model


@dataclass(frozen=True)
class YearlyBenefits:
    """Money a year at full effect, at likely values: margin on revenue kept and on growth of those
    who stay (None where it is not counted), savings that leave less to pay, and those that only
    free people's time, which no NPV counts.
    """

    retention: float
    expansion: float | None
    saving_hard: float
    saving_soft: float

    @property
    def counted(self) -> float:
        """All that is in the NPV."""
        return math.fsum((self.retention, self.expansion or 0.0, self.saving_hard))

    @classmethod
    def of(cls, model: Model, ids: Sequence[str]) -> YearlyBenefits:
        """Those of these steps together."""
        kept = earned = grown = 0.0
        for name, curve in model.curves.items():
            lift = np.asarray(model.full_lift(name, ids))
            kept += model.kept_at(name, float(lift))
            height = float(curve_share(lift, curve.lifts, model.shape(name)))
            earned += (curve.per_point.value or 0.0) * model.overlap * height
            if name in model.growth:
                grown += model.growth[name][0] * model.overlap * height
        allowed = model.churned_revenue / max(kept, model.churned_revenue) if kept > 0 else 1.0
        steps = [model.steps[id] for id in ids]
        adoption = model.settings.adoption
        return cls(
            retention=model.margin * earned * allowed,
            expansion=model.margin * grown if model.growth else None,
            saving_hard=adoption * math.fsum(s.saving_per_year for s in steps if s.cash_releasing),
            saving_soft=adoption
            * math.fsum(s.saving_per_year for s in steps if not s.cash_releasing),
        )
