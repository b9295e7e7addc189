"""Who would be analysed: the usable responses as the link takes them, and why there may be none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from cxcase import gates
from cxcase.intake.case.team_engagement import Engagement
from cxcase.intake.result import Case
from cxcase.settings import METRICS, Settings

_NOTHING = 1e-9  # share of all revenue below which none was lost, or none kept


@dataclass(frozen=True, eq=False)
class Evidence:
    """What there is to judge by.

    tables       as the case's folder has them
    left         (N,) the day each base customer left, NaT where not known
    engagement   of teams over the waves used; None without an employee survey
    """

    case: Case
    settings: Settings
    tables: Mapping[str, pd.DataFrame]
    left: pd.Series
    engagement: Engagement | None = None

    @cached_property
    def sample(self) -> Sample:
        """Who would be analysed."""
        return _sample(self)


@dataclass(frozen=True, eq=False)
class Sample:
    """The usable responses as the link takes them.

    rows          team, churned, money, score and what the survey says
    heard         customers with a score
    metric        None where nobody gave one
    teams_apart   whether teams are known well enough to be told apart
    refused       why there is no worth of a point; None where there is one
    """

    rows: pd.DataFrame
    heard: int
    metric: str | None
    teams_apart: bool
    refused: str | None

    @property
    def teams(self) -> int:
        """Teams that can be told apart."""
        if self.teams_apart:
            return int(self.rows["team"].nunique())
        return 0

    @property
    def rarer(self) -> int:
        """Customers of the rarer outcome, left or stayed."""
        left = int(self.rows["churned"].sum())
        return min(left, len(self.rows) - left)


def _sample(evidence: Evidence) -> Sample:
    case = evidence.case
    customers = evidence.tables["customers"]
    responses = evidence.tables.get("responses")
    metric = _metric(case, responses, evidence.settings)
    if metric is None or responses is None or case.base is None:
        nobody = customers.iloc[:0].assign(score=[])
        return Sample(nobody, 0, metric, teams_apart=False, refused=_cannot_start(case))
    rows = _with_scores(customers, responses, metric)
    answered = rows["score"].notna()
    in_team = answered & rows["team"].notna()
    heard = int(answered.sum())
    mostly = bool(heard) and float(in_team.sum() / heard) >= gates.MIN_TEAM_KNOWN
    usable = rows.loc[in_team if mostly else answered]
    apart = mostly and usable["team"].nunique() >= gates.MIN_TEAMS_BETWEEN
    return Sample(usable, heard, metric, apart, _refusal(usable, customers, apart))


def _with_scores(customers: pd.DataFrame, responses: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Base customers beside what those with a score said; score: NaN for the others."""
    said = responses.rename(columns={metric: "score"}).set_index("customer_id")
    own = [column for column in said if column not in customers]
    return customers.join(said.loc[said["score"].notna(), own], on="customer_id")


def _metric(case: Case, responses: pd.DataFrame | None, settings: Settings) -> str | None:
    """The metric the case is read on: the one chosen where anybody answered it, else the first."""
    if responses is None:
        return None
    answered = [
        m for m in METRICS if m in case.scales and m in responses and responses[m].notna().any()
    ]
    if settings.metric in answered:
        return settings.metric
    return next(iter(answered), None)


def _cannot_start(case: Case) -> str:
    """Why nobody can be analysed."""
    joins = case.joins
    if case.base is None or joins is None:
        return "no_customers"
    if not joins.responses:
        return "no_cx"
    if joins.responses_matched == 0:
        return "no_overlap"
    if joins.customers_with_response == 0:
        return "no_response_in_time"
    return "no_metric"


def _refusal(usable: pd.DataFrame, customers: pd.DataFrame, teams_apart: bool) -> str | None:
    """Why these responses give no worth of a point; None where they do."""
    if usable.empty:
        return "no_overlap"
    left = int(usable["churned"].sum())
    stayed = len(usable) - left
    if left == 0:
        return "no_churn"
    if stayed == 0:
        return "all_churned"
    if not gates.enough_events(left, stayed):
        return "too_few_events"
    if usable["score"].nunique() < 2:
        return "no_variation"
    if teams_apart and not _both_without_each_team(usable, customers):
        return "too_few_events"
    return None


def _both_without_each_team(usable: pd.DataFrame, customers: pd.DataFrame) -> bool:
    """True when, whichever team is left out, some revenue was lost and some was kept."""
    team = customers["team"].where(customers["team"].isin(usable["team"].unique()))
    start = customers["revenue_start"].to_numpy(dtype=float)
    lost = start * customers["churned"].to_numpy(dtype=bool)
    money = pd.DataFrame({"all": start, "lost": lost})
    rest = money.sum() - money.groupby(team.to_numpy()).sum()
    some_lost = rest["lost"] > _NOTHING * rest["all"]
    some_kept = rest["lost"] < rest["all"] * (1 - _NOTHING)
    return bool((some_lost & some_kept).all())
