"""The form of known factors: what their values and the events allow, what is chosen, what it does
to the figures.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from make_company import SCALE

from cxcase.calibrate.arms import NULLS
from cxcase.calibrate.company import draw, frames_of
from cxcase.checks import Finding
from cxcase.intake import Case, Scale, case_from_frames
from cxcase.link import FittedLink, Link, fit_link
from cxcase.link.data.covariates import SHORT, Columns, known_columns
from cxcase.link.data.factor_forms import (
    Answers,
    Bends,
    Form,
    choose_forms,
    form_of,
    forms_of,
    within_room,
)
from cxcase.link.data.population import know_everyone, take_sample
from cxcase.link.models.churn import design, fit_weighted, short_model
from cxcase.link.models.ex_to_cx import join_engagement, slope_to_cx
from cxcase.report import words
from cxcase.settings import Settings
from cxcase.stats.effects import average_slope
from cxcase.stats.response_weights import response_weights


def columns_of(values: np.ndarray) -> Columns:
    frame = pd.DataFrame({"size": values, "revenue_start": np.exp(np.linspace(0, 3, len(values)))})
    return known_columns(frame, ("size",))


def fitted_by(form: Form, line: np.ndarray, curve: np.ndarray) -> float:
    """The share of the curve's variance that a line and the form leave."""
    x = np.column_stack([np.ones_like(line), line, form.bends])
    left = curve - x @ np.linalg.lstsq(x, curve, rcond=None)[0]
    return float(left.var() / curve.var())


# ---- what values and events allow ----------------------------------------------------------------


def test_two_values_have_a_line_alone_and_a_constant_is_no_factor():
    assert forms_of(columns_of(np.tile([0.0, 1.0], 40)), "size") == []
    assert "size" not in columns_of(np.full(80, 3.0)).names


def test_ties_and_few_values_have_as_many_bends_as_they_carry():
    tied = columns_of(np.concatenate([np.zeros(70), np.arange(1.0, 31.0)]))
    assert all(form.width <= 2 for form in forms_of(tied, "size"))
    three = columns_of(np.repeat([1.0, 2.0, 9.0], 30))
    assert {form.width for form in forms_of(three, "size")} == {1}


def test_half_missing_has_the_form_of_what_is_known():
    """Blanks stand at the bends' mean, and what is known has the bends it would have alone."""
    values = np.random.default_rng(1).gamma(1.0, size=400)
    half = values.copy()
    half[::2] = np.nan
    both = columns_of(half)
    alone = columns_of(values[1::2])
    for name in ("spline_4", "spline_2", "log", "root"):
        bends = form_of(both, "size", name).bends
        assert (bends[::2] == 0).all()
        assert np.abs(bends[1::2]) == pytest.approx(np.abs(form_of(alone, "size", name).bends))


def test_forms_do_not_hang_on_units():
    """Months or years: the same columns."""
    values = np.random.default_rng(2).gamma(1.0, size=300)
    for mine, other in zip(
        forms_of(columns_of(values), "size"),
        forms_of(columns_of(12 * values + 5), "size"),
        strict=True,
    ):
        assert mine.bends == pytest.approx(other.bends, abs=1e-8)


def test_a_curve_is_followed_the_better_the_richer_the_form():
    values = np.random.default_rng(3).gamma(1.0, size=2000)
    columns = columns_of(values)
    line = columns.values[:, columns.names.index("size")]
    hump = values * np.exp(-values)
    left = [fitted_by(form_of(columns, "size", n), line, hump) for n in ("spline_4", "spline_2")]
    assert left[0] < left[1] < 0.1
    assert fitted_by(form_of(columns, "size", "log"), line, np.log1p(values)) < 0.03


