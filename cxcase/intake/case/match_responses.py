"""How survey responses meet the customer list: matched by id, in time, one a customer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from cxcase import gates
from cxcase.checks import Finding, FindingStatus
from cxcase.estimate import Bools, Ints
from cxcase.intake.customer_list.docket import Docket
from cxcase.intake.customer_list.ledger import Ledger
from cxcase.intake.result import Joins, MomentColumn
from cxcase.intake.schema import Scale
from cxcase.settings import METRICS, Settings

# shares of responses without a customer
UNMATCHED_REVIEW = 0.05
UNMATCHED_FAIL = 0.5


@dataclass(frozen=True, eq=False)
class Answers:
    """The survey's rows; everyone: the list's ids, once each; place (n,) of each response among
    them, -1 nowhere.

    who (n,): the respondents' codes, -1 where not known.
    """

    rows: pd.DataFrame
    everyone: pd.Index
    place: Ints
    when: pd.Series  # datetime, NaT where not known
    who: Ints


@dataclass(frozen=True, eq=False)
class Matched:
    """responses: one row a responding base customer, in customer order. dropped: rows of the survey
    by reason code.

    total, matched, in_time: how many responses there are, are in the list, and came in time from
    the base. every: rows of the survey that came in time from the base, also those that a later one
    of the customer stands for.
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
    if "responded_at" in cx:
        when = pd.to_datetime(cx["responded_at"])
    else:
        when = pd.Series(pd.NaT, index=cx.index)
    place = everyone.get_indexer(pd.Index(cx["customer_id"])).astype(np.int64)
    who = pd.factorize(cx["respondent_id"])[0] if "respondent_id" in cx else np.full(len(cx), -1)
    return Answers(cx, everyone, place, when.astype("datetime64[us]"), who.astype(np.int64))


