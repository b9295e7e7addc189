"""Who is analysed: usable responses, teams, and weights to stand for all customers."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from cxcase import gates
from cxcase.checks import Finding
from cxcase.estimate import Bools, Floats, Ints
from cxcase.intake import Case
from cxcase.link.data.analysed import Population
from cxcase.link.data.covariates import SHORT, Columns, known_columns
from cxcase.link.data.factor_forms import (
    SPARE,
    Answers,
    Bends,
    choose_forms,
    numbers_among,
)
from cxcase.settings import METRICS, Metric, Settings
from cxcase.stats.folds import FoldWeights
from cxcase.stats.identifiability import independent_columns
from cxcase.stats.response_weights import ResponseWeights, response_weights

# groups of customers that stand in for teams where there are none (delete-a-group, Kott 2001)
DEALT_GROUPS = 60
# customers above which the known factors' forms are chosen on a sample of about so many
MOST_CHOSEN_ON = 30_000


@dataclass(frozen=True, eq=False)
class Everyone:
    """All N base customers: what the ledger says and, where they answered, their response.

    team (N,) codes, -1 where unknown or nobody in the team answered; response (N,) row in
    `responses`, -1 none. revenue_end (N,): 0 for the lost, NaN where it is not known.
    """

    customer_id: pd.Series
    team: Ints
    team_names: tuple[str, ...]
    dealt: bool
    usable: Bools
    response: Ints
    churned: Bools
    revenue_start: Floats
    revenue_end: Floats
    price_increase: Floats | None  # (N,) of it the contract's price step; None where nobody told
    columns: Columns
    findings: tuple[Finding, ...]
    segment: Ints
    segment_names: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Sample:
    """The population and what only this stage needs.

    position (n,): each usable response's customer among the N.
    """

    population: Population
    position: Ints
    revenue_end: Floats
    everyone: Everyone
    weights: ResponseWeights
    weighted: bool
    findings: tuple[Finding, ...]

    @property
    def grown(self) -> Floats:
        """(n,) Revenue a year at the end, less the contract's price step where it is known."""
        step = self.everyone.price_increase
        if step is None:
            return self.revenue_end
        return self.revenue_end - step[self.position]


def choose_metric(case: Case, settings: Settings) -> tuple[Metric | None, tuple[Finding, ...]]:
    """The metric the case is read on: the chosen one, else the first with any answer.

    None when there is none.
    """
    answered = [
        m for m in METRICS if m in case.scales and case.has("responses") and _has_values(case, m)
    ]
    if settings.metric is None or settings.metric in answered or not answered:
        chosen = settings.metric if settings.metric in answered else None
        return chosen or (answered[0] if answered else None), ()
    params = {"asked": settings.metric, "used": answered[0]}
    return answered[0], (Finding("review", "metric_not_answered", "link", params),)


def _has_values(case: Case, metric: str) -> bool:
    try:
        return bool(case.table("responses", [metric])[metric].notna().any())
    except (KeyError, ValueError):  # the column is absent
        return False


def know_everyone(case: Case, metric: Metric, settings: Settings) -> Everyone:
    """Every base customer with team code and response.

    That there is a usable response is for the caller to see.
    """
    customers = case.table("customers")
    responses = case.table("responses", ["customer_id", metric])
    scored = np.flatnonzero(responses[metric].notna().to_numpy())
    ids = responses["customer_id"].iloc[scored]
    first = ~ids.duplicated().to_numpy()
    place = pd.Index(ids[first]).get_indexer(pd.Index(customers["customer_id"]))
    response = np.where(place >= 0, scored[first][place], -1)
    revenue = customers["revenue_start"].to_numpy(dtype=float)
    team, names, dealt, usable, findings = _teams(customers, response >= 0, revenue)
    columns = known_columns(customers, settings.controls)
    findings += [
        Finding("review", "control_imputed", "link", {"name": name, "share": share})
        for name, share in columns.imputed.items()
    ]
    churned = customers["churned"].to_numpy(dtype=bool)
    end = (
        customers["revenue_end"].to_numpy(dtype=float)
        if "revenue_end" in customers
        else np.where(churned, 0.0, np.nan)
    )
    return Everyone(
        customer_id=customers["customer_id"],
        team=team,
        team_names=names,
        dealt=dealt,
        usable=usable,
        response=response,
        churned=churned,
        revenue_start=revenue,
        revenue_end=end,
        price_increase=customers["price_increase"].to_numpy(dtype=float)
        if "price_increase" in customers
        else None,
        columns=columns,
        findings=tuple(findings),
        **_segments(customers),
    )


def _segments(customers: pd.DataFrame) -> dict[str, Any]:
    """Segment codes (N,), -1 where blank, and their names in order."""
    if "segment" not in customers:
        return {"segment": np.full(len(customers), -1, dtype=np.int64), "segment_names": ()}
    codes, names = pd.factorize(customers["segment"], sort=True)
    return {"segment": codes.astype(np.int64), "segment_names": tuple(str(name) for name in names)}


