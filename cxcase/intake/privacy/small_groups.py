"""Groups of people too small to be shown: the one place where a count is held against `k_min`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, overload

from cxcase.estimate import Bools, Floats, Ints
from cxcase.settings import K_MIN_FLOOR

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class SmallGroups:
    """Which groups may be shown: those of n >= k_min. A count that is not known (NaN) is too small.

    k_min: answers (people, rows) that a group needs; raised to K_MIN_FLOOR where it is less.
    """

    k_min: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "k_min", max(self.k_min, K_MIN_FLOOR))

    @overload
    def shown(self, n: float) -> bool: ...
    @overload
    def shown(self, n: Floats | Ints) -> Bools: ...
    @overload
    def shown(self, n: pd.Series) -> pd.Series: ...
    def shown(self, n: float | Floats | Ints | pd.Series) -> bool | Bools | pd.Series:
        """Whether a group of n may be shown; of several counts one answer each."""
        return n >= self.k_min

    @overload
    def hidden(self, n: float) -> bool: ...
    @overload
    def hidden(self, n: Floats | Ints) -> Bools: ...
    @overload
    def hidden(self, n: pd.Series) -> pd.Series: ...
    def hidden(self, n: float | Floats | Ints | pd.Series) -> bool | Bools | pd.Series:
        """The opposite of `shown`."""
        shown = self.shown(n)
        if isinstance(shown, bool):
            return not shown
        return ~shown

    def apart(self, n: Sequence[float]) -> list[bool]:
        """Which waves of one group (in order of time) may be shown beside each other.

        The newest may, and an earlier one that has as many people as each of those kept, or at
        least k_min more or fewer: of two waves between which one person came, what the others
        answered both times leaves what that one did. Source: differencing, Hundepool et al. 2012,
        Statistical Disclosure Control, 1.3.
        """
        kept: list[float] = []
        found = []
        for own in reversed(n):
            far = all(own == other or self.shown(abs(own - other)) for other in kept)
            found.append(far)
            if far:
                kept.append(own)
        return found[::-1]


# cells of people, one by one: an answer, a mark or a sample value that fewer rows share is not told
SHARED = SmallGroups(5)
