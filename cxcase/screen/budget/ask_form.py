"""What is asked of the plan: how much money and when, or what it must reach, and its rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from cxcase.budget import Period, PeriodBudget, Plan
from cxcase.report import Report
from cxcase.report import format as fmt
from cxcase.report.charts.plan.periods import months
from cxcase.screen import session as sessions
from cxcase.screen.assumptions import disown, own, own_all
from cxcase.screen.budget import rules_form
from cxcase.screen.budget import setting_widgets as widgets
from cxcase.screen.parts import plain, say

KINDS = ("total", "periods", "return", "smallest", "certain")
_MOST_PERIODS = 12
_A_ROW = 4


def choice(report: Report) -> None:
    """The question put to the plan, with its figures: one sum, or a sum a period."""
    settings = sessions.current().settings
    sessions.show_in("budget_kind", settings.budget_kind)
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
        sessions.show_in("budget", amount)
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
        sessions.show_in("budget_slide", min(round(amount / 1000), top), top)
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
        sessions.show_in("budget_every", settings.budget_every)
        st.segmented_control(
            say("budget.every"),
            ("month", "quarter", "year"),
            key="budget_every",
            required=True,
            format_func=lambda e: say(f"budget.every_{e}"),
            on_change=widgets.take,
            args=("budget_every",),
        )
    with fiscal:
        widgets.pick("fiscal_start", list(range(1, 13)), fmt.month_name)
    with count:
        sessions.show_in("period_count", len(settings.period_budgets))
        st.number_input(
            say("budget.period_count"), 1, _MOST_PERIODS, key="period_count", on_change=_take_count
        )
    with roll:
        sessions.show_in("roll_over", settings.roll_over)
        st.toggle(
            say("budget.roll_over"), key="roll_over", on_change=widgets.take, args=("roll_over",)
        )
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
    sessions.show_in(key, float(round(amount)))
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
        widgets.number("target_roi", 5.0, scale=100.0, low=-100.0)
    with right:
        widgets.number(
            "budget", 5000.0, label="most", currency=fmt.currency_symbol(report.currency)
        )


def _smallest(report: Report) -> None:
    """The NPV that is wanted of the smallest budget."""
    left, _ = st.columns(2, gap="large")
    with left:
        widgets.number(
            "target_npv", 5000.0, low=-1e9, currency=fmt.currency_symbol(report.currency)
        )


def _certain(report: Report) -> None:
    """A sum, and how much more certain money counts than money hoped for."""
    _sum(report)
    left, _ = st.columns(2, gap="large")
    with left:
        sessions.show_in("risk_aversion", round(100 * sessions.current().settings.risk_aversion))
        st.slider(
            say("budget.risk_aversion"),
            0,
            100,
            step=5,
            key="risk_aversion",
            help=say("budget.aversion_help"),
            on_change=lambda: own("risk_aversion", st.session_state["risk_aversion"] / 100),
        )


def own_steps(report: Report) -> None:
    """A person's own selection, to be shown beside the plan."""
    rules_form.steps("own_steps", report, sessions.current().settings.own_steps)


def pilot_cost(report: Report) -> None:
    """What a pilot would cost."""
    widgets.number("pilot_cost", 1000.0, currency=fmt.currency_symbol(report.currency))


def day_rate(report: Report) -> None:
    """What a day of the company's own people costs."""
    widgets.number("day_rate", 50.0, currency=fmt.currency_symbol(report.currency))
