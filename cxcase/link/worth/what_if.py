"""What-if: moves of every customer's score, every team's engagement, or one team's score."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from cxcase import gates
from cxcase.estimate import Estimate, Floats
from cxcase.link.models.ex_to_cx import Slope
from cxcase.link.worth.g_computation import Money
from cxcase.link.worth.mediation import step_of, through
from cxcase.stats.teams import team_means

CUSTOMERS = "customers a year"
# points that are asked about first
SCORE_MOVE = 0.5
EX_MOVE = 0.2
Move = Literal["cx", "ex", "team"]


@dataclass(frozen=True)
class Outcome:
    """What a move goes with. worth: revenue a year; kept: customers more who stay.

    points: the move asked for; score: how far the scores of those it touches then move on average,
    kept inside the marks seen; customers: how many it touches. claimed: every step that the move
    rests on is clear of zero. team: the one that moves, where it is one.
    """

    move: Move
    points: float
    score: float
    customers: float
    worth: Estimate
    kept: Estimate
    claimed: bool
    team: str = ""


@dataclass(frozen=True)
class Behind:
    """A team whose score lies below the median team's: how far, and how many answered."""

    team: str
    gap: float
    answers: int


@dataclass(frozen=True, eq=False)
class WhatIf:
    """The models behind the printed figures, asked about other moves.

    The same folds, the same draws. One point of the score, or of engagement, gives what is printed
    as its worth, to the last digit. Moves overlap: engagement works through the score, and a team's
    customers are among all customers. They are never added up.
    """

    money: Money
    slope: Slope
    clear: bool  # the score's own slope is clear of zero
    unit: str
    seed: int

    def score(self, points: float) -> Outcome:
        """Every customer's score `points` higher, capped, team means held where they are."""
        p = self.money.population
        worth = self.money.worth(points).best
        kept = self.money.kept(points)
        return Outcome(
            "cx",
            points,
            self._moved(points),
            float(p.weight.sum()),
            worth.estimate(self.unit, p),
            kept.estimate(CUSTOMERS, p),
            self.clear,
        )

    def engagement(self, points: float) -> Outcome | None:
        """Every team's engagement `points` higher, through the score that goes with it.

        None where EX has no slope.
        """
        a = self.slope.estimate
        p = self.money.population
        if a.value is None or self.slope.draws is None:
            return None
        step = step_of(a.value * points, self.money)
        worth, kept = (
            through(self.slope, points, figure, step, unit, self.seed)
            for figure, unit in (
                (self.money.worth(step).best, self.unit),
                (self.money.kept(step), CUSTOMERS),
            )
        )
        claimed = self.clear and a.excludes_zero
        return Outcome(
            "ex", points, self._moved(a.value * points), float(p.weight.sum()), worth, kept, claimed
        )

    @property
    def behind(self) -> tuple[Behind, ...]:
        """The teams with enough answers that lie below the median of such teams.

        Furthest below first. Empty where fewer than six teams have enough.
        """
        p = self.money.population
        answers = np.bincount(p.team, minlength=len(p.team_names))
        usable = answers >= gates.MIN_MOMENT_ANSWERS
        if p.dealt or usable.sum() < gates.MIN_TEAMS_INTERVAL:
            return ()
        means = team_means(p.metric, p.weight, p.team, len(p.team_names))
        gap = float(np.median(means[usable])) - means
        found = [
            Behind(p.team_names[g], float(gap[g]), int(answers[g]))
            for g in np.flatnonzero(usable & (gap > 0))
        ]
        return tuple(sorted(found, key=lambda team: (-team.gap, team.team)))

    def lift(self, team: str) -> Outcome | None:
        """The customers of one team moved up by what it lacks to the median team.

        None for a team not in `behind`. Money is what the ledger has for that team. Who its
        customers are, and how far it is behind, is taken as it stands; the range is that of the
        slopes.
        """
        found = next((b for b in self.behind if b.team == team), None)
        if found is None:
            return None
        p = self.money.population
        code = p.team_names.index(team)
        rows = p.team == code
        revenue = p.revenue[rows]
        revenue = revenue * (float(p.revenue.sum() - p.fold_revenue[code].sum()) / revenue.sum())
        worth = self.money.worth_of(rows, found.gap, revenue).best
        kept = self.money.kept(found.gap, rows)
        return Outcome(
            "team",
            found.gap,
            self._moved(found.gap, rows),
            float(p.weight[rows].sum()),
            worth.estimate(self.unit, p),
            kept.estimate(CUSTOMERS, p),
            self.clear,
            team,
        )

    @cached_property
    def printed(self) -> tuple[Outcome, ...]:
        """The moves that are shown before anybody asks.

        Half a point of the score, a fifth of a point of engagement.
        """
        found = (self.score(SCORE_MOVE), self.engagement(EX_MOVE))
        return tuple(outcome for outcome in found if outcome is not None)

    def _moved(self, points: float, rows: Floats | None = None) -> float:
        """The mean move of scores, kept inside the marks seen.

        Of all customers or of those behind `rows`.
        """
        move = self.money.moved(points)
        weight = self.money.population.weight
        part = slice(None) if rows is None else rows
        return float(np.average(move[part], weights=weight[part]))
