"""The plan's money over time: cash added up month by month, and its fan over all draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from cxcase.report import words
from cxcase.report.charts.drawing import rows
from cxcase.report.charts.drawing.style import (
    Theme,
    blank,
    described,
    faded,
    palette,
    spoken,
    zero_line,
)
from cxcase.report.result import Report

_ROOM_RIGHT = 118  # px for what the fan's edges come to
_NEAR_ZERO = 0.05  # of the height: a label nearer to the line at zero moves off it
_HALF_YEARS = 60  # months up to which every half-year has its tick


@dataclass(frozen=True)
class _Fan:
    """Cash added up month by month: P10, the middle case, P90, and when the middle is paid back."""

    low: np.ndarray
    middle: np.ndarray
    high: np.ndarray
    payback: int | None

    @property
    def last(self) -> int:
        """The last month."""
        return len(self.middle) - 1

    def band(self, month: int) -> tuple[float, float]:
        """P10 and P90 in a month."""
        return float(self.low[month]), float(self.high[month])


def plan_cash(report: Report, theme: Theme = "light") -> go.Figure | None:
    """The plan's net cash added up month by month at likely values; None without a plan that funds
    something.
    """
    plan = report.plan
    if plan is None or not plan.chosen or len(plan.cash) < 2:
        return None
    total = np.cumsum(plan.cash)
    title = _cash_title(report, total, plan.payback_months)
    subtitle = words.say("chart.plan_cash.subtitle", steps=len(plan.chosen))
    figure = blank(theme, title, subtitle, height=400)
    _columns(figure, report, total, theme)
    facts = [_mark_low(figure, report, total, theme)]
    back = plan.payback_months
    if back is not None and 0 < back < len(total):
        facts.append(_mark_payback(figure, back, float(total[back]), theme))
    _write_end(figure, report, total, theme)
    _month_axis(figure, len(total) - 1)
    _money_axis(figure, report.currency, total, below=0.16, above=0.12)
    zero_line(figure, theme, "y")
    return described(figure, title, facts)


def _cash_title(report: Report, total: np.ndarray, payback: int | None) -> str:
    path = "chart.plan_cash.never" if payback is None else "chart.plan_cash.title"
    end = float(total[-1])
    return words.say(path, report.currency, months=payback, end=end, horizon=len(total) - 1)


def _columns(figure: go.Figure, report: Report, total: np.ndarray, theme: Theme) -> None:
    """A column a month, in another colour below zero."""
    colours = palette(theme)
    hovers = [
        words.say("chart.plan_cash.hover", report.currency, month=month, value=float(value))
        for month, value in enumerate(total)
    ]
    below = (np.minimum(total, 0.0), colours.harm)
    above = (np.maximum(total, 0.0), colours.rx)
    for part, colour in (below, above):
        figure.add_bar(
            x=list(range(len(total))),
            y=part,
            marker={"color": colour, "line": {"width": 0}},
            hoverinfo="text",
            hovertext=hovers,
        )
    figure.update_layout(bargap=0.25, barmode="relative")


def _mark_low(figure: go.Figure, report: Report, total: np.ndarray, theme: Theme) -> str:
    """Marks the month in which most money is out, and gives back what the mark says."""
    month = int(np.argmin(total))
    value = float(total[month])
    text = words.say("chart.plan_cash.low", report.currency, value=value, month=month)
    right = len(total) > month + 6
    figure.add_annotation(
        x=month,
        y=value,
        text=text,
        showarrow=True,
        arrowhead=0,
        arrowwidth=1,
        arrowcolor=palette(theme).ink,
        ax=8 if right else -8,
        ay=26,
        font={"color": palette(theme).ink},
        xanchor="left" if right else "right",
    )
    return text


def _mark_payback(figure: go.Figure, month: int, value: float, theme: Theme) -> str:
    """Marks the month in which the money is back, and gives back what the mark says."""
    text = words.say("chart.plan_cash.back", month=month)
    figure.add_annotation(
        x=month,
        y=max(0.0, value),
        text=text,
        showarrow=True,
        arrowhead=0,
        arrowwidth=1,
        arrowcolor=palette(theme).ink,
        ax=-8,
        ay=-34,
        font={"color": palette(theme).ink},
        xanchor="right",
    )
    return text


def _write_end(figure: go.Figure, report: Report, total: np.ndarray, theme: Theme) -> None:
    end = float(total[-1])
    figure.add_annotation(
        x=len(total) - 1,
        y=max(end, 0.0),
        text=words.say("chart.plan_cash.end", report.currency, value=end),
        showarrow=False,
        yshift=12,
        xanchor="right",
        font={"color": palette(theme).ink},
    )


def cash_fan(report: Report, theme: Theme = "light") -> go.Figure | None:
    """Cash added up month by month over all draws: the middle case in a band from P10 to P90; None
    without a plan.
    """
    fan = _fan(report)
    if fan is None:
        return None
    params = {
        "months": fan.payback,
        "horizon": fan.last,
        "end": float(fan.middle[-1]),
        "band": fan.band(-1),
    }
    path = "chart.cash_fan.never" if fan.payback is None else "chart.cash_fan.title"
    title = words.say(path, report.currency, **params)
    figure = blank(theme, title, words.say("chart.cash_fan.subtitle"), height=420)
    _draw_fan(figure, report, fan, theme)
    _write_ends(figure, report, fan, theme)
    if fan.payback is not None and 0 < fan.payback <= fan.last:
        _mark_payback(figure, fan.payback, float(fan.middle[fan.payback]), theme)
    _month_axis(figure, fan.last)
    figure.update_layout(margin={"r": _ROOM_RIGHT})
    shown = np.concatenate([fan.low, fan.high])
    _money_axis(figure, report.currency, shown, below=0.06, above=0.08)
    zero_line(figure, theme, "y")
    return described(figure, title, [words.say("chart.cash_fan.fact", report.currency, **params)])


def _draw_fan(figure: go.Figure, report: Report, fan: _Fan, theme: Theme) -> None:
    colour = palette(theme).rx
    months = list(range(fan.last + 1))
    figure.add_scatter(
        x=[*months, *months[::-1]],
        y=[*fan.high.tolist(), *fan.low[::-1].tolist()],
        fill="toself",
        mode="lines",
        hoverinfo="skip",
        line={"width": 0},
        fillcolor=faded(colour, 0.22),
    )
    figure.add_scatter(
        x=months,
        y=fan.middle,
        mode="lines",
        line={"color": colour, "width": 3},
        hoverinfo="text",
        hovertext=[_fan_hover(report, fan, month) for month in months],
    )


def _fan_hover(report: Report, fan: _Fan, month: int) -> str:
    return spoken(
        words.say(
            "chart.cash_fan.hover",
            report.currency,
            month=month,
            value=float(fan.middle[month]),
            band=fan.band(month),
        )
    )


def _write_ends(figure: go.Figure, report: Report, fan: _Fan, theme: Theme) -> None:
    """What the fan's edges and its middle come to, right of it and off the line at zero."""
    colours = palette(theme)
    tall = float(fan.high[-1] - min(0.0, fan.low.min()))
    for line, path, colour in (
        (fan.low, "chart.cash_fan.low", colours.muted),
        (fan.middle, "chart.cash_fan.middle", colours.ink),
        (fan.high, "chart.cash_fan.high", colours.muted),
    ):
        value = float(line[-1])
        figure.add_annotation(
            x=fan.last,
            y=value,
            text=words.say(path, report.currency, value=value),
            showarrow=False,
            xanchor="left",
            xshift=8,
            yshift=_off_zero(value, tall),
            font={"color": colour},
        )


def _off_zero(value: float, tall: float) -> int:
    """How far up a label moves, px, so that the line at zero does not run through it."""
    if abs(value) >= _NEAR_ZERO * tall:
        return 0
    if value > 0:
        return 10
    return -10


def _fan(report: Report) -> _Fan | None:
    """The fan of the plan's details; None where they are not there."""
    details = report.plan_details
    if details is None or details.fan is None:
        return None
    low, middle, high = details.fan
    return _Fan(low, middle, high, details.fan_back[1])


def _month_axis(figure: go.Figure, last: int) -> None:
    """Months along the bottom, a tick every half-year or year."""
    figure.update_xaxes(
        title={"text": words.say("chart.plan_cash.x")},
        dtick=6 if last <= _HALF_YEARS else 12,
        tick0=0,
        showgrid=False,
    )


def _money_axis(
    figure: go.Figure,
    currency: str,
    values: Sequence[float] | np.ndarray,
    below: float,
    above: float,
) -> None:
    """Money up the side, zero among it, with room below and above as shares of the height."""
    low = min(0.0, float(np.min(values)))
    high = max(0.0, float(np.max(values)))
    figure.update_yaxes(range=[low - below * (high - low), high + above * (high - low)])
    rows.money_up(figure, currency, low, high)
