"""What else could be asked for, and the plan's money by fiscal year: both add up to the plan."""

from __future__ import annotations

import math

import numpy as np
import pytest
from make_report import make_report

from cxcase.budget.fiscal_years import fiscal_years
from cxcase.report import Report


@pytest.fixture(scope="module")
def report() -> Report:
    return make_report()


@pytest.mark.parametrize(("fiscal_start", "begins"), [(1, 1), (4, 1), (1, 10), (7, 6)])
def test_years_add_up_to_the_base_case(report: Report, fiscal_start: int, begins: int) -> None:
    assert report.plan is not None
    assert report.plan.npv is not None
    assert report.returns is not None
    model = report.returns.model
    assert model is not None
    starts = report.plan.start_month
    years = list(fiscal_years(model, starts, fiscal_start, begins))
    flows = model.flows(starts)
    assert math.fsum(y.pv for y in years) == pytest.approx(report.plan.npv.base, abs=1e-6)
    assert math.fsum(y.benefit for y in years) == pytest.approx(float(flows.benefit.sum()))
    assert math.fsum(y.cost for y in years) == pytest.approx(float(flows.cost.sum()))
    assert [y.first for y in years] == [1, *(y.last + 1 for y in years[:-1])]
    assert years[-1].last == report.horizon
    for year in years[1:]:
        assert (begins + year.first - 2) % 12 + 1 == fiscal_start


def test_asks_are_valued_as_the_plan_is(report: Report) -> None:
    plan = report.plan
    details = report.plan_details
    assert plan is not None
    assert plan.npv is not None
    assert details is not None
    found = {one.name: one for one in details.options}
    assert list(found) == ["nothing", "smaller", "ask"]
    assert found["ask"].npv == plan.npv
    assert found["ask"].roi == plan.roi
    smaller, _ = plan.neighbours
    assert smaller is not None
    assert report.returns is not None
    assert report.returns.model is not None
    draws = report.returns.model.npv_draws(smaller.start_month)
    assert found["smaller"].npv.mean == pytest.approx(smaller.npv_mean)
    assert found["smaller"].p_npv_positive == pytest.approx(float((draws > 0).mean()))
    worst = np.sort(draws)[: round(len(draws) / 10)]
    assert found["smaller"].cvar == pytest.approx(float(worst.mean()))
