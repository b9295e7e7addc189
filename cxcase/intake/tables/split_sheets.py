"""Sheets that hold several tables, taken apart: first side by side, then below each other."""

from __future__ import annotations

from collections.abc import Sequence

from cxcase.checks import Finding
from cxcase.intake.files.sheet import Sheet
from cxcase.intake.tables.side_by_side import tables_beside
from cxcase.intake.tables.stacked import tables_below


def split_sheets(
    file: str, sheets: Sequence[Sheet]
) -> tuple[tuple[Sheet, ...], tuple[Finding, ...]]:
    """(a sheet for each table, a finding for each sheet that held several), in the file's order."""
    findings = []
    for code, apart in (
        ("tables_side_by_side", tables_beside),
        ("tables_below_each_other", tables_below),
    ):
        parts = [apart(sheet) for sheet in sheets]
        for several in (part for part in parts if len(part) > 1):
            places = [table.name or "" for table in several[1:]]
            params = {"file": file, "sheet": several[0].name or "", "places": places}
            findings.append(Finding("review", code, "data", params))
        sheets = [sheet for part in parts for sheet in part]
    return tuple(sheets), tuple(findings)
