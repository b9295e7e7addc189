"""One customer list from its parts: run rates at the start and a year later, who was lost, and the
reconciliation.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from cxcase.checks import Finding
from cxcase.intake.customer_list.churn_sources import (
    ChurnSource,
    Losses,
    back_in_time,
    by_events,
    by_flag,
    by_revenue,
    deciding_source,
    disputed,
)
from cxcase.intake.customer_list.data_window import (
    DatedTables,
    dated_tables,
    mixed_currencies,
    nothing_before,
)
from cxcase.intake.customer_list.docket import data_finding
from cxcase.intake.customer_list.merge_parts import (
    LISTS,
    Joined,
    Part,
    disagreeing,
    join_parts,
)
from cxcase.intake.customer_list.reconciliation import (
    of_accounts,
    of_losses,
    of_movements,
    of_rows,
)
from cxcase.intake.customer_list.run_rates import (
    RunRates,
    by_largest,
    from_periods,
    from_subscriptions,
)
from cxcase.intake.result import Reconciliation
from cxcase.intake.schema import EXTRA, STATE_OPEN
from cxcase.intake.tables.came_back import CAME_BACK


@dataclass(frozen=True, eq=False)
class OneList:
    """One customer list, and how it came about.

    customers        as a whole list would have given them; None where there is no revenue
    t0               None where none is dated
    reconciliation   lines for Finance
    left_out         rows by reason that found no place in it
    findings         what is said of it
    sources          what could say who was lost
    disputed         customers about whom these disagree
    silent           revenue at the start of those who may have stopped paying before the end
    """

    customers: pd.DataFrame | None
    t0: dt.date | None
    reconciliation: tuple[Reconciliation, ...]
    left_out: Mapping[str, Sequence[pd.DataFrame]]
    findings: tuple[Finding, ...] = ()
    sources: tuple[ChurnSource, ...] = ()
    disputed: int = 0
    silent: Sequence[float] = ()


def make_one_list(
    parts: Sequence[Part],
    t0: dt.date | None,
    answered: pd.Series,
    churn_source: ChurnSource | None = None,
    *,
    silent_is_lost: bool = False,
) -> OneList:
    """The customers of all parts together. Order of tables and rows changes nothing.

    There is no list where nobody can say who was lost: no revenue, no mark or day of leaving, or a
    year that is not over in the data.

    t0: the start that was chosen or follows from the survey; None: the latest from which the data
    hold a year. answered: days of survey responses, which show how far the data reach.
    silent_is_lost: whoever may have stopped paying before the end counts as lost.
    churn_source: who decides which customers were lost; None: subscriptions or revenue by period
    where given, else leavings, else the list's mark (a complete customer list speaks for itself).
    """
    joined = join_parts(parts)
    dated = dated_tables(joined, t0, answered)
    rates, about_rates = _run_rates(dated, silent_is_lost)
    listed = _listed(joined)
    facts, about_money = _with_money(joined.facts, _ends_as_known(rates, dated), listed)
    findings = [
        *joined.findings,
        *dated.findings,
        *_marks_beside_events(joined.facts, dated.events),
        *about_rates,
        *about_money,
    ]
    made = OneList(None, dated.day, (), joined.left_out, tuple(findings))
    if "revenue_start" not in facts or facts["revenue_start"].isna().all():
        return _saying(made, data_finding("fail", "no_revenue_anywhere"))
    if not listed.any() and (short := nothing_before(dated)):
        return _saying(made, *short)
    told = _losses(joined.facts, dated, rates, churn_source)
    wanted = churn_source
    if wanted is None and listed.any() and "flag" in told:
        wanted = "flag"
    in_base = facts["revenue_start"] > 0
    used, about_sources = deciding_source(told, wanted, in_base, chosen=churn_source is not None)
    facts = _with_loss(facts, told, used, listed)
    lines = tuple(_lines(joined, dated, rates, told, facts["revenue_start"]))
    made = _saying(replace(made, reconciliation=lines), *about_sources)
    if used is None:  # nobody can say who was lost, and nobody is to count as kept
        if dated.whole_year or not _tells_who_left(joined.facts, dated):
            made = _saying(_without_window(made), data_finding("fail", "no_fate_anywhere"))
        return made
    if mixed := mixed_currencies(dated):
        return _saying(made, *mixed)
    return replace(
        made,
        customers=_rows(joined, _with_extras(facts, dated)),
        sources=tuple(told),
        disputed=disputed(told, in_base),
        silent=_silent(rates, used, facts),
    )


def _silent(
    rates: RunRates | None, used: ChurnSource | None, facts: pd.DataFrame
) -> tuple[float, ...]:
    """Revenue at the start of customers who may have stopped paying before the end, where revenue
    says who was lost.
    """
    if rates is None or rates.silent is None or used != "revenue":
        return ()
    silent = rates.silent.reindex(facts.index, fill_value=False).astype(bool)
    return tuple(facts.loc[silent & (facts["revenue_start"] > 0), "revenue_start"].tolist())


def _saying(made: OneList, *findings: Finding) -> OneList:
    return replace(made, findings=made.findings + findings)


def _tells_who_left(facts: pd.DataFrame, dated: DatedTables) -> bool:
    """True where a mark, a day of leaving, an end or amounts by period could say who left."""
    if len(dated.periods) or len(dated.events) or {"churned", "churn_date"} & set(facts):
        return True
    terms = dated.terms
    return len(terms) > 0 and bool(terms["end_date"].notna().any() or (terms["ended"] == 1).any())


def _without_window(made: OneList) -> OneList:
    """Without what is said of a year that is not over: where nothing tells who left, no other
    start would.
    """
    window = ("window_not_complete", "data_shorter_than_a_year")
    return replace(made, findings=tuple(f for f in made.findings if f.code not in window))


def _ids(frames: Sequence[pd.DataFrame]) -> pd.Index:
    if frames:
        ids: pd.Index = pd.Index(pd.concat([f["customer_id"] for f in frames]).unique())
        return ids
    return pd.Index([])


def _listed(joined: Joined) -> pd.Series:
    """(n,) True for customers of a complete list."""
    ids = joined.facts.index
    return pd.Series(ids.isin(_ids(joined.of("customers"))), index=ids)


# ---- what customers pay --------------------------------------------------------------------------


def _run_rates(dated: DatedTables, silent_is_lost: bool) -> tuple[RunRates | None, list[Finding]]:
    """(revenue a year at both ends from subscriptions, else from periods; what is said of it)."""
    if len(dated.terms):
        return from_subscriptions(dated.terms, dated.t0), _ended_without_date(dated.terms)
    if len(dated.periods) and dated.t0 is not None:
        rates = from_periods(dated.periods, dated.t0, silent_is_lost=silent_is_lost)
        if rates.annualised:
            return rates, [data_finding("review", "periods_brought_to_a_year")]
        return rates, []
    return None, []


def _ended_without_date(terms: pd.DataFrame) -> list[Finding]:
    over = (terms["ended"] == 1) & terms["end_date"].isna()
    if not over.any():
        return []
    revenue = float(terms.loc[over, "annual"].sum())
    return [data_finding("review", "ended_without_date", count=int(over.sum()), revenue=revenue)]


def _ends_as_known(rates: RunRates | None, dated: DatedTables) -> RunRates | None:
    """The run rates; of a year that is not over in the data the end is of no known day."""
    if rates is None or dated.whole_year:
        return rates
    return replace(rates, dated=False, annualised=False)


def _with_money(
    facts: pd.DataFrame, rates: RunRates | None, listed: pd.Series
) -> tuple[pd.DataFrame, list[Finding]]:
    """revenue_start and revenue_end: a complete list's own, else run rates, else what another list
    says. customer_since: the first revenue where no list tells it.
    """
    out = facts.copy()
    if rates is None:
        return out, []
    start = rates.start.reindex(out.index).fillna(0.0)
    given = _numbers(out, "revenue_start")
    findings = _revenues_differ(given, start, listed)
    out["revenue_start"] = given.where(listed, start)
    end = pd.Series(float("nan"), out.index)
    if rates.dated:
        end = rates.end.reindex(out.index).fillna(0.0)
    out["revenue_end"] = _numbers(out, "revenue_end").where(listed, end)
    if out["revenue_end"].isna().all():
        out = out.drop(columns="revenue_end")
    since = rates.since.reindex(out.index)
    if since.isna().all():
        return out, findings
    if "customer_since" not in out:
        return out.assign(customer_since=since), findings
    joined = pd.to_datetime(out["customer_since"])
    if later := int((joined > since).sum()):
        findings.append(data_finding("review", "joined_after_first_revenue", count=later))
    return out.assign(customer_since=joined.where(joined.notna(), since)), findings


def _numbers(facts: pd.DataFrame, name: str) -> pd.Series:
    """A fact as numbers (n,), NaN where no list has it."""
    if name in facts:
        return facts[name].astype(float)
    return pd.Series(float("nan"), facts.index)


def _revenues_differ(given: pd.Series, start: pd.Series, listed: pd.Series) -> list[Finding]:
    """Where a list's revenue is not what subscriptions or periods come to, and which counts."""
    findings = []
    for code, who in (
        ("revenue_sources_disagree", listed),
        ("revenue_from_subscriptions", ~listed),
    ):
        both = who & given.notna()
        if count := disagreeing(given[both], start[both]):
            sums = {"listed": float(given[both].sum()), "running": float(start[both].sum())}
            findings.append(data_finding("review", code, count=count, **sums))
    return findings


