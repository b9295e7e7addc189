"""What the case knows that steps can act on: moments, scores, scales, teams, and the studies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cxcase.intake import Scale
from cxcase.recommend.evidence.studies import CaseStudies
from cxcase.recommend.places import Place
from cxcase.recommend.result import Candidate


@dataclass(frozen=True)
class Known:
    """What a step may act on: moments by plain name, the CX metric, and all their scales."""

    moments: Mapping[str, str]
    metric: str | None
    scales: Mapping[str, Scale]  # by moment name, "ease" for the metric, "ex"
    studies: CaseStudies
    teams: Mapping[str, str]  # by folded name, as the customer list or the units name them
    scores: Mapping[str, float] = field(default_factory=dict)  # today's mean, by moment name
    # points by which a best-quartile team is ahead, by moment name
    leads: Mapping[str, float] = field(default_factory=dict)

    def scales_of(self, place: Place | None) -> tuple[Scale, ...]:
        """The scales of what a step acts on, as far as they are known."""
        if place is None:
            return ()
        names = place.moments or (place.acts_on,)
        return tuple(self.scales[name] for name in names if name in self.scales)

    def lead_of(self, place: Place) -> float | None:
        """How far our own best quartile of teams is ahead, the furthest of several moments."""
        leads = [self.leads[name] for name in place.moments if name in self.leads]
        return max(leads, default=None)

    def shares(self, place: Place | None, percent: float) -> tuple[Candidate, ...]:
        """What a percentage may be of, with the points it then comes to where that is known."""
        share = percent / 100
        alone = place.moments[0] if place is not None and len(place.moments) == 1 else ""
        mean = self.scores.get(alone)
        lengths = [scale.high - scale.low for scale in self.scales_of(place)]
        return (
            Candidate("score", points=None if mean is None else share * mean),
            Candidate("scale", points=share * min(lengths) if lengths else None),
        )
