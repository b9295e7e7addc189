"""Timings of the budget search on made-up companies: reported, never tested.

    python -m bench.budget

Side by side in one run, to a gap of 1 %: the search of cxcase (HiGHS, planes on all draws of the
search), the same choice written out scenario by scenario with pieces of curves and given to HiGHS
whole, and that again for OR-tools CP-SAT in whole numbers. What each finds is valued by the same
full valuation.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import highspy
import numpy as np
from scipy.sparse import csc_array

from cxcase.budget import (
    FixedBudget,
    PeriodBudget,
    Rules,
    detail_plan,
    fit_budget,
    solve_frontier,
    solved_plan,
)
from cxcase.budget.milp import Problem
from cxcase.budget.problem import problem_of
from cxcase.budget.solver import Search, answered, quiet
from cxcase.estimate import Estimate, Floats
from cxcase.link import Curve
from cxcase.moments import Moments
from cxcase.recommend import Step
from cxcase.roi import Model, Npv, Returns, StepReturn
from cxcase.roi.input_draws import cost_draws, lift_draws
from cxcase.settings import Settings
from cxcase.stats.draws import normals

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[1]
# of the written-out form: draws, chords of a curve, years
SCENARIOS = 40
PIECES = 7
SLICES = 3
LIMIT = 60.0  # seconds each may take
GAP = 0.01
SIZES = ((24, 6, 4, 90e3), (200, 10, 12, 200e3))  # steps, curves, quarters, money a quarter


def company(steps: int, curves: int, horizon: int = 36, seed: int = 0) -> Model:
    """A made-up company: so many steps on so many curves, some with needs, some that exclude each
    other.
    """
    rng = np.random.default_rng(seed)
    settings = Settings(horizon=horizon, ramp_months=9)
    knots = np.linspace(0.0, 4.0, 25)
    money = {}
    for j in range(curves):
        worth = float(rng.uniform(150e3, 500e3))
        draws = worth * (1 + 0.35 * normals(f"bench:{j}", seed))
        shape = -np.expm1(-0.35 * knots) / -np.expm1(-0.35)
        estimate = Estimate(worth, 0.4 * worth, 1.6 * worth, "GBP per year")
        money[f"M{j}"] = Curve(f"M{j}", knots, shape, estimate, draws, float(rng.uniform(1.5, 3.0)))
    sheet = [_step(k, curves, steps, rng) for k in range(steps)]
    return Model(
        settings=settings,
        curves=money,
        metric_curve=None,
        ex_to_cx=None,
        ex_to_cx_draws=None,
        overlap=0.9,
        lift_draws=lift_draws(sheet, settings),
        cost_draws=cost_draws(sheet, settings),
        average_revenue=900.0,
        churned_revenue=1e12,
        steps={s.id: s for s in sheet},
        moves={s.id: s.moments for s in sheet},
    )


def _step(k: int, curves: int, steps: int, rng: np.random.Generator) -> Step:
    cost = float(rng.uniform(5e3, 60e3))
    lift = float(rng.uniform(0.05, 0.5))
    needs = (f"S{int(rng.integers(0, k)):03}",) if k > 3 and rng.random() < 0.2 else ()
    other = (f"S{k - 1:03}",) if k % 9 == 8 and f"S{k - 1:03}" not in needs else ()
    return Step(
        id=f"S{k:03}",
        title=f"S{k}",
        acts_on="moment",
        moments=(f"M{k % curves}",),
        one_off_cost=cost,
        yearly_cost=float(rng.choice([0.0, 0.2])) * cost,
        cost_low=0.9 * cost,
        cost_high=1.3 * cost,
        months_to_deliver=int(rng.integers(1, 7)),
        lift_low=0.5 * lift,
        lift_likely=lift,
        lift_high=1.5 * lift,
        lift_assumed=False,
        cost_assumed=False,
        needs=needs,
        excludes=other,
        part_of=None,
        owner=None,
        pnl_line=None,
        effort_days=20.0,
        mandatory=False,
        evidence_grade="C",
        evidence=(),
    )


@dataclass
class Written:
    """The written-out form: maximise gain x subject to low <= A x <= high, 0 <= x <= upper, the
    first n whole.
    """

    gain: Floats
    matrix: csc_array
    low: Floats
    high: Floats
    upper: Floats
    n: int


def written_out(model: Model, problem: Problem) -> Written:
    """Every curve in every scenario and year as pieces of decreasing slope, filled by what the
    options use of it.
    """
    n = len(problem.options)
    months = model.settings.horizon
    gain = list(-problem.cost)
    upper = [1.0] * n
    entries: list[tuple[int, int, float]] = []
    low = []
    high = []
    for row in problem.rows:
        entries += [(len(low), int(k), float(v)) for k, v in zip(row.at, row.factor, strict=True)]
        low.append(row.low), high.append(row.high)
    picks = np.linspace(0, problem.cost_draws.shape[1] - 1, SCENARIOS).astype(int)
    for curve in problem.benefits:
        tops = sum(used[:, picks].max(axis=0) for used in curve.used)
        for part in np.array_split(np.arange(months), SLICES):
            month = curve.month[part]
            for s, pick in enumerate(picks):
                knots = np.linspace(0.0, max(1e-6, float(tops[s])), PIECES + 1)
                rise = np.diff(curve._height(knots)) / np.diff(knots)
                first = len(gain)
                gain += (
                    np.maximum(rise, 0.0) * max(0.0, curve.worth[pick]) * month.sum() / SCENARIOS
                ).tolist()
                upper += np.diff(knots).tolist()
                entries += [(len(low), first + p, 1.0) for p in range(PIECES)]
                for row, (step, late) in enumerate(curve.starts):
                    use = np.zeros(months)
                    use[late:] = curve.used[step][: max(0, months - late), pick]
                    entries.append(
                        (len(low), int(curve.at[row]), -float(month @ use[part]) / month.sum())
                    )
                low.append(-np.inf), high.append(0.0)
    r, c, v = (np.array(x) for x in zip(*entries, strict=True))
    matrix = csc_array((v, (r.astype(int), c.astype(int))), shape=(len(low), len(gain)))
    return Written(np.array(gain), matrix, np.array(low), np.array(high), np.array(upper), n)


def by_highs(form: Written) -> Floats | None:
    """The options HiGHS chooses (n,)."""
    solver = quiet()
    solver.setOptionValue("mip_rel_gap", GAP), solver.setOptionValue("time_limit", LIMIT)
    lp = highspy.HighsLp()
    lp.num_col_ = len(form.gain)
    lp.num_row_ = len(form.low)
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_ = form.gain
    lp.col_lower_ = np.zeros(len(form.gain))
    lp.col_upper_ = form.upper
    lp.row_lower_ = form.low
    lp.row_upper_ = form.high
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = form.matrix.indptr
    lp.a_matrix_.index_ = form.matrix.indices
    lp.a_matrix_.value_ = form.matrix.data
    lp.integrality_ = [highspy.HighsVarType.kInteger] * form.n + [
        highspy.HighsVarType.kContinuous
    ] * (len(form.gain) - form.n)
    solver.passModel(lp)
    solver.run()
    return (
        np.round(np.array(solver.getSolution().col_value)[: form.n]) if answered(solver) else None
    )


def by_cp_sat(form: Written) -> Floats | None:
    """The options CP-SAT chooses (n,), with pieces in thousandths and money in whole units."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    fine = 1000
    x = [model.new_bool_var(f"x{k}") for k in range(form.n)]
    u = [
        model.new_int_var(0, int(top * fine), f"u{k}") for k, top in enumerate(form.upper[form.n :])
    ]
    rows = form.matrix.tocsr()
    for r in range(rows.shape[0]):
        at = slice(rows.indptr[r], rows.indptr[r + 1])
        columns = rows.indices[at]
        factors = rows.data[at]
        pieces = bool((columns >= form.n).any())
        scale = fine if pieces else _whole(factors, form.high[r])
        terms = [
            u[c - form.n]
            if c >= form.n
            else int(np.ceil(v * scale) if pieces else round(v * scale)) * x[c]
            for c, v in zip(columns.tolist(), factors.tolist(), strict=True)
        ]
        if np.isfinite(form.high[r]):
            model.add(sum(terms) <= int(np.floor(form.high[r] * scale)))
        if np.isfinite(form.low[r]):
            model.add(sum(terms) >= int(np.ceil(form.low[r] * scale)))
    model.maximize(
        sum(round(float(g) * fine) * v for g, v in zip(form.gain[: form.n], x, strict=True))
        + sum(round(float(g)) * v for g, v in zip(form.gain[form.n :], u, strict=True))
    )
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = LIMIT
    solver.parameters.relative_gap_limit = GAP
    solver.parameters.num_workers = 2
    status = solver.solve(model)
    return (
        np.array([float(solver.value(v)) for v in x])
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
        else None
    )


