"""Moments in the order a customer lives them, how each goes and the money in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from cxcase.moments import Moment
from cxcase.report import words
from cxcase.report.charts.drawing import rows
from cxcase.report.charts.drawing.marks import Look, dot, level_line, lying_bar
from cxcase.report.charts.drawing.style import Theme, blank, brief, described, palette, safe
from cxcase.report.result import Report

# where the left panel ends and the room between the two, shares of the width
_SPLIT = 0.47
_GAP = 0.06
# where the left panel ends on its scale from worst (0) to best (1): the best one's words fit
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
    by_name = {m.name: m for m in report.ordered_moments if m.performance.value is not None}
    shown = [by_name[name] for name in in_order(report) if name in by_name]
    if len(shown) < 2:
        return None
    joint = report.joint
    shares = joint.shares if joint else {}
    names = [moment.name for moment in shown]
    title = _title(report, shown, shares)
    figure = blank(theme, title, _subtitle(report), names=names)
    facts = []
    for place, moment in enumerate(shown):
        facts.append(_fact(report, moment, shares.get(moment.name)))
        _rating(figure, moment, place, facts[-1], theme)
        _money(figure, report, moment, shares.get(moment.name), place, theme)
    _along(figure, shown, theme)
    rows.name_rows(figure, names)
    _panels(figure, [shares.get(name) or 0.0 for name in names], theme)
    return described(figure, title, facts)


def _title(report: Report, shown: Sequence[Moment], shares: Mapping[str, float]) -> str:
    """The moment that goes worst, and the one with most of the money."""
    weak = min(shown, key=_level)
    params = {
        "weak": brief(weak.name),
        "performance": weak.performance,
        "high": weak.scale_high,
    }
    if report.joint is None:
        return words.say("chart.moments_journey.title_no_money", report.currency, **params)
    most = max((moment.name for moment in shown), key=lambda name: shares.get(name) or 0.0)
    same = most == weak.name
    path = "chart.moments_journey.title_one" if same else "chart.moments_journey.title"
    share = shares.get(most)
    return words.say(path, report.currency, **params, name=brief(most), share=share)


def _subtitle(report: Report) -> str:
    if report.settings.journey:
        order = words.say("chart.moments_journey.order_said")
    else:
        order = words.say("chart.moments_journey.order_survey")
    return words.say("chart.moments_journey.subtitle", order=order)


def _level(moment: Moment) -> float:
    """How well it goes as a share of its scale."""
    return _on_scale(moment, moment.performance.value or 0.0)


def _on_scale(moment: Moment, rating: float) -> float:
    return (rating - moment.scale_low) / (moment.scale_high - moment.scale_low)


def _fact(report: Report, moment: Moment, share: float | None) -> str:
    without = share is None
    path = "chart.moments_journey.fact_no_money" if without else "chart.moments_journey.fact"
    return words.say(
        path,
        report.currency,
        name=moment.name,
        performance=moment.performance,
        high=moment.scale_high,
        reach=moment.reach.value,
        share=share,
    )


def _rating(figure: go.Figure, moment: Moment, place: int, said: str, theme: Theme) -> None:
    """One moment's dot in its range, on its scale from worst to best."""
    colours = palette(theme)
    e = moment.performance
    value = e.value or 0.0
    ends = [_on_scale(moment, value if end is None else end) for end in (e.low, e.high)]
    level_line(figure, ends, place, colours.cx, 5)
    figure.data[-1].opacity = 0.35
    dot(figure, (_level(moment), place), Look(colours.cx, colours.ground, size=12), said)
    label = words.say("chart.moments_journey.rating", performance=e, high=moment.scale_high)
    rows.label(figure, label, max(_level(moment), *ends), place, colours.ink)


def _money(
    figure: go.Figure,
    report: Report,
    moment: Moment,
    share: float | None,
    place: int,
    theme: Theme,
) -> None:
    """One moment's bar of money, hollow where it isn't clear, or that it has none."""
    colours = palette(theme)
    if share is None:
        text = words.say("chart.moments_journey.no_money")
        colour = colours.muted
    else:
        clear = Look(colours.stake, colours.stake)
        hollow = Look(colours.ground, colours.muted)
        look = clear if moment.status == "ok" else hollow
        lying_bar(figure, place, share, look, _fact(report, moment, share))
        figure.data[-1].xaxis = "x2"
        text = words.say("chart.moments_journey.money", report.currency, share=share)
        colour = colours.ink
    figure.add_annotation(
        x=max(share or 0.0, 0.0),
        y=place,
        xref="x2",
        text=safe(text),
        xanchor="left",
        xshift=8,
        showarrow=False,
        font={"size": 13, "color": colour},
    )


def _along(figure: go.Figure, shown: Sequence[Moment], theme: Theme) -> None:
    """The line from moment to moment, under the dots."""
    figure.add_scatter(
        x=[_level(moment) for moment in shown],
        y=list(range(len(shown))),
        mode="lines",
        hoverinfo="skip",
        line={"color": palette(theme).cx, "width": 1.5, "dash": "dot"},
        opacity=0.7,
    )


def _panels(figure: go.Figure, money: Sequence[float], theme: Theme) -> None:
    """Ratings from worst to best on the left, money on the right."""
    low = min([0.0, *money])
    high = max([0.0, *money])
    width = (high - low) or 1.0
    texts = [
        words.say("chart.moments_journey.worst"),
        words.say("chart.moments_journey.middle"),
        words.say("chart.moments_journey.best"),
    ]
    figure.update_layout(
        xaxis={
            "domain": [0, _SPLIT],
            "range": [-0.04, _ROOM],
            "tickvals": [0, 0.5, 1],
            "ticktext": texts,
        },
        xaxis2={
            "domain": [_SPLIT + _GAP, 1],
            "range": [low - 0.02 * width, high + 0.42 * width],
            "anchor": "y",
            "showgrid": False,
            "zeroline": True,
            "zerolinecolor": palette(theme).muted,
            "tickvals": [],
            "showticklabels": False,
        },
    )


__all__ = ["in_order", "moments_journey"]
