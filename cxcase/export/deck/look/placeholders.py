"""Shapes as placeholders of their slide's layout: title, places, footer, date and number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from lxml import etree  # type: ignore[import-untyped]
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.util import Pt

from cxcase.export import text_fit
from cxcase.export.deck.look.base_theme import NAMESPACES, place
from cxcase.export.deck.look.frame import Box
from cxcase.export.deck.look.ground import Ground, Holder, Sheet
from cxcase.export.deck.look.kinds import DRAWING, SUBTITLE_ID, kind_of
from cxcase.export.deck.look.palette import MUTED
from cxcase.export.text import plain

_DECORATIVE = "http://schemas.microsoft.com/office/drawing/2017/decorative"
_DECORATIVE_ID = "{C183D7F6-B498-43B3-948B-1728B52AA6E4}"
_TO_LAYOUT = RELATIONSHIP_TYPE.SLIDE_LAYOUT
_CLOSE = 0.01  # inches within which a shape stands where its layout would put it
_EDGE_SIZE = 12.0  # points of the letters of date, footer and number


class AtTheEdges(Protocol):
    """What stands at the foot of every slide."""

    @property
    def footer(self) -> str:
        """The whole footer."""

    @property
    def short(self) -> str:
        """What is left of it where there is little room."""

    @property
    def date(self) -> str:
        """The date, written out."""


def add_title(slide: Any, ground: Ground, title: str, size: float) -> None:
    """The title, first of the slide's shapes; whatever the layout had put there is gone."""
    tree = slide.shapes._spTree
    for shape in list(slide.shapes):
        tree.remove(shape._element)
    holder = ground.sheets[DRAWING.name].title or Holder(0, "title")
    shape = _new_holder(slide, holder, "Title")
    frame = slide.shapes[-1].text_frame
    frame.text = title
    run = frame.paragraphs[0].runs[0] if title else None
    if run is not None:
        run.font.size = Pt(size)
    if not ground.own:
        _left_to_right(shape)


def _left_to_right(shape: Any) -> None:
    """Paragraphs that run from left to right, in a layout of the other direction too."""
    for paragraph in shape.iter(qn("a:p")):
        paragraph.get_or_add_pPr().set("rtl", "0")


def _new_holder(slide: Any, holder: Holder, name: str, body: str = "<a:p/>") -> Any:
    """A placeholder of the layout at the end of the slide's shapes, where the layout has it."""
    tree = slide.shapes._spTree
    number = max((int(id) for id in tree.xpath("//p:cNvPr/@id")), default=1) + 1
    shape = parse_xml(
        f'<p:sp {NAMESPACES}><p:nvSpPr><p:cNvPr id="{number}" name="{name}"/><p:cNvSpPr><a:spLocks '
        'noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph/></p:nvPr></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/>'
        f"<a:lstStyle/>{body}</p:txBody></p:sp>"
    )
    _point_to(shape.find(f".//{qn('p:ph')}"), holder)
    tree.append(shape)
    return shape


def _point_to(ph: Any, holder: Holder) -> None:
    """Lets a placeholder be the layout's of this type and number."""
    for name in ("type", "idx"):
        ph.attrib.pop(name, None)
    if holder.type != "obj":
        ph.set("type", holder.type)
    if holder.id:
        ph.set("idx", str(holder.id))


def as_placeholder(element: Any) -> None:
    """Marks a text box or a frame as a placeholder; which one is settled with its layout."""
    properties = element.find(f".//{qn('p:nvPr')}")
    etree.SubElement(properties, qn("p:ph"))
    own = properties.getprevious()
    own.attrib.pop("txBox", None)
    locks = qn("a:spLocks") if own.tag == qn("p:cNvSpPr") else qn("a:graphicFrameLocks")
    found = own.find(locks)
    if found is None:
        found = etree.SubElement(own, locks)
    found.set("noGrp", "1")


def _as_plain(element: Any) -> None:
    """A shape that no layout has a place for stands by itself."""
    properties = element.find(f".//{qn('p:nvPr')}")
    for ph in properties.findall(qn("p:ph")):
        properties.remove(ph)
    own = properties.getprevious()
    if own.tag == qn("p:cNvSpPr"):
        own.set("txBox", "1")
        for locks in list(own):
            own.remove(locks)


def settle(slide: Any, ground: Ground, held: Mapping[int, Any], layouts: Any) -> None:
    """Puts a slide on the layout for what it holds, each shape on its placeholder there."""
    sheet = sheet_of(ground, held)
    relations = slide.part.rels
    # a relation keeps the part it first led to: one that leads elsewhere has to be another
    for id in [id for id, one in relations.items() if one.reltype == _TO_LAYOUT]:
        relations.pop(id)
    slide.part.relate_to(layouts[sheet.layout].part, _TO_LAYOUT)
    for id, element in held.items():
        holder = sheet.held.get(id)
        if holder is None:
            _as_plain(element)
            continue
        _point_to(element.find(f".//{qn('p:ph')}"), holder)
        _inherit_place(element, ground.frame.subtitle if id == SUBTITLE_ID else holder.box, ground)
    title = slide.shapes.title._element
    _point_to(title.find(f".//{qn('p:ph')}"), sheet.title or Holder(0, "title"))
    if sheet.title is None or not _same(sheet.title.box, ground.frame.title):
        _set_place(title, ground.frame.title)


