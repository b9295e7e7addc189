"""Which things changed between two versions, and mixtures of both."""

from __future__ import annotations

import json
from dataclasses import replace

import make_uploads
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxcase.case_document import CaseInputs
from cxcase.changes import Cause, causes, mixed
from cxcase.errors import SettingsError
from cxcase.settings import Settings

BEFORE = Settings(
    margin=0.4,
    segment_margins={"Trade": 0.3},
    barred=("R4", "R5"),
    decisions={"several_responses": "mean"},
)
NOW = Settings(
    margin=0.42,
    segment_margins={"Trade": 0.35, "Public": 0.2},
    barred=("R6", "R5"),
    period_budgets=(1.0, 2.0),
    owned=frozenset({"margin"}),
)


def told(before: CaseInputs, now: CaseInputs) -> list[tuple[str, str, str | None]]:
    return [(cause.what, cause.name, cause.entry) for cause in causes(before, now)]


def test_each_entry_of_a_setting_is_a_cause() -> None:
    assert set(told(CaseInputs(BEFORE), CaseInputs(NOW))) == {
        ("setting", "margin", None),
        ("setting", "segment_margins", "Trade"),
        ("setting", "segment_margins", "Public"),
        ("setting", "barred", "R4"),
        ("setting", "barred", "R6"),
        ("setting", "period_budgets", None),
        ("setting", "decisions", "several_responses"),
    }


def test_a_cause_is_kept_as_plain_values_and_comes_back() -> None:
    for cause in causes(CaseInputs(BEFORE), CaseInputs(NOW, "Thornbeck")):
        assert Cause.of(json.loads(json.dumps(cause.plain()))) == cause


def test_what_moves_no_figure_is_beside() -> None:
    now = CaseInputs(replace(BEFORE, journey=("Invoice",), pilot_cost=5.0), "Thornbeck")
    assert {cause.kind for cause in causes(CaseInputs(BEFORE), now)} == {"beside"}


@given(st.sets(st.integers(0, 6)))
def test_a_mixture_has_the_chosen_causes_and_no_others(chosen: set[int]) -> None:
    old = CaseInputs(BEFORE)
    now = CaseInputs(NOW)
    every = causes(old, now)
    mixture = mixed(old, now, every, chosen)
    assert {every.index(cause) for cause in causes(old, mixture)} == chosen
    rest = {cause.name for cause in causes(mixture, now)}
    assert rest == {cause.name for place, cause in enumerate(every) if place not in chosen}


def test_settings_that_need_each_other_are_no_mixture() -> None:
    old = CaseInputs(Settings())
    now = CaseInputs(Settings(budget_kind="periods", period_budgets=(5.0,)))
    every = causes(old, now)
    alone = next(k for k, cause in enumerate(every) if cause.name == "budget_kind")
    with pytest.raises(SettingsError):
        mixed(old, now, every, {alone})
    assert mixed(old, now, every, {0, 1}) == now


def test_files_are_matched_by_name_then_by_role_and_headings(company: CaseInputs, read) -> None:
    other = make_uploads.files(ex=False, seed=8)
    customers, cx, steps = company.files
    april = read("customers april.csv", other["customers.csv"])
    later = read("cx.csv", other["cx.csv"])
    pulse = read("pulse.csv", make_uploads.files()["ex.csv"])
    now = replace(company, files=(april, later, pulse))
    assert told(company, now) == [
        ("file_replaced", "customers april.csv", None),
        ("file_changed", "cx.csv", None),
        ("file_added", "pulse.csv", None),
        ("file_removed", steps.name, None),
    ]
    assert causes(company, now)[0].before == customers.name
    every = causes(company, now)
    half = mixed(company, now, every, {0, 3})
    assert {f.name: f.digest for f in half.files} == {april.name: april.digest, cx.name: cx.digest}


def test_a_file_that_was_read_anew_because_of_another_goes_with_it(company: CaseInputs) -> None:
    customers, cx, steps = company.files
    anew = replace(cx, parsed=replace(cx.parsed, key="told by its values"), alone=cx.parsed)
    less = replace(company, files=(cx, steps))
    now = replace(company, files=(customers, anew, steps))
    (cause,) = causes(less, now)
    assert (cause.what, cause.name, cause.also) == ("file_added", customers.name, (cx.name,))
    assert mixed(less, now, [cause], {0}) == now
    corrected = replace(cx, parsed=replace(cx.parsed, key="corrected"))
    (reading,) = causes(company, replace(company, files=(customers, corrected, steps)))
    assert (reading.what, reading.kind) == ("file_read", "data")
