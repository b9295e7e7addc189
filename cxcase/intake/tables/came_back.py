"""The days on which customers who had left came back, as a column of its own tells them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cxcase.intake.tables.row_filter import Sieve
from cxcase.intake.values.dates import read_dates
from cxcase.intake.vocabulary.headings import clean
from cxcase.intake.vocabulary.leaving_kinds import heads_return

CAME_BACK = "came_back"  # typed column: the day on which a customer who had left came back


def came_back(sieve: Sieve, columns: Mapping[str, str]) -> np.ndarray | None:
    """(n,) The day on which each customer came back, NaT for none; None without such a column."""
    for heading in sieve.table.headings:
        if heading == columns["churn_date"] or not heads_return(clean(heading)):
            continue
        cells = sieve.table.column(heading)
        days = read_dates(cells, None)
        if np.isnat(days.values).all() or days.bad.any():
            continue
        count = int((~np.isnat(days.values) & sieve.alive).sum())
        sieve.say("review", "came_back_on_a_day", column=heading, count=count)
        return np.asarray(days.values)
    return None
