"""Templates of the words, filled with values as `format` writes them."""

from __future__ import annotations

import datetime as dt
import string
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cxcase.estimate import Estimate
from cxcase.report import format as fmt
from cxcase.report import language


class Template(string.Formatter):
    """Fills the templates of the words file; an `Estimate` gives its value, or its interval for
    `_range`, both its ends for `_between`.
    """

    def __init__(self, currency: str) -> None:
        self.currency = currency

    def get_value(self, key: int | str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """The named value. Raises KeyError when the template asks for one that was not given."""
        return super().get_value(key, args, kwargs)

    def format_field(self, value: Any, format_spec: str) -> str:
        """`value` by one of our own specs, or plainly. Raises ValueError for a spec that isn't
        ours.
        """
        spec, _, ends = format_spec.rpartition("_")
        if ends in ("range", "between"):
            if isinstance(value, Estimate):
                low, high = (value.low, value.high)
            else:
                low, high = value or (None, None)
            if ends == "between":
                return fmt.money_between(low, high, self.currency, 3 if spec == "money3" else 2)
            return self._range(low, high, spec)
        if isinstance(value, Estimate):
            value = value.value
        if format_spec in _FORMATS:
            return _FORMATS[format_spec](value)
        if format_spec in _MONEY:
            return _MONEY[format_spec](value, self.currency)
        if format_spec:
            raise ValueError(f"unknown format {format_spec!r}")
        return _plain(value)

    def _range(self, low: float | None, high: float | None, spec: str) -> str:
        if spec == "money":
            return fmt.money_range(low, high, self.currency)
        if spec == "money3":
            return fmt.money_range(low, high, self.currency, 3)
        if spec == "pct":
            return fmt.percent_range(low, high)
        if spec == "pct1":
            return fmt.percent_range(low, high, 1)
        if spec in ("points", "num2"):
            return fmt.number_range(low, high)
        if spec in ("signed", "signed2", "per100"):
            if fmt.known(low):
                return fmt.to(*(_FORMATS[spec](end) for end in (low, high)))
            return fmt.NONE
        raise ValueError(f"unknown format {spec!r}")


def _plain(value: Any) -> str:
    if value is None:
        return fmt.NONE
    if isinstance(value, bool):
        return language.template("number.yes" if value else "number.no")
    if isinstance(value, float):
        return fmt.number(value, 3)
    if isinstance(value, int):
        return fmt.integer(value)
    if isinstance(value, dt.date):
        return fmt.date(value)
    if isinstance(value, set | frozenset):
        return fmt.listed(sorted(value, key=str))
    if isinstance(value, list | tuple):
        return fmt.listed(value)
    return str(value)


def _aside(sheet: str | None) -> str:
    """A sheet after its file; a csv has none."""
    if sheet:
        return language.template("number.aside").format(sheet=sheet)
    return ""


_FORMATS: Mapping[str, Callable[[Any], str]] = {
    "aside": _aside,
    "int": fmt.integer,
    "pct": fmt.percent,
    "pct1": lambda v: fmt.percent(v, 1),
    "chance": fmt.chance,
    "points": fmt.points,
    "num2": fmt.number,
    "num3": lambda v: fmt.number(v, 3),
    "lift": fmt.lift,
    "signed": fmt.signed,
    "signed2": fmt.hundredths,
    "move": fmt.move,
    "per100": fmt.of_hundred,
    "months": fmt.months,
    "date": fmt.date,
    "month": fmt.month,
    "list": fmt.listed,
}
_MONEY: Mapping[str, Callable[[Any, str], str]] = {
    "money": fmt.money,
    "money3": lambda v, c: fmt.money(v, c, 3),
    "change": fmt.change,
    "pennies": fmt.pennies,
}
