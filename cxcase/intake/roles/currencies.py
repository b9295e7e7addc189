"""Which currency each row is in: by a column of its own, or by the signs beside the money."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from cxcase.intake.tables.row_filter import Sieve
from cxcase.intake.values.cells import CODES, Cells, blank, currency_of, each, shows_more, sign_of

_CODE = re.compile(r"[A-Za-z]{3}")
_NAMED = {
    "pound": "GBP", "pounds": "GBP", "pound sterling": "GBP", "sterling": "GBP", "pfund": "GBP", "livre": "GBP",
    "euro": "EUR", "euros": "EUR", "dollar": "USD", "dollars": "USD", "us dollar": "USD", "us dollars": "USD",
    "franken": "CHF", "swiss franc": "CHF", "swiss francs": "CHF", "yen": "JPY", "rupee": "INR", "rupees": "INR",
}  # fmt: skip


def currencies_by_row(
    sieve: Sieve, columns: Mapping[str, str], money: Sequence[Cells]
) -> dict[str, Any]:
    """{"currency": codes (n,)} from the column of that name, or from signs where these differ
    between rows; else {}.
    """
    if "currency" in columns:
        cells = sieve.table.column(columns["currency"])
        return {"currency": each(cells, _code)}
    shown = [each(cells, sign_of) for cells in money if shows_more(cells)]
    if len({code for codes in shown for code in codes} - {None}) < 2:
        return {}
    return {"currency": [next((c for c in row if c), None) for row in zip(*shown, strict=True)]}


def one_currency(by_row: Mapping[str, Any], money: Sequence[Cells]) -> str | None:
    """The currency of the table: what its money shows, else the only one its column names."""
    named = set(by_row.get("currency", ())) - {None}
    return next((c for c in map(currency_of, money) if c), None) or (
        named.pop() if len(named) == 1 else None
    )


def _code(cell: Any) -> str | None:
    """A code such as GBP for a code, a sign or a name; other text in capitals, so that it is not
    lost.
    """
    if blank(cell):
        return None
    text = str(cell).strip()
    if _CODE.fullmatch(text) and text.upper() in CODES:
        return text.upper()
    return _NAMED.get(text.lower()) or sign_of(f"{text}1") or text.upper()
