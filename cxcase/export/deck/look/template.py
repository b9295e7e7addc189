"""A company's own template: checked before anything is built, and what slides are made on."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pptx import Presentation
from pptx.oxml.ns import qn

from cxcase.errors import InputError
from cxcase.export.deck.look.clean_package import BROKEN, Cleaned, cleaned, layouts_of
from cxcase.export.deck.look.frame import Box, Frame
from cxcase.export.deck.look.ground import Ground, Holder, Letters, Sheet
from cxcase.export.deck.look.kinds import KINDS, SUBTITLE_ID, Kind
from cxcase.export.deck.look.theme_palette import ThemeColours, theme_palette

_TITLE_SIZES = (36.0, 32.0, 28.0, 26.0, 24.0, 22.0, 20.0, 18.0, 16.0, 14.0)
_TITLES = ("title", "ctrTitle")
_CONTENT = ("obj", "body", "chart", "tbl", "pic", "dgm", "media", "clipArt", "subTitle")
# what a place of ours may stand in, the closest first
_TAKES = {"chart": ("chart", "obj"), "tbl": ("tbl", "obj"), "body": ("body", "obj")}
_NOT_FOR_CONTENT = ("title", "secHead", "vertTx", "vertTitleAndTx", "picTx", "blank")
# inches: least room for the body, of a line below the title, of a line at the foot
_LEAST_WIDE = 6.0
_LEAST_TALL = 2.8
_LINE = 0.4
_FOOT = 0.3
_MARGIN = 0.5
# how much wider than Calibri letters run; another font is reckoned as wide as Verdana
_STRETCH = {
    "Calibri": 1.0,
    "Calibri Light": 1.0,
    "Carlito": 1.0,
    "Aptos": 1.1,
    "Aptos Display": 1.06,
    "Arial": 1.12,
    "Arial Narrow": 0.93,
    "Helvetica": 1.12,
    "Liberation Sans": 1.12,
    "Times New Roman": 1.02,
    "Cambria": 1.06,
    "Garamond": 0.95,
    "Georgia": 1.14,
    "Gill Sans MT": 1.04,
    "Segoe UI": 1.1,
    "Tahoma": 1.1,
    "Trebuchet MS": 1.1,
    "Century Gothic": 1.2,
    "Open Sans": 1.17,
    "Roboto": 1.1,
    "Lato": 1.06,
    "Source Sans Pro": 1.0,
    "Montserrat": 1.25,
    "Verdana": 1.3,
}
_WIDEST = 1.3
_CAPITALS = 1.2  # how much wider a title in capitals runs


@dataclass(frozen=True)
class Remark:
    """Something the check found: its code, and what its sentence needs."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Template:
    """A company's template: what slides are made on, how many kinds of slide it has a layout for,
    and what the check found.
    """

    name: str
    ground: Ground
    fitting: int
    remarks: tuple[Remark, ...]


@dataclass(frozen=True)
class _Layout:
    """A layout: its place, its name and type, its placeholders."""

    place: int
    name: str
    type: str
    holders: tuple[Holder, ...]

    def first(self, *types: str) -> Holder | None:
        """Its first placeholder of one of the types."""
        return next((one for one in self.holders if one.type in types), None)

    @property
    def content(self) -> tuple[Holder, ...]:
        """Its places for content."""
        return tuple(one for one in self.holders if one.type in _CONTENT)

    @property
    def suits(self) -> bool:
        """True where it is made for slides with content below a title."""
        title = self.first("title")
        return title is not None and title.box is not None and self.type not in _NOT_FOR_CONTENT


@dataclass(frozen=True)
class _Match:
    """A kind of slide on a layout: which placeholders hold its places, and what it has none for."""

    kind: Kind
    layout: _Layout
    held: dict[int, Holder]
    lacks: tuple[str, ...]

    @property
    def fits(self) -> bool:
        """True where the layout has a place for all there is."""
        return not self.lacks

    @property
    def rank(self) -> tuple[int, ...]:
        """The larger the better: a title, every place, nothing left over, the company's order."""
        left_over = len(self.layout.content) - len(self.held)
        return (self.layout.suits, -len(self.lacks), -left_over, -self.layout.place)


