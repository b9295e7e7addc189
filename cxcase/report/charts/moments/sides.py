"""Failing beside excelling: what a point costs below the knot, and what one earns above it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from cxcase.estimate import Estimate
from cxcase.moments import Moment
from cxcase.report import format as fmt
from cxcase.report import words
from cxcase.report.charts.drawing import rows
from cxcase.report.charts.drawing.marks import Look, level_line, lying_bar
from cxcase.report.charts.drawing.style import (
    MAX_ROWS,
    Palette,
    Theme,
    blank,
    brief,
    described,
    palette,
    safe,
)
from cxcase.report.result import Report

_TITLES = {
    "basic": "chart.moments_sides.basic",
    "delighter": "chart.moments_sides.delighter",
}
_WIDEST = 2.2  # multiple of the longest bar that the axis shows of ranges at most
_VERDICTS = 1.62  # where the axis ends, in multiples of its reach: room for the verdicts


@dataclass(frozen=True)
class _Sides:
    """A moment with its two slopes: below the knot and above it, customers lost a point."""

    moment: Moment
    below: Estimate
    above: Estimate

    @property
    def cost(self) -> float:
        """Customers of 100 that a point lost below the knot costs."""
        return -100 * (self.below.value or 0.0)

    @property
    def gain(self) -> float:
        """Customers of 100 that a point gained above the knot keeps."""
        return -100 * (self.above.value or 0.0)

    @property
    def told_apart(self) -> bool:
        """True where the two sides could be compared."""
        return self.moment.kind != "unclear"

    def ranges(self) -> list[tuple[float, float]]:
        """The range of each side that has one, where it is drawn."""
        signed = ((self.below, 100), (self.above, -100))
        return [
            (by * e.low, by * e.high)
            for e, by in signed
            if e.low is not None and e.high is not None
        ]


def moments_sides(report: Report, theme: Theme = "light") -> go.Figure | None:
    """Bars to both sides of zero, moment by moment; None where no moment has both."""
    found = _found(report)
    if not found:
        return None
    shown = found[:MAX_ROWS]
    knot = report.settings.side_cuts[1]
    title = _title([sides.moment for sides in shown])
    names = [sides.moment.name for sides in shown]
    note = _note([sides.moment.name for sides in found[MAX_ROWS:]])
    subtitle = words.say("chart.moments_sides.subtitle", knot=knot)
    figure = blank(theme, title, subtitle, names=names, note=note)
    facts = [_fact(sides, knot) for sides in shown]
    for place, (sides, fact) in enumerate(zip(shown, facts, strict=True)):
        _bars(figure, sides, place, fact, palette(theme))
        _verdict(figure, sides, place, palette(theme))
    rows.name_rows(figure, names)
    _axis(figure, shown)
    figure.add_vline(x=0, line={"color": palette(theme).ink, "width": 1})
    return described(figure, title, facts)


def _found(report: Report) -> list[_Sides]:
    return [
        _Sides(moment, moment.asymmetry.below, moment.asymmetry.above)
        for moment in report.ordered_moments
        if moment.asymmetry is not None and not moment.asymmetry.below.refused
    ]


def _title(moments: Sequence[Moment]) -> str:
    """The first moment where one side clearly counts more."""
    sharp = next((moment for moment in moments if moment.kind in _TITLES), None)
    if sharp is None:
        return words.say("chart.moments_sides.none")
    return words.say(_TITLES[sharp.kind], name=brief(sharp.name))


def _note(more: Sequence[str]) -> str:
    note = words.say("chart.moments_sides.note")
    if more:
        return f"{note} {words.say('chart.common.more', names=more)}"
    return note


def _fact(sides: _Sides, knot: float) -> str:
    return words.say(
        "chart.moments_sides.hover",
        name=sides.moment.name,
        cost=sides.cost,
        gain=sides.gain,
        knot=knot,
        kind=words.moment_kind(sides.moment.kind),
    )


def _bars(figure: go.Figure, sides: _Sides, place: int, fact: str, colours: Palette) -> None:
    """What failing costs to the left, what excelling earns to the right, with their ranges."""
    for value, colour in ((-sides.cost, colours.harm), (sides.gain, colours.rx)):
        fill = colour if sides.told_apart else colours.ground
        lying_bar(figure, place, value, Look(fill, colour), fact)
    for ends in sides.ranges():
        level_line(figure, ends, place, colours.ink, 1.2)


def _verdict(figure: go.Figure, sides: _Sides, place: int, colours: Palette) -> None:
    """What the moment is to customers, at the right."""
    figure.add_annotation(
        x=1,
        xref="paper",
        xanchor="right",
        y=place,
        showarrow=False,
        text=safe(words.moment_kind(sides.moment.kind)),
        font={"size": 13, "color": colours.writing(sides.told_apart)},
    )


def _axis(figure: go.Figure, shown: Sequence[_Sides]) -> None:
    """The same scale on both sides of zero, wide enough for the ranges, room for the verdicts at
    the right.
    """
    longest = max(max(abs(sides.cost), abs(sides.gain)) for sides in shown)
    ends = [
        abs(100 * end)
        for sides in shown
        for e in (sides.below, sides.above)
        for end in (e.low, e.high)
        if end is not None
    ]
    reach = min(max([longest, *ends]), _WIDEST * longest) * 1.05
    ticks = rows.round_ticks(-reach, reach)
    figure.update_xaxes(
        range=[-reach, _VERDICTS * reach],
        tickvals=ticks,
        ticktext=[fmt.number(abs(tick)) for tick in ticks],
        title={"text": words.say("chart.moments_sides.x")},
    )
    figure.update_layout(barmode="overlay")
