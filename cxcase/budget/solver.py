"""The best set of starts as a mixed-integer programme, by cutting planes on each curve's benefit.

Each curve's benefit is one continuous variable below planes (`benefit`); planes are added where the
programme's answer promises more than the curves give, first with fractions allowed, then with whole
steps, until both agree. What is found is the best on every scenario exactly, without pieces of
curves and without a variable a scenario. Source: Kelley 1960, The cutting-plane method for solving
convex programs, J. SIAM 8, 703-712; Duran & Grossmann 1986, An outer-approximation algorithm,
Mathematical Programming 36, 307-339.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterable, Mapping, Sequence

import highspy
import numpy as np

from cxcase.budget.highs import answered, quiet
from cxcase.budget.milp import Limits, Problem, Row, Solution, tail_weights
from cxcase.estimate import Floats, Ints

FRACTION_ROUNDS = 40
WHOLE_ROUNDS = 60
CLOSE = 1e-5  # of the value: a bound this near ends the search
TIME_LIMIT = 20.0  # seconds the solver may take in all; then the gap is reported
# of the value: rounds with fractions end when the promise is this near to what the curves give
_FLAT = 1e-4
_PART = 1e-4  # a part of a step smaller than this is none
_TIE = 1e-8  # of the largest figure, a step: of two sets worth the same the smaller one wins
_BROKEN = 1e-9  # of what the goal demands: by more than this it is missed
FEW = 200  # options up to which branching alone is quicker than looking for plans first
_NO_HEURISTICS = {
    "mip_heuristic_effort": 0.0,
    "mip_heuristic_run_feasibility_jump": False,
    "mip_heuristic_run_rins": False,
    "mip_heuristic_run_rens": False,
}


class Search:
    """One problem, solved for any number of limits; planes found for one hold for all."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.n = len(problem.options)
        self.cost = problem.cost
        self.net_cost = self.cost - problem.saving  # what an option takes from the NPV by itself
        self.mean = np.full(problem.cost_draws.shape[1], 1.0 / problem.cost_draws.shape[1])
        alone = [benefit.alone(self.mean) for benefit in problem.benefits]
        largest = max(
            [
                1e-9,
                *np.abs(self.net_cost).tolist(),
                *(float(np.abs(p.slope).max(initial=0)) for p in alone),
            ]
        )
        self.unit = largest / 1e3
        self.tie = _TIE * largest * self.n  # the most that all ties together can weigh
        self.averse = problem.goal.reach is None and problem.goal.aversion > 0
        self.solver = self._solver()
        self._columns()
        self.limits = [self._row(row.at, row.factor, row.low, row.high) for row in problem.rows]
        for place, plane in enumerate(alone):
            self._hold(
                {self.n + place: 1.0}, problem.benefits[place].at, plane.slope, plane.constant
            )
        self._wanted()
        self.touched: set[tuple[int, bytes]] = set()
        self.known: dict[bytes, Floats] = {}  # what was found for other limits

    def _solver(self) -> highspy.Highs:
        solver = quiet()
        for name, value in _NO_HEURISTICS.items() if self.n <= FEW else ():
            solver.setOptionValue(name, value)
        return solver

    def copy_for(self, problem: Problem) -> Search:
        """A search of its own with all planes and plans found here.

        `problem` may differ in the rows' upper limits.
        """
        other = copy.copy(self)
        other.problem = problem
        other.solver = self._solver()
        other.solver.passModel(self.solver.getModel())
        other.touched = set(self.touched)
        other.known = dict(self.known)
        other._limit(enumerate(problem.rows))
        return other

    def _columns(self) -> None:
        goal = self.problem.goal
        free = highspy.kHighsInf
        keep = 0.0 if goal.reach is not None else 1.0 - goal.aversion
        own = -self.problem.spend if goal.reach is not None else -keep * self.net_cost
        own = own / self.unit - _TIE * 1e3
        for objective in own:
            self._column(float(objective), 0.0, 1.0)
        for _ in self.problem.benefits:
            self._column(keep, -free, free)
        if self.averse:
            self._column(goal.aversion, -free, free)
        self.solver.changeObjectiveSense(highspy.ObjSense.kMaximize)

    def _column(self, objective: float, low: float, high: float) -> None:
        self.solver.addCol(objective, low, high, 0, np.empty(0, np.int32), np.empty(0))

    def _row(self, at: Ints, factor: Floats, low: float, high: float) -> int:
        """Adds a row, brought to a size near 1, and gives back its place."""
        size = float(np.abs(factor).max(initial=0.0)) or 1.0
        self.solver.addRow(low / size, high / size, len(at), at.astype(np.int32), factor / size)
        return int(self.solver.getNumRow()) - 1

    def _hold(self, under: Mapping[int, float], at: Ints, slope: Floats, constant: float) -> None:
        """What is `under` (column: factor, in units) may not pass constant + slope * options."""
        columns = np.concatenate([np.fromiter(under, dtype=np.int64), at])
        factors = np.concatenate([np.fromiter(under.values(), dtype=float), -slope / self.unit])
        self.solver.addRow(
            -highspy.kHighsInf,
            constant / self.unit,
            len(columns),
            columns.astype(np.int32),
            factors,
        )

    def _wanted(self) -> None:
        """The rows of what the goal demands of the mean."""
        goal = self.problem.goal
        at = np.arange(self.n + len(self.problem.benefits))
        ones = np.ones(len(self.problem.benefits))
        net = np.concatenate([-self.net_cost / self.unit, ones])
        if self.averse:  # the mean of the worst is at most the mean of all
            self._row(np.arange(len(at) + 1), np.append(net, -1.0), 0.0, highspy.kHighsInf)
        if goal.reach is not None:
            self._row(at, net, goal.reach / self.unit, highspy.kHighsInf)
        if goal.ratio is not None:
            own = -(goal.ratio * self.cost + self.net_cost) / self.unit
            factor = np.concatenate([own, ones])
            self._row(at, factor, 0.0, highspy.kHighsInf)

    def solve(
        self,
        high: Mapping[int, float] | None = None,
        force: Sequence[int] = (),
        *,
        without: Iterable[int] = (),
        close: float = CLOSE,
        seconds: float = TIME_LIMIT,
    ) -> Solution | None:
        """The best options that keep all rules, or None when none do.

        high: other upper limits for rows of the problem (by place); force: options of which one
        must be chosen; without: rows that need not be kept; close: the gap at which to stop;
        seconds of the solver's own time.
        """
        rows = {
            place: dataclasses.replace(self.problem.rows[place], high=to)
            for place, to in (high or {}).items()
        }
        for place in without:
            rows[place] = dataclasses.replace(self.problem.rows[place], low=-np.inf, high=np.inf)
        self._limit(rows.items())
        if len(force):
            forced = self._row(np.array(force, dtype=np.int64), np.ones(len(force)), 1.0, np.inf)
        else:
            forced = None
        found = _Run(self, rows, frozenset(force), close, seconds).best()
        self._limit((place, self.problem.rows[place]) for place in rows)
        if forced is not None:
            self.solver.changeRowBounds(forced, -highspy.kHighsInf, highspy.kHighsInf)
        return found

    def _limit(self, rows: Iterable[tuple[int, Row]]) -> None:
        for place, row in rows:
            size = float(np.abs(row.factor).max(initial=0.0)) or 1.0
            self.solver.changeRowBounds(self.limits[place], row.low / size, row.high / size)

    def touch(self, answer: Floats, tolerance: float) -> bool:
        """Hold every curve that the answer (columns) promises too much of.

        False when it promises what it gives.
        """
        x = answer[: self.n]
        added = False
        for place, benefit in enumerate(self.problem.benefits):
            chosen = x[benefit.at]
            if (place, chosen.tobytes()) in self.touched:
                continue
            value, plane = benefit.plane(chosen, self.mean)
            if answer[self.n + place] > value / self.unit + tolerance:
                self.touched.add((place, chosen.tobytes()))
                self._hold({self.n + place: 1.0}, benefit.at, plane.slope, plane.constant)
                added = True
        if self.averse:
            return self._touch_tail(answer, tolerance) or added
        return added

    def _touch_tail(self, answer: Floats, tolerance: float) -> bool:
        """The same for CVaR: it lies below the mean of the draws that are worst here."""
        x = answer[: self.n]
        npv = self.problem.npv(x)
        weight = tail_weights(npv, self.problem.goal.tail)
        if answer[-1] <= float(weight @ npv) / self.unit + tolerance:
            return False
        slope = self.problem.saving * weight.sum() - self.problem.cost_draws @ weight
        constant = 0.0
        for benefit in self.problem.benefits:
            _, plane = benefit.plane(x[benefit.at], weight)
            slope[benefit.at] += plane.slope
            constant += plane.constant
        self._hold({len(answer) - 1: 1.0}, np.arange(self.n), slope, constant)
        return True

    def judged(self, chosen: Floats) -> tuple[float, float, bool]:
        """(mean NPV, what is sought, whether the goal's demands are met) of whole options (n,)."""
        npv = self.problem.npv(chosen)
        goal = self.problem.goal
        mean = float(npv.mean())
        if goal.reach is not None:
            enough = mean >= goal.reach - _BROKEN * max(1.0, abs(goal.reach))
            return mean, -float(self.problem.spend @ chosen), enough
        cost = float(self.cost @ chosen)
        fine = goal.ratio is None or mean >= goal.ratio * cost - _BROKEN * max(1.0, cost)
        bad = float(tail_weights(npv, goal.tail) @ npv) if self.averse else 0.0
        return mean, (1.0 - goal.aversion) * mean + goal.aversion * bad, fine


