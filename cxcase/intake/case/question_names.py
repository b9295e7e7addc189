"""One name for a question that several files of a survey ask in the same words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from cxcase.intake.result import ParsedTable
from cxcase.intake.schema import COMMENT_ON, LIVED, MOMENT, RATING, UNANSWERED
from cxcase.intake.vocabulary.headings import clean

OF_A_MOMENT = (RATING, LIVED, UNANSWERED, COMMENT_ON)  # how the columns of a moment start


def same_questions(
    frame: pd.DataFrame, table: ParsedTable, known: Mapping[str, str]
) -> tuple[pd.DataFrame, ParsedTable, Mapping[str, str]]:
    """(rows, table, the questions known so far), moments under the name an earlier file asked them.

    known: question without case, punctuation, its number and hints at the scale -> the name it was
    first asked under. Other wordings are other questions.
    """
    own = [field.removeprefix(MOMENT) for field in table.scales if field.startswith(MOMENT)]
    asked = dict(known)
    renamed: dict[str, str] = {}
    for name in own:
        first = asked.setdefault(clean(name) or name, name)
        if first != name and first not in own and first not in renamed.values():
            renamed[name] = first
    if not renamed:
        return frame, table, asked
    fields = {f"{MOMENT}{name}": f"{MOMENT}{first}" for name, first in renamed.items()}
    scales = {fields.get(field, field): scale for field, scale in table.scales.items()}
    columns = {
        f"{kind}{name}": f"{kind}{first}" for name, first in renamed.items() for kind in OF_A_MOMENT
    }
    return frame.rename(columns=columns), replace(table, scales=scales), asked
