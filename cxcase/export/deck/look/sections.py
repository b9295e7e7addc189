"""The deck's sections: which slides belong together, under which name."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from lxml import etree  # type: ignore[import-untyped]
from pptx.oxml.ns import qn

_P14 = "http://schemas.microsoft.com/office/powerpoint/2010/main"
_SECTIONS = "{521415D9-36F7-43E2-AB2F-B90AF26B5E84}"


def write_sections(file: Any, sections: Sequence[tuple[str, int]]) -> None:
    """Sections by (name, place of the first slide); those without slides are left out."""
    ids = [slide.get("id") for slide in file.slides._sldIdLst]
    ends = [*(first for _, first in sections[1:]), len(ids)]
    filled = [(name, ids[k:end]) for (name, k), end in zip(sections, ends, strict=True) if k < end]
    if not filled:
        return
    root = file.part._element
    listed = root.find(qn("p:extLst"))
    if listed is None:
        listed = etree.SubElement(root, qn("p:extLst"))
    one = etree.SubElement(listed, qn("p:ext"))
    one.set("uri", _SECTIONS)
    found = etree.SubElement(one, f"{{{_P14}}}sectionLst", nsmap={"p14": _P14})
    for place, (name, slides) in enumerate(filled):
        section = etree.SubElement(found, f"{{{_P14}}}section")
        section.set("name", name)
        section.set("id", _id_of(f"{place} {name}"))
        within = etree.SubElement(section, f"{{{_P14}}}sldIdLst")
        for id in slides:
            etree.SubElement(within, f"{{{_P14}}}sldId").set("id", id)


def _id_of(name: str) -> str:
    """An id of a section that is the same every time."""
    return "{" + str(uuid.uuid5(uuid.NAMESPACE_OID, name)).upper() + "}"
