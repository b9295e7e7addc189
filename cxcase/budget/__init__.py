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
from cxcase.budget.choice_from_settings import (
    EVERYONE,
    begin_again,
    choice_of,
    plan_start,
    rules_of,
)
from cxcase.budget.conflicts import Conflict
from cxcase.budget.fit import fit_budget, recut, solved_plan
from cxcase.budget.frontier_cache import FrontierCache, solve_frontier
from cxcase.budget.frozen import freeze_plan
from cxcase.budget.plan_details import detail_plan, milestones_only
from cxcase.budget.result import (
    Alternative,
    Change,
    FiscalYear,
    FrontierPoint,
    LeftOut,
    Milestone,
    OtherAsk,
    Period,
    Pilot,
    Plan,
    PlanDetails,
    Recut,
    Spread,
    Waiting,
)

__all__ = [
    "EVERYONE",
    "Alternative",
    "Capacity",
    "Change",
    "Choice",
    "Conflict",
    "EarlyWin",
    "FiscalYear",
    "FixedBudget",
    "FrontierCache",
    "FrontierPoint",
    "LeftOut",
    "Milestone",
    "MostCertain",
    "OtherAsk",
    "Period",
    "PeriodBudget",
    "Phase",
    "Phasing",
    "Pilot",
    "Plan",
    "PlanDetails",
    "Recut",
    "Rules",
    "SmallestBudgetFor",
    "Spread",
    "TargetReturn",
    "Waiting",
    "begin_again",
    "choice_of",
    "detail_plan",
    "fit_budget",
    "freeze_plan",
    "milestones_only",
    "own_selection",
    "plan_start",
    "recut",
    "rules_of",
    "solve_frontier",
    "solved_plan",
    "stability",
]
