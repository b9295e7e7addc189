"""The sample company: what it promises, the same every time, and its truth is true."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from cxcase.intake import Upload, case_from_frames, read
from cxcase.sample import COMPANY, SEED, design, draw_company, true_effects, write_company
from cxcase.sample import company as drawing
from cxcase.sample import truth as truths
from cxcase.settings import Settings

COMMITTED = Path(__file__).parents[2] / "data" / "samples"
FILES = {
    "customers.xlsx",
    "cx_survey.xlsx",
    "ex_pulse.csv",
    "recommendations.xlsx",
    "case_studies.xlsx",
    "truth.json",
}


@pytest.fixture(scope="module")
def company():
    return draw_company()


@pytest.fixture(scope="module")
def known(company):
    return {name: known.value for name, known in true_effects(company).items()}


# ---- what it promises ----------------------------------------------------------------------------


def test_its_size_and_shape(company, known):
    customers = company.frames["customers"]
    cx = company.frames["cx"]
    assert company.name == COMPANY
    assert len(customers) == 12_000
    assert customers["customer_id"].is_unique
    assert customers["team"].nunique() == 48
    sizes = customers["team"].value_counts()
    assert sizes.max() > 5 * sizes.min()
    assert known["base:response_rate"] >= 0.35
    assert known["base:logo_churn"] >= 0.12
    assert set(cx["customer_id"]) <= set(customers["customer_id"])
    lost = customers.set_index("customer_id")["churned"]
    parameters = 1 + 2 * len(design.MOMENTS) + 1 + len(design.SEGMENTS) - 1 + 1
    assert lost[cx["customer_id"]].sum() >= 15 * parameters


def test_moments_differ_in_reach(known):
    reach = [known[f"moment:{m.name}:reach"] for m in design.MOMENTS]
    assert len(reach) == 8
    assert max(reach) > 0.93
    assert min(reach) < 0.08


def test_marks_are_whole_and_on_their_scales(company):
    cx = company.frames["cx"]
    for column, low, high in (
        ("ease", 1, 7),
        ("nps", 0, 10),
        *((f"rating:{m.name}", 0, 10) for m in design.MOMENTS),
    ):
        marks = cx[column].dropna()
        assert marks.between(low, high).all()
        assert (marks == marks.round()).all()
    for moment in design.MOMENTS:
        assert cx.loc[~cx[f"lived:{moment.name}"], f"rating:{moment.name}"].isna().all()


def test_the_pulse_has_two_waves_and_teams_under_five(company):
    ex = company.frames["ex"]
    waves = ex.groupby("wave")["n"].sum()
    assert len(waves) == 2
    assert waves.between(500, 700).all()
    assert (ex["n"] < 5).sum() >= 4
    assert max(ex["wave"]) < company.frames["cx"]["responded_at"].min().date()
    assert ex["mean"].between(1, 5).all()


def test_recommendations_and_case_studies(company):
    sheet = company.frames["recommendations"]
    cases = company.frames["case_studies"]
    assert len(sheet) == 14
    assert sheet["id"].is_unique
    assert (sheet["acts_on"] == "ex").sum() == 2
    assert (sheet["acts_on"] == "ease").sum() == 1
    assert sheet["one_off_cost"].min() <= 6_000
    assert sheet["one_off_cost"].max() >= 200_000
    assert sheet["part_of"].dropna().isin(sheet["id"]).all()
    assert sheet["part_of"].notna().sum() >= 3
    named = sheet[["needs", "excludes"]].stack().dropna().str.split(";").explode()
    assert named.isin(sheet["id"]).all()
    moments = sheet["moment"].dropna().str.split(";").explode()
    assert set(moments) <= {m.name for m in design.MOMENTS}
    assert sheet[["owner", "pnl_line", "lift_likely"]].notna().all(axis=None)
    assert sheet["lift_low"].isna().any()
    assert sheet["lift_low"].notna().any()
    assert len(cases) == 10
    assert cases["kind"].nunique() == 5
    assert cases["link"].str.startswith("https://example.com/").all()


def test_comments_are_many_and_hardly_repeat(company):
    text = company.frames["cx"]["comment"]
    assert text.notna().mean() >= 0.35
    sentences = Counter(s for t in text.dropna() for s in re.split(r"(?<=\.)\s+", t.lower()))
    assert sentences.most_common(1)[0][1] <= 6
    assert text.dropna().str.len().std() > 20


def test_comments_fit_the_marks(company):
    """Words of praise come with high marks, complaints with low ones: compare ease where each is
    said.
    """
    cx = company.frames["cx"].dropna(subset=["comment", "ease"])
    glad = cx["comment"].str.contains("easiest|easy to deal|happy|spot on|can't fault", case=False)
    cross = cx["comment"].str.contains(
        "frustrating|fed up|hard work|not good enough|nothing is simple", case=False
    )
    assert cx.loc[glad, "ease"].mean() - cx.loc[cross, "ease"].mean() > 1.0
    invoice = cx["comment"].str.contains("invoice was for|billed for|charged for", case=False)
    assert (cx.loc[invoice, "rating:Invoice"] <= 4).mean() > 0.95


# ---- the same every time -------------------------------------------------------------------------


def test_equal_seeds_draw_equal_companies():
    first = draw_company(7, 900, 12)
    second = draw_company(7, 900, 12)
    other = draw_company(8, 900, 12)
    for name in first.frames:
        pd.testing.assert_frame_equal(first.frames[name], second.frames[name])
    assert not first.frames["customers"].equals(other.frames["customers"])


def test_comments_change_nothing_else():
    with_text = draw_company(7, 900, 12)
    without = draw_company(7, 900, 12, comments=False)
    pd.testing.assert_frame_equal(
        with_text.frames["cx"].drop(columns="comment"), without.frames["cx"]
    )


def test_the_committed_files_are_these(company, tmp_path):
    """Content, not bytes: a newer spreadsheet writer may pack the same cells differently."""
    assert company.seed == SEED
    written = write_company(company, tmp_path)
    assert {p.name for p in written} == FILES
    for path in written:
        kept = COMMITTED / path.name
        if path.suffix == ".xlsx":
            new, old = (
                pd.read_excel(p, sheet_name=None, header=None, dtype=object, engine="calamine")
                for p in (path, kept)
            )
            assert list(new) == list(old)
            for sheet in new:
                pd.testing.assert_frame_equal(new[sheet], old[sheet])
        elif path.suffix == ".json":
            assert _numbers(path) == pytest.approx(_numbers(kept), rel=1e-8)
        else:
            assert path.read_bytes() == kept.read_bytes()
    assert sum(p.stat().st_size for p in COMMITTED.iterdir()) < 4_000_000


def _numbers(path: Path) -> dict[str, float]:
    return {
        entry["id"]: entry["value"]
        for entry in json.loads(path.read_text(encoding="utf-8"))["truths"]
    }


# ---- its truth is true ---------------------------------------------------------------------------


def test_exact_probabilities_equal_a_hundred_replays(company):
    """Redraw every customer's luck with ease a hundred times: the average is what `leaving_from`
    says.
    """
    people = company.people
    rng = np.random.default_rng(1)
    latent = people.ease_rest + drawing.ease_from(people.rating, people.lived)
    exact = truths.leaving_from(people, latent)
    total = np.zeros(len(latent))
    for _ in range(100):
        ease = drawing.record(latent + design.EASE_SD * rng.standard_normal(len(latent)), 1, 7)
        total += truths.leaving(people, ease)
    assert total.mean() / 100 == pytest.approx(exact.mean(), rel=0.002)
    assert np.corrcoef(total, exact)[0, 1] > 0.99


def test_worth_of_a_point_by_replaying_who_leaves(company, known):
    """The same people, the same luck, ease one point up: revenue that stays, averaged over 400
    replays.
    """
    people = company.people
    rng = np.random.default_rng(2)
    before = truths.leaving(people, people.ease)
    after = truths.leaving(people, np.minimum(people.ease + 1, 7))
    luck = rng.random((400, len(before)))
    kept = ((luck < before).astype(float) - (luck < after)) @ people.revenue
    assert kept.mean() == pytest.approx(
        known["worth:one_point_of_cx_retention"], abs=4 * kept.std() / 20
    )
    assert (
        kept.mean() < -known["cx_to_churn"] * known["base:revenue_start"]
    )  # the capped, revenue-weighted figure


def test_stake_by_replaying_from_the_moments_up(company, known):
    """Move ratings to the target, redraw ease and departure: the saving is the exact one."""
    people = company.people
    rng = np.random.default_rng(3)
    gap = truths.best_quartile(people, len(company.teams.size)).gap[people.team]
    moved = np.minimum(people.rating + gap, 10)
    saved = []
    for _ in range(150):
        luck = design.EASE_SD * rng.standard_normal(len(gap))
        ease = [
            drawing.record(people.ease_rest + drawing.ease_from(r, people.lived) + luck, 1, 7)
            for r in (people.rating, moved)
        ]
        p, q = (truths.leaving(people, e) for e in ease)
        saved.append(people.revenue @ (p - q))
    assert np.mean(saved) == pytest.approx(
        known["moments:revenue_at_stake"], abs=4 * np.std(saved) / 12
    )


def test_ex_score_and_its_noise_by_asking_many(company):
    rng = np.random.default_rng(4)
    shift = np.array([s for _, s in design.EX_ITEMS])
    for ex in (2.9, 3.6, 4.3):
        person = ex + design.PERSON_SD * rng.standard_normal(200_000)
        twice = [
            drawing.record(
                person[:, None] + shift + design.ITEM_SD * rng.standard_normal((200_000, 5)), 1, 5
            ).mean(1)
            for _ in range(2)
        ]
        between, within = truths._answer_variance(np.array([ex]))
        assert truths.expected_score(np.array([ex]))[0] == pytest.approx(twice[0].mean(), abs=0.006)
        assert np.cov(*twice)[0, 1] == pytest.approx(between[0], rel=0.03)
        assert twice[0].var() == pytest.approx(between[0] + within[0], rel=0.03)


def test_reliability_is_the_measured_slope_over_the_true_one():
    """The true score regressed on the measured one is the reliability, on average over 40
    companies.
    """
    ratios = []
    shares = []
    for seed in range(40):
        company = draw_company(seed, 12_000, 48, comments=False)
        ex = company.frames["ex"].query("n >= 5").assign(total=lambda t: t["n"] * t["mean"])
        pooled = ex.groupby("team")[["total", "n"]].sum()
        measured = (pooled["total"] / pooled["n"]).reindex(company.teams.names)
        used = measured.notna().to_numpy()
        score = truths.expected_score(company.teams.ex)[used]
        weight = company.teams.size[used]
        ratios.append((_slope(measured.to_numpy()[used], score, weight), weight.sum()))
        shares.append(truths.ex_reliability(company))
    assert np.mean([r for r, _ in ratios]) == pytest.approx(np.mean(shares), abs=0.03)


def _slope(x: np.ndarray, y: np.ndarray, weight: np.ndarray) -> float:
    x = x - np.average(x, weights=weight)
    y = y - np.average(y, weights=weight)
    return float((weight * x * y).sum() / (weight * x * x).sum())


def test_what_is_built_in_is_there(company):
    """Tenure confounds, leavers answer less, the unseen factor moves teams: each visible in the
    whole company.
    """
    people = company.people
    teams = company.teams
    assert np.corrcoef(people.tenure, people.ease)[0, 1] > 0.15
    assert np.corrcoef(people.tenure, people.churned)[0, 1] < -0.05
    assert np.corrcoef(people.tenure, people.answered)[0, 1] > 0.02
    assert np.corrcoef(people.tenure, np.log(people.revenue))[0, 1] > 0.05
    assert people.churned[people.answered].mean() < people.churned.mean() - 0.01
    mean_ease = np.bincount(people.team, people.ease) / teams.size
    rest = expit(people.churn_rest)
    assert np.corrcoef(teams.unseen, mean_ease)[0, 1] > 0.1
    assert np.corrcoef(teams.unseen, np.bincount(people.team, rest) / teams.size)[0, 1] < -0.2


# ---- read back -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cases(company, tmp_path_factory):
    """The case read from the committed files, and the one made from the frames that they were
    written from.
    """
    settings = Settings()
    folder = tmp_path_factory.mktemp("cases")
    uploads = [
        Upload(p.name, p.read_bytes(), None)
        for p in sorted(COMMITTED.iterdir())
        if p.suffix in (".xlsx", ".csv")
    ]
    from_files = read(uploads, settings, folder / "files")
    scales = {
        "scales": drawing.SCALES,
        "ex_scale": drawing.EX_SCALE,
        "moment_scales": drawing.MOMENT_SCALES,
    }
    return from_files, case_from_frames(company.frames, settings, folder / "frames", **scales)


def test_the_files_are_read_as_the_company_they_came_from(cases, known):
    from_files, from_frames = cases
    assert from_files.base.t0 == design.T0
    for figure in (
        "customers", "revenue_start", "revenue_end", "churned", "churned_revenue", "logo_churn",
        "grr", "nrr",
    ):  # fmt: skip
        assert getattr(from_files.base, figure) == pytest.approx(known[f"base:{figure}"], rel=1e-9)
    assert from_files.base.response_rate == pytest.approx(known["base:response_rate"], abs=1e-9)
    assert from_files.base.lost_before_t0 == 2
    assert from_files.scales == drawing.SCALES
    assert from_files.ex_scale == drawing.EX_SCALE
    assert (
        from_files.moments == from_frames.moments
    )  # lived, not lived and not answered, as N/A and blank say
    assert from_files.currency == "GBP"
    for name in ("customers", "responses", "ex"):
        files = from_files.table(name)
        frames = from_frames.table(name)
        assert set(frames) == set(files)
        pd.testing.assert_frame_equal(files[list(frames)], frames, check_dtype=False, rtol=1e-9)


def test_every_bad_row_is_set_aside_and_no_other(cases):
    from_files, _ = cases
    aside = {role: {} for role in ("customers", "cx", "ex", "recommendations", "case_studies")}
    for source in from_files.sources:
        if source.role:
            aside[source.role] = dict(source.reasons)
    assert sum(aside["customers"].values()) == 5
    assert sum(aside["cx"].values()) == 6
    assert sum(aside["ex"].values()) == 2
    assert sum(aside["recommendations"].values()) == 0
    assert sum(aside["case_studies"].values()) == 0
    assert aside["cx"]["customer_not_in_list"] == 4
    assert aside["cx"]["response_after_leaving"] == 2
    assert len(from_files.table("recommendations")) == 15  # one has no figure yet, and waits
    assert len(from_files.table("case_studies")) == 10
