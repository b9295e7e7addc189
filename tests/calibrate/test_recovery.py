"""Do the estimates find a known answer? Twenty-four companies like the sample, from other seeds,
and forty with 12 teams.

Every bound below was written before these seeds were run. An interval is about the company at hand,
and also carries the luck of which teams and customers that company has; so it may cover more often
than its nominal 90 %, never less. With a true coverage of 90 %, fewer than 29 of 40 happens once in
a thousand, fewer than 17 of 24 twice. Bias bounds are about three standard errors of a mean over 40
companies, and as narrow for 24. The last tests do it wrong on purpose, and must miss by more than
these bounds.
"""

from __future__ import annotations

import multiprocessing
import os
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from unittest import mock

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from cxcase.intake import case_from_frames
from cxcase.link import fit_link
from cxcase.moments import rank_moments
from cxcase.sample import design, draw_company, true_effects
from cxcase.sample.company import EX_SCALE, MOMENT_SCALES, SCALES
from cxcase.settings import Settings

LARGE = 24  # companies with many teams
SMALL = 40  # companies with few
LEAST_COVERED = {LARGE: 17, SMALL: 29}
ALL_COVERED = 0.87  # over all figures of a set
STAKE = "moments:revenue_at_stake"
RETENTION = "worth:one_point_of_cx_retention"

# id -> (largest bias, largest mean width of the 90 % interval), as shares of the truth
BOUNDS_48 = {
    "cx_to_churn": (0.06, 0.45),
    "cx_to_nrr": (0.06, 0.40),
    RETENTION: (0.06, 0.45),
    "worth:one_point_of_cx_expansion": (0.08, 0.50),
    "worth:one_point_of_cx": (0.06, 0.40),
    "ex_to_cx": (0.15, 1.10),
    "ex_to_cx_corrected": (0.15, 1.10),
    "ex_to_churn_through_cx": (0.15, 1.10),
    "ex_to_churn_total": (0.30, 2.50),
    "worth:one_point_of_ex_through_cx": (0.15, 1.10),
    STAKE: (0.10, 0.85),
}
BOUNDS_12 = {
    "cx_to_churn": (0.12, 1.00),
    RETENTION: (0.12, 1.00),
    "worth:one_point_of_cx_expansion": (0.15, 1.10),
    "worth:one_point_of_cx": (0.10, 0.80),
    "ex_to_cx": (0.40, 3.50),
    STAKE: (0.16, 2.00),
}
MOMENT_BIAS = {"slope": 0.15, "one_point": 0.15, "revenue_at_stake": 0.20}
RARE = {"Contract change": 2.0}  # lived by 6 %: twice the room


@dataclass(frozen=True)
class Run:
    """One company: what is true, what was estimated (value, low, high), and what comes of doing it
    wrong.
    """

    truth: dict[str, float]
    found: dict[str, tuple[float, float, float]]
    wrong: dict[str, float]
    model: str


def run_company(arguments: tuple[int, int, int, bool]) -> Run:
    """Draw, estimate, compare: one seed. Runs in a process of its own."""
    seed, customers, teams, mistakes = arguments
    company = draw_company(seed, customers, teams, comments=False)
    truth = {name: float(known.value) for name, known in true_effects(company).items()}
    link, moments = _estimate(dict(company.frames))
    found = {e.id: e.estimate for e in link.effects} | {
        f"worth:{w.id}": w.estimate for w in link.worth
    }
    for m in moments.moments:
        found[f"moment:{m.name}:slope"] = m.slope
        found[f"moment:{m.name}:reach"] = m.reach
        found[f"moment:{m.name}:performance"] = m.performance
        found[f"moment:{m.name}:revenue_at_stake"] = m.revenue_at_stake
    found |= {f"moment:{name}:one_point": curve.per_point for name, curve in moments.curves.items()}
    found[STAKE] = moments.joint.revenue_at_stake
    figures = {name: (e.value, e.low, e.high) for name, e in found.items() if e.value is not None}
    return Run(
        truth, figures, _mistakes(company.frames, figures) if mistakes else {}, moments.model
    )


def _estimate(frames: dict[str, pd.DataFrame], *, moments: bool = True):
    settings = Settings()
    with tempfile.TemporaryDirectory() as folder:
        scales = {"scales": SCALES, "ex_scale": EX_SCALE, "moment_scales": MOMENT_SCALES}
        case = case_from_frames(frames, settings, Path(folder), **scales)
        fitted = fit_link(case, settings)
        return fitted.link, rank_moments(case, fitted, settings) if moments else None


def _mistakes(frames, figures) -> dict[str, float]:
    customers = frames["customers"]
    blind, _ = _estimate(
        dict(frames) | {"customers": customers.drop(columns="tenure_months")}, moments=False
    )
    base = customers["revenue_start"].sum()
    return {
        "tenure left out": blind.effect("cx_to_churn").estimate.value,
        "unweighted": _unweighted_slope(frames),
        "slope times revenue": -figures["cx_to_churn"][0] * base,
    }


def _unweighted_slope(frames) -> float:
    """Average change in churn per ease point among those who answered, as if they were everyone."""
    table = frames["cx"].dropna(subset="ease").merge(frames["customers"], on="customer_id")
    own = table["ease"] - table.groupby("team")["ease"].transform("mean")
    x = np.column_stack(
        [
            np.ones(len(table)),
            own,
            table["ease"] - own,
            table["tenure_months"] / 12,
            np.log(table["revenue_start"]),
        ]
        + [(table["segment"] == s.name).to_numpy(float) for s in design.SEGMENTS[1:]]
    )
    y = table["churned"].to_numpy(float)
    beta = np.zeros(x.shape[1])
    for _ in range(12):
        p = expit(x @ beta)
        beta = beta + np.linalg.solve((x.T * (p * (1 - p))) @ x, x.T @ (y - p))
    p = expit(x @ beta)
    return float(beta[1] * (p * (1 - p)).mean())


