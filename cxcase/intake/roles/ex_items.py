"""Questions of an employee survey: one mean a team and question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cxcase.estimate import Floats, Ints
from cxcase.intake.privacy.small_groups import SmallGroups
from cxcase.intake.schema import ITEM


def item_means(
    cells: Sequence[tuple[Any, Ints]],
    answers: Mapping[str, Floats],
    score: Floats,
    groups: SmallGroups,
) -> dict[str, Floats]:
    """item:<question> -> its mean in each cell (c,), NaN where too few people answered it.

    cells: (team, rows), each large enough to show; answers: question -> marks (n,) on one
    scale; score (n,): each person's own mean. Who skipped a question counts with that mean, so that
    every question of a cell is over the same people and no difference between two of its figures
    tells what one person said. Nothing for a single question.
    """
    if len(answers) < 2:
        return {}
    out = {f"{ITEM}{question}": np.full(len(cells), np.nan) for question in answers}
    for k, (_, rows) in enumerate(cells):
        for question, marks in answers.items():
            own = marks[rows]
            given = np.isfinite(own)
            if groups.shown(int(given.sum())):
                out[f"{ITEM}{question}"][k] = float(np.where(given, own, score[rows]).mean())
    return out
