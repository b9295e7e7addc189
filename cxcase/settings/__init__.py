"""What a person may choose: settings of a case, the options of each choice, and their limits."""

from cxcase.settings.assumptions import UNITS, Assumption, in_force
from cxcase.settings.known_choices import (
    DECISIONS,
    EMPLOYEES_ANSWERED,
    ID_RULES,
    K_MIN_FLOOR,
    METRICS,
    PHASES,
    UNDECIDED,
    Audience,
    DeckKind,
    Every,
    Metric,
)
from cxcase.settings.settings_of_case import OF_DECK, Settings
from cxcase.settings.step_edits import cells_by_step

__all__ = [
    "DECISIONS",
    "EMPLOYEES_ANSWERED",
    "ID_RULES",
    "K_MIN_FLOOR",
    "METRICS",
    "OF_DECK",
    "PHASES",
    "UNDECIDED",
    "UNITS",
    "Assumption",
    "Audience",
    "DeckKind",
    "Every",
    "Metric",
    "Settings",
    "cells_by_step",
    "in_force",
]
