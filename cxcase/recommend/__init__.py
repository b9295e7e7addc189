"""The sheet's steps, typed and checked against the moments they act on."""

from cxcase.recommend.plan import plan_steps
from cxcase.recommend.result import Evidence, Grade, Step, Steps

__all__ = ["Evidence", "Grade", "Step", "Steps", "plan_steps"]
