"""`draw_company`: the sample company from a seed: what it knows of itself, and what is true."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit

from cxcase.estimate import Bools, Floats, Ints
from cxcase.intake import Scale
from cxcase.sample import design as d
from cxcase.sample.comments import write_comments
from cxcase.sample.sheets import case_studies, recommendations
from cxcase.time_units import MONTH_DAYS, YEAR_DAYS

SCALES = {"ease": Scale(d.EASE_LOW, d.EASE_HIGH), "nps": Scale(0, d.NPS_HIGH)}
EX_SCALE = Scale(d.EX_LOW, d.EX_HIGH)
MOMENT_SCALES = {m.name: Scale(d.MOMENT_LOW, d.MOMENT_HIGH) for m in d.MOMENTS}


@dataclass(frozen=True, eq=False)
class Teams:
    """g teams as they are: nobody in the company can see `unseen` or the true `ex`."""

    names: tuple[str, ...]
    size: Ints  # customers (g,)
    ex: Floats  # latent EX (g,)
    unseen: Floats  # raises CX and cuts churn (g,)
    moment: Floats  # the team's own part of each moment's rating (g, 8)
    ease: Floats  # and of ease (g,)
    churn: Floats  # and of the log-odds of leaving (g,)


@dataclass(frozen=True, eq=False)
class People:
    """n customers as they are, whether or not they answered; j moments.

    rating_mean is the latent rating before a customer's own mood and luck; `ease_rest` is all of
    latent ease but the moments and chance; `churn_rest` the log-odds of leaving at the centre of
    ease; `growth_rest` likewise.
    """

    team: Ints
    tenure: Floats  # years
    segment: Ints
    revenue: Floats  # a year, at t0
    lived_chance: Floats  # (n, j)
    lived: Bools  # (n, j)
    rating_mean: Floats  # (n, j)
    rating_latent: Floats  # (n, j)
    rating: Floats  # as a survey would record it (n, j)
    ease_rest: Floats
    ease: Floats
    churn_rest: Floats
    churned: Bools
    growth_rest: Floats
    revenue_end: Floats
    answered: Bools


@dataclass(frozen=True, eq=False)
class Company:
    """A drawn company. `frames` is what its spreadsheets say once they are read.

    `teams`, `people` is how it is. frames: customers, cx, ex (aggregates per team and wave),
    recommendations, case_studies, as intake types them. staff: one anonymous answer a row (team,
    wave, five items 1 to 5), for the spreadsheet only; `who` (rows,) knows which answers are one
    person's.
    """

    seed: int
    name: str
    frames: Mapping[str, pd.DataFrame]
    staff: pd.DataFrame
    who: Ints
    teams: Teams
    people: People


def record(latent: Floats, low: int, high: int) -> Floats:
    """The whole point that a survey records for a latent score: rounded, kept within the scale."""
    return np.clip(np.rint(latent), low, high) + 0.0  # no minus zero


def draw_company(
    seed: int = d.SEED,
    customers: int = 12_000,
    teams: int = len(d.DEPOTS),
    *,
    comments: bool = True,
) -> Company:
    """A `Company` of about `customers` customers in `teams` teams (at most 48).

    Equal arguments, equal company. `comments=False` leaves the free text out, which is most of the
    time a simulation would spend here.
    """
    their_teams = _teams(np.random.default_rng([seed, 1]), customers, teams)
    people = _people(np.random.default_rng([seed, 2]), their_teams)
    staff, who = _staff(np.random.default_rng([seed, 3]), their_teams)
    survey = _survey(np.random.default_rng([seed, 4]), people)
    if comments:
        survey["comment"] = write_comments(survey, np.random.default_rng([seed, 5]))
    frames = {
        "customers": _ledger(people, their_teams),
        "cx": survey,
        "ex": _aggregate(staff),
        "recommendations": recommendations(),
        "case_studies": case_studies(),
    }
    return Company(seed, d.COMPANY, frames, staff, who, their_teams, people)


def _teams(rng: np.random.Generator, customers: int, g: int) -> Teams:
    share = np.exp(d.TEAM_SIZE_SD * rng.standard_normal(g))
    spread = np.clip(d.EX_SD * rng.standard_normal(g), -d.EX_SPREAD_LIMIT, d.EX_SPREAD_LIMIT)
    own = rng.standard_normal((g, len(d.MOMENTS))) * [m.team_sd for m in d.MOMENTS]
    return Teams(
        names=d.DEPOTS[:g],
        size=_whole(customers * share / share.sum()),
        ex=d.EX_MEAN + spread,
        unseen=rng.standard_normal(g),
        moment=own,
        ease=d.EASE_TEAM_SD * rng.standard_normal(g),
        churn=d.CHURN_TEAM_SD * rng.standard_normal(g),
    )


def _whole(sizes: Floats) -> Ints:
    """Whole numbers with the same total: largest remainders first."""
    floor = np.floor(sizes).astype(np.int64)
    most = np.argsort(floor - sizes, kind="stable")[: round(sizes.sum()) - floor.sum()]
    floor[most] += 1
    return floor


def _people(rng: np.random.Generator, teams: Teams) -> People:
    """Every customer as drawn: what they lived and rated, whether they left and answered."""
    n = int(teams.size.sum())
    j = len(d.MOMENTS)
    team = rng.permutation(np.repeat(np.arange(len(teams.size)), teams.size))
    days = np.rint(
        YEAR_DAYS
        * np.clip(rng.gamma(d.TENURE_SHAPE, d.TENURE_SCALE, n), d.TENURE_FIRST, d.TENURE_LAST)
    )
    tenure = days / YEAR_DAYS
    older = tenure - d.TENURE_CENTRE
    segment = rng.choice(len(d.SEGMENTS), n, p=[s.share for s in d.SEGMENTS])
    level = np.array([s.log_revenue for s in d.SEGMENTS])[segment]
    log_revenue: Floats = level + d.REVENUE_TENURE * older + d.REVENUE_SD * rng.standard_normal(n)
    revenue: Floats = np.asarray(np.round(np.exp(log_revenue), 2), dtype=np.float64)
    chance = expit(
        [m.lived_logit for m in d.MOMENTS] + np.outer(older, [m.lived_tenure for m in d.MOMENTS])
    )
    lived = rng.random((n, j)) < chance
    mean = rating_means(teams, team, older)
    latent = (
        mean + d.HALO_SD * rng.standard_normal((n, 1)) + d.RATING_SD * rng.standard_normal((n, j))
    )
    rating = record(latent, d.MOMENT_LOW, d.MOMENT_HIGH)
    ease_rest = (
        d.EASE_LEVEL + d.EASE_TENURE * older + (d.EASE_UNSEEN * teams.unseen + teams.ease)[team]
    )
    ease_latent = ease_rest + ease_from(rating, lived) + d.EASE_SD * rng.standard_normal(n)
    ease = record(ease_latent, d.EASE_LOW, d.EASE_HIGH)
    churn_rest = _churn_rest(teams, team, older, segment, revenue)
    churned = rng.random(n) < expit(churn_rest + d.CHURN_EASE * (ease - d.EASE_CENTRE))
    growth_rest = d.GROWTH_LEVEL + d.GROWTH_TENURE * older + d.GROWTH_UNSEEN * teams.unseen[team]
    revenue_end = _revenue_end(
        rng, revenue, growth_rest + d.GROWTH_EASE * (ease - d.EASE_CENTRE), churned
    )
    answers = _answer_logit(older, segment, revenue, churned)
    return People(
        team=team,
        tenure=tenure,
        segment=segment,
        revenue=revenue,
        lived_chance=chance,
        lived=lived,
        rating_mean=mean,
        rating_latent=latent,
        rating=rating,
        ease_rest=ease_rest,
        ease=ease,
        churn_rest=churn_rest,
        churned=churned,
        growth_rest=growth_rest,
        revenue_end=revenue_end,
        answered=rng.random(n) < expit(answers),
    )


def rating_means(teams: Teams, team: Ints, older: Floats, ex_shift: float = 0.0) -> Floats:
    """Latent mean rating (n, j) of every moment, every team's EX `ex_shift` points higher."""
    ex = teams.ex - d.EX_MEAN + ex_shift
    of_team = teams.moment + np.outer(ex, [m.ex for m in d.MOMENTS])
    of_team += np.outer(teams.unseen, [m.unseen for m in d.MOMENTS])
    return np.array([m.mean for m in d.MOMENTS]) + of_team[team] + d.RATING_TENURE * older[:, None]


