"""Runs the study: companies drawn, read, estimated, compared with the truth; then the rule."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd

from cxcase.calibrate import rule
from cxcase.calibrate.arms import ARMS, GIVEN, NULLS, given_name
from cxcase.calibrate.claims import claims_of
from cxcase.calibrate.company import CUSTOMERS_A_TEAM, HIGH, LOW, Arm, draw, frames_of, truth_of
from cxcase.calibrate.mistakes import Interval, pairwise_broken, wrong_figures
from cxcase.calibrate.reliability import Group, grouped, stated_and_true
from cxcase.calibrate.rule import Cell
from cxcase.calibrate.spread import Spread
from cxcase.estimate import Estimate
from cxcase.intake import Base, Scale, case_from_frames
from cxcase.link import Link, estimate_link, fit_link
from cxcase.moments import rank_moments
from cxcase.sample import draw_company, true_effects
from cxcase.sample.company import EX_SCALE, MOMENT_SCALES, SCALES
from cxcase.settings import Settings

STAKE = "stake:"  # before a moment's name: its revenue at stake on its own
MONEY = {
    "kept": "one_point_of_cx_retention",
    "added": "one_point_of_cx_expansion",
    "both": "one_point_of_cx",
}
EFFECTS = ("cx_to_churn", "ex_to_cx", "ex_to_cx_corrected", "ex_to_churn_through_cx")
FREE = "through_cx_true"  # engagement's way through the score, freed of the survey's noise
# what is done wrong -> (the truth it is held against, the arm it is shown in)
WRONG = {
    "ex_to_cx: customers counted, not teams": ("ex_to_cx", "30 teams"),
    "ex_to_cx: CR1 with normal quantiles": ("ex_to_cx", "12 uneven teams"),
    "cx_to_churn: tenure left out": ("cx_to_churn", "30 teams"),
    "cx_to_churn: no weights": ("cx_to_churn", "30 teams, leavers quiet"),
    "through the score: EX noise ignored": ("through_cx_true", "60 teams"),
}
PAYS = "chance to pay back"
Found = Mapping[str, Interval]


@dataclass(frozen=True)
class Mistake:
    """One way of doing it wrong: it must miss. missed: by coverage or by bias."""

    name: str
    arm: str
    coverage: float
    bias: float
    missed: bool


@dataclass(frozen=True, eq=False)
class Study:
    """Everything that came back.

    `accepted`: every arm held to the rule passed it, and every mistake missed it.
    """

    companies: int
    first_seed: int
    cells: tuple[Cell, ...]
    fresh: tuple[Cell, ...]  # flagged cells again, on other seeds
    held: frozenset[str]  # arms held to the rule
    faults: tuple[tuple[str, str, str], ...]  # (arm, quantity, code)
    mistakes: tuple[Mistake, ...]
    # (arm, claim) -> share of companies with the claim where nothing is
    null_claims: Mapping[tuple[str, str], float]
    pairwise_broken: float
    # steps of all arms held to the rule, by the chance that was stated
    reliability: tuple[Group, ...] = ()

    @property
    def accepted(self) -> bool:
        """True when nothing is at fault and every mistake was caught."""
        return (
            not self.faults and all(m.missed for m in self.mistakes) and self.pairwise_broken > 0.5
        )


def run_study(
    companies: int = 500,
    first_seed: int = 1,
    *,
    arms: Sequence[Arm] = ARMS,
    given: Sequence[int] = GIVEN,
    nulls: Sequence[Arm] = NULLS,
    rerun: bool = True,
    said: Callable[[str], object] = lambda _: None,
    processes: int = 1,
    kept: Path | None = None,
) -> Study:
    """The study with `companies` companies an arm.

    `said` is told which arm is next; seeds follow `first_seed`. Companies are shared out among
    `processes`; each has its own seed, so that nothing else changes with their number. What each
    arm came to lies in the folder `kept`, so that a study that was stopped goes on from there.
    """
    with ExitStack() as stack:
        if processes > 1:
            pool = stack.enter_context(ProcessPoolExecutor(processes, get_context("spawn")))
        else:
            pool = None
        return _study(companies, first_seed, arms, (given, nulls), rerun, said, Spread(pool, kept))


def _study(
    companies: int,
    first_seed: int,
    arms: Sequence[Arm],
    others: tuple[Sequence[int], Sequence[Arm]],
    rerun: bool,
    said: Callable[[str], object],
    spread: Spread,
) -> Study:
    given, nulls = others
    seeds = range(first_seed, first_seed + companies)
    cells: list[Cell] = []
    wrong: list[Mistake] = []
    pays: list[tuple[float, bool]] = []
    for arm in arms:
        said(arm.name)
        truth = truth_of(arm)
        runs = spread(arm.name, partial(_run, arm, kept=truth["kept"]), seeds)
        if arm.specified:
            priced = [run[PAYS] for run in runs if np.isfinite(run[PAYS][0])]
            pays += [(stated, bool(paid)) for stated, paid, _ in priced]
        cells += _cells_of(arm, runs, truth)
        wrong += _mistakes_of(arm, runs, truth)
    for teams in given:
        name = given_name(teams)
        said(name)
        cells += _given(teams, spread(name, partial(_given_run, teams), seeds))
    claims: dict[tuple[str, str], float] = {}
    for arm in nulls:
        said(arm.name)
        found = claims_of(spread(arm.name, partial(_run, arm), seeds))
        claims |= {(arm.name, claim): share for claim, share in found.items()}
    held = frozenset(arm.name for arm in arms if arm.specified) | {c.arm for c in cells if c.given}
    fresh: tuple[Cell, ...] = ()
    if rerun and companies >= rule.FULL:
        fresh = _again(cells, held, arms, seeds, said, spread)
    groups = grouped(pays)
    unreliable = [("all", PAYS, "reliability") for group in groups if not rule.reliable(group)]
    return Study(
        companies=companies,
        first_seed=first_seed,
        cells=tuple(cells),
        fresh=fresh,
        held=held,
        faults=(*_faults(cells, fresh, held, claims, companies), *unreliable),
        mistakes=tuple(wrong),
        null_claims=claims,
        pairwise_broken=pairwise_broken(companies, first_seed),
        reliability=groups,
    )


def _cells_of(arm: Arm, runs: Sequence[Found], truth: Mapping[str, float]) -> list[Cell]:
    """The coverage of every quantity in one arm."""
    truths = [truth] * len(runs)
    return [_cell(arm.name, q, runs, truths, given=False) for q in (*EFFECTS, FREE, *MONEY)]


def _mistakes_of(arm: Arm, runs: Sequence[Found], truth: Mapping[str, float]) -> list[Mistake]:
    """What each figure done wrong on purpose comes to, of those tried in this arm."""
    return [
        _mistake(name, arm.name, runs, truth[of])
        for name, (of, where) in WRONG.items()
        if where == arm.name
    ]


def _interval(estimate: Estimate | None, scale: float = 1.0) -> Interval:
    if estimate is None or estimate.value is None or estimate.low is None or estimate.high is None:
        return np.nan, np.nan, np.nan
    return estimate.value / scale, estimate.low / scale, estimate.high / scale


def _run(arm: Arm, seed: int, kept: float | None = None) -> Found:
    """One company of the arm: right and wrong figures, money as a share of revenue.

    kept: what a point truly keeps; then a step is priced too, as (stated chance to pay back,
    whether it does, 0).
    """
    rng = np.random.default_rng([seed, arm.teams, sum(arm.name.encode())])
    world = draw(arm, rng, arm.teams, CUSTOMERS_A_TEAM * arm.teams)
    frames = frames_of(world, rng)
    base, link = _link(frames, {"ease": Scale(LOW, HIGH)}, Scale(1.0, 5.0))
    total = float(world.revenue.sum())
    found = {name: _interval(_effect(link, name)) for name in EFFECTS}
    found[FREE] = _interval(_beside(link, "corrected", "ex_to_churn_through_cx"))
    found |= {name: _interval(link.worth_of(id), total) for name, id in MONEY.items()}
    if kept is None or base is None:
        priced = None
    else:
        priced = stated_and_true(link, base, kept, (seed, arm.teams))
    found[PAYS] = (np.nan, np.nan, np.nan) if priced is None else (priced[0], float(priced[1]), 0.0)
    found["through the score: EX noise ignored"] = found["ex_to_churn_through_cx"]
    return {**found, **wrong_figures(world, frames["ex"]["mean"].to_numpy(float))}


def _effect(link: Link, id: str) -> Estimate | None:
    effect = link.effect(id)
    if effect:
        return effect.estimate
    return None


def _beside(link: Link, id: str, of: str) -> Estimate | None:
    found = link.diagnosis.alternatives if link.diagnosis else ()
    return next((b.estimate for b in found if (b.id, b.of) == (id, of)), None)


def _link(
    frames: Mapping[str, pd.DataFrame], scales: Mapping[str, Scale], ex_scale: Scale
) -> tuple[Base | None, Link]:
    settings = Settings()
    with tempfile.TemporaryDirectory() as folder:
        case = case_from_frames(frames, settings, Path(folder), scales=scales, ex_scale=ex_scale)
        return case.base, estimate_link(case, settings)


def _given_run(teams: int, seed: int) -> tuple[Found, Mapping[str, float]]:
    """A company like the sample, with moments: (its figures, its own truth)."""
    company = draw_company(10_000 + seed, CUSTOMERS_A_TEAM * teams, teams, comments=False)
    known = {name: figure.value for name, figure in true_effects(company).items()}
    settings = Settings()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        marks = MOMENT_SCALES
        case = case_from_frames(
            dict(company.frames),
            settings,
            place,
            scales=SCALES,
            ex_scale=EX_SCALE,
            moment_scales=marks,
        )
        fitted = fit_link(case, settings)
        link = fitted.link
        moments = rank_moments(case, fitted, settings)
    found = {
        "kept": _interval(link.worth_of("one_point_of_cx_retention")),
        "added": _interval(link.worth_of("one_point_of_cx_expansion")),
        "all moments": _interval(moments.joint.revenue_at_stake if moments.joint else None),
        **{f"{STAKE}{m.name}": _interval(m.revenue_at_stake) for m in moments.moments},
    }
    truth = {
        "kept": known["worth:one_point_of_cx_retention"],
        "added": known["worth:one_point_of_cx_expansion"],
        "all moments": known["moments:revenue_at_stake"],
        **{f"{STAKE}{name}": known[f"moment:{name}:revenue_at_stake"] for name in MOMENT_SCALES},
    }
    return found, truth


def _given(teams: int, came: Sequence[tuple[Found, Mapping[str, float]]]) -> list[Cell]:
    """The cells of companies held against their own truths."""
    runs, truths = zip(*came, strict=True)
    return [_cell(given_name(teams), q, runs, truths, given=True) for q in runs[0]]


def _cell(
    arm: str,
    quantity: str,
    runs: Sequence[Found],
    truths: Sequence[Mapping[str, float]],
    *,
    given: bool,
) -> Cell:
    found = np.array([run[quantity] for run in runs])
    truth = np.array([known[quantity] for known in truths])
    used = np.isfinite(found).all(axis=1)
    value, low, high = found[used].T
    truth = truth[used]
    off = value - truth
    size = abs(float(truth.mean()))
    half = (high - low) / 2
    return Cell(
        arm=arm,
        quantity=quantity,
        n=int(used.sum()),
        coverage=float(np.mean((low <= truth) & (truth <= high))),
        low=float(np.mean(high < truth)),
        high=float(np.mean(low > truth)),
        bias=float(off.mean() / truth.mean()) if size else 0.0,
        bias_error=float(off.std(ddof=1) / np.sqrt(len(off)) / size) if size else 0.0,
        bias_in_se=float(off.mean() / (half.mean() / 1.7)),
        width=float(2 * half.mean() / size) if size else 0.0,
        given=given,
        single=quantity.startswith(STAKE),
        drawn=len(runs),
    )


def _mistake(name: str, arm: str, runs: Sequence[Found], truth: float) -> Mistake:
    cell = _cell(arm, name, runs, [{name: truth}] * len(runs), given=False)
    missed = cell.coverage < rule.NOMINAL - rule.CELL_SE * cell.error or abs(
        cell.bias_in_se
    ) > rule.BIAS_SE + (3 * cell.n**-0.5)
    return Mistake(name, arm, cell.coverage, cell.bias, missed)


def _again(
    cells: Sequence[Cell],
    held: frozenset[str],
    arms: Sequence[Arm],
    seeds: range,
    said: Callable[[str], object],
    spread: Spread,
) -> tuple[Cell, ...]:
    """Flagged cells on fresh seeds."""
    found: list[Cell] = []
    n = max(rule.RERUN, len(seeds))
    first = seeds.start + 100_000
    for arm in arms:
        names = [
            c.quantity for c in cells if c.arm == arm.name and arm.name in held and rule.flagged(c)
        ]
        if names:
            said(f"{arm.name}, again on fresh seeds")
            runs = spread(arm.name, partial(_run, arm), range(first, first + n))
            truth = truth_of(arm)
            found += [_cell(arm.name, name, runs, [truth] * n, given=False) for name in names]
    return tuple(found)


def _faults(
    cells: Sequence[Cell],
    fresh: Sequence[Cell],
    held: frozenset[str],
    claims: Mapping[tuple[str, str], float],
    companies: int,
) -> list[tuple[str, str, str]]:
    settled = {(c.arm, c.quantity) for c in fresh if rule.settled(c)}
    faults = [
        (cell.arm, cell.quantity, code)
        for cell in cells
        if cell.arm in held
        for code in rule.cell_faults(cell)
        if not (code == "coverage" and (cell.arm, cell.quantity) in settled)
    ]
    faults += [(c.arm, c.quantity, "fresh") for c in fresh if not rule.settled(c)]
    for arm in sorted(held):
        own = [cell for cell in cells if cell.arm == arm]
        if not rule.mean_holds(own):
            faults.append((arm, "all", "mean"))
    faults += [
        (arm, claim, "claims")
        for (arm, claim), share in claims.items()
        if share > rule.most_claims(claim, companies)
    ]
    return faults
