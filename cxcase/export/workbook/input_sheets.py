"""The sheets with the yellow cells: "Assumptions", "Curves" and "Steps"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from cxcase.export.text import shorten
from cxcase.export.workbook import formula_values as m
from cxcase.export.workbook.book import CX, EX, STAKE, Book, Sheet, here
from cxcase.export.workbook.flow_totals import Totals
from cxcase.export.workbook.formula_values import CurveRow, Money
from cxcase.export.workbook.layout import (
    CURVE_HEAD,
    CURVE_WIDTH,
    STEP_COLUMNS,
    STEPS_HEAD,
    Layout,
    curve_width,
)
from cxcase.export.workbook.segments import slope_between, write_margins, write_parts
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
    """The sheet "Assumptions": live inputs as named ranges, what the data gave, and the rest."""
    sheet = book.sheet("Assumptions", [42, 18, 30, 14, 18, 84], STAKE)
    sheet.title(words.say(TEXT + "assumptions.title"), words.say(TEXT + "assumptions.lead"), 5)
    sheet.heads(3, list(words.section(TEXT + "assumptions.heads").values()), height=20)
    lines = {line.name: line for line in words.assumptions(report)}
    row = 4
    for name, (range_name, style, bounds) in LIVE.items():
        sheet.text(row, 0, lines[name].label)
        sheet.number(row, 1, float(getattr(report.settings, name)), f"{style} input")
        low, high = bounds
        if name == "horizon" and money:
            high = len(money.months) - 1
        sheet.allow(row, 1, low, high, whole=style == "int")
        _register(book, sheet, row, range_name, lines[name])
        row += 1
        if name == "margin" and money is not None:
            row = write_margins(book, sheet, row, money.segments)
    if money is not None and money.knows_growth:
        _growth_switch(book, sheet, row, money, lines["count_expansion"])
        row += 1
    row = _from_the_data(book, sheet, row + 1, money)
    sheet.text(row, 0, words.say(TEXT + "assumptions.rest"), "section")
    live = {*LIVE, *(("count_expansion",) if money is not None and money.knows_growth else ())}
    rest = [line for name, line in lines.items() if name not in live]
    for at, line in enumerate(rest, row + 1):
        sheet.text(at, 0, line.label)
        sheet.text(at, 1, line.value)
        _whose(sheet, at, line)
    sheet.raw.freeze_panes(4, 0)


def _growth_switch(book: Book, sheet: Sheet, row: int, money: Money, line: words.Line) -> None:
    """The cell that counts growth of those who stay, 1, or not, 0."""
    sheet.text(row, 0, line.label)
    sheet.number(row, 1, float(money.count_growth), "int input")
    sheet.allow(row, 1, 0, 1, whole=True)
    _register(book, sheet, row, "count_expansion", line)


def _register(book: Book, sheet: Sheet, row: int, name: str, line: words.Line) -> None:
    """Right of a live input: its value in words, whose it is, its range's name, what it does."""
    sheet.text(row, 2, line.value, "muted indent")
    sheet.text(row, 5, words.say(f"{TEXT}assumptions.does.{line.name}"), "muted")
    _whose(sheet, row, line)
    sheet.text(row, 4, name, "muted")
    book.define(name, sheet.at(row, 1))


def _whose(sheet: Sheet, row: int, line: words.Line) -> None:
    sheet.text(row, 3, line.status, "ok" if line.owned else "review")


def _from_the_data(book: Book, sheet: Sheet, row: int, money: Money | None) -> int:
    """What the case measured and the formulas need: overlap and the way from EX to CX."""
    sheet.text(row, 0, words.say(TEXT + "assumptions.measured"), "section")
    row += 1
    for name, value, style in _measured(money):
        if value is None:
            continue
        sheet.text(row, 0, words.say(f"{TEXT}assumptions.{name}"))
        sheet.number(row, 1, value, f"{style} input")
        sheet.text(row, 3, words.say(TEXT + "assumptions.estimated"), "muted")
        sheet.text(row, 4, name, "muted")
        sheet.text(row, 5, words.say(f"{TEXT}assumptions.{name}_note"), "muted")
        book.define(name, sheet.at(row, 1))
        row += 1
    return row + 1


def _measured(money: Money | None) -> list[tuple[str, float | None, str]]:
    """(name, value, style) of what the data gave; nothing without priced steps."""
    if money is None:
        return []
    return [
        ("overlap", money.overlap, "num4"),
        ("ex_to_cx", money.ex_to_cx, "num4"),
        ("revenue_lost", money.lost, "pennies"),
    ]


