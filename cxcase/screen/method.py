"""How each page's number came about; what more money brings, and none."""

from __future__ import annotations

import streamlit as st

from cxcase.budget import FixedBudget, PeriodBudget
from cxcase.report import Report, words
from cxcase.screen.parts import how, say

_MORE = 10_000.0


def home(report: Report) -> None:
    """The chain as a whole."""
    how(
        "home",
        ("npv", "p10", "p90", "range"),
        draws=_draws(report),
        horizon=report.horizon,
        discount=report.settings.discount,
    )


def data(report: Report) -> None:
    """From files to typed, joined tables."""
    t0 = report.case.base.t0 if report.case.base else None
    how("data", ("grr", "nrr", "logo_churn"), t0=t0)


def moments(report: Report) -> None:
    """The block of moments and the money in it."""
    if report.moments is None:
        return
    n = report.case.joins.customers_with_response if report.case.joins else None
    how(
        "moments",
        ("moment", "stake", "reach", "range"),
        n=n,
        model=say(f"moments.model_{report.moments.model}"),
    )


def recommendations(report: Report) -> None:
    """A step's money month by month."""
    s = report.settings
    overlap = report.moments.overlap if report.moments else None
    how(
        "recommendations",
        ("npv", "p10", "p90", "lift", "grade"),
        steps=len(report.ordered_steps),
        margin=words.margin(report),
        overlap=overlap,
        ramp=s.ramp_months,
        half_life=s.half_life_months,
        discount=s.discount,
        horizon=s.horizon,
        draws=_draws(report),
    )


def budget(report: Report) -> None:
    """How the set was chosen."""
    plan = report.plan
    if plan is None:
        return
    exact = say("budget.exact") if plan.optimal else say("budget.not_exact", gap=plan.gap)
    priced = sum(1 for s in report.ordered_steps if s.npv is not None)
    how(
        "budget",
        ("npv", "p10", "p90", "payback"),
        steps=priced,
        budget=plan.choice.amount,
        exact=exact,
    )


def deck(report: Report) -> None:
    """Where the files' figures come from."""
    how("deck", ("elt", "npv"), key=report.short_key)


def next_money(report: Report) -> None:
    """What a little more budget would change."""
    plan = report.plan
    gain = plan.next_10k if plan else None
    if plan is None or gain is None:
        return
    if plan.chosen or isinstance(
        plan.choice, FixedBudget | PeriodBudget
    ):  # else it is not money that is missing
        st.markdown(
            say("budget.next_10k" if gain > 0 else "budget.next_10k_nothing", more=_MORE, gain=gain)
        )


def doing_nothing(report: Report) -> None:
    """What this plan forgoes by waiting, and as context what leaves at today's rate."""
    plan = report.plan
    if plan is None or plan.waiting_a_year is None:
        return
    waits = plan.waiting_a_year
    facts = {"value": waits.value, "band": (waits.p10, waits.p90), "moving": waits.moving}
    lost = plan.doing_nothing
    st.markdown(say("budget.waiting", **facts, money=lost, horizon=report.horizon))


def _draws(report: Report) -> int | None:
    curve = report.link.curve if report.link else None
    if curve:
        return len(curve.per_point_draws)
    return None
