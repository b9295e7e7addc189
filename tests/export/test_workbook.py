"""The workbook against the app: formulas that LibreOffice recalculates to the same pennies, also
after a change.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from make_report import make_report
from workbook_cells import EXACT, LIVE, XLSX, changed, opened, step_cell

from cxcase.export import make_set_aside, make_workbook
from cxcase.export.workbook.book import Book
from cxcase.export.workbook.cash_flow_sheets import value_on_curve
from cxcase.export.workbook.formula_values import CurveRow, Money
from cxcase.export.workbook.input_sheets import write_curves
from cxcase.intake import SetAside, original_rows
from cxcase.report import Report
from cxcase.roi import Model


def with_steps(model: Model, **fields: Mapping[str, float]) -> Model:
    """The app's own model with other figures on its steps."""
    changes: dict[str, dict[str, float]] = {}
    for field, values in fields.items():
        for id, value in values.items():
            changes.setdefault(id, {})[field] = value
    steps = {
        id: dataclasses.replace(step, **changes.get(id, {})) for id, step in model.steps.items()
    }
    return dataclasses.replace(model, steps=steps)


@pytest.fixture(scope="module")
def data(report: Report) -> bytes:
    return make_workbook(report)


def test_the_money_is_formulas_not_values(data: bytes) -> None:
    book = opened(data)
    assert str(book["Plan"]["B5"].value).startswith("=")
    for sheet in ("Flows", "Alone"):
        cells = [
            c
            for row in book[sheet].iter_rows(min_row=5, min_col=4)
            for c in row
            if c.value is not None
        ]
        assert len(cells) > 2000
        assert all(isinstance(c.value, str) and c.value.startswith("=") for c in cells)


def test_before_recalculation_the_cells_show_the_figures_of_the_app(
    data: bytes, report: Report
) -> None:
    book = opened(data, values=True)
    assert report.plan is not None
    assert report.plan.npv is not None
    assert book["Plan"]["B5"].value == pytest.approx(report.plan.npv.base, rel=EXACT)
    for item in report.ordered_steps:
        shown = step_cell(book, item.step.id, "npv").value
        assert shown == (pytest.approx(item.npv.base, rel=EXACT) if item.npv else "–")


@pytest.mark.office
def test_a_budget_by_period_does_not_look_like_a_changed_input(report: Report) -> None:
    plan = report.plan
    assert plan is not None
    longer = dataclasses.replace(
        plan, spend=plan.spend + 9_000.0, spend_by_period=(plan.spend, 9_000.0)
    )
    sheet = opened(make_workbook(dataclasses.replace(report, plan=longer)))["Plan"]
    (row,) = (
        row
        for row in sheet.iter_rows(min_row=5, values_only=True)
        if row[0] == "Spend in the first 12 months"
    )
    assert row[2] == pytest.approx(
        plan.spend
    )  # what falls into 12 months, not what the periods hold


def test_recalculated_it_equals_the_app(
    data: bytes, report: Report, soffice: Any, tmp_path: Path
) -> None:
    path = changed(data, tmp_path / "same.xlsx", {}, {})  # openpyxl keeps no cached values
    assert opened(path, values=True)["Plan"]["B5"].value is None
    book = opened(soffice(path, XLSX), values=True)
    plan = report.plan
    assert plan is not None
    assert plan.npv is not None
    assert book["Plan"]["B5"].value == pytest.approx(plan.npv.base, rel=EXACT)
    assert book["Plan"]["B7"].value == pytest.approx(plan.roi, rel=EXACT)
    assert book["Plan"]["B8"].value == plan.payback_months
    assert book["Plan"]["B9"].value == pytest.approx(plan.spend, rel=EXACT)
    priced = [s for s in report.ordered_steps if s.npv is not None]
    assert len(priced) > 10
    for item in priced:
        assert item.npv is not None
        assert step_cell(book, item.step.id, "npv").value == pytest.approx(item.npv.base, rel=EXACT)
        never = "not in time"
        assert step_cell(book, item.step.id, "payback").value == (item.payback_months or never)
    beside = report.plan_details
    assert beside is not None
    assert beside.benefits is not None
    spent = [book["Periods"].cell(row, 5).value for row in range(5, 5 + len(beside.periods))]
    assert len(spent) == 12
    assert spent == pytest.approx([period.spent for period in beside.periods], rel=EXACT)
    assert spent[0] > 0
    hard = next(row for row in book["Lines"].iter_rows() if row[1].value == "Hard money")
    assert hard[5].value == pytest.approx(beside.benefits.total("hard"), rel=EXACT)
    assert not [
        c.coordinate
        for ws in book
        for row in ws.iter_rows()
        for c in row
        if str(c.value).startswith("#")
    ]


