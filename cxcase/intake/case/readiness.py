"""What this data can carry, what it can't, and why: from counts alone, at the gates that the later
stages keep.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from cxcase import gates
from cxcase.intake.case.readiness_sample import Evidence, Sample
from cxcase.intake.result import MomentColumn, Verdict
from cxcase.intake.schema import RATING

MIN_STAYERS = 30  # customers who stayed, below which expansion has no slope
MIN_TEAMS_PRICED = 4  # teams below which the worth of a point has no average to price a step with
MIN_SEGMENTS = 2
FEW_LEFT = 30  # of the rarer outcome, below which the model is kept short
MIN_WAVES = 2
_STILL = 1e-9  # within-team sd as a share of the scale below which a rating does not vary


def give_verdict(evidence: Evidence) -> tuple[Verdict, ...]:
    """One verdict a question, in the order the chain asks them."""
    return (
        _worth(evidence),
        _expansion(evidence),
        _ex_link(evidence),
        _moments(evidence),
        _steps(evidence),
        _case_studies(evidence.tables.get("case_studies")),
        _weighting(evidence),
        _time_order(evidence),
        _when_they_leave(evidence),
        _trend(evidence),
        _segments(evidence),
    )


def verdict_without_list(reason: str, frames: Mapping[str, pd.DataFrame]) -> tuple[Verdict, ...]:
    """Every question with the reason why there is no customer list; what was found elsewhere stands
    without one.
    """
    steps = len(frames.get("recommendations", ()))
    return (
        _cannot("worth", reason, n=0),
        _cannot("expansion", reason, n=0),
        _cannot("ex_link", reason, teams=0),
        _cannot("moments", reason, moments=0),
        _cannot("steps", reason, steps=steps),
        _case_studies(frames.get("case_studies")),
        _cannot("weighting", reason, n=0),
        _cannot("time_order", reason),
        _cannot("when_they_leave", reason, left=0),
        _cannot("trend", reason, waves=0),
        _cannot("segments", reason, segments=0),
    )


def _can(code: str, **params: Any) -> Verdict:
    return Verdict(code, "can", None, params)


def _weak(code: str, reason: str, **params: Any) -> Verdict:
    return Verdict(code, "weak", reason, params)


def _cannot(code: str, reason: str, **params: Any) -> Verdict:
    return Verdict(code, "cannot", reason, params)


def _can_unless(code: str, weak: str | None, **params: Any) -> Verdict:
    """It can, but weakly where there is a reason."""
    if weak:
        return _weak(code, weak, **params)
    return _can(code, **params)


# ---- CX to money ---------------------------------------------------------------------------------


def _worth(evidence: Evidence) -> Verdict:
    sample = evidence.sample
    counts = {
        "n": len(sample.rows),
        "teams": sample.teams,
        "left": int(sample.rows["churned"].sum()),
    }
    if sample.refused:
        return _cannot("worth", sample.refused, **counts)
    return _can_unless("worth", _why_weak(sample), **counts)


def _why_weak(sample: Sample) -> str | None:
    """What makes the worth of a point weak; None where nothing does."""
    if not sample.teams_apart:
        return "teams_not_known"
    if sample.teams < gates.MIN_TEAMS_INTERVAL:
        return "very_few_teams"
    if sample.teams < gates.MIN_TEAMS_FIRM:
        return "teams_directional"
    if sample.rarer < FEW_LEFT:
        return "few_left"
    return None


def _expansion(evidence: Evidence) -> Verdict:
    sample = evidence.sample
    stayed = sample.rows.loc[~sample.rows["churned"].astype(bool)]
    n = len(stayed)
    if sample.refused:
        return _cannot("expansion", sample.refused, n=n)
    if evidence.case.why_no_end is not None:
        return _cannot("expansion", evidence.case.why_no_end, n=n)
    stayed = stayed.loc[stayed["revenue_end"].notna()]
    n = len(stayed)
    growth = stayed["revenue_end"] / stayed["revenue_start"]
    if n < MIN_STAYERS or growth.nunique() < 2 or stayed["score"].nunique() < 2:
        return _cannot("expansion", "expansion_unknown", n=n)
    return _can_unless("expansion", _why_weak(sample), n=n)


# ---- EX to CX ------------------------------------------------------------------------------------


def _ex_link(evidence: Evidence) -> Verdict:
    sample = evidence.sample
    ex = evidence.tables.get("ex")
    if not sample.heard:
        return _cannot("ex_link", sample.refused or "no_cx", teams=0)
    if ex is None:
        return _cannot("ex_link", "no_ex", teams=0)
    if not sample.teams_apart:
        return _cannot("ex_link", "one_team", teams=0)
    engagement = ex.loc[ex["mean"].notna()].set_index("team")["mean"]
    rows = sample.rows.loc[sample.rows["team"].isin(engagement.index)]
    of_teams = engagement.reindex(rows["team"].unique())
    if of_teams.empty:
        return _cannot("ex_link", "ex_no_overlap", teams=0)
    teams = len(of_teams)
    if teams < gates.MIN_TEAMS_BETWEEN:
        return _cannot("ex_link", "one_team", teams=teams)
    if teams < gates.MIN_TEAMS_INTERVAL:
        return _cannot("ex_link", "few_teams", teams=teams)
    if of_teams.nunique() < 2:
        return _cannot("ex_link", "ex_no_variation", teams=teams)
    if rows["score"].nunique() < 2:
        return _cannot("ex_link", "no_variation", teams=teams)
    if gates.directional(teams):
        return _weak("ex_link", "teams_directional", teams=teams)
    return _can("ex_link", teams=teams)


# ---- moments of truth ----------------------------------------------------------------------------


def _moments(evidence: Evidence) -> Verdict:
    sample = evidence.sample
    moments = evidence.case.moments
    counts = {"moments": len(moments), "usable": 0}
    if not moments:
        return _cannot("moments", "no_moments", **counts)
    if sample.refused:
        return _cannot("moments", sample.refused, **counts)
    reasons = [why for m in moments if (why := _moment_refused(sample, m))]
    counts["usable"] = len(moments) - len(reasons)
    if reasons:
        most = max(dict.fromkeys(reasons), key=reasons.count)
        if counts["usable"]:
            return _weak("moments", most, **counts)
        return _cannot("moments", most, **counts)
    if sample.teams < gates.MIN_TEAMS_INTERVAL:
        return _weak("moments", "target_few_teams", **counts)
    return _can("moments", **counts)


def _moment_refused(sample: Sample, moment: MomentColumn) -> str | None:
    """Why a moment has no importance share; None where it has one."""
    rating = sample.rows[f"{RATING}{moment.name}"].astype(float)
    rated = rating.notna()
    team = pd.Series("", index=rating.index)
    if sample.teams_apart:
        team = sample.rows["team"].where(rated)
    answers = int(rated.sum())
    if not gates.moment_usable(answers, int(team[rated].nunique())):
        enough_teams = max(sample.teams, 1) >= gates.MIN_MOMENT_TEAMS
        if enough_teams and answers < gates.MIN_MOMENT_ANSWERS:
            return "moment_few_answers"
        return "moment_few_teams"
    within = rating - rating.groupby(team).transform("mean")
    points = moment.scale.high - moment.scale.low
    if float(np.sqrt((within**2).mean())) <= _STILL * points:
        return "moment_no_variance"
    return None


# ---- steps and what others found -----------------------------------------------------------------


def _steps(evidence: Evidence) -> Verdict:
    sample = evidence.sample
    sheet = evidence.tables.get("recommendations")
    if sheet is None or sheet.empty:
        return _cannot("steps", "no_recommendations", steps=0)
    steps = len(sheet)
    if sample.refused:
        return _cannot("steps", sample.refused, steps=steps)
    if sample.teams_apart and sample.teams < MIN_TEAMS_PRICED:
        return _cannot("steps", "few_teams_to_price", steps=steps)
    return _can_unless("steps", _why_weak(sample), steps=steps)


def _case_studies(sheet: pd.DataFrame | None) -> Verdict:
    if sheet is None or sheet.empty:
        return _cannot("evidence", "no_case_studies", studies=0)
    return _can("evidence", studies=len(sheet))


# ---- who answered, and when ----------------------------------------------------------------------


def _weighting(evidence: Evidence) -> Verdict:
    everyone = len(evidence.tables["customers"])
    n = len(evidence.sample.rows)
    counts = {"n": n, "rate": n / everyone if everyone else 0.0}
    if n > 0 and gates.weights_usable(n, everyone):
        return _can("weighting", **counts)
    return _cannot("weighting", "too_few_to_weigh", **counts)


def _time_order(evidence: Evidence) -> Verdict:
    responses = evidence.tables.get("responses")
    base = evidence.case.base
    if base is None or base.t0 is None or responses is None or "responded_at" not in responses:
        return _cannot("time_order", "answers_not_dated")
    dated = responses["responded_at"].notna()
    if not dated.any():
        return _cannot("time_order", "answers_not_dated")
    if evidence.left.isna().all() and base.churned:
        return _weak("time_order", "losses_not_dated", t0=base.t0)
    if not dated.all():
        undated = float(1 - dated.mean())
        return _weak("time_order", "answers_partly_dated", t0=base.t0, share=undated)
    day_after_start = pd.Timestamp(base.t0) + pd.Timedelta(days=1)
    if pd.to_datetime(responses["responded_at"]).max() >= day_after_start:
        return _weak("time_order", "answers_after_start", t0=base.t0)
    engagement = evidence.engagement
    if "ex" in evidence.tables and not (engagement and engagement.before):
        return _weak("time_order", "ex_not_before", t0=base.t0)
    return _can("time_order", t0=base.t0)


def _when_they_leave(evidence: Evidence) -> Verdict:
    lost = evidence.tables["customers"]["churned"].to_numpy(dtype=bool)
    left = int(lost.sum())
    dated = int((evidence.left.notna().to_numpy() & lost).sum())
    counts = {"left": left, "dated": dated}
    if not left:
        return _cannot("when_they_leave", "nobody_left", **counts)
    if not dated:
        return _cannot("when_they_leave", "losses_not_dated", **counts)
    if not gates.enough_events(dated, len(lost) - dated):
        return _cannot("when_they_leave", "few_losses_dated", **counts)
    if dated < left:
        return _weak("when_they_leave", "losses_partly_dated", **counts)
    return _can("when_they_leave", **counts)


def _trend(evidence: Evidence) -> Verdict:
    engagement = evidence.engagement
    if engagement is None or "ex" not in evidence.tables:
        return _cannot("trend", "no_ex", waves=0, teams=0)
    counts = {"waves": engagement.waves, "teams": engagement.repeated}
    if engagement.waves < MIN_WAVES or not engagement.repeated:
        return _cannot("trend", "one_wave", **counts)
    if engagement.repeated < gates.MIN_TEAMS_FIRM:
        return _weak("trend", "teams_directional", **counts)
    return _can("trend", **counts)


def _segments(evidence: Evidence) -> Verdict:
    rows = evidence.sample.rows
    answers = pd.Series(dtype=int)
    if "segment" in rows:
        answers = rows["segment"].dropna().value_counts()
    enough = int((answers >= gates.MIN_MOMENT_ANSWERS).sum())
    counts = {"segments": len(answers), "enough": enough}
    if answers.empty:
        return _cannot("segments", "no_segments", **counts)
    if enough < MIN_SEGMENTS:
        return _cannot("segments", "segments_too_small", **counts)
    if enough < len(answers):
        return _weak("segments", "segments_partly_small", **counts)
    return _can("segments", **counts)
