"""Rows of a tool's export that are no real answers: tests, previews, totals, unfinished ones."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cxcase.checks import Finding
from cxcase.estimate import Bools
from cxcase.intake.values.cells import Cells, blank, each

_NOT_REAL = re.compile(
    r"preview|\btest\b|spam|vorschau|umfragetest|aperçu|vista previa|anteprima", re.IGNORECASE
)
# preview, test, spam and their kin, as Qualtrics numbers them
_NOT_REAL_CODES = {1, 2, 8, 9, 12, 17, 40}
_LONGEST_CODE = 3  # figures; what is longer is no code
_NO = {"false", "0", "no", "nein", "falsch", "faux", "non", "falso", "started", "partial"}
_OVERALL = re.compile(
    r"\boverall$|^all\b|^(?:whole )?(?:company|organi[sz]ation)$|^everyone$|^total$", re.I
)


def not_answers(
    format_: str, fields: Mapping[str, str], headings: Sequence[str], columns: Sequence[Cells]
) -> dict[str, Bools]:
    """Reason -> rows (n,) set aside for it. fields: what the layout said of the columns."""
    out: dict[str, Bools] = {}
    if (status := _cells(fields, "status", headings, columns)) is not None:
        out["preview_response"] = _mask(status, _not_real)
    if format_ == "culture_amp":
        group = _cells(fields, "team", headings, columns)
        if group is not None:
            out["total_row"] = _mask(group, _is_everybody)
    return {reason: rows for reason, rows in out.items() if rows.any()}


def unfinished(
    fields: Mapping[str, str], headings: Sequence[str], columns: Sequence[Cells], alive: Bools
) -> tuple[Finding, ...]:
    """What is said of answers that were never finished: they stay, and are counted."""
    rows = np.zeros(len(alive), dtype=bool)
    for name, test in (("progress", _below_100), ("finished", _says_no), ("submitted", blank)):
        cells = _cells(fields, name, headings, columns)
        if cells is not None:
            rows |= _mask(cells, test)
    count = int((rows & alive).sum())
    if count:
        return (Finding("review", "unfinished_responses", "data", {"count": count}),)
    return ()


def _cells(
    fields: Mapping[str, str], name: str, headings: Sequence[str], columns: Sequence[Cells]
) -> Cells | None:
    heading = fields.get(name)
    if heading in headings:
        return columns[headings.index(heading)]
    return None


def _mask(cells: Cells, test: Any) -> Bools:
    return np.array(each(cells, test), dtype=bool)


def _is_everybody(cell: Any) -> bool:
    return isinstance(cell, str) and bool(_OVERALL.search(cell))


def _not_real(cell: Any) -> bool:
    if isinstance(cell, str) and not cell.isdecimal():
        return bool(_NOT_REAL.search(cell))
    if isinstance(cell, str):
        return len(cell) <= _LONGEST_CODE and int(cell) in _NOT_REAL_CODES
    return isinstance(cell, int | float) and not isinstance(cell, bool) and cell in _NOT_REAL_CODES


def _below_100(cell: Any) -> bool:
    if isinstance(cell, str):
        return cell.isdecimal() and len(cell) <= _LONGEST_CODE and int(cell) < 100
    return isinstance(cell, int | float) and not isinstance(cell, bool) and cell < 100


def _says_no(cell: Any) -> bool:
    return cell is not None and str(cell).lower().removesuffix(".0") in _NO
