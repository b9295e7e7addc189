"""What is true of a drawn company, by exact probabilities over every customer.

Nothing is estimated here: the chance of leaving is known for each customer at each possible ease
mark, and so is the chance of each mark given the moments lived. Only EX needs a step (`EX_STEP`),
because ratings are whole numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, ndtr

from cxcase.estimate import Floats
from cxcase.sample import design as d
from cxcase.sample.company import Company, People, Teams, ease_from, rating_means, record

EX_STEP = 0.5  # latent EX points up and down from where each team is
QUARTILE = 0.6744897501960817
MARKS = np.arange(d.EASE_LOW, d.EASE_HIGH + 1, dtype=float)
K_MIN = 5


@dataclass(frozen=True)
class Known:
    """One true figure: its value, unit and the sentence that says what it is."""

    value: float
    unit: str
    meaning: str


def true_effects(company: Company) -> dict[str, Known]:
    """Every figure that the app estimates and that is known here, by id.

    Such as "worth:one_point_of_cx".
    """
    people = company.people
    known = _base(people)
    known |= _ex(company)
    known |= _ease(people)
    known |= _through_ease(people, known["ex_to_cx"].value, known["ex_to_cx_corrected"].value)
    known |= _moments(company)
    return known


def truth_document(company: Company) -> dict[str, object]:
    """`truth.json`: the company, its seed and one entry a figure."""
    entries = [
        {"id": name, "value": float(f"{k.value:.10g}"), "unit": k.unit, "estimand": k.meaning}
        for name, k in true_effects(company).items()
    ]
    return {
        "company": company.name,
        "seed": company.seed,
        "t0": d.T0.isoformat(),
        "truths": entries,
    }


def leaving(people: People, ease: Floats) -> Floats:
    """Chance of leaving (n,) at these ease marks (n,)."""
    return np.asarray(expit(people.churn_rest + d.CHURN_EASE * (ease - d.EASE_CENTRE)))


def leaving_from(people: People, latent: Floats) -> Floats:
    """Churn probability (n,) before the ease mark is drawn, given latent ease without its noise."""
    return np.asarray((_mark_chances(latent) * _leaving_at_marks(people)).sum(axis=1))


def _leaving_at_marks(people: People) -> Floats:
    return np.asarray(expit(people.churn_rest[:, None] + d.CHURN_EASE * (MARKS - d.EASE_CENTRE)))


def _mark_chances(latent: Floats) -> Floats:
    below = ndtr((MARKS[:-1] + 0.5 - latent[:, None]) / d.EASE_SD)
    n = len(latent)
    return np.diff(np.hstack([np.zeros((n, 1)), below, np.ones((n, 1))]), axis=1)


def _base(people: People) -> dict[str, Known]:
    r0 = people.revenue
    r1 = people.revenue_end
    lost = people.churned
    yes = people.answered
    money = "GBP per year"
    return {
        "base:customers": Known(float(len(r0)), "customers", "Customers with revenue at t0."),
        "base:revenue_start": Known(r0.sum(), money, "Their annual revenue at t0."),
        "base:revenue_end": Known(
            r1.sum(), money, "Their annual revenue 12 months on, 0 for those who left."
        ),
        "base:churned": Known(
            float(lost.sum()), "customers", "Customers who left within 12 months."
        ),
        "base:churned_revenue": Known(
            r0[lost].sum(), money, "The revenue at t0 of those who left."
        ),
        "base:logo_churn": Known(lost.mean(), "share", "Customers who left, as a share of all."),
        "base:grr": Known(np.minimum(r0, r1).sum() / r0.sum(), "share", "Gross revenue retention."),
        "base:nrr": Known(r1.sum() / r0.sum(), "share", "Net revenue retention."),
        "base:response_rate": Known(
            yes.mean(), "share", "Customers who answered, as a share of all."
        ),
        "base:responder_churn": Known(lost[yes].mean(), "share", "Churn among those who answered."),
    }


# ---- ease ----------------------------------------------------------------------------------------


def _ease(people: People) -> dict[str, Known]:
    p = leaving(people, people.ease)
    slope = float((d.CHURN_EASE * p * (1 - p)).mean())
    kept, gained = point_of_ease(people, 1.0)
    money = "GBP per year"
    return {
        "cx_to_churn": Known(
            slope,
            "probability per point",
            "Average over all customers of the change in churn per ease point.",
        ),
        "cx_to_nrr": Known(
            (kept + gained) / people.revenue.sum(),
            "share of starting revenue per point",
            "Worth / starting revenue.",
        ),
        "worth:one_point_of_cx_retention": Known(
            kept, money, "Revenue kept if every customer's ease were one point higher, capped at 7."
        ),
        "worth:one_point_of_cx_expansion": Known(
            gained, money, "What those who stay would add to it, same change."
        ),
        "worth:one_point_of_cx": Known(kept + gained, money, "Both together."),
    }


def _through_ease(people: People, measured: float, true: float) -> dict[str, Known]:
    """Effect of an EX point through ease alone: marks move by what it brings, capped at 7."""
    p = leaving(people, people.ease)
    known = {}
    for ending, move, kind in (
        ("", measured, "as measured"),
        ("_corrected", true, "of the true score"),
    ):
        up = leaving(people, np.minimum(people.ease + move, d.EASE_HIGH))
        kept, gained = point_of_ease(people, move)
        known[f"ex_to_churn_through_cx{ending}"] = Known(
            float((up - p).mean()),
            "probability per EX point",
            f"Average change in churn if each mark moved by what one EX point {kind} brings, "
            "capped at 7.",
        )
        known[f"worth:one_point_of_ex_through_cx{ending}"] = Known(
            kept + gained,
            "GBP per year",
            f"Revenue kept and added by that move, one EX point {kind}.",
        )
    return known


def point_of_ease(people: People, points: float) -> tuple[float, float]:
    """(kept, added) revenue a year if everyone's ease rose by `points`, capped at the end."""
    up = np.minimum(people.ease + points, d.EASE_HIGH)
    p = leaving(people, people.ease)
    q = leaving(people, up)
    g, h = (
        people.growth_rest + d.GROWTH_EASE * (ease - d.EASE_CENTRE) for ease in (people.ease, up)
    )
    kept = people.revenue @ (p - q)
    return float(kept), float(people.revenue @ ((1 - q) * h - (1 - p) * g))


