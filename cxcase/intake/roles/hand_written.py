"""The two sheets people write by hand, typed: recommendations and case studies.

A recommendation keeps its row whatever its cells say: what is no figure stays as it was written and
becomes a question.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cxcase.estimate import Bools, Floats
from cxcase.intake.roles.amounts import currency_named, in_heading
from cxcase.intake.roles.currencies import first_currency
from cxcase.intake.schema import EXTRA, SAID
from cxcase.intake.tables.row_filter import Sieve, Typed, drop_furniture, kept
from cxcase.intake.values.cells import (
    array_of,
    read_ids,
    read_lists,
    read_numbers,
    read_texts,
    sign_of,
)
from cxcase.intake.values.column import Column
from cxcase.intake.values.sizes_in_words import read_count
from cxcase.intake.values.written_figures import (
    Cost,
    CostColumn,
    Span,
    read_cost,
    read_lift,
    read_months,
    score_named,
)
from cxcase.intake.values.yes_no import read_flags
from cxcase.intake.vocabulary.headings import Field, fields_of, personal
from cxcase.intake.vocabulary.money_headings import months_of, times_a_year
from cxcase.intake.vocabulary.money_spans import MONTHS_OF
from cxcase.intake.vocabulary.scale_hints import labelled_scale

_LISTS = {"needs", "excludes", "part_of", "teams"}
# evidence that is only told needs no effect
_TOLD = re.compile(r"voice|complaint|press\b|competitor|prospect|lost bid", re.IGNORECASE)
_WORDS = {
    "ease": ("ease",),
    "ex": ("ex", "employees", "employee", "engagement", "people", "staff", "team"),
    "moment": ("", "moment", "moments", "moment of truth", "moments of truth", "touchpoint"),
}
_ACTS_ON = {word: target for target, words in _WORDS.items() for word in words}
_COSTS = ("one_off_cost", "yearly_cost")
_ENDS = ("cost_low", "cost_high")
_LIFTS = ("lift_low", "lift_likely", "lift_high")
_FIGURES = ("number", "written", "money")
_NOTHING = {"-", "–", "—", ".", "n/a", "na", "n.a.", "none", "null", "nil", "nan", "k.a."}
_NO_IDS = 0.5  # a column whose ids are no more distinct than this names groups, not steps
_OF_POINTS = re.compile(r"\b(lift|uplift|points?|pts|punkte|gain|improvement)\b", re.IGNORECASE)
_WEEKS = re.compile(r"\b(weeks?|wks?|wochen?|semaines?|semanas?)\b", re.IGNORECASE)
_PERCENT = re.compile(r"%|\bper\s?cent\b|\bprozent\b", re.IGNORECASE)


def type_sheet(sieve: Sieve, role: str, columns: Mapping[str, str]) -> Typed:
    """Of studies the rows with a source and a figure, of steps all that name themselves."""
    if role == "recommendations":
        return _recommendations(sieve, columns)
    return _case_studies(sieve, columns)


def _recommendations(sieve: Sieve, columns: Mapping[str, str]) -> Typed:
    ids = _ids(sieve, columns.get("id"))
    titles = _texts(sieve, columns["title"])
    drop_furniture(sieve, sieve.table.column(columns.get("id", columns["title"])))
    titles = [title or id for title, id in zip(titles, ids, strict=True)]
    sieve.drop(_missing(titles), "title_missing", columns["title"])
    if "id" in columns:
        _drop_repeated(sieve, ids, columns["id"])
    data: dict[str, Any] = {"id": ids, "title": titles}
    data |= _plain_columns(sieve, columns)
    data |= _costs(sieve, columns)
    data |= _lifts(sieve, columns)
    data |= _months(sieve, columns)
    data |= _other_texts(sieve, columns)
    money = [sieve.table.column(columns[name]) for name in _COSTS if name in columns]
    typed = {name: kept(values, sieve.alive) for name, values in data.items()}
    return Typed(typed, currency=first_currency(money))


def _case_studies(sieve: Sieve, columns: Mapping[str, str]) -> Typed:
    fields = fields_of("case_studies")
    drop_furniture(sieve, sieve.table.column(columns["source"]))
    data: dict[str, Any] = {}
    for name in (name for name in fields if name in columns):
        if fields[name].kind in _FIGURES:
            _, unread = _numbers(sieve, sieve.table.column(columns[name]))
            sieve.drop(unread, "not_a_number", columns[name])
        data[name] = _column(sieve, fields[name], columns[name])
    sieve.drop(_missing(data["source"]), "source_missing", columns["source"])
    sieve.drop(
        _without_figure(data), "effect_missing", columns.get("effect", columns.get("likely"))
    )
    return Typed({name: kept(values, sieve.alive) for name, values in data.items()})


def _without_figure(data: Mapping[str, Any]) -> Bools:
    """Rows with neither an effect nor an estimate that are not of a kind that is only told."""
    kinds = data.get("kind", [""] * len(data["source"]))
    lacking = np.array([not _TOLD.search(kind or "") for kind in kinds], dtype=bool)
    for name in {"effect", "likely"} & set(data):
        lacking &= _missing(data[name])
    return lacking


# ---- columns of plain kinds ----------------------------------------------------------------------


def _plain_columns(sieve: Sieve, columns: Mapping[str, str]) -> dict[str, Any]:
    """The columns whose cells are texts, lists, marks or plain numbers."""
    fields = fields_of("recommendations")
    apart = {"id", "title", "months_to_deliver", *_COSTS, *_ENDS, *_LIFTS}
    data = {
        name: _column(sieve, fields[name], columns[name])
        for name in fields
        if name in columns and name not in apart
    }
    if "acts_on" in data:
        data["acts_on"] = [_acts_on(text) for text in data["acts_on"]]
    if "moment" in data:
        data["moment"] = [_one_list(text) for text in data["moment"]]
    return data


def _column(sieve: Sieve, field: Field, heading: str) -> Any:
    cells = sieve.table.column(heading)
    if field.kind in _FIGURES:
        values, unread = _numbers(sieve, cells)
        sieve.blanked(unread, heading)
        return values * (in_heading(heading) if field.kind == "money" else 1.0)
    if field.kind == "flag":
        flags = read_flags(cells)
        sieve.blanked(flags.bad, heading)
        return np.array([bool(v) for v in flags.values], dtype=bool)
    if field.name in _LISTS:
        return read_lists(cells).values
    return read_texts(cells).values


def _numbers(sieve: Sieve, cells: Column) -> tuple[Floats, Bools]:
    """(the column's numbers, also those written with words, "n=120", "0.4 points"; which cells
    give none).
    """
    found = read_numbers(cells, sieve.table.decimal)
    written = array_of(cells, read_count, float)
    values: Floats = np.where(found.bad, written, found.values)
    return values, found.bad & np.isnan(written)


def _texts(sieve: Sieve, heading: str) -> list[str | None]:
    return list(read_texts(sieve.table.column(heading)).values)


def _ids(sieve: Sieve, heading: str | None) -> list[str | None]:
    """The column's ids; none at all where its cells name groups of rows."""
    none: list[str | None] = [None] * len(sieve.table.rows)
    if heading is None:
        return none
    ids = list(read_ids(sieve.table.column(heading)).values)
    given = [id for id in ids if id is not None]
    if len(given) > 2 and len(set(given)) <= _NO_IDS * len(given):
        sieve.say("review", "ids_name_groups", column=heading)
        return none
    return ids


