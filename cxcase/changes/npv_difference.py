"""Two versions of a case beside each other: what each cause did to the plan's expected NPV."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from cxcase.changes.causes import Cause
from cxcase.changes.recompute import Recomputed
from cxcase.changes.split import coalitions, split

_SAME = Fraction(1, 200)  # of a unit of currency: less than a penny is how a machine counts


@dataclass(frozen=True)
class Part:
    """What some causes did to the NPV together; without causes: what a new version of the app did
    to the same inputs.
    """

    causes: tuple[Cause, ...]
    value: Fraction


@dataclass(frozen=True)
class Difference:
    """The NPV of an old version as it was noted, and of a new one under today's code; their parts
    add up without a remainder.

    refused: the code of the reason where there is no difference to tell; then there are no parts.
    beside: what changed and moves no figure.
    """

    before: Fraction | None = None
    after: Fraction | None = None
    parts: tuple[Part, ...] = ()
    beside: tuple[Cause, ...] = ()
    currency: str = ""
    refused: str | None = None

    @property
    def value(self) -> Fraction:
        """After less before."""
        return sum((part.value for part in self.parts), Fraction(0))


def npv_difference(recomputed: Recomputed, noted: float | None) -> Difference:
    """What each cause did to the expected NPV.

    noted: the old version's NPV as it was worked out then; where the old inputs come to another
    figure today, that is a part of its own.
    """
    beside = tuple(cause for cause in recomputed.causes if cause.kind == "beside")
    here = _moving(recomputed)
    kinds = [cause.kind for cause in here.causes]
    found = split(kinds, here.values)
    old, now = here.currencies
    if old != now:
        return Difference(beside=beside, refused="other_currency")
    if found is None:
        return Difference(beside=beside, currency=now, refused="no_npv_to_compare")
    parts = [Part(tuple(here.causes[k] for k in s.causes), s.value) for s in found.shares]
    before = _noted(noted, found.before)
    if before != found.before:
        parts.insert(0, Part((), found.before - before))
    return Difference(before, found.after, tuple(parts), beside, now)


def figures_to_work_out(recomputed: Recomputed) -> int:
    """How many NPVs `npv_difference` would have to work out."""
    here = _moving(recomputed)
    return here.unknown(coalitions([cause.kind for cause in here.causes]))


def _moving(recomputed: Recomputed) -> Recomputed:
    """The same with those causes alone that can move the NPV."""
    moving = [cause for cause in recomputed.causes if cause.kind != "beside"]
    return replace(recomputed, causes=moving)


def _noted(noted: float | None, today: Fraction) -> Fraction:
    """What the old version was said to come to; today's figure where that is the same, or where
    none was noted.
    """
    if noted is None or abs(Fraction(noted) - today) < _SAME:
        return today
    return Fraction(noted)
