"""What this data can carry, what it can't, and why: from counts alone, at the gates that the later
stages keep.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from cxcase import gates
from cxcase.intake.result import Case, Verdict
from cxcase.settings import METRICS, Settings

MIN_STAYERS = 30  # customers who stayed, below which expansion has no slope
MIN_TEAMS_PRICED = 4  # teams below which the worth of a point has no average to price a step with
MIN_SEGMENTS = 2
FEW_LEFT = 30  # of the rarer outcome, below which the model is kept short
MIN_WAVES = 2
_STILL = 1e-9  # within-team sd as a share of the scale below which a rating does not vary


@dataclass(frozen=True, eq=False)
class Evidence:
    """What there is to judge by. tables: as the case's folder has them; left (N,): the day each
    base customer left.

    ex_waves, ex_repeated: dated waves, and teams with two of them; ex_before: whether they ended
    before the survey.
    """

    case: Case
    settings: Settings
    tables: Mapping[str, pd.DataFrame]
    left: pd.Series
    ex_waves: int = 0
    ex_repeated: int = 0
    ex_before: bool | None = None

    @cached_property
    def sample(self) -> Sample:
        """Who would be analysed."""
        return _sample(self)


@dataclass(frozen=True, eq=False)
class Sample:
    """The usable responses as the link takes them. rows: team, churned, money, score and what the
    survey says.

    heard: customers with a score; metric: None where nobody gave one; refused: why there is no
    worth of a point.
    """

    rows: pd.DataFrame
    heard: int
    metric: str | None
    dealt: bool  # teams are not known well enough to be told apart
    refused: str | None

    @property
    def teams(self) -> int:
        """Teams that can be told apart."""
        if self.dealt:
            return 0
        return int(self.rows["team"].nunique())

    @property
    def rarer(self) -> int:
        """Customers of the rarer outcome, left or stayed."""
        left = int(self.rows["churned"].sum())
        return min(left, len(self.rows) - left)


def give_verdict(evidence: Evidence) -> tuple[Verdict, ...]:
    """One verdict a question, in the order the chain asks them."""
    return tuple(
        judge(evidence)
        for judge in (
            _worth, _expansion, _engagement, _moments, _steps, _evidence, _weighting, _time_order, _when, _trend,
            _segments,
        )
    )  # fmt: skip


def verdict_without_list(reason: str, frames: Mapping[str, pd.DataFrame]) -> tuple[Verdict, ...]:
    """Every question with the reason why there is no customer list; what was found elsewhere stands
    without one.
    """
    counts = {
        "worth": {"n": 0}, "expansion": {"n": 0}, "ex_link": {"teams": 0}, "moments": {"moments": 0},
        "steps": {"steps": len(frames.get("recommendations", ()))}, "weighting": {"n": 0}, "time_order": {},
        "when_they_leave": {"left": 0}, "trend": {"waves": 0}, "segments": {"segments": 0},
    }  # fmt: skip
    found = [_cannot(code, reason, **params) for code, params in counts.items()]
    studies = len(frames.get("case_studies", ()))
    if studies:
        elsewhere = _can("evidence", studies=studies)
    else:
        elsewhere = _cannot("evidence", "no_case_studies", studies=0)
    return (*found[:5], elsewhere, *found[5:])


def _can(code: str, **params: Any) -> Verdict:
    return Verdict(code, "can", None, params)


def _weak(code: str, reason: str, **params: Any) -> Verdict:
    return Verdict(code, "weak", reason, params)


def _cannot(code: str, reason: str, **params: Any) -> Verdict:
    return Verdict(code, "cannot", reason, params)


# ---- who is analysed -----------------------------------------------------------------------------


def _sample(evidence: Evidence) -> Sample:
    customers = evidence.tables["customers"]
    responses = evidence.tables.get("responses")
    metric = _metric(evidence.case, responses, evidence.settings)
    if metric is None or responses is None or evidence.case.base is None:
        return Sample(
            customers.iloc[:0].assign(score=[]),
            0,
            metric,
            True,
            _cannot_start(evidence.case, metric),
        )
    said = responses.rename(columns={metric: "score"}).set_index("customer_id")
    said = said.loc[said["score"].notna(), [c for c in said if c not in customers]]
    rows = customers.join(said, on="customer_id")
    answered = rows["score"].notna()
    known = rows["team"].notna()
    heard = int(answered.sum())
    mostly = bool(heard) and float((answered & known).sum() / heard) >= gates.MIN_TEAM_KNOWN
    usable = rows.loc[answered & known if mostly else answered]
    dealt = not mostly or usable["team"].nunique() < gates.MIN_TEAMS_BETWEEN
    return Sample(
        usable,
        heard,
        metric,
        dealt,
        _refusal(usable, customers, dealt) if len(usable) else "no_overlap",
    )


def _metric(case: Case, responses: pd.DataFrame | None, settings: Settings) -> str | None:
    if responses is None:
        return None
    answered = [
        m for m in METRICS if m in case.scales and m in responses and responses[m].notna().any()
    ]
    if settings.metric in answered:
        return settings.metric
    if answered:
        return answered[0]
    return None


def _cannot_start(case: Case, metric: str | None) -> str:
    joins = case.joins
    if case.base is None or joins is None:
        return "no_customers"
    if joins.responses and joins.responses_matched == 0:
        return "no_overlap"
    if joins.responses and joins.customers_with_response == 0:
        return "no_response_in_time"
    if joins.responses:
        return "no_metric"
    return "no_cx"


def _refusal(rows: pd.DataFrame, customers: pd.DataFrame, dealt: bool) -> str | None:
    left = int(rows["churned"].sum())
    stayed = len(rows) - left
    if left == 0:
        return "no_churn"
    if stayed == 0:
        return "all_churned"
    if not gates.enough_events(left, stayed):
        return "too_few_events"
    if rows["score"].nunique() < 2:
        return "no_variation"
    if dealt or _both_without_each_team(rows, customers):
        return None
    return "too_few_events"


def _both_without_each_team(rows: pd.DataFrame, customers: pd.DataFrame) -> bool:
    """True when, whichever team is left out, some revenue of the list was lost and some was kept."""
    heard = customers["team"].where(customers["team"].isin(rows["team"].unique()))
    start = customers["revenue_start"].to_numpy(dtype=float)
    money = pd.DataFrame({"all": start, "lost": start * customers["churned"].to_numpy(dtype=bool)})
    rest = money.sum() - money.groupby(heard.to_numpy()).sum()
    lost = rest["lost"] > 1e-9 * rest["all"]
    kept = rest["lost"] < rest["all"] * (1 - 1e-9)
    return bool((lost & kept).all())


# ---- the questions -------------------------------------------------------------------------------


def _worth(evidence: Evidence) -> Verdict:
    code = "worth"
    sample = evidence.sample
    counts = {
        "n": len(sample.rows),
        "teams": sample.teams,
        "left": int(sample.rows["churned"].sum()),
    }
    if sample.refused:
        return _cannot(code, sample.refused, **counts)
    reason = _why_weak(sample)
    if reason:
        return _weak(code, reason, **counts)
    return _can(code, **counts)


def _why_weak(sample: Sample) -> str | None:
    if sample.dealt:
        return "teams_not_known"
    if sample.teams < gates.MIN_TEAMS_INTERVAL:
        return "very_few_teams"
    if sample.teams < gates.MIN_TEAMS_FIRM:
        return "teams_directional"
    if sample.rarer < FEW_LEFT:
        return "few_left"
    return None


def _expansion(evidence: Evidence) -> Verdict:
    code = "expansion"
    sample = evidence.sample
    stayed = sample.rows.loc[~sample.rows["churned"].astype(bool)]
    if sample.refused:
        return _cannot(code, sample.refused, n=len(stayed))
    if not evidence.case.has_revenue_end:
        return _cannot(code, "no_revenue_end", n=len(stayed))
    ratio = stayed["revenue_end"] / stayed["revenue_start"]
    if len(stayed) < MIN_STAYERS or ratio.nunique() < 2 or stayed["score"].nunique() < 2:
        return _cannot(code, "expansion_unknown", n=len(stayed))
    reason = _why_weak(sample)
    if reason:
        return _weak(code, reason, n=len(stayed))
    return _can(code, n=len(stayed))


def _engagement(evidence: Evidence) -> Verdict:
    code = "ex_link"
    sample = evidence.sample
    ex = evidence.tables.get("ex")
    if not sample.heard:
        return _cannot(code, sample.refused or "no_cx", teams=0)
    if ex is None:
        return _cannot(code, "no_ex", teams=0)
    if sample.dealt:
        return _cannot(code, "one_team", teams=0)
    mean = ex.loc[ex["mean"].notna()].set_index("team")["mean"]
    rows = sample.rows.loc[sample.rows["team"].isin(mean.index)]
    scores = mean.reindex(rows["team"].unique())
    if scores.empty:
        return _cannot(code, "ex_no_overlap", teams=0)
    counts = {"teams": len(scores)}
    if len(scores) < gates.MIN_TEAMS_BETWEEN:
        return _cannot(code, "one_team", **counts)
    if len(scores) < gates.MIN_TEAMS_INTERVAL:
        return _cannot(code, "few_teams", **counts)
    if scores.nunique() < 2:
        return _cannot(code, "ex_no_variation", **counts)
    if rows["score"].nunique() < 2:
        return _cannot(code, "no_variation", **counts)
    if gates.directional(len(scores)):
        return _weak(code, "teams_directional", **counts)
    return _can(code, **counts)


def _moments(evidence: Evidence) -> Verdict:
    code = "moments"
    sample = evidence.sample
    columns = evidence.case.moments
    counts = {"moments": len(columns), "usable": 0}
    if not columns:
        return _cannot(code, "no_moments", **counts)
    if sample.refused:
        return _cannot(code, sample.refused, **counts)
    why = [_moment_refused(sample, m.name, m.scale.high - m.scale.low) for m in columns]
    reasons = [code for code in why if code]
    counts["usable"] = len(columns) - len(reasons)
    if reasons:
        most = max(dict.fromkeys(reasons), key=reasons.count)
        if counts["usable"]:
            return _weak(code, most, **counts)
        return _cannot(code, most, **counts)
    if sample.teams < gates.MIN_TEAMS_INTERVAL:
        return _weak(code, "target_few_teams", **counts)
    return _can(code, **counts)


def _moment_refused(sample: Sample, name: str, reach: float) -> str | None:
    rating = sample.rows[f"rating:{name}"].astype(float)
    if not sample.dealt:
        team = sample.rows["team"].where(rating.notna())
    else:
        team = pd.Series("", index=rating.index)
    answers = int(rating.notna().sum())
    teams = int(team[rating.notna()].nunique())
    if not gates.moment_usable(answers, teams):
        few = max(sample.teams, 1) >= gates.MIN_MOMENT_TEAMS and answers < gates.MIN_MOMENT_ANSWERS
        if few:
            return "moment_few_answers"
        return "moment_few_teams"
    within = rating - rating.groupby(team).transform("mean")
    if float(np.sqrt((within**2).mean())) <= _STILL * reach:
        return "moment_no_variance"
    return None


def _steps(evidence: Evidence) -> Verdict:
    code = "steps"
    sample = evidence.sample
    sheet = evidence.tables.get("recommendations")
    if sheet is None or sheet.empty:
        return _cannot(code, "no_recommendations", steps=0)
    if sample.refused:
        return _cannot(code, sample.refused, steps=len(sheet))
    if not sample.dealt and sample.teams < MIN_TEAMS_PRICED:
        return _cannot(code, "few_teams_to_price", steps=len(sheet))
    reason = _why_weak(sample)
    if reason:
        return _weak(code, reason, steps=len(sheet))
    return _can(code, steps=len(sheet))


def _evidence(evidence: Evidence) -> Verdict:
    studies = evidence.tables.get("case_studies")
    if studies is None or studies.empty:
        return _cannot("evidence", "no_case_studies", studies=0)
    return _can("evidence", studies=len(studies))


def _weighting(evidence: Evidence) -> Verdict:
    everyone = len(evidence.tables["customers"])
    n = len(evidence.sample.rows)
    counts = {"n": n, "rate": n / everyone if everyone else 0.0}
    usable = n > 0 and gates.weights_usable(n, everyone)
    if usable:
        return _can("weighting", **counts)
    return _cannot("weighting", "too_few_to_weigh", **counts)


def _time_order(evidence: Evidence) -> Verdict:
    code = "time_order"
    responses = evidence.tables.get("responses")
    base = evidence.case.base
    if base is None or base.t0 is None or responses is None or "responded_at" not in responses:
        return _cannot(code, "answers_not_dated")
    dated = responses["responded_at"].notna()
    if not dated.any():
        return _cannot(code, "answers_not_dated")
    if evidence.left.isna().all() and base.churned:
        return _weak(code, "losses_not_dated", t0=base.t0)
    if not dated.all():
        return _weak(code, "answers_partly_dated", t0=base.t0, share=float(1 - dated.mean()))
    if pd.to_datetime(responses["responded_at"]).max() >= pd.Timestamp(base.t0) + pd.Timedelta(
        days=1
    ):
        return _weak(code, "answers_after_start", t0=base.t0)
    if "ex" in evidence.tables and not evidence.ex_before:
        return _weak(code, "ex_not_before", t0=base.t0)
    return _can(code, t0=base.t0)


def _when(evidence: Evidence) -> Verdict:
    lost = evidence.tables["customers"]["churned"].to_numpy(dtype=bool)
    dated = int((evidence.left.notna().to_numpy() & lost).sum())
    counts = {"left": int(lost.sum()), "dated": dated}
    if not dated:
        return _cannot(
            "when_they_leave", "losses_not_dated" if lost.any() else "nobody_left", **counts
        )
    if not gates.enough_events(dated, len(lost) - dated):
        return _cannot("when_they_leave", "few_losses_dated", **counts)
    if dated < lost.sum():
        return _weak("when_they_leave", "losses_partly_dated", **counts)
    return _can("when_they_leave", **counts)


def _trend(evidence: Evidence) -> Verdict:
    counts = {"waves": evidence.ex_waves, "teams": evidence.ex_repeated}
    if "ex" not in evidence.tables:
        return _cannot("trend", "no_ex", **counts)
    if evidence.ex_waves < MIN_WAVES or not evidence.ex_repeated:
        return _cannot("trend", "one_wave", **counts)
    few = evidence.ex_repeated < gates.MIN_TEAMS_FIRM
    if few:
        return _weak("trend", "teams_directional", **counts)
    return _can("trend", **counts)


def _segments(evidence: Evidence) -> Verdict:
    rows = evidence.sample.rows
    counted = rows["segment"].dropna().value_counts() if "segment" in rows else pd.Series(dtype=int)
    enough = int((counted >= gates.MIN_MOMENT_ANSWERS).sum())
    counts = {"segments": len(counted), "enough": enough}
    if not len(counted):
        return _cannot("segments", "no_segments", **counts)
    if enough < MIN_SEGMENTS:
        return _cannot("segments", "segments_too_small", **counts)
    if enough < len(counted):
        return _weak("segments", "segments_partly_small", **counts)
    return _can("segments", **counts)
