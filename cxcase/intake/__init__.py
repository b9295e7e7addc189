"""Bytes to checked, typed, keyed tables."""

from cxcase.intake.result import ROLES, Base, Case, Joins, MomentColumn, Role, Scale, SetAside, Source

__all__ = ["ROLES", "Base", "Case", "Joins", "MomentColumn", "Role", "Scale", "SetAside", "Source"]
