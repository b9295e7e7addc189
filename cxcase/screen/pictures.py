"""Charts in the reader's light or dark, and the small range bar beside an answer."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from cxcase.content_key import content_key
from cxcase.report import Report, charts, words
from cxcase.report import format as fmt
from cxcase.report.charts.drawing.for_window import broadened, is_plot, narrowed
from cxcase.report.charts.drawing.style import Theme, palette
from cxcase.screen import window

# px of the range bar
_WIDE = 280
_TALL = 72
_EDGE = 16
_APART = 8
_LETTER = 7.4
_FITTED = {"narrow": narrowed, "broad": broadened}
_NO_PLOT = 640  # px of a drawing that is no plot, at least
_CONFIG = {"displaylogo": False, "displayModeBar": False}


def theme() -> Theme:
    """The reader's own light or dark."""
    if st.context.theme.type == "dark":
        return "dark"
    return "light"


def show(name: str, report: Report, picked: str = "", again: str = "", **chosen: Any) -> bool:
    """Draws the chart of this name, or says that there is no figure. True when drawn.

    `chosen` is what the reader picked, as the chart wants it; `picked` names it, so that each
    choice is drawn once. `again` tells apart two charts of one name in one run of a page.
    """
    figure = _figure(name, _known(report), theme(), picked, report, chosen)
    if figure is None:
        st.caption(words.say("pages.part.not_yet"))
        return False
    show_figure(figure, f"{name}{again}")
    return True


def show_figure(figure: go.Figure, name: str) -> None:
    """Draws a chart that was made already, narrow or broad where the window is; what is no plot
    keeps the width it needs and is moved sideways there.
    """
    fixed = window.size() == "narrow" and not is_plot(figure)
    st.plotly_chart(
        _FITTED.get(window.size(), go.Figure)(figure),
        width=_NO_PLOT if fixed else "stretch",
        key=f"chart_{name}",
        theme=None,
        config=_CONFIG,
        alt=figure.layout.meta["alt"],
    )


def _known(report: Report) -> str:
    """A key of what a chart may show: the case, how far it was worked out, and its plan."""
    stages = (report.link, report.moments, report.steps, report.returns)
    of_plan = [stage and stage.key for stage in (report.plan, report.plan_details)]
    return content_key(report.key, [stage is not None for stage in stages], of_plan)


@st.cache_resource(scope="session", max_entries=40, show_spinner=False)
def _figure(
    name: str, key: str, theme: Theme, picked: str, _report: Report, _chosen: Mapping[str, Any]
) -> go.Figure | None:
    return charts.draw(name, _report, theme, **_chosen)


def range_bar(report: Report, value: float | None, low: float | None, high: float | None) -> None:
    """A dot in its range beside a line at zero, money; nothing where there is no figure."""
    if value is None or low is None or high is None:
        return
    colours = palette(theme())
    clear = low > 0 or high < 0
    if not clear:
        colour = colours.muted
    elif value > 0:
        colour = colours.rx
    else:
        colour = colours.harm
    first = min(low, 0.0)
    last = max(high, 0.0)
    scale = (_WIDE - 2 * _EDGE) / ((last - first) or 1.0)
    x = [_EDGE + (v - first) * scale for v in (low, value, high)]
    zero = _EDGE + (0.0 - first) * scale
    label = fmt.money_range(low, high, report.currency)
    dot = colour if clear else colours.ground
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {_TALL}"'
        ' font-family="sans-serif">'
        f'<line x1="{_EDGE}" x2="{_WIDE - _EDGE}" y1="36" y2="36"'
        f' stroke="{colours.grid}" stroke-width="1"/>'
        f'<line x1="{zero:.1f}" x2="{zero:.1f}" y1="22" y2="50"'
        f' stroke="{colours.ink}" stroke-width="1"/>'
        f'<line x1="{x[0]:.1f}" x2="{x[2]:.1f}" y1="36" y2="36"'
        f' stroke="{colour}" stroke-width="6" stroke-opacity=".45" stroke-linecap="round"/>'
        f'<circle cx="{x[1]:.1f}" cy="36" r="6.5" fill="{dot}" stroke="{colour}" stroke-width="2"/>'
        + _text(x[1], 16, fmt.money(value, report.currency), colours.ink)
        + _ends((x[0], low), (x[2], high), zero, report)
        + "</svg>"
    )
    st.image(drawing, width=_WIDE, alt=f"{fmt.money(value, report.currency)}, {label}")


def _ends(low: tuple[float, float], high: tuple[float, float], zero: float, report: Report) -> str:
    """The figures under the bar: both ends, apart from each other, and zero where it fits."""
    colours = palette(theme())
    at, value = high
    upper = fmt.money(value, report.currency)
    lower = fmt.money(low[1], report.currency)
    left = _span(at, upper)[0]
    wide = _LETTER * len(lower)
    start = min(_span(low[0], lower)[0], left - _APART - wide)
    shown = _text(at, 67, upper, colours.ink) + _text(start, 67, lower, colours.ink, "start")
    first, last = _span(zero, "0")
    before = last + _APART < start
    between = start + wide + _APART < first < left - 2 * _APART
    if before or between:
        shown += _text(zero, 67, "0", colours.muted)
    return shown


def _span(x: float, text: str) -> tuple[float, float]:
    """Where a text around x begins and ends, px, kept inside the picture."""
    wide = _LETTER * len(text)
    start = min(max(x - wide / 2, _EDGE - 8), _WIDE - 2 - wide)
    return start, start + wide


def _text(x: float, y: float, words: str, colour: str, anchor: str = "") -> str:
    """A text at x; without an anchor in the middle of x, near an edge of the picture along it."""
    if not anchor:
        x, anchor = _anchored(x)
    look = f'font-size="13" text-anchor="{anchor}" fill="{colour}"'
    return f'<text x="{x:.1f}" y="{y}" {look}>{html.escape(words)}</text>'


def _anchored(x: float) -> tuple[float, str]:
    """(x, anchor) of a text around x that has to stay inside the picture."""
    if x < 40:
        return _EDGE - 8, "start"
    if x > _WIDE - 40:
        return _WIDE - 2, "end"
    return x, "middle"
