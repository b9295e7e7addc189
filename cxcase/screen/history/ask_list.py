"""What was asked of the leadership team: when, by which deck, the answer and what followed."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from cxcase.agreement import ANSWERS, Ask
from cxcase.report import Report, words
from cxcase.report import format as fmt
from cxcase.screen import session as sessions
from cxcase.screen.parts import lead, plain, say, table


def show(report: Report | None) -> None:
    """Every ask, the newest first, and a place to note one."""
    asks = sessions.current().asks
    lead(say({0: "asks.none", 1: "asks.count_one"}.get(len(asks), "asks.count"), n=len(asks)))
    if asks and report is not None:
        _table(asks, report.currency)
    if report is not None and report.plan is not None and report.plan.chosen:
        _note(report)


def _table(asks: tuple[Ask, ...], currency: str) -> None:
    newest = asks[::-1]
    money = say("asks.spend")
    npv = say("asks.npv")
    table(
        {
            say("asks.on"): [fmt.date(ask.on) for ask in newest],
            say("asks.key"): [plain(ask.key) for ask in newest],
            money: [plain(fmt.money(ask.spend, currency, 3)) for ask in newest],
            npv: [plain(fmt.money(ask.npv, currency, 3)) for ask in newest],
            say("asks.answer"): [_answer(ask) for ask in newest],
            say("asks.then"): [_then(ask, currency) for ask in newest],
        },
        right=[money, npv],
    )


def _answer(ask: Ask) -> str:
    said = say(f"asks.answers.{ask.answer}")
    return f"{said}: {plain(ask.reason)}" if ask.reason else said


def _then(ask: Ask, currency: str) -> str:
    if ask.recut is None:
        return fmt.NONE
    return say("asks.recut", spend=fmt.money(ask.recut, currency, 3))


def _note(report: Report) -> None:
    """Notes the ask of the plan in force with its answer."""
    with st.expander(say("asks.note"), key="note_ask"), st.form("ask", border=False):
        on = st.date_input(say("asks.on"), dt.date.today(), format="DD/MM/YYYY", key="ask_on")
        answer = st.selectbox(
            say("asks.answer"),
            ANSWERS,
            format_func=lambda a: words.say(f"pages.asks.answers.{a}"),
            key="ask_answer",
        )
        reason = st.text_input(say("asks.reason"), key="ask_reason", max_chars=300)
        if st.form_submit_button(say("asks.take"), key="ask_take"):
            made = ask_of(report, on or dt.date.today())
            add(Ask(made.on, made.key, made.spend, made.npv, answer, reason.strip()))
            st.rerun()


def ask_of(report: Report, on: dt.date) -> Ask:
    """The ask that the plan in force makes."""
    plan = report.plan
    npv = plan.npv.mean if plan and plan.npv else None
    return Ask(on, report.short_key, plan.spend if plan else 0.0, npv)


def add(ask: Ask) -> None:
    """Keeps an ask with the case."""
    sessions.change(asks=(*sessions.current().asks, ask))
