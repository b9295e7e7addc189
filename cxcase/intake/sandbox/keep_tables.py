"""Tables as the parent keeps them: what was told of each, its rows on disk."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

from cxcase.intake.result import Parsed, ParsedTable
from cxcase.intake.sandbox.protocol import Received, first_cells
from cxcase.intake.schema import SetAside

_SHOWN = 40  # characters of a cell


def keep_table(sheet: Received, folder: Path, stem: str) -> ParsedTable:
    """The table with its rows on disk."""
    folder.mkdir(parents=True, exist_ok=True)
    paths: dict[str, Path | None] = {"typed": None, "raw": None}
    for name, ending, rows in (("typed", "parquet", sheet.typed), ("raw", "arrow", sheet.raw)):
        if rows is not None:
            path = folder / f"{stem}-{name}.{ending}"
            path.write_bytes(rows)
            paths[name] = path
    return ParsedTable(
        source=sheet.source,
        path=paths["typed"],
        raw=paths["raw"],
        scales=sheet.scales,
        currency=sheet.currency,
        suppressed_teams=sheet.suppressed_teams,
        in_title=sheet.in_title,
        readings=sheet.readings,
        decisions=sheet.decisions,
    )


def with_table(
    parsed: Parsed, place: int, table: ParsedTable, aside: tuple[SetAside, ...], key: str
) -> Parsed:
    """The file under a new key with one table read anew. aside: that table's rows set aside."""
    source = parsed.tables[place].source
    where = (source.file, source.sheet)
    tables = tuple(table if i == place else t for i, t in enumerate(parsed.tables))
    others = tuple(a for a in parsed.set_aside if (a.file, a.sheet) != where)
    return replace(parsed, key=key, tables=tables, set_aside=others + aside)


def first_rows(table: ParsedTable, n: int) -> dict[str, tuple[str, ...]]:
    """Heading -> its first n cells as text, "" for an empty one.

    Only columns of which values may be told (`Source.samples`); none where no cells were kept.
    """
    if table.raw is None:
        return {}
    told = [heading for heading, values in table.source.samples.items() if values]
    cells = first_cells(table.raw, told, n)
    return {heading: tuple(_as_text(cell) for cell in found) for heading, found in cells.items()}


def _as_text(cell: Any) -> str:
    """The cell as a spreadsheet would show it, cut where it is long."""
    if cell is None or cell != cell:
        return ""
    if isinstance(cell, float):
        return f"{cell:.15g}"
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        cell = cell.date()
    text = str(cell)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
