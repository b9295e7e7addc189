"""How many are left as the tables meet: customers down to those who can be analysed, responses down
to one each.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import plotly.graph_objects as go

from cxcase.report import format as fmt
from cxcase.report import words
from cxcase.report.charts.drawing import rows
from cxcase.report.charts.drawing.style import Theme, blank, described, palette, spoken, zero_line
from cxcase.report.result import Report


def joins(report: Report, theme: Theme = "light") -> go.Figure | None:
    """Bars of the customers left after each join, what fell out hollow; None where no tables met."""
    met = report.case.joins
    if met is None or report.case.base is None:
        return None
    return _falling("joins", met.waterfall, theme)


def joins_answers(report: Report, theme: Theme = "light") -> go.Figure | None:
    """Bars of the responses left after each join, what fell out hollow; None where there is no
    response.
    """
    met = report.case.joins
    if met is None or report.case.base is None:
        return None
    return _falling("joins_answers", met.answers, theme)


def _falling(name: str, steps: Sequence[tuple[str, int]], theme: Theme) -> go.Figure | None:
    if not steps or not steps[0][1]:
        return None
    colours = palette(theme)
    path = f"chart.{name}"
    codes = [code for code, _ in steps]
    left = [n for _, n in steps]
    out = [0, *(before - after for before, after in pairwise(left))]
    title = _title(path, codes, left, out)
    names = [words.say(f"pages.joins.{code}") for code in codes]
    figure = blank(theme, title, words.say(f"{path}.subtitle"), names=names).update_layout(
        barmode="overlay"
    )
    labels = [_label(path, c, n, o) for c, n, o in zip(codes, left, out, strict=True)]
    ends = []
    for place, (label, n, o) in enumerate(zip(labels, left, out, strict=True)):
        _bar(figure, place, 0, n, colours.cx, f"{names[place]}: {label}", filled=True)
        if o:
            _bar(figure, place, n, o, colours.muted, f"{names[place]}: {label}", filled=False)
        ends.append((float(n + o), label))
        rows.label(figure, label, n + o, place, colours.ink)
    rows.name_rows(figure, names)
    figure.update_xaxes(range=rows.span(ends, 0.0))
    ticks = [
        0.0,
        rows.round_ticks(0.0, float(left[0]), 2)[-1],
    ]  # more would meet beside long labels
    figure.update_xaxes(tickvals=ticks, ticktext=[fmt.integer(tick) for tick in ticks], tickangle=0)
    zero_line(figure, theme)
    return described(figure, title, [f"{n}: {text}" for n, text in zip(names, labels, strict=True)])


def _title(path: str, codes: Sequence[str], left: Sequence[int], out: Sequence[int]) -> str:
    """How many are left of how many, and where most of the others fell out."""
    params = {"left": left[-1], "total": left[0], "share": left[-1] / left[0]}
    if not any(out):
        return words.say(f"{path}.all", **params)
    most = max(range(len(out)), key=lambda k: out[k])
    return words.say(
        f"{path}.title" if left[-1] else f"{path}.none",
        why=words.say(f"{path}.out.{codes[most]}"),
        **params,
    )


def _label(path: str, code: str, left: int, out: int) -> str:
    if not out:
        return fmt.integer(left)
    return words.say("chart.joins.label", left=left, out=out, why=words.say(f"{path}.less.{code}"))


def _bar(
    figure: go.Figure, place: int, start: int, length: int, colour: str, hover: str, *, filled: bool
) -> None:
    figure.add_bar(
        x=[length], base=[start], y=[place], orientation="h", width=0.5, hoverinfo="text", hovertext=[spoken(hover)],
        marker={"color": colour if filled else "rgba(0,0,0,0)", "line": {"color": colour, "width": 1.5}},
    )  # fmt: skip