def write_curves(book: Book, money: Money) -> None:
    """The sheet "Curves": each money curve's knots, its worth at one point (an input), headroom."""
    widths = [12, 12, 14, 16, 3]
    if money.segments:
        widths += [14] * (len(money.segments) + 2) + [3]
    sheet = book.sheet("Curves", widths * len(money.curves), CX)
    sheet.title(words.say(TEXT + "curves.title"), words.say(TEXT + "curves.lead"), 8)
    for c, curve in enumerate(money.curves):
        left = c * curve_width(len(money.segments))
        _curve(book, sheet, c, curve, left)
        if money.segments:
            write_parts(book, sheet, c, curve, money.segments, left + CURVE_WIDTH, CURVE_HEAD)
    sheet.raw.freeze_panes(CURVE_HEAD + 1, 0)


def _curve(book: Book, sheet: Sheet, c: int, curve: CurveRow, left: int) -> None:
    """Curve c in the columns from `left` on, its cells and knots as named ranges."""
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
    if curve.growth is not None:
        sheet.text(6, left, words.say(f"{TEXT}curves.growth"))
        sheet.number(6, left + 3, curve.growth, "pennies input")
        book.define(f"curve_{c + 1}_growth", sheet.at(6, left + 3))
    sheet.heads(CURVE_HEAD, list(words.section(TEXT + "curves.heads").values()), left)
    value = curve.per_point * curve.shape
    slope = [*np.diff(value) / np.diff(curve.lifts), 0.0]
    for k, row in enumerate(range(first, last + 1)):
        sheet.number(row, left, float(curve.lifts[k]), "num3")
        sheet.number(row, left + 1, float(curve.shape[k]), "num4")
        worth = f"curve_{c + 1}_per_point*{here(row, left + 1)}"
        sheet.formula(row, left + 2, worth, "money", value[k])
        rise = slope_between(row, left + 2, left) if row < last else "0"
        sheet.formula(row, left + 3, rise, "money", slope[k])
    for name, offset in (("lift", 0), ("value", 2), ("slope", 3)):
        book.define(f"curve_{c + 1}_{name}", sheet.span(first, left + offset, last, left + offset))


# ---- the steps -----------------------------------------------------------------------------------


def write_steps(book: Book, report: Report, money: Money, refs: Layout) -> Sheet:
    """The sheet "Steps": every step with its inputs; the flows fill in the results afterwards."""
    sheet = book.sheet(
        "Steps",
        [
            7,
            38,
            22,
            13,
            13,
            10,
            11,
            12,
            8,
            11,
            9,
            14,
            *[14] * 10,
            10,
            8,
            20,
            20,
            22,
            13,
            14,
            10,
            34,
        ],
        EX,
    )
    sheet.title(words.say(TEXT + "steps.title"), words.say(TEXT + "steps.lead"), 11)
    heads = words.section(TEXT + "steps.heads")
    sheet.heads(STEPS_HEAD, [heads[name] for name in STEP_COLUMNS], height=48)
    circular = m.circular(money)
    for i, first in enumerate(m.earliest(money)):
        _step_inputs(sheet, report, money, refs, i)
        _start(sheet, money, refs, i, None if circular else first)
        _prerequisites(sheet, money, refs, i)
    sheet.raw.freeze_panes(STEPS_HEAD + 1, 2)
    sheet.raw.repeat_rows(STEPS_HEAD)
    return sheet


def _start(sheet: Sheet, money: Money, refs: Layout, i: int, earliest: int | None) -> None:
    """A step's start: the month somebody types, else a formula on what it needs.

    earliest: what that formula comes to; None where prerequisites go round in a circle, so that
    there can be none.
    """
    step = money.steps[i]
    row = refs.step_row(i)
    column = STEP_COLUMNS.index("start_wish")
    if step.start == earliest:
        sheet.raw.write_blank(row, column, None, sheet.book.style("int input"))
    else:
        sheet.number(row, column, step.start, "int input")
    wish = refs.step(i, "start_wish")
    soonest = _soonest(refs, () if earliest is None else step.after)
    formula = f"IF(ISNUMBER({wish}),{wish},{soonest})"
    sheet.formula(row, STEP_COLUMNS.index("start"), formula, "int", step.start)


def _soonest(refs: Layout, after: Sequence[int]) -> str:
    """Formula: the month in which the last of these steps is delivered, at least 1."""
    if not after:
        return "1"
    delivered = (f"{refs.step(n, 'start')}+{refs.step(n, 'deliver')}" for n in after)
    return f"MAX({','.join(['1', *delivered])})"


