"""A number with its interval, unit and status; how draws become one; the keys that name results."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
EstimateStatus = Literal["measured", "modelled", "assumed", "refused"]
LEVEL = 0.9


@dataclass(frozen=True)
class Estimate:
    """A number as a person may read it; low and high bound its `level` interval.

    A refused one has none of the three.
    """

    value: float | None
    low: float | None
    high: float | None
    unit: str
    status: EstimateStatus = "modelled"
    reason: str | None = None
    level: float = LEVEL
    df: float | None = None
    n: int | None = None
    teams: int | None = None

    @property
    def refused(self) -> bool:
        """True when there is no number; `reason` says why."""
        return self.value is None

    @property
    def counts_units(self) -> bool:
        """True when n is the number of units or teams themselves: there are no answers."""
        return self.n is not None and self.n == self.teams

    @property
    def excludes_zero(self) -> bool:
        """True when the whole interval lies on one side of zero."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


def refuse(unit: str, reason: str, *, n: int | None = None, teams: int | None = None) -> Estimate:
    """An `Estimate` without a number, with the reason code that says why."""
    return Estimate(None, None, None, unit, "refused", reason, n=n, teams=teams)


def summarise(
    draws: Floats, value: float, unit: str, *, level: float = LEVEL, **extra: Any
) -> Estimate:
    """An `Estimate` around `value` with the central `level` interval of draws (n_draws,)."""
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2])
    return Estimate(float(value), float(low), float(high), unit, level=level, **extra)


def content_key(*parts: Any) -> str:
    """A sha-256 hex digest of the parts: equal parts give equal keys on every machine.

    Takes bytes, strings, numbers, dates, paths (by name), mappings, sequences, arrays and
    dataclasses of these.
    """
    digest = hashlib.sha256()
    for part in parts:
        digest.update(
            part if isinstance(part, bytes) else json.dumps(_plain(part), sort_keys=True).encode()
        )
        digest.update(b"\x1f")
    return digest.hexdigest()


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
        return {"__class__": type(value).__name__, **fields}
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in sorted(value.items(), key=lambda kv: str(kv[0]))}
    if isinstance(value, frozenset | set):
        return sorted(str(v) for v in value)
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, np.ndarray):
        return {
            "dtype": str(value.dtype),
            "shape": list(value.shape),
            "sha": hashlib.sha256(value.tobytes()).hexdigest(),
        }
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    if isinstance(value, PurePath):
        return value.name
    return value
