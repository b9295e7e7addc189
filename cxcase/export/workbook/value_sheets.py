"""The sheets of values: "Read me", "Estimates", "Moments", "Findings" and "Sources"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cxcase.estimate import Estimate
from cxcase.export.naming import role_of, why
from cxcase.export.workbook.book import CX, INK, MUTED, STAKE, Book, Sheet
from cxcase.export.workbook.units_and_questions import questions_in, units_in
from cxcase.report import words
from cxcase.report.evidence_register import register
from cxcase.report.result import Report
from cxcase.report.to_agree import to_agree

TEXT = "export.workbook."
SHEETS = (
    "Assumptions",
    "Curves",
    "Steps",
    "Plan",
    "Flows",
    "Alone",
    "Periods",
    "Decides",
    "Lines",
    "Register",
    "Evidence",
    "Estimates",
    "Units",
    "Questions",
    "Moments",
    "Findings",
    "Sources",
)
_REST_ON_END = ("revenue_end", "grr", "nrr")  # of the ledger, what nobody may have measured
_LIVE = ("Curves", "Steps", "Plan", "Flows", "Alone")
_PLANNED = ("Periods", "Decides", "Lines")  # only where a plan funds something


def write_read_me(book: Book, report: Report, live: bool) -> None:
    """The first sheet: what this is, what each sheet holds, the colours, the key."""
    sheet = book.sheet("Read me", [24, 100], INK, wide=False)
    title = words.say(TEXT + "read_me.title", company=report.company)
    sheet.title(title, words.say(TEXT + "read_me.lead"), 1)
    row = 3
    for path, value in (
        ("read_me.ask", report.answers.get("home", "")),
        ("read_me.made_at", words.say(TEXT + "read_me.day", day=report.made_at.date())),
        ("read_me.key", report.key),
    ):
        sheet.text(row, 0, words.say(TEXT + path), "bold top")
        sheet.text(row, 1, value, "wrap")
        row += 1
    row = _contents(sheet, sheets_in(report, live), row + 1)
    row = _colours(sheet, row + 2)
    _notes(sheet, live, row + 1)


def _contents(sheet: Sheet, names: Sequence[str], row: int) -> int:
    """Each sheet with a link to it and what it holds. Returns the last row."""
    heads = [words.say(TEXT + "read_me.sheet"), words.say(TEXT + "read_me.holds")]
    sheet.heads(row, heads, height=20)
    for name in names:
        row += 1
        sheet.raw.write_url(row, 0, f"internal:'{name}'!A1", sheet.book.style("top"), name)
        sheet.text(row, 1, words.say(f"{TEXT}{name.lower()}.lead"), "wrap")
    return row


def _colours(sheet: Sheet, row: int) -> int:
    """What a cell's colour means. Returns the next free row."""
    for style, path in (
        ("input", "read_me.yellow"),
        ("", "read_me.white"),
        ("review", "read_me.amber"),
    ):
        sheet.text(row, 0, words.say(TEXT + path), style)
        sheet.text(row, 1, words.say(f"{TEXT}{path}_note"), "wrap")
        row += 1
    return row


def _notes(sheet: Sheet, live: bool, row: int) -> None:
    """How ranges and formulas are to be read, every second row."""
    paths = ["read_me.rules", "read_me.range", "read_me.recalculate"]
    if not live:
        paths = ["read_me.not_live"]
    for path in paths:
        sheet.text(row, 1, words.say(TEXT + path), "wrap")
        row += 2


def sheets_in(report: Report, live: bool) -> list[str]:
    """The sheets that this workbook has; live: some step could be priced."""
    details = report.plan_details
    gone: set[str] = set()
    if not live:
        gone.update(_LIVE)
    if not live or details is None or details.sensitivity is None:
        gone.update(_PLANNED)
    if not to_agree(report):
        gone.add("Register")
    if not register(report):
        gone.add("Evidence")
    if not units_in(report):
        gone.add("Units")
    if not questions_in(report):
        gone.add("Questions")
    return [name for name in SHEETS if name not in gone]


def write_estimates(book: Book, report: Report) -> None:
    """Every effect and worth with its interval, unit and status; a refused one with its reason."""
    sheet = book.sheet("Estimates", [40, 16, 16, 16, 26, 12, 10, 8, 8, 24, 70], CX)
    sheet.title(words.say(TEXT + "estimates.title"), words.say(TEXT + "estimates.lead"), 8)
    sheet.heads(3, list(words.section(TEXT + "estimates.heads").values()))
    row = 4
    for effect in report.link.effects if report.link else ():
        _estimate(sheet, row, name_of(effect.id), effect.estimate, "num4")
        sheet.text(row, 9, _said(f"{TEXT}claims.{effect.claim}", effect.claim))
        row += 1
    for worth in report.link.worth if report.link else ():
        _estimate(sheet, row, name_of(worth.id), worth.estimate, "pennies")
        row += 1
    joint = report.moments.joint if report.moments else None
    if joint is not None:
        _estimate(sheet, row, name_of("revenue_at_stake"), joint.revenue_at_stake, "pennies")
        row += 1
    _base(sheet, report, row + 1)
    sheet.raw.freeze_panes(4, 1)