def _step_inputs(sheet: Sheet, report: Report, money: Money, refs: Layout, i: int) -> None:
    """Step i's own cells: what it is, its inputs, and what the app printed from draws."""
    step = money.steps[i]
    row = refs.step_row(i)
    priced = next(item for item in report.ordered_steps if item.step.id == step.id)
    write = {name: STEP_COLUMNS.index(name) for name in STEP_COLUMNS}
    teams = ", ".join(priced.step.teams) or words.say(TEXT + "steps.everybody")
    sheet.text(row, write["id"], step.id)
    sheet.text(row, write["title"], priced.step.title, "wrap")
    sheet.text(row, write["acts_on"], ", ".join(acts_on(report, priced.step)), "wrap")
    sheet.text(row, write["teams"], teams, "wrap")
    sheet.number(row, write["one_off"], step.one_off, "money input")
    sheet.number(row, write["yearly"], step.yearly, "money input")
    sheet.number(row, write["deliver"], step.deliver, "int input")
    sheet.number(row, write["lift"], step.lift, "num3 input")
    sheet.number(row, write["chosen"], float(step.chosen), "int input centre")
    sheet.allow(row, write["chosen"], 0, 1, whole=True)
    sheet.allow(row, write["deliver"], 0, 120, whole=True)
    sheet.text(row, write["needs"], ", ".join(priced.step.needs), "indent")
    npv = priced.npv
    percentiles = (npv.p10, npv.p50, npv.p90) if npv else (None, None, None)
    sheet.numbers(row, write["p10"], percentiles, "money")
    sheet.number(row, write["p_positive"], priced.p_npv_positive, "pct0")
    sheet.number(row, write["break_even"], priced.break_even_lift, "num3")
    sheet.text(row, write["grade"], priced.step.evidence_grade or "–", "centre")
    sheet.number(row, write["saving"], step.saving, "money input")
    sheet.text(row, write["saving_kind"], priced.step.saving_kind)
    sheet.number(row, write["cash"], float(step.cash), "int input centre")
    sheet.allow(row, write["cash"], 0, 1, whole=True)
    sheet.text(row, write["goal"], priced.step.goal, "wrap")
    sheet.text(row, write["owner"], priced.step.owner)
    sheet.text(row, write["pnl_line"], priced.step.pnl_line)


def _prerequisites(sheet: Sheet, money: Money, refs: Layout, i: int) -> None:
    """Says so when a step is in the plan and one that it needs is not."""
    step = money.steps[i]
    fine = words.say(TEXT + "steps.fine")
    missing = words.say(TEXT + "steps.missing")
    needs = "*".join(refs.step(n, "chosen") for n in step.after) or "1"
    formula = f'IF(AND({refs.step(i, "chosen")}=1,{needs}=0),"{missing}","{fine}")'
    lacks = step.chosen and not all(money.steps[n].chosen for n in step.after)
    column = STEP_COLUMNS.index("check")
    sheet.formula(refs.step_row(i), column, formula, "muted indent", missing if lacks else fine)


def write_step_results(
    sheet: Sheet, money: Money, refs: Layout, totals: list[Totals | None]
) -> None:
    """Each step's NPV, payback, spend and ROI as formulas, beside what the app printed."""
    for i, (step, total) in enumerate(zip(money.steps, totals, strict=True)):
        start = refs.step(i, "start")
        spend = f"{refs.step(i, 'one_off')}+{refs.step(i, 'yearly')}*MAX(0,13-{start})/12"
        value = step.one_off + step.yearly * m.first_year_share(step.start)
        sheet.formula(refs.step_row(i), STEP_COLUMNS.index("spend"), spend, "money", value)
        if total is None or step.npv_in_app is None:
            _no_result(sheet, refs.step_row(i))
        else:
            _result(sheet, refs, i, total, step.npv_in_app)


def _no_result(sheet: Sheet, row: int) -> None:
    """Dashes for a step that could not be priced."""
    for name in ("npv", "npv_app", "difference", "payback", "roi"):
        sheet.number(row, STEP_COLUMNS.index(name), None, "money")


def _result(sheet: Sheet, refs: Layout, i: int, total: Totals, npv_in_app: float) -> None:
    """What a step comes to by itself, beside the NPV that the app printed."""
    row = refs.step_row(i)
    write = {name: STEP_COLUMNS.index(name) for name in STEP_COLUMNS}
    sheet.formula(row, write["npv"], total.npv, "pennies bold", total.npv_value)
    sheet.number(row, write["npv_app"], npv_in_app, "pennies")
    difference = f"{refs.step(i, 'npv')}-{refs.step(i, 'npv_app')}"
    off = total.npv_value - npv_in_app
    sheet.formula(row, write["difference"], difference, "pennies muted", off)
    sheet.formula(row, write["payback"], total.payback, "int right", total.payback_value)
    sheet.formula(row, write["roi"], total.roi, "pct0", total.roi_value)


def acts_on(report: Report, step: Any) -> list[str]:
    """What a step acts on, in words: its moments, the metric, or EX."""
    if step.acts_on == "moment":
        return list(step.moments)
    metric = words.metric(report.link.metric if report.link else None)
    return [words.say(f"export.acts_on.{step.acts_on}", metric=metric)]


def titles_of(report: Report, money: Money) -> tuple[str, ...]:
    """The steps' titles, short enough for a heading."""
    titles = {s.step.id: s.step.title for s in report.ordered_steps}
    return tuple(shorten(titles[s.id], 60) for s in money.steps)
