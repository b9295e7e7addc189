"""The sheet's steps, typed and checked against the moments they act on."""

from cxcase.recommend.plan import plan_steps
from cxcase.recommend.result import (
    AsideStep,
    Candidate,
    Evidence,
    Grade,
    Step,
    StepQuestion,
    Steps,
    WaitingStep,
)

__all__ = [
    "AsideStep",
    "Candidate",
    "Evidence",
    "Grade",
    "Step",
    "StepQuestion",
    "Steps",
    "WaitingStep",
    "plan_steps",
]