def ease_from(rating: Floats, lived: Bools) -> Floats:
    """What moments add to latent ease (n,): for having happened, and for how well they went."""
    slope = np.array([m.ease for m in d.MOMENTS])
    happening = np.array([m.happening for m in d.MOMENTS])
    quality = slope * (rating - [m.mean for m in d.MOMENTS])
    return np.asarray(np.where(lived, happening + quality, 0.0).sum(axis=1))


def _churn_rest(teams: Teams, team: Ints, older: Floats, segment: Ints, revenue: Floats) -> Floats:
    of_team = d.CHURN_UNSEEN * teams.unseen + teams.churn + d.CHURN_EX * (teams.ex - d.EX_MEAN)
    size = d.CHURN_REVENUE * (np.log(revenue) - d.REVENUE_CENTRE)
    kind = np.array([s.churn for s in d.SEGMENTS])[segment]
    return np.asarray(d.CHURN_LEVEL + d.CHURN_TENURE * older + size + kind + of_team[team])


def _answer_logit(older: Floats, segment: Ints, revenue: Floats, churned: Bools) -> Floats:
    kind = np.array([s.answers for s in d.SEGMENTS])[segment]
    size = d.ANSWER_REVENUE * (np.log(revenue) - d.REVENUE_CENTRE)
    return np.asarray(
        d.ANSWER_LEVEL + d.ANSWER_TENURE * older + size + kind + d.ANSWER_CHURNED * churned
    )


