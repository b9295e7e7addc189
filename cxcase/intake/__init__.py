"""Bytes to checked, typed, keyed tables.

Names are loaded when first used: the reading process needs few of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cxcase.intake.case.assemble import assemble
    from cxcase.intake.case.build import case_from_frames
    from cxcase.intake.case.original_rows import original_rows
    from cxcase.intake.case.template_columns import BLANKS
    from cxcase.intake.case.templates import blank_workbook
    from cxcase.intake.key_question import KeyCandidate, KeyMatch, KeyQuestion
    from cxcase.intake.privacy.masking import MASKS, Names
    from cxcase.intake.privacy.small_groups import SmallGroups
    from cxcase.intake.read_files import look_together, parse, read, remap
    from cxcase.intake.recognition.recognise import lacks
    from cxcase.intake.result import (
        Base,
        Case,
        Decision,
        Growth,
        Joins,
        MomentColumn,
        Option,
        Parsed,
        ParsedTable,
        Reconciliation,
        SegmentBase,
        Suggestion,
        Upload,
        Verdict,
    )
    from cxcase.intake.roles.cx_comments import masked_text, with_masked_comments
    from cxcase.intake.roles.step_cells import TypedCells, read_evidence_cells, read_step_cells
    from cxcase.intake.sandbox.keep_tables import first_rows
    from cxcase.intake.schema import (
        ROLES,
        ColumnReading,
        Role,
        Scale,
        SetAside,
        Source,
    )
    from cxcase.intake.vocabulary.headings import fields_of
    from cxcase.intake.vocabulary.short_names import LONGEST_NAME

_HOME = {
    **dict.fromkeys(
        (
            *("ROLES", "ColumnReading", "Role", "Scale"),
            *("SetAside", "Source"),
        ),
        "schema",
    ),
    **dict.fromkeys(("KeyCandidate", "KeyMatch", "KeyQuestion"), "key_question"),
    "BLANKS": "case.template_columns",
    "LONGEST_NAME": "vocabulary.short_names",
    "MASKS": "privacy.masking",
    "Names": "privacy.masking",
    "SmallGroups": "privacy.small_groups",
    "assemble": "case.assemble",
    "blank_workbook": "case.templates",
    "case_from_frames": "case.build",
    "fields_of": "vocabulary.headings",
    "first_rows": "sandbox.keep_tables",
    "lacks": "recognition.recognise",
    "look_together": "read_files",
    "masked_text": "roles.cx_comments",
    "with_masked_comments": "roles.cx_comments",
    "original_rows": "case.original_rows",
    "parse": "read_files",
    "read": "read_files",
    "read_evidence_cells": "roles.step_cells",
    "read_step_cells": "roles.step_cells",
    "remap": "read_files",
    "TypedCells": "roles.step_cells",
}

__all__ = [
    "BLANKS",
    "LONGEST_NAME",
    "MASKS",
    "ROLES",
    "Base",
    "Case",
    "ColumnReading",
    "Decision",
    "Growth",
    "Joins",
    "KeyCandidate",
    "KeyMatch",
    "KeyQuestion",
    "MomentColumn",
    "Names",
    "Option",
    "Parsed",
    "ParsedTable",
    "Reconciliation",
    "Role",
    "Scale",
    "SegmentBase",
    "SetAside",
    "SmallGroups",
    "Source",
    "Suggestion",
    "TypedCells",
    "Upload",
    "Verdict",
    "assemble",
    "blank_workbook",
    "case_from_frames",
    "fields_of",
    "first_rows",
    "lacks",
    "look_together",
    "masked_text",
    "original_rows",
    "parse",
    "read",
    "read_evidence_cells",
    "read_step_cells",
    "remap",
    "with_masked_comments",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'cxcase.intake' has no attribute {name!r}")
    return getattr(import_module(f"cxcase.intake.{_HOME.get(name, 'result')}"), name)
