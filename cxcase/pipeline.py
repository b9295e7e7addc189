"""The chain of verbs, written once: from a case to its report and the files made of it.

    read → link → moments → voice → steps → returns → plan → plan_details → gather → outputs

Screen, command line, bench and notebook all run this chain. What differs is who keeps a stage's
result: each verb runs through a `Keep`, which may hand back what it made before.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol, TypeVar

from cxcase.agreement import Agreements
from cxcase.budget import (
    Choice,
    FrontierCache,
    PeriodBudget,
    Plan,
    PlanDetails,
    Rules,
    begin_again,
    choice_of,
    detail_plan,
    fit_budget,
    freeze_plan,
    plan_start,
    rules_of,
    solve_frontier,
)
from cxcase.export import make_deck, make_images, make_set_aside, make_workbook, write_case
from cxcase.intake import (
    Case,
    Parsed,
    Upload,
    original_rows,
    read,
    read_evidence_cells,
    read_step_cells,
)
from cxcase.intake import look_together as together
from cxcase.link import FittedLink, Link, fit_link
from cxcase.moments import Moments, rank_moments
from cxcase.recommend import Steps, plan_steps
from cxcase.report import Report, Results, gather
from cxcase.roi import Returns, value_steps
from cxcase.settings import Settings, cells_by_step
from cxcase.stage_settings import readable, up_to
from cxcase.voice import Pin, Recommended, Strategy, Subject, Voice, called, hear, read_strategy

_T = TypeVar("_T")


class Keep(Protocol):
    """Runs a verb of a stage, or gives what it made before from the same files and the same
    `given`: all it may read beside the files and the stages before it.
    """

    def __call__(self, stage: str, given: Any, make: Callable[[], _T], /) -> _T:
        """What `make()` gives."""


def keep_nothing(stage: str, given: Any, make: Callable[[], _T], /) -> _T:
    """Every verb runs anew."""
    return make()


def read_case(
    uploads: Sequence[Upload],
    settings: Settings,
    folder: Path,
    mapping: Mapping[str, Any] | None = None,
) -> Case:
    """The case that all files together make; its tables lie in `folder`. Raises InputError."""
    return read(uploads, settings, folder, mapping)


def look_together(
    parsed: Sequence[Parsed],
    uploads: Sequence[Upload | None],
    settings: Settings,
    folder: Path,
    mapping: Mapping[str, Any] | None = None,
    kept: MutableMapping[str, Parsed] | None = None,
) -> tuple[Parsed, ...]:
    """Files that were read one by one, with keys that only their values tell. uploads: the same
    files, None where one's bytes are gone. kept: what was read again before in this folder, added
    to. Raises InputError.
    """
    k_min = settings.k_min
    return together(parsed, uploads, mapping=mapping, folder=folder, k_min=k_min, kept=kept)


class Chain:
    """One case under one choice of settings: each stage is worked out when it is first asked for,
    from the stages before it. Steps and what follows are None without a sheet of recommendations.
    """

    def __init__(self, case: Case, settings: Settings, keep: Keep = keep_nothing) -> None:
        self.case = case
        self.settings = settings.in_currency_of(case.currency)
        self._keep = keep

    @cached_property
    def fitted_link(self) -> FittedLink:
        """What a point of experience is worth, with the models behind it."""
        return self._made("link", lambda settings: fit_link(self.case, settings))

    @property
    def link(self) -> Link:
        """The same without the models, which hold customers' rows."""
        return self.fitted_link.published

    @cached_property
    def moments(self) -> Moments:
        """Which moments of truth carry it."""
        fitted = self.fitted_link
        return self._made("moments", lambda settings: rank_moments(self.case, fitted, settings))

    @cached_property
    def voice(self) -> Voice:
        """What customers say of them; reads no more settings than the case does."""
        given = readable(self.settings, "case")
        return self._keep("voice", given, lambda: hear(self.case, given))

    @cached_property
    def steps(self) -> Steps | None:
        """The steps of the sheet of recommendations."""
        if not self.case.has("recommendations"):
            return None
        link = self.link
        moments = self.moments

        def planned(settings: Settings) -> Steps:
            typed = {
                step: read_step_cells(cells, settings.currency)
                for step, cells in cells_by_step(settings.step_cells).items()
            }
            said = {
                row: read_evidence_cells(tuple(cells.items()))
                for row, cells in cells_by_step(settings.evidence_cells).items()
            }
            return plan_steps(self.case, link, moments, settings, typed, said)

        return self._made("steps", planned)

    @cached_property
    def returns(self) -> Returns | None:
        """What each step returns, month by month."""
        link = self.link
        moments = self.moments
        steps = self.steps
        if steps is None:
            return None
        base = self.case.base
        return self._made("returns", lambda given: value_steps(steps, link, moments, base, given))

    @cached_property
    def plan(self) -> Plan | None:
        """The best set of steps for what the settings ask."""
        return self._plan_under(self.settings)

    @property
    def expected_npv(self) -> float | None:
        """Expected NPV of the plan, 0 where nothing is worth funding; None where nothing could be
        priced, or no plan keeps the rules.
        """
        plan = self.plan
        if plan is None or plan.conflicts or self.returns is None or self.returns.model is None:
            return None
        return plan.npv.mean if plan.npv else 0.0

    @cached_property
    def before(self) -> Plan | None:
        """The plan of the earlier ask; None where none was refused."""
        if not self.settings.asked:
            return None
        return self._plan_under(self.settings.before)

    @cached_property
    def plan_details(self) -> PlanDetails | None:
        """The plan's sensitivity, milestones, periods and alternatives."""
        returns = self.returns
        plan = self.plan
        before = self.before
        if returns is None or plan is None:
            return None
        begins = plan_start(self.settings, self.t0)
        return self._made(
            "plan_details", lambda settings: detail_plan(plan, returns, settings, before, begins)
        )

    def frontier(self, choice: Choice | None, rules: Rules) -> FrontierCache | None:
        """What plans for any sum under these rules stand on; None where nothing could be priced."""
        returns = self.returns
        if returns is None:
            return None
        periods = choice if isinstance(choice, PeriodBudget) else None
        given = (returns.key, periods, rules)
        return self._keep("frontier", given, lambda: solve_frontier(returns, choice, rules))

    def plan_for(self, choice: Choice | None, rules: Rules) -> Plan | None:
        """The best plan for an ask under these rules; None without steps."""
        if self.returns is None:
            return None
        return fit_budget(self.returns, choice, self.moments, rules, self.frontier(choice, rules))

    @property
    def t0(self) -> dt.date | None:
        """The day the case starts on; None without a customer list."""
        if self.case.base is None:
            return None
        return self.case.base.t0

    def results(self, stage: str = "plan_details") -> Results:
        """All stages up to and with this one; comments are heard with the moments they speak of."""
        wanted = set(up_to(stage)) - {"case"}
        if "moments" in wanted:
            wanted.add("voice")
        if "plan_details" in wanted:
            wanted.add("before")
        inside = [name for name in _ORDER if name in wanted]
        return Results(self.case, **{name: getattr(self, name) for name in inside})

    def _made(self, stage: str, verb: Callable[[Settings], _T]) -> _T:
        """What the verb makes of the settings that its stage may read."""
        given = readable(self.settings, stage)
        return self._keep(stage, given, lambda: verb(given))

    def _plan_under(self, settings: Settings) -> Plan | None:
        steps = self.steps
        returns = self.returns
        if steps is None or returns is None:
            return None
        given = readable(settings, "plan")

        def solved() -> Plan | None:
            choice = choice_of(given, returns, self.t0)
            rules = rules_of(given, steps.steps)
            plan = self.plan_for(choice, rules)
            if plan is None or not given.frozen_steps:
                return plan
            cache = self.frontier(choice, rules)
            return freeze_plan(plan, returns, self.moments, given.frozen_steps, cache)

        return self._keep("plan", given, solved)


