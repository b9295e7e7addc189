"""EX + CX -> RX: effects with intervals and the worth of a point."""

from cxcase.link.estimate import estimate_link
from cxcase.link.result import Claim, Curve, Effect, Link, Population, Worth

__all__ = ["Claim", "Curve", "Effect", "Link", "Population", "Worth", "estimate_link"]
