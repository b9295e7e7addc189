"""A thin layer over XlsxWriter: named styles, text that stays text, formulas with their value."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from cxcase.export import text_fit
from cxcase.export.text import cell, looks_like_a_formula
from cxcase.report.format import symbol_in_formats

INK = "#1B2A3A"
MUTED = "#5F6B78"
GRID = "#E4E8EC"
EX = "#7A5CA8"
CX = "#2F6DB5"
RX = "#1A7A62"
STAKE = "#A86500"
LOSS = "#BF3F27"
INPUT = "#FFF7D6"
# points of width of a character of column width, and of height of a line
_CHARACTER = 5.3
_LINE = 15.0
_SAFE = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}
_STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16},
    "lead": {"font_size": 11, "font_color": MUTED, "text_wrap": True, "valign": "top"},
    "head": {
        "bold": True,
        "bg_color": INK,
        "font_color": "#FFFFFF",
        "text_wrap": True,
        "valign": "vcenter",
    },
    "section": {"bold": True, "font_color": CX, "bottom": 1, "bottom_color": GRID},
    "bold": {"bold": True},
    "total": {"bold": True, "top": 1, "top_color": MUTED},
    "muted": {"font_color": MUTED},
    "wrap": {"text_wrap": True, "valign": "top"},
    "top": {"valign": "top"},
    "centre": {"align": "center"},
    "right": {"align": "right"},
    "indent": {"indent": 1},
    "input": {"bg_color": INPUT, "border": 1, "border_color": "#D9C87A", "locked": False},
    "pct": {"num_format": "0.0%"},
    "pct0": {"num_format": "0%"},
    "int": {"num_format": "#,##0"},
    "num1": {"num_format": "#,##0.0"},
    "num2": {"num_format": "#,##0.00"},
    "num3": {"num_format": "#,##0.000"},
    "num4": {"num_format": "0.0000"},
    "date": {"num_format": "d mmm yyyy", "align": "left"},
    "ok": {"font_color": RX, "bold": True},
    "review": {"font_color": STAKE, "bold": True},
    "fail": {"font_color": LOSS, "bold": True},
}


class Book:
    """A workbook under construction. symbol: the currency's; footer: of every printed page."""

    def __init__(self, symbol: str, footer: str, made_at: dt.datetime) -> None:
        self._bytes = io.BytesIO()
        self.file: Any = xlsxwriter.Workbook(self._bytes, _SAFE)  # says nothing of its types
        self.file.set_properties(
            {"title": footer, "author": "cxcase", "created": made_at.replace(tzinfo=None)}
        )
        self.file.set_calc_mode("auto")
        self.file.formats[0].set_font_color(INK)
        self._footer = footer
        before, after = symbol_in_formats(symbol)
        whole = f"{before}#,##0{after}"
        exact = f"{before}#,##0.00{after}"
        self._money = {
            "money": {"num_format": f"{whole};-{whole};–"},
            "pennies": {"num_format": f"{exact};-{exact}"},
        }
        self._formats: dict[tuple[str, bool], Any] = {}

    def style(self, names: str, quote: bool = False) -> Any:
        """The format for a space-separated list of style names."""
        key = (names, quote)
        if key not in self._formats:
            merged: dict[str, Any] = {"font_color": INK, "font_name": "Calibri", "font_size": 11}
            for name in names.split():
                merged |= self._money.get(name) or _STYLES[name]
            if quote:
                merged["quote_prefix"] = True
            self._formats[key] = self.file.add_format(merged)
        return self._formats[key]

    def number_format(self, name: str) -> str:
        """The number format of a money style."""
        return str(self._money[name]["num_format"])

    def sheet(
        self, name: str, widths: Sequence[float], colour: str = INK, *, wide: bool = True
    ) -> Sheet:
        """A new sheet with its column widths, print set-up and footer."""
        sheet = self.file.add_worksheet(name)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width, self.style(""))
        sheet.hide_gridlines(2)
        sheet.set_tab_color(colour)
        if wide:
            sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(f"&L&8{self._footer.replace('&', '&&')}&R&8&P / &N")
        return Sheet(self, sheet, name, widths)

    def define(self, name: str, target: str) -> None:
        """A named range."""
        self.file.define_name(name, f"={target}")

    def bytes(self) -> bytes:
        """The finished workbook."""
        self.file.close()
        return self._bytes.getvalue()


