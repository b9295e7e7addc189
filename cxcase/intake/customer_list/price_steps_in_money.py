"""Price steps under contract in money, decided where percent and money could both be meant."""

from __future__ import annotations

import pandas as pd

from cxcase.checks import Finding
from cxcase.intake.customer_list.docket import Docket, data_finding, decide
from cxcase.intake.roles.price_steps import AS_MONEY, AS_SHARE
from cxcase.settings import Settings

CODE = "price_increase_unit"


def with_price_steps(base: pd.DataFrame, settings: Settings) -> tuple[pd.DataFrame, Docket]:
    """The base with price_increase (n,), money a year of those who stayed, where the list told it;
    as it is elsewhere.

    A customer without one counts as none. Nobody's is more than what they pay at the end.
    """
    told = [name for name in (AS_SHARE, AS_MONEY) if name in base and base[name].notna().any()]
    if not told:
        return base, Docket()
    share, docket = _as_decided({name: base[name].astype(float) for name in told}, settings)
    stayed = ~base["churned"].astype(bool)
    step = (share * base["revenue_start"].astype(float)).where(stayed, 0.0)
    most = base["revenue_end"].astype(float).clip(lower=0.0)
    above = step > most
    docket = docket.saying(*_remarks(step.isna() & stayed, above, int(stayed.sum())))
    return base.assign(price_increase=step.fillna(0.0).where(~above, most)), docket


def _as_decided(told: dict[str, pd.Series], settings: Settings) -> tuple[pd.Series, Docket]:
    """(each step as a share of revenue at the start (n,), docket). told: read as percent, as money
    or as both.
    """
    if len(told) == 1:
        return next(iter(told.values())), Docket()
    percent = told[AS_SHARE]
    money = told[AS_MONEY]
    both = percent.notna() & money.notna()
    count = int(both.sum())
    middle = float((100 * percent)[both].median())
    said = data_finding("review", CODE, count=count, middle=middle)
    chosen, docket = decide(settings, CODE, count, said)
    if chosen == "percent":
        return percent.fillna(money), docket
    return money.fillna(percent), docket


def _remarks(blank: pd.Series, above: pd.Series, stayed: int) -> list[Finding]:
    """How many who stayed have no step, and how many one above what they pay at the end."""
    found = []
    if blanks := int(blank.sum()):
        found.append(data_finding("review", "price_increase_blank", count=blanks, total=stayed))
    if capped := int(above.sum()):
        found.append(data_finding("review", "price_increase_above_revenue", count=capped))
    return found
