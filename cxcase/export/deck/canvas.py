"""The empty deck in our look, and slides with a title, text, lines and notes. Lengths are inches,
sizes points.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE, PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml.ns import qn
from pptx.util import Inches, Length, Pt

from cxcase.export import text_fit
from cxcase.export.text import one_line, plain, unbroken

WIDTH = 13.333
HEIGHT = 7.5
LEFT = 0.6
RIGHT = 12.733
TOP = 1.75
BOTTOM = 6.8
INK = "1B2A3A"
MUTED = "5F6B78"
GRID = "E4E8EC"
GROUND = "FFFFFF"
EX = "7A5CA8"
CX = "2F6DB5"
RX = "1A7A62"
STAKE = "A86500"
LOSS = "BF3F27"
FONT = "Calibri"
_TITLES = (28.0, 26.0, 24.0, 22.0, 20.0, 18.0)
_SUBTITLE = 14.0
_THEME = {"dk1": INK, "dk2": MUTED, "lt1": GROUND, "lt2": GRID, "accent1": CX, "accent2": RX, "accent3": EX,
          "accent4": STAKE, "accent5": LOSS, "accent6": MUTED, "hlink": CX, "folHlink": EX}  # fmt: skip


@dataclass(frozen=True)
class Box:
    """A rectangle in inches."""

    left: float
    top: float
    width: float
    height: float

    @property
    def emu(self) -> tuple[Length, Length, Length, Length]:
        """The rectangle in the file's own unit."""
        return Inches(self.left), Inches(self.top), Inches(self.width), Inches(self.height)


BODY = Box(LEFT, TOP, RIGHT - LEFT, BOTTOM - TOP)


@dataclass(frozen=True)
class Run:
    """A piece of text in one style."""

    text: str
    bold: bool = False
    colour: str = INK


def colour(hexadecimal: str) -> RGBColor:
    """A colour from its six hexadecimal digits."""
    return RGBColor.from_string(hexadecimal)


