"""Moments in the order a customer lives them, how each goes and the money in it."""

from __future__ import annotations

import plotly.graph_objects as go

from cxcase.moments import Moment
from cxcase.report import words
from cxcase.report.charts.drawing import rows
from cxcase.report.charts.drawing.style import (
    Theme,
    blank,
    brief,
    described,
    palette,
    safe,
    spoken,
)
from cxcase.report.result import Report

# where the left panel ends and the room between the two, shares of the width
_SPLIT = 0.47
_GAP = 0.06
# where the left panel ends on its scale from worst (0) to best (1), so that the best one's words
# fit
_ROOM = 1.62


def in_order(report: Report) -> list[str]:
    """Every moment's name in the order somebody said that customers live them, the rest as the
    survey asks them.
    """
    known = [m.name for m in report.case.moments]
    known += [m.name for m in report.ordered_moments if m.name not in known]
    said = [name for name in report.settings.journey if name in known]
    return [*dict.fromkeys(said), *(name for name in known if name not in said)]


def moments_journey(report: Report, theme: Theme = "light") -> go.Figure | None:
    """The strip: performance with its range on the left, each moment's share of the money on the
    right.
    """
    by_name = {m.name: m for m in report.ordered_moments}
    shown = [
        by_name[n]
        for n in in_order(report)
        if n in by_name and by_name[n].performance.value is not None
    ]
    joint = report.moments.joint if report.moments else None
    if len(shown) < 2:
        return None
    money = {m.name: joint.shares.get(m.name) if joint else None for m in shown}
    weak = min(shown, key=_level)
    most = max(money, key=lambda n: money[n] or 0.0) if joint else ""
    if not joint:
        path = "title_no_money"
    elif most == weak.name:
        path = "title_one"
    else:
        path = "title"
    title = words.say(
        f"chart.moments_journey.{path}", report.currency,
        weak=brief(weak.name), performance=weak.performance, high=weak.scale_high, name=brief(most),
        share=money.get(most),
    )  # fmt: skip
    order = words.say(
        f"chart.moments_journey.order_{'said' if report.settings.journey else 'survey'}"
    )
    subtitle = words.say("chart.moments_journey.subtitle", order=order)
    figure = blank(theme, title, subtitle, names=[m.name for m in shown])
    facts = [
        _strip(figure, report, m, money[m.name], place, theme) for place, m in enumerate(shown)
    ]
    _along(figure, shown, theme)
    rows.name_rows(figure, [m.name for m in shown])
    lowest = 0.0
    highest = max([v or 0.0 for v in money.values()] + [0.0])
    lowest = min([v or 0.0 for v in money.values()] + [lowest])
    span = (highest - lowest) or 1.0
    figure.update_layout(
        xaxis={"domain": [0, _SPLIT], "range": [-0.04, _ROOM], "tickvals": [0, 0.5, 1],
               "ticktext": [words.say(f"chart.moments_journey.{t}") for t in ("worst", "middle", "best")]},
        xaxis2={"domain": [_SPLIT + _GAP, 1], "range": [lowest - 0.02 * span, highest + 0.42 * span], "anchor": "y",
                "showgrid": False, "zeroline": True, "zerolinecolor": palette(theme).muted, "tickvals": [],
                "showticklabels": False},
    )  # fmt: skip
    return described(figure, title, facts)


def _level(moment: Moment) -> float:
    """How well it goes as a share of its scale."""
    return ((moment.performance.value or 0.0) - moment.scale_low) / (
        moment.scale_high - moment.scale_low
    )


def _strip(
    figure: go.Figure, report: Report, moment: Moment, share: float | None, place: int, theme: Theme
) -> str:
    """One moment's dot with its range, and its bar of money; gives back what they say."""
    colours = palette(theme)
    e = moment.performance
    span = moment.scale_high - moment.scale_low
    params = {"name": moment.name, "performance": e, "high": moment.scale_high, "reach": moment.reach.value,
              "share": share}  # fmt: skip
    said = words.say(f"chart.moments_journey.{'fact' if share is not None else 'fact_no_money'}", report.currency,
                     **params)  # fmt: skip
    ends = [
        ((end if end is not None else e.value or 0.0) - moment.scale_low) / span
        for end in (e.low, e.high)
    ]
    figure.add_scatter(x=ends, y=[place, place], mode="lines", hoverinfo="skip",
                       line={"color": colours.cx, "width": 5}, opacity=0.35)  # fmt: skip
    figure.add_scatter(
        x=[_level(moment)], y=[place], mode="markers", hoverinfo="text", hovertext=[spoken(said)],
        marker={"size": 12, "color": colours.cx, "line": {"color": colours.ground, "width": 1.5}},
    )  # fmt: skip
    label = words.say("chart.moments_journey.rating", performance=e, high=moment.scale_high)
    rows.label(figure, label, max(_level(moment), *ends), place, colours.ink)
    if share is not None:
        clear = moment.status == "ok"
        figure.add_bar(
            x=[share], y=[place], orientation="h", width=0.5, xaxis="x2", hoverinfo="text", hovertext=[spoken(said)],
            marker={"color": colours.stake if clear else colours.ground,
                    "line": {"color": colours.stake if clear else colours.muted, "width": 1.5}},
        )  # fmt: skip
        text = words.say("chart.moments_journey.money", report.currency, share=share)
    else:
        text = words.say("chart.moments_journey.no_money")
    figure.add_annotation(
        x=max(share or 0.0, 0.0), y=place, xref="x2", text=safe(text), xanchor="left", xshift=8, showarrow=False,
        font={"size": 13, "color": colours.ink if share is not None else colours.muted},
    )  # fmt: skip
    return said


def _along(figure: go.Figure, shown: list[Moment], theme: Theme) -> None:
    """The line from moment to moment, under the dots."""
    figure.add_scatter(
        x=[_level(m) for m in shown], y=list(range(len(shown))), mode="lines", hoverinfo="skip",
        line={"color": palette(theme).cx, "width": 1.5, "dash": "dot"}, opacity=0.7,
    )  # fmt: skip


__all__ = ["in_order", "moments_journey"]
