"""Leakage: a score that decides churn by itself was written down with the outcome in view."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cxcase import gates
from cxcase.estimate import Bools, Floats


@dataclass(frozen=True)
class Leak:
    """How far the score alone decides churn.

    auc: chance that one who left scored below one who stayed; decided: share of responses at scores
    without doubt. A score is without doubt when everyone, or nobody, among at least
    `gates.MIN_AT_SCORE` there left.
    """

    auc: float
    decided: float
    leaks: bool


def look_for_leak(score: Floats, churned: Bools) -> Leak:
    """Whether the score sorts leavers from stayers nearly perfectly, or decides most of both."""
    values, where = np.unique(score, return_inverse=True)
    left = np.bincount(where, churned, minlength=len(values)).astype(np.float64)
    n = np.bincount(where, minlength=len(values)).astype(np.float64)
    stayed = n - left
    many = n >= gates.MIN_AT_SCORE
    all_left = many & (stayed == 0)
    none_left = many & (left == 0)
    auc = _auc(left, stayed)
    settled = gates.settles(
        left[all_left].sum() / left.sum(), stayed[none_left].sum() / stayed.sum()
    )
    decided = float(n[all_left | none_left].sum() / n.sum())
    return Leak(auc, decided, gates.leaks(auc) or settled)


def _auc(left: Floats, stayed: Floats) -> float:
    """The chance that a leaver scored below a stayer, ties counted half.

    0.5 says nothing, 0 or 1 everything. left, stayed: counts by rising score.
    """
    above = stayed.sum() - np.cumsum(stayed)
    return float(left @ (above + stayed / 2) / (left.sum() * stayed.sum()))
