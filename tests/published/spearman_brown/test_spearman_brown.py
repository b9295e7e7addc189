"""Reliability of a team mean against Spearman & Brown: ICC1 = .10 and 8 answers give k ICC1 / (1 +
(k - 1) ICC1) = .47.

Source: Spearman 1910, Brown 1910 (British J. Psychology 3); ICC2 in Bliese 2000, Multilevel Theory,
349-381.
"""

import numpy as np
import pytest

from cxcase.link.models.ex_to_cx import Engagement


def test_reliability_is_icc2():
    icc1 = 0.10
    answers = 8
    teams = 25
    score = np.random.default_rng(0).normal(size=teams)
    score = (score - score.mean()) / score.std(ddof=1) * np.sqrt(icc1 + (1 - icc1) / answers)
    noise = np.full(teams, (1 - icc1) / answers)
    found = Engagement(np.ones(1, bool), score[:1], score, noise, np.empty((0, 2))).reliability()
    assert found == pytest.approx(answers * icc1 / (1 + (answers - 1) * icc1), rel=1e-12)
    assert found == pytest.approx(0.47, abs=5e-3)
