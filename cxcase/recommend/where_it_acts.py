"""What a row says of where its step acts: its own columns, the score its lift names, an answer."""

from __future__ import annotations

from cxcase.recommend.asking import About, Read
from cxcase.recommend.cells import Row
from cxcase.recommend.known import Known
from cxcase.recommend.notes import Notes
from cxcase.recommend.places import (
    EX_WORDS,
    Found,
    Place,
    find_place,
    places_like,
    plain,
    says_place,
)
from cxcase.recommend.result import Candidate

# what people call a score that another case may be built on
_METRICS = {"ease": "ease", "ces": "ease", "effort": "ease", "csat": "csat", "nps": "nps"}
_OF_EMPLOYEES = ("ex", "enps")


def place_of(row: Row, about: About, known: Known) -> Read[Place]:
    """What the step acts on; a question where the row leaves it open."""
    answered = about.answers.get("where")
    if answered is not None and (place := find_place(str(answered), known.moments).place):
        return Read(place)
    level = says_place(row.text("acts_on"))
    named = row.text("moment")
    if level is None and named is None:
        return _by_lift(row, about, known)
    found = _found(level, named, known)
    said = ": ".join(dict.fromkeys(filter(None, (level, named))))
    if found.place is None:
        near = found.candidates and found.candidates[0].near
        code = "step_moment_unknown" if near else "step_moment_unknown_bare"
        return about.ask("where", code, said, found.candidates)
    if _two_scores(row, about, found.place):
        of_lift = f"{said}: {row.text('lift_said') or ''}".rstrip(": ")
        both = (";".join(found.place.moments), "ease")
        candidates = tuple(Candidate(value, near=True) for value in both)
        return about.ask("where", "step_on_moment_or_score", of_lift, candidates)
    return Read(found.place, (*_taken(about, found), *_other_metric(about, said, found, known)))


def _found(level: str | None, named: str | None, known: Known) -> Found:
    """What both columns say together: a level of "ease" or "EX" goes before a name, and a moment
    under it is asked about.
    """
    by_name = find_place(named, known.moments) if named else None
    by_level = find_place(level, known.moments) if level else None
    if by_name is None or by_level is None:
        return by_name or by_level or Found(None)
    if by_level.place is None or by_level.place.acts_on == "moment":
        return by_name
    if by_name.place in (None, by_level.place):
        return by_level
    both = dict.fromkeys([";".join(by_name.place.moments), by_level.place.acts_on])
    return Found(None, candidates=tuple(Candidate(value, near=True) for value in both if value))


def _by_lift(row: Row, about: About, known: Known) -> Read[Place]:
    """Where a step without a word of it acts: on the score its lift names, else it is asked."""
    score = row.text("said:lift_on")
    if score is not None and score in (*_OF_EMPLOYEES, known.metric):
        place = Place("ex") if score in _OF_EMPLOYEES else Place("ease")
        return Read(place, (about.note("ok", "step_score_taken", score=score),))
    candidates = places_like(about.title, known.moments)
    return about.ask("where", "step_acts_on_nothing", None, candidates)


def _two_scores(row: Row, about: About, place: Place) -> bool:
    """True where the lift is in points of the whole score and the step acts on a moment."""
    score = row.text("said:lift_on")
    asked = {"where", "lift"} & set(about.answers)
    return place.acts_on == "moment" and score in ("ease", "csat") and not asked


def _taken(about: About, found: Found) -> Notes:
    """What was taken for more than is written, and what was left out."""
    taken = [about.note("ok", "step_moment_taken", said=a, moment=b) for a, b in found.taken]
    left = [about.note("review", "step_moment_left_out", moment=name) for name in found.unknown]
    return (*taken, *left)


def _other_metric(about: About, said: str, found: Found, known: Known) -> Notes:
    """A remark where the step names another score than the one the case is built on."""
    words = plain(said).split()
    named = {_METRICS[word] for word in words if word in _METRICS}
    whole = found.place is not None and found.place.acts_on == "ease"
    if whole and named and known.metric not in named and not EX_WORDS & set(words):
        return (about.shared("step_reads_as_metric", metric=known.metric),)
    return ()
