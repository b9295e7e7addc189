"""How survey responses meet the customer list: matched by id, in time, one (the latest) a customer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cxcase.checks import Finding, FindingStatus
from cxcase.intake.ledger import Ledger
from cxcase.intake.result import Joins, MomentColumn, Scale
from cxcase.settings import METRICS, Settings

UNMATCHED_REVIEW, UNMATCHED_FAIL = 0.05, 0.5  # shares of responses without a customer
NEAR_SAMPLE = 3


@dataclass(frozen=True, eq=False)
class Matched:
    """responses: one row a responding base customer, in customer order. dropped: rows of `cx` by reason code."""

    responses: pd.DataFrame
    total: int
    matched: int
    dropped: Mapping[str, pd.DataFrame]
    findings: tuple[Finding, ...]


def day_after_last(cx: pd.DataFrame | None) -> dt.date | None:
    """The default t0; None when no response carries a date."""
    if cx is None or "responded_at" not in cx or cx["responded_at"].isna().all():
        return None
    return (pd.to_datetime(cx["responded_at"]).max() + pd.Timedelta(days=1)).date()


def first_day(cx: pd.DataFrame | None) -> dt.date | None:
    """The day of the first response; None when no response carries a date."""
    if cx is None or "responded_at" not in cx or cx["responded_at"].isna().all():
        return None
    return pd.to_datetime(cx["responded_at"]).min().date()


def match_responses(cx: pd.DataFrame, ledger: Ledger, everyone: pd.Series, t0: dt.date | None) -> Matched:
    """The usable responses of base customers. everyone: ids of the whole customer list, base or not."""
    findings: list[Finding] = []
    cx = cx.reset_index(drop=True)
    when = pd.to_datetime(cx["responded_at"]) if "responded_at" in cx else pd.Series(pd.NaT, index=cx.index)
    known = cx["customer_id"].isin(everyone)
    left = cx["customer_id"].map(_churn_dates(ledger))
    late = (when.dt.normalize() > pd.Timestamp(t0)) if t0 else pd.Series(False, index=cx.index)
    gone = known & ~late & left.notna() & (when.dt.normalize() > left)
    in_base = cx["customer_id"].isin(ledger.customers["customer_id"])
    dropped = {
        "response_after_t0": cx[late],
        "response_after_leaving": cx[gone],
        "customer_not_in_list": cx[~known & ~late],
        "customer_outside_base": cx[known & ~late & ~gone & ~in_base],
    }
    findings += [
        Finding("review", code, "data", {"count": len(rows), "t0": t0})
        for code, rows in dropped.items()
        if len(rows) and code != "customer_not_in_list"
    ]
    _judge_match(cx, known, everyone, findings)
    usable = cx.loc[known & ~late & ~gone & in_base]
    responses = _latest(usable, when, ledger.customers["customer_id"], findings)
    return Matched(responses, len(cx), int(known.sum()), dropped, tuple(findings))


def _churn_dates(ledger: Ledger) -> pd.Series:
    inside = ledger.customers.set_index("customer_id")["churn_date"]
    return pd.concat([inside, ledger.outside])


def _latest(usable: pd.DataFrame, when: pd.Series, order: pd.Series, findings: list[Finding]) -> pd.DataFrame:
    ranked = usable.assign(_when=when.loc[usable.index]).sort_values("_when", kind="stable", na_position="first")
    latest = ranked.drop_duplicates("customer_id", keep="last").drop(columns="_when")
    if (extra := len(usable) - len(latest)) > 0:
        findings.append(Finding("ok", "several_responses", "data", {"count": extra}))
    position = pd.Series(np.arange(len(order)), index=order)
    return latest.iloc[np.argsort(position.loc[latest["customer_id"]].to_numpy(), kind="stable")].reset_index(drop=True)


def _judge_match(cx: pd.DataFrame, known: pd.Series, everyone: pd.Series, findings: list[Finding]) -> None:
    missing = int((~known).sum())
    if not len(cx) or not missing:
        return
    share = missing / len(cx)
    params = {"count": missing, "total": len(cx), "share": share}
    if share == 1:
        examples = {"cx": str(cx["customer_id"].iloc[0]), "customers": str(everyone.iloc[0]) if len(everyone) else ""}
        findings.append(Finding("fail", "no_id_overlap", "data", params | examples))
    elif share >= UNMATCHED_REVIEW:
        status: FindingStatus = "fail" if share >= UNMATCHED_FAIL else "review"
        findings.append(Finding(status, "responses_unmatched", "data", params))
    near = _bare(cx.loc[~known, "customer_id"]).isin(_bare(everyone))
    if near.any():
        findings.append(Finding("review", "ids_nearly_match", "data", {"count": int(near.sum())}))


def _bare(ids: pd.Series) -> pd.Series:
    """Ids without case, punctuation and leading zeros: a suggestion, never a match."""
    return ids.astype("str").str.lower().str.replace(r"[^0-9a-z]", "", regex=True).str.lstrip("0")


def metric_of(responses: pd.DataFrame, settings: Settings) -> str | None:
    """The CX metric the case is read on: the one chosen, else the first present."""
    if settings.metric is not None:
        return settings.metric
    return next((m for m in METRICS if m in responses and responses[m].notna().any()), None)


def moments_of(responses: pd.DataFrame, scales: Mapping[str, Scale]) -> tuple[MomentColumn, ...]:
    """Each moment with its counts among responding base customers, in the survey's column order."""
    found = []
    for name, scale in scales.items():
        lived = responses[f"lived:{name}"].astype(bool)
        rated = responses[f"rating:{name}"].notna()
        unanswered = responses.get(f"unanswered:{name}", pd.Series(False, index=responses.index)).fillna(False)
        silent = (unanswered.astype(bool) | (lived & ~rated)) & ~rated
        found.append(
            MomentColumn(name, scale, int((lived & rated).sum()), int(silent.sum()), int((~rated & ~silent).sum()))
        )
    return tuple(found)


def join_counts(
    matched: Matched | None, customers: pd.DataFrame, ex_teams: Sequence[str], suppressed: int, metric: str | None
) -> Joins:
    """How many of each met, and the waterfall from all base customers to the usable ones."""
    responses = matched.responses if matched else pd.DataFrame({"customer_id": []})
    has_team = customers["team"].notna()
    answered = customers["customer_id"].isin(responses["customer_id"])
    scored = (
        responses.loc[responses[metric].notna(), "customer_id"] if metric in responses else pd.Series([], dtype=str)
    )
    usable = answered & has_team & customers["customer_id"].isin(scored)
    teams = set(customers["team"].dropna())
    return Joins(
        responses=matched.total if matched else 0,
        responses_matched=matched.matched if matched else 0,
        responses_unmatched=matched.total - matched.matched if matched else 0,
        customers_with_response=len(responses),
        teams=len(teams),
        teams_with_ex=len(teams & set(ex_teams)),
        teams_suppressed=suppressed,
        waterfall=(
            ("all_customers", len(customers)),
            ("with_response", int(answered.sum())),
            ("with_team", int((answered & has_team).sum())),
            ("usable", int(usable.sum())),
        ),
    )
