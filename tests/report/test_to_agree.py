"""What is to be agreed stands in one order everywhere, with who signed and what is stale."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import json
from typing import Any

import openpyxl
import pytest
from make_report import make_report
from pptx import Presentation

from cxcase.agreement import Agreement, Agreements, Ask, Signature
from cxcase.export import make_deck, make_workbook, write_case
from cxcase.report import Report
from cxcase.report.to_agree import NOT_AGREED, part_name, to_agree
from cxcase.settings import DECISIONS, Settings
from cxcase.stage_settings import ASK, adds

DAY = dt.date(2026, 3, 2)
ASKED = Ask(DAY, "3f2a91bc", 120_000.0, 90_000.0, "no", "there is not that much money", 80_000.0)


@pytest.fixture(scope="module")
def report() -> Report:
    """The first ranked line is owned and signed, the margin's signature is stale."""
    plain = make_report()
    first = to_agree(plain)[0]
    lines = (
        Agreement(first.kind, first.of, "Ann", DAY, Signature("Bob", DAY, first.value)),
        Agreement("setting", "margin", "Cy", None, Signature("Bob", DAY, "35 %")),
    )
    moved = {("setting", "margin"): ("margin", "file:customers.xlsx")}
    return dataclasses.replace(plain, agreements=Agreements(lines, (ASKED,), moved))


def test_the_widest_come_first_and_settings_below_without_a_swing(report: Report) -> None:
    lines = to_agree(report)
    spans = [abs(ends[1] - ends[0]) for line in lines if (ends := line.npv_ends)]
    assert spans == sorted(spans, reverse=True)
    assert len(spans) > 3
    below = lines[len(spans) :]
    assert [line.of for line in below][:3] == ["margin", "discount", "horizon"]
    assert not any(line.swing for line in below)
    assert "lift_range" in [line.of for line in below]
    assert not to_agree(dataclasses.replace(report, plan=None))


def test_only_what_is_asked_and_what_decides_nothing_in_money_is_not_agreed() -> None:
    beside = {*adds("plan_details"), "own_steps", "asked"}
    assert set(ASK) | {"seed", "k_min", "side_cuts", "pilot_cost", "locale"} == NOT_AGREED
    registered = {line.name for line in Settings(day_rate=1.0).register()}
    assert registered - NOT_AGREED
    assert not {"own_steps", "asked"} & registered, beside


def test_what_changed_since_is_named_as_people_read_it() -> None:
    assert part_name("file:customers.xlsx") == "customers.xlsx"
    named = {part: part_name(part) for part in ("margin", *DECISIONS)}
    assert not [part for part, name in named.items() if part == name or "_" in name]


def test_case_json_says_who_signed_and_what_changed_since(report: Report) -> None:
    case = json.loads(write_case(report))
    first, *_ = case["register"]
    assert (first["owner"], first["due"], first["status"]) == ("Ann", "2026-03-02", "signed")
    assert {"npv_low", "npv_high"} <= set(first["swing"])
    (margin,) = [line for line in case["register"] if line["of"] == "margin"]
    assert margin["status"] == "stale"
    assert margin["changed_since"] == ["margin", "file:customers.xlsx"]
    assert margin["signed"] == {"by": "Bob", "on": "2026-03-02", "value": "35 %"}
    assert "swing" not in margin
    assert case["asks"][0]["recut"] == 80_000.0
    assert case["key"] == json.loads(write_case(make_report()))["key"]


def test_the_workbook_has_the_same_lines_in_the_same_order(report: Report) -> None:
    book = openpyxl.load_workbook(io.BytesIO(make_workbook(report)))
    sheet: Any = book["Register"]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5)]
    named = [row for row in cells if row[9] in ("not signed", "signed", "stale: sign again")]
    assert [row[1] for row in named] == [line.name for line in to_agree(report)]
    assert named[0][0] == 1
    assert named[0][7:11] == ["Ann", dt.datetime(2026, 3, 2), "signed", "Bob"]
    (margin,) = [row for row in named if row[9] == "stale: sign again"]
    assert margin[13] == "Contribution margin, customers.xlsx"
    assert any("3f2a91bc" in row for row in cells)


def test_the_deck_says_who_stands_for_what_and_has_a_slide_of_what_was_asked(
    report: Report,
) -> None:
    def slides(of: Report) -> dict[str, Any]:
        deck: Any = Presentation(io.BytesIO(make_deck(of)))
        return {slide.shapes.title.text_frame.text: slide for slide in deck.slides}

    with_both = slides(report)
    assert next(t for t in with_both if "signed by Finance" in t).startswith("1 of")
    asked = with_both["One ask before this one, on 2 March 2026"]
    (table,) = [shape.table for shape in asked.shapes if shape.has_table]
    cells = [cell.text_frame.text.replace("\u00a0", " ") for cell in table.rows[1].cells]
    assert cells == [
        *("2 March 2026", "3f2a91bc", "£120 k", "£90 k"),
        *("no: there is not that much money", "re-cut to £80 k"),
    ]
    without = slides(make_report())
    assert next(t for t in without if "signed by Finance" in t).startswith("None of")
    assert not [title for title in without if "One ask" in title]
