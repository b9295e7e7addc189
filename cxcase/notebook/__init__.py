"""A notebook's way in: files to a case that is worked out as far as somebody looks."""

from cxcase.notebook.opened_case import OpenCase, open_case

__all__ = ["OpenCase", "open_case"]
