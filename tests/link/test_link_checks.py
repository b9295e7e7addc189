"""What stands beside the link's headlines: other readings, confirmations, fit, who answered, dates,
other metrics.
"""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from make_company import SCALE, Made, case_of, make

from cxcase.intake import Case, Scale
from cxcase.link import FittedLink, Link, estimate_link, fit_link
from cxcase.link.checks.alternative_estimates import rating_step
from cxcase.link.data.leakage import look_for_leak
from cxcase.report import words
from cxcase.settings import Settings
from cxcase.stats.logit import expit


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


def headline(link: Link, id: str = "cx_to_churn"):
    found = link.effect(id)
    assert found is not None
    return found.estimate


def beside(link: Link, id: str):
    return next(b.estimate for b in link.diagnosis.alternatives if b.id == id)


def codes(link: Link) -> set[str]:
    return {finding.code for finding in link.findings}


def width(estimate) -> float:
    return estimate.high - estimate.low


def with_dates(case: Case, months: np.ndarray) -> Case:
    """The case with dates of leaving: months (N,) after t0 for those who left."""
    customers = case.table("customers")
    start = pd.Timestamp(case.base.t0)
    days = np.where(customers["churned"], np.floor((months - 0.5) * 365.25 / 12), np.nan)
    customers["churn_date"] = start + pd.to_timedelta(days, unit="D")
    customers.to_parquet(case.folder / "customers.parquet", index=False)
    return case


# ---- other readings of the slope -----------------------------------------------------------------


def test_each_reading_has_an_interval_near_the_headline_and_its_words(link: Link):
    ids = {b.id for b in link.diagnosis.alternatives}
    assert {"pooled", "unweighted", "rounding", "spline", "straight_line"} <= ids
    main = headline(link)
    for item in link.diagnosis.alternatives:
        assert item.estimate.low < item.estimate.value < item.estimate.high
        if item.of != "cx_to_churn":
            continue
        assert words.has(f"chart.readings.{item.id}")
        assert abs(item.estimate.value / main.value - 1) < 0.5
        assert 0.6 < width(item.estimate) / width(main) < 1.7


def test_pooled_is_the_logit_without_team_means(link: Link, fitted: FittedLink):
    p = fitted.population
    from cxcase.stats.logit import fit_logit, row_pass

    x = np.column_stack([np.ones(len(p.metric)), p.metric, p.controls])
    w = p.weight / p.weight.mean()
    beta = fit_logit(row_pass(x, p.churned.astype(float), w, p.team, 20), x.shape[1]).beta
    chance = expit(x @ beta)
    assert beside(link, "pooled").value == pytest.approx(
        np.average(beta[1] * chance * (1 - chance), weights=w)
    )


def test_rounding_hides_part_of_a_slope_that_acts_on_what_was_felt(tmp_path: Path):
    """Customers act on experience, the survey asks for whole marks on a short scale."""
    off = []
    back = []
    for seed in range(6):
        made = make(seed, teams=20, customers=6000, leavers_quiet=0.0)
        rng = np.random.default_rng([seed, 1])
        felt = rng.normal(3.0, 0.6, 6000)
        p = expit(-1.2 - 1.2 * (felt - 3.0))
        customers = made.frames["customers"].assign(churned=rng.uniform(size=6000) < p)
        customers["revenue_end"] = customers["revenue_start"] * ~customers["churned"]
        mark = pd.Series(np.clip(np.round(felt), 1, 5), index=customers["customer_id"])
        cx = made.frames["cx"].assign(ease=lambda f, mark=mark: f["customer_id"].map(mark))
        frames = made.frames | {"customers": customers, "cx": cx}
        link = estimate_link(case_of(frames, tmp_path / str(seed), ease=Scale(1, 5)), Settings())
        true = float((-1.2 * p * (1 - p)).mean())
        off.append(headline(link).value / true - 1)
        back.append(beside(link, "rounding").value / true - 1)
    assert np.mean(off) < -0.1
    assert abs(np.mean(back)) < 0.6 * abs(np.mean(off))


