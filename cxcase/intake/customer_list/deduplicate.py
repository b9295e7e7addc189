"""One row a customer in one currency: what stands twice in the list, what is in other money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from cxcase.checks import Finding
from cxcase.estimate import Bools
from cxcase.intake.customer_list.contract_rows import APART, told_by
from cxcase.intake.customer_list.docket import Docket, data_finding, decide
from cxcase.settings import UNDECIDED, Settings

MONEY = ("revenue_start", "revenue_end")
# reasons for setting a row aside
TWICE = "duplicate_customer"
OTHER_MONEY = "other_currency"
_PLACES = ("_row", "_source", APART)  # where a row came from, which two equal rows may differ in


@dataclass(frozen=True, eq=False)
class OneRowEach:
    """A customer list with one row a customer.

    rows      unique customer_id, in file order
    aside     reason -> rows left out
    currency  the main one; None where the list shows one at most
    """

    rows: pd.DataFrame
    aside: Mapping[str, pd.DataFrame]
    currency: str | None


def without_repeats(customers: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(the rows, those that repeat an earlier one in all they say, which changes nothing)."""
    again = customers["customer_id"].duplicated(keep=False).to_numpy()
    said = customers.loc[again].drop(columns=[c for c in _PLACES if c in customers])
    same = np.zeros(len(customers), dtype=bool)
    same[again] = said.duplicated().to_numpy()
    return customers.loc[~same], customers.loc[same]


def one_row_each(customers: pd.DataFrame, settings: Settings) -> tuple[OneRowEach, Docket]:
    """The list in one currency, then with one row a customer; and what was decided on the way.

    customers: without what `without_repeats` takes away.
    """
    money, other, currency, about_money = _in_one_currency(customers, settings)
    rows, twice, about_rows = once(money, settings)
    aside = {reason: left for reason, left in ((OTHER_MONEY, other), (TWICE, twice)) if len(left)}
    return OneRowEach(rows, aside, currency), about_money + about_rows


def main_currency(customers: pd.DataFrame, settings: Settings) -> str | None:
    """The currency most rows are in, or the case's own where somebody chose it; None where the
    list shows one at most.
    """
    if "currency" not in customers or customers["currency"].nunique() < 2:
        return None
    counts = customers["currency"].value_counts(sort=False)
    if "currency" in settings.owned and settings.currency in counts.index:
        return settings.currency
    return str(counts.index[int(counts.to_numpy().argmax())])


def _in_one_currency(
    customers: pd.DataFrame, settings: Settings
) -> tuple[pd.DataFrame, pd.DataFrame, str | None, Docket]:
    """(rows in the main currency, rows in another that stay out, the main currency, docket)."""
    main = main_currency(customers, settings)
    if main is None:
        return customers, customers.iloc[:0], None, Docket()
    other = (customers["currency"].notna() & (customers["currency"] != main)).to_numpy()
    names = sorted(customers.loc[other, "currency"].unique().tolist())
    count = int(other.sum())
    said = data_finding("review", "other_currency", count=count, currency=main, others=names)
    chosen, docket = decide(settings, "mixed_currency", count, said)
    if chosen == "main_only":
        return customers.loc[~other], customers.loc[other], main, docket
    rates = settings.currency_rates
    factor = _factors(customers["currency"], other, rates)
    unknown = np.isnan(factor)
    if unknown.any():
        docket = docket.saying(
            data_finding(
                "fail",
                "currency_rate_missing",
                count=int(unknown.sum()),
                currencies=sorted(set(names) - set(rates)),
                currency=main,
            )
        )
    converted = _times(customers, factor)
    return converted.loc[~unknown], customers.loc[unknown], main, docket


def _factors(currency: pd.Series, other: Bools, rates: Mapping[str, float]) -> np.ndarray:
    """What one unit of each row's money is worth in the main one (n,); NaN where nobody said."""
    rate = currency.where(other).map(dict(rates)).to_numpy(dtype=float, na_value=np.nan)
    return np.where(other, rate, 1.0)


def _times(customers: pd.DataFrame, factor: np.ndarray) -> pd.DataFrame:
    money = [name for name in MONEY if name in customers]
    return customers.assign(**{name: customers[name].astype(float) * factor for name in money})


def once(customers: pd.DataFrame, settings: Settings) -> tuple[pd.DataFrame, pd.DataFrame, Docket]:
    """(one row a customer, rows set aside, docket); a row that was added to its customer's is not
    set aside.

    Rows that a contract, a product or a site tells apart are added up; of all others it is asked.
    """
    ids = customers["customer_id"]
    again = ids.duplicated().to_numpy()
    count = int(again.sum())
    nobody = customers.iloc[:0]
    if not count:
        return customers, nobody, Docket()
    told = told_by(customers.loc[ids.duplicated(keep=False)])
    chosen, docket = decide(settings, "duplicate_customers", count, _said(customers, count, told))
    if chosen == "add_up" or (chosen == UNDECIDED and told):
        rows, about_parts = _added_up(customers, again, settings)
        return rows, nobody, docket + about_parts
    left = _left_out(ids, chosen)
    return customers.loc[~left], customers.loc[left], docket


