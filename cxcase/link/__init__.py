"""EX + CX -> RX: effects with intervals and the worth of a point."""

from cxcase.link.cells import Cells, People
from cxcase.link.diagnosis import Agreement, Answering, Beside, Confirmation, Diagnosis
from cxcase.link.estimate import estimate_link
from cxcase.link.items import ExItems, Item
from cxcase.link.result import Claim, Curve, Effect, Link, Population, Worth
from cxcase.link.silent import Silent, SilentRange
from cxcase.link.units.result import Believed, Units
from cxcase.link.whatif import Behind, Outcome, WhatIf

__all__ = [
    "Agreement",
    "Answering",
    "Behind",
    "Believed",
    "Beside",
    "Cells",
    "Claim",
    "Confirmation",
    "Curve",
    "Diagnosis",
    "Effect",
    "ExItems",
    "Item",
    "Link",
    "Outcome",
    "People",
    "Population",
    "Silent",
    "SilentRange",
    "Units",
    "WhatIf",
    "Worth",
    "estimate_link",
]
