"""The data page's choices: decisions change totals, suggestions are accepted, files open with a
password, verdicts.
"""

from __future__ import annotations

import io
import json
import queue
import tempfile
import threading
import time
from pathlib import Path

import make_uploads
import pandas as pd
import pytest
from moves import App
from msoffcrypto.format.ooxml import OOXMLFile

from cxcase.intake import ParsedTable, Upload, parse, read
from cxcase.screen.data import parallel_reads
from cxcase.screen.data.saved_mapping import looks_like_mapping, read_mapping
from cxcase.settings import Settings

PASSWORD = "orchid-77"


@pytest.fixture
def open_questions() -> dict[str, bytes]:
    """A company with second rows of five customers at twice the revenue, and a branch spelt in two
    ways.
    """
    ledger = make_uploads.customers()
    twice = ledger.iloc[:5].assign(**{"Revenue start": ledger["Revenue start"].iloc[:5] * 2})
    answers = make_uploads.survey(ledger)
    staff = make_uploads.pulse(ledger).replace({"Branch": {"Branch 2": "Branch-2"}})
    return {
        "customers.csv": make_uploads.as_csv(pd.concat([ledger, twice])),
        "cx.csv": make_uploads.as_csv(answers),
        "ex.csv": make_uploads.as_csv(staff),
    }


def _revenue(app: App) -> str:
    return next(line for line in app.text.splitlines() if "Revenue a year at the start" in line)


def test_a_decision_changes_the_totals_and_becomes_the_persons_own(
    app: App, open_questions: dict[str, bytes]
) -> None:
    app.bring(open_questions).fine()
    assert "Revenue a year at the start" not in app.text
    assert "A question is open" in app.text
    assert "No customer list yet" not in app.text
    assert app.at.radio(key="choose_duplicate_customers").value is None
    assert app.at.button(key="question_yes").disabled
    while any(button.key == "question_later" for button in app.at.button):
        app.at.button(key="question_later").click().run()
    assert "A question about your files is open" in app.text  # also where all were put off
    assert "Still missing" not in app.text
    app.at.button(key="question_again").click().run()
    app.at.radio(key="choose_duplicate_customers").set_value("first").run()
    app.answer()
    before = _revenue(app)
    app.at.selectbox(key="decide_duplicate_customers").select("add_up").run()
    app.fine()
    assert app.session.settings.decisions["duplicate_customers"] == "add_up"
    assert _revenue(app) != before
    assert "confirm_duplicate_customers" not in [b.key for b in app.at.button]


def test_a_decision_shows_what_the_totals_come_to_under_each_option(
    app: App, open_questions: dict[str, bytes]
) -> None:
    app.bring(open_questions).fine()
    shown = next(m.value for m in app.at.markdown if "Their revenue is added up" in m.value)
    assert len(shown.splitlines()) == 2 + 5
    assert "else still to be decided**" in shown


def test_a_survey_of_parts_alone_is_asked_which_question_is_about_the_whole(
    app: App, small: dict[str, bytes]
) -> None:
    answers = pd.read_csv(io.BytesIO(small["cx.csv"])).rename(columns={"Ease (1-7)": "Visit (1-7)"})
    app.bring({"customers.csv": small["customers.csv"], "cx.csv": make_uploads.as_csv(answers)})
    assert app.fine().at.button(key="question_yes").disabled
    (choice,) = (one for one in app.at.radio if str(one.key).startswith("question_whole_"))
    choice.set_value("Visit (1-7)").run()
    app.answer().fine()
    (survey,) = (f for f in app.session.files if f.name == "cx.csv")
    assert survey.parsed.tables[0].source.columns["csat"] == "Visit (1-7)"
    assert "question_yes" not in [button.key for button in app.at.button]


def test_a_suggestion_is_accepted_and_taken_back(
    app: App, open_questions: dict[str, bytes]
) -> None:
    app.bring(open_questions).fine()
    assert "“Branch-2” may be “Branch 2”" in app.text
    app.at.button(key="same_0").click().run()
    app.fine()
    assert dict(app.session.settings.same_teams) == {"Branch-2": "Branch 2"}
    assert "“Branch-2” is “Branch 2”." in app.text
    app.at.button(key="apart_team_Branch-2").click().run()
    assert not app.fine().session.settings.same_teams
    assert "“Branch-2” may be “Branch 2”" in app.text


