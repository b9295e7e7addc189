"""A link from units alone: lines checked against other software and by hand, coverage against a
known truth.
"""

from __future__ import annotations

import dataclasses
import json
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from make_units import ALWAYS, GROWTH, SCALES, A, B, case_of_units, make_units, rows_of
from scipy.stats import t

from cxcase.__main__ import main
from cxcase.checks import Finding
from cxcase.estimate import Estimate, refuse
from cxcase.intake import Upload, read
from cxcase.link import Diagnosis, Link, estimate_link
from cxcase.link.units import unit_gates
from cxcase.link.units.slopes import read as read_line
from cxcase.link.units.table import UnitRows, read_units
from cxcase.link.units.unit_mediation import PATHS, estimate_paths
from cxcase.report import words
from cxcase.settings import Settings
from cxcase.stats.cluster import adjustments

NAN = float("nan")


def link_of(frame: pd.DataFrame, folder: Path, settings: Settings | None = None) -> Link:
    return estimate_link(case_of_units(frame, folder, settings), settings or Settings())


def codes(link: Link) -> dict[str, dict]:
    return {f.code: dict(f.params) for f in link.findings}


def effect(link: Link, id: str) -> Estimate:
    found = link.effect(id)
    assert found is not None
    return found.estimate


# ---- the lines -----------------------------------------------------------------------------------


def _t(df: float) -> float:
    return float(t.ppf(0.95, df))


def test_bell_and_mccaffreys_degrees_of_freedom_as_published():
    """Imbens & Kolesar 2016 (Rev. Econ. Stat. 98, 701-712), 27 units against 3: 2.4668, in the
    paper 2.5.
    """
    x = np.array([0.0] * 27 + [1.0] * 3)
    y = np.random.default_rng(0).normal(size=30)
    rows = rows_of(30, cx=y, ex=x)
    got = read_line(rows, rows, PATHS["ex_to_cx"], "pooled", None).estimate
    assert got.df == pytest.approx(
        (1 / 27 + 1 / 3) ** 2 / (1 / (27**2 * 26) + 1 / (3**2 * 2)), rel=1e-9
    )
    assert got.df == pytest.approx(2.4668, abs=1e-4)


@pytest.mark.parametrize("weighted", [False, True])
def test_taking_units_levels_out_is_the_same_as_a_column_for_each(weighted: bool):
    """Slope, CR2 error and df of the within reading from all dummies, n x n, by brute force."""
    rng = np.random.default_rng(2)
    g = 14
    periods = 4
    x, y = rng.normal(size=(2, g * periods))
    x[:g] += 1.0
    size = (
        np.tile(rng.integers(20, 90, g).astype(float), periods)
        if weighted
        else np.full(g * periods, NAN)
    )
    rows = rows_of(g, periods, cx=x, rate=0.1 + 0.05 * y + 0.02 * x, customers=size)
    got = read_line(rows, rows, PATHS["cx_to_churn"], "within", None).estimate
    w = np.where(np.isfinite(size), size, 1.0)
    design = (
        np.column_stack([x, np.eye(g)[rows.unit], np.eye(periods)[rows.period][:, 1:]])
        * np.sqrt(w)[:, None]
    )
    outcome = rows.rate * np.sqrt(w)
    inverse = np.linalg.inv(design.T @ design)
    beta = inverse @ design.T @ outcome
    residual = outcome - design @ beta
    hat = np.eye(len(outcome)) - design @ inverse @ design.T
    parts = []
    for u in range(g):
        own = np.flatnonzero(rows.unit == u)
        values, vectors = np.linalg.eigh(hat[np.ix_(own, own)])
        root = (
            vectors
            @ np.diag(np.where(values > 1e-9, 1 / np.sqrt(np.maximum(values, 1e-9)), 0))
            @ vectors.T
        )
        parts.append((own, inverse[0] @ design[own].T @ root))
    variance = sum(float(c @ residual[own]) ** 2 for own, c in parts)
    p = np.array([(np.eye(len(outcome))[own].T @ c) @ hat for own, c in parts])
    gram = p @ p.T
    assert got.value == pytest.approx(beta[0], abs=1e-10)
    assert got.df == pytest.approx(np.trace(gram) ** 2 / (gram**2).sum(), rel=1e-8)
    assert (got.high - got.low) / 2 == pytest.approx(np.sqrt(variance) * _t(got.df), rel=1e-8)


