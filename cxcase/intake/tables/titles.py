"""What a title above a table, or the name of its sheet or file, says of all its amounts: that they
are in thousands or millions, in cents, in which currency.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from cxcase.intake.vocabulary.headings import clean
from cxcase.intake.vocabulary.scale_hints import best_end, high_is_bad, labelled_scale

_LONGEST = 300  # characters of a title
_MONEY = r"(?:US\$|[£€$¥₹]|EUR|GBP|USD|CHF|SEK|NOK|DKK|PLN|CAD|AUD)"
_NAMED = r"(?:euros?|pounds?|dollars?|dólares|libras|pesos|sterling|francs?|franken)"
_THOUSAND = (
    r"(?:thousands?|tsd|tausend|milliers|migliaia|milhares|duizend(?:en|tallen)?|tusen(?:tal)?"
    r"|['’]?000s?|k)"
)
_HUNDREDTH = r"(?:cents?|pence|pennies|rappen|centimes|céntimos|öre|øre)"
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
    (0.01, re.compile(rf"\b(?:in|en) {_HUNDREDTH}\b|\(\s*{_HUNDREDTH}\s*\)", re.IGNORECASE)),
)
# what stands beside the unit of a report, and beside its currency
_UNIT_LABEL = re.compile(r"units?|scale|einheit(en)?|unité|unidad|unità|eenheid|enhet|amounts in")
_CURRENCY_LABEL = re.compile(r"currency|währung|devise|moneda|valuta|moeda|ccy")


@dataclass(frozen=True)
class Unit:
    """What amounts are to be multiplied by, and the title that says so, or names the currency."""

    factor: float = 1.0
    said: str | None = None


NO_UNIT = Unit()


def unit_above(titles: Sequence[Sequence[Any]], sheet: str | None = None, file: str = "") -> Unit:
    """The unit that the rows above a table, or the name of its sheet or file, give its amounts;
    none where they give two.
    """
    found: dict[float, str] = {}
    for title in (*_texts(titles), *filter(None, (sheet, words_of_file(file)))):
        for factor, pattern in _UNITS:
            if pattern.search(title):
                found.setdefault(factor, title)
    if len(found) == 1:
        return Unit(*next(iter(found.items())))
    if found:
        return NO_UNIT
    return Unit(said=next(_currencies(titles), None))


def scale_above(titles: Sequence[Sequence[Any]]) -> str:
    """What the rows above a table say of the scale of its answers and which end is the good one;
    "" where they say nothing of it. What says which end is good comes first.
    """
    texts = [text for text in _texts(titles) if clean(text)]
    rows = [", ".join(c for c in row if isinstance(c, str)) for row in titles]
    said = [*texts, *rows, ", ".join(texts)]
    told = (text for text in said if high_is_bad(text) is not None or best_end(text) is not None)
    stated = (text for text in texts if labelled_scale(text) is not None)
    return next(told, "") or next(stated, "")


def words_of_file(file: str) -> str:
    """A file's name without its folder and ending, its words parted by blanks."""
    return re.sub(r"[_.+-]+", " ", PurePosixPath(file).stem)


def _texts(titles: Sequence[Sequence[Any]]) -> Iterator[str]:
    """The texts of these rows; what stands beside "Unit" as one would say it."""
    for row in titles:
        cells = [c for c in row if isinstance(c, str) and len(c) <= _LONGEST]
        yield from cells
        if len(cells) > 1 and _UNIT_LABEL.fullmatch(clean(cells[0])):
            yield f"in {cells[1]}"


def _currencies(titles: Sequence[Sequence[Any]]) -> Iterator[str]:
    """What stands beside "Currency" above the table."""
    for row in titles:
        cells = [c for c in row if isinstance(c, str)]
        if len(cells) > 1 and _CURRENCY_LABEL.fullmatch(clean(cells[0])):
            yield cells[1]
