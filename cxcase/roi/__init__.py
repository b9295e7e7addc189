"""What each step returns, month by month."""

from cxcase.roi.cashflow import Flows
from cxcase.roi.result import Model, Npv, Returns, StepReturn
from cxcase.roi.value import value_steps

__all__ = ["Flows", "Model", "Npv", "Returns", "StepReturn", "value_steps"]