def test_the_grid_of_marks():
    assert rating_step(np.array([1.0, 4.0, 3.0])) == 1.0
    assert rating_step(np.array([0.0, 12.5, 25.0, 100.0])) == 12.5
    assert rating_step(np.random.default_rng(0).normal(size=300)) is None
    assert rating_step(np.array([2.0, 2.0])) is None


def test_a_threshold_in_churn_is_a_better_curve(made: Made, tmp_path: Path):
    rng = np.random.default_rng(3)
    score = np.clip(np.round(rng.normal(6, 2.5, 4000)), 0, 10)
    churned = rng.uniform(size=4000) < np.where(score <= 4, 0.5, 0.08)
    customers = made.frames["customers"].assign(churned=churned)
    customers["revenue_end"] = customers["revenue_start"] * ~churned
    cx = made.frames["cx"].assign(
        ease=lambda f: f["customer_id"].map(pd.Series(score, customers["customer_id"]))
    )
    link = estimate_link(
        case_of(made.frames | {"customers": customers, "cx": cx}, tmp_path), Settings()
    )
    assert link.diagnosis.fit.curve_aic < -2
    assert "curve_fits_better" in codes(link)


# ---- confirmations -------------------------------------------------------------------------------


def test_the_wild_bootstrap_confirms_both_arrows(link: Link):
    assert {c.of for c in link.diagnosis.confirmations} == {"ex_to_cx", "cx_to_churn"}
    for c in link.diagnosis.confirmations:
        assert c.low < c.value < c.high
        assert (c.p < 0.1) == (c.low > 0 or c.high < 0)
        assert c.agrees == ((c.p < 0.1) == headline(link, c.of).excludes_zero)
    confirmed = next(c for c in link.diagnosis.confirmations if c.of == "ex_to_cx")
    assert confirmed.value == headline(link, "ex_to_cx").value
    assert confirmed.high - confirmed.low == pytest.approx(
        width(headline(link, "ex_to_cx")), rel=0.4
    )
    assert link.effect("ex_to_cx").checks == ("wild_agrees", "placebo_holds")
    assert {f.status for f in link.findings if f.code == "ex_placebo_holds"} == {"ok"}


def test_what_the_team_mean_adds_is_a_finding_that_says_what_the_estimate_says(link: Link):
    said = [f for f in link.findings if f.code.startswith("team_mean")]
    clear = link.diagnosis.contextual.excludes_zero
    code, status = ("team_mean_adds", "review") if clear else ("team_mean_adds_nothing", "ok")
    assert [(f.code, f.status) for f in said] == [(code, status)]
    assert said[0].params["value"] == link.diagnosis.contextual.value


def test_engagement_without_effect_fails_its_placebo(made: Made, tmp_path: Path):
    ex = made.frames["ex"].assign(
        mean=np.random.default_rng(0).permutation(made.frames["ex"]["mean"])
    )
    link = estimate_link(case_of(made.frames | {"ex": ex}, tmp_path), Settings())
    assert link.diagnosis.placebos[0].p > 0.05
    assert "placebo_fails" in link.effect("ex_to_cx").checks


def test_ranges_hold_the_headline_and_name_no_team(link: Link):
    for found in link.diagnosis.ranges:
        assert found.low <= found.value <= found.high
        assert {f.name for f in fields(found)} == {"of", "value", "low", "high"}
    assert {r.of for r in link.diagnosis.ranges} == {"cx_to_churn", "ex_to_cx"}


# ---- fit -----------------------------------------------------------------------------------------


def test_fit_on_teams_left_out(link: Link, fitted: FittedLink):
    fit = link.diagnosis.fit
    assert sum(t.n for t in fit.tenths) == len(fitted.population.rows)
    predicted = [t.predicted for t in fit.tenths]
    assert predicted == sorted(predicted)
    assert 0.7 < fit.slope < 1.2
    assert fit.brier < fit.brier_rate
    assert 1 <= fit.vif < 3
    assert 0 < fit.icc_cx < 0.2
    assert sum(t.low <= t.predicted <= t.high for t in fit.tenths) >= 6


