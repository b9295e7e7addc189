"""Groups of people too small to be shown: the one place where a count is held against `k_min`."""

from __future__ import annotations

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


# cells of people, one by one: an answer, a mark or a sample value that fewer rows share is not told
SHARED = SmallGroups(5)
