"""A link beside the models it was read from: what later stages and what-if questions ask."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from cxcase.link.data.analysed import Population
from cxcase.link.result import Link
from cxcase.link.worth.nonresponse_bounds import Silent
from cxcase.link.worth.what_if import WhatIf


@dataclass(frozen=True, eq=False)
class FittedLink:
    """The link and its models. The models hold customers' rows: no report is given them.

    link: the estimates, their checks and findings. population: the weighted responses, None where
    the data cannot carry a worth. what_if: other moves than one point. silent: the worth of a point
    had customers who did not answer rated differently.
    """

    link: Link
    population: Population | None = None
    what_if: WhatIf | None = None
    silent: Silent | None = None

    @cached_property
    def published(self) -> Link:
        """The link with the what-if answers that a report prints, asked for when first needed."""
        link = self.link
        if self.what_if is not None:
            link = replace(link, moves=self.what_if.printed)
        if self.silent is not None and link.diagnosis is not None:
            asked = replace(link.diagnosis, silent_range=self.silent.printed)
            link = replace(link, diagnosis=asked)
        return link
