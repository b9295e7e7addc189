"""The only place on screen where the stages' verbs meet. Each is cached under a key made of
everything it may read.

A verb is given the settings of its own stage and of earlier ones, all others at their defaults, and
its key is made of exactly those and of the files' keys: a stage cannot see what its key does not
hold, so no stale result can come back. Tables are never hashed. What is shared between people is
shared by key only: byte-identical files, equal settings.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import streamlit as st

from cxcase.budget import (
    Choice,
    FixedBudget,
    FrontierCache,
    MostCertain,
    PeriodBudget,
    Plan,
    PlanDetails,
    Rules,
    choice_of,
    detail_plan,
    fit_budget,
    milestones_only,
    plan_start,
    rules_of,
    solve_frontier,
    solved_plan,
)
from cxcase.estimate import content_key
from cxcase.export import make_set_aside
from cxcase.intake import (
    ROLES,
    Case,
    Parsed,
    Role,
    Upload,
    assemble,
    blank_workbook,
    original_rows,
    parse,
    remap,
)
from cxcase.intake.case.template_columns import BLANKS
from cxcase.intake.roles.cx_comments import masked_text
from cxcase.intake.vocabulary import headings
from cxcase.link import FittedLink, Link, fit_link
from cxcase.moments import Moments, rank_moments
from cxcase.recommend import Steps, plan_steps
from cxcase.report import Report, gather, words
from cxcase.roi import Returns, value_steps
from cxcase.screen import session as sessions
from cxcase.screen.session import Session
from cxcase.screen.stages import STAGES, question, readable, stage_keys, stage_state
from cxcase.settings import Settings
from cxcase.voice import Library, Voice, check_recording, hear

READ: tuple[Role, ...] = tuple(
    role for role in ROLES if role in BLANKS
)  # the roles that can be read
_REMEMBERED = 12  # plans a session keeps to be shown while another is solved
_FRONTIERS = 6  # kept for everybody: each holds the draws of a dozen plans
_SHARED = 24  # results kept a stage for everybody; the oldest go first


@dataclass(frozen=True, eq=False)
class Results:
    """The chain as far as it has come; a stage that was not asked for, or has no table to work on,
    is None.
    """

    case: Case
    fitted: FittedLink | None = None
    moments: Moments | None = None
    steps: Steps | None = None
    returns: Returns | None = None
    plan: Plan | None = None
    voice: Voice | None = None
    plan_details: PlanDetails | None = None
    before: Plan | None = None  # that of the earlier ask, where it was refused

    @property
    def link(self) -> Link | None:
        """The published part of the link, without the models behind it."""
        return self.fitted.link if self.fitted is not None else None


def report(upto: str = "plan", quiet: bool = False) -> Report | None:
    """Everything known up to a stage, computed where it isn't yet; None before any file was read.
    Raises CaseError.

    quiet: without saying which stage is running.
    """
    session = sessions.current()
    if not session.files:
        return None
    keys = stage_keys(session)
    wanted = STAGES[: STAGES.index(upto) + 1]
    later = [s for s in STAGES[len(wanted) :] if session.done.get(s) == keys[s]]
    wanted = STAGES[: STAGES.index(later[-1]) + 1] if later else wanted
    stale = [s for s in wanted if session.done.get(s) != keys[s]]
    with _progress([] if quiet else stale) as tell:
        results = _run(session, keys, wanted, tell)
    made = _gathered(
        content_key(
            keys[wanted[-1]], session.company, session.made_at, session.settings, *session.pins
        ),
        str(results.case.folder),
        results,
        session.settings.in_currency_of(results.case.currency),
        session,
    )
    done = {**session.done, **{s: keys[s] for s in wanted}}
    solved = _remembered(session, results.plan) if results.plan is not None else session.solved
    sessions.keep(
        replace(
            session, done=done, report_key=made.key, unanswered=_unanswered(results), solved=solved
        )
    )
    return made


def _remembered(session: Session, plan: Plan) -> tuple[str, tuple[Plan, ...]]:
    """The plans solved for this question with this one added, the last ones only."""
    asked, plans = session.solved
    before = plans if asked == question(session) else ()
    return question(session), (*(p for p in before if p.key != plan.key), plan)[-_REMEMBERED:]


def early() -> Report | None:
    """While the plan for a new sum is still to be solved: the best solved already that the sum pays
    for.

    None where the plan is up to date, was solved before, or nothing was solved yet for this
    question. It is no result: nothing is kept of it and nothing is made from it but what is shown
    meanwhile.
    """
    session = sessions.current()
    asked, plans = session.solved
    if stage_state(session, "plan") != "stale" or asked != question(session):
        return None
    keys = stage_keys(session)
    chain = _run(session, keys, STAGES[: STAGES.index("returns") + 1], lambda stage: None)
    plan = _nearest(chain, readable(session.settings, "plan"), plans)
    if plan is None or chain.returns is None:
        return None
    chain = replace(chain, plan=plan, plan_details=milestones_only(plan, chain.returns))
    return _gather(
        chain, session.settings.in_currency_of(chain.case.currency), session
    )


def _nearest(chain: Results, settings: Settings, plans: tuple[Plan, ...]) -> Plan | None:
    """The best plan solved already that the sum of the settings pays for; None where there is none,
    or it is solved.
    """
    assert chain.returns is not None
    assert chain.moments is not None
    choice = choice_of(settings, chain.returns, _first_day(chain))
    rules = plans[-1].rules
    if choice is None or any(plan.choice == choice for plan in plans):
        return None
    funded = [plan for plan in plans if plan.chosen]
    if isinstance(choice, FixedBudget):
        frontier = _frontier_for(chain.returns, choice, rules)
        found = frontier and solved_plan(chain.returns, choice, chain.moments, rules, frontier)
        within = [
            plan for plan in (*funded, *([found] if found else [])) if plan.spend <= choice.amount
        ]
        best = max(within, key=lambda plan: plan.npv.mean if plan.npv else 0.0, default=None)
    elif isinstance(choice, MostCertain):
        within = [plan for plan in funded if plan.choice.amount <= choice.amount]
        best = max(within, key=lambda plan: plan.choice.amount, default=None)
    else:
        return None
    return best and replace(best, choice=choice, findings=())


def dated(report: Report) -> Report:
    """The report with the dates of its plan, where no more of it is worked out yet."""
    if report.plan_details is not None or report.plan is None or report.returns is None:
        return report
    return replace(report, plan_details=milestones_only(report.plan, report.returns))


def fitted_link() -> FittedLink | None:
    """This session's link with its models, which a report does not hold; None where there is none."""
    session = sessions.current()
    if not session.files:
        return None
    return _run(
        session, stage_keys(session), STAGES[: STAGES.index("link") + 1], lambda stage: None
    ).fitted


