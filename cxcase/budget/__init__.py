"""The best set of steps for the money."""

from cxcase.budget.beside import Recut, own_selection, stability
from cxcase.budget.choice import (
    Capacity,
    Choice,
    EarlyWin,
    FixedBudget,
    MostCertain,
    PeriodBudget,
    Phase,
    Phasing,
    Rules,
    SmallestBudgetFor,
    TargetReturn,
)
from cxcase.budget.clash import Clash
from cxcase.budget.fit import fit_budget, recut
from cxcase.budget.result import Alternative, FrontierPoint, LeftOut, Plan

__all__ = [
    "Alternative",
    "Capacity",
    "Choice",
    "Clash",
    "EarlyWin",
    "FixedBudget",
    "FrontierPoint",
    "LeftOut",
    "MostCertain",
    "PeriodBudget",
    "Phase",
    "Phasing",
    "Plan",
    "Recut",
    "Rules",
    "SmallestBudgetFor",
    "TargetReturn",
    "fit_budget",
    "own_selection",
    "recut",
    "stability",
]