@pytest.mark.parametrize(
    ("room", "widths"), [(8, [4, 4]), (7, [2, 2]), (4, [2, 2]), (3, [1, 1]), (2, [1, 1]), (1, [])]
)
def test_forms_fall_until_events_allow_them(room: int, widths: list[int]):
    """Two factors: four knots, two, one bend, a line; all fall together."""
    forms = [
        [Form(f, n, np.zeros((5, w))) for n, w in (("a", 4), ("b", 2), ("c", 1))] for f in "xy"
    ]
    assert [kept[0].width for kept in within_room(forms, room)] == widths


# ---- what is chosen ------------------------------------------------------------------------------


def answers(values: np.ndarray, curve: np.ndarray, seed: int) -> Answers:
    rng = np.random.default_rng(seed)
    n = len(values)
    team = rng.integers(0, 20, n)
    score = np.rint(6 + curve + 0.4 * rng.normal(size=20)[team] + 1.5 * rng.normal(size=n))
    churned = rng.random(n) < 0.25 - 0.1 * curve
    return Answers(team, 20, churned.astype(float), rng.random(n) < 0.5, score)


def test_a_hump_is_a_spline_and_a_straight_factor_hardly_ever_is():
    values = np.random.default_rng(4).gamma(1.0, size=4000)
    columns = columns_of(values)
    hump = np.clip(3 * values * np.exp(1 - values) - 2, -1, 1)
    found = choose_forms(columns, answers(values, hump, 1), ("size",), 20)
    assert [form.name for form in found] in (["spline_4"], ["spline_2"])
    straight = np.clip(values - 1, -1, 1.5) * 0.5
    chosen = [
        choose_forms(columns, answers(values, 0.0 * straight, seed), ("size",), 20)
        for seed in range(10)
    ]
    assert sum(bool(forms) for forms in chosen) <= 4


def left_out_by_rows(y: np.ndarray, x: np.ndarray, team: np.ndarray) -> float:
    """-2 log-likelihood of teams left out, by a least squares fit about team means a group."""
    about = np.column_stack([y, x])
    about = about - np.array([about[team == g].mean(0) for g in team])
    error = 0.0
    for part in range(10):
        out = team % 10 == part
        beta = np.linalg.lstsq(about[~out, 1:], about[~out, 0], rcond=None)[0]
        error += float(((about[out, 0] - about[out, 1:] @ beta) ** 2).sum())
    return len(y) * np.log(error)


def test_the_choice_is_that_of_models_fitted_to_rows_one_by_one():
    """All forms, three models, ten groups of teams: 120 customers, by brute force."""
    chosen = []
    for seed in range(8):
        values = np.random.default_rng(seed).gamma(1.0, size=120)
        columns = columns_of(values)
        of = answers(values, np.clip(3 * values * np.exp(1 - values) - 2, -1, 1), seed)
        heard = of.heard
        costs = {"line": 0.0} | {form.name: 0.0 for form in forms_of(columns, "size")}
        for name in costs:
            bends = np.empty((120, 0)) if name == "line" else form_of(columns, "size", name).bends
            x = np.column_stack([columns.values, bends])
            score = np.column_stack([of.score, x])[heard]
            left = np.column_stack([of.churned, x])
            costs[name] = (
                left_out_by_rows(of.churned[heard], score, of.team[heard])
                + left_out_by_rows(of.score[heard], x[heard], of.team[heard])
                + left_out_by_rows(heard.astype(float), left, of.team)
            )
        right = min(costs, key=costs.__getitem__)
        found = choose_forms(columns, of, ("size",), 20)
        assert [form.name for form in found] == ([] if right == "line" else [right])
        chosen.append(right)
    assert len(set(chosen)) > 1


def test_row_order_decides_nothing():
    values = np.random.default_rng(5).gamma(1.0, size=1500)
    of = answers(values, np.clip(np.log(values + 0.05), -1, 1), 3)
    columns = columns_of(values)
    order = np.random.default_rng(6).permutation(len(values))
    turned = replace(columns, values=columns.values[order])
    again = Answers(of.team[order], of.teams, of.churned[order], of.heard[order], of.score[order])
    names = [form.name for form in choose_forms(columns, of, ("size", "log_revenue"), 20)]
    assert names
    assert names == [f.name for f in choose_forms(turned, again, ("size", "log_revenue"), 20)]


