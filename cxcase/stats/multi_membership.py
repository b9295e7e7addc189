"""Teams that share customers: errors by teams where a row belongs to several of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cxcase.estimate import Floats, Ints
from cxcase.stats.ols import team_sums


@dataclass(frozen=True, eq=False)
class Memberships:
    """Further teams of rows that belong to several, beside the first: rows (m,), team (m,) codes.

    A team that is nobody's first has a code above those of the first ones.
    """

    rows: Ints
    team: Ints


def further_memberships(
    served: Sequence[str | None], first: Ints, names: Sequence[str], mark: str = "; "
) -> Memberships | None:
    """The memberships of a row beside its first team; None where no row has any.

    served (n,): "A; B" or missing; first (n,) codes in names.
    """
    code = {name: k for k, name in enumerate(names)}
    found = [
        (row, code.setdefault(name, len(code)))
        for row, together in enumerate(served)
        if isinstance(together, str)
        for name in dict.fromkeys(together.split(mark))
    ]
    rows, team = (np.array([pair[k] for pair in found], dtype=np.int64) for k in (0, 1))
    more = team != first[rows] if found else np.zeros(0, dtype=np.bool_)
    if more.any():
        return Memberships(rows[more], team[more])
    return None


def widened(
    hessian: Floats,
    score: Floats,
    x: Floats,
    weight: Floats,
    residual: Floats,
    further: Memberships,
) -> tuple[Floats, Floats]:
    """Each team's (hessian (t, k, k), score (t, k)) over all rows that belong to it.

    Also those that belong to another first. hessian (g, k, k) and score (g, k) are by first team,
    weight and residual (n,) those behind them. A sandwich of these lets any two rows with a team in
    common go together. Two with two teams in common are counted twice, and so is the row itself:
    rather too wide than too narrow. Source: the plus terms of multi-way clustering, Cameron,
    Gelbach & Miller 2011, J. Bus. Econ. Stat. 29, 238-249; what they cover is in
    tests/stats/test_shared.py.
    """
    teams = max(len(score), int(further.team.max()) + 1)
    rows = further.rows
    more = team_sums(x[rows], residual[rows], weight[rows], further.team, teams)
    empty = teams - len(score)
    wide = np.pad(hessian, ((0, empty), (0, 0), (0, 0))), np.pad(score, ((0, empty), (0, 0)))
    return wide[0] + more.xx, wide[1] + more.xy
