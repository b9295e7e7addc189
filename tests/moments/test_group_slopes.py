"""Shares of importance within groups of customers: against rows, against the whole, and against a
known truth.
"""

from __future__ import annotations

import dataclasses
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from make_moments import Plan, World, case_of, draw, population_of

from cxcase.gates import answers_carry
from cxcase.link import Population
from cxcase.moments.design import Ratings, read_ratings
from cxcase.moments.fit import Fitted, fit_moments
from cxcase.moments.groups import Grouping, group_figures
from cxcase.moments.importance import split_variation
from cxcase.moments.result import GroupFigures
from cxcase.settings import Settings
from cxcase.stats.cluster import jackknife

NAMES = ("Large", "Small")


@dataclasses.dataclass(frozen=True)
class Company:
    """A fitted company whose answers fall into two groups, a third of them in the first."""

    population: Population
    ratings: Ratings
    fitted: Fitted
    code: np.ndarray


def _company(world: World, folder: Path) -> Company:
    population = population_of(world)
    stay = population.team != np.arange(world.plan.teams)[:, None]
    population = dataclasses.replace(
        population, fold_weight=population.weight * stay
    )  # as groups leave teams out
    ratings = read_ratings(case_of(world, folder), population.rows)
    code = np.where(population.customers % 3 == 0, 0, 1)
    return Company(population, ratings, fit_moments(ratings, population, Settings()), code)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    return _company(draw(Plan(customers=3000, unanswered=0.1)), tmp_path_factory.mktemp("case"))


def _figures(
    fitted: Fitted, code: np.ndarray, names: tuple[str, ...] = NAMES
) -> dict[tuple[str, str], GroupFigures]:
    found = group_figures(fitted, [Grouping("segment", code, names)], "GBP")
    return {(f.group, f.moment): f for f in found}


def _rows_only(company: Company, keep: np.ndarray) -> tuple[Ratings, Population]:
    """Ratings and population of some responses, teams without any left out."""
    ratings = company.ratings
    population = company.population
    there, team = np.unique(population.team[keep], return_inverse=True)
    part = {n: getattr(population, n)[keep] for n in ("rows", "customers", "weight", "revenue",
                                                      "revenue_start",
                                                      "churned", "metric", "controls")}  # fmt: skip
    folds = {n: getattr(population, n)[there][:, keep] for n in ("fold_weight", "fold_revenue")}
    names = tuple(population.team_names[t] for t in there)
    lost = population.churned_revenue_fold[there]
    population = dataclasses.replace(
        population,
        team=team,
        team_names=names,
        churned_revenue_fold=lost,
        **part,
        **folds,
        bends=population.bends.rows(keep),
    )
    return Ratings(ratings.columns, ratings.rating[keep], ratings.lived[keep]), population


def _by_orders(fitted: Fitted, keep: np.ndarray) -> np.ndarray:
    """Shares (j,) averaged over all orders of entry, from least squares on the rows about their
    team's mean.
    """
    design = fitted.design
    team = fitted.design.population.team[keep]
    weight = design.weights[0][keep]
    table = np.column_stack(
        [design.population.known_factors, design.blocks.columns, design.population.metric]
    )[keep]
    for t in np.unique(team):
        table[team == t] -= np.average(table[team == t], axis=0, weights=weight[team == t])
    table *= np.sqrt(weight)[:, None]
    first = design.population.known_factors.shape[1]
    y = table[:, -1]

    def left(columns: list[int]) -> float:
        x = table[:, columns]
        return float(np.sum((y - x @ np.linalg.lstsq(x, y, rcond=None)[0]) ** 2))

    orders = list(permutations(range(len(fitted.names))))
    gain = np.zeros(len(fitted.names))
    for order in orders:
        columns = list(range(first))
        before = left(list(range(first)))
        for j in order:
            columns = [*columns, *(first + c for c in design.blocks.groups[j])]
            after = left(columns)
            gain[j] += before - after
            before = after
    return gain / gain.sum()


def test_shares_are_those_of_all_orders_on_the_groups_rows(company: Company) -> None:
    found = _figures(company.fitted, company.code)
    for place, group in enumerate(NAMES):
        by_hand = _by_orders(company.fitted, company.code == place)
        shares = [found[group, name].importance_share.value for name in company.fitted.names]
        assert shares == pytest.approx(by_hand, abs=1e-9)
        assert sum(shares) == pytest.approx(1.0, abs=1e-12)


def test_a_group_is_as_if_there_were_no_other_customers(tmp_path: Path) -> None:
    company = _company(draw(Plan(customers=3000, unanswered=0.0)), tmp_path)
    rare = np.isin(company.population.team, [0, 1, 2])
    code = np.where(
        rare & (company.code == 0), 1, company.code
    )  # three teams have nobody in the first group
    found = _figures(company.fitted, code)
    for place, group in enumerate(NAMES):
        ratings, population = _rows_only(company, np.flatnonzero(code == place))
        assert len(population.team_names) == 24 - 3 * (place == 0)
        alone = fit_moments(ratings, population, Settings()).importance.shares
        for name, expected in zip(company.fitted.names, alone, strict=True):
            share = found[group, name].importance_share
            assert (share.n, share.teams, share.df) == (expected.n, expected.teams, expected.df)
            assert (share.value, share.low, share.high) == pytest.approx(
                (expected.value, expected.low, expected.high), abs=1e-9
            )


