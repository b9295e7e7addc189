"""A plan's money by fiscal year, at likely values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from cxcase.budget.problem import cash
from cxcase.budget.result import FiscalYear
from cxcase.roi import Model

_MONTHS = 12


def fiscal_years(
    model: Model, starts: Mapping[str, int], fiscal_start: int, begins: int
) -> Iterator[FiscalYear]:
    """Benefit, cost, net and present value of the started steps in each fiscal year.

    The first is what is left of the one that the plan begins in. fiscal_start, begins: calendar
    months of the fiscal year's first month and of the plan's. A one-off cost falls in the month in
    which its step starts; present values add up to the base NPV.
    """
    horizon = model.settings.horizon
    flows = model.flows(starts)
    once = np.zeros(horizon + 1)
    for id, start in starts.items():
        once[start - 1] += model.steps[id].one_off_cost
    running = (flows.benefit - (flows.cost - once)) * flows.factors
    first = 1
    while first <= horizon:
        gone = (begins + first - 1 - fiscal_start) % _MONTHS
        last = min(first + _MONTHS - gone - 1, horizon)
        months = slice(first, last + 1)
        benefit = float(flows.benefit[months].sum())
        cost = sum(cash(model, id, start, first, last) for id, start in starts.items())
        # a one-off cost is paid where its month begins
        paid = slice(first - 1, last)
        present = float(running[months].sum() - (once * flows.factors)[paid].sum())
        yield FiscalYear(first, last, benefit, float(cost), benefit - float(cost), present)
        first = last + 1
