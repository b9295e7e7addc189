"""Ranges of months that headings name: "Jan-Sep 2024", "Q1-Q3", "9M", "last 24 months"."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MONTH_NAMES = (
    "jan january januar janvier janv enero ene gennaio gen januari janeiro",
    "feb february februar février fevrier févr fevr febrero febbraio februari fevereiro",
    "mar march märz maerz mrz mars marzo maart março marco mrt",
    "apr april avril avr abril abr aprile",
    "may mai mayo maggio mag maj mei maio",
    "jun june juni juin junio giugno giu junho",
    "jul july juli juillet juil julio luglio lug julho",
    "aug august août aout agosto ago augusti augustus",
    "sep sept september septembre septiembre settembre setembro",
    "oct october okt oktober octobre octubre ottobre ott outubro",
    "nov november novembre noviembre novembro",
    "dec december dez dezember décembre decembre déc diciembre dic dicembre dezembro",
)
MONTH_OF = {word: k for k, words in enumerate(_MONTH_NAMES, 1) for word in words.split()}
_NAME = "(" + "|".join(sorted(MONTH_OF, key=len, reverse=True)) + r")\.?"
_UNTIL = r"(?:[-–—]|to|thru|through|until|till|bis|au|à|al|a|hasta|tot|fino a)"
_MONTH_RANGES = (
    re.compile(rf"\b{_NAME}[\s'-]*(20\d\d|\d\d)?\s*{_UNTIL}\s*{_NAME}[\s'-]*(20\d\d|\d\d)?(?!\w)"),
    re.compile(r"(?<![\d./-])(0?[1-9]|1[0-2])()\s*[-–]\s*(0?[1-9]|1[0-2])\s*[./]\s*(20\d\d)\b"),
    re.compile(
        rf"(?<![\d./-])(0?[1-9]|1[0-2])[./](20\d\d)\s*{_UNTIL}\s*(0?[1-9]|1[0-2])[./](20\d\d)\b"
    ),
)
_AND = r"(?:[+&]|and|und|et|y|e|en)"
_QUARTER_RANGE = re.compile(
    rf"\bq([1-4])\s*'?(20\d\d)?\s*(?:{_UNTIL}|{_AND})\s*q([1-4])\s*'?(20\d\d)?"
)
_NTH_RANGE = re.compile(
    rf"(?<![\w.,])([1-4])()(?:\.|er|e|st|nd|rd|th)?\s*(?:{_UNTIL}|{_AND})\s*([1-4])()"
    r"(?:\.|er|e|st|nd|rd|th)?\s*(?:quartal|quarter|trimestre|kwartaal|kvartal)"
)
_YEAR_RANGE = re.compile(rf"(?<![\d./-])(20\d\d)\s*{_UNTIL}\s*(20\d\d)(?![\d./-])")
_TO_MONTH = re.compile(
    rf"\b(?:to|until|till|thru|through|bis|hasta|fino a)\s+(?:end(?:e)? )?{_NAME}"
)
_SO_MANY = re.compile(
    r"(?<![£$€\w.,])(\d{1,2})[ -]?(m|mths?|months?|monate|mois|meses|mesi|maanden|years?|yrs?|jahre"
    r"|ans|quarters?|quartale)\b(?: (?:up )?(?:to|ending|ended|until|till|bis))?"
)
_LAST_MONTHS = re.compile(r"\b[ltr](\d{1,2})m\b")  # "L3M"; of twelve it is a year's
_YEAR_MONTHS = 12
# "to 30/09": no year beside the day
_TO_DAY = re.compile(rf"(?<!\w){_UNTIL}\s*(?:zum |dem )?(\d{{1,2}})[./-](\d{{1,2}})\.?(?![\d./-])")
_NEARLY_OVER = 28  # day of a month from which it is as good as over
_UNIT_MONTHS = {"q": 3, "y": 12, "j": 12, "a": 12}  # by a unit's first letter; else a month


@dataclass(frozen=True)
class MonthRange:
    """Months that a heading names: so many, the last of them and its year where it says so."""

    words: str
    months: int
    last: int | None = None
    year: int | None = None


def months_named(raw: str) -> MonthRange | None:
    """The months from one to another that a heading names, or how many of them."""
    for pattern in _MONTH_RANGES:
        if match := pattern.search(raw):
            first, begins, last, ends = match.groups()
            return _from_to(match[0], _month_number(first), begins, _month_number(last), ends)
    if match := _QUARTER_RANGE.search(raw) or _NTH_RANGE.search(raw):
        first, begins, last, ends = match.groups()
        return _from_to(match[0], 3 * int(first) - 2, begins, 3 * int(last), ends)
    match = _YEAR_RANGE.search(raw)
    if match and int(match[2]) > int(match[1]) + 1:
        return MonthRange(match[0], 12 * (int(match[2]) - int(match[1]) + 1), 12, int(match[2]))
    if match := _SO_MANY.search(raw):
        return MonthRange(match[0], int(match[1]) * _UNIT_MONTHS.get(match[2][0], 1))
    match = _LAST_MONTHS.search(raw)
    if match and int(match[1]) != _YEAR_MONTHS:
        return MonthRange(match[0], int(match[1]))
    if match := _TO_DAY.search(raw):
        return _to_day(match[0], int(match[1]), int(match[2]))
    if match := _TO_MONTH.search(raw):
        return MonthRange(match[0], MONTH_OF[match[1]], MONTH_OF[match[1]])
    return None


def _to_day(words: str, day: int, month: int) -> MonthRange | None:
    """The months of a year up to a day; of digits whose order is open it is day first."""
    if month > _YEAR_MONTHS:
        day, month = month, day
    if not 1 <= month <= _YEAR_MONTHS:
        return None
    last = month if day >= _NEARLY_OVER else month - 1
    return MonthRange(words, last or 1, last or 1)


def _from_to(words: str, first: int, begins: str | None, last: int, ends: str | None) -> MonthRange:
    """The range from one month to another, with their years where these are named."""
    months = (last - first) % 12 + 1
    if begins and ends:
        months = last - first + 1 + 12 * (int(ends) % 100 - int(begins) % 100)
    year = ends or begins
    return MonthRange(words, months, last, 2000 + int(year) % 100 if year else None)


def _month_number(word: str) -> int:
    return int(word) if word.isdigit() else MONTH_OF[word]
