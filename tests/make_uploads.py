"""A small company's spreadsheets, made in memory: enough customers for the stages to work, quick to
read.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

CSV = "text/csv"
MOMENTS = ("Delivery", "Invoice", "Complaint")


def customers(
    n: int = 900, *, teams: int = 9, churn: str = "by score", seed: int = 3
) -> pd.DataFrame:
    """One row a customer with a hidden score; churn: "by score", "nobody" or "everybody"."""
    rng = np.random.default_rng(seed)
    team = rng.integers(teams, size=n)
    score = np.clip(np.round(4.6 + rng.normal(0, 0.5, teams)[team] + rng.normal(0, 1.2, n)), 1, 7)
    chance = {"by score": 1 / (1 + np.exp(-(1.4 - 0.75 * score))), "nobody": 0.0, "everybody": 1.0}[
        churn
    ]
    left = rng.random(n) < chance
    revenue = np.round(rng.lognormal(8, 0.5, n), 2)
    return pd.DataFrame(
        {
            "Customer id": [f"C{k:05d}" for k in range(n)],
            "Branch": [f"Branch {t + 1}" for t in team],
            "Segment": rng.choice(["Trade", "Public"], n),
            "Tenure months": rng.integers(3, 120, n),
            "Revenue start": revenue,
            "Revenue end": np.where(left, 0.0, revenue),
            "Churned": np.where(left, "yes", "no"),
            "score": score,
        }
    )


def survey(
    ledger: pd.DataFrame, *, answered: float = 0.6, ids: str = "C", seed: int = 4
) -> pd.DataFrame:
    """Responses of some of the customers; `ids` is the letter their ids begin with."""
    rng = np.random.default_rng(seed)
    rows = ledger[rng.random(len(ledger)) < answered]
    marks = {
        f"{m} (1-7)": np.clip(rows["score"] + rng.integers(-1, 2, len(rows)), 1, 7).where(
            rng.random(len(rows)) < 0.7
        )
        for m in MOMENTS
    }
    return pd.DataFrame(
        {
            "Customer id": rows["Customer id"].str.replace("C", ids),
            "Response date": "2025-05-14",
            "Ease (1-7)": rows["score"],
            **marks,
        }
    )


def pulse(ledger: pd.DataFrame, seed: int = 5) -> pd.DataFrame:
    """Eight anonymous answers a team."""
    rng = np.random.default_rng(seed)
    mean = ledger.groupby("Branch")["score"].mean()
    rows = [
        {
            "Branch": team,
            "Wave": "2025-03-01",
            "Engagement (1-5)": int(np.clip(round(m - 1 + rng.normal(0, 0.8)), 1, 5)),
        }
        for team, m in mean.items()
        for _ in range(8)
    ]
    return pd.DataFrame(rows)


def recommendations() -> pd.DataFrame:
    """Three steps, the second of which needs the first."""
    return pd.DataFrame(
        {
            "Id": ["S1", "S2", "S3"],
            "Title": ["Call before delivery", "Track every delivery", "Plain invoices"],
            "Moment": ["Delivery", "Delivery", "Invoice"],
            "One-off cost": [4000, 9000, 2500],
            "Yearly cost": [1000, 500, 0],
            "Months to deliver": [2, 3, 1],
            "Lift low": [0.2, 0.1, 0.1],
            "Lift likely": [0.4, 0.3, 0.3],
            "Lift high": [0.7, 0.5, 0.5],
            "Needs": ["", "S1", ""],
        }
    )


def as_csv(frame: pd.DataFrame) -> bytes:
    """The frame as a file, without what the company doesn't know."""
    return frame.drop(columns="score", errors="ignore").to_csv(index=False).encode()


def files(
    *, churn: str = "by score", ids: str = "C", ex: bool = True, steps: bool = True, seed: int = 3
) -> dict[str, bytes]:
    """File name -> bytes of the whole company."""
    ledger = customers(churn=churn, seed=seed)
    made = {"customers.csv": as_csv(ledger), "cx.csv": as_csv(survey(ledger, ids=ids))}
    if ex:
        made["ex.csv"] = as_csv(pulse(ledger))
    if steps:
        made["recommendations.csv"] = as_csv(recommendations())
    return made
