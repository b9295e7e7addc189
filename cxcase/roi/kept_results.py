"""What was worked out for a step before, by all that it hangs on: an edit of one step leaves the
figures of all others as they are.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

from cxcase.estimate import Floats
from cxcase.roi.step_flows import Model

_T = TypeVar("_T")
_STEP = (
    *("id", "inherits", "acts_on", "one_off_cost", "yearly_cost", "cost_low", "cost_high"),
    *("months_to_deliver", "lift_low", "lift_likely", "lift_high", "effort_days"),
    *("saving_per_year", "cash_releasing"),
)
_SETTINGS = (
    *("margin", "discount", "horizon", "ramp_months", "half_life_months", "adoption", "seed"),
    *("lift_correlation", "cost_correlation", "ranges", "count_expansion", "day_rate"),
    *("risk_mode", "benefit_cut", "cost_rise"),
)


class Priced:
    """A model by its content: what a step alone is priced by."""

    def __init__(self, model: Model) -> None:
        margins = model.margins
        earns = () if margins is None else (margins.one, margins.average, margins.lost)
        self._model = model
        self._all = (
            *(getattr(model.settings, name) for name in _SETTINGS),
            *(model.ex_to_cx, _digest(model.ex_to_cx_draws), model.overlap, *earns),
            *(model.average_revenue, model.churned_revenue, bool(model.earned)),
        )
        self._curves = {name: self._curve(name) for name in model.curves}

    def of(self, id: str) -> Hashable:
        """All that the figures of one step alone hang on."""
        step = self._model.steps[id]
        curves = tuple(self._curves[name] for name in self._model.moves[id])
        return (*self._all, *(getattr(step, name) for name in _STEP), curves)

    def _curve(self, name: str) -> Hashable:
        curve = self._model.curves[name]
        worth, draws = self._model.growth.get(name, (None, None))
        return (
            *(name, curve.about, curve.headroom, curve.per_point.value),
            *(_digest(curve.lifts), _digest(self._model.shape(name)), _digest(curve.shape)),
            *(_digest(curve.per_point_draws), worth, _digest(draws)),
            self._model.at_risk.get(name),
        )


def _digest(values: Floats | None) -> bytes:
    if values is None:
        return b""
    return hashlib.blake2b(values.tobytes(), digest_size=16).digest()


class Kept:
    """Results by all that they hang on; those longest unasked go first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = Lock()

    def get(self, asked: Hashable, make: Callable[[], _T]) -> _T:
        """What was made before for the same, or what `make` gives."""
        with self._lock:
            if asked in self._found:
                self._found.move_to_end(asked)
                found: _T = self._found[asked]
                return found
        made = make()
        with self._lock:
            self._found[asked] = made
            while len(self._found) > self._most:
                self._found.popitem(last=False)
        return made