def name_of(code: str) -> str:
    """What an effect or a worth is called."""
    path = f"export.estimate.{code}"
    if words.has(path):
        return words.say(path)
    return code.replace("_", " ")


def _said(path: str, code: str | None) -> str:
    """The words at a code's path; the code itself where there are none."""
    return words.say(path) if code and words.has(path) else code or ""


def _unit(unit: str) -> str:
    """An estimate's unit in words; of money a year with its currency."""
    currency, per_year, _ = unit.partition(" per year")
    if per_year:
        return words.say(f"{TEXT}unit_names.money a year", code=currency)
    return _said(f"{TEXT}unit_names.{unit}", unit)


def _estimate(sheet: Sheet, row: int, name: str, estimate: Estimate, style: str) -> None:
    """An estimate's cells: interval, unit, status, df, n, teams; why, where it is refused."""
    sheet.text(row, 0, name, "top")
    sheet.numbers(row, 1, (estimate.value, estimate.low, estimate.high), style)
    sheet.text(row, 4, _unit(estimate.unit), "muted")
    sheet.text(row, 5, words.say(f"status.{estimate.status}"))
    sheet.number(row, 6, estimate.df, "num1")
    sheet.numbers(row, 7, (estimate.n, estimate.teams), "int")
    if estimate.refused:
        why = words.refused(estimate)
        sheet.text(row, 10, f"{why.text} {why.unlock}".strip(), "muted")


def _base(sheet: Sheet, report: Report, row: int) -> None:
    """The year's customers and revenue, below the estimates."""
    base = report.case.base
    if base is None:
        return
    sheet.text(row, 0, words.say(TEXT + "estimates.base"), "section")
    for name, value, style in (
        ("customers", base.customers, "int"),
        ("revenue_start", base.revenue_start, "pennies"),
        ("revenue_end", base.revenue_end, "pennies"),
        ("churned", base.churned, "int"),
        ("churned_revenue", base.churned_revenue, "pennies"),
        ("logo_churn", base.logo_churn, "pct"),
        *_of_revenue_churn(base),
        ("grr", base.grr, "pct"),
        ("nrr", base.nrr, "pct"),
        *_of_growth(base.growth),
        ("response_rate", base.response_rate, "pct"),
    ):
        row += 1
        sheet.text(row, 0, name_of(name))
        if value is None and name in _REST_ON_END:
            _not_measured(sheet, row, report)
        else:
            sheet.number(row, 1, value, style)


def _not_measured(sheet: Sheet, row: int, report: Report) -> None:
    """In place of a figure that nobody measured: that it is so, and why."""
    sheet.text(row, 1, words.say(TEXT + "estimates.not_measured"), "muted right")
    why = words.reason(report.case.why_no_end)
    sheet.text(row, 10, f"{why.text} {why.unlock}".strip(), "muted")


def _of_revenue_churn(base: Any) -> list[tuple[str, float, str]]:
    """The share of revenue that left, where no GRR says it."""
    if base.grr is not None:
        return []
    return [("revenue_churn", base.revenue_churn, "pct")]


def _of_growth(growth: Any) -> list[tuple[str, float, str]]:
    """Growth with and without the contracts' price steps, where these are known."""
    if growth is None:
        return []
    return [
        ("price_increase", growth.price_increase, "pennies"),
        ("expansion", growth.expansion, "pennies"),
        ("expansion_ex_escalator", growth.expansion_ex_escalator, "pennies"),
        ("nrr_ex_escalator", growth.nrr_ex_escalator, "pct"),
    ]


def write_moments(book: Book, report: Report) -> None:
    """Each moment's figures, and the waterfall from shares to churned revenue (its sum live)."""
    sheet = book.sheet("Moments", [40, 12, 12, 12, 13, 14, *[14] * 7, 40], STAKE)
    sheet.title(words.say(TEXT + "moments.title"), words.say(TEXT + "moments.lead"), 8)
    sheet.heads(3, list(words.section(TEXT + "moments.heads").values()))
    row = 4
    for moment in report.ordered_moments:
        _moment(sheet, row, moment)
        row += 1
    _waterfall(book, sheet, report, row + 1)
    sheet.raw.freeze_panes(4, 1)


def _moment(sheet: Sheet, row: int, moment: Any) -> None:
    """A moment's cells; why nothing is at stake, where that is refused."""
    stake = moment.revenue_at_stake
    sheet.text(row, 0, moment.name, "wrap")
    sheet.number(row, 1, moment.reach.value, "pct")
    sheet.number(row, 2, moment.lived_n, "int")
    sheet.numbers(row, 3, (moment.performance.value, moment.target_value), "num2")
    sheet.number(row, 5, moment.slope.value, "num4")
    sheet.number(row, 6, moment.importance_share.value, "pct")
    sheet.numbers(row, 7, (stake.value, stake.low, stake.high), "pennies")
    silent = moment.with_silent.ends if moment.with_silent else (None, None)
    sheet.numbers(row, 10, (moment.heard_at_stake, *silent), "pennies")
    if stake.refused:
        sheet.text(row, 13, words.refused(stake).text, "muted wrap")