def _whole(factors: Floats, high: float) -> int:
    """1 where a row is of whole numbers already, else 100: money in hundredths."""
    return (
        1
        if np.array_equal(factors, np.round(factors))
        and (not np.isfinite(high) or high == round(high))
        else 100
    )


def by_planes(problem: Problem) -> Floats | None:
    """The options the search of cxcase chooses (n,)."""
    found = Search(problem).solve(close=GAP, seconds=LIMIT)
    if found is None:
        return None
    chosen = np.zeros(len(problem.options))
    chosen[list(found.chosen)] = 1.0
    return chosen


def solvers() -> None:
    """Seconds and value of each solver for each size."""
    for steps, curves, quarters, money in SIZES:
        model = company(steps, curves)
        problem = problem_of(model, PeriodBudget((money,) * quarters, "quarter", 1, 1), Rules())
        begun = time.perf_counter()
        form = written_out(model, problem)
        making = time.perf_counter() - begun
        print(
            f"{steps} steps x {quarters} quarters, {problem.cost_draws.shape[1]} draws in the "
            f"search; written out: "
            f"{SCENARIOS} draws, {len(form.gain)} columns, {len(form.low)} rows, made in "
            f"{making:.1f} s"
        )
        for name, solve, given in (
            ("cxcase (HiGHS, planes)", by_planes, problem),
            ("HiGHS, written out", by_highs, form),
            ("CP-SAT, written out", by_cp_sat, form),
        ):
            begun = time.perf_counter()
            chosen = solve(given)  # type: ignore[operator]
            seconds = time.perf_counter() - begun
            _say(f"  {name}", seconds, "nothing" if chosen is None else _worth(problem, chosen))


