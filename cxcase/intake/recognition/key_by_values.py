"""Which column names customers, by where its values stand in another file, whatever its heading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from cxcase.estimate import Ints
from cxcase.intake.key_question import KeyCandidate, KeyMatch, KeyQuestion
from cxcase.intake.recognition.comparable import Comparable
from cxcase.intake.recognition.part_roles import names_key

MOST = 0.9  # share of a column's values that the other one must hold
LEAST = 30  # distinct values from which such a share says something
RIVAL = 0.2  # another column must hold so much less
_ASKED = 0.5  # share from which a pair is worth asking about
TELLS_APART = 0.8  # distinct values a row, on one side, from which a column could be a key
_SAME_ROWS = 0.99  # share of rows that two columns lead to the same row of the other table
_ROUNDING = 1e-9
_MOST_ASKED = 6  # columns that a question names


@dataclass(frozen=True, eq=False)
class Pair:
    """A column beside one of the other file.

    met: (values of own,) which of the other's values each is, -1 none. found of `of` values stand
    in the other file; inside: whose values were counted, this file's ("own") or the other's.
    """

    own: Comparable
    other: Comparable
    met: Ints
    found: int
    of: int
    inside: str

    @property
    def share(self) -> float:
        """Share of the values that stand in the other column."""
        return self.found / max(self.of, 1)

    @property
    def link(self) -> Ints:
        """(n,) the row of the other table that each row leads to, the first of several; -1 none."""
        if not len(self.other.values):
            return np.full(len(self.own.codes), -1)
        first = np.where(self.met >= 0, self.other.first[self.met], -1)
        return np.where(self.own.codes >= 0, first[self.own.codes], -1)

    @property
    def is_sure(self) -> bool:
        """True where so many values in the other column are no chance, of columns without runs of
        whole numbers.
        """
        enough = self.of >= LEAST and self.share >= MOST - _ROUNDING
        return enough

    @property
    def tells_apart(self) -> bool:
        """True where one side at least tells rows apart: no team, no segment."""
        return max(self.own.varied, self.other.varied) >= TELLS_APART


@dataclass(frozen=True, eq=False)
class Verdict:
    """The pair that is the key, or the pairs among which somebody has to choose, likely ones
    first.
    """

    key: Pair | None
    asked: tuple[Pair, ...] = ()


def find_key(
    own: Sequence[Comparable], others: Sequence[Comparable], row_a_customer: bool = False
) -> Verdict:
    """Which column of a table is the key to the other table's rows. Columns that count rows are no
    keys and no rivals: they are only asked about.

    row_a_customer: the other table holds each customer once, so that a column which leads to
    several of its rows is only something about them.
    """
    both = [(mine, theirs) for mine in own for theirs in others]
    counted = [pair for pair in both if any(column.is_dense for column in pair)]
    pairs = _sharing(pair for pair in both if pair not in counted)
    likely = [pair for pair in pairs if pair.tells_apart]
    best = max((p for p in likely if p.is_sure), key=_certainty, default=None)
    if best is None:
        return Verdict(None, _worth_asking([*pairs, *_sharing(counted)]))
    near = [p for p in likely if p is not best and p.share > best.share - RIVAL + _ROUNDING]
    same = [p for p in near if _one_to_one(p, best)]
    alone = row_a_customer and best.other.varied >= _SAME_ROWS
    rivals = [p for p in near if p not in same and not (alone and _beside(p, best))]
    if rivals:
        return Verdict(None, (best, *rivals)[:_MOST_ASKED])
    return Verdict(min((p for p in (best, *same) if p.is_sure), key=_preference))


def _sharing(columns: Iterable[tuple[Comparable, Comparable]]) -> list[Pair]:
    """The pairs of columns that share a value at all."""
    return [pair for mine, theirs in columns if (pair := paired(mine, theirs)).found]


def _certainty(pair: Pair) -> tuple[bool, float]:
    """Of sure pairs those are compared with that lead to one row each, then the most complete."""
    return pair.other.varied >= _SAME_ROWS, pair.share


def _worth_asking(pairs: Sequence[Pair]) -> tuple[Pair, ...]:
    likely = sorted((p for p in pairs if p.share >= _ASKED), key=lambda p: -p.share)
    return tuple(likely[:_MOST_ASKED])


def paired(own: Comparable, other: Comparable) -> Pair:
    """The two columns side by side: own values sought in the other's, or its values in these,
    whichever are found more completely.
    """
    met = np.array([other.place.get(value, -1) for value in own.values], dtype=np.int64)
    found = int((met >= 0).sum())
    ours = (found / max(len(own.values), 1), found, len(own.values), "own")
    theirs = (found / max(len(other.values), 1), found, len(other.values), "other")
    enough = [way for way in (ours, theirs) if way[2] >= LEAST] or [ours]
    _, _, of, inside = max(enough, key=lambda way: way[0])
    return Pair(own, other, met, found, of, inside)


def _one_to_one(pair: Pair, best: Pair) -> bool:
    """True where both lead a row to the same row of the other table: the name beside the id."""
    return _beside(pair, best) and _beside(best, pair)


def _beside(pair: Pair, best: Pair) -> bool:
    """True where the pair's value stands in the very row that the best one leads to."""
    to = pair.link
    best_to = best.link
    both = (to >= 0) & (best_to >= 0)
    if not both.any():
        return False
    there = _first_of(pair.other, best_to[both])
    return float((there == to[both]).mean()) >= _SAME_ROWS


def _first_of(column: Comparable, rows: Ints) -> Ints:
    """The first row that holds the same value as each of the rows; -1 where it is blank."""
    codes = column.codes[rows]
    return np.where(codes >= 0, column.first[codes], -1)


def _preference(pair: Pair) -> tuple[bool, bool, float, float, str]:
    """Of columns that lead to the same rows: the one named as a key, with figures in it, the most
    complete, the shortest.
    """
    named = names_key(pair.own.heading) or names_key(pair.other.heading)
    values = pair.own.values[:LEAST]
    coded = all(any(sign.isdecimal() for sign in value) for value in values)
    length = sum(map(len, values)) / max(len(values), 1)
    return not named, not coded, -pair.share, length, pair.own.heading


def as_match(pair: Pair, other_table: str, field: str = "customer_id") -> KeyMatch:
    """The pair as it is told."""
    return KeyMatch(
        field=field,
        column=pair.own.heading,
        other_column=pair.other.heading,
        other_table=other_table,
        found=pair.found,
        of=pair.of,
        inside=pair.inside,
    )


def question_of(
    own: Sequence[Comparable], asked: Sequence[Pair], other_table: str
) -> KeyQuestion | None:
    """Which column names customers, as a question with the columns that could; None where none
    could.
    """
    told = [_candidate(pair, other_table) for pair in asked]
    told += _by_themselves(own, {candidate.column for candidate in told})
    if not told:
        return None
    return KeyQuestion("customer_id", tuple(told[:_MOST_ASKED]))


def _candidate(pair: Pair, other_table: str) -> KeyCandidate:
    return KeyCandidate(
        column=pair.own.heading,
        different=len(pair.own.values),
        found=pair.found,
        of=pair.of,
        other_column=pair.other.heading,
        other_table=other_table,
        inside=pair.inside,
    )


def _by_themselves(own: Sequence[Comparable], known: set[str]) -> Iterator[KeyCandidate]:
    """Columns that tell rows apart, those that do so best first."""
    free = [column for column in own if column.heading not in known]
    for column in sorted(free, key=lambda c: (c.is_dense, -c.varied)):
        yield KeyCandidate(column.heading, len(column.values))
