"""Files in: a bad one is a sentence, a wrong guess can be put right, employees' answers stay
unseen.
"""

from __future__ import annotations

import io
import zipfile

import make_uploads
import pandas as pd
import pytest
from moves import PAGES, App

from cxcase.intake import ROLES
from cxcase.report import words


def roles(app: App) -> dict[str, list[str | None]]:
    """File name -> the roles of its tables."""
    return {f.name: [t.source.role for t in f.parsed.tables] for f in app.session.files}


def test_every_file_is_recognised(app: App, small: dict[str, bytes]) -> None:
    app.bring(small).fine()
    assert roles(app) == {
        "customers.csv": ["customers"],
        "cx.csv": ["cx"],
        "ex.csv": ["ex"],
        "recommendations.csv": ["recommendations"],
    }
    assert "900 customers" in app.text


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty.csv", b""),
        ("not_really.xlsx", b"\x00\x01\x02 no workbook"),
        ("torn.xlsx", b"PK\x03\x04 torn in the middle"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
    ],
)
def test_a_bad_file_is_a_sentence_and_the_case_stands(
    app: App, small: dict[str, bytes], name: str, data: bytes
) -> None:
    app.bring({**small, name: data}).fine()
    assert len(app.at.error) == 1
    assert name in app.at.error[0].value.replace("\\", "")
    assert "900 customers" in app.text
    for page in PAGES:
        app.go(page).fine()


def test_a_workbook_that_would_blow_up_is_refused(app: App, small: dict[str, bytes]) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 600_000_000)
    app.bring({**small, "bomb.xlsx": packed.getvalue()}).fine()
    assert "bomb.xlsx" in app.at.error[0].value.replace("\\", "")
    assert "900 customers" in app.text


def test_a_file_of_nothing_known_is_kept_apart(app: App) -> None:
    app.bring({"colours.csv": b"colour,shade\nred,dark\nblue,light\n"}).fine()
    assert roles(app) == {"colours.csv": [None]}
    assert "customer list" in app.text
    assert words.template("pages.data.next_home") not in [b.label for b in app.at.button], (
        "it would wipe what is there"
    )
    assert words.template("pages.data.next_ask") in [
        b.proto.label for b in app.at.get("download_button")
    ]


def test_a_wrong_guess_is_put_right_and_put_back(app: App, small: dict[str, bytes]) -> None:
    app.bring(small).go("data")
    key = next(
        s.key
        for s in app.at.selectbox
        if s.key and s.key.startswith("role_") and s.value == "recommendations"
    )
    app.at.selectbox(key=key).select("none").run()
    assert roles(app.fine())["recommendations.csv"] == [None]
    assert app.session.mapping[0]["role"] is None
    app.bring(small)
    assert roles(app)["recommendations.csv"] == [None], "the correction holds for the same headings"


def test_a_column_is_corrected_beside_its_values(app: App, small: dict[str, bytes]) -> None:
    app.bring(small).go("data")
    assert any("2025-05-14" in c.value for c in app.at.caption)
    before = app.session.report_key
    app.mean("Revenue end", "").apply()
    app.fine()
    (ledger,) = (
        t for f in app.session.files for t in f.parsed.tables if t.source.role == "customers"
    )
    assert "revenue_end" not in ledger.source.columns
    assert app.session.report_key != before


def test_columns_of_several_years_stay_where_another_column_is_corrected(app: App) -> None:
    rows = "\n".join(f"C{k},A,{100 + k},{110 + k},{120 + k},no" for k in range(30))
    head = "Customer ID,Note,Revenue 2023,Revenue 2024,Revenue 2025,Churned\n"
    app.bring({"list.csv": f"{head}{rows}\nX,B,9,9,9,yes\n".encode()}).go("data")
    app.mean("Note", "segment").apply()
    app.fine()
    (ledger,) = (t for f in app.session.files for t in f.parsed.tables)
    assert ledger.source.columns["segment"] == "Note"
    assert ledger.source.columns["year:2024"] == "Revenue 2024"
    app.mean("Revenue 2023", "revenue_start").apply()
    (ledger,) = (t for f in app.fine().session.files for t in f.parsed.tables)
    assert ledger.source.columns["revenue_start"] == "Revenue 2023"
    assert not [name for name in ledger.source.columns if name.startswith("year:")]


