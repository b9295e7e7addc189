"""Where a step can be cut: by its moments, and by the teams in which its money is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cxcase.estimate import Bools
from cxcase.link import Curve, Link
from cxcase.moments import Moments
from cxcase.recommend.chunking.parts import Cost, CostRule, Part, Slice, parts_of
from cxcase.recommend.result import Step

FEW = 30  # answers in a team below which its own ratings show little


@dataclass(frozen=True)
class TeamStake:
    """What a step would do in one team: its customers, its ratings, and revenue kept a year."""

    name: str
    customers: float
    answers: float
    money: float

    @property
    def per_customer(self) -> float:
        """Revenue kept a year for each customer that the step reaches there."""
        return self.money / self.customers if self.customers > 0 else 0.0


@dataclass(frozen=True)
class Cutting:
    """A step with all that its cuts need.

    teams    the step's teams, the one with most money for a customer first
    reached  moment -> customers who live it, in the step's teams
    unnamed  share of the step's revenue kept that is with customers of no known team
    """

    step: Step
    teams: tuple[TeamStake, ...]
    reached: Mapping[str, float]
    unnamed: float

    @classmethod
    def of(cls, step: Step, link: Link, moments: Moments) -> Cutting:
        """What of a step's customers and money is where, at its likely lift."""
        curves = _curves(step, link, moments)
        names = sorted({name for curve in curves.values() for name in _names(curve)})
        inside = [name for name in names if not step.teams or name in step.teams]
        stakes = [_stake(name, curves, step.lift_likely) for name in inside]
        whole = sum(_money(curve, _all(curve), step.lift_likely) for curve in curves.values())
        named = sum(_stake(name, curves, step.lift_likely).money for name in names)
        return cls(
            step,
            tuple(sorted(stakes, key=lambda one: (-one.per_customer, one.name))),
            {name: _heard(curve, _in(curve, inside)) for name, curve in curves.items()},
            0.0 if step.teams or whole <= 0 else max(0.0, 1.0 - named / whole),
        )

    def by_moment(self, rule: CostRule) -> tuple[Part, ...]:
        """A part a moment; none where the step has one alone. Each lifts its moment as far."""
        names = self.step.moments
        if len(names) < 2:
            return ()
        slices = [
            Slice(name, (name,), self.step.teams, self.reached.get(name, 0.0), len(self.teams))
            for name in names
        ]
        return parts_of(_cost(self.step), slices, rule)

    def by_teams(
        self, groups: Sequence[tuple[str, Sequence[str]]], rule: CostRule, in_turn: bool = False
    ) -> tuple[Part, ...]:
        """A part a group of teams, in this order. in_turn: each needs the one before it."""
        stakes = {one.name: one for one in self.teams}
        slices = []
        for name, teams in groups:
            there = [stakes[team] for team in teams if team in stakes]
            customers = sum(one.customers for one in there)
            own = tuple(one.name for one in there)
            slices.append(Slice(name, self.step.moments, own, customers, len(there)))
        return parts_of(_cost(self.step), [one for one in slices if one.teams], rule, in_turn)

    def first_teams(self, most: int | None = None) -> tuple[str, ...]:
        """Teams to begin with: those with most money for a customer and ratings enough to see an
        effect, at most half of all, so that others are left to compare with.
        """
        half = max(1, len(self.teams) // 2)
        heard = [one.name for one in self.teams if one.answers >= FEW]
        return tuple(heard[: min(half, most or max(1, round(len(self.teams) / 4)))])


def _cost(step: Step) -> Cost:
    return Cost(step.one_off_cost, step.yearly_cost, step.effort_days)


def _curves(step: Step, link: Link, moments: Moments) -> dict[str, Curve]:
    """The money curves that the step moves."""
    if step.acts_on == "moment":
        return {name: moments.curves[name] for name in step.moments if name in moments.curves}
    return {"": link.curve} if link.curve is not None else {}


def _names(curve: Curve) -> tuple[str, ...]:
    return curve.cells.team_names if curve.cells is not None else ()


def _all(curve: Curve) -> Bools:
    return np.ones(len(curve.cells.team) if curve.cells is not None else 0, dtype=bool)


def _in(curve: Curve, teams: Sequence[str]) -> Bools:
    """(c,) the cells of these teams; of all where no team is known."""
    if curve.cells is None or not teams:
        return _all(curve)
    return curve.cells.in_teams(teams)


def _heard(curve: Curve, cells: Bools) -> float:
    return float(curve.cells.heard[cells].sum()) if curve.cells is not None else 0.0


def _money(curve: Curve, cells: Bools, lift: float) -> float:
    """Revenue kept a year in some cells when ratings rise by the lift."""
    if curve.cells is None or not cells.any():
        return 0.0
    kept = curve.cells.gains[:, cells].sum(axis=1)
    return float(np.interp(max(0.0, lift), curve.lifts, kept))


def _stake(name: str, curves: Mapping[str, Curve], lift: float) -> TeamStake:
    """One team's customers and ratings, on the moment where it has most, and its money in all."""
    customers = [0.0]
    answers = [0.0]
    money = 0.0
    for curve in curves.values():
        if curve.cells is None:
            continue
        cells = curve.cells.in_teams([name])
        customers.append(_heard(curve, cells))
        given = curve.cells.answers
        answers.append(float(given[cells].sum()) if given is not None else 0.0)
        money += _money(curve, cells, lift)
    return TeamStake(name, max(customers), max(answers), money)
