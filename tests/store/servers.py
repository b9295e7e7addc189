"""A database server of the tests' own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class PostgreSQL:
    """A PostgreSQL on loopback that can be taken away and brought back."""

    url: str
    start: Callable[[], None]
    stop: Callable[[], None]  # at once, as in a crash
