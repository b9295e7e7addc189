"""What the command line of `build` may say about the case, and the settings that come of it."""

from __future__ import annotations

import argparse
import datetime as dt
import math
from typing import Any

from cxcase.errors import SettingsError
from cxcase.settings import Settings

_SETTING_OPTIONS = (
    "start",
    "metric",
    "controls",
    "currency",
    "margin",
    "discount",
    "horizon",
    "budget",
    "seed",
)
_KINDS = {
    "period_budgets": "periods",
    "target_roi": "return",
    "target_npv": "smallest",
    "risk_aversion": "certain",
}


def number(text: str) -> float:
    """A finite number; commas may group thousands. Raises ArgumentTypeError."""
    try:
        value = float(text.replace(",", ""))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(f"“{text}” is not a number")
    return value


def date(text: str) -> dt.date:
    """A day as 2026-01-31. Raises ArgumentTypeError."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"“{text}” is not a date; write it as 2026-01-31"
        ) from None


def pair(text: str) -> tuple[str, str]:
    """A name and its value. Raises ArgumentTypeError."""
    name, sign, value = text.partition("=")
    if not (name.strip() and sign and value.strip()):
        raise argparse.ArgumentTypeError(f"“{text}” is not of the form NAME=VALUE")
    return name.strip(), value.strip()


def rate(text: str) -> tuple[str, float]:
    """A currency and what one unit of it is worth. Raises ArgumentTypeError."""
    name, value = pair(text)
    return name.upper(), number(value)


def count(text: str) -> tuple[str, float]:
    """A name and a number. Raises ArgumentTypeError."""
    name, value = pair(text)
    return name, number(value)


def target(text: str) -> tuple[str | None, Any]:
    """(None, what every moment is brought up to) or (moment, its own target). Raises
    ArgumentTypeError.
    """
    if "=" not in text:
        return None, text
    name, _, value = text.rpartition("=")
    return name.strip(), number(value)


def share(text: str) -> tuple[str, float]:
    """A name, which may hold an equals sign, and a number after the last one. Raises
    ArgumentTypeError.
    """
    name, sign, value = text.rpartition("=")
    if not (sign and name.strip()):
        raise argparse.ArgumentTypeError(f"“{text}” is not of the form NAME=0.35")
    return name.strip(), number(value)


# setting -> option, what it takes and what it is for: the plan's choice and its rules, and where
# moments fail
PLAN_OPTIONS: dict[str, tuple[str, dict[str, Any], str]] = {
    "period_budgets": (
        "--periods",
        {"nargs": "+", "type": number, "metavar": "N"},
        "a sum a period instead of one",
    ),
    "budget_every": (
        "--every",
        {"choices": ("month", "quarter", "year")},
        "length of a period (default quarter)",
    ),
    "fiscal_start": (
        "--fiscal-start",
        {"type": int, "metavar": "MONTH"},
        "1 to 12: when the fiscal year begins",
    ),
    "roll_over": (
        "--no-roll-over",
        {"action": "store_false", "default": None},
        "what a period leaves is lost",
    ),
    "plan_start": (
        "--plan-start",
        {"type": date},
        "first month of the plan (default: start + 12 months)",
    ),
    "target_roi": (
        "--target-return",
        {"type": number},
        "NPV the plan must earn, as a share of its cost",
    ),
    "target_npv": (
        "--target-npv",
        {"type": number},
        "the smallest budget whose plan reaches this NPV",
    ),
    "risk_aversion": ("--aversion", {"type": number}, "weight of the worst tenth of cases, 0 to 1"),
    "team_days": (
        "--team-days",
        {"type": count, "action": "append", "metavar": "WHO=DAYS"},
        "their days a month",
    ),
    "early_win_days": (
        "--early-win",
        {"type": int, "metavar": "DAYS"},
        "a step has paid back within so many days",
    ),
    "phase_unlock": (
        "--unlock",
        {"type": int, "metavar": "N"},
        "steps delivered before the next phase opens",
    ),
    "phase_most": (
        "--phase-most",
        {"type": count, "action": "append", "metavar": "PHASE=N"},
        "most starts in it",
    ),
    "phase_tags": (
        "--phase",
        {"type": pair, "action": "append", "metavar": "ID=PHASE"},
        "holds a step to a phase",
    ),
    "mandatory": ("--must", {"nargs": "+", "metavar": "ID"}, "steps that must be in the plan"),
    "barred": ("--never", {"nargs": "+", "metavar": "ID"}, "steps that may not be in the plan"),
    "own_steps": (
        "--own",
        {"nargs": "+", "metavar": "ID"},
        "your own selection, shown beside the plan",
    ),
    "risk_mode": (
        "--risk",
        {"choices": ("draws", "adjusted")},
        "risk as a range, or as cuts to single figures",
    ),
    "benefit_cut": (
        "--benefit-cut",
        {"type": number},
        "cut to benefits with --risk adjusted (default 0.2)",
    ),
    "cost_rise": (
        "--cost-rise",
        {"type": number},
        "rise of costs with --risk adjusted (default 0.1)",
    ),
    "day_rate": ("--day-rate", {"type": number}, "what a day of your own people costs"),
    "side_cuts": (
        "--cuts",
        {"nargs": 3, "type": number, "metavar": ("FAIL", "BEND", "EXCEL")},
        "shares of a moment's scale: failing up to, bend at, excelling from (default 0.6 0.7 0.9)",
    ),
    "pilot_cost": ("--pilot-cost", {"type": number}, "what a pilot would cost"),
}


def settings_of(options: argparse.Namespace, mapping: Any) -> Settings:
    """The settings that a command line gives, with the choices of its mapping.json. Raises
    SettingsError.
    """
    names = (*_SETTING_OPTIONS, *PLAN_OPTIONS)
    given = {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    for name in {
        "controls",
        "period_budgets",
        "mandatory",
        "barred",
        "own_steps",
        "side_cuts",
    } & set(given):
        given[name] = tuple(given[name])
    for name in {"team_days", "phase_most", "phase_tags"} & set(given):
        given[name] = dict(given[name])
    kinds = [kind for name, kind in _KINDS.items() if name in given]
    if len(kinds) > 1:
        raise SettingsError(
            "unknown_choice", name="budget_kind", found=" + ".join(kinds), expected="one of them"
        )
    if kinds:
        given["budget_kind"] = kinds[0]
    if options.refused is not None:
        given["asked"] = {"budget_kind": "total", "budget": options.refused}
    if options.journey:
        given["journey"] = tuple(options.journey)
    if own := {name: value for name, value in options.target if name is not None}:
        given["target_ratings"] = own
    if aims := [value for name, value in options.target if name is None]:
        given["target"] = aims[-1]
    if options.segment_margin:
        given["segment_margins"] = dict(options.segment_margin)
    if "currency" in given:
        given["currency"] = given["currency"].upper()
    settings = Settings(
        **given,
        decisions=dict(options.decide),
        currency_rates=dict(options.rate),
        owned=frozenset(given),
    )
    return settings.recall(mapping)
