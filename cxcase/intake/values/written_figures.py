"""Costs, lifts and times as people write them into a list of ideas: "10-15k", "3k pa", "0.3 pts".

What is not wholly understood is no figure: a question comes of it, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from cxcase.intake.values.cells import CODES, blank

_NUMBER = r"\d{1,3}(?:[\s'’]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)*|[.,]\d+"
_SIGN = r"US\$|[£€$¥₹]|(?:" + "|".join(sorted(CODES)) + r")\b|euros?\b|pounds?\b|fr\.|kr\.?"
_SCALES = {"k": 1e3, "t": 1e3, "tsd": 1e3, "m": 1e6, "mio": 1e6, "mn": 1e6}
_SCALE = (
    r"k(?=\W|$|eur|gbp|usd|chf)|t(?=\s?(?:€|£|eur|gbp|usd|chf))|tsd\b\.?|thousand\b|tausend\b"
    r"|mio\b\.?|mn\b|m(?=\W|$|eur|gbp)|mill?ion(?:en|s)?\b"
)
_AMOUNT = re.compile(
    rf"(?P<minus>[-−])?\s*(?:{_SIGN})?\s*(?P<number>{_NUMBER})\s*(?P<scale>{_SCALE})?\s*(?:{_SIGN})?",
    re.IGNORECASE,
)
_TO = r"\s*(?:[-–—]|\bto\b|\bbis\b|\buntil\b|\ba\b|\bà\b)\s*"
_BETWEEN = re.compile(r"^(?:between|zwischen|entre)\s+(.+?)\s+(?:and|und|et|y)\s+(.+)$")
_SPAN = re.compile(rf"^(?P<low>.*?\d.*?)(?:{_TO})(?P<high>.*\d.*)$")
_ABOUT = re.compile(
    r"^(?:~|≈|\+/-|±|c\.|ca\b\.?|circa\b|approx(?:imately|\.)?|about\b|around\b|roughly\b|etwa\b"
    r"|rund\b|ungefähr\b|env(?:iron|\.)|est(?:imated|\.))\s*"
)
_A_YEAR = re.compile(
    r"\bp\.?\s?a\b\.?|\bper\s+(?:annum|year)\b|\ba\s+year\b|\bpro\s+jahr\b|\bim\s+jahr\b"
    r"|\bpar\s+an\b|\bal\s+año\b|/\s*(?:yr|year|jahr|an|año)\b|\b(?:annual|annually|yearly)\b"
    r"|\bjährlich\b|\bopex\b|\brunning\b|\brecurring\b|\bongoing\b|\blaufend(?:e|en)?\b"
)
_A_MONTH = re.compile(
    r"\bp\.?\s?m\b\.?|\b(?:per|a)\s+month\b|\bpro\s+monat\b|\bim\s+monat\b|\bpar\s+mois\b"
    r"|/\s*(?:mo|mth|month|monat|mois)\b|\bmonthly\b|\bmonatlich\b"
)
_ONCE = re.compile(
    r"\bone[\s-]?(?:off|time)\b|\bonce\b|\bcapex\b|\bup[\s-]?front\b|\bset[\s-]?up\b|\binitial\b"
    r"|\beinmal(?:ig|ige|kosten)?\b"
)
_COST_WORDS = re.compile(r"\bcosts?\b|\bkosten\b|[()]")
_IN_FULL = 1000.0  # under "in thousands" nobody writes a step's cost as this much, with its sign
_FREE = re.compile(r"^(?:free|no costs?|nothing|kostenlos|kostenfrei|gratis|keine kosten|gratuit)$")
_PARTS = re.compile(r"\s*(?:\+|;|,(?=\s)|\bplus\b|\band\b|\bund\b|&|\s/\s)\s*")
_WHOLE_AMOUNT = re.compile(r"(?<=\d)[.,][-–—]+(?=\s|$)")  # 999.– is a whole amount
_METRICS = {
    "nps": "nps",
    "csat": "csat",
    "ces": "ease",
    "ease": "ease",
    "effort": "ease",
    "einfachheit": "ease",
    "engagement": "ex",
    "ex": "ex",
    "enps": "enps",
}
_METRIC = re.compile(r"\b(" + "|".join(_METRICS) + r")\b")
_POINTS = re.compile(
    r"(?<![a-zäöü])(?:points?|pts?|punkte?n?|skalenpunkte?n?|puntos?|punti|lift|uplift"
    r"|gain|improvement|verbesserung|on|in|score)\b\.?|[():]"
)
_PERCENT = re.compile(r"%|\bper\s?cent\b|\bprozent\w*|(?<![a-z])pp\b|\bpercentage\b")
_CHANGE = re.compile(r"^(?:from|von)?\s*(\S+?)\s*(?:→|->|=>|\bto\b|\bauf\b)\s*(\S+)$")
_SAYS_CHANGE = re.compile(r"^(?:from|von)\b|→|->|=>")
_MONTHS = {
    r"(?:months?|mths?|mos?|m|monate?n?|mois|mes|meses)": 1.0,
    r"(?:weeks?|wks?|wochen?|semaines?|w)": 12 / 52,
    r"(?:quarters?|qtrs?|quartale?n?)": 3.0,
    r"(?:years?|yrs?|jahre?n?|ans?)": 12.0,
    r"(?:days?|tage?n?|jours?)": 12 / 365,
}
_PLAIN = re.compile(r"[+]?\s*(?P<number>\d+(?:[.,]\d+)?|[.,]\d+)")


@dataclass(frozen=True)
class Span:
    """From one figure to another; the same twice where one is written."""

    low: float
    high: float

    @property
    def middle(self) -> float:
        """Halfway between its ends."""
        return (self.low + self.high) / 2

    @property
    def one(self) -> bool:
        """True where a single figure is written."""
        return self.low == self.high


@dataclass(frozen=True)
class CostColumn:
    """What a column says of its costs: their decimal mark where it is known, whether they are a
    year's, what a figure without a unit is multiplied by, and what brings one that does not say
    its own period to a year.
    """

    decimal: str | None = None
    yearly: bool = False
    times: float = 1.0
    a_year: float = 1.0


@dataclass(frozen=True)
class Cost:
    """What a cell of costs says: an amount once, an amount a year, or both."""

    once: Span | None = None
    yearly: Span | None = None


@dataclass(frozen=True)
class Lift:
    """Points of a scale, and the score they are of where the cell names one.

    percent: a share, of something the cell does not say; never points.
    """

    points: Span
    score: str | None = None
    percent: bool = False


_PLAIN_COLUMN = CostColumn()


def read_cost(cell: Any, column: CostColumn = _PLAIN_COLUMN) -> Cost | None:
    """What a cell of costs says; None where that is not wholly clear."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        amount = float(cell) * column.times
        return _cost_of([(_a_year(Span(amount, amount), column), None)], column.yearly)
    if not isinstance(cell, str) or blank(cell):
        return None
    return _cost(cell, column)


