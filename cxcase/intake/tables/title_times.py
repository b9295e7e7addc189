"""For how long the titles above a table, or the name of its sheet or file, say that its amounts
are.
"""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cxcase.intake.tables.titles import words_of_file
from cxcase.intake.vocabulary.headings import clean
from cxcase.intake.vocabulary.money_headings import (
    MoneyHeading,
    money_title,
    names_money,
    speaks_of_other_than_amounts,
)
from cxcase.intake.vocabulary.money_spans import MONTHS_OF
from cxcase.intake.vocabulary.month_ranges import MONTH_OF

_LONGEST = 120  # characters of a title that names a period
# what stands beside the period of a report
_LABEL = re.compile(
    r"((reporting|report|fiscal|accounting) )?(period|month|quarter|time ?frame|time ?span)"
    r"( covered)?|zeitraum|berichtszeitraum|berichtsmonat|abrechnungsmonat|monat|quartal|periode"
    r"|période|periode|mois|trimestre|periodo|período|mes|mese|maand|kwartaal|månad|kvartal|miesiąc"
)
# titles of a day, or of who made the list when
_OF_A_DAY = re.compile(
    r"\b(as (of|at)|stand|stichtag|prepared|created|exported?|extract(ed)?|generated|printed|run on"
    r"|updated|version|erstellt|exportiert|gedruckt|état au|fecha de|date)\b"
)
_TO_DATE = re.compile(
    r"\b(ytd|(year|month|quarter)[ -]to[ -]date|laufendes jahr|lfd\.? jahr|bis dato|aufgelaufen"
    r"|cumul annuel|à date|año en curso|anno in corso|ano corrente|tot op heden|lopend jaar"
    r"|hittills|hidtil|hittil)\b"
)
_MONTH_WORD = "(" + "|".join(sorted(MONTH_OF, key=len, reverse=True)) + r")\.?"
# how a day is written, and what its parts are
_DAYS = (
    (re.compile(r"\b(20\d\d)-(\d\d)-(\d\d)\b"), "ymd"),
    (re.compile(r"(?<![\d./-])(\d{1,2})[./-] ?(\d{1,2})[./-] ?(20\d\d)\b"), "dmy"),
    (
        re.compile(
            rf"\b(\d{{1,2}})(?:\.|st|nd|rd|th|er)?(?: de| of)? {_MONTH_WORD},?(?: de)? (20\d\d)\b"
        ),
        "dmy",
    ),
    (re.compile(rf"\b{_MONTH_WORD} (\d{{1,2}})(?:st|nd|rd|th)?,? (20\d\d)\b"), "mdy"),
    (re.compile(rf"(?<!\d )(?<!\d\. )\b{_MONTH_WORD} (20\d\d)\b"), "my"),
)
_PLANNED = re.compile(r"\b(budget|forecast|prognose|hochrechnung|presupuesto|prévisionnel)\b")
_REPORT = re.compile(
    r"\b(report(s|ing)?|pack|dashboard|close|bericht|rapport|informe|update|review|board|meeting"
    r"|committee|qbr|sitzung|gremium|comité)\b"
)
# days as digits, which in a file's name tell when it was made
_STAMPS = re.compile(r"\b20\d\d ?(0\d|1[0-2])( ?[0-3]\d)?\b|\b[0-3]?\d [01]?\d 20\d\d\b")
# words beside a period that say nothing of what else it could be of
_NEUTRAL = re.compile(
    r"(customers?|clients?|accounts?|lists?|data|overview|figures|all|by|per|the|for|of|and|summary"
    r"|sheet|reports?|reporting|revenue|amounts|kunden|kundenliste|liste|daten|übersicht|bericht"
    r"|aller|und|clientes|lista|relevé|rapport|des|du|de|la|le|export|period)"
)


@dataclass(frozen=True)
class TitleTime:
    """For how long a title says that amounts are.

    times   what would bring them to a year; None where nobody can say
    sure    the title speaks of the amounts themselves
    part    it names one part of a year, "Q4 2024"
    """

    times: float | None
    sure: bool
    part: bool


def time_above(
    titles: Sequence[Sequence[Any]], sheet: str | None, file: str = ""
) -> TitleTime | None:
    """What the rows above a table and the names of its sheet and file say of the time of its
    amounts; None where they say nothing, or that it is a year.
    """
    found = [one for words, told in _candidates(titles) if (one := _time(words, told))]
    if sheet is not None and (named := _time(sheet, False)) is not None:
        found.append(TitleTime(named.times, False, named.part))
    if not found and (named := _of_file(file)) is not None:
        found.append(named)
    if not found or any(one.times == 1 for one in found):
        return None
    if len({one.times for one in found}) > 1:
        return TitleTime(None, False, found[0].part)
    return max(found, key=lambda one: one.sure)