def test_lags_set_each_outcome_against_the_score_of_the_period_before():
    rng = np.random.default_rng(3)
    g = 20
    periods = 5
    cx = rng.normal(6, 1, (periods, g))
    rate = np.vstack([rng.normal(0.1, 0.01, (1, g)), 0.3 - 0.03 * cx[:-1]]) + rng.normal(0, 0.05, g)
    rows = rows_of(g, periods, cx=cx.ravel(), rate=rate.ravel())
    before = rows.lagged()
    got = read_line(rows, before, PATHS["cx_to_churn"], "within_lagged", None).estimate
    assert got.value == pytest.approx(-0.03, abs=1e-9)
    assert np.isnan(before.cx[:g]).all()
    assert np.array_equal(before.cx[g:], rows.cx[:-g])


def test_delete_one_unit_is_the_line_refit_without_it():
    company = make_units(4, g=16, periods=3)
    frame = company.frame
    full = read_units_of(frame)
    got = read_line(full, full, PATHS["ex_to_cx"], "within", None)
    for k in (0, 7, 15):
        left = read_units_of(frame[frame["team"] != full.names[k]])
        assert got.folds[k] == pytest.approx(
            read_line(left, left, PATHS["ex_to_cx"], "within", None).estimate.value, abs=1e-9
        )


def read_units_of(frame: pd.DataFrame) -> UnitRows:
    with tempfile.TemporaryDirectory() as folder:
        rows, _ = read_units(case_of_units(frame, Path(folder)), "ease", Settings())
    return dataclasses.replace(rows, held=rows.held[:, :0], held_names=())


# ---- against a known truth -----------------------------------------------------------------------


def beside_of(link: Link, of: str, id: str) -> list[Estimate]:
    return [b.estimate for b in link.diagnosis.alternatives if (b.of, b.id) == (of, id)]


def covered(estimates: list[Estimate], truth: float) -> int:
    return sum(e.low <= truth <= e.high for e in estimates)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Link, float]]:
    folder = tmp_path_factory.mktemp("once")
    made = [make_units(seed, g=30, answers=4000, employees=2000) for seed in range(40)]
    return [(link_of(m.frame, folder / str(i)), m.worth) for i, m in enumerate(made)]


@pytest.fixture(scope="module")
def noisy(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Link, float]]:
    folder = tmp_path_factory.mktemp("noisy")
    made = [make_units(seed, g=30, periods=5, always=ALWAYS) for seed in range(40)]
    return [(link_of(m.frame, folder / str(i)), m.worth) for i, m in enumerate(made)]


def test_the_intervals_of_well_measured_units_hold_what_they_promise(once):
    """40 companies at a true 90 %: fewer than 29 covered happens once in a thousand."""
    for id, truth in (
        ("ex_to_cx", A),
        ("cx_to_churn", B),
        ("ex_to_churn_total", A * B),
        ("ex_to_churn_through_cx", A * B),
    ):
        found = [effect(link, id) for link, _ in once]
        assert covered(found, truth) >= 29, id
        assert np.median([e.value for e in found]) == pytest.approx(truth, rel=0.12)
    worths = {
        "one_point_of_cx_retention": 1.0,
        "one_point_of_cx_expansion": GROWTH / -B,
        "one_point_of_cx": 1 + GROWTH / -B,
    }
    for id, share in worths.items():
        hit = sum(
            link.worth_of(id).low <= share * worth <= link.worth_of(id).high for link, worth in once
        )
        assert hit >= 29, id


