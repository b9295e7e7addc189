"""Which moments of truth carry the money."""

from cxcase.moments.rank import rank_moments
from cxcase.moments.result import (
    Asymmetry,
    Breakdowns,
    Change,
    CommonFactor,
    Counterfactual,
    GroupFigures,
    Joint,
    Level,
    Moment,
    Moments,
    Wave,
)

__all__ = [
    "Asymmetry",
    "Breakdowns",
    "Change",
    "CommonFactor",
    "Counterfactual",
    "GroupFigures",
    "Joint",
    "Level",
    "Moment",
    "Moments",
    "Wave",
    "rank_moments",
]
