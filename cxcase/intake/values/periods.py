"""Periods that headings and cells name: months, quarters, halves and years."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from cxcase.intake.values.dates import month_named
from cxcase.intake.vocabulary.headings import clean

_YEAR = r"(?P<year>(?:19|20)\d{2}|\d{2})"
_NTH = r"(?:st|nd|rd|th|er|re|e|eme|ème|º|ª|o|a)? ?"
_SHAPES = tuple(
    re.compile(rf"(?<![^\W_])(?:{shape})(?![^\W_])", re.IGNORECASE)
    for shape in (
        r"(?P<year>20\d{2})[-/._ ]?(?:m|p)?(?P<month>0?[1-9]|1[0-2])"
        r"(?:[-/.](?P<day>0?1)(?:[T ]00:00(?::00)?)?)?",
        r"(?P<month>0?[1-9]|1[0-2])[-/.](?P<year>20\d{2})",
        r"(?:fy|fiscal year)?[-/ ]*(?P<year>20\d{2})[-/ ]*[qt](?P<quarter>[1-4])",
        rf"[qt](?P<quarter>[1-4])[-/ ']*(?:fy)?[-/ ']*{_YEAR}",
        r"(?P<year>20\d{2})[-/ ]*h(?P<half>[12])",
        rf"h(?P<half>[12])[-/ ']*(?:fy)?[-/ ']*{_YEAR}",
        rf"(?P<quarter>[1-4])[qt][-/ ']*{_YEAR}",
        rf"(?P<half>[12])h[-/ ']*{_YEAR}",
        rf"(?P<quarter>[1-4])\.?{_NTH}(?:quartal|quarter|qtr|trimestre|kwartaal|kvartal)"
        rf"[-/ ']*{_YEAR}",
        rf"(?:quartal|quarter|qtr|trimestre|kwartaal|kvartal) ?(?P<quarter>[1-4])[-/ ']*{_YEAR}",
        rf"(?P<half>[12])\.?{_NTH}(?:hj|halbjahr|half|semestre|halfjaar|halvår)[-/ ']*{_YEAR}",
        rf"(?:hj|halbjahr|half|semestre|halfjaar|halvår) ?(?P<half>[12])[-/ ']*{_YEAR}",
        rf"(?P<name>[^\W\d_]{{3,9}})\.?[-/ ']*{_YEAR}",
        r"(?P<year>20\d{2})[-/ ]*(?P<name>[^\W\d_]{3,9})",
        rf"(?P<fiscal>fy|fiscal year|financial year|gj)[-/ ']*{_YEAR}(?![-/]\d)",
        r"(?P<year>20\d{2})(?![-/]\d)",
    )
)
_MONEY_STEM = re.compile(
    r"\b(revenue|sales|turnover|invoiced?|invoices|billed|billings?|amount|mrr|arr|net"
    r"|value|spend|umsatz|betrag|chiffre d affaires|ca|montant|ingresos|importe|ventas"
    r"|facturación)\b"
)

_TOTAL = re.compile(
    r"totals?|sum|full year|year|whole year|gesamt|summe|jahr|année|annee|anno|año|jaar|totaal"
)
_YEAR_MONTHS = 12


@dataclass(frozen=True, order=True)
class Period:
    """From the first day up to, and without, the day after the last."""

    start: dt.date
    end: dt.date
    fiscal: bool = False  # named as a fiscal year, which is taken for the calendar's

    @property
    def months(self) -> int:
        """How many calendar months it holds."""
        return 12 * (self.end.year - self.start.year) + self.end.month - self.start.month


def period_of(label: Any) -> Period | None:
    """The period named, such as "2024-01", "Jan 24", "Q1 2025", "H2 2024", "FY2025"; or None."""
    found = _found(str(label))
    if found:
        return found[0]
    return None


def period_and_rest(label: Any) -> tuple[Period, str] | None:
    """(the period named, the words without it), of one label; None where it names none."""
    return _found(str(label))


def _found(text: str) -> tuple[Period, str] | None:
    """(period, the text without it)."""
    for shape in _SHAPES:
        for match in shape.finditer(text):
            if (period := _period(match.groupdict())) is not None:
                return period, f"{text[: match.start()]} {text[match.end() :]}"
    return None


def _period(named: Mapping[str, str | None]) -> Period | None:
    year = int(named["year"] or 0)
    year += 2000 if year < 100 else 0
    if name := named.get("name"):
        month = month_named(name)
        if month is None:
            return None
        return span(year, month, 1)
    if named.get("month"):
        return span(year, int(named["month"] or 0), 1)
    if named.get("quarter"):
        return span(year, 3 * int(named["quarter"] or 0) - 2, 3)
    if named.get("half"):
        return span(year, 6 * int(named["half"] or 0) - 5, 6)
    whole = span(year, 1, 12)
    return Period(whole.start, whole.end, fiscal=bool(named.get("fiscal")))


def span(year: int, month: int, months: int) -> Period:
    """So many calendar months from the first of this one."""
    after = year * 12 + month - 1 + months
    return Period(dt.date(year, month, 1), dt.date(after // 12, after % 12 + 1, 1))


def period_headings(headings: Sequence[str]) -> dict[str, Period]:
    """Heading -> its period, of the columns of revenue of a wide table, by time.

    They are two or more with the same words beside the period, and periods of one length. Of months
    beside their totals by quarter or year the shorter count; a rating or a count by period is no
    revenue.
    """
    named = {h: found for h in headings if (found := _found(h)) is not None}
    kind = {h: (clean(rest), period.months) for h, (period, rest) in named.items()}
    repeated = {one: n for one, n in Counter(kind.values()).items() if n > 1 and _of_money(one[0])}
    if not repeated:
        return {}
    chosen = max(repeated, key=lambda one: (repeated[one], -one[1], one[0]))
    periods = {h: period for h, (period, _) in named.items() if kind[h] == chosen}
    return dict(sorted(periods.items(), key=lambda item: item[1]))


def years_beside(headings: Sequence[str], shorter: Mapping[str, Period]) -> dict[str, Period]:
    """Heading -> its year, of columns of revenue of a whole year beside those of shorter periods of
    other years, `shorter`; none where these are not of whole years, or where two are of one year.
    """
    if not _of_whole_years(list(shorter.values())):
        return {}
    found: dict[str, Period] = {}
    for heading in headings:
        named = None if heading in shorter else _found(heading)
        if named is None or named[0].months != _YEAR_MONTHS:
            continue
        year = named[0]
        beside = all(year.end <= p.start or p.end <= year.start for p in shorter.values())
        if beside and (_of_money(clean(named[1])) or _TOTAL.fullmatch(clean(named[1]))):
            found[heading] = year
    if len({(year.start, year.end) for year in found.values()}) < len(found):
        return {}
    return dict(sorted(found.items(), key=lambda item: item[1]))


def _of_whole_years(shorter: Sequence[Period]) -> bool:
    """True for periods shorter than a year that follow each other from a January on for years."""
    if not shorter or any(period.months >= _YEAR_MONTHS for period in shorter):
        return False
    whole = Period(min(p.start for p in shorter), max(p.end for p in shorter))
    filled = sum(period.months for period in shorter) == whole.months
    return filled and whole.start.month == 1 and whole.months % _YEAR_MONTHS == 0


def parts_of(year: Period, months: int) -> list[Period]:
    """The year's periods of so many months each."""
    return [span(year.start.year, 1 + k, months) for k in range(0, _YEAR_MONTHS, months)]


def _of_money(stem: str) -> bool:
    return not stem or bool(_MONEY_STEM.search(stem))


def day_periods(days: Sequence[dt.date], *, paid: bool = False) -> dict[dt.date, Period]:
    """What the days of a long revenue table stand for.

    The month, quarter or year that each opens or closes, if all open (or all close) a month and
    there are several; else each day itself, as that of an invoice. paid: days on which something
    was billed or paid, each itself.
    """
    known = sorted(set(days))
    opening = all(d.day == 1 for d in known)
    closing = all((d + dt.timedelta(days=1)).day == 1 for d in known)
    if paid or len(known) < 2 or not (opening or closing):
        return {d: Period(d, d + dt.timedelta(days=1)) for d in known}
    months = [12 * d.year + d.month for d in known]
    steps = {b - a for a, b in pairwise(months)}
    length = next(n for n in (12, 6, 3, 1) if all(step % n == 0 for step in steps))
    back = 0 if opening else length - 1
    first = [month - 1 - back for month in months]
    return {day: span(m // 12, m % 12 + 1, length) for day, m in zip(known, first, strict=True)}
