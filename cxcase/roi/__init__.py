"""What each step returns, month by month."""

from cxcase.roi.result import Model, Npv, Returns, StepReturn

__all__ = ["Model", "Npv", "Returns", "StepReturn"]
