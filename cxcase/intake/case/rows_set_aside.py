"""Rows that ledger and joins left out, beside those that could not be read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from cxcase.intake.case.inputs import Inputs
from cxcase.intake.case.joined_tables import JoinedTables
from cxcase.intake.customer_list.deduplicate import TWICE
from cxcase.intake.schema import SetAside, Source


def set_aside_rows(
    inputs: Inputs, joined: JoinedTables
) -> tuple[tuple[Source, ...], tuple[SetAside, ...]]:
    """(sources with their counts, every row set aside): by reading, then by ledger and joins."""
    dropped: list[tuple[str, pd.DataFrame]] = []
    if joined.listed is not None:
        dropped.append((TWICE, joined.listed.repeated))
        dropped += joined.listed.ledger.aside.items()
    if joined.surveyed is not None:
        dropped += joined.surveyed.matched.dropped.items()
    added: list[SetAside] = []
    reasons = [dict(source.reasons) for source in inputs.sources]
    for reason, rows in dropped:
        for index, aside in _rows_aside(reason, rows, inputs.sources):
            reasons[index][reason] = reasons[index].get(reason, 0) + 1
            added.append(aside)
    sources = tuple(s.counting(r) for s, r in zip(inputs.sources, reasons, strict=True))
    return sources, (*inputs.set_aside, *added)


def _rows_aside(
    reason: str, rows: pd.DataFrame, sources: Sequence[Source]
) -> list[tuple[int, SetAside]]:
    """(source, row) for each of these rows; of those that stand twice also the customer's id."""
    if "_source" not in rows:
        return []
    ids: Sequence[Any] = [None] * len(rows)
    if reason == TWICE:
        ids = rows["customer_id"].astype("object").tolist()
    found = []
    for index, row, id in zip(rows["_source"].tolist(), rows["_row"].tolist(), ids, strict=True):
        if row < 0:  # an earlier wave, beside the newest in the same spreadsheet row
            continue
        source = sources[index]
        heading = source.columns.get("customer_id") if reason == TWICE else None
        aside = SetAside(source.file, source.sheet, int(row), heading, id, reason)
        found.append((index, aside))
    return found
