"""What the command line prints: the entries of `read`, and the few lines after `build`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from cxcase.errors import InputError
from cxcase.intake import Source
from cxcase.report import words
from cxcase.report.result import Report


def read_entry(source: Source) -> dict[str, Any]:
    """One entry of `read --json`: the table as it was recognised, its rows and what became of them."""
    return {
        "file": source.file,
        "sheet": source.sheet,
        "role": source.role,
        "role_confidence": round(source.role_confidence, 3),
        "format": source.format,
        "rows_read": source.rows_read,
        "rows_accepted": source.rows_accepted,
        "rows_set_aside": source.rows_set_aside,
        "reasons": dict(source.reasons),
        "columns": dict(source.columns),
        "dropped_columns": list(source.dropped_columns),
        "messages": [_sentence(words.finding(message)) for message in source.messages],
    }


def unreadable_entry(file: str, error: InputError) -> dict[str, Any]:
    """The entry of a file that holds no table we can read: no role, and the sentence that says why."""
    empty = Source(None, 0.0, file, None, "unreadable", 0, 0, 0, {}, {}, ())
    return {**read_entry(empty), "messages": [words.error(error)]}


def read_text(entries: Sequence[dict[str, Any]]) -> str:
    """The same entries for people: a block of lines per table."""
    return "\n\n".join("\n".join(_block(entry)) for entry in entries)


def summary(report: Report) -> str:
    """The answers of the pages that have one, then what fails, a line each."""
    lines = [report.answers[page] for page in ("data", "link", "moments", "home") if page in report.answers]
    lines += [f"✗ {row.what} {row.do}".rstrip() for row in words.findings(report) if row.status == "fail"]
    return "\n".join(dict.fromkeys(lines))


def refusal(code: str) -> str:
    """Why the data cannot carry a case, and what would unlock it."""
    reason = words.reason(code)
    return f"{reason.text} {reason.unlock}".strip()


def _sentence(row: words.Row) -> str:
    return f"{row.what} {row.do}".strip()


def _block(entry: dict[str, Any]) -> Iterator[str]:
    place = entry["file"] if entry["sheet"] is None else f"{entry['file']} › {entry['sheet']}"
    role = entry["role"] or "no table recognised"
    yield f"{place}: {role}" + (f" ({entry['role_confidence']:.0%} sure, {entry['format']})" if entry["role"] else "")
    if entry["rows_read"]:
        yield f"  {entry['rows_read']} rows read, {entry['rows_accepted']} accepted, {entry['rows_set_aside']} set aside"
    yield from (f"    {count} × {reason}" for reason, count in entry["reasons"].items())
    yield from (f"  {field} ← {heading}" for field, heading in entry["columns"].items())
    if entry["dropped_columns"]:
        yield f"  dropped: {', '.join(entry['dropped_columns'])}"
    yield from (f"  {message}" for message in entry["messages"])
