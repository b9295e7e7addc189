"""Native tables in our look: lines under heads and rows, letters as large as fit."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from cxcase.export import text_fit
from cxcase.export.deck.canvas import GRID, INK, MUTED, SMALLEST, Box, Run, Slide
from cxcase.export.deck.look.ground import Ground
from cxcase.export.deck.look.kinds import CHART, REMARK, SUBTITLE_ID, TABLE, TEXT
from cxcase.export.text import plain

_NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # the built-in style without grid and fill
_PAD = 0.06  # inches left and right of a cell's text
_AIR = 7.0  # points of height beside the text; the least where rows are many
_LEAST_AIR = 3.0
_SIZES = (14.0, 13.0, 12.0)
_BESIDE_A_TABLE = {SUBTITLE_ID, CHART, TEXT, REMARK}  # places
_MOST_LINES = 6  # of a cell before letters become smaller
Cell = str | Run


@dataclass(frozen=True)
class _Fit:
    """How rows are set: points of letters, the lines a cell may take, points of air beside them."""

    size: float
    most: int
    air: float


@dataclass(frozen=True)
class Columns:
    """A table's columns: their heads, their shares of the width, and which are set right."""

    heads: Sequence[str]
    shares: Sequence[float]
    right: Sequence[int] = ()


def table(
    slide: Slide,
    box: Box,
    columns: Columns,
    rows: Sequence[Sequence[Cell]],
    *,
    sizes: tuple[float, ...] = _SIZES,
    alt: str = "",
) -> float:
    """A table as wide as the box.

    Letters are as large as lets all rows fit the box; where even the smallest don't fit, cells are
    cut short. Returns inches of height.
    """
    there = slide.ground.frame.box(box)
    stretch = slide.ground.letters.stretch
    lines = _lines_of(columns, rows)
    widths = _widths(columns, lines, there.width, stretch)
    rooms = [_room(width) / stretch for width in widths]
    fit = _fitting(lines, rooms, there.height, sizes)
    shape = slide.raw.shapes.add_table(len(lines), len(columns.heads), *there.emu)
    shape._element.nvGraphicFramePr.cNvPr.set("descr", _in_words(alt, lines))
    raw = shape.table
    raw._tbl.tblPr.find(qn("a:tableStyleId")).text = _NO_STYLE
    for column, width in enumerate(widths):
        raw.columns[column].width = Inches(width)
    used = 0.0
    for r, row in enumerate(lines):
        tall = _row_height(row, rooms, fit) / 72
        raw.rows[r].height = Inches(tall)
        used += tall
        for c, run in enumerate(row):
            text = text_fit.cut(run.text, fit.size, rooms[c], fit.most, run.bold)
            slide.note_cut(run.text, text)
            shown = Run(text, run.bold, run.colour)
            _write_cell(slide, raw.cell(r, c), shown, fit, right=c in columns.right)
            _line_below(slide, raw.cell(r, c), heading=r == 0)
    shape.height = Inches(used)
    if slide.held.keys() <= _BESIDE_A_TABLE:
        slide.hold(TABLE, shape)
    return used / slide.ground.frame.down


def rows_that_fit(
    ground: Ground, box: Box, columns: Columns, rows: Sequence[Sequence[Cell]]
) -> int:
    """How many of the rows, at least one, a table in this box holds with all their words."""
    there = ground.frame.box(box)
    stretch = ground.letters.stretch
    lines = _lines_of(columns, rows)
    rooms = [_room(width) / stretch for width in _widths(columns, lines, there.width, stretch)]
    whole = _Fit(SMALLEST, _MOST_LINES, _LEAST_AIR)
    ends = accumulate(_row_height(line, rooms, whole) for line in lines)
    return max(1, sum(end <= there.height * 72 for end in ends) - 1)


def pages_of(
    ground: Ground, box: Box, columns: Columns, rows: Sequence[list[Cell]], most: int
) -> list[Sequence[list[Cell]]]:
    """The rows in as few parts of about one length as tables in this box hold with all their words,
    `most` rows in each.
    """
    for n in range(1, len(rows) + 1):
        each = math.ceil(len(rows) / n)
        parts = [rows[k : k + each] for k in range(0, len(rows), each)]
        whole = all(rows_that_fit(ground, box, columns, part) >= len(part) for part in parts)
        if each <= most and whole:
            return parts
    return [[row] for row in rows]


def _lines_of(columns: Columns, rows: Sequence[Sequence[Cell]]) -> list[list[Run]]:
    """The heads, and below them the rows."""
    top = [Run(plain(head), bold=True, colour=MUTED) for head in columns.heads]
    return [top, *([_run(cell) for cell in row] for row in rows)]


