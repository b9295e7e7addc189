"""Rows of contracts: what tells a customer's rows apart, so that their revenue adds up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from cxcase.intake.schema import EXTRA
from cxcase.intake.values.dates import read_dates
from cxcase.intake.values.periods import period_of
from cxcase.intake.vocabulary.headings import clean

APART = "_apart"  # the heading that tells the row from its customer's others; None: nothing does
_CONTRACT = re.compile(
    r"\b(contracts?|agreements?|polic(y|ies)|subscriptions?|products?|plans?|services?|licen[cs]es?"
    r"|modules?|sites?|locations?|branch|stores?|shops?|depots?|outlets?|premises|lines?|skus?"
    r"|packages?|vertrag|vertr[äa]ge|vertrags\w*|produkt\w*|standort\w*|filial\w*|lizenz\w*"
    r"|contrats?|produits?|agences?|contratos?|productos?|produtos?|sucursal\w*|tiendas?"
    r"|contratt[oi]|prodott[oi]|sed[ei]|vestiging\w*|contracten|avtal|kontrakt\w*)\b"
)
_TIME = re.compile(
    r"\b(date|month|period|quarter|year|week|snapshot|as of|as at|wave|day|valid|effective|billed"
    r"|invoice[ds]?|datum|monat|quartal|jahr|stichtag|mois|trimestre|année|annee|exercice|fecha"
    r"|mes|año|data|mese|anno|maand|jaar|månad|år)\b"
)
_LOSS = ("churned", "churn_date")  # each contract ends by itself
_DATES = 0.9  # share of values that are days or periods from which a column is one of time


def with_contracts(frame: pd.DataFrame, columns: Mapping[str, str]) -> pd.DataFrame:
    """The rows of a list with what tells each from its customer's others, where that is a contract,
    a product or a site, and no day, period or snapshot differs between them.

    columns: field -> heading. Where the rows of any customer cannot be told apart nothing is said
    of any.
    """
    again = frame["customer_id"].duplicated(keep=False)
    if not again.any():
        return frame
    rows = frame.loc[again]
    told: str | None = None
    if not any(_differs(rows, name) for name, _ in _of_time(rows, columns)):
        fitting = (h for name, h in _named(rows, columns) if _tells(rows, name, h))
        told = next(fitting, None)
    return frame.assign(**{APART: pd.Series(told, index=frame.index, dtype="object")})


def told_by(rows: pd.DataFrame) -> str | None:
    """The heading that tells these rows apart; None where one of them is not told."""
    if APART not in rows or rows.empty or rows[APART].isna().any():
        return None
    return ", ".join(dict.fromkeys(rows[APART]))


def _named(rows: pd.DataFrame, columns: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(column, its heading) of all that may tell rows apart."""
    for column in rows:
        name = str(column)
        if name.startswith(EXTRA):
            yield name, name.removeprefix(EXTRA)
        elif name in columns and name != "customer_id" and name not in _LOSS:
            yield name, columns[name]


def _tells(rows: pd.DataFrame, name: str, heading: str) -> bool:
    """True for a contract, product or site that differs in all rows of each customer."""
    if not _CONTRACT.search(clean(heading)) or rows[name].isna().any():
        return False
    return not rows.duplicated(["customer_id", name]).any()


def _of_time(rows: pd.DataFrame, columns: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Columns of days, periods or snapshots, by heading or by what stands in them."""
    for name, heading in _named(rows, columns):
        if name.startswith("revenue_"):
            continue
        if _TIME.search(clean(heading)) or _holds_time(rows[name]):
            yield name, heading


def _holds_time(values: pd.Series) -> bool:
    if pd.api.types.is_datetime64_any_dtype(values):
        return bool(values.notna().any())
    if pd.api.types.is_numeric_dtype(values):
        return False
    known = values.dropna().unique().tolist()
    if not known:
        return False
    days = ~np.isnat(read_dates(known).values)
    periods = np.array([period_of(value) is not None for value in known])
    return bool((days | periods).mean() >= _DATES)


def _differs(rows: pd.DataFrame, name: str) -> bool:
    """True where a customer's rows have several values of the column."""
    return bool((rows.groupby("customer_id")[name].nunique(dropna=False) > 1).any())
