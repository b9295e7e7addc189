"""cxcase: EX + CX -> RX, in money, from a company's own spreadsheets.

The public face: one verb and one frozen result per stage. Names are loaded when first used, so that
the process that parses an upload starts without the numerical libraries.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from cxcase.errors import speak_by as _speak_by
from cxcase.shown import show_by as _show_by

if TYPE_CHECKING:
    from cxcase.budget import Capacity as Capacity
    from cxcase.budget import Choice as Choice
    from cxcase.budget import EarlyWin as EarlyWin
    from cxcase.budget import FixedBudget as FixedBudget
    from cxcase.budget import MostCertain as MostCertain
    from cxcase.budget import PeriodBudget as PeriodBudget
    from cxcase.budget import Phasing as Phasing
    from cxcase.budget import Plan as Plan
    from cxcase.budget import Rules as Rules
    from cxcase.budget import SmallestBudgetFor as SmallestBudgetFor
    from cxcase.budget import TargetReturn as TargetReturn
    from cxcase.budget import fit_budget as fit_budget
    from cxcase.checks import Finding as Finding
    from cxcase.errors import CaseError as CaseError
    from cxcase.errors import InputError as InputError
    from cxcase.errors import RefusedError as RefusedError
    from cxcase.errors import SettingsError as SettingsError
    from cxcase.errors import UnknownIdError as UnknownIdError
    from cxcase.estimate import Estimate as Estimate
    from cxcase.export import make_deck as make_deck
    from cxcase.export import make_images as make_images
    from cxcase.export import make_set_aside as make_set_aside
    from cxcase.export import make_workbook as make_workbook
    from cxcase.export import write_case as write_case
    from cxcase.intake import Case as Case
    from cxcase.intake import Upload as Upload
    from cxcase.intake import read as read
    from cxcase.link import FittedLink as FittedLink
    from cxcase.link import Link as Link
    from cxcase.link import estimate_link as estimate_link
    from cxcase.link import fit_link as fit_link
    from cxcase.moments import Moments as Moments
    from cxcase.moments import rank_moments as rank_moments
    from cxcase.notebook import OpenCase as OpenCase
    from cxcase.notebook import open_case as open_case
    from cxcase.recommend import Steps as Steps
    from cxcase.recommend import plan_steps as plan_steps
    from cxcase.report import Report as Report
    from cxcase.report import gather as gather
    from cxcase.roi import Returns as Returns
    from cxcase.roi import value_steps as value_steps
    from cxcase.sample import write_sample as write_sample
    from cxcase.settings import Settings as Settings
    from cxcase.version import __version__ as __version__
    from cxcase.voice import Pin as Pin
    from cxcase.voice import Voice as Voice
    from cxcase.voice import hear as hear

_FACE = {
    "budget": (
        *("Capacity", "Choice", "EarlyWin", "FixedBudget", "MostCertain", "PeriodBudget"),
        *("Phasing", "Plan", "Rules", "SmallestBudgetFor", "TargetReturn", "fit_budget"),
    ),
    "checks": ("Finding",),
    "errors": ("CaseError", "InputError", "RefusedError", "SettingsError", "UnknownIdError"),
    "estimate": ("Estimate",),
    "export": ("make_deck", "make_images", "make_set_aside", "make_workbook", "write_case"),
    "intake": ("Case", "Upload", "read"),
    "link": ("FittedLink", "Link", "estimate_link", "fit_link"),
    "moments": ("Moments", "rank_moments"),
    "notebook": ("OpenCase", "open_case"),
    "recommend": ("Steps", "plan_steps"),
    "report": ("Report", "gather"),
    "roi": ("Returns", "value_steps"),
    "sample": ("write_sample",),
    "settings": ("Settings",),
    "version": ("__version__",),
    "voice": ("Pin", "Voice", "hear"),
}
_HOME = {name: place for place, names in _FACE.items() for name in names}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'cxcase' has no attribute {name!r}")
    return getattr(import_module(f"cxcase.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})


def _sentence_of(error: CaseError) -> str:
    from cxcase.report import words

    return words.error(error)


_speak_by(_sentence_of)
_show_by(lambda: import_module("cxcase.notebook.printed"))