def test_noise_of_means_flattens_the_line_and_the_corrected_one_comes_right(noisy):
    for id, corrected, truth in (("ex_to_cx", "ex_to_cx_corrected", A),):
        raw = [effect(link, id).value for link, _ in noisy]
        free = [effect(link, corrected) for link, _ in noisy if not effect(link, corrected).refused]
        assert np.median(raw) < 0.85 * truth
        assert len(free) > 34
        assert np.median([e.value for e in free]) == pytest.approx(truth, rel=0.1)
        assert covered(free, truth) >= 0.74 * len(free)
    beside = [e for link, _ in noisy for e in beside_of(link, "cx_to_churn", "units_corrected")]
    free, raw = (
        np.array([e.value for e in found])
        for found in (beside, [effect(link, "cx_to_churn") for link, _ in noisy])
    )
    assert abs(free.mean() - B) < 2 * free.std() / np.sqrt(len(free))
    assert raw.mean() - B > 3 * raw.std() / np.sqrt(len(raw))
    assert covered(beside, B) >= 0.74 * len(beside)


def over_time(seed: int, now: float, earlier: float, g: int = 40, periods: int = 5) -> UnitRows:
    """Units whose score moves over time; churn a point of the same period's score, and of the one
    before.
    """
    rng = np.random.default_rng([seed, 5])
    cx = 6.5 + 0.5 * rng.normal(size=g) + 0.4 * rng.normal(size=(periods, g))
    before = np.vstack([rng.normal(6.5, 0.5, (1, g)), cx[:-1]])
    rate = 0.2 + now * (cx - 6.5) + earlier * (before - 6.5) + 0.02 * rng.normal(size=(periods, g))
    return rows_of(g, periods, cx=cx.ravel(), rate=(rate + 0.03 * rng.normal(size=g)).ravel())


@pytest.mark.parametrize(("now", "earlier"), [(B, 0.0), (0.0, B), (B, B)])
def test_the_period_before_is_told_from_the_same_period(now: float, earlier: float):
    """What acts within the period must not come back with the other sign a period later, as it does
    when left out.
    """
    found = [
        estimate_paths(over_time(seed, now, earlier), None, None)["cx_to_churn"]
        for seed in range(100)
    ]
    lagged = [read.all["within_lagged"].estimate for read in found]
    values = np.array([e.value for e in lagged])
    assert abs(values.mean() - earlier) < 3 * values.std() / 10
    assert covered(lagged, earlier) >= 81  # 100 companies at a true 90 %: fewer once in a thousand
    if now and not earlier:
        rows = [over_time(seed, now, earlier) for seed in range(20)]
        left_out = [
            read_line(r, r.lagged(), PATHS["cx_to_churn"], "within_lagged", None).estimate
            for r in rows
        ]
        assert np.mean([e.value for e in left_out]) > 0.1 * abs(B)


@pytest.mark.parametrize(
    ("now", "earlier", "said"), [(B, 0.0, True), (B, B, False), (0.0, 0.0, False)]
)
def test_a_same_period_reading_that_is_clear_and_elsewhere_is_said(
    now: float, earlier: float, said: bool
):
    rows = over_time(3, now, earlier)
    found = unit_gates.about_units(
        rows,
        estimate_paths(rows, None, None),
        "churn",
        {"ex_to_cx": refuse("", "no_ex")},
        (),
        Diagnosis(),
    )
    params = {f.code: f.params for f in found}
    assert ("units_same_period_differs" in params) == said
    if said:
        assert params["units_same_period_differs"]["same"] == pytest.approx(100 * B, abs=1.5)
        assert "of 100 customers a point" in words.finding(next(
            Finding("review", code, "link", p) for code,
            p in params.items() if code == "units_same_period_differs"
        )).what  # fmt: skip


