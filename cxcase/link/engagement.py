"""The EX half of a link: team engagement beside the responses, and what goes with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from cxcase.checks import Finding
from cxcase.estimate import Estimate, refuse
from cxcase.intake import Case, Scale
from cxcase.link.checks.check_findings import (
    about_ex_placebo,
    about_items,
    about_order,
    about_straight_factors,
)
from cxcase.link.checks.gate_findings import about_engagement
from cxcase.link.checks.run import with_engagement
from cxcase.link.data.population import Sample
from cxcase.link.diagnosis import AlternativeEstimate, Diagnosis
from cxcase.link.models import ex_to_cx as ex
from cxcase.link.models.describe import team_dots
from cxcase.link.models.ex_items import items_of
from cxcase.link.models.time_order import Order, time_order
from cxcase.link.worth.g_computation import Money
from cxcase.link.worth.mediation import BOTH_CLEAR, Indirect, through_cx, worth_through_cx
from cxcase.settings import Metric


@dataclass(frozen=True, eq=False)
class EngagementHalf:
    """Engagement joined to the responses, and the slopes that need no model of the score's money.

    joined: None where the case has no engagement. slope: CX points per EX point as measured;
    corrected: over EX reliability; total: churn probability per EX point by every path. order: who
    moves first, over two waves. findings: about the total.
    """

    joined: ex.Engagement | None
    slope: ex.Slope
    corrected: Estimate
    total: Estimate
    findings: tuple[Finding, ...] = ()
    order: Order | None = None

    @property
    def reliability(self) -> float | None:
        """Share of the difference between teams' scores that is not sampling noise.

        None when it can't be told.
        """
        return self.joined.reliability() if self.joined is not None else None


def engagement_half(case: Case, sample: Sample, metric: Metric, seed: int) -> EngagementHalf:
    """The EX half of the case; its figures are refused where too few teams have engagement."""
    joined = ex.join_engagement(case, sample.population)
    code = ex.refusal(sample, joined, case.has("ex"))
    if code is not None or joined is None:
        return _refused(joined, code or "no_ex")
    slope = ex.slope_to_cx(sample, joined, seed)
    total, findings = ex.total_effect(sample, joined)
    corrected = ex.corrected(slope, joined)
    return EngagementHalf(joined, slope, corrected, total, findings, time_order(case, metric))


def _refused(joined: ex.Engagement | None, code: str) -> EngagementHalf:
    teams = joined.teams if joined is not None else None
    points = refuse(ex.POINTS, code, teams=teams)
    slope = ex.Slope(points, None, None, None)
    return EngagementHalf(joined, slope, points, refuse(ex.CHANCE, code, teams=teams))


def diagnose_engagement(
    diagnosis: Diagnosis,
    case: Case,
    sample: Sample,
    half: EngagementHalf,
    churn_scale: Scale | None,
    seed: int,
) -> Diagnosis:
    """The diagnosis with the teams, the checks of the EX slope, and the survey's questions.

    churn_scale: the score's scale where churn is modelled; None leaves out what needs churn.
    """
    if half.joined is None:
        return diagnosis
    diagnosis = replace(diagnosis, teams=team_dots(sample.population, half.joined.team_score))
    found = with_engagement(
        diagnosis, sample, half.joined, half.slope, half.order, churn_scale, seed
    )
    if half.slope.estimate.refused:
        return found
    return replace(found, items=items_of(case, sample, half.joined))


def without_noise(
    half: EngagementHalf, to_churn: Estimate, money: Money, unit: str, seed: int
) -> Iterator[AlternativeEstimate]:
    """What follows from engagement once the noise of small teams' means is taken out of it."""
    slope = ex.slope_without_noise(half.slope, half.corrected, seed)
    if slope.draws is None:
        return
    through = through_cx(slope, to_churn, money, seed).estimate
    yield AlternativeEstimate("corrected", "ex_to_churn_through_cx", through)
    worth = worth_through_cx(slope, money, unit, seed)
    yield AlternativeEstimate("corrected", "one_point_of_ex_through_cx", worth)


def about_half(
    half: EngagementHalf, indirect: Indirect | None, diagnosis: Diagnosis
) -> Iterator[Finding]:
    """Every finding about engagement; indirect is None where churn has no model."""
    yield from half.findings
    if half.joined is None:
        return
    clear = indirect is not None and BOTH_CLEAR in indirect.checks
    through = indirect.estimate if indirect is not None else None
    yield from about_engagement(half.slope, half.joined, half.corrected, through, clear)
    yield from about_ex_placebo(diagnosis.placebos, half.slope.estimate)
    yield from about_straight_factors(diagnosis, half.slope.estimate, "ex_to_cx")
    yield from about_order(half.order)
    yield from about_items(diagnosis.items)
