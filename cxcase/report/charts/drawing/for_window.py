"""A picture for another window than most: on a telephone its words on shorter lines, names above
their rows and fewer ticks; on a wide screen its words on longer lines.
"""

from __future__ import annotations

import html
from collections.abc import Mapping

import plotly.graph_objects as go

from cxcase.report.charts.drawing.rows import for_plot
from cxcase.report.charts.drawing.style import (
    BESIDE_NAME,
    NOTE,
    Layout,
    heading,
    muted_of,
    note_at_foot,
    wrapped,
)

WIDE = 368  # px of the picture in a window of 400
_TALL = 70  # px of a row with its name above
_ABOVE = 26  # px from a row's middle to its name
_EDGE = 14  # px left and right
_NAME = 46  # characters of a name on one line
_TICKS = 3
_GROWN = 1.1  # of the height of a picture without rows
_NARROW = Layout(title=41, subtitle=56, note=60)
_BROAD_PX = 840  # beside the stages in a window of 1280
_BROAD = Layout(title=106, subtitle=138, note=148)


def narrowed(figure: go.Figure) -> go.Figure:
    """The same picture at most `WIDE` px wide, as tall as it then needs to be."""
    made = go.Figure(figure)
    if not is_plot(made):
        return made
    said = made.layout.meta
    names = _names_of(made)
    head, top = heading(said["title"], said["subtitle"], _NARROW, muted_of(made))
    old = made.layout.margin
    plot = _GROWN * (made.layout.height - old.t - old.b)
    if names:
        first, last = made.layout.yaxis.range
        plot = abs(first - last) * _TALL
    kept = tuple(a for a in made.layout.annotations if a.name not in (NOTE, BESIDE_NAME))
    made.layout.annotations = kept  # an update would leave the last one twice
    left = _EDGE if names else min(old.l, 3 * _EDGE)
    _, bottom = note_at_foot(made, said["note"], left, _NARROW)
    whole = top + bottom + plot
    made.update_layout(
        title={"text": head, "y": 1 - 26 / whole, "pad": {"l": _EDGE}},
        margin={"l": left, "r": _EDGE if names else 2 * _EDGE, "t": top, "b": bottom},
        height=whole,
    )
    if names:
        _name_above(made, names)
    _fewer_ticks(made)
    return made


def broadened(figure: go.Figure) -> go.Figure:
    """The same picture with its title, subtitle and note on lines as long as a wide screen has."""
    made = go.Figure(figure)
    said = made.layout.meta or {}
    if "subtitle" not in said:
        return made
    old = made.layout.margin
    plot = made.layout.height - old.t - old.b
    head, top = heading(said["title"], said["subtitle"], _BROAD, muted_of(made))
    made.layout.annotations = tuple(a for a in made.layout.annotations if a.name != NOTE)
    _, bottom = note_at_foot(made, said["note"], old.l, _BROAD)
    whole = top + bottom + plot
    margin = {"l": old.l, "r": old.r, "t": top, "b": bottom}
    if is_plot(made):
        for_plot(made, _BROAD_PX - old.l - old.r)
    return made.update_layout(
        title={"text": head, "y": 1 - 26 / whole}, margin=margin, height=whole
    )


def is_plot(figure: go.Figure) -> bool:
    """False for a drawing that is no plot, such as the chain: it keeps its width, unless it was
    turned to fit.
    """
    said = figure.layout.meta or {}
    if said.get("turned"):
        return True
    return "subtitle" in said and figure.layout.xaxis.visible is not False


def _names_of(figure: go.Figure) -> dict[float, str]:
    """Place -> name of each row; empty for a picture without named rows."""
    axis = figure.layout.yaxis
    if not figure.layout.meta.get("rows") or axis.ticktext is None or axis.range is None:
        return {}
    texts = [html.unescape(text.replace("<br>", " ")) for text in axis.ticktext]
    return dict(zip(axis.tickvals, texts, strict=True))


def _name_above(figure: go.Figure, names: Mapping[float, str]) -> None:
    """Writes each row's name above it, where the axis wrote it beside."""
    figure.update_yaxes(showticklabels=False, ticks="")
    for place, name in names.items():
        figure.add_annotation(
            text=wrapped(name, _NAME, 1),
            x=0,
            xref="paper",
            xanchor="left",
            y=place,
            yanchor="middle",
            yshift=_ABOVE,
            align="left",
            showarrow=False,
            font={"size": 13, "color": muted_of(figure)},
        )


def _fewer_ticks(figure: go.Figure) -> None:
    """Leaves out every other tick where there are more than fit beside each other."""
    axis = figure.layout.xaxis
    if axis.tickvals is None:
        figure.update_xaxes(nticks=_TICKS + 1)
        return
    values = list(axis.tickvals)
    words = list(axis.ticktext or values)
    while len(values) > _TICKS + 1:
        values = values[::2]
        words = words[::2]
    figure.update_xaxes(tickvals=values, ticktext=words)
