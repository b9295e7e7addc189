"""Other moves than one point: the printed figures' own folds and draws, brute force, and what is
refused.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from make_company import Made, case_of, make

from cxcase.link import FittedLink, Link, Outcome, fit_link
from cxcase.report import Results, gather
from cxcase.settings import Settings
from cxcase.stats.cluster import jackknife
from cxcase.stats.logit import expit


@pytest.fixture(scope="module")
def made() -> Made:
    return make(5, teams=20, customers=4000)


@pytest.fixture(scope="module")
def fitted(made: Made, tmp_path_factory: pytest.TempPathFactory) -> FittedLink:
    return fit_link(case_of(made.frames, tmp_path_factory.mktemp("case")), Settings())


@pytest.fixture(scope="module")
def link(fitted: FittedLink) -> Link:
    return fitted.link


def test_one_point_is_what_is_printed(link: Link, fitted: FittedLink):
    assert fitted.what_if.score(1.0).worth == link.worth_of("one_point_of_cx")
    assert fitted.what_if.engagement(1.0).worth == link.worth_of("one_point_of_ex_through_cx")


def test_a_fraction_of_a_point_has_a_range_and_lies_below_a_whole_one(fitted: FittedLink):
    half = fitted.what_if.score(0.5)
    whole = fitted.what_if.score(1.0)
    for outcome in (
        half,
        whole,
        fitted.what_if.engagement(0.2),
        fitted.what_if.lift(fitted.what_if.behind[0].team),
    ):
        for figure in (outcome.worth, outcome.kept):
            assert figure.low < figure.value < figure.high
            assert figure.n
            assert figure.teams
    assert 0.45 < half.worth.value / whole.worth.value < 0.65
    assert half.score < 0.5  # the scale ends


def test_a_move_beyond_the_scale_puts_everyone_at_its_end(fitted: FittedLink, made: Made):
    p = fitted.population
    outcome = fitted.what_if.score(50.0)
    assert outcome.score == pytest.approx(
        float(np.average(10 - p.metric, weights=p.weight)), rel=1e-12
    )
    assert (
        outcome.kept.value
        < len(made.frames["customers"]) * made.frames["customers"]["churned"].mean()
    )


def test_engagement_works_through_the_score_it_brings(link: Link, fitted: FittedLink):
    a = link.effect("ex_to_cx").estimate.value
    got = fitted.what_if.engagement(0.2)
    assert got.worth.value == pytest.approx(fitted.what_if.score(0.2 * a).worth.value, rel=1e-9)
    assert got.kept.value == pytest.approx(fitted.what_if.score(0.2 * a).kept.value, rel=1e-9)
    assert fitted.what_if.engagement(-0.2).worth.value < 0
    # no narrower, for its size, than the score's own part of it
    alone = fitted.what_if.score(0.2 * a).worth
    assert (got.worth.high - got.worth.low) > (alone.high - alone.low)


def test_what_is_behind_is_measured_from_the_median_team(fitted: FittedLink):
    p = fitted.population
    behind = fitted.what_if.behind
    means = [
        np.average(p.metric[p.team == g], weights=p.weight[p.team == g])
        for g in range(len(p.team_names))
    ]
    enough = [m for g, m in enumerate(means) if (p.team == g).sum() >= 30]
    for item in behind:
        code = p.team_names.index(item.team)
        assert item.gap == pytest.approx(np.median(enough) - means[code], rel=1e-12)
        assert item.answers >= 30
    assert len(behind) == len(enough) // 2
    assert [b.gap for b in behind] == sorted((b.gap for b in behind), reverse=True)


def test_lifting_a_team_is_its_own_customers_moved_one_by_one(fitted: FittedLink, made: Made):
    what_if = fitted.what_if
    p = fitted.population
    item = what_if.behind[0]
    got = what_if.lift(item.team)
    code = p.team_names.index(item.team)
    churn = what_if.money.churn
    own = made.frames["customers"]["team"] == item.team
    ledger = made.frames["customers"].loc[own, "revenue_start"].sum()
    rows = np.flatnonzero(p.team == code)
    revenue = p.revenue[rows] * ledger / p.revenue[rows].sum()

    def brute(beta, shift, gamma) -> float:
        total = 0.0
        for i, money in zip(rows, revenue, strict=True):
            move = min(p.metric[i] + item.gap, 10.0) - p.metric[i]
            line = churn.x[i] @ beta + shift
            ratio = churn.x[i] @ gamma
            before = expit(line)
            after = expit(line + beta[1] * move)
            total += money * ((1 - after) * (ratio + gamma[1] * move) - (1 - before) * ratio)
        return total

    money = what_if.money
    expansion = what_if.money.expansion
    value = brute(churn.fit.beta, money.shift, expansion.gamma)
    folds = [
        brute(b, s, c)
        for b, s, c in zip(churn.folds, money.shift_folds, expansion.folds, strict=True)
    ]
    expected = jackknife(np.array(folds), value)
    assert got.worth.value == pytest.approx(value, rel=1e-9)
    assert got.worth.low == pytest.approx(float(expected.low), rel=1e-9)
    assert got.customers == pytest.approx(p.weight[rows].sum())


def test_a_team_that_is_not_behind_has_no_lift(fitted: FittedLink):
    behind = {b.team for b in fitted.what_if.behind}
    for name in fitted.population.team_names:
        outcome = fitted.what_if.lift(name)
        assert isinstance(outcome, Outcome) == (name in behind)
    assert fitted.what_if.lift("no such team") is None


def test_the_whole_companys_move_is_its_teams_moves_together(fitted: FittedLink):
    """Every customer's part, team by team, adds up to the move of all: the same coefficients, the
    same match.
    """
    what_if = fitted.what_if
    p = fitted.population
    parts = [
        what_if.money.worth_of(p.team == g, 0.5, p.revenue[p.team == g]).best.value
        for g in range(len(p.team_names))
    ]
    assert sum(parts) == pytest.approx(what_if.score(0.5).worth.value, rel=1e-9)
    kept = [what_if.money.kept(0.5, p.team == g).value for g in range(len(p.team_names))]
    assert sum(kept) == pytest.approx(what_if.score(0.5).kept.value, rel=1e-9)


@pytest.mark.parametrize(
    ("changes", "teams"),
    [({"ex": None}, True), ({"few": True}, False), ({"no_team": True}, False)],
    ids=["no engagement", "five teams", "no teams"],
)
def test_what_the_data_cannot_carry_is_not_offered(changes: dict, teams: bool, tmp_path: Path):
    made = make(7, teams=5 if "few" in changes else 12, customers=2000)
    frames = dict(made.frames)
    if "ex" in changes:
        del frames["ex"]
    if "no_team" in changes:
        frames["customers"] = frames["customers"].drop(columns="team")
    what_if = fit_link(case_of(frames, tmp_path), Settings()).what_if
    assert what_if.engagement(0.2) is None
    assert bool(what_if.behind) == teams
    assert what_if.score(0.5).worth.low is not None


def test_small_teams_are_not_offered(tmp_path: Path):
    made = make(9, teams=12, customers=1500)
    what_if = fit_link(case_of(made.frames, tmp_path), Settings()).what_if
    answers = np.bincount(what_if.money.population.team)
    assert answers.min() < 30  # or this says nothing
    assert all(b.answers >= 30 for b in what_if.behind)


def test_without_a_figure_there_is_nothing_to_ask(tmp_path: Path):
    made = make(7, teams=12, customers=800)
    customers = made.frames["customers"].assign(churned=False)
    customers["revenue_end"] = customers["revenue_start"]
    assert (
        fit_link(case_of({**made.frames, "customers": customers}, tmp_path), Settings()).what_if
        is None
    )


def test_weakest_is_the_widest_for_its_size(link: Link, fitted: FittedLink):
    found = {
        "ex_to_cx": link.effect("ex_to_cx").estimate,
        "cx_to_churn": link.effect("cx_to_churn").estimate,
    }
    found["growth"] = link.growth
    wide = {id: (e.high - e.low) / abs(e.value) for id, e in found.items()}
    assert link.weakest == max(wide, key=wide.get)
    part = link.worth_of("one_point_of_cx_expansion")
    revenue = fitted.population.revenue.sum()
    assert link.growth.value == pytest.approx(part.value / revenue, rel=1e-12)
    assert link.growth.low == pytest.approx(part.low / revenue, rel=1e-12)


def test_printed_silent_range_is_the_sliders(fitted: FittedLink):
    silent = fitted.silent
    for delta, worth in silent.printed.worth:
        assert worth == silent.worth(delta)
    assert [delta for delta, _ in silent.printed.worth] == [-1.0, 0.0, 1.0]
    assert silent.printed.tipping_point == silent.tipping_point()
    assert silent.printed is silent.printed


def test_a_report_keeps_what_was_asked_and_nobodys_rows(
    fitted: FittedLink, made: Made, tmp_path: Path
):
    case = case_of(made.frames, tmp_path)
    at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    link = fitted.published
    kept = gather(Results(case, link=link), Settings(), made_at=at, company="Ours").link
    assert kept is link
    assert kept.moves == fitted.what_if.printed
    assert kept.diagnosis.silent_range == fitted.silent.printed
    rows = len(fitted.population.rows)
    assert rows not in {len(a) for a in arrays_in(kept)}


def arrays_in(value: object) -> Iterator[np.ndarray]:
    """Every array that a frozen result holds, however deep."""
    if isinstance(value, np.ndarray):
        yield value
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from arrays_in(getattr(value, field.name))
    elif isinstance(value, tuple | list):
        for item in value:
            yield from arrays_in(item)
