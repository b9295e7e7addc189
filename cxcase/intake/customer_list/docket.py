"""What the rows leave open, how it was decided, and what is said of it.

Dockets are values: each step returns its own, and they are added up in the order of the steps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cxcase.checks import Finding, FindingStatus
from cxcase.settings import DECISIONS, Settings


@dataclass(frozen=True)
class Docket:
    """counts: decision that came up -> rows it touches; findings: what is said, in order."""

    counts: Mapping[str, int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    def __add__(self, other: Docket) -> Docket:
        return Docket({**self.counts, **other.counts}, self.findings + other.findings)

    def saying(self, *findings: Finding) -> Docket:
        """The same with more to say."""
        return Docket(self.counts, self.findings + findings)


def decide(settings: Settings, code: str, count: int, finding: Finding) -> tuple[str, Docket]:
    """(the option in force for a decision that touches `count` rows, what is said of it).

    finding: says the default where it is in force. A decision that touches nothing does not come
    up.
    """
    chosen = settings.option(code)
    if not count:
        return chosen, Docket()
    if chosen == DECISIONS[code][0]:
        said = finding
    else:
        said = data_finding("ok", "decided", decision=code, option=chosen, count=count)
    return chosen, Docket({code: count}, (said,))


def data_finding(status: FindingStatus, code: str, **params: Any) -> Finding:
    """A finding about the data that came in."""
    return Finding(status, code, "data", params)
