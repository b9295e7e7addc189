"""Presentations as companies keep them: made from the public template that python-pptx carries,
changed in the ways that such files differ.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.util import Inches

_A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
_P = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'


def saved(file: Any) -> bytes:
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def with_samples(file: Any) -> Any:
    """Two slides as templates often show them: text with notes, and a chart."""
    slide = file.slides.add_slide(file.slide_layouts[1])
    slide.shapes.title.text = "How to use this template"
    slide.notes_slide.notes_text_frame.text = "Sample notes of somebody"
    data = CategoryChartData()
    data.categories = ["North", "South"]
    data.add_series("Sample", (1, 2))
    other = file.slides.add_slide(file.slide_layouts[5])
    box = (Inches(1), Inches(2), Inches(5), Inches(3))
    other.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *box, data)
    return file


def widened(file: Any) -> Any:
    """On 13.333 × 7.5 inches, its places wider in proportion."""
    ratio = Inches(13.333) / file.slide_width
    file.slide_width = Inches(13.333)
    for holder in (file.slide_master, *file.slide_layouts):
        for shape in holder.shapes:
            if shape.element.xpath(".//a:xfrm"):
                left, width = int(shape.left * ratio), int(shape.width * ratio)
                shape.left, shape.width = left, width
    return file


def recoloured(file: Any, **colours: str) -> Any:
    """The theme with these colours in place of its own."""
    theme = file.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    xml = theme.blob.decode()
    for slot, rgb in colours.items():
        ours = f'<a:{slot}><a:srgbClr val="{rgb}"/></a:{slot}>'
        xml = re.sub(rf"<a:{slot}>.*?</a:{slot}>", ours, xml, flags=re.S)
    theme._blob = xml.encode()
    return file


def wide() -> bytes:
    brand = {"dk2": "003B5C", "accent1": "005EB8", "accent2": "00703C", "accent3": "6F2C91"}
    return saved(
        recoloured(
            with_samples(widened(Presentation())), accent4="9A5B00", accent5="B5121B", **brand
        )
    )


def classic() -> bytes:
    return saved(with_samples(Presentation()))


def dark() -> bytes:
    """Light letters on a dark ground, by the colour map of the master."""
    file = widened(Presentation())
    master = file.slide_master._element
    for name, slot in (("bg1", "dk1"), ("tx1", "lt1"), ("bg2", "dk2"), ("tx2", "lt2")):
        master.find(qn("p:clrMap")).set(name, slot)
    ground = parse_xml(
        f'<p:bg {_P} {_A}><p:bgPr><a:solidFill><a:schemeClr val="bg1"/></a:solidFill><a:effectLst/>'
        "</p:bgPr></p:bg>"
    )
    sheet = master.find(qn("p:cSld"))
    for old in sheet.findall(qn("p:bg")):
        sheet.remove(old)
    sheet.insert(0, ground)
    return saved(recoloured(file, dk1="12171D", lt1="E8EDF2", dk2="2A333D", lt2="9AA7B4"))


def no_title_only() -> bytes:
    """Without a layout of a title alone; that of two contents has no title."""
    file = widened(Presentation())
    for layout in list(file.slide_layouts):
        if layout.name not in ("Title Slide", "Title and Content", "Two Content"):
            file.slide_layouts.remove(layout)
    two = next(layout for layout in file.slide_layouts if layout.name == "Two Content")
    title = next(shape for shape in two.placeholders if shape.placeholder_format.idx == 0)
    title._element.getparent().remove(title._element)
    return saved(file)


def odd() -> bytes:
    """Titles at the left, numbers out of the ordinary, letters nobody knows, no footer."""
    file = widened(Presentation())
    theme = file.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    theme._blob = theme.blob.replace(b'typeface="Calibri"', b'typeface="Brand Sans"', 2)
    for layout in list(file.slide_layouts):
        if layout.name not in ("Title and Content", "Title Only", "Picture with Caption"):
            file.slide_layouts.remove(layout)
    for holder in (file.slide_master, *file.slide_layouts):
        for shape in list(holder.placeholders):
            ph = shape._element.find(f".//{qn('p:ph')}")
            kind = ph.get("type", "obj")
            if kind in ("ftr", "dt", "sldNum"):
                shape._element.getparent().remove(shape._element)
            elif kind == "title":
                _put(shape, 0.4, 0.6, 3.0, 6.0)
            elif kind in ("obj", "body"):
                _put(shape, 3.8, 0.6, 9.0, 6.3)
                if holder is not file.slide_master:
                    ph.set("idx", "4711")
    return saved(file)


def _put(shape: Any, *sides: float) -> None:
    shape.left, shape.top, shape.width, shape.height = (Inches(side) for side in sides)


def arabic() -> bytes:
    """Paragraphs from right to left, titles flush right."""
    file = widened(Presentation())
    file.part._element.set("rtl", "1")
    for properties in file.slide_master._element.iter():
        if re.fullmatch(r"lvl\dpPr", properties.tag.rsplit("}", 1)[-1]):
            properties.set("rtl", "1")
            properties.set("algn", "r")
    for layout, name in zip(file.slide_layouts, ("شريحة عنوان", "عنوان ومحتوى"), strict=False):
        layout.name = name
    return saved(file)


def corrupt() -> bytes:
    """A presentation whose master's part is missing."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(classic())) as whole, zipfile.ZipFile(out, "w") as cut:
        for name in whole.namelist():
            if name != "ppt/slideMasters/slideMaster1.xml":
                cut.writestr(name, whole.read(name))
    return out.getvalue()


def as_potx(data: bytes) -> bytes:
    """The same as a template, with macros' content type where asked."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as whole, zipfile.ZipFile(out, "w") as made:
        for name in whole.namelist():
            part = whole.read(name)
            if name == "[Content_Types].xml":
                part = part.replace(b"presentation.main+xml", b"template.main+xml")
            made.writestr(name, part)
    return out.getvalue()


TEMPLATES: dict[str, Callable[[], bytes]] = {
    "wide": wide,
    "classic": classic,
    "dark": dark,
    "no title only": no_title_only,
    "odd": odd,
    "arabic": arabic,
}
