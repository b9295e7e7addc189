"""The customers' ids of a table, the same way for every role that has them."""

from __future__ import annotations

from collections.abc import Mapping

from cxcase.intake.tables.row_filter import Sieve, drop_furniture
from cxcase.intake.values.cells import read_ids
from cxcase.intake.values.column import Column


def customer_ids(sieve: Sieve, columns: Mapping[str, str]) -> Column:
    """Each row's customer (n,). Rows that are no data, that name no customer, or whose id a
    spreadsheet program made shorter are set aside.
    """
    heading = columns["customer_id"]
    cells = sieve.table.column(heading)
    read = read_ids(cells)
    ids: Column = read.values
    drop_furniture(sieve, cells)
    sieve.drop(~ids.filled, "id_missing", heading)
    sieve.drop(read.bad, "id_lost_digits", heading)
    return ids
