"""The sheets "Decides" (what moves the plan, where it turns) and "Lines" (where money lands)."""

from __future__ import annotations

from typing import Any

from cxcase.export.workbook.book import RX, STAKE, Book, Sheet
from cxcase.report import words
from cxcase.report.charts.plan.tornado import input_name
from cxcase.report.result import Report

TEXT = "export.workbook."


def write_decides(book: Book, report: Report) -> None:
    """Each input's swing and share of the spread, switching values, the old ask beside the new."""
    found = report.plan_details.sensitivity if report.plan_details else None
    if found is None:
        return
    sheet = book.sheet("Decides", [60, 16, 16, 18, 18, 16, 18], STAKE)
    sheet.title(words.say(TEXT + "decides.title"), words.say(TEXT + "decides.lead"), 6)
    sheet.heads(3, list(words.section(TEXT + "decides.heads").values()))
    drivers = {(driver.kind, driver.of): driver for driver in found.drivers}
    row = 4
    for swing in found.swings:
        sheet.text(row, 0, input_name(report, swing.kind, swing.of), "wrap")
        _swing(sheet, row, swing, drivers.get((swing.kind, swing.of)))
        row += 1
    row = _switching_values(sheet, found, row + 1)
    _recut(sheet, report, row + 1)
    sheet.raw.freeze_panes(4, 1)


def _swing(sheet: Sheet, row: int, swing: Any, driver: Any) -> None:
    """An input's ends, the plan's NPV at each, its share of the spread, what knowing it brings."""
    style = "pennies" if swing.kind == "worth" else "num3"
    sheet.numbers(row, 1, (swing.low_input, swing.high_input), style)
    sheet.numbers(row, 3, (swing.npv_low, swing.npv_high), "pennies")
    sheet.number(row, 5, driver.share if driver else None, "pct")
    sheet.number(row, 6, driver.evppi if driver else None, "pennies")


def _switching_values(sheet: Sheet, found: Any, row: int) -> int:
    """The values at which the plan's base NPV is nothing, and what certainty is worth.

    Returns the last row.
    """
    switch = found.switch
    together = found.p_by_correlation
    sheet.section(row, words.say(TEXT + "decides.turns"), 2)
    for path, value, style in (
        ("decides.lifts", switch.lifts, "pct"),
        ("decides.worth", switch.worth, "pct"),
        ("decides.costs", switch.costs, "pct"),
        ("decides.margin", switch.margin, "pct"),
        ("decides.delay", switch.delay_months, "int"),
        ("decides.customers", switch.customers, "int"),
        ("decides.at_risk", switch.customers_at_risk, "int"),
        ("decides.evpi", found.evpi, "pennies"),
        ("decides.p_0", together.get(0.0), "pct"),
        ("decides.p_1", together.get(0.3), "pct"),
        ("decides.p_2", together.get(0.6), "pct"),
    ):
        row += 1
        sheet.text(row, 0, words.say(TEXT + path))
        sheet.number(row, 1, value, style)
    return row


def _recut(sheet: Sheet, report: Report, row: int) -> None:
    """Spend, NPV and chance of the ask that was refused and of this one."""
    found = report.plan_details.recut if report.plan_details else None
    if found is None:
        return
    for column, path in enumerate(("decides.recut", "decides.old", "decides.new")):
        sheet.text(row, column, words.say(TEXT + path), "section")
    old = _figures_of(found.old)
    new = _figures_of(found.new)
    for path in old:
        row += 1
        sheet.text(row, 0, words.say(TEXT + path))
        style = "pct" if path == "plan.p_positive" else "pennies"
        sheet.numbers(row, 1, (old[path], new[path]), style)


def _figures_of(plan: Any) -> dict[str, float | None]:
    """Words of the sheet -> spend, NPV with its range, and chance of an ask."""
    npv = plan.npv
    return {
        "plan.spend": plan.spend,
        "plan.expected": npv and npv.mean,
        "plan.p10": npv and npv.p10,
        "plan.p90": npv and npv.p90,
        "plan.p_positive": plan.p_npv_positive,
    }


def write_lines(book: Book, report: Report) -> None:
    """Each step's present benefit, its owner and P&L line; hard and soft money added up apart."""
    found = report.plan_details.benefits if report.plan_details else None
    if found is None:
        return
    sheet = book.sheet("Lines", [10, 50, 10, 28, 28, 20, 12, 16], RX)
    sheet.title(words.say(TEXT + "lines.title"), words.say(TEXT + "lines.lead"), 7)
    sheet.heads(3, list(words.section(TEXT + "lines.heads").values()))
    titles = {item.step.id: item.step.title for item in report.ordered_steps}
    row = 4
    for line in found.ordered:
        _line(sheet, row, line, titles.get(line.id, line.id))
        row += 1
    for path, kind, total in (
        ("lines.hard", "hard", found.total("hard")),
        ("lines.unsigned", "unsigned", found.total("unsigned")),
        ("lines.soft", "soft", found.total("soft")),
    ):
        sheet.text(row, 1, words.say(TEXT + path), "bold")
        sheet.formula(
            row, 5, f'SUMIF(C5:C{row},"{money_called(kind)}",F5:F{row})', "pennies total", total
        )
        row += 1
    sheet.raw.freeze_panes(4, 2)


def money_called(kind: str) -> str:
    """What a kind of money is called, in cells and in the formula that looks for it."""
    return words.say(f"{TEXT}lines.money.{kind}").replace('"', "")


def _line(sheet: Sheet, row: int, line: Any, title: str) -> None:
    """A step's cells: id, title, hard or soft, owner, P&L line, benefit, own days, their cost."""
    sheet.text(row, 0, line.id, "top")
    sheet.text(row, 1, title, "wrap")
    sheet.text(row, 2, money_called(line.money), "top")
    sheet.text(row, 3, line.owner, "top")
    sheet.text(row, 4, line.pnl_line, "top")
    sheet.number(row, 5, line.present, "pennies")
    sheet.number(row, 6, line.effort_days, "num1")
    sheet.number(row, 7, line.effort_cost, "pennies")
