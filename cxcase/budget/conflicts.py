"""When no plan keeps all rules: a smallest clashing set, and what would do in each one's stead."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable
from dataclasses import dataclass

import highspy
import numpy as np

from cxcase.budget.highs import answered, quiet
from cxcase.budget.milp import Goal, Problem, Row, Solution
from cxcase.budget.solver import Search

Rule = tuple[str, ...]
TARGET: Rule = ("target",)
_ALWAYS = {"once"}  # what no one could give up: a step starts once
_MEASURED = {"budget", "capacity"}  # rules with an amount that can be raised


@dataclass(frozen=True)
class Conflict:
    """One rule of those that clash, and what would do in its stead while the others stay.

    relax: how much more money, or days a month; for a target the most that can be reached, for an
    early win the days after which there is one; None for a rule that can only be dropped, or when
    giving way here alone is not enough.
    """

    rule: Rule
    relax: float | None
    ratio: bool = False  # the target is a return, not a sum


def find_conflicts(problem: Problem) -> tuple[Conflict, ...]:
    """A smallest set of rules that no plan keeps together; empty when there is a plan.

    Found by leaving out one rule after the other for good wherever the rest still clash (the
    deletion filter). Source: Chinneck & Dravnieks 1991, Locating minimal infeasible constraint
    sets, ORSA J. on Computing 3, 157-168.
    """
    if _slack(problem.rows) is None:
        rows = list(problem.rows)
        for rule in dict.fromkeys(row.rule for row in problem.rows if row.rule[0] not in _ALWAYS):
            rest = [row for row in rows if row.rule != rule]
            if _slack(rest) is None:
                rows = rest
        rules = dict.fromkeys(row.rule for row in rows if row.rule[0] not in _ALWAYS)
        return tuple(Conflict(rule, _least(problem.rows, rule)) for rule in rules)
    best = _best(problem, problem.rows)
    if best is None or _reached(problem, best):
        return ()
    rows = list(problem.rows)
    for rule in dict.fromkeys(row.rule for row in problem.rows if row.rule[0] not in _ALWAYS):
        rest = [row for row in rows if row.rule != rule]
        most = _best(problem, rest)
        if most is not None and not _reached(problem, most):
            rows = rest
    rules = dict.fromkeys(row.rule for row in rows if row.rule[0] not in _ALWAYS)
    ratio = problem.goal.ratio is not None
    return (
        Conflict(TARGET, _ratio(problem, best) if ratio else best.mean, ratio),
        *(Conflict(rule, None) for rule in rules),
    )


def _best(problem: Problem, rows: Iterable[Row]) -> Solution | None:
    """What comes nearest to the target under these rules."""
    if problem.goal.ratio is not None:
        found = Search(dataclasses.replace(problem, rows=tuple(rows))).solve(
            close=1e-3, seconds=3.0
        )
        if found is not None and found.chosen:
            return found
    plain = dataclasses.replace(problem, rows=tuple(rows), goal=Goal())
    return Search(plain).solve(close=1e-3, seconds=3.0)


def _reached(problem: Problem, found: Solution) -> bool:
    goal = problem.goal
    if goal.reach is not None:
        return found.mean >= goal.reach
    return goal.ratio is None or _ratio(problem, found) >= goal.ratio


def _ratio(problem: Problem, found: Solution) -> float:
    cost = float(problem.cost[list(found.chosen)].sum())
    if cost > 0:
        return found.mean / cost
    return math.inf


def _least(rows: tuple[Row, ...], rule: Rule) -> float | None:
    """The least by which this rule's limits must give way, the others kept.

    None where that is not enough.
    """
    if rule[0] not in _MEASURED:
        return None
    return _slack(rows, rule)


def _slack(rows: Iterable[Row], rule: Rule | None = None) -> float | None:
    """The least slack for `rule` with which all rows can be kept (0 without a rule), or None."""
    rows = tuple(rows)
    n = 1 + max((int(row.at.max()) for row in rows if len(row.at)), default=-1)
    solver = quiet()
    none = np.empty(0, np.int32)
    empty = np.empty(0)
    for _ in range(n):
        solver.addCol(0.0, 0.0, 1.0, 0, none, empty)
    solver.addCol(1.0, 0.0, highspy.kHighsInf if rule else 0.0, 0, none, empty)
    kind = np.full(n, highspy.HighsVarType.kInteger)
    solver.changeColsIntegrality(n, np.arange(n, dtype=np.int32), kind)
    for row in rows:
        size = float(np.abs(row.factor).max(initial=0.0)) or 1.0
        at = row.at
        factor = row.factor / size
        if row.rule == rule:
            at = np.append(at, n)
            factor = np.append(factor, -1.0 / size)
        solver.addRow(row.low / size, row.high / size, len(at), at.astype(np.int32), factor)
    solver.run()
    if not answered(solver):
        return None
    return float(solver.getInfo().objective_function_value)