def sheet_of(ground: Ground, held: Mapping[int, Any]) -> Sheet:
    """The layout for what a slide holds."""
    kind = kind_of([id for id in held if id != SUBTITLE_ID])
    return ground.sheets[kind.name]


def _inherit_place(element: Any, box: Box | None, ground: Ground) -> None:
    """Leaves a text's place to its layout where it would be put just there."""
    properties = element.find(qn("p:spPr"))
    if properties is None or not ground.own or box is None:
        return
    place = properties.find(qn("a:xfrm"))
    offset = place.find(qn("a:off"))
    extent = place.find(qn("a:ext"))
    sides = [int(offset.get(k)) for k in ("x", "y")] + [int(extent.get(k)) for k in ("cx", "cy")]
    if _same(Box(*(side / 914400 for side in sides)), box):
        for child in list(properties):
            properties.remove(child)


def _same(one: Box | None, other: Box) -> bool:
    """True where two boxes are one, as far as the eye can tell."""
    if one is None:
        return False
    pairs = zip(
        (one.left, one.top, one.width, one.height),
        (other.left, other.top, other.width, other.height),
        strict=True,
    )
    return all(abs(a - b) <= _CLOSE for a, b in pairs)


def _set_place(shape: Any, box: Box) -> None:
    """Puts a shape where its layout would not."""
    properties = shape.find(qn("p:spPr"))
    namespace = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    properties.insert(0, parse_xml(place(box).replace("<a:xfrm>", f"<a:xfrm {namespace}>")))


def add_edges(slide: Any, ground: Ground, held: Mapping[int, Any], edges: AtTheEdges) -> None:
    """Date, footer and slide number, each where the layout has a place for it."""
    sheet = sheet_of(ground, held)
    if sheet.date is not None and edges.date:
        _write_edge(slide, ground, sheet.date, "Date", edges.date)
    if sheet.footer is not None:
        _write_edge(slide, ground, sheet.footer, "Footer", _footer(ground, sheet.footer, edges))
    elif ground.frame.foot is not None:
        _write_foot(slide, ground, ground.frame.foot, edges)
    if sheet.number is not None:
        field = (
            '<a:p><a:fld id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}" type="slidenum"><a:rPr '
            f'lang="en-GB" sz="{int(_EDGE_SIZE * 100)}"/><a:t>‹#›</a:t></a:fld></a:p>'
        )
        _new_holder(slide, sheet.number, "Slide number", field)


def _footer(ground: Ground, holder: Holder, edges: AtTheEdges) -> str:
    """The footer, in two lines at most; shortened where the company's layout has little room."""
    if holder.box is None:
        return edges.footer
    room = holder.box.width * 72 / ground.letters.stretch
    most = max(1, int(holder.box.height * 72 // (_EDGE_SIZE * text_fit.LEADING)))
    if text_fit.lines(edges.footer, _EDGE_SIZE, room) <= min(most, 2):
        return edges.footer
    return text_fit.cut(edges.short or edges.footer, _EDGE_SIZE, room, most)


def _write_foot(slide: Any, ground: Ground, box: Box, edges: AtTheEdges) -> None:
    """The footer as plain text, where a company's layout has no place for one."""
    shape = slide.shapes.add_textbox(*box.emu)
    shape.name = "Footer"
    frame = shape.text_frame
    frame.text = plain(_footer(ground, Holder(0, "ftr", box), edges))
    for side in ("left", "right", "top", "bottom"):
        setattr(frame, f"margin_{side}", 0)
    for run in frame.paragraphs[0].runs:
        run.font.size = Pt(_EDGE_SIZE)
        ground.palette.fill(run.font.fill, MUTED)


def _write_edge(slide: Any, ground: Ground, holder: Holder, name: str, text: str) -> None:
    shape = _new_holder(slide, holder, name)
    frame = slide.shapes[-1].text_frame
    frame.text = plain(text)
    for run in frame.paragraphs[0].runs:
        run.font.size = Pt(_EDGE_SIZE)
    if not ground.own:
        _left_to_right(shape)


def decorative(element: Any) -> None:
    """Marks a shape as one that says nothing to those who can't see it."""
    properties = element.find(f".//{qn('p:cNvPr')}")
    listed = etree.SubElement(properties, qn("a:extLst"))
    one = etree.SubElement(listed, qn("a:ext"))
    one.set("uri", _DECORATIVE_ID)
    mark = etree.SubElement(one, f"{{{_DECORATIVE}}}decorative", nsmap={"adec": _DECORATIVE})
    mark.set("val", "1")
