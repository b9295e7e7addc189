"""The empty deck in our look, and slides with a title, text, lines and notes.

Lengths are inches, sizes points.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
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
_TITLE_HEIGHT = 0.95
_THEME = {
    "dk1": INK,
    "dk2": MUTED,
    "lt1": GROUND,
    "lt2": GRID,
    "accent1": CX,
    "accent2": RX,
    "accent3": EX,
    "accent4": STAKE,
    "accent5": LOSS,
    "accent6": MUTED,
    "hlink": CX,
    "folHlink": EX,
}
_ALIGN = {"left": PP_ALIGN.LEFT, "right": PP_ALIGN.RIGHT, "center": PP_ALIGN.CENTER}


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


# python-pptx says nothing of its constructor's types
_NEW_COLOUR: Callable[..., RGBColor] = RGBColor


def colour(hexadecimal: str) -> RGBColor:
    """A colour from its six hexadecimal digits."""
    return _NEW_COLOUR(*bytes.fromhex(hexadecimal))


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
        _copy_footer(self._layout, raw, plain(self._footer))
        _write_title(raw.shapes.title.text_frame, one_line(title).removesuffix("."))
        slide = Slide(raw)
        below = Box(LEFT, 1.27, RIGHT - LEFT, 0.4)
        slide.text(below, [[Run(subtitle, colour=MUTED)]], (_SUBTITLE, 13, 12, 11))
        raw.notes_slide.notes_text_frame.text = plain(notes)
        return slide


def _copy_footer(layout: Any, slide: Any, text: str) -> None:
    """The layout's footer and slide number on the slide: python-pptx leaves them out."""
    copied = (PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER)
    for holder in list(layout.placeholders):
        if holder.placeholder_format.type in copied:
            slide.shapes._spTree.append(copy.deepcopy(holder._element))
    for holder in slide.placeholders:
        if holder.placeholder_format.type == PP_PLACEHOLDER.FOOTER:
            holder.text_frame.text = text


