"""A report in, bytes out."""

from cxcase.export.set_aside import make_set_aside
from cxcase.export.workbook import make_workbook
from cxcase.export.write_case import write_case

__all__ = ["make_set_aside", "make_workbook", "write_case"]
