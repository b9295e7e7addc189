"""What recommend hands on: the steps, typed and checked against the moments they act on, and those
that wait for an answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from cxcase.checks import Finding
from cxcase.errors import UnknownIdError
from cxcase.shown import Shown

ActsOn = Literal["moment", "ease", "ex"]
Grade = Literal["A", "B", "C", "D"]
Asked = Literal["where", "lift", "percent_of", "cost", "months"]


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
    row: int | None = None  # where it stands on the sheet
    id_made: bool = False  # the sheet gives it no id


@dataclass(frozen=True)
class Candidate:
    """One answer that a question offers.

    value: what to answer; near: it resembles what was written; points: the lift it would come to.
    """

    value: str
    near: bool = False
    points: float | None = None


@dataclass(frozen=True)
class StepQuestion:
    """What the sheet leaves open about one step.

    field   where it acts, its lift, what a percentage is of, its cost, or its time
    code    why it is open, with `said`, which is what the sheet says (None: nothing)
    candidates   what to answer, likeliest first; empty where a figure is asked for
    """

    step: str
    title: str
    row: int
    field: Asked
    code: str
    said: str | None = None
    candidates: tuple[Candidate, ...] = ()

    @property
    def near(self) -> tuple[str, ...]:
        """The answers that resemble what was written."""
        return tuple(one.value for one in self.candidates if one.near)


@dataclass(frozen=True)
class WaitingStep:
    """A step of the sheet that no figure is made of before its questions are answered.

    waits_for: steps it needs that wait themselves. acts_on, moments: where it acts, as far as that
    is known; likely: its lift where that is.
    """

    id: str
    title: str
    row: int
    questions: tuple[StepQuestion, ...]
    waits_for: tuple[str, ...] = ()
    acts_on: ActsOn | None = None
    moments: tuple[str, ...] = ()
    id_made: bool = False


@dataclass(frozen=True)
class AsideStep:
    """A row of the sheet that no step can be made of, and the code of the reason."""

    id: str
    title: str
    row: int
    code: str


@dataclass(frozen=True, repr=False)
class Steps(Shown):
    """The sheet's steps in its order; every other row waits or is set aside."""

    key: str
    steps: tuple[Step, ...]
    findings: tuple[Finding, ...]
    waiting: tuple[WaitingStep, ...] = ()
    aside: tuple[AsideStep, ...] = ()

    @property
    def questions(self) -> tuple[StepQuestion, ...]:
        """All that the sheet leaves open, step by step."""
        return tuple(question for step in self.waiting for question in step.questions)

    @property
    def titles(self) -> dict[str, str]:
        """Id -> title of every row of the sheet."""
        aside = {step.id: step.title for step in self.aside}
        waiting = {step.id: step.title for step in self.waiting}
        return aside | waiting | {step.id: step.title for step in self.steps}

    def step(self, id: str) -> Step:
        """The step with this id. Raises UnknownIdError, a KeyError that lists the ids."""
        for step in self.steps:
            if step.id == id:
                return step
        raise UnknownIdError.among("steps", id, [step.id for step in self.steps])

    __getitem__ = step

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)
