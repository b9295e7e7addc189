"""What the strategy says travels: a slide, a sheet and `case.json` read one object."""

from __future__ import annotations

import dataclasses
import io
import json

import openpyxl
from make_report import make_report
from pptx import Presentation

from cxcase.export import make_workbook, write_case
from cxcase.export.deck import build_deck
from cxcase.report import Report
from cxcase.voice import Recommended, read_strategy

TEXT = """Goals
Every customer gets an invoice that is right the first time.
Complaints are closed within two days.
Become carbon neutral by 2030."""


def with_strategy(text: str) -> Report:
    report = make_report()
    steps = [item.step for item in report.ordered_steps]
    said = {s.id: Recommended(" ".join((s.title, *s.moments)), "customers") for s in steps}
    return dataclasses.replace(report, strategy=read_strategy(text, said))


def test_goals_and_their_steps_stand_on_a_slide_a_sheet_and_in_the_case() -> None:
    report = with_strategy(TEXT)
    chosen = {item.step.id for item in report.chosen_steps}
    built = build_deck(report)
    slides = list(Presentation(io.BytesIO(built.data)).slides)
    (slide,) = (s for s in slides if "goals the company has set itself" in s.shapes.title.text)
    assert slides.index(slide) + 1 not in {cut.slide for cut in built.cuts}
    (table,) = (shape.table for shape in slide.shapes if shape.has_table)
    first = [row.cells[0].text for row in table.rows]
    assert first[1:] == [*TEXT.splitlines()[1:3], "No goal was found for"]
    said = " ".join(s.text_frame.text for s in slide.shapes if s.has_text_frame)
    assert "Nothing here speaks of the people who work here." in said

    sheet = openpyxl.load_workbook(io.BytesIO(make_workbook(report)))["Strategy"]
    cells = {str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value}
    assert {*TEXT.splitlines()[1:], "customer", "suggested: both speak of invoice"} <= cells

    case = json.loads(write_case(report))["strategy"]
    assert case["goals"] == TEXT.splitlines()[1:]
    assert case["missing"] == ["people"]
    assert {id for id, tie in case["serves"].items() if tie["how"] == "words"} & chosen


def test_without_a_strategy_there_is_neither() -> None:
    report = make_report()
    assert "strategy" not in json.loads(write_case(report))
    assert "Strategy" not in openpyxl.load_workbook(io.BytesIO(make_workbook(report))).sheetnames
