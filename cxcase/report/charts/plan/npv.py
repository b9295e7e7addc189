"""What the steps and the plan are worth: NPV by step, and what doing nothing costs."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from cxcase.budget import Plan, Waiting
from cxcase.report import words
from cxcase.report.charts.drawing import rows
from cxcase.report.charts.drawing.style import (
    MAX_ROWS,
    Palette,
    Theme,
    blank,
    brief,
    described,
    palette,
)
from cxcase.report.result import Report
from cxcase.roi import Npv, StepReturn

_Priced = tuple[StepReturn, Npv]
_STEPS_TITLE = {  # (some step pays, there is only one) -> the title
    (True, False): "chart.steps_npv.title",
    (True, True): "chart.steps_npv.title_one",
    (False, False): "chart.steps_npv.nothing",
    (False, True): "chart.steps_npv.nothing_one",
}


def steps_npv(report: Report, theme: Theme = "light") -> go.Figure | None:
    """P10 to P90 with P50 of each step's NPV on its own, the plan's first; None when no step could
    be priced.
    """
    priced = [(s, s.npv) for s in report.ordered_steps if s.npv is not None]
    if not priced:
        return None
    items = [_step_row(report, *both, palette(theme)) for both in priced[:MAX_ROWS]]
    title = _steps_title(report, priced)
    figure = blank(
        theme,
        title,
        words.say("chart.steps_npv.subtitle", horizon=report.horizon),
        names=rows.names_of(items),
        note=_steps_note(report, len(report.ordered_steps) - len(items)),
    )
    rows.bands(figure, items, theme)
    rows.money_across(figure, report.currency, items)
    return described(figure, title, rows.facts_of(items))


def _step_row(report: Report, item: StepReturn, npv: Npv, colours: Palette) -> rows.Bar:
    title = item.step.title
    band = (npv.p10, npv.p90)
    chosen = report.plan is not None and item.step.id in report.plan.chosen
    hover = words.say(
        "chart.steps_npv.hover",
        report.currency,
        p=item.p_npv_positive,
        name=title,
        mean=npv.mean,
        band=band,
    )
    return rows.Bar(
        name=words.say("chart.steps_npv.chosen", name=title) if chosen else title,
        value=npv.mean,
        low=npv.p10,
        high=npv.p90,
        label=words.say("chart.steps_npv.label", report.currency, mean=npv.mean, band=band),
        hover=hover,
        colour=_by_sign(npv.mean, colours),
        clear=npv.p10 > 0 or npv.p90 < 0,
    )


def _by_sign(npv: float, colours: Palette) -> str:
    if npv >= 0:
        return colours.rx
    return colours.harm


def _steps_title(report: Report, priced: Sequence[_Priced]) -> str:
    """How many steps pay for themselves, and the strongest."""
    paying = sum(npv.mean > 0 for _, npv in priced)
    best, npv = max(priced, key=lambda both: both[1].mean)
    return words.say(
        _STEPS_TITLE[paying > 0, len(report.ordered_steps) == 1],
        report.currency,
        paying=paying,
        steps=len(report.ordered_steps),
        name=brief(best.step.title),
        value=npv.mean,
    )


def _steps_note(report: Report, more: int) -> str:
    chosen = report.plan is not None and bool(report.plan.chosen)
    if chosen:
        note = words.say("chart.steps_npv.note_chosen")
    else:
        note = words.say("chart.steps_npv.note")
    if more > 0:
        note += " " + words.say("chart.steps_npv.more", n=more)
    return note


def doing_nothing(report: Report, theme: Theme = "light") -> go.Figure | None:
    """What this plan forgoes by waiting a year, with all that leaves as context; without a plan the
    margin that leaves at today's rate. None when neither is known.
    """
    lost = _lost(report)
    waiting = report.plan.waiting_a_year if report.plan else None
    if lost is None:
        return None
    if report.plan is None or waiting is None:
        name = words.say("chart.doing_nothing.lost")
        items = [money_row(report, name, lost, palette(theme).harm)]
        path = "chart.doing_nothing.title"
        subtitle = words.say("chart.doing_nothing.subtitle", horizon=report.horizon)
    else:
        items = _waiting_rows(report, report.plan, waiting, palette(theme))
        path = "chart.doing_nothing.title_waiting"
        subtitle = words.say(
            "chart.doing_nothing.subtitle_waiting",
            report.currency,
            lost=lost,
            horizon=report.horizon,
        )
    value = waiting.value if waiting else None
    title = words.say(path, report.currency, lost=lost, horizon=report.horizon, value=value)
    figure = blank(theme, title, subtitle, names=rows.names_of(items))
    rows.bars(figure, items, theme)
    rows.money_across(figure, report.currency, items)
    return described(figure, title, rows.facts_of(items))


def _lost(report: Report) -> float | None:
    """Margin lost over the horizon where nothing is done: the plan's figure, else the steps'."""
    if report.plan is not None and report.plan.doing_nothing is not None:
        return report.plan.doing_nothing
    if report.returns:
        return report.returns.doing_nothing
    return None


def _waiting_rows(report: Report, plan: Plan, waiting: Waiting, colours: Palette) -> list[rows.Bar]:
    """What waiting forgoes, counted both ways, beside what the plan costs."""
    same = words.say("chart.doing_nothing.waiting")
    moving = words.say("chart.doing_nothing.moving")
    spend = words.say("chart.doing_nothing.spend")
    ends = (waiting.value, waiting.p10, waiting.p90)
    return [
        npv_row(report, same, ends, colours.harm),
        money_row(report, moving, waiting.moving, colours.muted),
        money_row(report, spend, plan.spend, colours.muted),
    ]


def money_row(report: Report, name: str, value: float, colour: str) -> rows.Bar:
    """A sum that has no range."""
    label = words.say("chart.waterfall.label", report.currency, value=value)
    hover = words.say("chart.doing_nothing.hover", report.currency, name=name, value=value)
    return rows.Bar(name, value, value, value, label, hover, colour, clear=True)


def npv_row(report: Report, name: str, ends: tuple[float, float, float], colour: str) -> rows.Bar:
    """An NPV with its P10 and P90, hollow where zero lies inside."""
    value, low, high = ends
    wide = low != high
    path = "chart.doing_nothing.label_npv" if wide else "chart.waterfall.label"
    label = words.say(path, report.currency, value=value, band=(low, high))
    hover = words.say("chart.doing_nothing.hover", report.currency, name=name, value=value)
    return rows.Bar(name, value, low, high, label, hover, colour, low > 0 or high < 0)