def _teams(
    customers: pd.DataFrame, answered: Bools, revenue: Floats
) -> tuple[Ints, tuple[str, ...], bool, Bools, list[Finding]]:
    """Team codes of all customers, and which responses are usable.

    Responses without a team are left out when at least 80 % have one; else nobody's team is used.
    """
    label = (
        customers["team"]
        if "team" in customers
        else pd.Series(None, index=customers.index, dtype="object")
    )
    known = label.notna().to_numpy()
    heard = int(answered.sum())
    share = float((known & answered).sum() / heard) if heard else 0.0
    if share >= gates.MIN_TEAM_KNOWN:
        codes, names = _code_teams(label, known, answered, revenue)
        lost = int((answered & ~known).sum())
        found = (
            [Finding("review", "team_unknown", "link", {"count": lost, "total": heard})]
            if lost
            else []
        )
        if len(names) > 1:
            return codes, names, False, answered & known, found
        found.append(Finding("review", "one_team_only", "link", {"n": heard - lost}))
        return (*_deal(customers["customer_id"], answered & known), True, answered & known, found)
    code = "team_mostly_unknown" if known.any() else "no_team_known"
    found = [
        Finding("review", code, "link", {"count": int((answered & ~known).sum()), "total": heard})
    ]
    return (*_deal(customers["customer_id"], answered), True, answered, found)


def _code_teams(
    label: pd.Series, known: Bools, answered: Bools, revenue: Floats
) -> tuple[Ints, tuple[str, ...]]:
    """Team codes by size, so that names and row order decide nothing.

    Teams that nobody answered for have no code.
    """
    own, names = pd.factorize(label, sort=True)  # -1 where unknown
    n, heard, money = (
        np.bincount(own[known], part[known], minlength=len(names))
        for part in (np.ones(len(own)), answered.astype(float), revenue)
    )
    order = np.lexsort((-money, -heard, -n))
    order = order[heard[order] > 0]
    code = np.full(len(names) + 1, -1, dtype=np.int64)
    code[order] = np.arange(len(order))
    return code[own], tuple(str(names[i]) for i in order)


