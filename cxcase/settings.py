"""Every assumption a case rests on, typed, with its unit and who owns it."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, get_args

from cxcase.assumptions import UNITS, Assumption, in_force
from cxcase.checks import at_least, between
from cxcase.errors import SettingsError
from cxcase.fixed import Fixed
from cxcase.step_answers import check_step_answers

Metric = Literal["ease", "csat", "nps"]
Ranges = Literal["P10 and P90", "minimum and maximum"]
BudgetKind = Literal["total", "periods", "return", "smallest", "certain"]
Every = Literal["month", "quarter", "year"]
RiskMode = Literal["draws", "adjusted"]
PHASES = ("crawl", "walk", "run")
Target = Literal["best_quartile_team", "rating"]
METRICS: tuple[Metric, ...] = ("ease", "csat", "nps")
K_MIN_FLOOR = 3
# the decision that a survey of employees is read by: their rows are not kept for later
EMPLOYEES_ANSWERED = "employees_answered"
UNDECIDED = "ask"  # the default of what must be decided before there is a figure
# what the rows leave open: its options, the default first
DECISIONS: Mapping[str, tuple[str, ...]] = {
    "churn_source": ("as_found", "revenue", "events", "flag"),
    "revenue_years": (UNDECIDED, "by_years", "by_responses"),
    "empty_revenue": (UNDECIDED, "leave_out"),
    "revenue_period": (UNDECIDED, "as_year", "to_year", "leave_out"),
    "subscription_period": (UNDECIDED, "yearly", "quarterly", "monthly"),
    "revenue_unit": (UNDECIDED, "as_written", "thousands", "millions"),
    "title_unit": ("in_full", "as_written"),
    "swapped_dates": (UNDECIDED, "swap_back", "as_shown"),
    "mark_direction": (UNDECIDED, "one_best", "highest_best"),
    "mixed_currency": ("main_only", "convert"),
    "duplicate_customers": (UNDECIDED, "first", "last", "add_up", "set_aside"),
    "outlier_revenue": (UNDECIDED, "keep", "set_aside"),
    "churn_date_or_flag": ("date", "flag"),
    "negative_revenue": ("outside", "turn_sign"),
    "lost_but_paying": ("lost", "kept"),
    "revenue_end_same": ("not_measured", "measured"),
    "revenue_end_blank": ("left_out", "as_start", "zero", "set_aside"),
    "kept_without_revenue": ("as_is", "zero", "lost"),
    "price_increase_unit": ("percent", "money"),
    "responses_after_start": ("set_aside", "use"),
    "duplicate_responses": ("latest", "first", "use_all"),
    "responses_after_leaving": ("set_aside", "use"),
    "responses_before_window": ("use", "set_aside"),
    "several_responses": ("latest", "first", "mean"),
    EMPLOYEES_ANSWERED: ("again", "once"),
}
_MAPPINGS = (  # fields that are mappings, made unchangeable
    "decisions",
    "same_teams",
    "same_questions",
    "currency_rates",
    "target_ratings",
    "team_days",
    "phase_most",
    "phase_tags",
    "asked",
    "segment_margins",
    "step_answers",
)
ID_RULES = ("case", "prefix", "punctuation", "zeros")  # what may be ignored when ids are compared


@dataclass(frozen=True)
class Settings:
    """What a person may choose.

    Fields not in `owned` are defaults: assumed until someone owns them.
    """

    currency: str = "GBP"
    start: dt.date | None = None  # t0; None: the day after the last CX response
    metric: Metric | None = None  # None: the first present of METRICS
    # beside tenure, segment and log revenue, which always enter when present
    controls: tuple[str, ...] = ()
    margin: float = 0.4
    # segment -> its own margin; all others have `margin`
    segment_margins: Mapping[str, float] = Fixed()
    discount: float = 0.10
    horizon: int = 36
    ramp_months: int = 12
    half_life_months: float = 24.0
    adoption: float = 1.0
    # P10 and P90 as shares of the likely lift where the sheet gives none
    lift_range: tuple[float, float] = (0.5, 1.5)
    # P10 and P90 as shares of the cost where the sheet gives none
    cost_range: tuple[float, float] = (0.9, 1.3)
    lift_correlation: float = 0.3
    cost_correlation: float = 0.3
    # what a low and a high mean; experts' ranges are too narrow to be ends
    ranges: Ranges = "P10 and P90"
    day_rate: float | None = None  # of the company's own people; None: days are shown, not priced
    # what moments are brought up to; "rating": nine tenths of the scale
    target: Target = "best_quartile_team"
    target_ratings: Mapping[str, float] = Fixed()  # moment -> a person's own target, native points
    # of a scale: fails up to, bends at, excels from
    side_cuts: tuple[float, float, float] = (0.6, 0.7, 0.9)
    # moments in the order a customer lives them; the rest follow as the survey has them
    journey: tuple[str, ...] = ()
    budget: float | None = None  # None: enough for every step
    budget_kind: BudgetKind = "total"  # what is asked of the plan
    period_budgets: tuple[float, ...] = ()  # a sum a period, for "periods"
    budget_every: Every = "quarter"
    fiscal_start: int = 1  # calendar month in which the fiscal year begins
    plan_start: dt.date | None = None  # month 1 of the plan; None: twelve months after t0
    roll_over: bool = True  # what a period leaves may be spent in the next
    target_roi: float = 1.0  # NPV a unit of cost, for "return"
    target_npv: float | None = None  # for "smallest"
    risk_aversion: float = 0.5  # weight of the bad cases, for "certain"
    team_days: Mapping[str, float] = Fixed()  # owner, team or EVERYONE -> days a month for change
    early_win_days: int | None = None  # None: no early win is asked for
    early_win_chance: float = 0.8
    # steps delivered before the next phase opens; None: phases are names only
    phase_unlock: int | None = None
    phase_most: Mapping[str, int] = Fixed()  # of PHASES: steps that may start in it
    phase_tags: Mapping[str, str] = Fixed()  # step id -> of PHASES
    mandatory: tuple[str, ...] = ()  # step ids, beside those of the sheet
    barred: tuple[str, ...] = ()
    # risk is counted in the draws, or as cuts to single figures: never both
    risk_mode: RiskMode = "draws"
    benefit_cut: float = 0.2  # of "adjusted": benefits less, costs more, as shares
    cost_rise: float = 0.1
    pilot_cost: float | None = None
    own_steps: tuple[str, ...] = ()  # a person's own selection, shown beside the plan
    # the earlier ask that was refused, as the settings in which it differed
    asked: Mapping[str, Any] = Fixed()
    k_min: int = 5  # smallest EX group that is used or shown
    seed: int = 0
    oldest_response_months: int = 12  # before t0; older responses are a decision
    # code -> option, for those somebody made; all others are defaults
    decisions: Mapping[str, str] = Fixed()
    # a team's name as some table has it -> the name that is meant
    same_teams: Mapping[str, str] = Fixed()
    # "R03:lift" -> 0.3, by a step's id or its title: what its sheet leaves open
    step_answers: Mapping[str, Any] = Fixed()
    # a moment as one wave words it -> the moment that is meant
    same_questions: Mapping[str, str] = Fixed()
    # of ID_RULES: what is ignored where a response's id is in no list
    same_ids: tuple[str, ...] = ()
    currency_rates: Mapping[str, float] = Fixed()  # what one unit of another currency is worth
    owned: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for name in _MAPPINGS:
            object.__setattr__(self, name, Fixed(getattr(self, name)))
        _check_choices(self)
        check_step_answers(self.step_answers)
        _three_letters("currency", self.currency)
        for name, margin in {"margin": self.margin, **self.segment_margins}.items():
            between(name, margin, 0.0, 1.0)
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
            expected = " or ".join(get_args(Ranges))
            raise SettingsError("out_of_range", name="ranges", found=self.ranges, expected=expected)
        _one_of("target", self.target, get_args(Target), " or ")
        if self.budget is not None:
            at_least("budget", self.budget, 0.0)
        _check_cuts(self.side_cuts)
        _check_plan(self)
        if self.metric is not None and self.metric not in METRICS:
            raise SettingsError(
                "unknown_metric", name="metric", found=self.metric, expected=", ".join(METRICS)
            )

    @property
    def before(self) -> Settings:
        """These settings as they were when the earlier ask was made."""
        return replace(self, **{**self.asked, "asked": Fixed()})

    def margin_of(self, segment: str) -> float:
        """A segment's margin, a share of revenue: its own if it has one, else that of all."""
        folded = segment.casefold().strip()
        own = (
            margin
            for name, margin in self.segment_margins.items()
            if name.casefold().strip() == folded
        )
        return next(own, self.margin)

    def check_segments(self, known: Collection[str]) -> None:
        """Raises SettingsError where a margin is for a segment that the data do not have."""
        there = {name.casefold().strip() for name in known if name}
        for name in self.segment_margins:
            if name.casefold().strip() not in there:
                code = "unknown_segment" if there else "no_segments"
                raise SettingsError(
                    code, name="segment_margin", found=name, expected=", ".join(filter(None, known))
                )

    def option(self, decision: str) -> str:
        """The option in force for a decision: the one somebody chose, else the default."""
        return self.decisions.get(decision, DECISIONS[decision][0])

    def question(self, name: str) -> str:
        """The moment meant by a question of one wave, through others that it was called first."""
        passed = {name}
        while (after := self.same_questions.get(name)) is not None and after not in passed:
            passed.add(after)
            name = after
        return name

    def currency_of(self, shown: str | None) -> str:
        """The currency of a case's figures: as chosen, as its tables show, or the default."""
        if "currency" in self.owned or not shown:
            return self.currency
        return shown

    def in_currency_of(self, shown: str | None) -> Settings:
        """The same settings with `currency_of` as their currency; it stays as chosen or not."""
        return replace(self, currency=self.currency_of(shown))

    def deciding(self, decision: str, option: str) -> Settings:
        """These settings with one decision made."""
        return replace(self, decisions={**self.decisions, decision: option})

    def saved(self) -> dict[str, Any]:
        """The choices about the data as mapping.json keeps them beside its tables.

        Defaults nobody owns are not.
        """
        same_as = {
            "team": dict(self.same_teams),
            "customer_id": list(self.same_ids),
            "moment": dict(self.same_questions),
        }
        return {
            "decisions": dict(self.decisions),
            "same_as": same_as,
            "currency_rates": dict(self.currency_rates),
            "steps": dict(self.step_answers),
        }

    def recall(self, saved: Mapping[str, Any] | None) -> Settings:
        """These settings with the choices of a mapping.json wherever none was made here.

        Raises SettingsError.
        """
        saved = saved or {}
        same_as = _mapping("same_as", saved.get("same_as"))
        rules = same_as.get("customer_id") or ()
        if not isinstance(rules, list | tuple):
            raise SettingsError(
                "unknown_choice", name="same_as", found=rules, expected=", ".join(ID_RULES)
            )
        return replace(
            self,
            decisions=_mapping("decisions", saved.get("decisions")) | dict(self.decisions),
            same_teams=_mapping("same_as", same_as.get("team")) | dict(self.same_teams),
            same_questions=_mapping("same_as", same_as.get("moment")) | dict(self.same_questions),
            same_ids=self.same_ids or tuple(rules),
            currency_rates=_mapping("currency_rates", saved.get("currency_rates"))
            | dict(self.currency_rates),
            step_answers=_mapping("steps", saved.get("steps")) | dict(self.step_answers),
        )

    def register(self, came_up: Collection[str] = ()) -> Iterator[Assumption]:
        """Every assumption with its unit, in the order people read them.

        came_up: the decisions this data calls for.
        """
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        for field in fields(self):
            if field.name in UNITS and in_force(field.name, values):
                yield Assumption(
                    field.name,
                    getattr(self, field.name),
                    UNITS[field.name],
                    field.name in self.owned,
                )
        if self.target_ratings:
            named = "; ".join(f"{name} {rating:g}" for name, rating in self.target_ratings.items())
            yield Assumption("target_ratings", named, "points", True)
        for code in DECISIONS:
            if code in came_up:
                yield Assumption(code, self.option(code), "choice", code in self.decisions)
        if "responses_before_window" in came_up:
            name = "oldest_response_months"
            yield Assumption(
                name, self.oldest_response_months, "months before the start", name in self.owned
            )


