"""Days that stand in headings, such as "Revenue at 01/07/2025"."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from cxcase.intake.values.dates import period_end
from cxcase.intake.vocabulary.headings import clean

_DAY_IN_HEADING = re.compile(
    r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d{2}(?:-\d{2})?"
    r"|(?:\d{1,2}\s+)?[^\W\d]{3,9}\.?\s+\d{4}|\bQ[1-4]\s?\d{4}|\b20\d{2}\b"
)
_ONE_DAY = re.compile(
    r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d{2}-\d{2}|\d{1,2}\.?\s+[^\W\d]{3,9}\.?\s+\d{4}"
)


def dated_headings(headings: Sequence[str]) -> dict[str, tuple[str, dt.datetime]]:
    """Heading -> (its words without the date, the day it names), of those that name one."""
    found = {}
    for heading in headings:
        match = _DAY_IN_HEADING.search(heading)
        if match and (day := period_end(match[0])):
            found[heading] = (clean(heading.replace(match[0], " ")), day)
    return found


def day_in(heading: str) -> dt.date | None:
    """The day that the heading names; None for none, or a longer period whose start it is not."""
    match = _ONE_DAY.search(heading)
    if match and (day := period_end(match[0])):
        return day.date()
    return None
