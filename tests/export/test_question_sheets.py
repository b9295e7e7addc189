"""A sheet of questions that is sent, filled in and read back as evidence; and whom it asks what."""

from __future__ import annotations

import dataclasses
import io
from pathlib import Path

import openpyxl
import pytest
from make_files import parsed

from cxcase.export import make_question_sheet
from cxcase.recommend import Evidence, Registered
from cxcase.report import Report
from cxcase.report.rounded_view import departments_of, rounded_view, to_ask

HEARD = Evidence("S", "estimate", "D", None, "points", 2025, None, "estimate", department="sales")
PILOT = Evidence("P", "own pilot", "A", 0.4, "points", 2025, None, "own_pilot", department="Legal")


@pytest.fixture(scope="module")
def heard(report: Report) -> Report:
    """The ordinary case in which Sales and Legal have spoken of R1."""
    assert report.steps
    register = (Registered(HEARD, "R1", {"R1": HEARD}), Registered(PILOT, "R1", {"R1": PILOT}))
    return dataclasses.replace(report, steps=dataclasses.replace(report.steps, register=register))


def test_the_matrix_says_who_and_what_is_missing(heard: Report) -> None:
    views = {view.step.id: view for view in rounded_view(heard)}
    assert departments_of(heard)[-1] == "Legal"
    assert "Sales" not in views["R1"].silent
    assert views["R1"].departments["Legal"] == 1
    assert views["R1"].lacks == ("compared", "seen", "market", "customers")
    assert views["R2"].silent == departments_of(heard)
    assert views["R2"].lacks == ("own", "compared", "seen", "people", "market", "customers")
    assert "R1" not in [view.step.id for view in to_ask(heard, "Sales")]


def test_a_filled_in_sheet_is_read_back_as_estimates(heard: Report, tmp_path: Path) -> None:
    data = make_question_sheet(heard, "Sales")
    assert data is not None
    assert data == make_question_sheet(heard, "Sales")
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book.active
    heads = [cell.value for cell in sheet[4]]
    line = {sheet.cell(row, heads.index("Step") + 1).value: row for row in range(5, 5 + 5)}
    assert "R1" not in line
    for name, value in {"Person": "Ada", "Low": 0.1, "Likely": 0.3, "High": 0.6}.items():
        sheet.cell(line["R2"], heads.index(name) + 1, value)
    out = io.BytesIO()
    book.save(out)
    [table] = parsed(out.getvalue(), tmp_path, "answers.xlsx").tables
    assert table.source.role == "case_studies"
    frame = table.frame()
    assert frame["step"].tolist() == ["R2"]
    row = frame.iloc[0]
    assert (row["low"], row["likely"], row["high"]) == (0.1, 0.3, 0.6)
    assert (row["department"], row["person"], row["kind"]) == (
        "Sales",
        "Ada",
        "stakeholder estimate",
    )
    assert set(table.source.reasons) == {"effect_missing"}
