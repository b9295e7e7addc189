"""How survey responses meet the customer list: matched by id, in time, one a customer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from cxcase.checks import Finding
from cxcase.estimate import Bools, Ints
from cxcase.intake.customer_list.docket import Docket, data_finding, decide
from cxcase.intake.customer_list.ledger import Ledger
from cxcase.settings import METRICS, Settings

# shares of responses without a customer
UNMATCHED_REVIEW = 0.05
UNMATCHED_FAIL = 0.5


@dataclass(frozen=True, eq=False)
class Answers:
    """The survey's rows beside the customer list.

    rows       the responses (n,)
    everyone   the list's ids, base or not, once each
    place      (n,) position of each response's customer among them, -1 nowhere
    when       (n,) datetime, NaT where not known
    who        (n,) codes of the respondents, -1 where not known
    """

    rows: pd.DataFrame
    everyone: pd.Index
    place: Ints
    when: pd.Series
    who: Ints


@dataclass(frozen=True, eq=False)
class Matched:
    """The responses that are used, and what became of the others.

    responses   one row a responding base customer, in customer order
    total       responses there are
    matched     those whose customer is in the list
    dropped     reason -> rows of the survey that are not used
    in_time     those that came in time from the base
    came_up     decision -> responses it touches
    every       rows of the survey that came in time from the base, also those that a later one of
                the customer stands for
    """

    responses: pd.DataFrame
    total: int
    matched: int
    dropped: Mapping[str, pd.DataFrame]
    findings: tuple[Finding, ...]
    in_time: int = 0
    came_up: Mapping[str, int] = field(default_factory=dict)
    every: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))


def place_answers(cx: pd.DataFrame, everyone: pd.Index) -> Answers:
    """Each response beside its customer. everyone: ids of the whole customer list, base or not,
    each once.
    """
    cx = cx.reset_index(drop=True)
    when = pd.Series(pd.NaT, index=cx.index)
    if "responded_at" in cx:
        when = pd.to_datetime(cx["responded_at"])
    who = np.full(len(cx), -1)
    if "respondent_id" in cx:
        who = pd.factorize(cx["respondent_id"])[0]
    place = everyone.get_indexer(pd.Index(cx["customer_id"])).astype(np.int64)
    return Answers(cx, everyone, place, when.astype("datetime64[us]"), who.astype(np.int64))


def match_responses(
    answers: Answers, ledger: Ledger, t0: dt.date | None, settings: Settings
) -> Matched:
    """The usable responses of base customers, decided as `settings` say."""
    rows = answers.rows
    known = answers.place >= 0
    in_base, left = _of_customers(answers, ledger)
    day = answers.when.dt.normalize()
    # in this order: a response is set aside for the first reason that holds
    tests: tuple[tuple[str, Callable[[Bools], tuple[Bools, Docket]]], ...] = (
        ("response_after_t0", lambda alive: _after_start(alive, day, t0, settings)),
        (
            "response_after_leaving",
            lambda alive: _after_leaving(alive & known, day, left, t0, settings),
        ),
        ("customer_not_in_list", lambda alive: (~known, Docket())),
        ("response_too_old", lambda alive: _too_old(alive, day, t0, settings)),
        ("duplicate_response", lambda alive: _repeated(answers, alive, settings)),
        ("customer_outside_base", lambda alive: (~in_base, Docket())),
    )
    alive = np.ones(len(rows), dtype=bool)
    dropped = dict[str, Bools]()
    docket = Docket()
    for reason, test in tests:
        hit, about = test(alive)
        dropped[reason] = alive & hit
        alive = alive & ~hit
        docket = docket + about
    outside = int(dropped["customer_outside_base"].sum())
    if outside:
        docket = docket.saying(data_finding("review", "customer_outside_base", count=outside))
    docket = docket.saying(*_unmatched(rows, known, answers.everyone))
    responses, about = _one_each(answers, np.flatnonzero(alive), ledger, settings)
    docket = docket + about
    return Matched(
        responses=responses,
        total=len(rows),
        matched=int(known.sum()),
        dropped={reason: rows[hit] for reason, hit in dropped.items() if hit.any()},
        findings=docket.findings,
        in_time=int(alive.sum()),
        came_up=docket.counts,
        every=np.flatnonzero((alive | dropped["duplicate_response"]) & in_base),
    )


def _of_customers(answers: Answers, ledger: Ledger) -> tuple[Bools, pd.Series]:
    """(response's customer is in the base, the day that customer left or NaT), for each response
    (n,).
    """
    everyone = answers.everyone
    place = answers.place
    in_base = np.zeros(len(everyone) + 1, dtype=bool)  # the last one is nobody's, which -1 finds
    left = np.full(len(everyone) + 1, np.datetime64("NaT", "us"))
    inside = everyone.get_indexer(pd.Index(ledger.customers["customer_id"]))
    in_base[inside] = True
    left[inside] = ledger.customers["churn_date"].to_numpy("datetime64[us]")
    left[everyone.get_indexer(ledger.outside.index)] = ledger.outside.to_numpy("datetime64[us]")
    left[-1] = np.datetime64("NaT", "us")
    return in_base[place], pd.Series(left[place])


# ---- in time -------------------------------------------------------------------------------------


def _after_start(
    alive: Bools, day: pd.Series, t0: dt.date | None, settings: Settings
) -> tuple[Bools, Docket]:
    """Marks responses after t0 where they are not to be used. day: of each response (n,)."""
    nobody = np.zeros(len(alive), dtype=bool)
    if t0 is None:
        return nobody, Docket()
    late = alive & (day > pd.Timestamp(t0)).to_numpy()
    count = int(late.sum())
    said = data_finding("review", "response_after_t0", count=count, t0=t0)
    chosen, docket = decide(settings, "responses_after_start", count, said)
    if chosen == "set_aside":
        return late, docket
    if count:
        docket = docket.saying(data_finding("review", "time_order_open", count=count, t0=t0))
    return nobody, docket


def _after_leaving(
    alive: Bools, day: pd.Series, left: pd.Series, t0: dt.date | None, settings: Settings
) -> tuple[Bools, Docket]:
    """Marks responses after their customer left where they are not to be used."""
    gone = alive & (left.notna() & (day > left)).to_numpy()
    count = int(gone.sum())
    said = data_finding("review", "response_after_leaving", count=count, t0=t0)
    chosen, docket = decide(settings, "responses_after_leaving", count, said)
    return gone & (chosen == "set_aside"), docket


def _too_old(
    alive: Bools, day: pd.Series, t0: dt.date | None, settings: Settings
) -> tuple[Bools, Docket]:
    """Marks responses from long before t0 where they are not to be used."""
    if t0 is None:
        return np.zeros(len(alive), dtype=bool), Docket()
    months = settings.oldest_response_months
    old = alive & (day < pd.Timestamp(t0) - pd.DateOffset(months=months)).to_numpy()
    count = int(old.sum())
    said = data_finding("review", "responses_before_window", count=count, months=months)
    chosen, docket = decide(settings, "responses_before_window", count, said)
    return old & (chosen == "set_aside"), docket


# ---- one a customer ------------------------------------------------------------------------------


def _ranked(answers: Answers, rows: Ints, first: bool) -> Ints:
    """The rows in the order they were given, undated ones where they can't win; first: whether the
    first one wins.
    """
    when = answers.when.to_numpy()[rows]
    dated = ~np.isnat(when)
    return rows[np.lexsort((when.astype(np.int64), ~dated if first else dated))]


def _but_one(keys: Ints, first: bool) -> Bools:
    """Marks all rows of a key but the first, or but the last."""
    return pd.Series(keys).duplicated(keep="first" if first else "last").to_numpy()


def _repeated(answers: Answers, alive: Bools, settings: Settings) -> tuple[Bools, Docket]:
    """Responses that carry a respondent's id once more for the same customer, where only one of
    them counts.
    """
    repeated = np.zeros(len(alive), dtype=bool)
    rows = np.flatnonzero(alive & (answers.who >= 0))
    if not len(rows):
        return repeated, Docket()
    first = settings.option("duplicate_responses") == "first"
    rows = _ranked(answers, rows, first)
    key = answers.place[rows] * (int(answers.who.max()) + 1) + answers.who[rows]
    again = _but_one(key, first)
    count = int(again.sum())
    said = data_finding("ok", "duplicate_responses", count=count)
    chosen, docket = decide(settings, "duplicate_responses", count, said)
    if chosen != "use_all":
        repeated[rows[again]] = True
    return repeated, docket


def _one_each(
    answers: Answers, rows: Ints, ledger: Ledger, settings: Settings
) -> tuple[pd.DataFrame, Docket]:
    """(the one response of each customer among `rows` in the ledger's order, docket)."""
    place = answers.place
    customers = int((np.bincount(place[rows], minlength=1) > 0).sum())
    extra = len(rows) - customers
    said = data_finding("ok", "several_responses", count=extra)
    chosen, docket = decide(settings, "several_responses", extra, said)
    first = chosen == "first"
    ranked = _ranked(answers, rows, first)
    one = ranked[~_but_one(place[ranked], first)]
    one = one[np.argsort(_order_in(ledger, answers.everyone)[place[one]], kind="stable")]
    found = answers.rows.iloc[one].reset_index(drop=True)
    if chosen == "mean" and extra:
        found = _averaged(found, answers.rows.iloc[rows], place[one], place[rows])
    return found, docket


def _order_in(ledger: Ledger, everyone: pd.Index) -> Ints:
    """(customers,) the row of each of everyone in the ledger, 0 for those outside it."""
    order = np.zeros(len(everyone), dtype=np.int64)
    inside = everyone.get_indexer(pd.Index(ledger.customers["customer_id"]))
    order[inside] = np.arange(len(ledger.customers))
    return order


def _averaged(
    latest: pd.DataFrame, rows: pd.DataFrame, customer: Ints, customers: Ints
) -> pd.DataFrame:
    """The latest responses with marks averaged over all of a customer's; a moment was lived if it
    ever was.

    customer: whose each of the latest is; customers: whose each of all rows is.
    """
    marks = [c for c in rows if c in METRICS or str(c).startswith("rating:")]
    states = [c for c in rows if str(c).startswith(("lived:", "unanswered:"))]
    mean = rows[marks].astype(float).groupby(customers).mean()
    ever = rows[states].astype("boolean").fillna(False).astype(bool).groupby(customers).any()
    averaged = {
        str(name): table[name].reindex(customer).to_numpy()
        for table in (mean, ever)
        for name in table
    }
    return latest.assign(**averaged)


def _unmatched(rows: pd.DataFrame, known: Bools, everyone: pd.Index) -> list[Finding]:
    """Responses whose customer is in no list: said from 5 % on, a failure from half on."""
    missing = int((~known).sum())
    if not len(rows) or not missing:
        return []
    share = missing / len(rows)
    counts = {"count": missing, "total": len(rows), "share": share}
    if share == 1:
        theirs = str(rows["customer_id"].iloc[0])
        ours = next(map(str, everyone), "")
        return [data_finding("fail", "no_id_overlap", **counts, cx=theirs, customers=ours)]
    if share >= UNMATCHED_FAIL:
        return [data_finding("fail", "responses_unmatched", **counts)]
    if share >= UNMATCHED_REVIEW:
        return [data_finding("review", "responses_unmatched", **counts)]
    return []


def metric_of(responses: pd.DataFrame, settings: Settings) -> str | None:
    """The CX metric the case is read on: the one chosen, else the first present."""
    if settings.metric is not None:
        return settings.metric
    return next((m for m in METRICS if m in responses and responses[m].notna().any()), None)
