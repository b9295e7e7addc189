"""The chain as a picture: engagement, the score, who stays and who buys more, revenue; what goes
with what between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from cxcase.estimate import Estimate
from cxcase.report import words
from cxcase.report.charts.drawing.style import (
    Palette,
    Theme,
    blank,
    described,
    palette,
    safe,
    wrapped,
)
from cxcase.report.charts.link.worth import effect, population
from cxcase.report.result import Report

# widths of a box and of the space between two, where an arrow goes with its label
_BOX = 0.94
_GAP = 0.97
# heights of the arrows
_UP = 0.86
_MID = 0.61
_DOWN = 0.36
# ends of the tall boxes, half the height of the others
_TOP = 0.99
_FOOT = 0.23
_HALF = 0.13
# of a chain that goes down: px in all, signs a line of what stands beside an arrow
_TALL = 800
_BESIDE = 19


@dataclass(frozen=True)
class Step:
    """One arrow of the chain: its id, the space it goes through (0, 1, 2), its height, its figure;
    None is no figure.

    `weakest` marks the step that is known least; `over` one that passes the boxes between, from the
    score to money.
    """

    id: str
    place: int
    height: float
    estimate: Estimate | None
    weakest: bool = False
    over: bool = False

    @property
    def clear(self) -> bool:
        """True when the whole range lies on one side of zero."""
        return self.estimate is not None and self.estimate.excludes_zero

    @property
    def dash(self) -> str:
        """Dotted where the step has no figure or none that is clear."""
        return "solid" if self.clear else "dot"


@dataclass(frozen=True)
class _Box:
    """A station of the chain: its text, its column, its foot and top, its colour, whether anything
    is known of it.
    """

    text: str
    place: int
    foot: float
    top: float
    colour: str
    known: bool = True

    @property
    def left(self) -> float:
        """Where it begins."""
        return self.place * (_BOX + _GAP)


def steps_of(report: Report) -> tuple[Step, ...]:
    """The steps of the chain from left to right: five, or two where no customers lost are told;
    none without a link.
    """
    link = report.link
    if link is None:
        return ()
    ex = _known(effect(report, "ex_to_cx"))
    first = Step("ex_to_cx", 0, _MID, ex, link.weakest == "ex_to_cx")
    if link.straight is not None:
        money = effect(report, link.straight)
        weakest = link.weakest == link.straight
        return first, Step(link.straight, 1, _MID, money, weakest, over=True)
    found = (
        ("cx_to_churn", 1, _UP, effect(report, "cx_to_churn")),
        ("growth", 1, _DOWN, link.growth),
        ("kept", 2, _UP, link.worth_of("one_point_of_cx_retention")),
        ("gained", 2, _DOWN, link.worth_of("one_point_of_cx_expansion")),
    )
    others = (Step(id, at, height, _known(e), id == link.weakest) for id, at, height, e in found)
    return first, *others


def why_none(report: Report, step: Step) -> str:
    """That growth was not measured, for its steps where nobody did; empty for all else."""
    if report.case.why_no_end is not None and step.id in ("growth", "gained"):
        return words.say("chart.chain.not_measured")
    return ""


def _known(e: Estimate | None) -> Estimate | None:
    if e is None or e.refused:
        return None
    return e


def chain(report: Report, theme: Theme = "light", down: bool = False) -> go.Figure | None:
    """Every step with its estimate and range, the weakest one named; None where no step has a
    figure. down: from top to bottom, for a telephone.
    """
    link = report.link
    steps = steps_of(report)
    if link is None or link.metric is None or all(step.estimate is None for step in steps):
        return None
    total = link.worth_of("one_point_of_cx")
    metric = words.metric(link.metric)
    title = words.say(_title(steps, total), report.currency, metric=metric, worth=total)
    counted = population(effect(report, link.straight or "cx_to_churn"))
    subtitle = words.say("chart.chain.subtitle", population=counted).rstrip("; ")
    all_clear = all(step.clear for step in steps)
    note = "" if all_clear else words.say("chart.chain.note")
    figure = blank(theme, title, subtitle, height=_TALL if down else 470, note=note)
    colours = palette(theme)
    for box in _boxes(report, steps, total, colours):
        _draw_box(figure, box, colours, down)
    said = [_lines(report, step, metric) for step in steps]
    for step, lines in zip(steps, said, strict=True):
        _draw_arrow(figure, step, colours, down)
        if down:
            _write_beside(figure, step, lines, colours)
        else:
            _write(figure, step, lines, colours)
    along, across = (-0.02, 4 * _BOX + 3 * _GAP + 0.02), (0.08, 1.02)
    _show_from(figure, _at(along[0], across[0], down), _at(along[1], across[1], down))
    if down:
        figure.update_layout(meta={**figure.layout.meta, "turned": True})
    else:
        figure.update_layout(margin={"l": 20, "r": 4, "b": 30 if all_clear else 48})
    return described(figure, title, [_fact(*both) for both in zip(steps, said, strict=True)])


def _at(along: float, height: float, down: bool) -> tuple[float, float]:
    """(x, y) of a place along the chain at a height; going down the chain lies on its side, what
    was above to the left.
    """
    if down:
        return -height, -along
    return along, height


def _show_from(figure: go.Figure, one: tuple[float, float], other: tuple[float, float]) -> None:
    """Sets the axes to what lies between two corners."""
    for update, ends in ((figure.update_xaxes, 0), (figure.update_yaxes, 1)):
        update(visible=False, range=sorted((one[ends], other[ends])), fixedrange=True)


def _title(steps: Sequence[Step], total: Estimate | None) -> str:
    """The path of the title: by whether the whole is clear, what engagement adds, and the way to
    money.
    """
    if total is None or not total.excludes_zero:
        return "chart.chain.unclear"
    ex = steps[0]
    over = any(step.over for step in steps)
    if ex.estimate is None:
        return "chart.chain.straight_no_ex" if over else "chart.chain.no_ex"
    if not ex.clear:
        return "chart.chain.ex_unclear"
    return "chart.chain.straight" if over else "chart.chain.title"


def _boxes(
    report: Report, steps: Sequence[Step], total: Estimate | None, colours: Palette
) -> list[_Box]:
    """Engagement, the score, those who stay and buy more, revenue; from the score straight to
    revenue where a step passes the boxes between.
    """
    known = {step.id for step in steps if step.estimate is not None}
    metric = words.metric_title(report.metric)
    boxes = [
        _Box(_bold("chart.chain.ex"), 0, _FOOT, _TOP, colours.ex, "ex_to_cx" in known),
        _Box(_bold("chart.chain.cx", metric), 1, _FOOT, _TOP, colours.cx),
        _Box(_bold("chart.chain.stay"), 2, _UP - _HALF, _UP + _HALF, colours.rx),
        _Box(
            _bold("chart.chain.grow"),
            2,
            _DOWN - _HALF,
            _DOWN + _HALF,
            colours.rx,
            "gained" in known,
        ),
        _Box(_money(report, total), 3, _FOOT, _TOP, colours.rx),
    ]
    if any(step.over for step in steps):
        return [box for box in boxes if box.place != 2]
    return boxes


def _bold(path: str, metric: str = "") -> str:
    return f"<b>{wrapped(words.say(path, metric=metric), 13)}</b>"


def _money(report: Report, total: Estimate | None) -> str:
    """What the box of revenue says: what a point is worth in all, with its range."""
    name = _bold("chart.chain.rx")
    if total is None or total.refused:
        return name
    worth = safe(words.say("chart.chain.total", report.currency, e=total))
    span = wrapped(words.say("chart.chain.total_range", report.currency, e=total), 13)
    return f'{name}<br><br>{worth}<br><span style="font-size:10px">{span}</span>'


def _draw_box(figure: go.Figure, box: _Box, colours: Palette, down: bool) -> None:
    colour = box.colour if box.known else colours.muted
    x0, y0 = _at(box.left, box.foot, down)
    x1, y1 = _at(box.left + _BOX, box.top, down)
    figure.add_shape(
        type="rect",
        x0=x0,
        x1=x1,
        y0=y0,
        y1=y1,
        fillcolor=colours.ground,
        line={"color": colour, "width": 2, "dash": "solid" if box.known else "dot"},
    )
    figure.add_annotation(
        x=(x0 + x1) / 2,
        y=(y0 + y1) / 2,
        showarrow=False,
        text=box.text,
        font={"size": 12, "color": colour},
    )


def _space(step: Step) -> tuple[float, float]:
    """(where a step's space begins, how wide it is)."""
    left = step.place * (_BOX + _GAP) + _BOX
    if step.over:
        return left, _BOX + 2 * _GAP
    return left, _GAP


def _draw_arrow(figure: go.Figure, step: Step, colours: Palette, down: bool) -> None:
    left, gap = _space(step)
    colour = colours.writing(step.clear)
    x0, y0 = _at(left + 0.05, step.height, down)
    x1, y1 = _at(left + gap - 0.07, step.height, down)
    figure.add_shape(
        type="line",
        x0=x0,
        x1=x1,
        y0=y0,
        y1=y1,
        line={"color": colour, "width": 2, "dash": step.dash},
    )
    x, y = _at(left + gap - 0.04, step.height, down)
    ax, ay = (0, -14) if down else (-14, 0)
    figure.add_annotation(
        x=x,
        y=y,
        ax=ax,
        ay=ay,
        text="",
        showarrow=True,
        arrowhead=2,
        arrowwidth=2,
        arrowcolor=colour,
    )


def _write_beside(figure: go.Figure, step: Step, lines: Sequence[str], colours: Palette) -> None:
    """A step's figure to the right of its arrow that goes down, the weakest one named first."""
    left, gap = _space(step)
    head, *rest = [wrapped(line, _BESIDE, 4) for line in lines]
    named = f"<b>{wrapped(words.say('chart.chain.weakest'), _BESIDE)}</b>"
    weakest = [f'<span style="color:{colours.stake}">{named}</span>'] if step.weakest else []
    x, y = _at(left + gap / 2, step.height, down=True)
    figure.add_annotation(
        x=x,
        y=y,
        xanchor="left",
        xshift=8,
        align="left",
        showarrow=False,
        text="<br>".join([*weakest, f"<b>{head}</b>", *rest]),
        font={"size": 11, "color": colours.writing(step.clear)},
    )


def _write(figure: go.Figure, step: Step, lines: Sequence[str], colours: Palette) -> None:
    """A step's figure below its arrow, and above it that it is the weakest."""
    left, gap = _space(step)
    head, *rest = [wrapped(line, 40 if step.over else 12, 4) for line in lines]
    figure.add_annotation(
        x=left + gap / 2,
        y=step.height - 0.035,
        yanchor="top",
        showarrow=False,
        text=f"<b>{head}</b>" + "".join(f"<br>{line}" for line in rest),
        font={"size": 11, "color": colours.writing(step.clear)},
    )
    if step.weakest:
        figure.add_annotation(
            x=left + gap / 2,
            y=step.height + 0.025,
            yanchor="bottom",
            showarrow=False,
            text=f"<b>{safe(words.say('chart.chain.weakest'))}</b>",
            font={"size": 11, "color": colours.stake},
        )


def _lines(report: Report, step: Step, metric: str) -> list[str]:
    """What a step says: its figure, its range, per what."""
    if step.estimate is None:
        return [why_none(report, step) or words.say("chart.common.no_figure_label")]
    parts = [f"chart.chain.{step.id}{part}" for part in ("", "_range", "_per")]
    return [
        words.say(path, report.currency, e=step.estimate, metric=metric)
        for path in parts
        if words.has(path)
    ]


def _fact(step: Step, lines: Sequence[str]) -> str:
    if step.weakest:
        lines = [*lines, words.say("chart.chain.weakest")]
    return safe(", ".join(lines))
