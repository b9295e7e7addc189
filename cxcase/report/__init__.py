"""One report that screen, deck, workbook and case.json read."""

from cxcase.report.gather_report import gather
from cxcase.report.result import PAGES, Report, Results
from cxcase.report.standing import Stand, stand

__all__ = ["PAGES", "Report", "Results", "Stand", "gather", "stand"]
