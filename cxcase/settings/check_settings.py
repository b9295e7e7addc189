"""Whether settings can be: every number within its limits, every choice one of its options."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import fields
from typing import Any, get_args

from babel import Locale, UnknownLocaleError

from cxcase.checks import at_least, between
from cxcase.errors import SettingsError
from cxcase.settings.chosen import Chosen
from cxcase.settings.evidence_cells import check_evidence
from cxcase.settings.known_choices import (
    DECISIONS,
    ID_RULES,
    K_MIN_FLOOR,
    METRICS,
    PHASES,
    Audience,
    BudgetKind,
    DeckKind,
    Every,
    LiftSource,
    Ranges,
    RiskMode,
    Target,
)
from cxcase.settings.step_answers import check_step_answers
from cxcase.settings.step_edits import check_step_edits

MOST = 1e15  # of anything: above it sums lose whole units


LONGEST_STRATEGY = 40_000  # characters


def check_settings(settings: Chosen) -> None:
    """Raises SettingsError for the first value that cannot be."""
    _check_choices(settings)
    check_step_answers(settings.step_answers)
    check_step_edits(settings)
    check_evidence(settings.evidence_cells)
    if len(settings.strategy) > LONGEST_STRATEGY:
        found = f"{len(settings.strategy):,} characters"
        expected = f"at most {LONGEST_STRATEGY:,}"
        raise SettingsError("out_of_range", name="strategy", found=found, expected=expected)
    _three_letters("currency", settings.currency)
    shares = {"margin": settings.margin, **settings.segment_margins, **settings.study_shares}
    for name, share in shares.items():
        between(name, share, 0.0, 1.0)
    between("discount", settings.discount, 0.0, 1.0)
    between("horizon", settings.horizon, 1, 120)
    between("ramp_months", settings.ramp_months, 0, 60)
    between("gate_months", settings.gate_months, 1, 60)
    at_least("half_life_months", settings.half_life_months, 1.0)
    between("adoption", settings.adoption, 0.0, 1.0)
    between("lift_correlation", settings.lift_correlation, 0.0, 0.95)
    between("cost_correlation", settings.cost_correlation, 0.0, 0.95)
    between("study_spread", settings.study_spread, 0.0, 1.0)
    between("between_studies", settings.between_studies, 0.0, 2.0)
    at_least("k_min", settings.k_min, K_MIN_FLOOR)
    between("oldest_response_months", settings.oldest_response_months, 1, 120)
    if settings.day_rate is not None:
        at_least("day_rate", settings.day_rate, 0.0)
    _one_of("ranges", settings.ranges, get_args(Ranges), " or ")
    _one_of("lift_source", settings.lift_source, get_args(LiftSource), " or ")
    _one_of("target", settings.target, get_args(Target), " or ")
    _check_told(settings)
    if settings.budget is not None:
        at_least("budget", settings.budget, 0.0)
    _check_cuts(settings.side_cuts)
    at_least("starts_per_quarter", settings.starts_per_quarter, 1)
    _check_plan(settings)
    _check_sizes(settings)
    if settings.metric is not None and settings.metric not in METRICS:
        raise SettingsError(
            "unknown_metric", name="metric", found=settings.metric, expected=", ".join(METRICS)
        )


def _check_sizes(settings: Chosen) -> None:
    """Raises SettingsError for a number that no amount, day or rating can be."""
    for field in fields(settings):
        value = getattr(settings, field.name)
        for number in _numbers_in(value):
            if not abs(number) <= MOST:
                expected = f"no more than {MOST:,.0f}"
                found = f"{number:g}"
                raise SettingsError("out_of_range", name=field.name, found=found, expected=expected)


def _numbers_in(value: Any) -> Iterator[float]:
    if isinstance(value, Mapping):
        value = tuple(value.values())
    for one in value if isinstance(value, tuple) else (value,):
        if isinstance(one, int | float):
            yield one


def _check_choices(settings: Chosen) -> None:
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


def _check_told(settings: Chosen) -> None:
    """Raises SettingsError for a deck, an audience or a locale that there is not."""
    _one_of("deck", settings.deck, get_args(DeckKind), " or ")
    if settings.audience is not None:
        _one_of("audience", settings.audience, get_args(Audience))
    try:
        Locale.parse(settings.locale)
    except (UnknownLocaleError, ValueError, TypeError):
        expected = "a locale such as en_GB, en_US, de_DE, fr_FR or en_IN"
        raise SettingsError(
            "unknown_choice", name="locale", found=settings.locale, expected=expected
        ) from None


def _check_cuts(cuts: tuple[float, ...]) -> None:
    """Raises SettingsError unless there are three rising shares of the scale."""
    rising = len(cuts) == 3 and 0 <= cuts[0] < cuts[1] < cuts[2] <= 1
    if not rising:
        raise SettingsError(
            "cuts_out_of_order", found=" / ".join(f"{100 * cut:g} %" for cut in cuts)
        )


def _check_plan(settings: Chosen) -> None:
    """Raises SettingsError for a budget, a rule or a risk that cannot be."""
    _one_of("budget_kind", settings.budget_kind, get_args(BudgetKind))
    _one_of("budget_every", settings.budget_every, get_args(Every))
    _one_of("risk_mode", settings.risk_mode, get_args(RiskMode))
    for amount in settings.period_budgets:
        at_least("period_budgets", amount, 0.0)
    for name, days in settings.team_days.items():
        at_least(name, days, 0.0)
    for name, month in settings.frozen_steps.items():
        between(name, month, 1, 120)
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
