"""What rows leave open: each decision by its default, its count and what options come to."""

from __future__ import annotations

import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from make_files import csv, customer_rows, survey_rows, text_dates, xlsx

from cxcase.__main__ import main
from cxcase.errors import SettingsError
from cxcase.export import make_set_aside, write_case
from cxcase.intake import (
    Case,
    Decision,
    Scale,
    Source,
    Upload,
    case_from_frames,
    original_rows,
    read,
)
from cxcase.intake.case.build import build
from cxcase.intake.case.inputs import Inputs
from cxcase.intake.case.near_matches import stripped, suggest_teams
from cxcase.report import Results, gather, words
from cxcase.settings import DECISIONS, Settings

T0 = dt.date(2025, 7, 1)
START = Settings(start=T0)


def _customers(**columns: Any) -> pd.DataFrame:
    n = len(next(iter(columns.values())))
    plain = {
        "customer_id": [f"C{i}" for i in range(n)],
        "revenue_start": [100.0] * n,
        "churned": [False] * n,
    }
    return pd.DataFrame(plain | columns)


def _cx(ids: list[str], days: list[str | None], ease: list[float], **more: Any) -> pd.DataFrame:
    return pd.DataFrame(
        {"customer_id": ids, "responded_at": pd.to_datetime(days), "ease": ease} | more
    )


def _case(folder: Path, settings: Settings = START, **frames: pd.DataFrame) -> Case:
    return case_from_frames(
        frames,
        settings,
        folder,
        scales={"ease": Scale(1, 7)},
        ex_scale=Scale(1, 5),
        moment_scales={"Billing": Scale(0, 10)} if "rating:Billing" in frames.get("cx", ()) else {},
    )


def _decision(case: Case, code: str) -> Decision:
    return next(d for d in case.decisions if d.code == code)


def _codes(case: Case) -> set[str]:
    return {f.code for f in case.findings}


EARLY = pd.to_datetime(["2025-07-10", "2025-07-20", None])

