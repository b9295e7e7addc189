"""Whether answers may be averaged to a team's: how teams differ and people in one agree."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cxcase.estimate import Floats
from cxcase.intake import Case, Scale


def agreement_of(case: Case) -> Agreement | None:
    """ICC1, ICC2 and the median r_wg of the teams with engagement; None below two of them.

    With customers or without.

    Sources: Shrout & Fleiss 1979, Psychological Bulletin 86, 420-428 (ICC); James, Demaree & Wolf
    1984, J. Applied Psychology 69, 85-98 (r_wg).
    """
    if not case.has("ex"):
        return None
    ex = case.table("ex", ["n", "mean", "sd"]).dropna()
    n, mean, sd = (ex[name].to_numpy(dtype=np.float64) for name in ("n", "mean", "sd"))
    spread = float(np.var(mean, ddof=1)) if len(mean) > 1 else 0.0
    if spread == 0 or not sd.any():
        return None
    icc2 = float(np.clip(1.0 - np.mean(sd**2 / n) / spread, 0.0, 1.0))
    answers = float(len(n) / np.sum(1.0 / n))
    icc1 = icc2 / (answers - (answers - 1.0) * icc2)
    return Agreement(icc1, icc2, _within(sd, case.ex_scale), answers, len(n))


def _within(sd: Floats, scale: Scale | None) -> float | None:
    """Median r_wg over teams, not below 0.

    1 - variance / that of answers spread evenly between the scale's ends. The even spread is the
    continuous one: a mean of several questions has no steps, and it is the harder test.
    """
    if scale is None or scale.high <= scale.low:
        return None
    return float(np.median(np.clip(1.0 - sd**2 / ((scale.high - scale.low) ** 2 / 12.0), 0.0, 1.0)))


@dataclass(frozen=True)
class Agreement:
    """Whether people's answers may be averaged to a team's. No team is named.

    icc1: share of the variance of a single answer that lies between teams; icc2: reliability of a
    team's mean of `answers` (harmonic mean a team); within: median r_wg, 1 where a team is of one
    mind, None without a scale.
    """

    icc1: float
    icc2: float
    within: float | None
    answers: float
    teams: int
