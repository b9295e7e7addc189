"""Ratings that stand in a customer table beside its facts: a response a customer, of a day that
nobody wrote down.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from cxcase.intake.ratings.parse import read_ratings
from cxcase.intake.ratings.scales import Rated, settle_scales
from cxcase.intake.tables.row_filter import Sieve, Typed
from cxcase.settings import METRICS

BESIDE = "cx:"  # before the survey's own column name


def type_ratings(sieve: Sieve, columns: Mapping[str, str], decisions: Mapping[str, Any]) -> Typed:
    """cx:<metric> (n,) with high = good for the metrics among the columns, and their scales.

    A mark that cannot be read or lies off the scale is left blank and said: the customer stays in
    the list.
    """
    named = [m for m in METRICS if m in columns]
    if not named:
        return Typed({})
    rated = [Rated(m, columns[m], read_ratings(sieve.table.column(columns[m]))) for m in named]
    settled = settle_scales(rated, decisions, sieve)
    out: dict[str, Any] = {}
    for column in (r for r in rated if r.field in settled.scales):
        scale = settled.scales[column.field]
        values = column.ratings.values.copy()
        zero = (values == 0) & (scale.low > 0)
        values[zero] = np.nan
        outside = (values < scale.low) | (values > scale.high)
        sieve.blanked(column.ratings.bad | outside, column.heading)
        values[outside] = np.nan
        if column.field in settled.turned:
            out[f"{BESIDE}{column.field}"] = scale.low + scale.high - values
        else:
            out[f"{BESIDE}{column.field}"] = values
    if out:
        params = {
            "columns": [columns[n.removeprefix(BESIDE)] for n in out],
            "count": int(_any(out).sum()),
        }
        sieve.say("review", "ratings_in_customer_table", **params)
    return Typed(out, settled.scales, settled.decisions())


def _any(columns: Mapping[str, Any]) -> Any:
    return np.any([~np.isnan(v) for v in columns.values()], axis=0)
