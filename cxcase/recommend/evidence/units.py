"""Whether a study's effect is in points of the scale that a step acts on."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cxcase.intake import Scale

_ENDS = re.compile(r"(?<![\d.])(-?\d+(?:\.\d+)?)\s*(?:-|–|—|to|bis|à|a)\s*(-?\d+(?:\.\d+)?)")
_PERCENT = re.compile(r"%|per ?cent|prozent|pourcent|por ciento", re.IGNORECASE)
_POINTS = re.compile(r"\b(?:points?|pts?|punkte?n?|puntos?|stars?|sterne?)\b", re.IGNORECASE)
_OTHER = re.compile(
    r"\bnps\b|net promoter|promoters|\bsd\b|\bsmd\b|standard dev|cohen|odds|ratio|days?\b|hours?\b"
    r"|[£$€]|\beur\b|\bgbp\b|\busd\b",
    re.IGNORECASE,
)


def misfit(unit: str | None, scales: Sequence[Scale]) -> str | None:
    """Why an effect in this unit is none on these scales, as a code; None where it is one.

    "Points" alone are points of the scale that is acted on; where the unit names a scale's ends
    they have to be those.
    """
    if unit is None:
        return "study_unit_missing"
    if _PERCENT.search(unit):
        return "study_in_percent"
    if _OTHER.search(unit):
        return "study_unit_other"
    ends = _ENDS.search(unit)
    if ends is None:
        return None if _POINTS.search(unit) else "study_unit_other"
    low, high = sorted((float(ends[1]), float(ends[2])))
    if any((scale.low, scale.high) != (low, high) for scale in scales):
        return "study_scale_differs"
    return None
