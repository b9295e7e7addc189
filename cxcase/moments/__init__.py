"""Which moments of truth carry the money."""

from cxcase.moments.rank import rank_moments
from cxcase.moments.result import (
    Asymmetry,
    Change,
    Counterfactual,
    General,
    GroupFigures,
    Joint,
    Level,
    Moment,
    Moments,
    Over,
    Wave,
)

__all__ = [
    "Asymmetry",
    "Change",
    "Counterfactual",
    "General",
    "GroupFigures",
    "Joint",
    "Level",
    "Moment",
    "Moments",
    "Over",
    "Wave",
    "rank_moments",
]
