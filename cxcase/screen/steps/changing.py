"""What the page shows of each step's cells, and how what is typed into them is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from cxcase.errors import SettingsError
from cxcase.recommend import StepRow
from cxcase.report import Report, words
from cxcase.screen import session as sessions
from cxcase.screen.parts import plain, say
from cxcase.settings import Settings
from cxcase.settings.step_edits import (
    cells_by_step,
    free_id,
    with_added,
    with_cells,
    with_step_back,
    without_step,
)

LISTS = ("moment", "needs", "excludes", "teams")  # cells that hold several names


def keep(changed: Callable[[Settings], Settings]) -> None:
    """Changes the settings; what they cannot be is said and leaves all as it was."""
    try:
        settings = changed(sessions.current().settings)
    except SettingsError as error:
        st.toast(plain(words.error(error)))
        return
    sessions.change(settings=settings)


def rows_of(report: Report) -> tuple[StepRow, ...]:
    """The rows of the table of steps."""
    return report.steps.rows if report.steps else ()


def shown(row: StepRow) -> dict[str, str]:
    """The row's cells as they are on the page: what was typed stands where it was typed, also where
    it does not count.
    """
    typed = cells_by_step(sessions.current().settings.step_cells).get(row.name, {})
    return {**row.cells, **typed}


def type_cells(row: StepRow, cells: Mapping[str, str], why: str | None = None) -> None:
    """Keeps what was typed into cells of a row; a cell as the list has it is no change."""
    before = shown(row)
    new = {name: text for name, text in cells.items() if not same(name, text, before.get(name, ""))}
    settled = {
        name: None if same(name, text, row.listed.get(name, "")) else text
        for name, text in new.items()
    }
    if settled:
        keep(lambda settings: with_cells(settings, row.name, settled, why))


def put_back(row: StepRow) -> None:
    """All cells of a row as the list has them."""
    typed = cells_by_step(sessions.current().settings.step_cells).get(row.name, {})
    keep(lambda settings: with_cells(settings, row.name, dict.fromkeys(typed)))


def add(report: Report, cells: Mapping[str, str], like: StepRow | None = None) -> str:
    """Adds a step below the list with these cells, and gives its id."""
    taken = [row.id for row in (*rows_of(report), *(report.steps.removed if report.steps else ()))]
    taken += sessions.current().settings.added_steps
    id = free_id(taken, like.id if like else "N")
    filled = {name: text for name, text in cells.items() if text.strip()}
    filled.setdefault("title", words.say("pages.recommendations.new_step"))
    keep(lambda settings: with_added(settings, id, filled))
    return id


def duplicate(report: Report, row: StepRow) -> str:
    """Adds a step with the cells of another."""
    title = words.say("pages.recommendations.copy_of", title=row.title)
    return add(report, {**shown(row), "title": title}, row)


def remove(row: StepRow) -> None:
    """Takes a step out."""
    keep(lambda settings: without_step(settings, row.name))


def bring_back(row: StepRow) -> None:
    """Puts a step of the list back that was taken out."""
    keep(lambda settings: with_step_back(settings, row.name))


def same(name: str, one: str, other: str) -> bool:
    """True where two texts of a cell say the same."""
    if name in LISTS:
        return names_in(one) == names_in(other)
    return one.strip() == other.strip()


def names_in(text: str) -> list[str]:
    """The names that a cell holds."""
    return [name for part in text.split(";") if (name := part.strip())]


def joined(names: Sequence[str]) -> str:
    """Names as one cell holds them."""
    return "; ".join(names)


def say_fault(report: Report, row: StepRow, name: str) -> str | None:
    """What is wrong with what was typed into a cell, and how to mend it."""
    edits = report.steps.edits if report.steps else ()
    for finding in report.findings:
        params = finding.params
        if params.get("id") == row.id and params.get("field") == name and "typed" in params:
            told = words.finding(finding, report.currency)
            return plain(f"{told.what} {told.do or ''}".strip())
    faulty = any(edit.step == row.id and edit.field == name and edit.fault for edit in edits)
    return say("recommendations.cell_faulty") if faulty else None
