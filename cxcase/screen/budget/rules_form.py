"""The rules a plan has to keep: asked, and said where they are in force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

import streamlit as st

from cxcase.budget import EVERYONE
from cxcase.export.text import shorten
from cxcase.fixed import Fixed
from cxcase.report import Report, words
from cxcase.screen import session as sessions
from cxcase.screen.assumptions import disown, own
from cxcase.screen.budget import setting_widgets as widgets
from cxcase.screen.parts import across, plain, say
from cxcase.settings import PHASES

_PEOPLE = 11  # owners whose days can be typed in, beside everyone together


def rules(report: Report) -> None:
    """The plan's rules and how risk is counted, folded; the label counts those that are set."""
    _freeze(report)
    said = in_force(report)
    n = len(said)
    with st.expander(say("budget.rules_set", n=n) if n else say("budget.rules"), key="rules"):
        _plan_rules(report)
        st.caption(say("budget.phase_most"))
        for phase in across(PHASES, 3, gap="large"):
            _limit("phase_most", phase, say(f"budget.{phase}"))
        for phase in across(PHASES, 3, gap="large"):
            _tagged(report, phase)
        st.caption(say("budget.team_days"))
        for name in across([EVERYONE, *_people(report)], 3, gap="large"):
            _limit("team_days", name, _label_of(name))
    if said:
        st.caption(say("budget.in_force", rules="; ".join(said)))


def _freeze(report: Report) -> None:
    """Whether the choice of steps stays when figures change, or is made anew each time."""
    plan = report.plan
    frozen = sessions.current().settings.frozen_steps
    if not frozen and (plan is None or not plan.chosen):
        return
    starts = dict(plan.start_month) if plan else {}
    sessions.show_in("freeze", bool(frozen))

    def taken() -> None:
        if st.session_state["freeze"]:
            own("frozen_steps", Fixed(starts))
        else:
            disown("frozen_steps")

    st.toggle(say("budget.freeze"), key="freeze", help=say("budget.freeze_help"), on_change=taken)


def _plan_rules(report: Report) -> None:
    """The rules about the plan as a whole on the left, those about single steps on the right."""
    settings = sessions.current().settings
    left, right = st.columns(2, gap="large")
    with left:
        _start(report)
        if not settings.team_days:
            widgets.number("starts_per_quarter", 1.0, low=1.0, whole=True)
        widgets.number("early_win_days", 30.0, low=1.0, whole=True)
        widgets.number("phase_unlock", 1.0, whole=True)
    with right:
        steps("mandatory", report, settings.mandatory)
        steps("barred", report, settings.barred)
        _risk()


def _people(report: Report) -> list[str]:
    """The owners and teams of the steps, each once, as many as there is room for."""
    steps = report.steps.steps if report.steps else ()
    owners = [step.owner for step in steps if step.owner]
    teams = [team for step in steps for team in step.teams]
    return list(dict.fromkeys([*owners, *teams]))[:_PEOPLE]


def _label_of(name: str) -> str:
    """What the field of a person's or a team's days is called."""
    if name == EVERYONE:
        return say("budget.everyone")
    return plain(name)


def _who(name: str) -> str:
    """A person or a team by name, or words for everyone together."""
    if name == EVERYONE:
        return words.say("pages.budget.everyone")
    return name


def in_force(report: Report) -> list[str]:
    """Every rule that is set, in a few words each."""
    return [*_rules_of_time(), *_rules_of_phases(report), *_rules_of_people_and_steps(report)]


def _rules_of_time() -> Iterator[str]:
    """By when an early win is needed, and after how many the next phase opens."""
    settings = sessions.current().settings
    if "starts_per_quarter" in settings.owned and not settings.team_days:
        n = settings.starts_per_quarter
        path = "pages.budget.rule_pace_one" if n == 1 else "pages.budget.rule_pace"
        yield words.say(path, n=n)
    if settings.early_win_days is not None:
        yield words.say("pages.budget.rule_early", days=settings.early_win_days)
    if settings.phase_unlock:
        yield words.say("pages.budget.rule_unlock", n=settings.phase_unlock)
    elif settings.phase_unlock is not None:
        yield words.say("pages.budget.rule_unlock_none", n=settings.phase_unlock)


