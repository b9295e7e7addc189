"""The values behind a native chart: its spreadsheet, in which names stay text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from pptx.chart.data import CategoryChartData, XyChartData
from pptx.chart.xlsx import CategoryWorkbookWriter, XyWorkbookWriter
from xlsxwriter import Workbook

from cxcase.export.text import plain

# XlsxWriter would put the clock's time in; the deck itself carries its date
_MADE = dt.datetime(2000, 1, 1)
_POINT_COLUMNS = 2  # of a series of points: x and y
_SAFE = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


class PlainText:
    """Keeps names that look like formulas text in the workbook behind a chart."""

    @contextmanager
    def _open_worksheet(self, xlsx_file: Any) -> Iterator[tuple[Any, Any]]:
        workbook = Workbook(xlsx_file, _SAFE)
        workbook.set_properties({"created": _MADE, "author": "cxcase"})
        yield workbook, workbook.add_worksheet()
        workbook.close()


class _CategoryWriter(PlainText, CategoryWorkbookWriter):
    """Behind the series stand the columns that whiskers are drawn from."""

    def _populate_worksheet(self, workbook: Any, worksheet: Any) -> None:
        super()._populate_worksheet(workbook, worksheet)  # type: ignore[no-untyped-call]
        first = 1 + len(self._chart_data)
        for place, (name, values) in enumerate(self._chart_data.beside):
            worksheet.write(0, first + place, name)
            worksheet.write_column(1, first + place, values)


class _XyWriter(PlainText, XyWorkbookWriter):
    """Beside the first series stand the columns that whiskers are drawn from."""

    def _populate_worksheet(self, workbook: Any, worksheet: Any) -> None:
        super()._populate_worksheet(workbook, worksheet)  # type: ignore[no-untyped-call]
        for place, (name, values) in enumerate(self._chart_data.beside):
            worksheet.write(0, _POINT_COLUMNS + place, name)
            worksheet.write_column(1, _POINT_COLUMNS + place, values)


# python-pptx says nothing of the types of these, so that calls of them are not checked
_NEW_CATEGORY_WRITER: Any = _CategoryWriter
_NEW_XY_WRITER: Any = _XyWriter


class _Categories(CategoryChartData):
    """Named rows; `beside`: (name, values) of the columns that are in no series."""

    def __init__(self, number_format: str) -> None:
        super().__init__(number_format=number_format)  # type: ignore[no-untyped-call]
        self.beside: list[tuple[str, Sequence[float]]] = []

    @property
    def _workbook_writer(self) -> Any:
        return _NEW_CATEGORY_WRITER(self)


class _Points(XyChartData):
    """Series of points; `beside`: as for named rows, one value for each point of the first."""

    def __init__(self, number_format: str) -> None:
        super().__init__(number_format=number_format)  # type: ignore[no-untyped-call]
        self.beside: list[tuple[str, Sequence[float]]] = []

    @property
    def _workbook_writer(self) -> Any:
        return _NEW_XY_WRITER(self)


_NEW_CATEGORIES: Any = _Categories
_NEW_POINTS: Any = _Points


def categories(number_format: str) -> Any:
    """Named rows and their series, as python-pptx wants them."""
    return _NEW_CATEGORIES(number_format)


def points(number_format: str) -> Any:
    """Series of points (x, y), as python-pptx wants them."""
    return _NEW_POINTS(number_format=number_format)


def column_beside(data: Any, name: str, values: Sequence[float]) -> int:
    """A column behind those of the series; its number, the names' column being 0. All series have
    to stand there already.
    """
    data.beside.append((plain(name), values))
    first = _POINT_COLUMNS - 1 if isinstance(data, XyChartData) else len(data)
    return first + len(data.beside)
