"""Rows of a source as they were read, for the list of what was set aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cxcase.intake.privacy.masking import Names
from cxcase.intake.result import Case
from cxcase.intake.roles.cx_comments import masked_text, speaks
from cxcase.intake.sandbox.protocol import table_of
from cxcase.intake.values.column import Column


def original_rows(
    case: Case, source: int, rows: Sequence[int]
) -> tuple[tuple[str, ...], Mapping[int, tuple[Any, ...]]]:
    """(headings, row number -> its cells) of a source's rows as they were read, without personal
    columns.

    Empty where the table was not kept (employee surveys never are) or is no longer there.
    """
    path = case.raw[source] if source < len(case.raw) else None
    if path is None or not path.exists():
        return (), {}
    table = table_of(path)
    wanted = np.flatnonzero(np.isin(table.rows, list(rows)))
    comment = case.sources[source].columns.get("comment")
    columns = []
    for heading, column in zip(table.headings, table.columns, strict=True):
        cells = column.take(wanted)
        if speaks(heading, column, comment):
            cells = _masked(cells, case.names)
        columns.append(cells)
    by_row = zip(table.rows[wanted].tolist(), zip(*columns, strict=True), strict=True)
    return table.headings, dict(by_row)


def _masked(cells: Column, names: Names) -> Column:
    """What somebody wrote, without addresses, numbers and names."""
    values = [v if isinstance(v, str) else str(v) for v in cells.values]
    return cells.recoded([*masked_text(values, names)])