# every decision by a company in which it comes up: frames, count, default first
TWICE = _customers(
    customer_id=["A", "A", "B"],
    revenue_start=[100.0, 40.0, 10.0],
    revenue_end=[90.0, 50.0, 0.0],
    churned=[False, False, True],
)
MONEY = _customers(
    revenue_start=[100.0, 100.0, 50.0], currency=["GBP", "GBP", "EUR"], churned=[True, False, True]
)
LEFT = pd.to_datetime(["2025-08-01", None, None])
ANSWERS = _cx(
    ["C0", "C1", "C1", "C2"],
    ["2025-05-01", "2025-05-02", "2025-06-02", "2025-07-09"],
    [1.0, 2.0, 6.0, 7.0],
)
OLD = _cx(["C0", "C1"], ["2024-06-30", "2025-06-30"], [1.0, 2.0])
GONE = _cx(["C0", "C1"], ["2025-08-15", "2025-05-02"], [1.0, 2.0])
AGAIN = _cx(
    ["C0", "C0", "C1"],
    ["2025-05-01", "2025-05-03", "2025-05-02"],
    [1.0, 3.0, 2.0],
    respondent_id=["r", "r", "s"],
)
SCENES: dict[str, tuple[dict[str, pd.DataFrame], int, dict[str, dict[str, Any]]]] = {
    "duplicate_customers": (
        {"customers": TWICE},
        1,
        {
            "ask": {"customers": None, "revenue_start": None},  # nobody has decided yet
            "first": {
                "customers": 2,
                "revenue_start": 110.0,
                "revenue_end": 90.0,
                "churned_revenue": 10.0,
            },
            "last": {
                "customers": 2,
                "revenue_start": 50.0,
                "revenue_end": 50.0,
                "churned_revenue": 10.0,
            },
            "add_up": {
                "customers": 2,
                "revenue_start": 150.0,
                "revenue_end": 140.0,
                "churned_revenue": 10.0,
            },
            "set_aside": {
                "customers": 1,
                "revenue_start": 10.0,
                "revenue_end": 0.0,
                "churned_revenue": 10.0,
            },
        },
    ),
    "mixed_currency": (
        {"customers": MONEY},
        1,
        {
            "main_only": {
                "customers": 2,
                "revenue_start": 200.0,
                "churned_revenue": 100.0,
                "logo_churn": 0.5,
            },
            "convert": {"customers": None, "revenue_start": None},  # nobody gave a rate
        },
    ),
    "outlier_revenue": (
        {"customers": _customers(revenue_start=[5e4, 4e4, 3e4, 2e4, 1e4, 9.9e9])},
        1,
        {
            "ask": {"customers": None, "revenue_start": None},  # nobody has decided yet
            "keep": {"customers": 6, "revenue_start": 9.90015e9},
            "set_aside": {"customers": 5, "revenue_start": 150000.0},
        },
    ),
    "negative_revenue": (
        {"customers": _customers(revenue_start=[100.0, -30.0])},
        1,
        {
            "outside": {"customers": 1, "revenue_start": 100.0},
            "turn_sign": {"customers": 2, "revenue_start": 130.0},
        },
    ),
    "leavings_end_early": (
        {"customers": _customers(churn_date=EARLY).drop(columns="churned")},
        2,
        {"ask": {"customers": None}, "year_over": {"customers": 3, "churned_revenue": 200.0}},
    ),
    "unknown_states": (
        {"customers": _customers(churned=[True, False, False], state_open=[None, None, "On hold"])},
        1,
        {
            "ask": {"customers": None, "revenue_start": None},
            "kept": {"customers": 3, "churned_revenue": 100.0},
            "lost": {"customers": 3, "churned_revenue": 200.0},
            "set_aside": {"customers": 2, "churned_revenue": 100.0},
        },
    ),
    "churn_date_or_flag": (
        {"customers": _customers(churn_date=LEFT)},
        1,
        {"date": {"churned_revenue": 100.0}, "flag": {"churned_revenue": 0.0}},
    ),
    "lost_but_paying": (
        {"customers": _customers(revenue_end=[50.0, 120.0], churned=[True, False])},
        1,
        {
            "lost": {"churned_revenue": 100.0, "revenue_end": 120.0},
            "kept": {"churned_revenue": 0.0, "revenue_end": 170.0},
        },
    ),
    "revenue_end_same": (
        {"customers": _customers(revenue_end=[0.0, 100.0, 100.0], churned=[True, False, False])},
        2,
        {
            "not_measured": {"revenue_end": None, "churned_revenue": 100.0},
            "measured": {"revenue_end": 200.0, "churned_revenue": 100.0},
        },
    ),
    "revenue_end_blank": (
        {"customers": _customers(revenue_end=[np.nan, 120.0])},
        1,
        {
            "left_out": {"revenue_end": None, "customers": 2},  # too few are known
            "as_start": {"revenue_end": 220.0, "customers": 2},
            "zero": {"revenue_end": 120.0, "customers": 2},
            "set_aside": {"revenue_end": 120.0, "customers": 1},
        },
    ),
    "kept_without_revenue": (
        {"customers": _customers(revenue_end=[-20.0, 120.0])},
        1,
        {
            "as_is": {"revenue_end": 100.0, "churned_revenue": 0.0},
            "zero": {"revenue_end": 120.0, "churned_revenue": 0.0},
            "lost": {"revenue_end": 120.0, "churned_revenue": 100.0},
        },
    ),
    "price_increase_unit": (
        {
            "customers": _customers(
                revenue_end=[104.0, 120.0], price_as_share=[0.04, 0.05], price_as_money=[0.04, 0.05]
            )
        },
        2,
        {"percent": {"revenue_end": 224.0}, "money": {"revenue_end": 224.0}},
    ),
    "several_responses": (
        {"customers": _customers(revenue_start=[1.0] * 3), "cx": ANSWERS.iloc[:3]},
        1,
        {
            "latest": {"responses": 2, "score": 3.5, "customers": None},
            "first": {"responses": 2, "score": 1.5},
            "mean": {"responses": 2, "score": 2.5},
        },
    ),
    "responses_after_start": (
        {"customers": _customers(revenue_start=[1.0] * 3), "cx": ANSWERS},
        1,
        {"set_aside": {"responses": 2, "score": 3.5}, "use": {"responses": 3, "score": 14 / 3}},
    ),
    "responses_before_window": (
        {"customers": _customers(revenue_start=[1.0] * 2), "cx": OLD},
        1,
        {"use": {"responses": 2, "score": 1.5}, "set_aside": {"responses": 1, "score": 2.0}},
    ),
    "responses_after_leaving": (
        {"customers": _customers(churn_date=LEFT), "cx": GONE},
        1,
        {"set_aside": {"responses": 1, "score": 2.0}, "use": {"responses": 2, "score": 1.5}},
    ),
    "duplicate_responses": (
        {"customers": _customers(revenue_start=[1.0] * 2), "cx": AGAIN},
        1,
        {
            "latest": {"responses": 2, "score": 2.5},
            "first": {"responses": 2, "score": 1.5},
            "use_all": {"responses": 2, "score": 2.5},
        },
    ),
}
BESIDE = {"responses_after_leaving": START.deciding("responses_after_start", "use")}  # else START


