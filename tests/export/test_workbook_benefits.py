"""Growth and savings in the workbook: live lines of their own, equal to the app to the penny."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from make_report import make_plan, make_returns
from workbook_cells import EXACT, XLSX, changed, named, opened, step_cell

from cxcase.export import make_workbook
from cxcase.report import Report
from cxcase.roi.build_model import _growth

SAVINGS = {"R1": (24_000.0, True), "R2": (9_000.0, False), "R4": (6_000.0, True)}


@pytest.fixture(scope="module")
def saving(report: Report) -> Report:
    """The ordinary case where three steps save something and growth of those who stay is known."""
    assert report.steps
    assert report.link
    assert report.moments
    steps = tuple(
        dataclasses.replace(
            step,
            saving_per_year=SAVINGS[step.id][0],
            saving_kind="people",
            cash_releasing=SAVINGS[step.id][1],
            goal="Easy to deal with",
        )
        if step.id in SAVINGS
        else step
        for step in report.steps.steps
    )
    link = dataclasses.replace(report.link, growth_draws=np.full(16_384, 571_000.5))
    planned = dataclasses.replace(report.steps, steps=steps)
    returns = make_returns(planned, link, report.moments, report.settings, None)
    ordered = tuple(returns.of(item.step.id) for item in report.ordered_steps)
    plan = make_plan(returns, 150_000.0)
    parts = {"link": link, "steps": planned, "returns": returns, "plan": plan}
    return dataclasses.replace(report, **parts, ordered_steps=ordered, plan_details=None)


def test_growth_and_savings_are_live_and_equal_to_the_app(
    saving: Report, soffice: Any, tmp_path: Path
) -> None:
    assert saving.returns
    assert saving.plan
    assert saving.link
    data = make_workbook(saving)
    shown = opened(data, values=True)
    assert saving.plan.npv
    assert shown["Plan"]["B5"].value == pytest.approx(saving.plan.npv.base, rel=EXACT)
    assert named(shown, "count_expansion").value == 0
    model = saving.returns.model
    assert model
    on = dataclasses.replace(saving.settings, count_expansion=True)
    model = dataclasses.replace(model, growth=_growth(model.curves, saving.link, on))
    assert model.growth
    more = {id: dataclasses.replace(s) for id, s in model.steps.items()}
    more["R2"] = dataclasses.replace(more["R2"], cash_releasing=True, saving_per_year=11_000.0)
    model = dataclasses.replace(model, steps=more)
    names = {"count_expansion": 1.0}
    cells = {("R2", "saving"): 11_000.0, ("R2", "cash"): 1.0}
    path = changed(data, tmp_path / "benefits.xlsx", names, cells)
    book = opened(soffice(path, XLSX), values=True)
    starts = dict(saving.plan.start_month)
    assert {"R1", "R2", "R4"} <= set(starts)
    assert book["Plan"]["B5"].value == pytest.approx(model.flows(starts).npv, rel=EXACT)
    for id, curves in model.moves.items():
        if curves:
            alone = model.flows({id: 1}).npv
            assert step_cell(book, id, "npv").value == pytest.approx(alone, rel=EXACT, abs=1e-6), id
    lines = {
        row[0].value: row[2].value
        for row in book["Flows"].iter_rows(min_row=5)
        if row[1].value == "Plan"
    }
    assert (
        lines["All benefits"]
        > lines["Benefit (margin)"] + lines["Growth of those who stay (margin)"]
    )
