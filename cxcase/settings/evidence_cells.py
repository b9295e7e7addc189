"""Evidence that a person typed on the page: "E1:effect" -> "0.2", as it was typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from cxcase.errors import SettingsError
from cxcase.settings.chosen import Chosen

# the cells of a piece of evidence, in the order people read them
EVIDENCE_CELLS = (
    *("source", "kind", "moment", "step", "effect", "low", "likely", "high", "unit"),
    *("se", "n", "sd", "controlled", "vendor", "department", "person", "year", "link"),
)
_Settings = TypeVar("_Settings", bound=Chosen)


def with_evidence(settings: _Settings, rows: Sequence[Mapping[str, str]]) -> _Settings:
    """The settings with these rows in place of all that was typed; empty ones leave nothing."""
    filled = [{name: text for name, text in row.items() if text.strip()} for row in rows]
    kept = [row for row in filled if row]
    cells = {f"E{n}:{name}": row[name] for n, row in enumerate(kept, 1) for name in row}
    return replace(settings, evidence_cells=cells)


def check_evidence(cells: Mapping[str, str]) -> None:
    """Raises SettingsError for a cell that no evidence has."""
    for key, text in cells.items():
        row, _, field = key.rpartition(":")
        if not row.strip() or field not in EVIDENCE_CELLS or not isinstance(text, str):
            expected = ", ".join(EVIDENCE_CELLS)
            raise SettingsError("unknown_choice", name=key, found=field, expected=expected)