def _revenue_end(
    rng: np.random.Generator, revenue: Floats, growth: Floats, churned: Bools
) -> Floats:
    # Most contracts roll over unchanged; those that move do so by more, so that growth is right on
    # average.
    moves = rng.random(len(revenue)) < d.GROWTH_MOVES
    step = growth / d.GROWTH_MOVES + d.GROWTH_SD * rng.standard_normal(len(revenue))
    change = np.where(moves, np.clip(step, -d.GROWTH_LIMIT, d.GROWTH_LIMIT), 0.0)
    return np.where(churned, 0.0, np.round(revenue * (1 + change), 2))


def _staff(rng: np.random.Generator, teams: Teams) -> tuple[pd.DataFrame, Ints]:
    """Staff answers of both waves, a row each (team, wave, items), and who gave it, apart."""
    expected = (
        teams.size
        * d.STAFF_PER_CUSTOMER
        * np.exp(d.STAFF_SIZE_SD * rng.standard_normal(len(teams.size)))
    )
    head = np.maximum(2, np.rint(expected)).astype(int)
    team = np.repeat(np.arange(len(head)), head)
    person = teams.ex[team] + d.PERSON_SD * rng.standard_normal(len(team))
    shift = np.array([shift for _, shift in d.EX_ITEMS])
    waves = []
    people = []
    for day in d.EX_WAVES:
        item = person[:, None] + shift + d.ITEM_SD * rng.standard_normal((len(team), len(shift)))
        # row order would give people away
        who = rng.permutation(np.flatnonzero(rng.random(len(team)) < d.STAFF_ANSWER))
        answers = pd.DataFrame(
            record(item[who], d.EX_LOW, d.EX_HIGH), columns=[text for text, _ in d.EX_ITEMS]
        )
        answers.insert(0, "wave", day)
        answers.insert(0, "team", np.array(teams.names)[team[who]])
        waves.append(answers)
        people.append(who)
    return pd.concat(waves, ignore_index=True), np.concatenate(people)


def _aggregate(staff: pd.DataFrame) -> pd.DataFrame:
    score = staff[[text for text, _ in d.EX_ITEMS]].mean(axis=1)
    grouped = score.groupby([staff["team"], staff["wave"]])
    table = grouped.agg(n="size", mean="mean", sd="std").reset_index()
    return table.astype({"n": "int64"})


def customer_ids(n: int) -> list[str]:
    """Customer numbers as the ledger prints them."""
    return [f"TB{100_001 + i}" for i in range(n)]


def _ledger(people: People, teams: Teams) -> pd.DataFrame:
    n = len(people.team)
    days = np.rint(people.tenure * YEAR_DAYS)
    # A leaver's last day falls anywhere in the year after t0; it is read from the customer's
    # number, not drawn.
    last = [d.T0 + dt.timedelta(days=int(20 + (i * 7919) % 340)) for i in range(n)]
    return pd.DataFrame(
        {
            "customer_id": customer_ids(n),
            "team": np.array(teams.names)[people.team],
            "segment": np.array([s.name for s in d.SEGMENTS])[people.segment],
            "tenure_months": days / MONTH_DAYS,
            "revenue_start": people.revenue,
            "revenue_end": people.revenue_end,
            "churned": people.churned,
            "churn_date": [
                day if lost else None for day, lost in zip(last, people.churned, strict=True)
            ],
        }
    )


def _survey(rng: np.random.Generator, people: People) -> pd.DataFrame:
    """One row an answer, in the order they came in; the last one on the day before t0."""
    n = len(people.team)
    day = rng.integers(0, d.SURVEY_DAYS, n)
    nps = record(1.2 * people.ease + 0.9 + 1.4 * rng.standard_normal(n), 0, d.NPS_HIGH)
    ease = np.where(rng.random(n) < d.EASE_BLANK, np.nan, people.ease)
    skipped = rng.random((n, len(d.MOMENTS))) < d.SKIPPED
    who = np.flatnonzero(people.answered)
    who = who[np.argsort(day[who], kind="stable")]
    day[who[-1]] = d.SURVEY_DAYS - 1
    ids = np.array(customer_ids(n))
    columns: dict[str, object] = {
        "customer_id": ids[who],
        "responded_at": pd.Timestamp(d.SURVEY_FIRST_DAY) + pd.to_timedelta(day[who], unit="D"),
        "ease": ease[who],
        "nps": nps[who],
    }
    for j, moment in enumerate(d.MOMENTS):
        seen = people.lived[who, j]
        columns[f"rating:{moment.name}"] = np.where(
            seen & ~skipped[who, j], people.rating[who, j], np.nan
        )
        columns[f"lived:{moment.name}"] = seen
    return pd.DataFrame(columns)