def test_outcomes_that_are_all_alike_choose_nothing():
    values = np.random.default_rng(7).gamma(1.0, size=200)
    of = answers(values, np.zeros(200), 1)
    same = replace(
        of, churned=np.zeros(200), heard=np.ones(200, dtype=bool), score=np.full(200, 7.0)
    )
    assert choose_forms(columns_of(values), same, ("size",), 20) == []


def test_bends_that_repeat_lines_are_lines():
    values = np.linspace(0, 1, 50)
    form = Form("size", "root", np.column_stack([2 * values - 1, values**2]))
    bends = Bends.beside(("size", "log_revenue"), [form], 50)
    kept = bends.beside_lines(values[:, None], np.ones(50))
    assert kept.of == ("size",)
    assert kept.columns.mean() == pytest.approx(0.0, abs=1e-12)
    assert dict(kept.forms) == {"size": "root", "log_revenue": "line"}
    none = Bends.beside(("size",), [Form("size", "root", 2 * values[:, None])], 50)
    assert dict(none.beside_lines(values[:, None], np.ones(50)).forms) == {"size": "line"}


def test_a_form_falls_from_four_knots_to_two_to_one_bend_to_a_line():
    """Step by step, the widest factor first, each form as it was made; other rows have them too."""
    values = np.random.default_rng(4).gamma(1.0, size=4000)
    columns = columns_of(values)
    found = choose_forms(columns, answers(values, np.sin(2 * values), 1), ("size",), 20)
    assert [form.name for form in found] == ["spline_4"]
    one = found[0].lesser[-1].name
    assert one in ("log", "root")
    flat = Form("other", "root", np.sqrt(values)[:, None])
    bends = Bends.beside(("size", "other"), [*found, flat], 4000)
    half = bends.rows(np.arange(2000))
    for name in ("spline_2", one):
        bends, half = bends.simpler(), half.simpler()
        assert dict(bends.forms) == {"size": name, "other": "root"}
        made = form_of(columns, "size", name).bends
        own = [factor == "size" for factor in bends.of]
        assert np.array_equal(bends.columns[:, own], made)
        assert np.array_equal(half.columns, bends.columns[:2000])
    while bends.of:
        bends = bends.simpler()
    assert set(bends.forms.values()) == {"line"}


def test_what_a_form_falls_to_is_chosen_by_its_own_cost():
    """Of the two single bends the one that predicts teams left out better, by brute force."""
    values = np.random.default_rng(4).gamma(1.0, size=4000)
    columns = columns_of(values)
    given = answers(values, np.sin(2 * values), 1)
    lower = choose_forms(columns, given, ("size",), 20)[0].lesser[-1]
    cost = {}
    for name in ("log", "root"):
        x = np.column_stack([values, form_of(columns, "size", name).bends])
        heard, team = given.heard, given.team
        cost[name] = left_out_by_rows(
            given.churned[heard], np.column_stack([given.score, x])[heard], team[heard]
        )
        cost[name] += left_out_by_rows(given.score[heard], x[heard], team[heard])
        cost[name] += left_out_by_rows(
            given.heard.astype(float), np.column_stack([given.churned, x]), team
        )
    assert lower.name == min(cost, key=cost.get)


# ---- what it does to the figures -----------------------------------------------------------------


def case_of_arm(tenure: str, seed: int, folder: Path, customers: int = 7500) -> Case:
    arm = next(arm for arm in NULLS if arm.tenure == tenure)
    rng = np.random.default_rng([seed, 30])
    world = draw(arm, rng, 30, customers)
    return case_from_frames(
        frames_of(world, rng), Settings(), folder, scales={"ease": SCALE}, ex_scale=Scale(1.0, 5.0)
    )