def _worth(problem: Problem, chosen: Floats) -> str:
    kept = all(row.kept(chosen) for row in problem.rows)
    value = float(problem.npv(chosen).mean())
    return f"NPV {value:12,.0f}, {int(chosen.sum())} steps" + (
        "" if kept else ", breaks a rule by rounding"
    )


def _say(name: str, seconds: float, beside: str = "") -> None:
    print(f"{name:<58}{seconds:8.2f} s    {beside}")


def valuation() -> None:
    """One plan of 200 steps over 60 months on all draws."""
    model = company(200, 10, horizon=60)
    starts = {id: 1 + 3 * (k % 8) for k, id in enumerate(model.steps)}
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    begun = time.perf_counter()
    draws = model.npv_draws(starts)
    seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    _say(
        f"{len(draws)} draws x 60 months x 200 steps",
        seconds,
        f"peak {peak:.0f} MB ({held:.0f} before)   (aim 2 s, 1 GB)",
    )


def slider() -> None:
    """What a move of the slider asks for, 14 steps on 6 curves: a plan solved before, the plan, all
    that is beside it.

    The sums are not on the grid that is solved once for all of them.
    """
    model = company(14, 6)
    returns = Returns("bench", tuple(_valued(model, id) for id in model.steps), model, 1.0, ())
    moments = Moments("bench", "index", (), None, {}, None, 0.9, None, ())
    fit_budget(returns, FixedBudget(100e3), moments)
    sums = (80e3, 150e3, 220e3)
    quarters = [PeriodBudget((amount / 4,) * 4, "quarter", 4, 7) for amount in sums]
    for name, choices in (
        ("one sum", [FixedBudget(amount) for amount in sums]),
        ("4 quarters", quarters),
    ):
        taken: dict[str, list[float]] = {}
        for choice in choices:
            for part, seconds in _slid(returns, moments, model, choice):
                taken.setdefault(part, []).append(seconds)
        says = {
            "at once": "best plan solved before (aim .1 s)",
            "plan": "plan and frontier (aim 1 s)",
            "alone": "  the same with nothing solved before",
            "beside": "  what stands beside it",
        }
        for part, seconds in taken.items():
            _say(f"slider, {name}: {says[part]}", statistics.median(seconds), "of processor")


def _slid(
    returns: Returns, moments: Moments, model: Model, choice: FixedBudget | PeriodBudget
) -> Iterator[tuple[str, float]]:
    """(part, processor seconds) of everything that one place of the slider asks for."""
    cache = solve_frontier(returns, choice)
    assert cache is not None
    if isinstance(choice, FixedBudget):
        yield "at once", _timed(lambda: solved_plan(returns, choice, moments, Rules(), cache))[1]
    plan, seconds = _timed(lambda: fit_budget(returns, choice, moments, Rules(), cache))
    yield "plan", seconds
    yield "alone", _timed(lambda: fit_budget(returns, choice, moments))[1]
    yield "beside", _timed(lambda: detail_plan(plan, returns, model.settings))[1]


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    """What the work gives, and the processor seconds it took."""
    begun = time.process_time()
    result = work()
    return result, time.process_time() - begun


def _valued(model: Model, id: str) -> StepReturn:
    flows = model.flows({id: 1})
    npv = Npv.of(flows.npv, model.npv_draws({id: 1}))
    return StepReturn(model.steps[id], model.moves[id], npv, None, flows.payback,
                      flows.discounted_payback, None,
                      flows.roi, None, None, flows.benefit[1:], flows.cost)  # fmt: skip


def main() -> None:
    """Prints every part, each in a fresh process."""
    for part in ("solvers", "valuation", "slider"):
        subprocess.run(
            [sys.executable, "-c", f"from bench.budget import {part}; {part}()"],
            cwd=ROOT,
            check=True,
        )


if __name__ == "__main__":
    main()
