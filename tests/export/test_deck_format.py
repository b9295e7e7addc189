"""The deck as a file: valid by Office's own schemas, on our own layouts and theme, without traces
of how it was made, with labels that follow their values, legible with the longest names.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from make_report import make_report
from openxml_audit import OpenXmlValidator
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE, PP_PLACEHOLDER
from pptx.oxml.ns import qn

from cxcase.export import make_deck, text_fit
from cxcase.export.deck import build_deck
from cxcase.export.deck.axes import label_format
from cxcase.export.deck.look.kinds import KINDS
from cxcase.report import Report

_LONGEST = "The Amalgamated Society of " + "Very Long Company Names " * 4


@pytest.fixture(scope="module")
def data(report: Report) -> bytes:
    return make_deck(report)


@pytest.fixture(scope="module")
def deck(data: bytes) -> Any:
    return Presentation(io.BytesIO(data))


@pytest.fixture(scope="module")
def ugly() -> bytes:
    """Long names, values below zero, wide intervals."""
    return make_deck(make_report(ugly=True, company=_LONGEST))


def faults(data: bytes, path: Path) -> list[str]:
    """What the Open XML SDK's schemas and rules say against a file."""
    path.write_bytes(data)
    found = OpenXmlValidator().validate(path)
    return [f"{error.part_uri}: {error.description}" for error in found.errors]


