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
from cxcase.budget.conflicts import Conflict
from cxcase.budget.fit import fit_budget, recut, solved_plan
from cxcase.budget.frontier_cache import FrontierCache, solve_frontier
from cxcase.budget.plan_details import detail_plan, milestones_only
from cxcase.budget.result import (
    Alternative,
    Change,
    FrontierPoint,
    LeftOut,
    Milestone,
    Period,
    Pilot,
    Plan,
    PlanDetails,
    Recut,
    Spread,
)

__all__ = [
    "EVERYONE",
    "Alternative",
    "PlanDetails",
    "Capacity",
    "Change",
    "Choice",
    "Conflict",
    "EarlyWin",
    "FixedBudget",
    "FrontierPoint",
    "FrontierCache",
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
    "solve_frontier",
    "milestones_only",
    "own_selection",
    "plan_start",
    "recut",
    "rules_of",
    "solved_plan",
    "stability",
    "detail_plan",
]
