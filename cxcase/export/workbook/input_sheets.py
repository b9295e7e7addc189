"""The sheets with the yellow cells: "Assumptions", "Curves" and "Steps"."""

from __future__ import annotations

from typing import Any

import numpy as np

from cxcase.export.text import shorten
from cxcase.export.workbook import formula_values as m
from cxcase.export.workbook.book import CX, EX, STAKE, Book, Sheet
from cxcase.export.workbook.cash_flow_sheets import Totals
from cxcase.export.workbook.formula_values import CurveRow, Money
from cxcase.export.workbook.layout import (
    CURVE_HEAD,
    CURVE_WIDTH,
    STEP_COLUMNS,
    STEPS_HEAD,
    Layout,
    curve_width,
)
from cxcase.export.workbook.segments import write_margins, write_parts
from cxcase.report import words
from cxcase.report.result import Report

TEXT = "export.workbook."
LIVE = {
    "margin": ("margin", "pct", (0, 1)),
    "discount": ("discount", "pct", (0, 1)),
    "horizon": ("horizon", "int", (1, 120)),
    "ramp_months": ("ramp_months", "int", (0, 60)),
    "half_life_months": ("half_life", "num1", (1, 1200)),
    "adoption": ("adoption", "pct0", (0, 1)),
}  # setting -> named range, number format, bounds


def write_assumptions(book: Book, report: Report, money: Money | None) -> None:
    """The sheet "Assumptions": the live inputs as named ranges, what the data gave, and the rest of
    the register.
    """
    sheet = book.sheet("Assumptions", [42, 18, 30, 14, 18, 84], STAKE)
    sheet.title(words.say(TEXT + "assumptions.title"), words.say(TEXT + "assumptions.lead"), 5)
    sheet.heads(3, list(words.section(TEXT + "assumptions.heads").values()), height=20)
    lines = {line.name: line for line in words.assumptions(report)}
    row = 4
    for name, (range_name, style, bounds) in LIVE.items():
        line = lines[name]
        value = float(getattr(report.settings, name))
        sheet.text(row, 0, line.label)
        sheet.number(row, 1, value, f"{style} input")
        most = len(money.months) - 1 if name == "horizon" and money else bounds[1]
        _allow(sheet, row, 1, bounds[0], most, whole=style == "int")
        _register(book, sheet, row, range_name, line)
        row += 1
        if name == "margin" and money is not None:
            row = write_margins(book, sheet, row, money.segments)
    row = _from_the_data(book, sheet, row + 1, money)
    sheet.text(row, 0, words.say(TEXT + "assumptions.rest"), "section")
    for name, line in lines.items():
        if name not in LIVE:
            row += 1
            sheet.text(row, 0, line.label)
            sheet.text(row, 1, line.value)
            sheet.text(row, 3, line.status, "ok" if line.owned else "review")
    sheet.raw.freeze_panes(4, 0)


def _register(book: Book, sheet: Sheet, row: int, name: str, line: words.Line) -> None:
    sheet.text(row, 2, line.value, "muted indent")
    sheet.text(row, 5, words.say(f"{TEXT}assumptions.does.{line.name}"), "muted")
    sheet.text(row, 3, line.status, "ok" if line.owned else "review")
    sheet.text(row, 4, name, "muted")
    book.define(name, sheet.at(row, 1))


def _from_the_data(book: Book, sheet: Sheet, row: int, money: Money | None) -> int:
    """What the case measured and the formulas need: overlap and the way from EX to CX."""
    sheet.text(row, 0, words.say(TEXT + "assumptions.measured"), "section")
    row += 1
    if money:
        found = {"overlap": money.overlap, "ex_to_cx": money.ex_to_cx, "revenue_lost": money.lost}
    else:
        found = {}
    for name, value in found.items():
        if value is None:
            continue
        sheet.text(row, 0, words.say(f"{TEXT}assumptions.{name}"))
        sheet.number(row, 1, value, "pennies input" if name == "revenue_lost" else "num4 input")
        sheet.text(row, 3, words.say(TEXT + "assumptions.estimated"), "muted")
        sheet.text(row, 4, name, "muted")
        sheet.text(row, 5, words.say(f"{TEXT}assumptions.{name}_note"), "muted")
        book.define(name, sheet.at(row, 1))
        row += 1
    return row + 1


def _allow(
    sheet: Sheet, row: int, column: int, low: float, high: float, *, whole: bool = False
) -> None:
    kind = "integer" if whole else "decimal"
    sheet.raw.data_validation(
        row,
        column,
        row,
        column,
        {"validate": kind, "criteria": "between", "minimum": low, "maximum": high},
    )


