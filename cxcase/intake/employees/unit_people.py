"""The people behind rows of employees in figures by team: counted as in any employee survey."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cxcase.estimate import Floats, Ints
from cxcase.intake.employees.ex_people import NOBODY, Answers, codes_of, people_in
from cxcase.intake.employees.ex_waves import Days, asked_again, numbered_by_gaps
from cxcase.intake.tables.find_table import Table
from cxcase.intake.values.cells import read_ids
from cxcase.intake.values.dates import read_dates
from cxcase.intake.vocabulary.headings import STRONG, fields_of, fit

_EMPTY_DAYS = 14  # days without any answer that part two waves


def people_of_units(table: Table, used: Mapping[str, str], unit: Ints, ex: Floats) -> Ints:
    """How many people answered in each unit (and period); unit (n,): of each row, -1 for none.

    By the ids in the column that names employees, else the most answers in one wave, of which the
    column of days tells. used: field -> heading of columns that mean something else.
    """
    units = int(unit.max()) + 1
    days = _days(table, used)
    wave = numbered_by_gaps(days, _EMPTY_DAYS)
    again = asked_again(unit, wave, days)
    answers = Answers(unit, wave, days, people(table, used), {"ex": ex}, ex, False, again)
    waves, at = np.unique(wave, return_inverse=True)
    cell = np.where(unit >= 0, unit * len(waves) + at.reshape(-1), -1)
    by_wave = people_in(answers, cell, units * len(waves), ["ex"])
    over_all = people_in(answers, np.where(answers.who != NOBODY, unit, -1), units, ["ex"])
    most: Ints = np.maximum(by_wave.reshape(units, len(waves)).max(axis=1), over_all)
    return most


def people(table: Table, used: Mapping[str, str]) -> Ints:
    """The code of each row's employee (n,), NOBODY where no column tells."""
    heading = _named(table, used, "respondent_id")
    if heading is None:
        return np.full(len(table.rows), NOBODY, dtype=np.int64)
    return codes_of(list(read_ids(table.column(heading)).values))


def _days(table: Table, used: Mapping[str, str]) -> Days:
    heading = _named(table, used, "responded_at")
    if heading is None:
        return np.full(len(table.rows), np.datetime64("NaT", "us"))
    days: Days = read_dates(table.column(heading)).values
    return days


def _named(table: Table, used: Mapping[str, str], name: str) -> str | None:
    """The free column whose heading names this field of an employee survey."""
    field = fields_of("ex")[name]
    free = (heading for heading in table.headings if heading not in used.values())
    return next((heading for heading in free if fit(heading, field) >= STRONG), None)
