"""The deck under construction: slides with places, text, lines, notes; lengths in inches."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pptx import Presentation
from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from cxcase.export import text_fit
from cxcase.export.deck.look.clean_package import layouts_of
from cxcase.export.deck.look.fit import Fit, text_of
from cxcase.export.deck.look.fit import Run as Run
from cxcase.export.deck.look.frame import BODY as BODY
from cxcase.export.deck.look.frame import BOTTOM as BOTTOM
from cxcase.export.deck.look.frame import LEFT as LEFT
from cxcase.export.deck.look.frame import RIGHT as RIGHT
from cxcase.export.deck.look.frame import TOP as TOP
from cxcase.export.deck.look.frame import Box as Box
from cxcase.export.deck.look.ground import Ground, own_ground
from cxcase.export.deck.look.kinds import DRAWING, SUBTITLE_ID
from cxcase.export.deck.look.palette import CX as CX
from cxcase.export.deck.look.palette import EX as EX
from cxcase.export.deck.look.palette import GRID as GRID
from cxcase.export.deck.look.palette import GROUND as GROUND
from cxcase.export.deck.look.palette import INK as INK
from cxcase.export.deck.look.palette import LOSS as LOSS
from cxcase.export.deck.look.palette import MUTED as MUTED
from cxcase.export.deck.look.palette import RX as RX
from cxcase.export.deck.look.palette import STAKE as STAKE
from cxcase.export.deck.look.palette import STAKE_LIGHT as STAKE_LIGHT
from cxcase.export.deck.look.placeholders import (
    add_edges,
    add_title,
    as_placeholder,
    decorative,
    settle,
)
from cxcase.export.deck.look.sections import write_sections
from cxcase.export.deck.look.sound import Sound, add_sound
from cxcase.export.text import one_line, plain, unbroken

SMALLEST = 12.0  # points of any letter on a slide
_SUBTITLES = (14.0, 13.0, 12.0)
_INSET = 0.1  # inches that text keeps from its box's edges where nobody says otherwise
_ALIGN = {"left": PP_ALIGN.LEFT, "right": PP_ALIGN.RIGHT, "center": PP_ALIGN.CENTER}


@dataclass(frozen=True)
class Edges:
    """The foot of every slide: the footer, what is left of it where room is little, the date."""

    footer: str
    short: str = ""
    date: str = ""


@dataclass(frozen=True)
class Cut:
    """A text that did not fit its place even in the smallest letters: slide (1-based), text."""

    slide: int
    text: str


class Deck:
    """A deck under construction on a ground; the edges stand on every slide."""

    def __init__(self, edges: Edges, title: str, ground: Ground | None = None) -> None:
        self.ground = ground or own_ground()
        self.file = Presentation(io.BytesIO(self.ground.package))
        self.cuts: list[Cut] = []
        self._edges = edges
        self.sounds: Mapping[str, Sound] = {}  # pin -> its recording
        self.own_title = ""  # what somebody called the slides that are made next; "": their own
        self._slides: list[Slide] = []
        self._sections: list[tuple[str, int]] = []
        self.file.core_properties.title = plain(title)
        self.file.core_properties.author = "cxcase"

    def section(self, name: str) -> None:
        """The slides that follow belong to a section of this name."""
        self._sections.append((plain(name), len(self._slides)))

    def slide(self, title: str, subtitle: str, notes: str) -> Slide:
        """A new slide with a title that fits two lines, a subtitle, notes and the edges."""
        layout = layouts_of(self.file)[self.ground.sheets[DRAWING.name].layout]
        raw = self.file.slides.add_slide(layout)
        slide = Slide(raw, self.ground, self.cuts, len(self._slides) + 1)
        slide.write_title(one_line(self.own_title or title).removesuffix("."))
        slide.fill(
            SUBTITLE_ID, self.ground.frame.subtitle, [[Run(subtitle, colour=MUTED)]], _SUBTITLES
        )
        raw.notes_slide.notes_text_frame.text = plain(notes)
        self._slides.append(slide)
        return slide

    def save(self) -> bytes:
        """The file: every slide on the layout for what it holds, in its section."""
        layouts = layouts_of(self.file)
        for slide in self._slides:
            settle(slide.raw, self.ground, slide.held, layouts)
            add_edges(slide.raw, self.ground, slide.held, self._edges)
        if self.ground.own:
            _drop_unused(layouts)
        write_sections(self.file, self._sections)
        out = io.BytesIO()
        self.file.save(out)
        return out.getvalue()


class Slide:
    """One slide: text boxes, lines, panels. `raw` is python-pptx's own; `held`: the places that
    have something in them, each with its shape's element.
    """

    def __init__(self, raw: Any, ground: Ground, cuts: list[Cut], number: int) -> None:
        self.raw = raw
        self.ground = ground
        self.held: dict[int, Any] = {}
        self._cuts = cuts
        self._number = number

    def write_title(self, title: str) -> None:
        """The title in the largest letters in which it takes two lines; cut where none do."""
        style = self.ground.letters
        box = self.ground.frame.title
        insets = 0.0 if self.ground.own else 2 * _INSET
        room = (box.width - insets) * 72 / style.title_stretch
        tall = box.height * 72
        # a title beside the body may run down its box
        most = 2 if box.width > box.height else int(tall // (style.titles[-1] * text_fit.LEADING))
        fitting = (s for s in style.titles if _takes(title, s, room, tall, style.bold) <= most)
        size = next(fitting, style.titles[-1])
        short = text_fit.cut(title, size, room, most, bold=style.bold)
        self.note_cut(title, short)
        add_title(self.raw, self.ground, unbroken(short), size)

    def note_cut(self, text: str, short: str) -> None:
        """Keeps in mind that a text was cut, where it was."""
        if short != text:
            self._cuts.append(Cut(self._number, text))

    @contextmanager
    def group(self, alt: str) -> Iterator[None]:
        """What is drawn within belongs together; alt: what it shows, in words and numbers."""
        tree = self.raw.shapes._spTree
        before = set(tree)
        yield
        drawn = [element for element in tree if element not in before]
        group = self.raw.shapes.add_group_shape()._element
        group.nvGrpSpPr.cNvPr.set("descr", plain(alt))
        for element in drawn:
            group.append(element)
        group.recalculate_extents()

    def text(
        self,
        box: Box,
        paragraphs: Sequence[Sequence[Run]],
        sizes: tuple[float, ...] = (16, 15, 14, 13, 12),
        *,
        align: str = "left",
        middle: bool = False,
        gap: float = 4.0,
    ) -> float:
        """A text box in the largest size that fits, else cut. Returns inches of height used."""
        there = self.ground.frame.box(box)
        shape = self.raw.shapes.add_textbox(*there.emu)
        frame = shape.text_frame
        frame.word_wrap = True
        frame.auto_size = MSO_AUTO_SIZE.NONE
        _without_margins(frame)
        frame.vertical_anchor = MSO_ANCHOR.MIDDLE if middle else MSO_ANCHOR.TOP
        fit = self._fit(there, paragraphs, gap)
        return self._write(frame, fit, sizes, align) / self.ground.frame.down

    def fill(
        self,
        place: int,
        box: Box,
        paragraphs: Sequence[Sequence[Run]],
        sizes: tuple[float, ...] = (16, 15, 14, 13, 12),
        *,
        gap: float = 4.0,
    ) -> float:
        """Text in one of the slide's places (see `look.kinds`). Returns inches of height used.

        The subtitle's box is one of the frame, any other one of the body that slides are written
        for.
        """
        there = box if place == SUBTITLE_ID else self.ground.frame.box(box)
        shape = self.raw.shapes.add_textbox(*there.emu)
        frame = shape.text_frame
        frame.word_wrap = True
        frame.auto_size = MSO_AUTO_SIZE.NONE
        frame.vertical_anchor = MSO_ANCHOR.TOP
        _without_margins(frame)
        used = self._write(frame, self._fit(there, paragraphs, gap), sizes, "left")
        self.hold(place, shape)
        return used / self.ground.frame.down

    def hold(self, place: int, shape: Any) -> None:
        """The shape stands in one of the slide's places, if nothing does yet."""
        if place not in self.held:
            as_placeholder(shape._element)
            self.held[place] = shape._element

    def _fit(self, box: Box, paragraphs: Sequence[Sequence[Run]], gap: float) -> Fit:
        return Fit(box, paragraphs, gap, self.ground.letters.stretch)

    def _write(self, frame: Any, fit: Fit, sizes: tuple[float, ...], align: str) -> float:
        """Writes paragraphs at the largest size that fits. Returns inches of height."""
        legible = tuple(size for size in sizes if size >= SMALLEST) or (SMALLEST,)
        fitting = (size for size in legible if fit.needed(size) <= fit.tall)
        size = next((size for size in fitting if fit.keeps_words(size)), legible[-1])
        left = fit.tall
        last = len(fit.paragraphs) - 1
        for k, runs in enumerate(fit.paragraphs):
            paragraph = frame.paragraphs[0] if k == 0 else frame.add_paragraph()
            _set_paragraph(paragraph, _ALIGN[align], fit.gap if k < last else 0, self.ground.own)
            shown = fit.within(runs, size, left)
            self.note_cut(text_of(runs), text_of(shown))
            for run in shown:
                self.write_run(paragraph, run, size)
            left -= fit.height(runs, size) + fit.gap
        return min(fit.tall, fit.needed(size)) / 72

    def write_run(self, paragraph: Any, run: Run, size: float) -> None:
        """A piece of text in its style, `size` points; in ink where it says nothing else."""
        piece = paragraph.add_run()
        piece.text = unbroken(run.text)
        piece.font.size = Pt(size)
        piece.font.bold = run.bold
        if run.colour != INK or not self.ground.own:
            self.ground.palette.fill(piece.font.fill, run.colour)

    def turn_around(self) -> None:
        """The text written last runs from right to left, flush right."""
        for paragraph in self.raw.shapes[-1].text_frame.paragraphs:
            properties = paragraph._p.get_or_add_pPr()
            properties.set("rtl", "1")
            properties.set("algn", "r")

    def panel(self, box: Box, fill: str, edge: str | None = None) -> Any:
        """A plain rectangle."""
        place = self.ground.frame.box(box).emu
        shape = self.raw.shapes.add_shape(MSO_SHAPE.RECTANGLE, *place)
        _without_style(shape)
        self._paint(shape, fill, edge)
        return shape

    def sound(self, box: Box, sound: Sound, alt: str) -> None:
        """A button that plays a recording when it is clicked."""
        there = self.ground.frame.box(box)
        side = min(there.width, there.height)
        add_sound(self.raw, Box(there.left, there.top, side, side), sound, plain(alt), CX)

    def mark(self, kind: Any, x: float, y: float, size: float, fill: str) -> None:
        """A small shape with an edge in ink and its middle at (x, y)."""
        left = self.ground.frame.x(x) - size / 2
        top = self.ground.frame.y(y) - size / 2
        shape = self.raw.shapes.add_shape(kind, *Box(left, top, size, size).emu)
        _without_style(shape)
        self._paint(shape, fill, INK)

    def _paint(self, shape: Any, fill: str, edge: str | None) -> None:
        """A shape's fill, and its edge where it has one."""
        self.ground.palette.fill(shape.fill, fill)
        if edge:
            self.ground.palette.fill(shape.line.fill, edge)
            shape.line.width = Pt(1.5)
        else:
            shape.line.fill.background()

    def arrow(self, x0: float, x1: float, y: float) -> None:
        """A horizontal line with a head at its right end."""
        line = self._line((x0, y), (x1, y), MUTED, 2)
        properties = line.line._get_or_add_ln()
        tail = properties.makeelement(
            qn("a:tailEnd"), {"type": "triangle", "w": "med", "len": "med"}
        )
        properties.append(tail)

    def rule(
        self, x0: float, y0: float, x1: float, y1: float, hue: str, width: float = 1.0
    ) -> None:
        """A straight line that says nothing by itself."""
        decorative(self._line((x0, y0), (x1, y1), hue, width)._element)

    def _line(
        self, start: tuple[float, float], end: tuple[float, float], hue: str, width: float
    ) -> Any:
        frame = self.ground.frame
        ends = (Inches(place) for x, y in (start, end) for place in (frame.x(x), frame.y(y)))
        line = self.raw.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, *ends)
        _without_style(line)
        self.ground.palette.fill(line.line.fill, hue)
        line.line.width = Pt(width)
        return line


def _drop_unused(layouts: Sequence[Any]) -> None:
    """Leaves no layout in the file that no slide stands on."""
    for layout in layouts:
        if not layout.used_by_slides:
            layout.slide_master.slide_layouts.remove(layout)


def _takes(title: str, size: float, room: float, tall: float, bold: bool) -> float:
    """Lines that a title takes; no end of them where they are taller than its box."""
    lines = text_fit.lines(title, size, room, bold)
    if lines * size * text_fit.LEADING > tall:
        return math.inf
    return lines


def _set_paragraph(paragraph: Any, align: Any, after: float, own: bool) -> None:
    """How a paragraph stands; in a company's layouts without the bullets and the air they give."""
    paragraph.alignment = align
    paragraph.space_after = Pt(after)
    if own:
        return
    paragraph.space_before = Pt(0)
    paragraph.line_spacing = 1.0
    properties = paragraph._p.get_or_add_pPr()
    properties.set("marL", "0")
    properties.set("indent", "0")
    properties.set("rtl", "0")
    properties.append(properties.makeelement(qn("a:buNone"), {}))


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
