"""What is asked of the plan: how much money there is and when, or what it must reach, and the rules
it has to keep.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import streamlit as st

from cxcase.budget import EVERYONE, Period, PeriodBudget, Plan
from cxcase.export.text import shorten
from cxcase.report import Report, words
from cxcase.report import format as fmt
from cxcase.report.charts.plan.periods import months
from cxcase.screen import session as sessions
from cxcase.screen.assumptions import disown, own, own_all
from cxcase.screen.parts import plain, say
from cxcase.settings import PHASES, Fixed

KINDS = ("total", "periods", "return", "smallest", "certain")
_MOST_PERIODS = 12
_A_ROW = 4
_PEOPLE = 11  # owners whose days can be typed in, beside everyone together


def choice(report: Report) -> None:
    """The question put to the plan, and its figures: a slider and a field for one sum, fields for
    sums a period.
    """
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
    """The months of a period: "Jul–Sep 2026", or those of the plan where its first month is not
    known.
    """
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
    left, right = st.columns(2, gap="large")
    with left:
        _number("target_roi", 5.0, scale=100.0, low=-100.0)
    with right:
        _number("budget", 5000.0, label="most", currency=fmt.currency_symbol(report.currency))


def _smallest(report: Report) -> None:
    left, _ = st.columns(2, gap="large")
    with left:
        _number("target_npv", 5000.0, low=-1e9, currency=fmt.currency_symbol(report.currency))


def _certain(report: Report) -> None:
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
    """The rules a plan has to keep and how risk is counted, folded; the label says how many are
    set.
    """
    settings = sessions.current().settings
    set_ = in_force(report)
    n = len(set_)
    with st.expander(say("budget.rules_set", n=n) if n else say("budget.rules"), key="rules"):
        left, right = st.columns(2, gap="large")
        with left:
            _start(report)
            _number("early_win_days", 30.0, low=1.0, whole=True)
            _number("phase_unlock", 1.0, whole=True)
        with right:
            _steps("mandatory", report, settings.mandatory)
            _steps("barred", report, settings.barred)
            _risk()
        st.caption(say("budget.phase_most"))
        for place, phase in zip(st.columns(3, gap="large"), PHASES, strict=True):
            with place:
                _limit("phase_most", phase, say(f"budget.{phase}"))
        for place, phase in zip(st.columns(3, gap="large"), PHASES, strict=True):
            with place:
                _tagged(report, phase)
        st.caption(say("budget.team_days"))
        steps = report.steps.steps if report.steps else ()
        named = [
            *(step.owner for step in steps if step.owner),
            *(team for step in steps for team in step.teams),
        ]
        people = list(dict.fromkeys(named))[:_PEOPLE]
        for first in range(0, len(people) + 1, 3):
            for place, name in zip(
                st.columns(3, gap="large"), [EVERYONE, *people][first : first + 3], strict=False
            ):
                with place:
                    _limit(
                        "team_days",
                        name,
                        say("budget.everyone") if name == EVERYONE else plain(name),
                    )
    if set_:
        st.caption(say("budget.in_force", rules="; ".join(set_)))


def in_force(report: Report) -> list[str]:
    """Every rule that is set, in a few words each."""
    s = sessions.current().settings
    titles = _titles(report)
    if s.early_win_days is None:
        said = []
    else:
        said = [words.say("pages.budget.rule_early", days=s.early_win_days)]
    if s.phase_unlock is not None:
        path = "rule_unlock" if s.phase_unlock else "rule_unlock_none"
        said.append(words.say(f"pages.budget.{path}", n=s.phase_unlock))
    shown = {phase: words.say(f"pages.budget.{phase}") for phase in PHASES}
    said += [
        words.say("pages.budget.rule_most", n=n, phase=shown[phase])
        for phase, n in s.phase_most.items()
    ]
    for phase in PHASES:
        names = [titles.get(id, id) for id, tag in s.phase_tags.items() if tag == phase]
        said += (
            [words.say("pages.budget.rule_tagged", names=names, phase=shown[phase])]
            if names
            else []
        )
    everyone = words.say("pages.budget.everyone")
    for who, days in s.team_days.items():
        said.append(
            words.say("pages.budget.rule_days", who=everyone if who == EVERYONE else who, days=days)
        )
    for name in ("mandatory", "barred"):
        names = [titles.get(id, id) for id in getattr(s, name)]
        said += [words.say(f"pages.budget.rule_{name}", names=names)] if names else []
    return said


def _titles(report: Report) -> dict[str, str]:
    """Step id -> its title, in quotation marks and not too long for a list of several."""
    return {
        step.id: f"“{shorten(step.title, 40)}”"
        for step in (report.steps.steps if report.steps else ())
    }


def _tagged(report: Report, phase: str) -> None:
    """The steps that may start in this phase only; a step is held to one phase at most."""
    settings = sessions.current().settings
    key = f"tag_{phase}"
    titles = {step.id: step.title for step in (report.steps.steps if report.steps else ())}
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
    titles = {step.id: step.title for step in (report.steps.steps if report.steps else ())}
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
    limits = dict(getattr(sessions.current().settings, name))
    key = f"{name}_{of}"
    st.session_state[key] = None if of not in limits else int(limits[of])

    def taken() -> None:
        value = st.session_state[key]
        rest = {
            k: v for k, v in dict(getattr(sessions.current().settings, name)).items() if k != of
        }
        own(name, Fixed(rest if value is None else {**rest, of: int(value)}))

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
    st.session_state[key] = None if value is None else kind(round(value * scale, 6))

    def taken() -> None:
        typed = st.session_state[key]
        if typed is None:
            disown(name)
        else:
            own(name, int(typed) if whole else float(typed) / scale)

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