def test_what_a_unit_always_is_turns_the_pooled_line_round_and_the_within_one_is_believed(noisy):
    link = noisy[0][0]
    believed = {b.of: b for b in link.diagnosis.units.believed}
    assert believed["cx_to_churn"].reading == "within_lagged"
    assert link.effect("cx_to_churn").method == "units_within_lagged"
    pooled = [
        next(
            b.estimate.value
            for b in lk.diagnosis.alternatives
            if (b.id, b.of) == ("units_pooled", "cx_to_churn")
        )
        for lk, _ in noisy
    ]
    assert np.median(pooled) > B / 3  # far from the truth
    assert np.median([effect(lk, "cx_to_churn").value for lk, _ in noisy]) < 0.6 * B
    turned = [lk for lk, _ in noisy if "units_signs_differ" in codes(lk)]
    assert turned
    assert {b.disagree for lk in turned for b in lk.diagnosis.units.believed} == {True, False}
    for lk, _ in noisy[:3]:
        ids = {b.id for b in lk.diagnosis.alternatives if b.of == "cx_to_churn"}
        assert {"units_pooled", "units_pooled_lagged", "units_within"} <= ids


# ---- what is counted, what is refused, what is said ----------------------------------------------


def test_periods_of_a_unit_are_no_new_units(tmp_path: Path):
    """The same figures four times over: the pooled slope and its range stay what they are."""
    frame = make_units(5, g=20).frame.drop(columns="revenue_end")
    again = pd.concat(
        [
            frame.assign(period=pd.Timestamp("2023-03-31") + pd.offsets.QuarterEnd(k))
            for k in range(4)
        ]
    )
    one = link_of(frame, tmp_path / "a")
    four = link_of(again.assign(period_months=3.0), tmp_path / "b")
    a = effect(one, "ex_to_cx")
    b = effect(four, "ex_to_cx")
    assert (b.value, b.low, b.high, b.n) == (
        pytest.approx(a.value),
        pytest.approx(a.low),
        pytest.approx(a.high),
        20,
    )
    assert b.df == pytest.approx(a.df)
    assert codes(four)["units_rows_are_not_units"] == {"rows": 80, "units": 20}
    assert "units_pooled_no_change_over_time" in codes(four)


def test_names_row_order_and_units_of_money_play_no_part(tmp_path: Path):
    frame = make_units(6, g=18, periods=3, employees=60).frame
    first = link_of(frame, tmp_path / "a")
    mixed = frame.sample(frac=1, random_state=1).assign(team=lambda f: "Z" + f["team"].str[::-1])
    dearer = mixed.assign(revenue_start=mixed["revenue_start"] * 100)
    second = link_of(dearer, tmp_path / "b")
    assert effect(first, "cx_to_nrr").reason == "units_no_revenue_end"
    for id in ("ex_to_cx", "ex_to_cx_corrected", "cx_to_churn"):
        assert effect(second, id).low == pytest.approx(effect(first, id).low, rel=1e-9), id
    assert second.worth_of("one_point_of_cx").high == pytest.approx(
        100 * first.worth_of("one_point_of_cx").high, rel=1e-9
    )


def test_worth_adds_up_over_units_and_over_its_parts(tmp_path: Path):
    link = link_of(make_units(7, g=25).frame, tmp_path)
    total = link.worth_of("one_point_of_cx")
    kept = link.worth_of("one_point_of_cx_retention")
    assert sum(w.worth.value for w in link.diagnosis.units.worth) == pytest.approx(
        total.value, rel=1e-12
    )
    assert kept.value + link.worth_of("one_point_of_cx_expansion").value == pytest.approx(
        total.value, rel=1e-12
    )
    assert len(link.diagnosis.units.worth) == 25
    assert all(w.worth.low < w.worth.value < w.worth.high for w in link.diagnosis.units.worth)
    assert link.curve.per_point == kept
    assert np.quantile(link.curve.per_point_draws, [0.05, 0.95]) == pytest.approx(
        [kept.low, kept.high], rel=0.02
    )
    assert effect(link, "cx_to_nrr").value == pytest.approx(
        total.value / sum(w.revenue for w in link.diagnosis.units.worth)
    )