def _write_title(frame: Any, title: str) -> None:
    """The title in the largest letters that fit its place; cut where even the smallest don't."""
    room = (RIGHT - LEFT) * 72
    size = text_fit.largest(title, _TITLES, room, 72 * 0.92, bold=True)
    most = int(72 * _TITLE_HEIGHT // (size * text_fit.LEADING))
    frame.text = unbroken(text_fit.cut(title, size, room, most, bold=True))
    frame.paragraphs[0].runs[0].font.size = Pt(size)


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
        """A text box, in the largest of the sizes that fits; text that fits none is cut.

        Returns the inches of height used.
        """
        frame = self.raw.shapes.add_textbox(*box.emu).text_frame
        frame.word_wrap = True
        _without_margins(frame)
        frame.vertical_anchor = MSO_ANCHOR.MIDDLE if middle else MSO_ANCHOR.TOP
        return _fill(frame, _Fit(box, paragraphs, gap), sizes, _ALIGN[align])

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


def _without_margins(frame: Any) -> None:
    frame.margin_left = 0
    frame.margin_right = 0
    frame.margin_top = 0
    frame.margin_bottom = 0


@dataclass(frozen=True)
class _Fit:
    """Paragraphs and the box they have to fit, `gap` points between them."""

    box: Box
    paragraphs: Sequence[Sequence[Run]]
    gap: float

    @property
    def room(self) -> float:
        """Points of width."""
        return self.box.width * 72

    @property
    def tall(self) -> float:
        """Points of height."""
        return self.box.height * 72

    def height(self, runs: Sequence[Run], size: float) -> float:
        """Points of height of one paragraph at a size."""
        return text_fit.height(_text_of(runs), size, self.room, _is_bold(runs))

    def needed(self, size: float) -> float:
        """Points of height of all paragraphs at a size."""
        heights = sum(self.height(runs, size) for runs in self.paragraphs)
        return heights + self.gap * (len(self.paragraphs) - 1)

    def within(self, runs: Sequence[Run], size: float, left: float) -> Sequence[Run]:
        """The paragraph, cut in one style where it needs more than the `left` points of height."""
        most = max(1, int(left // (size * text_fit.LEADING)))
        text = _text_of(runs)
        whole = text_fit.cut(text, size, self.room, most, _is_bold(runs))
        if whole == text:
            return runs
        return [Run(whole, _is_bold(runs), runs[0].colour)]


def _text_of(runs: Sequence[Run]) -> str:
    return "".join(plain(run.text) for run in runs)


def _is_bold(runs: Sequence[Run]) -> bool:
    return any(run.bold for run in runs)


def _fill(frame: Any, fit: _Fit, sizes: tuple[float, ...], align: Any) -> float:
    """Writes paragraphs at the largest size that fits. Returns inches of height."""
    size = next((size for size in sizes if fit.needed(size) <= fit.tall), sizes[-1])
    left = fit.tall
    last = len(fit.paragraphs) - 1
    for k, runs in enumerate(fit.paragraphs):
        paragraph = frame.paragraphs[0] if k == 0 else frame.add_paragraph()
        paragraph.alignment = align
        paragraph.space_after = Pt(fit.gap if k < last else 0)
        for run in fit.within(runs, size, left):
            _add_run(paragraph, run, size)
        left -= fit.height(runs, size) + fit.gap
    return min(fit.tall, fit.needed(size)) / 72


def _add_run(paragraph: Any, run: Run, size: float) -> None:
    """A piece of text in its style, `size` points."""
    piece = paragraph.add_run()
    piece.text = unbroken(run.text)
    piece.font.size = Pt(size)
    piece.font.bold = run.bold
    piece.font.color.rgb = colour(run.colour)
    piece.font.name = FONT


def _widen(file: Any) -> None:
    """Master and layouts of the built-in 4:3 template follow the slide's width; unused ones go."""
    keep = {"Title Slide", "Title and Content", "Title Only", "Blank"}
    for layout in list(file.slide_layouts):
        if layout.name not in keep:
            file.slide_layouts.remove(layout)
    ratio = file.slide_width / Inches(10)
    for holder in (file.slide_master, *file.slide_layouts):
        for shape in holder.shapes:
            if shape.element.xpath(".//a:xfrm"):
                shape.left = int(shape.left * ratio)
                shape.width = int(shape.width * ratio)


def _style_master(file: Any) -> None:
    """Our colours in the theme; title, footer and number where and how our slides want them."""
    _colour_theme(file.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME))
    places = {
        PP_PLACEHOLDER.TITLE: Box(LEFT, 0.32, RIGHT - LEFT, _TITLE_HEIGHT),
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


def _colour_theme(theme: Any) -> None:
    """Our colours in place of the template's."""
    xml = theme.blob.decode("utf-8")
    for name, value in _THEME.items():
        ours = f'<a:{name}><a:srgbClr val="{value}"/></a:{name}>'
        xml = re.sub(rf"<a:{name}>.*?</a:{name}>", ours, xml, flags=re.S)
    theme._blob = xml.encode("utf-8")


@dataclass(frozen=True)
class _PlaceholderStyle:
    """How title, footer and number look, in the file's own terms."""

    anchor: Any = MSO_ANCHOR.MIDDLE
    align: str = "l"
    letters: Mapping[str, str] = field(default_factory=lambda: {"sz": "1000", "b": "0"})
    colour: str = "tx2"


_TITLE_STYLE = _PlaceholderStyle(MSO_ANCHOR.BOTTOM, letters={"sz": "2600", "b": "1"}, colour="tx1")
_STYLES = {
    PP_PLACEHOLDER.TITLE: _TITLE_STYLE,
    PP_PLACEHOLDER.FOOTER: _PlaceholderStyle(),
    PP_PLACEHOLDER.SLIDE_NUMBER: _PlaceholderStyle(align="r"),
}


def _style_placeholder(shape: Any, kind: Any) -> None:
    """Margins, letters and colour of a placeholder, as its kind wants them."""
    look = _STYLES[kind]
    _without_margins(shape.text_frame)
    shape.text_frame.vertical_anchor = look.anchor
    style = shape._element.txBody.find(qn("a:lstStyle"))
    for child in list(style):
        style.remove(child)
    level = style.makeelement(qn("a:lvl1pPr"), {"algn": look.align})
    run = level.makeelement(qn("a:defRPr"), dict(look.letters))
    fill = run.makeelement(qn("a:solidFill"), {})
    fill.append(fill.makeelement(qn("a:schemeClr"), {"val": look.colour}))
    run.append(fill)
    level.append(run)
    style.append(level)