def test_every_decision_has_its_scene() -> None:
    # tested with the tables they are of
    of_money = {"churn_source", "title_unit", "revenue_years", "revenue_period", "empty_revenue"}
    elsewhere = {
        *of_money,
        "revenue_unit",
        "revenue_commas",
        "heading_unit",
        "revenue_currencies",
        "subscription_period",
        "employees_answered",
    }
    elsewhere |= {"mark_direction", "swapped_dates", "parent_rows", "silent_at_end"}
    assert {*SCENES} | elsewhere == set(DECISIONS)
    for code, (_, _, options) in SCENES.items():
        assert tuple(options) == DECISIONS[code]


@pytest.mark.parametrize("code", SCENES)
def test_a_decision_with_its_count_and_its_effects(code: str, tmp_path: Path) -> None:
    frames, count, options = SCENES[code]
    settings = BESIDE.get(code, START)
    decision = _decision(_case(tmp_path, settings, **frames), code)
    assert (decision.count, decision.chosen, decision.owned) == (count, DECISIONS[code][0], False)
    for option in decision.options:
        for name, value in options[option.code].items():
            assert getattr(option, name) == (value if value is None else pytest.approx(value)), (
                option.code,
                name,
            )


@pytest.mark.parametrize(("code", "option"), [(c, o) for c in SCENES for o in SCENES[c][2]])
def test_an_option_chosen_comes_to_what_it_promised(code: str, option: str, tmp_path: Path) -> None:
    frames, _, _ = SCENES[code]
    settings = BESIDE.get(code, START)
    promised = {o.code: o for o in _decision(_case(tmp_path, settings, **frames), code).options}[
        option
    ]
    case = _case(tmp_path, settings.deciding(code, option), **frames)
    decision = _decision(case, code)
    assert (decision.chosen, decision.owned) == (option, True)
    if promised.customers is not None:
        assert case.base is not None
        assert case.base.customers == promised.customers
        assert case.base.revenue_start == pytest.approx(promised.revenue_start)
        assert case.base.churned_revenue == pytest.approx(promised.churned_revenue)
        assert promised.revenue_end is None or case.base.revenue_end == pytest.approx(
            promised.revenue_end
        )
    if promised.responses is not None and "cx" in frames:
        assert len(case.table("responses")) == promised.responses
        assert promised.score is None or case.table("responses")["ease"].mean() == pytest.approx(
            promised.score
        )
    said = [f for f in case.findings if f.code == "decided" and f.params["decision"] == code]
    assert [f.params["option"] for f in said] == ([option] if option != DECISIONS[code][0] else [])
    for finding in said:
        assert "—" not in words.finding(finding).what


def test_what_does_not_come_up_is_no_decision(tmp_path: Path) -> None:
    case = _case(tmp_path, customers=_customers(revenue_end=[90.0, 0.0], churned=[False, True]))
    assert case.decisions == ()
    assert [a.name for a in Settings().register()] == [a.name for a in START.register(set())]


def test_only_customers_of_the_base_are_said_to_have_joined_late(tmp_path: Path) -> None:
    since = pd.to_datetime(["2020-01-01", "2025-09-01", "2025-09-01", "2025-09-01"])
    rows = _customers(revenue_start=[100.0, 50.0, 0.0, np.nan], customer_since=since)
    case = _case(tmp_path, customers=rows)
    (said,) = [f for f in case.findings if f.code == "joined_after_t0"]
    assert said.params["count"] == 1  # the other two pay nothing at the start, as one would expect
    assert case.table("customers")["tenure_months"].tolist() == [pytest.approx(66, abs=0.1), 0.0]


def test_rows_that_say_the_same_are_harmless(tmp_path: Path) -> None:
    rows = pd.concat([_customers(revenue_start=[100.0, 50.0])] * 2, ignore_index=True)
    case = _case(tmp_path, customers=rows)
    assert case.decisions == ()
    assert case.base is not None
    assert case.base.revenue_start == 150.0
    assert "same_rows" in _codes(case)


def test_rows_added_up_are_lost_when_all_of_them_are(tmp_path: Path) -> None:
    days = pd.to_datetime(["2025-08-01", None, "2025-08-01", "2025-10-01", None, None])
    rows = _customers(
        customer_id=["A", "A", "B", "B", "D", "D"],
        revenue_start=[10.0, 20, 30, 40, 50, 60],
        churn_date=days,
        churned=days.notna(),
        revenue_end=[np.nan, 25.0, np.nan, 0.0, np.nan, 60.0],
    )
    case = _case(tmp_path, START.deciding("duplicate_customers", "add_up"), customers=rows)
    table = case.table("customers")
    assert table["customer_id"].tolist() == ["A", "B", "D"]
    assert table["churned"].tolist() == [False, True, False]
    assert table["revenue_start"].tolist() == [30.0, 70.0, 110.0]
    assert "revenue_end" not in table  # of D a part is not known, and it is most of what stayed
    assert _decision(case, "revenue_end_blank").count == 1
    assert case.why_no_end == "revenue_end_of_few"


