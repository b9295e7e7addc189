"""Files of people whose headings, scales, dates or rows were once read wrong: what must come out
of each.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwt
from make_books import ods, part_of, rezipped
from make_files import csv, customer_rows, parsed, xlsx

from cxcase.intake import Case, ParsedTable, Scale, Upload, read
from cxcase.settings import Settings

CASES = Path(__file__).parent / "cases"
CUSTOMERS = ("customer_id", "team", "revenue_start", "revenue_end")
# what was right before any of the others was mended: the role, what is accepted and set aside
AS_IT_WAS = {
    "cx_code99.csv": ("cx", 134, {"no_rating": 66}),
    "cx_csat01.csv": ("cx", 157, {"no_rating": 43}),
    "cx_csatgb.csv": ("cx", 121, {"no_rating": 79}),
    "cx_nps110.csv": ("cx", 200, {}),
    "cx_pred.csv": ("cx", 200, {}),
    "d00_plain.csv": ("customers", 200, {}),
    "d04_two_digit.csv": ("customers", 200, {}),
    "d24_subtotals.xlsx": ("customers", 200, {"total_row": 5}),
    "d25_subtotals_blank.xlsx": ("customers", 200, {"id_missing": 5}),
    "d30_side_table.xlsx": ("customers", 200, {}),
    "d31_stacked.xlsx": ("customers", 200, {"heading_row": 1, "other_table": 11}),
    "d38_float_ids.csv": ("customers", 200, {}),
}


def _table(name: str, folder: Path) -> ParsedTable:
    return parsed((CASES / name).read_bytes(), folder, name).tables[0]


def _codes(table: ParsedTable) -> list[str]:
    return [message.code for message in table.source.messages]


@pytest.mark.parametrize("name", AS_IT_WAS)
def test_a_file_that_was_right_stays_right(name: str, tmp_path: Path) -> None:
    source = _table(name, tmp_path).source
    found = (source.role, source.rows_accepted, dict(source.reasons))
    assert found == AS_IT_WAS[name]
    if source.role == "customers":
        assert set(CUSTOMERS) < set(source.columns)


# ---- headings ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "rows"),
    [("t16_header_row.csv", 60), ("t16b_header_row_short.csv", 14), ("t16c.csv", 14)],
)
def test_an_answer_repeated_in_a_row_does_not_make_it_the_headings(
    name: str, rows: int, tmp_path: Path
) -> None:
    source = _table(name, tmp_path).source
    assert source.headings[:2] == ("customerID", "Partner")
    assert source.columns["churned"] == "Churn"
    assert source.rows_read == rows


def test_unknown_headings_stand_above_a_row_of_answers(tmp_path: Path) -> None:
    rows = [["aa", "bb", "cc", "dd"]]
    rows += [[f"x{i}", "No service" if i == 9 else f"v{i % 3}", "No", "Yes"] for i in range(30)]
    rows[12] = ["x11", "Support", "Support", "Support"]
    source = parsed(csv(rows), tmp_path).tables[0].source
    assert source.headings == ("aa", "bb", "cc", "dd")


def test_what_customers_answered_is_never_shown_as_headings(tmp_path: Path) -> None:
    rows = [[f"K{i}", "North" if i % 2 else "South", "fine" if i % 3 else "slow"] for i in range(9)]
    source = parsed(csv(rows), tmp_path).tables[0].source
    assert source.headings == ()
    assert [message.code for message in source.messages] == ["no_headings"]
    assert "North" not in str(source.messages)


# ---- rows and damage -----------------------------------------------------------------------------


def test_all_customers_set_aside_are_said_in_one_sentence(tmp_path: Path) -> None:
    name = "d39_sci_ids.csv"
    case = read([Upload(name, (CASES / name).read_bytes())], Settings(), tmp_path)
    assert case.sources[0].reasons == {"id_lost_digits": 200}
    (said,) = [f for f in case.findings if f.code == "all_rows_set_aside"]
    assert (said.params["count"], said.params["reason"]) == (200, "id_lost_digits")


def test_labels_on_text_variables_are_read(tmp_path: Path) -> None:
    table = _table("t17_string_labels.sav", tmp_path)
    assert table.source.role == "cx"
    assert table.source.rows_accepted == 3


def test_a_very_wide_table_is_read(tmp_path: Path) -> None:
    rows = customer_rows(12)
    wide = [
        [*row, *(f"c{j}" if i == 0 else j % 7 for j in range(1500))] for i, row in enumerate(rows)
    ]
    table = parsed(csv(wide), tmp_path).tables[0]
    assert table.source.role == "customers"
    assert len(table.source.headings) == 1505


# ---- scales --------------------------------------------------------------------------------------


def _survey(questions: Mapping[str, Sequence[Any]], folder: Path) -> ParsedTable:
    """A survey of these columns, each of its answers repeated for forty customers."""
    rows: list[list[Any]] = [["Customer ID", "Response date", *questions]]
    for i in range(40):
        answers = [given[i % len(given)] for given in questions.values()]
        rows.append([f"C{i:04d}", f"2024-11-{i % 28 + 1:02d}", *answers])
    return parsed(csv(rows), folder).tables[0]


def test_school_marks_are_turned_by_nothing_but_what_is_said(tmp_path: Path) -> None:
    table = _table("cx_schulnote.csv", tmp_path)
    assert table.scales["csat"] == Scale(1, 6)
    assert table.decisions["turned"] == []
    assert table.frame()["csat"][0] == 1.0
    assert table.marked("good_end:") == {"good_end:csat": len(table.frame())}


def test_a_rank_is_no_moment(tmp_path: Path) -> None:
    table = _table("cx_rank.csv", tmp_path)
    assert set(table.source.columns) == {"customer_id", "responded_at", "ease"}
    (said,) = [m for m in table.source.messages if m.code == "ranks_left_out"]
    assert said.params["columns"] == ["Rank: Price", "Rank: Delivery"]


def test_promoters_in_words_are_said(tmp_path: Path) -> None:
    table = _table("cx_npswords.csv", tmp_path)
    assert _codes(table) == ["nearly_recognised", "nps_groups"]


def test_days_and_scores_are_nearly_a_survey(tmp_path: Path) -> None:
    (said,) = _table("t04_nps_date_user_score.csv", tmp_path).source.messages
    assert said.code == "nearly_recognised"
    assert said.params["role"] == "cx"
    assert said.params["missing"] == ["customer_id", "ease"]


@pytest.mark.parametrize(
    ("heading", "answers", "scale", "turned"),
    [
        ("How was delivery? 1 sad - 4 love", [1, 2, 3], Scale(1, 4), False),
        ("Delivery (1 poor to 10 excellent)", [3, 4, 5], Scale(1, 10), False),
        ("Lieferung: 1 (sehr gut) bis 6 (ungenügend)", [1, 2, 3], Scale(1, 6), True),
        ("Lieferung deutsche Note 1-6", [1, 2, 3], Scale(1, 6), True),
        ("Delivery (1-7)", [1, 2, 3, 4, 5], Scale(1, 7), False),
    ],
)
def test_what_the_heading_says_beats_what_is_assumed(
    heading: str, answers: list[int], scale: Scale, turned: bool, tmp_path: Path
) -> None:
    table = _survey({heading: answers}, tmp_path)
    ((field, found),) = table.scales.items()
    assert found == scale
    assert (field in table.decisions["turned"]) is turned
    assert "scale_assumed" not in _codes(table)


@pytest.mark.parametrize("heading", ["Would you recommend us? (1-4)", "Would recommend"])
def test_a_recommendation_that_ends_at_four_is_no_promoter_score(
    heading: str, tmp_path: Path
) -> None:
    table = _survey({"Ease (1-7)": [5, 6, 7, 2], heading: [1, 2, 3, 4]}, tmp_path)
    assert set(table.scales) == {"ease"}
    assert "nps" not in table.frame()
    assert "recommend_no_nps" in _codes(table)


def test_a_score_of_nothing_is_no_moment(tmp_path: Path) -> None:
    table = _survey({"Ease (1-7)": [5, 6, 7, 2], "Score": [1, 2, 3, 4]}, tmp_path)
    assert set(table.scales) == {"ease"}


# ---- waves in columns ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("earlier", "newest"),
    [
        ("Ease 2023", "Ease 2024"),
        ("Ease Q1 2024", "Ease Q2 2024"),
        ("Ease W1", "Ease W2"),
        ("Ease (wave 9)", "Ease (wave 10)"),
        ("Ease previous year", "Ease"),
    ],
)
@pytest.mark.parametrize("turned_round", [False, True])
def test_the_newest_of_several_waves_counts(
    earlier: str, newest: str, turned_round: bool, tmp_path: Path
) -> None:
    questions = {earlier: [1, 2, 3, 7], newest: [5, 6, 7, 4]}
    if turned_round:
        questions = dict(reversed(questions.items()))
    table = _survey(questions, tmp_path)
    assert table.source.columns["ease"] == newest
    assert not [field for field in table.source.columns if field.startswith("moment:")]
    (said,) = [m for m in table.source.messages if m.code.startswith("earlier_waves")]
    assert said.params == {"columns": [earlier], "newest": [newest]}


def test_waves_of_moments_in_two_rows_of_headings(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["Customer ID", "Response date", "Delivery", "", "Invoice", ""],
        ["", "", "W1", "W2", "W1", "W2"],
    ]
    rows += [[f"C{i:04d}", "2024-11-05", i % 5 + 1, 5 - i % 5, 3, 4 + i % 2] for i in range(40)]
    table = parsed(csv(rows), tmp_path).tables[0]
    moments = [h for f, h in table.source.columns.items() if f.startswith("moment:")]
    assert len(moments) == 2
    assert all("W2" in heading for heading in moments)


# ---- dates ---------------------------------------------------------------------------------------


def _case(rows: Sequence[Sequence[Any]], folder: Path, **settings: Any) -> Case:
    data = xlsx({"Customers": rows})
    return read([Upload("c.xlsx", data)], Settings(**settings), folder)


def _left(days: Sequence[Any]) -> list[list[Any]]:
    """Sixty customers, of whom the first left on these days."""
    rows: list[list[Any]] = [["Customer ID", "Revenue start", "Churn date"]]
    given = [*days, *[None] * (60 - len(days))]
    return rows + [[f"C{i:04d}", 1000 + i, day] for i, day in enumerate(given)]


REAL = [dt.date(2025, 5, 3), dt.date(2025, 7, 4), dt.date(2025, 9, 12), dt.date(2025, 2, 1)]
TEXT = ["13/03/2025", "28/06/2025", "30/09/2025"]


def test_dates_that_a_program_half_converted_are_asked_about(tmp_path: Path) -> None:
    name = "d02_half_converted.xlsx"
    case = read([Upload(name, (CASES / name).read_bytes())], Settings(), tmp_path)
    (said,) = [f for f in case.findings if f.code == "swapped_dates"]
    assert (said.status, said.params["count"]) == ("fail", 11)
    assert (case.base, case.why_no_list) == (None, "swapped_dates")
    (decision,) = [d for d in case.decisions if d.code == "swapped_dates"]
    assert [option.code for option in decision.options] == ["ask", "swap_back", "as_shown"]
    assert [option.customers for option in decision.options] == [None, 200, 200]


@pytest.mark.parametrize(
    ("option", "first", "lost"),
    [("swap_back", dt.date(2025, 3, 5), 7), ("as_shown", dt.date(2025, 5, 3), 7)],
)
def test_half_converted_dates_are_read_as_decided(
    option: str, first: dt.date, lost: int, tmp_path: Path
) -> None:
    decided = {"swapped_dates": option}
    case = _case(_left([*REAL, *TEXT]), tmp_path, decisions=decided, start=dt.date(2025, 1, 1))
    customers = case.table("customers").sort_values("customer_id")
    assert customers["churned"].sum() == lost
    assert customers["churn_date"].iloc[0].date() == first
    assert not [column for column in customers if str(column).startswith("swapped:")]


def test_half_converted_days_that_decide_nothing_are_left_out_until_asked(tmp_path: Path) -> None:
    rows = customer_rows(20)
    rows[0].append("Customer since")
    for row, day in zip(rows[1:], [*REAL, *TEXT], strict=False):
        row.append(day)
    case = _case(rows, tmp_path, start=dt.date(2026, 1, 1))
    (said,) = [f for f in case.findings if f.code == "swapped_dates"]
    assert said.status == "review"
    assert case.base is not None
    assert case.table("customers")["tenure_months"].notna().sum() == len(TEXT)


@pytest.mark.parametrize(
    "days",
    [
        [*REAL, dt.date(2025, 5, 23), *TEXT],  # a real date after the 12th
        [*REAL, *TEXT, "05/06/2025"],  # a text that the program would have converted
        [*REAL, "13/03/2025"],  # one text may be chance
        REAL,
        TEXT,
    ],
)
def test_other_mixtures_of_dates_are_left_alone(days: list[Any], tmp_path: Path) -> None:
    case = _case(_left(days), tmp_path)
    assert not [f for f in case.findings if f.code == "swapped_dates"]


# ---- hidden rows ---------------------------------------------------------------------------------


def test_filtered_rows_count_and_their_number_is_said(tmp_path: Path) -> None:
    source = _table("d27_filtered.xlsx", tmp_path).source
    assert source.rows_accepted == 200
    (said,) = [m for m in source.messages if m.code == "hidden_rows"]
    assert (said.params["count"], said.params["rows"]) == (100, 200)


def test_hidden_titles_and_blank_rows_are_no_hidden_rows(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in [["Customers of the year"], *customer_rows(20)]:
        sheet.append(row)
    for number in (1, 5, 6, 400):
        sheet.row_dimensions[number].hidden = True
    stream = io.BytesIO()
    book.save(stream)
    (said,) = [
        m
        for m in parsed(stream.getvalue(), tmp_path, "c.xlsx").tables[0].source.messages
        if m.code == "hidden_rows"
    ]
    assert (said.params["count"], said.params["rows"]) == (2, 20)


def _hidden_in_xls() -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Data")
    for i, row in enumerate(customer_rows(20)):
        for j, cell in enumerate(row):
            sheet.write(i, j, cell)
    for number in (4, 5):
        sheet.row(number).hidden = True
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _hidden_in_ods() -> bytes:
    data = ods(customer_rows(20))
    rows = part_of(data, "content.xml").split(b"<table:table-row>")
    for number, how in ((5, b"filter"), (6, b"collapse")):
        rows[number] = b'<table:table-row table:visibility="' + how + b'">' + rows[number]
    joined = b"<table:table-row>".join(rows).replace(
        b"<table:table-row><table:table-row ", b"<table:table-row "
    )
    return rezipped(data, {"content.xml": joined})


@pytest.mark.parametrize("made", [_hidden_in_xls, _hidden_in_ods])
def test_other_workbooks_tell_of_hidden_rows_too(made: Callable[[], bytes], tmp_path: Path) -> None:
    source = parsed(made(), tmp_path, "c.any").tables[0].source
    assert source.rows_accepted == 20
    (said,) = [m for m in source.messages if m.code == "hidden_rows"]
    assert said.params["count"] == 2


# ---- what spreadsheet programs leave behind ------------------------------------------------------


def test_figures_cut_off_are_said_once(tmp_path: Path) -> None:
    rows = customer_rows(20)
    rows[3][2] = rows[4][2] = "########"
    source = parsed(csv(rows), tmp_path).tables[0].source
    assert source.reasons == {"revenue_missing": 2} or source.reasons == {"not_a_number": 2}
    assert [m.code for m in source.messages].count("figures_cut_off") == 1
    assert "formulas_failed" not in [m.code for m in source.messages]


@pytest.mark.parametrize(
    ("asked", "others"),
    [
        (("CSAT score (1-5)", "CSAT rating (1-5)"), 1),
        (("Overall satisfaction (1-5)", "Satisfaction with delivery (1-5)"), 0),
        (("Ease (1-7)", "Billing (0-10)"), 0),
    ],
)
def test_a_score_that_others_could_be_as_well_is_said(
    asked: tuple[str, str], others: int, tmp_path: Path
) -> None:
    table = _survey({heading: [1, 2, 3, 4, 5] for heading in asked}, tmp_path)
    ties = [m.params["others"] for m in table.source.messages if m.code == "rating_tie"]
    assert [len(each) for each in ties] == [others][: len(ties)]
    assert bool(ties) is bool(others)
