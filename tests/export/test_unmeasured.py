"""Without revenue at the end no file states GRR, NRR, growth or expansion, and each says why."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from make_unmeasured import stated, uploads
from pptx import Presentation
from workbook_cells import opened

from cxcase.export import make_deck, make_workbook, write_case
from cxcase.notebook import open_case
from cxcase.report import Report, charts, words

WHY = words.reason("no_revenue_end")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    folder = tmp_path_factory.mktemp("unmeasured")
    for name, data in uploads().items():
        (folder / name).write_bytes(data)
    return open_case(folder, budget=20_000).report


def _shown(deck: bytes) -> list[str]:
    """Every text of the slides, their tables and their charts' labels."""
    said = []
    for slide in Presentation(io.BytesIO(deck)).slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                said += [paragraph.text for paragraph in shape.text_frame.paragraphs]
            if shape.has_table:
                said += [" | ".join(cell.text for cell in row.cells) for row in shape.table.rows]
            if shape.has_chart:
                said += [str(name) for plot in shape.chart.plots for name in plot.categories]
        said.append(slide.notes_slide.notes_text_frame.text)
    return said


def test_what_is_stated_is_found() -> None:
    for text in (
        "Gross revenue retention 88 %, net 88 %.",
        "Change among those who stayed +£0",
        "NRR, revenue kept and grown | 0.88",
        "£120 k gained",
        "2.4 % of revenue kept and grown",
    ):
        assert stated(text.replace(" | ", " ")), text
    assert not stated("revenue kept alone, without growth. Add each customer's revenue")


def test_the_case_file_has_nulls_and_reasons(report: Report) -> None:
    told = json.loads(write_case(report))
    base = told["base"]
    assert [base[name] for name in ("revenue_end", "grr", "nrr")] == [None] * 3
    assert base["not_measured"] == "no_revenue_end"
    assert base["revenue_churn"] == pytest.approx(base["churned_revenue"] / base["revenue_start"])
    figures: list[dict[str, Any]] = [*told["link"]["effects"], *told["link"]["worth"]]
    found = {figure["id"]: figure for figure in figures}
    for id in ("cx_to_nrr", "one_point_of_cx_expansion"):
        assert found[id]["value"] is None
        assert found[id]["reason"] == "no_revenue_end"
    assert found["one_point_of_cx"]["value"] == found["one_point_of_cx_retention"]["value"]
    assert not any(item["id"] == "as_booked" for item in told["link"]["beside"])
    assert not {"end_revenue", "kept_revenue"} & {line["id"] for line in told["link"]["ledger"]}
    for found in told["findings"]:
        assert not stated(found["what"]), found


def test_the_deck_says_why_and_shows_no_change(report: Report) -> None:
    said = _shown(make_deck(report))
    assert not [text for text in said if stated(text)]
    assert any(WHY.text in text and WHY.unlock in text for text in said)
    assert not any("Change among those who stayed" in text for text in said)


def test_the_workbook_has_no_figure_and_no_formula_for_it(report: Report) -> None:
    book = opened(make_workbook(report))
    rows = [[cell.value for cell in row] for row in book["Estimates"].iter_rows()]
    named = {row[0]: row for row in rows}
    for name in ("revenue_end", "grr", "nrr"):
        row = named[words.say(f"export.estimate.{name}")]
        assert row[1] == "not measured"
        assert WHY.text in row[10]
    for sheet in book:
        for row in sheet.iter_rows():
            texts = [str(cell.value) for cell in row if cell.value is not None]
            assert sheet.title == "Estimates" or not stated(" ".join(texts)), texts


def test_no_chart_shows_growth(report: Report) -> None:
    for name in charts.NAMES:
        assert not stated(charts.alt(name, report)), name
    assert "more revenue kept a year" in charts.title("worth_range", report)
    assert "of it kept" not in charts.alt("worth_range", report)  # no part of a whole is left


def test_the_answers_of_the_pages_speak_of_retention_alone(report: Report) -> None:
    assert report.link is not None
    assert report.link.counts == "kept"
    assert "kept" in report.answers["link"]
    for answer in report.answers.values():
        assert not stated(answer)