# ---- who was lost --------------------------------------------------------------------------------


def _marks_beside_events(facts: pd.DataFrame, events: pd.DataFrame) -> list[Finding]:
    """Customers that the lists mark as lost beside those with a leaving, whatever the day."""
    if "churned" not in facts or events.empty:
        return []
    marked = set(facts.index[facts["churned"] == 1])
    left = set(events["customer_id"])
    if marked == left:
        return []
    counts = {"marked": len(marked), "left": len(left), "both": len(marked & left)}
    return [data_finding("review", "marks_and_leavings_differ", **counts)]


def _losses(
    facts: pd.DataFrame,
    dated: DatedTables,
    rates: RunRates | None,
    chosen: ChurnSource | None,
) -> dict[ChurnSource, Losses]:
    """What each source says of who was lost; of a year that is not over only a mark can, where a
    person chose it.
    """
    told: dict[ChurnSource, Losses] = {}
    ids = facts.index
    dated_revenue = rates is not None and rates.dated
    if dated.whole_year and rates is not None:
        by_rates = by_revenue(rates, ids, dated.t0)
        # amounts without days or status say nothing about who left
        if dated_revenue or by_rates.lost.any():
            told["revenue"] = by_rates
    if dated.whole_year and len(dated.events):
        told["events"] = by_events(dated.events, ids, dated.t0, dated_revenue)
    if {"churned", "churn_date"} & set(facts) and (dated.whole_year or chosen == "flag"):
        day = pd.Series(pd.NaT, ids, dtype="datetime64[us]")
        if "churn_date" in facts:
            day = pd.to_datetime(facts["churn_date"])
        if CAME_BACK in facts:
            day = day.mask(back_in_time(day, pd.to_datetime(facts[CAME_BACK]), dated.t0))
        told["flag"] = by_flag(facts.get("churned", pd.Series(float("nan"), ids)), day, dated.t0)
    return told


