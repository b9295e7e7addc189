"""What link hands on: effects with intervals, the worth of a point, and the weighted population behind them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from cxcase.checks import Finding
from cxcase.estimate import Bools, Estimate, Floats, Ints
from cxcase.intake import Scale
from cxcase.link.data.customer_cells import Cells, People
from cxcase.stats.concave import concave_shape
from cxcase.stats.folds import Folded

if TYPE_CHECKING:
    from cxcase.link.checks.result import Diagnosis
    from cxcase.link.worth.what_if import Outcome, WhatIf

Claim = Literal["associated with", "consistent with causing", "measured win"]


@dataclass(frozen=True)
class Effect:
    """One slope of the chain. `id` as in `case.json`; `method` and `checks` are codes that `report.words` knows."""

    id: str
    estimate: Estimate
    claim: Claim = "associated with"
    method: str = ""
    checks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Worth:
    """Revenue a year, all customers, for one more point."""

    id: str
    estimate: Estimate


@dataclass(frozen=True, eq=False)
class Population:
    """The usable responses, team by team, weighted to all customers. n responses, g teams; fold f leaves team f out.

    What is (g, n) is worked out when asked for: [:, rows] a block, [f] a fold; np.asarray makes an array of it.

    rows          row positions in the `responses` table (n,), rising within a team
    customers     row positions in the `customers` table (n,)
    team          team code per response (n,); team_names (g,)
    weight        response weights, sum = number of base customers (n,)
    fold_weight   weights refit without team f (g, n); 0 for that team's own rows
    revenue       weight x revenue_start, scaled so that it sums to the base's revenue_start (n,)
    fold_revenue  the same in fold f, summing to the remaining base's revenue (g, n)
    churned, churned_revenue_fold   outcome (n,), ledger churned revenue of the remaining base (g,)
    metric        CX score in native points (n,)
    controls      control columns, centred and scaled (n, k), without constant; control_names (k,)
    dealt         True when there are no teams to compare (none known, or one): "teams" are then groups of customers
                  dealt by a hash of their id, for the jackknife alone. Nothing may be said about such groups.
    within        True when churn is modelled with team means, so that the CX slope is the within-team one
    segment       segment code per response (n,), -1 where it is blank; segment_names as the customer list has them
    """

    rows: Ints
    customers: Ints
    team: Ints
    team_names: tuple[str, ...]
    weight: Floats
    fold_weight: Folded
    revenue: Floats
    fold_revenue: Folded
    revenue_start: Floats
    churned: Bools
    churned_revenue: float
    churned_revenue_fold: Floats
    metric: Floats
    controls: Floats
    control_names: tuple[str, ...]
    dealt: bool = False
    within: bool = True
    segment: Ints | None = None
    segment_names: tuple[str, ...] = ()

    @property
    def teams(self) -> int | None:
        """How many teams the responses come from; None where groups of customers stand in for them."""
        return None if self.dealt else len(self.team_names)

    def cells(self, rows: Bools, people: People, lifts: Floats, weight: Floats) -> Cells:
        """The responses behind `rows` (n,) by team and segment; people and weight of those rows, as in `Cells.of`."""
        count = int(np.count_nonzero(rows))
        unknown = np.full(count, -1, dtype=np.int64)
        team = unknown if self.dealt else self.team[rows]
        segment = unknown if self.segment is None else self.segment[rows]
        names = () if self.dealt else self.team_names, self.segment_names
        return Cells.of(names, team, segment, people, lifts, weight, self.weight[rows] * self.churned[rows])


@dataclass(frozen=True, eq=False)
class Curve:
    """A money curve: revenue kept a year for a lift, all customers. value(lift) = per_point x h(lift).

    lifts (k,) from 0 up in points; shape (k,) concave, 0 at 0 and 1 at one point (at the last knot of a shorter scale).
    per_point_draws (n_draws,) share their order with every other draw of the case.
    cells: who keeps the money, where that is known. A curve of some teams only is `share` of the curve called `whole`:
    teams names them, or those that are left out of it where `others` is True.
    """

    name: str
    lifts: Floats
    shape: Floats
    per_point: Estimate
    per_point_draws: Floats
    headroom: float  # scale end minus weighted mean among those who lived it, points
    cells: Cells | None = None
    whole: str | None = None
    share: float = 1.0
    teams: tuple[str, ...] = ()
    others: bool = False

    @property
    def about(self) -> str:
        """The moment, or the metric, that the curve is about."""
        return self.whole or self.name

    def part(self, name: str, rows: Bools, teams: tuple[str, ...], others: bool = False) -> Curve | None:
        """The curve of some of its cells (c,), under a name of its own; None where nobody in them gave a rating.

        What a point is worth there moves with what it is worth everywhere: the slope is that of all customers.
        """
        cells = self.cells
        if cells is None or cells.heard[rows].sum() <= 0:
            return None
        unit = min(1.0, float(self.lifts[-1]))
        gains = cells.gains[:, rows].sum(axis=1)
        at_unit, everybody = (float(np.interp(unit, self.lifts, g)) for g in (gains, cells.gains.sum(axis=1)))
        share = at_unit / everybody if everybody > 0 else 0.0
        worth = self.per_point
        low, value, high = (None if v is None else v * share for v in (worth.low, worth.value, worth.high))
        inside = Cells(
            cells.team_names, cells.segment_names, cells.team[rows], cells.segment[rows], cells.gains[:, rows],
            cells.heard[rows], cells.room[rows], None if cells.answers is None else cells.answers[rows],
            cells.lost[rows],
        )  # fmt: skip
        return replace(
            self,
            name=name,
            shape=concave_shape(self.lifts, gains),
            per_point=replace(worth, low=low, value=value, high=high),
            per_point_draws=self.per_point_draws * share,
            headroom=float(inside.room.sum() / inside.heard.sum()),
            cells=inside,
            whole=self.about,
            share=share,
            teams=teams,
            others=others,
        )

    def by_segment(self) -> tuple[tuple[str, ...], Floats]:
        """Segments, and the part of the curve's shape that each has, (k, segments); they add up to the shape."""
        if self.cells is None:
            return ("",), self.shape[:, None]
        width = np.diff(self.lifts)
        names, slopes = self.cells.shares(np.diff(self.shape) / width)
        return names, np.concatenate([np.zeros((1, len(names))), np.cumsum(slopes * width[:, None], axis=0)])

    def h(self, lift: Floats | float) -> Floats:
        """The curve's shape at a lift in points, shape as `lift`; below 0 the first segment goes on downwards."""
        lift = np.asarray(lift, dtype=np.float64)
        return np.where(lift < 0, lift * self.shape[1] / self.lifts[1], np.interp(lift, self.lifts, self.shape))