# ---- EX ------------------------------------------------------------------------------------------


def expected_score(ex: Floats) -> Floats:
    """A team's EX score if endlessly many had answered: the five recorded items, averaged."""
    spread = np.hypot(d.PERSON_SD, d.ITEM_SD)
    cuts = np.arange(d.EX_LOW, d.EX_HIGH) + 0.5
    items = [
        d.EX_LOW + ndtr((ex[:, None] + shift - cuts) / spread).sum(axis=1)
        for _, shift in d.EX_ITEMS
    ]
    return np.asarray(np.mean(items, axis=0))


def _ex(company: Company) -> dict[str, Known]:
    teams = company.teams
    people = company.people
    ease, churn = zip(*(_with_ex(teams, people, step) for step in (-EX_STEP, EX_STEP)), strict=True)
    score = [expected_score(teams.ex + step)[people.team].mean() for step in (-EX_STEP, EX_STEP)]
    run = score[1] - score[0]
    slope = (ease[1] - ease[0]) / run
    total = (churn[1] - churn[0]) / run
    share = ex_reliability(company)
    return {
        "ex_to_cx_corrected": Known(
            slope,
            "points per EX point",
            "Change in average ease per point of the teams' true EX score.",
        ),
        "ex_to_cx": Known(
            slope * share,
            "points per EX point",
            "The same per point as measured: times the score's reliability.",
        ),
        "ex_to_churn_total": Known(
            total * share,
            "probability per EX point",
            "Change in average churn per measured EX point, by every path.",
        ),
        "ex_reliability": Known(
            share, "share", "Share of the difference between teams' EX scores that is real."
        ),
    }


def _with_ex(teams: Teams, people: People, step: float) -> tuple[float, float]:
    """Mean ease and churn with every team's latent EX `step` higher, all else as it was."""
    older = people.tenure - d.TENURE_CENTRE
    lift = rating_means(teams, people.team, older, step) - people.rating_mean
    rating = record(people.rating_latent + lift, d.MOMENT_LOW, d.MOMENT_HIGH)
    chances = _mark_chances(people.ease_rest + ease_from(rating, people.lived))
    at_marks = expit(
        people.churn_rest[:, None] + d.CHURN_EX * step + d.CHURN_EASE * (MARKS - d.EASE_CENTRE)
    )
    return float((chances @ MARKS).mean()), float((chances * at_marks).sum(axis=1).mean())


def ex_reliability(company: Company) -> float:
    """Real variance of teams' EX scores as a share of the measured one's.

    Teams counted by customers. A team's score is over its waves with five answers or more. One
    person's two answers are not independent.
    """
    names = company.teams.names
    answers = company.staff.assign(who=company.who)
    cell = answers.groupby(["team", "wave"])["who"].transform("size")
    twice = answers[cell >= K_MIN].groupby(["team", "who"]).size()
    total = twice.groupby("team").sum().reindex(names, fill_value=0).to_numpy()
    squares = (twice**2).groupby("team").sum().reindex(names, fill_value=0).to_numpy()
    used = total > 0
    weight = company.teams.size[used] / company.teams.size[used].sum()
    score = expected_score(company.teams.ex[used])
    person, answer = _answer_variance(company.teams.ex[used])
    noise = (weight * (1 - weight)) @ (
        person * squares[used] / total[used] ** 2 + answer / total[used]
    )
    between = weight @ (score - weight @ score) ** 2
    return float(between / (between + noise))


