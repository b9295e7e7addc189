"""What the command line prints: the entries of `read`, and the few lines after `build`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from fractions import Fraction
from typing import Any

from cxcase.checks import Finding
from cxcase.errors import InputError
from cxcase.intake import Case, Source
from cxcase.recommend import StepQuestion
from cxcase.report import words
from cxcase.report.adding_up import added_up, sentence
from cxcase.report.console_questions import decision_entries, questions_text
from cxcase.report.reader_locale import as_reader_writes
from cxcase.report.result import Report
from cxcase.settings import Settings

__all__ = [
    "kept",
    "questions_text",
    "read_entry",
    "read_text",
    "refusal",
    "since",
    "summary",
    "unreadable_entry",
]
# roles of tables that the customer list is made of
_OF_CUSTOMERS = ("customers", "customer_facts", "subscriptions", "revenue_periods")
_REVENUE_READ = (
    "revenue_start_read",
    "revenue_end_read",
    "revenue_by_billing_read",
    "revenue_of_periods_read",
)


def read_entry(source: Source, case: Case | None = None) -> dict[str, Any]:
    """One entry of `read --json`: the table as it was recognised and what became of its rows; of
    a table of customers also what the list comes to.
    """
    entry = {
        "file": source.file,
        "sheet": source.sheet,
        "role": source.role,
        "role_confidence": round(source.role_confidence, 3),
        "format": source.format,
        "rows_read": source.rows_read,
        "rows_accepted": source.rows_accepted,
        "rows_set_aside": source.rows_set_aside,
        "rows_waiting": source.rows_waiting,
        "reasons": dict(source.reasons),
        "columns": dict(source.columns),
        "dropped_columns": list(source.dropped_columns),
        "question": None if source.question is None else asdict(source.question),
        "matched": [asdict(match) for match in source.matched],
        "messages": [_sentence(words.finding(message)) for message in source.messages],
    }
    if case is not None and source.role in _OF_CUSTOMERS:
        entry["list"] = _together(case)
    return entry


def _together(case: Case) -> dict[str, Any]:
    """What the customer list comes to with all files, as `build` says it, or what is open."""
    if case.base is None:
        return {
            "customers": None,
            "revenue_start": None,
            "open": case.why_no_list,
            "decisions": decision_entries(case),
        }
    return {
        "customers": case.base.customers,
        "revenue_start": case.base.revenue_start,
        "t0": None if case.base.t0 is None else case.base.t0.isoformat(),
        "lost": case.base.churned,
        "currency": case.currency or Settings().currency,
        "read_from": _read_from(case),
        "open": None,
        "decisions": decision_entries(case),
    }


def _read_from(case: Case) -> list[str]:
    """From which columns the revenue comes, with the period and the unit of each."""
    said = [finding for finding in case.findings if finding.code in _REVENUE_READ]
    return [words.finding(finding, case.currency or Settings().currency).what for finding in said]


def unreadable_entry(file: str, error: InputError) -> dict[str, Any]:
    """The entry of a file without a table that we can read: no role, and why in a sentence."""
    empty = Source(None, 0.0, file, None, "unreadable", 0, 0, 0, {}, {}, ())
    return {**read_entry(empty), "messages": [words.error(error)]}


def read_text(entries: Sequence[dict[str, Any]]) -> str:
    """The same entries for people: a block of lines per table."""
    return "\n\n".join("\n".join(_block(entry)) for entry in entries)


@as_reader_writes
def summary(report: Report) -> str:
    """The answers of the pages that have one, then what fails, a line each."""
    lines = [
        report.answers[page]
        for page in ("data", "link", "moments", "home")
        if page in report.answers
    ]
    failed = [row for row in words.findings(report) if row.status == "fail"]
    lines += [words.say("console.failure", what=row.what, do=row.do).rstrip() for row in failed]
    lines += [_question(question) for question in (report.steps.questions if report.steps else ())]
    return "\n".join(dict.fromkeys(lines))


def _question(question: StepQuestion) -> str:
    """What the list of steps leaves open, and the option that answers it."""
    params = {"title": question.title, "row": question.row, "said": question.said}
    near = next(iter(question.near), None)
    asked = Finding("review", question.code, "recommendations", {**params, "suggestion": near})
    row = words.finding(asked)
    answer = f"{question.step}:{question.field}={near or '…'}"
    return words.say("console.question", what=row.what, do=row.do, answer=answer)


def since(changed: Mapping[str, Any], report: Report) -> str:
    """What changed since the case that a build goes on from, and what each change did."""
    titles = {item.step.id: item.step.title for item in report.ordered_steps}
    if "npv_mean" not in changed:
        reason = changed.get("reason")
        return refusal(reason) if reason else ""
    told = [
        [words.change(cause, report.currency, titles) for cause in part["causes"]]
        for part in changed["parts"]
    ]
    names = [
        words.changes_together(lines, [cause["about"] for cause in part["causes"]])
        for lines, part in zip(told, changed["parts"], strict=True)
    ]
    ends = [Fraction(changed["npv_mean"][end]) for end in ("before", "after")]
    parts = [Fraction(part["npv"]) for part in changed["parts"]]
    shown = added_up(ends[0], ends[1], parts, report.currency)
    if not names:
        return words.say("console.since_nothing")
    return words.say("console.since", what=sentence(names, shown))


def kept(named: str) -> str:
    """Where a case is kept."""
    return words.say("console.kept", named=named)


def refusal(code: str) -> str:
    """Why the data cannot carry a case, and what would unlock it."""
    reason = words.reason(code)
    return f"{reason.text} {reason.unlock}".strip()


def _sentence(row: words.Row) -> str:
    return f"{row.what} {row.do}".strip()


def _block(entry: dict[str, Any]) -> Iterator[str]:
    place = entry["file"] if entry["sheet"] is None else f"{entry['file']} › {entry['sheet']}"
    if entry["role"] is None:
        yield words.say("console.no_table", place=place)
    else:
        sure = entry["role_confidence"]
        tool = entry["format"]
        yield words.say("console.table", place=place, role=entry["role"], sure=sure, format=tool)
    if entry["rows_read"]:
        counts = {
            "read": entry["rows_read"],
            "accepted": entry["rows_accepted"],
            "aside": entry["rows_set_aside"],
        }
        yield words.say("console.rows", **counts)
    if entry["rows_waiting"]:
        yield words.say("console.waiting", count=entry["rows_waiting"])
    yield from (
        words.say("console.reason", count=n, reason=_why(code))
        for code, n in entry["reasons"].items()
    )
    yield from (
        words.say("console.column", field=f, heading=h) for f, h in entry["columns"].items()
    )
    if entry["dropped_columns"]:
        yield words.say("console.dropped", names=entry["dropped_columns"])
    yield from (f"  {message}" for message in entry["messages"])
    yield from _list(entry.get("list", {}))


def _list(found: dict[str, Any]) -> Iterator[str]:
    """What the customer list comes to, or what is open."""
    if found.get("customers") is not None:
        params = {name: found[name] for name in ("customers", "revenue_start")}
        yield words.say("console.list", found["currency"], **params)
        if found["t0"] is None:
            yield words.say("console.lost_undated", lost=found["lost"])
        else:
            yield words.say("console.lost", t0=found["t0"], lost=found["lost"])
        yield from (f"    {said}" for said in found["read_from"])
    elif found.get("open"):
        yield words.say("console.open", why=refusal(found["open"]))


def _why(code: str) -> str:
    path = f"set_aside.{code}.text"
    if words.has(path):
        return words.say(path)
    return code