def _a_year(amount: Span, column: CostColumn) -> Span:
    return Span(column.a_year * amount.low, column.a_year * amount.high)


@lru_cache(maxsize=2**12)
def _cost(text: str, column: CostColumn) -> Cost | None:
    text = _WHOLE_AMOUNT.sub("", _tidy(text))
    if _FREE.match(text):
        return _cost_of([(Span(0.0, 0.0), None)], column.yearly)
    whole = _amount_when(text, column)
    if whole is not None:
        return _cost_of([whole], column.yearly)
    return _cost_of([_amount_when(part, column) for part in _PARTS.split(text)], column.yearly)


_When = tuple[Span, bool | None]  # an amount, and whether it is yearly where that is said


def _cost_of(parts: Sequence[_When | None], yearly: bool) -> Cost | None:
    """One amount once, one a year, or one of each; None for anything else."""
    found: dict[bool, Span] = {}
    for part in parts:
        if part is None:
            return None
        amount, said = part
        when = yearly if said is None else said
        if when in found:
            return None
        found[when] = amount
    return Cost(found.get(False), found.get(True))


def _amount_when(text: str, column: CostColumn) -> _When | None:
    """(an amount in full, whether it is a year's where that is said)."""
    bare, a_year = _A_YEAR.subn(" ", text)
    bare, a_month = _A_MONTH.subn(" ", bare)
    bare, once = _ONCE.subn(" ", bare)
    if bool(a_year) + bool(a_month) + bool(once) > 1:
        return None
    amount = _amounts(bare.strip(), column)
    if amount is None:
        return None
    if a_month:
        return Span(12 * amount.low, 12 * amount.high), True
    if a_year or once:
        return amount, bool(a_year)
    return _a_year(amount, column), None


def _amounts(text: str, column: CostColumn) -> Span | None:
    """An amount or a range of amounts; the unit of a range's end holds for its start too."""
    if text.startswith("(") and text.endswith(")"):  # how accountants write a negative
        inside = _one_amount(text[1:-1].strip(), column)
        amount = inside.full(column) if inside else None
        return None if amount is None else Span(-amount, -amount)
    text = _ABOUT.sub("", _COST_WORDS.sub(" ", text).strip(" :="))
    single = _one_amount(text, column)
    if single is not None:
        return _span(single.full(column), single.full(column))
    ends = _ends(text)
    if ends is None:
        return None
    low, high = (_one_amount(end, column) for end in ends)
    if low is None or high is None:
        return None
    if low.scale is None and low.number <= high.number:
        low = replace(low, scale=high.scale)
    return _span(low.full(column), high.full(column))


@dataclass(frozen=True)
class _Amount:
    """A figure, and what its own unit multiplies it by."""

    number: float
    scale: float | None

    def full(self, column: CostColumn) -> float | None:
        """The amount in full; None where under "in thousands" it seems in full already."""
        if self.scale is not None:
            return self.number * self.scale
        if column.times > 1 and abs(self.number) >= _IN_FULL:
            return None
        return self.number * column.times


def _span(low: float | None, high: float | None) -> Span | None:
    """From one to the other where both are known and rising."""
    if low is None or high is None or low > high:
        return None
    return Span(low, high)


