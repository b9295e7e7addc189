"""Revenue by period that runs up through a year: parted into what each period earned."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from cxcase.estimate import Floats
from cxcase.intake.tables.row_filter import Sieve
from cxcase.intake.values.column import Column
from cxcase.intake.values.periods import Period
from cxcase.intake.vocabulary.headings import clean
from cxcase.time_units import YEAR_MONTHS

OPEN = "cumulated_amounts_open"
_CUMULATED = re.compile(
    r"\b(ytd|year to date|to date|running (total|sum)|cum|cumul\w*|kumul\w*|accumul\w*|acumul\w*"
    r"|aufgelaufen\w*|auflaufend\w*|progressi[fv]\w*|seit jahresbeginn|depuis (le )?d[ée]but"
    r"|ackumuler\w*|gecumuleerd\w*)\b"
)
_FALLING = 0.02  # share of steps within a year that may fall, as by a credit note


def is_cumulated(heading: str) -> bool:
    """True for amounts that add up since the year began."""
    return _CUMULATED.search(clean(heading)) is not None


def parted(
    sieve: Sieve,
    columns: Mapping[str, str],
    ids: Column,
    periods: Sequence[Period | None],
    amounts: Floats,
) -> Floats:
    """(n,) What each period earned: its amount less that of the customer's period before in its
    year. It is asked where the rows are not such that this can be done.
    """
    heading = columns["amount"]
    rows = [k for k in np.flatnonzero(sieve.alive).tolist() if periods[k] is not None]
    own = {k: period for k in rows if (period := periods[k]) is not None}
    order = sorted(rows, key=lambda k: (int(ids.codes[k]), own[k].start))
    earned = amounts.copy()
    falling = 0
    twice = False
    for before, k in pairwise(order):
        same = ids.codes[before] == ids.codes[k] and own[before].start.year == own[k].start.year
        if not same:
            continue
        twice = twice or own[before] == own[k]
        earned[k] = amounts[k] - amounts[before]
        falling += bool(earned[k] < 0)
    if twice or falling > _FALLING * len(rows) or not _from_january(set(own.values())):
        sieve.say("fail", OPEN, column=heading)
        return amounts
    sieve.say("review", "cumulated_amounts_parted", column=heading)
    return earned


def _from_january(periods: set[Period]) -> bool:
    """True where each year's periods follow each other from its first month."""
    for year in {period.start.year for period in periods}:
        ordered = sorted(period for period in periods if period.start.year == year)
        if ordered[0].start.month != 1 or not 0 < ordered[0].months < YEAR_MONTHS:
            return False
        if any(one.end != other.start for one, other in pairwise(ordered)):
            return False
    return True
