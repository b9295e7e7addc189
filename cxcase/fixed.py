"""A mapping that cannot change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


class Fixed(Mapping[str, Any]):
    """A mapping that cannot change, so that frozen settings may hold it."""

    def __init__(self, items: Mapping[str, Any] | None = None) -> None:
        self._items = dict(items or {})

    def __getitem__(self, key: str) -> Any:
        return self._items[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        return hash(frozenset(self._items.items()))

    def __repr__(self) -> str:
        return repr(self._items)
