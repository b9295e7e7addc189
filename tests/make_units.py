"""Companies of units made by a known rule, for tests of the link from units."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from cxcase.intake import Case, Scale, case_from_frames
from cxcase.link.units.table import UnitRows
from cxcase.settings import Settings

# CX points per EX point; churn a year and kept revenue per CX point
A = 0.9
B = -0.030
GROWTH = 0.012
# churn a year per CX point of what a unit always is: between units the slope has the other sign
ALWAYS = 0.045
SCALES = {"ease": Scale(0.0, 10.0), "ex": Scale(1.0, 5.0)}


@dataclass(frozen=True)
class Company:
    """Frames as intake wants them, and what one more point is worth in truth, revenue a year."""

    frame: pd.DataFrame
    worth: float


def make_units(
    seed: int,
    g: int = 40,
    periods: int = 1,
    *,
    always: float = 0.0,
    answers: int = 60,
    employees: int = 12,
) -> Company:
    """Units with EX, CX, churn and revenue. always: churn a year that goes with a unit's lasting
    score (a confounder).

    Each period's score follows engagement of the period before, its churn the score of the period
    before; where there is one period alone, of that period.
    """
    rng = np.random.default_rng([seed, g, periods])
    n = np.exp(rng.normal(5.6, 0.5, g)).round()
    lasting, spirit = rng.normal(size=(2, g))
    rows = []
    earlier = None
    felt = None
    for period in range(periods):
        ex = np.clip(3.5 + 0.35 * spirit + rng.normal(0, 0.35, g), 1, 5)
        mood = ex if earlier is None else earlier
        cx = np.clip(6.5 + A * (mood - 3.5) + 0.5 * lasting + rng.normal(0, 0.35, g), 0, 10)
        felt = cx if felt is None else felt
        rate = np.clip(
            0.16 + B * (felt - 6.5) + always * 0.5 * lasting + 0.01 * rng.normal(size=g), 0.005, 0.6
        )
        quarter = rate if periods == 1 else 1 - (1 - rate) ** 0.25
        lost = rng.binomial(n.astype(int), quarter) / n
        start = n * 1200.0
        kept = 1 - lost + GROWTH * (felt - 6.5) + 0.03 + 0.01 * rng.normal(size=g)
        rows.append(
            pd.DataFrame(
                {
                    "team": [f"Unit {u:03d}" for u in range(g)],
                    "period": pd.Timestamp("2023-03-31") + pd.offsets.QuarterEnd(period),
                    "ex": np.clip(ex + rng.normal(0, 0.8, g) / np.sqrt(employees), 1, 5),
                    "ex_n": float(employees),
                    "ex_sd": 0.8,
                    "ease": np.clip(cx + rng.normal(0, 2.0, g) / np.sqrt(answers), 0, 10),
                    "cx_n": float(answers),
                    "cx_sd": 2.0,
                    "churn_rate": lost,
                    "customers": n,
                    "revenue_start": start,
                    "revenue_end": start * kept,
                    "churn_months": 12.0 if periods == 1 else 3.0,
                    "period_months": 3.0,
                }
            )
        )
        earlier = ex
        felt = cx
    frame = pd.concat(rows, ignore_index=True)
    frame = frame.drop(columns=["period", "period_months"] if periods == 1 else ["revenue_end"])
    return Company(frame, float((n * 1200.0).sum() * -B))


def case_of_units(
    frame: pd.DataFrame, folder: Path, settings: Settings | None = None, **more: pd.DataFrame
) -> Case:
    """A `Case` of units alone."""
    made = case_from_frames(
        {"units": frame, **more}, settings or Settings(), folder, scales={}, unit_scales=SCALES
    )
    return made


def rows_of(g: int, periods: int = 1, **columns: np.ndarray) -> UnitRows:
    """Bare rows: unit u in period p, NaN for whatever is not given."""
    n = g * periods
    names = (
        "cx",
        "cx_n",
        "cx_sd",
        "ex",
        "ex_n",
        "ex_sd",
        "rate",
        "kept",
        "sales",
        "start",
        "customers",
    )
    held = columns.pop("held", np.empty((n, 0)))
    made = UnitRows(
        unit=np.tile(np.arange(g), periods),
        period=np.repeat(np.arange(periods), g),
        names=tuple(f"U{u}" for u in range(g)),
        periods=periods,
        ordered=periods > 1,
        months=3.0 if periods > 1 else None,
        held=held,
        held_names=tuple(f"h{i}" for i in range(held.shape[1])),
        **dict.fromkeys(names, np.full(n, np.nan)),
    )
    return replace(made, **columns)
