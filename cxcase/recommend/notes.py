"""Findings of a sheet: one a thing set aside, one for all steps that share an assumption."""

from __future__ import annotations

from typing import Any

from cxcase.checks import Finding, FindingStatus

WHERE = "recommendations"


class Notes:
    """Collects what the reader of the case must know about the steps."""

    def __init__(self) -> None:
        self._single: list[Finding] = []
        self._shared: dict[str, tuple[dict[str, Any], list[str]]] = {}

    def single(self, status: FindingStatus, code: str, **params: Any) -> None:
        """One finding about one step or row."""
        self._single.append(Finding(status, code, WHERE, params))

    def shared(self, code: str, id: str, **params: Any) -> None:
        """One more step to which the same remark applies."""
        self._shared.setdefault(code, (params, []))[1].append(id)

    def findings(self) -> tuple[Finding, ...]:
        """What was set aside first, then what was assumed."""
        shared = (
            Finding("review", code, WHERE, {**params, "ids": tuple(ids), "n": len(ids)})
            for code, (params, ids) in self._shared.items()
        )
        return (*self._single, *shared)
