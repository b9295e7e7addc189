"""Sheets of months: a row of live formulas for each line, with the values they come to."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from cxcase.estimate import Floats
from cxcase.export.workbook import formula_values as m
from cxcase.export.workbook.book import Book, Sheet, letter
from cxcase.export.workbook.formula_values import Money
from cxcase.report import words

MONTHS_FROM = 3  # column of month 0
HEAD = 3  # row of the month numbers
TEXT = "export.workbook.flows."

Line = tuple[int, Floats]  # a row of the grid and its values (months,)
Formula = Callable[[str, int], str]  # (column letters, month) -> the month's formula


class Grid:
    """Rows of months. `line` writes one row of formulas with their values and moves on."""

    def __init__(self, sheet: Sheet, money: Money) -> None:
        self.sheet = sheet
        self.money = money
        self.row = HEAD
        self.last = MONTHS_FROM + len(money.months) - 1
        heads = [words.say(TEXT + "line"), words.say(TEXT + "what"), words.say(TEXT + "total")]
        sheet.heads(HEAD, heads, height=20)
        sheet.numbers(HEAD, MONTHS_FROM, money.months, "head")
        self.row += 1
        self._fade_past_the_horizon()

    def _fade_past_the_horizon(self) -> None:
        """Months that do not count are there, in a quiet colour: the horizon may be lengthened."""
        condition = {
            "type": "formula",
            "criteria": f"={letter(MONTHS_FROM)}${HEAD + 1}>horizon",
            "format": self.sheet.book.file.add_format({"font_color": "#B8C0C8"}),
        }
        span = (HEAD + 1, MONTHS_FROM, HEAD + 2000, self.last)
        self.sheet.raw.conditional_format(*span, condition)

    def section(self, text: str) -> None:
        """A heading across the grid."""
        self.row += 1
        self.sheet.section(self.row, text, MONTHS_FROM)
        self.row += 1

    def line(
        self,
        label: str,
        what: str,
        formula: Formula,
        values: Floats,
        style: str,
        total: bool = False,
    ) -> int:
        """One row: `formula(column letters, month)` for each month, with `values` (months,).

        Returns the row.
        """
        row = self.row
        kind = "total " if total else ""
        self.sheet.text(row, 0, label, kind.strip())
        self.sheet.text(row, 1, what, kind + "muted")
        for column, value in enumerate(values, MONTHS_FROM):
            text = formula(letter(column), column - MONTHS_FROM)
            self.sheet.formula(row, column, text, kind + style, value)
        self.row += 1
        return row

    def sum(self, row: int, values: Floats, style: str) -> str:
        """The row's total in its third column; returns the cell."""
        total = float(np.sum(values))
        self.sheet.formula(row, 2, f"SUM({self.months(row)})", f"{style} bold", total)
        return self.sheet.at(row, 2)

    def months(self, row: int) -> str:
        """All months of a row, as a reference from the same sheet."""
        return f"{letter(MONTHS_FROM)}{row + 1}:{letter(self.last)}{row + 1}"


def discount_line(grid: Grid) -> str:
    """The discount factor of each month; returns its reference with a place for the column."""

    def formula(c: str, _: int) -> str:
        month = f"{c}${HEAD + 1}"
        return f"IF({month}>horizon,0,(1+discount)^(-{month}/12))"

    row = grid.line(words.say(TEXT + "factor"), "", formula, m.discount(grid.money), "num4")
    return f"{{c}}${row + 1}"


def grid_sheet(book: Book, name: str, colour: str) -> Sheet:
    """A sheet as wide as the months, with its title; the first columns stay when it is moved."""
    sheet = book.sheet(name, [30, 22, 16, *[10] * 130], colour)
    path = f"export.workbook.{name.lower()}"
    sheet.title(words.say(f"{path}.title"), words.say(f"{path}.lead"), 12)
    sheet.raw.freeze_panes(HEAD + 1, MONTHS_FROM)
    sheet.raw.repeat_rows(HEAD)
    sheet.raw.fit_to_pages(3, 0)
    sheet.raw.repeat_columns(0, MONTHS_FROM - 1)
    return sheet