@pytest.mark.office
@pytest.mark.parametrize(
    "scenario", ["assumptions", "steps", "edges"]
)  # one recalculation each: margin and time · lifts, costs and choices · lifts past every limit
def test_a_change_in_the_workbook_equals_the_same_change_in_the_app(
    scenario: str, data: bytes, report: Report, soffice: Any, tmp_path: Path
) -> None:
    assert report.returns is not None
    assert report.returns.model is not None
    assert report.plan is not None
    model = report.returns.model
    starts = dict(report.plan.start_month)
    names: dict[str, float] = {}
    steps: dict[tuple[str, str], float] = {}
    if scenario == "assumptions":
        names = {
            "margin": 0.27,
            "discount": 0.14,
            "horizon": 48,
            "ramp_months": 0,
            "half_life": 15,
            "adoption": 0.8,
            "overlap": 0.7,
            "ex_to_cx": 0.55,
        }
        settings = dataclasses.replace(
            model.settings,
            margin=0.27,
            discount=0.14,
            horizon=48,
            ramp_months=0,
            half_life_months=15.0,
            adoption=0.8,
        )
        model = dataclasses.replace(model, settings=settings, overlap=0.7, ex_to_cx=0.55)
    elif scenario == "steps":
        steps = {
            ("R1", "lift"): 0.9,
            ("R2", "one_off"): 31_000,
            ("R3", "deliver"): 7,
            ("R4", "yearly"): 12_000,
            ("R5", "chosen"): 0,
            ("R12", "chosen"): 1,
            ("R7", "chosen"): 1,
            ("R8", "chosen"): 1,
        }
        model = with_steps(
            model,
            lift_likely={"R1": 0.9},
            one_off_cost={"R2": 31_000.0},
            months_to_deliver={"R3": 7},
            yearly_cost={"R4": 12_000.0},
        )
        del starts["R5"]
        starts |= {"R12": 4, "R7": 1, "R8": 10}  # the month after what they need is delivered
    else:
        names = {"revenue_lost": 400_000}
        steps = {
            ("R1", "lift"): 40.0,
            ("R2", "lift"): -0.4,
            ("R4", "lift"): 3.0,
            ("R6", "lift"): -0.2,
            ("R3", "start_wish"): 37,
            ("R5", "start_wish"): 36,
        }
        model = with_steps(model, lift_likely={"R1": 40.0, "R2": -0.4, "R4": 3.0, "R6": -0.2})
        model = dataclasses.replace(model, churned_revenue=400_000.0)
        starts |= {"R3": 37, "R5": 36}
    book = opened(
        soffice(changed(data, tmp_path / f"{scenario}.xlsx", names, steps), XLSX), values=True
    )
    expected = model.flows(starts)
    assert book["Plan"]["B5"].value == pytest.approx(expected.npv, rel=EXACT)
    assert abs(book["Plan"]["B5"].value - book["Plan"]["C5"].value) > 1000
    assert book["Plan"]["E5"].value.startswith("differs")
    for id, curves in model.moves.items():
        if curves:
            alone = model.flows({id: 1}).npv
            assert step_cell(book, id, "npv").value == pytest.approx(alone, rel=EXACT, abs=1e-6), id


@pytest.mark.office
def test_the_curve_formula_is_linear_interpolation(soffice: Any, tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    lifts = np.concatenate([[0.0], np.cumsum(rng.uniform(0.02, 0.4, 12))])
    shape = np.concatenate([[0.0], np.cumsum(np.sort(rng.uniform(0.01, 0.3, 12))[::-1])])
    curve = CurveRow("c", "c", lifts, shape, 812_345.6, 2.5)
    money = Money((curve,), (), 0.4, 0.1, 36, 12, 24.0, 1.0, 1.0, None, 1e9)
    points = np.concatenate(
        [lifts, lifts[:-1] + np.diff(lifts) * rng.uniform(size=12), [-0.7, -1e-9, 9.0]]
    )
    book = Book("£", "test", make_report().made_at)
    write_curves(book, money)
    sheet = book.sheet("Here", [10, 10])
    for row, point in enumerate(points):
        sheet.number(row, 0, float(point), "num3")
        sheet.formula(row, 1, value_on_curve(0, f"A{row + 1}"), "num3", 0.0)
    path = tmp_path / "curve.xlsx"
    path.write_bytes(book.bytes())
    got = [row[1].value for row in opened(soffice(path, XLSX), values=True)["Here"].iter_rows()]
    value = curve.per_point * shape
    expected = np.where(points < 0, points * value[1] / lifts[1], np.interp(points, lifts, value))
    assert got == pytest.approx(expected.tolist(), rel=1e-12, abs=1e-9)


NASTY = (
    '=HYPERLINK("http://x","y")',
    "+1+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "-2+3",
    "bell\x07 and \x00 nul",
    "=1+1",
)


def nasty_report() -> Report:
    """A case whose user texts try to become formulas."""
    report = make_report(company="=1+1", currency="GBP")
    titles = dict(zip((s.step.id for s in report.ordered_steps), NASTY, strict=False))

    def spoil(item: Any) -> Any:
        title = titles.get(item.step.id, item.step.title)
        return dataclasses.replace(
            item, step=dataclasses.replace(item.step, title=title, owner=title, pnl_line=title)
        )

    aside = tuple(
        SetAside(text, text, k, text, text, "no_revenue") for k, text in enumerate(NASTY, 1)
    )
    assert report.returns is not None
    return dataclasses.replace(
        report,
        ordered_steps=tuple(map(spoil, report.ordered_steps)),
        returns=dataclasses.replace(report.returns, steps=tuple(map(spoil, report.returns.steps))),
        case=dataclasses.replace(report.case, set_aside=aside),
    )


@pytest.mark.parametrize(
    "make", [make_workbook, partial(make_set_aside, original_rows=original_rows)]
)
def test_text_never_becomes_a_formula(make: Any) -> None:
    book = opened(make(nasty_report()))
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None]
    formulas = [c.value for c in cells if c.data_type == "f"]
    assert not [f for f in formulas if "HYPERLINK" in f or "cmd|" in f or f in NASTY]
    texts = [c for c in cells if c.data_type == "s"]
    for text in NASTY[:4]:
        found = [c for c in texts if c.value == text]
        assert found, text
        assert all(c.quotePrefix for c in found)
    assert not [c for c in texts if "\x07" in c.value or "\x00" in c.value]


