"""Waves of a team that few people joined or left between: only all of them together leave the
reader.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cxcase.estimate import Floats, Ints
from cxcase.intake.privacy.small_groups import SmallGroups
from cxcase.intake.schema import ITEM

SINCE = "since"  # the day that the first of the waves of a row ended
WAVES = "waves"  # how many waves a row is of


def near_together(cells: Mapping[str, Any], groups: SmallGroups) -> dict[str, Any]:
    """The cells (team, wave, n, mean, sd; where there are such, people and item:<question>), a row
    a team and wave; a team whose waves may not stand beside each other has one row: the people of
    its largest wave, means over all. Where there is such a team, each row also has `since` and
    `waves`.
    """
    teams = list(cells["team"])
    rows_of = {team: _in_time(cells, teams, team) for team in dict.fromkeys(teams)}
    n = np.asarray(cells["n"], dtype=float)
    near = {team for team, rows in rows_of.items() if not all(groups.apart(n[rows].tolist()))}
    if not near:
        return dict(cells)
    parts = []
    for team, rows in rows_of.items():
        parts += [rows] if team in near else [rows[[k]] for k in range(len(rows))]
    out = {str(name): _column(str(name), values, parts, n) for name, values in cells.items()}
    days = np.asarray(cells["wave"], dtype="datetime64[us]")
    out[SINCE] = np.array([days[rows[0]] for rows in parts], dtype="datetime64[us]")
    out[WAVES] = np.array([len(rows) for rows in parts], dtype=np.int64)
    return out


def _in_time(cells: Mapping[str, Any], teams: Sequence[Any], team: Any) -> Ints:
    """The rows of a team by the day that their wave ended, those of no known day last."""
    rows = np.array([k for k, other in enumerate(teams) if other == team], dtype=np.int64)
    days = np.asarray(cells["wave"], dtype="datetime64[us]")
    return rows[np.argsort(days[rows], kind="stable")]


def _column(name: str, values: Any, parts: Sequence[Ints], n: Floats) -> Any:
    """One value of a column for each part, whose rows are in order of time."""
    if name == "team":
        return [values[rows[0]] for rows in parts]
    known = np.asarray(values)
    if name == "wave":
        return known[[rows[-1] for rows in parts]]
    if name in ("n", "people"):
        return np.array([known[rows].max() for rows in parts], dtype=known.dtype)
    if name == "sd":
        return np.sqrt([_mean(known[rows] ** 2, n[rows], whole=True) for rows in parts])
    if name == "mean" or name.startswith(ITEM):
        return np.array([_mean(known[rows], n[rows]) for rows in parts])
    return known[[rows[-1] for rows in parts]]


def _mean(values: Floats, n: Floats, *, whole: bool = False) -> float:
    """The mean by people of what is known, or, where `whole`, of all; NaN where that is not."""
    given = np.isfinite(values)
    if len(values) == 1:
        return float(values[0])
    if not given.any() or (whole and not given.all()):
        return float("nan")
    return float((values * n)[given].sum() / n[given].sum())