@pytest.fixture(scope="module")
def humped(tmp_path_factory: pytest.TempPathFactory) -> FittedLink:
    return fit_link(case_of_arm("hump", 3, tmp_path_factory.mktemp("hump")), Settings())


def finding(link: Link, code: str) -> Finding:
    return next(f for f in link.findings if f.code == code)


def test_no_claim_where_nothing_is_but_tenure_bends(humped: FittedLink):
    """Nothing has an effect; straight lines would have said that a point pays."""
    link = humped.link
    effect = link.effect("cx_to_churn").estimate
    assert effect.low < 0 < effect.high
    straight = next(b for b in link.diagnosis.alternatives if b.id == "straight_factors")
    assert straight.of == "cx_to_churn"
    assert straight.estimate.high < 0


def test_the_straight_figure_is_the_model_with_lines_alone(humped: FittedLink):
    p = humped.population.straight()
    assert p.known_factors.shape[1] == p.controls.shape[1]
    x, _ = design(p)
    fit = fit_weighted(x, p.churned.astype(float), p.weight / p.weight.mean(), p)
    unit = np.eye(x.shape[1])[1]
    right = average_slope(x, unit, fit.beta, p.weight, p.team, len(p.team_names)).value
    found = next(b for b in humped.link.diagnosis.alternatives if b.id == "straight_factors")
    assert found.estimate.value == pytest.approx(right, rel=1e-9)


def test_the_page_says_the_form_and_what_lines_would_have_said(humped: FittedLink):
    bend = words.finding(finding(humped.link, "factors_bend"))
    assert "Customer for, months (natural spline" in bend.what
    other = words.finding(finding(humped.link, "churn_if_straight"))
    assert "held as straight lines" in other.what
    assert finding(humped.link, "churn_if_straight").status == "ok"


def test_the_page_says_that_lines_are_held(tmp_path: Path):
    """So few left that no form but a line has events enough."""
    link = fit_link(case_of_arm("hump", 3, tmp_path, 500), Settings()).link
    said = words.finding(finding(link, "factors_straight"))
    assert "straight lines: Customer for, months and Revenue at the start (log" in said.what
    assert not {"factors_bend", "churn_if_straight"} & {f.code for f in link.findings}


