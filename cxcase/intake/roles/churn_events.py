"""Leavings, typed: a row a customer and the day it left, why, and whether it came back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from cxcase.intake.roles.customer_ids import customer_ids
from cxcase.intake.roles.customers import dates_of
from cxcase.intake.tables.row_filter import Sieve, Typed, kept
from cxcase.intake.values.cells import read_texts
from cxcase.intake.values.yes_no import read_flags


def type_churn_events(
    sieve: Sieve, columns: Mapping[str, str], decisions: Mapping[str, Any]
) -> Typed:
    """customer_id, churn_date, reason where there is one, returned (1: the event is a return, else
    0).
    """
    table = sieve.table
    ids = customer_ids(sieve, columns)
    date = dates_of(sieve, columns["churn_date"], "churn_date", decisions)
    sieve.drop(date.bad, "not_a_date", columns["churn_date"])
    sieve.drop(np.isnat(date.values), "date_missing", columns["churn_date"])
    data: dict[str, Any] = {"customer_id": ids, "churn_date": date.values}
    if "reason" in columns:
        data["reason"] = read_texts(table.column(columns["reason"])).values
    data["returned"] = np.zeros(len(ids))
    if "returned" in columns:
        flag = read_flags(table.column(columns["returned"]))
        sieve.blanked(flag.bad, columns["returned"])
        data["returned"] = np.array([float(bool(v)) for v in flag.values], dtype=float)
    return Typed({name: kept(values, sieve.alive) for name, values in data.items()})
