"""Placebo by permutation: a team-level column dealt to other teams, slopes by chance alone."""

from __future__ import annotations

from itertools import permutations
from math import factorial

import numpy as np

from cxcase.estimate import Floats, Ints
from cxcase.stats.draws import uniforms
from cxcase.stats.ols import TeamSums

DEALS = 999
STREAM = "permute:{}"


def deals(teams: int, seed: int) -> tuple[Ints, bool]:
    """Orders (p, g) in which g teams' values are dealt, and whether they are all.

    Up to 999, else 999 at random.
    """
    if factorial(teams) <= DEALS:
        return np.array(list(permutations(range(teams)))), True
    return np.argsort(
        np.column_stack([uniforms(STREAM.format(t), seed)[:DEALS] for t in range(teams)]), axis=1
    ), False


def placebo_share(sums: TeamSums, value: Floats, seed: int) -> tuple[float, int, bool]:
    """(share of deals with a slope as large as the real one, deals, whether all).

    For a column that is the same within a team. sums: cross-products of the other columns, constant
    first, with the outcome; value (g,) the team-level column.
    """
    orders, all_of_them = deals(len(value), seed)
    inner = np.linalg.inv(sums.xx.sum(0))
    rest = sums.xy.sum(0)

    def slopes(dealt: Floats) -> Floats:
        cross = dealt @ sums.xx[:, :, 0]
        own = (dealt**2) @ sums.n - np.einsum("pi,ij,pj->p", cross, inner, cross)
        return np.asarray((dealt @ sums.xy[:, 0] - cross @ inner @ rest) / own)

    real = abs(float(slopes(value[None, :])[0]))
    count = int(np.sum(np.abs(slopes(value[orders])) >= real * (1 - 1e-9)))
    share = count / len(orders) if all_of_them else (1 + count) / (1 + len(orders))
    return share, len(orders), all_of_them
