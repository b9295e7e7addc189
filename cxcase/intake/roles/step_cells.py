"""Cells of steps, or of evidence, that somebody typed on the page: read as a sheet's are."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from cxcase.intake.roles.hand_written import type_sheet
from cxcase.intake.schema import SAID
from cxcase.intake.tables.find_table import Table
from cxcase.intake.tables.row_filter import Sieve
from cxcase.intake.values.column import Column, tidy

_OWN = ("id", "title")  # taken as they are typed: a sheet's reading would drop a title "Total"
_MONEY = ("one_off_cost", "yearly_cost", "cost_low", "cost_high", "saving_per_year")
_FIGURES = (*_MONEY, "lift_low", "lift_likely", "lift_high", "months_to_deliver", "effort_days")
_TIMES = re.compile(r"\s*[×*]\s*|\s+x\s+")
_OF_EVIDENCE = ("effect", "low", "likely", "high", "se", "n", "sd", "year")
_HEADINGS = {"yearly_cost": "Cost a year", "months_to_deliver": "Months to deliver"}


@dataclass(frozen=True)
class TypedCells:
    """Cells of one step: by canonical column what they were read as, and which give no reading."""

    values: Mapping[str, Any]
    typed: Mapping[str, str]
    unread: frozenset[str] = frozenset()


def read_step_cells(cells: Mapping[str, str], currency: str | None = None) -> TypedCells:
    """What one step's cells say. cells: canonical field -> as typed; currency: of the case."""
    read = _read(tuple(cells.items()), currency)
    product = _product(cells.get("saving_per_year", ""), currency)
    if product is None:
        return read
    values = {**read.values, "saving_per_year": product}
    return replace(read, values=values, unread=read.unread - {"saving_per_year"})


def _product(text: str, currency: str | None) -> float | None:
    """How many times what one costs: "1,200 × £4.50"; None for a cell that is no such thing."""
    factors = [part.strip() for part in _TIMES.split(text)]
    if len(factors) < 2 or not all(factors):
        return None
    found = [_read((("saving_per_year", part),), currency) for part in factors]
    figures = [one.values.get("saving_per_year") for one in found if not one.unread]
    if len(figures) < len(factors) or None in figures:
        return None
    return math.prod(float(figure) for figure in figures if figure is not None)


@lru_cache(maxsize=2**12)
def read_evidence_cells(cells: tuple[tuple[str, str], ...]) -> TypedCells:
    """What one row of evidence says. cells: (canonical field, as typed)."""
    known = {field: tidy(text) for field, text in cells if text.strip()}
    table = Table(
        sheet=None,
        headings=tuple(known),
        columns=tuple(Column.of([cell]) for cell in known.values()),
        rows=np.array([1]),
        header_row=0,
    )
    found = type_sheet(Sieve(table), "case_studies", {name: name for name in known}).columns
    values = {name: _only(column) for name, column in found.items()}
    values["source"] = known.get("source")
    unread = {name for name in _OF_EVIDENCE if known.get(name) and values.get(name) is None}
    return TypedCells(values, dict(cells), frozenset(unread))


@lru_cache(maxsize=2**12)
def _read(cells: tuple[tuple[str, str], ...], currency: str | None) -> TypedCells:
    typed = dict(cells)
    known = {field: tidy(text) for field, text in cells}
    told = {field: text for field, text in known.items() if field not in _OWN}
    headings = {field: _heading(field, currency) for field in told}
    table = Table(
        sheet=None,
        headings=("Id", "Title", *headings.values()),
        columns=tuple(Column.of([cell]) for cell in ("1", "one", *told.values())),
        rows=np.array([1]),
        header_row=0,
    )
    sieve = Sieve(table)
    found = type_sheet(sieve, "recommendations", {"id": "Id", "title": "Title", **headings}).columns
    values = {name: _only(column) for name, column in found.items() if name not in _OWN}
    values |= {field: known[field] for field in _OWN if field in known}
    blanked = {one.params["column"] for one in sieve.findings if one.code == "cells_left_out"}
    unread = {field for field, heading in headings.items() if heading in blanked}
    unread |= {field for field in _FIGURES if told.get(field) and not _reads(field, values)}
    return TypedCells(values, typed, frozenset(unread))


def _heading(field: str, currency: str | None) -> str:
    """A heading that says no more of a cell than its field and the currency of the case."""
    name = _HEADINGS.get(field, field)
    if field in _MONEY and currency:
        return f"{name} ({currency})"
    return name


def _only(column: Any) -> Any:
    """The one cell of a column, None where it is empty."""
    value = column[0] if len(column) else None
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and value != value:
        return None
    return value


def _reads(field: str, values: Mapping[str, Any]) -> bool:
    """True where a figure came of a cell: its own, one a year in place of one, or a percentage."""
    if field in ("one_off_cost", "yearly_cost"):  # "3k a year" may stand in either
        return values.get(f"{SAID}{field}") is None or values.get(field) is not None
    if field == "lift_likely" and values.get("percent") is not None:
        return True
    return values.get(field) is not None
