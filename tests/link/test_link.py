"""The link end to end on companies of a known rule: figures, folds, draws, refusals."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from make_company import SCALE, Made, case_of, make

from cxcase.checks import Finding
from cxcase.intake import Case, Scale
from cxcase.link import FittedLink, Link, estimate_link, fit_link
from cxcase.link.data.factor_forms import form_of
from cxcase.report import words
from cxcase.settings import Settings
from cxcase.stats.logit import expit

WORTHS = (
    "one_point_of_cx",
    "one_point_of_cx_retention",
    "one_point_of_cx_expansion",
    "one_point_of_ex_through_cx",
)
EFFECTS = (
    "ex_to_cx",
    "ex_to_cx_corrected",
    "cx_to_churn",
    "ex_to_churn_total",
    "ex_to_churn_through_cx",
    "cx_to_nrr",
)


@pytest.fixture(scope="module")
def made() -> Made:
    return make(5, teams=20, customers=4000)


@pytest.fixture(scope="module")
def case(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Case:
    return case_of(made.frames, tmp_path_factory.mktemp("case"))


@pytest.fixture(scope="module")
def fitted(case: Case) -> FittedLink:
    return fit_link(case, Settings())


@pytest.fixture(scope="module")
def link(fitted: FittedLink) -> Link:
    return fitted.link


def codes(link: Link) -> set[str]:
    return {finding.code for finding in link.findings}


def finding(link: Link, code: str) -> Finding:
    return next(f for f in link.findings if f.code == code)


def effect(link: Link, id: str):
    found = link.effect(id)
    assert found is not None
    return found.estimate


def worth(link: Link, id: str):
    found = link.worth_of(id)
    assert found is not None
    return found


def changed(made: Made, **columns) -> dict[str, pd.DataFrame]:
    """The frames with columns of `customers` replaced by what a function of the frame gives."""
    customers = made.frames["customers"]
    return made.frames | {
        "customers": customers.assign(
            **{name: make_it(customers) for name, make_it in columns.items()}
        )
    }


# ---- what comes out ------------------------------------------------------------------------------


def test_every_figure_of_the_contract_is_there_with_unit_interval_and_population(link: Link):
    assert tuple(e.id for e in link.effects) == EFFECTS
    assert tuple(w.id for w in link.worth) == WORTHS
    for estimate in [e.estimate for e in link.effects] + [w.estimate for w in link.worth]:
        assert estimate.low < estimate.value < estimate.high
        assert estimate.level == 0.9
        assert estimate.n
        assert estimate.teams
        assert estimate.unit
    assert {e.claim for e in link.effects} == {"associated with"}
    assert link.refused is None


def test_the_figures_are_near_what_was_built_in(made: Made, link: Link):
    for estimate, true in (
        (effect(link, "cx_to_churn"), made.true_ame),
        (worth(link, "one_point_of_cx_retention"), made.true_retention),
        (worth(link, "one_point_of_cx"), made.true_worth),
        (effect(link, "ex_to_cx_corrected"), made.true_ex_to_cx),
    ):
        assert abs(estimate.value - true) < (estimate.high - estimate.low)


def test_retention_and_expansion_add_up_exactly_and_nrr_is_worth_over_revenue(
    case: Case, link: Link
):
    total = worth(link, "one_point_of_cx").value
    parts = (
        worth(link, "one_point_of_cx_retention").value
        + worth(link, "one_point_of_cx_expansion").value
    )
    assert parts == pytest.approx(total, rel=1e-14)
    assert effect(link, "cx_to_nrr").value == pytest.approx(
        total / case.base.revenue_start, rel=1e-12
    )


def test_expansion_counts_the_teams_its_slope_rests_on(link: Link, tmp_path: Path):
    """A straight line's slope with uneven teams: Satterthwaite's degrees of freedom, not teams less
    one.
    """
    gained = worth(link, "one_point_of_cx_expansion")
    kept = worth(link, "one_point_of_cx_retention")
    assert kept.df == 19
    assert 5 < gained.df < 17
    uneven = make(5, teams=20, customers=4000)
    third = uneven.frames["customers"].index % 3 == 0
    frames = changed(uneven, team=lambda f: f["team"].mask(third, "Team 0"))
    assert (
        worth(estimate_link(case_of(frames, tmp_path), Settings()), "one_point_of_cx_expansion").df
        < gained.df
    )


def test_population_adds_up_to_the_ledger_in_full_and_in_every_fold(case: Case, fitted: FittedLink):
    p = fitted.population
    customers = case.table("customers")
    assert p.weight.sum() == pytest.approx(case.base.customers, rel=1e-12)
    assert p.revenue.sum() == pytest.approx(case.base.revenue_start, rel=1e-12)
    assert p.churned_revenue == pytest.approx(case.base.churned_revenue, rel=1e-12)
    for g, name in enumerate(p.team_names):
        rest = customers[customers["team"] != name]
        assert p.fold_weight[g].sum() == pytest.approx(len(rest), rel=1e-12)
        assert p.fold_revenue[g].sum() == pytest.approx(rest["revenue_start"].sum(), rel=1e-12)
        assert p.churned_revenue_fold[g] == pytest.approx(
            rest.loc[rest["churned"], "revenue_start"].sum(), rel=1e-12
        )
        assert (p.fold_weight[g, p.team == g] == 0).all()
    rows = case.table("responses").iloc[p.rows]
    assert (rows["ease"].to_numpy() == p.metric).all()
    joined = customers.set_index("customer_id").loc[rows["customer_id"]]
    assert (joined["team"].to_numpy() == np.array(p.team_names)[p.team]).all()
    assert (joined["churned"].to_numpy() == p.churned).all()
    assert (p.weight @ p.controls) == pytest.approx(np.zeros(p.controls.shape[1]), abs=1e-6)


def test_each_response_knows_its_customers_row_and_stands_with_its_team(
    case: Case, fitted: FittedLink
):
    p = fitted.population
    customers = case.table("customers")
    responses = case.table("responses")
    assert (
        customers["customer_id"].iloc[p.customers].tolist()
        == responses["customer_id"].iloc[p.rows].tolist()
    )
    assert (p.customers != p.rows).any()
    assert customers["team"].iloc[p.customers].tolist() == [p.team_names[code] for code in p.team]
    assert customers["churned"].iloc[p.customers].tolist() == p.churned.tolist()
    assert (np.diff(p.team) >= 0).all()
    assert (np.diff(p.rows)[np.diff(p.team) == 0] > 0).all()


def test_a_fold_is_the_company_without_that_team(
    made: Made, fitted: FittedLink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """The one-step folds against estimating anew from files without the team: what the jackknife
    stands on. The known factors' form is held.
    """
    p = fitted.population
    held = {"tenure_months": "spline_2", "log_revenue": "log"}
    monkeypatch.setattr(
        "cxcase.link.data.population.choose_forms",
        lambda columns, *_: [form_of(columns, name, form) for name, form in held.items()],
    )
    from cxcase.link.data.population import know_everyone, take_sample
    from cxcase.link.models.churn import fit_churn, fit_expansion, short_model
    from cxcase.link.worth.g_computation import price

    def money_of(frames, folder):
        case = case_of(frames, folder)
        sample, short = short_model(
            take_sample(case, "ease", know_everyone(case, "ease", Settings()))
        )
        churn, population = fit_churn(sample.population, short)
        return price(population, churn, fit_expansion(sample, churn), SCALE)

    whole = money_of(made.frames, tmp_path / "whole")
    effect_folds = whole.average_effect().folds
    worth_folds = whole.worth(1.0)
    spread = (
        np.ptp(effect_folds),
        np.ptp(worth_folds.retention.folds),
        np.ptp(worth_folds.best.folds),
    )
    total = p.revenue.sum()
    for g in (0, 7, len(p.team_names) - 1):
        rest = {
            "customers": made.frames["customers"].query("team != @p.team_names[@g]"),
            "cx": made.frames["cx"],
            "ex": made.frames["ex"],
        }
        anew = money_of(rest, tmp_path / f"without{g}")
        scale = total / anew.population.revenue.sum()
        assert anew.average_effect().value == pytest.approx(effect_folds[g], abs=0.05 * spread[0])
        assert anew.worth(1.0).retention.value * scale == pytest.approx(
            worth_folds.retention.folds[g], abs=0.05 * spread[1]
        )
        assert anew.worth(1.0).best.value * scale == pytest.approx(
            worth_folds.best.folds[g], abs=0.05 * spread[2]
        )


def test_a_point_is_capped_and_leaves_the_team_mean_where_it_is(link: Link, fitted: FittedLink):
    """g-computation written out again, straight from the definition."""
    p = fitted.population
    assert p.within
    from cxcase.link.models.churn import design, fit_weighted

    x, _ = design(p)
    beta = fit_weighted(x, p.churned.astype(float), p.weight / p.weight.mean(), p).beta
    now = x @ beta + link.ledger_shift
    up = x.copy()
    up[:, 1] = np.minimum(p.metric + 1, 10)
    kept = p.revenue @ (expit(now) - expit(up @ beta + link.ledger_shift))
    assert p.revenue @ expit(now) == pytest.approx(p.churned_revenue, abs=0.005)
    assert worth(link, "one_point_of_cx_retention").value == pytest.approx(kept, rel=1e-12)


def test_printed_intervals_and_draws_agree(link: Link):
    for estimate, draws in (
        (worth(link, "one_point_of_cx_retention"), link.curve.per_point_draws),
        (effect(link, "ex_to_cx"), link.ex_to_cx_draws),
    ):
        low, high = np.quantile(draws, [0.05, 0.95])
        width = estimate.high - estimate.low
        assert abs(low - estimate.low) < 0.02 * width
        assert abs(high - estimate.high) < 0.02 * width


def test_the_curve_is_concave_prices_one_point_and_tops_out(link: Link, fitted: FittedLink):
    curve = link.curve
    assert curve.name == "ease"
    assert float(curve.h(1.0)) == pytest.approx(1.0)
    assert curve.lifts[-1] == SCALE.high - SCALE.low
    assert (np.diff(np.diff(curve.shape) / np.diff(curve.lifts)) <= 1e-12).all()
    assert float(curve.h(-0.5)) == pytest.approx(-0.5 * curve.shape[1] / curve.lifts[1])
    assert curve.per_point == worth(link, "one_point_of_cx_retention")
    p = fitted.population
    assert curve.headroom == pytest.approx(10 - np.average(p.metric, weights=p.weight))
    assert curve.per_point.value * curve.shape[-1] < p.churned_revenue


def test_indirect_effect_is_the_product_and_is_claimed_only_when_both_paths_are_clear(
    link: Link, tmp_path: Path
):
    through = link.effect("ex_to_churn_through_cx")
    product = effect(link, "ex_to_cx").value * effect(link, "cx_to_churn").value
    assert through.estimate.value == pytest.approx(product, rel=0.15)
    assert through.checks == ("both_paths_exclude_zero",)
    noise = make(5, teams=20, customers=4000)
    noise.frames["ex"]["mean"] = np.random.default_rng(0).permutation(noise.frames["ex"]["mean"])
    shuffled = estimate_link(case_of(noise.frames, tmp_path), Settings())
    assert not effect(shuffled, "ex_to_cx").excludes_zero
    assert shuffled.effect("ex_to_churn_through_cx").checks == ("paths_not_both_clear",)
    assert "chain_unclear" in codes(shuffled)


def test_one_point_of_ex_is_one_point_of_cx_times_what_it_brings(link: Link):
    per_ex = worth(link, "one_point_of_ex_through_cx")
    per_cx = worth(link, "one_point_of_cx")
    assert per_ex.value == pytest.approx(per_cx.value * effect(link, "ex_to_cx").value, rel=0.15)
    assert per_ex.high - per_ex.low > (per_cx.high - per_cx.low) * effect(link, "ex_to_cx").value


def test_dose_and_responder_table(case: Case, link: Link, fitted: FittedLink):
    assert sum(row[1] for row in link.dose) == len(fitted.population.rows)
    for score, _, churn, low, high, fitted in link.dose:
        assert 0 <= low <= churn <= high <= 1
        assert 0 < fitted < 1
        assert SCALE.low <= score <= SCALE.high
    table = {row[0]: row[1:] for row in link.responder_table}
    assert table["churned"][0] == pytest.approx(case.base.responder_churn)
    assert table["churned"][1] == pytest.approx(case.base.logo_churn)
    assert table["revenue_start"][1] == pytest.approx(case.base.revenue_start / case.base.customers)
    assert table["tenure_months"][1] == pytest.approx(
        case.table("customers")["tenure_months"].mean()
    )


# ---- the same whatever does not matter -----------------------------------------------------------


def figures(link: Link) -> list[float]:
    everything = [e.estimate for e in link.effects] + [w.estimate for w in link.worth]
    return [v for estimate in everything for v in (estimate.value, estimate.low, estimate.high)]


def ends(e) -> list[float]:
    return [e.value, e.low, e.high]


def test_same_inputs_give_the_same_bytes(case: Case, link: Link):
    again = estimate_link(case, Settings())
    assert again.key == link.key
    assert figures(again) == figures(link)
    assert (again.curve.per_point_draws == link.curve.per_point_draws).all()


def test_row_order_and_team_names_change_nothing(made: Made, link: Link, tmp_path: Path):
    new = {f"Team {g}": f"{(7 * g) % 20:02d} depot" for g in range(20)}
    frames = {
        "customers": made.frames["customers"]
        .assign(team=lambda f: f["team"].map(new))
        .sample(frac=1, random_state=1),
        "cx": made.frames["cx"].sample(frac=1, random_state=2),
        "ex": made.frames["ex"]
        .assign(team=lambda f: f["team"].map(new))
        .sample(frac=1, random_state=3),
    }
    other = estimate_link(case_of(frames, tmp_path), Settings())
    assert figures(other) == pytest.approx(figures(link), rel=1e-9)


def test_pounds_or_pennies_and_another_scale(made: Made, link: Link, tmp_path: Path):
    frames = changed(
        made,
        revenue_start=lambda f: f["revenue_start"] * 100,
        revenue_end=lambda f: f["revenue_end"] * 100,
    )
    frames["cx"] = made.frames["cx"].assign(ease=lambda f: 10 * f["ease"] + 3)
    refit = fit_link(case_of(frames, tmp_path, ease=Scale(3.0, 103.0)), Settings())
    other = refit.link
    assert effect(other, "cx_to_churn").value == pytest.approx(
        effect(link, "cx_to_churn").value / 10, rel=1e-9
    )
    assert effect(other, "ex_to_cx").value == pytest.approx(
        effect(link, "ex_to_cx").value * 10, rel=1e-9
    )
    for id in EFFECTS[:-1]:  # every figure of an EX point or a score point, its ends too
        per = {"cx_to_churn": 0.1, "ex_to_cx": 10, "ex_to_cx_corrected": 10}.get(id, 1)
        assert ends(effect(other, id)) == pytest.approx(
            [per * end for end in ends(effect(link, id))], rel=1e-9
        )
    ten = refit.what_if.score(10.0).worth
    assert ends(ten) == pytest.approx(
        [100 * end for end in ends(worth(link, "one_point_of_cx"))], rel=1e-9
    )
    one = worth(other, "one_point_of_ex_through_cx").value
    assert one == pytest.approx(100 * worth(link, "one_point_of_ex_through_cx").value, rel=1e-9)


def test_the_unit_of_money_changes_money_alone(made: Made, link: Link, tmp_path: Path):
    frames = changed(
        made,
        revenue_start=lambda f: f["revenue_start"] * 10,
        revenue_end=lambda f: f["revenue_end"] * 10,
    )
    other = estimate_link(case_of(frames, tmp_path), Settings())
    for id in EFFECTS:
        assert effect(other, id).value == pytest.approx(effect(link, id).value, rel=1e-9)
    for id in WORTHS:
        assert worth(other, id).value == pytest.approx(10 * worth(link, id).value, rel=1e-9)


def test_key_follows_the_settings_that_matter(case: Case, link: Link):
    assert estimate_link(case, Settings(seed=1)).key != link.key
    assert estimate_link(case, Settings(margin=0.2)).key == link.key


# ---- why the method is what it is ----------------------------------------------------------------


def test_team_confounding_misleads_the_pooled_slope_not_the_headline(tmp_path: Path):
    made = make(3, teams=30, customers=8000, confounded=0.4)
    link = estimate_link(case_of(made.frames, tmp_path), Settings())
    headline = effect(link, "cx_to_churn")
    pooled = finding(link, "pooled_beside").params["pooled"]
    assert headline.low < made.true_ame < headline.high
    assert abs(pooled / made.true_ame - 1) > 2 * abs(headline.value / made.true_ame - 1)
    assert pooled < made.true_ame * 1.1


def test_unweighted_figures_are_far_too_small_when_leavers_are_quiet(tmp_path: Path):
    made = make(2, teams=30, customers=8000, leavers_quiet=1.5)
    fitted = fit_link(case_of(made.frames, tmp_path), Settings())
    headline = effect(fitted.link, "cx_to_churn")
    p = fitted.population
    x = np.column_stack([np.ones(len(p.metric)), p.metric])
    from cxcase.stats.logit import fit_logit, row_pass

    beta = fit_logit(
        row_pass(x, p.churned.astype(float), np.ones(len(x)), p.team, len(p.team_names)), 2
    ).beta
    chance = expit(x @ beta)
    unweighted = beta[1] * np.mean(chance * (1 - chance))
    assert headline.low < made.true_ame < headline.high
    assert unweighted / made.true_ame < 0.7
    assert unweighted > headline.high
    assert finding(fitted.link, "responders_leave_less").status == "review"


# ---- weak and impossible data --------------------------------------------------------------------


def refused_link(
    frames: dict[str, pd.DataFrame], folder: Path, settings: Settings | None = None
) -> Link:
    return estimate_link(case_of(frames, folder, settings), settings or Settings())


def weak_fit(
    frames: dict[str, pd.DataFrame], folder: Path, settings: Settings | None = None
) -> FittedLink:
    return fit_link(case_of(frames, folder, settings), settings or Settings())


def all_refused(link: Link, code: str) -> bool:
    everything = [
        e.estimate for e in link.effects if e.id not in ("ex_to_cx", "ex_to_cx_corrected")
    ]
    everything += [w.estimate for w in link.worth]
    return link.refused == code and link.curve is None and {e.reason for e in everything} == {code}


def test_no_survey_no_overlap_no_score(made: Made, tmp_path: Path):
    frames = made.frames
    without = {"customers": frames["customers"], "ex": frames["ex"]}
    assert all_refused(refused_link(without, tmp_path / "a"), "no_cx")
    strangers = frames | {"cx": frames["cx"].assign(customer_id=lambda f: "X" + f["customer_id"])}
    assert all_refused(refused_link(strangers, tmp_path / "b"), "no_overlap")
    empty = frames | {"cx": frames["cx"].assign(ease=np.nan)}
    assert all_refused(refused_link(empty, tmp_path / "c"), "no_metric")
    assert all_refused(
        refused_link({"cx": frames["cx"], "ex": frames["ex"]}, tmp_path / "d"), "no_customers"
    )
    early = Settings(start=dt.date(1990, 1, 1))
    dated = frames | {"cx": frames["cx"].assign(responded_at=pd.Timestamp("2025-01-31"))}
    assert all_refused(refused_link(dated, tmp_path / "e", early), "no_response_in_time")


def test_nobody_or_everybody_left_still_shows_what_engagement_goes_with(made: Made, tmp_path: Path):
    nobody = refused_link(changed(made, churned=lambda f: f["churned"] & False), tmp_path / "a")
    assert all_refused(nobody, "no_churn")
    assert effect(nobody, "ex_to_cx").value is not None
    assert nobody.ex_to_cx_draws is not None
    everybody = refused_link(
        changed(made, churned=lambda f: f["churned"] | True, revenue_end=lambda f: 0.0),
        tmp_path / "b",
    )
    assert all_refused(everybody, "all_churned")


def test_ten_who_left_are_enough_and_nine_are_not(made: Made, tmp_path: Path):
    answered = made.frames["customers"]["customer_id"].isin(made.frames["cx"]["customer_id"])

    def first(count):
        return lambda f: (
            answered & (answered.cumsum() * 1.0 % 90 == 0) & ((answered.cumsum() // 90) <= count)
        )

    nine = refused_link(changed(made, churned=first(9)), tmp_path / "a")
    assert all_refused(nine, "too_few_events")
    rate = next(f.params for f in nine.findings if f.code == "rate_only")
    assert rate["lost"] == 9
    low, high = rate["range"]
    assert 0 < low < rate["share"] < high < 0.01
    assert "9 of" in words.finding(next(f for f in nine.findings if f.code == "rate_only")).what
    ten = refused_link(changed(made, churned=first(10)), tmp_path / "b")
    assert ten.refused is None
    assert {"short_model", "few_events_per_parameter"} <= codes(ten)


def test_everybody_gave_the_same_score(made: Made, tmp_path: Path):
    link = refused_link(made.frames | {"cx": made.frames["cx"].assign(ease=9.0)}, tmp_path)
    assert all_refused(link, "no_variation")
    assert effect(link, "ex_to_cx").reason == "no_variation"


@pytest.mark.parametrize(
    ("teams", "expected", "ex"),
    [
        (2, "very_few_teams", "few_teams"),
        (5, "very_few_teams", "few_teams"),
        (6, "directional", None),
    ],
)
def test_few_teams(teams: int, expected: str, ex: str | None, tmp_path: Path):
    fitted = weak_fit(make(1, teams=teams, customers=2000).frames, tmp_path)
    link = fitted.link
    assert expected in codes(link)
    assert effect(link, "ex_to_cx").reason == ex
    assert effect(link, "cx_to_churn").df == teams - 1
    assert (
        len(link.diagnosis.teams) == teams
    )  # teams can be looked at, whether or not there is a line
    assert [t.ex for t in link.diagnosis.teams] == sorted(t.ex for t in link.diagnosis.teams)
    assert fitted.population.within == (teams >= 6)
    assert link.effect("cx_to_churn").method == (
        "logit_within_jackknife" if teams >= 6 else "logit_pooled_jackknife"
    )
    assert worth(link, "one_point_of_ex_through_cx").reason == ex


def test_eleven_teams_are_directional_and_twelve_are_not(tmp_path: Path):
    eleven = refused_link(make(4, teams=11, customers=2500).frames, tmp_path / "a")
    twelve = refused_link(make(4, teams=12, customers=2500).frames, tmp_path / "b")
    assert {"directional", "ex_directional"} <= codes(eleven)
    assert not {"directional", "ex_directional"} & codes(twelve)


def test_one_team_gives_customer_level_errors_and_no_ex(made: Made, tmp_path: Path):
    fitted = weak_fit(changed(made, team=lambda f: "North"), tmp_path)
    link = fitted.link
    assert "one_team_only" in codes(link)
    assert fitted.population.dealt
    assert not fitted.population.within
    assert effect(link, "ex_to_cx").reason == "one_team"
    estimate = effect(link, "cx_to_churn")
    # groups dealt for the jackknife are no teams
    assert {e.estimate.teams for e in (*link.effects, *link.worth)} == {None}
    p = fitted.population
    x = np.column_stack([np.ones(len(p.metric)), p.metric, p.controls])
    from cxcase.stats.logit import fit_logit, row_pass

    w = p.weight / p.weight.mean()
    fit = fit_logit(row_pass(x, p.churned.astype(float), w, np.arange(len(x)), len(x)), x.shape[1])
    robust = np.sqrt(np.sum((fit.score @ fit.inverse[:, 1]) ** 2)) / abs(fit.beta[1])
    half = (estimate.high - estimate.low) / 2 / abs(estimate.value)
    assert half == pytest.approx(1.67 * robust, rel=0.35)


def test_a_fifth_without_a_team_is_left_out_more_means_no_teams(made: Made, tmp_path: Path):
    heard = made.frames["customers"]["customer_id"].isin(made.frames["cx"]["customer_id"])
    rank = heard.cumsum().where(heard, 0)
    fifth = rank % 5 == 1
    more = rank % 4 == 1
    left_out = weak_fit(changed(made, team=lambda f: f["team"].mask(fifth)), tmp_path / "a")
    assert finding(left_out.link, "team_unknown").params["count"] == int(fifth.sum())
    assert not left_out.population.dealt
    assert len(left_out.population.rows) == int(heard.sum() - fifth.sum())
    no_teams = weak_fit(changed(made, team=lambda f: f["team"].mask(more)), tmp_path / "b")
    assert "team_mostly_unknown" in codes(no_teams.link)
    assert no_teams.population.dealt
    assert len(no_teams.population.rows) == int(heard.sum())


def test_without_ex_the_rest_stands(made: Made, link: Link, tmp_path: Path):
    bare = refused_link({k: made.frames[k] for k in ("customers", "cx")}, tmp_path / "a")
    assert effect(bare, "ex_to_cx").reason == "no_ex"
    assert worth(bare, "one_point_of_ex_through_cx").reason == "no_ex"
    assert worth(bare, "one_point_of_cx") == worth(link, "one_point_of_cx")
    elsewhere = made.frames | {"ex": made.frames["ex"].assign(team=lambda f: "Other " + f["team"])}
    assert effect(refused_link(elsewhere, tmp_path / "b"), "ex_to_cx").reason == "ex_no_overlap"


def test_noisy_engagement_is_not_corrected(made: Made, tmp_path: Path):
    ex = made.frames["ex"]
    spread = float(ex["mean"].std())

    def reliability(
        noise,
    ):  # sd of answers that makes the mean sampling variance `noise` of the variance of means
        return ex.assign(sd=np.sqrt(noise * spread**2 * ex["n"]))

    noisy = refused_link(made.frames | {"ex": reliability(0.501)}, tmp_path / "a")
    assert effect(noisy, "ex_to_cx_corrected").reason == "reliability_low"
    assert noisy.team_reliability == pytest.approx(0.499)
    assert "ex_reliability_low" in codes(noisy)
    enough = refused_link(made.frames | {"ex": reliability(0.499)}, tmp_path / "b")
    raw = effect(enough, "ex_to_cx")
    corrected = effect(enough, "ex_to_cx_corrected")
    assert corrected.value == pytest.approx(raw.value / 0.501, rel=1e-9)
    unknown = refused_link(made.frames | {"ex": ex.assign(sd=np.nan)}, tmp_path / "c")
    assert effect(unknown, "ex_to_cx_corrected").reason == "reliability_unknown"


def test_without_end_revenue_a_point_is_worth_what_is_kept(made: Made, link: Link, tmp_path: Path):
    frames = made.frames | {"customers": made.frames["customers"].drop(columns="revenue_end")}
    bare = refused_link(frames, tmp_path)
    assert "no_revenue_end" in codes(bare)
    assert (link.counts, bare.counts) == (
        "both",
        "kept",
    )  # so that nothing is called gained that was not counted
    assert worth(bare, "one_point_of_cx_expansion").reason == "no_revenue_end"
    assert effect(bare, "cx_to_nrr").reason == "no_revenue_end"
    assert worth(bare, "one_point_of_cx").value == pytest.approx(
        worth(link, "one_point_of_cx_retention").value
    )
    assert worth(bare, "one_point_of_cx") == worth(bare, "one_point_of_cx_retention")


def test_a_score_that_decides_churn_by_itself_is_a_leak(made: Made, tmp_path: Path):
    left = made.frames["customers"].set_index("customer_id")["churned"]
    cx = made.frames["cx"]
    decided = (
        cx["ease"]
        .where(~cx["customer_id"].map(left), 0.0)
        .clip(lower=1)
        .where(~cx["customer_id"].map(left), 0.0)
    )
    link = refused_link(made.frames | {"cx": cx.assign(ease=decided)}, tmp_path)
    assert finding(link, "leak").status == "fail"
    assert finding(link, "leak").params["share"] > 0.99
    assert all_refused(link, "leak")
    assert effect(link, "ex_to_cx").value is not None


def test_a_scale_the_wrong_way_round_is_noticed(made: Made, tmp_path: Path):
    link = refused_link(
        made.frames | {"cx": made.frames["cx"].assign(ease=lambda f: 10 - f["ease"])}, tmp_path
    )
    assert "wrong_direction" in codes(link)
    assert worth(link, "one_point_of_cx_retention").value < 0
    assert (link.curve.shape >= 0).all()


def test_few_responders_are_not_weighted(made: Made, tmp_path: Path):
    few = weak_fit(made.frames | {"cx": made.frames["cx"].iloc[:199]}, tmp_path)
    assert "weights_off" in codes(few.link)  # 199 of 4,000 is under 5 %
    assert np.ptp(few.population.weight) == 0


def test_a_large_team_and_a_large_customer_are_named_as_findings(made: Made, tmp_path: Path):
    everywhere = np.arange(4000) % 3 == 0
    frames = changed(
        made,
        team=lambda f: f["team"].mask(everywhere, "Team 0"),
        revenue_start=lambda f: f["revenue_start"].mask(f.index == made.frames["cx"].index[0], 3e7),
    )
    first = made.frames["customers"]["customer_id"] == made.frames["cx"]["customer_id"].iloc[3]
    frames["customers"]["revenue_start"] = frames["customers"]["revenue_start"].mask(first, 3e7)
    as_they_are = Settings(decisions={"outlier_revenue": "keep"})
    link = refused_link(frames, tmp_path, as_they_are)
    assert {"large_team", "one_customer"} <= codes(link)
    share = finding(link, "large_team").params
    assert share["low"] <= effect(link, "cx_to_churn").value <= share["high"]


def test_missing_controls_are_imputed_and_named_controls_used(made: Made, tmp_path: Path):
    settings = Settings(controls=("region", "size"))
    rng = np.random.default_rng(0)
    frames = changed(
        made,
        tenure_months=lambda f: f["tenure_months"].mask(f.index % 5 == 0),
        region=lambda f: rng.choice(["N", "S"], len(f)),
        size=lambda f: rng.normal(size=len(f)),
    )
    fitted = weak_fit(frames, tmp_path, settings)
    assert {"tenure_months", "tenure_months:missing", "size", "log_revenue"} <= set(
        fitted.population.control_names
    )
    assert any(name.startswith("region:") for name in fitted.population.control_names)
    assert finding(fitted.link, "control_imputed").params["share"] == pytest.approx(0.2)


def test_asking_for_a_metric_nobody_answered(made: Made, tmp_path: Path):
    link = refused_link(made.frames, tmp_path, Settings(metric="nps"))
    assert link.metric == "ease"
    assert finding(link, "metric_not_answered").params == {"asked": "nps", "used": "ease"}


def test_large_customers_who_leave_more_than_the_model_says_move_the_ledger(
    made: Made, tmp_path: Path
):
    """Large customers who did not answer all leave: no model of who did can follow, so the odds
    must be shifted.
    """
    heard = set(made.frames["cx"]["customer_id"])
    largest = lambda f: (  # noqa: E731
        (f["revenue_start"].rank(ascending=False) <= 200) & ~f["customer_id"].isin(heard)
    )
    frames = changed(
        made,
        churned=lambda f: f["churned"] | largest(f),
        revenue_end=lambda f: f["revenue_end"].where(~largest(f), 0.0),
    )
    link = refused_link(frames, tmp_path)
    assert link.ledger_shift > 0.2
    assert finding(link, "ledger_shift").params["shift"] == link.ledger_shift
    assert [b.of for b in link.diagnosis.alternatives if b.id == "by_revenue"] == [
        "one_point_of_cx_retention"
    ]


def test_a_slope_that_goes_with_revenue_is_found_where_the_headline_misses_it(
    made: Made, tmp_path: Path
):
    """Large customers who rated low leave far more often than small ones; truth from the very
    chances drawn from.
    """
    customers = made.frames["customers"]
    rng = np.random.default_rng(4)
    score = customers["customer_id"].map(made.frames["cx"].set_index("customer_id")["ease"])
    score = score.fillna(
        pd.Series(
            np.clip(np.rint(rng.normal(6.6, 2, len(customers))), 0, 10), index=customers.index
        )
    )
    size = np.log(customers["revenue_start"])
    size = (size - size.mean()) / size.std()
    line = lambda c: -1.9 + 0.9 * size - (0.15 + 0.25 * size) * (c - 6.6)  # noqa: E731
    churned = rng.uniform(size=len(customers)) < expit(line(score))
    up = np.minimum(score + 1, 10.0)
    truth = float(customers["revenue_start"] @ (expit(line(score)) - expit(line(up))))
    link = refused_link(
        changed(
            made, churned=lambda f: churned, revenue_end=lambda f: f["revenue_start"] * ~churned
        ),
        tmp_path,
    )
    assert abs(link.ledger_shift) < 0.2  # the ledger alone does not give it away
    assert finding(link, "slope_by_revenue").status == "review"
    sized = next(b.estimate for b in link.diagnosis.alternatives if b.id == "by_revenue")
    assert sized.low < truth < sized.high
    assert (
        not worth(link, "one_point_of_cx_retention").low
        < truth
        < worth(link, "one_point_of_cx_retention").high
    )


def test_a_customer_who_grew_out_of_all_proportion(made: Made, tmp_path: Path):
    stayed = made.frames["customers"].query("not churned")
    heard = stayed["customer_id"].isin(made.frames["cx"]["customer_id"])
    one = stayed.index[heard][0]
    frames = changed(
        made, revenue_end=lambda f: f["revenue_end"].mask(f.index == one, 11 * f["revenue_start"])
    )
    assert finding(refused_link(frames, tmp_path), "expansion_outlier").params[
        "ratio"
    ] == pytest.approx(11)


def test_churn_confined_to_a_few_low_scores_is_no_straight_line(made: Made, tmp_path: Path):
    rng = np.random.default_rng(1)
    cx = made.frames["cx"].assign(ease=lambda f: f["ease"].where(f["ease"] < 5, 10.0))
    score = (
        made.frames["customers"]["customer_id"]
        .map(cx.set_index("customer_id")["ease"])
        .fillna(10.0)
    )
    chance = expit(-3.5 + 0.4 * (10 - score))
    frames = changed(made, churned=lambda f: rng.uniform(size=len(f)) < chance) | {"cx": cx}
    params = finding(refused_link(frames, tmp_path), "straight_line_differs").params
    assert params["line"] < params["logit"] < 0


def test_a_fine_scale_is_shown_in_tenths(made: Made, tmp_path: Path):
    rng = np.random.default_rng(0)
    cx = made.frames["cx"].assign(
        ease=lambda f: np.clip(10 * f["ease"] + rng.uniform(-5, 5, len(f)), 0, 100)
    )
    link = estimate_link(
        case_of(made.frames | {"cx": cx}, tmp_path, ease=Scale(0.0, 100.0)), Settings()
    )
    scores = [row[0] for row in link.dose]
    assert scores == pytest.approx([s for s in range(5, 100, 10) if s in scores])
    assert len(scores) > 6
    assert sum(row[1] for row in link.dose) == len(cx)


# ---- words ---------------------------------------------------------------------------------------


def test_every_code_of_the_stage_has_its_words(link: Link):
    source = "\n".join(p.read_text() for p in Path("cxcase/link").rglob("*.py"))
    found = set(re.findall(r'_finding\([^,]+,\s*"(\w+)"', source)) | set(
        re.findall(r'Finding\("\w+", "(\w+)"', source)
    )
    found |= {
        "responders_leave_less",
        "responders_leave_more",
        "responders_alike",
        "large_team",
        "one_team_leads",
        "team_mostly_unknown",
    }
    found |= {
        "no_team_known",
        "revenue_end_differs",
        "revenue_end_met",
        "chain_holds",
        "chain_unclear",
    }
    assert len(found) > 30
    for code in found:
        assert words.has(f"finding.{code}.what"), code
        assert words.has(f"finding.{code}.do"), code
    for e in link.effects:
        assert words.has(f"method.{e.method}.text")
    for f in link.findings:
        assert words.finding(replace(f)).what
    reasons = [
        "no_customers",
        "no_cx",
        "no_metric",
        "no_overlap",
        "no_churn",
        "all_churned",
        "too_few_events",
    ]
    reasons += [
        "no_variation",
        "no_ex",
        "ex_no_overlap",
        "ex_no_variation",
        "one_team",
        "few_teams",
        "reliability_low",
    ]
    for code in [*reasons, "reliability_unknown", "no_revenue_end", "expansion_unknown"]:
        assert words.reason(code).text != words.reason("unknown").text, code
