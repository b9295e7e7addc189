"""Files read again: a missing column is chosen in place, a mapping needs no click, nothing counts
twice.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import make_uploads
import pandas as pd
from moves import App
from test_kept_case import opened

from cxcase.intake import assemble


def roles(app: App) -> dict[str, list[str | None]]:
    """File name -> the roles of its tables."""
    return {f.name: [t.source.role for t in f.parsed.tables] for f in app.session.files}


def key_of(app: App, name: str) -> str:
    """The key of a file's first table, as the names of its widgets carry it."""
    return next(f for f in app.session.files if f.name == name).key(0)


def saved_by(app: App) -> bytes:
    """What the button gives that downloads the mapping."""
    with tempfile.TemporaryDirectory() as folder:
        case = assemble([f.parsed for f in app.session.files], app.session.settings, Path(folder))
    return json.dumps(dict(case.mapping)).encode()


def odd(seed: int) -> dict[str, bytes]:
    """A month's exports whose survey names its customers under a heading that nobody can guess."""
    ledger = make_uploads.customers(seed=seed)
    answers = make_uploads.survey(ledger, seed=seed).rename(
        columns={"Customer id": "Zzx", "Response date": "Yyw"}
    )
    staff = make_uploads.pulse(ledger, seed=seed)
    return {
        "customers.csv": make_uploads.as_csv(ledger),
        "cx.csv": make_uploads.as_csv(answers),
        "ex.csv": make_uploads.as_csv(staff),
    }


def test_a_role_nothing_speaks_for_can_be_taken_back(app: App, small: dict[str, bytes]) -> None:
    app.bring({**small, "colours.csv": b"colour,shade\nred,dark\nblue,light\n"})
    key = key_of(app, "colours.csv")
    app.at.selectbox(key=f"role_{key}").select("ex").run()
    assert "Still needed" in app.fine().text
    assert not app.session.mapping, "what was not read so is not remembered"
    app.at.button(key=f"leave_{key}").click().run()
    assert "Still needed" not in app.fine().text
    assert app.at.selectbox(key=f"role_{key}").value == "none"


def test_a_column_that_values_tell_is_remembered_for_next_month(app: App) -> None:
    app.bring(odd(3)).fine()
    assert roles(app)["cx.csv"] == ["cx"]
    assert "of them answered the survey" in app.text
    (survey,) = (t.source for f in app.session.files for t in f.parsed.tables if f.name == "cx.csv")
    assert survey.columns["customer_id"] == "Zzx"
    assert {"moment:Delivery", "moment:Invoice"} <= set(survey.columns)
    remembered = saved_by(app)
    fresh = App().bring({**odd(8), "mapping.json": remembered}).fine()
    assert roles(fresh) == {"customers.csv": ["customers"], "cx.csv": ["cx"], "ex.csv": ["ex"]}
    assert "of them answered the survey" in fresh.text
    assert not fresh.at.error
    assert "Still needed" not in fresh.text
    assert json.loads(saved_by(fresh)) == json.loads(remembered), "and the month after"


def test_a_survey_alone_asks_whose_answers_it_holds(app: App) -> None:
    app.bring({"cx.csv": odd(3)["cx.csv"]}).fine()
    (other,) = (b for b in app.at.selectbox if str(b.key).startswith("question_column_"))
    if "Zzx" in other.options:
        other.select("Zzx").run()
    app.answer().fine()
    (survey,) = (t.source for f in app.session.files for t in f.parsed.tables)
    assert (survey.question, survey.columns["customer_id"]) == (None, "Zzx")
    assert survey.rows_accepted == survey.rows_read


def test_a_mapping_that_comes_later_reads_what_was_kept(app: App, small: dict[str, bytes]) -> None:
    app.bring(small)
    mapping = json.loads(saved_by(app))
    for entry in mapping["tables"]:
        if entry["role"] == "customers":
            del entry["columns"]["segment"]
        if entry["role"] == "ex":
            entry["columns"].pop("wave", None)
            entry["columns"].pop("responded_at", None)
    app.go("home").bring({"mapping.json": json.dumps(mapping).encode()}).fine()
    (ledger,) = (
        t.source for f in app.session.files for t in f.parsed.tables if t.source.role == "customers"
    )
    assert "segment" not in ledger.columns
    assert ledger.rows_accepted == 900
    said = [e.value.replace("\\", "") for e in app.at.error]
    assert len(said) == 1, "answers of employees are not kept"
    assert "ex.csv has to be brought in again" in said[0]


