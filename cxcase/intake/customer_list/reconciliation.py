"""The reconciliation of a list made from parts: lines that add up to the penny, for Finance."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from cxcase.intake.customer_list.churn_sources import ChurnSource, Losses
from cxcase.intake.customer_list.run_rates import running
from cxcase.intake.result import Reconciliation

_LOST_BY: Mapping[ChurnSource, str] = {
    "revenue": "lost_by_revenue",
    "events": "lost_by_events",
    "flag": "lost_by_flag",
}


def of_rows(terms: pd.DataFrame, t0: pd.Timestamp) -> list[Reconciliation]:
    """Every subscription row once: running at t0, over by then, not begun; with money a year."""
    on = running(terms, t0)
    ahead = terms["start_date"] > t0
    every = pd.Series(True, index=terms.index)
    annual = terms["annual"]
    return [
        _line("rows_running_at_start", on, annual),
        _line("rows_over_at_start", ~on & ~ahead, annual),
        _line("rows_begun_later", ahead, annual),
        _line("subscription_rows", every, annual),
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
    return [
        _line("running_at_start", had, start),
        *_line_if_any("credits_at_start", start < 0, start),
        _line("new", ~had & has, change),
        _line("expansion", had & has & (change > 0), change),
        _line("contraction", had & has & (change < 0), change),
        _line("lost", had & ~has, change),
        *_line_if_any("corrections", ~had & ~has & (change != 0), change),
        _line("running_at_end", has, end),
        *_line_if_any("credits_at_end", end < 0, end),
    ]


def of_losses(told: Mapping[ChurnSource, Losses], start: pd.Series) -> list[Reconciliation]:
    """How many of the customers at the start each source calls lost, and their revenue at the
    start.
    """
    return [
        _line(_LOST_BY[source], losses.lost & (start > 0), start) for source, losses in told.items()
    ]


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
    lines = []
    if len(lists):
        lines.append(Reconciliation("accounts_in_list", len(lists)))
    lines += _with_revenue(
        "accounts_with_subscription", "accounts_only_with_subscription", terms, lists
    )
    lines += _with_revenue("accounts_with_revenue", "accounts_only_with_revenue", periods, lists)
    if "churned" in facts:
        lines.append(Reconciliation("accounts_marked_lost", int((facts["churned"] == 1).sum())))
    if len(events):
        lines.append(Reconciliation("accounts_with_event", int(events["customer_id"].nunique())))
        lines.append(Reconciliation("events_of_return", int((events["returned"] == 1).sum())))
    return lines


def _with_revenue(
    code: str, code_alone: str, rows: pd.DataFrame, lists: pd.Index
) -> list[Reconciliation]:
    """Customers with such rows, and where there are lists those that none of them has."""
    if rows.empty:
        return []
    ids = pd.Index(rows["customer_id"].unique())
    lines = [Reconciliation(code, len(ids))]
    if len(lists):
        lines.append(Reconciliation(code_alone, len(ids.difference(lists))))
    return lines


def _line(code: str, who: pd.Series, money: pd.Series) -> Reconciliation:
    return Reconciliation(code, int(who.sum()), float(money[who].sum()))


def _line_if_any(code: str, who: pd.Series, money: pd.Series) -> list[Reconciliation]:
    if who.any():
        return [_line(code, who, money)]
    return []
