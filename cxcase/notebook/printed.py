"""Each result in ten lines of text, or as a heading and a table in HTML."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from cxcase.notebook.frames import frame_of
from cxcase.report import format as fmt
from cxcase.report import words

_ROWS = 6  # beside the heading, a reason, the names of the columns, and what is left out
_ROWS_OF_HTML = 20
_WIDTH = 30  # characters of a cell
_COLUMNS = 6  # of a table in text
_MONEY = re.compile(r"[A-Z]{3}\b")  # "GBP per year"
_HIDDEN = ("unit", "do", "lift_low", "lift_high", "npv_base", "slope", "importance_share")

__all__ = ["frame_of", "html_of", "text_of"]


def text_of(result: Any) -> str:
    """The result in at most ten lines: what it is, its first rows, and how many there are more."""
    frame = frame_of(result)
    lines = [_head(result)]
    if not frame.empty:
        lines.append(_cells(frame.head(_ROWS)).to_string(max_colwidth=_WIDTH))
    if len(frame) > _ROWS:
        lines.append(words.say("notebook.more", rows=len(frame) - _ROWS))
    return "\n".join(lines)


def html_of(result: Any) -> str:
    """The result as a heading and a table; what somebody's files hold is escaped."""
    frame = frame_of(result)
    parts = [f"<p><b>{html.escape(_head(result))}</b></p>"]
    if not frame.empty:
        parts.append(_cells(frame.head(_ROWS_OF_HTML)).to_html(border=0))
    if len(frame) > _ROWS_OF_HTML:
        more = words.say("notebook.more", rows=len(frame) - _ROWS_OF_HTML)
        parts.append(f"<p>{html.escape(more)}</p>")
    return "".join(parts)


def _head(result: Any) -> str:
    """What the result is and the key that names it; where it was refused, why."""
    what = words.say(f"notebook.what.{type(result).__name__}")
    head = words.say("notebook.head", what=what, key=result.key[:8])
    refused = getattr(result, "refused", None)
    if refused is None:
        return head
    return f"{head}\n{words.reason(refused).text}"


def _cells(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame's first columns, each cell as people read it."""
    units = frame.attrs["units"]
    columns = [name for name in frame.columns if name not in _HIDDEN][:_COLUMNS]
    shown = {
        name: [_cell(value, _unit(units, name, row)) for row, value in frame[name].items()]
        for name in columns
    }
    return pd.DataFrame(shown, index=frame.index.rename(None))


def _unit(units: Mapping[str, str], column: str, row: Any) -> str:
    """The unit of a column, or of a row where each has its own."""
    return units.get(column) or units.get(row) or ""


def _cell(value: Any, unit: str) -> str:
    if value is None or value != value:
        return fmt.NONE
    if isinstance(value, str):
        return value
    if _MONEY.match(unit):
        return fmt.money(value, unit[:3], 3)
    if unit == "share":
        return fmt.percent(value)
    return fmt.number(value, 3)