def _ends(text: str) -> tuple[str, str] | None:
    """The two ends of a range as they are written."""
    match = _BETWEEN.match(text) or _SPAN.match(text)
    if match is None:
        return None
    return match[1].strip(), match[2].strip()


def _one_amount(text: str, column: CostColumn) -> _Amount | None:
    """An amount with its unit; None for what is not one."""
    match = _AMOUNT.fullmatch(text)
    if match is None:
        return None
    scale = _scale(match["scale"])
    number = _money(match["number"], column.decimal, scaled=scale is not None)
    if number is None:
        return None
    return _Amount(-number if match["minus"] else number, scale)


def _scale(word: str | None) -> float | None:
    if word is None:
        return None
    word = word.rstrip(".").lower()
    if word.startswith(("thous", "taus")):
        return 1e3
    if word.startswith("mil"):
        return 1e6
    return _SCALES[word]


def _money(text: str, decimal: str | None, *, scaled: bool) -> float | None:
    """A figure of money. Three digits behind its only mark are thousands: nobody writes a tenth of
    a penny; before "k" and "m", or against the file's decimal mark, they could be either.
    """
    text = re.sub(r"[\s'’]", "", text)
    marks = [c for c in text if c in ".,"]
    if not marks:
        return float(text)
    last = marks[-1]
    whole, _, rest = text.rpartition(last)
    if len(set(marks)) > 1:
        return _grouped(whole, "." if last == "," else ",", rest)
    if len(marks) > 1:
        return _grouped(text, last, "")
    if len(rest) != 3 or whole in ("", "0") or len(whole) > 3:
        return float(f"{whole or 0}.{rest}")
    if scaled or decimal == last:
        return None
    return float(whole + rest)


def _grouped(whole: str, mark: str, rest: str) -> float | None:
    """A number with thousands in groups; None where the groups are not of three."""
    if not re.fullmatch(rf"\d{{1,3}}(?:{re.escape(mark)}\d{{3}})+", whole):
        return None
    return float(f"{whole.replace(mark, '')}.{rest or 0}")


# ---- lifts ---------------------------------------------------------------------------------------


def read_lift(cell: Any) -> Lift | None:
    """What a cell of lifts says; None where it gives no figure, or not clearly one."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return Lift(Span(float(cell), float(cell)))
    if not isinstance(cell, str) or blank(cell):
        return None
    return _lift(cell)


@lru_cache(maxsize=2**12)
def _lift(text: str) -> Lift | None:
    bare = _ABOUT.sub("", _tidy(text))
    named = {_METRICS[word] for word in _METRIC.findall(bare)}
    bare, percent = _PERCENT.subn(" ", _METRIC.sub(" ", bare))
    bare = _ABOUT.sub("", " ".join(_POINTS.sub(" ", bare).split()))
    points = _points(bare)
    if points is None or len(named) > 1:
        return None
    return Lift(points, next(iter(named), None), bool(percent))


def score_named(heading: str) -> str | None:
    """The one score that a heading of lifts names: ease, csat, nps, ex or enps; None for others."""
    named = {_METRICS[word] for word in _METRIC.findall(_tidy(heading))}
    return named.pop() if len(named) == 1 else None


def _points(text: str) -> Span | None:
    """A figure, a range of figures, or the change from one score to another."""
    if _SAYS_CHANGE.search(text):
        return _change(text)
    signed = _plain(text.removeprefix("-"))
    if signed is not None:
        by = -signed if text.startswith("-") else signed
        return Span(by, by)
    ends = _ends(text)
    if ends is None:
        return None
    return _span(_plain(ends[0]), _plain(ends[1]))


def _change(text: str) -> Span | None:
    """How far a score goes that is written before and after."""
    match = _CHANGE.match(text)
    if match is None:
        return None
    before = _plain(match[1])
    after = _plain(match[2])
    if before is None or after is None:
        return None
    by = round(after - before, 10)
    return Span(by, by)


def _plain(text: str) -> float | None:
    """A figure with at most one mark, a decimal one; a plus before it says nothing."""
    match = _PLAIN.fullmatch(text.strip())
    if match is None:
        return None
    return float(match["number"].replace(",", "."))


# ---- times ---------------------------------------------------------------------------------------


def read_months(cell: Any) -> Span | None:
    """A time in months, "6 weeks" and "1 quarter" too; None where none is given clearly."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return Span(float(cell), float(cell))
    if not isinstance(cell, str) or blank(cell):
        return None
    text = _ABOUT.sub("", _tidy(cell))
    for unit, months in _MONTHS.items():
        bare, found = re.subn(rf"(?<![a-z]){unit}\b\.?", " ", text)
        if found:
            return _time(bare.strip(), months)
    return _time(text, 1.0)


def _time(text: str, months: float) -> Span | None:
    span = _points(text)
    if span is None or span.low < 0:
        return None
    return Span(round(span.low * months, 6), round(span.high * months, 6))


def _tidy(text: str) -> str:
    """In lower case, with plain blanks between words."""
    return " ".join(text.casefold().replace("−", "-").split())