def test_a_reworded_question_is_joined_and_kept_apart_again(
    app: App, open_questions: dict[str, bytes]
) -> None:
    once = "How easy was it to understand the invoice"
    anew = "How easy was the invoice to understand"
    found, meant = "Understand the invoice", "Invoice to understand"
    answers = pd.read_csv(io.BytesIO(open_questions["cx.csv"]))
    (asked,) = (c for c in answers if c.startswith(make_uploads.MOMENTS[0]))
    before = (
        answers.iloc[:150]
        .rename(columns={asked: f"{once} (1-7)"})
        .assign(**{"Response date": "2024-03-04"})
    )
    now = answers.rename(columns={asked: f"{anew} (1-7)"})
    app.bring(
        {
            **open_questions,
            "cx 2024.csv": make_uploads.as_csv(before),
            "cx.csv": make_uploads.as_csv(now),
        }
    ).fine()
    said = f"“{found}” may be the question “{meant}”"
    assert said in app.text
    others = {line for line in app.text.splitlines() if " may be “" in line}
    app.at.button(key=f"same_{len(others)}").click().run()
    app.fine()
    assert dict(app.session.settings.same_questions) == {found: meant}
    assert said not in app.text
    assert f"“{found}” is “{meant}”." in app.text
    app.at.button(key=f"apart_moment_{found}").click().run()
    assert not app.fine().session.settings.same_questions
    assert said in app.text


def test_the_verdict_says_what_the_data_can_answer_and_what_would_unlock_the_rest(
    app: App, small: dict[str, bytes]
) -> None:
    app.bring({name: small[name] for name in ("customers.csv", "cx.csv")}).fine()
    assert "What is a point worth?" in app.text
    assert "Bring in the employee survey by team" in app.text
    assert "questions this data answers" in app.text


@pytest.fixture
def locked(small: dict[str, bytes]) -> dict[str, bytes]:
    """The small company with its customer list in a workbook that opens with PASSWORD."""
    book = io.BytesIO()
    pd.read_csv(io.BytesIO(small["customers.csv"])).to_excel(book, index=False)
    closed = io.BytesIO()
    OOXMLFile(book).encrypt(PASSWORD, closed)
    return {"cx.csv": small["cx.csv"], "customers.xlsx": closed.getvalue()}


def test_a_locked_file_opens_with_its_password_which_is_not_kept(
    app: App, locked: dict[str, bytes]
) -> None:
    app.bring(locked).fine()
    assert "protected with a password" in app.text
    assert [f.name for f in app.session.files] == ["cx.csv"]
    _type_password(app, "wrong")
    assert "does not open customers.xlsx" in app.text
    _type_password(app, PASSWORD)
    assert "900 customers" in app.text
    assert not app.session.trouble
    assert PASSWORD not in repr(app.at.session_state)
    assert PASSWORD not in repr(app.session)


def _type_password(app: App, password: str) -> None:
    field = next(t for t in app.at.text_input if t.label == "Password")
    field.input(password)
    next(b for b in app.at.button if b.label == "Open it").click().run()
    app.fine()


def test_another_file_leaves_the_locked_one_waiting_for_its_password(
    app: App, locked: dict[str, bytes]
) -> None:
    app.bring(locked).go("link").bring({"colours.csv": b"colour,shade\nred,dark\nblue,light\n"})
    assert "protected with a password" in app.fine().text


def test_a_mapping_brings_back_columns_and_decisions(
    app: App, open_questions: dict[str, bytes]
) -> None:
    odd = open_questions["customers.csv"].replace(b"Revenue end", b"Umsatz zum Schluss", 1)
    (ledger,) = (t for t in parsed(odd) if t.source.role == "customers")
    saved = {
        "version": 1,
        "tables": [
            {
                "match": {"headings": list(ledger.source.headings)},
                "role": "customers",
                "columns": {**ledger.source.columns, "revenue_end": "Umsatz zum Schluss"},
            }
        ],
        "decisions": {"duplicate_customers": "last"},
        "same_as": {"team": {"Branch-2": "Branch 2"}, "customer_id": []},
    }
    files = {**open_questions, "customers.csv": odd}
    app.bring(files).bring({**files, "mapping.json": json.dumps(saved).encode()}).fine()
    assert "mapping.json says which column is which" in app.text
    assert app.at.selectbox(key="decide_duplicate_customers").value == "last"
    assert dict(app.session.settings.same_teams) == {"Branch-2": "Branch 2"}
    (read,) = (
        t for f in app.session.files for t in f.parsed.tables if t.source.role == "customers"
    )
    assert read.source.columns["revenue_end"] == "Umsatz zum Schluss"
    assert "mapping.json" not in [f.name for f in app.session.files]


def parsed(data: bytes) -> tuple[ParsedTable, ...]:
    """The tables of a csv."""
    with tempfile.TemporaryDirectory() as folder:
        return parse(
            Upload("customers.csv", data), mapping=None, folder=Path(folder), k_min=5
        ).tables


