"""What recommend hands on: the steps, typed and checked against the moments they act on, and those
that wait for an answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from cxcase.checks import Finding
from cxcase.errors import UnknownIdError
from cxcase.fixed import Fixed
from cxcase.shown import Shown

ActsOn = Literal["moment", "ease", "ex"]
Grade = Literal["A", "B", "C", "D"]
Kind = Literal[
    "own_pilot",
    "controlled",
    "before_after",
    "vendor_figures",
    "testimonial",
    "estimate",
    "competitor",
    "press",
    "prospect",
    "voice",
    "other",
]
SavingKind = Literal["cost to serve", "people", "other"]
StudyUse = Literal["pooled", "pilot", "expert", "told"]
Asked = Literal["where", "lift", "percent_of", "cost", "months"]


@dataclass(frozen=True)
class Evidence:
    """A study that speaks for a step: its source and strength, and how it is used.

    effect, se       as it printed them, in `unit`; se_from "given", "n_and_sd", or "assumed": the
                     effect itself
    share            what is counted of the effect; discounted, discounted_se: what is left
    use              "pooled" with others, "pilot": it updates what is believed, "expert": a
                     person's P10, likely and P90 (`estimate`), or "told": not counted, and `why`
    """

    source: str
    kind: str
    grade: Grade
    effect: float | None
    unit: str | None
    year: int | None
    link: str | None
    code: Kind = "other"
    controlled: bool = False
    n: float | None = None
    se: float | None = None
    se_from: str | None = None
    share: float | None = None
    discounted: float | None = None
    discounted_se: float | None = None
    estimate: tuple[float, float, float] | None = None
    use: StudyUse = "told"
    why: str | None = None
    department: str | None = None
    person: str | None = None
    row: int | None = None  # in the register, from 1


@dataclass(frozen=True)
class Registered:
    """A row of the evidence register: what it is, what it says that it is about, and how it is used
    for each step that it speaks for (id -> the study as it counts there); none where it speaks for
    nothing that is planned.
    """

    study: Evidence
    about: str | None
    uses: Mapping[str, Evidence]


@dataclass(frozen=True)
class PooledEvidence:
    """What one more study like these would find, in points: its mean and where 80 % of it lie.

    tau: spread of true effects between studies; few: the spread leans on an assumption.
    """

    mean: float
    low: float
    high: float
    studies: int
    tau: float
    few: bool


@dataclass(frozen=True)
class LiftEvidence:
    """What a step's lift rests on, in points.

    claim, weighed   the sheet's P10, likely and P90, and those of all that is known
    used             the one of them that the plan uses
    pooled           what studies say, an own controlled pilot's word among them
    grade            of the estimate that is used; None for a lift of 0
    conflict         the claim lies outside what studies would find: it weighs nothing then
    evidence_share   weight of the studies in what is used; experts: estimates beside them
    """

    claim: tuple[float, float, float]
    pooled: PooledEvidence | None
    weighed: tuple[float, float, float]
    used: tuple[float, float, float]
    grade: Grade | None
    conflict: bool
    evidence_share: float = 0.0
    experts: int = 1

    @property
    def other(self) -> tuple[float, float, float]:
        """The one of claim and weighed that the plan does not use."""
        if self.used == self.claim:
            return self.weighed
        return self.claim


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
    evidence_grade: Grade | None  # of the estimate that is used; None for a lift of 0
    evidence: tuple[Evidence, ...]
    teams: tuple[str, ...] = ()  # only the customers of these teams are reached; none: everybody
    delivery_assumed: bool = False  # months_to_deliver is an assumption, not the sheet's
    row: int | None = None  # where it stands on the sheet
    id_made: bool = False  # the sheet gives it no id
    lift_evidence: LiftEvidence | None = None  # what the lift rests on
    # points by which our own best quartile of teams is ahead where it acts
    best_quartile_gap: float | None = None
    # the step that it is a part of and has its lift from: one lift, so one draw of it
    inherits: str | None = None
    saving_per_year: float = 0.0  # beside customers kept, once it works in full
    saving_kind: SavingKind | None = None  # None where it saves nothing
    cash_releasing: bool = False  # there is less to pay then; else people get time
    goal: str | None = None  # of the company's own that it serves, as the sheet has it


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


@dataclass(frozen=True)
class CellEdit:
    """A cell that somebody changed on the page.

    listed   what the list has there, None where it is empty or the step is not of the list
    typed    what was typed; why: the reason that was given for it
    fault    the code of the reason why it does not count, with `told`; what the list has counts
    """

    step: str
    title: str
    field: str
    listed: str | None
    typed: str
    why: str | None = None
    fault: str | None = None
    told: Mapping[str, Any] = Fixed()


@dataclass(frozen=True)
class StepRow:
    """A row of the list as it counts: what the list has, what was answered and what was changed.

    name: what changes of it are kept under; cells: canonical field -> text, filled ones only;
    listed: the same without what was changed; nothing for a step that was added.
    """

    id: str
    title: str
    name: str
    cells: Mapping[str, str]
    listed: Mapping[str, str]
    row: int
    added: bool = False


@dataclass(frozen=True, repr=False)
class Steps(Shown):
    """The sheet's steps in its order; every other row waits or is set aside."""

    key: str
    steps: tuple[Step, ...]
    findings: tuple[Finding, ...]
    waiting: tuple[WaitingStep, ...] = ()
    aside: tuple[AsideStep, ...] = ()
    rows: tuple[StepRow, ...] = ()  # of all that were not taken out, in the order of the table
    removed: tuple[StepRow, ...] = ()  # taken out on the page
    edits: tuple[CellEdit, ...] = ()
    teams: tuple[str, ...] = ()  # to which a step may be held
    register: tuple[Registered, ...] = ()  # all evidence there is, in the order of its sheet

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
