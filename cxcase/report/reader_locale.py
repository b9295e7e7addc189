"""Whose way of writing numbers, dates and money is in force; one at a time in each thread.

A locale says how figures look. Words, the letters of thousands and millions among them, belong to
the language.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from babel import Locale
from babel.dates import format_date, format_skeleton

HOUSE = "en_GB"
_NBSP = "\u00a0"
_SHARE = re.compile(r"(?<=\d) %")
_IN_FORCE: ContextVar[str] = ContextVar("locale", default=HOUSE)
_P = ParamSpec("_P")
_T = TypeVar("_T")


def in_force() -> str:
    """The locale in force, such as "de_DE"."""
    return _IN_FORCE.get()


def settle(locale: str) -> None:
    """From here on this thread writes for this locale."""
    _IN_FORCE.set(locale)


@contextmanager
def written_for(locale: str) -> Iterator[None]:
    """Within, this thread writes for this locale."""
    before = _IN_FORCE.set(locale)
    try:
        yield
    finally:
        _IN_FORCE.reset(before)


def as_reader_writes(
    make: Callable[Concatenate[Any, _P], _T],
) -> Callable[Concatenate[Any, _P], _T]:
    """`make`, whose first argument is a report, under the locale of the report's settings."""

    @wraps(make)
    def made(report: Any, /, *args: _P.args, **named: _P.kwargs) -> _T:
        with written_for(report.settings.locale):
            return make(report, *args, **named)

    return made


@cache
def _locale(name: str) -> Locale:
    return Locale.parse(name)


def whole_pattern() -> str:
    """How whole digits are grouped: "#,##0", in India "#,##,##0"."""
    return str(_locale(in_force()).decimal_formats[None].pattern).partition(".")[0]


def percent_sign() -> str:
    """The sign of a share with the space before it, where there is one."""
    if in_force() == HOUSE:
        return f"{_NBSP}%"
    pattern = str(_locale(in_force()).percent_formats[None].pattern)
    return pattern.lstrip("#,0.")


def shares_within(text: str) -> str:
    """A text whose shares ("90 %") are written as the reader writes them."""
    if in_force() == HOUSE:
        return text
    return _SHARE.sub(percent_sign(), text)


def symbol_first() -> bool:
    """True where a currency's symbol stands before the amount."""
    return str(_locale(in_force()).currency_formats["standard"].pattern).startswith("¤")


def day_in_words(day: dt.date) -> str:
    """A date with its month's name: "4 March 2026", "March 4, 2026", "4. März 2026"."""
    return str(format_date(day, "long", locale=in_force()))


def month_and_year(day: dt.date) -> str:
    """A month of a year: "Jul 2026"."""
    return str(format_skeleton("yMMM", day, locale=in_force()))


def short_month(day: dt.date) -> str:
    """A month without its year: "Jul"."""
    return str(format_date(day, "LLL", locale=in_force()))


def full_month(day: dt.date) -> str:
    """A month's name in full: "April"."""
    return str(format_date(day, "LLLL", locale=in_force()))
