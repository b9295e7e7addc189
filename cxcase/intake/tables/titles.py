"""What a title above a table says of all its amounts: that they are in thousands or millions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_LONGEST = 300  # characters of a title
_MONEY = r"(?:US\$|[£€$¥₹]|EUR|GBP|USD|CHF|SEK|NOK|DKK|PLN|CAD|AUD)"
_NAMED = r"(?:euros?|pounds?|dollars?|dólares|libras|pesos|sterling|francs?|franken)"
_THOUSAND = (
    r"(?:thousands?|tsd|tausend|milliers|migliaia|milhares|duizend(?:en|tallen)?|tusen(?:tal)?"
    r"|['’]?000s?|k)"
)
_MILLION = r"(?:millions?|millionen|mio|mln|mn|milioni|milhões|millones|miljoen(?:en)?|miljoner)"


def _said(word: str, short: str) -> re.Pattern[str]:
    """The unit beside a currency, behind "in", or alone in brackets.

    A number of anything else, "in thousands of customers", is no unit.
    """
    return re.compile(
        rf"(?<![\w.,]){_MONEY}\s?(?:{word}|{short})(?!\w)|(?<![\w.,]){short}\s?{_MONEY}(?!\w)"
        rf"|\b(?:in|en|em)\s+(?:{_MONEY}\s?)?{word}(?!\w)(?!\s+(?:of|de|von|di)\b(?!\s+{_NAMED}))"
        rf"|\(\s*(?:{_MONEY}\s?)?{word}\.?\s*(?:{_MONEY})?\s*\)",
        re.IGNORECASE,
    )


_UNITS = (
    (
        1e3,
        re.compile(
            _said(_THOUSAND, r"[kKT]").pattern
            + rf"|\ben miles(?!\w)(?!\s+de\b(?!\s+{_NAMED}))|千円",
            re.IGNORECASE,
        ),
    ),
    (1e6, re.compile(_said(_MILLION, r"[mM]{1,2}").pattern + "|百万円", re.IGNORECASE)),
)


@dataclass(frozen=True)
class Unit:
    """What amounts are to be multiplied by."""

    factor: float = 1.0
    said: str | None = None  # the title that says so


NO_UNIT = Unit()


def unit_above(titles: Iterable[object]) -> Unit:
    """The unit that the cells above a table give its amounts; none where they give two."""
    found: dict[float, str] = {}
    for title in titles:
        if not isinstance(title, str) or len(title) > _LONGEST:
            continue
        for factor, pattern in _UNITS:
            if pattern.search(title):
                found.setdefault(factor, title)
    if len(found) == 1:
        return Unit(*next(iter(found.items())))
    return NO_UNIT
