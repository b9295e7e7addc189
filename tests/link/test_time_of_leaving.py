"""Dates and waves from spreadsheets to the link: what comes first, staying month by month, and what
is out of order.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cxcase.intake import Case, Upload, read
from cxcase.link import Link, estimate_link
from cxcase.link.models.time_order import time_order
from cxcase.report import words
from cxcase.settings import Settings

TEAMS = 30
CUSTOMERS = 2400
ANSWERS = 9
WAVES = ("2024-09-30", "2025-01-31")
START = pd.Timestamp("2025-03-01")
# points of the later score per point of earlier EX; log-odds a month per point
FORWARD = 0.8
HAZARD = -0.45


def tables() -> dict[str, pd.DataFrame]:
    """A company where engagement comes first: team EX moves the next period's score, the score
    moves nothing back.
    """
    rng = np.random.default_rng(11)
    team = np.arange(CUSTOMERS) % TEAMS
    ex = np.array([rng.normal(3.4, 0.45, TEAMS) for _ in WAVES])
    first = 5.5 + 0.5 * rng.normal(size=TEAMS)
    second = 5.5 + 0.5 * (first - 5.5) + FORWARD * (ex[0] - 3.4) + 0.1 * rng.normal(size=TEAMS)
    person = rng.normal(0, 1.3, CUSTOMERS)
    scores = [
        np.clip(np.round(mean[team] + person + rng.normal(0, 0.7, CUSTOMERS)), 0, 10)
        for mean in (first, second)
    ]
    chance = 1 / (1 + np.exp(-(-4.2 + HAZARD * (scores[1] - 5.5))))
    month = np.where(chance > 0, rng.geometric(chance), 99)
    ids = [f"C{i:04d}" for i in range(CUSTOMERS)]
    left = START + pd.to_timedelta(np.floor((np.minimum(month, 99) - 0.5) * 30.4), unit="D")
    money = rng.lognormal(8, 0.5, CUSTOMERS).round(2)
    days = [pd.Timestamp(day) + pd.Timedelta(days=14) for day in WAVES]
    early = pd.DataFrame(
        {"Customer ID": ids[:50], "Response date": pd.Timestamp("2024-09-01"), "Ease": 6}
    )
    late = pd.DataFrame(
        {"Customer ID": ids[:40], "Response date": START + pd.Timedelta(days=30), "Ease": 6}
    )
    answers = [
        pd.DataFrame({"Customer ID": ids, "Response date": d, "Ease": s})
        for d, s in zip(days, scores, strict=True)
    ]
    return {
        "customers.csv": pd.DataFrame(
            {
                "Customer ID": ids,
                "Branch": [f"Branch {t + 1}" for t in team],
                "Annual revenue": money,
                "Revenue after 12 months": np.where(month <= 12, 0, money),
                "Cancellation date": np.where(month <= 12, left.strftime("%Y-%m-%d"), ""),
            }
        ),
        "survey.csv": pd.concat([early, *answers, late]).assign(
            Ease=lambda t: t["Ease"].astype(int)
        ),
        "employees.csv": pd.concat([employees(rng, ex[k], day) for k, day in enumerate(WAVES)]),
    }


def employees(rng: np.random.Generator, mean: np.ndarray, day: str) -> pd.DataFrame:
    """ANSWERS of each branch on a day (of Branch 1 only three), engagement 1 to 5 in halves of an
    answer's items.
    """
    team = np.repeat(np.arange(TEAMS), ANSWERS)
    marks = np.clip(
        np.round(mean[team][:, None] + rng.normal(0, 0.5, (len(team), 4))), 1, 5
    ).astype(int)
    rows = pd.DataFrame(marks, columns=[f"Q{i + 1} my work is valued" for i in range(4)])
    rows.insert(0, "Branch", [f"Branch {t + 1}" for t in team])
    rows.insert(1, "Survey date", day)
    return rows.drop(index=range(3, ANSWERS))


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    uploads = [Upload(name, table.to_csv(index=False).encode()) for name, table in tables().items()]
    return read(uploads, Settings(start=START.date()), tmp_path_factory.mktemp("case"))


@pytest.fixture(scope="module")
def link(case: Case) -> Link:
    return estimate_link(case, Settings(start=START.date()))


def codes(found) -> dict[str, dict]:
    return {f.code: dict(f.params) for f in found}


def test_the_case_keeps_days_of_leaving_and_waves_of_large_teams_alone(case: Case):
    customers, waves, answers = (
        case.table(name) for name in ("customers", "ex_waves", "all_responses")
    )
    assert (customers["churn_date"].notna() == customers["churned"]).all()
    assert list(waves.columns) == ["team", "wave", "n", "mean"]
    assert sorted(waves["wave"].astype(str).unique()) == list(WAVES)
    assert "Branch 1" not in set(waves["team"])
    assert (waves["n"] >= 5).all()
    assert len(waves) == 2 * (TEAMS - 1)
    assert (
        len(answers) == 2 * CUSTOMERS + 50
    )  # both answers and the early ones; those after the start are set aside
    assert list(answers.columns) == ["customer_id", "responded_at", "ease"]
    assert len(case.table("responses")) == CUSTOMERS
    assert codes(case.findings)["response_after_t0"]["count"] == 40


def test_engagement_comes_first_and_is_found_to(link: Link):
    order = link.diagnosis.order
    assert order.teams == TEAMS - 1
    assert order.forward.excludes_zero
    assert (
        order.forward.low < FORWARD < order.forward.high + 0.15
    )  # nine answers a team are noise as well
    assert not order.reverse.excludes_zero
    assert order.change.unit == "points per EX point"
    assert (order.before, order.answers) == (50, 2 * CUSTOMERS)
    found = codes(link.findings)
    assert {"engagement_moves_first", "answers_before_waves"} <= set(found)
    assert found["answers_before_waves"] == {"count": 50, "total": 2 * CUSTOMERS + 50}
    assert all(words.has(f"finding.{code}.what") for code in found)


def test_the_days_of_leaving_give_a_hazard_and_months_kept(link: Link):
    survival = link.diagnosis.survival
    year = link.effect("cx_to_churn").estimate
    assert survival.hazard_effect.value == pytest.approx(year.value, rel=0.15)
    assert survival.months.low > 0  # a point more goes with more months kept
    low, middle, high = survival.groups
    assert low.rmst < middle.rmst < high.rmst <= 12
    assert low.staying[-1] < high.staying[-1]
    assert "hazard_agrees" in codes(link.findings)


def test_the_share_still_there_is_that_of_the_ledger(case: Case, link: Link):
    """Everybody answered, so the groups together keep what the ledger keeps."""
    groups = link.diagnosis.survival.groups
    kept = sum(g.n * g.staying[-1] for g in groups) / sum(g.n for g in groups)
    assert kept == pytest.approx(1 - case.base.logo_churn, abs=1e-9)


def test_one_wave_or_none_keeps_no_waves(tmp_path: Path):
    made = tables()
    made["employees.csv"] = made["employees.csv"].iloc[: len(made["employees.csv"]) // 2]
    uploads = [Upload(name, table.to_csv(index=False).encode()) for name, table in made.items()]
    case = read(uploads, Settings(start=START.date()), tmp_path)
    assert not case.has("ex_waves")
    assert time_order(case, "ease") is None


def test_a_file_in_two_parts_is_the_same_file(case: Case, link: Link, tmp_path: Path):
    """Every figure to 1e-9, the key alone differs."""
    halves = []
    for name, table in tables().items():
        half = len(table) // 2
        for part, rows in (("a", table.iloc[:half]), ("b", table.iloc[half:])):
            halves.append(Upload(f"{part}_{name}", rows.to_csv(index=False).encode()))
    other = estimate_link(
        read(halves, Settings(start=START.date()), tmp_path), Settings(start=START.date())
    )
    assert other.key != link.key
    every = [
        [
            v
            for found in (*lk.effects, *lk.worth)
            for v in (found.estimate.value, found.estimate.low, found.estimate.high)
        ]
        for lk in (link, other)
    ]
    assert [v is None for v in every[1]] == [v is None for v in every[0]]
    known = [[v for v in figures if v is not None] for figures in every]
    assert len(known[0]) > 12
    assert known[1] == pytest.approx(known[0], rel=1e-9)
