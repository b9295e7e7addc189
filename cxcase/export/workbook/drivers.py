"""Sheets of values about the plan: "Decides" (what moves it, where it turns) and "Lines" (where the
money lands).
"""

from __future__ import annotations

from cxcase.export.workbook.book import RX, STAKE, Book, Sheet
from cxcase.report import words
from cxcase.report.charts.plan.tornado import input_name
from cxcase.report.result import Report

TEXT = "export.workbook."


def write_decides(book: Book, report: Report) -> None:
    """Each input's swing and share of the spread, the values at which the plan turns, the old ask
    beside the new.
    """
    found = report.plan_details.sensitivity if report.plan_details else None
    if found is None:
        return
    sheet = book.sheet("Decides", [60, 16, 16, 18, 18, 16, 18], STAKE)
    sheet.title(words.say(TEXT + "decides.title"), words.say(TEXT + "decides.lead"), 6)
    sheet.heads(3, list(words.section(TEXT + "decides.heads").values()))
    drivers = {(d.kind, d.of): d for d in found.drivers}
    row = 4
    for swing in found.swings:
        driver = drivers.get((swing.kind, swing.of))
        style = "pennies" if swing.kind == "worth" else "num3"
        sheet.text(row, 0, input_name(report, swing.kind, swing.of), "wrap")
        for column, value, kind in (
            (1, swing.low_input, style), (2, swing.high_input, style), (3, swing.npv_low, "pennies"),
            (4, swing.npv_high, "pennies"), (5, driver.share if driver else None, "pct"),
            (6, driver.evppi if driver else None, "pennies"),
        ):  # fmt: skip
            sheet.number(row, column, value, kind)
        row += 1
    row = _turns(sheet, report, row + 1)
    _recut(sheet, report, row + 1)
    sheet.raw.freeze_panes(4, 1)


def _turns(sheet: Sheet, report: Report, row: int) -> int:
    """The values at which the plan's base NPV is nothing, and what certainty is worth."""
    found = report.plan_details.sensitivity if report.plan_details else None
    assert found is not None
    switch = found.switch
    sheet.text(row, 0, words.say(TEXT + "decides.turns"), "section")
    sheet.text(row, 1, "", "section")
    rows = (
        ("lifts", switch.lifts, "pct"), ("worth", switch.worth, "pct"), ("costs", switch.costs, "pct"),
        ("margin", switch.margin, "pct"), ("delay", switch.delay_months, "int"),
        ("customers", switch.customers, "num1"), ("at_risk", switch.customers_at_risk, "int"),
        ("evpi", found.evpi, "pennies"),
        *((f"p_{k}", found.p_by_correlation.get(rho), "pct") for k, rho in enumerate((0.0, 0.3, 0.6))),
    )  # fmt: skip
    for name, value, style in rows:
        row += 1
        sheet.text(row, 0, words.say(f"{TEXT}decides.{name}"))
        sheet.number(row, 1, value, style)
    return row


def _recut(sheet: Sheet, report: Report, row: int) -> None:
    """Spend, NPV and chance of the ask that was refused and of this one."""
    found = report.plan_details.recut if report.plan_details else None
    if found is None:
        return
    for column, name in enumerate(("recut", "old", "new")):
        sheet.text(row, column, words.say(f"{TEXT}decides.{name}"), "section")
    plans = (found.old, found.new)
    for name, values, style in (
        ("spend", [p.spend for p in plans], "pennies"),
        ("expected", [p.npv.mean if p.npv else None for p in plans], "pennies"),
        ("p10", [p.npv.p10 if p.npv else None for p in plans], "pennies"),
        ("p90", [p.npv.p90 if p.npv else None for p in plans], "pennies"),
        ("p_positive", [p.p_npv_positive for p in plans], "pct"),
    ):
        row += 1
        sheet.text(row, 0, words.say(f"{TEXT}plan.{name}"))
        for column, value in enumerate(values, 1):
            sheet.number(row, column, value, style)


def write_lines(book: Book, report: Report) -> None:
    """Each step's present benefit with its owner and its line in the accounts; hard and soft added
    up apart.
    """
    found = report.plan_details.benefits if report.plan_details else None
    if found is None:
        return
    sheet = book.sheet("Lines", [10, 50, 10, 28, 28, 20, 12, 16], RX)
    sheet.title(words.say(TEXT + "lines.title"), words.say(TEXT + "lines.lead"), 7)
    sheet.heads(3, list(words.section(TEXT + "lines.heads").values()))
    titles = {s.step.id: s.step.title for s in report.ordered_steps}
    first = 5
    row = 4
    for line in sorted(found.lines, key=lambda line: (line.money != "hard", -line.present)):
        texts = (line.id, titles.get(line.id, line.id), line.money, line.owner, line.pnl_line)
        for column, text in enumerate(texts):
            sheet.text(row, column, text, "wrap" if column == 1 else "top")
        sheet.number(row, 5, line.present, "pennies")
        sheet.number(row, 6, line.effort_days, "num1")
        sheet.number(row, 7, line.effort_cost, "pennies")
        row += 1
    for kind in ("hard", "soft"):
        sheet.text(row, 1, words.say(f"{TEXT}lines.{kind}"), "bold")
        total = found.total(kind)
        sheet.formula(
            row, 5, f'SUMIF(C{first}:C{row},"{kind}",F{first}:F{row})', "pennies total", total
        )
        row += 1
    sheet.raw.freeze_panes(4, 2)
