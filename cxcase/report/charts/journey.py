"""Moments in the order a customer lives them, how each goes and the money in it; and moments by groups of customers."""

from __future__ import annotations

import textwrap

import plotly.graph_objects as go

from cxcase.moments import GroupFigures, Moment
from cxcase.report import words
from cxcase.report.charts import rows
from cxcase.report.charts.style import (
    NAME_WIDTH,
    Theme,
    blank,
    brief,
    described,
    palette,
    safe,
    spoken,
    wrapped,
)
from cxcase.report.result import Report

_PALE = 0.1  # of the scale: differences below it never reach the full shade, however small all of them are
MAX_GROUPS = 12  # columns of a heat map; a dimension with more shows its first, the largest teams
_SPLIT, _GAP = 0.47, 0.06  # where the left panel ends and the room between the two, shares of the width
_ROOM = 1.62  # where the left panel ends on its scale from worst (0) to best (1), so that the best one's words fit
_PLOT, _LETTER = 380, 6.6  # px of a heat map's cells in the narrowest picture, and of one letter
_HEAD = 20  # characters of a heading that stands upright


def in_order(report: Report) -> list[str]:
    """Every moment's name in the order somebody said that customers live them, the rest as the survey asks them."""
    known = [m.name for m in report.case.moments]
    known += [m.name for m in report.ordered_moments if m.name not in known]
    said = [name for name in report.settings.journey if name in known]
    return [*dict.fromkeys(said), *(name for name in known if name not in said)]


def moments_journey(report: Report, theme: Theme = "light") -> go.Figure | None:
    """The strip: performance with its range on the left, each moment's share of the money on the right."""
    by_name = {m.name: m for m in report.ordered_moments}
    shown = [by_name[n] for n in in_order(report) if n in by_name and by_name[n].performance.value is not None]
    joint = report.moments.joint if report.moments else None
    if len(shown) < 2:
        return None
    money = {m.name: joint.shares.get(m.name) if joint else None for m in shown}
    weak = min(shown, key=_level)
    most = max(money, key=lambda n: money[n] or 0.0) if joint else ""
    title = words.say(
        "chart.moments_journey.title" if joint else "chart.moments_journey.title_no_money", report.currency,
        weak=brief(weak.name), performance=weak.performance, high=weak.scale_high, name=brief(most),
        share=money.get(most),
    )  # fmt: skip
    order = words.say(f"chart.moments_journey.order_{'said' if report.settings.journey else 'survey'}")
    subtitle = words.say("chart.moments_journey.subtitle", order=order)
    figure = blank(theme, title, subtitle, names=[m.name for m in shown])
    facts = [_strip(figure, report, m, money[m.name], place, theme) for place, m in enumerate(shown)]
    _along(figure, shown, theme)
    rows.name_rows(figure, [m.name for m in shown])
    lowest, highest = 0.0, max([v or 0.0 for v in money.values()] + [0.0])
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
    return ((moment.performance.value or 0.0) - moment.scale_low) / (moment.scale_high - moment.scale_low)


def _strip(figure: go.Figure, report: Report, moment: Moment, share: float | None, place: int, theme: Theme) -> str:
    """One moment's dot with its range, and its bar of money; gives back what they say."""
    colours, e, span = palette(theme), moment.performance, moment.scale_high - moment.scale_low
    params = {"name": moment.name, "performance": e, "high": moment.scale_high, "reach": moment.reach.value,
              "share": share}  # fmt: skip
    said = words.say(f"chart.moments_journey.{'fact' if share is not None else 'fact_no_money'}", report.currency,
                     **params)  # fmt: skip
    ends = [((end if end is not None else e.value or 0.0) - moment.scale_low) / span for end in (e.low, e.high)]
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