def write_curves(book: Book, money: Money) -> None:
    """The sheet "Curves": each money curve's knots, its worth at one point (an input) and its
    headroom.
    """
    between = [14] * (len(money.segments) + 2) + [3] if money.segments else []
    widths = [12, 12, 14, 16, 3, *between] * len(money.curves)
    sheet = book.sheet("Curves", widths, CX)
    sheet.title(words.say(TEXT + "curves.title"), words.say(TEXT + "curves.lead"), 8)
    for c, curve in enumerate(money.curves):
        left = c * curve_width(len(money.segments))
        _curve(book, sheet, c, curve, left)
        if money.segments:
            write_parts(book, sheet, c, curve, money.segments, left + CURVE_WIDTH, CURVE_HEAD)
    sheet.raw.freeze_panes(CURVE_HEAD + 1, 0)


def _curve(book: Book, sheet: Sheet, c: int, curve: CurveRow, left: int) -> None:
    first = CURVE_HEAD + 1
    last = CURVE_HEAD + len(curve.lifts)
    sheet.text(3, left, curve.label, "section")
    for offset in (1, 2, 3):
        sheet.text(3, left + offset, "", "section")
    for row, name in ((4, "per_point"), (5, "headroom")):
        sheet.text(row, left, words.say(f"{TEXT}curves.{name}"))
        book.define(f"curve_{c + 1}_{name}", sheet.at(row, left + 3))
    sheet.number(4, left + 3, curve.per_point, "pennies input")
    sheet.number(5, left + 3, curve.headroom, "num3 input")
    sheet.heads(CURVE_HEAD, list(words.section(TEXT + "curves.heads").values()), left)
    value = curve.per_point * curve.shape
    slope = [*np.diff(value) / np.diff(curve.lifts), 0.0]
    for k, lift in enumerate(curve.lifts):
        row = first + k
        here = first + k + 1
        letters = [sheet.at(row, left + o).split("!")[1].replace("$", "") for o in range(4)]
        sheet.number(row, left, float(lift), "num3")
        sheet.number(row, left + 1, float(curve.shape[k]), "num4")
        sheet.formula(row, left + 2, f"curve_{c + 1}_per_point*{letters[1]}", "money", value[k])
        below = [name.rstrip("0123456789") + str(here + 1) for name in letters]
        rise = f"({below[2]}-{letters[2]})/({below[0]}-{letters[0]})" if row < last else "0"
        sheet.formula(row, left + 3, rise, "money", slope[k])
    for name, offset in (("lift", 0), ("value", 2), ("slope", 3)):
        book.define(f"curve_{c + 1}_{name}", sheet.span(first, left + offset, last, left + offset))


def write_steps(book: Book, report: Report, money: Money, refs: Layout) -> Sheet:
    """The sheet "Steps": every step with its inputs; the flows fill in the results afterwards."""
    sheet = book.sheet(
        "Steps", [7, 38, 22, 13, 13, 10, 11, 12, 8, 11, 9, 14, *[14] * 10, 10, 8, 20, 20, 22], EX
    )
    sheet.title(words.say(TEXT + "steps.title"), words.say(TEXT + "steps.lead"), 11)
    heads = words.section(TEXT + "steps.heads")
    sheet.heads(STEPS_HEAD, [heads[name] for name in STEP_COLUMNS], height=48)
    early = m.earliest(money)
    circle = m.circular(money)
    for i, step in enumerate(money.steps):
        _step_inputs(sheet, report, money, refs, i)
        wish = step.start if circle or step.start != early[i] else None
        column = STEP_COLUMNS.index("start_wish")
        row = refs.step_row(i)
        if wish is None:
            sheet.raw.write_blank(row, column, None, book.style("int input"))
        else:
            sheet.number(row, column, wish, "int input")
        after = [
            f"{refs.step(n, 'start')}+{refs.step(n, 'deliver')}" for n in step.after if not circle
        ]
        soonest = f"MAX({','.join(['1', *after])})" if after else "1"
        cell = refs.step(i, "start_wish")
        sheet.formula(
            row,
            STEP_COLUMNS.index("start"),
            f"IF(ISNUMBER({cell}),{cell},{soonest})",
            "int",
            step.start,
        )
        _prerequisites(sheet, money, refs, i)
    sheet.raw.freeze_panes(STEPS_HEAD + 1, 2)
    sheet.raw.repeat_rows(STEPS_HEAD)
    return sheet


