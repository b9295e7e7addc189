"""The sheet "Plan": what the live formulas come to, beside what the app printed."""

from __future__ import annotations

from dataclasses import dataclass

from cxcase.export.workbook.book import GRID, INK, RX, Book, Sheet
from cxcase.export.workbook.flow_totals import Totals
from cxcase.export.workbook.formula_values import Money, first_year_share
from cxcase.export.workbook.layout import Layout
from cxcase.export.workbook.month_grid import HEAD, MONTHS_FROM
from cxcase.report import words
from cxcase.report.result import Report

TEXT = "export.workbook.plan."
_CENT = 0.01  # money that differs by less agrees
_DRAWN = (  # what comes from draws, in the order of the sheet
    "expected",
    "p10",
    "p50",
    "p90",
    "p_positive",
    "cvar",
    "irr",
    "discounted_payback",
    "silent_at_low",
    "waiting_a_year",
    "waiting_moving",
    "risk_adjusted",
    "next_10k",
    "doing_nothing",
    "kept_on_curves",
    "kept_at_once",
)

_DRAWN_STYLES = {"p_positive": "pct", "irr": "pct0", "discounted_payback": "int right"}


def write_plan(
    book: Book, sheet: Sheet, report: Report, money: Money, refs: Layout, totals: Totals
) -> None:
    """Fills the sheet "Plan", made earlier so that it stands before the flows."""
    sheet.title(words.say(TEXT + "title"), words.say(TEXT + "lead"), 4)
    sheet.heads(3, list(words.section(TEXT + "heads").values()), height=20)
    row = 4
    for figure in (*_returns(report, totals), *_spending(report, money, refs)):
        _write_figure(sheet, row, figure)
        row += 1
    book.define("plan_npv", sheet.at(4, 1))
    _from_draws(sheet, report, row + 1)
    _cash_chart(book, sheet, money, totals)
    sheet.raw.freeze_panes(4, 0)


@dataclass(frozen=True)
class Figure:
    """A line of the sheet: a live formula, what it comes to ("" for nothing), what the app printed.

    compared: the two are money that must agree until somebody changes an input.
    """

    name: str
    style: str
    formula: str
    value: float | str
    printed: float | None
    compared: bool = False


def _returns(report: Report, totals: Totals) -> list[Figure]:
    """What the plan returns, beside what the app printed."""
    plan = report.plan
    npv = plan.npv.base if plan and plan.npv else None
    roi = plan.roi if plan else None
    payback = plan.payback_months if plan else None
    return [
        Figure("npv", "pennies bold", totals.npv, totals.npv_value, npv, compared=True),
        Figure("pv_cost", "pennies", totals.pv_cost, totals.pv_cost_value, None),
        Figure("roi", "pct0", totals.roi, totals.roi_value, roi),
        Figure("payback", "int right", totals.payback, totals.payback_value, payback),
    ]


def _spending(report: Report, money: Money, refs: Layout) -> list[Figure]:
    """What the plan spends in its first year and how many steps are in it."""
    chosen = refs.column("chosen")
    spend = f"SUMPRODUCT({chosen},{refs.column('spend')})"
    count = sum(step.chosen for step in money.steps)
    printed = float(len(report.plan.chosen)) if report.plan else None
    return [
        Figure("spend", "pennies", spend, _spend(money), _printed_spend(report), compared=True),
        Figure("steps", "int", f"SUM({chosen})", count, printed),
    ]


def _write_figure(sheet: Sheet, row: int, figure: Figure) -> None:
    """A figure's line: name, formula, what the app printed, and whether they still agree."""
    value = figure.value
    printed = figure.printed
    sheet.text(row, 0, words.say(TEXT + figure.name), "bold" if figure.name == "npv" else "")
    sheet.formula(row, 1, figure.formula, figure.style, value)
    sheet.number(row, 2, printed, figure.style)
    if not figure.compared or printed is None or isinstance(value, str):
        return
    difference = value - printed
    agrees = words.say(TEXT + "agrees")
    changed = words.say(TEXT + "changed")
    verdict = f'IF(ABS(D{row + 1})<{_CENT},"{agrees}","{changed}")'
    sheet.formula(row, 3, f"B{row + 1}-C{row + 1}", "pennies", difference)
    sheet.formula(row, 4, verdict, "muted", agrees if abs(difference) < _CENT else changed)


