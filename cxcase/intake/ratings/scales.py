"""Which scale each rating column is on: a person's word, its heading, its words, else theory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from cxcase.estimate import Bools, Floats
from cxcase.intake.privacy.small_groups import SHARED
from cxcase.intake.ratings.direction import directions_of, six_in_german
from cxcase.intake.ratings.no_answer_codes import stand_apart, theory_scale
from cxcase.intake.ratings.parse import (
    MOSTLY,
    Answers,
    nps_groups,
    read_answers,
    read_ratings,
)
from cxcase.intake.ratings.rated_column import Rated, below_title, holds
from cxcase.intake.schema import ITEM, MOMENT, Scale
from cxcase.intake.tables.row_filter import Sieve
from cxcase.intake.vocabulary.answer_words import WordSet, choose_set, plain, point_of
from cxcase.intake.vocabulary.scale_hints import labelled_scale, names_marks

NPS = Scale(0.0, 10.0)
_SHORTEST = Scale(1, 5)
_MARKS = Scale(1, 6)  # as schools give them
_AFTER_MARKS = Scale(1, 7)
_PLENTY = 30  # answers of which none is above 5: on a scale to 10 that is no chance
From = Literal["person", "label", "words", "theory"]
_STRAY = 2  # rows with unknown words that say nothing about a column


@dataclass(frozen=True)
class Settled:
    """How the columns of a table are read.

    scales       field -> Scale; a column without one is not a rating
    turned       fields whose high marks were bad
    scale_from   what each scale is known by
    given        the decisions that the table came with
    untold       fields of which nothing says whether their high marks are good; not turned
    """

    scales: dict[str, Scale]
    turned: frozenset[str]
    scale_from: dict[str, From]
    given: Mapping[str, Any]
    untold: frozenset[str] = frozenset()

    def open_of(self, fields: Iterable[str]) -> tuple[str, ...]:
        """Those of the fields of which nothing says whether their high marks are good."""
        return tuple(field for field in fields if field in self.scales and field in self.untold)

    def decisions(self) -> dict[str, Any]:
        """As `mapping.json` holds them, with everything that was given beside."""
        scales = {name: [s.low, s.high] for name, s in self.scales.items()}
        return {**self.given, "scales": scales, "turned": sorted(self.turned)}

    def marks_said(self, field: str) -> Mapping[str, str]:
        """Mark -> what a person says it stands for in this column."""
        marks: Mapping[str, str] = self.given.get("marks", {}).get(field, {})
        return marks

    def only(self, fields: Iterable[str]) -> Settled:
        """The same for these fields alone."""
        kept = {f: self.scales[f] for f in fields if f in self.scales}
        return replace(self, scales=kept)


def rate(
    sieve: Sieve, columns: Mapping[str, str], fields: Sequence[str], decisions: Mapping[str, Any]
) -> list[Rated]:
    """The columns of these fields as people answered them, in order. Questions of a kind share one
    set of words.
    """
    answers = {field: read_answers(sieve.table.column(columns[field])) for field in fields}
    given = decisions.get("words", {})
    words = _word_sets(answers, decisions)
    rated = []
    for field in fields:
        heading = columns[field]
        cells = sieve.table.column(heading)
        ratings = read_ratings(cells, words[field], given, answers[field])
        column = Rated(field, heading, ratings, _question(sieve, heading))
        rated.append(below_title(column, getattr(sieve.table, "scale_said", "")))
    return rated


def _word_sets(
    answers: Mapping[str, Answers], decisions: Mapping[str, Any]
) -> dict[str, WordSet | None]:
    """Field -> the set its words are of: of all columns that ask the same, unless a person said how
    many points its scale has.
    """
    known = {plain(label) for label in decisions.get("words", {})}
    labels = {field: _without(one.labels, known) for field, one in answers.items()}
    points = {field: _points_said(decisions, field) for field in answers}
    own = {
        field: choose_set(counts, points[field]) or choose_set(counts)
        for field, counts in labels.items()
    }
    pooled = {one.asks: _pooled(one.asks, own, labels) for one in own.values() if one}
    return {
        field: _shared(one, pooled[one.asks], labels[field])
        if one and points[field] is None
        else one
        for field, one in own.items()
    }


def _without(labels: Mapping[str, int], known: Collection[str]) -> dict[str, int]:
    """Label -> rows, of the labels that no person said the worth of."""
    return {label: n for label, n in labels.items() if plain(label) not in known}


def _question(sieve: Sieve, heading: str) -> str:
    groups = getattr(sieve.table, "groups", ())
    return next((group.question for group in groups if heading in group.headings), "")


def _points_said(decisions: Mapping[str, Any], field: str) -> int | None:
    """How many points a person said the scale has; None where it has no whole number of them."""
    low, high = decisions.get("scales", {}).get(field, (None, None))
    if low is None or high is None or high - low != int(high - low):
        return None
    return int(high - low) + 1


def _pooled(
    asks: str, own: Mapping[str, WordSet | None], labels: Mapping[str, Mapping[str, int]]
) -> WordSet | None:
    """The set of all columns whose words answer the same kind of question."""
    counts = Counter[str]()
    for field, one in own.items():
        if one and one.asks == asks:
            counts.update(labels[field])
    return choose_set(counts)


def _shared(own: WordSet, pooled: WordSet | None, labels: Mapping[str, int]) -> WordSet:
    """The set of all columns of the kind, where it holds every label that this one's own holds."""
    if pooled is None:
        return own
    if any(point_of(label, own) and not point_of(label, pooled) for label in labels):
        return own
    return pooled


