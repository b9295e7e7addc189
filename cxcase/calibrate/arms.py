"""The scenarios of the study: what differs between them is in `Arm`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypedDict

from cxcase.calibrate.company import Arm
from cxcase.errors import SettingsError

ARMS = (
    Arm("12 teams", 12),
    Arm("12 uneven teams", 12, size_sd=1.1),
    Arm("30 teams", 30),
    Arm("60 teams", 60),
    Arm("30 teams, leavers quiet", 30, leavers_quiet=1.0),
    Arm("30 teams, tenure by its logarithm", 30, tenure="log"),
    Arm("30 teams, tenure as a hump", 30, tenure="hump"),
    Arm(
        "30 teams, model wrong",
        30,
        leavers_quiet=1.0,
        threshold=True,
        noisy=True,
        heavy=True,
        specified=False,
    ),
)
NULL = Arm("nothing there, 30 teams", 30, ex_to_cx=0.0, cx_to_churn=0.0, growth=0.0)
NULLS = (
    NULL,
    replace(NULL, name="nothing there, tenure by its logarithm", tenure="log"),
    replace(NULL, name="nothing there, tenure as a hump", tenure="hump"),
)
GIVEN = (12, 48)  # teams of the sample company's kind, with moments


class Chosen(TypedDict):
    """Which arms of the study are run."""

    arms: Sequence[Arm]
    given: Sequence[int]
    nulls: Sequence[Arm]


def arms_of(words: Sequence[str] | None) -> Chosen:
    """The arms whose name holds one of the words; all where none is given.

    Raises SettingsError where none is meant.
    """

    def meant(name: str) -> bool:
        return words is None or any(word in name for word in words)

    chosen = Chosen(
        arms=[arm for arm in ARMS if meant(arm.name)],
        given=[teams for teams in GIVEN if meant(given_name(teams))],
        nulls=[arm for arm in NULLS if meant(arm.name)],
    )
    if not any(chosen.values()):
        names = [arm.name for arm in (*ARMS, *NULLS)] + [given_name(teams) for teams in GIVEN]
        expected = " | ".join(names)
        found = " ".join(words or ())
        raise SettingsError("unknown_choice", name="arms", found=found, expected=expected)
    return chosen


def given_name(teams: int) -> str:
    """The name of the arm of companies like the sample with so many teams."""
    return f"sample company, {teams} teams"
