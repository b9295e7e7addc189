"""Every assumption a case rests on, typed, with its unit and who owns it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args

from cxcase.checks import at_least, between
from cxcase.errors import SettingsError

Metric = Literal["ease", "csat", "nps"]
Ranges = Literal["P10 and P90", "minimum and maximum"]
METRICS: tuple[Metric, ...] = ("ease", "csat", "nps")
K_MIN_FLOOR = 3


@dataclass(frozen=True)
class Assumption:
    """One line of the assumptions register: `value` in `unit`, and whether a person owns it."""

    name: str
    value: Any
    unit: str
    owned: bool


@dataclass(frozen=True)
class Settings:
    """What a person may choose. Fields not in `owned` are defaults: assumed until someone owns them."""

    currency: str = "GBP"
    start: dt.date | None = None  # t0; None: the day after the last CX response
    metric: Metric | None = None  # None: the first present of METRICS
    controls: tuple[str, ...] = ()  # beside tenure, segment and log revenue, which always enter when present
    margin: float = 0.4
    discount: float = 0.10
    horizon: int = 36
    ramp_months: int = 12
    half_life_months: float = 24.0
    adoption: float = 1.0
    lift_range: tuple[float, float] = (0.5, 1.5)  # P10 and P90 as shares of the likely lift where the sheet gives none
    cost_range: tuple[float, float] = (0.9, 1.3)  # P10 and P90 as shares of the cost where the sheet gives none
    lift_correlation: float = 0.3
    cost_correlation: float = 0.3
    ranges: Ranges = "P10 and P90"  # what a low and a high mean; experts' ranges are too narrow to be ends
    day_rate: float | None = None  # of the company's own people; None: days are shown, not priced
    budget: float | None = None  # None: enough for every step
    k_min: int = 5  # smallest EX group that is used or shown
    seed: int = 0
    owned: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not re.fullmatch("[A-Z]{3}", self.currency):
            raise SettingsError("bad_currency", name="currency", found=self.currency, expected="three letters")
        between("margin", self.margin, 0.0, 1.0)
        between("discount", self.discount, 0.0, 1.0)
        between("horizon", self.horizon, 1, 120)
        between("ramp_months", self.ramp_months, 0, 60)
        at_least("half_life_months", self.half_life_months, 1.0)
        between("adoption", self.adoption, 0.0, 1.0)
        between("lift_correlation", self.lift_correlation, 0.0, 0.95)
        between("cost_correlation", self.cost_correlation, 0.0, 0.95)
        at_least("k_min", self.k_min, K_MIN_FLOOR)
        if self.day_rate is not None:
            at_least("day_rate", self.day_rate, 0.0)
        if self.ranges not in get_args(Ranges):
            raise SettingsError(
                "out_of_range", name="ranges", found=self.ranges, expected=" or ".join(get_args(Ranges))
            )
        if self.budget is not None:
            at_least("budget", self.budget, 0.0)
        if self.metric is not None and self.metric not in METRICS:
            raise SettingsError("unknown_metric", name="metric", found=self.metric, expected=", ".join(METRICS))

    def register(self) -> Iterator[Assumption]:
        """Every assumption with its unit, in the order people read them."""
        for field in fields(self):
            if field.name in _UNITS:
                yield Assumption(field.name, getattr(self, field.name), _UNITS[field.name], field.name in self.owned)


_UNITS = {
    "start": "date",
    "metric": "CX metric",
    "margin": "share of revenue",
    "discount": "a year",
    "horizon": "months",
    "ramp_months": "months after delivery",
    "half_life_months": "months",
    "adoption": "share of customers reached",
    "lift_range": "P10 and P90 as shares of the likely lift",
    "cost_range": "P10 and P90 as shares of the cost",
    "lift_correlation": "correlation",
    "cost_correlation": "correlation",
    "ranges": "what low and high mean",
    "day_rate": "currency a day",
    "budget": "currency",
    "k_min": "answers",
    "seed": "number",
}
