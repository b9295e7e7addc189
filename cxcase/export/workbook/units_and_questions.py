"""The sheets "Units" (a point's worth unit by unit, live) and "Questions" (to employees)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from cxcase.estimate import Estimate
from cxcase.export.workbook.book import CX, EX, Book, Sheet, letter
from cxcase.report import words
from cxcase.report.result import Report

TEXT = "export.workbook."
HEAD = 9  # row of the heads of "Units", below its four inputs
OUTCOMES = {"churn": "cx_to_churn", "kept": "cx_to_kept", "sales": "cx_to_revenue"}
LEADS = {"churn": "units.lead_churn", "kept": "units.lead_kept", "sales": "units.lead_sales"}
GAIN = {  # revenue a year that goes with the move in column E, row by row
    "churn": "B{r}*(D{r}-MIN(MAX(D{r}+unit_slope*(E{r}-C{r}),0),1))",
    "kept": "B{r}*unit_slope*(E{r}-C{r})",
    "sales": "B{r}*(EXP(unit_slope*(E{r}-C{r}))-1)",
}


def units_in(report: Report) -> Any:
    """What the link from units rests on, where it has a worth by unit; else None."""
    diagnosis = report.link.diagnosis if report.link else None
    found = diagnosis.units if diagnosis else None
    if found is not None and found.worth and found.outcome in GAIN:
        return found
    return None


def questions_in(report: Report) -> Any:
    """The questions to employees by what they go with, where there are any; else None."""
    diagnosis = report.link.diagnosis if report.link else None
    if diagnosis and diagnosis.items and diagnosis.items.items:
        return diagnosis.items
    return None


def write_units(book: Book, report: Report) -> None:
    """Each unit's revenue, score and what points more go with (live), beside what was printed."""
    units = units_in(report)
    slope = _slope(units)
    if slope is None or report.link is None or report.link.scale is None:
        return
    scale = report.link.scale
    sheet = book.sheet("Units", [46, 18, 12, 12, 14, 20, 20, 20, 20, 16], CX)
    sheet.title(words.say(f"{TEXT}units.title"), words.say(TEXT + LEADS[units.outcome]), 9)
    _inputs(book, sheet, slope, scale)
    sheet.heads(HEAD, list(words.section(f"{TEXT}units.heads").values()), height=48)
    for row, unit in enumerate(units.worth, HEAD + 2):
        _unit(sheet, row, unit, units.outcome, scale)
    _total(sheet, units.worth, report.link.worth_of("one_point_of_cx"))
    sheet.raw.freeze_panes(HEAD + 2, 1)


def _slope(units: Any) -> float | None:
    """The outcome's slope on the score that is believed; None where there is none."""
    if units is None:
        return None
    slopes = (item.estimate.value for item in units.believed if item.of == OUTCOMES[units.outcome])
    found = next(slopes, None)
    if found is None:
        return None
    return float(found)


def _inputs(book: Book, sheet: Sheet, slope: float, scale: Any) -> None:
    """The points of the move, the slope and the scale's ends, as named ranges."""
    for row, (name, value, style) in enumerate(
        (
            ("points", 1.0, "num2 input"),
            ("slope", slope, "num4 input"),
            ("low", scale.low, "num1"),
            ("high", scale.high, "num1"),
        ),
        3,
    ):
        sheet.text(row, 0, words.say(f"{TEXT}units.{name}"))
        sheet.number(row, 1, value, style)
        book.define(f"unit_{name}", sheet.at(row, 1))


def _unit(sheet: Sheet, row: int, unit: Any, outcome: str, scale: Any) -> None:
    """A unit's cells: revenue, score, share lost; the score moved, what goes with it (live)."""
    r = row + 1
    known = outcome == "churn" and math.isfinite(unit.lost)
    worth = unit.worth
    sheet.text(row, 0, unit.unit)
    sheet.number(row, 1, unit.revenue, "pennies")
    sheet.number(row, 2, unit.score, "num2")
    sheet.number(row, 3, unit.lost if known else None, "pct")
    moved = min(max(unit.score + 1.0, scale.low), scale.high)
    sheet.formula(row, 4, f"MIN(MAX(C{r}+unit_points,unit_low),unit_high)", "num2", moved)
    sheet.formula(row, 5, GAIN[outcome].format(r=r), "pennies bold", worth.value or 0.0)
    sheet.numbers(row, 6, (worth.value, worth.low, worth.high), "pennies muted")
    sheet.formula(row, 9, f"IF(unit_points=1,F{r}-G{r},0)", "pennies muted", 0.0)


def _total(sheet: Sheet, worth: Sequence[Any], total: Estimate | None) -> None:
    """All units together, above them: live sums, and the printed total with its range."""
    row = HEAD + 1
    first = HEAD + 3
    last = HEAD + 2 + len(worth)
    sheet.text(row, 0, words.say(f"{TEXT}units.all"), "total")
    printed = sum(one.worth.value or 0.0 for one in worth)
    for column, value in ((1, sum(one.revenue for one in worth)), (5, printed), (9, 0.0)):
        name = letter(column)
        sheet.formula(row, column, f"SUM({name}{first}:{name}{last})", "pennies total", value)
    for column in (2, 3, 4):
        sheet.text(row, column, "", "total")
    ends = (total.value, total.low, total.high) if total else (None, None, None)
    sheet.numbers(row, 6, ends, "pennies total")


def write_questions(book: Book, report: Report) -> None:
    """Each question to employees: points of the score per point of it, range, and how far apart."""
    found = questions_in(report)
    if found is None or report.link is None:
        return
    sheet = book.sheet("Questions", [70, 14, 14, 14, 18, 18, 16], EX)
    metric = words.metric(report.link.metric)
    title = words.say(f"{TEXT}questions.title", metric=metric)
    sheet.title(title, words.say(f"{TEXT}questions.lead"), 6)
    heads = words.section(f"{TEXT}questions.heads")
    sheet.heads(3, [words.say(f"{TEXT}questions.heads.{head}") for head in heads])
    values = [item.estimate.value or 0.0 for item in found.items]
    average = sum(values) / len(values)
    last = 4 + len(values)
    for row, (item, value) in enumerate(zip(found.items, values, strict=True), 4):
        estimate = item.estimate
        sheet.text(row, 0, item.item, "wrap")
        sheet.numbers(row, 1, (estimate.value, estimate.low, estimate.high), "num3")
        away = f"B{row + 1}-AVERAGE(B$5:B${last})"
        sheet.formula(row, 4, away, "num3", value - average)
        path = "questions.apart" if item.apart else "questions.alike"
        sheet.text(row, 5, words.say(TEXT + path), "indent")
        sheet.number(row, 6, item.raw, "num3 muted")
    sheet.raw.freeze_panes(4, 1)