def test_contextual_term_is_clear_where_teams_are_confounded(tmp_path: Path):
    confounded = estimate_link(
        case_of(make(3, teams=30, customers=8000, confounded=0.4).frames, tmp_path), Settings()
    )
    assert confounded.diagnosis.contextual.high < 0


def test_interaction_needs_twelve_teams(link: Link, tmp_path: Path):
    found = link.diagnosis.interaction
    assert found.low < found.value < found.high
    few = estimate_link(case_of(make(5, teams=11, customers=3000).frames, tmp_path), Settings())
    assert few.diagnosis.interaction.reason == "few_teams_interaction"


def test_interaction_written_out(link: Link, fitted: FittedLink, case: Case):
    """All four counterfactuals by hand from one fit."""
    from cxcase.stats.logit import fit_logit, row_pass

    p = fitted.population
    ex = case.table("ex").set_index("team")["mean"]
    score = np.array([ex[name] for name in p.team_names])[p.team]
    w = p.weight / p.weight.mean()
    mean = (np.bincount(p.team, w * p.metric) / np.bincount(p.team, w))[p.team]
    e = score - np.average(score, weights=w)
    up = np.minimum(p.metric + 1, SCALE.high) - p.metric

    def columns(more_e, more_c):
        own = p.metric - mean + more_c * up
        level = e + more_e
        return np.column_stack([np.ones(len(own)), own, mean, level, own * level, p.controls])

    x = columns(0, 0)
    beta = fit_logit(row_pass(x, p.churned.astype(float), w, p.team, 20), x.shape[1]).beta
    at = {
        (i, j): np.average(expit(columns(i, j) @ beta), weights=w) for i in (0, 1) for j in (0, 1)
    }
    assert link.diagnosis.interaction.value == pytest.approx(
        at[1, 1] - at[1, 0] - at[0, 1] + at[0, 0], rel=1e-8
    )
    joint = link.diagnosis.joint
    assert joint.value == pytest.approx(at[1, 1] - at[0, 0], rel=1e-8)
    assert joint.low < joint.value < joint.high


def test_what_is_left_of_engagement_once_the_score_is_held(
    link: Link, fitted: FittedLink, case: Case
):
    """In this company engagement acts through the score alone: its own slope beside the score, by
    hand, holds 0.
    """
    from cxcase.stats.logit import fit_logit, row_pass

    p = fitted.population
    ex = case.table("ex").set_index("team")["mean"]
    score = np.array([ex[name] for name in p.team_names])[p.team]
    w = p.weight / p.weight.mean()
    mean = (np.bincount(p.team, w * p.metric) / np.bincount(p.team, w))[p.team]
    x = np.column_stack([np.ones(len(w)), p.metric, mean, score, p.controls])
    beta = fit_logit(row_pass(x, p.churned.astype(float), w, p.team, 20), x.shape[1]).beta
    chance = expit(x @ beta)
    found = link.diagnosis.remaining
    assert found.value == pytest.approx(
        beta[3] * np.average(chance * (1 - chance), weights=w), rel=1e-7
    )
    assert found.low < 0 < found.high
    assert found.df < 19


def test_engagements_way_is_shown_with_its_noise_taken_out(link: Link):
    """Twenty teams: raw and corrected from one slope and one reliability; the corrected range is no
    narrower.
    """
    for of, raw in (
        ("ex_to_churn_through_cx", headline(link, "ex_to_churn_through_cx")),
        ("one_point_of_ex_through_cx", link.worth_of("one_point_of_ex_through_cx")),
    ):
        free = next(
            b.estimate for b in link.diagnosis.alternatives if (b.id, b.of) == ("corrected", of)
        )
        times = headline(link, "ex_to_cx_corrected").value / headline(link, "ex_to_cx").value
        assert times == pytest.approx(1 / link.team_reliability)
        assert free.value / raw.value == pytest.approx(
            times, rel=0.1
        )  # the move is longer, so more is capped
        assert free.low < free.value < free.high
        assert width(free) > width(raw)
        assert free.unit == raw.unit