def _missing(values: Any) -> Bools:
    if isinstance(values, np.ndarray):
        return np.isnan(values)
    return np.array([v is None for v in values], dtype=bool)


def _acts_on(text: str | None) -> str:
    """What a step acts on where one word says it, "moment" where none does; else as written."""
    return _ACTS_ON.get((text or "").strip().lower(), text or "")


def _one_list(text: str | None) -> str | None:
    """The cell whole, ";" between what lines or semicolons part: names may hold other marks."""
    if text is None:
        return None
    return re.sub(r"\s*[;\n]\s*", ";", text.strip()) or None


def _drop_repeated(sieve: Sieve, ids: Sequence[str | None], heading: str) -> None:
    """Sets aside the rows whose id an earlier row has."""
    first: dict[str | None, int] = {}
    for k in np.flatnonzero(sieve.alive).tolist():
        first.setdefault(ids[k], k)
    repeated = [v is not None and first.get(v, k) != k for k, v in enumerate(ids)]
    sieve.drop(np.array(repeated, dtype=bool), "duplicate_id", heading)


def _other_texts(sieve: Sieve, columns: Mapping[str, str]) -> dict[str, Any]:
    """Columns of text that nothing was taken from: one of them may say where the steps act."""
    used = set(columns.values())
    free = [h for h in sieve.table.headings if h not in used and not personal(h)]
    texts = {h: sieve.table.column(h) for h in free}
    return {
        f"{EXTRA}{heading}": list(read_texts(cells).values)
        for heading, cells in texts.items()
        if cells.numbers is None and any(isinstance(v, str) for v in cells.values)
    }