@dataclass(frozen=True, eq=False)
class Link:
    """EX + CX -> RX. `population` and the curves are None when the data cannot carry them; `refused` then says why."""

    key: str
    metric: str | None
    scale: Scale | None
    ex_scale: Scale | None
    team_reliability: float | None
    effects: tuple[Effect, ...]
    worth: tuple[Worth, ...]
    population: Population | None
    curve: Curve | None  # the metric's own curve (steps that act on ease, and through ex_to_cx those that act on EX)
    ex_to_cx_draws: Floats | None  # (n_draws,) CX points per EX point
    responder_table: tuple[
        tuple[str, float, float, float], ...
    ]  # (variable, responders, everyone, standardised difference)
    dose: tuple[
        tuple[float, int, float, float, float, float], ...
    ]  # (score, n, churn, low, high, fitted), weighted shares
    ledger_shift: float | None  # log-odds shift that calibrates to the ledger
    refused: str | None
    findings: tuple[Finding, ...]
    diagnosis: Diagnosis | None = None  # what stands beside the headlines
    what_if: WhatIf | None = None  # the same models, to be asked about other moves
    moves: tuple[Outcome, ...] = ()  # what was asked of them in a report, which does not hold the models

    def effect(self, id: str) -> Effect | None:
        """The effect with this id, or None."""
        return next((e for e in self.effects if e.id == id), None)

    def worth_of(self, id: str) -> Estimate | None:
        """The worth with this id, or None."""
        return next((w.estimate for w in self.worth if w.id == id), None)

    @property
    def straight(self) -> str | None:
        """The effect that leads from the score straight to money where no customers lost are told; None elsewhere."""
        churn = self.effect("cx_to_churn")
        if churn is None or not churn.estimate.refused:
            return None
        found = (self.effect(id) for id in ("cx_to_revenue", "cx_to_nrr"))
        return next((effect.id for effect in found if effect is not None and not effect.estimate.refused), None)

    @property
    def growth(self) -> Estimate | None:
        """Growth of those who stay, for one more point, as a share of starting revenue; None without a figure."""
        part, whole = self.worth_of("one_point_of_cx_expansion"), self.worth_of("one_point_of_cx")
        share = self.effect("cx_to_nrr")
        if part is None or part.value is None or part.low is None or part.high is None:
            return None
        if whole is None or not whole.value or share is None or not share.estimate.value:
            return None
        per = share.estimate.value / whole.value
        return replace(part, value=part.value * per, low=part.low * per, high=part.high * per, unit=share.estimate.unit)

    @property
    def counts(self) -> Literal["both", "kept", "sales"]:
        """What the worth of a point is of: revenue kept and gained, revenue kept alone, or all sales of units."""
        if self.diagnosis is not None and self.diagnosis.units is not None and self.diagnosis.units.outcome == "sales":
            return "sales"
        kept, gained = (self.worth_of(f"one_point_of_cx_{part}") for part in ("retention", "expansion"))
        alone = gained is not None and gained.refused and kept is not None and not kept.refused
        whole = self.worth_of("one_point_of_cx")
        return "kept" if alone and kept is not None and whole is not None and kept.value == whole.value else "both"

    @property
    def weakest(self) -> str | None:
        """The step of the chain that is known least: "ex_to_cx", "cx_to_churn", "growth" or `straight`; or None.

        The one whose range is widest for its size. A step that was never asked for is not weak: no EX, no revenue end.
        """
        steps = {"ex_to_cx": self.effect("ex_to_cx"), "cx_to_churn": self.effect("cx_to_churn")}
        if self.straight is not None:
            steps[self.straight] = self.effect(self.straight)
        found = {id: effect.estimate for id, effect in steps.items() if effect is not None}
        if self.growth is not None:
            found["growth"] = self.growth
        wide = {id: _width(e) for id, e in found.items() if not e.refused}
        return max(wide, key=lambda id: wide[id]) if len(wide) > 1 else None


def _width(e: Estimate) -> float:
    """The width of the range for the size of the figure."""
    return (e.high or 0.0) - (e.low or 0.0) if not e.value else ((e.high or 0.0) - (e.low or 0.0)) / abs(e.value)
