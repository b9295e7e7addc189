"""How many are left as the tables meet: customers down to those who can be analysed, responses down
to one each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import plotly.graph_objects as go

from cxcase.report import format as fmt
from cxcase.report import words
from cxcase.report.charts.drawing import rows
from cxcase.report.charts.drawing.marks import SEE_THROUGH, Look, lying_bar
from cxcase.report.charts.drawing.style import Theme, blank, described, palette, zero_line
from cxcase.report.result import Report


@dataclass(frozen=True)
class _Paths:
    """Where the sentences of one of the two charts stand."""

    title: str
    all: str
    none: str
    subtitle: str
    less: str
    out: str


_CUSTOMERS = _Paths(
    title="chart.joins.title",
    all="chart.joins.all",
    none="chart.joins.none",
    subtitle="chart.joins.subtitle",
    less="chart.joins.less",
    out="chart.joins.out",
)
_RESPONSES = _Paths(
    title="chart.joins_answers.title",
    all="chart.joins_answers.all",
    none="chart.joins_answers.none",
    subtitle="chart.joins_answers.subtitle",
    less="chart.joins_answers.less",
    out="chart.joins_answers.out",
)


@dataclass(frozen=True)
class _Join:
    """What is left after a join and what fell out there, with its name and its label."""

    code: str
    left: int
    out: int
    name: str
    label: str

    @property
    def fact(self) -> str:
        """The join in a line."""
        return f"{self.name}: {self.label}"


def joins(report: Report, theme: Theme = "light") -> go.Figure | None:
    """Bars of customers left after each join, what fell out hollow; None where no tables met."""
    met = report.case.joins
    if met is None or report.case.base is None:
        return None
    return _falling(_CUSTOMERS, met.waterfall, theme)


def joins_answers(report: Report, theme: Theme = "light") -> go.Figure | None:
    """Bars of the responses left after each join, what fell out hollow; None where there is no
    response.
    """
    met = report.case.joins
    if met is None or report.case.base is None:
        return None
    return _falling(_RESPONSES, met.answers, theme)


def _falling(paths: _Paths, steps: Sequence[tuple[str, int]], theme: Theme) -> go.Figure | None:
    if not steps or not steps[0][1]:
        return None
    parts = _parts(paths, steps)
    title = _title(paths, parts)
    names = [part.name for part in parts]
    figure = blank(theme, title, words.say(paths.subtitle), names=names)
    figure.update_layout(barmode="overlay")
    for place, part in enumerate(parts):
        _draw(figure, place, part, theme)
    rows.name_rows(figure, names)
    _axis(figure, parts)
    zero_line(figure, theme)
    return described(figure, title, [part.fact for part in parts])


def _parts(paths: _Paths, steps: Sequence[tuple[str, int]]) -> list[_Join]:
    fallen = [0, *(before - after for (_, before), (_, after) in pairwise(steps))]
    return [
        _Join(code, left, out, words.say(f"pages.joins.{code}"), _label(paths, code, left, out))
        for (code, left), out in zip(steps, fallen, strict=True)
    ]


def _label(paths: _Paths, code: str, left: int, out: int) -> str:
    if not out:
        return fmt.integer(left)
    return words.say("chart.joins.label", left=left, out=out, why=words.say(f"{paths.less}.{code}"))


def _title(paths: _Paths, parts: Sequence[_Join]) -> str:
    """How many are left of how many, and where most of the others fell out."""
    total = parts[0].left
    left = parts[-1].left
    params = {"left": left, "total": total, "share": left / total}
    most = max(parts, key=lambda part: part.out)
    if not any(part.out for part in parts):
        return words.say(paths.all, **params)
    why = words.say(f"{paths.out}.{most.code}")
    if left:
        return words.say(paths.title, why=why, **params)
    return words.say(paths.none, why=why, **params)


def _draw(figure: go.Figure, place: int, part: _Join, theme: Theme) -> None:
    """What is left filled, what fell out hollow behind it."""
    colours = palette(theme)
    lying_bar(figure, place, part.left, Look(colours.cx, colours.cx), part.fact, [0])
    if part.out:
        hollow = Look(SEE_THROUGH, colours.muted)
        lying_bar(figure, place, part.out, hollow, part.fact, [part.left])
    rows.label(figure, part.label, part.left + part.out, place, colours.ink)


def _axis(figure: go.Figure, parts: Sequence[_Join]) -> None:
    """Room for the labels, and two ticks: more would meet beside long labels."""
    ends = [(float(part.left + part.out), part.label) for part in parts]
    ticks = [0.0, rows.round_ticks(0.0, float(parts[0].left), 2)[-1]]
    figure.update_xaxes(
        range=rows.span(ends, 0.0),
        tickvals=ticks,
        ticktext=[fmt.integer(tick) for tick in ticks],
        tickangle=0,
    )
