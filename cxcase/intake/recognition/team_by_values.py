"""Which column names teams, by where its values stand in another file, whatever its heading."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from cxcase.intake.key_question import KeyCandidate, KeyMatch, KeyQuestion
from cxcase.intake.recognition.column_profile import Profile
from cxcase.intake.recognition.key_by_values import RIVAL
from cxcase.intake.tables.find_table import Table
from cxcase.intake.values.cells import read_texts
from cxcase.intake.values.column import Column
from cxcase.intake.vocabulary.headings import clean, fields_of, fit, personal

LEAST = 3  # names that two columns of teams must share
_TEAM_LIKE = 0.5  # distinct values a row above which a column names no teams
_LIKE_A_TEAM = 0.6  # fit of a heading that speaks of teams
_MOST_SHARED = 0.5  # share of the shorter column's names, where no heading speaks of teams
_LONGEST = 60.0  # characters of a middling name
_MOST_NAMES = 5_000
_MOST_ASKED = 6
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Names:
    """The different names of a column of teams, as they are compared."""

    heading: str
    names: frozenset[str]

    @property
    def is_headed_so(self) -> bool:
        """True where the heading speaks of teams."""
        return fit(self.heading, fields_of("customers")["team"]) >= _LIKE_A_TEAM


@dataclass(frozen=True)
class Shared:
    """Two columns of teams, and the names that stand in both."""

    own: Names
    other: Names

    @property
    def found(self) -> int:
        """How many names stand in both."""
        return len(self.own.names & self.other.names)

    @property
    def share(self) -> float:
        """Share of the shorter column's names."""
        return self.found / max(min(len(self.own.names), len(self.other.names)), 1)

    @property
    def is_sure(self) -> bool:
        """True where the two hold the same teams."""
        headed = self.own.is_headed_so or self.other.is_headed_so
        return self.found >= LEAST and (headed or self.share >= _MOST_SHARED)


def team_columns(table: Table, taken: Collection[str]) -> Iterator[Names]:
    """The table's columns that could name teams: words that several rows share each, no marks on a
    scale. taken: headings that mean something else.
    """
    for heading, cells in zip(table.headings, table.columns, strict=True):
        if heading in taken or personal(heading):
            continue
        if _could_be_teams(Profile(heading, cells), cells):
            yield names_of(heading, cells)


def _could_be_teams(profile: Profile, cells: Column) -> bool:
    filled = int(cells.filled.sum())
    if not LEAST <= cells.different <= min(_MOST_NAMES, _TEAM_LIKE * filled):
        return False
    if profile.numbers >= 0.5 or profile.dates >= 0.5 or profile.flags >= 0.5:
        return False
    return profile.length <= _LONGEST and not profile.likert


def names_of(heading: str, cells: Sequence[object]) -> Names:
    """The column's names without differences in case and space."""
    read: Column = read_texts(cells).values
    return Names(heading, frozenset(str(value).casefold() for value in read.values))


def find_team(own: Sequence[Names], others: Sequence[Names]) -> Shared | None:
    """The one pair of columns that hold the same teams; None where there is none, or a rival."""
    pairs = [Shared(mine, theirs) for mine in own for theirs in others]
    sure = sorted((p for p in pairs if p.is_sure), key=_likeliest)
    if not sure:
        return None
    best = sure[0]
    rivals = [p for p in sure[1:] if p.share > best.share - RIVAL + _ROUNDING]
    if any(not _is_less_like(rival, best) for rival in rivals):
        return None
    return best


def _likeliest(pair: Shared) -> tuple[int, float, int]:
    return -_headed(pair), -pair.share, -pair.found


def _headed(pair: Shared) -> int:
    """On how many sides a heading speaks of teams."""
    return pair.own.is_headed_so + pair.other.is_headed_so


def _is_less_like(rival: Shared, best: Shared) -> bool:
    """True where headings say which of two pairs it is."""
    return _headed(rival) < _headed(best)


def team_match(pair: Shared, other_table: str) -> KeyMatch:
    """The pair as it is told: counts and headings, no name."""
    of = min(len(pair.own.names), len(pair.other.names))
    inside = "own" if len(pair.own.names) <= len(pair.other.names) else "other"
    return KeyMatch(
        "team", pair.own.heading, pair.other.heading, other_table, pair.found, of, inside
    )


def team_question(own: Sequence[Names]) -> KeyQuestion | None:
    """Which column names teams, as a question; None where none could."""
    told = sorted(own, key=lambda names: (not names.is_headed_so, clean(names.heading)))
    if not told:
        return None
    candidates = (KeyCandidate(names.heading, len(names.names)) for names in told[:_MOST_ASKED])
    return KeyQuestion("team", tuple(candidates))