def test_a_mapping_that_does_not_fit_is_said(app: App, small: dict[str, bytes]) -> None:
    app.bring(small)
    mapping = json.loads(saved_by(app))
    for entry in mapping["tables"]:
        if entry["role"] == "customers":
            del entry["columns"]["revenue_start"]
    app.go("home").bring({"mapping.json": json.dumps(mapping).encode()}).fine()
    (said,) = (e.value for e in app.at.error)
    assert "Yearly revenue at the start" in said
    assert "900 customers" in app.text, "it is read as it was"


# ---- the same file twice -------------------------------------------------------------------------


def _twice(app: App, files: list[tuple[str, bytes]]) -> App:
    app.go("data")
    uploader = app.at.file_uploader[0]
    for name, data in files:
        uploader = uploader.upload(name, data, "text/csv")
    uploader.run()
    return app.fine()


def test_the_same_file_twice_counts_once(app: App, small: dict[str, bytes]) -> None:
    _twice(
        app,
        [
            *small.items(),
            ("customers (1).csv", small["customers.csv"]),
            ("cx.csv", small["cx.csv"]),
        ],
    )
    assert len(app.session.files) == len(small)
    said = [e.value.replace("\\", "") for e in app.at.error]
    assert any("customers (1).csv is the same file as customers.csv" in text for text in said)
    assert any("cx (2).csv is the same file as cx.csv" in text for text in said)
    assert "900 customers" in app.text


def test_two_files_of_one_name_are_both_there(app: App) -> None:
    ledger = make_uploads.customers()
    north = ledger.iloc[:500]
    south = ledger.iloc[500:]
    _twice(
        app,
        [("export.csv", make_uploads.as_csv(north)), ("export.csv", make_uploads.as_csv(south))],
    )
    assert list(roles(app)) == ["export.csv", "export (2).csv"]
    assert "900 customers" in app.text


def test_a_refused_file_under_two_names_says_twice_what_it_is(
    app: App, small: dict[str, bytes]
) -> None:
    page = b"%PDF-1.7\nwhat we sell"
    app.bring({**small, "brochure.pdf": page, "brochure.xlsx": page}).fine()
    said = [e.value.replace("\\", "") for e in app.at.error]
    assert sorted(said) == [
        f"brochure.{kind} is a PDF. Bring in the spreadsheet it was made from."
        for kind in ("pdf", "xlsx")
    ]


# ---- what may be seen of employees ---------------------------------------------------------------


def test_of_employees_only_values_that_five_share_stand_beside_the_mapping(
    app: App, small: dict[str, bytes]
) -> None:
    staff: pd.DataFrame = make_uploads.pulse(make_uploads.customers())
    role = ["Fitter"] * (len(staff) - 4) + ["Pilot"] * 4
    staff = staff.assign(Job=role, Comment="our manager never listens")
    app.bring({**small, "ex.csv": make_uploads.as_csv(staff)}).fine()
    for _ in ("while the file is there", "once its page was left"):
        assert "Branch 1" in _beside(app)
        assert "Pilot" not in app.text
        assert "never listens" not in app.text
        app.go("home").go("data").fine()
    assert "its cells were not kept" in app.text


def _beside(app: App) -> str:
    return "\n".join(
        text
        for text in app.text.splitlines()
        if "five or more" in text or text.startswith("| Team")
    )


def test_next_months_export_takes_the_place_of_the_last_and_the_history_says_so(
    app: App, small: dict[str, bytes]
) -> None:
    app.bring(small).fine()
    before = app.session.files
    app = opened(app.session.kept.case_id)
    april = make_uploads.customers(seed=9)
    app.bring({"customers april.csv": make_uploads.as_csv(april)}).fine()
    assert "Is it the newer export?" in app.text
    app = opened(app.session.kept.case_id)
    assert "Is it the newer export?" in app.go("data").fine().text, "a reload asks it again"
    app.at.button(key="replace_customers april.csv").click().run()
    app.fine()
    names = ["customers april.csv" if f.name == "customers.csv" else f.name for f in before]
    assert [f.name for f in app.session.files] == names
    assert "Is it the newer export?" not in app.text
    app.go("history").fine()
    assert "customers april.csv in place of customers.csv" in app.text


def test_a_file_of_the_same_columns_may_stand_beside(app: App, small: dict[str, bytes]) -> None:
    answers = make_uploads.survey(make_uploads.customers(), seed=8)
    app = opened(app.bring(small).session.kept.case_id)
    app.bring({"cx june.csv": make_uploads.as_csv(answers)}).fine()
    app.at.button(key="beside_cx june.csv").click().run()
    assert "Is it the newer export?" not in app.fine().text
    assert {"cx.csv", "cx june.csv"} <= {f.name for f in app.session.files}
