"""Round axes: where they begin and end, how far apart their ticks stand, how their numbers are
written.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

_TICKS = 5


@dataclass(frozen=True)
class Scale:
    """An axis from `low` to `high` with a tick each `step`; `number` is the number format of its
    labels.
    """

    low: float
    high: float
    step: float
    number: str

    @classmethod
    def of(cls, values: Sequence[float], symbol: str | None) -> Scale:
        """The axis that holds zero and all values; in money when a currency symbol is given."""
        low = min(0.0, *values, 0.0)
        high = max(0.0, *values, 0.0)
        step = _round_step((high - low) or 1.0)
        first = math.floor(low / step + 1e-9) * step
        last = math.ceil(high / step - 1e-9) * step
        if symbol is None:
            number = _points(step)
        else:
            number = money_format(symbol, max(abs(first), abs(last)), step)
        return cls(first, last if last > first else first + step, step, number)


def money_format(symbol: str, most: float, step: float = 0.0) -> str:
    """An Excel number format for money up to `most`, in k or m, with a decimal only where the step
    needs one.
    """
    quoted = '"' + symbol.replace('"', "") + '"'
    if most >= 1e6:
        size, tail = (1e6, ',," m"')
    elif most >= 2e3:
        size, tail = (1e3, '," k"')
    else:
        size, tail = (1.0, "")
    whole = step == 0 or abs(step / size - round(step / size)) < 1e-9
    body = ("#,##0" if whole else "#,##0.0") + tail
    return f"{quoted}{body};-{quoted}{body};{quoted}0"


def _points(step: float) -> str:
    if step >= 1:
        return "0"
    if step >= 0.1:
        return "0.0"
    return "0.00"


def _round_step(span: float) -> float:
    rough = span / _TICKS
    size = 10.0 ** math.floor(math.log10(rough))
    return float(next(m * size for m in (1, 2, 5, 10) if m * size >= rough * 0.999))