@pytest.mark.parametrize(
    ("g", "change", "reason", "code"),
    [
        (1, {}, "one_unit", None),
        (5, {}, "few_units", None),
        (9, {}, None, "units_directional"),
        (30, {"ease": 7.0}, "units_score_alike", None),
        (30, {"churn_rate": 0.1, "revenue_end": NAN}, "units_outcome_alike", None),
        (30, {"revenue_start": NAN, "revenue_end": NAN}, "units_no_revenue", None),
        (
            30,
            {"churn_rate": NAN, "revenue_start": NAN, "revenue_end": NAN},
            "units_no_outcome",
            None,
        ),
        (30, {"ease": NAN}, "units_no_cx", None),
    ],
)
def test_gates(tmp_path: Path, g: int, change: dict, reason: str | None, code: str | None):
    link = link_of(make_units(8, g=g).frame.assign(**change), tmp_path)
    assert link.refused == reason
    assert code is None or code in codes(link)
    if reason:
        assert words.has(f"reason.{reason}.text")
        assert link.worth_of("one_point_of_cx").reason == reason
    for found in codes(link):
        assert words.has(f"finding.{found}.what"), found


def test_without_the_spread_of_answers_reliability_is_a_bound_and_nothing_is_corrected(
    tmp_path: Path,
):
    frame = make_units(9, g=30, employees=400).frame.drop(columns=["ex_sd", "cx_sd"])
    link = link_of(frame, tmp_path)
    assert effect(link, "ex_to_cx_corrected").reason == "units_no_spread"
    assert link.team_reliability is None
    ex = next(m for m in link.diagnosis.units.measured if m.what == "ex")
    assert ex.at_least
    known = link_of(make_units(9, g=30, employees=400).frame, tmp_path / "b")
    assert 0 < ex.reliability < known.team_reliability


def test_sales_alone_give_a_share_of_sales(tmp_path: Path):
    rng = np.random.default_rng(10)
    g = 60
    cx = rng.normal(7, 0.8, g)
    ex = rng.normal(3.6, 0.4, g)
    sales = np.exp(10 + 0.05 * cx + rng.normal(0, 0.05, g))
    frame = pd.DataFrame(
        {
            "team": [f"S{i}" for i in range(g)],
            "ex": ex,
            "ease": cx,
            "revenue": sales,
            "revenue_months": 1.0,
        }
    )
    link = link_of(frame, tmp_path)
    slope = effect(link, "cx_to_revenue")
    assert slope.low < 0.05 < slope.high
    worth = link.worth_of("one_point_of_cx")
    assert worth.value == pytest.approx(
        (sales * 12 * np.expm1(slope.value * np.minimum(1, 10 - cx))).sum()
    )
    assert link.worth_of("one_point_of_cx_retention").reason == "units_only_sales"
    assert link.counts == "sales"
    assert link.curve is None
    assert "units_sales_level" in codes(link)


# ---- from spreadsheets to case.json --------------------------------------------------------------


def sheet(frame: pd.DataFrame) -> pd.DataFrame:
    names = {
        "team": "Branch", "period": "Quarter", "ex": "Engagement (1-5)", "ex_n": "EX responses",
        "ex_sd": "EX sd", "ease": "Ease (0-10)", "cx_n": "CX responses", "cx_sd": "CX sd",
        "churn_rate": "Churn rate", "customers": "Customers", "revenue_start": "Revenue start",
        "revenue_end": "Revenue end",
    }  # fmt: skip
    out = frame.drop(columns=["churn_months", "period_months"], errors="ignore").rename(
        columns=names
    )
    if "Quarter" in out:
        out["Quarter"] = out["Quarter"].dt.to_period("Q").astype(str)
    return out.round(4)


