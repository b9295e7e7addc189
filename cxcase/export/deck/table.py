"""Native tables in our look: lines under heads and rows, letters as large as fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from cxcase.export import text_fit
from cxcase.export.deck.canvas import FONT, GRID, INK, MUTED, Box, Run, Slide, colour
from cxcase.export.text import plain, unbroken

_NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # the built-in style without grid and fill
_PAD = 0.06  # inches left and right of a cell's text
_AIR = 7.0  # points of height beside the text
_SIZES = (14.0, 13.0, 12.0, 11.0, 10.5, 10.0)
_MOST_LINES = 6  # of a cell before letters become smaller
Cell = str | Run


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
    widths = [box.width * share / sum(columns.shares) for share in columns.shares]
    top = [Run(plain(head), bold=True, colour=MUTED) for head in columns.heads]
    lines = [top, *([_run(cell) for cell in row] for row in rows)]
    size, most = _fitting(lines, widths, box.height, sizes)
    shape = slide.raw.shapes.add_table(len(lines), len(columns.heads), *box.emu)
    shape._element.nvGraphicFramePr.cNvPr.set("descr", plain(alt))
    raw = shape.table
    raw._tbl.tblPr.find(qn("a:tableStyleId")).text = _NO_STYLE
    for column, width in enumerate(widths):
        raw.columns[column].width = Inches(width)
    used = 0.0
    for r, row in enumerate(lines):
        tall = _row_height(row, widths, size, most) / 72
        raw.rows[r].height = Inches(tall)
        used += tall
        for c, run in enumerate(row):
            text = text_fit.cut(run.text, size, _room(widths[c]), most, run.bold)
            shown = Run(text, run.bold, run.colour)
            _write_cell(raw.cell(r, c), shown, size, right=c in columns.right, heading=r == 0)
    shape.height = Inches(used)
    return used


def _room(width: float) -> float:
    """Points that a cell's text has in a column of so many inches."""
    return (width - 2 * _PAD) * 72


def _run(cell: Cell) -> Run:
    """The cell as a run of text without characters that XML forbids."""
    if isinstance(cell, str):
        return Run(plain(cell))
    return Run(plain(cell.text), cell.bold, cell.colour)


def _fitting(
    rows: Sequence[Sequence[Run]], widths: Sequence[float], tall: float, sizes: tuple[float, ...]
) -> tuple[float, int]:
    """The largest size, and the lines a cell may take, at which all rows fit."""
    tries = [*((size, _MOST_LINES) for size in sizes), *((sizes[-1], most) for most in (3, 2))]
    for size, most in tries:
        if sum(_row_height(row, widths, size, most) for row in rows) <= tall * 72:
            return size, most
    return sizes[-1], 1


def _row_height(row: Sequence[Run], widths: Sequence[float], size: float, most: int) -> float:
    """Points of height of a row whose cells take at most `most` lines."""
    counts = [
        min(most, text_fit.lines(run.text, size, _room(width), run.bold))
        for run, width in zip(row, widths, strict=True)
    ]
    return max(counts) * size * text_fit.LEADING + _AIR


def _write_cell(cell: Any, run: Run, size: float, *, right: bool, heading: bool) -> None:
    """A cell's text, a paragraph a line, with a line below it; a stronger one below headings."""
    _pad(cell)
    frame = cell.text_frame
    for k, line in enumerate(run.text.split("\n")):
        paragraph = frame.paragraphs[0] if k == 0 else frame.add_paragraph()
        paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
        piece = paragraph.add_run()
        piece.text = unbroken(line)
        piece.font.size = Pt(size)
        piece.font.bold = run.bold
        piece.font.name = FONT
        piece.font.color.rgb = colour(run.colour)
    if heading:
        cell.vertical_anchor = MSO_ANCHOR.BOTTOM
        _line_below(cell, INK, 1.25)
    else:
        cell.vertical_anchor = MSO_ANCHOR.MIDDLE
        _line_below(cell, GRID, 0.75)


def _pad(cell: Any) -> None:
    cell.margin_left = Inches(_PAD)
    cell.margin_right = Inches(_PAD)
    cell.margin_top = Pt(_AIR / 2)
    cell.margin_bottom = Pt(_AIR / 2)


def _line_below(cell: Any, hue: str, width: float) -> None:
    """A line of `width` points along the cell's lower edge."""
    properties = cell._tc.get_or_add_tcPr()
    line = properties.makeelement(qn("a:lnB"), {"w": str(int(width * 12700)), "cmpd": "sng"})
    fill = line.makeelement(qn("a:solidFill"), {})
    fill.append(fill.makeelement(qn("a:srgbClr"), {"val": hue}))
    line.append(fill)
    properties.insert(0, line)
