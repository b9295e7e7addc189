"""The deck on templates as companies keep them: their layouts, theme and size; nothing of their
samples; a sentence for the one that can't be used.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import make_templates
import pytest
from make_templates import TEMPLATES
from openxml_audit import OpenXmlValidator
from pptx import Presentation
from pptx.oxml.ns import qn

from cxcase.errors import InputError
from cxcase.export import Template, build_deck, cut_texts, template_check, template_of
from cxcase.export.deck.canvas import Cut
from cxcase.export.deck.look.theme_palette import contrast
from cxcase.report import Report

FITTING = {"wide": 9, "classic": 9, "dark": 9, "no title only": 3, "odd": 3, "arabic": 9}


@dataclass(frozen=True)
class Built:
    """A template's own file, what it was read as, and the deck made on it."""

    given: bytes
    template: Template
    data: bytes
    cuts: tuple[Cut, ...]


@pytest.fixture(scope="module", params=list(TEMPLATES))
def built(request: pytest.FixtureRequest, report: Report) -> Built:
    given = TEMPLATES[request.param]()
    template = template_of(given, request.param)
    made = build_deck(report, template)
    return Built(given, template, made.data, made.cuts)


def read(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read(name)


def names(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.namelist()


def reachable(data: bytes) -> set[str]:
    """The parts that some relationship leads to, from the package on."""
    found: set[str] = set()
    waiting = [""]
    while waiting:
        part = waiting.pop()
        folder, stem = posixpath.split(part)
        relations = f"{folder}/_rels/{stem}.rels".lstrip("/")
        if relations not in names(data):
            continue
        found.add(relations)
        listed = re.findall(rb"<Relationship [^>]*>", read(data, relations))
        for one in (relation.decode() for relation in listed):
            if 'TargetMode="External"' in one:
                continue
            target = re.search(r'Target="([^"]*)"', one)
            assert target
            path = posixpath.normpath(posixpath.join("/" + folder, target[1])).lstrip("/")
            if path not in found:
                found.add(path)
                waiting.append(path)
    return found


def test_the_check_says_how_many_kinds_fit(built: Built) -> None:
    template = built.template
    assert template.fitting == FITTING[template.name]
    first, *rest = template_check(template)
    assert first == f"{template.fitting} of 9 kinds of slide fit this template."
    by_geometry = [said for said in rest if "goes by geometry, moved" in said]
    assert len(by_geometry) == 9 - template.fitting
    assert bool(cut_texts(built.cuts)) == bool(built.cuts)


def test_its_layouts_size_and_theme_are_kept(built: Built) -> None:
    theirs = Presentation(io.BytesIO(built.given))
    ours = Presentation(io.BytesIO(built.data))
    assert (ours.slide_width, ours.slide_height) == (theirs.slide_width, theirs.slide_height)
    assert {s.slide_layout.name for s in ours.slides} <= {x.name for x in theirs.slide_layouts}
    assert read(built.data, "ppt/theme/theme1.xml") == read(built.given, "ppt/theme/theme1.xml")
    for slide in ours.slides:
        there = {shape.placeholder_format.idx for shape in slide.slide_layout.placeholders}
        assert {shape.placeholder_format.idx for shape in slide.placeholders} <= there
        assert slide.shapes.title is not None
        assert slide.shapes.title.text_frame.text
        assert slide.notes_slide.notes_text_frame.text


def test_nothing_of_its_samples_is_left(built: Built) -> None:
    listed = names(built.data)
    assert len(listed) == len(set(listed))
    assert set(listed) - {"[Content_Types].xml"} == reachable(built.data)
    whole = b" ".join(read(built.data, name) for name in listed)
    for left in (b"How to use this template", b"Sample notes", b"thumbnail", b"printerSettings"):
        assert left not in whole
    assert b"<Application>cxcase</Application>" in read(built.data, "docProps/app.xml")


def test_everything_is_on_the_slide_and_legible(built: Built) -> None:
    deck = Presentation(io.BytesIO(built.data))
    wide, tall = deck.slide_width or 0, deck.slide_height or 0
    for k, slide in enumerate(deck.slides, 1):
        for shape in slide.shapes:
            if not shape._element.tag.endswith("cxnSp"):
                assert shape.left >= 0, (k, shape.name)
                assert shape.left + shape.width <= wide, (k, shape.name)
                assert shape.top >= 0, (k, shape.name)
                assert shape.top + shape.height <= tall, (k, shape.name)
        points = [int(r.get("sz")) for r in slide._element.iter(qn("a:rPr")) if r.get("sz")]
        assert min(points) >= 1200, k


def test_its_colours_can_be_read(built: Built) -> None:
    palette = built.template.ground.palette
    ground = palette.hue("FFFFFF").rgb
    for role in ("1B2A3A", "5F6B78", "2F6DB5", "1A7A62", "7A5CA8", "A86500", "BF3F27"):
        assert contrast(palette.hue(role).rgb, ground) >= 4.5, role


def test_no_fault_by_the_schemas(built: Built, tmp_path: Path) -> None:
    path = tmp_path / "deck.pptx"
    path.write_bytes(built.data)
    found = OpenXmlValidator().validate(path).errors
    assert not [f"{error.part_uri}: {error.description}" for error in found]


def test_same_template_same_bytes(report: Report) -> None:
    given = make_templates.classic()
    first = build_deck(report, template_of(given)).data
    assert build_deck(report, template_of(given)).data == first


def test_a_potx_is_taken_as_well(report: Report) -> None:
    template = template_of(make_templates.as_potx(make_templates.wide()), "acme.potx")
    deck: Any = Presentation(io.BytesIO(build_deck(report, template).data))
    assert len(deck.slides) > 10


def test_a_layout_without_a_title_is_named() -> None:
    said = template_check(template_of(make_templates.no_title_only()))
    assert any(text.startswith("“Two Content” has no title") for text in said)


def test_letters_nobody_knows_are_named() -> None:
    said = template_check(template_of(make_templates.odd()))
    assert any("Brand Sans" in text for text in said)


@pytest.mark.parametrize(
    ("data", "code", "way_out"),
    [
        (make_templates.corrupt(), "template_damaged", "save it and bring it again"),
        (b"hello", "template_not_pptx", "Bring a .pptx or .potx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000), "template_locked", "take the password"),
        (make_templates.wide()[:20_000], "template_not_pptx", "Bring a .pptx or .potx"),
    ],
)
def test_one_that_cannot_be_used_has_a_sentence(data: bytes, code: str, way_out: str) -> None:
    with pytest.raises(InputError) as found:
        template_of(data, "acme.pptx")
    assert found.value.code == code
    assert "acme.pptx" in str(found.value)
    assert way_out in str(found.value)
