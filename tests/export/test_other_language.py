"""A further language is one folder of words: in one that nobody speaks, 40 % longer, no slide and
no sheet has a word in plain letters but what came with the data, and every title still fits.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import make_pseudo
import make_report
import pytest
from lxml import etree  # type: ignore[import-untyped]
from openpyxl import load_workbook
from pptx import Presentation

from cxcase.export import build_deck, make_workbook
from cxcase.report import Report

# sheets, ids of fields and settings, codes of currencies, months (the locale writes these), and
# what Office calls a format
_NAMES = make_pseudo.words_of(
    "Assumptions Curves Steps Plan Flows Alone Periods Decides Lines Register Estimates Questions",
    "Moments Findings Sources Evidence Segments Units Read me GBP General yyyy mmm",
    "customer_id team revenue_start revenue_end churned ease csat nps discount horizon adoption",
    "overlap margin budget ramp half life",
    "Jan Feb Mar Apr May Jun Jul Aug Sep Sept Oct Nov Dec",
    "January February March April June July August September October November December",
)


def data_of(report: Report) -> frozenset[str]:
    """Every word of the company's own."""
    assert report.steps is not None
    sources = [
        (one.file, one.sheet, *one.columns.values(), *one.reasons) for one in report.case.sources
    ]
    found = report.link.diagnosis.items if report.link and report.link.diagnosis else None
    questions = found.items if found is not None else ()
    segments = report.case.base.segments if report.case.base else ()
    return _NAMES | make_pseudo.words_of(
        make_report._STEPS,
        make_report._MOMENTS,
        report.company,
        report.key,
        sources,
        [one.name for one in segments],
        [pin.text for pin in (*report.pins, *report.typical)],
        [study.source for step in report.steps.steps for study in step.evidence],
        [one.item for one in questions],
    )


def of_slide(slide: Any) -> Iterator[str]:
    """All that is written on a slide, in its notes, in its charts and for those who cannot see."""
    yield slide.notes_slide.notes_text_frame.text
    roots = [slide._element]
    roots += [
        etree.fromstring(rel.target_part.blob)
        for rel in slide.part.rels.values()
        if rel.reltype.endswith("/chart")
    ]
    for root in roots:
        for element in root.iter():
            if etree.QName(element).localname in ("t", "v", "formatCode") and element.text:
                yield element.text
            yield from (element.get(name) for name in ("descr", "formatCode") if element.get(name))


def of_sheet(sheet: Any) -> Iterator[str]:
    """All that is written on a sheet, what its formulas write among it."""
    for row in sheet.iter_rows():
        for value in (cell.value for cell in row if isinstance(cell.value, str)):
            if value.startswith("="):
                yield from re.findall('"([^"]*)"', value)
            else:
                yield value


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Report, Any, bytes]:
    """The report, the deck and the workbook in a language that nobody speaks."""
    folder = make_pseudo.write(tmp_path_factory.mktemp("words") / "xx")
    with make_pseudo.spoken(folder):
        report = make_report.make_report()
        return report, build_deck(report), make_workbook(report)


def test_no_slide_has_a_word_that_is_not_in_the_folder(made: tuple[Report, Any, bytes]) -> None:
    report, built, _ = made
    data = data_of(report)
    slides: Any = Presentation(io.BytesIO(built.data)).slides
    found = {
        word: (number, text[:120])
        for number, slide in enumerate(slides, 1)
        for text in of_slide(slide)
        for word in make_pseudo.fixed(text, data)
    }
    assert not found
    titles = {slide.shapes.title.text_frame.text for slide in slides}
    assert len(titles) > 20
    cut = {one.text for one in built.cuts}
    assert not [title for title in titles if title.endswith("…") or title in cut]


def test_no_sheet_has_a_word_that_is_not_in_the_folder(made: tuple[Report, Any, bytes]) -> None:
    report, _, book = made
    data = data_of(report)
    found = {
        word: (sheet.title, text[:120])
        for sheet in load_workbook(io.BytesIO(book))
        for text in of_sheet(sheet)
        for word in make_pseudo.fixed(text, data)
    }
    assert not found
