"""A difference by its causes: exact Shapley shares of a game whose values come from elsewhere."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

EXACT = 6  # causes that each have a share of their own; beyond, those of a kind have one together
Coalition = frozenset[int]
# coalitions of causes -> the figure with exactly these changed; None where it can't be worked out
Values = Callable[[Sequence[Coalition]], Mapping[Coalition, float | None]]


@dataclass(frozen=True)
class Share:
    """What causes, by their places, did to the figure together. Shares add up without a remainder:
    they are fractions of the figures as they were given.
    """

    causes: tuple[int, ...]
    value: Fraction


@dataclass(frozen=True)
class Split:
    """The figure before and after, and each cause's share of the difference."""

    before: Fraction
    after: Fraction
    shares: tuple[Share, ...]


def split(kinds: Sequence[Hashable], values: Values) -> Split | None:
    """What each cause did to the figure, averaged over all orders in which they may have come.

    kinds: of each cause. Causes whose figure can't be worked out one without the other share one
    part. None where the figure before or after can't be worked out. Source: Shapley 1953, A value
    for n-person games, eq. 13.
    """
    blocks = _blocks(kinds)
    found = values(coalitions(kinds))
    everything = frozenset(range(len(kinds)))
    before = found[frozenset()]
    after = found[everything]
    if before is None or after is None:
        return None
    while bound := _bound_together(blocks, found):
        free = [block for block in blocks if block not in bound]
        blocks = [*free, frozenset[int]().union(*bound)]
    game = {coalition: _exact(value) for coalition, value in found.items()}
    shares = [Share(tuple(sorted(block)), _shapley(block, blocks, game)) for block in blocks]
    return Split(Fraction(before), Fraction(after), tuple(sorted(shares, key=lambda s: s.causes)))


def coalitions(kinds: Sequence[Hashable]) -> list[Coalition]:
    """The coalitions whose figures `split` asks for, the empty one first."""
    return _unions(_blocks(kinds))


def _blocks(kinds: Sequence[Hashable]) -> list[Coalition]:
    """Each cause by itself, or all of a kind together where they are too many."""
    if len(kinds) <= EXACT:
        return [frozenset({place}) for place in range(len(kinds))]
    by_kind: dict[Hashable, set[int]] = {}
    for place, kind in enumerate(kinds):
        by_kind.setdefault(kind, set()).add(place)
    return [frozenset(places) for places in by_kind.values()]


def _unions(blocks: Sequence[Coalition]) -> list[Coalition]:
    """Every union of blocks, the empty one first."""
    sizes = range(len(blocks) + 1)
    chosen = (some for size in sizes for some in combinations(blocks, size))
    return [frozenset[int]().union(*some) for some in chosen]


def _bound_together(
    blocks: Sequence[Coalition], found: Mapping[Coalition, float | None]
) -> list[Coalition]:
    """The blocks that decide whether there is a figure; none where there always is one."""
    missing = [c for c in _unions(blocks) if found[c] is None]
    return [
        block
        for block in blocks
        if any(found[coalition ^ block] is not None for coalition in missing)
    ]


def _exact(value: float | None) -> Fraction:
    """The number without rounding; what is missing is in no coalition that counts."""
    return Fraction(value or 0.0)


def _shapley(
    block: Coalition, blocks: Sequence[Coalition], game: Mapping[Coalition, Fraction]
) -> Fraction:
    others = [other for other in blocks if other != block]
    total = Fraction(0)
    for size in range(len(blocks)):
        gains = Fraction(0)
        for some in combinations(others, size):
            before = frozenset[int]().union(*some)
            gains += game[before | block] - game[before]
        total += gains / (len(blocks) * math.comb(len(blocks) - 1, size))
    return total
