"""The XML of our own theme and of the masters that use it."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

from cxcase.export.deck.look.frame import BODY, DATE, FOOTER, NUMBER, SUBTITLE, TITLE, Box
from cxcase.export.deck.look.kinds import DATE_ID, FOOTER_ID, NUMBER_ID
from cxcase.export.deck.look.palette import THEME

FONT = "Calibri"
NAMESPACES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
)
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
EMPTY_GROUP = (
    '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr>'
    '<a:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/><a:chOff x="0" y="0"/>'
    '<a:chExt cx="0" cy="0"/></a:xfrm></p:grpSpPr>'
)
_COLOUR_MAP = (
    '<p:clrMap bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2" '
    'accent3="accent3" accent4="accent4" accent5="accent5" accent6="accent6" hlink="hlink" '
    'folHlink="folHlink"/>'
)
_GROUND = (
    '<p:bg><p:bgPr><a:solidFill><a:schemeClr val="bg1"/></a:solidFill><a:effectLst/></p:bgPr>'
    "</p:bg>"
)
_FLAT = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
_NO_EFFECT = "<a:effectStyle><a:effectLst/></a:effectStyle>"
_LEVELS = range(1, 10)


def theme(name: str) -> str:
    """A theme with our colours and letters, without effects."""
    colours = "".join(
        f'<a:{slot}><a:srgbClr val="{value}"/></a:{slot}>' for slot, value in THEME.items()
    )
    font = f'<a:latin typeface="{FONT}"/><a:ea typeface=""/><a:cs typeface=""/>'
    lines = "".join(
        f'<a:ln w="{width}" cap="flat" cmpd="sng" algn="ctr">{_FLAT}<a:prstDash val="solid"/>'
        "</a:ln>"
        for width in (6350, 12700, 19050)
    )
    return (
        f'{DECLARATION}<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        f'name={quoteattr(name)}><a:themeElements><a:clrScheme name="cxcase">{colours}'
        f'</a:clrScheme><a:fontScheme name="cxcase"><a:majorFont>{font}</a:majorFont><a:minorFont>'
        f'{font}</a:minorFont></a:fontScheme><a:fmtScheme name="cxcase"><a:fillStyleLst>{_FLAT * 3}'
        f"</a:fillStyleLst><a:lnStyleLst>{lines}</a:lnStyleLst><a:effectStyleLst>{_NO_EFFECT * 3}"
        f"</a:effectStyleLst><a:bgFillStyleLst>{_FLAT * 3}</a:bgFillStyleLst></a:fmtScheme>"
        "</a:themeElements><a:objectDefaults/><a:extraClrSchemeLst/></a:theme>"
    )


def place(box: Box) -> str:
    """Where a shape stands, as the file writes it."""
    left, top, width, height = box.emu
    return (
        f'<a:xfrm><a:off x="{int(left)}" y="{int(top)}"/><a:ext cx="{int(width)}" '
        f'cy="{int(height)}"/></a:xfrm>'
    )


def holder(number: int, name: str, ph: str, box: Box | None, body: str, text: str = "") -> str:
    """A placeholder: `ph` are its type and number, `body` what is set for its letters."""
    where = f"<p:spPr>{place(box)}</p:spPr>" if box else "<p:spPr/>"
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name={quoteattr(name)}/><p:cNvSpPr>'
        f'<a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph {ph}/></p:nvPr></p:nvSpPr>{where}'
        f"<p:txBody>{body}{text or '<a:p/>'}</p:txBody></p:sp>"
    )


def letters(size: float, colour: str, *, align: str = "l", bold: bool = False) -> str:
    """The style of a placeholder's letters; size in points."""
    return (
        f'<a:lstStyle><a:lvl1pPr marL="0" indent="0" algn="{align}"><a:spcBef><a:spcPts val="0"/>'
        f'</a:spcBef><a:buNone/><a:defRPr sz="{int(size * 100)}" b="{int(bold)}"><a:solidFill>'
        f'<a:schemeClr val="{colour}"/></a:solidFill></a:defRPr></a:lvl1pPr></a:lstStyle>'
    )


def body_properties(anchor: str) -> str:
    """A text's box without margins; text keeps its size."""
    return (
        '<a:bodyPr vert="horz" wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" '
        f'anchor="{anchor}"><a:noAutofit/></a:bodyPr>'
    )


_NUMBER_FIELD = (
    '<a:p><a:fld id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}" type="slidenum"><a:rPr lang="en-GB"/>'
    "<a:t>‹#›</a:t></a:fld></a:p>"
)


def edges(first: int) -> str:
    """Date, footer and slide number, for master and layouts; `first`: the first shape's id."""
    return (
        holder(
            first,
            "Date",
            f'type="dt" sz="half" idx="{DATE_ID}"',
            DATE,
            body_properties("ctr") + letters(12, "tx2", align="r"),
        )
        + holder(
            first + 1,
            "Footer",
            f'type="ftr" sz="quarter" idx="{FOOTER_ID}"',
            FOOTER,
            body_properties("ctr") + letters(12, "tx2"),
        )
        + holder(
            first + 2,
            "Slide number",
            f'type="sldNum" sz="quarter" idx="{NUMBER_ID}"',
            NUMBER,
            body_properties("ctr") + letters(12, "tx2", align="r"),
            _NUMBER_FIELD,
        )
    )


