"""One customer list from its parts: run rates at the start and a year later, who was lost, and the
reconciliation.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from cxcase.checks import Finding, FindingStatus
from cxcase.intake.customer_list.churn_sources import (
    ChurnSource,
    Fate,
    by_events,
    by_flag,
    by_revenue,
    decide,
    disputed,
)
from cxcase.intake.customer_list.merge_parts import (
    EXTRA,
    LISTS,
    Joined,
    Part,
    disagreeing,
    join_parts,
)
from cxcase.intake.customer_list.reconciliation import of_accounts, of_fates, of_movements, of_rows
from cxcase.intake.customer_list.run_rates import (
    WINDOW,
    RunRates,
    by_largest,
    ends_are_last_days,
    from_periods,
    from_subscriptions,
    full_year_from,
    grain,
    known_until,
    with_ends_after,
)
from cxcase.intake.result import Reconciliation
from cxcase.intake.schema import Role

SHORT = pd.Timedelta(
    days=31
)  # data that end this much before the year is over are used, and it is said
_ORDER = (
    "customer_id",
    "start_date",
    "end_date",
    "annual",
    "start",
    "end",
    "amount",
    "churn_date",
    "returned",
)
_NONE = pd.Series([], dtype="datetime64[us]")


@dataclass(frozen=True, eq=False)
class OneList:
    """customers: as a whole list would have given them, None where there is no revenue; t0: None
    where none is dated.

    left_out: rows by reason that found no place in it. sources: what could say who was lost;
    disputed: customers about whom these disagree.
    """

    customers: pd.DataFrame | None
    t0: dt.date | None
    reconciliation: tuple[Reconciliation, ...]
    left_out: Mapping[str, Sequence[pd.DataFrame]]
    sources: tuple[ChurnSource, ...] = ()
    disputed: int = 0


@dataclass(frozen=True, eq=False)
class _Dated:
    """The tables with days, the start of the year, and whether the year is over in the data."""

    terms: pd.DataFrame
    periods: pd.DataFrame
    events: pd.DataFrame
    t0: pd.Timestamp | None
    whole_year: bool


def make_one_list(
    parts: Sequence[Part],
    t0: dt.date | None,
    answered: pd.Series,
    findings: list[Finding],
    churn_source: ChurnSource | None = None,
) -> OneList:
    """The customers of all parts together. Order of tables and rows changes nothing.

    There is no list where nobody can say who was lost: no revenue, no fate, or a year that is not
    over in the data.

    t0: the start that was chosen or follows from the survey; None: the latest from which the data
    hold a year. answered: days of survey responses, which show how far the data reach.
    churn_source: who decides which customers were lost; None: subscriptions or revenue by period
    where given, else leavings, else the list's mark (a complete customer list speaks for itself).
    """
    joined = join_parts(parts, findings)
    dated = _dates(joined, t0, answered, bool(joined.of("customers")), findings)
    _say_marks(joined.facts, dated.events, findings)
    ids = joined.facts.index
    rates = _rates(dated, findings)
    listed = pd.Series(ids.isin(_ids(joined.of("customers"))), index=ids)
    facts = _with_money(
        joined.facts, rates if dated.whole_year else _without_end(rates), listed, dated, findings
    )
    if "revenue_start" not in facts or facts["revenue_start"].isna().all():
        findings.append(Finding("fail", "no_revenue_anywhere", "data"))
        return OneList(None, _day(dated.t0), (), joined.left_out)
    fates = _fates(joined.facts, dated, rates, ids, churn_source)
    in_base = facts["revenue_start"] > 0
    chosen = churn_source or ("flag" if listed.any() and "flag" in fates else None)
    used = decide(fates, chosen, in_base, findings, churn_source is not None)
    facts = _with_fate(facts, fates, used, listed)
    lines = _lines(joined, dated, rates, fates, facts)
    if used is None:  # nobody can say who was lost, and nobody is to count as kept
        if dated.whole_year:
            findings.append(Finding("fail", "no_fate_anywhere", "data"))
        return OneList(None, _day(dated.t0), tuple(lines), joined.left_out)
    _say_currencies(dated, findings)
    rows = _rows(joined, _with_extras(facts, dated))
    disagree = disputed(fates, in_base)
    return OneList(rows, _day(dated.t0), tuple(lines), joined.left_out, tuple(fates), disagree)


def _day(t0: pd.Timestamp | None) -> dt.date | None:
    if t0 is None:
        return None
    return t0.date()


def _ids(frames: Sequence[pd.DataFrame]) -> pd.Index:
    if frames:
        return pd.Index(pd.concat([f["customer_id"] for f in frames]).unique())
    return pd.Index([])


def _dates(
    joined: Joined, t0: dt.date | None, answered: pd.Series, listed: bool, findings: list[Finding]
) -> _Dated:
    terms = _stacked(joined, "subscriptions")
    periods = _stacked(joined, "revenue_periods")
    events = _stacked(joined, "churn_events")
    if len(terms) and ends_are_last_days(terms):
        terms = with_ends_after(terms)
        findings.append(Finding("review", "ends_read_as_last_days", "data"))
    if terms.empty and periods.empty and events.empty:
        return _Dated(terms, periods, events, _stamp(t0), True)
    until = _until(terms, periods, events, joined.facts, answered)
    if until is None:
        return _Dated(terms, periods, events, _stamp(t0), True)
    if t0 is None:
        t0 = full_year_from(until)
        findings.append(
            Finding("review", "t0_latest_full_year", "data", {"t0": t0, "until": until.date()})
        )
    slack = grain(periods) if len(periods) else pd.Timedelta(0)
    first = _first_day(terms, periods, events)
    whole = _judge_window(
        pd.Timestamp(t0), until, slack, first, "review" if listed else "fail", findings
    )
    return _Dated(terms, periods, events, pd.Timestamp(t0), whole)


def _stamp(day: dt.date | None) -> pd.Timestamp | None:
    if day is None:
        return None
    return pd.Timestamp(day)


def _stacked(joined: Joined, role: Role) -> pd.DataFrame:
    """The rows of a role in an order of their own, with the columns that computing needs."""
    frames = [f for f in joined.of(role) if len(f)]
    if not frames:
        return pd.DataFrame()
    rows = pd.concat(frames, ignore_index=True)
    order = [c for c in _ORDER if c in rows]
    return rows.sort_values(order, kind="stable", ignore_index=True)


def _until(
    terms: pd.DataFrame,
    periods: pd.DataFrame,
    events: pd.DataFrame,
    facts: pd.DataFrame,
    answered: pd.Series,
) -> pd.Timestamp | None:
    """The day after the last one that the data know of. An end far beyond all else is a plan, not
    something seen.
    """
    last = periods["end"] - pd.Timedelta(days=1) if len(periods) else _NONE
    seen = [terms.get("start_date", _NONE), last, events.get("churn_date", _NONE), answered]
    seen += [pd.to_datetime(facts[c]) for c in ("customer_since", "churn_date") if c in facts]
    known = known_until(seen)
    ends = pd.to_datetime(terms.get("end_date", _NONE))
    return known_until([*seen, ends if known is None else ends.where(~(ends > known + SHORT))])


def _first_day(*tables: pd.DataFrame) -> pd.Timestamp | None:
    days = [
        t[c].min()
        for t in tables
        for c in ("start_date", "start", "churn_date")
        if c in t and t[c].notna().any()
    ]
    if days:
        return min(days)
    return None


def _judge_window(
    t0: pd.Timestamp,
    until: pd.Timestamp,
    slack: pd.Timedelta,
    first: pd.Timestamp | None,
    status: FindingStatus,
    findings: list[Finding],
) -> bool:
    """True when the year after t0 is over in the data, but for a few days, which are said."""
    short = t0 + WINDOW - until
    if short <= pd.Timedelta(0) or short < slack:
        return True
    last = (until - pd.Timedelta(days=1)).date()
    latest = full_year_from(until)
    params = {"t0": t0.date(), "last": last, "latest": latest, "days": short.days}
    if short <= SHORT:
        findings.append(Finding("review", "window_nearly_complete", "data", params))
        return True
    if first is not None and pd.Timestamp(latest) < first:
        findings.append(
            Finding(status, "data_shorter_than_a_year", "data", params | {"first": first.date()})
        )
    else:
        findings.append(Finding(status, "window_not_complete", "data", params))
    return False


def _rates(dated: _Dated, findings: list[Finding]) -> RunRates | None:
    if len(dated.terms):
        over = (dated.terms["ended"] == 1) & dated.terms["end_date"].isna()
        if over.any():
            params = {
                "count": int(over.sum()),
                "revenue": float(dated.terms.loc[over, "annual"].sum()),
            }
            findings.append(Finding("review", "ended_without_date", "data", params))
        return from_subscriptions(dated.terms, dated.t0)
    if len(dated.periods) and dated.t0 is not None:
        rates = from_periods(dated.periods, dated.t0)
        if rates.annualised:
            findings.append(Finding("review", "periods_brought_to_a_year", "data"))
        return rates
    return None


def _without_end(rates: RunRates | None) -> RunRates | None:
    if rates is None:
        return None
    return RunRates(rates.start, rates.end, rates.left, rates.since, dated=False)


def _with_money(
    facts: pd.DataFrame,
    rates: RunRates | None,
    listed: pd.Series,
    dated: _Dated,
    findings: list[Finding],
) -> pd.DataFrame:
    """revenue_start and revenue_end: a complete list's own, else run rates, else what another list
    says.
    """
    out = facts.copy()
    if rates is None:
        return out
    start, end = (s.reindex(out.index).fillna(0.0) for s in (rates.start, rates.end))
    if "revenue_start" in out:
        given = out["revenue_start"].astype(float)
    else:
        given = pd.Series(float("nan"), out.index)
    _say_revenue(given, start, listed, findings)
    out["revenue_start"] = given.where(listed, start)
    if "revenue_end" in out:
        own = out["revenue_end"].astype(float)
    else:
        own = pd.Series(float("nan"), out.index)
    out["revenue_end"] = own.where(listed, end if rates.dated else float("nan"))
    if out["revenue_end"].isna().all():
        out = out.drop(columns="revenue_end")
    since = rates.since.reindex(out.index)
    if since.notna().any():
        joined = pd.to_datetime(out["customer_since"]) if "customer_since" in out else since
        if later := int((joined > since).sum()):
            findings.append(
                Finding("review", "joined_after_first_revenue", "data", {"count": later})
            )
        out["customer_since"] = joined.where(joined.notna(), since)
    return out


def _say_marks(facts: pd.DataFrame, events: pd.DataFrame, findings: list[Finding]) -> None:
    """Customers that the lists mark as lost beside those with a leaving, whatever the day."""
    if "churned" not in facts or events.empty:
        return
    marked = set(facts.index[facts["churned"] == 1])
    left = set(events["customer_id"])
    if marked != left:
        params = {"marked": len(marked), "left": len(left), "both": len(marked & left)}
        findings.append(Finding("review", "marks_and_leavings_differ", "data", params))


def _say_revenue(
    given: pd.Series, start: pd.Series, listed: pd.Series, findings: list[Finding]
) -> None:
    for code, who in (
        ("revenue_sources_disagree", listed),
        ("revenue_from_subscriptions", ~listed),
    ):
        both = who & given.notna()
        if count := disagreeing(given[both], start[both]):
            params = {
                "count": count,
                "listed": float(given[both].sum()),
                "running": float(start[both].sum()),
            }
            findings.append(Finding("review", code, "data", params))


def _fates(
    facts: pd.DataFrame,
    dated: _Dated,
    rates: RunRates | None,
    ids: pd.Index,
    chosen: ChurnSource | None,
) -> dict[ChurnSource, Fate]:
    """What each source says of who was lost; of a year that is not over only a mark can, where a
    person chose it.
    """
    fates: dict[ChurnSource, Fate] = {}
    if dated.whole_year and rates is not None:
        fates["revenue"] = by_revenue(rates, ids, dated.t0)
    if dated.whole_year and len(dated.events):
        fates["events"] = by_events(dated.events, ids, dated.t0, rates is not None and rates.dated)
    if {"churned", "churn_date"} & set(facts) and (dated.whole_year or chosen == "flag"):
        flag = facts["churned"] if "churned" in facts else pd.Series(float("nan"), ids)
        if "churn_date" in facts:
            day = facts["churn_date"]
        else:
            day = pd.Series(pd.NaT, ids, dtype="datetime64[us]")
        fates["flag"] = by_flag(flag, pd.to_datetime(day), dated.t0)
    if (
        fates.get("revenue")
        and rates is not None
        and not rates.dated
        and not fates["revenue"].lost.any()
    ):
        del fates["revenue"]  # amounts without days or status say nothing about who left
    return fates


def _with_fate(
    facts: pd.DataFrame,
    fates: Mapping[ChurnSource, Fate],
    used: ChurnSource | None,
    listed: pd.Series,
) -> pd.DataFrame:
    """churned and churn_date by the source that decides; those whom only other tables have by the
    first that knows.
    """
    out = facts.copy()
    if used is None:
        return out.assign(
            churned=False, churn_date=pd.Series(pd.NaT, out.index, dtype="datetime64[us]")
        )
    fate = fates[used]
    marked = (out["churned"] == 1) if "churned" in out else fate.lost | fate.day.notna()
    lost = marked | (fate.lost & ~listed) if used == "flag" else fate.lost | fate.day.notna()
    day = fate.day
    if used == "flag" and listed.any() and (other := fates.get("revenue") or fates.get("events")):
        lost = lost.where(listed, other.lost | other.day.notna())
        day = day.where(listed, other.day)
    out["churned"] = lost.astype(bool)
    out["churn_date"] = pd.to_datetime(day).astype("datetime64[us]")
    return out


def _with_extras(facts: pd.DataFrame, dated: _Dated) -> pd.DataFrame:
    """What the largest subscription at the start says beside its amount, the currency, and why a
    customer left.
    """
    out = facts.copy()
    if len(dated.terms):
        names = [str(c) for c in dated.terms if str(c).startswith(EXTRA) and c not in out]
        names += ["currency"] if "currency" in dated.terms and "currency" not in out else []
        largest = by_largest(dated.terms, dated.t0, names).reindex(out.index)
        out = out.join(largest)
    if "currency" in dated.periods and "currency" not in out:
        first = dated.periods.dropna(subset=["currency"]).drop_duplicates("customer_id")
        out["currency"] = first.set_index("customer_id")["currency"].reindex(out.index)
    if "reason" in dated.events and f"{EXTRA}reason" not in out:
        last = dated.events.drop_duplicates("customer_id", keep="last").set_index("customer_id")
        out[f"{EXTRA}reason"] = last["reason"].reindex(out.index).where(out["churned"])
    return out


def _say_currencies(dated: _Dated, findings: list[Finding]) -> None:
    money = [
        t[["customer_id", "currency"]] for t in (dated.terms, dated.periods) if "currency" in t
    ]
    if not money:
        return
    several = pd.concat(money).groupby("customer_id")["currency"].nunique() > 1
    if several.any():
        findings.append(
            Finding("fail", "customer_currencies_mixed", "data", {"count": int(several.sum())})
        )


def _rows(joined: Joined, facts: pd.DataFrame) -> pd.DataFrame:
    """One row a customer: those of a complete list in its order (with what it has twice), then the
    others by id.
    """
    whole = joined.of("customers")
    known = [
        p.frame[["customer_id", "_source", "_row"]]
        for p in joined.parts
        if p.role != "churn_events"
    ]
    places = (
        pd.concat(known, ignore_index=True).drop_duplicates("customer_id").set_index("customer_id")
    )
    rest = facts.loc[~facts.index.isin(_ids(whole))]
    added = rest.join(places).rename_axis("customer_id").reset_index()
    if not whole:
        return added
    stacked = pd.concat(whole, ignore_index=True)[["customer_id", "_source", "_row"]]
    own = stacked.join(facts, on="customer_id")
    if len(added):
        return pd.concat([own, added], ignore_index=True)
    return own


def _lines(
    joined: Joined,
    dated: _Dated,
    rates: RunRates | None,
    fates: Mapping[ChurnSource, Fate],
    facts: pd.DataFrame,
) -> list[Reconciliation]:
    lists = pd.Index(_ids([p.frame for p in joined.parts if p.role in LISTS]))
    lines = of_accounts(lists, dated.terms, dated.periods, dated.events, joined.facts)
    if rates is None:
        return [*lines, *of_fates(fates, facts["revenue_start"])]
    start = rates.start
    end = rates.end
    if len(dated.terms) and dated.t0 is not None and rates.dated:
        lines += of_rows(dated.terms, dated.t0)
    moves = of_movements(start, end)
    lines += (
        moves
        if rates.dated and dated.whole_year
        else [m for m in moves if m.code.endswith("_at_start")]
    )
    return [*lines, *of_fates(fates, facts["revenue_start"])]
