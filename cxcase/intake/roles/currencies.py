"""Which currency each row is in: by a column of its own, or by the signs beside the money."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cxcase.intake.tables.row_filter import Sieve
from cxcase.intake.values.cells import CODES, Cells, blank, currency_of, each, shows_more, sign_of

# typed column: the currencies of a row's amounts where there are two, null elsewhere
CURRENCY_OPEN = "currency_open"
_CODE = re.compile(r"[A-Za-z]{3}")
_CROWNS = re.compile(r"(?<![^\W\d])kr\.?(?!\w)", re.IGNORECASE)
_NAMES = {
    "GBP": ("pound", "pounds", "pound sterling", "sterling", "pfund", "livre"),
    "EUR": ("euro", "euros"),
    "USD": ("dollar", "dollars", "us dollar", "us dollars"),
    "CHF": ("franken", "swiss franc", "swiss francs"),
    "JPY": ("yen",),
    "INR": ("rupee", "rupees"),
}
_NAMED = {name: code for code, names in _NAMES.items() for name in names}


def currencies_by_row(
    sieve: Sieve, columns: Mapping[str, str], money: Sequence[Cells]
) -> dict[str, Any]:
    """{"currency": codes (n,)} from the column of that name, or from signs that differ by row."""
    if "currency" in columns:
        cells = sieve.table.column(columns["currency"])
        return {"currency": each(cells, _code)}
    shown = [each(cells, sign_shown) for cells in money if shows_more(cells)]
    if len({code for codes in shown for code in codes} - {None}) < 2:
        return {}
    return {"currency": [_first(row) for row in zip(*shown, strict=True)]}


def two_currencies(money: Sequence[Cells]) -> dict[str, Any]:
    """{CURRENCY_OPEN: "EUR USD" (n,)} for rows whose amounts show two currencies, None for the
    others; nothing where there is no such row.
    """
    shown = [each(cells, sign_shown) for cells in money if shows_more(cells)]
    if len(shown) < 2:
        return {}
    several = [sorted({*row} - {None}) for row in zip(*shown, strict=True)]
    told = [" ".join(codes) if len(codes) > 1 else None for codes in several]
    return {CURRENCY_OPEN: told} if any(told) else {}


def sign_shown(cell: Any) -> str | None:
    """The currency that one amount shows; of crowns, which several countries have, "KR"."""
    known = sign_of(cell)
    if known is None and isinstance(cell, str) and _CROWNS.search(cell):
        return "KR"
    return known


def first_currency(money: Sequence[Cells]) -> str | None:
    """The currency that the first of these columns shows that shows one."""
    return _first(map(currency_of, money))


def one_currency(by_row: Mapping[str, Any], money: Sequence[Cells]) -> str | None:
    """The currency of the table: what its money shows, else the only one its column names."""
    named = set(by_row.get("currency", ())) - {None}
    shown = first_currency(money)
    if shown is None and len(named) == 1:
        code: str | None = named.pop()
        return code
    return shown


def _first(codes: Iterable[str | None]) -> str | None:
    return next(filter(None, codes), None)


def _code(cell: Any) -> str | None:
    """A code such as GBP for a code, a sign or a name; other text in capitals: it is not lost."""
    if blank(cell):
        return None
    text = str(cell).strip()
    if _CODE.fullmatch(text) and text.upper() in CODES:
        return text.upper()
    return _NAMED.get(text.lower()) or sign_of(f"{text}1") or text.upper()
