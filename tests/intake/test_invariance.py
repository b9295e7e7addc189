"""What must change nothing: order of rows and columns, blank rows and columns, other names. No row
is ever lost.
"""

from __future__ import annotations

import contextlib
import csv
import io
from typing import Any

import pandas as pd
import pytest
from corpus.register import content
from hypothesis import given, settings
from hypothesis import strategies as st
from make_files import customer_rows, survey_rows, text_dates

from cxcase.errors import InputError
from cxcase.intake.files.csv import read_delimited
from cxcase.intake.files.sheet import Sheet
from cxcase.intake.roles.type_table import Understood, understand_sheet
from cxcase.intake.schema import TOLD_UNTIL

RENAMED = {
    "Customer ID": ["Account No", "customer_ref", "Kundennummer"],
    "Team": ["Branch", "Depot", "Filiale"],
    "Revenue start": ["Opening ARR", "Annual revenue", "Umsatz Start"],
    "Revenue end": ["Closing ARR", "revenue_end", "Umsatz Ende"],
    "Churned": ["Lost", "has_left", "Gekündigt"],
    "Response date": ["Submitted at", "date", "Datum"],
    "Ease (1-7)": ["CES [1-7]", "How easy are we to do business with? 1-7", "Einfachheit (1-7)"],
}
_TABLES = (customer_rows(40), text_dates(survey_rows(40)))


def _read(rows: list[list[Any]]) -> Understood:
    return understand_sheet(Sheet("S", rows), "f.xlsx", None, None, 5)


def _frame(found: Understood) -> pd.DataFrame:
    assert found.typed is not None
    frame = pd.DataFrame(found.typed.columns).drop(columns=TOLD_UNTIL, errors="ignore")
    return frame.sort_values("customer_id", ignore_index=True)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(_TABLES), st.data())
def test_order_of_rows_and_columns(rows: list[list[Any]], data: st.DataObject) -> None:
    columns = data.draw(st.permutations(range(len(rows[0]))))
    order = data.draw(st.permutations(range(1, len(rows))))
    shuffled = [[rows[i][j] for j in columns] for i in [0, *order]]
    plain = _read(rows)
    other = _read(shuffled)
    assert other.source.columns == plain.source.columns
    pd.testing.assert_frame_equal(_frame(other), _frame(plain), check_like=True)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(_TABLES), st.data())
def test_blank_rows_and_columns_and_titles(rows: list[list[Any]], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(rows[0])))
    wider = [[*row[:at], None, *row[at:]] for row in rows]
    gap = data.draw(st.integers(1, len(rows) - 1))
    titles = data.draw(st.lists(st.sampled_from(["Export", "as at 1 May 2025", ""]), max_size=3))
    taller = [*[[t] for t in titles], *wider[:gap], [], [None] * 3, *wider[gap:]]
    pd.testing.assert_frame_equal(_frame(_read(taller)), _frame(_read(rows)))


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(_TABLES), st.data())
def test_other_names_for_the_same_columns(rows: list[list[Any]], data: st.DataObject) -> None:
    renamed = [data.draw(st.sampled_from([h, *RENAMED.get(h, [])])) for h in rows[0]]
    plain = _read(rows)
    other = _read([renamed, *rows[1:]])
    assert other.source.role == plain.source.role
    assert set(other.source.columns) == set(plain.source.columns)
    pd.testing.assert_frame_equal(_frame(other), _frame(plain))


KINDS = (
    "accounts.csv", "subscriptions.csv", "churn_events.csv", "revenue_by_month.csv", "units.csv",
    "employees_likert.csv", "employees_aggregates.csv", "survey_wide.csv", "survey_long.csv",
    "recommendations.csv", "case_studies.csv", "facts_survey.csv",
)  # fmt: skip  # a table of each role


def _of_kind(name: str) -> list[list[Any]]:
    """The table, without second rows of one id: of those the order decides which one counts."""
    text = content(name).decode("utf-8-sig")
    rows = list(
        csv.reader(io.StringIO(text), delimiter=";" if ";" in text.partition("\n")[0] else ",")
    )
    again = {a.row for a in _read(rows).set_aside if a.reason.startswith("duplicate")}
    return [row for k, row in enumerate(rows, 1) if k not in again]


