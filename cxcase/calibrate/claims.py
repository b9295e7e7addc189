"""What is claimed in companies in which nothing has an effect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from cxcase.calibrate.mistakes import Interval

PAYS = "cx_to_churn: pays"
HARMS = "cx_to_churn: harms"
CHAIN = "chain"
EITHER_WAY = ("cx_to_churn", "ex_to_cx", "ex_to_cx_corrected")


def claims_of(null: Sequence[Mapping[str, Interval]]) -> dict[str, float]:
    """Share of companies without any effect in which one is claimed, by claim.

    That the score changes leaving, or engagement the score, either way; that a better score keeps
    customers (pays), and that it loses them (harms); and the chain, both steps together.
    """
    _, low, high = np.array([run["cx_to_churn"] for run in null], dtype=np.float64).T
    claims = {name: float(np.mean([_clear(run[name]) for run in null])) for name in EITHER_WAY}
    claims |= {PAYS: float(np.mean(high < 0)), HARMS: float(np.mean(low > 0))}
    chain = [_clear(run["ex_to_cx"]) and _clear(run["cx_to_churn"]) for run in null]
    return {**claims, CHAIN: float(np.mean(chain))}


def _clear(found: Interval) -> bool:
    return found[1] > 0 or found[2] < 0
