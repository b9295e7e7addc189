"""What people said of a case: who stands for which assumption, what Finance signed, and what the
leadership team answered when it was asked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from cxcase.fixed import Fixed

Answer = Literal["open", "yes", "part", "no"]
ANSWERS: tuple[Answer, ...] = ("open", "yes", "part", "no")
SETTING = "setting"  # the kind of an assumption that is a setting; others are inputs of the plan


@dataclass(frozen=True)
class Signature:
    """What somebody in Finance signed. value: as it was shown; rests_on: part -> a key of it then.
    Keys are of what people and files say, so a new version of the app changes none.
    """

    by: str
    on: dt.date
    value: str
    rests_on: Mapping[str, str] = Fixed()


@dataclass(frozen=True)
class Agreement:
    """One line of the register: whose an assumption is, by when it is to be agreed, and whether
    Finance signed it. of: the setting, the step or the moment.
    """

    kind: str
    of: str
    owner: str = ""
    due: dt.date | None = None
    signed: Signature | None = None


@dataclass(frozen=True)
class Ask:
    """One ask. key: the first characters of the case's key, as its deck's footer has them. spend
    and npv: of the plan that was asked for. recut: what the smaller ask that followed spends; None
    where none followed.
    """

    on: dt.date
    key: str
    spend: float
    npv: float | None
    answer: Answer = "open"
    reason: str = ""
    recut: float | None = None


@dataclass(frozen=True)
class Agreements:
    """All that people said of a case. moved: (kind, of) -> what a signature rests on that is
    another than when it was given; such a signature is stale.
    """

    lines: tuple[Agreement, ...] = ()
    asks: tuple[Ask, ...] = ()
    moved: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)


def agreement_on(agreed: Sequence[Agreement], kind: str, of: str) -> Agreement:
    """The line of this assumption; an empty one where nobody wrote anything."""
    found = (line for line in agreed if (line.kind, line.of) == (kind, of))
    return next(found, Agreement(kind, of))


def with_agreement(
    agreed: Sequence[Agreement], kind: str, of: str, **changed: Any
) -> tuple[Agreement, ...]:
    """The register with one line changed; a line that says nothing is left out."""
    line = replace(agreement_on(agreed, kind, of), **changed)
    others = [other for other in agreed if (other.kind, other.of) != (kind, of)]
    return tuple(others) if line == Agreement(kind, of) else (*others, line)


def signed_as(agreed: Sequence[Agreement], other: Sequence[Agreement]) -> tuple[Agreement, ...]:
    """The register with the signatures of another, and none else."""
    made = tuple(agreed)
    for line in (*agreed, *other):
        signed = agreement_on(other, line.kind, line.of).signed
        made = with_agreement(made, line.kind, line.of, signed=signed)
    return made
