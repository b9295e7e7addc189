"""A report in, bytes out."""

from cxcase.export.case_json import write_case
from cxcase.export.deck import make_deck
from cxcase.export.images import ImageResult, make_image, make_images
from cxcase.export.set_aside import make_set_aside
from cxcase.export.workbook import make_workbook

__all__ = [
    "ImageResult",
    "make_deck",
    "make_image",
    "make_images",
    "make_set_aside",
    "make_workbook",
    "write_case",
]
