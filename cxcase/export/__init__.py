"""A report in, bytes out."""

from cxcase.export.case_json import write_case
from cxcase.export.deck import BuiltDeck, Sound, Template, build_deck, make_deck, template_of
from cxcase.export.deck.outline import slides_of
from cxcase.export.images import ImageResult, make_image, make_images
from cxcase.export.preview import Rendering, drawn_slides, office
from cxcase.export.question_sheets import make_question_sheet
from cxcase.export.set_aside import make_set_aside
from cxcase.export.steps_list import make_steps_list
from cxcase.export.template_check import cut_texts, template_check
from cxcase.export.workbook import make_workbook

__all__ = [
    "BuiltDeck",
    "ImageResult",
    "Rendering",
    "Sound",
    "Template",
    "build_deck",
    "cut_texts",
    "drawn_slides",
    "make_deck",
    "make_image",
    "make_images",
    "make_question_sheet",
    "make_set_aside",
    "make_steps_list",
    "make_workbook",
    "office",
    "slides_of",
    "template_check",
    "template_of",
    "write_case",
]
