"""Survey tools' exports by shape: what they are taken for, what each column becomes, which rows are
no answers.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import make_exports as made
import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from make_files import csv, customer_rows, parsed, survey_rows, text_dates

from cxcase.intake import remap
from cxcase.intake.files.sheet import Sheet
from cxcase.intake.roles.type_table import Understood, understand_sheet
from cxcase.intake.survey_tools import recognise_layout
from cxcase.intake.survey_tools.question_text import split_stem, with_scale, worded
from cxcase.intake.tables.find_table import Table, find_table
from cxcase.intake.values.column import tidy

MARKED = "How satisfied were you with the following?"


def _table(rows: list[list[Any]]) -> Table:
    table = find_table(Sheet("S", rows))
    assert table is not None
    return table


def _understood(rows: list[list[Any]]) -> Understood:
    found = understand_sheet(Sheet("S", rows), "f.xlsx", None, None, 5)
    source = found.source
    assert source.rows_waiting == 0 or (source.question and not source.rows_accepted)
    return found


def _codes(found: Understood) -> dict[str, dict[str, Any]]:
    return {m.code: dict(m.params) for m in found.source.messages}


TOOLS = {
    "qualtrics": made.qualtrics,
    "surveymonkey": made.surveymonkey,
    "google_forms": made.google_forms,
    "typeform": made.typeform,
    "limesurvey": made.limesurvey,
    "delighted": made.delighted,
    "medallia": made.medallia,
}


@pytest.mark.parametrize("tool", TOOLS)
def test_each_tool_is_a_customer_survey_with_ids_and_dates(tool: str) -> None:
    found = _understood(TOOLS[tool]())
    assert found.source.format == tool
    assert found.source.role == "cx"
    assert {"customer_id", "responded_at"} <= set(found.source.columns)
    assert found.typed is not None
    assert set(found.typed.columns["customer_id"]) <= {f"C{i:04d}" for i in range(made.N)}
    assert np.isnat(found.typed.columns["responded_at"]).sum() == (tool == "limesurvey")


@pytest.mark.parametrize("tool", TOOLS)
def test_personal_data_is_read_nowhere_and_said(tool: str, tmp_path: Path) -> None:
    rows = [[_quoted(c) for c in row] for row in TOOLS[tool]()]
    found = parsed(csv(rows), tmp_path)
    kept = repr(found) + "".join(
        str(pq.read_table(p).to_pydict()) for p in tmp_path.rglob("*.parquet")
    )
    assert "C0003" in kept
    for personal in ("@", "10.0.0.1", "10.1.2.3", "Smith", "Ann", "9f00000003"):
        assert personal not in kept
    dropped = " ".join(found.tables[0].source.dropped_columns).lower()
    expected = {
        "qualtrics": "recipient last name",
        "surveymonkey": "first name",
        "google_forms": "email",
        "typeform": "network id",
        "limesurvey": "ip address",
        "delighted": "person",
        "medallia": "employee_first_name",
    }
    assert expected[tool] in dropped


def _quoted(cell: Any) -> Any:
    text = "" if cell is None else str(cell)
    return '"' + text.replace('"', '""') + '"' if set(text) & set('",\n') else text


def test_qualtrics_headings_groups_and_fields() -> None:
    table = _table(made.qualtrics())
    assert table.header_row == 3
    assert [g.headings for g in table.groups] == [
        ("Billing", "Billing queries", "On-time delivery")
    ]
    assert table.groups[0].question == MARKED
    assert made.EASY in table.headings
    assert "Dear, what else should we know & change?" in table.headings
    assert table.fields["nps"] == made.LIKELY
    assert table.fields["customer_id"] == "External Reference"
    assert table.fields["responded_at"] == "Recorded Date"
    assert "Group" not in " ".join(table.headings)


def test_qualtrics_previews_and_spam_are_set_aside_unfinished_ones_counted() -> None:
    found = _understood(made.qualtrics())
    assert found.source.reasons == {"preview_response": 2}
    assert sorted(a.row for a in found.set_aside) == [4, 5]
    assert _codes(found)["unfinished_responses"] == {"count": 1}
    assert found.source.rows_accepted == made.N - 2


def test_qualtrics_status_as_numbers() -> None:
    rows = made.qualtrics()
    for row, status in zip(rows[3:], ["1", "8", *["0"] * 10, *["16"] * 12], strict=True):
        row[2] = status
    assert _understood(rows).source.reasons == {"preview_response": 2}


def test_qualtrics_in_german_and_without_its_third_row() -> None:
    german = {"StartDate": "Startdatum", "EndDate": "Enddatum", "Status": "Antworttyp",
              "IPAddress": "IP-Adresse",
              "Progress": "Fortschritt", "Finished": "Beendet",
              "RecordedDate": "Aufgezeichnetes Datum",
              "ResponseId": "Antwort-ID", "RecipientLastName": "Nachname",
              "RecipientEmail": "E-Mail"}  # fmt: skip
    plain = _table(made.qualtrics())
    for rows in (made.qualtrics(german), made.qualtrics(german, legacy=True)):
        table = _table(rows)
        assert table.headings == plain.headings
        assert list(map(list, table.columns)) == list(map(list, plain.columns))


def test_qualtrics_with_field_names_alone_keeps_its_first_answer() -> None:
    rows = made.qualtrics(legacy=True)
    table = _table([rows[0], *rows[2:]])
    assert len(table.rows) == made.N
    assert table.format == "qualtrics"


def test_qualtrics_with_its_texts_alone() -> None:
    """As an SPSS file's labels give them: one row, "question - item" in each heading."""
    texts = {
        "StartDate": "Start Date",
        "EndDate": "End Date",
        "Status": "Response Type",
        "RecordedDate": "Recorded Date",
        "ResponseId": "Response ID",
        "ExternalReference": "External Data Reference",
    }
    found = _understood(made.qualtrics(texts)[1:2] + made.qualtrics()[3:])
    assert (found.source.format, found.source.role) == ("qualtrics", "cx")
    assert found.source.reasons == {"preview_response": 2}
    assert {"moment:Billing", "moment:On-time delivery"} <= set(found.source.columns)


