"""Whether a table is a list of things to do, as managers write them: with or without ids."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cxcase.intake.vocabulary.headings import STRONG, clean, fields_of, fit

_LIFTS = {"lift_likely", "lift_low", "lift_high"}
_COSTS = {"one_off_cost", "yearly_cost"}
_WHERE = {"moment", "acts_on"}
_PLACE = ("where", "wo", "où", "dónde")
# what heads a column of things to do and of nothing else
_TO_DO = re.compile(
    r"\b(recommendations?|initiatives?|proposals?|ideas?|actions?|quick wins?|steps?"
    r"|empfehlung(en)?|ma(ß|ss)nahmen?|vorschl(ag|äge)|recommandations?|recomendaci(ón|ones)"
    r"|maatregel(en)?)\b"
)


def says_what_to_do(columns: Mapping[str, str]) -> bool:
    """True for a title and a lift; also for two of: a title that says so, a cost, where it acts,
    who does it.
    """
    if "title" not in columns:
        return False
    named = bool(_TO_DO.search(clean(columns["title"])))
    priced = bool(_COSTS & set(columns))
    placed = bool(_WHERE & set(columns))
    owned = "owner" in columns
    return bool(_LIFTS & set(columns)) or named + priced + placed + owned >= 2


def with_title(columns: Mapping[str, str], role: str) -> dict[str, str]:
    """The columns of a list of steps with "Step" as what they are called, where nothing else is."""
    if role != "recommendations" or "title" in columns or "id" not in columns:
        return dict(columns)
    if fit(columns["id"], fields_of(role)["title"]) < STRONG:
        return dict(columns)
    return {"title" if name == "id" else name: heading for name, heading in columns.items()}


def with_place(columns: Mapping[str, str], role: str) -> dict[str, str]:
    """The columns of a list of steps without "Where" as that of teams, where nothing else says on
    what steps act: its cells may be moments.
    """
    place = clean(columns.get("teams", ""))
    if role == "recommendations" and place in _PLACE and not _WHERE & set(columns):
        return {name: heading for name, heading in columns.items() if name != "teams"}
    return dict(columns)