@pytest.mark.parametrize(
    "saved",
    [
        b'{"version": 1, "tables": [',
        b'{"version": 2, "tables": []}',
        b'{"version": 1, "tables": [7]}',
        b'{"version": 1, "tables": [{"match": {"headings": [1]}, "role": "cx"}]}',
        b'{"version": 1, "tables": [], "decisions": {"several_responses": "all of them"}}',
        b'{"version": 1, "tables": [], "currency_rates": {"EUR": "much"}}',
    ],
)
def test_a_mapping_that_cannot_be_read_is_a_sentence(
    app: App, small: dict[str, bytes], saved: bytes
) -> None:
    app.bring({**small, "mapping.json": saved}).fine()
    assert len(app.at.error) == 1
    assert "mapping.json" in app.at.error[0].value.replace("\\", "")
    assert "900 customers" in app.text
    assert not app.session.mapping


def test_what_a_reading_tells_stands_in_words() -> None:
    told: queue.SimpleQueue[tuple[int, str, float | None]] = queue.SimpleQueue()
    for line in (
        (1, "open", None),
        (0, "parse", 0.5),
        (1, "understand", 0.25),
        (0, "unheard of", None),
    ):
        told.put(line)
    said = parallel_reads._latest(told, [Upload("a.csv", b""), Upload("b_b.csv", b"")])
    assert said == {
        0: "a.csv: reading the cells",
        1: "b\\_b.csv: finding out what each column is · 25\u00a0%",
    }


def test_files_are_read_in_order_and_tell_from_their_threads() -> None:
    def read(upload: Upload, tell: parallel_reads.Tell) -> str:
        tell("parse", 0.5)
        time.sleep(0.3)
        return f"{upload.name} {threading.current_thread() is threading.main_thread()}"

    assert parallel_reads.read_all([Upload("a.csv", b""), Upload("b.csv", b"")], read) == [
        "a.csv False",
        "b.csv False",
    ]


def test_a_rating_column_is_read_another_way(app: App, small: dict[str, bytes]) -> None:
    scored = small["cx.csv"].replace(b"Ease (1-7)", b"Ease", 1).replace(b",7.0,", b",99,", 3)
    app.bring({**small, "cx.csv": scored}).fine()
    key = next(
        s.key
        for s in app.at.selectbox
        if s.key and s.key.startswith("rating_") and "Ease" in s.options
    )
    app.at.selectbox(key=key).select("Ease").run()
    place = key.removeprefix("rating_")
    app.at.number_input(key=f"high_{place}_ease").set_value(10.0)
    app.at.checkbox(key=f"turned_{place}_ease").check()
    next(b for b in app.at.button if b.key and f"reading_{place}" in b.key).click().run()
    (table,) = (
        t for f in app.fine().session.files for t in f.parsed.tables if t.source.role == "cx"
    )
    (ease,) = (r for r in table.readings if r.field == "ease")
    assert ease.scale is not None
    assert (ease.scale.low, ease.scale.high, ease.scale_from, ease.turned) == (
        1,
        10,
        "person",
        True,
    )
    assert "1 to 10 (you said so, turned" in app.text


def test_small_counts_of_employees_are_not_told(app: App, small: dict[str, bytes]) -> None:
    staff = pd.read_csv(io.BytesIO(small["ex.csv"])).drop(columns="Engagement (1-5)")
    answers = [["n/a", 4][k >= 2] for k in range(len(staff))]
    staff = staff.assign(
        **{"I am proud to work here (1-5)": 3, "I have what I need (1-5)": answers}
    )
    app.bring({**small, "ex.csv": make_uploads.as_csv(staff)}).fine()
    (table,) = (t for f in app.session.files for t in f.parsed.tables if t.source.role == "ex")
    assert table.readings
    assert all(n is None or n >= 5 for r in table.readings for _, n in r.marks.values())
    assert "fewer than 5" in app.text


def test_the_mapping_of_a_case_is_one_that_is_taken_back(
    open_questions: dict[str, bytes], tmp_path: Path
) -> None:
    settings = Settings().deciding("duplicate_customers", "last")
    case = read([Upload(name, data) for name, data in open_questions.items()], settings, tmp_path)
    data = json.dumps(dict(case.mapping)).encode()
    assert looks_like_mapping("saved (1).json", data)
    saved = read_mapping("saved (1).json", data)
    assert len(saved["tables"]) == len(open_questions)
    assert Settings().recall(saved).option("duplicate_customers") == "last"