def _answer_variance(ex: Floats) -> tuple[Floats, Floats]:
    """Variance of the mean item score between a team's people, and within one person.

    By Gauss-Hermite quadrature over people (Abramowitz & Stegun 1964, 25.4.46).
    """
    node, mass = np.polynomial.hermite_e.hermegauss(41)
    mass = mass / mass.sum()
    person = ex[:, None] + d.PERSON_SD * node
    cuts = np.arange(d.EX_LOW, d.EX_HIGH) + 0.5
    mean = np.zeros_like(person)
    variance = np.zeros_like(person)
    for _, shift in d.EX_ITEMS:
        above = ndtr((person[..., None] + shift - cuts) / d.ITEM_SD)
        first = above.sum(axis=2)
        second = (above * (2 * np.arange(1, d.EX_HIGH - d.EX_LOW + 1) - 1)).sum(axis=2)
        mean += first / len(d.EX_ITEMS)
        variance += (second - first**2) / len(d.EX_ITEMS) ** 2
    return (mean**2) @ mass - (mean @ mass) ** 2, variance @ mass


# ---- moments -------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Targets:
    """The best-quartile team's rating per moment (j,), and how far each team is below it (g, j)."""

    target: Floats
    gap: Floats


def best_quartile(people: People, g: int) -> Targets:
    """Targets by long-run team means: mean + 0.674 between-team sd, weighted by customers."""
    expected = _expected_rating(people.rating_mean)
    lived = np.stack([np.bincount(people.team, c, g) for c in people.lived_chance.T], axis=1)
    total = np.stack(
        [
            np.bincount(people.team, c * r, g)
            for c, r in zip(people.lived_chance.T, expected.T, strict=True)
        ],
        axis=1,
    )
    mean = total / lived
    weight = lived / lived.sum(axis=0)
    centre = (weight * mean).sum(axis=0)
    target = centre + QUARTILE * np.sqrt((weight * (mean - centre) ** 2).sum(axis=0))
    return Targets(target, np.maximum(0.0, target - mean))


def _expected_rating(latent: Floats) -> Floats:
    spread = np.hypot(d.HALO_SD, d.RATING_SD)
    return np.asarray(
        np.sum(
            [ndtr((latent - k + 0.5) / spread) for k in range(d.MOMENT_LOW + 1, d.MOMENT_HIGH + 1)],
            axis=0,
        )
    )


def raised(people: People, lift: Floats) -> Floats:
    """Ease points (n, j) from a lift of rating points (n, j), capped at the rating's end."""
    gain = np.minimum(lift, d.MOMENT_HIGH - people.rating)
    return np.where(people.lived, np.array([m.ease for m in d.MOMENTS]) * gain, 0.0)


def _moments(company: Company) -> dict[str, Known]:
    people = company.people
    latent = people.ease_rest + ease_from(people.rating, people.lived)
    before = leaving_from(people, latent)
    slope = _latent_slope(people, latent)
    targets = best_quartile(people, len(company.teams.size))
    to_target = raised(people, targets.gap[people.team])
    one_point = raised(people, np.ones_like(people.rating))

    def saved(more: Floats) -> float:
        return float(people.revenue @ (before - leaving_from(people, latent + more)))

    known = {
        "moments:revenue_at_stake": Known(
            saved(to_target.sum(axis=1)),
            "GBP per year",
            "Revenue kept if every team below a best-quartile team's rating rose to it.",
        )
    }
    for j, moment in enumerate(d.MOMENTS):
        lived = people.lived[:, j]
        known |= _one_moment(
            f"moment:{moment.name}",
            lived.mean(),
            people.rating[lived, j].mean(),
            moment.ease * slope[lived].mean(),
            saved(to_target[:, j]),
            saved(one_point[:, j]),
            targets.target[j],
        )
    return known


def _one_moment(
    name: str, reach: float, mean: float, slope: float, stake: float, point: float, target: float
) -> Mapping[str, Known]:
    return {
        f"{name}:reach": Known(reach, "share", "Share of all customers who lived it."),
        f"{name}:performance": Known(mean, "points", "Mean rating among those who lived it."),
        f"{name}:slope": Known(
            slope,
            "probability per point",
            "Average change in churn per rating point among those who lived it.",
        ),
        f"{name}:revenue_at_stake": Known(
            stake,
            "GBP per year",
            "Revenue kept if every team below a best-quartile team's rating rose to it here.",
        ),
        f"{name}:one_point": Known(
            point,
            "GBP per year",
            "Revenue kept if everyone who lived it rated it one point higher, capped at 10.",
        ),
        f"{name}:target": Known(
            target, "points", "The best-quartile team's rating: mean + 0.674 between-team sd."
        ),
    }


def _latent_slope(people: People, latent: Floats) -> Floats:
    """Change in the chance of leaving per point of latent ease (n,)."""
    edges = (MARKS[:-1] + 0.5 - latent[:, None]) / d.EASE_SD
    density = np.exp(-0.5 * edges**2) / (np.sqrt(2 * np.pi) * d.EASE_SD)
    return np.asarray((density * np.diff(_leaving_at_marks(people), axis=1)).sum(axis=1))
