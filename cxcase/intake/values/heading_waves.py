"""Waves of a survey beside each other in columns, such as "Ease 2023" and "Ease 2024"."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from functools import lru_cache

from cxcase.intake.values.periods import period_and_rest, span
from cxcase.intake.vocabulary.headings import STRONG, clean, fields_of, fit
from cxcase.settings import METRICS

_NUMBERED = re.compile(
    r"(?<![^\W_])(?:wave|welle|vague|ola|ondata|round|runde|w)[\s_.#-]*(\d{1,2})(?![^\W_])",
    re.IGNORECASE,
)
_QUARTER = re.compile(r"(?<=[^\W_])[\s_.-]+[qt]([1-4])\s*(?=$|[(\[])", re.IGNORECASE)
_EARLIER = re.compile(
    r"\b(?:(?:previous|prior|last) (?:year|wave|survey)|previous|prior|prev|vorjahr\w*|vorwelle)\b",
    re.IGNORECASE,
)
_CURRENT = re.compile(
    r"\b(?:(?:this|current) (?:year|wave|survey)|current|aktuell\w*|dieses jahr)\b", re.IGNORECASE
)


def earlier_waves(headings: Sequence[str]) -> dict[str, str]:
    """Heading of an earlier wave -> that of the newest wave of the same question."""
    waves: dict[tuple[str, str], list[tuple[float, str]]] = {}
    for heading, (kind, stem, place) in _told(headings).items():
        waves.setdefault((kind, stem), []).append((place, heading))
    found: dict[str, str] = {}
    for (_, stem), several in waves.items():
        last, newest = max(several)
        if stem:
            found |= {heading: newest for place, heading in several if place < last}
    return found


def wave_day(heading: str, year: int | None = None) -> dt.date | None:
    """The last day of the wave that the heading names; None where no day can be told. year: that of
    quarters that name none.
    """
    if dated := period_and_rest(heading):
        return dated[0].end - dt.timedelta(days=1)
    quarter = quarter_of(heading)
    if quarter is None or year is None:
        return None
    return span(year, 3 * quarter - 2, 3).end - dt.timedelta(days=1)


def quarter_of(heading: str) -> int | None:
    """The quarter behind a score's name, as in "CSAT Q2"; behind other words it may as well number
    a question.
    """
    match = _QUARTER.search(heading)
    if match is None:
        return None
    stem = _without(heading, match)
    scores = (fields_of("cx")[metric] for metric in METRICS)
    return int(match[1]) if any(fit(stem, score) >= STRONG for score in scores) else None


@lru_cache(maxsize=2**12)
def without_wave(heading: str) -> str:
    """The heading without the wave it names, "ease" for "Ease 2024"; itself where none is named or
    nothing else is said.
    """
    named = _named(heading)
    if named is None or not named[1]:
        return heading
    return named[1]


def _told(headings: Sequence[str]) -> dict[str, tuple[str, str, float]]:
    """Heading -> (how it names its wave, its words without that, its place among the waves).

    A heading that names none is the current one where another says "previous" beside its words.
    """
    told = {heading: named for heading in headings if (named := _named(heading))}
    before = {stem for kind, stem, _ in told.values() if kind == "word"}
    for heading in headings:
        if heading not in told and clean(heading) in before:
            told[heading] = ("word", clean(heading), 1.0)
    return told


def _named(heading: str) -> tuple[str, str, float] | None:
    """The same of one heading by itself; None where it names no wave."""
    if dated := period_and_rest(heading):
        period, rest = dated
        return "period", clean(rest), float(period.end.toordinal())
    if match := _NUMBERED.search(heading):
        return "number", _without(heading, match), float(match[1])
    if (quarter := quarter_of(heading)) and (match := _QUARTER.search(heading)):
        return "quarter", _without(heading, match), float(quarter)
    if match := _EARLIER.search(heading):
        return "word", _without(heading, match), 0.0
    if match := _CURRENT.search(heading):
        return "word", _without(heading, match), 1.0
    return None


def _without(heading: str, match: re.Match[str]) -> str:
    return clean(f"{heading[: match.start()]} {heading[match.end() :]}")
