"""The rows of the customer list as one row a customer in one currency: what stands twice, what is
in other money.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from cxcase.checks import Finding
from cxcase.estimate import Bools
from cxcase.intake.customer_list.docket import Docket
from cxcase.settings import Settings

MONEY = ("revenue_start", "revenue_end")
# reasons for setting a row aside
TWICE = "duplicate_customer"
OTHER_MONEY = "other_currency"


@dataclass(frozen=True, eq=False)
class Each:
    """rows: unique customer_id, file order. aside: reason -> rows left out. currency: None where
    the list shows one.
    """

    rows: pd.DataFrame
    aside: Mapping[str, pd.DataFrame]
    currency: str | None


def distinct(customers: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(the rows, those that stand there once more in all they say): the second kind changes
    nothing.
    """
    again = customers["customer_id"].duplicated(keep=False).to_numpy()
    said = customers.loc[again].drop(columns=[c for c in ("_row", "_source") if c in customers])
    same = np.zeros(len(customers), dtype=bool)
    same[again] = said.duplicated().to_numpy()
    return customers.loc[~same], customers.loc[same]


def one_row_each(customers: pd.DataFrame, docket: Docket) -> Each:
    """The list without rows that `distinct` would take away: currency first, then customers with
    several rows.
    """
    money, other, currency = _in_one_currency(customers, docket)
    rows, twice = _once(money, docket)
    aside = {reason: left for reason, left in ((OTHER_MONEY, other), (TWICE, twice)) if len(left)}
    return Each(rows, aside, currency)


def main_currency(customers: pd.DataFrame, settings: Settings) -> str | None:
    """The currency most rows are in, or the case's own where somebody chose it; None where one is
    shown at most.
    """
    if "currency" not in customers or customers["currency"].nunique() < 2:
        return None
    counts = customers["currency"].value_counts(sort=False)
    if "currency" in settings.owned and settings.currency in counts.index:
        return settings.currency
    return str(counts.index[int(counts.to_numpy().argmax())])


def _in_one_currency(
    customers: pd.DataFrame, docket: Docket
) -> tuple[pd.DataFrame, pd.DataFrame, str | None]:
    """(rows in the main currency, rows in another that stay out, the main currency)."""
    main = main_currency(customers, docket.settings)
    if main is None:
        return customers, customers.iloc[:0], None
    other = (customers["currency"].notna() & (customers["currency"] != main)).to_numpy()
    names = sorted(customers.loc[other, "currency"].unique().tolist())
    params = {"count": int(other.sum()), "currency": main, "others": names}
    said = Finding("review", "other_currency", "data", params)
    if docket.decide("mixed_currency", int(other.sum()), said) == "main_only":
        return customers.loc[~other], customers.loc[other], main
    rates: Mapping[str, float] = docket.settings.currency_rates
    rate = (
        customers["currency"].where(other).map(dict(rates)).to_numpy(dtype=float, na_value=np.nan)
    )
    unknown = other & np.isnan(rate)
    if unknown.any():
        lacking = sorted(set(names) - set(rates))
        params = {"count": int(unknown.sum()), "currencies": lacking, "currency": main}
        docket.findings.append(Finding("fail", "currency_rate_missing", "data", params))
    factor = np.where(other, rate, 1.0)
    converted = {
        name: customers[name].astype(float) * factor for name in MONEY if name in customers
    }
    return customers.assign(**converted).loc[~unknown], customers.loc[unknown], main


def _once(customers: pd.DataFrame, docket: Docket) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(one row a customer, rows set aside); a row that was added to its customer's is neither lost
    nor set aside.
    """
    ids = customers["customer_id"]
    again = ids.duplicated().to_numpy()
    count = int(again.sum())
    said = Finding("review", "duplicate_customers", "data", {"count": count})
    chosen = docket.decide("duplicate_customers", count, said)
    if not count:
        return customers, customers.iloc[:0]
    if chosen == "add_up":
        return _added_up(customers, again), customers.iloc[:0]
    left = {"last": ids.duplicated(keep="last"), "set_aside": ids.duplicated(keep=False)}.get(
        chosen, ids.duplicated()
    )
    return customers.loc[~left], customers.loc[left]


def _added_up(customers: pd.DataFrame, again: Bools) -> pd.DataFrame:
    """One row a customer: revenue of its rows together, lost when all of them are, else the first
    row's facts.

    An end that is blank counts 0 in a row that was lost; otherwise the whole customer's end is not
    known.
    """
    code, _ = pd.factorize(customers["customer_id"])
    n = int(code.max()) + 1
    flag, date = _left(customers)
    lost = flag | date
    total: dict[str, Any] = {
        "revenue_start": np.bincount(code, customers["revenue_start"].astype(float), n)
    }
    if "revenue_end" in customers:
        end = customers["revenue_end"].to_numpy(dtype=float, na_value=np.nan)
        total["revenue_end"] = np.bincount(code, np.where(np.isnan(end) & lost, 0.0, end), n)
    dated = np.bincount(code, ~date, n) == 0
    if "churned" in customers:
        total["churned"] = np.where(
            dated, np.bincount(code, ~flag, n) == 0, np.bincount(code, ~lost, n) == 0
        )
    if "churn_date" in customers:
        last = pd.to_datetime(customers["churn_date"]).groupby(code, sort=True).max()
        total["churn_date"] = last.where(dated).to_numpy()
    return customers.loc[~again].assign(**total)


def _left(customers: pd.DataFrame) -> tuple[Bools, Bools]:
    """Per row whether it is marked as lost, and whether it carries the day."""
    none = pd.Series(False, index=customers.index)
    date = customers["churn_date"].notna() if "churn_date" in customers else none
    flag = customers["churned"].astype("boolean").fillna(False) if "churned" in customers else date
    return flag.to_numpy(dtype=bool), date.to_numpy(dtype=bool)