# ---- costs, lifts and times as they are written --------------------------------------------------


def _cells(sieve: Sieve, columns: Mapping[str, str], name: str) -> list[Any]:
    """The cells of a field as they stand; all empty where the sheet has no such column."""
    if name not in columns:
        return [None] * len(sieve.table.rows)
    return list(sieve.table.column(columns[name]))


def _said(cell: Any) -> str | None:
    """What stands in a cell that holds something."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if cell is None or str(cell).strip().casefold() in _NOTHING:
        return None
    return " ".join(str(cell).split()) or None


def _costs(sieve: Sieve, columns: Mapping[str, str]) -> dict[str, Any]:
    """Both costs, their range, and what is open about them, from all four columns."""
    if not any(name in columns for name in (*_COSTS, *_ENDS)):
        return {}
    names = (*_COSTS, *_ENDS)
    of_columns = [_cost_column(sieve, columns.get(name, ""), name) for name in names]
    four = zip(*(_amounts(sieve, columns, name) for name in names), strict=True)
    rows = [_cost_row(cells, of_columns) for cells in four]
    data: dict[str, Any] = {
        name: np.array([row.get(name, np.nan) for row in rows], dtype=float) for name in names
    }
    data |= {f"{SAID}{name}": [row.get(f"{SAID}{name}") for row in rows] for name in _COSTS}
    return data


def _amounts(sieve: Sieve, columns: Mapping[str, str], name: str) -> list[Any]:
    """The cells of a cost; those of several years together stay words: nobody can say what falls
    into one.
    """
    cells = _cells(sieve, columns, name)
    heading = columns.get(name, "")
    if months_of(heading) in (None, MONTHS_OF["year"]):
        return _in_one_currency(cells, heading)
    return [cell if _said(cell) is None else f"{heading}: {_said(cell)}" for cell in cells]


def _in_one_currency(cells: list[Any], heading: str) -> list[Any]:
    """The cells of costs; those in another currency than the heading's, or than most, as words:
    nobody said what they are worth.
    """
    signs = [sign_of(cell) if isinstance(cell, str) else None for cell in cells]
    shown = [sign for sign in signs if sign is not None]
    if not shown:
        return cells
    main = currency_named(heading) or max(shown, key=shown.count)
    return [
        cell if sign in (None, main) else f"{sign}: {_said(cell)}"
        for cell, sign in zip(cells, signs, strict=True)
    ]


def _cost_column(sieve: Sieve, heading: str, name: str) -> CostColumn:
    yearly = name == "yearly_cost"
    times = times_a_year(heading) if yearly else 1.0
    return CostColumn(sieve.table.decimal, yearly, in_heading(heading), times)


def _cost_row(cells: Sequence[Any], columns: Sequence[CostColumn]) -> dict[str, Any]:
    """What the four cells of a row say together."""
    once, yearly, *ends = map(read_cost, cells, columns)
    row: dict[str, Any] = {}
    for name, cell, cost in zip(_COSTS, cells, (once, yearly), strict=False):
        if cost is None and (said := _said(cell)):
            row[f"{SAID}{name}"] = said
    both = _agreed(once, yearly)
    if both is None:
        row[f"{SAID}one_off_cost"] = " | ".join(filter(None, map(_said, cells[:2])))
        return row
    row |= _of_span(both.once, "one_off_cost", cells, ends=True)
    row |= _of_span(both.yearly, "yearly_cost", cells, ends=not row.get("one_off_cost"))
    given = zip(_ENDS, ends, strict=True)
    return row | {name: cost.once.middle for name, cost in given if cost and cost.once}


def _of_span(span: Span | None, name: str, cells: Sequence[Any], *, ends: bool) -> dict[str, Any]:
    """A cost; of a range its middle, how it is written and, where they are asked for, its ends."""
    if span is None:
        return {}
    if span.one:
        return {name: span.middle}
    said = " | ".join(filter(None, map(_said, cells[:2])))
    row = {name: span.middle, f"{SAID}{name}": said}
    if ends:
        row |= {"cost_low": span.low, "cost_high": span.high}
    return row


def _agreed(first: Cost | None, second: Cost | None) -> Cost | None:
    """What two cells say together; None where they contradict each other."""
    first = first or Cost()
    second = second or Cost()
    for one, other in ((first.once, second.once), (first.yearly, second.yearly)):
        if one and other and one != other:
            return None
    return Cost(first.once or second.once, first.yearly or second.yearly)


def _lifts(sieve: Sieve, columns: Mapping[str, str]) -> dict[str, Any]:
    """The three lifts, the score that they name, and what was written instead of points."""
    if not any(name in columns for name in _LIFTS):
        return {}
    share = {name: bool(_PERCENT.search(columns.get(name, ""))) for name in _LIFTS}
    three = zip(*(_cells(sieve, columns, name) for name in _LIFTS), strict=True)
    rows = [_lift_row(cells, share) for cells in three]
    likely = columns.get("lift_likely", "")
    if currency_named(likely) or _marks(likely):
        rows = [
            _no_points(row, cell)
            for row, cell in zip(rows, _cells(sieve, columns, "lift_likely"), strict=True)
        ]
    data: dict[str, Any] = {
        name: np.array([row.get(name, np.nan) for row in rows], dtype=float)
        for name in (*_LIFTS, "percent")
    }
    said = [f"{SAID}{name}" for name in ("lift_likely", "lift_on")]
    data |= {name: [row.get(name) for row in rows] for name in said}
    score = score_named(likely)
    if score is not None:  # the heading names it for all
        data[f"{SAID}lift_on"] = [row.get(f"{SAID}lift_on") or score for row in rows]
    return data


def _marks(heading: str) -> bool:
    """True for a heading of marks that say how large a lift is, "Impact (1-5)", not of points."""
    return labelled_scale(heading) is not None and not _OF_POINTS.search(heading)


def _no_points(row: dict[str, Any], cell: Any) -> dict[str, Any]:
    """The row with what was written in place of a lift: money, or a mark."""
    kept = {name: value for name, value in row.items() if name not in (*_LIFTS, "percent")}
    return kept | {f"{SAID}lift_likely": _said(cell)}


def _lift_row(cells: Sequence[Any], share: Mapping[str, bool]) -> dict[str, Any]:
    """What the three cells of a row say; of a range in the likely one its middle and its ends."""
    read = {name: read_lift(cell) for name, cell in zip(_LIFTS, cells, strict=True)}
    row: dict[str, Any] = {}
    likely = read["lift_likely"]
    said = _said(cells[1])
    if likely is None:
        row[f"{SAID}lift_likely"] = said
    elif likely.percent or share["lift_likely"]:
        sign = "" if likely.percent else " %"
        row |= {"percent": likely.points.middle, f"{SAID}lift_likely": f"{said}{sign}"}
    else:
        row |= {"lift_likely": likely.points.middle, f"{SAID}lift_on": likely.score}
        if not likely.points.one:
            ends = {"lift_low": likely.points.low, "lift_high": likely.points.high}
            row |= {**ends, f"{SAID}lift_likely": said}
    for name in ("lift_low", "lift_high"):
        end = read[name]
        if end is not None and not end.percent and not share[name]:
            row[name] = end.points.middle
    return row


def _in_weeks(cell: Any) -> Any:
    """A bare number under a heading of weeks, with its unit."""
    text = str(cell)
    return f"{text} weeks" if text.replace(".", "", 1).isdecimal() else cell


def _months(sieve: Sieve, columns: Mapping[str, str]) -> dict[str, Any]:
    """Months to deliver, of a range the longer, and what was written that gives none."""
    if "months_to_deliver" not in columns:
        return {}
    cells = _cells(sieve, columns, "months_to_deliver")
    if _WEEKS.search(columns["months_to_deliver"]):
        cells = [_in_weeks(cell) for cell in cells]
    read = [read_months(cell) for cell in cells]
    said = [
        _said(cell) if span is None or not span.one else None
        for cell, span in zip(cells, read, strict=True)
    ]
    values = np.array([np.nan if span is None else span.high for span in read], dtype=float)
    return {"months_to_deliver": values, f"{SAID}months_to_deliver": said}
