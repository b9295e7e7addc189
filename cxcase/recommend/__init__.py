"""The sheet's steps, typed and checked against the moments they act on."""

from cxcase.recommend.chunking.cutting import Cutting, TeamStake
from cxcase.recommend.chunking.parts import CostRule, Part
from cxcase.recommend.evidence.kinds import KINDS
from cxcase.recommend.plan import plan_steps
from cxcase.recommend.result import (
    AsideStep,
    Candidate,
    CellEdit,
    Evidence,
    Grade,
    Kind,
    LiftEvidence,
    PooledEvidence,
    Registered,
    Step,
    StepQuestion,
    StepRow,
    Steps,
    WaitingStep,
)

__all__ = [
    "KINDS",
    "AsideStep",
    "Candidate",
    "CellEdit",
    "CostRule",
    "Cutting",
    "Evidence",
    "Grade",
    "Kind",
    "LiftEvidence",
    "Part",
    "PooledEvidence",
    "Registered",
    "Step",
    "StepQuestion",
    "StepRow",
    "Steps",
    "TeamStake",
    "WaitingStep",
    "plan_steps",
]