def _unanswered(results: Results) -> frozenset[str]:
    """The stages that ran without coming to a figure."""
    unpriced = results.returns is not None and not any(s.npv for s in results.returns.steps)
    ran = {
        "case": results.case.base is None
        and (results.link is None or results.link.refused is not None),
        "link": results.link is not None and results.link.refused is not None,
        "moments": results.moments is not None and results.moments.refused is not None,
        "returns": unpriced,
        "plan": unpriced,
        "plan_details": unpriced,
    }
    return frozenset(stage for stage, nothing in ran.items() if nothing)


def read_file(
    upload: Upload,
    mapping: Mapping[str, Any] | None,
    folder: Path,
    k_min: int,
    tell: Callable[[str, float | None], None] | None = None,
) -> Parsed:
    """One file, read in a limited process; its tables lie in `folder`. `tell` as for parse. Raises
    InputError.
    """
    return parse(upload, mapping=mapping, folder=folder, k_min=k_min, tell=tell)


def correct(
    parsed: Parsed,
    table: int,
    role: Role | None,
    columns: Mapping[str, str] | None,
    folder: Path,
    k_min: int,
    decisions: Mapping[str, Any] | None = None,
) -> Parsed:
    """The file with one table read again as a person says; its cells are in `folder`. Raises
    InputError.
    """
    return remap(parsed, table, role, columns, folder=folder, k_min=k_min, decisions=decisions)


