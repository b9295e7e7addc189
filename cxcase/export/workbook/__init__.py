"""The workbook that Finance can re-perform: the plan's money as live formulas on named inputs."""

from __future__ import annotations

from cxcase.export.workbook.book import RX, Book
from cxcase.export.workbook.cash_flow_sheets import write_alone, write_flows
from cxcase.export.workbook.drivers import write_decides, write_lines
from cxcase.export.workbook.evidence_sheet import write_evidence
from cxcase.export.workbook.formula_values import Money, money_of
from cxcase.export.workbook.input_sheets import (
    titles_of,
    write_assumptions,
    write_curves,
    write_step_results,
    write_steps,
)
from cxcase.export.workbook.layout import Layout
from cxcase.export.workbook.periods import write_periods
from cxcase.export.workbook.plan_sheet import write_plan
from cxcase.export.workbook.register import write_register
from cxcase.export.workbook.strategy_sheet import write_strategy
from cxcase.export.workbook.units_and_questions import write_questions, write_units
from cxcase.export.workbook.value_sheets import (
    write_estimates,
    write_findings,
    write_moments,
    write_read_me,
    write_sources,
)
from cxcase.report import format as fmt
from cxcase.report.reader_locale import as_reader_writes
from cxcase.report.result import Report


@as_reader_writes
def make_workbook(report: Report) -> bytes:
    """An .xlsx: base NPVs as formulas, every estimate with its interval, findings and sources.

    Where no step could be priced the sheets of formulas are left out and "Read me" says so.
    """
    book = Book(
        fmt.currency_symbol(report.currency),
        f"{report.company} · {report.short_key}",
        report.made_at,
    )
    money = money_of(report)
    write_read_me(book, report, live=money is not None)
    write_assumptions(book, report, money)
    if money is not None:
        _write_money(book, report, money)
    write_register(book, report)
    write_evidence(book, report)
    write_strategy(book, report)
    write_estimates(book, report)
    write_units(book, report)
    write_questions(book, report)
    write_moments(book, report)
    write_findings(book, report)
    write_sources(book, report)
    return book.bytes()


def _write_money(book: Book, report: Report, money: Money) -> None:
    """The sheets of formulas; "Plan" is made early, so that it stands before the flows it reads."""
    refs = Layout(titles_of(report, money))
    write_curves(book, money)
    steps = write_steps(book, report, money, refs)
    plan = book.sheet("Plan", [44, 20, 20, 18, 26, 3], RX)
    totals = write_flows(book, money, refs)
    alone = write_alone(book, money, refs)
    write_step_results(steps, money, refs, alone)
    write_plan(book, plan, report, money, refs, totals)
    write_periods(book, report, refs)
    write_decides(book, report)
    write_lines(book, report)
