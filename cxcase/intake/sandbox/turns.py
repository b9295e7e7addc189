"""Who reads next: files of all visitors of a server stand in one line, so that a busy one makes
people wait but never takes their files for slow ones.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_STEP = 0.5  # seconds between two times that somebody is told how many are before them


class Turns:
    """At most `places` at a time, in the order in which they came."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._line: deque[object] = deque()
        self._changed = threading.Condition()

    @contextmanager
    def taken(self, tell: Callable[[int], None] | None = None) -> Iterator[None]:
        """A place for as long as the block runs. tell: gets how many are before this one, on the
        thread that waits; what it raises ends the waiting.
        """
        self._wait(tell)
        try:
            yield
        finally:
            with self._changed:
                self._free += 1
                self._changed.notify_all()

    def _wait(self, tell: Callable[[int], None] | None) -> None:
        ticket = object()
        with self._changed:
            self._line.append(ticket)
        admitted = False
        try:
            while not admitted:
                admitted = self._admitted(ticket)
                if not admitted and tell is not None:
                    tell(self._before(ticket))
        finally:
            if not admitted:
                with self._changed:
                    self._line.remove(ticket)
                    self._changed.notify_all()

    def _admitted(self, ticket: object) -> bool:
        """True, and out of the line, when it is this one's turn within the next moment."""
        with self._changed:
            mine = self._changed.wait_for(
                lambda: self._free > 0 and self._line[0] is ticket, timeout=_STEP
            )
            if mine:
                self._free -= 1
                self._line.popleft()
                self._changed.notify_all()
            return mine

    def _before(self, ticket: object) -> int:
        with self._changed:
            return self._line.index(ticket)
