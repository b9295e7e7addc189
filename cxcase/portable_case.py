"""A case to take along: one `.cxcase` file, in which no customer can be recognised by name.

What customers wrote is masked before it leaves, so nothing that could unmask it has to go along.
A table whose comments stood in its cells goes without these cells: to read it another way, its file
is needed again.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from cxcase.case_document import CaseInputs, SavedFile, body_of, files_of, inputs_of
from cxcase.intake import Names, Parsed, ParsedTable, with_masked_comments
from cxcase.store import CaseDocument, read_case_file, write_case_file


def portable(inputs: CaseInputs, folder: Path, scratch: Path) -> bytes:
    """The case as a `.cxcase` file. folder: where its tables and recordings lie."""
    names = Names()
    for file in inputs.files:
        known = file.parsed.names
        names = known.with_(names.hashed) if known else names
    files = tuple(_without_names(file, names, scratch) for file in inputs.files)
    taken = replace(inputs, files=files)
    return write_case_file(CaseDocument(body_of(taken), files_of(taken, folder)), inputs.company)


def unpacked(file: str, data: bytes, folder: Path) -> CaseInputs:
    """The case of a `.cxcase` file; its tables are in `folder`. Raises StoreError."""
    _, body = read_case_file(file, data, folder)
    return inputs_of(body, folder, secret="")


def _without_names(file: SavedFile, names: Names, scratch: Path) -> SavedFile:
    alone = file.alone and _parsed_without(file.alone, names, scratch)
    return replace(file, parsed=_parsed_without(file.parsed, names, scratch), alone=alone)


def _parsed_without(parsed: Parsed, names: Names, scratch: Path) -> Parsed:
    tables = tuple(_masked(table, names, scratch) for table in parsed.tables)
    return replace(parsed, tables=tables, names=Names())


def _masked(table: ParsedTable, names: Names, scratch: Path) -> ParsedTable:
    rows = table.frame()
    masked = with_masked_comments(rows, names)
    if table.path is None or masked is rows:
        return table
    path = scratch / table.path.name
    masked.to_parquet(path, index=False)
    return replace(table, path=path, raw=None)
