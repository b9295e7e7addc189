"""The look of every chart: colours by meaning, our own template, titles and notes that wrap."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import plotly.graph_objects as go

from cxcase.report.charts.drawing.widths import columns, shorten, wrap

Theme = Literal["light", "dark"]
FONT = (
    '"Source Sans 3", "Source Sans Pro", "Segoe UI", Roboto, "Helvetica Neue", Carlito, Calibri, '
    "Arial, sans-serif"
)
_BRIEF = 48  # characters of a name in a title
MAX_ROWS = 7  # more categories than a reader holds at once; the rest goes into the note below
NAME_WIDTH = 26  # characters of a row's name on one line
ROW = 42  # px of a row
# px left of every picture, of a letter of a row's name, and of a line of the note
_ROOM_LEFT = 40
_NAME_LETTER = 7.4
_NOTE_LINE = 17
# px
_TITLE = 17
_SUBTITLE = 13
_NOTE = 12
# names among a picture's annotations: of the note, and of a label that stands where a telephone
# has the name of its row
NOTE = "note"
BESIDE_NAME = "beside_name"


@dataclass(frozen=True)
class Palette:
    """Colours by what they mean, on one ground; each reaches a contrast of 4.5 : 1 (grid and ground
    aside).
    """

    ground: str
    ink: str
    muted: str
    grid: str
    ex: str
    cx: str
    rx: str
    stake: str
    harm: str

    def writing(self, clear: bool) -> str:
        """The colour of words about a figure: muted where it can't be told from zero."""
        if clear:
            return self.ink
        return self.muted


@dataclass(frozen=True)
class Layout:
    """Characters that fit a picture's lines; as given, 530 px, beside the stages at 820."""

    title: int = 62
    subtitle: int = 88
    note: int = 92


_WIDE = Layout()
LIGHT = Palette(
    ground="#FFFFFF",
    ink="#1B2A3A",
    muted="#5F6B78",
    grid="#E4E8EC",
    ex="#7A5CA8",
    cx="#2F6DB5",
    rx="#1A7A62",
    stake="#A86500",
    harm="#BF3F27",
)
DARK = Palette(
    ground="#12171D",
    ink="#E8EDF2",
    muted="#9AA7B4",
    grid="#2A333D",
    ex="#A98BD6",
    cx="#6FA8E8",
    rx="#4DBB9C",
    stake="#E5A93C",
    harm="#EE7B63",
)


def palette(theme: Theme) -> Palette:
    """The colours of a theme."""
    if theme == "dark":
        return DARK
    return LIGHT


def faded(colour: str, opacity: float) -> str:
    """A colour that lets what is behind it through."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity:g})"


def safe(text: str) -> str:
    """Somebody's text with nothing in it that Plotly would read as markup."""
    return html.escape(" ".join(_words(text)), quote=False)


def wrapped(text: str, width: int, lines: int = 3) -> str:
    """`text` in at most `lines` lines of `width` characters, cut with an ellipsis where it is
    longer still.
    """
    return "<br>".join(
        html.escape(row, quote=False) for row in wrap(" ".join(_words(text)), width, lines)
    )


def brief(name: str) -> str:
    """A name short enough for a title."""
    return shorten(name, _BRIEF)


def _words(text: str) -> list[str]:
    """The words of a text; a no-break space does not part them."""
    return [word for word in re.split("[ \t\r\n]+", text) if word]


def spoken(text: str) -> str:
    """A hover's sentence, on lines short enough for a small screen."""
    return wrapped(text, 56, 9)


def blank(
    theme: Theme,
    title: str,
    subtitle: str,
    *,
    names: Sequence[str] = (),
    height: int = 380,
    note: str = "",
) -> go.Figure:
    """An empty figure with its title, subtitle and note in place; named rows set its height and its
    left margin.
    """
    figure = go.Figure(layout=go.Layout(template=_template(palette(theme))))
    head, top = heading(title, subtitle, _WIDE, palette(theme).muted)
    left, tall = _room_for(names) if names else (_ROOM_LEFT + round(_NAME_LETTER * 5), height)
    lines, bottom = note_at_foot(figure, note, left, _WIDE)
    whole = top + bottom + tall if names else height + _NOTE_LINE * lines
    figure.update_layout(
        title={"text": head, "y": 1 - 26 / whole},
        margin={"l": left, "r": 20, "t": top, "b": bottom},
        height=whole,
        meta={"title": title, "subtitle": subtitle, "note": note, "rows": bool(names)},
    )
    return figure


