"""Round axes: where they begin and end, how far apart ticks stand, how numbers are written."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from cxcase.report import format as fmt

_TICKS = 5
_TICKS_OF_LONG_NAMES = 3
_SHORT = 2  # characters of a currency that leave room for all ticks


@dataclass(frozen=True)
class Scale:
    """An axis from `low` to `high` with a tick each `step`; `number`: its labels' number format."""

    low: float
    high: float
    step: float
    number: str

    @classmethod
    def of(cls, values: Sequence[float], symbol: str | None) -> Scale:
        """The axis that holds zero and all values; in money when a currency symbol is given."""
        low = min(0.0, *values, 0.0)
        high = max(0.0, *values, 0.0)
        long = symbol is not None and len(symbol) > _SHORT
        step = _round_step((high - low) or 1.0, _TICKS_OF_LONG_NAMES if long else _TICKS)
        first = math.floor(low / step + 1e-9) * step
        last = math.ceil(high / step - 1e-9) * step
        if last <= first:
            last = first + step
        if symbol is None:
            number = _points(step)
        else:
            number = money_format(symbol, max(abs(first), abs(last)), step)
        return cls(first, last, step, number)


def money_format(symbol: str, most: float, step: float = 0.0) -> str:
    """An Excel number format for money up to `most`, in k or m; decimals as the step needs."""
    before, after = fmt.symbol_in_formats(symbol)
    size, tail = _unit(most)
    whole = step == 0 or abs(step / size - round(step / size)) < 1e-9
    digits = "#,##0" if whole else "#,##0.0"
    shown = f"{before}{digits}{tail}{after}"
    return f'{shown};"−"{shown};{before}0{after}'


def _unit(most: float) -> tuple[float, str]:
    """(size, end of the number format) of millions, thousands or single units."""
    if most >= 1e6:
        return 1e6, f',,"{_letter("million")}"'
    if most >= 2e3:
        return 1e3, f',"{_letter("thousand")}"'
    return 1.0, ""


def _letter(name: str) -> str:
    """What stands behind digits in units of this name, as number formats have it."""
    return fmt.unit_letter(name).replace("\u00a0", " ")


def _points(step: float) -> str:
    """The number format of points: as many decimals as the step needs."""
    if step >= 1:
        return "0"
    if step >= 0.1:
        return "0.0"
    return "0.00"


def _round_step(span: float, ticks: int) -> float:
    """1, 2 or 5 times a power of ten, so that about so many steps make up the span."""
    rough = span / ticks
    size = 10.0 ** math.floor(math.log10(rough))
    return float(next(m * size for m in (1, 2, 5, 10) if m * size >= rough * 0.999))


def label_format(symbol: str, value: float, signed: bool = False) -> str:
    """The number format in which a label beside a bar of this value shows it: three figures, in
    the unit its size asks for. `signed`: with a plus where it is above zero.
    """
    before, after = fmt.symbol_in_formats(symbol)
    rounded = abs(_three_figures(value))
    size, commas, name = next(unit for unit in _UNITS if rounded >= unit[0] or unit[0] == 1.0)
    tail = f'{commas}"{_letter(name)}"' if name else ""
    whole = float(value / size).is_integer() or (size == 1.0 and rounded >= 10)
    ahead = len(str(int(rounded / size)))
    places = 0 if whole else max(0, 3 - ahead)
    digits = f"#,##0{'.' if places else ''}{'0' * places}"
    plus = '"+"' if signed else ""
    shown = f"{before}{digits}{tail}{after}"
    return f'{plus}{shown};"−"{shown};{before}0{after}'


_UNITS = (
    (1e9, ",,,", "billion"),
    (1e6, ",,", "million"),
    (1e3, ",", "thousand"),
    (1.0, "", ""),
)


def _three_figures(value: float) -> float:
    """The value with three significant figures."""
    if value == 0:
        return 0.0
    places = 2 - math.floor(math.log10(abs(value)))
    return round(value, places)
