"""When no step pays: what would, as a list with the nearest first and a click to make it so."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import streamlit as st

from cxcase.recommend import StepRow
from cxcase.report import Report, words
from cxcase.report import format as fmt
from cxcase.roi import WhatWould
from cxcase.screen import session as sessions
from cxcase.screen.assumptions import own
from cxcase.screen.parts import plain, say
from cxcase.screen.steps import changing

_JUST_MORE = 1.001  # so that what rounds away does not make it fall short
_SHOWN = 5  # steps in full; the others are folded


def show(report: Report) -> None:
    """What would make steps pay; nothing where one pays as it is."""
    found = report.returns.what_would if report.returns else ()
    if not found:
        return
    st.header(say("recommendations.would"), anchor=False)
    st.caption(say("recommendations.would_note"))
    for one in found[:_SHOWN]:
        _step(report, one)
    if len(found) > _SHOWN:
        with st.expander(say("recommendations.would_more", n=len(found) - _SHOWN)):
            for one in found[_SHOWN:]:
                _step(report, one)


def _step(report: Report, one: WhatWould) -> None:
    """What would make one step pay, each with its button where a person can make it so."""
    row = next((row for row in changing.rows_of(report) if row.id == one.step), None)
    if row is None:
        return
    locked = not sessions.may_do("edit")
    with st.container(border=True, key=f"would_{one.step}"):
        st.markdown(f"**{plain(words.step_names(report, [one.step])[0])}**")
        if one.alone is not None:
            teams = fmt.listed(words.few(list(one.alone.part.teams)))
            told = {"teams": teams, "npv": one.alone.npv, "chance": one.alone.chance}
            told["believed"] = one.alone.believed
            told["cost"] = one.alone.part.one_off_cost
            told["yearly"] = one.alone.part.yearly_cost
            st.markdown(say("recommendations.would_alone", **told))
            st.button(
                say("recommendations.would_alone_do"),
                key=f"would_alone_{one.step}",
                on_click=_hold,
                args=(row, one),
                disabled=locked,
            )
        if one.cost_factor is not None:
            once, yearly = _costs(report, one)
            st.markdown(
                say(
                    "recommendations.would_cost",
                    share=one.cost_factor,
                    once=once,
                    yearly=yearly,
                )
            )
            st.button(
                say("recommendations.would_cost_do"),
                key=f"would_cost_{one.step}",
                type="tertiary",
                on_click=_cut_cost,
                args=(report, row, one),
                disabled=locked,
            )
        if one.lift_at_least is not None:
            step = report.steps[one.step] if report.steps else None
            now = step.lift_likely if step else 0.0
            st.markdown(say("recommendations.would_lift", lift=one.lift_at_least, now=now))
            _button("lift", one, _lift, (report, row, one))
        if one.save_at_least is not None:
            st.markdown(say("recommendations.would_save", saving=one.save_at_least))
            _button("save", one, _save, (row, one))
        if one.with_growth is not None and one.with_growth > 0:
            st.markdown(say("recommendations.would_growth", npv=one.with_growth))
            _button("growth", one, lambda: own("count_expansion", True), ())
        if not any((one.alone, one.cost_factor, one.lift_at_least)):
            st.markdown(say("recommendations.would_nothing"))


def _button(kind: str, one: WhatWould, do: Callable[..., None], args: tuple[Any, ...]) -> None:
    st.button(
        say(f"recommendations.would_{kind}_do"),
        key=f"would_{kind}_{one.step}",
        type="tertiary",
        on_click=do,
        args=args,
        disabled=not sessions.may_do("edit"),
    )


def _lift(report: Report, row: StepRow, one: WhatWould) -> None:
    """The step with the least lift that pays, its range in proportion."""
    step = report.steps[one.step] if report.steps else None
    if step is None or one.lift_at_least is None or step.lift_likely <= 0:
        return
    factor = one.lift_at_least / step.lift_likely * _JUST_MORE
    ends = {"low": step.lift_low, "likely": step.lift_likely, "high": step.lift_high}
    cells = {f"lift_{name}": f"{factor * value:.4g}" for name, value in ends.items()}
    changing.type_cells(row, cells, words.say("pages.recommendations.would_lift_why"))


def _save(row: StepRow, one: WhatWould) -> None:
    """The step with the least saving that pays."""
    if one.save_at_least is None:
        return
    cells = {"saving_per_year": f"{math.ceil(one.save_at_least)}", "cash_releasing": "yes"}
    changing.type_cells(row, cells, words.say("pages.recommendations.would_save_why"))


def _costs(report: Report, one: WhatWould) -> tuple[float, float]:
    """The most that the step may cost, once and a year, both cut alike."""
    factor = one.cost_factor or 0.0
    step = report.steps[one.step] if report.steps else None
    if step is None:
        return 0.0, 0.0
    return factor * step.one_off_cost, factor * step.yearly_cost


def _hold(row: StepRow, one: WhatWould) -> None:
    """The step held to the teams in which it pays alone, at their share of its cost."""
    if one.alone is None:
        return
    cells = one.alone.part.cells(row, ())
    names = ("teams", "one_off_cost", "yearly_cost", "cost_low", "cost_high", "effort_days")
    held = {name: cells[name] for name in names if name in cells}
    changing.type_cells(row, held, words.say("pages.recommendations.would_alone_why"))


def _cut_cost(report: Report, row: StepRow, one: WhatWould) -> None:
    """The step at the most that it may cost; a range that was given is cut alike."""
    step = report.steps[one.step] if report.steps else None
    if step is None:
        return
    once, yearly = _costs(report, one)
    cells = {"one_off_cost": f"{_down(once)}", "yearly_cost": f"{_down(yearly)}"}
    for name, end in (("cost_low", step.cost_low), ("cost_high", step.cost_high)):
        if row.cells.get(name):
            cells[name] = f"{_down((one.cost_factor or 0.0) * end)}"
    changing.type_cells(row, cells, words.say("pages.recommendations.would_cost_why"))


def _down(cost: float) -> int:
    """Whole units that are not more than the cost."""
    return int(cost)
