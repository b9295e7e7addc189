"""Cells that give or size an amount in words, and the one figure in a cell of words."""

from __future__ import annotations

import math
import re
from typing import Any

from cxcase.intake.values.written_figures import read_cost, read_lift, read_months

_VAGUE = re.compile(
    r"low|medium|high|small|large|big|minor|moderate|major|unknown|open|[smlh?]|x?l|tbc|tbd"
    r"|niedrig|gering|mittel|(?:sehr )?hoch|klein|gro(?:ß|ss)|offen|faible|moyen|élevé"
)
_COUNTED = re.compile(r"^(?:n|sd|se)\s*[=:]\s*", re.IGNORECASE)


def read_count(cell: Any) -> float:
    """The one figure in a cell of words such as "n=120" or "0.4 points"; NaN for anything else."""
    if not isinstance(cell, str):
        return math.nan
    lift = read_lift(_COUNTED.sub("", cell.strip()))
    if lift is None or lift.percent or not lift.points.one:
        return math.nan
    return lift.points.low


def sizes(cell: Any) -> bool:
    """True for what gives an amount, a lift or a time, or says in a word how large one is."""
    if isinstance(cell, str) and _VAGUE.fullmatch(cell.strip().casefold()):
        return True
    return any(read(cell) is not None for read in (read_cost, read_lift, read_months))
