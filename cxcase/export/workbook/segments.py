"""Margins by segment in the workbook: a yellow cell each, and every curve's part of each segment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cxcase.estimate import Floats
from cxcase.export.workbook.book import Book, Sheet
from cxcase.report import words
from cxcase.report.result import Report

TEXT = "export.workbook.segments."
MOST = (
    12  # segments with a cell of their own, more only where more margins differ; the rest share one
)


@dataclass(frozen=True)
class SegmentRow:
    """A segment on the sheets, "" for all without a row of their own; own: its margin is not that
    of all.
    """

    name: str
    margin: float
    own: bool

    @property
    def label(self) -> str:
        """Its name, or words for the rest."""
        return self.name or words.say(TEXT + "rest")


def segments_of(report: Report, curves: Sequence[Any]) -> tuple[SegmentRow, ...]:
    """The segments that get a row: those with a margin of their own, then those with most revenue;
    none below two.
    """
    base = report.case.base
    settings = report.settings
    names = [item.name for item in (base.segments if base else ()) if item.name]
    behind = {name for curve in curves for name in curve.by_segment()[0]}
    if len(names) < 2 or not behind - {""}:
        return ()
    own = [name for name in names if settings.margin_of(name) != settings.margin]
    shown = {*own, *[name for name in names if name not in own][: max(0, MOST - len(own))]}
    rows = [
        SegmentRow(name, settings.margin_of(name), name in own) for name in names if name in shown
    ]
    if behind - shown:
        rows.append(SegmentRow("", settings.margin, False))
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
    """A line for each segment below the margin of all; one without its own follows that. Returns
    the next free row.
    """
    owned = words.say("status.owned")
    for k, segment in enumerate(rows):
        sheet.text(row, 0, words.say(TEXT + "margin", name=segment.label), "indent")
        if segment.own:
            sheet.number(row, 1, segment.margin, "pct input")
        else:
            sheet.formula(row, 1, "margin", "pct input", segment.margin)
        sheet.raw.data_validation(
            row,
            1,
            row,
            1,
            {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1},
        )
        sheet.text(
            row,
            3,
            owned if segment.own else words.say(TEXT + "follows"),
            "ok" if segment.own else "muted",
        )
        sheet.text(row, 4, name_of(k), "muted")
        sheet.text(row, 5, words.say(TEXT + "does"), "muted")
        book.define(name_of(k), sheet.at(row, 1))
        row += 1
    return row


def name_of(k: int) -> str:
    """The named cell with the margin of row k."""
    return f"segment_margin_{k + 1}"


def write_parts(
    book: Book, sheet: Sheet, c: int, curve: Any, rows: Sequence[SegmentRow], left: int, head: int
) -> None:
    """Right of a curve's own columns: each segment's part, and what a year's revenue earns at each
    lift (live).
    """
    sheet.heads(
        head,
        [*[row.label for row in rows], words.say(TEXT + "earned"), words.say(TEXT + "slope")],
        left,
    )
    earned = curve.per_point * (curve.parts @ np.array([row.margin for row in rows]))
    slope = [*np.diff(earned) / np.diff(curve.lifts), 0.0]
    first = head + 1
    last = head + len(curve.lifts)
    money = left + len(rows)
    for k in range(len(curve.lifts)):
        row = first + k
        for s in range(len(rows)):
            sheet.number(row, left + s, float(curve.parts[k, s]), "num4")
        margins = "+".join(f"{_here(sheet, row, left + s)}*{name_of(s)}" for s in range(len(rows)))
        sheet.formula(row, money, f"curve_{c + 1}_per_point*({margins})", "money", earned[k])
        lift = left - 5
        here = _here(sheet, row, money)
        below = _here(sheet, row + 1, money)
        run = (_here(sheet, row + 1, lift), _here(sheet, row, lift))
        rise = f"({below}-{here})/({run[0]}-{run[1]})" if row < last else "0"
        sheet.formula(row, money + 1, rise, "money", slope[k])
    for name, column in (("earned", money), ("earned_slope", money + 1)):
        book.define(f"curve_{c + 1}_{name}", sheet.span(first, column, last, column))


def _here(sheet: Sheet, row: int, column: int) -> str:
    return sheet.at(row, column).split("!")[1].replace("$", "")
