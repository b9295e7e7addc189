"""The reconciliation of a list made from parts: lines that add up to the penny, for Finance to
check.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from cxcase.intake.customer_list.churn_sources import ChurnSource, Fate
from cxcase.intake.customer_list.run_rates import running
from cxcase.intake.result import Reconciliation


def of_rows(terms: pd.DataFrame, t0: pd.Timestamp) -> list[Reconciliation]:
    """Every subscription row once: running at t0, over by then, not begun; with its yearly amount."""
    on = running(terms, t0)
    ahead = terms["start_date"] > t0
    parts = {
        "rows_running_at_start": on,
        "rows_over_at_start": ~on & ~ahead,
        "rows_begun_later": ahead,
        "subscription_rows": pd.Series(True, index=terms.index),
    }
    return [
        Reconciliation(code, int(rows.sum()), float(terms.loc[rows, "annual"].sum()))
        for code, rows in parts.items()
    ]


def of_movements(start: pd.Series, end: pd.Series) -> list[Reconciliation]:
    """From the run rate at the start to that twelve months later: + new + expansion − contraction −
    lost.

    start, end: revenue a year by customer. Where a customer's credits exceed what it pays, its
    change is a correction.
    """
    had = start > 0
    has = end > 0
    change = end - start
    parts = {
        "new": ~had & has,
        "expansion": had & has & (change > 0),
        "contraction": had & has & (change < 0),
        "lost": had & ~has,
    }
    lines = [Reconciliation("running_at_start", int(had.sum()), float(start[had].sum()))]
    if (start < 0).any():
        lines.append(
            Reconciliation(
                "credits_at_start", int((start < 0).sum()), float(start[start < 0].sum())
            )
        )
    lines += [
        Reconciliation(code, int(who.sum()), float(change[who].sum()))
        for code, who in parts.items()
    ]
    credit = ~had & ~has & (change != 0)
    if credit.any():
        lines.append(Reconciliation("corrections", int(credit.sum()), float(change[credit].sum())))
    lines.append(Reconciliation("running_at_end", int(has.sum()), float(end[has].sum())))
    if (end < 0).any():
        lines.append(
            Reconciliation("credits_at_end", int((end < 0).sum()), float(end[end < 0].sum()))
        )
    return lines


def of_fates(fates: Mapping[ChurnSource, Fate], start: pd.Series) -> list[Reconciliation]:
    """How many of the customers at the start each source calls lost, and their revenue at the
    start.
    """
    lines = []
    for source, fate in fates.items():
        lost = fate.lost & (start > 0)
        lines.append(Reconciliation(f"lost_by_{source}", int(lost.sum()), float(start[lost].sum())))
    return lines


def of_accounts(
    lists: pd.Index,
    terms: pd.DataFrame,
    periods: pd.DataFrame,
    events: pd.DataFrame,
    facts: pd.DataFrame,
) -> list[Reconciliation]:
    """How many customers each table knows, whatever the day: in lists, with revenue, marked as
    lost, with a leaving.
    """
    lines = [Reconciliation("accounts_in_list", len(lists))] if len(lists) else []
    for code, rows in (("subscription", terms), ("revenue", periods)):
        if len(rows):
            ids = pd.Index(rows["customer_id"].unique())
            lines.append(Reconciliation(f"accounts_with_{code}", len(ids)))
            if len(lists):
                lines.append(
                    Reconciliation(f"accounts_only_with_{code}", len(ids.difference(lists)))
                )
    if "churned" in facts:
        lines.append(Reconciliation("accounts_marked_lost", int((facts["churned"] == 1).sum())))
    if len(events):
        lines.append(Reconciliation("accounts_with_event", int(events["customer_id"].nunique())))
        lines.append(Reconciliation("events_of_return", int((events["returned"] == 1).sum())))
    return lines
