"""Wild cluster restricted bootstrap (WCR) of a coefficient, from team cross-products alone.

Where teams are few it is the confirmation of the CR2 interval: it imposes the hypothesis, redraws
the teams' residuals with signs, and asks how often chance alone gives a t as large. Sources:
Cameron, Gelbach & Miller 2008, Rev. Econ. Stat. 90, 414-427; Roodman, MacKinnon, Nielsen & Webb
2019, Stata Journal 19, 4-60; Webb 2014 (six-point weights).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cxcase.estimate import LEVEL, Floats
from cxcase.stats.draws import uniforms
from cxcase.stats.ols import TeamSums, fit_ols

DRAWS = 999  # odd, so that level x (draws + 1) is whole
WEBB = np.array([-np.sqrt(1.5), -1.0, -np.sqrt(0.5), np.sqrt(0.5), 1.0, np.sqrt(1.5)])
# relative difference in t below which two are the same: the draw that redraws the data itself must
# count
TIE = 1e-9
WIDEST = 200.0  # standard errors searched to each side; an end farther out is infinite
STREAM = "wild:{}"


@dataclass(frozen=True)
class Wild:
    """The bootstrap's verdict: p of "no effect" and the interval of values not rejected.

    draws: how many; enumerated: all sign patterns instead of random draws.
    """

    p: float
    low: float
    high: float
    draws: int
    enumerated: bool  # every pattern of signs, instead of random Webb weights


def signs(teams: int, seed: int) -> tuple[Floats, bool]:
    """Weights (b, g) and whether they are all patterns.

    Signs where 2^(g - 1) <= 999, else 999 draws of Webb's six. The first team's sign is held, since
    turning all signs leaves |t| as it is.
    """
    if 2 ** (teams - 1) <= DRAWS:
        patterns = np.arange(2 ** (teams - 1))[:, None] >> np.arange(teams - 1)[None, :] & 1
        return np.column_stack([np.ones(len(patterns)), 1.0 - 2.0 * patterns]), True
    columns = [uniforms(STREAM.format(team), seed)[:DRAWS] for team in range(teams)]
    return WEBB[np.minimum((np.column_stack(columns) * 6).astype(np.int64), 5)], False


class _Statistic:
    """t as a function of the hypothesised value, for the data and for every draw.

    Its numerator and the squares of its denominator are known as lines in that value.
    """

    def __init__(self, sums: TeamSums, column: int, weights: Floats) -> None:
        fit = fit_ols(sums)
        others = np.delete(np.arange(len(fit.beta)), column)
        m = fit.inverse[:, column]
        inner = np.linalg.inv(sums.xx.sum(0)[np.ix_(others, others)])
        # the restricted scores are a line in the hypothesised value: base + value x slope, (g, k)
        base = self._restricted(sums.xx, sums.xy, others, inner)
        slope = self._restricted(sums.xx, -sums.xx[:, :, column], others, inner)
        pull = sums.xx @ m  # (g, k): how a shift of beta moves each team's score
        self.beta = float(fit.beta[column])
        self.se = float(np.sqrt(np.sum((fit.score @ m) ** 2)))
        self._lines = [
            self._drawn(part, weights, fit.inverse, m, pull, column) for part in (base, slope)
        ]

    @staticmethod
    def _restricted(xx: Floats, xy: Floats, others: np.ndarray, inner: Floats) -> Floats:
        beta = np.zeros(xx.shape[1])
        beta[others] = inner @ xy.sum(0)[others]
        return xy - xx @ beta

    @staticmethod
    def _drawn(
        score: Floats, weights: Floats, inverse: Floats, m: Floats, pull: Floats, column: int
    ) -> tuple[Floats, Floats]:
        moved = weights @ score @ inverse  # (b, k) change of beta in each draw
        return moved[:, column], weights * (score @ m)[None, :] - moved @ pull.T

    def share(self, value: float, enumerated: bool) -> float:
        """p of the hypothesis beta = value."""
        (top, z), (top_slope, z_slope) = self._lines
        spread = np.sqrt(np.sum((z + value * z_slope) ** 2, axis=1))
        with np.errstate(divide="ignore", invalid="ignore"):
            t = np.abs(top + value * top_slope) / spread
        seen = abs(self.beta - value) / self.se
        count = int(np.sum(~(t < seen * (1 - TIE))))
        if enumerated:
            return count / len(t)
        return (1 + count) / (1 + len(t))


def wild_bootstrap(sums: TeamSums, column: int, seed: int, level: float = LEVEL) -> Wild:
    """WCR p-value of "coefficient `column` is 0", and the interval that is not rejected.

    The interval holds the values not rejected at 1 - level. Teams without weight must not be in
    `sums`. Ties count against the effect. Raises LinAlgError on collinear columns.
    """
    weights, enumerated = signs(len(sums.n), seed)
    statistic = _Statistic(sums, column, weights)
    low, high = (_end(statistic, direction, 1 - level, enumerated) for direction in (-1.0, 1.0))
    return Wild(statistic.share(0.0, enumerated), low, high, len(weights), enumerated)


def _end(statistic: _Statistic, direction: float, alpha: float, enumerated: bool) -> float:
    """Where p falls below alpha on one side of the estimate; infinite where it never does.

    By bisection.
    """
    inside = 0.0
    step = 1.0
    while statistic.share(statistic.beta + direction * step * statistic.se, enumerated) >= alpha:
        inside = step
        step = 2 * step
        if step > WIDEST:
            return direction * float("inf")
    outside = step
    for _ in range(40):
        middle = (inside + outside) / 2
        kept = (
            statistic.share(statistic.beta + direction * middle * statistic.se, enumerated) >= alpha
        )
        inside, outside = (middle, outside) if kept else (inside, middle)
    return statistic.beta + direction * (inside + outside) / 2 * statistic.se
