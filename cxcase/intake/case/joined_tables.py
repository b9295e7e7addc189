"""The tables met: the ledger, the responses that are used, teams' engagement, and what nearly
matches.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from cxcase.checks import Finding
from cxcase.intake.case.inputs import Inputs
from cxcase.intake.case.match_responses import Answers, Matched, match_responses, place_answers
from cxcase.intake.case.near_matches import apply_ids, suggest_ids, suggest_teams
from cxcase.intake.case.question_matching import suggest_questions
from cxcase.intake.case.team_engagement import Engagement, combine_waves
from cxcase.intake.customer_list.deduplicate import without_repeats
from cxcase.intake.customer_list.docket import data_finding
from cxcase.intake.customer_list.ledger import Ledger, keep_ledger
from cxcase.intake.customer_list.start_date import first_day, start_of
from cxcase.intake.privacy.masking import Names
from cxcase.intake.privacy.small_groups import SmallGroups
from cxcase.intake.result import Suggestion, why_no_list
from cxcase.intake.roles.cx_comments import with_ids
from cxcase.intake.schema import Role, Scale
from cxcase.settings import Settings


@dataclass(frozen=True, eq=False)
class Listed:
    """The customer list at t0. repeated: its rows that say nothing new."""

    customers: pd.DataFrame
    repeated: pd.DataFrame
    ledger: Ledger


@dataclass(frozen=True, eq=False)
class Surveyed:
    """The survey's responses, and those of base customers that are used."""

    answers: Answers
    matched: Matched


@dataclass(frozen=True, eq=False)
class JoinedTables:
    """What the tables came to; each part None where its table was not given.

    asked: the list while it leaves something open that must be answered before there is a figure;
    `listed` and its frame are None until then. names: what is masked in comments, customers' ids
    among it.
    """

    frames: Mapping[str, pd.DataFrame]
    t0: dt.date | None
    listed: Listed | None
    surveyed: Surveyed | None
    engagement: Engagement | None
    names: Names
    asked: Listed | None = None

    @property
    def responses(self) -> pd.DataFrame:
        """One row a responding base customer; none without a survey."""
        if self.surveyed is None:
            return pd.DataFrame({"customer_id": pd.Series([], dtype="str")})
        return self.surveyed.matched.responses


def join_tables(inputs: Inputs, settings: Settings) -> tuple[JoinedTables, list[Finding]]:
    """(ledger, matched responses and team engagement, what is said of them)."""
    frames = inputs.frames
    t0, findings = start_of(settings, frames, inputs.sources, inputs.t0, inputs.t0_of_years)
    listed = asked = surveyed = engagement = None
    ids: Sequence[str] = ()
    if "customers" in frames:
        listed, said = _list(frames["customers"], t0, settings)
        ids = listed.customers["customer_id"].unique().tolist()
        findings += said
        if why_no_list(findings):
            asked = listed
            listed = None
            frames = {role: frame for role, frame in frames.items() if role != "customers"}
    if "cx" in frames and listed is not None:
        surveyed, said = _survey(frames["cx"], listed, t0, settings)
        findings += said
        ledger, said = _teams_from_survey(listed.ledger, surveyed.matched.responses)
        listed = replace(listed, ledger=ledger)
        findings += said
    if "ex" in frames:
        groups = SmallGroups(settings.k_min)
        first = first_day(frames.get("cx"))
        engagement = combine_waves(frames["ex"], first, groups, inputs.suppressed_teams)
        findings += engagement.findings
        findings += _teams_unmatched(engagement, listed)
    names = with_ids(inputs.names, ids)
    return JoinedTables(frames, t0, listed, surveyed, engagement, names, asked), findings


def _list(
    customers: pd.DataFrame, t0: dt.date | None, settings: Settings
) -> tuple[Listed, list[Finding]]:
    customers, repeated = without_repeats(customers)
    ledger = keep_ledger(customers, t0, settings)
    findings = [*ledger.findings]
    if len(repeated):
        findings.insert(0, data_finding("ok", "same_rows", count=len(repeated)))
    return Listed(customers, repeated, ledger), findings


def _survey(
    cx: pd.DataFrame, listed: Listed, t0: dt.date | None, settings: Settings
) -> tuple[Surveyed, list[Finding]]:
    everyone = pd.Index(listed.customers["customer_id"].unique())
    cx, moved = apply_ids(cx, everyone, settings.same_ids)
    answers = place_answers(cx, everyone)
    matched = match_responses(answers, listed.ledger, t0, settings)
    findings = [*matched.findings]
    if moved:
        findings.insert(0, data_finding("ok", "same_ids_applied", count=moved))
    return Surveyed(answers, matched), findings


def _teams_from_survey(ledger: Ledger, responses: pd.DataFrame) -> tuple[Ledger, list[Finding]]:
    """A customer list without teams takes them from the survey, for those who answered."""
    customers = ledger.customers
    if "team" not in responses or responses["team"].isna().all() or customers["team"].notna().any():
        return ledger, []
    teams = responses.set_index("customer_id")["team"]
    customers = customers.assign(team=customers["customer_id"].map(teams).astype("str"))
    said = data_finding("review", "team_from_survey", count=int(teams.notna().sum()))
    return replace(ledger, customers=customers), [said]


def _teams_unmatched(engagement: Engagement, listed: Listed | None) -> list[Finding]:
    """Teams with engagement that no customer of the list has: a failure where that is all."""
    total = len(engagement.ex)
    if listed is None or not total:
        return []
    teams = listed.ledger.customers["team"].dropna()
    met = int(engagement.ex["team"].isin(teams).sum())
    if met == total:
        return []
    counts = {"count": total - met, "total": total}
    return [data_finding("review" if met else "fail", "ex_teams_unmatched", **counts)]


def suggest(
    joined: JoinedTables, moment_scales: Mapping[str, Scale], settings: Settings
) -> tuple[tuple[Suggestion, ...], list[Finding]]:
    """(ids, team names and questions that nearly match, how many they are); of employee surveys
    only teams that are large enough to be shown.
    """
    ids: tuple[Suggestion, ...] = ()
    if joined.surveyed is not None:
        answers = joined.surveyed.answers
        unknown = answers.rows.loc[answers.place < 0, "customer_id"]
        ids = suggest_ids(unknown, answers.everyone)
    teams = suggest_teams(_team_counts(joined))
    questions, about_questions = suggest_questions(joined.frames.get("cx"), moment_scales, settings)
    findings = [data_finding("review", "ids_nearly_match", count=one.count) for one in ids]
    if teams:
        count = len({one.found for one in teams})
        findings.append(data_finding("review", "teams_nearly_match", count=count))
    return (*ids, *teams, *questions), findings + about_questions


def _team_counts(joined: JoinedTables) -> dict[Role, pd.Series]:
    """Table -> its rows (of `ex`, its answers) by team."""
    counts: dict[Role, pd.Series] = {}
    listed: tuple[Role, ...] = ("customers", "cx")
    frames = dict(joined.frames)
    if joined.asked is not None:
        frames["customers"] = joined.asked.customers
    for role in listed:
        frame = frames.get(role)
        if frame is not None and "team" in frame:
            counts[role] = frame["team"].dropna().value_counts()
    if joined.engagement is not None:
        counts["ex"] = joined.engagement.ex.set_index("team")["n"]
    return counts
