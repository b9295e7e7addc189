"""A company's presentation or template without its slides and all that came with them."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from lxml import etree  # type: ignore[import-untyped]
from pptx import Presentation
from pptx.exc import PythonPptxError
from pptx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from pptx.opc.package import XmlPart
from pptx.opc.packuri import PackURI
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.parts.slide import NotesMasterPart

from cxcase.errors import InputError
from cxcase.export.deck.look.base import APP_PROPERTIES
from cxcase.export.deck.look.base_theme import NAMESPACES, notes_master, theme

MOST_BYTES = 50 * 2**20
_MOST_UNZIPPED = 300 * 2**20
_MOST_PARTS = 5000
# whatever a damaged file makes python-pptx stumble over
BROKEN = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, OSError),
    *(NotImplementedError, RuntimeError, ValueError, LookupError, AttributeError, TypeError),
    *(AssertionError, etree.LxmlError, PythonPptxError),
)
_MAIN = b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
_LIKE_MAIN = (
    b"application/vnd.openxmlformats-officedocument.presentationml.template.main+xml",
    b"application/vnd.openxmlformats-officedocument.presentationml.slideshow.main+xml",
    b"application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml",
    b"application/vnd.ms-powerpoint.template.macroEnabled.main+xml",
    b"application/vnd.ms-powerpoint.slideshow.macroEnabled.main+xml",
)
_TYPES = "[Content_Types].xml"
# relationships of the presentation and of the package that go with its slides and its past
_LEFT_BEHIND = (
    "/vbaProject",
    "/commentAuthors",
    "/authors",
    "/customXml",
    "/tags",
    "/revisionInfo",
)
_PRINTERS = "/printerSettings"
_OF_THE_PACKAGE = ("/thumbnail", "/custom-properties", "/customXml")
_P14 = "http://schemas.microsoft.com/office/powerpoint/2010/main"
_RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


class Cleaned:
    """The package without slides, and how many there were; `macros`: it had some."""

    def __init__(self, package: bytes, slides: int, macros: bool) -> None:
        self.package = package
        self.slides = slides
        self.macros = macros


def cleaned(name: str, data: bytes) -> Cleaned:
    """The package with masters, layouts, themes and pictures of these, and nothing else.

    Raises InputError, with what to do, for what is no presentation or a damaged one.
    """
    whole = _as_presentation(name, data)
    try:
        file = Presentation(io.BytesIO(whole))
        slides = len(file.slides)
        macros = any(rel.reltype.endswith("/vbaProject") for rel in file.part.rels.values())
        _drop_slides(file)
        _drop_what_went_with_them(file)
        _give_notes_a_master(file)
        out = io.BytesIO()
        file.save(out)
    except BROKEN:
        raise InputError("template_damaged", file=name) from None
    return Cleaned(out.getvalue(), slides, macros)


def _as_presentation(name: str, data: bytes) -> bytes:
    """The package as an ordinary presentation's, whichever kind it was."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise InputError("template_locked", file=name)
    if len(data) > MOST_BYTES:
        raise InputError("template_too_large", file=name, most=MOST_BYTES // 2**20)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
            unzipped = sum(part.file_size for part in parts)
            if unzipped > _MOST_UNZIPPED or len(parts) > _MOST_PARTS:
                raise InputError("template_too_large", file=name, most=MOST_BYTES // 2**20)
            return _retyped(name, package)
    except BROKEN:
        raise InputError("template_not_pptx", file=name) from None


def _retyped(name: str, package: zipfile.ZipFile) -> bytes:
    """The package with the content type of a presentation."""
    types = package.read(_TYPES)
    for kind in _LIKE_MAIN:
        types = types.replace(kind, _MAIN)
    if _MAIN not in types:
        raise InputError("template_not_pptx", file=name)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for part in package.namelist():
            made.writestr(part, types if part == _TYPES else package.read(part))
    return out.getvalue()


def _drop_slides(file: Any) -> None:
    """No slide is left, nor a list that names one."""
    listed = file.slides._sldIdLst
    for slide in list(listed):
        file.part.drop_rel(slide.get(qn("r:id")))
        listed.remove(slide)
    root = file.part._element
    gone = (f"{{{_P14}}}sectionLst", qn("p:custShowLst"), qn("p:custDataLst"), qn("p:smartTags"))
    for element in list(root.iter(*gone)):
        parent = element.getparent()
        parent.remove(element)
        if parent.tag == qn("p:ext"):
            parent.getparent().remove(parent)
    for empty in root.findall(qn("p:extLst")):
        if not len(empty):
            root.remove(empty)


def _drop_what_went_with_them(file: Any) -> None:
    """Comments' authors, macros, the picture of the first slide, what the company noted of it."""
    _drop(file.part.rels, (*_LEFT_BEHIND, _PRINTERS))
    package = file.part.package
    _drop(package._rels, _OF_THE_PACKAGE)
    for relation in package._rels.values():
        if relation.reltype == RELATIONSHIP_TYPE.EXTENDED_PROPERTIES:
            relation.target_part._blob = APP_PROPERTIES.encode()
    properties = file.core_properties
    for name in ("category", "comments", "content_status", "keywords", "subject", "version"):
        setattr(properties, name, "")


def _drop(relations: Any, kinds: tuple[str, ...]) -> None:
    for id in [id for id, one in relations.items() if one.reltype.endswith(kinds)]:
        relations.pop(id)


def _give_notes_a_master(file: Any) -> None:
    """A master for notes with a place for text: theirs, else ours."""
    part = file.part
    theirs = [
        (id, one) for id, one in part.rels.items() if one.reltype == RELATIONSHIP_TYPE.NOTES_MASTER
    ]
    for id, one in theirs:
        if any(ph.get("type") == "body" for ph in one.target_part._element.iter(qn("p:ph"))):
            _list_notes_master(part._element, id)
            return
        part.rels.pop(id)
    package = part.package
    made = NotesMasterPart.load(
        PackURI("/ppt/notesMasters/notesMaster1.xml"),
        CONTENT_TYPE.PML_NOTES_MASTER,
        package,
        notes_master().encode(),
    )
    look = XmlPart.load(
        package.next_partname("/ppt/theme/theme%d.xml"),
        CONTENT_TYPE.OFC_THEME,
        package,
        theme("cxcase notes").encode(),
    )
    made.relate_to(look, RELATIONSHIP_TYPE.THEME)
    _list_notes_master(part._element, part.relate_to(made, RELATIONSHIP_TYPE.NOTES_MASTER))


def _list_notes_master(root: Any, id: str) -> None:
    """The presentation names its master for notes."""
    for listed in root.findall(qn("p:notesMasterIdLst")):
        root.remove(listed)
    made = parse_xml(
        f'<p:notesMasterIdLst {NAMESPACES}><p:notesMasterId r:id="{id}"/></p:notesMasterIdLst>'
    )
    root.find(qn("p:sldMasterIdLst")).addnext(made)


def layouts_of(file: Any) -> list[Any]:
    """Every layout of every master, in their order."""
    return list(_layouts(file))


def _layouts(file: Any) -> Iterator[Any]:
    for one in file.slide_masters:
        yield from one.slide_layouts