def test_the_oldest_qualtrics() -> None:
    table = _table(made.qualtrics_oldest())
    assert table.format == "qualtrics"
    assert table.headings[-2:] == ("Billing (1-5)", "Delivery (1-5)")
    assert table.fields["customer_id"] == "External Reference"
    assert len(table.rows) == made.N
    assert set(table.dropped) == {"Name", "Email Address", "IP Address"}


def test_surveymonkey_choices_become_one_column() -> None:
    table = _table(made.surveymonkey())
    ease = table.column("How easy was it to order? (1-5)")
    assert list(ease[:4]) == ["Hard", "So so", "Easy", "Hard"]
    uses = table.column("Which products do you use?")
    assert list(uses[:4]) == ["Ink", "Paper; Ink", "Ink", "Paper"]
    assert table.groups[0].headings == ("Billing", "Delivery")
    assert table.column("Billing")[1] == "Satisfied"
    assert table.fields["customer_id"] == "Custom Data 1"
    assert table.fields["responded_at"] == "Date Modified"


def test_a_matrix_is_no_set_of_choices_even_if_its_first_rows_look_like_one() -> None:
    rows = made.surveymonkey()
    for row in rows[2:]:
        row[9] = "Hard"
        row[10] = None
        row[11] = None
    rows += [[*rows[2][:9], "Hard", "So so", "Easy", *rows[2][12:]] for _ in range(30)]
    rows[-1][10] = "Hard"
    table = _table(rows)
    assert "How easy was it to order? (1-5)" not in table.headings
    assert {"Hard (1-5)", "So so (1-5)", "Easy (1-5)"} <= set(table.headings)


def test_google_forms_in_any_language() -> None:
    for stamp in ("Timestamp", "Zeitstempel", "Horodateur", "時刻"):
        table = _table(made.google_forms(stamp))
        assert table.format == "google_forms"
        assert table.fields["responded_at"] == stamp
        assert table.groups[0].headings == ("Billing", "Delivery")


def test_microsoft_forms_in_any_language() -> None:
    arabic = ("المعرف", "وقت البدء", "وقت الإكمال", "البريد الإلكتروني", "الاسم")
    both = tuple(
        f"{a} {e}"
        for a, e in zip(arabic, ("ID", "Start", "Completion", "Email", "Name"), strict=True)
    )
    for names in (("ID", "Start time", "Completion time", "Email", "Name"), arabic, both):
        table = _table(made.microsoft_forms(names))
        assert table.format == "microsoft_forms"
        assert table.fields["responded_at"] == names[2]
        assert table.dropped == names[3:]
        assert table.fields["respondent_id"] == names[0]


