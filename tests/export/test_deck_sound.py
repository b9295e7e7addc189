"""Recordings that play in the deck, with nothing in them but the sound; and the deck's preview."""

from __future__ import annotations

import dataclasses
import io
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from lxml import etree  # type: ignore[import-untyped]
from make_recordings import mp3, wav
from openxml_audit import OpenXmlValidator
from pptx import Presentation

from cxcase.export import Rendering, Sound, drawn_slides, make_deck, office, slides_of
from cxcase.report import Report
from cxcase.voice import Pin, bare_sound

_SAID = "I had to ring three times before anybody called me back."
_PINS = (
    Pin("a", "clip", "Getting a quote", "low", _SAID),
    Pin("b", "clip", "First order", "high", "The welcome call was very nice."),
    Pin("c", "quote", "First order", "low", "Slow."),
)


@pytest.fixture(scope="module")
def heard(report: Report) -> bytes:
    """A deck of one slide, that of the voices, on which two recordings play."""
    others = tuple(code for code in slides_of(report.settings) if code != "voices")
    settings = dataclasses.replace(report.settings, slides_dropped=others)
    told = dataclasses.replace(report, pins=_PINS, settings=settings)
    tagged = mp3(1, tags=True)
    assert b"ID3" in tagged
    sounds = {
        "a": Sound("wav", bare_sound("wav", wav(1))),
        "b": Sound("mp3", bare_sound("mp3", tagged)),
    }
    return make_deck(told, None, sounds)


def test_recordings_play_in_the_deck_and_their_words_stand_in_the_notes(
    heard: bytes, tmp_path: Path
) -> None:
    (slide,) = Presentation(io.BytesIO(heard)).slides
    notes = slide.notes_slide.notes_text_frame.text
    assert f"In the recording: “{_SAID}”" in notes
    links = [rel for rel in slide.part.rels.values() if rel.reltype.endswith("/audio")]
    assert sorted(rel.target_part.partname.ext for rel in links) == ["mp3", "wav"]
    xml = etree.tostring(slide._element).decode()
    assert xml.count("ppaction://media") == xml.count("<p:audio>") == 2
    assert "Slow." not in notes
    path = tmp_path / "heard.pptx"
    path.write_bytes(heard)
    assert [str(error.description) for error in OpenXmlValidator().validate(path).errors] == []
    with zipfile.ZipFile(io.BytesIO(heard)) as package:
        assert not any(b"ID3" in package.read(name) for name in package.namelist())


def test_what_tells_of_a_recording_is_taken_out_and_the_sound_is_left() -> None:
    sound = wav(0.1)
    more = b"LIST\x0a\0\0\0Jane Smith"
    told = sound[:4] + (len(sound) - 8 + len(more)).to_bytes(4, "little") + sound[8:] + more
    assert b"Jane" in told
    assert bare_sound("wav", told) == sound
    tagged = mp3(1, tags=True) + b"TAG" + b"Jane Smith".ljust(125)
    assert bare_sound("mp3", tagged) == mp3(1)
    box = b"\0\0\0\x12udtaJane Smith"
    moov = (8 + len(box)).to_bytes(4, "big") + b"moov" + box
    bare = bare_sound("m4a", b"\0\0\0\x08ftyp" + moov + b"\0\0\0\x0cmdatJane")
    assert len(bare) == 8 + len(moov) + 12
    assert b"udta" not in bare
    assert bare.count(b"Jane") == 1  # in the sound itself


def test_every_slide_is_drawn_with_its_words(report: Report) -> None:
    deck = make_deck(dataclasses.replace(report, settings=_short(report)))
    slides: Any = Presentation(io.BytesIO(deck)).slides
    drawn = drawn_slides(deck)
    assert len(drawn) == len(slides) > 4
    for slide, drawing in zip(slides, drawn, strict=True):
        root = etree.fromstring(drawing)
        said = " ".join(root.itertext())
        assert all(word in said for word in slide.shapes.title.text_frame.text.split(" "))


def _short(report: Report) -> Any:
    return dataclasses.replace(report.settings, deck="short")


def test_slides_are_rendered_without_anybody_waiting(heard: bytes) -> None:
    program = office()
    if program is None:
        pytest.skip("LibreOffice is not installed")
    rendering = Rendering(heard, program)
    assert rendering.slides == 1
    while not rendering.over:
        time.sleep(0.2)
    assert rendering.pictures[0].startswith(b"\x89PNG")


def test_where_nothing_can_be_started_the_rendering_is_over_at_once(heard: bytes) -> None:
    rendering = Rendering(heard, "/nowhere/soffice")
    assert rendering.over
    assert rendering.pictures == {}