def moments_groups(report: Report, theme: Theme = "light", dimension: str = "segment") -> go.Figure | None:
    """Moments by groups of customers: how each goes there, shaded by its distance from the moment's mean."""
    over = report.moments.over if report.moments else None
    groups = over.groups.get(dimension, ())[:MAX_GROUPS] if over else ()
    if over is None or not groups:
        return None
    colours = palette(theme)
    names = [m.name for m in report.ordered_moments if any(f.moment == m.name for f in over.of(dimension))]
    mean = {m.name: m.performance.value or 0.0 for m in report.ordered_moments}
    span = {m.name: m.scale_high - m.scale_low for m in report.ordered_moments}
    cell = {(f.moment, f.group): f for f in over.of(dimension)}
    shade, text, hover, facts = [], [], [], []
    for name in names:
        line = [cell[name, group] for group in groups]
        values = [f.performance.value for f in line]
        shade.append([None if v is None else (v - mean[name]) / span[name] for v in values])
        text.append([words.say("chart.moments_groups.cell", value=v) if v is not None else "–" for v in values])
        hover.append([spoken(_cell_said(report, f, dimension)) for f in line])
        facts += [_cell_said(report, f, dimension) for f in line if f.performance.value is not None]
    far = max([abs(v) for line in shade for v in line if v is not None] + [_PALE])
    title, label = _groups_title(shade, names, groups, dimension), words.group_kind(dimension)
    subtitle = words.say("chart.moments_groups.subtitle", kind=label)
    figure = blank(theme, title, subtitle, names=names, note=words.say("chart.moments_groups.note"))
    scale = [[0, colours.harm], [0.5, colours.ground], [1, colours.rx]]
    figure.add_heatmap(
        z=shade, x=list(range(len(groups))), y=list(range(len(names))), text=text, texttemplate="%{text}",
        zmin=-2.2 * far, zmax=2.2 * far, colorscale=scale, showscale=False, xgap=2, ygap=2, hoverinfo="text",
        hovertext=hover, textfont={"color": colours.ink, "size": 13},
    )  # fmt: skip
    rows.name_rows(figure, names)
    _heads(figure, [words.group_name(dimension, g) for g in groups])
    return described(figure, title, facts[:12])


def _heads(figure: go.Figure, names: list[str]) -> None:
    """Names the columns above the cells; upright where they would touch each other otherwise."""
    width = _PLOT / len(names)
    heads = [wrapped(name, max(8, min(NAME_WIDTH, int(width / _LETTER)))) for name in names]
    upright = max(len(line) for head in heads for line in head.split("<br>")) * _LETTER > width
    if upright:
        heads = [safe(textwrap.shorten(name, _HEAD, placeholder="…")) for name in names]
        tall = 10 + _LETTER * max(map(len, heads))
    else:
        tall = 18 + 15 * max(head.count("<br>") for head in heads)
    figure.update_xaxes(tickvals=list(range(len(names))), ticktext=heads, side="top", showgrid=False,
                        tickangle=-90 if upright else 0, tickfont={"size": 12})  # fmt: skip
    figure.update_layout(margin={"t": figure.layout.margin.t + tall}, height=figure.layout.height + tall)


def _cell_said(report: Report, f: GroupFigures, dimension: str) -> str:
    path = "few" if f.performance.refused else "hover_no_stake" if f.stake.refused else "hover"
    return words.say(
        f"chart.moments_groups.{path}", report.currency, group=words.group_name(dimension, f.group), name=f.moment,
        n=f.n, raw=f.raw, performance=f.performance, reach=f.reach.value, stake=f.stake,
    )  # fmt: skip


def _groups_title(shade: list[list[float | None]], names: list[str], groups: tuple[str, ...], dimension: str) -> str:
    found = [(v, i, j) for i, line in enumerate(shade) for j, v in enumerate(line) if v is not None]
    low = min(found, default=(0.0, 0, 0))
    even = not found or low[0] > -0.02
    return words.say(f"chart.moments_groups.{'even' if even else 'title'}", name=brief(names[low[1]]),
                     group=words.group_name(dimension, groups[low[2]]), kind=words.group_kind(dimension))  # fmt: skip


__all__ = ["in_order", "moments_groups", "moments_journey"]