class Sheet:
    """One sheet: typed writers that never let a text become a formula.

    Rows and columns count from 0.
    """

    def __init__(self, book: Book, sheet: Any, name: str, widths: Sequence[float]) -> None:
        self.book = book
        self.raw = sheet
        self.name = name
        self._widths = widths
        self._lines = dict[int, int]()

    def text(self, row: int, column: int, value: object, style: str = "") -> None:
        """Text, whatever it starts with; nothing for None."""
        shown = cell(value)
        if not shown:
            self.raw.write_blank(row, column, None, self.book.style(style))
            return
        look = self.book.style(style, looks_like_a_formula(shown))
        self.raw.write_string(row, column, shown, look)
        if "wrap" in style:
            self._make_room(row, column, shown)

    def _make_room(self, row: int, column: int, text: str) -> None:
        """A row as tall as its longest wrapped text: not every program does so by itself."""
        needed = text_fit.lines(text, 11, self._widths[column] * _CHARACTER)
        if needed > self._lines.get(row, 1):
            self._lines[row] = needed
            self.raw.set_row(row, needed * _LINE)

    def number(self, row: int, column: int, value: float | None, style: str) -> None:
        """A number; an en dash where there is none."""
        if value is None:
            self.raw.write_string(row, column, "–", self.book.style(f"{style} muted right".strip()))
        else:
            self.raw.write_number(row, column, float(value), self.book.style(style))

    def numbers(self, row: int, column: int, values: Iterable[float | None], style: str) -> None:
        """Numbers of one style beside each other, the first in `column`."""
        for offset, value in enumerate(values):
            self.number(row, column + offset, value, style)

    def formula(self, row: int, column: int, formula: str, style: str, value: float | str) -> None:
        """A live formula (without its "=") and what it comes to."""
        shown = value if isinstance(value, str) else float(value)
        self.raw.write_formula(row, column, f"={formula}", self.book.style(style), shown)

    def day(self, row: int, column: int, value: dt.date | dt.datetime, style: str = "date") -> None:
        """A date without its time of day."""
        midnight = dt.datetime(value.year, value.month, value.day)
        self.raw.write_datetime(row, column, midnight, self.book.style(style))

    def section(self, row: int, text: str, columns: int) -> None:
        """A heading with a line below it, so many columns wide."""
        self.text(row, 0, text, "section")
        for column in range(1, columns):
            self.text(row, column, "", "section")

    def allow(self, row: int, column: int, low: float, high: float, *, whole: bool = False) -> None:
        """A cell that takes numbers from low to high only, whole ones where it says so."""
        rule = {
            "validate": "integer" if whole else "decimal",
            "criteria": "between",
            "minimum": low,
            "maximum": high,
        }
        self.raw.data_validation(row, column, row, column, rule)

    def heads(self, row: int, names: Sequence[str], column: int = 0, height: float = 32) -> None:
        """A row of column heads."""
        self.raw.set_row(row, height)
        for offset, name in enumerate(names):
            self.text(row, column + offset, name, "head")

    def title(self, title: str, lead: str, span: int = 6) -> None:
        """The sheet's title in row 1 and what it is about in row 2."""
        self.raw.set_row(0, 24)
        self.text(0, 0, title, "title")
        self.raw.merge_range(1, 0, 1, span, "", self.book.style("lead"))
        self.text(1, 0, lead, "lead")
        self.raw.set_row(1, 32)

    def at(self, row: int, column: int) -> str:
        """An absolute reference to a cell from any sheet."""
        return f"'{self.name}'!{xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)}"

    def span(self, row: int, column: int, last_row: int, last_column: int) -> str:
        """An absolute reference to a rectangle from any sheet."""
        first = xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)
        last = xl_rowcol_to_cell(last_row, last_column, row_abs=True, col_abs=True)
        return f"'{self.name}'!{first}:{last}"


def here(row: int, column: int) -> str:
    """A reference to a cell from the same sheet, which moves when it is copied."""
    return str(xl_rowcol_to_cell(row, column))


def letter(column: int) -> str:
    """The letters of a column counted from 0."""
    return str(xl_col_to_name(column))
