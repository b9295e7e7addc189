"""From the revenue that left down to what would still have left: the moments' shares between, to
the penny.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from cxcase.report import format as fmt
from cxcase.report import words
from cxcase.report.charts.drawing import rows
from cxcase.report.charts.drawing.style import Theme, blank, described, palette, safe
from cxcase.report.charts.moments.stake import MoneyPart, block, money_parts
from cxcase.report.result import Report

_MOST_OF_IT = (
    2 / 3
)  # share of what left below which the moments' bars would be slivers: the axis is cut then
# of what is shown right of the cut: bars left of it, the cut, its slant
_STUB = 0.3
_GAP = 0.07
_SLANT = 0.035


@dataclass(frozen=True)
class _Cut:
    """An axis without what lies between `low` and `high` of the money."""

    low: float
    high: float

    @property
    def gap(self) -> float:
        """How wide the cut is drawn."""
        return _GAP * self.low / _STUB

    def at(self, money: float) -> float:
        """Where money stands on the axis."""
        if money >= self.high:
            return money - (self.high - self.low - self.gap)
        return min(money, self.low)


def waterfall(report: Report, theme: Theme = "light") -> go.Figure | None:
    """Revenue that left = each moment's share + customers who did not answer + what still leaves;
    None without a joint.

    Where the moments hold little of it, the axis is cut, which it says and shows.
    """
    joint = report.moments.joint if report.moments else None
    if joint is None or not joint.shares:
        return None
    parts = money_parts(report)
    churned = joint.churned_revenue
    cut = _cut(churned, parts)
    names = [words.say("chart.waterfall.total"), *(part.name for part in parts)]
    title = words.say(
        "chart.waterfall.title", report.currency, churned=churned, stake=joint.revenue_at_stake
    )
    figure = blank(theme, title, words.say("chart.waterfall.subtitle"), names=names)
    ends = _falling(figure, report, parts, cut, theme)
    for place, (end, text) in enumerate(ends):
        rows.label(figure, text, end, place, palette(theme).ink)
    rows.name_rows(figure, names)
    low = min(0.0, *(x for trace in figure.data if trace.type == "scatter" for x in trace.x))
    figure.update_xaxes(range=rows.span(ends, low))
    _axis(figure, report.currency, churned, cut, theme, len(names))
    return described(
        figure, title, [f"{name}: {text}" for name, (_, text) in zip(names, ends, strict=True)]
    )


def _cut(churned: float, parts: Sequence[MoneyPart]) -> _Cut | None:
    """Where the axis is cut: under all that the moments hold; None where its bars can be read
    without.
    """
    rest = parts[-1].value
    edges = [rest]
    left = churned
    for part in parts[:-1]:
        left -= part.value
        edges += [left, *(left + part.value - end for end in part.band or ())]
    if rest < _MOST_OF_IT * churned:
        return None
    span = max(churned, *edges) - min(edges)
    high = min(edges) - 0.12 * span
    if high > 2 * _STUB * span:
        return _Cut(_STUB * span, high)
    return None


def _falling(
    figure: go.Figure, report: Report, parts: Sequence[MoneyPart], cut: _Cut | None, theme: Theme
) -> list[tuple[float, str]]:
    """Draws the bars from the top down; gives back where each row's label stands, and the label."""
    colours = palette(theme)

    def at(money: float) -> float:
        if cut:
            return cut.at(money)
        return money

    left = sum(part.value for part in parts)
    total = MoneyPart(words.say("chart.waterfall.total"), left, "total")
    block(figure, 0, (at(0.0), at(left)), total, report, colours.harm)
    ends = [(at(left), words.say("chart.waterfall.label", report.currency, value=left))]
    for place, part in enumerate(parts, start=1):
        rest = part.kind == "unexplained"
        edges = (at(0.0), at(left)) if rest else (at(left - part.value), at(left))
        hollow = part.kind == "silent" or part.value < 0
        block(
            figure,
            place,
            edges,
            part,
            report,
            colours.muted if rest else colours.stake,
            hollow=hollow,
        )
        path = "chart.waterfall.label_silent" if part.band else "chart.waterfall.label"
        far = max([left, left - part.value, *(left - end for end in part.band or ())])
        ends.append((at(far), words.say(path, report.currency, value=part.value, band=part.band)))
        if part.band:
            whisker = [at(left - part.band[1]), at(left - part.band[0])]
            figure.add_scatter(x=whisker, y=[place, place], mode="lines", hoverinfo="skip",
                               line={"color": colours.ink, "width": 1.5})  # fmt: skip
        left -= part.value
        if not rest:
            figure.add_scatter(x=[at(left)] * 2, y=[place - 0.31, place + 0.69], mode="lines", hoverinfo="skip",
                               line={"color": colours.muted, "width": 1})  # fmt: skip
    return ends


def _axis(
    figure: go.Figure, currency: str, churned: float, cut: _Cut | None, theme: Theme, count: int
) -> None:
    """Ticks in money, and where the axis is cut: a title that says so and the cut drawn through
    bars and axis.
    """
    if cut is None:
        rows.money_ticks(figure, currency, 0.0, churned)
        return
    colours = palette(theme)
    ticks = [0.0, *(tick for tick in rows.round_ticks(cut.high, churned, 2) if tick > cut.high)]
    said = words.say("chart.waterfall.cut", currency, low=cut.low, high=cut.high)
    figure.update_xaxes(tickvals=[cut.at(tick) for tick in ticks], ticktext=fmt.axis_money(ticks, currency),
                        tickangle=0, title={"text": safe(said)})  # fmt: skip
    half = _SLANT * cut.low / _STUB
    corners = [(cut.low - half, -0.0), (cut.low + cut.gap - half, 0.0), (cut.low + cut.gap + half, 1.0),
               (cut.low + half, 1.0)]  # fmt: skip
    for place in range(count):
        if place not in (0, count - 1):
            continue
        top = [(x, place + 0.45 - 0.9 * y) for x, y in corners]
        path = "M " + " L ".join(f"{x},{y}" for x, y in top) + " Z"
        figure.add_shape(
            type="path", path=path, fillcolor=colours.ground, line={"width": 0}, layer="above"
        )
        for first, last in ((top[0], top[3]), (top[1], top[2])):
            figure.add_shape(type="line", x0=first[0], y0=first[1], x1=last[0], y1=last[1], layer="above",
                             line={"color": colours.ink, "width": 1.5})  # fmt: skip