def _step_inputs(sheet: Sheet, report: Report, money: Money, refs: Layout, i: int) -> None:
    step = money.steps[i]
    row = refs.step_row(i)
    priced = next(s for s in report.ordered_steps if s.step.id == step.id)
    write = {name: STEP_COLUMNS.index(name) for name in STEP_COLUMNS}
    sheet.text(row, write["id"], step.id)
    sheet.text(row, write["title"], priced.step.title, "wrap")
    sheet.text(row, write["acts_on"], ", ".join(acts_on(report, priced.step)), "wrap")
    sheet.text(
        row,
        write["teams"],
        ", ".join(priced.step.teams) or words.say(TEXT + "steps.everybody"),
        "wrap",
    )
    for name, style, value in (
        ("one_off", "money input", step.one_off),
        ("yearly", "money input", step.yearly),
        ("deliver", "int input", step.deliver),
        ("lift", "num3 input", step.lift),
        ("chosen", "int input centre", float(step.chosen)),
    ):
        sheet.number(row, write[name], value, style)
    _allow(sheet, row, write["chosen"], 0, 1, whole=True)
    _allow(sheet, row, write["deliver"], 0, 120, whole=True)
    sheet.text(row, write["needs"], ", ".join(priced.step.needs), "indent")
    for name, style, figure in (
        ("p10", "money", priced.npv.p10 if priced.npv else None),
        ("p50", "money", priced.npv.p50 if priced.npv else None),
        ("p90", "money", priced.npv.p90 if priced.npv else None),
        ("p_positive", "pct0", priced.p_npv_positive),
        ("break_even", "num3", priced.break_even_lift),
    ):
        sheet.number(row, write[name], figure, style)
    sheet.text(row, write["grade"], priced.step.evidence_grade, "centre")
    sheet.text(row, write["owner"], priced.step.owner)
    sheet.text(row, write["pnl_line"], priced.step.pnl_line)


def _prerequisites(sheet: Sheet, money: Money, refs: Layout, i: int) -> None:
    """Says so when a step is in the plan and one that it needs is not."""
    step = money.steps[i]
    fine = words.say(TEXT + "steps.fine")
    missing = words.say(TEXT + "steps.missing")
    needs = "*".join(refs.step(n, "chosen") for n in step.after) or "1"
    value = missing if step.chosen and not all(money.steps[n].chosen for n in step.after) else fine
    formula = f'IF(AND({refs.step(i, "chosen")}=1,{needs}=0),"{missing}","{fine}")'
    sheet.formula(refs.step_row(i), STEP_COLUMNS.index("check"), formula, "muted indent", value)


def write_step_results(
    sheet: Sheet, money: Money, refs: Layout, totals: list[Totals | None]
) -> None:
    """Each step's NPV, payback, spend and ROI as formulas, beside what the app printed."""
    write = {name: STEP_COLUMNS.index(name) for name in STEP_COLUMNS}
    for i, (step, total) in enumerate(zip(money.steps, totals, strict=True)):
        row = refs.step_row(i)
        start = refs.step(i, "start")
        spend = f"{refs.step(i, 'one_off')}+{refs.step(i, 'yearly')}*MAX(0,13-{start})/12"
        sheet.formula(
            row,
            write["spend"],
            spend,
            "money",
            step.one_off + step.yearly * m.first_year_share(step.start),
        )
        if total is None or step.npv_in_app is None:
            for name in ("npv", "npv_app", "difference", "payback", "roi"):
                sheet.number(row, write[name], None, "money")
            continue
        sheet.formula(row, write["npv"], total.npv, "pennies bold", total.npv_value)
        sheet.number(row, write["npv_app"], step.npv_in_app, "pennies")
        difference = f"{refs.step(i, 'npv')}-{refs.step(i, 'npv_app')}"
        sheet.formula(
            row, write["difference"], difference, "pennies muted", total.npv_value - step.npv_in_app
        )
        sheet.formula(row, write["payback"], total.payback, "int right", total.payback_value)
        ratio = total.npv_value / total.pv_cost_value if total.pv_cost_value else ""
        sheet.formula(
            row,
            write["roi"],
            f'IF({total.pv_cost}=0,"",{total.npv}/{total.pv_cost})',
            "pct0",
            ratio,
        )


def acts_on(report: Report, step: Any) -> list[str]:
    """What a step acts on, in words: its moments, the metric, or EX."""
    if step.acts_on == "moment":
        return list(step.moments)
    return [
        words.say(
            f"export.acts_on.{step.acts_on}",
            metric=words.metric(report.link.metric if report.link else None),
        )
    ]


def titles_of(report: Report, money: Money) -> tuple[str, ...]:
    """The steps' titles, short enough for a heading."""
    titles = {s.step.id: s.step.title for s in report.ordered_steps}
    return tuple(shorten(titles[s.id], 60) for s in money.steps)
