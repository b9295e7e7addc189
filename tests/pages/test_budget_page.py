"""The budget page: every control reaches the plan, what cannot be done says so, and a no can be
answered.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import make_uploads
import pytest
from moves import App

from cxcase.screen.budget import solving


@pytest.fixture
def there(app: App, small: dict[str, bytes]) -> App:
    """The small company's budget page."""
    return app.bring(small).go("budget").fine()


def settings(app: App) -> Any:
    return app.session.settings


def test_a_sum_is_typed_or_slid_and_the_answer_is_the_ask(there: App) -> None:
    there.at.slider(key="budget_slide").set_value(8).run()
    assert settings(there.fine()).budget == 8000.0
    assert there.at.number_input(key="budget").value == 8000.0
    assert "The ask:" in there.text
    assert "of £8 k" in there.text


def test_every_question_can_be_asked(there: App) -> None:
    for kind in ("periods", "return", "smallest", "certain", "total"):
        there.at.segmented_control(key="budget_kind").set_value(kind).run()
        assert settings(there.fine()).budget_kind == kind
        assert "budget_kind" in settings(there).owned


def test_a_sum_a_period_by_the_fiscal_year(there: App) -> None:
    there.at.segmented_control(key="budget_kind").set_value("periods").run()
    assert len(settings(there).period_budgets) == 4
    there.at.number_input(key="period_1").set_value(9000.0).run()
    there.at.number_input(key="period_count").set_value(6).run()
    there.at.selectbox(key="fiscal_start").set_value(4).run()
    there.at.toggle(key="roll_over").set_value(False).run()
    there.at.segmented_control(key="budget_every").set_value("year").run()
    asked = settings(there.fine())
    assert (len(asked.period_budgets), asked.period_budgets[1]) == (6, 9000.0)
    assert (asked.fiscal_start, asked.roll_over, asked.budget_every) == (4, False, "year")
    assert "over 6 years" in there.text


@pytest.mark.parametrize(
    ("kind", "key", "typed", "name", "value"),
    [
        ("return", "set_target_roi", 20.0, "target_roi", 0.2),
        ("return", "set_most", 9000.0, "budget", 9000.0),
        ("smallest", "set_target_npv", 500.0, "target_npv", 500.0),
    ],
)
def test_what_a_plan_must_reach(
    there: App, kind: str, key: str, typed: float, name: str, value: float
) -> None:
    there.at.segmented_control(key="budget_kind").set_value(kind).run()
    there.at.number_input(key=key).set_value(typed).run()
    assert getattr(settings(there.fine()), name) == value


def test_a_segment_has_its_own_margin(there: App) -> None:
    before = there.at.number_input(key="margin_of_Public").value
    there.at.number_input(key="margin_of_Trade").set_value(62.5).run()
    assert dict(settings(there.fine()).segment_margins) == {"Trade": 0.625}
    assert "segment_margins" in settings(there).owned
    assert there.at.number_input(key="margin_of_Public").value == before == 40.0
    there.at.button(key="one_margin").click().run()
    assert dict(settings(there.fine()).segment_margins) == {}
    assert "segment_margins" not in settings(there).owned


def test_a_card_says_whom_a_step_reaches(app: App, small: dict[str, bytes]) -> None:
    held = make_uploads.as_csv(
        make_uploads.recommendations().assign(
            Teams="Branch 1; Branch 2", **{"One-off cost": [40, 90, 25], "Yearly cost": 0}
        )
    )
    there = app.bring({**small, "recommendations.csv": held}).go("budget").fine()
    assert "Reaches customers of Branch 1 and Branch 2 only." in there.text
    assert "(Branch 1 and Branch 2)" in app.go("recommendations").fine().text


def test_of_many_teams_a_card_names_three(app: App, small: dict[str, bytes]) -> None:
    teams = "; ".join(f"Branch {k}" for k in range(1, 7))
    held = make_uploads.as_csv(
        make_uploads.recommendations().assign(
            Teams=teams, **{"One-off cost": [40, 90, 25], "Yearly cost": 0}
        )
    )
    there = app.bring({**small, "recommendations.csv": held}).go("budget").fine()
    assert "Reaches customers of Branch 1, Branch 2, Branch 3 and 3 more only." in there.text
    assert "(Branch 1, Branch 2, Branch 3 and 3 more)" in app.go("recommendations").fine().text


