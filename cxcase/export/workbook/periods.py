"""The sheet "Periods": what the plan spends in each fiscal period, live formulas on "Steps"."""

from __future__ import annotations

from itertools import accumulate

from cxcase.export.workbook.book import RX, Book, Sheet
from cxcase.export.workbook.layout import Layout
from cxcase.report import format as fmt
from cxcase.report import words
from cxcase.report.result import Report

TEXT = "export.workbook.periods."
HEAD = 3


def write_periods(book: Book, report: Report, refs: Layout) -> None:
    """A row a period: months, budget (an input), spend (live), both added up."""
    periods = report.plan_details.periods if report.plan_details else ()
    if not periods:
        return
    sheet = book.sheet("Periods", [26, 10, 10, 16, 16, 18, 18, 18, 16], RX)
    sheet.title(words.say(TEXT + "title"), words.say(TEXT + "lead"), 8)
    sheet.heads(HEAD, list(words.section(TEXT + "heads").values()))
    allowed = accumulate(period.budget or 0.0 for period in periods)
    spent = accumulate(period.spent for period in periods)
    for row, (period, *so_far) in enumerate(zip(periods, allowed, spent, strict=True), HEAD + 1):
        limited = period.budget is not None
        sheet.text(row, 0, _name(report, period.first, period.last))
        sheet.number(row, 1, period.first, "int")
        sheet.number(row, 2, period.last, "int")
        sheet.number(row, 3, period.budget, "pennies input" if limited else "pennies")
        sheet.formula(row, 4, _spent(refs, row + 1), "pennies", period.spent)
        _added_up(sheet, row, limited, *so_far)
        sheet.number(row, 8, period.spent, "pennies muted")
    sheet.raw.freeze_panes(HEAD + 1, 1)


def _name(report: Report, first: int, last: int) -> str:
    """A period by its months, by their numbers where no date is known."""
    begins = report.month_of(first)
    ends = report.month_of(last)
    if begins is None or ends is None:
        return words.say(TEXT + "months", first=first, last=last)
    if first == last:
        return fmt.month(begins)
    return f"{fmt.month(begins)} – {fmt.month(ends)}"


def _spent(refs: Layout, row: int) -> str:
    """Formula: one-off costs of steps that start in the period, twelfths of yearly costs in it.

    MAX does not go through a column row by row inside SUMPRODUCT, so it is written with ABS.
    """
    start = refs.column("start")
    first = f"$B{row}"
    last = f"MIN($C{row},horizon)"
    since = f"({start}+{first}+ABS({start}-{first}))/2"
    running = f"({last}-{since}+1)"
    once = f"({start}>={first})*({start}<=$C{row})*{refs.column('one_off')}"
    yearly = f"{refs.column('yearly')}/12*({running}+ABS({running}))/2"
    return f"SUMPRODUCT({refs.column('chosen')}*({once}+{yearly}))"


def _added_up(sheet: Sheet, row: int, limited: bool, allowed: float, spent: float) -> None:
    """Budget and spend added up, and what is left of the one after the other."""
    first = HEAD + 2
    sheet.formula(row, 6, f"SUM(E${first}:E{row + 1})", "pennies", spent)
    if not limited:
        sheet.number(row, 5, None, "pennies")
        sheet.number(row, 7, None, "pennies")
        return
    sheet.formula(row, 5, f"SUM(D${first}:D{row + 1})", "pennies", allowed)
    sheet.formula(row, 7, f"F{row + 1}-G{row + 1}", "pennies bold", allowed - spent)