def match_responses(
    answers: Answers, ledger: Ledger, t0: dt.date | None, settings: Settings
) -> Matched:
    """The usable responses of base customers, decided as `settings` say."""
    docket = Docket(settings)
    cx = answers.rows
    known = answers.place >= 0
    in_base, left = _of_customers(answers, ledger)
    sieve = _InTime(docket, answers.when.dt.normalize(), t0)
    open_ = np.ones(len(cx), dtype=bool)
    dropped = dict[str, Bools]()
    for reason, rows in (
        ("response_after_t0", sieve.late),
        ("response_after_leaving", lambda alive: sieve.gone(alive & known, left)),
        ("customer_not_in_list", lambda alive: ~known),
        ("response_too_old", lambda alive: sieve.old(alive)),
        ("duplicate_response", lambda alive: _repeated(answers, alive, docket)),
        ("customer_outside_base", lambda alive: ~in_base),
    ):
        dropped[reason] = open_ & rows(open_)
        open_ &= ~dropped[reason]
    if dropped["customer_outside_base"].any():
        params = {"count": int(dropped["customer_outside_base"].sum())}
        docket.findings.append(Finding("review", "customer_outside_base", "data", params))
    _judge_match(cx, known, answers.everyone, docket.findings)
    responses = _one_each(answers, np.flatnonzero(open_), ledger, docket)
    return Matched(
        responses,
        len(cx),
        int(known.sum()),
        {reason: cx[rows] for reason, rows in dropped.items() if rows.any()},
        tuple(docket.findings),
        int(open_.sum()),
        docket.counts,
        np.flatnonzero((open_ | dropped["duplicate_response"]) & in_base),
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


@dataclass(frozen=True, eq=False)
class _InTime:
    """Which responses came when they say nothing about the year after t0. day: of each response
    (n,).
    """

    docket: Docket
    day: pd.Series
    t0: dt.date | None

    def late(self, alive: Bools) -> Bools:
        """Those after t0, where they are not to be used."""
        if self.t0 is None:
            return np.zeros(len(alive), dtype=bool)
        late = alive & (self.day > pd.Timestamp(self.t0)).to_numpy()
        count = int(late.sum())
        said = Finding("review", "response_after_t0", "data", {"count": count, "t0": self.t0})
        if self.docket.decide("responses_after_start", count, said) == "set_aside":
            return late
        if count:
            self.docket.findings.append(
                Finding("review", "time_order_open", "data", {"count": count, "t0": self.t0})
            )
        return np.zeros(len(alive), dtype=bool)

    def gone(self, alive: Bools, left: pd.Series) -> Bools:
        """Those after their customer left, where they are not to be used."""
        gone = alive & (left.notna() & (self.day > left)).to_numpy()
        count = int(gone.sum())
        said = Finding("review", "response_after_leaving", "data", {"count": count, "t0": self.t0})
        chosen = self.docket.decide("responses_after_leaving", count, said)
        if chosen == "set_aside":
            return gone
        return np.zeros(len(alive), dtype=bool)

    def old(self, alive: Bools) -> Bools:
        """Those from long before t0, where they are not to be used."""
        if self.t0 is None:
            return np.zeros(len(alive), dtype=bool)
        months = self.docket.settings.oldest_response_months
        old = alive & (self.day < pd.Timestamp(self.t0) - pd.DateOffset(months=months)).to_numpy()
        count = int(old.sum())
        said = Finding(
            "review", "responses_before_window", "data", {"count": count, "months": months}
        )
        chosen = self.docket.decide("responses_before_window", count, said)
        if chosen == "set_aside":
            return old
        return np.zeros(len(alive), dtype=bool)


def _ranked(answers: Answers, rows: Ints, first: bool) -> Ints:
    """The rows in the order they were given, undated ones where they can't win; first: whether the
    first one wins.
    """
    when = answers.when.to_numpy()[rows]
    dated = ~np.isnat(when)
    return rows[np.lexsort((when.astype(np.int64), ~dated if first else dated))]


def _repeated(answers: Answers, alive: Bools, docket: Docket) -> Bools:
    """Responses that carry a respondent's id once more for the same customer, where only one of
    them counts.
    """
    repeated = np.zeros(len(alive), dtype=bool)
    rows = np.flatnonzero(alive & (answers.who >= 0))
    if not len(rows):
        return repeated
    first = docket.settings.option("duplicate_responses") == "first"
    rows = _ranked(answers, rows, first)
    key = answers.place[rows] * (int(answers.who.max()) + 1) + answers.who[rows]
    again = pd.Series(key).duplicated(keep="first" if first else "last").to_numpy()
    count = int(again.sum())
    said = Finding("ok", "duplicate_responses", "data", {"count": count})
    if docket.decide("duplicate_responses", count, said) != "use_all":
        repeated[rows[again]] = True
    return repeated


def _one_each(answers: Answers, rows: Ints, ledger: Ledger, docket: Docket) -> pd.DataFrame:
    """The one response of each customer among `rows`, in the ledger's order."""
    place = answers.place
    order = np.zeros(len(answers.everyone), dtype=np.int64)
    order[answers.everyone.get_indexer(pd.Index(ledger.customers["customer_id"]))] = np.arange(
        len(ledger.customers)
    )
    extra = len(rows) - int((np.bincount(place[rows], minlength=1) > 0).sum())
    chosen = docket.decide(
        "several_responses", extra, Finding("ok", "several_responses", "data", {"count": extra})
    )
    ranked = _ranked(answers, rows, first=chosen == "first")
    keep = (
        pd.Series(place[ranked])
        .duplicated(keep="first" if chosen == "first" else "last")
        .to_numpy()
    )
    one = ranked[~keep]
    one = one[np.argsort(order[place[one]], kind="stable")]
    found = answers.rows.iloc[one].reset_index(drop=True)
    if chosen == "mean" and extra:
        return _averaged(found, answers.rows.iloc[rows], place[one], place[rows])
    return found


def _averaged(
    latest: pd.DataFrame, rows: pd.DataFrame, customer: Ints, customers: Ints
) -> pd.DataFrame:
    """The latest responses with marks averaged over all of a customer's; a moment was lived if it
    ever was.
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


def _judge_match(
    cx: pd.DataFrame, known: Bools, everyone: pd.Index, findings: list[Finding]
) -> None:
    missing = int((~known).sum())
    if not len(cx) or not missing:
        return
    share = missing / len(cx)
    params = {"count": missing, "total": len(cx), "share": share}
    if share == 1:
        examples = {
            "cx": str(cx["customer_id"].iloc[0]),
            "customers": str(everyone[0]) if len(everyone) else "",
        }
        findings.append(Finding("fail", "no_id_overlap", "data", params | examples))
    elif share >= UNMATCHED_REVIEW:
        status: FindingStatus = "fail" if share >= UNMATCHED_FAIL else "review"
        findings.append(Finding(status, "responses_unmatched", "data", params))


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
        unanswered = responses.get(
            f"unanswered:{name}", pd.Series(False, index=responses.index)
        ).fillna(False)
        silent = (unanswered.astype(bool) | (lived & ~rated)) & ~rated
        found.append(
            MomentColumn(
                name,
                scale,
                int((lived & rated).sum()),
                int(silent.sum()),
                int((~rated & ~silent).sum()),
            )
        )
    return tuple(found)


def join_counts(
    matched: Matched | None,
    customers: pd.DataFrame,
    ex_teams: Sequence[str],
    suppressed: int,
    metric: str | None,
    without_id: int,
) -> Joins:
    """How many of each met, and both waterfalls: base customers to usable ones, responses read to
    one a customer.
    """
    responses = matched.responses if matched else pd.DataFrame({"customer_id": []})
    has_team = customers["team"].notna()
    answered = customers["customer_id"].isin(responses["customer_id"])
    if metric in responses:
        scored = responses.loc[responses[metric].notna(), "customer_id"]
    else:
        scored = pd.Series([], dtype=str)
    heard = answered & customers["customer_id"].isin(scored)
    # where hardly any team is known the analysis goes without teams, so that nobody falls out for
    # want of one
    by_team = not heard.any() or float(has_team[heard].mean()) >= gates.MIN_TEAM_KNOWN
    with_team = answered & has_team
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
            *([("with_team", int(with_team.sum()))] if by_team else []),
            ("usable", int((heard & with_team if by_team else heard).sum())),
        ),
        answers=()
        if matched is None
        else (
            ("responses_read", matched.total + without_id),
            ("with_id", matched.total),
            ("in_list", matched.matched),
            ("in_time", matched.in_time),
            ("one_each", len(responses)),
        ),
    )