_ORDER = ("link", "voice", "moments", "steps", "returns", "plan", "before", "plan_details")


_SUBJECT: Mapping[str, Subject] = {"ex": "people"}  # all else is about customers


def report_of(
    results: Results,
    settings: Settings,
    *,
    made_at: dt.datetime,
    company: str,
    pins: Sequence[Pin] = (),
    agreements: Agreements | None = None,
    today: dt.date | None = None,
) -> Report:
    """All that the chain came to, as the one value that every output reads."""
    settings = settings.in_currency_of(results.case.currency)
    t0 = results.case.base.t0 if results.case.base else None
    begins = plan_start(settings, t0)
    return gather(
        results,
        settings,
        made_at=made_at,
        company=company,
        pins=pins,
        begins=begins,
        agreements=agreements,
        begin_again=begin_again(begins, today),
        strategy=_strategy(results, settings.strategy),
    )


def _strategy(results: Results, text: str) -> Strategy | None:
    """What the company says it wants, and which of it each step serves."""
    case = results.case
    questions = {moment.name: moment.question or "" for moment in case.moments}
    recommended = {}
    for step in results.steps or ():
        said = (step.title, *step.moments, *(questions.get(name, "") for name in step.moments))
        subject = _SUBJECT.get(step.acts_on, "customers")
        recommended[step.id] = Recommended(" ".join(said), subject, step.goal)
    lists = (source.columns for source in case.sources if source.role == "customers")
    headings = (columns["customer_id"] for columns in lists if "customer_id" in columns)
    return read_strategy(text, recommended, called(headings))


def set_aside_of(report: Report) -> bytes:
    """The workbook of what could not be used, with these rows as they stand in their files."""
    return make_set_aside(report, original_rows)


def write_outputs(
    report: Report,
    folder: Path,
    changed: Mapping[str, Any] | None = None,
    deck: Callable[[Report], bytes] = make_deck,
    *,
    images: bool = True,
) -> str | None:
    """Writes case.json, set_aside.xlsx and, where the data carry a case, deck, workbook and charts.

    changed: what changed since the case that this one goes on from, as case.json says it; deck: how
    the deck is made. Returns the code of the reason why there are no images of the charts; None
    where there are, or where none were asked for.
    """
    (folder / "case.json").write_bytes(write_case(report, changed))
    (folder / "set_aside.xlsx").write_bytes(set_aside_of(report))
    if report.link is None or report.link.refused is not None:
        return None
    (folder / "deck.pptx").write_bytes(deck(report))
    (folder / "workbook.xlsx").write_bytes(make_workbook(report))
    if not images:
        return None
    return make_images(report, folder / "charts").reason
