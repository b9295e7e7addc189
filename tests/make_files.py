"""Small files for the tests: workbooks and text tables as bytes."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import xlsxwriter

from cxcase.intake import Parsed, Upload, parse

Rows = Sequence[Sequence[Any]]


def xlsx(sheets: Mapping[str, Rows], hidden: Sequence[str] = ()) -> bytes:
    """A workbook with these rows on each sheet; dates as Excel dates."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False}) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for i, row in enumerate(rows):
                for j, cell in enumerate(row):
                    if isinstance(cell, dt.date):
                        sheet.write_datetime(i, j, dt.datetime.combine(cell, dt.time()), day)
                    elif cell is not None and cell != "":
                        sheet.write(i, j, cell)
            if name in hidden:
                sheet.hide()
    return stream.getvalue()


def csv(rows: Rows, delimiter: str = ",", encoding: str = "utf-8", end: str = "\n") -> bytes:
    """A text table."""
    return end.join(
        delimiter.join("" if c is None else str(c) for c in row) for row in rows
    ).encode(encoding)


def parsed(data: bytes, folder: Path, name: str = "file.csv", **options: Any) -> Parsed:
    """The file as `parse` reads it."""
    role = options.pop("role", None)
    return parse(
        Upload(name, data, role), **{"mapping": None, "folder": folder, "k_min": 5, **options}
    )


def customer_rows(n: int = 60, seed: int = 1) -> list[list[Any]]:
    """A heading row and n customers in four teams, a quarter of them lost."""
    draw = np.random.default_rng(seed)
    rows: list[list[Any]] = [["Customer ID", "Team", "Revenue start", "Revenue end", "Churned"]]
    for i in range(n):
        lost = i % 4 == 0
        money = float(draw.integers(100, 5000))
        rows.append(
            [f"{i:05d}", f"T{i % 3}", money, 0.0 if lost else money * 1.1, "yes" if lost else "no"]
        )
    return rows


def survey_rows(n: int = 40, seed: int = 2) -> list[list[Any]]:
    """A heading row and n responses of the first n customers."""
    draw = np.random.default_rng(seed)
    rows: list[list[Any]] = [
        [
            "Customer ID",
            "Response date",
            "Ease (1-7)",
            "Billing (0-10)",
            "Delivery (0-10)",
            "Comment",
        ]
    ]
    for i in range(n):
        day = dt.date(2025, 5, 1) + dt.timedelta(days=int(draw.integers(0, 30)))
        billing: Any = int(draw.integers(0, 11)) if i % 3 else "N/A"
        rows.append(
            [f"{i:05d}", day, int(draw.integers(1, 8)), billing, int(draw.integers(0, 11)), ""]
        )
    return rows


def text_dates(rows: list[list[Any]]) -> list[list[Any]]:
    """The rows with dates as dd/mm/yyyy text."""
    return [[c.strftime("%d/%m/%Y") if isinstance(c, dt.date) else c for c in row] for row in rows]
