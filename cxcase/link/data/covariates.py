"""Covariates: tenure, segment, log revenue and named controls as columns of a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cxcase.estimate import Bools, Floats

SMALLEST_GROUP = 10  # customers; smaller segments are taken together
MOST_GROUPS = 12  # largest groups kept apart
LEDGER = ("tenure_months", "segment", "revenue_start")
SHORT = ("tenure_months", "log_revenue")  # controls of the short model, for when events are few


@dataclass(frozen=True, eq=False)
class Columns:
    """Covariates of all N customers as columns, numbers scaled to mean 0 and sd 1.

    values (N, k), groups as 0/1; names (k,); imputed: name -> share missing. centre, spread (k,)
    turn a column back: native = centre + spread x values.
    """

    values: Floats
    names: tuple[str, ...]
    centre: Floats
    spread: Floats
    imputed: dict[str, float]


def known_columns(customers: pd.DataFrame, controls: Sequence[str]) -> Columns:
    """Tenure, segment and log revenue where present, then the named controls.

    For every base customer. A missing number takes the mean and marks itself with a 0/1 column; a
    missing text is a group of its own. A base customer has revenue above 0, so that its logarithm
    exists and the unit of money plays no part.
    """
    known = [
        name
        for name in dict.fromkeys((*LEDGER, *controls))
        if name in customers and customers[name].notna().any()
    ]
    columns = [
        (label, values)
        for name in known
        for label, values in _columns_of(name, customers[name])
        if np.ptp(values) > 0
    ]
    values = np.column_stack([np.empty((len(customers), 0)), *(part for _, part in columns)])
    flag = np.array([":" in label for label, _ in columns], dtype=bool)
    # 0/1 columns stay as they are
    centre = np.where(flag, 0.0, values.mean(0))
    spread = np.where(flag, 1.0, values.std(0))
    return Columns(
        values=(values - centre) / spread,
        names=tuple(label for label, _ in columns),
        centre=centre,
        spread=spread,
        imputed=_imputed(customers[known]),
    )


def _is_number(name: str, column: pd.Series) -> bool:
    """Whether a control is a number whose blanks are filled; the ledger's revenue has none."""
    if name in ("segment", "revenue_start"):
        return False
    return bool(pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column))


def _columns_of(name: str, column: pd.Series) -> list[tuple[str, Floats]]:
    """(label, values (N,)) of one covariate."""
    if name == "revenue_start":
        return [("log_revenue", np.log(column.to_numpy(dtype=float)))]
    if not _is_number(name, column):
        return _groups(name, column)
    values = _numbers(column)
    missing: Bools = np.asarray(~np.isfinite(values), dtype=np.bool_)
    if not missing.any():
        return [(name, values)]
    filled = np.where(missing, values[~missing].mean(), values)
    return [(name, filled), (f"{name}:missing", missing.astype(float))]


def _numbers(column: pd.Series) -> Floats:
    return column.to_numpy(dtype=np.float64, na_value=np.nan)


def _imputed(known: pd.DataFrame) -> dict[str, float]:
    """The share of blanks of each number that has some."""
    numbers = [name for name in known if _is_number(str(name), known[name])]
    missing = {str(name): float((~np.isfinite(_numbers(known[name]))).mean()) for name in numbers}
    return {name: share for name, share in missing.items() if share > 0}


def _groups(name: str, column: pd.Series) -> list[tuple[str, Floats]]:
    code, kinds = pd.factorize(column)
    code = np.where(code < 0, len(kinds), code)
    labels = [*map(str, kinds), ""]  # blank is a group of its own
    counts = np.bincount(code, minlength=len(labels))
    ordered = sorted(range(len(labels)), key=lambda kind: (-int(counts[kind]), labels[kind]))
    kept = [kind for kind in ordered if counts[kind] >= SMALLEST_GROUP][:MOST_GROUPS]
    # the largest group is what the others are compared with; the smallest together are one more
    # group
    columns = [(f"{name}:{labels[kind]}", (code == kind).astype(np.float64)) for kind in kept[1:]]
    rest = ~np.isin(code, kept)
    if kept and rest.any():
        return [*columns, (f"{name}:other", rest.astype(np.float64))]
    return columns