def _room_for(names: Sequence[str]) -> tuple[int, int]:
    """(px left of the rows, px of all rows) that their names need."""
    named = [wrapped(name, NAME_WIDTH).split("<br>") for name in names]
    widest = max(columns(line) for lines in named for line in lines)
    tallest = max([ROW, *(17 * len(lines) + 9 for lines in named)])
    return _ROOM_LEFT + round(_NAME_LETTER * widest), len(named) * tallest


def note_at_foot(figure: go.Figure, note: str, left: int, layout: Layout) -> tuple[int, int]:
    """Writes the note at the picture's foot, in line with its title: (its lines, the margin below
    that it needs, px).
    """
    lines = wrap(note, layout.note) if note else []
    bottom = 56 + _NOTE_LINE * len(lines)
    if lines:
        figure.add_annotation(
            name=NOTE,
            text="<br>".join(html.escape(line, quote=False) for line in lines),
            x=0,
            xref="paper",
            xanchor="left",
            xshift=20 - left,
            y=0,
            yref="paper",
            yanchor="bottom",
            yshift=10 - bottom,
            align="left",
            showarrow=False,
            font={"size": _NOTE, "color": muted_of(figure)},
        )
    return len(lines), bottom


def muted_of(figure: go.Figure) -> str:
    """The muted colour of a picture's template."""
    return str(figure.layout.template.layout.xaxis.tickfont.color)


def zero_line(figure: go.Figure, theme: Theme, axis: Literal["x", "y"] = "x") -> None:
    """Draws the line at zero on one axis."""
    line = {"color": palette(theme).ink, "width": 1}
    if axis == "x":
        figure.add_vline(x=0, line=line, layer="below")
    else:
        figure.add_hline(y=0, line=line, layer="below")


def described(figure: go.Figure, title: str, facts: Sequence[str]) -> go.Figure:
    """The figure with its title and its alt text (title and the numbers that matter) in
    `layout.meta`.
    """
    parts = [title]
    if facts:
        parts.append("; ".join(facts))
    said = ". ".join(parts) + "."
    known = figure.layout.meta or {}
    return figure.update_layout(meta={**known, "alt": said, "title": title})


def _balanced(text: str, width: int) -> list[str]:
    """`text` on as few lines as `width` allows, all about equally long; a figure keeps its percent
    sign.
    """
    text = re.sub(r"(?<=\d) %", "\u00a0%", text)
    lines = wrap(text, width)
    while len(lines) > 1 and len(narrower := wrap(text, width - 1)) == len(lines):
        lines = narrower
        width -= 1
    return lines


def heading(title: str, subtitle: str, layout: Layout, muted: str) -> tuple[str, int]:
    """The title's markup and the top margin it needs, px."""
    head = _balanced(title, layout.title) or [""]
    below = _balanced(subtitle, layout.subtitle)
    text = "<br>".join(f"<b>{html.escape(line, quote=False)}</b>" for line in head)
    for line in below:
        escaped = html.escape(line, quote=False)
        text += f'<br><span style="font-size:{_SUBTITLE}px;color:{muted}">{escaped}</span>'
    return text, 34 + round(1.3 * _TITLE * (len(head) + len(below)))


def _template(colours: Palette) -> go.layout.Template:
    axis = {
        "gridcolor": colours.grid,
        "linecolor": colours.grid,
        "zeroline": False,
        "tickfont": {"color": colours.muted, "size": 12},
        "title": {"font": {"color": colours.muted, "size": 12}, "standoff": 8},
        "automargin": True,
    }
    layout = go.Layout(
        font={"family": FONT, "size": 13, "color": colours.ink},
        title={
            "font": {"size": _TITLE, "color": colours.ink},
            "x": 0,
            "xref": "container",
            "xanchor": "left",
            "yref": "container",
            "yanchor": "top",
            "pad": {"l": 20},
        },
        paper_bgcolor=colours.ground,
        plot_bgcolor=colours.ground,
        colorway=[colours.cx, colours.ex, colours.rx, colours.stake, colours.harm],
        hoverlabel={
            "bgcolor": colours.ground,
            "bordercolor": colours.muted,
            "font": {"color": colours.ink, "size": 13},
            "align": "left",
        },
        xaxis=axis,
        yaxis=axis,
        showlegend=False,
        bargap=0.4,
    )
    return go.layout.Template(layout=layout)
