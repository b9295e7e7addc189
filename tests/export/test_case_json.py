"""`case.json` version 1, checked by hand: keys, estimates, digits, absent stages, equal bytes."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from make_report import COMPANY, MADE_AT, make_case, make_link, make_report

from cxcase.estimate import Estimate
from cxcase.export.case_json import write_case
from cxcase.export.entries import estimate
from cxcase.recommend import Candidate, StepQuestion, WaitingStep
from cxcase.report import Report, Results, gather
from cxcase.settings import Settings

ESTIMATE = {"value", "low", "high", "level", "unit", "status", "reason"}
BESIDE = {"df", "n", "teams"}
STATUS = {"measured", "modelled", "assumed", "refused"}
CLAIMS = {"associated with", "consistent with causing", "measured win"}


def loads(report: Report) -> dict[str, Any]:
    return json.loads(
        write_case(report), parse_constant=lambda name: pytest.fail(f"{name} is not a number")
    )


CASE = loads(make_report())


def check_estimate(found: dict[str, Any], more: frozenset[str] | set[str] = frozenset()) -> None:
    assert set(found) >= ESTIMATE
    assert set(found) <= ESTIMATE | BESIDE | more
    assert found["status"] in STATUS
    assert isinstance(found["unit"], str)
    if found["status"] == "refused":
        assert (found["value"], found["low"], found["high"]) == (None, None, None)
        assert found["reason"]
    else:
        assert found["low"] <= found["value"] <= found["high"]
        assert found["reason"] is None


OVER = {"moments_groups", "waves", "moments_change"}


def test_top_level_keys() -> None:
    assert list(CASE) == [
        "version",
        "key",
        "made_at",
        "company",
        "currency",
        "settings",
        "sources",
        "joins",
        "base",
        "link",
        "moments",
        "moments_joint",
        "moments_groups",
        "waves",
        "moments_change",
        "steps",
        "plan",
        "register",
        "findings",
    ]
    assert CASE["version"] == 1
    assert dt.datetime.fromisoformat(CASE["made_at"]) == MADE_AT
    assert len(CASE["key"]) == 64


def test_settings_hold_every_assumption() -> None:
    register = {a.name for a in Settings().register()}
    assert set(CASE["settings"]) == register | {"currency", "controls", "owned"}
    assert CASE["settings"]["margin"] == 0.4
    assert CASE["settings"]["start"] == "2025-07-01"
    assert CASE["settings"]["owned"] == ["budget", "currency", "horizon", "margin"]


def test_sources_and_joins() -> None:
    assert [s["role"] for s in CASE["sources"]] == ["customers", "cx", "ex"]
    for source in CASE["sources"]:
        assert set(source) == {
            "role",
            "file",
            "sheet",
            "format",
            "rows_read",
            "rows_accepted",
            "rows_set_aside",
            "reasons",
            "columns",
        }
        assert source["rows_read"] == source["rows_accepted"] + source["rows_set_aside"]
        assert sum(source["reasons"].values()) == source["rows_set_aside"]
    assert CASE["joins"] == {
        "responses_matched": 4290,
        "responses_unmatched": 28,
        "customers_with_response": 4242,
        "teams_with_ex": 44,
        "teams_suppressed": 4,
    }


def test_base() -> None:
    assert set(CASE["base"]) == {
        "t0",
        "customers",
        "revenue_start",
        "revenue_end",
        "churned",
        "churned_revenue",
        "logo_churn",
        "grr",
        "nrr",
        "response_rate",
        "responder_churn",
    }
    assert CASE["base"]["churned_revenue"] == 5_214_310.27


def test_without_revenue_at_the_end_nothing_is_said_about_it() -> None:
    made = make_case()
    assert made.base is not None
    base = dataclasses.replace(made.base, revenue_end=None, grr=None, nrr=None)
    case = dataclasses.replace(made, base=base, why_no_end="no_revenue_end")
    report = gather(Results(case), Settings(), made_at=MADE_AT, company=COMPANY)
    told = loads(report)["base"]
    assert [told[name] for name in ("revenue_end", "grr", "nrr")] == [None] * 3
    assert told["not_measured"] == "no_revenue_end"
    assert told["revenue_churn"] == pytest.approx(5_214_310.27 / 39_482_155.4)


def test_link() -> None:
    link = CASE["link"]
    assert link["metric"] == "ease"
    assert link["scale"] == {"min": 1, "max": 7}
    assert link["ex_scale"] == {"min": 1, "max": 5}
    assert [e["id"] for e in link["effects"]] == [
        "ex_to_cx",
        "ex_to_cx_corrected",
        "cx_to_churn",
        "ex_to_churn_total",
        "ex_to_churn_through_cx",
        "cx_to_nrr",
    ]
    for effect in link["effects"]:
        check_estimate(effect, {"id", "claim", "method", "checks"})
        assert effect["claim"] in CLAIMS
    assert [w["id"] for w in link["worth"]] == [
        "one_point_of_cx",
        "one_point_of_cx_retention",
        "one_point_of_cx_expansion",
        "one_point_of_ex_through_cx",
    ]
    for worth in link["worth"]:
        check_estimate(worth, {"id", "with_silent"} & worth.keys())
    total, kept, gained, _ = (w["value"] for w in link["worth"])
    assert total == pytest.approx(kept + gained, rel=1e-9)
    for worth in link["silent"]["one_point_of_cx_retention"]:
        check_estimate(worth, {"delta"})
    assert [worth["delta"] for worth in link["silent"]["one_point_of_cx_retention"]] == [
        -1.0,
        0.0,
        1.0,
    ]
    assert link["silent"]["tipping_point"] == 2.6
    assert [(move["move"], move["points"]) for move in link["what_if"]] == [
        ("cx", 0.5),
        ("ex", 0.2),
    ]
    for move in link["what_if"]:
        check_estimate(move["worth"], set())
        check_estimate(move["customers_kept"], set())


def test_the_contracts_own_example_of_an_effect() -> None:
    """The shape published for cx_to_churn, number for number."""
    shown = estimate(
        Estimate(-0.031, -0.045, -0.017, "probability per point", n=2293, teams=40, df=27.4)
    )
    assert shown == {
        "value": -0.031,
        "low": -0.045,
        "high": -0.017,
        "level": 0.9,
        "unit": "probability per point",
        "status": "modelled",
        "reason": None,
        "n": 2293,
        "teams": 40,
        "df": 27.4,
    }
    worth = CASE["link"]["worth"][0]
    assert {
        k: worth[k] for k in ("id", "value", "low", "high", "level", "unit", "status", "reason")
    } == {
        "id": "one_point_of_cx",
        "value": 2211000.5,
        "low": 1100000.0,
        "high": 3300000.0,
        "level": 0.9,
        "unit": "GBP per year",
        "status": "modelled",
        "reason": None,
    }


def test_moments() -> None:
    assert len(CASE["moments"]) == 8
    for moment in CASE["moments"]:
        assert set(moment) >= {
            "moment",
            "reach",
            "lived_n",
            "performance",
            "slope",
            "importance_share",
            "revenue_at_stake",
            "target",
            "kind",
            "status",
        }
        for name in ("reach", "performance", "slope", "importance_share", "revenue_at_stake"):
            check_estimate(moment[name])
        assert moment["kind"] in {"basic", "linear", "delighter", "unclear"}
        assert set(moment["target"]) == {"kind", "value"}
    assert CASE["moments"][-1]["revenue_at_stake"]["reason"] == "too_few_answers"


def test_moments_say_how_sure_their_place_is_and_which_side_counts() -> None:
    first = CASE["moments"][0]
    assert first["stability"]["first"] <= first["stability"]["top_three"] <= 1
    side = first["asymmetry"]
    assert side["below"]["value"] < 0
    assert side["times"]["low"] < side["times"]["value"] < side["times"]["high"]
    assert set(first["slopes"]) == {"index", "direct"}
    assert "asymmetry" not in CASE["moments"][-1]


def test_groups_waves_and_changes() -> None:
    assert {g["dimension"] for g in CASE["moments_groups"]} == {"segment", "tenure", "wave"}
    assert CASE["moments_groups"][0]["performance"]["unit"] == "points"
    assert CASE["moments_groups"][0]["importance_share"]["unit"] == "share"
    assert [w["first"] for w in CASE["waves"]] == ["2024-06-01", "2025-06-01"]
    assert CASE["moments_change"][0]["change"]["status"] == "measured"


def test_shares_silent_and_unexplained_add_up_to_the_ledger() -> None:
    joint = CASE["moments_joint"]
    check_estimate(joint["revenue_at_stake"])
    assert set(joint["silent"]) == {"value", "low", "high"}
    total = sum(joint["shares"].values()) + joint["silent"]["value"] + joint["unexplained"]
    assert total == pytest.approx(CASE["base"]["churned_revenue"], abs=0.01)
    assert joint["revenue_at_stake"]["value"] == pytest.approx(
        sum(joint["shares"].values()) + joint["silent"]["value"]
    )
    assert all(isinstance(tie, list) for tie in joint["ties"])


def test_steps() -> None:
    assert [s["id"] for s in CASE["steps"]] == [f"R{k}" for k in range(1, 15)]
    for step in CASE["steps"]:
        assert set(step) >= {
            "id",
            "title",
            "acts_on",
            "moment",
            "one_off_cost",
            "yearly_cost",
            "lift",
            "npv",
            "npv_in_plan",
            "p_npv_positive",
            "payback_months",
            "break_even_lift",
            "break_even_customers",
            "evidence_grade",
        }
        check_estimate(step["lift"])
        if step["npv"] is not None:
            assert set(step["npv"]) == {"base", "mean", "p10", "p50", "p90"}
            assert step["npv"]["p10"] <= step["npv"]["p50"] <= step["npv"]["p90"]
    unpriced = next(s for s in CASE["steps"] if s["id"] == "R13")
    assert unpriced["npv"] is None
    assert unpriced["reason"]


def test_plan() -> None:
    plan = CASE["plan"]
    assert set(plan) >= {
        "budget",
        "spend",
        "chosen",
        "start_month",
        "phase",
        "npv",
        "p_npv_positive",
        "payback_months",
        "roi",
        "optimal",
        "gap",
        "left_out",
        "frontier",
        "next_10k",
        "doing_nothing",
    }
    assert set(plan["start_month"]) == set(plan["chosen"]) == set(plan["phase"])
    assert {left["id"] for left in plan["left_out"]} | set(plan["chosen"]) == {
        s["id"] for s in CASE["steps"]
    }
    assert all(set(p) == {"budget", "npv_mean", "chosen"} for p in plan["frontier"])
    in_plan = sum(s["npv_in_plan"] for s in CASE["steps"] if s["npv_in_plan"] is not None)
    assert in_plan == pytest.approx(plan["npv"]["mean"], rel=1e-6)


def test_findings_are_the_reports_in_words() -> None:
    report = make_report()
    assert len(CASE["findings"]) == len(report.findings)
    for row, finding in zip(CASE["findings"], report.findings, strict=True):
        assert set(row) == {"status", "code", "where", "what", "do"}
        assert (row["status"], row["code"], row["where"]) == (
            finding.status,
            finding.code,
            finding.where,
        )
        assert row["what"]


@pytest.mark.parametrize(
    ("without", "absent"),
    [
        (("plan",), {"plan", "register"}),
        (("returns",), {"plan", "register"}),
        (("steps",), {"plan", "register", "steps"}),
        (("moments",), {"plan", "register", "moments", "moments_joint", *OVER}),
        (
            ("link", "steps"),
            {"plan", "register", "steps", "moments", "moments_joint", "link", *OVER},
        ),
        (
            ("link", "steps", "base", "ex"),
            {"plan", "register", "steps", "moments", "moments_joint", "link", "base", *OVER},
        ),
    ],
)
def test_a_key_whose_stage_is_not_there_is_absent(
    without: tuple[str, ...], absent: set[str]
) -> None:
    assert set(CASE) - set(loads(make_report(without=without))) == absent


def test_a_refused_case_says_why_in_every_estimate() -> None:
    case = loads(make_report(refused="no_churn"))
    assert case["link"]["refused"] == "no_churn"
    for item in [*case["link"]["effects"], *case["link"]["worth"]]:
        assert item["status"] == "refused"
        assert item["value"] is None
        assert item["reason"] == "no_churn"
    assert "moments_joint" not in case
    assert case["plan"]["chosen"] == []


def test_no_employee_survey_no_employee_scale() -> None:
    link = loads(make_report(without=("ex",)))["link"]
    assert not {"ex_scale", "team_reliability"} & set(link)
    assert next(e for e in link["effects"] if e["id"] == "ex_to_cx")["reason"] == "no_ex"


def numbers(found: Any) -> Iterator[Decimal]:
    if isinstance(found, Decimal):
        yield found
    elif isinstance(found, dict):
        for value in found.values():
            yield from numbers(value)
    elif isinstance(found, list):
        for value in found:
            yield from numbers(value)


def test_numbers_have_ten_significant_digits() -> None:
    found = list(numbers(json.loads(write_case(make_report()), parse_float=Decimal)))
    assert len(found) > 100
    assert max(len(n.normalize().as_tuple().digits) for n in found) == 10


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, np.float64("nan")])
def test_what_is_not_a_number_becomes_null(value: float) -> None:
    link = dataclasses.replace(make_link(), team_reliability=value)
    report = gather(Results(make_case(), link=link), Settings(), made_at=MADE_AT, company=COMPANY)
    assert loads(report)["link"]["team_reliability"] is None


def test_same_report_same_bytes_but_for_the_time() -> None:
    first = write_case(make_report())
    second = write_case(make_report())
    assert first == second
    later = write_case(make_report(made_at=MADE_AT + dt.timedelta(hours=1)))
    assert later != first
    assert later.replace(b"2026-11-20T10:30", b"2026-11-20T09:30") == first


def test_the_seed_is_part_of_the_case() -> None:
    settings = (Settings(seed=0), Settings(seed=1))
    keys = [
        loads(gather(Results(make_case()), s, made_at=MADE_AT, company=COMPANY))["key"]
        for s in settings
    ]
    assert keys[0] != keys[1]


def test_names_in_any_language_come_out_as_they_are() -> None:
    text = write_case(make_report(company="Müller & Søn <GmbH> 株式会社")).decode()
    assert "Müller & Søn <GmbH> 株式会社" in text
    assert text.endswith("}\n")


def test_what_the_list_of_steps_leaves_open_and_what_was_answered() -> None:
    report = make_report()
    near = Candidate("Invoice", near=True)
    asked = StepQuestion("R15", "A chatbot", 17, "where", "step_moment_unknown", "Chat", (near,))
    waits = WaitingStep("R15", "A chatbot", 17, (asked,))
    after = WaitingStep("R16", "After it", 18, (), ("R15",))
    steps = dataclasses.replace(report.steps, waiting=(waits, after))
    settings = dataclasses.replace(report.settings, step_answers={"R02:lift": 0.3})
    found = loads(dataclasses.replace(report, steps=steps, settings=settings))
    assert found["step_questions"] == [
        {
            "step": "R15",
            "title": "A chatbot",
            "row": 17,
            "field": "where",
            "code": "step_moment_unknown",
            "said": "Chat",
            "candidates": [{"value": "Invoice", "near": True, "points": None}],
        }
    ]
    assert [(s["id"], s["waits_for"]) for s in found["steps_waiting"]] == [
        ("R15", []),
        ("R16", ["R15"]),
    ]
    assert found["settings"]["step_answers"] == {"R02:lift": 0.3}
    assert not {"step_questions", "steps_waiting"} & set(CASE)
