"""An SPSS file (.sav, .zsav) as a sheet: questions as headings, marks with their labels."""

from __future__ import annotations

import datetime as dt
import io
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cxcase.errors import InputError
from cxcase.intake.files.sheet import Sheet
from cxcase.intake.files.zip_parts import MAX_CELLS
from cxcase.intake.schema import ROLES
from cxcase.intake.vocabulary.answer_words import known, meaning
from cxcase.intake.vocabulary.headings import STRONG, fields_of, fit
from cxcase.intake.vocabulary.scale_hints import labelled_scale

Labels = Mapping[float, str]
UNANSWERED = "no answer"
_ROLES = tuple(r for r in ROLES if r != "units")
_FIRST_DAY = dt.datetime(1582, 10, 14)  # SPSS counts seconds from here
_PERIODS = ("MOYR", "QYR", "WKYR")  # formats of days that the library hands on as seconds
# the ends that usual scales have
_LOWS = (0, 1)
_HIGHS = (4, 5, 6, 7, 10, 100)
_MOST = 10  # the highest mark of a question without labels
_YES_NO = 2  # labels in a set that is a choice of two, not a scale
_QUALTRICS = {
    "responseid",
    "startdate",
    "enddate",
    "recordeddate",
    "finished",
    "progress",
    "durationinseconds",
}
_ENOUGH = 3  # of these variables make it an export of Qualtrics


@dataclass(frozen=True)
class _Variable:
    """One variable as the file's author describes it."""

    name: str
    label: str  # the question
    labels: Labels  # of values
    missing: Sequence[Mapping[str, Any]]  # ranges of values, "lo" to "hi"
    measure: str  # nominal, ordinal, scale or unknown

    def is_missing(self, value: Any) -> bool:
        """True for a value that the file's author declared to be missing."""
        if isinstance(value, str):
            return any(value == r["lo"] for r in self.missing)
        ranges = (r for r in self.missing if not isinstance(r["lo"], str))
        return any(r["lo"] <= value <= r["hi"] for r in ranges)

    def marks(self) -> dict[float, str]:
        """The labelled values that are answers: not declared missing, nor labelled no answer."""
        return {
            v: text
            for v, text in self.labels.items()
            if isinstance(v, int | float) and not self.is_missing(v) and not _says_nothing(text)
        }


def read_spss(name: str, data: bytes) -> tuple[Sheet, ...]:
    """One sheet without a name, its headings in row 1. Raises InputError: damaged, or too large."""
    values, about = _read(name, data)
    for variable, shown in about.original_variable_types.items():
        if shown.startswith(_PERIODS):
            values[variable] = _cells(values[variable], _moment)
    variables = [_variable(v, about) for v in about.column_names]
    shared = Counter(_set_of(v) for v in variables if len(v.marks()) > _YES_NO)
    columns = []
    headings = []
    for variable in variables:
        cells = values[variable.name]
        scale = _is_scale(variable, cells, shared[_set_of(variable)] > 1)
        headings.append(_heading(variable, scale))
        columns.append(_cells(cells, _reader(variable, scale, _rated(variable, cells, scale))))
    rows = [headings, *map(list, zip(*columns, strict=True))]
    return (Sheet(None, rows, format=_tool(about.column_names)),)


def _read(name: str, data: bytes) -> tuple[dict[str, list[Any]], Any]:
    import pyreadstat

    broken = (
        pyreadstat.ReadstatError,
        pyreadstat.PyreadstatError,
        ValueError,
        KeyError,
        OverflowError,
        OSError,
    )
    try:
        _, about = pyreadstat.read_sav(io.BytesIO(data), output_format="dict", metadataonly=True)
        if (about.number_rows or 0) * len(about.column_names) > MAX_CELLS:
            raise InputError("too_large", file=name)
        return pyreadstat.read_sav(io.BytesIO(data), output_format="dict", user_missing=True)
    except broken:
        raise InputError("damaged_file", file=name) from None


