"""What the rows leave open, and how it was decided: counted and said while the ledger and the joins
are made.
"""

from __future__ import annotations

from cxcase.checks import Finding
from cxcase.settings import DECISIONS, Settings


class Docket:
    """Collects the decisions that came up: `counts` by code, and a finding for each."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.counts: dict[str, int] = {}
        self.findings: list[Finding] = []

    def decide(self, code: str, count: int, finding: Finding) -> str:
        """The option in force for a decision that touches `count` rows; `finding` says the default
        where it is.
        """
        chosen = self.settings.option(code)
        if count:
            self.counts[code] = count
            self.findings.append(
                finding if chosen == DECISIONS[code][0] else _said(code, count, chosen)
            )
        return chosen


def _said(code: str, count: int, chosen: str) -> Finding:
    params = {"decision": code, "option": chosen, "count": count}
    return Finding("ok", "decided", "data", params)