def test_money_is_converted_at_the_rates_given(tmp_path: Path) -> None:
    settings = Settings(
        start=T0, currency_rates={"EUR": 0.8}, decisions={"mixed_currency": "convert"}
    )
    case = _case(tmp_path, settings, customers=MONEY)
    assert case.base is not None
    assert case.base.revenue_start == pytest.approx(240.0)
    assert case.currency == "GBP"
    lacking = _case(tmp_path, START.deciding("mixed_currency", "convert"), customers=MONEY)
    assert lacking.base is not None
    assert lacking.base.customers == 2
    assert "currency_rate_missing" in _codes(lacking)
    owned = _case(
        tmp_path, Settings(start=T0, currency="EUR", owned=frozenset({"currency"})), customers=MONEY
    )
    assert owned.base is not None
    assert owned.base.customers == 1


def test_lists_in_two_currencies_are_not_added_up(tmp_path: Path) -> None:
    def listed(first: int, symbol: str) -> bytes:
        rows = customer_rows(first + 20)
        return csv(
            [
                rows[0],
                *(
                    [i, t, f"{symbol}{a:.0f}", f"{symbol}{b:.0f}", c]
                    for i, t, a, b, c in rows[1 + first :]
                ),
            ]
        )

    uploads = [Upload("uk.csv", listed(0, "£")), Upload("eu.csv", listed(20, "€"))]
    case = read(uploads[:1], Settings(), tmp_path)
    assert case.decisions == ()
    case = read(uploads, Settings(), tmp_path)
    assert _decision(case, "mixed_currency").count == 20
    assert case.sources[1].reasons == {"other_currency": 20}
    assert case.currency == "GBP"
    assert "mixed_currency" not in _codes(case)


def test_the_mean_of_several_answers(tmp_path: Path) -> None:
    cx = _cx(
        ["C0", "C0", "C0", "C1"],
        ["2025-05-03", "2025-05-01", None, "2025-05-02"],
        [2.0, np.nan, 6.0, 5.0],
        comment=["latest", "first", "undated", "only"],
        **{
            "rating:Billing": [np.nan, 4.0, 8.0, np.nan],
            "lived:Billing": [False, True, True, False],
            "unanswered:Billing": [False] * 4,
        },
    )
    case = _case(
        tmp_path,
        START.deciding("several_responses", "mean"),
        customers=_customers(team=["A", "B"]),
        cx=cx,
    )
    responses = case.table("responses").set_index("customer_id")
    assert responses["ease"].to_dict() == {"C0": 4.0, "C1": 5.0}
    assert responses["rating:Billing"].fillna(-1).to_dict() == {"C0": 6.0, "C1": -1.0}
    assert responses["lived:Billing"].to_dict() == {"C0": True, "C1": False}
    assert responses["comment"].to_dict() == {"C0": "latest", "C1": "only"}
    first = _case(
        tmp_path,
        START.deciding("several_responses", "first"),
        customers=_customers(team=["A", "B"]),
        cx=cx,
    )
    assert first.table("responses")["comment"].tolist() == ["first", "only"]


def test_responses_used_after_the_start_warn_about_time(tmp_path: Path) -> None:
    frames, _, _ = SCENES["responses_after_start"]
    case = _case(tmp_path, START.deciding("responses_after_start", "use"), **frames)
    assert "time_order_open" in _codes(case)
    assert next(v for v in case.verdict if v.code == "time_order").reason == "answers_after_start"


def test_how_old_is_old_is_an_assumption(tmp_path: Path) -> None:
    frames, _, _ = SCENES["responses_before_window"]
    case = _case(tmp_path, Settings(start=T0, oldest_response_months=24), **frames)
    assert case.decisions == ()
    names = [a.name for a in START.register({"responses_before_window"})]
    assert names[-2:] == ["responses_before_window", "oldest_response_months"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"decisions": {"nonsense": "first"}},
        {"decisions": {"several_responses": "median"}},
        {"decisions": {"several_responses": ["mean"]}},
        {"same_ids": ("sound",)},
        {"same_teams": {"A": 3}},
        {"same_questions": {"A": 3}},
        {"currency_rates": {"EUR": 0.0}},
        {"currency_rates": {"euro": 1.0}},
        {"oldest_response_months": 0},
    ],
)
def test_a_choice_that_there_is_not(wrong: dict[str, Any]) -> None:
    with pytest.raises(SettingsError):
        Settings(**wrong)