def test_a_column_that_is_needed_cannot_be_taken_away(app: App, small: dict[str, bytes]) -> None:
    app.bring(small).go("data")
    app.mean("Revenue start", "")
    app.fine()
    assert "Still needed: “Yearly revenue at the start”" in app.text
    assert all(b.disabled for b in app.at.button if str(b.key).startswith("apply_"))
    assert "900 customers" in app.text
    assert not app.session.mapping, "what cannot be read is not remembered"


def test_columns_mean_what_they_were_read_as_before_anybody_says_otherwise(
    app: App, small: dict[str, bytes]
) -> None:
    app.bring(small).go("data")
    shown = {box.key: box for box in app.at.selectbox if str(box.key).startswith("meaning_")}
    for box in shown.values():
        labels = list(box.options)
        assert len(labels) == len(set(labels)), "two meanings that read the same are one to a list"
    assert all(b.disabled for b in app.at.button if str(b.key).startswith("apply_"))


def test_a_meaning_that_one_column_has_is_taken_from_the_one_that_had_it(
    app: App, small: dict[str, bytes]
) -> None:
    app.bring(small).go("data")
    app.mean("Revenue end", "revenue_start")
    start = next(
        b
        for b in app.at.selectbox
        if str(b.key).startswith("meaning_") and b.label == "Revenue start"
    )
    assert start.value == ""


def test_removing_a_file_takes_it_out_of_the_case(app: App, small: dict[str, bytes]) -> None:
    app.bring(small).go("home").go("data").fine()
    file = next(f for f in app.session.files if f.name == "recommendations.csv")
    app.at.button(key=f"remove_{file.digest[:8]}").click().run()
    assert "recommendations.csv" not in roles(app.fine())
    app.go("budget").fine()
    assert "no list of recommendations" in app.text


def test_the_next_file_of_the_same_name_replaces_the_first(
    app: App, small: dict[str, bytes]
) -> None:
    app.bring(small)
    app.go("link").bring({"customers.csv": make_uploads.as_csv(make_uploads.customers(600))})
    assert len(app.fine().session.files) == len(small)
    assert "600 customers" in app.text


def test_employees_answers_are_never_shown_nor_stored(app: App, small: dict[str, bytes]) -> None:
    secret = "my manager Pat never listens"
    ledger = make_uploads.customers()
    answers = make_uploads.pulse(ledger).assign(Comment=secret)
    odd = [["Branch 1", "2025-03-01", "quite loud", secret], ["Branch 99", "2025-03-01", 2, secret]]
    data = make_uploads.as_csv(
        pd.concat([answers.astype(object), pd.DataFrame(odd, columns=answers.columns)])
    )
    app.bring({**small, "ex.csv": data}).fine()
    for page in PAGES:
        app.go(page).fine()
        everything = app.text + str(app.at.get("plotly_chart"))
        assert "Pat" not in everything
        assert "Branch 99" not in everything
        assert "quite loud" not in everything
    folder = app.session.folder
    assert folder is not None
    for path in folder.path.rglob("*"):
        if path.is_file():
            assert b"Pat never" not in path.read_bytes(), path.name
    assert all(
        row.found is None
        for f in app.session.files
        if f.name == "ex.csv"
        for row in f.parsed.set_aside
    )


def test_the_shopping_list_and_blank_workbooks_are_there_from_the_start(app: App) -> None:
    app.go("data").fine()
    labels = [b.proto.label for b in app.at.get("download_button")]
    assert sum(label.startswith("Blank workbook") for label in labels) == len(ROLES)
    assert words.template("pages.data.shopping_download") in labels
    assert "What to ask for" in app.text


def test_pages_without_a_figure_neither_praise_nor_explain_it(app: App) -> None:
    app.bring({"colours.csv": b"colour,shade\nred,dark\nblue,light\n"}).fine()
    for page in ("link", "moments"):
        app.go(page).fine()
        assert "Nothing that we test for weakens this" not in app.text
        assert "asks about no single moment" not in app.text
        assert not [e for e in app.at.expander if e.label == "How we got this number"]
    app.go("home").fine()
    assert "Nothing has been brought in" not in app.text
    assert "No customer list yet" in app.text
