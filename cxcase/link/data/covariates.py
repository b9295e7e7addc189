"""What is known of every customer, as columns of a model: tenure, segment, log revenue and named
controls.
"""

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
    """values (N, k), numbers scaled to mean 0 and sd 1, groups as 0/1; names (k,); imputed name ->
    share missing.

    centre, spread (k,) turn a column back: native = centre + spread x values.
    """

    values: Floats
    names: tuple[str, ...]
    centre: Floats
    spread: Floats
    imputed: dict[str, float]


def known_columns(customers: pd.DataFrame, controls: Sequence[str]) -> Columns:
    """Tenure, segment and log revenue where present, then the named controls, for every base
    customer.

    A missing number takes the mean and marks itself with a 0/1 column; a missing text is a group of
    its own. A base customer has revenue above 0, so that its logarithm exists and the unit of money
    plays no part.
    """
    parts: list[tuple[str, Floats]] = []
    imputed: dict[str, float] = {}
    for name in dict.fromkeys((*LEDGER, *controls)):
        if name not in customers or customers[name].isna().all():
            continue
        column = customers[name]
        if name == "revenue_start":
            parts.append(("log_revenue", np.log(column.to_numpy(dtype=float))))
        elif name != "segment" and (
            pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column)
        ):
            parts += _number(name, column.to_numpy(dtype=np.float64, na_value=np.nan), imputed)
        else:
            parts += _groups(name, column)
    parts = [part for part in parts if np.ptp(part[1]) > 0]
    values = (
        np.column_stack([part[1] for part in parts]) if parts else np.empty((len(customers), 0))
    )
    flag = np.array([":" in name for name, _ in parts], dtype=bool)  # 0/1 columns stay as they are
    centre = np.where(flag, 0.0, values.mean(0))
    spread = np.where(flag, 1.0, values.std(0))
    return Columns(
        (values - centre) / spread, tuple(name for name, _ in parts), centre, spread, imputed
    )


def _number(name: str, values: Floats, imputed: dict[str, float]) -> list[tuple[str, Floats]]:
    missing: Bools = np.asarray(~np.isfinite(values), dtype=np.bool_)
    if not missing.any():
        return [(name, values)]
    imputed[name] = float(missing.mean())
    filled = np.where(missing, values[~missing].mean(), values)
    return [(name, filled), (f"{name}:missing", missing.astype(float))]


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
