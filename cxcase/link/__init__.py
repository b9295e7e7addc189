"""EX + CX -> RX: effects with intervals and the worth of a point."""

from cxcase.link.diagnosis import Beside, Confirmation, Diagnosis
from cxcase.link.estimate import estimate_link
from cxcase.link.result import Claim, Curve, Effect, Link, Population, Worth
from cxcase.link.silent import Silent, SilentRange
from cxcase.link.whatif import Behind, Outcome, WhatIf

__all__ = [
    "Behind",
    "Beside",
    "Claim",
    "Confirmation",
    "Curve",
    "Diagnosis",
    "Effect",
    "Link",
    "Outcome",
    "Population",
    "Silent",
    "SilentRange",
    "WhatIf",
    "Worth",
    "estimate_link",
]
