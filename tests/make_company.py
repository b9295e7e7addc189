"""Companies made by a known rule, for tests of the link: what is true is computed from the rule
itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from cxcase.intake import Case, Scale, case_from_frames
from cxcase.settings import Settings
from cxcase.stats.logit import expit

SLOPE = -0.35
TENURE_SLOPE = -0.3
GROWTH_SLOPE = 0.02
EX_SLOPE = 1.2
SCALE = Scale(0.0, 10.0)


@dataclass(frozen=True)
class Made:
    """Frames as intake wants them, and what is true of this company."""

    frames: dict[str, pd.DataFrame]
    true_ame: float
    true_retention: float
    true_worth: float
    true_ex_to_cx: float


def make(
    seed: int,
    *,
    teams: int = 30,
    customers: int = 6000,
    confounded: float = 0.0,
    leavers_quiet: float = 0.8,
) -> Made:
    """One company. confounded: team factors that raise CX and keep customers; leavers_quiet:
    log-odds of answering.
    """
    rng = np.random.default_rng([seed, 77])
    size = rng.lognormal(0, 0.6, teams)
    team = rng.choice(teams, customers, p=size / size.sum())
    ex_true = rng.normal(3.6, 0.4, teams)
    u = rng.normal(size=(2, teams))
    tenure = rng.normal(size=customers)
    segment = rng.choice(["SME", "Corporate", "Public"], customers, p=[0.6, 0.25, 0.15])
    latent = 6.6 + EX_SLOPE * (ex_true[team] - 3.6) + (0.4 + confounded) * u[0, team] + 0.3 * tenure
    score = np.clip(np.round(latent + rng.normal(0, 1.8, customers)), 0, 10)
    quality = 0.25 * u[1, team] - 1.5 * confounded * u[0, team]
    rest = -1.7 + TENURE_SLOPE * tenure + quality + 0.2 * (segment == "Public")
    p = expit(rest + SLOPE * (score - 6.6))
    churned = rng.uniform(size=customers) < p
    start = rng.lognormal(8 + 0.25 * tenure, 1.0)
    growth = 1.03 + GROWTH_SLOPE * (score - 6.6)
    end = np.where(churned, 0.0, start * np.maximum(growth + rng.normal(0, 0.15, customers), 0.0))
    answered = rng.uniform(size=customers) < expit(-0.3 + 0.3 * tenure - leavers_quiet * churned)
    up = np.minimum(score + 1, 10)
    q = expit(rest + SLOPE * (up - 6.6))
    gain = GROWTH_SLOPE * (up - score)
    retention = float(start @ (p - q))
    frames = {
        "customers": pd.DataFrame(
            {
                "customer_id": [f"C{i:05d}" for i in range(customers)],
                "team": np.char.add("Team ", team.astype(str)),
                "segment": segment,
                "tenure_months": 48 + 20 * tenure,
                "revenue_start": start,
                "revenue_end": end,
                "churned": churned,
            }
        ),
        "ex": _engagement(rng, ex_true),
    }
    frames["cx"] = pd.DataFrame(
        {
            "customer_id": frames["customers"]["customer_id"][answered],
            "responded_at": pd.Timestamp("2025-03-01"),
            "ease": score[answered],
        }
    ).reset_index(drop=True)
    return Made(
        frames=frames,
        true_ame=float((SLOPE * p * (1 - p)).mean()),
        true_retention=retention,
        true_worth=retention
        + float(start @ ((1 - q) * (growth - 1 + gain) - (1 - p) * (growth - 1))),
        true_ex_to_cx=EX_SLOPE,
    )


def _engagement(rng: np.random.Generator, ex_true: np.ndarray) -> pd.DataFrame:
    answers = rng.integers(6, 14, len(ex_true))
    spread = rng.uniform(0.6, 0.8, len(ex_true))
    return pd.DataFrame(
        {
            "team": [f"Team {g}" for g in range(len(ex_true))],
            "wave": pd.Timestamp("2025-01-15"),
            "n": answers,
            "mean": ex_true + rng.normal(size=len(ex_true)) * spread / np.sqrt(answers),
            "sd": spread,
        }
    )


def case_of(
    frames: dict[str, pd.DataFrame], folder: Path, settings: Settings | None = None, **scales: Scale
) -> Case:
    """A `Case` from the frames, ease on 0 to 10 unless other scales are given."""
    return case_from_frames(
        frames,
        settings or Settings(),
        folder,
        scales=scales or {"ease": SCALE},
        ex_scale=Scale(1.0, 5.0),
    )
