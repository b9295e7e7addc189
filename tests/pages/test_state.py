"""What is worked out again and what is not: never a stale result, never needless work, nobody
else's data.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import fields, replace

import make_uploads
import pytest
from moves import App

from cxcase import stage_settings
from cxcase.case_folder import CaseFolder
from cxcase.screen import stages
from cxcase.screen.session import Session
from cxcase.settings import Settings

CHANGED = {
    "currency": "EUR",
    "start": dt.date(2025, 6, 1),
    "metric": "csat",
    "controls": ("Region",),
    "margin": 0.3,
    "discount": 0.2,
    "horizon": 24,
    "ramp_months": 6,
    "half_life_months": 12.0,
    "adoption": 0.5,
    "count_expansion": True,
    "lift_range": (0.4, 1.6),
    "lift_source": "sheet",
    "study_shares": {"controlled": 0.7},
    "study_spread": 0.1,
    "between_studies": 0.2,
    "cost_range": (0.8, 1.4),
    "lift_correlation": 0.1,
    "cost_correlation": 0.1,
    "ranges": "minimum and maximum",
    "day_rate": 400.0,
    "budget": 5000.0,
    "budget_kind": "return",
    "period_budgets": (5000.0, 5000.0),
    "budget_every": "year",
    "fiscal_start": 4,
    "plan_start": dt.date(2026, 10, 1),
    "plan_after": dt.date(2026, 7, 1),
    "starts_per_quarter": 3,
    "cap_lifts": True,
    "roll_over": False,
    "target_roi": 0.5,
    "target_npv": 9000.0,
    "risk_aversion": 0.2,
    "team_days": {"everyone": 4.0},
    "early_win_days": 180,
    "early_win_chance": 0.5,
    "phase_unlock": 1,
    "phase_most": {"crawl": 2},
    "phase_tags": {"S1": "walk"},
    "mandatory": ("S3",),
    "barred": ("S2",),
    "frozen_steps": {"S1": 3},
    "risk_mode": "adjusted",
    "benefit_cut": 0.3,
    "cost_rise": 0.3,
    "pilot_cost": 1000.0,
    "gate_months": 9,
    "own_steps": ("S1",),
    "asked": {"budget": 9000.0},
    "target": "rating",
    "target_ratings": {"Invoice": 6.0},
    "side_cuts": (0.5, 0.6, 0.8),
    "journey": ("Invoice",),
    "locale": "de_DE",
    "deck": "short",
    "audience": "cfo",
    "slide_order": ("map",),
    "slides_dropped": ("voices",),
    "slide_titles": {"map": "Where it hurts"},
    "k_min": 6,
    "seed": 7,
    "oldest_response_months": 6,
    "decisions": {"several_responses": "mean"},
    "same_teams": {"Leeds-North": "Leeds North"},
    "same_questions": {"Bill": "Invoice"},
    "same_ids": ("zeros",),
    "step_answers": {"S1:lift": 0.3},
    "step_cells": {"S1:lift_likely": "0.3"},
    "strategy": "Our goals",
    "evidence_cells": {"E1:source": "Leeds pilot"},
    "step_reasons": {"S1:lift_likely": "as measured"},
    "added_steps": ("N1",),
    "removed_steps": ("S2",),
    "currency_rates": {"EUR": 0.86},
    "segment_margins": {"Trade": 0.3},
    "owned": frozenset({"margin"}),
}


def test_every_setting_is_known_here() -> None:
    assert set(CHANGED) == {f.name for f in fields(Settings)}


@pytest.mark.parametrize("name", sorted(CHANGED))
def test_a_stage_sees_a_setting_exactly_where_its_key_holds_it(name: str) -> None:
    before = Settings()
    after = replace(Settings(), **{name: CHANGED[name]})
    keys = stages.stage_keys(Session())
    changed = stages.stage_keys(Session(settings=after))
    for stage in stage_settings.STAGES:
        sees = stage_settings.readable(before, stage) != stage_settings.readable(after, stage)
        inherits = any(
            stage_settings.readable(before, s) != stage_settings.readable(after, s)
            for s in stage_settings.STAGES[: stage_settings.STAGES.index(stage)]
        )
        assert (keys[stage] != changed[stage]) == (sees or inherits)
    read = keys[stage_settings.STAGES[-1]] != changed[stage_settings.STAGES[-1]]
    assert read != (name in stage_settings.SHOWN), f"no stage may read {name}"


def test_a_budget_reaches_the_plan_and_nothing_before_it() -> None:
    keys, changed = (
        stages.stage_keys(Session(settings=s)) for s in (Settings(), Settings(budget=5.0))
    )
    assert [s for s in stage_settings.STAGES if keys[s] != changed[s]] == ["plan", "plan_details"]


def test_one_cell_changes_the_result(app: App, small: dict[str, bytes]) -> None:
    app.bring(small).go("link").fine()
    first = app.text
    key = app.session.report_key
    row = small["customers.csv"].decode().splitlines()[400]
    cells = row.split(",")
    cells[4] = "999999.0"
    edited = small["customers.csv"].replace(row.encode(), ",".join(cells).encode())
    assert edited != small["customers.csv"]
    app.bring({**small, "customers.csv": edited}).go("link").fine()
    assert app.session.report_key != key
    assert app.text != first


def test_the_same_again_comes_from_the_cache(
    app: App, small: dict[str, bytes], counted: Callable[[], dict[str, int]]
) -> None:
    app.bring(small).go("budget").fine()
    once = counted()
    assert once == {name: 1 if name != "parse" else len(small) for name in once}
    for page in ("link", "moments", "budget", "home", "budget"):
        app.go(page).fine()
    assert counted() == once


def test_a_budget_works_out_only_the_plan(
    app: App, small: dict[str, bytes], counted: Callable[[], dict[str, int]]
) -> None:
    app.bring(small).go("budget").fine()
    before = counted()
    first = app.text
    app.at.number_input(key="budget").set_value(5000.0).run()
    app.fine()
    after = counted()
    assert {name for name in after if after[name] != before[name]} == {"fit_budget"}
    assert app.text != first
    app.at.number_input(key="budget").set_value(5000.0).run()
    assert counted() == after


def test_a_margin_works_out_returns_and_plan_and_is_owned(
    app: App, small: dict[str, bytes], counted: Callable[[], dict[str, int]]
) -> None:
    app.bring(small).go("budget").fine()
    before = counted()
    first = app.text
    app.at.number_input(key="set_margin").set_value(25.0).run()
    app.fine()
    after = counted()
    assert {name for name in after if after[name] != before[name]} == {"value_steps", "fit_budget"}
    settings = app.session.settings
    assert settings.margin == 0.25
    assert "margin" in settings.owned
    assert app.text != first


def test_confirming_an_assumption_owns_it_as_it_is(app: App, small: dict[str, bytes]) -> None:
    app.bring(small).go("budget").fine()
    app.at.button(key="own_discount").click().run()
    settings = app.fine().session.settings
    assert settings.discount == Settings().discount
    assert "discount" in settings.owned
    assert not [b for b in app.at.button if b.key == "own_discount"]


def test_later_stages_wait_until_somebody_looks(
    app: App, small: dict[str, bytes], counted: Callable[[], dict[str, int]]
) -> None:
    app.bring(small).fine()
    assert "fit_link" not in counted()
    assert stages.stage_state(app.session, "link") == "ready"
    app.go("link").fine()
    assert "fit_budget" not in counted()
    app.go("budget").fine()
    app.at.number_input(key="set_margin").set_value(25.0)
    app.at.run()
    assert stages.stage_state(app.session, "plan") == "done"


def test_another_person_with_other_files_sees_their_own(app: App, small: dict[str, bytes]) -> None:
    app.bring(small).go("link").fine()
    other = App().bring(make_uploads.files(seed=11)).go("link").fine()
    assert app.session.report_key != other.session.report_key
    assert app.session.folder.path != other.session.folder.path
    mine = app.go("data").text
    assert mine == app.go("data").text
    assert "900 customers" in other.go("data").text


def test_identical_files_share_the_work_but_not_the_tables(
    app: App, small: dict[str, bytes], counted: Callable[[], dict[str, int]]
) -> None:
    app.bring(small).go("link").fine()
    other = App().bring(small).go("link").fine()
    assert counted()["fit_link"] == 1
    assert counted()["assemble"] == 2
    assert other.session.folder.path != app.session.folder.path


def test_the_folder_goes_when_the_case_is_left(app: App, small: dict[str, bytes]) -> None:
    app.bring(small).go("link").fine()
    folder = app.session.folder.path
    assert list(folder.rglob("*.parquet"))
    app.at.button(key="leave").click().run()
    assert not folder.exists()
    assert not app.fine().session.files
    assert not app.go("data").at.file_uploader[0].value


def test_a_folder_nobody_holds_is_removed() -> None:
    folder = CaseFolder()
    path = folder.path
    (path / "table.parquet").write_bytes(b"x")
    del folder
    assert not path.exists()