def rewritten(data: bytes, pattern: str, old: bytes, new: bytes) -> bytes:
    """The package with a text replaced in the parts of these names."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as whole, zipfile.ZipFile(out, "w") as made:
        for name in whole.namelist():
            part = whole.read(name)
            made.writestr(name, part.replace(old, new) if re.fullmatch(pattern, name) else part)
    return out.getvalue()


def parts(data: bytes, pattern: str) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {n: package.read(n) for n in package.namelist() if re.fullmatch(pattern, n)}


# ---- the format ----------------------------------------------------------------------------------


def test_no_fault_by_the_schemas(data: bytes, ugly: bytes, tmp_path: Path) -> None:
    assert faults(data, tmp_path / "deck.pptx") == []
    assert faults(ugly, tmp_path / "ugly.pptx") == []


def test_a_planted_fault_is_found(data: bytes, tmp_path: Path) -> None:
    spoiled = rewritten(data, "ppt/charts/chart.*xml", b'val="1001"', b'val="-1001"')
    assert spoiled != data
    assert faults(spoiled, tmp_path / "spoiled.pptx")


def test_no_trace_of_how_it_was_made(data: bytes) -> None:
    names = list(parts(data, ".*"))
    assert not [name for name in names if "thumbnail" in name or "printerSettings" in name]
    said = b" ".join(parts(data, r"docProps/.*|ppt/.*\.xml").values()).lower()
    assert b"python" not in said
    assert b"steve canny" not in said
    assert b"<application>cxcase</application>" in said
    inside = parts(data, "ppt/embeddings/.*")
    assert inside
    for book in inside.values():
        assert b"XlsxWriter" not in b" ".join(parts(book, "docProps/.*").values())


def test_slides_stand_on_layouts_for_what_they_hold(deck: Any) -> None:
    own = {kind.name: kind for kind in KINDS}
    layouts = [layout.name for layout in deck.slide_layouts]
    assert layouts == [name for name in own if name in layouts]
    assert set(layouts) == {slide.slide_layout.name for slide in deck.slides}
    for slide in deck.slides:
        held = {shape.placeholder_format.idx for shape in slide.placeholders}
        there = {shape.placeholder_format.idx for shape in slide.slide_layout.placeholders}
        assert held <= there
        assert {0, 10, 11, 12, 13} <= held  # title, date, footer, number, line below the title
        assert own[slide.slide_layout.name].ids <= held


def test_charts_and_tables_are_in_placeholders(deck: Any) -> None:
    """All charts, and the first table of a slide: a second one stands beside it."""
    shown = [shape for slide in deck.slides for shape in slide.shapes]
    assert all(shape.is_placeholder for shape in shown if shape.has_chart)
    for slide in deck.slides:
        tables = [shape for shape in slide.shapes if shape.has_table]
        assert not tables or any(shape.is_placeholder for shape in tables)
    types = {shape.placeholder_format.type for shape in shown if shape.is_placeholder}
    assert {PP_PLACEHOLDER.CHART, PP_PLACEHOLDER.TABLE, PP_PLACEHOLDER.BODY} <= types


def test_colours_and_letters_are_the_themes(data: bytes) -> None:
    for name, part in parts(
        data, r"ppt/(slides|charts|slideLayouts|slideMasters)/[^/]*\.xml"
    ).items():
        assert b"srgbClr" not in part, name
        assert not re.search(rb'<a:latin typeface="(?!\+)', part), name


def test_sections_hold_every_slide_once(deck: Any, data: bytes) -> None:
    whole = parts(data, "ppt/presentation.xml")["ppt/presentation.xml"].decode()
    listed = re.findall(r'<p14:sldId id="(\d+)"', whole)
    assert listed == [slide.get("id") for slide in deck.slides._sldIdLst]
    assert len(re.findall("<p14:section ", whole)) == 4


def test_pictures_tell_their_numbers(deck: Any) -> None:
    groups = 0
    for slide in deck.slides:
        for shape in slide.shapes:
            if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
                groups += 1
                assert re.search(r"\d", shape._element.nvGrpSpPr.cNvPr.get("descr"))
            elif shape.has_chart:
                alt = shape._element.nvGraphicFramePr.cNvPr.get("descr")
                assert re.search(r"\d", alt), alt
    assert groups >= 2


# ---- labels --------------------------------------------------------------------------------------


def spaces(deck: Any) -> Iterator[Any]:
    """The chart of every shape that has one."""
    for slide in deck.slides:
        yield from (shape.chart for shape in slide.shapes if shape.has_chart)


def test_labels_are_their_values(deck: Any) -> None:
    bound = 0
    for chart in spaces(deck):
        for label in chart._chartSpace.iter(qn("c:dLbl")):
            if label.find(qn("c:delete")) is not None:
                continue
            assert label.find(qn("c:tx")) is None  # no fixed words
            value = label.find(qn("c:showVal")).get("val") == "1"
            name = label.find(qn("c:showSerName")).get("val") == "1"
            assert value != name
            if value:
                assert label.find(qn("c:numFmt")).get("sourceLinked") == "0"
            bound += 1
    assert bound > 30


def test_whiskers_are_the_spreadsheets(deck: Any) -> None:
    read = 0
    for chart in spaces(deck):
        book = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob))
        for reference in chart._chartSpace.xpath(".//c:errBars//c:numRef"):
            cells = reference.find(qn("c:f")).text.replace("$", "").split("!")[1]
            there = [row[0].value for row in book.active[cells]]
            shown = [float(v.text) for v in reference.iter(qn("c:v"))]
            assert there == pytest.approx(shown)
            read += 1
        assert not chart._chartSpace.xpath(".//c:errBars//c:numLit")
    assert read >= 6


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (2_211_000, '"£"#,##0.00,," m"'),
        (22_110, '"£"#,##0.0," k"'),
        (278_300, '"£"#,##0," k"'),
        (7_000, '"£"#,##0," k"'),
        (999_600, '"£"#,##0.00,," m"'),
        (412, '"£"#,##0'),
        (0.0, '"£"#,##0'),
    ],
)
def test_labels_have_three_figures(value: float, written: str) -> None:
    above, below, zero = label_format("£", value).split(";")
    assert above == written
    assert below == f'"−"{written}'
    assert zero == '"£"0'
    assert label_format("£", -value).split(";")[0] == written


# ---- legible with the longest names --------------------------------------------------------------


def frames(slide: Any) -> Iterator[tuple[Any, Any]]:
    """(shape, text frame) of everything with words, also in groups."""
    stack = list(slide.shapes)
    while stack:
        shape = stack.pop()
        if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
            stack.extend(shape.shapes)
        elif shape.has_text_frame and shape.text_frame.text.strip():
            yield shape, shape.text_frame


def sizes(element: Any) -> Iterator[float]:
    """Points of all letters below an element, as far as it says them."""
    for one in element.iter(qn("a:rPr"), qn("a:defRPr"), qn("a:endParaRPr")):
        if one.get("sz"):
            yield int(one.get("sz")) / 100


@pytest.mark.parametrize("which", ["data", "ugly"])
def test_no_letter_is_under_twelve_points(which: str, request: pytest.FixtureRequest) -> None:
    whole = Presentation(io.BytesIO(request.getfixturevalue(which)))
    for k, slide in enumerate(whole.slides, 1):
        assert min(sizes(slide._element)) >= 12, k
        for shape, frame in frames(slide):
            for run in (run for paragraph in frame.paragraphs for run in paragraph.runs):
                assert run.font.size is not None, (k, shape.name, run.text)
    for chart in spaces(whole):
        assert min(sizes(chart._chartSpace)) >= 12


@pytest.mark.parametrize("which", ["data", "ugly"])
def test_text_fits_its_place(which: str, request: pytest.FixtureRequest) -> None:
    whole = Presentation(io.BytesIO(request.getfixturevalue(which)))
    for k, slide in enumerate(whole.slides, 1):
        for shape, frame in frames(slide):
            room = shape.width / 12700
            needed = 0.0
            for paragraph in frame.paragraphs:
                text = "".join(run.text for run in paragraph.runs).replace("\u2060", "")
                points = max((run.font.size.pt for run in paragraph.runs), default=0.0)
                bold = any(run.font.bold for run in paragraph.runs)
                needed += text_fit.height(text, points, room, bold) if points else 0.0
                needed += paragraph.space_after.pt if paragraph.space_after else 0.0
            assert needed <= shape.height / 12700 + 1.0, (k, shape.name, frame.text)
        title = slide.shapes.title.text_frame
        points = title.paragraphs[0].runs[0].font.size.pt
        assert text_fit.lines(title.text, points, slide.shapes.title.width / 12700, True) <= 2
        for shape in slide.shapes:
            if shape.has_table:
                assert (shape.top + sum(row.height for row in shape.table.rows)) / 914400 <= 6.85, k


def test_what_is_cut_is_told() -> None:
    whole = build_deck(make_report(ugly=True))
    told = {(cut.slide, cut.text) for cut in whole.cuts}
    ends = 0
    for k, slide in enumerate(Presentation(io.BytesIO(whole.data)).slides, 1):
        for _, frame in frames(slide):
            for paragraph in frame.paragraphs:
                if paragraph.text.endswith("…"):
                    ends += any(slide_k == k for slide_k, _ in told)
    assert told
    assert ends