@pytest.mark.parametrize("without", ["plan", "returns", "steps", "moments", "link", "base", "ex"])
def test_a_case_that_is_not_finished_has_a_workbook_too(without: str) -> None:
    book = opened(make_workbook(make_report(without=(without,))))
    live = without in ("plan", "base", "ex")
    assert ("Flows" in book.sheetnames) == live
    assert {"Read me", "Assumptions", "Estimates", "Moments", "Findings", "Sources"} <= set(
        book.sheetnames
    )


def test_a_refused_case_says_so() -> None:
    book = opened(make_workbook(make_report(refused="no_overlap")))
    assert not set(LIVE) & set(book.sheetnames)
    assert any(
        "No step could be priced" in str(c.value)
        for row in book["Read me"].iter_rows()
        for c in row
    )


def test_same_report_same_bytes(report: Report, data: bytes) -> None:
    assert make_workbook(report) == data


@pytest.mark.parametrize(("currency", "symbol"), [("EUR", "€"), ("JPY", "JP¥"), ("CHF", "CHF")])
def test_money_carries_the_currency_of_the_case(currency: str, symbol: str) -> None:
    book = opened(make_workbook(make_report(currency=currency)))
    assert f'"{symbol}"' in book["Plan"]["B5"].number_format
    assert "£" not in book["Steps"]["D5"].number_format


def test_the_waterfall_adds_up_by_formula(data: bytes, report: Report) -> None:
    assert report.moments is not None
    assert report.moments.joint is not None
    formulas = opened(data)["Moments"]
    values = opened(data, values=True)["Moments"]
    row = next(r for r in range(1, 60) if formulas.cell(r, 1).value == "Churned revenue")
    assert str(formulas.cell(row, 2).value).startswith("=SUM(")
    assert values.cell(row, 2).value == pytest.approx(
        report.moments.joint.churned_revenue, rel=EXACT
    )


def test_no_cell_shows_ten_digits(data: bytes) -> None:
    for sheet in opened(data):
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, float) and not cell.value.is_integer():
                    assert cell.number_format != "General", f"{sheet.title}!{cell.coordinate}"


def test_a_table_that_was_not_recognised_is_a_line_with_its_rows(report: Report) -> None:
    plain = report.case.sources[0]
    unknown = dataclasses.replace(
        plain,
        role=None,
        file="odd.csv",
        sheet=None,
        rows_read=7,
        rows_accepted=0,
        rows_set_aside=7,
        reasons={"not_recognised": 7},
    )
    case = dataclasses.replace(report.case, sources=(*report.case.sources, unknown))
    book = opened(make_set_aside(dataclasses.replace(report, case=case), original_rows))
    row = [cell.value for cell in book["Tables not used"][5]]
    assert row == ["odd.csv", None, 7, "The table was not recognised."]
    assert "Tables not used" not in opened(make_set_aside(report, original_rows)).sheetnames


def test_set_aside_names_rows_of_employees_but_not_what_they_said(report: Report) -> None:
    rows = (
        SetAside("pulse.csv", None, 7, "Q3", "I hate my boss", "no_team"),
        SetAside("customers.xlsx", "Accounts", 214, "Revenue", "tbc", "no_revenue"),
    )
    case = dataclasses.replace(report.case, set_aside=rows)
    sheet = opened(make_set_aside(dataclasses.replace(report, case=case), original_rows))[
        "Set aside"
    ]
    employee, customer = [[c.value for c in row] for row in sheet.iter_rows(min_row=5, max_row=6)]
    assert employee[0] == "pulse.csv"
    assert employee[2] == 7
    assert employee[3:5] == [None, None]
    assert customer[4] == "tbc"
    assert customer[5]
