"""What changed between two versions of a case, and what each change did to its NPV."""

from cxcase.changes.causes import Cause, cause_files, causes, mixed, same_table
from cxcase.changes.npv_difference import (
    Difference,
    Part,
    figures_to_work_out,
    npv_difference,
)
from cxcase.changes.recompute import Figure, Recomputed, figure_key
from cxcase.changes.signatures import agreements, deciding, moved, rests_on
from cxcase.changes.split import EXACT, Coalition, Share, Split, Values, split

__all__ = [
    "EXACT",
    "Cause",
    "Coalition",
    "Difference",
    "Figure",
    "Part",
    "Recomputed",
    "Share",
    "Split",
    "Values",
    "agreements",
    "cause_files",
    "causes",
    "deciding",
    "figure_key",
    "figures_to_work_out",
    "mixed",
    "moved",
    "npv_difference",
    "rests_on",
    "same_table",
    "split",
]
