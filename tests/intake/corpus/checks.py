"""A line of the table beside what came out: every difference as a sentence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pandas as pd

from corpus.table import Line
from cxcase.intake import Case, Parsed, ParsedTable
from cxcase.intake.sandbox.protocol import table_of

PRIVATE = (
    "198.51.100.",
    "@mail.test",
    "Wibberley",
)  # what every address and name in the corpus holds
_COUNTS = {"read": "rows_read", "accepted": "rows_accepted", "set_aside": "rows_set_aside"}
_TOLERANCE = 1e-6


def differences(lines: Sequence[Line], parsed: Parsed) -> list[str]:
    """What differs between a file's lines and what `parse` gave."""
    found: list[str] = []
    free = list(parsed.tables)
    for line in lines:
        if line.get("error"):
            found.append(
                f"line {line.number}: error: expected {line.get('error')}, but the file was read"
            )
            continue
        table = _table_of(line, free)
        if table is None:
            seen = [(t.source.file, t.source.sheet, t.source.role) for t in parsed.tables]
            found.append(f"line {line.number}: no such table among {seen}")
            continue
        free.remove(table)
        found += [f"line {line.number}: {d}" for d in _of_table(line, table, parsed)]
    found += [
        f"a table that no line names: {t.source.sheet} as {t.source.role}"
        for t in free
        if t.source.role
    ]
    return found + always(parsed)


def _table_of(line: Line, tables: Sequence[ParsedTable]) -> ParsedTable | None:
    """The table the line is about: by sheet (or file in a zip) and role, else by sheet alone."""
    sheet = line.get("sheet")
    role = line.get("role")
    here = [
        t
        for t in tables
        if sheet is None or t.source.sheet == sheet or t.source.file.endswith(sheet)
    ]
    fits = [t for t in here if role is None or (t.source.role or "none") == role]
    return next(iter(fits or here), None)


def _of_table(line: Line, table: ParsedTable, parsed: Parsed) -> Iterator[str]:
    source = table.source
    plain = {"role": source.role or "none", "format": source.format}
    plain |= {column: str(getattr(source, field)) for column, field in _COUNTS.items()}
    for column, value in plain.items():
        if line.get(column) not in (None, value):
            yield f"{column}: expected {line.get(column)}, found {value}"
    if line.get("role") not in (None, plain["role"]):
        return  # nothing below would say more
    yield from _reasons(line, source.reasons)
    for item in line.items("columns"):
        field, _, heading = item.partition("=")
        if field.startswith("no "):
            if field.removeprefix("no ") in source.columns:
                yield f"columns: expected {item}, found {source.columns[field.removeprefix('no ')]}"
        elif field not in source.columns or (heading and source.columns[field] != heading):
            yield f"columns: expected {item}, found {dict(source.columns)}"
    gone = {_bare(h) for h in source.dropped_columns}
    for heading in line.items("dropped"):
        if _bare(heading) not in gone:
            yield f"dropped: expected {heading}, found {source.dropped_columns}"
    yield from _codes(line, {m.code for m in (*source.messages, *parsed.findings)})
    yield from _values(line, lambda item: _of_rows(item, table, parsed))


def _bare(heading: str) -> str:
    """The heading without spaces and case: Qualtrics writes one column as IPAddress and as IP
    Address.
    """
    return "".join(heading.split()).casefold()


def _reasons(line: Line, found: Any) -> Iterator[str]:
    """All reasons with their counts; after "…" others may be there too."""
    items = line.items("reasons")
    if not items:
        return
    expected = {r: int(n) for r, n in (item.split("=") for item in items if item != "…")}
    seen = {r: n for r, n in found.items() if r in expected} if "…" in items else dict(found)
    if seen != expected:
        yield f"reasons: expected {line.get('reasons')}, found {dict(found)}"


def _codes(line: Line, found: set[str]) -> Iterator[str]:
    for item in line.items("messages"):
        absent = item.startswith("no ")
        if (item.removeprefix("no ") in found) == absent:
            yield f"messages: expected {item}, found {sorted(found)}"


def _values(line: Line, look: Callable[[str], Any]) -> Iterator[str]:
    for item in line.items("values"):
        what, _, expected = item.partition("=")
        try:
            value = look(what)
        except (
            LookupError,
            AttributeError,
            ValueError,
            StopIteration,
            TypeError,
            FileNotFoundError,
        ) as error:
            yield f"values: {what}: not there ({type(error).__name__}: {error})"
            continue
        if not _same(value, expected):
            yield f"values: {what}: expected {expected or 'blank'}, found {shown(value)}"