class Deck:
    """A 16:9 deck under construction; `footer` stands on every slide."""

    def __init__(self, footer: str, title: str) -> None:
        self.file = Presentation()
        self._footer = footer
        self.file.slide_width = Inches(WIDTH)
        self.file.slide_height = Inches(HEIGHT)
        _widen(self.file)
        _style_master(self.file)
        self.file.core_properties.title = plain(title)
        self.file.core_properties.author = "cxcase"
        self._layout = next(lay for lay in self.file.slide_layouts if lay.name == "Title Only")

    def slide(self, title: str, subtitle: str, notes: str) -> Slide:
        """A new slide with a title that fits two lines, a subtitle, notes and the footer."""
        raw = self.file.slides.add_slide(self._layout)
        for holder in list(self._layout.placeholders):
            if holder.placeholder_format.type in (
                PP_PLACEHOLDER.FOOTER,
                PP_PLACEHOLDER.SLIDE_NUMBER,
            ):
                raw.shapes._spTree.append(copy.deepcopy(holder._element))
        for holder in raw.placeholders:
            if holder.placeholder_format.type == PP_PLACEHOLDER.FOOTER:
                holder.text_frame.text = plain(self._footer)
        slide = Slide(raw)
        room = (RIGHT - LEFT) * 72
        title = one_line(title).removesuffix(".")
        size = text_fit.largest(title, _TITLES, room, 72 * 0.92, bold=True)
        head = raw.shapes.title.text_frame
        head.text = unbroken(
            text_fit.cut(title, size, room, int(72 * 0.95 // (size * text_fit.LEADING)), True)
        )
        head.paragraphs[0].runs[0].font.size = Pt(size)
        slide.text(
            Box(LEFT, 1.27, RIGHT - LEFT, 0.4),
            [[Run(subtitle, colour=MUTED)]],
            (_SUBTITLE, 13, 12, 11),
        )
        raw.notes_slide.notes_text_frame.text = plain(notes)
        return slide


class Slide:
    """One slide: text boxes, lines, panels. `raw` is python-pptx's own."""

    def __init__(self, raw: Any) -> None:
        self.raw = raw

    def text(
        self,
        box: Box,
        paragraphs: Sequence[Sequence[Run]],
        sizes: tuple[float, ...] = (16, 15, 14, 13, 12, 11),
        *,
        align: str = "left",
        middle: bool = False,
        gap: float = 4.0,
    ) -> float:
        """A text box, in the largest of the sizes that fits; text that fits none is cut. Returns
        the inches used.
        """
        shape = self.raw.shapes.add_textbox(*box.emu)
        return _fill(shape.text_frame, box, paragraphs, sizes, align, middle, gap)

    def panel(self, box: Box, fill: str, edge: str | None = None) -> Any:
        """A plain rectangle."""
        shape = self.raw.shapes.add_shape(MSO_SHAPE.RECTANGLE, *box.emu)
        _without_style(shape)
        shape.fill.solid()
        shape.fill.fore_color.rgb = colour(fill)
        if edge:
            shape.line.color.rgb = colour(edge)
            shape.line.width = Pt(1.5)
        else:
            shape.line.fill.background()
        return shape

    def arrow(self, x0: float, x1: float, y: float) -> None:
        """A horizontal line with a head at its right end."""
        line = self.raw.shapes.add_connector(
            MSO_CONNECTOR.STRAIGHT, Inches(x0), Inches(y), Inches(x1), Inches(y)
        )
        _without_style(line)
        line.line.color.rgb = colour(MUTED)
        line.line.width = Pt(2)
        tail = line.line._get_or_add_ln().makeelement(
            qn("a:tailEnd"), {"type": "triangle", "w": "med", "len": "med"}
        )
        line.line._get_or_add_ln().append(tail)

    def rule(
        self, x0: float, y0: float, x1: float, y1: float, hue: str, width: float = 1.0
    ) -> None:
        """A straight line."""
        line = self.raw.shapes.add_connector(
            MSO_CONNECTOR.STRAIGHT, Inches(x0), Inches(y0), Inches(x1), Inches(y1)
        )
        _without_style(line)
        line.line.color.rgb = colour(hue)
        line.line.width = Pt(width)


def _without_style(shape: Any) -> None:
    """Takes the theme's effects (a shadow, mostly) off a shape."""
    style = shape._element.find(qn("p:style"))
    if style is not None:
        shape._element.remove(style)


def _fill(
    frame: Any, box: Box, paragraphs: Sequence[Sequence[Run]], sizes: tuple[float, ...], align: str, middle: bool,
    gap: float,
) -> float:  # fmt: skip
    """Puts paragraphs into a text frame without margins, at the largest size that fits."""
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame.vertical_anchor = MSO_ANCHOR.MIDDLE if middle else MSO_ANCHOR.TOP
    texts = ["".join(plain(run.text) for run in runs) for runs in paragraphs]
    bold = [any(run.bold for run in runs) for runs in paragraphs]
    room = box.width * 72
    tall = box.height * 72

    def needed(size: float) -> float:
        return sum(
            text_fit.height(t, size, room, b) for t, b in zip(texts, bold, strict=True)
        ) + gap * (len(texts) - 1)

    size = next((s for s in sizes if needed(s) <= tall), sizes[-1])
    left = tall
    for k, (runs, text, strong) in enumerate(zip(paragraphs, texts, bold, strict=True)):
        paragraph = frame.paragraphs[0] if k == 0 else frame.add_paragraph()
        paragraph.alignment = {
            "left": PP_ALIGN.LEFT,
            "right": PP_ALIGN.RIGHT,
            "center": PP_ALIGN.CENTER,
        }[align]
        paragraph.space_after = Pt(gap if k + 1 < len(texts) else 0)
        most = max(1, int(left // (size * text_fit.LEADING)))
        left -= text_fit.height(text, size, room, strong) + gap
        whole = text_fit.cut(text, size, room, most, strong)
        for run in runs if whole == text else [Run(whole, strong, runs[0].colour)]:
            piece = paragraph.add_run()
            piece.text = unbroken(run.text)
            piece.font.size = Pt(size)
            piece.font.bold = run.bold
            piece.font.color.rgb = colour(run.colour)
            piece.font.name = FONT
    return min(tall, needed(size)) / 72


def _widen(file: Any) -> None:
    """The built-in template is 4:3: its master and layouts follow the slide's new width; layouts
    nobody uses go.
    """
    keep = {"Title Slide", "Title and Content", "Title Only", "Blank"}
    for layout in list(file.slide_layouts):
        if layout.name not in keep:
            file.slide_layouts.remove(layout)
    ratio = file.slide_width / Inches(10)
    for holder in (file.slide_master, *file.slide_layouts):
        for shape in holder.shapes:
            if shape.element.xpath(".//a:xfrm"):
                shape.left, shape.width = int(shape.left * ratio), int(shape.width * ratio)


def _style_master(file: Any) -> None:
    """Our colours in the theme; title, footer and number where and how our slides want them."""
    theme = file.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    xml = theme.blob.decode("utf-8")
    for name, value in _THEME.items():
        xml = re.sub(
            rf"<a:{name}>.*?</a:{name}>",
            f'<a:{name}><a:srgbClr val="{value}"/></a:{name}>',
            xml,
            flags=re.S,
        )
    theme._blob = xml.encode("utf-8")
    places = {
        PP_PLACEHOLDER.TITLE: Box(LEFT, 0.32, RIGHT - LEFT, 0.95),
        PP_PLACEHOLDER.FOOTER: Box(LEFT, 7.0, 10.8, 0.3),
        PP_PLACEHOLDER.SLIDE_NUMBER: Box(RIGHT - 1.0, 7.0, 1.0, 0.3),
    }
    only = next(lay for lay in file.slide_layouts if lay.name == "Title Only")
    for holder in (file.slide_master, only):
        for shape in holder.placeholders:
            kind = shape.placeholder_format.type
            if kind in places:
                shape.left, shape.top, shape.width, shape.height = places[kind].emu
                _style_placeholder(shape, kind)


def _style_placeholder(shape: Any, kind: Any) -> None:
    frame = shape.text_frame
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame.vertical_anchor = MSO_ANCHOR.BOTTOM if kind == PP_PLACEHOLDER.TITLE else MSO_ANCHOR.MIDDLE
    title = kind == PP_PLACEHOLDER.TITLE
    align = "r" if kind == PP_PLACEHOLDER.SLIDE_NUMBER else "l"
    body = shape._element.txBody
    style = body.find(qn("a:lstStyle"))
    for child in list(style):
        style.remove(child)
    level = style.makeelement(qn("a:lvl1pPr"), {"algn": align})
    run = level.makeelement(
        qn("a:defRPr"), {"sz": "2600" if title else "1000", "b": "1" if title else "0"}
    )
    fill = run.makeelement(qn("a:solidFill"), {})
    fill.append(fill.makeelement(qn("a:schemeClr"), {"val": "tx1" if title else "tx2"}))
    run.append(fill)
    level.append(run)
    style.append(level)