@pytest.mark.parametrize("customers", [250, 450, 900])
def test_no_figure_disappears_because_of_the_form(
    customers: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Few events: what is shown, and by which model, is what straight lines show."""
    case = case_of_arm("log", 8, tmp_path, customers)
    with_form = fit_link(case, Settings()).link
    monkeypatch.setattr("cxcase.link.data.population.choose_forms", lambda *_: [])
    straight = fit_link(case, Settings()).link
    for mine, other in zip(with_form.effects, straight.effects, strict=True):
        assert mine.estimate.reason == other.estimate.reason
    shown = {b.id for b in straight.diagnosis.alternatives}
    assert shown <= {b.id for b in with_form.diagnosis.alternatives}
    weak = {"short_model", "few_events_per_parameter", "separation"}
    codes = {f.code for f in with_form.findings} & weak
    assert codes == {f.code for f in straight.findings} & weak


# ---- what factors can be like --------------------------------------------------------------------

SMALL = 3000
EXTRAS = {
    "constant": lambda rng: np.full(SMALL, 3.0),
    "two values": lambda rng: rng.choice([0.0, 1.0], SMALL),
    "ties": lambda rng: np.where(rng.random(SMALL) < 0.7, 0.0, rng.integers(1, 40, SMALL)),
    "half missing": lambda rng: np.where(rng.random(SMALL) < 0.5, np.nan, rng.gamma(1, 1, SMALL)),
    "only two known": lambda rng: np.where(np.arange(SMALL) < 2, np.arange(SMALL), np.nan),
}


def linked(folder: Path, extra: np.ndarray | None, controls: tuple[str, ...]) -> FittedLink:
    """The link of one small company, with a column more or without."""
    rng = np.random.default_rng([8, 30])
    frames = frames_of(draw(NULLS[1], rng, 30, SMALL), rng)
    if extra is not None:
        frames["customers"] = frames["customers"].assign(extra=extra)
    settings = Settings(controls=controls)
    scales = {"ease": SCALE}
    case = case_from_frames(frames, settings, folder, scales=scales, ex_scale=Scale(1.0, 5.0))
    return fit_link(case, settings)


def figures(fitted: FittedLink) -> list[float]:
    estimates = [e.estimate for e in (*fitted.link.effects, *fitted.link.worth)]
    return [x for e in estimates for x in (e.value, e.low, e.high) if x is not None]


@pytest.mark.parametrize("kind", EXTRAS)
def test_a_factor_may_be_like_that(kind: str, tmp_path: Path):
    """Constant, two values, ties, one missing half: finite figures, and no bend without shape."""
    extra = EXTRAS[kind](np.random.default_rng(1))
    fitted = linked(tmp_path / "with", extra, ("extra",))
    without = figures(linked(tmp_path / "without", None, ()))
    found = figures(fitted)
    assert len(found) == len(without)
    assert np.isfinite(found).all()
    forms = fitted.population.bends.forms
    if kind == "constant":
        assert found == pytest.approx(without, rel=1e-12)
        assert "extra" not in forms
    elif kind != "only two known":
        assert "extra" in fitted.population.control_names
    if kind in ("two values", "only two known"):
        assert forms["extra"] == "line"


# ---- which models hold it ------------------------------------------------------------------------


def spanned(columns: np.ndarray, by: np.ndarray) -> bool:
    """Whether every column is a combination of those of a model."""
    left = columns - by @ np.linalg.lstsq(by, columns, rcond=None)[0]
    return bool(np.abs(left).max() < 1e-8)


@pytest.mark.parametrize("noise", [0, 40])
def test_all_three_models_hold_the_form_and_the_short_one_does(
    noise: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Leaving, the score, answering; with 40 controls, events leave tenure and revenue alone."""
    rng = np.random.default_rng([3, 30])
    frames = frames_of(draw(NULLS[2], rng, 30, 3000), rng)
    more = {f"n{i}": rng.choice([0.0, 1.0], 3000) for i in range(noise)}
    frames["customers"] = frames["customers"].assign(**more)
    settings = Settings(controls=tuple(more))
    scales = {"ease": SCALE}
    case = case_from_frames(frames, settings, tmp_path, scales=scales, ex_scale=Scale(1.0, 5.0))
    of_answering: list[np.ndarray] = []

    def kept(z: np.ndarray, answered: np.ndarray, *rest: object) -> object:
        of_answering.append(z[answered])
        return response_weights(z, answered, *rest)

    monkeypatch.setattr("cxcase.link.data.population.response_weights", kept)
    sample, short = short_model(take_sample(case, "ease", know_everyone(case, "ease", settings)))
    p = sample.population
    assert short == (noise > 0)
    assert set(p.control_names) == set(SHORT) or not short
    assert "tenure_months" in p.bends.of
    engagement = join_engagement(case, p)
    x, _ = design(p)
    assert spanned(p.bends.columns, x)
    assert spanned(p.bends.columns, of_answering[-1])
    slope = slope_to_cx(sample, engagement, 0).estimate.value
    straight = replace(sample, population=p.straight())
    assert slope != pytest.approx(slope_to_cx(straight, engagement, 0).estimate.value, rel=1e-6)
    y = p.metric
    table = np.column_stack([np.ones(len(y)), engagement.score, p.controls, p.bends.columns])
    root = np.sqrt(p.weight)
    right = np.linalg.lstsq(table * root[:, None], y * root, rcond=None)[0][1]
    assert slope == pytest.approx(right, rel=1e-8)
