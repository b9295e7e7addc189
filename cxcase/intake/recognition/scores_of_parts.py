"""Scores that ask about a part of what customers live, "Billing CSAT", among several of the kind:
none of them is the score of the whole. Nor is one that asks about something that happened once,
"How easy was it to set up your service?", where another column asks about all of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from cxcase.intake.recognition.column_profile import Profile
from cxcase.intake.values.heading_waves import without_wave
from cxcase.intake.vocabulary.headings import PATTERN, STRONG, Field, fields_of, fit
from cxcase.intake.vocabulary.word_parts import FILLER, Ideas, ideas_of
from cxcase.settings import METRICS

_ALMOST = 0.75 * STRONG  # how well a heading must name a score to be one of its kind
# ideas of words that say nothing of a part
_OF_THE_WHOLE: Ideas = frozenset(
    {FILLER, "satisfied", "ease", "recommend", "willing", "overall", "score", "points", "star"}
    | {"customer", "company", "deal", "dated", "date", "net", "experience", "respondent"}
)
_METRIC_OF = {"ease": "ease", "satisfied": "csat", "recommend": "nps"}  # idea -> the score it is of
# what asks about the past asks about one event, but for what was done together with the company
_PAST = re.compile(
    r"\b(was|were|did|war|waren|hatten|konnten|étai\w+|avez|a été|fue(ron)?|è stato|foi)\b",
    re.IGNORECASE,
)
_TOGETHER = re.compile(
    r"\b(business|deal(ing)? with|work(ing)? with|zusammen\w*|unternehmen|company|overall)\b",
    re.IGNORECASE,
)


def without_scores_of_parts(
    fitted: Mapping[str, tuple[str, float]], profiles: Sequence[Profile]
) -> dict[str, tuple[str, float]]:
    """Field -> (heading, fit) without a score that asks about a part where others of its kind ask
    about other parts; the one that asks about the whole takes its place where there is one.
    """
    out = dict(fitted)
    if not any(metric in fitted for metric in METRICS):
        return out
    headings = [p.heading for p in profiles if p.is_a("rating") == 1]
    out = _whole_before_events(out, headings)
    for metric in METRICS:
        if metric not in out or not (parts := of_parts(metric, out[metric][0], headings)):
            continue
        del out[metric]
        taken = {heading for heading, _ in out.values()}
        whole = [h for h in _of_kind(metric, headings) if h not in parts and h not in taken]
        if whole:
            out[metric] = (whole[0], fit(whole[0], fields_of("cx")[metric]))
    return out


def _whole_before_events(
    fitted: Mapping[str, tuple[str, float]], headings: Sequence[str]
) -> dict[str, tuple[str, float]]:
    """The same where no rating says that it is about all; else scores of one event give way, to
    the one that says so where it is of their kind.
    """
    whole: dict[str, list[str]] = {}
    for heading in headings:
        if _says_whole(heading):
            whole.setdefault(_metric_of(heading), []).append(heading)
    out = dict(fitted)
    for metric in METRICS:
        if metric not in out or not whole or not _of_an_event(out[metric][0]):
            continue
        _, fitness = out.pop(metric)
        own = whole.get(metric, [])
        if len(own) == 1 and fit(own[0], fields_of("cx")[metric]) >= fitness:
            out[metric] = (own[0], fitness)
    return out


def _says_whole(heading: str) -> bool:
    return any("overall" in ideas for ideas in ideas_of(without_wave(heading)))


def _metric_of(heading: str) -> str:
    """The score that a heading's words are of; "" where they are of none or of several."""
    ideas = frozenset[str]().union(*ideas_of(without_wave(heading)))
    metrics = {metric for idea, metric in _METRIC_OF.items() if idea in ideas}
    if len(metrics) != 1:
        return ""
    return metrics.pop()


def _of_an_event(heading: str) -> bool:
    return (
        bool(_PAST.search(heading)) and not _says_whole(heading) and not _TOGETHER.search(heading)
    )


def of_parts(metric: str, heading: str, headings: Sequence[str]) -> list[str]:
    """The headings of this kind of score that ask about different parts, where this one does and
    another too; none elsewhere.
    """
    kind = _of_kind(metric, headings)
    parts = {one: _part_named(one) for one in kind}
    if heading not in kind or not parts[heading] or len({*filter(None, parts.values())}) < 2:
        return []
    return [one for one in kind if parts[one]]


def _of_kind(metric: str, headings: Sequence[str]) -> list[str]:
    """The headings that hold the score's word and are not known as the whole of it."""
    field: Field = fields_of("cx")[metric]
    return [h for h in headings if _ALMOST <= fit(without_wave(h), field) < PATTERN]


def _part_named(heading: str) -> tuple[Ideas | str, ...]:
    """What the heading says beside the score itself."""
    words = without_wave(heading).lower().split()
    ideas = ideas_of(without_wave(heading))
    if all(one & _OF_THE_WHOLE for one in ideas):
        return ()
    return tuple(words)
