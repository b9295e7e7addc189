"""What is asked of the plan: how much money and when, or what it must reach, and its rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import streamlit as st

from cxcase.budget import EVERYONE, Period, PeriodBudget, Plan
from cxcase.export.text import shorten
from cxcase.report import Report, words
from cxcase.report import format as fmt
from cxcase.report.charts.plan.periods import months
from cxcase.screen import session as sessions
from cxcase.screen.assumptions import disown, own, own_all
from cxcase.screen.parts import across, plain, say
from cxcase.settings import PHASES, Fixed

KINDS = ("total", "periods", "return", "smallest", "certain")
_MOST_PERIODS = 12
_A_ROW = 4
_PEOPLE = 11  # owners whose days can be typed in, beside everyone together


def choice(report: Report) -> None:
    """The question put to the plan, with its figures: one sum, or a sum a period."""
    settings = sessions.current().settings
    st.session_state["budget_kind"] = settings.budget_kind
    st.segmented_control(
        say("budget.kind"),
        KINDS,
        format_func=lambda k: say(f"budget.kind_{k}"),
        key="budget_kind",
        required=True,
        on_change=_take_kind,
        args=(report,),
    )
    shown: dict[str, Callable[[Report], None]] = {
        "total": _sum,
        "periods": _periods,
        "return": _return,
        "smallest": _smallest,
        "certain": _certain,
    }
    shown[settings.budget_kind](report)


def _take_kind(report: Report) -> None:
    """Another question starts from what the last one was about."""
    kind = st.session_state["budget_kind"]
    plan = report.plan
    settings = sessions.current().settings
    asked: dict[str, Any] = {"budget_kind": kind}
    amount = plan.choice.amount if plan else 0.0
    if kind == "periods" and not settings.period_budgets:
        asked["period_budgets"] = (float(round(amount / 4, -3)),) * 4
    if kind == "smallest" and settings.target_npv is None:
        asked["target_npv"] = float(round(_worth(plan) / 2, -3))
    own_all(asked)


def _worth(plan: Plan | None) -> float:
    """What the plan goes with; where it funds nothing, the most that any sum would."""
    if plan is None:
        return 0.0
    if plan.npv:
        return max(0.0, plan.npv.mean)
    return max((p.npv_mean for p in plan.frontier), default=0.0)


def _sum(report: Report) -> None:
    """One sum, typed or slid; both say the same."""
    plan = report.plan
    if plan is None:
        return
    symbol = plain(fmt.currency_symbol(report.currency))
    amount = float(round(plan.choice.amount))
    most = max(plan.paying, amount, 1000.0)
    typed, slid = st.columns([1, 2], gap="large", vertical_alignment="bottom")
    with typed:
        st.session_state["budget"] = amount
        st.number_input(
            say("budget.amount", currency=symbol),
            0.0,
            step=5000.0,
            format="%.0f",
            key="budget",
            on_change=_take_budget,
            args=("budget", 1.0),
            help=say("budget.amount_help"),
        )
    with slid:
        top = _round_up(most / 1000)
        st.session_state["budget_slide"] = min(round(amount / 1000), top)
        st.slider(
            say("budget.slide", currency=symbol),
            0,
            top,
            step=max(1, top // 200),
            key="budget_slide",
            on_change=_take_budget,
            args=("budget_slide", 1000.0),
        )


def _take_budget(key: str, scale: float) -> None:
    value = st.session_state[key]
    if value is None:
        disown("budget")
    else:
        own("budget", float(value) * scale)


def _round_up(thousands: float) -> int:
    """The next round number of thousands."""
    size = 10 ** max(0, len(str(int(thousands))) - 2)
    return int(-(-thousands // size) * size)


def _periods(report: Report) -> None:
    """A sum a period of the fiscal year that is asked for."""
    settings = sessions.current().settings
    with st.container(key="asking_periods"):
        every, fiscal, count, roll = st.columns(
            [1.3, 1.1, 0.8, 1.2], gap="medium", vertical_alignment="bottom"
        )
    with every:
        st.session_state["budget_every"] = settings.budget_every
        st.segmented_control(
            say("budget.every"),
            ("month", "quarter", "year"),
            key="budget_every",
            required=True,
            format_func=lambda e: say(f"budget.every_{e}"),
            on_change=_take,
            args=("budget_every",),
        )
    with fiscal:
        _pick("fiscal_start", list(range(1, 13)), fmt.month_name)
    with count:
        st.session_state["period_count"] = len(settings.period_budgets)
        st.number_input(
            say("budget.period_count"), 1, _MOST_PERIODS, key="period_count", on_change=_take_count
        )
    with roll:
        st.session_state["roll_over"] = settings.roll_over
        st.toggle(say("budget.roll_over"), key="roll_over", on_change=_take, args=("roll_over",))
    for first in range(0, len(settings.period_budgets), _A_ROW):
        with st.container(key=f"asking_sums_{first}"):
            columns = st.columns(_A_ROW)
        for place, k in zip(columns, range(first, len(settings.period_budgets)), strict=False):
            with place:
                _period(report, k, settings.period_budgets[k])


def _period(report: Report, k: int, amount: float) -> None:
    """One period's sum under its months, and what the plan spends of it."""
    plan = report.plan
    key = f"period_{k}"
    st.session_state[key] = float(round(amount))
    label = say(
        "budget.period", months=_months(report, k), currency=fmt.currency_symbol(report.currency)
    )
    st.number_input(
        label, 0.0, step=5000.0, format="%.0f", key=key, on_change=_take_period, args=(k,)
    )
    if plan is not None and k < len(plan.spend_by_period):
        st.caption(say("budget.period_spent", spent=plan.spend_by_period[k]))


