"""Every assumption a case rests on, typed, with its unit and who owns it."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, get_args

from cxcase.checks import at_least, between
from cxcase.errors import SettingsError

Metric = Literal["ease", "csat", "nps"]
Ranges = Literal["P10 and P90", "minimum and maximum"]
METRICS: tuple[Metric, ...] = ("ease", "csat", "nps")
K_MIN_FLOOR = 3
DECISIONS: Mapping[str, tuple[str, ...]] = {  # what the rows leave open: its options, the default first
    "churn_source": ("as_found", "revenue", "events", "flag"),
    "mixed_currency": ("main_only", "convert"),
    "duplicate_customers": ("first", "last", "add_up", "set_aside"),
    "churn_date_or_flag": ("date", "flag"),
    "negative_revenue": ("outside", "turn_sign"),
    "lost_but_paying": ("lost", "kept"),
    "revenue_end_blank": ("as_start", "zero", "set_aside"),
    "kept_without_revenue": ("as_is", "zero", "lost"),
    "responses_after_start": ("set_aside", "use"),
    "duplicate_responses": ("latest", "first", "use_all"),
    "responses_after_leaving": ("set_aside", "use"),
    "responses_before_window": ("use", "set_aside"),
    "several_responses": ("latest", "first", "mean"),
}
ID_RULES = ("case", "prefix", "punctuation", "zeros")  # what may be ignored when ids are compared


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
    oldest_response_months: int = 12  # before t0; older responses are a decision
    decisions: Mapping[str, str] = Fixed()  # code -> option, for those somebody made; all others are defaults
    same_teams: Mapping[str, str] = Fixed()  # a team's name as some table has it -> the name that is meant
    same_ids: tuple[str, ...] = ()  # of ID_RULES: what is ignored where a response's id is in no list
    currency_rates: Mapping[str, float] = Fixed()  # what one unit of another currency is worth
    owned: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for name in ("decisions", "same_teams", "currency_rates"):
            object.__setattr__(self, name, Fixed(getattr(self, name)))
        _check_choices(self)
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
        between("oldest_response_months", self.oldest_response_months, 1, 120)
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

    def option(self, decision: str) -> str:
        """The option in force for a decision: the one somebody chose, else the default."""
        return self.decisions.get(decision, DECISIONS[decision][0])

    def deciding(self, decision: str, option: str) -> Settings:
        """These settings with one decision made."""
        return replace(self, decisions={**self.decisions, decision: option})

    def saved(self) -> dict[str, Any]:
        """The choices about the data as mapping.json keeps them beside its tables; defaults nobody owns are not."""
        same_as = {"team": dict(self.same_teams), "customer_id": list(self.same_ids)}
        return {"decisions": dict(self.decisions), "same_as": same_as, "currency_rates": dict(self.currency_rates)}

    def recall(self, saved: Mapping[str, Any] | None) -> Settings:
        """These settings with the choices of a mapping.json wherever none was made here. Raises SettingsError."""
        saved = saved or {}
        same_as = _mapping("same_as", saved.get("same_as"))
        rules = same_as.get("customer_id") or ()
        if not isinstance(rules, list | tuple):
            raise SettingsError("unknown_choice", name="same_as", found=rules, expected=", ".join(ID_RULES))
        return replace(
            self,
            decisions=_mapping("decisions", saved.get("decisions")) | dict(self.decisions),
            same_teams=_mapping("same_as", same_as.get("team")) | dict(self.same_teams),
            same_ids=self.same_ids or tuple(rules),
            currency_rates=_mapping("currency_rates", saved.get("currency_rates")) | dict(self.currency_rates),
        )

    def register(self, came_up: Collection[str] = ()) -> Iterator[Assumption]:
        """Every assumption with its unit, in the order people read them; came_up: the decisions this data calls for."""
        for field in fields(self):
            if field.name in _UNITS:
                yield Assumption(field.name, getattr(self, field.name), _UNITS[field.name], field.name in self.owned)
        for code in DECISIONS:
            if code in came_up:
                yield Assumption(code, self.option(code), "choice", code in self.decisions)
        if "responses_before_window" in came_up:
            name = "oldest_response_months"
            yield Assumption(name, self.oldest_response_months, "months before the start", name in self.owned)


def _mapping(name: str, found: Any) -> dict[str, Any]:
    if found is None:
        return {}
    if not isinstance(found, Mapping):
        raise SettingsError("unknown_choice", name=name, found=found, expected="names with their values")
    return dict(found)


def _check_choices(settings: Settings) -> None:
    """Raises SettingsError for a decision, an option, a rule or a rate that there is not."""
    for code, option in settings.decisions.items():
        if code not in DECISIONS:
            raise SettingsError("unknown_choice", name="decisions", found=code, expected=", ".join(DECISIONS))
        if option not in DECISIONS[code]:
            raise SettingsError("unknown_choice", name=code, found=option, expected=", ".join(DECISIONS[code]))
    for rule in settings.same_ids:
        if rule not in ID_RULES:
            raise SettingsError("unknown_choice", name="same_as", found=rule, expected=", ".join(ID_RULES))
    for found, meant in settings.same_teams.items():
        if not isinstance(meant, str):
            raise SettingsError("unknown_choice", name="same_as", found=f"{found}: {meant}", expected="a team's name")
    for currency, rate in settings.currency_rates.items():
        if not re.fullmatch("[A-Z]{3}", currency):
            raise SettingsError("bad_currency", name="currency_rates", found=currency, expected="three letters")
        if not isinstance(rate, int | float) or not 0 < rate < math.inf:
            raise SettingsError("out_of_range", name=currency, found=rate, expected="more than 0")


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