def _printed_spend(report: Report) -> float | None:
    """Spend of the first 12 months; of the model, where a budget by period counts its own."""
    plan = report.plan
    if plan is None:
        return None
    if not plan.spend_by_period:
        return plan.spend
    model = report.returns.model if report.returns else None
    if model is None:
        return None
    return sum(model.spend(id, start) for id, start in plan.start_month.items())


def _spend(money: Money) -> float:
    """Cost of the chosen steps in the plan's first 12 months."""
    return sum(s.one_off + s.yearly * first_year_share(s.start) for s in money.steps if s.chosen)


def _from_draws(sheet: Sheet, report: Report, row: int) -> None:
    """What the app worked out from draws: values, not formulas."""
    sheet.section(row, words.say(TEXT + "draws"), 5)
    for name, value in _drawn(report).items():
        row += 1
        sheet.text(row, 0, words.say(TEXT + name))
        sheet.number(row, 2, value, _DRAWN_STYLES.get(name, "pennies"))


def _drawn(report: Report) -> dict[str, float | None]:
    """The plan's figures from draws by name; None for one that is not known."""
    plan = report.plan
    found: dict[str, float | None] = dict.fromkeys(_DRAWN)
    if plan is None:
        return found
    found["p_positive"] = plan.p_npv_positive
    found["next_10k"] = plan.next_10k
    found["doing_nothing"] = plan.doing_nothing
    found["cvar"] = plan.cvar
    found["irr"] = plan.irr
    found["risk_adjusted"] = plan.single.npv if plan.single else None
    found["discounted_payback"] = plan.discounted_payback_months
    if plan.silent_at_low is not None:
        found["silent_at_low"] = plan.silent_at_low.npv.mean
    if plan.waiting_a_year is not None:
        found["waiting_a_year"] = plan.waiting_a_year.value
        found["waiting_moving"] = plan.waiting_a_year.moving
    if plan.npv is not None:
        found["expected"] = plan.npv.mean
        found["p10"] = plan.npv.p10
        found["p50"] = plan.npv.p50
        found["p90"] = plan.npv.p90
    if plan.joint_check:
        found["kept_on_curves"] = plan.joint_check[0]
        found["kept_at_once"] = plan.joint_check[1]
    return found


def _cash_chart(book: Book, sheet: Sheet, money: Money, totals: Totals) -> None:
    """The plan's cumulative cash, month by month, live."""
    title = words.say(TEXT + "chart")
    chart = book.file.add_chart({"type": "line"})
    last = MONTHS_FROM + money.horizon
    row = totals.row_cumulative
    series = {
        "name": title,
        "categories": ["Flows", HEAD, MONTHS_FROM, HEAD, last],
        "values": ["Flows", row, MONTHS_FROM, row, last],
        "line": {"color": RX, "width": 2.25},
    }
    chart.add_series(series)
    letters = {"size": 12, "color": INK}
    chart.set_title({"name": title, "name_font": letters, "overlay": False})
    chart.set_legend({"none": True})
    axis = {"name_font": {"bold": False, "color": INK}, "line": {"color": "#9AA7B4"}}
    months = {"name": words.say(TEXT + "months"), "interval_unit": 6, "label_position": "low"}
    chart.set_x_axis(axis | months)
    lines = {"visible": True, "line": {"color": GRID}}
    chart.set_y_axis(axis | {"num_format": book.number_format("money"), "major_gridlines": lines})
    chart.set_size({"width": 720, "height": 320})
    sheet.raw.insert_chart(3, 6, chart, {"description": title})