def _months(report: Report, k: int) -> str:
    """A period's months: "Jul–Sep 2026", or their numbers where the first is not known."""
    choice = report.plan.choice if report.plan else None
    if not isinstance(choice, PeriodBudget) or k >= len(choice.periods):
        return say("budget.period_number", n=k + 1)
    return months(report, Period(*choice.periods[k], budget=None, spent=0.0))


def _take_period(k: int) -> None:
    sums = list(sessions.current().settings.period_budgets)
    sums[k] = float(st.session_state[f"period_{k}"] or 0.0)
    own("period_budgets", tuple(sums))


def _take_count() -> None:
    sums = sessions.current().settings.period_budgets
    count = int(st.session_state["period_count"] or 1)
    own("period_budgets", (*sums, *(sums[-1:] or (0.0,)) * count)[:count])


def _return(report: Report) -> None:
    """The return that is wanted, and the most that may be spent for it."""
    left, right = st.columns(2, gap="large")
    with left:
        _number("target_roi", 5.0, scale=100.0, low=-100.0)
    with right:
        _number("budget", 5000.0, label="most", currency=fmt.currency_symbol(report.currency))


def _smallest(report: Report) -> None:
    """The NPV that is wanted of the smallest budget."""
    left, _ = st.columns(2, gap="large")
    with left:
        _number("target_npv", 5000.0, low=-1e9, currency=fmt.currency_symbol(report.currency))


def _certain(report: Report) -> None:
    """A sum, and how much more certain money counts than money hoped for."""
    _sum(report)
    left, _ = st.columns(2, gap="large")
    with left:
        st.session_state["risk_aversion"] = round(100 * sessions.current().settings.risk_aversion)
        st.slider(
            say("budget.risk_aversion"),
            0,
            100,
            step=5,
            key="risk_aversion",
            help=say("budget.aversion_help"),
            on_change=lambda: own("risk_aversion", st.session_state["risk_aversion"] / 100),
        )


def rules(report: Report) -> None:
    """The plan's rules and how risk is counted, folded; the label counts those that are set."""
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


