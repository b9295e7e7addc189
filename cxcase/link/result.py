"""What link publishes: effects with intervals, the worth of a point, and what supports them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from cxcase.checks import Finding
from cxcase.errors import UnknownIdError
from cxcase.estimate import Estimate, Floats
from cxcase.intake import Scale
from cxcase.link.diagnosis import Diagnosis
from cxcase.link.worth.curve_type import Curve
from cxcase.link.worth.what_if import Outcome
from cxcase.shown import Shown

# every id that an effect or a worth may have, from customers or from units; no data give all
EFFECTS = (
    "ex_to_cx",
    "ex_to_cx_corrected",
    "cx_to_churn",
    "cx_to_kept",
    "cx_to_nrr",
    "cx_to_revenue",
    "ex_to_churn_total",
    "ex_to_churn_through_cx",
    "ex_to_revenue_total",
)
WORTHS = (
    "one_point_of_cx",
    "one_point_of_cx_retention",
    "one_point_of_cx_expansion",
    "one_point_of_ex_through_cx",
)
Claim = Literal["associated with", "consistent with causing", "measured win"]


@dataclass(frozen=True)
class Effect:
    """One slope of the chain.

    `id` as in `case.json`; `method` and `checks` are codes that `report.words` knows.
    """

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


@dataclass(frozen=True, eq=False, repr=False)
class Link(Shown):
    """EX + CX -> RX as published: nothing of it holds a customer's row.

    metric: the CX score that everything is read on, with its scale; None where there is none.
    curve: the score's own money curve, for steps that act on the score and, through EX, for those
    that act on engagement; None when the data cannot carry it, and `refused` then says why.
    growth_draws (n_draws,): what those who stay pay more a year for one point, all customers.
    ex_to_cx_draws (n_draws,): CX points per EX point. responder_table: (variable, mean of
    responders, mean of everyone, standardised difference). dose: (score, n, churn, low, high,
    fitted churn), weighted shares. ledger_shift: log-odds that bring modelled churned revenue to
    the ledger's. diagnosis: what stands beside the headlines. moves: the what-if moves that a
    report prints; empty until they are asked for.
    """

    key: str
    metric: str | None
    scale: Scale | None
    ex_scale: Scale | None
    team_reliability: float | None
    effects: tuple[Effect, ...]
    worth: tuple[Worth, ...]
    curve: Curve | None
    ex_to_cx_draws: Floats | None
    responder_table: tuple[tuple[str, float, float, float], ...]
    dose: tuple[tuple[float, int, float, float, float, float], ...]
    ledger_shift: float | None
    refused: str | None
    findings: tuple[Finding, ...]
    diagnosis: Diagnosis | None = None
    moves: tuple[Outcome, ...] = ()
    growth_draws: Floats | None = None

    def effect(self, id: str) -> Effect | None:
        """The effect with this id; None where these data give none. Raises UnknownIdError."""
        if id not in EFFECTS:
            raise UnknownIdError.among("effect", id, [effect.id for effect in self.effects])
        return next((e for e in self.effects if e.id == id), None)

    def worth_of(self, id: str) -> Estimate | None:
        """The worth with this id; None where these data give none. Raises UnknownIdError."""
        if id not in WORTHS:
            raise UnknownIdError.among("worth", id, [worth.id for worth in self.worth])
        return next((w.estimate for w in self.worth if w.id == id), None)

    @property
    def straight(self) -> str | None:
        """The effect from the score straight to money, where no customers lost are told.

        None elsewhere.
        """
        churn = self.effect("cx_to_churn")
        if churn is None or not churn.estimate.refused:
            return None
        found = (self.effect(id) for id in ("cx_to_revenue", "cx_to_nrr"))
        return next(
            (effect.id for effect in found if effect is not None and not effect.estimate.refused),
            None,
        )

    @property
    def growth(self) -> Estimate | None:
        """Growth of those who stay, for one more point: a share of starting revenue, or None."""
        part = self.worth_of("one_point_of_cx_expansion")
        whole = self.worth_of("one_point_of_cx")
        share = self.effect("cx_to_nrr")
        if part is None or part.value is None or part.low is None or part.high is None:
            return None
        if whole is None or not whole.value or share is None or not share.estimate.value:
            return None
        per = share.estimate.value / whole.value
        return replace(
            part,
            value=part.value * per,
            low=part.low * per,
            high=part.high * per,
            unit=share.estimate.unit,
        )

    @property
    def growth_per_kept(self) -> float | None:
        """Growth of those who stay for each unit of revenue kept, where the score rises; None where
        either is not known or nothing is kept.
        """
        part = self.worth_of("one_point_of_cx_expansion")
        whole = None if self.curve is None else self.curve.per_point.value
        if self.growth_draws is None or part is None or not part.value:
            return None
        if whole is None or whole <= 0:
            return None
        return part.value / whole

    @property
    def counts(self) -> Literal["both", "kept", "sales"]:
        """What the worth of a point is of.

        Revenue kept and gained, revenue kept alone, or all sales of units.
        """
        if (
            self.diagnosis is not None
            and self.diagnosis.units is not None
            and self.diagnosis.units.outcome == "sales"
        ):
            return "sales"
        kept, gained = (
            self.worth_of(f"one_point_of_cx_{part}") for part in ("retention", "expansion")
        )
        alone = gained is not None and gained.refused and kept is not None and not kept.refused
        whole = self.worth_of("one_point_of_cx")
        if alone and kept is not None and whole is not None and kept.value == whole.value:
            return "kept"
        return "both"

    @property
    def weakest(self) -> str | None:
        """The step of the chain that is known least; None where there is one step alone.

        "ex_to_cx", "cx_to_churn", "growth" or `straight`. The one whose range is widest for its
        size. A step that was never asked for is not weak: no EX, no revenue end.
        """
        steps = {"ex_to_cx": self.effect("ex_to_cx"), "cx_to_churn": self.effect("cx_to_churn")}
        if self.straight is not None:
            steps[self.straight] = self.effect(self.straight)
        found = {id: effect.estimate for id, effect in steps.items() if effect is not None}
        if self.growth is not None:
            found["growth"] = self.growth
        wide = {id: _width(e) for id, e in found.items() if not e.refused}
        if len(wide) > 1:
            return max(wide, key=lambda id: wide[id])
        return None


def _width(e: Estimate) -> float:
    """The width of the range for the size of the figure."""
    if not e.value:
        return (e.high or 0.0) - (e.low or 0.0)
    return ((e.high or 0.0) - (e.low or 0.0)) / abs(e.value)
