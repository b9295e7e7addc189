"""Days on which contracts run out, which every customer has and which are no days of leaving."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cxcase.intake.recognition.column_profile import Profile
from cxcase.intake.values.cells import blank, share
from cxcase.intake.values.column import Column
from cxcase.intake.values.dates import never
from cxcase.intake.vocabulary.headings import STRONG, fields_of, fit_by_meaning
from cxcase.intake.vocabulary.word_parts import ideas_of

_ALL = 0.95  # share of rows with a day from which it says nothing of who left
_LEFT = "churn_date"
_RENEWED = "renewal_date"


def without_running_ends(columns: Mapping[str, str], profiles: Sequence[Profile]) -> dict[str, str]:
    """The columns of a list of customers, its day of leaving taken for that of the next renewal
    where each contract has one and its heading speaks of an end only.
    """
    heading = columns.get(_LEFT)
    if heading is None or not runs_out(heading):
        return dict(columns)
    days = Column.of(next(p.cells for p in profiles if p.heading == heading))
    ends = days.spread([not (blank(v) or never(v)) for v in days.values], False, bool)
    if share(ends) < _ALL:
        return dict(columns)
    others = {name: other for name, other in columns.items() if name != _LEFT}
    return {_RENEWED: heading, **others}


def runs_out(heading: str) -> bool:
    """True for a heading of the end of something, "Contract end", not of leaving, "Date left"."""
    if of_leaving(heading):
        return False
    return fit_by_meaning(heading, fields_of("customers")[_LEFT]) >= STRONG


def of_leaving(heading: str) -> bool:
    """True for a heading of leaving, "Disconnected on", and so of days that are over."""
    return any("leave" in ideas for ideas in ideas_of(heading))