def _mapping(name: str, found: Any) -> dict[str, Any]:
    if found is None:
        return {}
    if not isinstance(found, Mapping):
        raise SettingsError(
            "unknown_choice", name=name, found=found, expected="names with their values"
        )
    return dict(found)


def _check_choices(settings: Settings) -> None:
    """Raises SettingsError for an unknown decision, option, rule, target or rate."""
    for moment, rating in settings.target_ratings.items():
        if not isinstance(rating, int | float) or not math.isfinite(rating):
            raise SettingsError(
                "out_of_range", name=moment, found=rating, expected="a rating on the moment's scale"
            )
    for code, option in settings.decisions.items():
        _one_of("decisions", code, DECISIONS)
        _one_of(code, option, DECISIONS[code])
    for rule in settings.same_ids:
        _one_of("same_as", rule, ID_RULES)
    for kind, same in (("team", settings.same_teams), ("moment", settings.same_questions)):
        for found, meant in same.items():
            if not isinstance(meant, str):
                expected = f"a {kind}'s name"
                raise SettingsError(
                    "unknown_choice", name="same_as", found=f"{found}: {meant}", expected=expected
                )
    for currency, rate in settings.currency_rates.items():
        _three_letters("currency_rates", currency)
        if not isinstance(rate, int | float) or not 0 < rate < math.inf:
            raise SettingsError("out_of_range", name=currency, found=rate, expected="more than 0")


