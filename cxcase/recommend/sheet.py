"""The sheet as a whole: which column says where steps act, and the ids of steps without one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from cxcase.recommend.asking import About
from cxcase.recommend.cells import Row, folded
from cxcase.recommend.notes import Notes, note
from cxcase.recommend.places import find_place, says_place
from cxcase.settings.step_answers import answers_of

_EXTRA = "extra:"  # how columns start that intake took nothing from
_STATUS = re.compile(r"\b(status|state|stage|progress|stand|statut|estado|stato)\b", re.I)
_OVER = re.compile(
    r"(?:done|completed?|delivered|live|implemented|closed|cancel+ed|rejected|declined|dropped"
    r"|stopped|withdrawn|superseded|erledigt|abgeschlossen|umgesetzt|verworfen|abgelehnt|gestoppt"
    r"|terminée?|annulée?|rejetée?|hecho|cancelad[oa]|fatto|annullat[oa]|klaar|afgerond)\b",
    re.I,
)
_ENOUGH = 0.5  # share of a column's cells that must name a place for it to be read as such


def with_places(sheet: Sequence[Row], moments: Mapping[str, str]) -> tuple[tuple[Row, ...], Notes]:
    """(the rows, with the column of places where none that is headed like one names any; a note of
    which that is).
    """
    headed = (*(row.text("moment") for row in sheet), *_levels(sheet))
    if any(_names_place(text, moments) for text in headed):
        return tuple(sheet), ()
    names = dict.fromkeys(name for row in sheet for name in row.fields if name.startswith(_EXTRA))
    shares = {name: _share([row.text(name) for row in sheet], moments) for name in names}
    best = max(shares, key=lambda name: shares[name], default=None)
    if best is None or shares[best] < _ENOUGH:
        return tuple(sheet), ()
    said = note("review", "step_place_column", column=best.removeprefix(_EXTRA))
    return tuple(row.with_text("moment", row.text(best)) for row in sheet), (said,)


def _levels(sheet: Sequence[Row]) -> list[str | None]:
    return [says_place(row.text("acts_on")) for row in sheet]


def _names_place(text: str | None, moments: Mapping[str, str]) -> bool:
    return text is not None and find_place(text, moments).place is not None


def _share(texts: Sequence[str | None], moments: Mapping[str, str]) -> float:
    """Of the cells that hold something, the share that names a place, or one like it where others
    name theirs without doubt.
    """
    found = [find_place(text, moments) for text in texts if text is not None]
    named = sum(one.place is not None for one in found)
    if named < min(2, len(texts)):
        return 0.0
    like = sum(one.place is None and one.candidates[0].near for one in found)
    return (named + like) / len(found)


def identified(sheet: Sequence[Row], answers: Mapping[str, Any]) -> tuple[tuple[About, ...], Notes]:
    """(who each row is about, with its answers; a note of those whose id was made).

    An id that the sheet does not give is made of the row's place among the rows, so that the same
    sheet makes the same ids.
    """
    given = {folded(id) for row in sheet if (id := row.text("id")) is not None}
    titles = [folded(row.text("title") or "") for row in sheet]
    abouts = []
    for place, row in enumerate(sheet, start=1):
        id = row.text("id") or _made(place, given)
        title = row.text("title") or id
        stands = int(row.number_of("row") or row.number)
        own = titles.count(folded(title)) == 1
        of_step = answers_of(answers, id, *([title] if own else []))
        abouts.append(About(id, title, stands, of_step, row.text("id") is None))
    made = [about.id for about in abouts if about.id_made]
    if not made:
        return tuple(abouts), ()
    return tuple(abouts), (note("ok", "step_ids_made", ids=tuple(made), n=len(made)),)


def said_over(sheet: Sequence[Row], abouts: Sequence[About]) -> Notes:
    """A note of each step that the sheet itself calls done, stopped or rejected: it counts like any
    other, as nobody said that it is to be left out.
    """
    names = [n for row in sheet[:1] for n in row.fields if n.startswith(_EXTRA)]
    headed = [name for name in names if _STATUS.search(name.removeprefix(_EXTRA))]
    return tuple(
        about.note("review", "step_said_over", said=text)
        for row, about in zip(sheet, abouts, strict=True)
        for name in headed
        if (text := row.text(name)) is not None and _OVER.match(text.strip())
    )


def _made(place: int, given: set[str]) -> str:
    """The first free id at this place: R01, R01b where the sheet has that one itself."""
    id = f"R{place:02d}"
    while folded(id) in given:
        id = f"{id}b"
    return id
