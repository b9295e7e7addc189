"""What a value on the command line means; each raises ArgumentTypeError for another form."""

from __future__ import annotations

import argparse
import datetime as dt
import math
import re
from pathlib import Path
from typing import Any

# a field, which may be one of a kind such as "moment:Invoice", after a file where one is named
_NAMED = re.compile(r"(?:(?P<file>.+\.\w+):)?(?P<field>[a-z_]+(?::.+)?)")


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


def named(text: str) -> dict[str, Any]:
    """A column's meaning as mapping.json holds it, wherever the column is, or in one file.

    Raises ArgumentTypeError.
    """
    left, heading = pair(text)
    told = _NAMED.fullmatch(left)
    if told is None:
        raise argparse.ArgumentTypeError(
            f"“{text}” is not of the form FIELD=HEADING or FILE:FIELD=HEADING"
        )
    match = {"file": told["file"]} if told["file"] else {}
    return {"match": match, "columns": {told["field"]: heading}}


def rate(text: str) -> tuple[str, float]:
    """A currency and what one unit of it is worth. Raises ArgumentTypeError."""
    name, value = pair(text)
    return name.upper(), number(value)


def count(text: str) -> tuple[str, float]:
    """A name and a number. Raises ArgumentTypeError."""
    name, value = pair(text)
    return name, number(value)


def target(text: str) -> tuple[str | None, Any]:
    """(None, what every moment is brought up to) or (moment, its own target).

    Raises ArgumentTypeError.
    """
    if "=" not in text:
        return None, text
    name, _, value = text.rpartition("=")
    return name.strip(), number(value)


def step_answer(text: str) -> tuple[str, str | float]:
    """A step with a field of it, and the answer. Raises ArgumentTypeError."""
    name, sign, value = text.rpartition("=")
    step, _, field = name.rpartition(":")
    if not (sign and step.strip() and value.strip()):
        raise argparse.ArgumentTypeError(f"“{text}” is not of the form ID:FIELD=ANSWER")
    if field in ("where", "percent_of"):
        return name.strip(), value.strip()
    return name.strip(), number(value)


def share(text: str) -> tuple[str, float]:
    """A name, which may hold an equals sign, and a number after the last one.

    Raises ArgumentTypeError.
    """
    name, sign, value = text.rpartition("=")
    if not (sign and name.strip()):
        raise argparse.ArgumentTypeError(f"“{text}” is not of the form NAME=0.35")
    return name.strip(), number(value)


# name -> (option, what argparse is told of it, what it is for)
Options = dict[str, tuple[str, dict[str, Any], str | None]]
# how the case is written and told: no figure depends on it
AS_TOLD: Options = {
    "deck": (
        "--deck",
        {"choices": ("full", "short")},
        "the deck in full, or in six slides (default full)",
    ),
    "audience": (
        "--audience",
        {"choices": ("ceo", "cfo", "coo", "people", "board")},
        "who the deck is for: its order and words, never a number (default: all of them)",
    ),
    "locale": (
        "--locale",
        {"metavar": "LOCALE"},
        "whose way of writing numbers, dates and money: en_GB (default), en_US, de_DE, …",
    ),
    "strategy": (
        "--strategy",
        {"type": Path, "metavar": "F"},
        "goals, mission, vision and values in a .txt, .md, .docx or .pptx",
    ),
    "no_images": (
        "--no-images",
        {"action": "store_true"},
        "without pictures of the charts, which take half of a build's time",
    ),
    "journey": (
        "--journey",
        {"nargs": "+", "metavar": "MOMENT"},
        "moments in the order a customer lives them",
    ),
}


def targets_of(told: list[tuple[str | None, Any]]) -> dict[str, Any]:
    """The target of all moments, the last one said, and those of single moments."""
    for_all = [value for name, value in told if name is None]
    own = {name: value for name, value in told if name is not None}
    given: dict[str, Any] = {}
    if for_all:
        given["target"] = for_all[-1]
    if own:
        given["target_ratings"] = own
    return given
