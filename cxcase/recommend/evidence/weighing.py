"""A step's lift from all that is known of it: the sheet's claim, studies, and an own pilot.

Studies are pooled to what the next one like them would find; people's estimates to one belief; both
are mixed by how strong they are, and an own controlled pilot then updates each of them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from cxcase.estimate import Floats
from cxcase.recommend.evidence.kinds import GRADES
from cxcase.recommend.result import Evidence, Grade, LiftEvidence, PooledEvidence
from cxcase.settings import Settings
from cxcase.settings.known_choices import LiftSource, Ranges
from cxcase.stats.pooling.beliefs import (
    Belief,
    Distribution,
    grid,
    mixed,
    normals,
    percentiles,
    student,
)
from cxcase.stats.pooling.meta_analysis import few, pool

WEIGHTS = {"A": 4.0, "B": 3.0, "C": 2.0, "D": 1.0}  # of the pool, by its best study
EXPERTS = 1.0
FEW = 5  # studies from which their own spread is taken as found
SHARE_OF_GRADE = 0.25  # weight from which a part's grade counts
TOLD_BY_PILOT = 0.5  # share of the variance that a pilot takes away to give its own grade
CONFLICT = 0.8  # of the pool's prediction, outside which a claim is one
_REACH = 5.0  # spreads to each side that the grid holds
_WIDEST = 3.0  # of the scale of the spread between studies
_FAR = 4.0  # and how many P10 to P90 ranges of an estimate
_NEARLY = 1e-6  # of an estimate that has no range: what it is held to
Range = tuple[float, float, float]  # P10, likely or median, P90


@dataclass(frozen=True, eq=False)
class _Part:
    """One part of what is believed: where its mass lies, its weight, and the grade it has."""

    belief: Belief
    weight: float
    grade: Grade


class _Chosen(NamedTuple):
    """What of the settings evidence is weighed by."""

    between_studies: float
    ranges: Ranges
    lift_source: LiftSource


def weigh(claim: Range, studies: Sequence[Evidence], settings: Settings) -> LiftEvidence:
    """What all that is known of a step's lift comes to.

    claim: the sheet's P10, likely and P90, in points. The claim stands alone where no study can be
    counted, where it is 0, or where the settings say so; a claim of 0 has no grade.
    """
    chosen = _Chosen(settings.between_studies, settings.ranges, settings.lift_source)
    return _weighed(claim, tuple(studies), chosen)


@lru_cache(maxsize=2**12)  # one step's edit leaves the evidence on all others as it is
def _weighed(claim: Range, studies: tuple[Evidence, ...], settings: _Chosen) -> LiftEvidence:
    pilots = [study for study in studies if study.use == "pilot"]
    pooled = [study for study in studies if study.use == "pooled"]
    estimates = [study.estimate for study in studies if study.use == "expert" and study.estimate]
    counts = bool(pilots or pooled or estimates)
    if claim[1] == 0:
        return LiftEvidence(claim, None, claim, claim, None, conflict=False)
    if not counts:
        return LiftEvidence(claim, None, claim, claim, "D", conflict=False)
    points = _points([claim, *estimates], [*pooled, *pilots], settings.between_studies)
    found, theirs = _evidence_part(pooled, pilots, points, settings)
    conflict = theirs is not None and not theirs.low <= claim[1] <= theirs.high
    experts = [*estimates] if conflict else [claim, *estimates]
    parts = [found] if found else []
    if experts:
        opinion = _Part(_opinion(experts, points), EXPERTS, "D")
        parts.append(_updated(opinion, pilots, weighed=bool(pooled)))
    after = mixed([part.belief for part in parts], [part.weight for part in parts])
    weighed = _range_of(after, settings)
    own = settings.lift_source == "sheet"
    total = sum(part.weight for part in parts)
    return LiftEvidence(
        claim=claim,
        pooled=theirs,
        weighed=weighed,
        used=claim if own else weighed,
        grade="D" if own else _grade(parts),
        conflict=conflict,
        evidence_share=parts[0].weight / total if found and parts[0] is found else 0.0,
        experts=len(experts),
    )


def _evidence_part(
    pooled: Sequence[Evidence], pilots: Sequence[Evidence], points: Floats, settings: _Chosen
) -> tuple[_Part | None, PooledEvidence | None]:
    """(what the studies say with the pilot's word, the same in figures); none without both.

    A pilot that no study stands beside is a study itself: what it says of the whole company is as
    uncertain as one study of a few.
    """
    counted = pooled or pilots
    if not counted:
        return None, None
    chance, tau = _next_study(counted, settings)
    best = min((study.grade for study in counted), key=GRADES.index)
    part = _Part(Belief.of(chance, points), WEIGHTS[best], best)
    if pooled:
        part = _updated(part, pilots, weighed=True)
    return part, PooledEvidence(
        mean=part.belief.mean,
        low=part.belief.quantile((1 - CONFLICT) / 2),
        high=part.belief.quantile((1 + CONFLICT) / 2),
        studies=len(counted),
        tau=tau,
        few=len(counted) < FEW,
    )


def _next_study(studies: Sequence[Evidence], settings: _Chosen) -> tuple[Distribution, float]:
    """(the true effect of one more study like these, the spread between them)."""
    effects = np.array([study.discounted for study in studies], dtype=np.float64)
    errors = np.array([study.discounted_se for study in studies], dtype=np.float64)
    if len(studies) >= FEW:
        found = pool(effects, errors**2)
        return student(found.mean, found.next_sd, found.studies - 2), float(np.sqrt(found.tau2))
    scale = settings.between_studies * float(np.sqrt(np.mean(effects**2)))
    some = few(effects, errors**2, scale)
    return normals(some.means, np.sqrt(some.variances), some.weights), some.tau


def _updated(part: _Part, pilots: Sequence[Evidence], *, weighed: bool) -> _Part:
    """The part after the pilots: what it believes, its weight by how likely it made them.

    weighed: False where a pilot stands for the studies, which then has no such likelihood itself.
    """
    belief, weight = part.belief, part.weight
    for pilot in pilots:
        belief, likely = belief.updated(pilot.discounted or 0.0, pilot.discounted_se or 1.0)
        if weighed:
            weight *= likely
    told = belief.variance <= TOLD_BY_PILOT * part.belief.variance
    return _Part(belief, weight, "A" if pilots and told else part.grade)


def _opinion(ranges: Sequence[Range], points: Floats) -> Belief:
    """People's estimates as one belief, each with the same weight."""
    beliefs = [Belief.of(percentiles(*ends), points) for ends in ranges]
    return mixed(beliefs, [1.0] * len(beliefs))


def _points(ranges: Sequence[Range], studies: Sequence[Evidence], spread: float) -> Floats:
    """A grid that holds all that is believed, close enough for the surest of it."""
    spans = []
    for low, likely, high in ranges:
        reach = _FAR * (high - low) or _NEARLY * abs(likely)
        spans += [(low, high), (low - reach, high + reach)]
    for study in studies:
        effect, error = study.discounted or 0.0, study.discounted_se or 0.0
        wide = _REACH * math.hypot(error, _WIDEST * spread * abs(effect))
        spans += [(effect - reach, effect + reach) for reach in (2.0 * error, wide)]
    return grid(*spans)


def _range_of(belief: Belief, settings: _Chosen) -> Range:
    """P10, median and P90; of a range of ends, ends and the likely that keeps the mean."""
    if settings.ranges == "P10 and P90":
        return belief.quantile(0.1), belief.quantile(0.5), belief.quantile(0.9)
    low, high = belief.quantile(0.005), belief.quantile(0.995)
    likely = (6.0 * belief.mean - low - high) / 4.0
    return low, float(np.clip(likely, low, high)), high


def _grade(parts: Sequence[_Part]) -> Grade:
    """The lowest grade among parts that weigh enough."""
    total = sum(part.weight for part in parts)
    heavy = [part.grade for part in parts if part.weight >= SHARE_OF_GRADE * total]
    return max(heavy, key=GRADES.index)
