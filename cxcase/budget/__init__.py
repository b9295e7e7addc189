"""The best set of steps for the money."""

from cxcase.budget.result import FixedBudget, FrontierPoint, LeftOut, Phase, Plan

__all__ = ["FixedBudget", "FrontierPoint", "LeftOut", "Phase", "Plan"]