def _rules_of_phases(report: Report) -> Iterator[str]:
    """How many steps a phase may have, and which steps are held to it."""
    settings = sessions.current().settings
    titles = _titles(report)
    shown = {phase: words.say(f"pages.budget.{phase}") for phase in PHASES}
    for phase, n in settings.phase_most.items():
        yield words.say("pages.budget.rule_most", n=n, phase=shown[phase])
    for phase in PHASES:
        names = [titles.get(id, id) for id, tag in settings.phase_tags.items() if tag == phase]
        if names:
            yield words.say("pages.budget.rule_tagged", names=names, phase=shown[phase])


def _rules_of_people_and_steps(report: Report) -> Iterator[str]:
    """How many days people have, and which steps must be in the plan or may not."""
    settings = sessions.current().settings
    titles = _titles(report)
    for name, days in settings.team_days.items():
        yield words.say("pages.budget.rule_days", who=_who(name), days=days)
    for path, ids in (
        ("pages.budget.rule_mandatory", settings.mandatory),
        ("pages.budget.rule_barred", settings.barred),
    ):
        if ids:
            yield words.say(path, names=[titles.get(id, id) for id in ids])


def _titles(report: Report) -> dict[str, str]:
    """Step id -> its title, in quotation marks and not too long for a list of several."""
    return {id: f"“{shorten(title, 40)}”" for id, title in _full_titles(report).items()}


def _full_titles(report: Report) -> dict[str, str]:
    """Step id -> its title, of all steps of the sheet."""
    steps = report.steps.steps if report.steps else ()
    return {step.id: step.title for step in steps}


def _tagged(report: Report, phase: str) -> None:
    """The steps that may start in this phase only; a step is held to one phase at most."""
    settings = sessions.current().settings
    key = f"tag_{phase}"
    titles = _full_titles(report)
    sessions.show_in(
        key, [id for id, tag in settings.phase_tags.items() if tag == phase and id in titles]
    )

    def taken() -> None:
        picked = st.session_state[key]
        kept = {
            id: tag for id, tag in sessions.current().settings.phase_tags.items() if tag != phase
        }
        own("phase_tags", Fixed({**kept, **dict.fromkeys(picked, phase)}))

    st.multiselect(
        say("budget.tagged", phase=say(f"budget.{phase}")),
        list(titles),
        key=key,
        on_change=taken,
        format_func=lambda id: f"{id} {titles[id]}",
        placeholder=say("budget.none"),
    )


def _start(report: Report) -> None:
    """The month in which the plan begins."""
    sessions.show_in("plan_start", report.begins)

    def taken() -> None:
        value: dt.date | None = st.session_state["plan_start"]
        if value is None:
            disown("plan_start")
        else:
            own("plan_start", value.replace(day=1))

    st.date_input(
        say("budget.plan_start"), None, key="plan_start", format="DD/MM/YYYY", on_change=taken
    )


def steps(name: str, report: Report, value: tuple[str, ...]) -> None:
    """Steps of the list, picked by name."""
    titles = _full_titles(report)
    sessions.show_in(name, [id for id in value if id in titles])
    st.multiselect(
        say(f"budget.{name}"),
        list(titles),
        key=name,
        format_func=lambda id: f"{id} {titles[id]}",
        placeholder=say("budget.none"),
        on_change=lambda: own(name, tuple(st.session_state[name])),
    )


def _risk() -> None:
    """Risk in the draws or as cuts to single figures: one or the other."""
    settings = sessions.current().settings
    sessions.show_in("risk_mode", settings.risk_mode)
    st.segmented_control(
        say("budget.risk_mode"),
        ("draws", "adjusted"),
        key="risk_mode",
        required=True,
        format_func=lambda m: say(f"budget.risk_{m}"),
        help=say("budget.risk_help"),
        on_change=widgets.take,
        args=("risk_mode",),
    )
    if settings.risk_mode == "adjusted":
        for name, place in zip(("benefit_cut", "cost_rise"), st.columns(2), strict=True):
            with place:
                widgets.number(name, 5.0, scale=100.0)


def _limit(name: str, of: str, label: str) -> None:
    """A number for one of several; blank sets no limit."""
    limits: Mapping[str, int] = getattr(sessions.current().settings, name)
    key = f"{name}_{of}"
    sessions.show_in(key, int(limits[of]) if of in limits else None)

    def taken() -> None:
        typed = st.session_state[key]
        limits = dict(getattr(sessions.current().settings, name))
        limits.pop(of, None)
        if typed is not None:
            limits[of] = int(typed)
        own(name, Fixed(limits))

    st.number_input(
        label, 0, value=None, step=1, key=key, placeholder=say("budget.no_limit"), on_change=taken
    )