def _waterfall(book: Book, sheet: Sheet, report: Report, row: int) -> None:
    """The moments' parts, silent customers and what is unexplained, added up to all that left."""
    joint = report.moments.joint if report.moments else None
    if joint is None:
        return
    sheet.section(row, words.say(TEXT + "moments.waterfall"), 2)
    first = row + 1
    bars = [
        (m.name, joint.shares[m.name]) for m in report.ordered_moments if m.name in joint.shares
    ]
    bars += [
        (words.say("export.bar.silent"), joint.silent),
        (words.say("export.bar.unexplained"), joint.unexplained),
    ]
    for name, value in bars:
        row += 1
        sheet.text(row, 0, name, "wrap")
        sheet.number(row, 1, value, "pennies")
    total = sum(value for _, value in bars)
    row = row + 1
    sheet.text(row, 0, words.say("export.bar.total"), "total")
    sheet.formula(row, 1, f"SUM(B{first + 1}:B{row})", "pennies total", total)
    sheet.text(row + 1, 0, words.say(TEXT + "moments.ledger"))
    sheet.number(row + 1, 1, joint.churned_revenue, "pennies")
    sheet.text(row + 2, 0, words.say(TEXT + "moments.difference"))
    _as_silent_may_differ(sheet, joint, row + 3)
    off = total - joint.churned_revenue
    sheet.formula(row + 2, 1, f"B{row + 1}-B{row + 2}", "pennies muted", off)
    sheet.raw.set_column(1, 1, 16)
    _bars_chart(book, sheet, first, row - 1)


def _as_silent_may_differ(sheet: Sheet, joint: Any, row: int) -> None:
    """The ends of what is at stake where silent customers rate a point lower or higher."""
    if joint.with_silent is None:
        return
    sheet.text(row, 0, words.say(TEXT + "moments.silent_low"))
    sheet.number(row, 1, joint.with_silent.low, "pennies")
    sheet.text(row + 1, 0, words.say(TEXT + "moments.silent_high"))
    sheet.number(row + 1, 1, joint.with_silent.high, "pennies")


def _bars_chart(book: Book, sheet: Sheet, first: int, last: int) -> None:
    """The bars of these rows beside them."""
    title = words.say(TEXT + "moments.waterfall")
    chart = book.file.add_chart({"type": "bar"})
    series = {
        "name": title,
        "categories": ["Moments", first, 0, last, 0],
        "values": ["Moments", first, 1, last, 1],
        "fill": {"color": STAKE},
        "gap": 50,
    }
    chart.add_series(series)
    chart.set_title({"name": title, "name_font": {"size": 12, "color": INK}})
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True, "line": {"color": MUTED}})
    chart.set_x_axis({"major_gridlines": {"visible": False}, "visible": False})
    chart.set_size({"width": 760, "height": 80 + 34 * (last - first + 1)})
    sheet.raw.insert_chart(first - 1, 3, chart, {"description": title})


def write_findings(book: Book, report: Report) -> None:
    """Everything that weakens the case, failures first, in words."""
    sheet = book.sheet("Findings", [12, 18, 80, 70], INK)
    sheet.title(words.say(TEXT + "findings.title"), words.say(TEXT + "findings.lead"), 3)
    sheet.heads(3, list(words.section(TEXT + "findings.heads").values()), height=20)
    for row, found in enumerate(words.findings(report), 4):
        sheet.text(row, 0, words.say(f"status.{found.status}"), f"{found.status} top")
        sheet.text(row, 1, _said(f"{TEXT}where.{found.where}", found.where), "top muted")
        sheet.text(row, 2, found.what, "wrap")
        sheet.text(row, 3, found.do, "wrap")
    sheet.raw.freeze_panes(4, 0)


def write_sources(book: Book, report: Report) -> None:
    """Which file and sheet gave what: rows read and set aside, and which heading became what."""
    sheet = book.sheet("Sources", [18, 34, 18, 12, 10, 10, 10, 60, 70], INK)
    sheet.title(words.say(TEXT + "sources.title"), words.say(TEXT + "sources.lead"), 7)
    sheet.heads(3, list(words.section(TEXT + "sources.heads").values()), height=20)
    for row, source in enumerate(report.case.sources, 4):
        _source(sheet, row, source)
    sheet.raw.freeze_panes(4, 0)


def _source(sheet: Sheet, row: int, source: Any) -> None:
    """A table's cells: role, file, sheet, format, rows, reasons of rows set aside, columns."""
    reasons = ", ".join(f"{why(reason)} {n}" for reason, n in source.reasons.items())
    columns = ", ".join(f"{field} = {heading}" for field, heading in source.columns.items())
    sheet.text(row, 0, role_of(source.role), "wrap")
    sheet.text(row, 1, source.file, "wrap")
    sheet.text(row, 2, source.sheet, "wrap")
    sheet.text(row, 3, source.format, "wrap")
    sheet.text(row, 7, reasons, "wrap")
    sheet.text(row, 8, columns, "wrap")
    counts = (source.rows_read, source.rows_accepted, source.rows_set_aside)
    sheet.numbers(row, 4, counts, "int top")
