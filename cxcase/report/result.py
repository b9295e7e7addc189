"""What report hands on: one `Report` that screen, deck, workbook and `case.json` all read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from cxcase.agreement import Agreements
from cxcase.budget import Plan, PlanDetails
from cxcase.checks import Finding
from cxcase.intake import Case
from cxcase.link import Diagnosis, Link
from cxcase.moments import Breakdowns, Joint, Moment, Moments
from cxcase.recommend import Steps
from cxcase.roi import Returns, StepReturn
from cxcase.settings import Assumption, Settings
from cxcase.shown import Shown
from cxcase.voice import Pin, Strategy, Voice

_VOICED = 3  # moments whose quotes stand for all where nobody chose any
PAGES = ("home", "data", "link", "moments", "recommendations", "budget", "deck")


@dataclass(frozen=True, eq=False)
class Results:
    """The chain as far as it has come; a stage that was not asked for, or has no table to work on,
    is None.
    """

    case: Case
    link: Link | None = None
    moments: Moments | None = None
    voice: Voice | None = None
    steps: Steps | None = None
    returns: Returns | None = None
    plan: Plan | None = None
    before: Plan | None = None  # that of the earlier ask, where it was refused
    plan_details: PlanDetails | None = None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the stages noticed, in the order of the chain."""
        stages = (
            self.case,
            self.link,
            self.moments,
            self.voice,
            self.steps,
            self.returns,
            self.plan,
        )
        return tuple(f for stage in stages if stage is not None for f in stage.findings)


@dataclass(frozen=True, eq=False, repr=False)
class Report(Shown):
    """The whole case as far as it has come; a stage that has not run is None.

    `case`, `link` and `moments` come without customers' or employees' rows: the population, the
    counterfactual and the sample values of the EX file are taken out, so that nothing that is shown
    or exported can hold them.
    """

    key: str
    made_at: dt.datetime
    company: str
    currency: str
    settings: Settings
    case: Case
    link: Link | None
    moments: Moments | None
    steps: Steps | None
    returns: Returns | None
    plan: Plan | None
    # every stage's in the order of the chain, then the assumptions nobody owns
    findings: tuple[Finding, ...]
    assumptions: tuple[Assumption, ...]  # with the values the case really used
    # most money first, those without a figure last: the order of every chart
    ordered_moments: tuple[Moment, ...]
    # the plan's by start month, then the rest by expected NPV, unpriced last
    ordered_steps: tuple[StepReturn, ...]
    answers: Mapping[str, str] = field(default_factory=dict)  # page -> its answer in a sentence
    voice: Voice | None = None  # without its library
    pins: tuple[Pin, ...] = ()  # what somebody pinned, in the order of the moments, low marks first
    plan_details: PlanDetails | None = None  # what a reader asks of the plan
    agreements: Agreements = field(
        default_factory=Agreements
    )  # who stands for what, what was asked
    strategy: Strategy | None = None  # what the company says it wants, and what of it steps serve

    @property
    def short_key(self) -> str:
        """The first 8 characters of the key, for footers."""
        return self.key[:8]

    def question_of(self, moment: str) -> str:
        """What the survey asked of a moment, in full; "" where that is its name."""
        return next((m.question for m in self.case.moments if m.name == moment), "")

    @property
    def horizon(self) -> int:
        """Months the benefits are counted for."""
        return self.settings.horizon

    @property
    def metric(self) -> str | None:
        """The code of the score that the link is built on; None without one."""
        return self.link.metric if self.link else None

    @property
    def diagnosis(self) -> Diagnosis:
        """What weakens or supports the link; empty without a link."""
        if self.link is None or self.link.diagnosis is None:
            return Diagnosis()
        return self.link.diagnosis

    @property
    def joint(self) -> Joint | None:
        """What all moments hold together; None where it could not be worked out."""
        return self.moments.joint if self.moments else None

    @property
    def breakdowns(self) -> Breakdowns | None:
        """The moments by groups of customers and by waves of the survey."""
        return self.moments.breakdowns if self.moments else None

    @property
    def begins(self) -> dt.date | None:
        """The first day of the plan's month 1; None where no table holds a date."""
        return next((a.value for a in self.assumptions if a.name == "plan_start"), None)

    def month_of(self, month: int) -> dt.date | None:
        """The first day of a month of the plan, which counts from 1; None where its first month is
        not known.
        """
        first = self.begins
        if first is None:
            return None
        years, at = divmod(first.month - 1 + month - 1, 12)
        return dt.date(first.year + years, at + 1, 1)

    @property
    def chosen_steps(self) -> tuple[StepReturn, ...]:
        """The plan's steps, in the order they start."""
        chosen = set(self.plan.chosen) if self.plan else set()
        return tuple(s for s in self.ordered_steps if s.step.id in chosen)

    @property
    def typical(self) -> tuple[Pin, ...]:
        """Of the three moments with the most at stake the most typical quote after low marks and
        after high ones.
        """
        if self.voice is None:
            return ()
        all_heard = [self.voice.of(moment.name) for moment in self.ordered_moments]
        heard = [moment for moment in all_heard if moment and moment.quotes]
        quotes = [q for h in heard[:_VOICED] for q in (*h.of("low")[:1], *h.of("high")[:1])]
        return tuple(
            Pin(q.id, "quote", q.moment, q.direction, q.text, q.language, q.band) for q in quotes
        )
