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
from cxcase.report.charts.drawing.marks import level_line
from cxcase.report.charts.drawing.style import Theme, blank, described, palette, safe
from cxcase.report.charts.moments.money_parts import MoneyPart, block, money_parts, step_down
from cxcase.report.result import Report

# share of what left that still leaves: above it the moments' bars are slivers and the axis is cut
_MOST_OF_IT = 2 / 3
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


_UNCUT = _Cut(0.0, 0.0)  # leaves all money where it is


def waterfall(report: Report, theme: Theme = "light") -> go.Figure | None:
    """Revenue that left = each moment's share + customers who did not answer + what still leaves;
    None without a joint.

    Where the moments hold little of it, the axis is cut, which it says and shows.
    """
    joint = report.joint
    if joint is None or not joint.shares:
        return None
    churned = joint.churned_revenue
    parts = money_parts(report, joint)
    cut = _cut(churned, parts)
    title = words.say(
        "chart.waterfall.title", report.currency, churned=churned, stake=joint.revenue_at_stake
    )
    names = [words.say("chart.waterfall.total"), *(part.name for part in parts)]
    figure = blank(theme, title, words.say("chart.waterfall.subtitle"), names=names)
    ends = _falling(figure, report.currency, parts, cut or _UNCUT, theme)
    for place, (end, text) in enumerate(ends):
        rows.label(figure, text, end, place, palette(theme).ink)
    rows.name_rows(figure, names)
    low = min(0.0, *(x for trace in figure.data if trace.type == "scatter" for x in trace.x))
    figure.update_xaxes(range=rows.span(ends, low))
    if cut is None:
        rows.money_ticks(figure, report.currency, 0.0, churned)
    else:
        _cut_axis(figure, report.currency, churned, cut)
        for place in (0, len(names) - 1):
            _cut_bar(figure, cut, place, theme)
    facts = [f"{name}: {text}" for name, (_, text) in zip(names, ends, strict=True)]
    return described(figure, title, facts)


def _cut(churned: float, parts: Sequence[MoneyPart]) -> _Cut | None:
    """Where the axis is cut: under all that the moments hold; None where its bars can be read
    without.
    """
    rest = parts[-1].value
    if rest < _MOST_OF_IT * churned:
        return None
    edges = [rest]
    left = churned
    for part in parts[:-1]:
        edges += [left - bound for bound in part.band or ()]
        left -= part.value
        edges.append(left)
    span = max(churned, *edges) - min(edges)
    high = min(edges) - 0.12 * span
    if high > 2 * _STUB * span:
        return _Cut(_STUB * span, high)
    return None


def _falling(
    figure: go.Figure, currency: str, parts: Sequence[MoneyPart], cut: _Cut, theme: Theme
) -> list[tuple[float, str]]:
    """Draws the bars from the top down; gives back where each row's label stands, and the label."""
    colours = palette(theme)
    left = sum(part.value for part in parts)
    total = MoneyPart(words.say("chart.waterfall.total"), left, "total")
    block(figure, currency, 0, (cut.at(0.0), cut.at(left)), total, colours.harm)
    ends = [(cut.at(left), total.label(currency))]
    for place, part in enumerate(parts, start=1):
        after = left - part.value
        if part.kind == "unexplained":
            edges = (cut.at(0.0), cut.at(left))
            block(figure, currency, place, edges, part, colours.muted)
        else:
            edges = (cut.at(after), cut.at(left))
            block(figure, currency, place, edges, part, colours.stake)
        bounds = [left - bound for bound in part.band or ()]
        if bounds:
            whisker = [cut.at(bound) for bound in reversed(bounds)]
            level_line(figure, whisker, place, colours.ink, 1.5)
        if part.kind != "unexplained":
            step_down(figure, cut.at(after), place, colours.muted)
        ends.append((cut.at(max(left, after, *bounds)), part.label(currency)))
        left = after
    return ends


def _cut_axis(figure: go.Figure, currency: str, churned: float, cut: _Cut) -> None:
    """Ticks right of the cut, and a title that says that the axis is cut."""
    ticks = [0.0, *(tick for tick in rows.round_ticks(cut.high, churned, 2) if tick > cut.high)]
    said = words.say("chart.waterfall.cut", currency, low=cut.low, high=cut.high)
    figure.update_xaxes(
        tickvals=[cut.at(tick) for tick in ticks],
        ticktext=fmt.axis_money(ticks, currency),
        tickangle=0,
        title={"text": safe(said)},
    )


def _cut_bar(figure: go.Figure, cut: _Cut, place: int, theme: Theme) -> None:
    """Draws the cut through a row's bar: a slanting gap between two lines."""
    colours = palette(theme)
    slant = _SLANT * cut.low / _STUB
    bottom = place + 0.45
    top = place + 0.45 - 0.9
    left = ((cut.low - slant, bottom), (cut.low + slant, top))
    right = ((cut.low + cut.gap - slant, bottom), (cut.low + cut.gap + slant, top))
    corners = (left[0], right[0], right[1], left[1])
    figure.add_shape(
        type="path",
        path="M " + " L ".join(f"{x},{y}" for x, y in corners) + " Z",
        fillcolor=colours.ground,
        line={"width": 0},
        layer="above",
    )
    for first, last in (left, right):
        figure.add_shape(
            type="line",
            x0=first[0],
            y0=first[1],
            x1=last[0],
            y1=last[1],
            layer="above",
            line={"color": colours.ink, "width": 1.5},
        )