@pytest.mark.parametrize(("g", "exit_code"), [(20, 0), (4, 1)])
def test_build_from_units_alone(
    tmp_path: Path, g: int, exit_code: int, monkeypatch: pytest.MonkeyPatch
):
    sheet(make_units(11, g=g, periods=4).frame).to_csv(tmp_path / "branches.csv", index=False)
    monkeypatch.setattr(
        "cxcase.pipeline.make_images", lambda report, folder: type("No", (), {"reason": None})()
    )
    assert (
        main(["build", "--units", str(tmp_path / "branches.csv"), "--out", str(tmp_path / "out")])
        == exit_code
    )
    case = json.loads((tmp_path / "out" / "case.json").read_text())
    link = case["link"]
    assert [e["id"] for e in link["effects"]][:6] == [
        "ex_to_cx",
        "ex_to_cx_corrected",
        "cx_to_churn",
        "ex_to_churn_total",
        "ex_to_churn_through_cx",
        "cx_to_nrr",
    ]
    assert case["sources"][0]["role"] == "units"
    assert link["units"]["units"] == g
    assert link["units"]["rows"] == 4 * g
    if exit_code:
        assert link["refused"] == "few_units"
        return
    worth = {w["id"]: w for w in link["worth"]}
    assert worth["one_point_of_cx"]["value"] is not None
    assert {e["n"] for e in link["effects"] if e["value"] is not None} == {g}
    assert len(link["units"]["worth"]) == g
    assert case["base"]["customers"] > 0
    assert (tmp_path / "out" / "deck.pptx").exists()


def test_quarters_are_brought_to_a_year_and_headings_may_say_more(tmp_path: Path):
    frame = sheet(make_units(12, g=8, periods=3).frame)
    quarterly = units_of(frame, tmp_path / "a")
    assert set(quarterly["churn_months"]) == {3.0}
    yearly = units_of(frame.rename(columns={"Churn rate": "Annual churn rate"}), tmp_path / "b")
    assert set(yearly["churn_months"]) == {12.0}


def units_of(frame: pd.DataFrame, folder: Path) -> pd.DataFrame:
    return read(
        [Upload("u.csv", frame.to_csv(index=False).encode(), "units")], Settings(), folder
    ).table("units")


def test_rows_of_employees_become_units_and_are_not_kept(tmp_path: Path):
    rng = np.random.default_rng(13)
    store = np.repeat(np.arange(20), 9)[:-6]  # the last store has three employees
    frame = pd.DataFrame(
        {
            "Store": [f"S{k}" for k in store],
            "Engagement (1-5)": rng.integers(1, 6, len(store)),
            "Monthly sales": 1000.0 + 10 * store,
            "Age": rng.integers(18, 60, len(store)),
        }
    )
    case = read(
        [Upload("u.csv", frame.to_csv(index=False).encode(), "units")], Settings(), tmp_path
    )
    units = case.table("units")
    assert len(units) == 20
    assert units["revenue"].tolist() == [1000.0 + 10 * k for k in range(20)]
    assert set(units["revenue_months"]) == {1.0}
    assert units["ex_n"].iloc[0] == 9
    own = frame.loc[frame["Store"] == "S0", "Engagement (1-5)"]
    assert units["ex"].iloc[0] == pytest.approx(own.mean())
    assert units["ex_sd"].iloc[0] == pytest.approx(own.std())
    assert units.loc[units["team"] == "S19", ["ex", "ex_n", "ex_sd"]].isna().all().all()
    found = {f.code: dict(f.params) for f in case.findings}
    assert found["units_from_employees"] == {"rows": 174, "units": 20}
    assert case.raw == (None,)
    assert case.sources[0].samples == {}
    assert case.sources[0].rows_accepted == 174


def test_scales_are_what_the_units_were_read_on(tmp_path: Path):
    link = link_of(make_units(14, g=12).frame, tmp_path)
    assert (link.scale, link.ex_scale) == (SCALES["ease"], SCALES["ex"])


def test_the_adjustment_of_an_empty_unit_is_no_change():
    """A unit whose columns are all zero after its level is taken out pulls nothing."""
    got = adjustments(np.zeros((1, 2, 2)), np.eye(2))
    assert got == pytest.approx(np.eye(2)[None])
