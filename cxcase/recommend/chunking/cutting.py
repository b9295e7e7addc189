"""Where a step can be cut: by its moments, and by the teams in which its money is."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from cxcase.estimate import Bools
from cxcase.link import Curve, Link
from cxcase.moments import Moments
from cxcase.recommend.chunking.parts import Cost, CostRule, Part, Slice, parts_of
from cxcase.recommend.result import Step

FEW = 30  # answers in a team below which its own ratings show little


@dataclass(frozen=True)
class TeamStake:
    """What a step would do in one team: its customers, its ratings, and revenue kept a year.

    measured, variance   revenue kept as its answers have it, and how far that may be off, squared
    money, left          the same drawn towards what a customer brings in all of them, as far as
                         their answers tell them apart; what is left of the variance
    """

    name: str
    customers: float
    answers: float
    money: float
    measured: float = 0.0
    variance: float = 0.0
    left: float = 0.0

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
    segments the same as teams, of the segments of its customers
    headroom by how many points a rating can still rise where the step acts, at least
    """

    step: Step
    teams: tuple[TeamStake, ...]
    reached: Mapping[str, float]
    unnamed: float
    segments: tuple[TeamStake, ...] = ()
    headroom: float = math.inf

    @classmethod
    def of(cls, step: Step, link: Link, moments: Moments) -> Cutting:
        """What of a step's customers and money is where, at its likely lift."""
        curves = _curves(step, link, moments)
        every = [curve.cells for curve in curves.values() if curve.cells is not None]
        teams = {name for cells in every for name in cells.team_names}
        segments = {name for cells in every for name in cells.segment_names} - teams
        by_team = _stakes(step, curves, teams)
        whole = sum(_money(curve, _all(curve), step.lift_likely) for curve in curves.values())
        named = sum(one.money for one in by_team)
        return cls(
            step,
            by_team,
            {name: _heard(curve, _in(curve, step.teams)) for name, curve in curves.items()},
            0.0 if step.teams or whole <= 0 else max(0.0, 1.0 - named / whole),
            _stakes(step, curves, segments),
            min((curve.headroom for curve in curves.values()), default=math.inf),
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

    def by_components(self, shares: Mapping[str, float], rule: CostRule) -> tuple[Part, ...]:
        """A part a component, each with its share of what is not fixed of the cost, and of the
        lift: parts that lift the same customers share their headroom, so that all of them together
        lift as far as the whole. None for fewer than two.
        """
        whole = sum(shares.values())
        if len(shares) < 2 or whole <= 0:
            return ()
        step = self.step
        slices = [
            Slice(name, step.moments, step.teams, share / whole, 1)
            for name, share in shares.items()
        ]
        parts = parts_of(_cost(step), slices, replace(rule, per_team=0.0))
        return tuple(
            replace(part, lifts=self._lifts(share / whole))
            for part, share in zip(parts, shares.values(), strict=True)
        )

    def _lifts(self, share: float) -> tuple[float, float, float]:
        step = self.step
        low, likely, high = (
            _share_of_lift(lift, share, self.headroom)
            for lift in (step.lift_low, step.lift_likely, step.lift_high)
        )
        return low, likely, high

    def by_segments(
        self, groups: Sequence[tuple[str, Sequence[str]]], rule: CostRule
    ) -> tuple[Part, ...]:
        """A part a group of segments, in this order, in the teams that the whole is held to."""
        stakes = {one.name: one for one in self.segments}
        teams = tuple(name for name in self.step.teams if name not in stakes)
        slices = []
        for name, segments in groups:
            own = tuple(one for one in segments if one in stakes)
            customers = sum(stakes[one].customers for one in own)
            if own:
                where = (*teams, *own)
                slices.append(Slice(name, self.step.moments, where, customers, len(self.teams)))
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
            if own:
                held = tuple(one for one in self.step.teams if one not in stakes)
                where = (*own, *held)
                slices.append(Slice(name, self.step.moments, where, customers, len(there)))
        return parts_of(_cost(self.step), slices, rule, in_turn)

    def first_teams(self, most: int | None = None) -> tuple[str, ...]:
        """Teams to begin with: those with most money for a customer and ratings enough to see an
        effect, at most half of all, so that others are left to compare with.
        """
        half = max(1, len(self.teams) // 2)
        heard = [one.name for one in self.teams if one.answers >= FEW]
        return tuple(heard[: min(half, most or max(1, round(len(self.teams) / 4)))])


def _share_of_lift(lift: float, share: float, headroom: float) -> float:
    """What one of several components lifts alone: with others by R2, 1 - prod(1 - L/H), together
    they come to the whole's lift. Source: METHODS 6.4.
    """
    if not 0 < lift < headroom or math.isinf(headroom):
        return share * min(lift, headroom)
    left = math.exp(share * math.log1p(-lift / headroom))
    return headroom * (1.0 - left)


def _cost(step: Step) -> Cost:
    return Cost(step.one_off_cost, step.yearly_cost, step.effort_days)


def _curves(step: Step, link: Link, moments: Moments) -> dict[str, Curve]:
    """The money curves that the step moves."""
    if step.acts_on == "moment":
        return {name: moments.curves[name] for name in step.moments if name in moments.curves}
    return {"": link.curve} if link.curve is not None else {}


def _all(curve: Curve) -> Bools:
    return np.ones(len(curve.cells.team) if curve.cells is not None else 0, dtype=bool)


def _in(curve: Curve, teams: Sequence[str]) -> Bools:
    """(c,) the cells of these teams; of all where no team is known."""
    if curve.cells is None or not teams:
        return _all(curve)
    return curve.cells.held_to(teams)


def _heard(curve: Curve, cells: Bools) -> float:
    return float(curve.cells.heard[cells].sum()) if curve.cells is not None else 0.0


def _money(curve: Curve, cells: Bools, lift: float) -> float:
    """Revenue kept a year in some cells when ratings rise by the lift."""
    if curve.cells is None or not cells.any():
        return 0.0
    kept = curve.cells.gains[:, cells].sum(axis=1)
    return float(np.interp(max(0.0, lift), curve.lifts, kept))


def _stakes(
    step: Step, curves: Mapping[str, Curve], groups: Collection[str]
) -> tuple[TeamStake, ...]:
    """What a step would do in each of its teams, or of its segments, the one with most money for a
    customer first.
    """
    own = [name for name in step.teams if name in groups]
    others = [name for name in step.teams if name not in groups]
    found = [_stake(name, others, curves, step.lift_likely) for name in sorted(own or groups)]
    return tuple(sorted(_drawn(found), key=lambda one: (-one.per_customer, one.name)))


def _drawn(stakes: Sequence[TeamStake]) -> list[TeamStake]:
    """The same with money for a customer drawn towards that of all: of groups that are picked
    because they look best in a sample, some do so by chance. Their sum stays.

    Source: Morris 1983, Journal of the American Statistical Association 78, 47-55.
    """
    size = np.array([one.customers for one in stakes])
    money = np.array([one.measured for one in stakes])
    if len(stakes) < 2 or size.min() <= 0 or money.sum() <= 0:
        return list(stakes)
    each = money / size
    noise = np.array([one.variance for one in stakes]) / size**2
    middle = money.sum() / size.sum()
    spread = size @ (each - middle) ** 2 - (size * (1.0 - size / size.sum())) @ noise
    truly = max(0.0, float(spread)) / (size.sum() - size @ size / size.sum())
    kept = np.divide(truly, truly + noise, out=np.ones(len(noise)), where=noise > 0)
    drawn = (middle + kept * (each - middle)) * size
    drawn *= money.sum() / drawn.sum()
    left = kept * noise * size**2
    return [
        replace(one, money=float(own), left=float(rest))
        for one, own, rest in zip(stakes, drawn, left, strict=True)
    ]


def _stake(name: str, others: Sequence[str], curves: Mapping[str, Curve], lift: float) -> TeamStake:
    """One group's customers and ratings, on the moment where it has most, and its money in all;
    others: what else the step is held to.
    """
    customers = [0.0]
    answers = [0.0]
    money = variance = 0.0
    for curve in curves.values():
        if curve.cells is None:
            continue
        cells = curve.cells.held_to([name, *others])
        customers.append(_heard(curve, cells))
        given = curve.cells.answers
        answers.append(float(given[cells].sum()) if given is not None else 0.0)
        own = _money(curve, cells, lift)
        at_one = _money(curve, cells, min(1.0, float(curve.lifts[-1])))
        if at_one > 0:
            variance += curve.cells.variance(cells, at_one) * (own / at_one) ** 2
        money += own
    return TeamStake(name, max(customers), max(answers), money, money, variance)
