"""One name for a question that several files of a survey ask in the same words."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from cxcase.intake.result import ParsedTable
from cxcase.intake.roles.cx_comments import OF_MOMENT
from cxcase.intake.schema import MOMENT
from cxcase.intake.vocabulary.headings import clean

_KINDS = ("rating:", "lived:", "unanswered:", OF_MOMENT)


def same_questions(
    frame: pd.DataFrame, table: ParsedTable, known: dict[str, str]
) -> tuple[pd.DataFrame, ParsedTable]:
    """(rows, table) whose moments bear the name under which an earlier file asked them; notes new
    ones in `known`.

    Case, punctuation, question numbers and hints at the scale make no difference; other wordings
    are other questions.
    """
    own = [f.removeprefix(MOMENT) for f in table.scales if f.startswith(MOMENT)]
    new: dict[str, str] = {}
    for name in own:
        first = known.setdefault(clean(name) or name, name)
        if first != name and first not in own and first not in new.values():
            new[name] = first
    if not new:
        return frame, table
    scales = {
        f"{MOMENT}{new[n]}" if (n := f.removeprefix(MOMENT)) in new else f: s
        for f, s in table.scales.items()
    }
    columns = {f"{kind}{name}": f"{kind}{first}" for name, first in new.items() for kind in _KINDS}
    return frame.rename(columns=columns), replace(table, scales=scales)