class _Run:
    """One search: rounds with fractions, then rounds with whole steps."""

    def __init__(
        self,
        search: Search,
        rows: Mapping[int, Row],
        force: frozenset[int],
        close: float,
        seconds: float,
    ) -> None:
        self.search = search
        self.force = force
        self.close = close
        self.until = search.solver.getRunTime() + seconds  # its clock runs on over all its runs
        self.rows: Sequence[Row] = [rows.get(k, row) for k, row in enumerate(search.problem.rows)]
        self.found: Solution | None = None
        self.bound = np.inf
        self.forbidden: list[int] = []
        self.near = np.zeros(search.n)  # the last answer with fractions

    def best(self) -> Solution | None:
        """The best options; None when the rules leave none, or none was found in time."""
        solver = self.search.solver
        if self._fractions():
            self._whole()
        self._drop_idle()
        for row in self.forbidden:
            solver.changeRowBounds(row, -highspy.kHighsInf, highspy.kHighsInf)
        if self.found is None:
            return None
        chosen = np.zeros(self.search.n)
        chosen[list(self.found.chosen)] = 1.0
        self.search.known[chosen.tobytes()] = chosen
        near = self.bound - self.found.value <= 2.0 * self.search.tie
        return dataclasses.replace(
            self.found, bound=self.found.value if near else max(self.found.value, self.bound)
        )

    def _answer(self, whole: bool) -> tuple[Floats, float] | None:
        """(columns, bound in units) of the programme as it stands.

        None when nothing is allowed or found in time.
        """
        search = self.search
        solver = self.search.solver
        kind = highspy.HighsVarType.kInteger if whole else highspy.HighsVarType.kContinuous
        columns = np.arange(search.n, dtype=np.int32)
        solver.changeColsIntegrality(search.n, columns, np.full(search.n, kind))
        # The clock of a mixed-integer run starts anew, that of a linear one runs on over all of
        # them.
        left = max(0.05, self.until - solver.getRunTime()) if whole else np.inf
        self._run(whole, self.close / 2, left)
        if (
            whole
            and not answered(solver)
            and solver.getModelStatus() == highspy.HighsModelStatus.kTimeLimit
        ):
            self._run(
                whole, np.inf, TIME_LIMIT
            )  # out of time before any plan was found: the first there is
        info = solver.getInfo()
        if not answered(solver):
            return None
        bound = info.mip_dual_bound if whole else info.objective_function_value
        return np.array(solver.getSolution().col_value), float(bound)

    def _run(self, whole: bool, gap: float, seconds: float) -> None:
        if whole:
            # HiGHS 1.16 answers wrongly from what a run with fractions left behind
            self.search.solver.clearSolver()
        self.search.solver.setOptionValue("mip_rel_gap", gap)
        self.search.solver.setOptionValue("time_limit", seconds)
        self.search.solver.run()

    def _fractions(self) -> bool:
        """Rounds in which steps may be taken in part; False when not even that is allowed."""
        for _ in range(FRACTION_ROUNDS):
            got = self._answer(whole=False)
            if got is None:
                return False
            answer, bound = got
            self.near = answer[: self.search.n]
            if not self.search.touch(
                answer, _FLAT * max(1.0, abs(bound)) / max(1, len(self.search.problem.benefits))
            ):
                break
        return True

    def _whole(self) -> None:
        search = self.search
        self._start()
        for _ in range(WHOLE_ROUNDS):
            got = self._answer(whole=True)
            if got is None:
                return
            answer, bound = got
            answer[: search.n] = np.round(answer[: search.n])
            chosen = answer[: search.n]
            if not self._kept(chosen):  # within the solver's tolerance, not within ours
                self._forbid(chosen)
                continue
            self.bound = min(self.bound, bound * search.unit + search.tie)
            self._keep(chosen)
            if self._done() or not search.touch(answer, 1e-9 * max(1.0, abs(bound))):
                return
            if search.solver.getRunTime() > self.until:
                return

    def _start(self) -> None:
        """Something to fall back on: the best set found for other limits, or fractions made whole.

        It is not handed to the solver: HiGHS 1.16 gave wrong answers when started from a solution.
        """
        order = sorted(np.flatnonzero(self.near > _PART).tolist(), key=lambda k: (-self.near[k], k))
        rounded = np.zeros(self.search.n)
        rounded[Limits(self.search.n, self.rows).fill(order)] = 1.0
        for chosen in (rounded, *self.search.known.values()):
            if self._kept(chosen):
                self._keep(chosen)

    def _kept(self, chosen: Floats) -> bool:
        """Whether these options (n,) keep every rule of this search."""
        forced = not self.force or bool(chosen[list(self.force)].any())
        return forced and all(row.kept(chosen) for row in self.rows)

    def _keep(self, chosen: Floats) -> None:
        mean, value, fine = self.search.judged(chosen)
        if fine and (self.found is None or value > self.found.value):
            self.found = Solution(tuple(np.flatnonzero(chosen > 0.5).tolist()), mean, value, np.inf)

    def _drop_idle(self) -> None:
        """Leaves out, last ones first, the steps that add nothing and that no rule asks for."""
        if self.found is None:
            return
        found = self.found
        for k in reversed(found.chosen):
            chosen = np.zeros(self.search.n)
            chosen[list(found.chosen)] = 1.0
            if self._adds(chosen, k) > self.close * abs(found.mean):
                continue
            chosen[k] = 0.0
            if self._kept(chosen):
                mean, value, fine = self.search.judged(chosen)
                if fine and value >= found.value:
                    left = tuple(np.flatnonzero(chosen > 0.5).tolist())
                    found = Solution(left, mean, value, np.inf)
        self.found = found

    def _adds(self, chosen: Floats, k: int) -> float:
        """What one of the chosen options adds to the mean, from the curves it is on."""
        adds = -float(self.search.net_cost[k])
        without = chosen.copy()
        without[k] = 0.0
        for benefit in self.search.problem.benefits:
            if k in benefit.at:
                adds += float(
                    benefit.draws(chosen[benefit.at]).mean()
                    - benefit.draws(without[benefit.at]).mean()
                )
        return adds

    def _done(self) -> bool:
        return self.found is not None and self.bound - self.found.value <= self.close * abs(
            self.found.value
        )

    def _forbid(self, chosen: Floats) -> None:
        at = np.flatnonzero(chosen > 0.5)
        self.forbidden.append(self.search._row(at, np.ones(len(at)), -np.inf, len(at) - 1.0))
