"""The base's price steps under contract in money, decided where percent and money could both be
meant.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from cxcase.checks import Finding
from cxcase.intake.customer_list.docket import Docket
from cxcase.intake.roles.price_steps import AS_MONEY, AS_SHARE

CODE = "price_increase_unit"


def with_price_steps(frame: pd.DataFrame, docket: Docket) -> pd.DataFrame:
    """The base with price_increase (n,), money a year of those who stayed, where the list told it;
    as it is elsewhere.

    A customer without one counts as none. Nobody's is more than what they pay at the end.
    """
    told = [name for name in (AS_SHARE, AS_MONEY) if name in frame and frame[name].notna().any()]
    if not told:
        return frame
    shares = {name: frame[name].astype(float) for name in told}
    share = shares[told[0]]
    if len(told) == 2:
        both = shares[AS_SHARE].notna() & shares[AS_MONEY].notna()
        count = int(both.sum())
        said = Finding(
            "review",
            CODE,
            "data",
            {"count": count, "middle": float((100 * shares[AS_SHARE])[both].median())},
        )
        if docket.decide(CODE, count, said) == "percent":
            first, second = (AS_SHARE, AS_MONEY)
        else:
            first, second = (AS_MONEY, AS_SHARE)
        share = shares[first].fillna(shares[second])
    stayed = ~frame["churned"].astype(bool)
    step = (share * frame["revenue_start"].astype(float)).where(stayed, 0.0)
    most = frame["revenue_end"].astype(float).clip(lower=0.0)
    over = step > most
    docket.findings.extend(_said(step.isna() & stayed, over, int(stayed.sum())))
    return frame.assign(price_increase=step.fillna(0.0).where(~over, most))


def _said(blank: pd.Series, over: pd.Series, stayed: int) -> list[Finding]:
    params: dict[str, dict[str, Any]] = {
        "price_increase_blank": {"count": int(blank.sum()), "total": stayed},
        "price_increase_above_revenue": {"count": int(over.sum())},
    }
    return [
        Finding("review", code, "data", found) for code, found in params.items() if found["count"]
    ]
