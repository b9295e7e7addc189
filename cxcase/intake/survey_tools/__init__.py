"""Survey tools' exports, recognised by shape and unpacked to one row of readable headings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cxcase.intake.survey_tools import (
    feedback_tools,
    forms,
    limesurvey,
    qualtrics,
    surveymonkey,
    two_row_headings,
)
from cxcase.intake.survey_tools.layout import Group, Layout, Merge
from cxcase.intake.survey_tools.unfinished_responses import not_answers, unfinished
from cxcase.intake.survey_tools.unpack import unpack

__all__ = ["Group", "Layout", "Merge", "not_answers", "recognise_layout", "unfinished", "unpack"]

_TOOLS = (
    qualtrics.recognise,
    surveymonkey.recognise,
    limesurvey.recognise,
    forms.typeform,
    feedback_tools.delighted,
    feedback_tools.medallia,
    feedback_tools.culture_amp,
    forms.microsoft_forms,
    forms.google_forms,
    two_row_headings.recognise,
)


def recognise_layout(top: Sequence[Sequence[Any]]) -> Layout | None:
    """The layout of the sheet that begins with these rows; None: one row of headings.

    top: rows of tidy cells, blank: None.
    """
    return next((layout for tool in _TOOLS if (layout := tool(top)) is not None), None)
