"""Each moment as a block of columns: lived or not, and the rating about its mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from cxcase.estimate import Bools, Floats, Ints
from cxcase.gates import MIN_MOMENT_ANSWERS, MIN_MOMENT_TEAMS, moment_usable
from cxcase.intake import Case, MomentColumn

NEARLY_ALL = 0.98  # a moment lived by more has no column of its own for having happened
PAIR = 30  # customers who rated both of two moments, below which their correlation is not looked at
_STILL = 1e-9  # within-team sd as a share of the scale below which a rating does not vary


@dataclass(frozen=True, eq=False)
class Ratings:
    """What n usable responses say of m moments: rating (n, m) native, NaN where not rated.

    Lived (n, m).
    """

    columns: tuple[MomentColumn, ...]
    rating: Floats
    lived: Bools

    @property
    def answered(self) -> Bools:
        """(n, m): lived it and rated it."""
        return self.lived & np.isfinite(self.rating)

    def pick(self, keep: Sequence[int]) -> Ratings:
        """The same for some of the moments."""
        return Ratings(
            tuple(self.columns[j] for j in keep), self.rating[:, keep], self.lived[:, keep]
        )


@dataclass(frozen=True, eq=False)
class Blocks:
    """j moments coded for a model of n responses with b columns.

    names (j,); rating (n, j) native, at the centre where lived but not rated; lived, answered (n,
    j); low, high, centre (j,); top (j,) the highest mark anybody gave, beyond which nobody is ever
    moved; columns (n, b) uncentred; groups[j] = the columns of moment j, its rating column last.
    """

    names: tuple[str, ...]
    rating: Floats
    lived: Bools
    answered: Bools
    low: Floats
    high: Floats
    top: Floats
    centre: Floats
    columns: Floats
    groups: tuple[tuple[int, ...], ...]

    def of(self, rows: Ints | slice) -> Blocks:
        """The same of some responses."""
        kept = {
            name: getattr(self, name)[rows] for name in ("rating", "lived", "answered", "columns")
        }
        return replace(self, **kept)

    @property
    def slopes(self) -> list[int]:
        """Where each moment's rating column stands among the b columns (j,)."""
        return [group[-1] for group in self.groups]


def read_ratings(case: Case, rows: Ints | None = None) -> Ratings:
    """Ratings of every moment, in these `rows` of the responses table (None: in all of them)."""
    names = [m.name for m in case.moments]
    wanted = [f"rating:{name}" for name in names] + [f"lived:{name}" for name in names]
    table = case.table("responses", wanted)
    rows = np.arange(len(table)) if rows is None else rows
    rating = np.column_stack(
        [table[f"rating:{n}"].to_numpy(dtype=np.float64, na_value=np.nan)[rows] for n in names]
    )
    lived = np.column_stack([table[f"lived:{n}"].to_numpy(dtype=bool)[rows] for n in names])
    return Ratings(tuple(case.moments), rating, lived | np.isfinite(rating))


def gate(ratings: Ratings, team: Ints, teams: int) -> list[str | None]:
    """Per moment None, or the code that says why it gets no slope.

    At least 30 customers in at least 5 teams must have rated it, and not all alike. teams=1: there
    are none to tell apart, whatever the codes.
    """
    codes: list[str | None] = []
    team = np.zeros_like(team) if teams == 1 else team
    for j, column in enumerate(ratings.columns):
        answered = ratings.answered[:, j]
        present = int((np.bincount(team[answered], minlength=teams) > 0).sum())
        spread = _within_sd(ratings.rating[answered, j], team[answered], teams)
        if not moment_usable(int(answered.sum()), present):
            few_answers = teams >= MIN_MOMENT_TEAMS and answered.sum() < MIN_MOMENT_ANSWERS
            codes.append("moment_few_answers" if few_answers else "moment_few_teams")
        elif spread <= _STILL * (column.scale.high - column.scale.low):
            codes.append("moment_no_variance")
        else:
            codes.append(None)
    return codes


def code_blocks(ratings: Ratings, weight: Floats) -> Blocks:
    """The blocks of these moments.

    Weight (n,) centres each rating at the weighted mean of those who gave one. Not lived is a state
    of its own, coded by the first column; lived but not rated sits at the mean. A moment lived by
    nearly everybody keeps its rating column only.
    """
    answered = ratings.answered
    w = weight[:, None] * answered
    centre = (w * np.where(answered, ratings.rating, 0.0)).sum(axis=0) / w.sum(axis=0)
    rating = np.where(answered, ratings.rating, centre)
    columns: list[Floats] = []
    groups: list[tuple[int, ...]] = []
    for j in range(len(ratings.columns)):
        happened = ratings.lived[:, j].astype(np.float64)
        group = [happened * (rating[:, j] - centre[j])]
        if weight @ happened <= NEARLY_ALL * weight.sum():
            group.insert(0, happened)
        groups.append(tuple(range(len(columns), len(columns) + len(group))))
        columns.extend(group)
    ends = [(c.scale.low, c.scale.high) for c in ratings.columns]
    low, high = np.array(ends, dtype=np.float64).T
    names = tuple(c.name for c in ratings.columns)
    top = np.where(answered, ratings.rating, low).max(axis=0)
    figures = (low, high, top, centre, np.column_stack(columns))
    return Blocks(names, rating, ratings.lived, answered, *figures, tuple(groups))


def halo(ratings: Ratings, weight: Floats) -> tuple[float, float]:
    """(mean correlation of ratings of two moments, share of variation in one common direction).

    Breakdowns the pairs that at least 30 customers rated both of; others count as uncorrelated in
    the share.
    """
    answered = ratings.answered
    found = []
    table = np.eye(len(ratings.columns))
    for a in range(len(ratings.columns)):
        for b in range(a):
            both = answered[:, a] & answered[:, b]
            if both.sum() >= PAIR:
                found.append(
                    _correlation(ratings.rating[both, a], ratings.rating[both, b], weight[both])
                )
                table[a, b] = table[b, a] = found[-1]
    common = float(np.linalg.eigvalsh(table)[-1] / len(table)) if found else 0.0
    return (float(np.mean(found)) if found else 0.0), common


def tops(ratings: Ratings, weight: Floats) -> list[float]:
    """Per moment the weighted share of its answers at or above nine tenths of its scale."""
    shares = []
    for j, column in enumerate(ratings.columns):
        answered = ratings.answered[:, j]
        top = ratings.rating[answered, j] >= column.scale.at(0.9) - 1e-9
        size = float(weight[answered].sum())
        shares.append(float(weight[answered] @ top) / size if size > 0 else 0.0)
    return shares


def _correlation(x: Floats, y: Floats, weight: Floats) -> float:
    x = x - np.average(x, weights=weight)
    y = y - np.average(y, weights=weight)
    scale = np.sqrt((weight @ x**2) * (weight @ y**2))
    if scale > 0:
        return float(weight @ (x * y) / scale)
    return 0.0


def _within_sd(rating: Floats, team: Ints, teams: int) -> float:
    n = np.maximum(np.bincount(team, minlength=teams), 1)
    mean = np.bincount(team, rating, teams) / n
    if len(rating):
        return float(np.sqrt(np.mean((rating - mean[team]) ** 2)))
    return 0.0