def blank(role: Role) -> bytes:
    """An empty workbook with the headings of a role, xlsx."""
    return blank_workbook(role)


def fields_of(role: str) -> tuple[str, ...]:
    """The canonical fields of a role, in the order people read them."""
    return tuple(headings.fields_of(role))


def needed_of(role: str) -> tuple[str, ...]:
    """The fields that a table of this role cannot do without."""
    return tuple(name for name, field in headings.fields_of(role).items() if field.needed)


@contextmanager
def _progress(stale: list[str]) -> Iterator[Callable[[str], None]]:
    """Says which stage is running, where there is something to run."""
    place = (
        st.empty()
    )  # always there, so that what follows keeps its place on the page and stays open
    if not stale:
        yield lambda stage: None
        return
    with place.status(words.say("pages.progress.title"), expanded=True) as status:

        def tell(stage: str) -> None:
            if stage in stale:
                status.update(label=words.say(f"pages.progress.{stage}"))
                status.write(words.say(f"pages.progress.{stage}"))

        yield tell
    place.empty()


def _run(
    session: Session, keys: Mapping[str, str], wanted: tuple[str, ...], tell: Callable[[str], None]
) -> Results:
    """The stages in order, each from the cache where its key is known."""
    assert session.folder is not None
    tell("case")
    parsed = tuple(f.parsed for f in session.files)
    case = _case(keys["case"], str(session.folder.path), parsed, readable(session.settings, "case"))
    chain = Results(case)
    settings = session.settings.in_currency_of(case.currency)
    for stage in wanted[1:]:
        if stage in ("steps", "returns", "plan", "plan_details") and not case.has("recommendations"):
            break
        tell(stage)
        if stage == "moments":
            chain = replace(chain, voice=_voice(keys["case"], chain, readable(settings, "case")))
        if stage == "plan_details" and settings.asked:
            old = replace(session, settings=session.settings.before)
            chain = replace(
                chain,
                before=_plan(stage_keys(old)["plan"], chain, readable(settings.before, "plan")),
            )
        chain = replace(
            chain,
            **{
                _FIELD.get(stage, stage): _VERBS[stage](
                    keys[stage], chain, readable(settings, stage)
                )
            },
        )
    return chain


@st.cache_resource(
    scope="session", max_entries=3, show_spinner=False, on_release=lambda case: _drop(case)
)
def _case(key: str, folder: str, _parsed: tuple[Parsed, ...], _settings: Settings) -> Case:
    """One folder of tables a key, so that an older case never reads a newer one's tables."""
    own = Path(folder) / f"case-{key[:16]}"
    own.mkdir(exist_ok=True)
    return assemble(_parsed, _settings, own)


def _drop(case: Case) -> None:
    """Removes the folder that `_case` made for the key, with the case's tables in it."""
    shutil.rmtree(case.folder.parent, ignore_errors=True)


@st.cache_resource(max_entries=_SHARED, show_spinner=False)
def _link(key: str, _chain: Results, _settings: Settings) -> FittedLink:
    return fit_link(_chain.case, _settings)


@st.cache_resource(scope="session", max_entries=2, show_spinner=False)
def _voice(key: str, _chain: Results, _settings: Settings) -> Voice:
    """A session's own, as it holds what its customers wrote."""
    return hear(_chain.case, _settings)


def library() -> Library | None:
    """All comments of this session's case, to be searched; None before there are any."""
    session = sessions.current()
    if session.folder is None or not session.files:
        return None
    keys = stage_keys(session)
    settings = readable(session.settings, "case")
    case = _case(
        keys["case"], str(session.folder.path), tuple(f.parsed for f in session.files), settings
    )
    return _voice(keys["case"], Results(case), settings).library


def without_names(text: str) -> str:
    """What somebody typed, without addresses, numbers and the names that this session's files hold."""
    session = sessions.current()
    assert session.folder is not None
    keys = stage_keys(session)
    settings = readable(session.settings, "case")
    case = _case(
        keys["case"], str(session.folder.path), tuple(f.parsed for f in session.files), settings
    )
    return masked_text([text], case.names)[0]