def _same(value: Any, expected: str) -> bool:
    if isinstance(value, float) and expected:
        try:
            return abs(value - float(expected)) <= _TOLERANCE * max(1.0, abs(value))
        except ValueError:
            return False
    return shown(value) == expected


def shown(value: Any) -> str:
    """A value as the table writes it: yes/no, days as 2025-03-31, whole numbers without a point,
    blank as nothing.
    """
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(sorted(shown(v) for v in value))
    if value is None or value is pd.NaT or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, bool) or type(value).__name__ == "bool":
        return "yes" if value else "no"
    if isinstance(value, dt.date):
        midnight = not isinstance(value, dt.datetime) or value.time() == dt.time()
        return value.strftime("%Y-%m-%d" if midnight else "%Y-%m-%d %H:%M")
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _of_rows(what: str, table: ParsedTable, parsed: Parsed) -> Any:
    """The value that a short form asks for: `ease@2`, `sum revenue_start`, `scale ease`."""
    kind, _, name = what.partition(" ")
    frame = table.frame()
    if kind == "scale":
        return "-".join(f"{end:g}" for end in (table.scales[name].low, table.scales[name].high))
    if kind in ("sum", "count", "mean", "distinct"):
        return float(_summary(frame[name], kind))
    whole: dict[str, Callable[[], Any]] = {
        "rows": lambda: len(frame),
        "currency": lambda: table.currency,
        "turned": lambda: [
            str(f).removeprefix("moment:") for f in table.decisions.get("turned", ())
        ],
        "moments": lambda: [
            c.removeprefix("rating:") for c in frame if str(c).startswith("rating:")
        ],
        "moment_count": lambda: sum(str(c).startswith("rating:") for c in frame),
        "suppressed": lambda: table.suppressed_teams,
    }
    if what in whole:
        return whole[what]()
    field, _, row = what.rpartition("@")
    if field in ("aside", "found"):
        aside = next(
            a for a in parsed.set_aside if a.row == int(row) and a.sheet == table.source.sheet
        )
        return aside.reason if field == "aside" else aside.found
    return frame[field].iloc[int(row) - 1]


def _summary(values: pd.Series, kind: str) -> float:
    if kind == "distinct":
        return values.nunique()
    if kind == "count":
        return values.astype(bool).sum() if values.dtype == bool else values.notna().sum()
    return getattr(values.astype(float), kind)()


def case_differences(line: Line, case: Case) -> list[str]:
    """What differs between a line about files read together and the case they made."""
    found = list(_codes(line, {f.code for f in case.findings}))
    found += _values(line, lambda what: _of_case(what, case))
    return [f"line {line.number}: {d}" for d in found]


def _of_case(what: str, case: Case) -> Any:
    kind, _, name = what.partition(" ")
    if name and kind in ("sum", "count"):
        table, _, column = name.partition(".")
        return float(_summary(case.table(table)[column], kind))
    if what == "roles":
        return [str(s.role or "none") for s in case.sources]
    value: Any = case
    for part in what.split("."):
        value = getattr(value, part)
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def always(parsed: Parsed) -> list[str]:
    """What has to hold for every file: counts add up, nothing private is kept, no employee's answer
    comes out.
    """
    found = []
    for table in parsed.tables:
        s = table.source
        waiting = s.rows_read if s.question else 0
        if s.rows_waiting != waiting or s.rows_set_aside != sum(s.reasons.values()):
            found.append(
                f"{s.sheet}: {s.rows_read} read, {s.rows_accepted} accepted, set aside "
                f"{dict(s.reasons)}"
            )
        aside = [a for a in parsed.set_aside if (a.file, a.sheet) == (s.file, s.sheet)]
        alone = (
            sum((t.source.file, t.source.sheet) == (s.file, s.sheet) for t in parsed.tables) == 1
        )
        if s.role and alone and len(aside) != s.rows_set_aside:
            found.append(
                f"{s.sheet}: {len(aside)} rows listed as set aside, {s.rows_set_aside} counted"
            )
        if s.role == "ex" and (table.raw or any(a.found or a.column for a in aside)):
            found.append(f"{s.sheet}: answers of employees left the reading process")
    kept = repr(parsed) + "".join(_cells(table) for table in parsed.tables)
    return found + [f"private data was kept: {word}" for word in PRIVATE if word in kept]


def _cells(table: ParsedTable) -> str:
    """Everything that was written to disk for a table, as text."""
    frames = [table.frame()] if table.path else []
    if table.raw:
        kept = table_of(table.raw)
        frames.append(pd.DataFrame(dict(zip(kept.headings, map(list, kept.columns), strict=True))))
    return "".join(f"{list(f)}{f.to_csv()}" for f in frames)
