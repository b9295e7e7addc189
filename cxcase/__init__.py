"""cxcase: EX + CX -> RX, in money, from a company's own spreadsheets.

The public face: one verb and one frozen result per stage. Names are loaded when first used, so that
the process that parses an upload starts without the numerical libraries.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cxcase.budget import FixedBudget, Plan, fit_budget
    from cxcase.checks import Finding
    from cxcase.errors import CaseError, InputError, RefusedError, SettingsError
    from cxcase.estimate import Estimate
    from cxcase.export import make_deck, make_images, make_set_aside, make_workbook, write_case
    from cxcase.intake import Case, Upload, read
    from cxcase.link import Link, estimate_link
    from cxcase.moments import Moments, rank_moments
    from cxcase.recommend import Steps, plan_steps
    from cxcase.report import Report, gather
    from cxcase.roi import Returns, value_steps
    from cxcase.settings import Settings
    from cxcase.voice import Pin, Voice, hear

__version__ = "0.1.0"

_HOME = {
    "Case": "intake",
    "CaseError": "errors",
    "Estimate": "estimate",
    "Finding": "checks",
    "FixedBudget": "budget",
    "InputError": "errors",
    "Link": "link",
    "Moments": "moments",
    "Pin": "voice",
    "Plan": "budget",
    "RefusedError": "errors",
    "Report": "report",
    "Returns": "roi",
    "Settings": "settings",
    "SettingsError": "errors",
    "Steps": "recommend",
    "Upload": "intake",
    "Voice": "voice",
    "estimate_link": "link",
    "fit_budget": "budget",
    "gather": "report",
    "hear": "voice",
    "make_deck": "export",
    "make_images": "export",
    "make_set_aside": "export",
    "make_workbook": "export",
    "plan_steps": "recommend",
    "rank_moments": "moments",
    "read": "intake",
    "value_steps": "roi",
    "write_case": "export",
}

__all__ = [
    "Case",
    "CaseError",
    "Estimate",
    "Finding",
    "FixedBudget",
    "InputError",
    "Link",
    "Moments",
    "Pin",
    "Plan",
    "RefusedError",
    "Report",
    "Returns",
    "Settings",
    "SettingsError",
    "Steps",
    "Upload",
    "Voice",
    "estimate_link",
    "fit_budget",
    "gather",
    "hear",
    "make_deck",
    "make_images",
    "make_set_aside",
    "make_workbook",
    "plan_steps",
    "rank_moments",
    "read",
    "value_steps",
    "write_case",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'cxcase' has no attribute {name!r}")
    return getattr(import_module(f"cxcase.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])