@dataclass(frozen=True)
class Until:
    """That amounts run up to a day; day: which, None where the title does not tell."""

    day: dt.date | None


def until_above(titles: Sequence[Sequence[Any]]) -> Until | None:
    """The last day that the rows above a table name as that of its figures ("as of 30 June 2024",
    "Stand: 30.06.2024"), or that they run to some day ("year to date"); None where they do neither.
    """
    days: list[dt.date] = []
    said = False
    for row in titles:
        text = " ".join(_text_of_day(cell) for cell in row if cell is not None).lower()
        if len(text) > _LONGEST or not (_OF_A_DAY.search(text) or _TO_DATE.search(text)):
            continue
        found = list(_days_in(text))
        days += found
        said |= bool(found) or _TO_DATE.search(text) is not None
    if not said:
        return None
    return Until(max(days, default=None))


def _text_of_day(cell: Any) -> str:
    return cell.isoformat()[:10] if isinstance(cell, dt.date) else str(cell)


def _days_in(text: str) -> Iterator[dt.date]:
    """The days that a text names; of a month alone its last, of digits whose order is open the
    first of both.
    """
    for pattern, order in _DAYS:
        for match in pattern.finditer(text):
            named = dict(zip(order, match.groups(), strict=True))
            month = MONTH_OF.get(named["m"]) or int(named["m"])
            day = int(named.get("d", 0)) or 31
            if month > 12:  # the month was written first
                month, day = day, month
            if month <= 12 and day <= 31:
                last = monthrange(int(named["y"]), month)[1]
                yield dt.date(int(named["y"]), month, min(day, last))


def _of_file(file: str) -> TitleTime | None:
    """What a file's name says where it speaks of money; never sure, as a list may be called after
    the time in which it was made.
    """
    words = _STAMPS.sub(" ", words_of_file(file))
    named = _time(words, False) if names_money(words) else None
    if named is None:
        return None
    return TitleTime(named.times, False, named.part)


def _candidates(titles: Sequence[Sequence[Any]]) -> Iterator[tuple[str, bool]]:
    """(words, whether they stand beside "Period") of the cells above a table."""
    for row in titles:
        cells = [_text(cell) for cell in row if cell is not None]
        labelled = len(cells) > 1 and _LABEL.fullmatch(clean(cells[0])) is not None
        for cell in cells[1:2] if labelled else cells:
            if len(cell) <= _LONGEST:
                yield cell, labelled


def _text(cell: Any) -> str:
    if isinstance(cell, dt.date):
        return f"{cell.year}-{cell.month:02d}"
    return str(cell)


def _time(words: str, labelled: bool) -> TitleTime | None:
    """What one title says; None for one that says nothing of a period of amounts."""
    named = None if _OF_A_DAY.search(words.lower()) else money_title(words)
    if named is None:
        return None
    money = names_money(words)
    if named.span in ("year", "rolling"):
        return TitleTime(1.0, True, False) if money or labelled else None
    if (money and not named.actual) or _PLANNED.search(words.lower()):
        return TitleTime(None, False, False)
    if named.span is None and named.part is None:
        return None
    if not (money or labelled or _only_a_period(named, words)):
        return None
    times = _times_a_year(named)
    told = money and not _REPORT.search(words.lower()) and not speaks_of_other_than_amounts(words)
    return TitleTime(times, told and times is not None, named.part is not None)


def _only_a_period(named: MoneyHeading, words: str) -> bool:
    """True for a title that holds a period and words that say nothing; a month alone only where it
    is all there is.
    """
    if not all(map(_NEUTRAL.fullmatch, named.stem.split())):
        return False
    return named.year is not None or named.part_of != "month" or len(words.split()) == 1


def _tells_two_lengths(named: MoneyHeading) -> bool:
    """True for "Monthly report Q3 2024"."""
    return named.part is not None and named.span in MONTHS_OF and named.span != named.part_of


def _times_a_year(named: MoneyHeading) -> float | None:
    """What brings amounts of this time to a year; None where its length is not told."""
    if named.span == "lifetime" or _tells_two_lengths(named):
        return None
    if named.span != "to_date":
        return named.times_a_year
    if named.covered is not None:
        return MONTHS_OF["year"] / named.covered
    if named.part is None or named.part_of is None:
        return None
    return MONTHS_OF["year"] / (named.part * MONTHS_OF[named.part_of])
