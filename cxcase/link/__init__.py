"""EX + CX -> RX: effects with intervals and the worth of a point."""

from cxcase.link.data.analysed import Population
from cxcase.link.data.customer_cells import Cells, People
from cxcase.link.data.response_rates import Answering
from cxcase.link.data.team_agreement import Agreement
from cxcase.link.diagnosis import AlternativeEstimate, Believed, Confirmation, Diagnosis, Units
from cxcase.link.estimate import estimate_link, fit_link
from cxcase.link.fitted import FittedLink
from cxcase.link.models.describe import TeamDot
from cxcase.link.models.ex_items import ExItems, Item
from cxcase.link.models.goodness_of_fit import Tenth
from cxcase.link.result import Claim, Effect, Link, Worth
from cxcase.link.worth.curve_type import Curve
from cxcase.link.worth.nonresponse_bounds import Silent, SilentRange
from cxcase.link.worth.what_if import Behind, Outcome, WhatIf

__all__ = [
    "Agreement",
    "AlternativeEstimate",
    "Answering",
    "Behind",
    "Believed",
    "Cells",
    "Claim",
    "Confirmation",
    "Curve",
    "Diagnosis",
    "Effect",
    "ExItems",
    "FittedLink",
    "Item",
    "Link",
    "Outcome",
    "People",
    "Population",
    "Silent",
    "SilentRange",
    "TeamDot",
    "Tenth",
    "Units",
    "WhatIf",
    "Worth",
    "estimate_link",
    "fit_link",
]
