"""The best set for a budget, as a mixed-integer programme whose optimum is that of full enumeration.

Steps on one curve share its headroom, so a curve's benefit belongs to the set of them that is chosen. Up to `EXACT`
steps each such set has its own binary. Above that the benefit is held down by cuts added until it is met: it is concave
in the sum of what the steps use of the headroom, hence submodular (Nemhauser & Wolsey 1981, "Maximizing submodular set
functions", Annals of Discrete Mathematics 11, 279-301).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array

from cxcase.estimate import Floats

EXACT = 10  # steps on one curve up to which every set of them is a variable
CUT_ROUNDS = 60
CLOSE = 1e-5  # of the value: a bound this near ends the search
TIME_LIMIT = 20.0  # seconds; then the gap is reported
_TIE = 1e-8  # of the largest figure, a step: of two sets worth the same the smaller one wins
_SCALE = 1e4  # the largest figure in the programme, so that the solver's absolute tolerances are small beside it


@dataclass(frozen=True)
class Curve:
    """The steps (by position) that move one curve, and what any set of them is worth together."""

    on: tuple[int, ...]
    benefit: Callable[[frozenset[int]], float]


@dataclass(frozen=True, eq=False)
class Problem:
    """n steps: expected present cost and spend (n,); relations by position; curves with their benefits."""

    cost: Floats
    spend: Floats
    needs: tuple[tuple[int, int], ...]  # (step, what it needs)
    excludes: tuple[tuple[int, int], ...]
    mandatory: tuple[int, ...]
    curves: tuple[Curve, ...]

    def value(self, chosen: frozenset[int]) -> float:
        """Expected net present value of a set."""
        gains = sum(curve.benefit(chosen.intersection(curve.on)) for curve in self.curves)
        return float(gains - sum(self.cost[k] for k in sorted(chosen)))


@dataclass(frozen=True)
class Solution:
    """The chosen steps by position, their value, and what no set can exceed."""

    chosen: frozenset[int]
    value: float
    bound: float


Cuts = dict[tuple[int, frozenset[int]], None]  # (curve, set of its steps) a cut was made at, in order


def solve(problem: Problem, budget: float, cuts: Cuts | None = None, rounds: int = CUT_ROUNDS) -> Solution | None:
    """The set of highest expected value that the budget and all relations allow; None when no set is allowed.

    cuts: those that earlier budgets of the same problem needed. They hold for every budget, so that none is found
    twice; new ones are added to it. After so many `rounds` of cuts the best set so far comes with its bound.
    """
    programme = _Programme(problem, budget, {} if cuts is None else cuts)
    best: Solution | None = None
    for _ in range(rounds):
        found = programme.solve()
        if found is None:
            return best
        chosen, bound = found
        if problem.spend[list(chosen)].sum() > budget * (1 + 1e-12) + 1e-9:
            programme.forbid(chosen)  # within the solver's tolerance, not within ours
            continue
        chosen = _without_idle(problem, chosen)
        value = problem.value(chosen)
        if best is None or value > best.value:
            best = Solution(chosen, value, bound)
        best = Solution(best.chosen, best.value, max(best.value, min(bound, best.bound)))
        if best.bound - best.value <= CLOSE * abs(best.value) or not programme.cut(chosen):
            break
    return best


def _without_idle(problem: Problem, chosen: frozenset[int]) -> frozenset[int]:
    """The set without steps that add nothing to it and that nothing in it needs."""
    for k in sorted(chosen, reverse=True):
        needed = any(need == k and step in chosen for step, need in problem.needs)
        if not needed and k not in problem.mandatory and problem.value(chosen - {k}) >= problem.value(chosen):
            chosen = chosen - {k}
    return chosen


class _Programme:
    """Variables: the steps, then one for each set of steps on a curve, or one for the benefit of a big curve."""

    def __init__(self, problem: Problem, budget: float, cuts: Cuts) -> None:
        self.problem = problem
        self.cuts = cuts
        self.n = len(problem.cost)
        self.gain: list[float] = [-cost for cost in problem.cost]
        self.upper: list[float] = [1.0] * self.n
        self.rows: list[tuple[dict[int, float], float, float]] = []
        self.big: list[tuple[Curve, int]] = []
        self.least: dict[int, float] = {}  # lower bounds below 0: steps may do harm
        self.last: Floats = np.empty(0)
        for curve in problem.curves:
            if len(curve.on) <= EXACT:
                self._sets(curve)
            else:
                self._bounded(curve)
        for place, inside in cuts:
            self._cut(*self.big[place], inside)
        self._relations(budget)
        largest = max([1e-12, *map(abs, self.gain)])
        self.scale = _SCALE / largest

    def _sets(self, curve: Curve) -> None:
        """Exactly one set of the curve's steps is the chosen one, and it holds exactly the chosen steps."""
        first = len(self.gain)
        sets = list(_allowed_sets(curve.on, self.problem))
        self.gain += [curve.benefit(s) for s in sets]
        self.upper += [1.0] * len(sets)
        self.rows.append(({first + i: 1.0 for i in range(len(sets))}, 1.0, 1.0))
        for k in curve.on:
            row = {first + i: 1.0 for i, s in enumerate(sets) if k in s}
            self.rows.append(({**row, k: -1.0}, 0.0, 0.0))

    def _bounded(self, curve: Curve) -> None:
        """One variable for the curve's benefit, as a share of all its steps' own; two cuts hold it to begin with."""
        at = len(self.gain)
        whole = frozenset(curve.on)
        self.gain.append(max(1e-12, sum(abs(curve.benefit(frozenset({k}))) for k in curve.on)))
        self.upper.append(1.0)
        harm = [min(curve.benefit(frozenset({k})), curve.benefit(whole) - curve.benefit(whole - {k})) for k in curve.on]
        self.least[at] = 2.0 * sum(min(0.0, change) for change in harm) / self.gain[at]
        self.big.append((curve, at))
        self._cut(curve, at, frozenset())
        self._cut(curve, at, frozenset(curve.on))

    def _relations(self, budget: float) -> None:
        problem = self.problem
        unit = max(1e-12, float(problem.spend.max(initial=0.0)))
        self.rows.append(({k: problem.spend[k] / unit for k in range(self.n)}, -np.inf, budget / unit))
        self.rows += [({step: 1.0, need: -1.0}, -np.inf, 0.0) for step, need in problem.needs]
        self.rows += [({a: 1.0, b: 1.0}, -np.inf, 1.0) for a, b in problem.excludes]

    def forbid(self, chosen: frozenset[int]) -> None:
        """No longer all of these together."""
        self.rows.append((dict.fromkeys(chosen, 1.0), -np.inf, len(chosen) - 1.0))

    def cut(self, chosen: frozenset[int]) -> bool:
        """Hold the benefit of big curves to what the chosen steps are worth; False when it is already met."""
        added = False
        for place, (curve, at) in enumerate(self.big):
            inside = chosen.intersection(curve.on)
            if self.last[at] > curve.benefit(inside) / self.gain[at] + 1e-7:
                self._cut(curve, at, inside)
                self.cuts[place, inside] = None
                added = True
        return added

    def _cut(self, curve: Curve, at: int, inside: frozenset[int]) -> None:
        """benefit <= f(S) + what others would add to S - what is lost with those of S that leave; both valid forms."""
        f, everything = curve.benefit, frozenset(curve.on)
        outside, here = everything - inside, f(inside)
        kinds = (
            ({k: f(inside | {k}) - here for k in outside}, {k: f(everything) - f(everything - {k}) for k in inside}),
            ({k: f(frozenset({k})) - f(frozenset()) for k in outside}, {k: here - f(inside - {k}) for k in inside}),
        )
        for joins, leaves in kinds:
            row = {k: -change / self.gain[at] for k, change in {**joins, **leaves}.items()}
            self.rows.append(({at: 1.0, **row}, -np.inf, (here - sum(leaves.values())) / self.gain[at]))

    def solve(self) -> tuple[frozenset[int], float] | None:
        """(chosen steps, bound on the value), or None when nothing is allowed."""
        gain = np.array(self.gain) * self.scale
        gain[: self.n] -= _TIE * _SCALE
        lower = np.zeros(len(gain))
        lower[list(self.problem.mandatory)] = 1.0
        lower[list(self.least)] = list(self.least.values())
        whole = np.ones(len(gain), dtype=np.int64)
        whole[[at for _, at in self.big]] = 0
        matrix, low, high = self._matrix(len(gain))
        result = milp(
            -gain,
            integrality=whole,
            bounds=Bounds(lower, np.array(self.upper)),
            constraints=LinearConstraint(matrix, low, high),
            options={"time_limit": TIME_LIMIT, "mip_rel_gap": 0.0},
        )
        if result.x is None:
            return None  # nothing is allowed, or nothing was found in time
        self.last = result.x
        bound = -result.mip_dual_bound / self.scale if result.mip_dual_bound is not None else np.inf
        return frozenset(np.flatnonzero(result.x[: self.n] > 0.5).tolist()), float(bound)

    def _matrix(self, columns: int) -> tuple[csr_array, Floats, Floats]:
        entries = [(r, c, v) for r, (row, _, _) in enumerate(self.rows) for c, v in row.items()]
        r, c, v = (np.array(part) for part in zip(*entries, strict=True))
        matrix = coo_array((v.astype(float), (r.astype(int), c.astype(int))), shape=(len(self.rows), columns))
        return matrix.tocsr(), np.array([row[1] for row in self.rows]), np.array([row[2] for row in self.rows])


def _allowed_sets(on: Sequence[int], problem: Problem) -> Iterator[frozenset[int]]:
    """Every set of these steps in which none excludes another and none lacks a need that is among these steps."""
    among = set(on)
    needs = [(step, need) for step, need in problem.needs if step in among and need in among]
    for size in range(len(on) + 1):
        for these in combinations(on, size):
            s = frozenset(these)
            if any(a in s and b in s for a, b in problem.excludes) or any(a in s and b not in s for a, b in needs):
                continue
            yield s