def take_recording(name: str, data: bytes) -> tuple[str, float]:
    """(kind, seconds) of a recording that may be kept. Raises InputError."""
    return check_recording(name, data)


@st.cache_resource(max_entries=_SHARED, show_spinner=False)
def _moments(key: str, _chain: Results, _settings: Settings) -> Moments:
    assert _chain.fitted is not None
    return rank_moments(_chain.case, _chain.fitted, _settings)


@st.cache_resource(max_entries=_SHARED, show_spinner=False)
def _steps(key: str, _chain: Results, _settings: Settings) -> Steps:
    assert _chain.link is not None
    assert _chain.moments is not None
    return plan_steps(_chain.case, _chain.link, _chain.moments, _settings)


@st.cache_resource(max_entries=_SHARED, show_spinner=False)
def _returns(key: str, _chain: Results, _settings: Settings) -> Returns:
    assert _chain.steps is not None
    assert _chain.link is not None
    assert _chain.moments is not None
    return value_steps(_chain.steps, _chain.link, _chain.moments, _chain.case.base, _settings)


@st.cache_resource(max_entries=_SHARED, show_spinner=False)
def _plan(key: str, _chain: Results, _settings: Settings) -> Plan:
    assert _chain.returns is not None
    assert _chain.moments is not None
    assert _chain.steps is not None
    choice = choice_of(_settings, _chain.returns, _first_day(_chain))
    rules = rules_of(_settings, _chain.steps.steps)
    return fit_budget(
        _chain.returns, choice, _chain.moments, rules, _frontier_for(_chain.returns, choice, rules)
    )


def _frontier_for(returns: Returns, choice: Choice | None, rules: Rules) -> FrontierCache | None:
    """What plans for any sum are read from: the best sets for a grid of budgets."""
    periods = choice if isinstance(choice, PeriodBudget) else None
    return _frontier(content_key(returns.key, periods, rules), returns, choice, rules)


@st.cache_resource(max_entries=_FRONTIERS, show_spinner=False)
def _frontier(key: str, _returns: Returns, _choice: Choice | None, _rules: Rules) -> FrontierCache | None:
    return solve_frontier(_returns, _choice, _rules)


@st.cache_resource(max_entries=_SHARED, show_spinner=False)
def _plan_details(key: str, _chain: Results, _settings: Settings) -> PlanDetails:
    assert _chain.plan is not None
    assert _chain.returns is not None
    begins = plan_start(_settings, _first_day(_chain))
    return detail_plan(_chain.plan, _chain.returns, _settings, _chain.before, begins)


def set_aside(report: Report) -> bytes:
    """The workbook of what could not be used, with these rows as they stand in their files."""
    return make_set_aside(report, original_rows)


def _first_day(chain: Results) -> dt.date | None:
    if chain.case.base:
        return chain.case.base.t0
    return None


@st.cache_resource(scope="session", max_entries=3, show_spinner=False)
def _gathered(
    key: str, folder: str, _results: Results, _settings: Settings, _session: Session
) -> Report:
    """A report per session: it names the folder of the session's own case."""
    return _gather(_results, _settings, _session)


def _gather(r: Results, settings: Settings, session: Session) -> Report:
    return gather(
        r.case,
        r.fitted.published if r.fitted is not None else None,
        r.moments,
        r.steps,
        r.returns,
        r.plan,
        settings,
        made_at=session.made_at,
        company=session.company,
        voice=r.voice,
        pins=tuple(
            pin for pin in session.pins if pin.kind == "clip" or (r.voice and r.voice.said(pin))
        ),
        plan_details=r.plan_details,
        begins=plan_start(settings, _first_day(r)),
    )


_FIELD = {"link": "fitted"}  # where a stage's result stands in `Results` under another name
_VERBS: Mapping[str, Callable[[str, Results, Settings], Any]] = {
    "link": _link,
    "moments": _moments,
    "steps": _steps,
    "returns": _returns,
    "plan": _plan,
    "plan_details": _plan_details,
}
