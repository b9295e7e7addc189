"""Tables as the parent keeps them: what was told of each, its rows on disk."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from cxcase.intake.result import Parsed, ParsedTable
from cxcase.intake.sandbox.protocol import Received
from cxcase.intake.schema import SetAside


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
