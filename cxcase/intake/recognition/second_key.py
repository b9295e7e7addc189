"""Tables that name a list's contracts, not its customers: their ids become those of customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from cxcase.checks import Finding
from cxcase.intake.recognition.comparable import comparable
from cxcase.intake.recognition.part_roles import names_customer
from cxcase.intake.result import ParsedTable
from cxcase.intake.tables.find_table import Table
from cxcase.intake.values.cells import read_ids
from cxcase.intake.values.column import Column

_ID = "customer_id"


@dataclass(frozen=True, eq=False)
class SecondKey:
    """A column of a list by which another table names the list's rows.

    key, column   headings of the customer's id and of that column
    customers     value of the column, as ids are compared -> the customer's id
    """

    key: str
    column: str
    customers: dict[str, str]


def second_key(grid: Table, key: str, column: str) -> SecondKey | None:
    """The list's column as a second key; None where the list's own key is not one of customers by
    its heading, or the column does not tell apart several rows of a customer.
    """
    if column == key or not names_customer(key):
        return None
    contracts = comparable(column, grid.column(column))
    ids: Sequence[str | None] = list(read_ids(grid.column(key)).values)
    found: dict[str, str] = {}
    for code, customer in zip(contracts.codes.tolist(), ids, strict=True):
        if code < 0 or customer is None:
            continue
        if found.setdefault(contracts.values[code], customer) != customer:
            return None  # several customers share it
    if len(found) <= len(set(found.values())):
        return None
    return SecondKey(key, column, found)


def translated(table: ParsedTable, second: SecondKey, path: Path) -> ParsedTable:
    """The table with customers' ids in place of those that stand in the second key; others stay.
    path: where its rows are written.
    """
    rows = pq.read_table(table.path)
    ids = Column.of_text(rows.column(_ID))
    own = comparable(_ID, ids)
    given = [None if code < 0 else own.values[code] for code in own.codes.tolist()]
    plain = list(ids)
    told = [second.customers.get(value or "", plain[k]) for k, value in enumerate(given)]
    place = rows.schema.get_field_index(_ID)
    pq.write_table(rows.set_column(place, _ID, pa.array(told, pa.string())), path)
    params = {
        "file": table.source.file,
        "column": table.source.columns[_ID],
        "second": second.column,
        "key": second.key,
        "count": sum(value in second.customers for value in given),
        "total": len(given),
    }
    said = Finding("review", "ids_of_contracts", "data", params)
    source = replace(table.source, messages=(*table.source.messages, said), matched=())
    return replace(table, source=source, path=path)
