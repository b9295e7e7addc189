"""Rows of a recommendations sheet to steps: what is assumed, what is set aside, and what speaks for
a step.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from cxcase.estimate import Estimate
from cxcase.intake import Case, MomentColumn, Scale
from cxcase.link import Link
from cxcase.moments import Moment, Moments
from cxcase.recommend import Step, Steps, plan_steps
from cxcase.recommend.evidence.kinds import strength_of
from cxcase.recommend.places import find_place, places_like, plain
from cxcase.report import words
from cxcase.settings import Settings

MOMENTS = ("Delivery on time", "Complaint handling", "Billing")
PLAIN = {
    "id": "R1",
    "title": "First",
    "moment": "Billing",
    "one_off_cost": 1000.0,
    "lift_likely": 0.4,
    "months_to_deliver": 2,
}


def a_case(
    folder: Path, rows: list[dict[str, Any]] | None, studies: list[dict[str, Any]] | None = None
) -> Case:
    if rows is not None:
        pd.DataFrame(rows).to_parquet(folder / "recommendations.parquet")
    if studies is not None:
        pd.DataFrame(studies).to_parquet(folder / "case_studies.parquet")
    columns = tuple(MomentColumn(name, Scale(1, 7), 500, 0, 0) for name in MOMENTS)
    return Case("case", folder, (), (), None, None, {}, None, columns, None, ())


def planned(
    folder: Path,
    *rows: dict[str, Any],
    studies: list[dict[str, Any]] | None = None,
    metric: str = "ease",
    moments: tuple[Moment, ...] = (),
    **settings: Any,
) -> Steps:
    link = Link(
        "link",
        metric,
        Scale(1, 7),
        Scale(1, 5),
        None,
        (),
        (),
        None,
        None,
        None,
        (),
        (),
        None,
        None,
        (),
    )
    ranked = Moments("moments", "index", moments, None, {}, None, 1.0, None, ())
    full = [{**PLAIN, **row} for row in rows]
    if any("teams" in row for row in rows):
        pd.DataFrame({"team": ["North", "South", None, "Leeds, York", "North"]}).to_parquet(
            folder / "customers.parquet"
        )
    return plan_steps(a_case(folder, full, studies), link, ranked, Settings(**settings))


def moment_with_lead(name: str, lead: float) -> Moment:
    """A moment at which a best-quartile team is so many points ahead."""
    none = Estimate(None, None, None, "points", "refused")
    mean = Estimate(5.0, 4.9, 5.1, "points", "measured")
    return Moment(
        name, none, 500, mean, 1.0, 7.0, none, none, none, none, none, "best_quartile_team", None,
        "ok", best_quartile_gap=lead,
    )  # fmt: skip


def test_a_share_for_a_kind_that_there_is_not_is_said(tmp_path: Path) -> None:
    found = codes(planned(tmp_path, {}, study_shares={"vendor": 0.1, "controlled": 0.7}))
    assert found["study_share_unused"]["names"] == ("vendor",)


def test_a_lift_beyond_our_own_best_teams_is_said_with_its_ratio(tmp_path: Path) -> None:
    ahead = moment_with_lead("Billing", 0.1)
    beyond = planned(tmp_path, {}, moments=(ahead,))
    assert codes(beyond)["step_lift_beyond_best"]["times"] == pytest.approx(4.0)
    assert only(beyond).best_quartile_gap == 0.1
    two = planned(tmp_path, {"lift_likely": 0.2}, {"id": "R2", "title": "2nd"}, moments=(ahead,))
    assert "step_lift_beyond_best" not in codes(two)
    each = codes(two)["step_lift_beyond_best_each"]
    assert (each["titles"], each["times"]) == (("2nd", "First"), pytest.approx((4.0, 2.0)))
    within = planned(tmp_path, {"lift_likely": 0.1}, moments=(ahead,))
    assert "step_lift_beyond_best" not in codes(within)
    elsewhere = planned(tmp_path, {"moment": "Complaint handling"}, moments=(ahead,))
    assert only(elsewhere).best_quartile_gap is None


def test_a_cap_takes_lifts_back_to_our_own_best_teams(tmp_path: Path) -> None:
    ahead = moment_with_lead("Billing", 0.1)
    free = only(planned(tmp_path, {}, moments=(ahead,)))
    steps = planned(tmp_path, {}, moments=(ahead,), cap_lifts=True)
    capped = only(steps)
    assert capped.lift_likely == 0.1
    assert capped.lift_high == pytest.approx(free.lift_high * 0.1 / free.lift_likely)
    assert codes(steps)["step_lift_capped"]["lift"] == pytest.approx(free.lift_likely)
    assert "step_lift_beyond_best" not in codes(steps)


def codes(steps: Steps) -> dict[str, dict[str, Any]]:
    return {f.code: dict(f.params) for f in steps.findings}


def only(steps: Steps) -> Step:
    [step] = steps.steps
    return step


def test_a_full_row_needs_no_assumption(tmp_path: Path) -> None:
    row = {
        "lift_low": 0.1, "lift_high": 0.9, "cost_low": 900.0, "cost_high": 1400.0,
        "yearly_cost": 120.0, "owner": "Ops", "pnl_line": "Retention", "effort_days": 12,
        "mandatory": "no", "part_of": None,
    }  # fmt: skip
    steps = planned(
        tmp_path,
        row,
        studies=[
            {
                "source": "S",
                "kind": "own pilot",
                "controlled": "yes",
                "moment": "Billing",
                "effect": 0.4,
                "se": 0.1,
                "unit": "points of a 1-7 rating",
            }
        ],
    )
    step = only(steps)
    assert step.lift_evidence.claim == (0.1, 0.4, 0.9)
    assert not step.lift_assumed
    assert (step.cost_low, step.cost_high, step.cost_assumed) == (900.0, 1400.0, False)
    assert (step.acts_on, step.moments, step.months_to_deliver) == ("moment", ("Billing",), 2)
    assert (step.owner, step.pnl_line, step.effort_days, step.mandatory) == (
        "Ops",
        "Retention",
        12.0,
        False,
    )
    assert step.evidence_grade == "A"
    assert steps.findings == ()


def test_ranges_and_delivery_are_assumed_out_loud(tmp_path: Path) -> None:
    steps = planned(
        tmp_path, {"months_to_deliver": None}, {"id": "R2", "lift_low": 0.1, "cost_high": 1500.0}
    )
    first, second = steps.steps
    assert (first.lift_low, first.lift_high, first.lift_assumed) == (
        pytest.approx(0.2),
        pytest.approx(0.6),
        True,
    )
    assert (first.cost_low, first.cost_high, first.cost_assumed) == (
        pytest.approx(900),
        pytest.approx(1300),
        True,
    )
    assert (first.months_to_deliver, first.delivery_assumed) == (3, True)
    assert (second.lift_low, second.lift_high, second.lift_assumed) == (
        0.1,
        pytest.approx(0.6),
        True,
    )
    assert (second.cost_low, second.cost_high) == (pytest.approx(900), 1500.0)
    found = codes(steps)
    assert found["step_lift_range_assumed"]["ids"] == ("R1", "R2")
    assert found["step_delivery_assumed"] == {"ids": ("R1",), "n": 1, "months": 3}


def test_the_range_of_a_yearly_cost_where_there_is_no_other(tmp_path: Path) -> None:
    step = only(planned(tmp_path, {"one_off_cost": None, "yearly_cost": 500.0}))
    assert (step.one_off_cost, step.yearly_cost, step.cost_low, step.cost_high) == (
        0.0,
        500.0,
        450.0,
        650.0,
    )


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"lift_low": 0.5, "lift_high": 0.9}, "step_lift_range_unusable"),
        ({"lift_high": 0.3}, "step_lift_range_unusable"),
        ({"cost_low": 1200.0}, "step_cost_range_unusable"),
        ({"cost_low": 0.0, "cost_high": 1200.0}, "step_cost_range_unusable"),
    ],
)
def test_a_range_beside_the_likely_value_is_replaced(
    tmp_path: Path, row: dict[str, Any], code: str
) -> None:
    steps = planned(tmp_path, row)
    step = only(steps)
    assert code in codes(steps)
    assert step.lift_low <= step.lift_likely <= step.lift_high
    assert step.cost_low <= step.one_off_cost <= step.cost_high


def test_ends_given_the_wrong_way_round_are_turned(tmp_path: Path) -> None:
    step = only(planned(tmp_path, {"lift_low": 0.9, "lift_high": 0.1}))
    assert (step.lift_low, step.lift_high, step.lift_assumed) == (0.1, 0.9, False)


def test_a_negative_lift_is_allowed_and_remarked(tmp_path: Path) -> None:
    steps = planned(tmp_path, {"lift_likely": -0.2})
    step = only(steps)
    assert (step.lift_low, step.lift_high) == (pytest.approx(-0.3), pytest.approx(-0.1))
    assert codes(steps)["step_lift_negative"]["ids"] == ("R1",)


# ---- what a step acts on -------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["billing", "  BILLING ", "Billing"])
def test_moments_match_without_case_and_blanks(tmp_path: Path, name: str) -> None:
    assert only(planned(tmp_path, {"moment": name})).moments == ("Billing",)


def test_several_moments(tmp_path: Path) -> None:
    steps = planned(tmp_path, {"moment": "delivery on-time; Billing; Parking"})
    assert only(steps).moments == ("Delivery on time", "Billing")
    [finding] = [f for f in steps.findings if f.code == "step_moment_left_out"]
    assert (finding.status, finding.params["moment"]) == ("review", "Parking")


def test_a_name_that_nearly_matches_is_asked_about_and_never_taken(tmp_path: Path) -> None:
    steps = planned(tmp_path, {"moment": "Complaint handeling"})
    assert steps.steps == ()
    assert codes(steps)["step_moment_unknown"]["suggestion"] == "Complaint handling"
    [question] = steps.questions
    assert (question.title, question.said, question.near) == (
        "First",
        "Complaint handeling",
        ("Complaint handling",),
    )


@pytest.mark.parametrize(
    ("row", "acts_on"),
    [
        ({"acts_on": "EX", "moment": None}, "ex"),
        ({"acts_on": "ease", "moment": None}, "ease"),
        ({"acts_on": "Moment"}, "moment"),
        ({"acts_on": None, "moment": "Employee engagement"}, "ex"),
        ({"acts_on": "Billing", "moment": None}, "moment"),
    ],
)
def test_acts_on(tmp_path: Path, row: dict[str, Any], acts_on: str) -> None:
    step = only(planned(tmp_path, row))
    assert step.acts_on == acts_on
    assert bool(step.moments) == (acts_on == "moment")


def test_ease_is_read_as_the_metric_of_the_case(tmp_path: Path) -> None:
    steps = planned(tmp_path, {"acts_on": "ease", "moment": None}, metric="csat")
    assert codes(steps)["step_reads_as_metric"] == {"ids": ("R1",), "n": 1, "metric": "csat"}


def test_nothing_to_act_on(tmp_path: Path) -> None:
    assert "step_acts_on_nothing" in codes(planned(tmp_path, {"moment": None}))


# ---- rows that cannot be used --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"lift_likely": None}, "step_without_lift"),
        ({"one_off_cost": None}, "step_without_cost"),
        ({"one_off_cost": -5.0}, "step_cost_negative"),
    ],
)
def test_unusable_rows(tmp_path: Path, row: dict[str, Any], code: str) -> None:
    steps = planned(tmp_path, row, {"id": "R2"})
    assert [s.id for s in steps.steps] == ["R2"]
    assert code in codes(steps)
    assert [s.id for s in (*steps.waiting, *steps.aside)] == ["R1"]


def test_the_second_of_two_equal_ids_is_set_aside(tmp_path: Path) -> None:
    steps = planned(tmp_path, {"title": "one"}, {"id": "r1 ", "title": "other"})
    assert only(steps).title == "one"
    assert codes(steps)["step_twice"]["row"] == 2


def test_a_duty_without_a_lift_stays(tmp_path: Path) -> None:
    step = only(planned(tmp_path, {"lift_likely": None, "mandatory": "yes"}))
    assert (step.lift_low, step.lift_likely, step.lift_high, step.mandatory) == (
        0.0,
        0.0,
        0.0,
        True,
    )


def test_without_a_sheet(tmp_path: Path) -> None:
    link = Link("link", "ease", None, None, None, (), (), None, None, None, (), (), None, None, ())
    steps = plan_steps(
        a_case(tmp_path, None),
        link,
        Moments("m", "index", (), None, {}, None, 1.0, None, ()),
        Settings(),
    )
    assert steps.steps == ()
    assert [f.code for f in steps.findings] == ["no_recommendations"]


# ---- relations -----------------------------------------------------------------------------------


def test_needs_are_spelt_as_the_rows_spell_them(tmp_path: Path) -> None:
    steps = planned(tmp_path, {}, {"id": "R2", "needs": "r1"}, {"id": "R3", "needs": "R1, R2"})
    assert [s.needs for s in steps.steps] == [(), ("R1",), ("R1", "R2")]


def test_a_missing_need_takes_its_followers_along(tmp_path: Path) -> None:
    steps = planned(tmp_path, {"needs": "R9"}, {"id": "R2", "needs": "R1"}, {"id": "R3"})
    assert [s.id for s in steps.steps] == ["R3"]
    assert [f.params["id"] for f in steps.findings if f.code == "step_need_missing"] == ["R1", "R2"]


def test_teams_a_step_is_held_to(tmp_path: Path) -> None:
    rows = (
        {"teams": " north ;SOUTH"},
        {"id": "R2", "teams": None},
        {"id": "R3", "teams": "Leeds, York"},
    )
    steps = planned(
        tmp_path, *rows, {"id": "R4", "teams": "South, Atlantis"}, {"id": "R5", "teams": "Norht"}
    )
    assert {s.id: s.teams for s in steps.steps} == {
        "R1": ("North", "South"),
        "R2": (),
        "R3": ("Leeds, York",),
        "R4": ("South",),
    }
    found = {
        (f.status, f.code, f.params["id"]): f.params for f in steps.findings if "team" in f.params
    }
    assert found["review", "step_team_unknown_bare", "R4"]["team"] == "Atlantis"
    assert found["fail", "step_team_unknown", "R5"]["suggestion"] == "North"
    assert len(found) == 2


def test_another_spelling_of_a_team_that_was_settled(tmp_path: Path) -> None:
    steps = planned(tmp_path, {"teams": "N-12"}, same_teams={"N 12": "North"})
    assert only(steps).teams == ("North",)


def test_a_step_held_to_teams_where_no_team_is_known(tmp_path: Path) -> None:
    pd.DataFrame([{**PLAIN, "teams": "North"}]).to_parquet(tmp_path / "recommendations.parquet")
    link = Link(
        "link", "ease", Scale(1, 7), None, None, (), (), None, None, None, (), (), None, None, ()
    )
    moments = Moments("moments", "index", (), None, {}, None, 1.0, None, ())
    steps = plan_steps(a_case(tmp_path, None), link, moments, Settings())
    assert steps.steps == ()
    assert codes(steps)["team_of_step_not_known"]["team"] == "North"
    assert (
        "North"
        in words.finding(next(f for f in steps.findings if f.code == "team_of_step_not_known")).what
    )


def test_steps_in_a_circle(tmp_path: Path) -> None:
    rows = {"needs": "R2"}, {"id": "R2", "needs": "R1"}, {"id": "R3", "needs": "R2"}, {"id": "R4"}
    steps = planned(tmp_path, *rows)
    assert [s.id for s in steps.steps] == ["R4"]
    assert codes(steps)["step_needs_each_other"]["ids"] == ("R1", "R2")


def test_exclusions_go_both_ways_and_a_programme_excludes_its_parts(tmp_path: Path) -> None:
    rows = (
        {"excludes": "r2"},
        {"id": "R2"},
        {"id": "P"},
        {"id": "P1", "part_of": "p"},
        {"id": "P2", "part_of": "P"},
    )
    excludes = {s.id: s.excludes for s in planned(tmp_path, *rows).steps}
    assert excludes == {"R1": ("R2",), "R2": ("R1",), "P": ("P1", "P2"), "P1": ("P",), "P2": ("P",)}


def test_a_step_that_needs_what_it_excludes(tmp_path: Path) -> None:
    steps = planned(tmp_path, {}, {"id": "R2", "needs": "R1", "excludes": "R1"})
    assert [s.id for s in steps.steps] == ["R1"]
    assert "step_contradicts_itself" in codes(steps)


# ---- evidence ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "controlled", "vendor", "has_n", "grade"),
    [
        ("own pilot", True, False, True, "A"),
        ("own pilot, controlled", False, False, True, "A"),
        ("own pilot", False, False, True, "C"),
        ("own pilot, uncontrolled", False, False, True, "C"),
        ("controlled", False, False, True, "B"),
        ("before/after", True, False, True, "B"),
        ("before/after", False, False, True, "C"),
        ("controlled", True, True, True, "C"),
        ("vendor figures", False, True, True, "C"),
        ("vendor figures", False, True, False, "D"),
        ("cross-sectional", False, False, True, "C"),
        ("testimonial", True, False, True, "D"),
        ("benchmark", False, False, True, "D"),
        ("", False, False, False, "D"),
    ],
)
def test_grades(kind: str, controlled: bool, vendor: bool, has_n: bool, grade: str) -> None:
    assert strength_of(kind, controlled, vendor, has_n).grade == grade


def test_studies_are_shown_strongest_first_and_the_grade_is_of_what_is_used(tmp_path: Path) -> None:
    studies = [
        {
            "source": "Talk",
            "kind": "testimonial",
            "moment": "billing",
            "effect": 0.9,
            "unit": "points",
            "year": 2023.0,
        },
        {
            "source": "Us",
            "kind": "own pilot",
            "controlled": "yes",
            "moment": "Billing",
            "effect": 0.2,
            "se": 0.08,
            "unit": "points",
            "year": 2024.0,
        },
        {"source": "Else", "kind": "controlled", "moment": "Parking", "effect": 0.4, "year": None},
    ]
    steps = planned(tmp_path, {}, {"id": "R2", "moment": "Delivery on time"}, studies=studies)
    first, second = steps.steps
    assert [e.source for e in first.evidence] == ["Us", "Talk"]
    assert [e.use for e in first.evidence] == ["pilot", "pooled"]
    assert first.evidence[0].year == 2024
    assert 0.2 < first.lift_likely < 0.3  # the testimonial and the claim say more, the pilot less
    assert first.evidence_grade == "A"  # the pilot tells most of what is believed
    own = planned(
        tmp_path, {}, {"id": "R2", "moment": "Delivery on time"}, studies=studies,
        lift_source="sheet",
    ).steps[0]  # fmt: skip
    assert (own.lift_likely, own.evidence_grade) == (0.4, "D")
    assert own.lift_evidence.weighed[1] == first.lift_likely
    assert (second.evidence_grade, second.evidence) == ("D", ())
    assert codes(steps)["step_without_evidence"]["ids"] == ("R2",)


# ---- words and keys ------------------------------------------------------------------------------


def test_every_finding_has_its_words(tmp_path: Path) -> None:
    rows = (
        {"id": None}, {}, {}, {"id": "A", "lift_likely": None}, {"id": "B", "one_off_cost": -1.0},
        {"id": "C", "moment": None}, {"id": "D", "moment": "Bill"}, {"id": "E", "moment": "Zzz"},
        {"id": "F", "lift_high": 0.1}, {"id": "G", "cost_low": 5000.0},
        {"id": "H", "lift_likely": 4.0}, {"id": "I", "needs": "nobody"}, {"id": "J", "needs": "K"},
        {"id": "K", "needs": "J"}, {"id": "L", "excludes": "nobody"},
        {"id": "M", "needs": "L", "excludes": "L"},
        {"id": "N", "lift_likely": None, "mandatory": True}, {"id": "O", "lift_likely": -0.1},
        {"id": "P", "one_off_cost": None}, {"id": "Q", "months_to_deliver": None},
        {"id": "R", "acts_on": "nps", "moment": None}, {"id": "S", "teams": "Nort"},
        {"id": "T", "teams": "North; Zzz"}, {"id": "U", "needs": "C"},
        {"id": "V", "moment": "Billng"}, {"id": "W", "moment": "Billing; Parking"},
        {"id": "X", "lift_likely": None, "said:lift_likely": "High"},
        {"id": "Y", "lift_likely": None, "said:lift_likely": "5 %", "percent": 5.0},
        {"id": "Z", "said:lift_on": "nps"}, {"id": "AA", "said:lift_on": "ex"},
        {"id": "AB", "said:lift_on": "ease"}, {"id": "AC", "said:lift_on": "ease", "moment": None},
        {"id": "AD", "said:lift_likely": "0.3-0.5"}, {"id": "AE", "said:one_off_cost": "900-1.1k"},
        {"id": "AF", "one_off_cost": None, "said:one_off_cost": "2 FTE"},
        {"id": "AG", "months_to_deliver": None, "said:months_to_deliver": "Q3"},
        {"id": "AH", "said:months_to_deliver": "1-2"}, {"id": "AI", "moment": "Complaint"},
        {"id": "AJ", "lift_likely": 40.0}, {"id": "AK", "extra:Status": "Done"},
        {"id": "AL", "saving_per_year": -5.0},
    )  # fmt: skip
    apart = {"source": "P", "kind": "own pilot", "controlled": "yes", "effect": 0.01, "se": 0.01,
             "moment": "Complaint handling", "unit": "points"}  # fmt: skip
    one = {"source": "S", "kind": "controlled", "moment": "Complaint handling", "unit": "points"}
    of_few = planned(tmp_path, {"moment": "Complaint handling"}, studies=[
        {**one, "effect": 0.4, "se": 0.1}, {**one, "moment": None}, {**one, "moment": "Parking"},
    ]).findings  # fmt: skip
    findings = planned(tmp_path, *rows, studies=[apart]).findings
    findings = (*findings, *(f for f in of_few if f.code.startswith("evidence_")))
    kept = planned(tmp_path, *rows, studies=[apart], lift_source="sheet").findings
    findings = (*findings, *(f for f in kept if f.code == "step_lift_conflict_kept"))
    ahead = moment_with_lead("Billing", 0.1)
    findings = (*findings, *planned(tmp_path, {}, moments=(ahead,)).findings)
    findings = (*findings, *planned(tmp_path, {}, {"id": "R2"}, moments=(ahead,)).findings)
    capped = planned(tmp_path, {}, moments=(ahead,), cap_lifts=True).findings
    findings = (*findings, *(f for f in capped if f.code == "step_lift_capped"))
    written = {
        code for code in words.section("finding") if code.startswith(("step_", "evidence_"))
    } - {
        "step_partly_priced",
        "evidence_cell_unread",  # only of what is typed on the page
        "step_place_column",  # only where no column is headed like one of places
    }
    assert {f.code for f in findings} == written
    for finding in findings:
        row = words.finding(finding)
        assert row.code == finding.code
        assert words.has(f"finding.{finding.code}"), finding.code
        assert "—" not in row.what + row.do, row


def test_the_register_has_every_row_with_what_it_does_for_which_step(tmp_path: Path) -> None:
    study = {"source": "S", "kind": "controlled", "effect": 0.4, "se": 0.1, "unit": "points"}
    rows = [
        {**study, "moment": "Billing", "department": "Finance"},
        {**study, "step": "R2"},
        {**study, "moment": "Parking"},
        {"source": "W", "kind": "stakeholder estimate", "moment": "Billing", "person": "Ada",
         "low": 0.1, "likely": 0.3, "high": 0.6},
    ]  # fmt: skip
    steps = planned(tmp_path, {}, {"id": "R2", "moment": "Delivery on time"}, studies=rows)
    assert [sorted(one.uses) for one in steps.register] == [["R1"], ["R2"], [], ["R1"]]
    assert [one.about for one in steps.register] == ["Billing", "R2", "Parking", "Billing"]
    assert steps.register[0].study.department == "Finance"
    assert steps.register[3].uses["R1"].use == "expert"
    for step in steps.steps:
        shown = [one.uses[step.id] for one in steps.register if step.id in one.uses]
        assert sorted(shown, key=lambda s: s.row) == sorted(step.evidence, key=lambda s: s.row)
    unplaced = [f.params["source"] for f in steps.findings if f.code == "evidence_about_unknown"]
    assert unplaced == ["S"]


def test_the_key_follows_what_was_used(tmp_path: Path) -> None:
    one = planned(tmp_path, {})
    assert one.key == planned(tmp_path, {}, margin=0.2).key
    assert one.key != planned(tmp_path, {}, lift_range=(0.4, 1.6)).key


def test_a_step_that_names_no_place_is_offered_what_its_title_resembles() -> None:
    moments = {"welcome pack": "Welcome pack", "branch event": "Branch event"}
    first, *others = places_like("New welcome pack", moments)
    assert (first.value, first.near) == ("Welcome pack", True)
    assert [one.value for one in others if not one.near] == ["Branch event", "ease", "ex"]


def test_a_name_with_all_of_a_moments_telling_words_in_other_forms_means_it() -> None:
    names = ["Renew your membership", "Book a place at an event", "Book a call with an adviser"]
    moments = {plain(name): name for name in names}

    def meant(text: str) -> tuple[str, ...]:
        place = find_place(text, moments).place
        return place.moments if place is not None else ()

    assert meant("Renewing membership") == ("Renew your membership",)
    assert meant("Events booking (online)") == ("Book a place at an event",)
    assert meant("Booking") == (), "one word may mean two moments"
    assert meant("Renewals") == (), "a form of one word alone is asked about"
    assert meant("Renewing a booking") == ()
