"""The study in small: forty companies of two arms find their truth, and the rule holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cxcase.calibrate import arms_of, run_study
from cxcase.calibrate.arms import ARMS, NULLS
from cxcase.calibrate.claims import claims_of
from cxcase.calibrate.company import Arm, draw, tenure_of, truth_of
from cxcase.calibrate.mistakes import pairwise_breaks
from cxcase.calibrate.page import draw_chart, write_page
from cxcase.calibrate.reliability import Group, grouped
from cxcase.calibrate.rule import (
    Cell,
    cell_faults,
    coverage_error,
    flagged,
    mean_holds,
    most_claims,
    reliable,
    settled,
)
from cxcase.calibrate.study import STAKE, Study, _given, _given_run
from cxcase.errors import SettingsError

CELL = Cell("arm", "kept", 500, 0.9, 0.05, 0.05, 0.0, 0.01, 0.0, 0.5, False)


@pytest.fixture(scope="module")
def study() -> Study:
    return run_study(40, 1, arms=(ARMS[0], ARMS[4]), given=(), nulls=NULLS[:1], rerun=False)


def test_arms_are_chosen_by_a_word_of_their_name():
    """A word names all arms that hold it; one that names none says which there are."""
    chosen = arms_of(["logarithm", "48 teams"])
    assert [arm.name for arm in chosen["arms"]] == ["30 teams, tenure by its logarithm"]
    assert [arm.name for arm in chosen["nulls"]] == ["nothing there, tenure by its logarithm"]
    assert chosen["given"] == [48]
    assert arms_of(None) == {"arms": list(ARMS), "given": [12, 48], "nulls": list(NULLS)}
    with pytest.raises(SettingsError, match="sample company, 12 teams"):
        arms_of(["seasons"])


@pytest.mark.slow
def test_stakes_one_by_one_and_all_at_once_hold_the_loose_rule():
    """Twenty companies with eight moments: coverage of each, and of all, within three Monte-Carlo
    errors of 90 %.
    """
    cells = {
        cell.quantity: cell for cell in _given(12, [_given_run(12, seed) for seed in range(1, 21)])
    }
    singles = [cell for name, cell in cells.items() if name.startswith(STAKE)]
    assert len(singles) == 8
    assert all(cell.single for cell in singles)
    for cell in (*singles, cells["all moments"]):
        assert cell.coverage >= 0.9 - 3 * coverage_error(cell.n), cell.quantity
        assert abs(cell.bias_in_se) < 0.25 + 3 * cell.n**-0.5, cell.quantity
    assert np.mean([cell.coverage for cell in singles]) > 0.86
    assert cells["all moments"].width < np.mean([cell.width for cell in singles])


@pytest.mark.slow
def test_forty_companies_hold_the_loose_rule(study: Study):
    """At 40 companies a cell may lie within three Monte-Carlo errors of 90 %: 30 of 40."""
    for cell in study.cells:
        assert cell.coverage >= 0.9 - 3 * coverage_error(40), (cell.arm, cell.quantity)
        assert abs(cell.bias_in_se) < 0.25 + 3 * 40**-0.5, (cell.arm, cell.quantity)
    assert np.mean([cell.coverage for cell in study.cells]) > 0.86


@pytest.mark.slow
def test_mistakes_miss_it(study: Study):
    missed = {m.name: m.missed for m in study.mistakes}
    assert missed["cx_to_churn: no weights"]
    assert study.pairwise_broken > 0.5


@pytest.mark.slow
def test_the_page_says_seeds_time_and_every_cell(study: Study):
    page = write_page(study, 12.3, 1, "calibration.svg")
    chart = draw_chart(study)
    assert "seeds 1 to 40" in page
    assert "12 s on one core" in page
    assert "12 s on 2 cores" in write_page(study, 12.3, 2, "calibration.svg")
    assert page.count("| 12 teams |") >= 7
    assert chart.count("<circle") == len(study.cells)
    assert "{" not in page


@pytest.mark.slow
def test_a_stated_chance_holds(study: Study):
    """Eighty steps in ten groups: stated chances of all sizes come up, and as many pay back as was
    stated.
    """
    groups = study.reliability
    assert sum(g.n for g in groups) >= 75
    assert groups[0].stated < 0.3
    assert groups[-1].stated > 0.8
    assert [g.stated for g in groups] == sorted(g.stated for g in groups)
    assert all(reliable(g) for g in groups)
    stated, paid = (sum(g.n * getattr(g, name) for g in groups) / 80 for name in ("stated", "paid"))
    assert paid == pytest.approx(stated, abs=0.15)


def test_reliability_at_its_edges():
    rng = np.random.default_rng(1)
    sure = [(p, bool(rng.random() < p)) for p in rng.random(4000)]
    assert all(reliable(g) for g in grouped(sure))
    bold = [(0.5 + 0.5 * p if p > 0.5 else 0.5 * p, paid) for p, paid in sure]
    assert not all(reliable(g) for g in grouped(bold))
    assert [g.n for g in grouped(sure[:25])] == [3] * 5 + [2] * 5
    assert grouped([]) == ()
    assert Group(100, 0.5, 0.5).error == pytest.approx(0.05)


def test_truth_is_of_the_population_companies_are_drawn_from():
    arm = Arm("30 teams", 30)
    truth = truth_of(arm)
    assert truth == truth_of(arm)
    assert truth["kept"] + truth["added"] == pytest.approx(truth["both"])
    assert (
        truth["ex_to_cx"] < truth["ex_to_cx_corrected"] < arm.ex_to_cx
    )  # noise, then the ends of the scale
    world = draw(arm, np.random.default_rng(5), 3000, 300_000)
    rate = world.churned.mean()
    assert truth["cx_to_churn"] == pytest.approx(arm.cx_to_churn * rate * (1 - rate), rel=0.15)
    assert truth_of(replace(arm, cx_to_churn=0.0, ex_to_cx=0.0, growth=0.0))[
        "both"
    ] == pytest.approx(0.0, abs=1e-12)


def test_rule_at_its_edges():
    se = coverage_error(500)
    assert not cell_faults(CELL)
    assert cell_faults(replace(CELL, coverage=0.9 - 3.01 * se)) == ["coverage"]
    assert cell_faults(replace(CELL, coverage=0.9 + 3.01 * se)) == ["coverage"]
    assert not cell_faults(replace(CELL, coverage=0.9 + 3.01 * se, low=0.0, given=True))
    assert cell_faults(replace(CELL, low=0.081)) == ["tails"]
    assert cell_faults(replace(CELL, high=0.024)) == ["tails"]
    assert cell_faults(replace(CELL, bias_in_se=0.25 + 3 / 500**0.5 + 0.001)) == ["bias"]
    assert cell_faults(replace(CELL, bias=0.056, given=True)) == ["bias"]
    single = replace(
        CELL, given=True, single=True
    )  # one moment's stake: its bias counts in standard errors
    assert not cell_faults(replace(single, bias=0.2))
    assert cell_faults(replace(single, bias_in_se=0.25 + 3 / 500**0.5 + 0.001)) == ["bias"]
    assert flagged(replace(CELL, coverage=0.9 - 2.01 * se))
    assert not flagged(replace(CELL, coverage=0.9 - 1.99 * se))
    assert not settled(CELL)
    assert settled(replace(CELL, n=1000))
    assert settled(replace(CELL, n=991, drawn=1000))
    assert not settled(replace(CELL, n=991, drawn=999))
    assert not settled(replace(CELL, n=1000, coverage=0.879))
    assert mean_holds([CELL])
    assert not mean_holds([replace(CELL, coverage=0.879)])
    assert mean_holds([replace(CELL, coverage=0.879, n=100)])


def test_pairwise_covariances_break():
    assert np.mean([pairwise_breaks(np.random.default_rng(i)) for i in range(100)]) > 0.75


def test_the_page_in_the_repository_is_of_this_study():
    page = Path("docs/calibration.md").read_text(encoding="utf-8")
    for arm in ARMS:
        assert arm.name in page
    assert Path("docs/calibration.svg").exists()


@pytest.mark.slow
def test_how_many_processes_share_the_work_and_what_was_kept_of_it_change_nothing(tmp_path: Path):
    chosen = {"arms": ARMS[:1], "given": (12,), "nulls": NULLS[:1]}
    alone = run_study(3, 7, **chosen, rerun=False, kept=tmp_path)
    drawn = {file.name: file.stat().st_mtime_ns for file in tmp_path.iterdir()}
    assert "nothing there, 30 teams, 7 to 9.json" in drawn
    again = run_study(3, 7, **chosen, rerun=False, kept=tmp_path)
    assert {file.name: file.stat().st_mtime_ns for file in tmp_path.iterdir()} == drawn
    shared = run_study(3, 7, **chosen, rerun=False, processes=2)
    for study in (again, shared):
        assert study.cells == alone.cells
        assert study.null_claims == alone.null_claims
        assert study.reliability == alone.reliability


def test_claims_where_nothing_is_are_split_by_the_way_they_point():
    ranges = [(-0.3, -0.1), (0.1, 0.3), (-0.1, 0.1), (-0.2, -0.1)]
    null = [
        {
            "cx_to_churn": (0.0, *own),
            "ex_to_cx": (0, -1, 1 - 2 * i),
            "ex_to_cx_corrected": (0, 1, 2),
        }
        for i, own in enumerate(ranges)
    ]
    claims = claims_of(null)
    assert claims["cx_to_churn"] == 0.75
    assert (claims["cx_to_churn: pays"], claims["cx_to_churn: harms"]) == (0.5, 0.25)
    assert claims["chain"] == 0.5
    assert most_claims("cx_to_churn: pays", 500) == pytest.approx(0.0792, abs=1e-4)
    assert most_claims("ex_to_cx", 500) == pytest.approx(0.1402, abs=1e-4)


def test_bent_tenure_is_early_and_acts_at_unit_spread():
    rng = np.random.default_rng(6)
    for arm in ARMS:
        months, acts = tenure_of(arm, rng.normal(size=200_000))
        assert (acts.mean(), acts.std()) == pytest.approx((0.0, 1.0), abs=0.02)
        if arm.tenure != "straight":
            assert months.min() == 1.0
            assert np.median(months) < 0.75 * months.mean()
            assert abs(np.corrcoef(months, acts)[0, 1]) < 0.85