def _with_loss(
    facts: pd.DataFrame,
    told: Mapping[ChurnSource, Losses],
    used: ChurnSource | None,
    listed: pd.Series,
) -> pd.DataFrame:
    """churned and churn_date by the source that decides; those whom only other tables have by the
    first that knows.
    """
    if used is None:
        never = pd.Series(pd.NaT, facts.index, dtype="datetime64[us]")
        return facts.assign(churned=False, churn_date=never)
    losses = told[used]
    lost = losses.lost_or_dated()
    day = losses.day
    if used != "flag":  # what its words leave open decides nothing
        facts = facts.drop(columns=STATE_OPEN, errors="ignore")
    if used == "flag":
        if "churned" in facts:
            lost = (facts["churned"] == 1) | (losses.lost & ~listed)
        other = told.get("revenue") or told.get("events")
        if other and listed.any():
            lost = lost.where(listed, other.lost_or_dated())
            day = day.where(listed, other.day)
    day = pd.to_datetime(day).astype("datetime64[us]")
    return facts.assign(churned=lost.astype(bool), churn_date=day)


# ---- the list ------------------------------------------------------------------------------------


def _with_extras(facts: pd.DataFrame, dated: DatedTables) -> pd.DataFrame:
    """What the largest subscription at the start says beside its amount, the currency, the team,
    and why a customer left.
    """
    out = facts.copy()
    if len(dated.terms):
        names = [str(c) for c in dated.terms if str(c).startswith(EXTRA) and c not in out]
        names += [n for n in ("currency", "team") if n in dated.terms and n not in out]
        out = out.join(by_largest(dated.terms, dated.t0, names).reindex(out.index))
    if "currency" in dated.periods and "currency" not in out:
        first = dated.periods.dropna(subset=["currency"]).drop_duplicates("customer_id")
        out["currency"] = first.set_index("customer_id")["currency"].reindex(out.index)
    if "reason" in dated.events and f"{EXTRA}reason" not in out:
        last = dated.events.drop_duplicates("customer_id", keep="last").set_index("customer_id")
        out[f"{EXTRA}reason"] = last["reason"].reindex(out.index).where(out["churned"])
    return out


def _rows(joined: Joined, facts: pd.DataFrame) -> pd.DataFrame:
    """One row a customer: those of a complete list in its order (with what it has twice), then the
    others by id.
    """
    whole = joined.of("customers")
    places = ["customer_id", "_source", "_row"]
    known = [p.frame[places] for p in joined.parts if p.role != "churn_events"]
    first = pd.concat(known, ignore_index=True).drop_duplicates("customer_id")
    rest = facts.loc[~facts.index.isin(_ids(whole))]
    added = rest.join(first.set_index("customer_id")).rename_axis("customer_id").reset_index()
    if not whole:
        return added
    own = pd.concat(whole, ignore_index=True)[places].join(facts, on="customer_id")
    if added.empty:
        return own
    return pd.concat([own, added], ignore_index=True)


def _lines(
    joined: Joined,
    dated: DatedTables,
    rates: RunRates | None,
    told: Mapping[ChurnSource, Losses],
    revenue_start: pd.Series,
) -> list[Reconciliation]:
    """The reconciliation: accounts, subscription rows, movements of revenue, who was lost."""
    lists = _ids([p.frame for p in joined.parts if p.role in LISTS])
    lines = of_accounts(lists, dated.terms, dated.periods, dated.events, joined.facts)
    if rates is not None:
        if len(dated.terms) and dated.t0 is not None and rates.dated:
            lines += of_rows(dated.terms, dated.t0)
        moves = of_movements(rates.start, rates.end)
        if not rates.dated or not dated.whole_year:
            moves = [move for move in moves if move.code.endswith("_at_start")]
        lines += moves
    return lines + of_losses(told, revenue_start)