def terms_once(
    terms: pd.DataFrame, settings: Settings
) -> tuple[pd.DataFrame, list[pd.DataFrame], Docket]:
    """(subscriptions without days, those set aside, docket): each row once, and of rows that
    nothing tells apart it is asked whether they add up.
    """
    rows, same = without_repeats(terms)
    as_list = rows.rename(columns={"annual": "revenue_start"})
    ids = rows["customer_id"]
    count = int(ids.duplicated().sum())
    told = told_by(as_list.loc[ids.duplicated(keep=False)])
    chosen, docket = decide(settings, "duplicate_customers", count, _said(as_list, count, told))
    left = pd.Series(False, index=rows.index)
    if chosen != "add_up" and not (told and chosen == UNDECIDED):
        left = _left_out(ids, chosen)
    aside = [frame for frame in (same, rows.loc[left]) if len(frame)]
    return rows.loc[~left], aside, docket


def _said(customers: pd.DataFrame, count: int, told: str | None) -> Finding:
    """That rows were added up, by what; or the question what they are, with both totals."""
    start = customers["revenue_start"]
    params = {
        "count": count,
        "rows": len(customers),
        "customers": int(customers["customer_id"].nunique()),
        "added": float(start.sum()),
        "first": float(start[~customers["customer_id"].duplicated()].sum()),
    }
    if told:
        return data_finding("review", "contract_rows_added", column=told, **params)
    return data_finding("fail", "duplicate_customers", **params)


def _left_out(ids: pd.Series, chosen: str) -> pd.Series:
    """Marks a customer's rows that do not count: all but the first, all but the last, or all."""
    if chosen == "last":
        return ids.duplicated(keep="last")
    if chosen == "set_aside":
        return ids.duplicated(keep=False)
    return ids.duplicated()


def _added_up(
    customers: pd.DataFrame, again: Bools, settings: Settings
) -> tuple[pd.DataFrame, Docket]:
    """(one row a customer: revenue of its rows together, lost when all of them are, else the first
    row's facts; what is said of rows lost by those who stayed).

    A row that was lost counts 0 at the end, but where it shows revenue and that was decided to be
    kept; any other end that is blank leaves the whole customer's unknown.
    """
    code, _ = pd.factorize(customers["customer_id"])
    n = int(code.max()) + 1
    flag, date = _lost_by(customers)
    lost = flag | date
    dated = _all_of(date, code, n)
    start = customers["revenue_start"].to_numpy(dtype=float, na_value=np.nan)
    total: dict[str, Any] = {"revenue_start": np.bincount(code, start, n)}
    if "revenue_end" in customers:
        end = customers["revenue_end"].to_numpy(dtype=float, na_value=np.nan)
        nothing = lost & (np.isnan(end) | (settings.option("lost_but_paying") == "lost"))
        total["revenue_end"] = np.bincount(code, np.where(nothing, 0.0, end), n)
    gone = _all_of(lost, code, n)
    if "churned" in customers:
        total["churned"] = np.where(dated, _all_of(flag, code, n), gone)
    if "churn_date" in customers:
        last = pd.to_datetime(customers["churn_date"]).groupby(code, sort=True).max()
        total["churn_date"] = last.where(dated).to_numpy()
    docket = Docket()
    partly = lost & ~gone[code]
    if partly.any() and "revenue_end" not in customers:
        params = {"count": int(partly.sum()), "revenue": float(start[partly].sum())}
        docket = docket.saying(data_finding("review", "contracts_lost_of_kept", **params))
    return customers.loc[~again].assign(**total), docket


def _all_of(rows: Bools, code: np.ndarray, n: int) -> Bools:
    """(customers,) True where all rows of the customer are marked."""
    return np.asarray(np.bincount(code, ~rows, n) == 0)


def _lost_by(customers: pd.DataFrame) -> tuple[Bools, Bools]:
    """Per row (whether it is marked as lost, whether it carries the day)."""
    date = pd.Series(False, index=customers.index)
    if "churn_date" in customers:
        date = customers["churn_date"].notna()
    flag = date
    if "churned" in customers:
        flag = customers["churned"].astype("boolean").fillna(False)
    return flag.to_numpy(dtype=bool), date.to_numpy(dtype=bool)