def test_typeform_choices_join_and_partial_answers_are_counted() -> None:
    found = _understood(made.typeform())
    table = _table(made.typeform())
    assert table.column("One of: Hard going / Just right / Other")[0] == "Just right"
    assert set(found.source.columns) >= {"customer_id", "responded_at", "moment:Billing"}
    assert _codes(found)["unfinished_responses"] == {"count": 1}


@pytest.mark.parametrize("kind", ["code", "full", "both"])
@pytest.mark.parametrize("german", [False, True])
def test_limesurvey_headings_and_codes(kind: str, german: bool) -> None:
    found = _understood(made.limesurvey(kind, german))
    table = _table(made.limesurvey(kind, german))
    assert table.format == "limesurvey"
    first = table.groups[0].headings
    expected = {
        "code": ("SQ001", "SQ002"),
        "full": ("Billing", "Delivery"),
        "both": ("Billing", "Delivery"),
    }[kind]
    assert first == (("Rechnung", "Lieferung") if german and kind != "code" else expected)
    assert list(table.column(first[0])[:3]) == [1.0, 2.0, 3.0]
    assert list(table.column(first[1])[:3]) == [1.0, 2.0, 3.0]
    assert not {"Seed", "seed", "Letzte Seite"} & set(table.headings)
    count = found.source.rows_read - found.source.reasons.get("not_a_date", 0)
    assert count == made.N
    if kind != "code":
        assert found.source.role == "cx"
        assert found.source.columns["nps"].startswith("Wie wahr" if german else "How likely")
        assert _codes(found)["unfinished_responses"] == {"count": 1}


def test_limesurvey_codes_stay_where_the_column_holds_something_else() -> None:
    rows = made.limesurvey()
    rows[6][8] = "A5b"
    assert _table(rows).column("Billing")[0] == "A1"


def test_limesurvey_without_dates_has_none() -> None:
    rows = made.limesurvey()
    for row in rows[1:]:
        row[1] = "1980-01-01 00:00:00" if row[1] else None
    found = _understood(rows)
    assert "responded_at" not in found.source.columns
    assert _codes(found)["unfinished_responses"] == {"count": 1}


@pytest.mark.parametrize(
    ("kind", "field", "heading"),
    [("nps", "nps", "score"), ("ces7", "ease", "score (1-7)"), ("csat", "csat", "score (1-5)")],
)
def test_delighted_score_by_its_kind(kind: str, field: str, heading: str) -> None:
    found = _understood(made.delighted(kind))
    assert found.source.columns[field] == heading
    assert found.source.columns["customer_id"] == "customer id"
    assert found.source.columns["team"] == "Depot"
    assert found.typed is not None
    assert str(found.typed.columns["responded_at"][0])[:10] == "2025-05-01"
    assert "Ann Lee" not in repr(found.source)


def test_medallia_contacts_without_an_answer_are_set_aside() -> None:
    found = _understood(made.medallia())
    assert found.source.columns["csat"] == "star_rating (1-5)"
    assert "team_leader" in found.source.dropped_columns
    assert found.source.reasons == {"no_rating": 4}


@pytest.mark.parametrize("style", ["percent", "fraction", "number"])
def test_culture_amp_groups(style: str) -> None:
    found = _understood(made.culture_amp(style))
    assert (found.source.format, found.source.role) == ("culture_amp", "ex")
    assert found.source.reasons == {"total_row": 1, "suppressed_group": 2}
    assert found.typed is not None
    assert found.typed.columns["team"][:2] == ["Depot 0", "Depot 1"]
    np.testing.assert_allclose(found.typed.columns["mean"][:2], [60.0, 61.0])
    assert found.typed.scales["engagement"].high == 100
    assert found.set_aside[0].found is None


