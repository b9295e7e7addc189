"""The data page where headings hide the key: what the values told and its undoing, and the question
where they tell nothing.
"""

from __future__ import annotations

import make_uploads
import pandas as pd
import pytest
from moves import App
from test_kept_case import opened


@pytest.fixture(scope="module")
def ledger() -> pd.DataFrame:
    """A small company's customers."""
    return make_uploads.customers()


def _files(ledger: pd.DataFrame, key: str, survey_key: str) -> dict[str, bytes]:
    answers = make_uploads.survey(ledger)
    return {
        "customers.csv": make_uploads.as_csv(ledger.rename(columns={"Customer id": key})),
        "cx.csv": make_uploads.as_csv(answers.rename(columns={"Customer id": survey_key})),
    }


def test_a_key_told_by_values_is_said_with_its_count_and_undone_in_one_click_once_reopened(
    app: App, ledger: pd.DataFrame
) -> None:
    app.bring(_files(ledger, "Customer id", "Feld 7")).fine()
    answered = make_uploads.survey(ledger)["Customer id"].nunique()
    assert f"{answered} of {answered} values of “Feld 7”" in app.text
    app = opened(app.session.kept.case_id)
    for file in app.session.files:
        app.at.session_state[f"open_{file.digest[:8]}"] = True
    app.go("data").fine()
    (undo,) = [button for button in app.at.button if str(button.key).startswith("undo_")]
    undo.click().run()
    app.fine()
    assert not [button for button in app.at.button if str(button.key).startswith("undo_")]
    assert "wait for the question" in app.text
    cx = next(t.source for f in app.session.files for t in f.parsed.tables if f.name == "cx.csv")
    assert cx.question is not None


def test_a_list_alone_asks_and_one_click_answers(app: App, ledger: pd.DataFrame) -> None:
    files = _files(ledger, "X1", "Feld 7")
    app.bring({"customers.csv": files["customers.csv"]}).fine()
    assert "Is “X1” the customer's number?" in app.text
    assert f"{len(ledger)} different values" in app.text.replace(",", "")
    assert "could not be used" not in app.text
    app.answer().fine()
    (listed,) = [t.source for f in app.session.files for t in f.parsed.tables]
    assert (listed.question, listed.columns["customer_id"]) == (None, "X1")
    assert "Revenue a year at the start" in app.text