def template_of(data: bytes, name: str = "template.pptx") -> Template:
    """The template in a .pptx or .potx, checked.

    Raises InputError, with what to do, for one that cannot be used.
    """
    found = cleaned(name, data)
    try:
        file = Presentation(io.BytesIO(found.package))
        layouts = [_survey(place, layout) for place, layout in enumerate(layouts_of(file))]
        size = (int(file.slide_width or 0) / 914400, int(file.slide_height or 0) / 914400)
        colours = ThemeColours(file.slide_masters[0])
        letters = _letters(file.slide_masters[0], colours)
    except BROKEN:
        raise InputError("template_damaged", file=name) from None
    if not any(layout.first(*_TITLES) for layout in layouts):
        raise InputError("template_no_title", file=name)
    matches = [_best(kind, layouts) for kind in KINDS]
    frame = _frame(name, matches, layouts, size)
    palette, stand_ins = theme_palette(colours)
    sheets = {match.kind.name: _sheet(match) for match in matches}
    ground = Ground(found.package, frame, palette, sheets, letters)
    remarks = (
        *_of_the_file(found),
        *_of_the_kinds(matches),
        *_of_the_layouts(layouts),
        *_of_the_look(colours, stand_ins),
    )
    return Template(name, ground, sum(match.fits for match in matches), remarks)


def _survey(place: int, layout: Any) -> _Layout:
    """What a layout has."""
    holders = []
    for shape in layout.placeholders:
        ph = shape._element.find(f".//{qn('p:ph')}")
        holders.append(Holder(int(ph.get("idx", "0")), ph.get("type", "obj"), _box(shape)))
    return _Layout(place, layout.name, layout._element.get("type", ""), tuple(holders))


def _box(shape: Any) -> Box | None:
    """Where a placeholder stands, its master asked where it says nothing itself."""
    sides = (shape.left, shape.top, shape.width, shape.height)
    if any(side is None for side in sides):
        return None
    return Box(*(side / 914400 for side in sides))


def _best(kind: Kind, layouts: Sequence[_Layout]) -> _Match:
    """The layout that suits a kind of slide best."""
    return max((_match(kind, layout) for layout in layouts), key=lambda match: match.rank)


def _match(kind: Kind, layout: _Layout) -> _Match:
    """A kind of slide on a layout: places with a type of their own choose first."""
    free = list(layout.content)
    held: dict[int, Holder] = {}
    lacks = [] if layout.first(*_TITLES) else ["title"]
    for place in sorted(kind.places, key=lambda place: place.type == "body"):
        fitting = (one for type in _TAKES[place.type] for one in free if one.type == type)
        holder = next(fitting, None)
        if holder is None:
            lacks.append(place.type)
        else:
            free.remove(holder)
            held[place.id] = holder
    return _Match(kind, layout, held, tuple(dict.fromkeys(lacks)))


def _sheet(match: _Match) -> Sheet:
    """The layout for a kind of slide, as slides need it. The line below the title has a place of
    its own in no company's layout: it stands there as plain text.
    """
    layout = match.layout
    held = {id: holder for id, holder in match.held.items() if id != SUBTITLE_ID}
    return Sheet(
        layout.place,
        held,
        layout.first(*_TITLES),
        footer=layout.first("ftr"),
        date=layout.first("dt"),
        number=layout.first("sldNum"),
    )


# ---- where things stand --------------------------------------------------------------------------


def _frame(
    name: str, matches: Sequence[_Match], layouts: Sequence[_Layout], size: tuple[float, float]
) -> Frame:
    """Title, line below it and body: where most of the layouts have them, clear of all others."""
    wide, tall = size
    used = [match.layout for match in matches]
    title = _usual_title(used) or Box(_MARGIN, 0.35, wide - 2 * _MARGIN, 0.95)
    content = _usual_content(used) or _usual_content(layouts)
    if content is None:
        content = Box(title.left, title.bottom, title.width, tall - title.bottom - _MARGIN)
    title, content = _within(title, wide, tall), _within(content, wide, tall)
    beside = title.right <= content.left + 0.05 or title.left >= content.right - 0.05
    top = content.top if beside else max(content.top, title.bottom)
    bottom = min([content.bottom, *_tops_of_edges(used, content)])
    foot = None
    if any(layout.first("ftr") is None for layout in used):
        foot = Box(content.left, bottom - _FOOT, content.width, _FOOT)
        bottom -= _FOOT + 0.05
    line_top = top if beside or content.top - title.bottom < _LINE else title.bottom
    subtitle = Box(content.left, line_top + 0.02, content.width, _LINE)
    top = max(top, subtitle.bottom + 0.05)
    body = Box(content.left, top, content.width, bottom - top)
    if body.width < _LEAST_WIDE or body.height < _LEAST_TALL:
        room = f"{max(0.0, body.width):.1f} × {max(0.0, body.height):.1f}"
        least = f"{_LEAST_WIDE:.1f} × {_LEAST_TALL:.1f}"
        raise InputError("template_no_room", file=name, found=room, expected=least)
    return Frame(title, subtitle, body, foot)


