"""Which moments of truth carry the money."""

from cxcase.moments.rank import rank_moments
from cxcase.moments.result import Counterfactual, Joint, Moment, Moments

__all__ = ["Counterfactual", "Joint", "Moment", "Moments", "rank_moments"]