def _run(companies: int, first: int, customers: int, teams: int, *, mistakes: bool) -> list[Run]:
    jobs = [(first + i, customers, teams, mistakes and i % 2 == 0) for i in range(companies)]
    single = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    with mock.patch.dict(os.environ, single), multiprocessing.get_context("spawn").Pool(2) as pool:
        return pool.map(run_company, jobs, chunksize=2)


@pytest.fixture(scope="module")
def large() -> list[Run]:
    """48 teams, 12,000 customers."""
    return _run(LARGE, 1, 12_000, 48, mistakes=True)


@pytest.fixture(scope="module")
def small() -> list[Run]:
    """12 teams, 3,000 customers: too few who left for moments to have slopes of their own."""
    return _run(SMALL, 101, 3_000, 12, mistakes=False)


def bias(runs: list[Run], name: str) -> float:
    """Mean error as a share of the mean truth; positive means overstated, whatever the sign of the
    truth.
    """
    pairs = np.array([(run.found[name][0], run.truth[name]) for run in runs if name in run.found])
    return float((pairs[:, 0] - pairs[:, 1]).mean() / pairs[:, 1].mean())


def covered(runs: list[Run], name: str) -> int:
    """In how many companies the interval holds the truth; one without a figure counts as the
    others do.
    """
    held = [
        run.found[name][1] <= run.truth[name] <= run.found[name][2]
        for run in runs
        if name in run.found
    ]
    return round(np.mean(held) * len(runs))


def width(runs: list[Run], name: str) -> float:
    """Mean width of the interval as a share of the truth."""
    both = np.array(
        [
            (run.found[name][2] - run.found[name][1], abs(run.truth[name]))
            for run in runs
            if name in run.found
        ]
    )
    return float(both[:, 0].mean() / both[:, 1].mean())


pytestmark = pytest.mark.slow


# ---- 48 teams ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BOUNDS_48)
def test_unbiased_covered_and_narrow_enough(large, name):
    largest, widest = BOUNDS_48[name]
    assert abs(bias(large, name)) <= largest
    assert covered(large, name) >= LEAST_COVERED[LARGE]
    assert width(large, name) <= widest


@pytest.mark.parametrize("moment", [m.name for m in design.MOMENTS])
def test_each_moment(large, moment):
    for figure, largest in MOMENT_BIAS.items():
        name = f"moment:{moment}:{figure}"
        assert abs(bias(large, name)) <= largest * RARE.get(moment, 1.0), name
        assert covered(large, name) >= LEAST_COVERED[LARGE], name
    for figure in ("reach", "performance"):
        name = f"moment:{moment}:{figure}"
        assert abs(bias(large, name)) <= 0.02, name
        assert covered(large, name) >= LEAST_COVERED[LARGE], name


def test_coverage_over_all_figures(large, small):
    for runs, bounds in ((large, BOUNDS_48), (small, BOUNDS_12)):
        assert np.mean([covered(runs, name) for name in bounds]) >= ALL_COVERED * len(runs)


def test_both_models_are_tried(large, small):
    assert {run.model for run in large} == {"block"}
    assert {run.model for run in small} == {"index"}


# ---- 12 teams ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BOUNDS_12)
def test_twelve_teams(small, name):
    largest, widest = BOUNDS_12[name]
    assert abs(bias(small, name)) <= largest
    assert covered(small, name) >= LEAST_COVERED[SMALL]
    assert width(small, name) <= widest


def test_twelve_teams_say_less(large, small):
    """The same company with a quarter of its teams knows half as much: intervals that don't widen
    are wrong.
    """
    for name in ("cx_to_churn", RETENTION, STAKE):
        assert width(small, name) > 1.5 * width(large, name)


# ---- done wrong on purpose -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mistake", "name", "sign"),
    [
        ("tenure left out", "cx_to_churn", 1),
        ("unweighted", "cx_to_churn", -1),
        ("slope times revenue", RETENTION, 1),
    ],
)
def test_the_bounds_catch_mistakes(large, mistake, name, sign):
    wrong = np.array([(run.wrong[mistake], run.truth[name]) for run in large if run.wrong])
    missed = float((wrong[:, 0] - wrong[:, 1]).mean() / wrong[:, 1].mean())
    assert sign * missed > 1.5 * BOUNDS_48[name][0]


def test_coverage_catches_intervals_half_as_wide(large, small):
    for runs, bounds in ((large, BOUNDS_48), (small, BOUNDS_12)):
        halved = [
            replace(run, found={name: _halve(e) for name, e in run.found.items()}) for run in runs
        ]
        assert np.mean([covered(halved, name) for name in bounds]) < ALL_COVERED * len(runs)


def _halve(estimate: tuple[float, float, float]) -> tuple[float, float, float]:
    value, low, high = estimate
    return value, (value + low) / 2, (value + high) / 2


def test_noise_in_the_pulse_hides_part_of_what_engagement_does(large):
    """As measured is right about the measured score and too small for the true one."""
    told = [run for run in large if "ex_to_cx_corrected" in run.found]
    assert len(told) >= 0.9 * len(large)
    raw = np.mean([run.found["ex_to_cx"][0] for run in told])
    true = np.mean([run.truth["ex_to_cx_corrected"] for run in told])
    assert raw < 0.95 * true
    assert np.mean([run.found["ex_to_cx_corrected"][0] for run in told]) > raw
