"""ICC1, ICC2 and r_wg against an analysis of variance of the answers themselves, and what they say
at their ends.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from make_company import case_of, make

from cxcase.link.data.team_agreement import agreement_of


def _teams(answers: np.ndarray) -> pd.DataFrame:
    names = [f"Team {i}" for i in range(len(answers))]
    n = np.full(len(answers), answers.shape[1])
    return pd.DataFrame(
        {"team": names, "n": n, "mean": answers.mean(1), "sd": answers.std(1, ddof=1)}
    )


def test_the_iccs_are_those_of_an_analysis_of_variance(tmp_path: Path):
    rng = np.random.default_rng(3)
    answers = 3.5 + rng.normal(0, 0.5, (14, 1)) + rng.normal(0, 0.8, (14, 9))
    frames = {**make(5, teams=14, customers=600).frames, "ex": _teams(answers)}
    between = 9 * answers.mean(1).var(ddof=1)
    within = answers.var(1, ddof=1).mean()
    got = agreement_of(case_of(frames, tmp_path))
    assert got.icc1 == pytest.approx((between - within) / (between + 8 * within), rel=1e-9)
    assert got.icc2 == pytest.approx((between - within) / between, rel=1e-9)
    assert got.within == pytest.approx(np.median(1 - answers.var(1, ddof=1) / (16 / 12)), rel=1e-9)
    assert (got.answers, got.teams) == (pytest.approx(9.0), 14)


def test_teams_that_differ_by_luck_alone_have_no_reliability(tmp_path: Path):
    answers = np.tile(np.linspace(1, 5, 8), (9, 1)) + np.linspace(0, 0.01, 9)[:, None]
    frames = {**make(5, teams=9, customers=600).frames, "ex": _teams(answers)}
    got = agreement_of(case_of(frames, tmp_path))
    assert (got.icc1, got.icc2) == (0.0, 0.0)
    assert got.within == 0.0


def test_without_engagement_there_is_nothing_to_agree_on(tmp_path: Path):
    frames = {k: v for k, v in make(5, teams=9, customers=600).frames.items() if k != "ex"}
    assert agreement_of(case_of(frames, tmp_path)) is None