def _variable(name: str, about: Any) -> _Variable:
    labels = about.variable_value_labels.get(name, {})
    return _Variable(
        name,
        _spaced(about.column_names_to_labels.get(name) or ""),
        {value: _spaced(str(text)) for value, text in labels.items()},
        about.missing_ranges.get(name, ()),
        about.variable_measure.get(name, "unknown"),
    )


def _spaced(text: str) -> str:
    """The text with one space between words."""
    return " ".join(text.split())


def _set_of(variable: _Variable) -> tuple[tuple[float, str], ...]:
    return tuple(sorted(variable.marks().items()))


def _says_nothing(text: str) -> bool:
    return bool(text) and meaning(text) is not None


def _is_scale(variable: _Variable, cells: Sequence[Any], shared: bool) -> bool:
    """True when the labels name marks on a scale rather than kinds of things (a team, a segment,
    yes or no).

    They do when only some marks are named, when they are known words of rating scales, when the
    variable is declared ordinal, or when several questions share them.
    """
    marks = variable.marks()
    if len(marks) < _YES_NO or any(v != int(v) or not 0 <= v <= max(_HIGHS) for v in marks):
        return False
    if len({text.lower() for text in marks.values() if known(text)}) >= _YES_NO:
        return True
    unnamed = any(
        min(marks) < c < max(marks) and c not in marks for c in set(cells) if isinstance(c, float)
    )
    return unnamed or (len(marks) > _YES_NO and (shared or variable.measure == "ordinal"))


def _rated(variable: _Variable, cells: Sequence[Any], scale: bool) -> bool:
    """True for answers to a question, where a missing one is said; elsewhere it is just blank."""
    given = {c for c in set(cells) if c is not None and not variable.is_missing(c)}
    whole = all(isinstance(c, float) and c == int(c) and 0 <= c <= _MOST for c in given)
    return scale or bool(variable.labels) or (whole and bool(given))


def _heading(variable: _Variable, scale: bool) -> str:
    """The question, or the variable's name where only that is known; with the scale's ends."""
    named = variable.label and not (_known(variable.name) and not _known(variable.label))
    heading = variable.label if named else variable.name
    marks = variable.marks()
    if scale and labelled_scale(heading) is None and min(marks) in _LOWS and max(marks) in _HIGHS:
        heading += f" ({int(min(marks))}-{int(max(marks))})"
    return heading


def _known(text: str) -> bool:
    return any(fit(text, field) >= STRONG for role in _ROLES for field in fields_of(role).values())


def _reader(variable: _Variable, scale: bool, rated: bool) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if variable.missing and variable.is_missing(value):
            return _unanswered(variable.labels.get(value, "")) if rated else None
        if value not in variable.labels:
            return _plain(value)
        text = variable.labels[value]
        if text == _written(value):
            return value
        if scale and value in marks:
            return f"{value:g} - {text}"
        return text

    marks = variable.marks()
    return read


def _written(value: Any) -> str:
    """The value as a label would repeat it; text, which may have labels too, as it stands."""
    return value if isinstance(value, str) else f"{value:g}"


def _unanswered(label: str) -> str:
    return label if _says_nothing(label) else UNANSWERED


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return dt.datetime.combine(value, dt.time())
    return value


def _moment(seconds: float) -> Any:
    try:
        return _FIRST_DAY + dt.timedelta(seconds=seconds)
    except OverflowError:
        return None


def _cells(cells: Sequence[Any], read: Callable[[Any], Any]) -> list[Any]:
    """`read` of every cell, called once for each different value; None stays None."""
    distinct = dict.fromkeys(cells)
    found = {cell: None if cell is None or cell != cell else read(cell) for cell in distinct}
    return [found[cell] for cell in cells]


def _tool(names: Sequence[str]) -> str:
    plain = {"".join(c for c in n.lower() if c.isalnum()) for n in names}
    if len(plain & _QUALTRICS) >= _ENOUGH:
        return "qualtrics"
    return "spss"
