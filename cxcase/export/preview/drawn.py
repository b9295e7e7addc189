"""A deck's slides as simple drawings: what stands where, how large; charts as what they tell."""

from __future__ import annotations

import io
from collections.abc import Iterator
from html import escape
from typing import Any

from pptx import Presentation
from pptx.oxml.ns import qn

from cxcase.export import text_fit
from cxcase.export.deck.look.palette import GRID, INK
from cxcase.export.deck.look.theme_palette import ThemeColours

_POINT = 12700  # the file's own units in a point
_USUAL = 14.0  # points of letters that say no size of their own
_AIR = 5.0  # points around what stands in a frame


def drawn_slides(deck: bytes) -> list[str]:
    """An SVG a slide, in points."""
    file = Presentation(io.BytesIO(deck))
    size = (int(file.slide_width or 0) / _POINT, int(file.slide_height or 0) / _POINT)
    colours = ThemeColours(file.slide_masters[0])
    return [_svg(slide, size, colours) for slide in file.slides]


def _svg(slide: Any, size: tuple[float, float], colours: ThemeColours) -> str:
    wide, tall = size
    ink = colours.named.get("tx1", INK)
    shown = "".join(
        piece for shape in slide.shapes for piece in _shape(shape, colours, (0.0, 0.0), ink)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.0f} {tall:.0f}" '
        'font-family="Carlito, Calibri, sans-serif">'
        f'<rect width="100%" height="100%" fill="#{colours.ground}"/>{shown}</svg>'
    )


def _shape(
    shape: Any, colours: ThemeColours, origin: tuple[float, float], ink: str
) -> Iterator[str]:
    """A shape's parts: of a group those of its members, which stand where the slide has them."""
    if shape.shape_type is not None and shape._element.tag == qn("p:grpSp"):
        for member in shape.shapes:
            yield from _shape(member, colours, origin, ink)
        return
    sides = (shape.left, shape.top, shape.width, shape.height)
    if any(side is None for side in sides):
        return
    left, top, wide, tall = (side / _POINT for side in sides)
    fill = _fill(shape, colours)
    if fill is not None:
        yield _box(left, top, wide, tall, fill)
    if getattr(shape, "has_table", False) and shape.has_table:
        yield from _table(shape, colours, ink)
    elif getattr(shape, "has_chart", False) and shape.has_chart:
        yield _box(left, top, wide, tall, "none", GRID)
        told = shape._element.xpath(".//p:cNvPr/@descr")
        inner = (left + _AIR, top + _AIR, wide - 2 * _AIR)
        yield from _lines("".join(told[:1]), inner, _USUAL, ink)
    elif shape.has_text_frame:
        yield from _paragraphs(shape.text_frame, (left, top, wide), colours, ink)


def _fill(shape: Any, colours: ThemeColours) -> str | None:
    """What a shape is filled with, where it says so itself."""
    found = shape._element.find(f"{qn('p:spPr')}/{qn('a:solidFill')}")
    return colours.rgb(found[0]) if found is not None and len(found) else None


def _box(
    left: float, top: float, wide: float, tall: float, fill: str, edge: str | None = None
) -> str:
    paint = fill if fill == "none" else f"#{fill}"
    line = f' stroke="#{edge}"' if edge else ""
    return (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{wide:.1f}" height="{tall:.1f}" '
        f'fill="{paint}"{line}/>'
    )


def _paragraphs(
    frame: Any, place: tuple[float, float, float], colours: ThemeColours, ink: str
) -> Iterator[str]:
    """A frame's paragraphs below each other, each in the size and colour of its first run."""
    left, top, wide = place
    for paragraph in frame.paragraphs:
        run = next(iter(paragraph.runs), None)
        if run is None:
            continue
        size = run.font.size.pt if run.font.size is not None else _USUAL
        said = run._r.find(f"{qn('a:rPr')}/{qn('a:solidFill')}")
        hue = colours.rgb(said[0]) if said is not None and len(said) else None
        yield from _lines(paragraph.text, (left, top, wide), size, hue or ink, bool(run.font.bold))
        top += text_fit.height(paragraph.text, size, wide) + 4


def _lines(
    text: str,
    place: tuple[float, float, float],
    size: float,
    hue: str,
    bold: bool = False,
) -> Iterator[str]:
    """A text broken into lines that fit a width."""
    left, top, wide = place
    weight = ' font-weight="bold"' if bold else ""
    for line in _broken(text, size, wide, bold):
        top += size * text_fit.LEADING
        yield (
            f'<text x="{left:.1f}" y="{top - size * 0.25:.1f}" font-size="{size:g}" '
            f'fill="#{hue}"{weight}>{escape(line)}</text>'
        )


def _broken(text: str, size: float, wide: float, bold: bool) -> Iterator[str]:
    for paragraph in text.splitlines():
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}".strip()
            if line and text_fit.width(longer, size, bold) > wide:
                yield line
                line = word
            else:
                line = longer
        yield line


def _table(shape: Any, colours: ThemeColours, ink: str) -> Iterator[str]:
    """A table's cells where they stand, a line below each row."""
    top = shape.top / _POINT
    for row in shape.table.rows:
        left = shape.left / _POINT
        for cell, column in zip(row.cells, shape.table.columns, strict=True):
            wide = column.width / _POINT
            yield from _paragraphs(cell.text_frame, (left + 4, top + 2, wide - 8), colours, ink)
            left += wide
        top += row.height / _POINT
        yield _box(shape.left / _POINT, top, shape.width / _POINT, 0.7, GRID)