def test_settings_stay_frozen_and_keyed() -> None:
    one = Settings(decisions={"several_responses": "mean"})
    other = Settings(decisions={"several_responses": "mean"})
    assert one == other
    assert hash(one) == hash(other)
    assert one.deciding("several_responses", "first") != one
    with pytest.raises(TypeError):
        one.decisions["several_responses"] = "first"


def test_choices_are_saved_with_the_mapping_and_come_back(tmp_path: Path) -> None:
    rows = customer_rows(60)
    rows.append([rows[5][0], "T1", 7777.0, 10.0, "no"])
    uploads = [
        Upload("customers.csv", csv(rows)),
        Upload("survey.csv", csv(text_dates(survey_rows(40)))),
    ]
    plain = read(uploads, Settings(), tmp_path / "a")
    assert plain.mapping["decisions"] == {}  # a default that nobody owns is not saved as a choice
    chosen = Settings(
        decisions={"duplicate_customers": "last"}, same_teams={"T2": "T1"}, same_ids=("zeros",)
    )
    first = read(uploads, chosen, tmp_path / "b")
    saved = json.loads(json.dumps(first.mapping))
    assert saved["decisions"] == {"duplicate_customers": "last"}
    assert saved["same_as"] == {"team": {"T2": "T1"}, "customer_id": ["zeros"], "moment": {}}
    again = read(uploads, Settings(), tmp_path / "c", saved)
    assert again.mapping == first.mapping
    assert _decision(again, "duplicate_customers").chosen == "last"
    pd.testing.assert_frame_equal(first.table("customers"), again.table("customers"))
    assert {plain.key, first.key} == {plain.key, first.key}
    assert plain.key != first.key
    over = read(
        uploads, Settings(decisions={"duplicate_customers": "first"}), tmp_path / "d", saved
    )
    assert _decision(over, "duplicate_customers").chosen == "first"
    with pytest.raises(SettingsError):
        read(uploads, Settings(), tmp_path / "e", {**saved, "decisions": ["last"]})


def test_a_decision_stands_in_the_register_and_in_the_case_file(tmp_path: Path) -> None:
    frames, _, _ = SCENES["several_responses"]

    def told(settings: Settings) -> dict[str, Any]:
        case = _case(tmp_path, settings, **frames)
        made_at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
        return json.loads(write_case(gather(Results(case), settings, made_at=made_at, company="x")))

    assumed = told(START)
    assert assumed["settings"]["decisions"] == {"several_responses": "latest"}
    assert "several_responses" not in assumed["settings"]["owned"]
    (decision,) = assumed["decisions"]
    assert (decision["count"], decision["chosen"]) == (1, "latest")
    assert [o["code"] for o in decision["options"]] == ["latest", "first", "mean"]
    assert {v["code"] for v in assumed["verdict"]} >= {"worth", "moments", "ex_link"}
    assert any(
        "the latest answer counts" in f["what"]
        for f in assumed["findings"]
        if f["code"] == "assumed"
    )
    owned = told(START.deciding("several_responses", "mean"))
    assert owned["settings"]["decisions"] == {"several_responses": "mean"}
    assert "several_responses" in owned["settings"]["owned"]


def test_every_option_has_its_words() -> None:
    for code, options in DECISIONS.items():
        assert words.has(f"decision.{code}.label"), code
        assert words.has(f"decision.{code}.what"), code
        assert all(words.has(f"decision.{code}.{option}") for option in options), code


