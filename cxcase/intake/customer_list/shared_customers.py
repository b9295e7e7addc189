"""Customers whom several teams serve: the first team named is theirs, the others stand beside."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

import pandas as pd

_BETWEEN = re.compile(r"\s*[;|/,+&]\s*")


def one_team_each(customers: pd.DataFrame, elsewhere: Iterable[str]) -> tuple[pd.DataFrame, int]:
    """(the list with the first team in `team` and all of them in `teams`, "; " between; how many
    have several).

    A cell is taken apart only where each of its parts is a team of its own in some other row, or
    `elsewhere` (names in other tables): "Wash, dry & fold" stays one team. `teams` is there only
    where somebody has several.
    """
    if "team" not in customers:
        return customers, 0
    cells = customers["team"].dropna().unique()
    known = {*map(str, cells), *map(str, elsewhere)}
    parts = {cell: split for cell in cells if (split := _parts(str(cell), known))}
    if not parts:
        return customers, 0
    several = customers["team"].map(parts)
    count = int(several.notna().sum())
    first = several.map(lambda names: names[0], na_action="ignore")
    every = several.map("; ".join, na_action="ignore")
    return customers.assign(team=first.fillna(customers["team"]), teams=every.astype("str")), count


def _parts(cell: str, known: Collection[str]) -> tuple[str, ...]:
    """The teams named in a cell, none twice; () unless there are several and each is known."""
    names = tuple(dict.fromkeys(name for name in _BETWEEN.split(cell.strip()) if name))
    if len(names) > 1 and all(name in known for name in names):
        return names
    return ()
