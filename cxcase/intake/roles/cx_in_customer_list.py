"""Ratings in a customer table beside its facts: a response a customer, its day not written down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from cxcase.estimate import Floats
from cxcase.intake.ratings.parse import read_ratings
from cxcase.intake.ratings.rated_column import Rated
from cxcase.intake.ratings.scales import on_scale, settle_scales
from cxcase.intake.tables.row_filter import Sieve, Typed
from cxcase.settings import METRICS

BESIDE = "cx:"  # how the columns of ratings beside facts start, the metric follows


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
    columns_beside: dict[str, Floats] = {}
    for column in (r for r in rated if r.field in settled.scales):
        values, left_out = on_scale(column, settled, zero_is_none=True)
        sieve.blanked(left_out, column.heading)
        columns_beside[f"{BESIDE}{column.field}"] = values
    if columns_beside:
        anything = np.any([~np.isnan(values) for values in columns_beside.values()], axis=0)
        sieve.say(
            "review",
            "ratings_in_customer_table",
            columns=[columns[name.removeprefix(BESIDE)] for name in columns_beside],
            count=int(anything.sum()),
        )
    return Typed(columns_beside, settled.scales, settled.decisions(), untold=settled.open_of(named))