def _levels(sizes: int, colour: str, font: str, bold: bool = False) -> str:
    """The styles of nine levels of text, all alike but for their indent."""
    return "".join(
        f'<a:lvl{n}pPr marL="{(n - 1) * 228600}" indent="0" algn="l" defTabSz="914400" rtl="0" '
        f'eaLnBrk="1" latinLnBrk="0" hangingPunct="1"><a:spcBef><a:spcPts val="0"/></a:spcBef>'
        f'<a:buNone/><a:defRPr sz="{sizes}" b="{int(bold)}" kern="1200"><a:solidFill><a:schemeClr '
        f'val="{colour}"/></a:solidFill><a:latin typeface="+{font}-lt"/>'
        f'<a:ea typeface="+{font}-ea"/><a:cs typeface="+{font}-cs"/></a:defRPr></a:lvl{n}pPr>'
        for n in _LEVELS
    )


def default_text() -> str:
    """The presentation's own text style: that of text in no placeholder."""
    return f"<p:defaultTextStyle>{_levels(1800, 'tx1', 'mn')}</p:defaultTextStyle>"


def master(layouts: int) -> str:
    """The slide master, with so many layouts."""
    listed = "".join(
        f'<p:sldLayoutId id="{2147483649 + k}" r:id="rId{k + 1}"/>' for k in range(layouts)
    )
    title = holder(
        2,
        "Title",
        'type="title"',
        TITLE,
        body_properties("b") + "<a:lstStyle/>",
        '<a:p><a:r><a:rPr lang="en-GB"/><a:t>Title</a:t></a:r></a:p>',
    )
    text = holder(
        3,
        "Text",
        'type="body" idx="1"',
        BODY,
        body_properties("t") + "<a:lstStyle/>",
        '<a:p><a:r><a:rPr lang="en-GB"/><a:t>Text</a:t></a:r></a:p>',
    )
    return (
        f"{DECLARATION}<p:sldMaster {NAMESPACES}><p:cSld>{_GROUND}<p:spTree>{EMPTY_GROUP}{title}"
        f"{text}{edges(4)}</p:spTree></p:cSld>{_COLOUR_MAP}<p:sldLayoutIdLst>{listed}"
        f"</p:sldLayoutIdLst><p:txStyles><p:titleStyle>{_levels(2600, 'tx1', 'mj', bold=True)}"
        f"</p:titleStyle><p:bodyStyle>{_levels(1600, 'tx1', 'mn')}</p:bodyStyle><p:otherStyle>"
        f"{_levels(1800, 'tx1', 'mn')}</p:otherStyle></p:txStyles></p:sldMaster>"
    )


def subtitle(number: int, id: int) -> str:
    """The line below the title."""
    return holder(
        number,
        "Subtitle",
        f'type="body" sz="quarter" idx="{id}"',
        SUBTITLE,
        body_properties("t") + letters(14, "tx2"),
        '<a:p><a:r><a:rPr lang="en-GB"/><a:t>What is shown, of whom</a:t></a:r></a:p>',
    )


# inches of a portrait page of notes
_IMAGE = Box(0.75, 0.75, 6.0, 3.375)
_NOTES = Box(0.75, 4.4, 6.0, 5.0)
_PAGE_NUMBER = Box(4.25, 9.5, 2.5, 0.35)


def notes_master() -> str:
    """The master of the pages with notes: the slide, the notes, the page's number."""
    image = (
        '<p:sp><p:nvSpPr><p:cNvPr id="2" name="Slide"/><p:cNvSpPr><a:spLocks noGrp="1" noRot="1" '
        'noChangeAspect="1"/></p:cNvSpPr><p:nvPr><p:ph type="sldImg" idx="2"/></p:nvPr></p:nvSpPr>'
        f'<p:spPr>{place(_IMAGE)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/><a:ln '
        'w="9525"><a:solidFill><a:schemeClr val="bg2"/></a:solidFill></a:ln></p:spPr></p:sp>'
    )
    text = holder(
        3,
        "Notes",
        'type="body" sz="quarter" idx="3"',
        _NOTES,
        body_properties("t") + "<a:lstStyle/>",
        '<a:p><a:r><a:rPr lang="en-GB"/><a:t>Notes</a:t></a:r></a:p>',
    )
    number = holder(
        4,
        "Page number",
        'type="sldNum" sz="quarter" idx="5"',
        _PAGE_NUMBER,
        body_properties("ctr") + letters(12, "tx2", align="r"),
        _NUMBER_FIELD,
    )
    return (
        f"{DECLARATION}<p:notesMaster {NAMESPACES}><p:cSld>{_GROUND}<p:spTree>{EMPTY_GROUP}{image}"
        f"{text}{number}</p:spTree></p:cSld>{_COLOUR_MAP}<p:notesStyle>"
        f"{_levels(1200, 'tx1', 'mn')}</p:notesStyle></p:notesMaster>"
    )
