"""Which scale each rating column is on: what a person said, its heading, its words, else theory,
never extremes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from cxcase.checks import Finding
from cxcase.estimate import Bools, Floats
from cxcase.intake.privacy.small_groups import SHARED
from cxcase.intake.ratings.no_answer_codes import TOLERATED, stand_apart, theory_scale
from cxcase.intake.ratings.parse import MOSTLY, Ratings, nps_groups, read_answers, read_ratings
from cxcase.intake.schema import ITEM, MOMENT, Scale
from cxcase.intake.tables.row_filter import Sieve
from cxcase.intake.vocabulary.answer_words import WordSet, choose_set, plain, point_of
from cxcase.intake.vocabulary.scale_hints import (
    asks_effort,
    bad_statement,
    high_is_bad,
    labelled_scale,
    reversed_item,
)

NPS = Scale(0.0, 10.0)
From = Literal["person", "label", "words", "theory"]
_STRAY = 2  # rows with unknown words that say nothing about a column


@dataclass(frozen=True, eq=False)
class Rated:
    """One rating column: its field, heading and marks; question: what it has in common with others
    of a matrix.
    """

    field: str
    heading: str
    ratings: Ratings
    question: str = ""

    def texts(self) -> tuple[str, ...]:
        """The heading, then the question where there is one."""
        if self.question:
            return (self.heading, self.question)
        return (self.heading,)


@dataclass(frozen=True)
class Settled:
    """scales: field -> Scale (a column without one is not a rating); scale_from: what each is known
    by.

    turned: fields whose high marks were bad; given: the decisions that the table came with.
    """

    scales: dict[str, Scale]
    turned: frozenset[str]
    scale_from: dict[str, From]
    given: Mapping[str, Any]

    def decisions(self) -> dict[str, Any]:
        """As `mapping.json` holds them, with everything that was given beside."""
        scales = {name: [s.low, s.high] for name, s in self.scales.items()}
        return {**self.given, "scales": scales, "turned": sorted(self.turned)}

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
    answers = {f: read_answers(sieve.table.column(columns[f])) for f in fields}
    given = decisions.get("words", {})
    known = {plain(label) for label in given}
    labels = {
        f: {w: n for w, n in a.labels.items() if plain(w) not in known} for f, a in answers.items()
    }
    own = {
        f: choose_set(counts, _size(decisions, f)) or choose_set(counts)
        for f, counts in labels.items()
    }
    pooled = {one.asks: _pooled(one.asks, own, labels) for one in own.values() if one}
    rated = []
    for field in fields:
        words = own[field]
        if words and _size(decisions, field) is None:
            words = _shared(words, pooled[words.asks], labels[field])
        cells = sieve.table.column(columns[field])
        ratings = read_ratings(cells, words, given, answers[field])
        rated.append(Rated(field, columns[field], ratings, _question(sieve, columns[field])))
    return rated


def _question(sieve: Sieve, heading: str) -> str:
    groups = getattr(sieve.table, "groups", ())
    return next((group.question for group in groups if heading in group.headings), "")


def _size(decisions: Mapping[str, Any], field: str) -> int | None:
    low, high = decisions.get("scales", {}).get(field, (None, None))
    if low is None or high is None or high - low != int(high - low):
        return None
    return int(high - low) + 1


def _pooled(
    asks: str, own: Mapping[str, WordSet | None], labels: Mapping[str, Mapping[str, int]]
) -> WordSet | None:
    counts: dict[str, int] = {}
    for field, one in own.items():
        if one and one.asks == asks:
            for label, n in labels[field].items():
                counts[label] = counts.get(label, 0) + n
    return choose_set(counts)


def _shared(own: WordSet, pooled: WordSet | None, labels: Mapping[str, int]) -> WordSet:
    """The set of all columns of the kind, where it holds every label of this one that its own does."""
    lost = [
        label
        for label in labels
        if point_of(label, own) and not (pooled and point_of(label, pooled))
    ]
    if pooled is None or lost:
        return own
    return pooled


def settle_scales(rated: list[Rated], decisions: Mapping[str, Any], sieve: Sieve) -> Settled:
    """Every column's scale. Moments (and items) without a label share one, the widest that any of
    them needs.

    Columns of one matrix question (`Table.groups`) share theirs: the one that any of them states,
    else the widest.
    """
    scales: dict[str, Scale] = {}
    known_by: dict[str, From] = {}
    assumed: list[Rated] = []
    for column in rated:
        if _unread(column, sieve):
            continue
        stated, source = _stated(column, decisions)
        if stated is not None:
            scales[column.field] = _float(_widened(stated, column, decisions))
            known_by[column.field] = source
            continue
        theory = theory_scale(_undecided(column, decisions), column.ratings.answers.counts)
        if theory is None:
            sieve.say("review", "no_scale", column=column.heading)
        else:
            scales[column.field] = _float(_widened(theory, column, decisions))
            known_by[column.field] = "theory"
            assumed.append(column)
    assumed = _share(scales, known_by, rated, assumed, sieve)
    _say_assumed(scales, assumed, sieve)
    return Settled(scales, _turned(rated, scales, decisions, sieve), known_by, decisions)


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
    said = decisions.get("scales", {})
    if column.field in said:
        low, high = said[column.field]
        return Scale(low, high), "person"
    ratings = column.ratings
    label = next(filter(None, map(labelled_scale, column.texts())), None)
    numbers = any(not np.isnan(s.number) for s in ratings.answers.said)
    if (
        ratings.words
        and not numbers
        and (label is None or _points(label) != _points(ratings.words))
    ):
        return ratings.words, "person" if ratings.given else "words"
    if label is not None:
        return label, "label"
    if ratings.stated or ratings.words:
        return ratings.stated or ratings.words, "words"
    return (NPS if column.field in ("nps", "enps") else None), "theory"


def _points(scale: Scale) -> float:
    return scale.high - scale.low


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
    return Scale(min([scale.low, *more]), max([scale.high, *more]))


def mark_of(cell: Any) -> str:
    """The cell as `marks` name it: "99" for 99.0, text as it stands, "" for blank."""
    if cell is None:
        return ""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return f"{cell:g}"
    return str(cell).strip()


def _float(scale: Scale) -> Scale:
    return Scale(float(scale.low), float(scale.high))


def _share(
    scales: dict[str, Scale],
    known_by: dict[str, From],
    rated: list[Rated],
    assumed: list[Rated],
    sieve: Sieve,
) -> list[Rated]:
    """Gives columns of one question one scale; returns those whose scale is still assumed."""
    left = list(assumed)
    for question in getattr(sieve.table, "groups", ()):
        inside = [c for c in rated if c.heading in question.headings and c.field in scales]
        group = [c for c in inside if c in left]
        stated = {scales[c.field] for c in inside if c not in assumed}
        if len(stated) == 1 and (scale := stated.pop()) and all(_holds(scale, c) for c in group):
            scales.update(dict.fromkeys((c.field for c in group), scale))
            known_by.update({c.field: "label" for c in group})
            left = [c for c in left if c not in group]
    for prefix in (MOMENT, ITEM):
        fields = [c.field for c in left if c.field.startswith(prefix)]
        if fields:
            widest = max((scales[f] for f in fields), key=lambda s: s.high)
            scales.update(dict.fromkeys(fields, widest))
    return left


def _holds(scale: Scale, column: Rated) -> bool:
    """True when the scale holds all but a stray few of the column's numbers; codes and zeros are
    not looked at.
    """
    numbers = column.ratings.numbers
    counts = column.ratings.answers.counts
    rated = ~np.isnan(numbers) & (numbers != 0) & ~stand_apart(numbers, counts)
    inside = rated & (numbers >= scale.low) & (numbers <= scale.high)
    return bool(counts[inside].sum() >= (1 - TOLERATED) * counts[rated].sum())


def _say_assumed(scales: Mapping[str, Scale], assumed: list[Rated], sieve: Sieve) -> None:
    by_scale: dict[Scale, list[str]] = {}
    for column in assumed:
        by_scale.setdefault(scales[column.field], []).append(column.heading)
    sieve.say_all(
        (
            Finding(
                "review",
                "scale_assumed",
                "data",
                {"columns": headings, "low": scale.low, "high": scale.high},
            )
            for scale, headings in by_scale.items()
        )
    )


def _turned(
    rated: list[Rated], scales: Mapping[str, Scale], decisions: Mapping[str, Any], sieve: Sieve
) -> frozenset[str]:
    if "turned" in decisions:
        return frozenset(decisions["turned"])
    turned = {c.field for c in rated if c.field in scales and _high_is_bad(c)}
    for column in rated:
        if column.field in turned:
            sieve.say("review", "scale_turned", column=column.heading)
    return frozenset(turned)


def _high_is_bad(column: Rated) -> bool:
    """By the words at the numbers, in the cells or the heading, and by what the question asks; a
    label "(R)" turns it.

    Words that say good or bad themselves ("very easy") need no question. Items of employees are
    turned by label only.
    """
    ratings = column.ratings
    heading = column.heading
    ends = ratings.against
    if ends is None and not ratings.words:
        ends = next(
            (said for text in column.texts() if (said := high_is_bad(text)) is not None), None
        )
    asked = not column.field.startswith(ITEM) and ratings.neutral
    statement = asked and bad_statement(heading)
    effort = asked and not statement and ends is None and any(map(asks_effort, column.texts()))
    return bool(ends) ^ reversed_item(heading) ^ statement ^ effort
