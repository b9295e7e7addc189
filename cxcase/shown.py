"""How a result shows itself in a notebook, without knowing how: `Shown` is mixed into the results,
what it calls lives in `notebook`, far above, and is handed down by the package's face.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import pandas as pd


class Shower(Protocol):
    """What shows results."""

    def frame_of(self, result: Any) -> pd.DataFrame:
        """The result's figures, a row each; `attrs["units"]` says what a column is measured in."""

    def text_of(self, result: Any) -> str:
        """The result in at most ten lines."""

    def html_of(self, result: Any) -> str:
        """The result as a heading and a table."""


class Shown:
    """A result that prints in ten lines and hands its figures out as a frame."""

    __slots__ = ()

    def to_frame(self) -> pd.DataFrame:
        """The figures, a row each; `attrs["units"]` says what a column is measured in."""
        return _shower().frame_of(self)

    def __repr__(self) -> str:
        return _shower().text_of(self)

    def _repr_html_(self) -> str:
        return _shower().html_of(self)


def _nobody() -> Shower:
    raise LookupError("nobody was named to show results; import cxcase first")


_shower: Callable[[], Shower] = _nobody


def show_by(shower: Callable[[], Shower]) -> None:
    """From now on results are shown by what `shower()` gives."""
    global _shower
    _shower = shower
