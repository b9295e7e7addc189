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


def steps_of(report: Report) -> tuple[Step, ...]:
    """The steps of the chain from left to right: five, or two where no customers lost are told;
    none without a link.
    """
    link = report.link
    if link is None:
        return ()
    if link.straight is not None:
        ex = effect(report, "ex_to_cx")
        money = effect(report, link.straight)
        return (
            Step(
                "ex_to_cx",
                0,
                _MID,
                None if ex is None or ex.refused else ex,
                link.weakest == "ex_to_cx",
            ),
            Step(link.straight, 1, _MID, money, link.weakest == link.straight, over=True),
        )
    found = (
        ("ex_to_cx", 0, _MID, effect(report, "ex_to_cx")),
        ("cx_to_churn", 1, _UP, effect(report, "cx_to_churn")),
        ("growth", 1, _DOWN, link.growth),
        ("kept", 2, _UP, link.worth_of("one_point_of_cx_retention")),
        ("gained", 2, _DOWN, link.worth_of("one_point_of_cx_expansion")),
    )
    return tuple(
        Step(id, place, height, None if e is None or e.refused else e, id == link.weakest)
        for id, place, height, e in found
    )


def chain(report: Report, theme: Theme = "light") -> go.Figure | None:
    """Every step with its estimate and range, the weakest one named; None where no step has a
    figure.
    """
    link = report.link
    steps = steps_of(report)
    if link is None or link.metric is None or all(step.estimate is None for step in steps):
        return None
    metric = words.metric(link.metric)
    total = link.worth_of("one_point_of_cx")
    title = words.say(
        f"chart.chain.{_title(steps, total)}", report.currency, metric=metric, worth=total
    )
    counted = population(effect(report, link.straight or "cx_to_churn"))
    subtitle = words.say("chart.chain.subtitle", population=counted).rstrip("; ")
    clear = all(step.clear for step in steps)
    figure = blank(
        theme, title, subtitle, height=470, note="" if clear else words.say("chart.chain.note")
    )
    _boxes(figure, report, palette(theme), steps, total)
    facts = [_arrow(figure, report, palette(theme), step, metric) for step in steps]
    figure.update_xaxes(visible=False, range=[-0.02, 4 * _BOX + 3 * _GAP + 0.02], fixedrange=True)
    figure.update_yaxes(visible=False, range=[0.08, 1.02], fixedrange=True)
    figure.update_layout(margin={"l": 20, "r": 4, "b": 30 if clear else 48})
    return described(figure, title, facts)


def _title(steps: Sequence[Step], total: Estimate | None) -> str:
    if total is None or not total.excludes_zero:
        return "unclear"
    ex = steps[0]
    over = any(step.over for step in steps)
    if ex.estimate is None:
        if over:
            return "straight_no_ex"
        return "no_ex"
    return ("straight" if over else "title") if ex.clear else "ex_unclear"


def _boxes(
    figure: go.Figure,
    report: Report,
    colours: Palette,
    steps: Sequence[Step],
    total: Estimate | None,
) -> None:
    known = {step.id: step.estimate is not None for step in steps}
    there = {"ex": known["ex_to_cx"], "grow": known.get("gained", False)}
    over = any(step.over for step in steps)
    metric = words.metric_title(report.link.metric if report.link else None)
    tall = (_FOOT, _TOP)
    up = (_UP - _HALF, _UP + _HALF)
    down = (_DOWN - _HALF, _DOWN + _HALF)
    for id, place, (foot, top), hue in (
        ("ex", 0, tall, colours.ex), ("cx", 1, tall, colours.cx), ("stay", 2, up, colours.rx),
        ("grow", 2, down, colours.rx), ("rx", 3, tall, colours.rx),
    ):  # fmt: skip
        if over and place == 2:
            continue
        left = place * (_BOX + _GAP)
        drawn = there.get(id, True)
        hue = hue if drawn else colours.muted
        figure.add_shape(
            type="rect", x0=left, x1=left + _BOX, y0=foot, y1=top, fillcolor=colours.ground,
            line={"color": hue, "width": 2, "dash": "solid" if drawn else "dot"},
        )  # fmt: skip
        text = f"<b>{wrapped(words.say(f'chart.chain.{id}', metric=metric), 11)}</b>"
        if id == "rx" and total is not None and not total.refused:
            text += "<br><br>" + safe(words.say("chart.chain.total", report.currency, e=total))
            span = wrapped(words.say("chart.chain.total_range", report.currency, e=total), 13)
            text += f'<br><span style="font-size:10px">{span}</span>'
        figure.add_annotation(
            x=left + _BOX / 2,
            y=(foot + top) / 2,
            showarrow=False,
            text=text,
            font={"size": 12, "color": hue},
        )


def _arrow(figure: go.Figure, report: Report, colours: Palette, step: Step, metric: str) -> str:
    """Draws one arrow with its label below it; gives back what it says."""
    left = step.place * (_BOX + _GAP) + _BOX
    gap = _BOX + 2 * _GAP if step.over else _GAP
    colour = colours.ink if step.clear else colours.muted
    figure.add_shape(
        type="line", x0=left + 0.05, x1=left + gap - 0.07, y0=step.height, y1=step.height,
        line={"color": colour, "width": 2, "dash": "solid" if step.clear else "dot"},
    )  # fmt: skip
    figure.add_annotation(
        x=left + gap - 0.04, y=step.height, ax=-14, ay=0, text="", showarrow=True, arrowhead=2, arrowwidth=2,
        arrowcolor=colour,
    )  # fmt: skip
    lines = _lines(report, step, metric)
    head, *rest = [wrapped(line, 40 if step.over else 12, 4) for line in lines]
    text = f"<b>{head}</b>" + "".join(f"<br>{line}" for line in rest)
    figure.add_annotation(
        x=left + gap / 2, y=step.height - 0.035, yanchor="top", showarrow=False, text=text,
        font={"size": 11, "color": colour},
    )  # fmt: skip
    if step.weakest:
        figure.add_annotation(
            x=left + gap / 2, y=step.height + 0.025, yanchor="bottom", showarrow=False,
            text=f"<b>{safe(words.say('chart.chain.weakest'))}</b>", font={"size": 11, "color": colours.stake},
        )  # fmt: skip
    return safe(", ".join([*lines, *([words.say("chart.chain.weakest")] if step.weakest else [])]))


def _lines(report: Report, step: Step, metric: str) -> list[str]:
    """What a step says: its figure, its range, per what."""
    if step.estimate is None:
        return [words.say("chart.common.no_figure_label")]
    parts = [f"chart.chain.{step.id}{part}" for part in ("", "_range", "_per")]
    return [
        words.say(path, report.currency, e=step.estimate, metric=metric)
        for path in parts
        if words.has(path)
    ]
