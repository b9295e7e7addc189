"""What a list of steps leaves open is asked on its page, one question at a time."""

from __future__ import annotations

import make_uploads
import pandas as pd
import pytest
from moves import App


def a_list(**columns: list[object]) -> bytes:
    """Three steps as a manager writes them: no ids, one near name, one vague lift, one complete."""
    rows = {
        "Initiative": ["Plain invoices", "Call before delivery", "One owner a complaint"],
        "Touchpoint": ["Invoicing", "Delivery", "Complaint"],
        "Cost": ["2.5k", "£4,000", "9k + 500 pa"],
        "Expected lift": ["0.3 points", "Medium", "0,2"],
        **columns,
    }
    return pd.DataFrame(rows).to_csv(index=False).encode()


@pytest.fixture
def page(app: App, small: dict[str, bytes]) -> App:
    return app.bring({**small, "recommendations.csv": a_list()}).go("recommendations").fine()


def primaries(app: App) -> list[str]:
    return [b.label for b in app.at.button if b.proto.type == "primary"]


def test_one_question_at_a_time_with_near_names_first(page: App) -> None:
    assert "1 more after this" in page.text
    assert "“Plain invoices” acts on “Invoicing”. Which is that?" in page.text
    choice = page.at.radio(key="answer_R01_where")
    assert choice.options[0] == "Invoice (closest)"
    assert choice.value == "Invoice", "the only near one is marked, and counts once it is saved"
    assert not page.session.settings.step_answers
    assert primaries(page) == ["Save"]
    assert "Waiting (2)" in [tab.label for tab in page.at.tabs]


def test_an_answer_makes_a_step_and_the_next_question_follows(page: App) -> None:
    page.at.radio(key="answer_R01_where").set_value("Invoice").run()
    page.at.button(key="step_save").click().run()
    page.fine()
    assert dict(page.session.settings.step_answers) == {"Plain invoices:where": "Invoice"}
    assert "more after this" not in page.text
    assert "“Call before delivery”: how many points is “Medium”?" in page.text
    assert page.at.button(key="step_save").disabled


def test_the_slider_of_a_lift_shows_its_money_at_once(page: App) -> None:
    page.at.button(key="step_later").click().run()
    slider = page.fine().at.slider(key="answer_R02_lift")
    assert (slider.min, slider.value) == (0.0, 0.0)
    slider.set_value(slider.step * 2).run()
    said = page.fine().text
    assert "of revenue kept a year (90 % range" in said
    page.at.slider(key="answer_R02_lift").set_value(slider.step * 4).run()
    assert page.fine().text != said, "the money follows the lift"
    page.at.button(key="step_save").click().run()
    assert page.fine().session.settings.step_answers["Call before delivery:lift"] == pytest.approx(
        slider.step * 4
    )
    assert "1 put off: ask again" in [b.label for b in page.at.button]


def test_without_a_list_one_is_begun_with_the_moments_worth_most(
    app: App, small: dict[str, bytes]
) -> None:
    app.bring({name: data for name, data in small.items() if name != "recommendations.csv"})
    app.go("recommendations").fine()
    assert primaries(app) == ["Begin the list"]
    app.at.button(key="begin_steps").click().run()
    asked = app.fine().text
    assert "By how many points would “Improve: " in asked
    assert app.at.slider[0].value == 0.0


def test_an_answer_can_be_taken_back(page: App) -> None:
    page.at.radio(key="answer_R01_where").set_value("Invoice").run()
    page.at.button(key="step_save").click().run()
    page.at.button(key="step_back_0").click().run()
    assert not page.fine().session.settings.step_answers
    assert "“Invoicing”" in page.text


def test_a_list_of_ideas_alone_can_be_answered_to_a_plan(app: App, small: dict[str, bytes]) -> None:
    ideas = {"Cost": ["tbc"] * 3, "Expected lift": ["5 %", "?", "?"]}
    app.bring({**small, "recommendations.csv": a_list(**ideas)}).go("recommendations").fine()
    assert (
        "waits for an answer" in app.text.replace("each waits", "") or "before what it" in app.text
    )
    for _ in range(4):  # the two with less to ask come first
        app.at.button(key="step_later").click().run()
    app.fine().at.button(key="step_save").click().run()
    share = app.fine().at.radio(key="answer_R01_percent_of")
    assert share.options[0].startswith("of today's score: 0.")
    share.set_value("score").run()
    app.at.button(key="step_save").click().run()
    app.fine().at.number_input(key="answer_R01_cost_once").set_value(2500.0).run()
    app.at.button(key="step_save").click().run()
    assert "What each would return" in [tab.label for tab in app.fine().at.tabs]
    assert make_uploads.MOMENTS[1] == "Invoice"