def test_the_command_line_decides(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    survey = text_dates(survey_rows(40))
    (tmp_path / "c.csv").write_bytes(csv(customer_rows(60)))
    (tmp_path / "s.csv").write_bytes(csv([*survey, [survey[5][0], "01/04/2025", 1, 1, 1, ""]]))
    files = [str(tmp_path / "c.csv"), str(tmp_path / "s.csv"), "--out", str(tmp_path / "out")]
    main(["build", *files, "--decide", "several_responses=mean"])
    case = json.loads((tmp_path / "out" / "case.json").read_text())
    assert case["settings"]["decisions"] == {"several_responses": "mean"}
    assert main(["build", *files, "--decide", "several_responses=median"]) == 2
    assert "latest, first, mean" in capsys.readouterr().err


def _random_company(seed: int) -> tuple[Inputs, Settings]:
    """Anything that could stand in a list and a survey, and any mix of decisions about it."""
    draw = np.random.default_rng(seed)
    n, m = draw.integers(0, 40, 2).tolist()

    def pick(values: list[Any], size: int) -> pd.Series:
        return pd.Series(
            [values[k] for k in draw.integers(0, len(values), size)],
            dtype=None if size else "object",
        )

    customers = pd.DataFrame(
        {
            "customer_id": pick(["A1", "a1", "A-01", "B2", "b 2", "003", "3", "D4"], n).astype(
                "str"
            ),
            "revenue_start": pick([100.0, -5.0, 0.0, 20.0], n).astype(float),
            "revenue_end": pick([np.nan, 0.0, 50.0, -3.0], n).astype(float),
            "churned": pick([True, False], n).astype(bool),
            "churn_date": pd.to_datetime(pick(["2025-01-01", "2025-08-01", "2027-01-01", None], n)),
            "team": pick(["Leeds North", "Leeds-North", "Leeds Nth", None], n).astype("str"),
            "currency": pick(["GBP", "EUR", None], n).astype("str"),
        }
    ).assign(_source=0, _row=range(2, n + 2))
    cx = pd.DataFrame(
        {
            "customer_id": pick(["A1", "a1", "B2", "B-2", "3", "Z"], m).astype("str"),
            "ease": pick([1.0, 7.0, np.nan], m).astype(float),
            "responded_at": pd.to_datetime(
                pick(["2025-05-01", "2023-01-01", "2025-09-01", None], m)
            ),
            "respondent_id": pick(["r1", "r2", None], m).astype("str"),
        }
    ).assign(_source=1, _row=range(2, m + 2))
    ids = {"customer_id": "Id"}
    sources = [
        Source(role, 1.0, f"{role}.csv", None, "plain", rows, rows, 0, {}, ids, ("Id",))
        for role, rows in (("customers", n), ("cx", m))
    ]
    decided = {c: str(draw.choice(o)) for c, o in DECISIONS.items() if draw.random() < 0.6}
    settings = Settings(
        start=T0 if draw.random() < 0.5 else None,
        decisions=decided,
        same_ids=("zeros",) if draw.random() < 0.3 else (),
    )
    frames = {"customers": customers, "cx": cx}
    return Inputs(
        str(seed), frames, {"ease": Scale(1, 7)}, None, {}, sources=tuple(sources)
    ), settings


@pytest.mark.parametrize("seed", range(60))
def test_no_mix_of_decisions_loses_a_row(seed: int, tmp_path: Path) -> None:
    case = build(*_random_company(seed), tmp_path)
    assert len(case.set_aside) == sum(s.rows_set_aside for s in case.sources)
    assert len({(a.file, a.row) for a in case.set_aside}) == len(case.set_aside)
    for source in case.sources:
        assert source.rows_read == source.rows_accepted + source.rows_set_aside
    for decision in case.decisions:
        in_force = next(o for o in decision.options if o.code == decision.chosen)
        answered = len(case.table("responses")) if case.has("responses") else 0
        assert in_force.responses in (None, answered)
        assert in_force.customers in (None, case.base.customers if case.base else 0)
    for finding in case.findings:
        assert "—" not in words.finding(finding).what


# ---- spellings -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("listed", "said", "rules", "count", "ambiguous"),
    [
        (["007", "012", "100"], ["7", "12", "100"], ("zeros",), 2, 0),
        (["C-00042", "C-00043"], ["42", "43", "99"], ("prefix", "zeros"), 2, 0),
        (["ACC00042"], ["acc00042"], ("case",), 1, 0),
        (["AB-12", "AB-13"], ["AB 12", "AB13"], ("punctuation",), 2, 0),
        (["A-7", "B-7", "A-8"], ["7", "8"], ("prefix",), 1, 1),
        (["10", "20"], ["1", "2"], None, 0, 0),
    ],
)
def test_ids_that_nearly_match_are_one_suggestion(
    listed: list[str],
    said: list[str],
    rules: tuple[str, ...] | None,
    count: int,
    ambiguous: int,
    tmp_path: Path,
) -> None:
    frames = {
        "customers": _customers(customer_id=listed),
        "cx": _cx(said, ["2025-05-01"] * len(said), [4.0] * len(said)),
    }
    case = _case(tmp_path, **frames)
    found = [s for s in case.suggestions if s.kind == "customer_id"]
    if rules is None:
        assert not found
        return
    (suggestion,) = found
    assert (suggestion.rules, suggestion.count, suggestion.ambiguous) == (rules, count, ambiguous)
    assert "{" not in words.suggestion(suggestion)
    assert case.joins is not None
    matched = case.joins.responses_matched
    accepted = _case(tmp_path, Settings(start=T0, same_ids=rules), **frames)
    assert accepted.joins is not None
    assert accepted.joins.responses_matched == matched + count
    assert (
        next(f for f in accepted.findings if f.code == "same_ids_applied").params["count"] == count
    )
    assert not [s for s in accepted.suggestions if s.count]


