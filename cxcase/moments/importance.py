"""Importance: each moment's share of what all explain of the CX metric (Shapley, Johnson)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from cxcase.estimate import Estimate, Floats
from cxcase.moments.models import Design, IndexModel
from cxcase.stats.cluster import jackknife
from cxcase.stats.relative_weights import relative_weights
from cxcase.stats.shapley import EXACT_BLOCKS, explained, shapley

EXACT_ONCE = 20  # moments up to which every subset is solved for the full company at least


@dataclass(frozen=True, eq=False)
class Importance:
    """Importance shares of the moments, averaged over all orders of entry, or Johnson's beyond 20.

    shares: one `Estimate` a moment. johnson (j,): Johnson's shares beside them; method: "exact",
    "exact_once" (ranges by Johnson's folds) or "johnson". explained: share of the CX metric's
    variation within teams, beyond the controls, that all moments explain.
    """

    shares: tuple[Estimate, ...]
    johnson: Floats
    method: str
    explained: float

    @property
    def order_differs(self) -> bool:
        """Whether Johnson's weights put the moments in another order."""
        values = np.array([s.value for s in self.shares])
        return bool(
            (np.argsort(-values, kind="stable") != np.argsort(-self.johnson, kind="stable")).any()
        )


def importance(design: Design, index: IndexModel) -> Importance:
    """Shares of explained variation within teams, beyond controls; a block enters whole.

    Intervals are made on the logit scale, so that they stay within 0 and 1. Source: Lindeman,
    Merenda & Gold 1980, p. 119 ff.; Grömping 2007, The American Statistician 61(2), eq. 7; Johnson
    2000.
    """
    first = design.known.shape[1]
    response = index.cross.shape[-1] - 1
    groups = [[first + c for c in group] for group in design.blocks.groups]
    split = split_variation(index.cross, groups, range(first))
    left = float(index.cross[0, response, response])
    share = float(split.weights[0].sum()) / left if left > 0 else 0.0
    found = share_estimates(split.shares, len(design.metric))
    return Importance(found, _shares(split.weights[:1])[0], split.method, share)


@dataclass(frozen=True, eq=False)
class Split:
    """Shares (f, j) of what moments explain of the CX metric, f weightings; they sum to 1.

    weights (f, j): Johnson's, in the metric's sum of squares; method as in `Importance`.
    """

    shares: Floats
    weights: Floats
    method: str


def split_variation(
    cross: Floats, groups: Sequence[Sequence[int]], always: Sequence[int], exact: int = EXACT_BLOCKS
) -> Split:
    """The shares of blocks of columns beyond `always`.

    The last column of cross (f, k, k) is the metric. Up to `exact` blocks every fold is solved
    exactly; up to 20 the full company is, and folds move it as they move Johnson's shares; beyond
    that shares are Johnson's.
    """
    response = cross.shape[-1] - 1
    weights = relative_weights(cross, response, groups, always)
    johnson = _shares(weights)
    if len(groups) <= exact:
        return Split(_shares(shapley(explained(cross, response, groups, always))), weights, "exact")
    if len(groups) > EXACT_ONCE:
        return Split(johnson, weights, "johnson")
    once = _shares(shapley(explained(cross[:1], response, groups, always)))
    return Split(expit(logit(johnson) - logit(johnson[0]) + logit(once[0])), weights, "exact_once")


def _shares(parts: Floats) -> Floats:
    total = np.maximum(parts.sum(axis=-1, keepdims=True), 1e-300)
    return np.asarray(np.clip(parts / total, 1e-9, 1 - 1e-9))


def share_estimates(share: Floats, n: int) -> tuple[Estimate, ...]:
    """One `Estimate` a column of shares (f, j), all teams first."""
    teams = len(share) - 1
    if share.shape[1] == 1:
        return (Estimate(1.0, 1.0, 1.0, "share", df=float(teams - 1), n=n, teams=teams),)
    on_logit = logit(share)
    spread = jackknife(on_logit[1:], on_logit[0])
    return tuple(
        Estimate(float(v), float(lo), float(hi), "share", df=spread.df, n=n, teams=teams)
        for v, lo, hi in zip(share[0], expit(spread.low), expit(spread.high), strict=True)
    )
