"""Our own empty presentation, 16:9, written from nothing but this code."""

from __future__ import annotations

import io
import zipfile
from functools import cache
from xml.sax.saxutils import quoteattr

from cxcase.export.deck.look.base_theme import (
    DECLARATION,
    EMPTY_GROUP,
    NAMESPACES,
    body_properties,
    default_text,
    edges,
    holder,
    letters,
    master,
    notes_master,
    subtitle,
    theme,
)
from cxcase.export.deck.look.frame import HEIGHT, WIDTH, Box
from cxcase.export.deck.look.kinds import KINDS, SUBTITLE_ID, Kind, Place

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument"
_MADE = (2000, 1, 1, 0, 0, 0)  # the deck itself carries its date
APP_PROPERTIES = (
    f'{DECLARATION}<Properties xmlns="{_OFFICE}/extended-properties"><TotalTime>0</TotalTime>'
    "<Application>cxcase</Application></Properties>"
)
_CORE = (
    f'{DECLARATION}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:creator>cxcase</dc:creator>'
    "</cp:coreProperties>"
)
_TABLE_STYLES = (
    f'{DECLARATION}<a:tblStyleLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'def="{2D5ABB26-0587-4C30-8999-92F81FD0307C}"/>'
)
_PORTRAIT = Box(0, 0, 7.5, 10)


@cache
def base_presentation() -> bytes:
    """The package: theme, master, a layout for each kind of slide, a master for notes; no slide."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in _parts().items():
            package.writestr(zipfile.ZipInfo(name, _MADE), text.encode())
    return out.getvalue()


def _parts() -> dict[str, str]:
    """Every part of the package by its name."""
    layouts = range(1, len(KINDS) + 1)
    parts = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relationships(
            (f"{_OFFICE}/relationships/officeDocument", "ppt/presentation.xml"),
            (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
            (f"{_OFFICE}/relationships/extended-properties", "docProps/app.xml"),
        ),
        "docProps/core.xml": _CORE,
        "docProps/app.xml": APP_PROPERTIES,
        "ppt/presentation.xml": _presentation(),
        "ppt/_rels/presentation.xml.rels": _relationships(
            (f"{_OFFICE}/relationships/slideMaster", "slideMasters/slideMaster1.xml"),
            (f"{_OFFICE}/relationships/notesMaster", "notesMasters/notesMaster1.xml"),
            (f"{_OFFICE}/relationships/presProps", "presProps.xml"),
            (f"{_OFFICE}/relationships/viewProps", "viewProps.xml"),
            (f"{_OFFICE}/relationships/tableStyles", "tableStyles.xml"),
            (f"{_OFFICE}/relationships/theme", "theme/theme1.xml"),
        ),
        "ppt/presProps.xml": f"{DECLARATION}<p:presentationPr {NAMESPACES}/>",
        "ppt/viewProps.xml": f"{DECLARATION}<p:viewPr {NAMESPACES}/>",
        "ppt/tableStyles.xml": _TABLE_STYLES,
        "ppt/theme/theme1.xml": theme("cxcase"),
        "ppt/theme/theme2.xml": theme("cxcase notes"),
        "ppt/slideMasters/slideMaster1.xml": master(len(KINDS)),
        "ppt/slideMasters/_rels/slideMaster1.xml.rels": _relationships(
            *(
                (f"{_OFFICE}/relationships/slideLayout", f"../slideLayouts/slideLayout{k}.xml")
                for k in layouts
            ),
            (f"{_OFFICE}/relationships/theme", "../theme/theme1.xml"),
        ),
        "ppt/notesMasters/notesMaster1.xml": notes_master(),
        "ppt/notesMasters/_rels/notesMaster1.xml.rels": _relationships(
            (f"{_OFFICE}/relationships/theme", "../theme/theme2.xml"),
        ),
    }
    above = _relationships(
        (f"{_OFFICE}/relationships/slideMaster", "../slideMasters/slideMaster1.xml")
    )
    for k, kind in zip(layouts, KINDS, strict=True):
        parts[f"ppt/slideLayouts/slideLayout{k}.xml"] = _layout(kind)
        parts[f"ppt/slideLayouts/_rels/slideLayout{k}.xml.rels"] = above
    return parts


def _relationships(*targets: tuple[str, str]) -> str:
    """(type, target) pairs as a part's relationships."""
    listed = "".join(
        f'<Relationship Id="rId{k}" Type="{kind}" Target="{target}"/>'
        for k, (kind, target) in enumerate(targets, 1)
    )
    return f'{DECLARATION}<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _content_types() -> str:
    """What each part is."""
    shown = f"{_TYPES}.presentationml"
    kinds = {
        "/ppt/presentation.xml": f"{shown}.presentation.main+xml",
        "/ppt/slideMasters/slideMaster1.xml": f"{shown}.slideMaster+xml",
        "/ppt/notesMasters/notesMaster1.xml": f"{shown}.notesMaster+xml",
        "/ppt/presProps.xml": f"{shown}.presProps+xml",
        "/ppt/viewProps.xml": f"{shown}.viewProps+xml",
        "/ppt/tableStyles.xml": f"{shown}.tableStyles+xml",
        "/ppt/theme/theme1.xml": f"{_TYPES}.theme+xml",
        "/ppt/theme/theme2.xml": f"{_TYPES}.theme+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
        "/docProps/app.xml": f"{_TYPES}.extended-properties+xml",
    }
    kinds |= {
        f"/ppt/slideLayouts/slideLayout{k}.xml": f"{shown}.slideLayout+xml"
        for k in range(1, len(KINDS) + 1)
    }
    listed = "".join(
        f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in kinds.items()
    )
    return (
        f'{DECLARATION}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default '
        f'Extension="xml" ContentType="application/xml"/>{listed}</Types>'
    )