def test_rules_change_only_what_they_name() -> None:
    ids = pd.Series(["C-0042", "c 42", "0", "--", "A1-007", "00"])
    assert stripped(ids, ["zeros"]).tolist() == ["C-42", "c 42", "0", "--", "A1-007", "0"]
    assert stripped(ids, ["punctuation"]).fillna("?").tolist() == [
        "C0042",
        "c42",
        "0",
        "?",
        "A1007",
        "00",
    ]


TEAMS = ["Leeds North", "Leeds South", "Müller", "North East", "Team 1", "Bolton"]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Leeds-North ", "Leeds North"),
        ("LEEDS NORTH", "Leeds North"),
        ("Leeds Nth", "Leeds North"),
        ("North Leeds", "Leeds North"),
        ("Mueller", "Müller"),
        ("North West", None),
        ("Team 2", None),
        ("Team 01", "Team 1"),
        ("Leeds", None),
        ("Holton", None),
    ],
)
def test_team_names_that_nearly_match(name: str, meant: str | None) -> None:
    listed = pd.Series([9, 8, 7, 6, 5, 4], index=TEAMS)
    found = suggest_teams({"customers": listed, "ex": pd.Series([12], index=[name])})
    assert [(s.found, s.meant, s.count, s.table) for s in found] == (
        [(name, meant, 12, "ex")] if meant else []
    )


def test_a_word_that_all_names_share_may_be_missing() -> None:
    listed = pd.Series(9, index=["Area North", "Area South", "Area Mid"])
    answered = pd.Series(5, index=["North", "South", "Mid"])
    found = suggest_teams({"customers": listed, "ex": answered})
    assert [(s.found, s.meant) for s in found] == [
        ("North", "Area North"),
        ("South", "Area South"),
        ("Mid", "Area Mid"),
    ]
    assert not suggest_teams({"customers": listed[:2], "ex": answered[:2]})


def test_two_near_names_that_both_have_their_partner_are_two_teams() -> None:
    listed = pd.Series([9, 8], index=["Bolton", "Belton"])
    assert suggest_teams({"customers": listed, "ex": listed}) == ()
    assert (
        suggest_teams({"customers": listed, "ex": pd.Series([5, 5], index=["Boltun", "Bolten"])})
        == ()
    )


def test_accepted_team_names_move_rows_and_hidden_teams_stay_hidden(tmp_path: Path) -> None:
    ex = pd.DataFrame(
        {
            "team": ["Leeds-North", "Yorc", "Hull"],
            "wave": pd.Timestamp("2025-01-01"),
            "n": [9, 3, 9],
            "mean": [4.0, 3.0, 3.5],
            "sd": [0.5] * 3,
        }
    )
    frames = {
        "customers": _customers(team=["Leeds North", "York", "Hull", "LEEDS NORTH"]),
        "ex": ex,
    }
    case = _case(tmp_path, **frames)
    pairs = {(s.table, s.found, s.meant) for s in case.suggestions}
    assert pairs == {
        ("ex", "Leeds-North", "Leeds North"),
        ("customers", "LEEDS NORTH", "Leeds North"),
    } or pairs == {
        ("ex", "Leeds-North", "LEEDS NORTH"),
        ("customers", "Leeds North", "LEEDS NORTH"),
    }
    assert "Yorc" not in repr(case)
    same = {s.found: s.meant for s in case.suggestions}
    accepted = _case(tmp_path, Settings(start=T0, same_teams=same), **frames)
    assert accepted.joins is not None
    assert (accepted.joins.teams, accepted.joins.teams_with_ex) == (3, 2)
    assert accepted.suggestions == ()
    assert next(f for f in accepted.findings if f.code == "same_teams_applied").params["count"] == 2


# ---- rows set aside ------------------------------------------------------------------------------


def _untidy() -> list[Upload]:
    rows = customer_rows(60)
    rows[0] += ["E-mail", "Note"]
    for i, row in enumerate(rows[1:]):
        row += ["a@b.com", "=1+1" if i % 2 else 5.0]
    rows += [
        [*rows[5][:2], 7777.0, *rows[5][3:5], "a@b.com", "=2+2"],
        [None, "T1", 5.0, 3.0, "yes", "x@y.com", "@x"],
    ]
    survey = text_dates(survey_rows(40))
    survey[3][0] = "nobody"
    people = [
        ["Team", "I am proud to work here (1-5)", "Comment"],
        *[["T1", 4, "secret"]] * 8,
        [None, 3, "mine"],
    ]
    return [
        Upload("c.xlsx", xlsx({"List": rows})),
        Upload("s.csv", csv(survey)),
        Upload("e.csv", csv(people), "ex"),
    ]


