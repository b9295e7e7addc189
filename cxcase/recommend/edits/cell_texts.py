"""The cells of a row as texts, as a list of steps would have them."""

from __future__ import annotations

from typing import Any

from cxcase.recommend.asking import About
from cxcase.recommend.cells import Row
from cxcase.settings.step_edits import STEP_CELLS

# what an answer about a step says, by the cell that would say it
_CELL_OF = {
    "lift": "lift_likely",
    "cost": "one_off_cost",
    "yearly_cost": "yearly_cost",
    "months": "months_to_deliver",
}


def texts_of(row: Row) -> dict[str, str]:
    """Canonical field -> its text; of filled cells only, in the order people read them."""
    texts = {name: _text(row, name) for name in STEP_CELLS}
    return {name: text for name, text in texts.items() if text is not None}


def answered(row: Row, about: About) -> dict[str, str]:
    """`texts_of` with what was answered in place of what the row leaves open."""
    texts = texts_of(row)
    for answer, name in _CELL_OF.items():
        if answer in about.answers:
            texts[name] = number_text(float(about.answers[answer]))
    if "where" in about.answers:
        texts |= _place(str(about.answers["where"]))
    return {name: texts[name] for name in STEP_CELLS if texts.get(name)}


def number_text(value: float) -> str:
    """A figure as a cell has it: 0.4, 18000."""
    if value == int(value):
        return str(int(value))
    return repr(round(value, 10))


def _place(answer: str) -> dict[str, str]:
    """The cells that say where a step acts."""
    if answer in ("ease", "ex"):
        return {"acts_on": answer, "moment": ""}
    return {"acts_on": "moment", "moment": answer}


def _text(row: Row, name: str) -> str | None:
    if name in ("mandatory", "cash_releasing"):
        return "yes" if row.yes(name) else None
    value: Any = row.value(name)
    said = row.text(f"said:{name}")
    if name == "lift_likely" and row.number_of("percent") is not None:
        return said
    if value is None or isinstance(value, str):
        return row.text(name) or said
    text = number_text(float(value))
    score = row.text("said:lift_on")
    if name == "lift_likely" and score is not None:
        return f"{text} {score}"
    return text
