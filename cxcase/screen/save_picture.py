"""A picture to take along: as PNG, as SVG, and its figures as a table."""

from __future__ import annotations

import csv
import io
import re
from functools import partial
from typing import Any

import streamlit as st

from cxcase import export
from cxcase.report import Report, charts
from cxcase.screen.parts import say

_TYPES = {"png": "image/png", "svg": "image/svg+xml"}
_RISKY = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
)  # a spreadsheet would take a text that starts so for a formula


def picture(name: str, report: Report, **chosen: Any) -> None:
    """The ways to take a chart along, folded into one button."""
    suffix = "-".join(str(v) for v in chosen.values() if isinstance(v, str) and v)
    key = f"take_{name}"
    with st.popover(say("part.take"), type="tertiary", icon=":material/download:"):
        for kind, mime in _TYPES.items():
            st.download_button(
                say(f"part.take_{kind}"),
                partial(_image, name, report, kind, chosen),
                _file(name, suffix, kind),
                mime,
                key=f"{key}_{kind}",
                on_click="ignore",
                width="stretch",
            )
        st.download_button(
            say("part.take_data"),
            partial(table, name, report, **chosen),
            _file(name, suffix, "csv"),
            "text/csv",
            key=f"{key}_csv",
            on_click="ignore",
            width="stretch",
        )


def _file(name: str, suffix: str, kind: str) -> str:
    """A file's name: the chart, what was picked on it in plain letters, and the format."""
    picked = re.sub(r"[\W_]", "-", suffix.lower())[:40].strip("-")
    return f"{'-'.join(filter(None, (name, picked)))}.{kind}"


def _image(name: str, report: Report, kind: str, chosen: dict[str, Any]) -> bytes:
    """The chart drawn by a browser on this machine; where there is none, a line that says so."""
    figure = charts.draw(name, report, "light", **chosen)
    made = export.make_image(figure, kind) if figure is not None else None
    if made is not None:
        return made
    return say("part.take_none").encode()


def table(name: str, report: Report, **chosen: Any) -> bytes:
    """The figures of a chart as CSV: what it says of each thing it draws, and where it lies."""
    heads, rows = charts.figures_of(name, report, **chosen)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heads)
    writer.writerows([[_safe(cell) for cell in row] for row in rows])
    return out.getvalue().encode("utf-8-sig")


def _safe(cell: Any) -> Any:
    if isinstance(cell, str) and cell.startswith(_RISKY):
        return f"'{cell}"
    return cell
