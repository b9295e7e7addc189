"""Overlap of two groups' chances: counts by hand, and groups that share all or nothing."""

from __future__ import annotations

import numpy as np
import pytest

from cxcase.stats.overlap import LITTLE, overlap_of


def test_counted_by_hand():
    chance = np.array([0.12, 0.14, 0.31, 0.33, 0.35, 0.11, 0.52, 0.32, 0.05, 0.34])
    answered = np.array([True] * 5 + [False] * 5)
    revenue = np.arange(1.0, 11.0)
    found = overlap_of(chance, answered, revenue)
    assert (found.answered, found.silent) == (5, 5)
    ends = [bar[0] for bar in found.bars] + [found.bars[-1][1]]
    assert ends == pytest.approx(np.linspace(0.05, 0.55, 11))
    for low, high, own, other in found.bars:
        inside = (chance >= low - 1e-12) & (chance < high - 1e-12)
        assert own == pytest.approx((inside & answered).sum() / 5)
        assert other == pytest.approx((inside & ~answered).sum() / 5)
    assert (found.low, found.high) == pytest.approx((0.1208, 0.3492))
    assert found.outside == pytest.approx(0.3)  # .11, .52 and .05
    assert found.outside_weight == pytest.approx((6 + 7 + 9) / 55)


def test_alike_groups_overlap_and_far_ones_do_not():
    rng = np.random.default_rng(1)
    same = rng.beta(4, 6, 20_000)
    answered = np.arange(20_000) % 2 == 0
    one = np.ones(20_000)
    alike = overlap_of(same, answered, one)
    assert alike.outside == pytest.approx(
        0.01, abs=0.003
    )  # two in a hundred of the half who did not answer
    assert not alike.little
    apart = overlap_of(np.where(answered, 0.7 + 0.2 * same, 0.1 * same), answered, one)
    assert apart.outside == 0.5 > LITTLE
    assert apart.little
    for found in (alike, apart):
        assert sum(bar[2] for bar in found.bars) == pytest.approx(1)
        assert sum(bar[3] for bar in found.bars) == pytest.approx(1)
        assert len(found.bars) <= 13


def test_one_group_has_nothing_to_overlap_with():
    assert overlap_of(np.array([0.2, 0.4]), np.array([True, True]), np.ones(2)) is None