def test_counts_add_up_whatever_is_decided(tmp_path: Path) -> None:
    for option in DECISIONS["duplicate_customers"]:
        case = read(_untidy(), Settings(decisions={"duplicate_customers": option}), tmp_path)
        for source in case.sources:
            assert source.rows_read == source.rows_accepted + source.rows_set_aside
            assert source.rows_set_aside == sum(source.reasons.values())
        twice = [a for a in case.set_aside if a.reason == "duplicate_customer"]
        set_aside = {"ask": 0, "first": 1, "last": 1, "add_up": 0, "set_aside": 2}
        assert len(twice) == set_aside[option]
        assert all((a.column, a.found) == ("Customer ID", "00004") for a in twice)


def test_the_workbook_shows_the_rows_as_they_stand(tmp_path: Path) -> None:
    settings = Settings(decisions={"duplicate_customers": "first"})
    case = read(_untidy(), settings, tmp_path)
    report = gather(
        Results(case), Settings(), made_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC), company="x"
    )
    book = openpyxl.load_workbook(io.BytesIO(make_set_aside(report, original_rows)))
    assert book.sheetnames == ["Set aside", "1 List", "2 s.csv"]
    found = list(book["1 List"].iter_rows(min_row=4, values_only=True))
    assert found[0] == ("Row", "Why it was set aside", "Customer ID", "Team", "Revenue start",
                        "Revenue end",
                        "Churned", "Note")  # fmt: skip
    assert found[1][0] == 62
    assert found[1][2:5] == ("00004", "T1", 7777)
    assert found[2][0] == 63
    texts = [
        c for sheet in book for row in sheet.iter_rows() for c in row if isinstance(c.value, str)
    ]
    assert {c.value for c in texts if c.value.startswith(("=", "@"))} == {"=2+2", "@x"}
    assert all(
        c.data_type == "s" and c.quotePrefix for c in texts if c.value.startswith(("=", "@"))
    )
    everything = " ".join(c.value for c in texts)
    assert "a@b.com" not in everything
    assert "mine" not in everything
    for path in filter(None, case.raw):
        path.unlink()
    assert openpyxl.load_workbook(io.BytesIO(make_set_aside(report, original_rows))).sheetnames == [
        "Set aside"
    ]


def test_responses_on_their_way(tmp_path: Path) -> None:
    rows = text_dates(survey_rows(40))
    rows[3][0] = "nobody"
    rows[4][0] = None
    rows[6][0] = rows[7][0]
    case = read(
        [Upload("c.csv", csv(customer_rows(60))), Upload("s.csv", csv(rows))], Settings(), tmp_path
    )
    assert case.joins is not None
    assert dict(case.joins.answers) == {
        "responses_read": 40,
        "with_id": 39,
        "in_list": 38,
        "in_time": 38,
        "one_each": 37,
    }
    assert all(
        words.has(f"pages.joins.{code}") for code, _ in (*case.joins.answers, *case.joins.waterfall)
    )


def test_a_day_in_the_heading_starts_the_year_before_the_first_loss_does(tmp_path: Path) -> None:
    rows = customer_rows(20)
    rows[0] = ["Customer ID", "Team", "Revenue at 01/07/2025", "Revenue at 30/06/2026", "Date left"]
    for row in rows[1:]:
        row[4] = "15/08/2025" if row[4] == "yes" else None
    case = read([Upload("c.csv", csv(rows))], Settings(), tmp_path)
    assert case.base is not None
    assert case.base.t0 == T0
    assert {"t0_from_heading"} <= _codes(case)
    rows[0][2:4] = ["Revenue start", "Revenue end"]
    plain = read([Upload("c.csv", csv(rows))], Settings(), tmp_path)
    assert plain.base is not None
    assert plain.base.t0 == dt.date(2025, 8, 15)


def test_a_reason_for_each_row_that_a_decision_sets_aside(tmp_path: Path) -> None:
    source = read([Upload("c.csv", csv(customer_rows(3)))], Settings(), tmp_path).sources[0]
    customers = MONEY.assign(_source=0, _row=[2, 3, 4], revenue_end=[0.0, np.nan, 1.0])
    settings = START.deciding("revenue_end_blank", "set_aside")
    case = build(
        Inputs("k", {"customers": customers}, {}, None, {}, sources=(source,)),
        settings,
        tmp_path / "b",
    )
    assert {(a.row, a.reason) for a in case.set_aside} == {
        (4, "other_currency"),
        (3, "revenue_end_missing"),
    }
    assert case.sources[0].rows_accepted == 1
