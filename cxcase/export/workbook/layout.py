"""Where the live inputs stand, so that the flows can point at them."""

from __future__ import annotations

from dataclasses import dataclass

from cxcase.export.workbook.book import letter

STEPS_HEAD = 3  # row of the column heads on "Steps"
STEP_COLUMNS = (
    "id",
    "title",
    "acts_on",
    "one_off",
    "yearly",
    "deliver",
    "lift",
    "needs",
    "chosen",
    "start_wish",
    "start",
    "check",
    "npv",
    "npv_app",
    "difference",
    "payback",
    "spend",
    "roi",
    "p10",
    "p50",
    "p90",
    "p_positive",
    "break_even",
    "grade",
    "owner",
    "pnl_line",
    "teams",
    "saving",
    "saving_kind",
    "cash",
    "goal",
)
CURVE_HEAD = 9  # row of the knots' column heads on "Curves"
CURVE_WIDTH = 5  # columns of a curve of its own, the last one empty


def curve_width(segments: int) -> int:
    """Columns from one curve to the next; with segments, a part each and what all earn between."""
    if not segments:
        return CURVE_WIDTH
    return CURVE_WIDTH + segments + 3


@dataclass(frozen=True)
class Layout:
    """References into "Steps" and "Curves". `titles` are the steps' titles, shortened."""

    titles: tuple[str, ...]

    def step_row(self, i: int) -> int:
        """The row of step i on "Steps"."""
        return STEPS_HEAD + 1 + i

    def step(self, i: int, column: str) -> str:
        """An absolute reference to one of a step's cells."""
        return f"Steps!${letter(STEP_COLUMNS.index(column))}${self.step_row(i) + 1}"

    def column(self, column: str) -> str:
        """An absolute reference to a column of all steps."""
        name = letter(STEP_COLUMNS.index(column))
        last = self.step_row(len(self.titles) - 1) + 1
        return f"Steps!${name}${self.step_row(0) + 1}:${name}${last}"

    def headroom(self, c: int) -> str:
        """The named cell with a curve's headroom."""
        return f"curve_{c + 1}_headroom"
