"""Revenue that left in its parts, and the stake taken apart into them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import plotly.graph_objects as go

from cxcase.moments import Joint
from cxcase.report import words
from cxcase.report.charts.drawing import rows
from cxcase.report.charts.drawing.marks import SEE_THROUGH, Look, level_line, lying_bar, tinted
from cxcase.report.charts.drawing.style import MAX_ROWS, Theme, blank, described, palette
from cxcase.report.result import Report

_THICK = 0.62  # of a row


@dataclass(frozen=True)
class MoneyPart:
    """A part of the revenue that left, a year; band: its bounds, if any."""

    name: str
    value: float
    kind: Literal["moment", "silent", "unexplained", "total"]
    band: tuple[float, float] | None = None
    wide: tuple[float, float] | None = None  # the bounds as silent customers may differ

    def fill(self, colour: str) -> str:
        """Full where customers were heard, lighter where none was; none where it takes away."""
        if self.value < 0:
            return SEE_THROUGH
        return tinted(colour) if self.kind == "silent" else colour

    def label(self, currency: str) -> str:
        """Its money, with its bounds where it has any."""
        if self.wide:
            return words.say(
                "chart.moments_parts.label_total",
                currency,
                value=self.value,
                band=self.band,
                wide=self.wide,
            )
        if self.band:
            return words.say(
                "chart.waterfall.label_silent", currency, value=self.value, band=self.band
            )
        return words.say("chart.waterfall.label", currency, value=self.value)

    def hover(self, currency: str) -> str:
        """Its name, its money and its bounds in a sentence."""
        if self.band:
            return words.say(
                "chart.waterfall.hover_silent",
                currency,
                name=self.name,
                value=self.value,
                band=self.band,
            )
        return words.say("chart.waterfall.hover", currency, name=self.name, value=self.value)


def money_parts(report: Report, joint: Joint) -> list[MoneyPart]:
    """All that left from the top: the moments in the case's order, other moments, the silent, and
    what still leaves.
    """
    order = [m.name for m in report.ordered_moments if m.name in joint.shares]
    limit = MAX_ROWS if len(order) <= MAX_ROWS else MAX_ROWS - 1
    parts = [MoneyPart(name, joint.shares[name], "moment") for name in order[:limit]]
    if order[limit:]:
        rest = sum(joint.shares[name] for name in order[limit:])
        parts.append(MoneyPart(words.say("chart.waterfall.other"), rest, "moment"))
    band = (joint.silent_low, joint.silent_high)
    silent = words.say("chart.waterfall.silent")
    unexplained = words.say("chart.waterfall.unexplained")
    return [
        *parts,
        MoneyPart(silent, joint.silent, "silent", band),
        MoneyPart(unexplained, joint.unexplained, "unexplained"),
    ]


def moments_parts(report: Report, theme: Theme = "light") -> go.Figure | None:
    """The stake taken apart: each moment's share and the silent add up to what is at stake; None
    without a joint.
    """
    joint = report.joint
    if joint is None or not joint.shares or joint.revenue_at_stake.refused:
        return None
    parts = [*money_parts(report, joint)[:-1], _total(joint)]
    title = words.say("chart.moments_parts.title", report.currency, stake=joint.revenue_at_stake)
    subtitle = words.say(
        "chart.moments_parts.subtitle",
        report.currency,
        rest=joint.unexplained,
        churned=joint.churned_revenue,
    )
    names = [part.name for part in parts]
    figure = blank(theme, title, subtitle, names=names)
    starts = _starts(parts)
    for place, (part, start) in enumerate(zip(parts, starts, strict=True)):
        _stack(figure, report.currency, place, part, start, theme)
    labels = [part.label(report.currency) for part in parts]
    ends = [_end(part, start) for part, start in zip(parts, starts, strict=True)]
    for place, (text, end) in enumerate(zip(labels, ends, strict=True)):
        rows.label(figure, text, end, place, palette(theme).ink)
    rows.name_rows(figure, names)
    low = min([0.0, *(trace.x[0] for trace in figure.data if trace.type == "scatter")])
    figure.update_xaxes(range=rows.span(list(zip(ends, labels, strict=True)), low))
    rows.money_ticks(figure, report.currency, 0.0, parts[-1].value)
    facts = [f"{name}: {text}" for name, text in zip(names, labels, strict=True)]
    return described(figure, title, facts)


def _total(joint: Joint) -> MoneyPart:
    stake = joint.revenue_at_stake
    band = (stake.low or 0.0, stake.high or 0.0)
    wide = joint.with_silent.ends if joint.with_silent else None
    name = words.say("chart.moments_parts.total")
    return MoneyPart(name, stake.value or 0.0, "total", band, wide)


def _starts(parts: Sequence[MoneyPart]) -> list[float]:
    """Where each part begins: where the one before ends; the total at zero."""
    starts = []
    at = 0.0
    for part in parts:
        starts.append(0.0 if part.kind == "total" else at)
        at += part.value
    return starts


def _end(part: MoneyPart, start: float) -> float:
    """Where a part, or its bounds, reach furthest."""
    bounds = [start + bound for bound in (*(part.band or ()), *(part.wide or ()))]
    return float(max(start, start + part.value, *bounds))


def _stack(
    figure: go.Figure, currency: str, place: int, part: MoneyPart, start: float, theme: Theme
) -> None:
    """A part's bar, its bounds, and the line down to the next part."""
    colours = palette(theme)
    at = start + part.value
    block(figure, currency, place, (start, at), part, colours.stake)
    if part.band:
        if part.wide:
            level_line(figure, part.wide, place, tinted(colours.ink), 5.0)
        bounds = [start + bound for bound in part.band]
        level_line(figure, bounds, place, colours.ink, 1.5)
    if part.kind != "total":
        step_down(figure, at, place, colours.muted)


def block(
    figure: go.Figure,
    currency: str,
    place: int,
    edges: tuple[float, float],
    part: MoneyPart,
    colour: str,
) -> None:
    """Draws a part as a bar between two places on the axis; its hover says its money."""
    look = Look(part.fill(colour), colour, size=_THICK)
    first, last = edges
    lying_bar(figure, place, last - first, look, part.hover(currency), [first])


def step_down(figure: go.Figure, at: float, place: int, colour: str) -> None:
    """Draws the line from the end of a row's bar down to the next row's."""
    figure.add_scatter(
        x=[at, at],
        y=[place - 0.31, place + 0.69],
        mode="lines",
        hoverinfo="skip",
        line={"color": colour, "width": 1},
    )
