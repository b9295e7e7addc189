"""The best set of steps for the money."""

from cxcase.budget.fit import fit_budget
from cxcase.budget.result import FixedBudget, FrontierPoint, LeftOut, Phase, Plan

__all__ = ["FixedBudget", "FrontierPoint", "LeftOut", "Phase", "Plan", "fit_budget"]