def _presentation() -> str:
    """The presentation without slides."""
    _, _, wide, tall = Box(0, 0, WIDTH, HEIGHT).emu
    _, _, narrow, long = _PORTRAIT.emu
    return (
        f'{DECLARATION}<p:presentation {NAMESPACES} saveSubsetFonts="1"><p:sldMasterIdLst>'
        '<p:sldMasterId id="2147483648" r:id="rId1"/></p:sldMasterIdLst><p:notesMasterIdLst>'
        f'<p:notesMasterId r:id="rId2"/></p:notesMasterIdLst><p:sldSz cx="{int(wide)}" '
        f'cy="{int(tall)}"/><p:notesSz cx="{int(narrow)}" cy="{int(long)}"/>{default_text()}'
        "</p:presentation>"
    )


def _layout(kind: Kind) -> str:
    """The layout of a kind of slide."""
    title = holder(2, "Title", 'type="title"', None, "<a:bodyPr/><a:lstStyle/>", _prompt("Title"))
    places = "".join(_held(10 + k, place) for k, place in enumerate(kind.places))
    return (
        f'{DECLARATION}<p:sldLayout {NAMESPACES} preserve="1" userDrawn="1"><p:cSld '
        f"name={quoteattr(kind.name)}><p:spTree>{EMPTY_GROUP}{title}{subtitle(3, SUBTITLE_ID)}"
        f"{places}{edges(4)}</p:spTree></p:cSld><p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr>"
        "</p:sldLayout>"
    )


def _held(number: int, place: Place) -> str:
    """The placeholder of a place."""
    body = body_properties("t") + letters(16, "tx1")
    ph = f'type="{place.type}" sz="quarter" idx="{place.id}"'
    return holder(number, place.prompt, ph, place.box, body, _prompt(place.prompt))


def _prompt(text: str) -> str:
    """What an empty placeholder says."""
    return f'<a:p><a:r><a:rPr lang="en-GB"/><a:t>{text}</a:t></a:r></a:p>'
