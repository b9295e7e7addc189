"""The best set of steps for the money."""

from cxcase.budget.alternatives import own_selection, stability
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
from cxcase.budget.choice_from_settings import EVERYONE, choice_of, plan_start, rules_of
from cxcase.budget.conflicts import Clash
from cxcase.budget.fit import fit_budget, recut, solved_plan
from cxcase.budget.frontier_cache import Ground, ground_of
from cxcase.budget.plan_details import milestones_alone, stand_beside
from cxcase.budget.result import (
    Alternative,
    Beside,
    Change,
    FrontierPoint,
    LeftOut,
    Milestone,
    Period,
    Pilot,
    Plan,
    Recut,
    Spread,
)

__all__ = [
    "EVERYONE",
    "Alternative",
    "Beside",
    "Capacity",
    "Change",
    "Choice",
    "Clash",
    "EarlyWin",
    "FixedBudget",
    "FrontierPoint",
    "Ground",
    "LeftOut",
    "Milestone",
    "MostCertain",
    "Period",
    "PeriodBudget",
    "Phase",
    "Phasing",
    "Pilot",
    "Plan",
    "Recut",
    "Rules",
    "SmallestBudgetFor",
    "Spread",
    "TargetReturn",
    "choice_of",
    "fit_budget",
    "ground_of",
    "milestones_alone",
    "own_selection",
    "plan_start",
    "recut",
    "rules_of",
    "solved_plan",
    "stability",
    "stand_beside",
]
