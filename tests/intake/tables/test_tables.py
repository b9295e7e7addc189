"""Workbooks as people keep them: titles, notes, currencies, N/A, totals; and what each is taken
for.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from make_files import csv, customer_rows, parsed, survey_rows, text_dates, xlsx

from cxcase.errors import InputError
from cxcase.intake import Scale, Upload, parse, remap
from cxcase.intake.recognition.recognise import WITHOUT_A_PERSON

START = "Annual revenue at 01/07/2025"
END = "Annual revenue at 30/06/2026"


def _ledger() -> list[list[Any]]:
    return [
        ["Thornbeck – customer list"],
        ["Prepared by", "Finance"],
        [],
        ["Customer no.", "Depot", "E-mail", "Customer since", START, END, "Date left"],
        ["007", "Leeds", "a@b.com", "17/10/2019", "£1,234.50", "£1,300.00", "N/A"],
        ["008", "Leeds", "c@d.com", "01/02/2020", "£2,000.00", "-", "04/02/2026"],
        ["009", "York", "e@f.com", dt.date(2021, 3, 1), 3000, 2500, ""],
        ["009", "York", "e@f.com", dt.date(2021, 3, 1), 3000, 2500, ""],
        [None, "York", "g@h.com", None, "£10.00", "£10.00", ""],
        ["010", "York", "i@j.com", "someday", "£10.00", "£10.00", ""],
        ["011", "York", "k@l.com", "01/02/2020", "see contract", "£10.00", ""],
        ["Total", "", "", "", "£6,244.50", "£3,800.00", ""],
    ]


def test_a_workbook_with_titles_money_dates_and_notes(tmp_path: Path) -> None:
    data = xlsx({"Customers": _ledger(), "Notes": [["Notes"], ["Revenue excludes VAT."]]})
    found = parsed(data, tmp_path, "customers.xlsx")
    table, notes = found.tables
    assert table.source.role == "customers"
    assert table.currency == "GBP"
    assert notes.source.role is None
    assert notes.source.messages[0].code == "no_table"
    frame = table.frame()
    assert frame["customer_id"].tolist() == [
        "007",
        "008",
        "009",
        "009",
        "010",
    ]  # which counts is a decision
    frame = frame.drop_duplicates("customer_id", ignore_index=True)
    assert frame["revenue_start"].tolist() == [1234.5, 2000.0, 3000.0, 10.0]
    np.testing.assert_array_equal(frame["revenue_end"], [1300.0, np.nan, 2500.0, 10.0])
    assert str(frame["churn_date"][1])[:10] == "2026-02-04"
    assert frame["churn_date"].isna().tolist() == [True, False, True, True]
    assert [str(d)[:10] for d in frame["customer_since"]] == [
        "2019-10-17",
        "2020-02-01",
        "2021-03-01",
        "NaT",
    ]


def test_a_heading_that_is_the_fields_own_word_wins_over_others(tmp_path: Path) -> None:
    rows = customer_rows(30)
    table = [[*rows[0], "Customer Type", "Segment"], *([*row, "new", "large"] for row in rows[1:])]
    for columns in (table, [[*row[:-2], row[-1], row[-2]] for row in table]):
        assert (
            parsed(csv(text_dates(columns)), tmp_path).tables[0].source.columns["segment"]
            == "Segment"
        )


def test_what_was_set_aside_is_named_by_its_place(tmp_path: Path) -> None:
    found = parsed(xlsx({"Customers": _ledger()}), tmp_path, "customers.xlsx")
    assert {(a.row, a.column, a.found, a.reason) for a in found.set_aside} == {
        (9, "Customer no.", None, "id_missing"),
        (11, "Annual revenue at 01/07/2025", "see contract", "not_a_number"),
        (12, None, None, "total_row"),
    }
    source = found.tables[0].source
    assert source.rows_read == 8 == source.rows_accepted + source.rows_set_aside
    assert source.dropped_columns == ("E-mail",)
    blanked = [m for m in source.messages if m.code == "cells_left_out"]
    assert [(m.params["column"], m.params["row"], m.params["found"]) for m in blanked] == [
        ("Customer since", 10, "someday")
    ]


def test_personal_columns_are_nowhere(tmp_path: Path) -> None:
    found = parsed(xlsx({"Customers": _ledger()}), tmp_path, "customers.xlsx")
    kept = repr(found) + "".join(
        p.read_bytes().decode("latin-1") for p in tmp_path.rglob("*.parquet")
    )
    assert "a@b.com" not in kept


def test_a_survey_with_scales_na_and_blank(tmp_path: Path) -> None:
    rows = survey_rows(40)
    rows[1][3] = "N/A"
    rows[2][3] = None
    rows[3][3] = 4
    rows[4][2] = 9
    rows[5][4] = "soso"
    table = parsed(xlsx({"Survey": rows}), tmp_path, "survey.xlsx").tables[0]
    assert table.source.role == "cx"
    assert table.scales == {
        "ease": Scale(1, 7),
        "moment:Billing": Scale(0, 10),
        "moment:Delivery": Scale(0, 10),
    }
    frame = table.frame()
    assert frame["lived:Billing"].tolist()[:3] == [False, True, True]
    assert frame["unanswered:Billing"].tolist()[:3] == [False, True, False]
    assert table.source.reasons == {}
    assert np.isnan(frame["ease"][3])
    assert frame["unanswered:Delivery"].tolist()[4]
    said = {m.code: dict(m.params) for m in table.source.messages}
    assert said["marks_off_scale"] == {
        "column": "Ease (1-7)",
        "count": 1,
        "low": 1,
        "high": 7,
        "row": 5,
        "found": "9",
    }
    assert (said["cells_left_out"]["row"], said["cells_left_out"]["found"]) == (6, "soso")


def test_a_row_is_set_aside_only_when_nothing_usable_remains(tmp_path: Path) -> None:
    rows = survey_rows(40)
    rows[4][2:5] = [None, None, 12]
    rows[5][2:5] = ["soso", None, 77]
    rows[6][2:5] = [None, "N/A", None]
    table = parsed(xlsx({"Survey": rows}), tmp_path, "survey.xlsx").tables[0]
    assert table.source.reasons == {"out_of_scale": 1, "not_a_rating": 1, "no_rating": 1}
    assert table.source.rows_accepted == 37


def test_rows_full_of_na_are_not_taken_for_headings(tmp_path: Path) -> None:
    names = [f"Visit by {who} (0-10)" for who in "abcdefghijkl"]
    rows = [
        [
            "Customer no.",
            "Date of response",
            "How easy was it to do business with us? (0-10)",
            *names,
        ]
    ]
    rows += [[f"{i:05d}", "2025-06-11", str(i % 11),
              *["n/a" if (i + k) % 3 else str((i + k) % 11) for k in range(12)]]
             for i in range(40)]  # fmt: skip
    source = parsed(csv(rows), tmp_path).tables[0].source
    assert (source.role, source.rows_accepted) == ("cx", 40)
    assert sum(field.startswith("moment:") for field in source.columns) == 12


def test_blank_means_not_lived_where_no_na_is_written(tmp_path: Path) -> None:
    rows = survey_rows(40)
    rows[1][4] = None
    frame = parsed(xlsx({"Survey": rows}), tmp_path, "survey.xlsx").tables[0].frame()
    assert not frame["lived:Delivery"][0]
    assert not frame["unanswered:Delivery"][0]


def test_effort_where_high_is_hard_is_turned_and_said(tmp_path: Path) -> None:
    rows = survey_rows(40)
    rows[0][2] = "How much effort did you have to put in? (1-7)"
    rows[1][2] = 7
    table = parsed(csv(text_dates(rows)), tmp_path).tables[0]
    assert table.frame()["ease"][0] == 1
    assert "scale_turned" in {m.code for m in table.source.messages}


def test_unlabelled_moments_share_one_scale_of_theory(tmp_path: Path) -> None:
    rows = survey_rows(40)
    rows[0][2:5] = ["Ease", "Billing", "Delivery"]
    for row in rows[1:]:
        row[2] = min(row[2], 4)
        row[3] = row[3] if row[3] == "N/A" else min(row[3], 3) + 1
        row[4] = min(row[4], 6) + 1
    table = parsed(csv(text_dates(rows)), tmp_path).tables[0]
    assert table.scales["ease"] == Scale(1, 5)
    assert table.scales["moment:Billing"] == table.scales["moment:Delivery"] == Scale(1, 7)
    assert {m.code for m in table.source.messages} == {"scale_assumed"}


def test_a_long_survey_becomes_a_row_a_response(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["Customer ID", "Response date", "Moment", "Rating (0-10)"]]
    for k in range(30):
        day = f"{k % 27 + 1:02d}/05/2025"
        rows.append([f"C{k}", day, "Billing", k % 11])
        if k % 2:
            rows.append([f"C{k}", day, "Delivery", "N/A" if k == 1 else 5])
    table = parsed(csv(rows), tmp_path).tables[0]
    frame = table.frame()
    assert len(frame) == 30
    assert table.scales["moment:Delivery"] == Scale(0, 10)
    assert frame["lived:Delivery"].tolist()[:4] == [False, False, False, True]
    assert frame["rating:Billing"].tolist()[:3] == [0, 1, 2]


def test_other_languages(tmp_path: Path) -> None:
    german = (
        ["Kundennummer", "Niederlassung", "Jahresumsatz", "Gekündigt"],
        "Köln",
        "1.234,50 €",
        "nein",
    )
    french = (
        ["Numéro client", "Agence", "Chiffre d'affaires", "Résilié"],
        "Lyon",
        "1 234,50 €",
        "non",
    )
    spanish = (["Cliente", "Sucursal", "Ingresos", "Baja"], "Lugo", "1.234,50 €", "no")
    for headings, team, money, kept in (german, french, spanish):
        rows = [headings, *[[f"K{i}", team, money, kept] for i in range(9)]]
        table = parsed(csv(rows, ";"), tmp_path).tables[0]
        assert table.source.role == "customers"
        assert table.frame()["revenue_start"][0] == 1234.5
        assert not table.frame()["churned"].any()


def test_sheets_written_by_hand(tmp_path: Path) -> None:
    rows = [
        ["Ref", "Title", "Acts on", "Moment", "One-off cost", "Yearly cost", "Months", "Lift",
         "Needs", "Mandatory"],
        ["R1", "Call back", "moment", "Billing; Delivery", "£12k", "£1,000", 3, 0.4, "", "yes"],
        ["R2", "Coach managers", "EX", "", "(500)", "", 6, 0.3, "R1", ""],
        ["R3", "No lift yet", "ease", "", "£5", "", 6, "tbc", "", ""],
        ["R1", "Twice", "ease", "", "£5", "", 6, 0.1, "", ""],
    ]  # fmt: skip
    found = parsed(csv([[f'"{c}"' if "," in str(c) else c for c in row] for row in rows]), tmp_path)
    frame = found.tables[0].frame()
    assert found.tables[0].source.role == "recommendations"
    assert frame["id"].tolist() == ["R1", "R2", "R3"]
    assert frame["acts_on"].tolist() == ["moment", "ex", "ease"]
    assert frame["moment"].tolist()[0] == "Billing;Delivery"
    assert frame["one_off_cost"].tolist() == [12000.0, -500.0, 5.0]
    assert frame["lift_likely"].tolist()[:2] == [0.4, 0.3]
    assert frame["said:lift_likely"].fillna("").tolist() == ["", "", "tbc"]
    assert frame["mandatory"].tolist() == [True, False, False]
    assert found.tables[0].source.reasons == {"duplicate_id": 1}


def test_hidden_sheets_are_listed_and_not_used(tmp_path: Path) -> None:
    data = xlsx({"Customers": customer_rows(20), "Old": customer_rows(20, seed=9)}, hidden=["Old"])
    roles = [(t.source.sheet, t.source.role) for t in parsed(data, tmp_path, "c.xlsx").tables]
    assert roles == [("Customers", "customers"), ("Old", None)]


def test_no_recognisable_columns_is_a_message_not_a_crash(tmp_path: Path) -> None:
    found = parsed(csv([["Alpha", "Beta"], ["x", "y"], ["z", "w"]]), tmp_path)
    assert found.tables[0].source.role is None
    assert found.tables[0].source.messages[0].code == "not_recognised"
    assert found.tables[0].source.rows_set_aside == 2


def test_a_file_said_to_be_something_it_is_not_says_what_it_lacks(tmp_path: Path) -> None:
    rows = [["Customer ID", "Team", "Churned"], *[[f"C{k}", "A", "no"] for k in range(9)]]
    with pytest.raises(InputError) as caught:
        parse(Upload("c.csv", csv(rows), "customers"), mapping=None, folder=tmp_path, k_min=5)
    assert caught.value.code == "columns_missing"
    assert caught.value.params["column"] == ["revenue_start"]
    assert caught.value.params["found"] == ["Customer ID", "Team", "Churned"]


def test_parsing_is_the_same_every_time(tmp_path: Path) -> None:
    data = xlsx({"Customers": _ledger()})
    first = parsed(data, tmp_path / "a", "c.xlsx")
    second = parsed(data, tmp_path / "b", "c.xlsx")
    assert first.key == second.key
    assert first.tables[0].path is not None
    assert second.tables[0].path is not None
    assert first.tables[0].path.read_bytes() == second.tables[0].path.read_bytes()
    assert parsed(data, tmp_path / "c", "c.xlsx", k_min=6).key != first.key


def _with_id(rows: list[list[Any]], heading: str = "ID") -> list[list[Any]]:
    return [[heading, *rows[0][1:]], *rows[1:]]


_REPEATED = [*customer_rows(20), customer_rows(20)[2]]
_FACTS = [["", "Segment", "ARR"], *([f"a{k}", "Small", 10 * k] for k in range(1, 20))]
_NAMED = [
    survey_rows(0)[0],
    *([f"0{k * k}", *row[1:]] for k, row in enumerate(text_dates(survey_rows(20))[1:])),
]
_COLOURS = [["", "Colour", "Size"], *([k, "red", "large"] for k in range(1, 20))]


@pytest.mark.parametrize(
    ("rows", "role"),
    [
        (customer_rows(20), "customers"),
        (_FACTS, "customer_facts"),
        (_REPEATED, None),
        (_COLOURS, None),
        (
            text_dates(survey_rows(20)),
            None,
        ),  # answers that were counted, as far as anybody can tell
        (
            [
                survey_rows(0)[0],
                *([f"0{k * k}", *row[1:]] for k, row in enumerate(text_dates(survey_rows(20))[1:])),
            ],
            "cx",
        ),
    ],
)
def test_an_id_of_nobody_in_particular_is_a_customers_where_it_differs_in_each_row(
    rows: list[list[Any]], role: str | None, tmp_path: Path
) -> None:
    source = parsed(csv(_with_id(rows)), tmp_path).tables[0].source
    assert (None if source.question else source.role) == role
    said = [m.params["column"] for m in source.messages if m.code == "id_taken_for_customer"]
    assert said == (["ID"] if role else [])
    assert (source.columns.get("customer_id") == "ID") == (role is not None)
    # one that waits says how sure its other headings make it
    assert source.question or source.role_confidence < 0.8


def test_a_better_name_wins_over_a_bare_id_and_a_persons_choice_needs_no_word(
    tmp_path: Path,
) -> None:
    rows = [[*row, k or "id"] for k, row in enumerate(customer_rows(20))]
    source = parsed(csv(rows), tmp_path).tables[0].source
    assert source.columns["customer_id"] == "Customer ID"
    assert source.role_confidence == WITHOUT_A_PERSON
    chosen = parsed(csv(_with_id(customer_rows(20))), tmp_path)
    columns = dict(chosen.tables[0].source.columns)
    again = remap(chosen, 0, "customers", columns, folder=tmp_path, k_min=5).tables[0].source
    assert again.role_confidence == 1.0
    assert not [m for m in again.messages if m.code == "id_taken_for_customer"]
