"""The only rounding: money, shares, points, months and dates as people read them. None and NaN
become a dash.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any, TypeGuard

from babel.numbers import format_currency, format_decimal, get_currency_symbol

from cxcase.report import language
from cxcase.report import reader_locale as reader

NONE = "—"
_NBSP = "\u00a0"
_MINUS = "−"
_DIGITS = 400  # more than a number can have before and after its point
_JOINER = "\u2060"  # shows nothing; it parts what would become a link that leaves this machine
_LINK = re.compile(r":(?=//)|www(?=\.)|(?<=\w)(?=@\w)", re.IGNORECASE)
_SCALES = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"), (1e3, "thousand"))


def known(value: float | None) -> TypeGuard[float]:
    """True for a finite number."""
    return value is not None and not isinstance(value, str) and math.isfinite(value)


def significant(value: float, figures: int) -> float:
    """`value` to `figures` significant figures, halves away from zero as people round them."""
    if value == 0:
        return 0.0
    step = Decimal(1).scaleb(math.floor(math.log10(abs(value))) + 1 - figures)
    with localcontext(prec=_DIGITS):
        return float(Decimal(repr(float(value))).quantize(step, rounding=ROUND_HALF_UP))


def number(value: float | None, figures: int = 2) -> str:
    """A plain number with `figures` significant figures, never fewer than its whole digits: "0.42",
    "1,234", "3".
    """
    if not known(value):
        return NONE
    if abs(value) >= 10**figures or value == int(value):
        return _decimal(value, 0)
    rounded = significant(value, figures)
    return _decimal(rounded, _places(rounded, figures))


def integer(value: float | None) -> str:
    """A count with thousands separators: "12,003"."""
    if known(value):
        return _decimal(value, 0)
    return NONE


def money(value: float | None, currency: str, figures: int = 2) -> str:
    """Money in k, m or bn: "£2.2 m" with 2 figures (prose), "£2.21 m" with 3 (tables, labels)."""
    if not known(value):
        return NONE
    body, suffix = _scaled(value, figures)
    return _signed(value, body, _with_symbol(body + suffix, currency))


def money_between(low: float | None, high: float | None, currency: str, figures: int = 2) -> str:
    """Both ends of an interval of money, for "between": "£40 k and £1.1 m"."""
    if not (known(low) and known(high)):
        return NONE
    ends = {"low": money(low, currency, figures), "high": money(high, currency, figures)}
    return language.template("number.between").format(**ends)


def money_range(low: float | None, high: float | None, currency: str, figures: int = 2) -> str:
    """An interval of money in the scale of its larger end: "£1.1–3.3 m", "−£0.2 m to £1.1 m"."""
    if not (known(low) and known(high)):
        return NONE
    size, suffix = _scale(max(abs(significant(low, figures)), abs(significant(high, figures))))
    largest = significant(max(abs(low), abs(high)), figures) / size
    if size > 1:
        places = _places(largest, figures)
    elif largest >= 10:
        places = 0
    else:
        places = 2
    first, second = (significant(end, figures) / size for end in (low, high))
    if low and round(first, places) == 0:
        return to(money(low, currency, figures), money(high, currency, figures))
    if low >= 0:
        return _with_symbol(
            f"{_decimal(first, places)}–{_decimal(second, places)}{suffix}", currency
        )
    ends = (
        _signed(end, "", _with_symbol(_decimal(abs(end), places) + suffix, currency))
        for end in (first, second)
    )
    return to(*ends)


def to(low: str, high: str) -> str:
    """Both ends of an interval with the word between them."""
    return language.template("number.to").format(low=low, high=high)


def axis_money(values: Sequence[float], currency: str) -> list[str]:
    """Ticks of one money axis, all in the scale of the largest, one decimal at most: ["£0", "£0.5
    m", "£1.0 m"].
    """
    top = max((abs(v) for v in values), default=0.0)
    size, suffix = _scale(top)
    whole = all(abs(v / size - round(v / size)) < 1e-9 for v in values)
    places = 0 if whole else 1
    return [_tick(value, size, suffix, places, currency) for value in values]


def _tick(value: float, size: float, suffix: str, places: int, currency: str) -> str:
    """One tick of an axis of money; zero has no scale."""
    if not value:
        return _with_symbol("0", currency)
    shown = _with_symbol(_decimal(abs(value) / size, places) + suffix, currency)
    return _signed(value, "", shown)


def money_in_one_scale(values: Sequence[float], currency: str, unit: float) -> list[str]:
    """Sums that are whole numbers of `unit`, all in the scale of the largest, to that unit: ["£286
    k", "£3 k"].
    """
    size, suffix = _scale(max((abs(v) for v in values), default=0.0))
    places = max(0, round(math.log10(size / unit)))
    return [_tick(value, size, suffix, places, currency) for value in values]


def with_sign(text: str, value: float) -> str:
    """Money with a plus before what is more than nothing: "+£12 k"."""
    return f"+{text}" if value > 0 else text


def change(value: float | None, currency: str, figures: int = 2) -> str:
    """Money with its sign always shown: "+£12 k", "−£3.0 k"."""
    text = money(value, currency, figures)
    if known(value) and value > 0 and not text.startswith("+"):
        return f"+{text}"
    return text


def pennies(value: float | None, currency: str) -> str:
    """Money in full, with the currency's own decimals: "£2,211,000.50"."""
    if not known(value):
        return NONE
    with localcontext(prec=_DIGITS):
        return str(format_currency(value, currency, locale=reader.in_force())).replace("-", _MINUS)


def percent(value: float | None, decimals: int | None = None) -> str:
    """A share as a percentage without false decimals: 0.131 -> "13 %", 0.031 -> "3.1 %", 0.9996 ->
    "99.96 %".
    """
    if not known(value):
        return NONE
    places = _percent_places(value) if decimals is None else decimals
    return f"{_decimal(value * 100, places)}{reader.percent_sign()}"


def chance(value: float | None) -> str:
    """A probability in whole percent, never rounded to certainty: "93 %", "more than 99 %", "less
    than 1 %".
    """
    if not known(value):
        return NONE
    if value > 0.99:
        return language.template("number.nearly_all").format(share=percent(0.99, 0))
    if value >= 0.01:
        return percent(value, 0)
    return language.template("number.hardly_any").format(share=percent(0.01, 0))


def percent_range(low: float | None, high: float | None, decimals: int | None = None) -> str:
    """An interval of shares: "11–15 %"."""
    if not (known(low) and known(high)):
        return NONE
    places = max(_percent_places(low), _percent_places(high)) if decimals is None else decimals
    first = _decimal(low * 100, min(places, 1))
    second = _decimal(high * 100, min(places, 1))
    if low >= 0:
        return f"{first}–{second}{reader.percent_sign()}"
    return to(f"{first}{reader.percent_sign()}", f"{second}{reader.percent_sign()}")


def number_range(low: float | None, high: float | None, figures: int = 2) -> str:
    """An interval of plain numbers: "0.31–0.52", with "to" where a sign differs."""
    if not (known(low) and known(high)):
        return NONE
    ends = (number(low, figures), number(high, figures))
    return "–".join(ends) if low >= 0 else to(*ends)


def signed(value: float | None, figures: int = 2) -> str:
    """A number with its sign always shown: "+0.41", "−3.1"."""
    text = number(value, figures)
    if known(value) and value > 0:
        return f"+{text}"
    return text


def lift(value: float | None) -> str:
    """Points of a scale with the decimals of their neighbours: "0.40", "1.30"; below 0.01 as many
    as it takes.
    """
    if not known(value):
        return NONE
    if 0 < abs(value) < 0.01:
        return number(value)
    return _decimal(value, 2)


def points(value: float | None, figures: int = 2) -> str:
    """A number of points of a scale: "0.42 points", "1 point"."""
    return _counted(value, number(value, figures), "point")


def months(value: float | None) -> str:
    """A number of months: "14 months", "1 month"."""
    return _counted(value, integer(value), "month")


def date(value: dt.date | None) -> str:
    """A date in words: "4 March 2026"."""
    if value is not None:
        return reader.day_in_words(value)
    return NONE


def month(value: dt.date | None) -> str:
    """A month of a year: "Jul 2026"."""
    if value is not None:
        return reader.month_and_year(value)
    return NONE


def month_span(first: dt.date, last: dt.date) -> str:
    """Months from one to another: "Jul–Sep 2026", "Nov 2026–Jan 2027", "Jul 2026"."""
    if (first.year, first.month) == (last.year, last.month):
        return month(first)
    if first.year == last.year:
        return f"{reader.short_month(first)}–{month(last)}"
    return f"{month(first)}–{month(last)}"


def month_name(number: int) -> str:
    """The name of a calendar month: 4 -> "April"."""
    return reader.full_month(dt.date(2000, number, 1))


def listed(items: Sequence[Any] | None) -> str:
    """A list in words: "a, b and c"."""
    words = [str(item) for item in items or ()]
    if not words:
        return NONE
    if len(words) == 1:
        return words[0]
    return language.template("number.listed").format(most=", ".join(words[:-1]), last=words[-1])


def markdown(text: str) -> str:
    """`text` with every character that Markdown, HTML or LaTeX would read as its own made plain."""
    plain = "".join(f"\\{c}" if c in "\\`*_{}[]()#+|$~:<>" else c for c in text)
    return _LINK.sub(lambda found: f"{found[0]}{_JOINER}", plain)


def hundredths(value: float | None) -> str:
    """Two decimals with the sign always shown: "+0.41"."""
    if not known(value):
        return NONE
    sign = "+" if round(value, 2) > 0 else ""
    return sign + _decimal(value, 2)


def as_set(value: float | None) -> str:
    """A number as somebody set it, without false decimals: "0.3"."""
    if not known(value):
        return NONE
    return _trimmed(value)


def move(value: float | None) -> str:
    """A move as somebody set it, with its sign: "+0.5"."""
    if not known(value):
        return NONE
    sign = "+" if value > 0 else ""
    return sign + _trimmed(value)


def of_hundred(value: float | None) -> str:
    """A share as customers of a hundred, with its sign: "−3.1"."""
    if not known(value):
        return NONE
    return signed(value * 100)


def _counted(value: float | None, shown: str, unit: str) -> str:
    if not known(value):
        return NONE
    name = unit if shown in ("1", f"{_MINUS}1") else f"{unit}s"
    return language.template(f"number.{name}").format(n=shown).replace(" ", _NBSP, 1)


def _scaled(value: float, figures: int) -> tuple[str, str]:
    """The absolute value in its scale and the scale's letter: 2211000 -> ("2.21", " m")."""
    rounded = abs(significant(value, figures))
    if rounded < 0.005:
        return "0", ""
    size, suffix = _scale(rounded)
    if size == 1:
        whole = rounded >= 10 or rounded == int(rounded)
        return _decimal(rounded, 0 if whole else 2), ""
    # a sum that somebody wrote down as whole thousands stays whole: £7 k, not £7.00 k
    whole = float(value / size).is_integer()
    places = 0 if whole else _places(rounded / size, figures)
    return _decimal(rounded / size, places), suffix


def _scale(top: float) -> tuple[float, str]:
    """The size and the letter of the scale that `top` is read in: 2211000 -> (1e6, " m")."""
    return next(((size, unit_letter(name)) for size, name in _SCALES if top >= size), (1.0, ""))


def unit_letter(name: str) -> str:
    """What stands behind the digits of thousands, millions, billions or trillions: " k"."""
    return f"{_NBSP}{language.template(f'number.{name}')}"


def _places(value: float, figures: int) -> int:
    if value == 0:
        return 0
    return max(0, figures - 1 - math.floor(math.log10(abs(value))))


def _percent_places(value: float) -> int:
    share = abs(value) * 100
    if share == round(share) or 10 <= share <= 99:
        return 0
    if 99 < share < 100:
        if share < 99.95:
            return 1
        return 2
    if share >= 1 or share == 0:
        return 1
    return min(3, -math.floor(math.log10(share)))


def _decimal(value: float, places: int) -> str:
    whole = reader.whole_pattern()
    pattern = f"{whole}.{'0' * places}" if places else whole
    with localcontext(prec=_DIGITS):
        text = str(format_decimal(value, format=pattern, locale=reader.in_force()))
    if text.strip("-0.,"):
        return text.replace("-", _MINUS)
    return text.lstrip("-")


def _trimmed(value: float) -> str:
    """A number as somebody set it, two decimals at most and no false ones: 0.5, 1.25, 2."""
    rounded = round(value, 2)
    places = next(places for places in (0, 1, 2) if round(rounded, places) == rounded)
    return _decimal(rounded, places)


def _signed(value: float | None, body: str, text: str) -> str:
    if value is not None and value < 0 and body != "0":
        return _MINUS + text
    return text


def _with_symbol(body: str, currency: str) -> str:
    symbol = currency_symbol(currency)
    if not reader.symbol_first():
        return f"{body}{_NBSP}{symbol}"
    if symbol[-1].isalpha():
        return f"{symbol}{_NBSP}{body}"
    return f"{symbol}{body}"


def capital(text: str) -> str:
    """The text with its first letter in upper case, the rest as it stands."""
    return text[:1].upper() + text[1:]


def currency_symbol(currency: str) -> str:
    """The currency's symbol in the reader's language: "£", "US$", "CHF"."""
    return str(get_currency_symbol(currency, locale=reader.in_force()))


def symbol_in_formats(symbol: str) -> tuple[str, str]:
    """What stands before and after the digits of an Office number format: ('"£"', "")."""
    plain = symbol.replace('"', "")
    return (f'"{plain}"', "") if reader.symbol_first() else ("", f'"{_NBSP}{plain}"')