def settle_scales(rated: list[Rated], decisions: Mapping[str, Any], sieve: Sieve) -> Settled:
    """Every column's scale. Moments (and items) without a label share one, the widest that any of
    them needs.

    Columns of one matrix question (`Table.groups`) share theirs: the one that any of them states,
    else the widest.
    """
    known: dict[str, _Known] = {}
    german = six_in_german(rated, sieve)
    for column in rated:
        if _unread(column, sieve):
            continue
        found = _scale_of(column, decisions, german)
        if found is None:
            sieve.say("review", "no_scale", column=column.heading)
        elif (shorter := _too_short_for_nps(column, found)) is not None:
            ends = {"low": shorter.low, "high": shorter.high}
            sieve.say("review", "recommend_no_nps", column=column.heading, **ends)
        else:
            known[column.field] = found
    known = _widest_assumed(_of_one_question(known, rated, sieve))
    known = _as_beside(known, rated, sieve)
    _say_assumed(known, rated, sieve)
    scales = {field: one.scale for field, one in known.items()}
    known_by = {field: one.source for field, one in known.items()}
    told = directions_of(rated, scales, decisions, sieve)
    return Settled(scales, told.turned, known_by, decisions, told.untold)


@dataclass(frozen=True)
class _Known:
    """A column's scale and what it is known by; assumed: by its numbers alone."""

    scale: Scale
    source: From
    assumed: bool = False


def _scale_of(column: Rated, decisions: Mapping[str, Any], german: bool) -> _Known | None:
    """The scale that is stated, else the one of theory that holds the numbers."""
    stated, source = _stated(column, decisions)
    if stated is not None:
        return _Known(_widened(stated, column, decisions), source)
    theory = theory_scale(_undecided(column, decisions), column.ratings.answers.counts)
    if theory is None:
        return None
    marks = names_marks(column.heading) or german
    if theory == _AFTER_MARKS and _ends_at(column, _MARKS) and marks:
        theory = _MARKS
    return _Known(_widened(theory, column, decisions), "theory", assumed=True)


def _ends_at(column: Rated, scale: Scale) -> bool:
    """True where no number of the column lies above the scale, but for codes."""
    numbers = column.ratings.numbers
    rated = ~np.isnan(numbers) & ~stand_apart(numbers, column.ratings.answers.counts)
    return bool(numbers[rated].max(initial=scale.low) <= scale.high)


def _too_short_for_nps(column: Rated, known: _Known) -> Scale | None:
    """The scale of a recommendation that is no promoter score, as it ends long before 10; None for
    any other rating, and where a person said the scale.
    """
    if column.field != "nps" or known.source == "person":
        return None
    if known.scale.high < NPS.high and known.scale.low >= 0:
        return known.scale
    counts = column.ratings.answers.counts
    seen = theory_scale(column.ratings.numbers, counts)
    answers = int(counts[~np.isnan(column.ratings.numbers)].sum())
    if known.source == "theory" and seen == _SHORTEST and answers >= _PLENTY:
        return seen
    return None


def on_scale(
    column: Rated, settled: Settled, *, zero_is_none: bool = False
) -> tuple[Floats, Bools]:
    """(values (n,) turned so that high is good, NaN off the scale; (n,) cells left out because they
    cannot be read or lie off it).

    zero_is_none: 0 below the scale says that there is no rating.
    """
    scale = settled.scales[column.field]
    values = column.ratings.values
    if zero_is_none and scale.low > 0:
        values = np.where(values == 0, np.nan, values)
    off = (values < scale.low) | (values > scale.high)
    values = np.where(off, np.nan, values)
    if column.field in settled.turned:
        values = scale.low + scale.high - values
    return values, column.ratings.bad | off


def _unread(column: Rated, sieve: Sieve) -> bool:
    """True for a column whose answers are no ratings; said, with what stands there instead."""
    ratings = column.ratings
    if nps_groups(ratings.answers):
        sieve.say("review", "nps_groups", column=column.heading)
        return True
    unknown = sum(ratings.unknown.values())
    answered = unknown + int(ratings.answers.counts[~np.isnan(ratings.numbers)].sum())
    if unknown <= _STRAY or unknown <= (1 - MOSTLY) * answered:
        return False
    say_unknown(column.heading, ratings.unknown, sieve)
    return True