def _usual_title(layouts: Sequence[_Layout]) -> Box | None:
    """Where most of the layouts have their title."""
    titles = [layout.first(*_TITLES) for layout in layouts]
    boxes = Counter(title.box for title in titles if title is not None and title.box is not None)
    return boxes.most_common(1)[0][0] if boxes else None


def _usual_content(layouts: Sequence[_Layout]) -> Box | None:
    """What the content of the roomiest layout with a title covers."""
    covered = []
    for layout in layouts:
        boxes = [one.box for one in layout.content if one.box is not None]
        if layout.suits and boxes:
            left = min(box.left for box in boxes)
            top = min(box.top for box in boxes)
            right = max(box.right for box in boxes)
            bottom = max(box.bottom for box in boxes)
            covered.append(Box(left, top, right - left, bottom - top))
    return max(covered, key=lambda box: box.width * box.height, default=None)


def _within(box: Box, wide: float, tall: float) -> Box:
    """The part of a box that lies on the slide."""
    left, top = max(0.1, box.left), max(0.1, box.top)
    right, bottom = min(wide - 0.1, box.right), min(tall - 0.1, box.bottom)
    return Box(left, top, max(0.0, right - left), max(0.0, bottom - top))


def _tops_of_edges(layouts: Sequence[_Layout], content: Box) -> list[float]:
    """Where footer, date and number begin, as far as they stand below the content."""
    edges = [layout.first(kind) for layout in layouts for kind in ("ftr", "dt", "sldNum")]
    boxes = [edge.box for edge in edges if edge is not None and edge.box is not None]
    middle = content.top + content.height / 2
    return [box.top - 0.05 for box in boxes if box.top > middle and box.left < content.right]


# ---- letters -------------------------------------------------------------------------------------


def _letters(master: Any, colours: ThemeColours) -> Letters:
    """Sizes of titles and widths of letters, as the master's styles say them."""
    style = master._element.find(
        f"{qn('p:txStyles')}/{qn('p:titleStyle')}/{qn('a:lvl1pPr')}/{qn('a:defRPr')}"
    )
    given: dict[str, str] = {} if style is None else dict(style.attrib)
    largest = int(given.get("sz", "2800")) / 100
    sizes = tuple(size for size in _TITLE_SIZES if size <= largest) or (14.0,)
    title_font, text_font = colours.fonts
    capitals = _CAPITALS if given.get("cap") == "all" else 1.0
    return Letters(
        titles=sizes,
        bold=given.get("b") == "1",
        title_stretch=_STRETCH.get(title_font, _WIDEST) * capitals,
        stretch=_STRETCH.get(text_font, _WIDEST),
    )


# ---- what was found ------------------------------------------------------------------------------


def _of_the_file(found: Cleaned) -> list[Remark]:
    """What of the file is left out."""
    remarks = []
    if found.slides:
        remarks.append(Remark("slides_dropped", {"n": found.slides}))
    if found.macros:
        remarks.append(Remark("macros_dropped"))
    return remarks


def _of_the_kinds(matches: Sequence[_Match]) -> list[Remark]:
    """Each kind of slide that has no layout of its own, and what goes by geometry there."""
    remarks = []
    for match in matches:
        if match.fits:
            continue
        params = {"kind": match.kind.name, "layout": match.layout.name, "lacks": list(match.lacks)}
        remarks.append(Remark("by_geometry", params))
    return remarks


def _of_the_layouts(layouts: Sequence[_Layout]) -> list[Remark]:
    """Layouts that have places for content and no title, and so are not used."""
    bare = [one for one in layouts if one.content and not one.first(*_TITLES)]
    return [Remark("layout_no_title", {"layout": one.name}) for one in bare]


def _of_the_look(colours: ThemeColours, stand_ins: Sequence[str]) -> list[Remark]:
    """Colours of the theme that ours stand in for, and letters whose width is not known."""
    remarks = []
    if stand_ins:
        remarks.append(Remark("colours_ours", {"n": len(stand_ins), "names": list(stand_ins)}))
    unknown = [font for font in dict.fromkeys(colours.fonts) if font not in _STRETCH]
    remarks.extend(Remark("font_unknown", {"font": font}) for font in unknown if font)
    return remarks
