"""The sheet "Plan": what the live formulas come to, beside what the app printed."""

from __future__ import annotations

from cxcase.export.workbook.book import INK, RX, Book, Sheet
from cxcase.export.workbook.cash_flow_sheets import HEAD, MONTHS_FROM, Totals
from cxcase.export.workbook.formula_values import Money, first_year_share
from cxcase.export.workbook.layout import Layout
from cxcase.report import words
from cxcase.report.result import Report

TEXT = "export.workbook.plan."


def write_plan(
    book: Book, sheet: Sheet, report: Report, money: Money, refs: Layout, totals: Totals
) -> None:
    """Fills the sheet "Plan", made earlier so that it stands before the flows."""
    sheet.title(words.say(TEXT + "title"), words.say(TEXT + "lead"), 4)
    sheet.heads(3, list(words.section(TEXT + "heads").values()), height=20)
    plan = report.plan
    printed = plan.npv.base if plan and plan.npv else None
    roi = totals.npv_value / totals.pv_cost_value if totals.pv_cost_value else None
    shown_spend = _spend(money)
    printed_spend = _printed(report)
    rows: list[tuple[str, str, str, float | str | None, float | None]] = [
        ("npv", "pennies bold", totals.npv, totals.npv_value, printed),
        ("pv_cost", "pennies", totals.pv_cost, totals.pv_cost_value, None),
        (
            "roi",
            "pct0",
            f'IF({totals.pv_cost}=0,"",{totals.npv}/{totals.pv_cost})',
            roi,
            plan.roi if plan else None,
        ),
        (
            "payback",
            "int right",
            totals.payback,
            totals.payback_value,
            plan.payback_months if plan else None,
        ),
        (
            "spend",
            "pennies",
            f"SUMPRODUCT({refs.column('chosen')},{refs.column('spend')})",
            shown_spend,
            printed_spend,
        ),
        (
            "steps",
            "int",
            f"SUM({refs.column('chosen')})",
            sum(s.chosen for s in money.steps),
            _count(report),
        ),
    ]
    row = 4
    for name, style, formula, value, app in rows:
        sheet.text(row, 0, words.say(TEXT + name), "bold" if name == "npv" else "")
        sheet.formula(row, 1, formula, style, "" if value is None else value)
        sheet.number(row, 2, app, style)
        if name in ("npv", "spend") and app is not None and isinstance(value, float | int):
            sheet.formula(row, 3, f"B{row + 1}-C{row + 1}", "pennies", value - app)
            agrees = f'IF(ABS(D{row + 1})<0.01,"{words.say(TEXT + "agrees")}","{words.say(TEXT + "changed")}")'
            sheet.formula(
                row,
                4,
                agrees,
                "muted",
                words.say(TEXT + ("agrees" if abs(value - app) < 0.01 else "changed")),
            )
        row += 1
    book.define("plan_npv", sheet.at(4, 1))
    _from_draws(sheet, report, row + 1)
    _cash_chart(book, sheet, money, totals)
    sheet.raw.freeze_panes(4, 0)


def _count(report: Report) -> float | None:
    if report.plan:
        return float(len(report.plan.chosen))
    return None


def _printed(report: Report) -> float | None:
    """What the app has for the first 12 months; a budget by period counts its own months, so the
    model is asked.
    """
    plan = report.plan
    model = report.returns.model if report.returns else None
    if plan is None or not plan.spend_by_period:
        if plan:
            return plan.spend
        return None
    if model is None:
        return None
    return sum(model.spend(id, start) for id, start in plan.start_month.items())


def _spend(money: Money) -> float:
    return sum(s.one_off + s.yearly * first_year_share(s.start) for s in money.steps if s.chosen)


def _from_draws(sheet: Sheet, report: Report, row: int) -> None:
    """What the app worked out from draws: values, not formulas."""
    plan = report.plan
    sheet.text(row, 0, words.say(TEXT + "draws"), "section")
    for column in (1, 2, 3, 4):
        sheet.text(row, column, "", "section")
    npv = plan.npv if plan else None
    for name, value, style in (
        ("expected", npv.mean if npv else None, "pennies"),
        ("p10", npv.p10 if npv else None, "pennies"),
        ("p50", npv.p50 if npv else None, "pennies"),
        ("p90", npv.p90 if npv else None, "pennies"),
        ("p_positive", plan.p_npv_positive if plan else None, "pct"),
        ("next_10k", plan.next_10k if plan else None, "pennies"),
        ("doing_nothing", plan.doing_nothing if plan else None, "pennies"),
        ("kept_on_curves", plan.joint_check[0] if plan and plan.joint_check else None, "pennies"),
        ("kept_at_once", plan.joint_check[1] if plan and plan.joint_check else None, "pennies"),
    ):
        row += 1
        sheet.text(row, 0, words.say(TEXT + name))
        sheet.number(row, 2, value, style)


def _cash_chart(book: Book, sheet: Sheet, money: Money, totals: Totals) -> None:
    """The plan's cumulative cash, month by month, live."""
    chart = book.file.add_chart({"type": "line"})
    last = MONTHS_FROM + money.horizon
    chart.add_series(
        {
            "name": words.say(TEXT + "chart"),
            "categories": ["Flows", HEAD, MONTHS_FROM, HEAD, last],
            "values": ["Flows", totals.row_cumulative, MONTHS_FROM, totals.row_cumulative, last],
            "line": {"color": RX, "width": 2.25},
        }
    )
    chart.set_title(
        {
            "name": words.say(TEXT + "chart"),
            "name_font": {"size": 12, "color": INK},
            "overlay": False,
        }
    )
    chart.set_legend({"none": True})
    axis = {"name_font": {"bold": False, "color": INK}, "line": {"color": "#9AA7B4"}}
    chart.set_x_axis(
        {**axis, "name": words.say(TEXT + "months"), "interval_unit": 6, "label_position": "low"}
    )
    shown = {"num_format": book.number_format("money")}
    chart.set_y_axis(
        {**axis, **shown, "major_gridlines": {"visible": True, "line": {"color": "#E4E8EC"}}}
    )
    chart.set_size({"width": 720, "height": 320})
    sheet.raw.insert_chart(3, 6, chart, {"description": words.say(TEXT + "chart")})
