"""The history page: two versions beside each other, every change, and the way back."""

from __future__ import annotations

import re

import pytest
from moves import App
from test_kept_case import confirm_budget, opened

from cxcase.screen import kept_case


@pytest.fixture
def kept(app: App, small: dict[str, bytes]) -> App:
    app.bring(small).fine()
    return confirm_budget(app, 9000.0)


def own(app: App, key: str, value: float) -> App:
    app.go("budget")
    app.at.number_input(key=key).set_value(value).run()
    return app.fine()


def test_the_difference_is_told_by_cause_and_adds_up(kept: App) -> None:
    own(kept, "set_margin", 50.0)
    confirm_budget(kept, 7000.0)
    kept.go("history").fine()
    kept.at.button(key="work_out").click().run()
    kept.fine()
    sentence = next(m.value for m in kept.at.markdown if "·" in m.value or "→" in m.value)
    assert "Budget, first 12 months" in kept.text
    assert kept.at.get("plotly_chart"), sentence
    kept.go("home").go("history").fine()
    assert kept.at.get("plotly_chart")  # nothing is worked out twice
    assert not [b for b in kept.at.button if b.key == "work_out"]


def test_every_change_says_who_when_what_and_what_it_did(kept: App) -> None:
    own(kept, "set_margin", 50.0)
    kept.go("history").fine()
    (rows,) = [m.value for m in kept.at.markdown if m.value.startswith("| ")]
    newest = rows.splitlines()[2]
    assert "in force" in newest
    assert "you" in newest
    assert "40" in newest
    assert "50" in newest
    assert re.search(r"\+£", newest)


def test_a_reason_is_kept_with_the_version(kept: App) -> None:
    kept.go("history")
    head = kept.session.kept.head
    kept.at.text_input(key=f"why_{head}").set_value("Finance said so").run()
    assert "Why: Finance said so" in kept.fine().text
    again = opened(kept.session.kept.case_id).go("history").fine()
    assert "Finance said so" in again.text


def test_going_back_is_shown_before_it_happens(kept: App) -> None:
    own(kept, "set_margin", 50.0)
    kept.go("history").fine()
    assert any("Contribution margin" in m.value and "→" in m.value for m in kept.at.markdown)
    assert kept.session.settings.margin == 0.5
    kept.at.button(key="go_back").click().run()
    assert kept.fine().session.settings.margin == 0.4
    assert (
        kept.session.kept.can_redo
        or len(kept_case.store().versions(kept_case.who(), kept.session.kept.case_id)) > 1
    )


def test_without_a_case_the_page_says_where_to_begin(app: App) -> None:
    app.go("history").fine()
    assert app.at.button(key="next_step")


def to(kept: App, section: str) -> App:
    kept.go("history")
    kept.at.segmented_control(key="history_section").set_value(section).run()
    return kept.fine()


def test_a_signature_goes_stale_when_its_value_changes(kept: App) -> None:
    to(kept, "agree")
    kept.at.text_input(key="owner_setting_margin").set_value("Ann").run()
    kept.at.text_input(key="signer_setting_margin").set_value("Bob").run()
    kept.at.button(key="sign_setting_margin").click().run()
    assert "Signed by Bob" in badges(kept.fine())
    again = to(opened(kept.session.kept.case_id), "agree")
    assert again.at.text_input(key="owner_setting_margin").value == "Ann"
    own(kept, "set_margin", 50.0)
    assert "Stale: signed by Bob" in badges(to(kept, "agree"))
    assert "Changed since: Contribution margin" in kept.text
    own(kept, "set_margin", 40.0)
    assert "Signed by Bob" in badges(to(kept, "agree"))


def badges(app: App) -> str:
    return " ".join(m.value for m in app.at.markdown if "badge" in m.value)


def test_a_no_is_noted_with_its_reason_and_what_followed(kept: App) -> None:
    kept.go("budget")
    key = kept.session.report_key[:8]
    kept.at.button(key="recut").click().run()
    kept.fine()
    kept.at.button(key="recut_settle").click().run()
    (ask,) = kept.fine().session.asks
    assert (ask.answer, ask.key) == ("no", key)
    assert ask.reason
    assert ask.recut is not None
    assert ask.recut < ask.spend
    to(kept, "asked")
    (rows,) = [m.value for m in kept.at.markdown if m.value.startswith("| ")]
    assert key in rows
    assert "re-cut to" in rows