def _same(found: Understood, plain: Understood, mapped_only: bool = False) -> None:
    """The same role, the same fields, and the same typed rows in whatever order."""
    assert (found.source.role, found.source.rows_read) == (
        plain.source.role,
        plain.source.rows_read,
    )
    assert found.source.reasons == plain.source.reasons
    assert set(found.source.columns) == set(plain.source.columns)
    if plain.typed is None or found.typed is None:
        assert found.typed is plain.typed
        return
    assert found.typed.scales == plain.typed.scales
    assert found.typed.currency == plain.typed.currency
    assert _questions(found) == _questions(plain)
    named_by_heading = ("extra:", "item:") if mapped_only else ()
    names = [n for n in plain.typed.columns if not n.startswith(named_by_heading)]
    assert set(names) <= set(found.typed.columns)
    texts = [
        sorted(zip(*([str(c) for c in f.typed.columns[n]] for n in names), strict=True))
        for f in (found, plain)
        if f.typed is not None
    ]
    assert texts[0] == texts[1]


def _questions(found: Understood) -> list[list[str]]:
    """The cells of each question of an employee survey, whatever it is called."""
    columns = found.typed.columns if found.typed else {}
    return sorted(sorted(str(c) for c in columns[n]) for n in columns if n.startswith("item:"))


@pytest.mark.parametrize("name", KINDS)
@settings(max_examples=5, deadline=None)
@given(st.data())
def test_order_of_rows_and_columns_of_every_kind(name: str, data: st.DataObject) -> None:
    rows = _of_kind(name)
    columns = data.draw(st.permutations(range(len(rows[0]))))
    order = data.draw(st.permutations(range(1, len(rows))))
    shuffled = [
        [row[j] if j < len(row) else "" for j in columns]
        for row in [rows[0], *(rows[i] for i in order)]
    ]
    _same(_read(shuffled), _read(rows))


@pytest.mark.parametrize("name", KINDS)
@settings(max_examples=5, deadline=None)
@given(st.data())
def test_blank_rows_and_columns_in_every_kind(name: str, data: st.DataObject) -> None:
    rows = _of_kind(name)
    at = data.draw(st.integers(0, len(rows[0])))
    blank = st.lists(st.sampled_from(["", " ", None, "\u00a0"]), max_size=len(rows[0]))
    wider = [[*row[:at], None, *row[at:]] for row in rows]
    for gap in data.draw(st.lists(st.integers(0, len(rows)), max_size=5)):
        wider.insert(gap, data.draw(blank))
    _same(_read(wider), _read(rows))


@pytest.mark.parametrize("name", KINDS)
@settings(max_examples=5, deadline=None)
@given(st.data())
def test_a_mapping_makes_up_for_any_names(name: str, data: st.DataObject) -> None:
    rows = _of_kind(name)
    plain = _read(rows)
    letters = st.text(st.characters(categories=["Ll", "Lu"]), min_size=3, max_size=9)
    unit = [f"{data.draw(letters)} q{j}" for j in range(len(rows[0]))]
    names = dict(zip(rows[0], unit, strict=True))
    columns = {field: names[heading] for field, heading in plain.source.columns.items()}
    entry = {
        "match": {"headings": unit},
        "role": plain.source.role,
        "columns": columns,
        "decisions": dict(plain.decisions),
    }
    renamed = Sheet("S", [unit, *rows[1:]])
    _same(
        understand_sheet(renamed, "f.xlsx", None, {"version": 1, "tables": [entry]}, 5),
        plain,
        mapped_only=True,
    )


_CELLS = st.one_of(
    st.none(),
    st.text(max_size=8),
    st.floats(allow_nan=True),
    st.integers(-5, 12),
    st.booleans(),
    st.dates(),
    st.sampled_from(
        ["N/A", "yes", "£1,200", "12/13/2025", "=1+1", "total", "example – delete", "00042", "x"]
    ),
)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(_TABLES),
    st.lists(st.tuples(st.integers(1, 40), st.integers(0, 4), _CELLS), max_size=25),
)
def test_rows_read_are_accepted_or_set_aside(
    rows: list[list[Any]], dirt: list[tuple[int, int, Any]]
) -> None:
    dirty = [list(row) for row in rows]
    for i, j, cell in dirt:
        dirty[i][j] = cell
    found = _read(dirty)
    assert found.source.role is not None
    assert found.source.rows_read == found.source.rows_accepted + found.source.rows_set_aside
    assert found.source.rows_set_aside == len(found.set_aside) == sum(found.source.reasons.values())
    assert len(found.rows) == found.source.rows_accepted
    accepted = {*found.rows} | {a.row for a in found.set_aside}
    filled = {
        i
        for i, row in enumerate(dirty[1:], start=2)
        if any(str(c).strip() for c in row if c is not None)
    }
    assert accepted <= filled | {i for i in accepted if i in {*found.rows}}


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_any_text_becomes_a_sheet_or_a_named_error(data: bytes) -> None:
    with contextlib.suppress(InputError):
        (sheet,) = read_delimited("f.csv", data)
        found = understand_sheet(sheet, "f.csv", None, None, 5)
        assert found.source.rows_read == found.source.rows_accepted + found.source.rows_set_aside