def test_every_rule_reaches_the_settings_and_can_be_taken_back(there: App) -> None:
    for key, typed, name, value in (
        ("set_early_win_days", 200, "early_win_days", 200),
        ("set_phase_unlock", 1, "phase_unlock", 1),
        ("phase_most_crawl", 1, "phase_most", {"crawl": 1}),
        ("team_days_everyone", 30, "team_days", {"everyone": 30}),
    ):
        there.at.number_input(key=key).set_value(typed).run()
        assert getattr(settings(there.fine()), name) == value
        there.at.number_input(key=key).set_value(None).run()
        assert not getattr(settings(there.fine()), name)
    there.at.multiselect(key="mandatory").set_value(["S3"]).run()
    there.at.multiselect(key="barred").set_value(["S2"]).run()
    there.at.multiselect(key="own_steps").set_value(["S1"]).run()
    there.at.date_input(key="plan_start").set_value(dt.date(2027, 2, 17)).run()
    asked = settings(there.fine())
    assert (asked.mandatory, asked.barred, asked.own_steps) == (("S3",), ("S2",), ("S1",))
    assert asked.plan_start == dt.date(2027, 2, 1)
    assert "Your own selection" in there.text
    assert "was ruled out" in there.text


def test_a_step_is_held_to_a_phase_and_the_rules_in_force_are_said(there: App) -> None:
    assert "Rules in force" not in there.text
    there.at.multiselect(key="tag_walk").set_value(["S1"]).run()
    there.at.number_input(key="set_phase_unlock").set_value(1).run()
    assert settings(there.fine()).phase_tags == {"S1": "walk"}
    assert "only then (walk)" in there.text
    assert "the next phase opens once 1" in there.text
    there.at.multiselect(key="tag_run").set_value(["S1"]).run()
    assert settings(there.fine()).phase_tags == {"S1": "run"}
    assert there.at.multiselect(key="tag_walk").value == []
    there.at.multiselect(key="tag_run").set_value([]).run()
    there.at.number_input(key="set_phase_unlock").set_value(None).run()
    assert "Rules in force" not in there.fine().text


def test_a_cut_stands_nowhere_beside_the_range(there: App) -> None:
    assert "8 in 10 chance between" in there.text
    there.at.segmented_control(key="risk_mode").set_value("adjusted").run()
    there.at.number_input(key="set_benefit_cut").set_value(30.0).run()
    assert settings(there.fine()).benefit_cut == pytest.approx(0.3)
    answer = next(line for line in there.text.splitlines() if line.startswith("The ask:"))
    assert "8 in 10 chance between" in answer
    assert "cut by" not in answer  # that figure stands alone, in the appendix and the workbook


def test_rules_that_clash_name_the_least_that_would_do_and_grant_it(there: App) -> None:
    there.at.multiselect(key="mandatory").set_value(["S1", "S3"]).run()
    there.at.segmented_control(key="budget_kind").set_value("periods").run()
    for k in range(4):
        there.at.number_input(key=f"period_{k}").set_value(100.0).run()
    assert "No plan keeps everything that was asked" in there.fine().text
    assert "more would do" in there.text
    granting = [b for b in there.at.button if b.key and b.key.startswith("grant_")]
    assert granting
    granting[0].click().run()
    assert settings(there.fine()).period_budgets != (100.0,) * 4 or settings(there).mandatory != (
        "S1",
        "S3",
    )


def test_a_sum_that_buys_nothing_leaves_the_controls(there: App) -> None:
    there.at.number_input(key="budget").set_value(10.0).run()
    assert "No step is worth funding out of £10" in there.fine().text
    assert there.at.slider(key="budget_slide")


@pytest.mark.parametrize(
    ("objection", "changed"),
    [
        ("money", {"budget_kind": "total"}),
        ("year", {"budget_kind": "periods"}),
        ("step", {}),
        ("sure", {"budget_kind": "certain"}),
        ("slow", {"early_win_days": 180}),
    ],
)
def test_every_objection_is_answered_beside_the_old_ask(
    there: App, objection: str, changed: dict[str, Any]
) -> None:
    before = settings(there)
    there.at.radio(key="objection").set_value(objection).run()
    there.at.button(key="recut").click().run()
    asked = settings(there.fine())
    assert asked.before == before
    for name, value in changed.items():
        assert getattr(asked, name) == value
    if objection == "step":
        assert len(asked.barred) == 1
    assert "Refused again?" in there.text
    there.at.button(key="recut_back").click().run()
    assert settings(there.fine()) == before


def test_an_objection_nothing_answers_leaves_only_the_way_back(there: App) -> None:
    there.at.number_input(key="budget").set_value(8000.0).run()
    there.at.radio(key="objection").set_value("slow").run()
    there.at.number_input(key="objection_days").set_value(1).run()
    there.at.button(key="recut").click().run()
    assert "there is no new ask" in there.fine().text
    assert not [b for b in there.at.button if b.key == "recut_settle"]
    there.at.button(key="recut_back").click().run()
    assert settings(there.fine()).early_win_days is None


def test_a_return_nobody_can_earn_is_not_said_to_mean_that_nothing_pays(there: App) -> None:
    there.at.segmented_control(key="budget_kind").set_value("return").run()
    there.at.number_input(key="set_target_roi").set_value(100_000.0).run()
    assert "can be expected to earn" in there.fine().text
    assert "bring more than it costs" not in there.text
    assert "Nothing to list" not in there.text
    assert len(there.at.get("plotly_chart")) == 1, "what money would buy is shown all the same"
    assert "of net present value" not in there.text, "more money would not earn more on its cost"


