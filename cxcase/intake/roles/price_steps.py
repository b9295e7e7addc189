"""What a customer's price goes up by under its contract, as a share of revenue at the start."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from cxcase.estimate import Floats
from cxcase.intake.tables.row_filter import Sieve
from cxcase.intake.values.cells import currency_of, distinct, read_numbers

FIELD = "price_increase"
# both: shares of revenue at the start
AS_SHARE = "price_as_share"
AS_MONEY = "price_as_money"
_PERCENT = re.compile(
    r"%|per ?cent|\bpct\b|prozent|pour ?cent|por ?ciento|procent|percentu|percentag|率",
    re.IGNORECASE,
)
_AMOUNT = re.compile(
    r"[£€$¥]|amount|value|betrag|montant|importe|importo|bedrag|valor|belopp|額", re.IGNORECASE
)
_MOST_PERCENT = 100.0  # above it numbers are money
# the middle step as a share of revenue: numbers below one that would come to more are percent
_MOST_SHARE = 0.25


def price_steps(
    sieve: Sieve, columns: Mapping[str, str], start: Floats | None
) -> dict[str, Floats]:
    """price_as_share, price_as_money or both (n,): the step as a share of `start` read either way,
    NaN where blank.

    Both where heading and cells leave open which it is; nothing where the column holds no amounts,
    which is said. start: revenue a year at the start as the same table has it, in the same money.
    """
    if FIELD not in columns:
        return {}
    heading = columns[FIELD]
    table = sieve.table
    cells = table.column(heading)
    number = read_numbers(cells, table.decimal)
    sieve.blanked(number.bad, heading)
    values = number.values
    known = np.abs(values[~np.isnan(values)])
    if not len(known) or np.isin(known, (0.0, 1.0)).all():  # nothing, or marks of who had one
        sieve.say("review", "price_increase_no_amount", column=heading)
        return {}
    signed = any("%" in v for v in distinct(cells) if isinstance(v, str))
    if signed or (known.max() <= 1 and np.median(known[known > 0]) <= _MOST_SHARE):
        return {AS_SHARE: np.where(np.abs(values) > 1, values / 100, values)}
    if known.max() <= 1 or _PERCENT.search(heading):
        return {AS_SHARE: values / 100}
    as_money = _as_money(values, start)
    if known.max() > _MOST_PERCENT or _AMOUNT.search(heading) or currency_of(cells):
        if not as_money:
            sieve.say("review", "price_increase_without_revenue", column=heading)
        return as_money
    return {AS_SHARE: values / 100} | as_money


def _as_money(values: Floats, start: Floats | None) -> dict[str, Floats]:
    """Money as a share of revenue at the start, NaN where there is none; {} without that."""
    if start is None:
        return {}
    positive = np.where(start > 0, start, 1.0)
    return {AS_MONEY: np.where(start > 0, values / positive, np.nan)}
