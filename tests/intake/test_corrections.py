"""What a person corrects: by a saved mapping, or afterwards when the file is gone; and the blank
workbooks.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from make_files import csv, customer_rows, parsed, survey_rows, text_dates, xlsx

from cxcase.errors import InputError
from cxcase.intake import ROLES, blank_workbook, remap
from cxcase.intake.case.template_columns import BLANKS
from cxcase.report import words

INTAKE = Path(__file__).resolve().parents[2] / "cxcase" / "intake"
WORDS = words.all_texts()


def test_a_column_corrected_after_the_file_is_gone(tmp_path: Path) -> None:
    rows = [[*row, "Other" if i == 0 else 7] for i, row in enumerate(customer_rows(20))]
    found = parsed(xlsx({"Customers": rows}), tmp_path, "customers.xlsx")
    columns = dict(found.tables[0].source.columns) | {"revenue_start": "Other"}
    corrected = remap(found, 0, "customers", columns, folder=tmp_path, k_min=5)
    assert set(corrected.tables[0].frame()["revenue_start"]) == {7.0}
    assert corrected.key != found.key
    assert corrected.tables[0].source.role_confidence == 1.0
    again = remap(
        corrected, 0, "customers", found.tables[0].source.columns, folder=tmp_path, k_min=5
    )
    pd.testing.assert_frame_equal(again.tables[0].frame(), found.tables[0].frame())


def test_mixed_cells_come_back_from_disk_as_they_were(tmp_path: Path) -> None:
    rows: list[list[Any]] = survey_rows(30)
    rows[1][1] = "17/05/2025"
    rows[2][1] = 45800
    rows[3][2] = "6 - easy"
    found = parsed(xlsx({"S": rows}), tmp_path, "s.xlsx")
    again = remap(found, 0, "cx", found.tables[0].source.columns, folder=tmp_path, k_min=5)
    pd.testing.assert_frame_equal(again.tables[0].frame(), found.tables[0].frame())


def test_a_table_can_be_left_out_and_taken_back(tmp_path: Path) -> None:
    found = parsed(csv(customer_rows(20)), tmp_path)
    out = remap(found, 0, None, {}, folder=tmp_path, k_min=5)
    assert out.tables[0].source.role is None
    assert out.tables[0].source.messages[0].code == "not_used"
    back = remap(out, 0, "customers", None, folder=tmp_path, k_min=5)
    pd.testing.assert_frame_equal(back.tables[0].frame(), found.tables[0].frame())


def test_a_correction_that_lacks_a_column_says_which(tmp_path: Path) -> None:
    found = parsed(csv(customer_rows(20)), tmp_path)
    with pytest.raises(InputError) as caught:
        remap(found, 0, "cx", {"customer_id": "Customer ID"}, folder=tmp_path, k_min=5)
    assert caught.value.code == "columns_missing"
    assert caught.value.params["column"] == ["ease"]


def test_decisions_about_scale_and_direction_are_obeyed(tmp_path: Path) -> None:
    rows = text_dates(survey_rows(30))
    found = parsed(csv(rows), tmp_path)
    columns = found.tables[0].source.columns
    decided = {"scales": {"ease": [1, 10]}, "turned": ["ease"]}
    corrected = remap(found, 0, "cx", columns, folder=tmp_path, k_min=5, decisions=decided)
    before = found.tables[0].frame()["ease"]
    after = corrected.tables[0].frame()["ease"]
    assert (after == 11 - before).all()
    assert corrected.tables[0].scales["ease"].high == 10


def test_a_saved_role_without_columns_is_believed(tmp_path: Path) -> None:
    rows = [
        ["Code", "Depot", "Opening ARR", "Left"],
        *[[f"{k}", "A", k + 1, "no"] for k in range(9)],
    ]
    alone = parsed(csv(rows), tmp_path).tables[0].source
    assert alone.question is not None
    assert [one.column for one in alone.question.candidates] == ["Code"]
    entry = {"match": {"headings": rows[0]}, "role": None}
    kept = parsed(csv(rows), tmp_path, mapping={"version": 1, "tables": [entry]})
    assert kept.tables[0].source.messages[0].code == "not_used"
    columns = {"customer_id": "Code", "revenue_start": "Opening ARR", "churned": "Left"}
    mapping = {"version": 1, "tables": [{**entry, "role": "customers", "columns": columns}]}
    assert parsed(csv(rows), tmp_path, mapping=mapping).tables[0].source.rows_accepted == 9


@pytest.mark.parametrize("role", ROLES)
def test_a_blank_workbook_is_recognised_and_its_example_ignored(role: str, tmp_path: Path) -> None:
    found = parsed(blank_workbook(role), tmp_path, f"{role}.xlsx")
    table, notes = found.tables
    assert table.source.role == role
    assert table.source.rows_accepted == 0
    assert table.source.reasons == {"example_row": 1}
    assert notes.source.role is None
    assert len(table.source.headings) == len(BLANKS[role].columns)


def test_blank_workbooks_are_the_same_every_time() -> None:
    assert blank_workbook("cx") == blank_workbook("cx")


def _codes(kind: str) -> set[str]:
    """The codes in intake's source: of findings, errors, reasons for setting a row aside."""
    found: set[str] = set()
    for path in INTAKE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = ast.unparse(node.func).rsplit(".", 1)[-1]
            place = {
                "Finding": ("finding", 1),
                "data_finding": ("finding", 1),
                "say": ("finding", 1),
                "InputError": ("error", 0),
                "drop": ("aside", 1),
            }.get(name)
            if place and place[0] == kind and len(node.args) > place[1]:
                found |= {
                    c.value
                    for c in ast.walk(node.args[place[1]])
                    if isinstance(c, ast.Constant)
                    and re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)+", str(c.value))
                }
    return found


@pytest.mark.parametrize(
    ("kind", "section"), [("finding", "finding"), ("error", "error"), ("aside", "set_aside")]
)
def test_every_code_has_its_words(kind: str, section: str) -> None:
    codes = _codes(kind)
    assert len(codes) > 8
    assert codes - set(WORDS[section]) == set()