def test_an_address_as_the_only_key_is_said() -> None:
    rows = made.qualtrics()
    for row in rows[3:]:
        row[11] = None
    found = _understood(rows)
    assert found.source.question is not None
    assert "Recipient Email" not in [c.column for c in found.source.question.candidates]
    assert _codes(found)["only_email_as_key"]["column"] == "Recipient Email"
    rows = made.qualtrics()
    for i, row in enumerate(rows[3:]):
        row[10] = None
        row[11] = f"x{i}@example.org"
    found = _understood(rows)
    assert _codes(found)["only_email_as_key"]["column"] == "External Reference"
    plain = survey_rows(20)
    plain = [["E-mail", *plain[0][1:]], *[[f"{r[0]}@example.org", *r[1:]] for r in plain[1:]]]
    assert _codes(_understood(plain))["only_email_as_key"]["column"] == "E-mail"


def test_an_employees_number_is_no_customers_id() -> None:
    rows = made.qualtrics()
    rows[0][12] = "Department"
    rows[1][12] = "Department"
    rows[2][12] = '{"ImportId":"Department"}'
    for k, asked in enumerate(
        ("My manager listens", "I have what I need", "I would stay"), start=13
    ):
        rows[1][k] = f"How much do you agree? - {asked}"
    for i, row in enumerate(rows[3:]):
        row[12:16] = [f"T{i % 2}", "Agree", "Neutral", "Disagree"]
    found = _understood(rows)
    assert found.source.role == "ex"
    assert found.table is None


def test_a_correction_knows_the_format_still(tmp_path: Path) -> None:
    rows = [[_quoted(c) for c in row] for row in made.qualtrics()]
    found = parsed(csv(rows), tmp_path)
    columns = dict(found.tables[0].source.columns) | {
        "comment": "Dear, what else should we know & change?"
    }
    again = remap(found, 0, "cx", columns, folder=tmp_path, k_min=5)
    before = found.tables[0].source
    after = again.tables[0].source
    assert after.format == "qualtrics"
    assert after.reasons == before.reasons
    assert after.dropped_columns == before.dropped_columns


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("<p>Q12. How was <b>billing</b>&nbsp;today?</p>", "How was billing today?"),
        ("3) Delivery", "Delivery"),
        ("Question 7", "Question 7"),
        ("24-hour support", "24-hour support"),
        ("15 - 24", "15 - 24"),
        ("Thinking of ${e://Field/Depot}, how was it?", "Thinking of, how was it?"),
        ("Which? - Selected Choice", "Which?"),
        ("Answers < 5 and > 2", "Answers < 5 and > 2"),
        ("<style>.a{color:red}</style>Ease", "Ease"),
    ],
)
def test_question_texts_are_readable(text: str, read: str) -> None:
    assert worded(text) == read


def test_stems_and_scales() -> None:
    assert split_stem(["How was it? - E-mail", "How was it? - E-chat"]) == (
        "How was it?",
        ["E-mail", "E-chat"],
    )
    assert split_stem(["Rate us-Bill", "Rate us-Billing"]) == ("Rate us", ["Bill", "Billing"])
    assert split_stem(["Billing", "Bill queries"]) is None
    assert split_stem(["Same - one", "Same - one"]) is None
    assert with_scale("Billing", "From 0 to 10, how was it?") == "Billing (0-10)"
    assert with_scale("Billing (1-5)", "From 0 to 10, how was it?") == "Billing (1-5)"
    assert with_scale("Billing", "How was it (1 = bad, 7 = good)?") == "Billing (1 = bad, 7 = good)"
    assert with_scale("Billing", "How was it?") == "Billing"


def test_names_that_repeat_get_their_question() -> None:
    rows = made.google_forms()
    rows[0][3] = "How easy was it? [Billing]"
    rows[0][6] = "How easy was it? [Delivery]"
    headings = _table(rows).headings
    assert "How easy was it? – Billing" in headings
    assert f"{MARKED} – Billing" in headings
    assert len(set(headings)) == len(headings)


def test_a_row_of_a_matrix_named_like_personal_data_stays() -> None:
    rows = made.google_forms()
    rows[0][4] = f"{MARKED} [Phone]"
    assert f"{MARKED} – Phone" in _table(rows).headings


TWO_ROWS: list[list[Any]] = [
    ["Customer list 2025"],
    ["Customer ID", "Depot", "Revenue", None, "Churned"],
    [None, None, "Start", "End", None],
    *[
        [f"C{i}", f"T{i % 3}", 100.0 + i, 90.0 + i, "yes" if i % 4 == 0 else "no"]
        for i in range(20)
    ],
]


