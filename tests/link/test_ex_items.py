"""Questions of the employee survey: what leaves the reader, and which of them go with the score."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from make_company import case_of, make

from cxcase.export.case_link import _items
from cxcase.intake import Upload, read
from cxcase.intake.employees.ex_cells import cells_of, figures_of, mean_of
from cxcase.intake.employees.ex_people import NOBODY, Answers
from cxcase.intake.privacy.small_groups import SmallGroups
from cxcase.link import estimate_link
from cxcase.link.models.ex_items import draw_together, item_slopes
from cxcase.report import words
from cxcase.settings import Settings
from cxcase.stats.cluster import cr2
from cxcase.stats.ols import fit_ols, team_sums

ROUNDED = 1e-10
# spread of teams in all questions alike, in each alone, and of who answered
COMMON = 0.35
OWN = 0.25
NOISE = 0.25


# ---- slopes --------------------------------------------------------------------------------------


def test_slopes_from_team_sums_are_those_of_the_rows():
    rng = np.random.default_rng(1)
    g = 15
    n = 400
    team = rng.integers(0, g, n)
    control = rng.normal(size=n)
    weight = rng.uniform(0.5, 2, n)
    means = rng.normal(3.5, 0.4, (g, 3))
    means[4, 1] = np.nan
    y = means[team, 0] + 0.2 * control + rng.normal(size=n)
    slope, covariance, _ = item_slopes(
        team_sums(np.column_stack([np.ones(n), control]), y, weight, team, g), means
    )
    for j in range(3):
        rows = np.isfinite(means[team, j])
        x = np.column_stack([np.ones(n), means[team, j], control])[rows]
        fit = fit_ols(team_sums(x, y[rows], weight[rows], team[rows], g))
        used = fit.hessian[:, 0, 0] > 0
        got = cr2(fit.hessian[used], fit.score[used], fit.inverse, np.array([0.0, 1.0, 0.0]))
        assert slope[j] == pytest.approx(fit.beta[1], abs=ROUNDED)
        assert np.sqrt(covariance[j, j]) == pytest.approx(got.se, abs=ROUNDED)


def company(seed: int, teams: int, differ: float, questions: int = 10):
    """(true slopes, slopes as estimated, as drawn together) of a company whose questions differ by
    `differ`.
    """
    rng = np.random.default_rng([seed, teams])
    own = differ * rng.normal(size=questions)
    together = COMMON * rng.normal(size=teams)
    apart = OWN * rng.normal(size=(teams, questions))
    seen = (
        together[:, None]
        + apart
        + NOISE * (0.8 * rng.normal(size=apart.shape) + 0.6 * rng.normal(size=(teams, 1)))
    )
    n = rng.integers(20, 120, teams).astype(float)
    score = 6 + 0.8 * together + apart @ own + (0.2 + 2 / np.sqrt(n)) * rng.normal(size=teams)
    truth = (0.8 * COMMON**2 + own * OWN**2) / (COMMON**2 + OWN**2 + NOISE**2)
    slope, covariance, df = item_slopes(
        team_sums(np.ones((teams, 1)), score, n, np.arange(teams), teams), seen
    )
    return truth, slope, draw_together(slope, covariance, df)


@pytest.mark.parametrize("teams", [14, 40])
def test_drawn_together_they_are_nearer_the_truth_and_ranges_hold(teams: int):
    """Over 200 companies: nine in ten questions inside their range, and less error than each
    question alone.
    """
    made = [company(seed, teams, 0.5) for seed in range(200)]
    inside = np.mean([(d.low <= t) & (t <= d.high) for t, _, d in made])
    assert 0.86 < inside < 0.95
    alone, drawn = (
        np.sqrt(np.mean([(got - t) ** 2 for t, got in pairs]))
        for pairs in ([(t, b) for t, b, _ in made], [(t, d.value) for t, _, d in made])
    )
    assert drawn < 0.95 * alone


def test_questions_that_are_alike_are_hardly_ever_told_apart():
    made = [company(seed, 40, 0.0) for seed in range(200)]
    assert np.mean([d.apart.any() for _, _, d in made]) < 0.1
    clear = [company(seed, 40, 2.0) for seed in range(50)]
    assert np.mean([d.apart.any() for _, _, d in clear]) > 0.3
    right = [
        np.sign(d.value - d.value.mean())[d.apart] == np.sign(t - t.mean())[d.apart]
        for t, _, d in clear
    ]
    assert np.concatenate(right).mean() > 0.9


def test_without_spread_between_questions_all_are_the_average():
    got = draw_together(np.array([0.5, 0.5, 0.5, 0.5]), 0.04 * np.eye(4), 12.0)
    assert got.value == pytest.approx(np.full(4, 0.5))
    assert not got.apart.any()
    assert got.spread == 0


# ---- what leaves the reader ----------------------------------------------------------------------


def figures(**marks: np.ndarray) -> dict[str, np.ndarray]:
    """The figures of one team of six, each person another."""
    every = np.zeros(6, dtype=np.int64)
    answers = Answers(
        team=every,
        wave=every,
        day=np.full(6, np.datetime64("NaT", "us")),
        who=np.full(6, NOBODY),
        marks=marks,
        score=mean_of(marks, every),
        apart=False,
        again=np.zeros(6, dtype=bool),
    )
    cells = cells_of(answers, SmallGroups(5))
    return figures_of(cells, np.flatnonzero(cells.shown))


def test_every_question_of_a_cell_is_over_the_same_people():
    """One person skips a question: no difference of figures gives away what they said."""
    a = np.array([1.0, 2, 3, 4, 5, 5])
    got = figures(a=a, b=np.array([2.0, 2, 2, 2, 2, np.nan]))
    assert got["item:a"][0] == pytest.approx(a.mean())
    assert got["item:b"][0] == pytest.approx(
        (2 * 5 + 5.0) / 6
    )  # who skipped it counts with the own mean


def test_a_question_that_few_answered_is_neither_told_nor_in_the_score():
    """With it in the score the other questions would leave what those few said."""
    b = np.array([2.0, 2, 2, 2, np.nan, np.nan])
    got = figures(a=np.ones(6), b=b, c=np.full(6, 3.0))
    assert np.isnan(got["item:b"][0])
    assert got["item:a"][0] == 1
    assert got["mean"][0] == 2
    assert set(figures(a=np.ones(6))) == {"n", "mean", "sd"}


QUESTIONS = [f"Q{i + 1} {text}" for i, text in enumerate(["my work is valued", "I have the tools",
                                                          "my manager listens",
                                                           "we learn from mistakes",
                                                           "my pay is fair"])]  # fmt: skip


def employees(means: np.ndarray, seed: int = 3) -> pd.DataFrame:
    """Nine answers a team of `means` (g, j), of the last team four."""
    rng = np.random.default_rng(seed)
    team = np.repeat(np.arange(len(means)), 9)[:-5]
    marks = np.clip(np.round(means[team] + rng.normal(0, 0.7, (len(team), means.shape[1]))), 1, 5)
    table = pd.DataFrame(marks.astype(int), columns=QUESTIONS)
    table.insert(0, "Team", [f"Team {t}" for t in team])
    return table


def test_from_a_spreadsheet_only_large_cells_and_no_answer(tmp_path: Path):
    table = employees(np.full((14, 5), 3.5))
    table.loc[:4, QUESTIONS[2]] = np.nan  # five of the first team's nine skip a question
    case = read([Upload("ex.csv", table.to_csv(index=False).encode())], Settings(), tmp_path)
    items = case.table("ex_items")
    assert list(items.columns) == ["team", "item", "n", "mean"]
    assert set(items["item"]) == set(QUESTIONS)
    assert "Team 13" not in set(items["team"])  # four answers
    assert set(items.loc[items["team"] == "Team 0", "item"]) == {*QUESTIONS} - {QUESTIONS[2]}
    assert (items["n"] >= 5).all()
    overall = case.table("ex").set_index("team")["mean"]
    each = items.groupby("team")["mean"].mean()
    assert each["Team 5"] == pytest.approx(overall["Team 5"])


def with_items(tmp_path: Path, teams: int, questions: int = 5):
    made = make(7, teams=teams, customers=150 * teams)
    case = case_of(made.frames, tmp_path)
    rng = np.random.default_rng(1)
    ex = made.frames["ex"]
    noise = [(0.02 if k == 0 else 0.4) * rng.normal(size=teams) for k in range(questions)]
    table = [
        ex[["team", "n"]].assign(item=q, mean=ex["mean"] + e)
        for q, e in zip(QUESTIONS, noise, strict=False)
    ]
    pd.concat(table).to_parquet(case.folder / "ex_items.parquet", index=False)
    return estimate_link(case, Settings())


def test_the_link_ranks_questions_and_names_no_team(tmp_path: Path):
    link = with_items(tmp_path, 30)
    found = link.diagnosis.items
    values = [i.estimate.value for i in found.items]
    assert values == sorted(values, reverse=True)
    assert found.items[0].item == QUESTIONS[0]  # the only one that measures engagement well
    assert {i.item for i in found.items} == set(QUESTIONS)
    assert all(i.estimate.low < i.estimate.value < i.estimate.high for i in found.items)
    assert "Team" not in repr(found)
    assert "Team" not in repr(_items(found))
    said = {f.code for f in link.findings} & {"ex_items_apart", "ex_items_alike"}
    assert len(said) == 1
    assert all(words.has(f"finding.{code}.what") for code in said)


@pytest.mark.parametrize(
    ("teams", "questions", "why"), [(10, 5, "few_teams_for_items"), (20, 3, "few_items")]
)
def test_too_few_teams_or_questions_are_refused(
    tmp_path: Path, teams: int, questions: int, why: str
):
    found = with_items(tmp_path, teams, questions).diagnosis.items
    assert found.refused == why
    assert found.items == ()
    assert words.has(f"reason.{why}.text")
