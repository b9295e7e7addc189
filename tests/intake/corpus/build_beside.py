"""Cells that belong to no column of a table: notes beside it, columns nobody named, rows that hold
nothing else.
"""

from __future__ import annotations

from corpus.register import put
from corpus.rows import Table, customers, employees, said, survey
from corpus.writers import ods, text, xls, xlsx

_BELOW: Table = [
    ["", "", "", "", "", "", "", "checked"],
    ["", "", "", "", "", "", "", "by Finance"],
]

_COLOURS: Table = [["Colour", "Shade"], ["red", "light"], ["blue", "dark"], ["green", "light"]]


def _pages(rows: Table) -> Table:
    """Four customers a page, the headings on each."""
    return [*rows[:5], [], rows[0], *rows[5:9], [], rows[0], *rows[9:]]


def _noted(rows: Table, *, gap: int = 1) -> Table:
    """Three notes beside the rows, a blank column between, and two notes below them."""
    notes = {1: "call back", 4: "new contract", 6: "see mail"}
    out = [[*row, *[""] * gap, notes[i]] if i in notes else list(row) for i, row in enumerate(rows)]
    return [*out, *([""] * (len(rows[0]) + gap) + row[-1:] for row in _BELOW)]


def _unnamed(rows: Table) -> Table:
    """The rows numbered in a first column without a heading, as a program writes its index; one
    number more.
    """
    return [["", *rows[0]], *([k, *row] for k, row in enumerate(rows[1:])), [len(rows) - 1]]


put("notes_beside.xlsx", lambda: xlsx({"C": [["Customers"], [], *_noted(customers())]}))
put("notes_beside.xls", lambda: xls({"C": _noted(customers())}))
put("notes_beside.ods", lambda: ods({"C": _noted(customers())}))
put("notes_beside.csv", lambda: text(_noted(said(customers()))))
put("notes_beside_employees.xlsx", lambda: xlsx({"E": _noted(employees(), gap=0)}))
put("unnamed_column.xlsx", lambda: xlsx({"C": _unnamed(survey())}))
put("unnamed_column.csv", lambda: text(_unnamed(said(survey()))))
put("unnamed_between.xlsx", lambda: xlsx({"C": _between(customers())}))
put("below_unknown.xlsx", lambda: xlsx({"C": [*customers(), [], *_COLOURS]}))
put("printed_pages.csv", lambda: text(_pages(said(customers()))))
put("two_row_headings_beside.xlsx", lambda: xlsx({"C": _two_rows()}))


def _between(rows: Table) -> Table:
    """A column without a heading between the others, filled in every row and in one more below."""
    out = [[*row[:2], "" if i == 0 else i % 3, *row[2:]] for i, row in enumerate(rows)]
    return [*out, ["", "", 2]]


def _two_rows() -> Table:
    """Headings that fill two rows, and a column without one in either."""
    head = [
        ["Customer ID", "Team", "Customer since", "", "Revenue", "", "Churned"],
        ["", "", "", "", "start", "end"],
    ]
    return [*head, *([*row[:3], "x", *row[3:]] for row in said(customers())[1:]), ["", "", "", "x"]]
