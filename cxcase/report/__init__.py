"""One report that screen, deck, workbook and case.json read."""

from cxcase.report.gather_report import gather
from cxcase.report.result import PAGES, Report, Results

__all__ = ["PAGES", "Report", "Results", "gather"]
