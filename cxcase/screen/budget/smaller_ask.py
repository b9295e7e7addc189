"""After a no: which part was refused, the smaller ask that answers it, and how to go back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from cxcase.budget import Choice, Conflict, PeriodBudget, Recut
from cxcase.fixed import Fixed
from cxcase.report import Report, words
from cxcase.report import format as fmt
from cxcase.screen import pictures
from cxcase.screen import session as sessions
from cxcase.screen.assumptions import own_all
from cxcase.screen.history.ask_list import add, ask_of
from cxcase.screen.parts import plain, say
from cxcase.settings import Settings
from cxcase.stage_settings import ASK

OBJECTIONS = ("money", "year", "step", "sure", "slow")
# of the last spend; days
_SHARE = 0.7
_WIN = 180
_KEYS = {  # objection -> the widget that holds its figure
    "money": "objection_amount",
    "year": "objection_quarter",
    "step": "objection_which",
    "slow": "objection_days",
}
_ENOUGH = 1.0  # currency by which a relaxed limit is rounded up


def recut(report: Report) -> None:
    """The objection and its figure, the button that cuts anew, the new ask beside the old."""
    plan = report.plan
    if plan is None:
        return
    found = report.plan_details.recut if report.plan_details else None
    if found is not None:
        _old_and_new(report, found)
    head = "budget.refused_head" if found is None else "budget.refused_again"
    st.markdown(f"**{say(head)}**")
    st.caption(say("budget.refused_note"))
    why = st.radio(
        say("budget.objection"),
        OBJECTIONS,
        format_func=lambda o: say(f"budget.objection_{o}"),
        key="objection",
        label_visibility="collapsed",
    )
    left, right = st.columns([2, 1], gap="large", vertical_alignment="bottom")
    with left:
        _FIGURES[why](report)
    right.button(
        say("budget.recut"),
        key="recut",
        on_click=_cut,
        args=(why, report),
        width="stretch",
        disabled=_changed(why, report) is None,
    )


def _old_and_new(report: Report, found: Recut) -> None:
    """Old and new as a picture, then what changed; only the way back where nothing is left."""
    if not found.new.chosen:
        st.markdown(say("budget.no_new_ask"))
        st.button(say("budget.go_back"), key="recut_back", on_click=_back)
        st.divider()
        return
    pictures.show("recut", report)
    titles = {s.step.id: s.step.title for s in report.ordered_steps}
    for name, ids in (
        ("dropped", found.dropped),
        ("added", found.added),
        ("moved", tuple(found.moved)),
    ):
        if ids:
            st.markdown(say(f"budget.{name}", names=[f"“{titles.get(id, id)}”" for id in ids]))
    left, right, _ = st.columns([1, 1, 1])
    left.button(say("budget.go_back"), key="recut_back", on_click=_back, width="stretch")
    right.button(
        say("budget.settle"),
        key="recut_settle",
        on_click=_settle,
        args=(found.new.spend,),
        width="stretch",
    )
    st.divider()


def _money(report: Report) -> None:
    spend = report.plan.spend if report.plan else 0.0
    _figure("objection_amount", report, float(round(_SHARE * spend, -3)), 5000.0)


def _year(report: Report) -> None:
    spend = report.plan.spend if report.plan else 0.0
    _figure("objection_quarter", report, float(round(spend / 4, -3)), 1000.0)


def _step(report: Report) -> None:
    titles = {s.step.id: s.step.title for s in report.chosen_steps}
    label = say("budget.objection_which")
    st.selectbox(label, list(titles), format_func=lambda i: titles[i], key="objection_which")


def _sure(report: Report) -> None:
    st.caption(say("budget.objection_sure_note"))


def _slow(report: Report) -> None:
    st.number_input(say("budget.early_win_days"), 1, value=_WIN, step=30, key="objection_days")


_FIGURES: Mapping[str, Callable[[Report], None]] = {
    "money": _money,
    "year": _year,
    "step": _step,
    "sure": _sure,
    "slow": _slow,
}


def _figure(key: str, report: Report, value: float, step: float) -> None:
    label = say(f"budget.{key}", currency=plain(fmt.currency_symbol(report.currency)))
    st.number_input(label, 0.0, value=value, step=step, format="%.0f", key=key)


def _changed(why: str, report: Report) -> Mapping[str, Any] | None:
    """What the objection asks of the settings, by the figure as it stands now: a click may come
    before the page was drawn with it. None where the figure is missing.
    """
    if why == "sure":
        limit = report.plan.choice.amount if report.plan else None
        return {"budget_kind": "certain", "budget": limit, "risk_aversion": 0.7}
    typed = st.session_state.get(_KEYS[why])
    if typed is None:
        return None
    if why == "money":
        return {"budget_kind": "total", "budget": float(typed)}
    if why == "year":
        sums = (float(typed),) * 4
        return {"budget_kind": "periods", "budget_every": "quarter", "period_budgets": sums}
    if why == "step":
        return {"barred": (*sessions.current().settings.barred, typed)}
    return {"early_win_days": int(typed)}


def _cut(why: str, report: Report) -> None:
    """The ask as it stands becomes the one that was refused, which is noted, and the change makes
    the new one, whose steps are chosen anew.
    """
    changed = _changed(why, report)
    if changed is None:
        return
    reason = words.say(f"pages.budget.objection_{why}")
    add(replace(ask_of(report, dt.date.today()), answer="no", reason=reason))
    settings = sessions.current().settings
    before = {name: getattr(settings, name) for name in ASK}
    if settings.frozen_steps:
        changed = {"frozen_steps": Fixed(), **changed}
    own_all({**changed, "asked": Fixed({**before, "owned": settings.owned})})


def _more_money(
    settings: Settings, choice: Choice, of: Sequence[str], more: float
) -> Mapping[str, Any]:
    """The budget with that much more, in the period in which it lacks."""
    if not isinstance(choice, PeriodBudget):
        return {"budget": choice.amount + more + _ENOUGH}
    lacks = int(of[0]) - 1 if of else 0
    sums = settings.period_budgets
    return {
        "period_budgets": tuple(
            amount + (more + _ENOUGH) * (place == lacks) for place, amount in enumerate(sums)
        )
    }


def _back() -> None:
    """The ask that was refused is the ask again."""
    sessions.change(settings=sessions.current().settings.before)


def _settle(spend: float) -> None:
    """The new ask stays, noted as what followed the refused one, and stands by itself."""
    session = sessions.current()
    asks = session.asks
    if asks and asks[-1].recut is None:
        asks = (*asks[:-1], replace(asks[-1], recut=spend))
    sessions.change(settings=replace(session.settings, asked=Fixed()), asks=asks)


def clashes(report: Report) -> None:
    """Where no plan keeps every rule: each that clashes, what would do, a button to grant it."""
    plan = report.plan
    if plan is None or not plan.conflicts:
        return
    st.markdown(f"**{say('budget.clash_head')}**")
    rows = [row for row in words.findings(report, "budget") if row.code.startswith("clash_")]
    for k, (item, row) in enumerate(zip(plan.conflicts, rows, strict=False)):
        left, right = st.columns([3, 1], vertical_alignment="center")
        left.markdown(f"{plain(row.what)}  \n:gray[{plain(row.do)}]")
        grant = _granted(sessions.current().settings, item, report)
        if grant is not None:
            right.button(
                say("budget.grant"),
                key=f"grant_{k}",
                on_click=own_all,
                args=(grant,),
                width="stretch",
            )


def _granted(settings: Settings, item: Conflict, report: Report) -> Mapping[str, Any] | None:
    """The settings with which this rule gives way just enough; None where only people can say."""
    kind, *of = item.rule
    if kind in ("mandatory", "barred") and of[0] in getattr(settings, kind):
        return {kind: tuple(id for id in getattr(settings, kind) if id != of[0])}
    if kind == "phase_locked":
        return {"phase_unlock": None}
    if kind == "phase_full":
        return {"phase_most": Fixed()}
    if item.relax is None:
        return {"early_win_days": None} if kind == "early_win" else None
    more = item.relax
    if kind == "budget" and report.plan is not None:
        return _more_money(settings, report.plan.choice, of, more)
    if kind == "capacity":
        days = settings.team_days[of[0]] + more + 0.01
        return {"team_days": Fixed({**settings.team_days, of[0]: days})}
    if kind == "early_win":
        return {"early_win_days": int(more)}
    if item.ratio:
        return {"target_roi": more - 0.001}
    return {"target_npv": more - _ENOUGH}