def _check_cuts(cuts: tuple[float, ...]) -> None:
    """Raises SettingsError unless there are three rising shares of the scale."""
    rising = len(cuts) == 3 and 0 <= cuts[0] < cuts[1] < cuts[2] <= 1
    if not rising:
        raise SettingsError(
            "cuts_out_of_order", found=" / ".join(f"{100 * cut:g} %" for cut in cuts)
        )


def _check_plan(settings: Settings) -> None:
    """Raises SettingsError for a budget, a rule or a risk that cannot be."""
    _one_of("budget_kind", settings.budget_kind, get_args(BudgetKind))
    _one_of("budget_every", settings.budget_every, get_args(Every))
    _one_of("risk_mode", settings.risk_mode, get_args(RiskMode))
    for amount in settings.period_budgets:
        at_least("period_budgets", amount, 0.0)
    for name, days in settings.team_days.items():
        at_least(name, days, 0.0)
    between("fiscal_start", settings.fiscal_start, 1, 12)
    at_least("target_roi", settings.target_roi, -1.0)
    between("risk_aversion", settings.risk_aversion, 0.0, 1.0)
    between("early_win_chance", settings.early_win_chance, 0.0, 1.0)
    between("benefit_cut", settings.benefit_cut, 0.0, 1.0)
    between("cost_rise", settings.cost_rise, 0.0, 5.0)
    for name in ("early_win_days", "phase_unlock", "pilot_cost"):
        if getattr(settings, name) is not None:
            at_least(name, getattr(settings, name), 0)
    for phase in (*settings.phase_most, *settings.phase_tags.values()):
        _one_of("phase", phase, PHASES)
    if settings.budget_kind == "periods" and not settings.period_budgets:
        raise _missing("period_budgets", "one sum or more")
    if settings.budget_kind == "smallest" and settings.target_npv is None:
        raise _missing("target_npv", "the NPV to reach")


def _missing(name: str, expected: str) -> SettingsError:
    return SettingsError("out_of_range", name=name, found="none", expected=expected)


def _one_of(name: str, found: str, options: Collection[str], between: str = ", ") -> None:
    """Raises SettingsError unless what was found is one of the options."""
    if found not in options:
        expected = between.join(options)
        raise SettingsError("unknown_choice", name=name, found=found, expected=expected)


def _three_letters(name: str, found: str) -> None:
    """Raises SettingsError unless this may be a currency's code."""
    if not re.fullmatch("[A-Z]{3}", found):
        raise SettingsError("bad_currency", name=name, found=found, expected="three letters")
