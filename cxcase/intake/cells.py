"""Cells to typed values, decided for the whole column: numbers and money, yes/no, ids, text. Blank cells are None."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cxcase.estimate import Bools, Floats

Cells = Sequence[Any]
BLANK = {"", "-", "–", "—", "n/a", "na", "n.a.", "none", "null", "nan", "nil", "#n/a", ".", "?", "k.a.", "tbc", "tbd"}
_SPACES = re.compile(r"[\s\u00a0\u2007\u202f]+")
_MONEY = re.compile(
    r"^(?P<open>\()?\s*(?P<sign>[-−+])?\s*(?P<before>US\$|[£€$¥₹]|[A-Z]{3}\b|kr\.?|Fr\.?)?\s*(?P<sign2>[-−+])?\s*"
    r"(?P<body>\d[\d.,'’ ]*|[.,]\d+)\s*(?P<unit>%|k\b|m\b|mio\.?)?\s*(?P<after>[£€$¥₹]|[A-Z]{3}\b|kr\.?|Fr\.?)?\s*"
    r"(?P<trail>[-−])?\s*\)?$",
    re.IGNORECASE,
)
_CURRENCY = {"£": "GBP", "€": "EUR", "$": "USD", "US$": "USD", "¥": "JPY", "₹": "INR", "FR": "CHF", "FR.": "CHF"}
CODES = {"GBP", "EUR", "USD", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "JPY", "INR", "AUD", "NZD", "CAD", "SGD", "ZAR"}
_UNITS = {"%": 0.01, "k": 1e3, "m": 1e6, "mio": 1e6, "mio.": 1e6}
_JUDGED = 2000  # different cells that a column's currency is judged by
_WELL_FORMED = {  # thousands in groups, then at most one decimal mark: anything else is not guessed at
    mark: re.compile(rf"^(\d+|\d{{1,3}}(?:([ '’{group}])\d{{2,3}})*[ '’{group}]\d{{3}})?({re.escape(mark)}\d*)?$")
    for mark, group in ((".", ","), (",", "."))
}
_THOUSANDS = {",": re.compile(r"^\d{1,3}(,\d{3})+$"), ".": re.compile(r"^\d{1,3}(\.\d{3})+$")}


@dataclass(frozen=True, eq=False)
class Reading:
    """values (n,), missing as NaN, NaT or None; bad (n,) marks cells that hold something that could not be read."""

    values: Any
    bad: Bools
    note: str | None = None  # what was decided for the column, where that is worth saying


def each(cells: Cells, read: Callable[[Any], Any]) -> list[Any]:
    """`read` of every cell, called once for each distinct value."""
    known = {cell: read(cell) for cell in dict.fromkeys(cells)}
    return [known[cell] for cell in cells]


def tidy(cell: Any) -> Any:
    """The cell without surrounding space; None when nothing is left."""
    if isinstance(cell, str):
        return _SPACES.sub(" ", cell).strip() or None
    if isinstance(cell, float) and cell != cell:
        return None
    return cell


def blank(cell: Any) -> bool:
    """True for an empty cell and for the signs people put into one."""
    return cell is None or (isinstance(cell, str) and cell.lower() in BLANK)


def read_numbers(cells: Cells, decimal: str | None = None) -> Reading:
    """Numbers as float64: symbols, thousands, decimal commas, parentheses and k/m understood. `decimal` breaks ties."""
    matches = {cell: _MONEY.match(cell) for cell in dict.fromkeys(cells) if isinstance(cell, str)}
    mark = _decimal_mark([m["body"].strip() for m in matches.values() if m], decimal)
    values = np.array(each(cells, lambda c: _number(c, matches.get(c), mark)), dtype=float)
    empty = np.array(each(cells, blank), dtype=bool)
    return Reading(values, np.isnan(values) & ~empty)


def currency_of(cells: Cells) -> str | None:
    """The currency most cells show by symbol or code, None when they show none."""
    seen: Counter[str] = Counter()
    for cell in list(dict.fromkeys(cells))[:_JUDGED]:
        match = _MONEY.match(cell) if isinstance(cell, str) else None
        sign = (match["before"] or match["after"] or "").upper() if match else ""
        if code := _CURRENCY.get(sign) or (sign if sign in CODES else None):
            seen[code] += 1
    return seen.most_common(1)[0][0] if seen else None


def _decimal_mark(bodies: Sequence[str], preferred: str | None) -> str:
    """ "." or ",": which of the two is the decimal mark in this column."""
    for body in bodies:
        if "," in body and "." in body:
            return "," if body.rfind(",") > body.rfind(".") else "."
    commas = [b for b in bodies if "," in b]
    if commas:
        return "." if preferred != "," and all(_THOUSANDS[","].match(b) for b in commas) else ","
    dots = [b for b in bodies if "." in b]
    grouped = bool(dots) and all(_THOUSANDS["."].match(b) for b in dots)
    if grouped and (preferred == "," or any(b.count(".") > 1 for b in dots)):
        return ","
    return "."


def _number(cell: Any, match: re.Match[str] | None, mark: str) -> float:
    if isinstance(cell, int | float):
        return float(cell)
    if match is None or not _known_sign(match["before"]) or not _known_sign(match["after"]):
        return np.nan
    body = match["body"].strip()
    if not _WELL_FORMED[mark].match(body):
        return np.nan
    value = float(re.sub(rf"[ '’{'.' if mark == ',' else ','}]", "", body).replace(",", "."))
    negative = (match["open"] is not None) != ("-" in _signs(match) or "−" in _signs(match))
    return (-value if negative else value) * _UNITS.get((match["unit"] or "").lower(), 1.0)


def _signs(match: re.Match[str]) -> str:
    return (match["sign"] or "") + (match["sign2"] or "") + (match["trail"] or "")


def _known_sign(sign: str | None) -> bool:
    return sign is None or sign.upper() in _CURRENCY or sign.upper() in CODES or sign.lower().startswith("kr")


def read_ids(cells: Cells) -> Reading:
    """Ids as text: leading zeros kept, 42.0 written 42."""
    return Reading(each(cells, _id), np.zeros(len(cells), dtype=bool))


def _id(cell: Any) -> str | None:
    if blank(cell):
        return None
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime):
        return cell.isoformat()
    return str(cell)


def read_texts(cells: Cells) -> Reading:
    """Text as it stands, blank as None."""
    return Reading(each(cells, _id), np.zeros(len(cells), dtype=bool))


def read_lists(cells: Cells) -> Reading:
    """Lists as text joined by ";": "R1, R2 / R3" becomes "R1;R2;R3"."""
    return Reading(each(cells, _list), np.zeros(len(cells), dtype=bool))


def _list(cell: Any) -> str | None:
    text = _id(cell)
    if text is None:
        return None
    parts: Iterable[str] = re.split(r"[;,\n]|\s+(?:and|und|et|y)\s+", text)
    return ";".join(p.strip() for p in parts if p.strip()) or None


def share(flags: Floats | Bools | Sequence[bool]) -> float:
    """The share that is true; 0 of nothing."""
    return float(np.mean(np.asarray(flags, dtype=float))) if len(flags) else 0.0