def test_two_rows_of_headings_in_a_plain_table() -> None:
    found = _understood(TWO_ROWS)
    assert (found.source.format, found.source.role) == ("plain", "customers")
    assert found.source.headings == (
        "Customer ID",
        "Depot",
        "Revenue Start",
        "Revenue End",
        "Churned",
    )
    assert found.source.rows_accepted == 20
    over = [
        [None, None, "Revenue", None, "Fate"],
        ["Customer ID", "Depot", "Start", "End", "Churned"],
        *TWO_ROWS[3:],
    ]
    assert _table(over).headings == (
        "Customer ID",
        "Depot",
        "Revenue Start",
        "Revenue End",
        "Churned",
    )


def test_groups_over_questions_that_repeat() -> None:
    rows: list[list[Any]] = [
        [None, "Sales", None, "Service", None],
        ["Customer ID", "Speed", "Manner", "Speed", "Manner"],
        *[[f"C{i}", i % 5 + 1, i % 4 + 1, i % 3 + 1, 5] for i in range(20)],
    ]
    table = _table(rows)
    assert table.headings == (
        "Customer ID",
        "Sales – Speed",
        "Sales – Manner",
        "Service – Speed",
        "Service – Manner",
    )
    assert [g.question for g in table.groups] == ["Sales", "Service"]


def _recommendations() -> list[list[Any]]:
    head = ["Ref", "Title", "Acts on", "Moment", "One-off cost", "Lift", "Needs", "Mandatory"]
    rows = [
        [f"R{i}", f"Do thing {i}", "moment", "Billing", 1000 * i, 0.1 * i, None, "no"]
        for i in range(1, 9)
    ]
    rows[0][4:7] = ["tbc", "see note", "R2"]
    return [head, *rows]


def _employees() -> list[list[Any]]:
    likert = ["Agree", "Neutral", "Disagree"]
    return [
        ["Team", "I am proud", "I have tools"],
        *[[f"T{i % 3}", likert[i % 3], likert[i % 2]] for i in range(20)],
    ]


_PLAIN = (customer_rows(40), text_dates(survey_rows(40)), _recommendations(), _employees())


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(_PLAIN), st.data())
def test_a_table_with_one_row_of_headings_keeps_every_row(
    rows: list[list[Any]], data: st.DataObject
) -> None:
    columns = data.draw(st.permutations(range(len(rows[0]))))
    order = data.draw(st.permutations(range(1, len(rows))))
    shuffled = [[rows[i][j] for j in columns] for i in [0, *order]]
    for j in data.draw(st.sets(st.integers(0, len(columns) - 1), max_size=2)):
        shuffled[0][j] = None
    for j in data.draw(st.sets(st.integers(0, len(columns) - 1), max_size=3)):
        shuffled[1][j] = None
    titles = data.draw(
        st.lists(st.sampled_from([["Export"], ["Made by", "Finance"], []]), max_size=2)
    )
    top = [[tidy(c) for c in row] for row in [*titles, *shuffled][:40]]
    layout = recognise_layout(top)
    assert layout is None or (layout.header_row == len(titles) and not all(shuffled[0]))


_CELL = st.one_of(
    st.none(),
    st.text(max_size=6),
    st.integers(-3, 12),
    st.floats(allow_nan=False),
    st.dates(),
    st.booleans(),
    st.sampled_from(
        [
            "Timestamp",
            "#",
            "Respondent ID",
            "ResponseId",
            "score",
            "ID",
            '{"ImportId":"QID1"}',
            "N/A",
        ]
    ),
)


@settings(max_examples=120, deadline=None)
@given(
    st.sampled_from([*TOOLS, "plain"]),
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 20), _CELL), max_size=30),
)
@example("qualtrics", [(3, 2, dt.date(2000, 1, 1))])
def test_dirt_never_breaks_a_format(tool: str, dirt: list[tuple[int, int, Any]]) -> None:
    rows = [list(row) for row in (TOOLS[tool]() if tool in TOOLS else TWO_ROWS)]
    for i, j, cell in dirt:
        row = rows[i % len(rows)]
        row += [None] * (j + 1 - len(row))
        row[j] = cell
    _understood(rows)