def say_unknown(heading: str, words: Mapping[str, int], sieve: Sieve) -> None:
    """Names the words of a column that are in no known set; of employees' answers only those that
    enough share.
    """
    shown = sorted(words.items(), key=lambda w: (-w[1], w[0]))[:12]
    labels = [f"{word[:40]} ({n})" for word, n in shown if not sieve.private or SHARED.shown(n)]
    sieve.say("review", "words_not_known", column=heading, labels=labels)


def _stated(column: Rated, decisions: Mapping[str, Any]) -> tuple[Scale | None, From]:
    """(the scale that a person, the heading or the words state, which of them)."""
    said = decisions.get("scales", {})
    if column.field in said:
        low, high = said[column.field]
        return Scale(low, high), "person"
    ratings = column.ratings
    label = next(filter(None, map(labelled_scale, column.texts())), None)
    in_words = not any(not np.isnan(s.number) for s in ratings.answers.said)
    if (
        ratings.words
        and in_words
        and (label is None or label.high - label.low != ratings.words.high - ratings.words.low)
    ):
        return ratings.words, "person" if ratings.given else "words"
    if label is not None:
        return label, "label"
    if ratings.stated or ratings.words:
        return ratings.stated or ratings.words, "words"
    if column.field in ("nps", "enps"):
        return NPS, "theory"
    return None, "theory"


def _undecided(column: Rated, decisions: Mapping[str, Any]) -> np.ndarray:
    """The column's different numbers, NaN for those that a person says are none."""
    said = decisions.get("marks", {}).get(column.field, {})
    none = [
        mark_of(cell) in said and said[mark_of(cell)] != "rating"
        for cell in column.ratings.answers.cells
    ]
    return np.where(np.array(none, dtype=bool), np.nan, column.ratings.numbers)


def _widened(scale: Scale, column: Rated, decisions: Mapping[str, Any]) -> Scale:
    """The scale with the numbers on it that a person says are ratings."""
    said = decisions.get("marks", {}).get(column.field, {})
    cells = column.ratings.answers.cells
    numbers = column.ratings.numbers.tolist()
    more = [
        n
        for cell, n in zip(cells, numbers, strict=True)
        if said.get(mark_of(cell)) == "rating" and n == n
    ]
    return Scale(float(min([scale.low, *more])), float(max([scale.high, *more])))


def mark_of(cell: Any) -> str:
    """The cell as `marks` name it: "99" for 99.0, text as it stands, "" for blank."""
    if cell is None:
        return ""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return f"{cell:g}"
    return str(cell).strip()


def _of_one_question(
    known: Mapping[str, _Known], rated: Sequence[Rated], sieve: Sieve
) -> dict[str, _Known]:
    """The scales with the assumed ones of a matrix question as the others of it state, where their
    numbers fit.
    """
    settled = dict(known)
    for question in getattr(sieve.table, "groups", ()):
        inside = [c for c in rated if c.heading in question.headings and c.field in settled]
        group = [c for c in inside if settled[c.field].assumed]
        stated = {known[c.field].scale for c in inside if not known[c.field].assumed}
        if len(stated) != 1:
            continue
        (scale,) = stated
        if all(holds(scale, column) for column in group):
            settled |= {column.field: _Known(scale, "label") for column in group}
    return settled


def _widest_assumed(known: Mapping[str, _Known]) -> dict[str, _Known]:
    """The scales with the assumed ones of moments, and of items, as the widest of them."""
    settled = dict(known)
    for prefix in (MOMENT, ITEM):
        assumed = [f for f, one in known.items() if one.assumed and f.startswith(prefix)]
        if assumed:
            widest = max((known[field].scale for field in assumed), key=lambda s: s.high)
            settled |= {field: replace(known[field], scale=widest) for field in assumed}
    return settled


def _as_beside(
    known: Mapping[str, _Known], rated: Sequence[Rated], sieve: Sieve
) -> dict[str, _Known]:
    """The scales with an assumed one as known where the other questions that state theirs all state
    the same: answers and headings agree.
    """
    stated = {one.scale for one in known.values() if one.source == "label"}
    if len(stated) != 1:
        return dict(known)
    (scale,) = stated
    alike = {f for f, one in known.items() if one.assumed and one.scale == scale}
    headings = [column.heading for column in rated if column.field in alike]
    if headings:
        ends = {"low": scale.low, "high": scale.high}
        sieve.say("ok", "scale_as_beside", columns=headings, **ends)
    return {**known, **{field: replace(known[field], assumed=False) for field in alike}}


def _say_assumed(known: Mapping[str, _Known], rated: Sequence[Rated], sieve: Sieve) -> None:
    """One finding for each scale that is known by numbers alone, with its columns."""
    by_scale: dict[Scale, list[str]] = {}
    for column in rated:
        if column.field in known and known[column.field].assumed:
            by_scale.setdefault(known[column.field].scale, []).append(column.heading)
    for scale, headings in by_scale.items():
        sieve.say("review", "scale_assumed", columns=headings, low=scale.low, high=scale.high)