def test_a_target_starts_at_half_of_what_could_be_had_and_one_of_nothing_needs_no_money(
    there: App,
) -> None:
    there.at.segmented_control(key="budget_kind").set_value("return").run()
    there.at.number_input(key="set_target_roi").set_value(100_000.0).run()
    there.at.segmented_control(key="budget_kind").set_value("smallest").run()
    assert settings(there.fine()).target_npv > 0
    assert "The ask:" in there.text
    there.at.number_input(key="set_target_npv").set_value(0.0).run()
    assert "is reached without funding anything" in there.fine().text
    assert "less than the cheapest step" not in there.text


def test_the_new_ask_can_be_kept(there: App) -> None:
    there.at.button(key="recut").click().run()
    there.at.button(key="recut_settle").click().run()
    assert not settings(there.fine()).asked
    assert settings(there).budget_kind == "total"
    assert "What was the objection?" in there.text


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[tuple[bool, Any]]:
    """(whether it is shown until another is solved, plan) of all plans that the page has shown."""
    seen: list[tuple[bool, Any]] = []
    note = solving._note

    def spy(place: Any, report: Any, solving: bool = False) -> None:
        seen.append((solving, report.plan))
        note(place, report, solving)

    monkeypatch.setattr(solving, "_note", spy)
    return seen


def test_the_best_plan_solved_before_is_shown_until_the_new_one_is(
    there: App, shown: list[tuple[bool, Any]]
) -> None:
    there.at.slider(key="budget_slide").set_value(8).run()
    (first, early), (last, exact) = shown
    assert (first, last) == (True, False)
    assert 0 < early.spend <= 8000.0
    assert early.npv.mean <= exact.npv.mean
    assert not early.findings
    assert early.paying == exact.paying
    assert "Shown: the plan for £8 k" in there.fine().text
    assert "is being worked out" not in there.text
    shown.clear()
    there.at.slider(key="budget_slide").set_value(7).run()
    there.at.slider(key="budget_slide").set_value(8).run()  # solved before: there at once
    assert [solving for solving, _ in shown] == [True, False, False]


def test_nothing_solved_under_other_assumptions_is_shown(
    there: App, shown: list[tuple[bool, Any]]
) -> None:
    there.at.number_input(key="set_margin").set_value(25.0).run()
    there.at.multiselect(key="barred").set_value(["S2"]).run()
    there.at.segmented_control(key="budget_kind").set_value("periods").run()
    assert not any(solving for solving, _ in shown)
    there.at.segmented_control(key="budget_kind").set_value("certain").run()
    there.at.number_input(key="budget").set_value(9000.0).run()
    there.at.number_input(key="budget").set_value(9500.0).run()
    assert shown[-2][0]
    assert shown[-2][1].choice.aversion == shown[-1][1].choice.aversion
    assert shown[-2][1].spend <= 9500.0


def test_the_slider_ends_at_what_buys_everything_also_after_a_clash(there: App) -> None:
    there.at.number_input(key="budget").set_value(3000.0).run()
    top = there.at.slider(key="budget_slide").max
    assert top > 3
    there.at.multiselect(key="mandatory").set_value(["S1", "S3"]).run()
    assert "No plan keeps" in there.fine().text
    assert there.at.slider(key="budget_slide").max == top


def test_the_case_keeps_its_key_however_far_it_is_worked_out(
    app: App, small: dict[str, bytes]
) -> None:
    app.bring(small)
    keys = [
        app.go(page).fine().session.report_key
        for page in ("data", "link", "home", "budget", "deck", "data")
    ]
    assert len(set(keys)) == 1
    app.go("budget").at.number_input(key="set_pilot_cost").set_value(500.0).run()
    assert app.session.report_key != keys[0]


def test_a_pilot_and_a_day_have_their_price(there: App) -> None:
    there.at.number_input(key="set_pilot_cost").set_value(1e9).run()
    assert "less than the" in there.fine().text
    there.at.number_input(key="set_day_rate").set_value(400.0).run()
    assert settings(there.fine()).day_rate == 400.0


def test_a_frozen_choice_outlasts_another_sum_until_it_is_let_go(there: App) -> None:
    before = dict(there.session.solved[1][-1].start_month)
    there.at.toggle(key="freeze").set_value(True).run()
    there.at.number_input(key="budget").set_value(1000.0).run()
    plan = there.fine().session.solved[1][-1]
    assert plan.frozen
    assert dict(plan.start_month) == before == dict(settings(there).frozen_steps)
    assert "the choice of steps that was frozen" in there.text
    assert "more than the budget" in there.text
    there.at.button(key="recut").click().run()
    assert not settings(there.fine()).frozen_steps, "a smaller ask chooses its steps anew"
    there.at.button(key="recut_back").click().run()
    there.at.toggle(key="freeze").set_value(False).run()
    assert dict(there.fine().session.solved[1][-1].start_month) != before
