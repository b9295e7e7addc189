"""A clock that a test sets."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass
class Clock:
    """A clock that a test sets."""

    now: dt.datetime = dt.datetime(2026, 11, 30, 12)

    def __call__(self) -> dt.datetime:
        return self.now
