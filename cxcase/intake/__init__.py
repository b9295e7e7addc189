"""Bytes to checked, typed, keyed tables."""

from cxcase.intake.building import case_from_frames
from cxcase.intake.result import (
    ROLES,
    Base,
    Case,
    Joins,
    MomentColumn,
    Parsed,
    ParsedTable,
    Role,
    Scale,
    SetAside,
    Source,
    Upload,
)

__all__ = [
    "ROLES",
    "Base",
    "Case",
    "Joins",
    "MomentColumn",
    "Parsed",
    "ParsedTable",
    "Role",
    "Scale",
    "SetAside",
    "Source",
    "Upload",
    "case_from_frames",
]