# ---- totals --------------------------------------------------------------------------------------


def test_ledger_models_meet_the_weighted_responses_in_total_and_segment(
    case: Case, link: Link, fitted: FittedLink
):
    lines = {(line.id, line.group): line for line in link.diagnosis.ledger}
    assert lines["churned_revenue", None].gap == pytest.approx(0, abs=1e-9)
    p = fitted.population
    customers = case.table("customers")
    rows = customers.set_index("customer_id").loc[
        case.table("responses").iloc[p.rows]["customer_id"]
    ]
    scale = p.revenue / p.revenue_start
    end = rows["revenue_end"].to_numpy()
    kept = np.minimum(rows["revenue_end"], rows["revenue_start"]).to_numpy()
    for group in (None, "SME", "Corporate", "Public"):
        own = np.ones(len(rows), bool) if group is None else (rows["segment"] == group).to_numpy()
        assert lines["end_revenue", group].modelled == pytest.approx(
            scale[own] @ end[own], rel=1e-8
        )
        assert lines["kept_revenue", group].modelled == pytest.approx(
            scale[own] @ kept[own], rel=1e-8
        )
        ledger = customers if group is None else customers[customers["segment"] == group]
        assert lines["end_revenue", group].booked == pytest.approx(
            ledger["revenue_end"].sum(), rel=1e-12
        )
        assert words.has(f"ledger_line.{lines['end_revenue', group].id}.text")


# ---- who answered --------------------------------------------------------------------------------


def test_weights_balance_who_answered(link: Link, fitted: FittedLink):
    answering = link.diagnosis.answering
    assert 0 < answering.rate < 1
    assert answering.effective <= len(fitted.population.rows)
    assert answering.design_effect >= 1
    assert 0 < answering.r_indicator < 1
    before, after = (np.abs([row[i] for row in answering.balance]) for i in (1, 2))
    assert after.max() < 0.05 < before.max()
    assert answering.voiceless == ()
    assert 0 < answering.revenue < 1
    assert sum(n for _, n, _ in answering.segments) == 4000
    heard = sum(n * rate for _, n, rate in answering.segments)
    assert heard == pytest.approx(len(fitted.population.rows))


def test_a_segment_that_nobody_speaks_for_is_named(made: Made, tmp_path: Path):
    public = made.frames["customers"].query("segment == 'Public'")["customer_id"]
    cx = made.frames["cx"][~made.frames["cx"]["customer_id"].isin(public)]
    link = estimate_link(case_of(made.frames | {"cx": cx}, tmp_path), Settings())
    ((name, customers, share),) = link.diagnosis.answering.voiceless
    assert (name, customers) == ("Public", len(public))
    assert share > 0.05
    assert "segment_without_voice" in codes(link)


def test_silent_customers_like_those_heard_change_nothing(link: Link, fitted: FittedLink):
    same = fitted.silent.worth(0.0)
    retention = link.worth_of("one_point_of_cx_retention")
    for name in ("value", "low", "high"):
        assert getattr(same, name) == pytest.approx(getattr(retention, name), rel=1e-9)
    assert same.n == retention.n


def test_silent_customers_who_felt_worse_or_better(fitted: FittedLink):
    """Leavers are silent more often: worse marks there steepen the slope, better ones flatten it
    and meet the cap.
    """
    silent = fitted.silent
    worse, same, better = (silent.worth(delta) for delta in (-1.0, 0.0, 1.0))
    assert worse.value > same.value > better.value
    tip = silent.tipping_point()
    assert tip is None or (
        not silent.worth(tip).excludes_zero and silent.worth(0.9 * tip).excludes_zero
    )


def test_a_slope_that_is_not_clear_tips_at_nothing(link: Link, fitted: FittedLink):
    flat = replace(
        fitted.silent, revalue=lambda p, scale: replace(headline(link), low=-1.0, high=1.0)
    )
    assert flat.tipping_point() == 0.0


# ---- dates ---------------------------------------------------------------------------------------


