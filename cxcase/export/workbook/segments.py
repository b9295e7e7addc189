"""Margins by segment in the workbook: a yellow cell each, and each curve's parts by segment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cxcase.estimate import Floats
from cxcase.export.workbook.book import Book, Sheet, here
from cxcase.export.workbook.layout import CURVE_WIDTH
from cxcase.report import words
from cxcase.report.result import Report

TEXT = "export.workbook.segments."
# segments with a cell of their own, more only where more margins differ; the rest share one
MOST = 12


@dataclass(frozen=True)
class SegmentRow:
    """A segment on the sheets, "" for all without a row of their own.

    own: its margin is not that of all.
    """

    name: str
    margin: float
    own: bool

    @property
    def label(self) -> str:
        """Its name, or words for the rest."""
        return self.name or words.say(TEXT + "rest")


def segments_of(report: Report, curves: Sequence[Any]) -> tuple[SegmentRow, ...]:
    """The segments that get a row: those with a margin of their own, then those with most revenue.

    None where there are fewer than two.
    """
    segments = report.case.base.segments if report.case.base else ()
    settings = report.settings
    names = [item.name for item in segments if item.name]
    behind = {name for curve in curves for name in curve.by_segment()[0]}
    if len(names) < 2 or not behind - {""}:
        return ()
    own = {name for name in names if settings.margin_of(name) != settings.margin}
    others = [name for name in names if name not in own][: max(0, MOST - len(own))]
    shown = own | set(others)
    rows = [
        SegmentRow(name, settings.margin_of(name), name in own) for name in names if name in shown
    ]
    if behind - shown:
        rows.append(SegmentRow("", settings.margin, own=False))
    return tuple(rows)


def parts_of(curve: Any, rows: Sequence[SegmentRow]) -> Floats | None:
    """(k, rows) each row's part of the curve's shape; None without rows."""
    if not rows:
        return None
    names, parts = curve.by_segment()
    at = {row.name: k for k, row in enumerate(rows)}
    out = np.zeros((len(parts), len(rows)))
    for name, part in zip(names, parts.T, strict=True):
        out[:, at.get(name, at.get("", 0))] += part
    return out


def write_margins(book: Book, sheet: Sheet, row: int, rows: Sequence[SegmentRow]) -> int:
    """A line for each segment below the margin of all; one without its own follows that.

    Returns the next free row.
    """
    for k, segment in enumerate(rows):
        sheet.text(row + k, 0, words.say(TEXT + "margin", name=segment.label), "indent")
        _write_margin(sheet, row + k, segment)
        sheet.text(row + k, 4, name_of(k), "muted")
        sheet.text(row + k, 5, words.say(TEXT + "does"), "muted")
        book.define(name_of(k), sheet.at(row + k, 1))
    return row + len(rows)


def _write_margin(sheet: Sheet, row: int, segment: SegmentRow) -> None:
    """A segment's own margin, or a formula that follows the margin of all; and which it is."""
    if segment.own:
        sheet.number(row, 1, segment.margin, "pct input")
        sheet.text(row, 3, words.say("status.owned"), "ok")
    else:
        sheet.formula(row, 1, "margin", "pct input", segment.margin)
        sheet.text(row, 3, words.say(TEXT + "follows"), "muted")
    sheet.allow(row, 1, 0, 1)


def name_of(k: int) -> str:
    """The named cell with the margin of row k."""
    return f"segment_margin_{k + 1}"


def write_parts(
    book: Book, sheet: Sheet, c: int, curve: Any, rows: Sequence[SegmentRow], left: int, head: int
) -> None:
    """Right of a curve's own columns: each segment's part, and what a year's revenue earns (live).

    left, head: the first of these columns and the row of their heads.
    """
    heads = [*(row.label for row in rows), words.say(TEXT + "earned"), words.say(TEXT + "slope")]
    sheet.heads(head, heads, left)
    earned = curve.per_point * (curve.parts @ np.array([row.margin for row in rows]))
    slope = [*np.diff(earned) / np.diff(curve.lifts), 0.0]
    first = head + 1
    last = head + len(curve.lifts)
    lift = left - CURVE_WIDTH
    money = left + len(rows)
    for k, row in enumerate(range(first, last + 1)):
        sheet.numbers(row, left, curve.parts[k], "num4")
        margins = "+".join(f"{here(row, left + s)}*{name_of(s)}" for s in range(len(rows)))
        sheet.formula(row, money, f"curve_{c + 1}_per_point*({margins})", "money", earned[k])
        rise = slope_between(row, money, lift) if row < last else "0"
        sheet.formula(row, money + 1, rise, "money", slope[k])
    for name, column in (("earned", money), ("earned_slope", money + 1)):
        book.define(f"curve_{c + 1}_{name}", sheet.span(first, column, last, column))


def slope_between(row: int, value: int, lift: int) -> str:
    """Formula: how much the column `value` rises to the next row for each unit of `lift`."""
    rise = f"{here(row + 1, value)}-{here(row, value)}"
    run = f"{here(row + 1, lift)}-{here(row, lift)}"
    return f"({rise})/({run})"