def test_everybody_as_one_group_has_the_shares_of_the_whole(company: Company) -> None:
    found = _figures(company.fitted, np.zeros_like(company.code), ("All",))
    for name, whole in zip(company.fitted.names, company.fitted.importance.shares, strict=True):
        share = found["All", name].importance_share
        assert (share.value, share.low, share.high) == pytest.approx(
            (whole.value, whole.low, whole.high), abs=1e-9
        )


def test_neither_the_order_of_rows_nor_names_matter(company: Company) -> None:
    order = np.random.default_rng(3).permutation(len(company.code))
    ratings, population = _rows_only(company, order)
    shuffled = _figures(fit_moments(ratings, population, Settings()), company.code[order])
    swapped = _figures(company.fitted, 1 - company.code, NAMES[::-1])
    for key, figure in _figures(company.fitted, company.code).items():
        for other in (shuffled[key], swapped[key]):
            for figure_name in ("slope", "importance_share"):
                one = getattr(figure, figure_name)
                two = getattr(other, figure_name)
                assert (two.value, two.low, two.high) == pytest.approx(
                    (one.value, one.low, one.high), abs=1e-9
                )


def test_customers_in_no_group_change_nothing(company: Company) -> None:
    all_in = company.code
    some = np.where(company.code == 1, -1, company.code)
    whole = _figures(company.fitted, all_in)
    part = _figures(company.fitted, some, NAMES[:1])
    for name in company.fitted.names:
        assert part["Large", name].importance_share == whole["Large", name].importance_share


def test_shares_need_ten_answers_for_every_figure_and_thirty_ratings(company: Company) -> None:
    assert answers_carry(100, 10)
    assert not answers_carry(99, 10)
    blocks = company.fitted.design.blocks
    team = company.population.team
    spread = np.argsort(np.random.default_rng(1).random(len(team)), kind="stable")
    for size in (60, 140, 400):
        code = np.where(np.isin(np.arange(len(team)), spread[:size]), 0, 1)
        rated = blocks.answered[code == 0].sum(axis=0)
        teams = len(np.unique(team[code == 0]))
        enough = rated >= 30
        parameters = 2 + sum(len(g) for g, use in zip(blocks.groups, enough, strict=True) if use)
        found = _figures(company.fitted, code)
        shares = [found["Large", name].importance_share for name in blocks.names]
        carried = size - teams >= 10 * parameters
        for use, n, share in zip(enough, rated, shares, strict=True):
            why = "moment_few_answers" if not use else None if carried else "group_few_answers"
            assert (share.reason, share.n if why else n) == (why, n)
        if carried:
            assert sum(s.value for s in shares if not s.refused) == pytest.approx(1.0)
    assert {
        f.importance_share.reason
        for f in group_figures(
            company.fitted, [Grouping("team", team, company.population.team_names)], "GBP"
        )
    } == {"group_is_team"}


def test_a_group_of_one_score_has_no_shares(company: Company) -> None:
    metric = np.where(company.code == 0, 5.0, company.population.metric)
    population = dataclasses.replace(company.population, metric=metric)
    found = _figures(fit_moments(company.ratings, population, Settings()), company.code)
    assert {found["Large", n].importance_share.reason for n in company.fitted.names} == {
        "moment_no_variance"
    }
    assert not any(found["Small", n].importance_share.refused for n in company.fitted.names)


def test_errors_by_johnsons_folds_are_close_to_exact_ones(company: Company) -> None:
    cross = company.fitted.index.cross
    first = company.fitted.design.known.shape[1]
    groups = [[first + c for c in block] for block in company.fitted.design.blocks.groups]
    exact, near = (split_variation(cross, groups, range(first), most) for most in (4, 3))
    assert (exact.method, near.method) == ("exact", "exact_once")
    assert near.shares[0] == pytest.approx(exact.shares[0], abs=1e-12)
    errors = [np.asarray(jackknife(s.shares[1:], s.shares[0]).se) for s in (exact, near)]
    assert errors[1] == pytest.approx(errors[0], rel=0.1)


def test_ranges_hold_the_truth_of_groups_that_differ_and_not_that_of_all(tmp_path: Path) -> None:
    """Two groups of 12 companies that weigh moments the other way round; the truth is that of
    60,000 customers.
    """
    slopes = ((0.3, 0.1, 0.15, 0.3), (0.1, 0.35, 0.1, 0.3))
    truth = [
        _by_orders_of(Plan(customers=60_000, slope=s, answer=9.0, team_sd=0.0, seed=99), tmp_path)
        for s in slopes
    ]
    held = 0
    whole_held = 0
    checks = 0
    for seed in range(12):
        worlds = [draw(Plan(customers=1500, slope=s, seed=seed + 1)) for s in slopes]
        code = np.arange(1500) % 3 == 0
        mixed = dataclasses.replace(worlds[0], ease=np.where(code, worlds[0].ease, worlds[1].ease))
        company = _company(mixed, tmp_path / str(seed))
        found = _figures(company.fitted, company.code)
        for place, group in enumerate(NAMES):
            for j, name in enumerate(company.fitted.names):
                share = found[group, name].importance_share
                whole = company.fitted.importance.shares[j]
                held += share.low <= truth[place][j] <= share.high
                whole_held += whole.low <= truth[place][j] <= whole.high
                checks += 1
    assert checks == 96
    assert 0.80 <= held / checks <= 0.98  # 90 % within three standard errors
    assert whole_held / checks < 0.6


def _by_orders_of(plan: Plan, folder: Path) -> list[float]:
    world = draw(plan)
    world.churned[:] = (
        np.random.default_rng(0).random(plan.customers) < 0.2
    )  # who left plays no part
    company = _company(world, folder / str(plan.slope))
    return [s.value for s in company.fitted.importance.shares]