def _plan_rules(report: Report) -> None:
    """The rules about the plan as a whole on the left, those about single steps on the right."""
    settings = sessions.current().settings
    left, right = st.columns(2, gap="large")
    with left:
        _start(report)
        _number("early_win_days", 30.0, low=1.0, whole=True)
        _number("phase_unlock", 1.0, whole=True)
    with right:
        _steps("mandatory", report, settings.mandatory)
        _steps("barred", report, settings.barred)
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
    st.session_state[key] = [
        id for id, tag in settings.phase_tags.items() if tag == phase and id in titles
    ]

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
    st.session_state["plan_start"] = report.begins

    def taken() -> None:
        value: dt.date | None = st.session_state["plan_start"]
        if value is None:
            disown("plan_start")
        else:
            own("plan_start", value.replace(day=1))

    st.date_input(
        say("budget.plan_start"), None, key="plan_start", format="DD/MM/YYYY", on_change=taken
    )


def _steps(name: str, report: Report, value: tuple[str, ...]) -> None:
    """Steps of the list, picked by name."""
    titles = _full_titles(report)
    st.session_state[name] = [id for id in value if id in titles]
    st.multiselect(
        say(f"budget.{name}"),
        list(titles),
        key=name,
        format_func=lambda id: f"{id} {titles[id]}",
        placeholder=say("budget.none"),
        on_change=lambda: own(name, tuple(st.session_state[name])),
    )


def own_steps(report: Report) -> None:
    """A person's own selection, to be shown beside the plan."""
    _steps("own_steps", report, sessions.current().settings.own_steps)


def _risk() -> None:
    """Risk in the draws or as cuts to single figures: one or the other."""
    settings = sessions.current().settings
    st.session_state["risk_mode"] = settings.risk_mode
    st.segmented_control(
        say("budget.risk_mode"),
        ("draws", "adjusted"),
        key="risk_mode",
        required=True,
        format_func=lambda m: say(f"budget.risk_{m}"),
        help=say("budget.risk_help"),
        on_change=_take,
        args=("risk_mode",),
    )
    if settings.risk_mode == "adjusted":
        for name, place in zip(("benefit_cut", "cost_rise"), st.columns(2), strict=True):
            with place:
                _number(name, 5.0, scale=100.0)


def pilot_cost(report: Report) -> None:
    """What a pilot would cost."""
    _number("pilot_cost", 1000.0, currency=fmt.currency_symbol(report.currency))


def day_rate(report: Report) -> None:
    """What a day of the company's own people costs."""
    _number("day_rate", 50.0, currency=fmt.currency_symbol(report.currency))


def _limit(name: str, of: str, label: str) -> None:
    """A number for one of several; blank sets no limit."""
    limits: Mapping[str, int] = getattr(sessions.current().settings, name)
    key = f"{name}_{of}"
    st.session_state[key] = int(limits[of]) if of in limits else None

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


def _number(
    name: str,
    step: float,
    *,
    scale: float = 1.0,
    low: float = 0.0,
    whole: bool = False,
    label: str = "",
    **said: Any,
) -> None:
    """A setting as a number; blank puts it back to what it is by default."""
    value = getattr(sessions.current().settings, name)
    key = f"set_{label or name}"
    kind: Callable[[float], float | int] = int if whole else float
    if value is not None:
        value = kind(round(value * scale, 6))
    st.session_state[key] = value

    def taken() -> None:
        typed = st.session_state[key]
        if typed is None:
            disown(name)
        elif whole:
            own(name, int(typed))
        else:
            own(name, float(typed) / scale)

    shown = say(f"budget.{label or name}", **{k: plain(str(v)) for k, v in said.items()})
    st.number_input(
        shown,
        kind(low),
        value=None,
        step=kind(step),
        key=key,
        on_change=taken,
        placeholder=say("budget.none"),
        format="%d" if whole else "%g",
    )


def _pick(name: str, options: list[Any], shown: Callable[[Any], str]) -> None:
    st.session_state[name] = getattr(sessions.current().settings, name)
    st.selectbox(
        say(f"budget.{name}"), options, key=name, format_func=shown, on_change=_take, args=(name,)
    )


def _take(name: str) -> None:
    own(name, st.session_state[name])