def _deal(customer_id: pd.Series, usable: Bools) -> tuple[Ints, tuple[str, ...]]:
    """Customers dealt into equal groups by a hash of their id: row order decides nothing."""
    ids = customer_id.astype(str)
    hashed = np.array([zlib.crc32(value.encode()) for value in ids], dtype=np.int64)
    order = np.lexsort((ids.to_numpy(dtype=object).astype(str), hashed))
    groups = max(2, min(DEALT_GROUPS, int(usable.sum()) // 2))
    # respondents are dealt first, so that every group has its share of them
    order = order[np.argsort(~usable[order], kind="stable")]
    team = np.empty(len(ids), dtype=np.int64)
    team[order] = np.arange(len(ids)) % groups
    return team, tuple(f"group {g + 1}" for g in range(groups))


def take_sample(
    case: Case, metric: Metric, everyone: Everyone, *, straight: bool = False
) -> Sample:
    """The usable responses with weights and revenue that add up to the ledger.

    In full and in every fold. straight: known factors as lines, whatever fits.
    """
    position = np.flatnonzero(everyone.usable)
    # team by team, so that sums by team run through memory once; within a team in the order of
    # `responses`
    position = position[np.lexsort((everyone.response[position], everyone.team[position]))]
    rows = everyone.response[position]
    score = case.table("responses", [metric])[metric].to_numpy(dtype=float)
    within = not everyone.dealt and len(everyone.team_names) >= gates.MIN_TEAMS_INTERVAL
    bends = _bends(everyone, score, within=within, straight=straight)
    weights, weighted, findings = _weigh(everyone, bends, position)
    revenue_start = everyone.revenue_start[position]
    revenue, fold_revenue = _ledger_revenue(everyone, revenue_start, weights)
    lost = everyone.revenue_start * everyone.churned
    controls, names = _controls(everyone.columns, position, weights.weight)
    team = everyone.team[position]
    population = Population(
        rows=rows,
        customers=position,
        team=team,
        team_names=everyone.team_names,
        weight=weights.weight,
        fold_weight=weights.fold_weight,
        revenue=revenue,
        fold_revenue=fold_revenue,
        revenue_start=revenue_start,
        churned=everyone.churned[position],
        churned_revenue=float(lost.sum()),
        churned_revenue_fold=_without_each(lost, everyone.team, len(everyone.team_names)),
        metric=score[rows],
        controls=controls,
        control_names=names,
        bends=bends.rows(position).beside_lines(controls, weights.weight),
        dealt=everyone.dealt,
        within=within,
        segment=everyone.segment[position],
        segment_names=everyone.segment_names,
    )
    findings = (*everyone.findings, *findings)
    return Sample(
        population, position, everyone.revenue_end[position], everyone, weights, weighted, findings
    )


def _bends(everyone: Everyone, score: Floats, *, within: bool, straight: bool) -> Bends:
    """The known factors' bends in the form chosen, of every base customer; score (responses,)."""
    columns = everyone.columns
    numbers = numbers_among(columns)
    size = len(everyone.usable)
    if straight or not numbers:
        return Bends.beside(numbers, (), size)
    among, room = _room(everyone, within)
    answers = Answers(
        team=np.where(everyone.team < 0, len(everyone.team_names), everyone.team),
        teams=len(everyone.team_names),
        churned=everyone.churned.astype(np.float64),
        heard=everyone.usable,
        score=score[np.maximum(everyone.response, 0)],
    )
    if size <= MOST_CHOSEN_ON:
        return Bends.beside(numbers, choose_forms(columns, answers, among, room), size)
    ids = everyone.customer_id.to_numpy(dtype=object)
    share = np.uint64(2**64 * (MOST_CHOSEN_ON / size))
    drawn = np.asarray(pd.util.hash_array(ids, categorize=False) < share, dtype=np.bool_)
    fewer = replace(columns, values=columns.values[drawn])
    forms = choose_forms(fewer, answers.rows(drawn), among, room)
    return Bends.beside(numbers, [form.of_rows(columns) for form in forms], size)


def _room(everyone: Everyone, within: bool) -> tuple[tuple[str, ...], int]:
    """(factors that may bend, how many columns more events allow than lines have).

    Where events are too few for all lines, those of the short model alone.
    """
    heard = everyone.usable
    columns = everyone.columns
    lost = int(everyone.churned[heard].sum())
    events = min(lost, int(heard.sum()) - lost)
    most = int(events / gates.MIN_EVENTS_PER_PARAMETER)
    lead = 3 if within else 2  # constant, score, and the team's mean
    lead += SPARE
    if lead - SPARE + len(columns.names) <= most:
        return numbers_among(columns), most - lead - len(columns.names)
    among = tuple(name for name in columns.names if name in SHORT)
    return among, most - lead - len(among)


def _weigh(
    everyone: Everyone, bends: Bends, position: Ints
) -> tuple[ResponseWeights, bool, tuple[Finding, ...]]:
    heard = len(position)
    total = len(everyone.usable)
    teams = len(everyone.team_names)
    usable = gates.weights_usable(heard, total)
    # team by team, as the population has those who answered: no table of all customers is then laid
    # out again
    order = np.lexsort((everyone.response, np.where(everyone.team < 0, teams, everyone.team)))
    lines = everyone.columns.values
    held = 2 + lines.shape[1]
    while bends.of and gates.needs_firth(heard, total - heard, held + len(bends.of)):
        bends = bends.simpler()
    z = np.ones((total, 2 + lines.shape[1] + bends.columns.shape[1] if usable else 1))
    if usable:
        z[:, 1] = everyone.churned[order]
        for column, values in enumerate((*lines.T, *bends.columns.T), start=2):
            z[:, column] = values[order]
        keep = independent_columns(z)
        z = z if keep.all() else z[:, keep]
    found = (
        ()
        if usable
        else (Finding("review", "weights_off", "link", {"n": heard, "rate": heard / total}),)
    )
    got = response_weights(z, everyone.usable[order], everyone.team[order], teams)
    if got.probability is not None:  # back to the customers' own order
        probability = np.empty(total)
        probability[order] = got.probability
        got = replace(got, probability=probability)
    return got, usable, found


def _ledger_revenue(
    everyone: Everyone, revenue_start: Floats, weights: ResponseWeights
) -> tuple[Floats, FoldWeights]:
    """Weighted revenue scaled to the ledger (ratio estimator).

    In each fold to what remains of it.
    """
    revenue = weights.weight * revenue_start
    revenue = revenue * (everyone.revenue_start.sum() / revenue.sum())
    folds = weights.fold_weight.times(revenue_start)
    remaining = _without_each(everyone.revenue_start, everyone.team, len(everyone.team_names))
    return revenue, folds.scaled(remaining / folds.sums())


def _without_each(values: Floats, team: Ints, teams: int) -> Floats:
    """(g,) the sum of values over everybody but each team."""
    own = np.bincount(team[team >= 0], values[team >= 0], minlength=teams)
    return np.asarray(values.sum() - own, dtype=np.float64)


def _controls(columns: Columns, position: Ints, weight: Floats) -> tuple[Floats, tuple[str, ...]]:
    """Controls of those who answered, centred, without columns that repeat others among them."""
    values = columns.values[position]
    keep = independent_columns(np.column_stack([np.ones(len(values)), values]))[1:]
    values = values[:, keep]
    names = tuple(name for name, kept in zip(columns.names, keep, strict=True) if kept)
    return values - (weight @ values) / weight.sum(), names