def _widths(
    columns: Columns, rows: Sequence[Sequence[Run]], whole: float, stretch: float
) -> list[float]:
    """Inches of each column: its share, but as wide as its longest word where that can be had."""
    shares = [whole * share / sum(columns.shares) for share in columns.shares]
    needed = [
        max(_longest_word(row[k]) for row in rows) * stretch / 72 + 2 * _PAD
        for k in range(len(shares))
    ]
    short = [max(0.0, need - share) for need, share in zip(needed, shares, strict=True)]
    spare = [max(0.0, share - need) for need, share in zip(needed, shares, strict=True)]
    if not any(short) or sum(spare) < sum(short):
        return shares
    given = sum(short) / sum(spare)
    return [
        share + more - given * less for share, more, less in zip(shares, short, spare, strict=True)
    ]


def _longest_word(run: Run, size: float = SMALLEST) -> float:
    """Points of width of a cell's longest word."""
    words = re.split("[ \n]", run.text)
    return max(text_fit.width(word, size, run.bold) for word in words)


def _in_words(alt: str, lines: Sequence[Sequence[Run]]) -> str:
    """What the table shows, and how much of it, for whoever does not see it."""
    return plain(f"{alt} ({len(lines) - 1} × {len(lines[0])})" if alt else "")


def _room(width: float) -> float:
    """Points that a cell's text has in a column of so many inches."""
    return (width - 2 * _PAD) * 72


def _run(cell: Cell) -> Run:
    """The cell as a run of text without characters that XML forbids."""
    if isinstance(cell, str):
        return Run(plain(cell))
    return Run(plain(cell.text), cell.bold, cell.colour)


def _fitting(
    rows: Sequence[Sequence[Run]], rooms: Sequence[float], tall: float, sizes: tuple[float, ...]
) -> _Fit:
    """The largest letters in which all rows fit; then with less air, then with fewer lines."""
    legible = tuple(size for size in sizes if size >= SMALLEST) or (SMALLEST,)
    last = legible[-1]
    tries = [
        *(_Fit(size, _MOST_LINES, _AIR) for size in legible),
        *(_Fit(last, most, _LEAST_AIR) for most in (_MOST_LINES, 3, 2)),
    ]
    fitting = [fit for fit in tries if sum(_row_height(r, rooms, fit) for r in rows) <= tall * 72]
    whole = (fit for fit in fitting if _keeps_words(rows, rooms, fit.size))
    return next(whole, next(iter(fitting), _Fit(last, 1, _LEAST_AIR)))


def _keeps_words(rows: Sequence[Sequence[Run]], rooms: Sequence[float], size: float) -> bool:
    """True where no word is wider than its column."""
    return all(
        _longest_word(run, size) <= room
        for row in rows
        for run, room in zip(row, rooms, strict=True)
    )


def _row_height(row: Sequence[Run], rooms: Sequence[float], fit: _Fit) -> float:
    """Points of height of a row; rooms: points of width of its cells."""
    counts = [
        min(fit.most, text_fit.lines(run.text, fit.size, room, run.bold))
        for run, room in zip(row, rooms, strict=True)
    ]
    return max(counts) * fit.size * text_fit.LEADING + fit.air


def _write_cell(slide: Slide, cell: Any, run: Run, fit: _Fit, *, right: bool) -> None:
    """A cell's text, a paragraph a line."""
    _pad(cell, fit.air)
    frame = cell.text_frame
    for k, line in enumerate(run.text.split("\n")):
        paragraph = frame.paragraphs[0] if k == 0 else frame.add_paragraph()
        paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
        if not slide.ground.own:
            paragraph._p.get_or_add_pPr().set("rtl", "0")
        slide.write_run(paragraph, Run(line, run.bold, run.colour), fit.size)


def _pad(cell: Any, air: float) -> None:
    cell.margin_left = Inches(_PAD)
    cell.margin_right = Inches(_PAD)
    cell.margin_top = Pt(air / 2)
    cell.margin_bottom = Pt(air / 2)


def _line_below(slide: Slide, cell: Any, *, heading: bool) -> None:
    """A line along the cell's lower edge, a stronger one below headings."""
    cell.vertical_anchor = MSO_ANCHOR.BOTTOM if heading else MSO_ANCHOR.MIDDLE
    width = 15875 if heading else 9525
    properties = cell._tc.get_or_add_tcPr()
    line = properties.makeelement(qn("a:lnB"), {"w": str(width), "cmpd": "sng"})
    fill = line.makeelement(qn("a:solidFill"), {})
    slide.ground.palette.write(fill, INK if heading else GRID)
    line.append(fill)
    properties.insert(0, line)