def test_hazard_agrees_with_the_year_and_counts_months(made: Made, link: Link, tmp_path: Path):
    rng = np.random.default_rng(1)
    case = with_dates(case_of(made.frames, tmp_path), rng.integers(1, 13, 4000))
    refit = fit_link(case, Settings())
    dated = refit.link
    survival = dated.diagnosis.survival
    assert survival.hazard_effect.value == pytest.approx(headline(link).value, rel=0.08)
    assert width(survival.hazard_effect) == pytest.approx(width(headline(link)), rel=0.15)
    assert "hazard_agrees" in codes(dated)
    assert survival.months.low > 0
    # a loss anywhere in the year costs half of it on average
    half = link.worth_of("one_point_of_cx_retention").value / 2
    assert 0.6 < survival.worth.value / half < 1.3
    staying = {g.name: g.staying for g in survival.groups}
    assert staying["low"][-1] < staying["middle"][-1] < staying["high"][-1]
    for group in survival.groups:
        assert group.staying[0] <= 1
        assert list(group.staying) == sorted(group.staying, reverse=True)
        assert group.rmst == pytest.approx(1 + sum(group.staying[:-1]), rel=1e-9)
    assert sum(g.n for g in survival.groups) == len(refit.population.rows)


def test_without_dates_nothing_is_said_and_an_unfinished_year_is(
    made: Made, link: Link, tmp_path: Path
):
    assert link.diagnosis.survival is None
    early = with_dates(
        case_of(made.frames, tmp_path), np.random.default_rng(1).integers(1, 8, 4000)
    )
    found = estimate_link(early, Settings())
    assert found.diagnosis.survival is None
    assert "year_not_finished" in codes(found)


# ---- metrics -------------------------------------------------------------------------------------


def test_the_metric_that_tells_more_comes_first(made: Made, tmp_path: Path):
    rng = np.random.default_rng(2)
    cx = made.frames["cx"].assign(
        nps=lambda f: np.clip(np.round(f["ease"] + rng.normal(0, 3, len(f))), 0, 10),
        csat=lambda f: rng.integers(1, 6, len(f)).astype(float),
    )
    score = (
        made.frames["customers"]["customer_id"].map(cx.set_index("customer_id")["ease"]).fillna(6.0)
    )
    churned = rng.uniform(size=4000) < expit(-1.8 - 0.8 * (score - 6.6))
    customers = made.frames["customers"].assign(churned=churned)
    customers["revenue_end"] = customers["revenue_start"] * ~churned
    frames = made.frames | {"cx": cx, "customers": customers}
    case = case_of(frames, tmp_path, ease=SCALE, nps=SCALE, csat=Scale(1, 5))
    choice = estimate_link(case, Settings()).diagnosis.metrics
    assert [s.metric for s in choice.skills] == ["ease", "nps", "csat"]
    assert choice.skills[0].skill.low > 0
    assert not choice.skills[2].skill.low > 0
    gap = {(a, b): e for a, b, e in choice.differences}["ease", "csat"]
    assert gap.low > 0
    assert gap.value == pytest.approx(choice.skills[0].skill.value - choice.skills[2].skill.value)
    told = estimate_link(case, Settings(metric="csat"))
    assert "other_metric_tells_more" in codes(told)


def test_dose_by_segment_adds_up(link: Link, fitted: FittedLink):
    parts = link.diagnosis.dose_by_segment
    assert {name for name, _ in parts} == {"SME", "Corporate", "Public"}
    assert sum(row[1] for _, rows in parts for row in rows) == len(fitted.population.rows)
    assert all(low <= churn <= high for _, rows in parts for _, _, churn, low, high, _ in rows)


# ---- leaks ---------------------------------------------------------------------------------------


