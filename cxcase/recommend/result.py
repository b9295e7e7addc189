"""What recommend hands on: the steps, typed and checked against the moments they act on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from cxcase.checks import Finding
from cxcase.errors import UnknownIdError
from cxcase.shown import Shown

ActsOn = Literal["moment", "ease", "ex"]
Grade = Literal["A", "B", "C", "D"]


@dataclass(frozen=True)
class Evidence:
    """A case study that speaks for a step: its source and strength.

    Its effect is shown, never blended in.
    """

    source: str
    kind: str
    grade: Grade
    effect: float | None
    unit: str | None
    year: int | None
    link: str | None


@dataclass(frozen=True)
class Step:
    """One financially palatable step.

    Money in the case's currency, lifts in points of the scale they act on. `acts_on` "ease" is the
    case's CX metric, whichever that is. `excludes` is complete and symmetric: a programme and its
    parts exclude each other.
    """

    id: str
    title: str
    acts_on: ActsOn
    moments: tuple[str, ...]
    one_off_cost: float
    yearly_cost: float
    # P10 and P90 of the one-off cost, or of the yearly cost where there is no one-off cost
    cost_low: float
    cost_high: float
    months_to_deliver: int
    lift_low: float  # P10
    lift_likely: float
    lift_high: float  # P90
    lift_assumed: bool  # the range is an assumption, not the sheet's
    cost_assumed: bool
    needs: tuple[str, ...]
    excludes: tuple[str, ...]
    part_of: str | None
    owner: str | None
    pnl_line: str | None
    effort_days: float | None
    mandatory: bool
    evidence_grade: Grade
    evidence: tuple[Evidence, ...]
    teams: tuple[str, ...] = ()  # only the customers of these teams are reached; none: everybody
    delivery_assumed: bool = False  # months_to_deliver is an assumption, not the sheet's


@dataclass(frozen=True, repr=False)
class Steps(Shown):
    """The sheet's steps in its order; those that could not be used are in `findings`."""

    key: str
    steps: tuple[Step, ...]
    findings: tuple[Finding, ...]

    def step(self, id: str) -> Step:
        """The step with this id. Raises UnknownIdError, a KeyError that lists the ids."""
        for step in self.steps:
            if step.id == id:
                return step
        raise UnknownIdError.among("steps", id, [step.id for step in self.steps])

    __getitem__ = step

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)
