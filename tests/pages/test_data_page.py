"""The data page's choices: decisions change totals, suggestions are accepted, files open with a password, verdicts."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.pages import company
from tests.pages.moves import App


@pytest.fixture
def open_questions() -> dict[str, bytes]:
    """A company with second rows of five customers at twice the revenue, and a branch spelt in two ways."""
    ledger = company.customers()
    twice = ledger.iloc[:5].assign(**{"Revenue start": ledger["Revenue start"].iloc[:5] * 2})
    answers = company.survey(ledger)
    staff = company.pulse(ledger).replace({"Branch": {"Branch 2": "Branch-2"}})
    return {
        "customers.csv": company.as_csv(pd.concat([ledger, twice])),
        "cx.csv": company.as_csv(answers),
        "ex.csv": company.as_csv(staff),
    }


def _revenue(app: App) -> str:
    return next(line for line in app.text.splitlines() if "Revenue a year at the start" in line)


def test_a_decision_changes_the_totals_and_becomes_the_persons_own(app: App, open_questions: dict[str, bytes]) -> None:
    app.bring(open_questions).fine()
    before = _revenue(app)
    assert app.at.selectbox(key="decide_duplicate_customers").value == "first"
    app.at.selectbox(key="decide_duplicate_customers").select("add_up").run()
    app.fine()
    assert app.session.settings.decisions["duplicate_customers"] == "add_up"
    assert _revenue(app) != before
    assert "confirm_duplicate_customers" not in [b.key for b in app.at.button]


def test_a_decision_shows_what_the_totals_come_to_under_each_option(app: App, open_questions: dict[str, bytes]) -> None:
    app.bring(open_questions).fine()
    shown = next(m.value for m in app.at.markdown if "Their revenue is added up" in m.value)
    assert len(shown.splitlines()) == 2 + 4
    assert "**The first row counts**" in shown


def test_a_suggestion_is_accepted_and_taken_back(app: App, open_questions: dict[str, bytes]) -> None:
    app.bring(open_questions).fine()
    assert "“Branch-2” may be “Branch 2”" in app.text
    app.at.button(key="same_0").click().run()
    app.fine()
    assert dict(app.session.settings.same_teams) == {"Branch-2": "Branch 2"}
    assert "“Branch-2” is “Branch 2”." in app.text
    app.at.button(key="apart_team_Branch-2").click().run()
    assert not app.fine().session.settings.same_teams
    assert "“Branch-2” may be “Branch 2”" in app.text


def test_the_verdict_says_what_the_data_can_answer_and_what_would_unlock_the_rest(
    app: App, small: dict[str, bytes]
) -> None:
    app.bring({name: small[name] for name in ("customers.csv", "cx.csv")}).fine()
    assert "What is a point worth?" in app.text
    assert "Bring in the employee survey by team" in app.text
    assert "questions this data answers" in app.text