def test_marks_that_settle_churn_are_a_leak_and_a_strong_effect_is_none():
    rng = np.random.default_rng(0)
    # as in a public telco file: 1 and 2 all left, 4 and 5 all stayed, 3 in between
    score = np.repeat([1.0, 2.0, 3.0, 4.0, 5.0], [92, 52, 266, 179, 115])
    left = np.r_[np.ones(144, bool), rng.uniform(size=266) < 0.16, np.zeros(294, bool)]
    found = look_for_leak(score, left)
    assert found.leaks
    assert found.decided == pytest.approx((144 + 294) / 704)
    strong = np.clip(np.round(rng.normal(6, 2.5, 5000)), 0, 10)
    assert not look_for_leak(strong, rng.uniform(size=5000) < expit(-2 - 1.0 * (strong - 6))).leaks
    fine = rng.uniform(0, 100, 400)  # every mark once: nothing is settled by one answer
    assert not look_for_leak(fine, rng.uniform(size=400) < 0.3).leaks


# ---- nothing but the key -------------------------------------------------------------------------


def numbers(link: Link) -> list[float]:
    d = link.diagnosis
    found = [v for b in d.alternatives for v in (b.estimate.value, b.estimate.low, b.estimate.high)]
    found += [v for c in d.confirmations for v in (c.value, c.p, c.low, c.high)]
    found += [v for r in d.ranges for v in (r.low, r.high)]
    found += [
        d.fit.slope,
        d.fit.brier,
        d.fit.vif,
        d.interaction.value,
        d.contextual.value,
        d.placebos[0].p,
    ]
    return (
        found
        + [line.modelled for line in d.ledger]
        + [d.answering.effective, d.answering.r_indicator]
    )


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
    assert numbers(other) == pytest.approx(numbers(link), rel=1e-9)


def test_very_many_rows_are_checked_on_a_sample(
    case: Case, link: Link, monkeypatch: pytest.MonkeyPatch
):
    import cxcase.link.checks.run as module

    monkeypatch.setattr(module, "MOST_ROWS", 900)
    fewer = estimate_link(case, Settings())
    assert "checks_sampled" in codes(fewer)
    for e in link.effects:
        assert fewer.effect(e.id).estimate == e.estimate
    assert fewer.diagnosis.alternatives[0].estimate.n == pytest.approx(900, rel=0.15)
    assert beside(fewer, "pooled").value == pytest.approx(beside(link, "pooled").value, rel=0.5)
    assert fewer.diagnosis.answering == link.diagnosis.answering


def test_case_json_carries_what_stands_beside(link: Link):
    from cxcase.export.case_json import _plain
    from cxcase.export.case_link import _diagnosis

    written = _plain(_diagnosis(link.diagnosis))
    assert {row["id"] for row in written["beside"]} == {b.id for b in link.diagnosis.alternatives}
    assert written["confirmations"][0]["agrees"] is True
    for name in ("contextual", "remaining", "joint", "interaction"):
        assert written[name]["value"] == pytest.approx(getattr(link.diagnosis, name).value)
    assert written["fit"]["slope"] == pytest.approx(link.diagnosis.fit.slope)
    assert (
        written["answering"]["segments"][0]["customers"] == link.diagnosis.answering.segments[0][1]
    )
    assert written["answering"]["effective"] == pytest.approx(link.diagnosis.answering.effective)
    assert next(line for line in written["ledger"] if line["group"] is None)[
        "gap"
    ] == pytest.approx(0, abs=1e-9)


def test_the_overlap_is_that_of_the_weights(tmp_path: Path) -> None:
    """Each customer's chance to answer is what weighted the answers; shares are of all customers
    and their revenue.
    """
    made = make(3)
    fitted = fit_link(case_of(made.frames, tmp_path), Settings())
    link = fitted.link
    assert link.diagnosis is not None
    assert link.diagnosis.answering is not None
    found = link.diagnosis.answering.overlap
    assert found is not None
    assert (found.answered, found.answered + found.silent) == (
        len(made.frames["cx"]),
        len(made.frames["customers"]),
    )
    assert 0 < found.outside < 0.05
    p = fitted.population
    assert p is not None
    raw = 1.0 / p.weight
    assert found.high / found.low == pytest.approx(
        raw.max() / raw.min(), rel=0.02
    )  # trimmed at the same places
