"""What is still open about a case's data, the question that unlocks most first.

Nothing is asked here and nothing answered: a screen draws the first one, a command line or a
notebook may list them all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from cxcase.checks import Finding
from cxcase.intake import Case, Decision, Option, Role, Source, Suggestion
from cxcase.report.result import Report
from cxcase.settings import METRICS, UNDECIDED

Kind = Literal[
    "table", "unknown_table", "key", "column", "start", "decision", "same", "scale", "whole"
]
Unlocks = Literal["list", "survey", "engagement", "matches", "scales", "steps", "certainty"]

# what a question unlocks, most first: without a list there is no figure at all
_ORDER: tuple[Unlocks, ...] = (
    "list",
    "survey",
    "engagement",
    "matches",
    "scales",
    "steps",
    "certainty",
)
_OF_ROLE: dict[Role | None, Unlocks] = {
    "cx": "survey",
    "ex": "engagement",
    "units": "engagement",
    "recommendations": "steps",
    "case_studies": "steps",
}
_MONEY = (
    "customers",
    "revenue_start",
    "churned_revenue",
)  # totals of an option that figures hang on
_HARDLY = 0.01  # of a total: what moves it less is no question, and stands among what was taken
_NEARLY = "nearly_recognised"
_UNSURE = "role_unsure"
MOMENT = "moment:"  # how the field of a rated moment begins
_LEFT_OUT = "not_used"  # somebody said that the table is none of ours
_SCALE = "scale_assumed"
_TELLS_OF = {"no_year_by_responses": "revenue_years"}  # a finding -> the decision it tells of
_TIE = "rating_tie"  # one question was taken for the score, others could be it about as well
# what no table says, though some column of one may: the fields that would, by the table's role
_UNSAID: Mapping[str, Mapping[Role | None, tuple[str, ...]]] = {
    "no_revenue_anywhere": {
        "customers": ("revenue_start", "revenue_end"),
        "customer_facts": ("revenue_start", "revenue_end"),
    },
    "no_fate_anywhere": {
        "customers": ("churn_date", "churned"),
        "customer_facts": ("churn_date", "churned"),
        "subscriptions": ("end_date", "status"),
    },
}


@dataclass(frozen=True)
class OpenQuestion:
    """One thing that only a person can settle.

    name: stable while it is open, so that it can be put off. place: of its table among the case's
    sources. fields: what a table still lacks. Exactly the part that its kind speaks of is given.
    """

    kind: Kind
    name: str
    unlocks: Unlocks
    rows: int = 0  # how many rows or customers it touches
    place: int | None = None
    role: Role | None = None
    fields: tuple[str, ...] = ()
    decision: Decision | None = None
    same: tuple[Suggestion, ...] = ()
    finding: Finding | None = field(default=None, compare=False)


def open_questions(report: Report) -> tuple[OpenQuestion, ...]:
    """All that is open about the data of the report, what unlocks most first."""
    return questions_of(report.case)


def questions_of(case: Case) -> tuple[OpenQuestion, ...]:
    """All that is open about the data of a case: what unlocks most first, of two that unlock the
    same the one that touches more rows.
    """
    found = [
        *_of_tables(case.sources),
        *_unsaid(case.findings, case.sources),
        *_start(case.findings),
        *_of_decisions(case.decisions, case.findings),
        *_of_spellings(case.suggestions),
    ]
    return tuple(sorted(found, key=lambda asked: (_ORDER.index(asked.unlocks), -asked.rows)))


def needed_for(questions: Sequence[OpenQuestion], page: str) -> tuple[OpenQuestion, ...]:
    """Those of the questions that a page's figure waits for."""
    waits: dict[str, tuple[Unlocks, ...]] = {
        "recommendations": ("list", "survey", "steps"),
        "budget": ("list", "survey", "steps"),
        "deck": ("list", "survey", "steps"),
    }
    wanted = waits.get(page, ("list", "survey"))
    return tuple(asked for asked in questions if asked.unlocks in wanted)


# ---- tables: what they are, which column is their key, on what scale they were answered ----------


def _of_tables(sources: Sequence[Source]) -> Iterator[OpenQuestion]:
    given = frozenset[Role]().union(*(source.gives for source in sources))
    lacking = not ({"customers", "cx"} <= given or "units" in given)
    scored = any(not source.columns.keys().isdisjoint(METRICS) for source in sources)
    for place, source in enumerate(sources):
        name = f"{source.file}/{source.sheet or ''}"
        if source.question is not None:
            yield OpenQuestion(
                "key",
                f"key:{name}:{source.question.field}",
                _unlocked_by(source.role),
                source.rows_waiting,
                place,
                source.role,
                (source.question.field,),
            )
        elif source.role is None:
            yield from _what_is(source, place, name, lacking)
        if source.role == "cx":
            yield from _whole(source, place, name, scored)
        yield from _scales(source, place, name)


def _unlocked_by(role: Role | None) -> Unlocks:
    return _OF_ROLE.get(role, "list")


def _what_is(source: Source, place: int, name: str, lacking: bool) -> Iterator[OpenQuestion]:
    """A table that is nearly something; one that is nothing known, while a needed one lacks."""
    role: Role
    said = {message.code: message for message in source.messages}
    if _LEFT_OUT in said or not source.headings:
        return
    if _NEARLY in said:
        params = said[_NEARLY].params
        role = params["role"]
        missing = tuple(params["missing"])
        unlocks = _unlocked_by(role)
        yield OpenQuestion(
            "table", f"table:{name}", unlocks, source.rows_read, place, role, missing
        )
    elif _UNSURE in said:
        role = said[_UNSURE].params["role"]
        unlocks = _unlocked_by(role)
        yield OpenQuestion("table", f"table:{name}", unlocks, source.rows_read, place, role)
    elif lacking:
        yield OpenQuestion("unknown_table", f"table:{name}", "list", source.rows_read, place)


def _whole(source: Source, place: int, name: str, scored: bool) -> Iterator[OpenQuestion]:
    """Which question asks about the whole: where two could be it, and where no survey has one."""
    rows = source.rows_accepted
    for message in source.messages:
        if message.code == _TIE:
            metric = str(message.params["metric"])
            called = f"whole:{name}:{metric}"
            asks = (metric,)
            yield OpenQuestion(
                "whole", called, "certainty", rows, place, "cx", asks, finding=message
            )
    if not scored and any(field.startswith(MOMENT) for field in source.columns):
        yield OpenQuestion("whole", f"whole:{name}", "survey", rows, place, "cx", METRICS)


def _scales(source: Source, place: int, name: str) -> Iterator[OpenQuestion]:
    """Ratings whose scale nobody wrote down."""
    for message in source.messages:
        if message.code == _SCALE and source.role in ("cx", "ex"):
            columns = message.params["columns"]
            yield OpenQuestion(
                "scale",
                f"scale:{name}:{columns[0]}",
                "scales",
                source.rows_accepted,
                place,
                source.role,
                tuple(columns),
                finding=message,
            )


def _unsaid(findings: Sequence[Finding], sources: Sequence[Source]) -> Iterator[OpenQuestion]:
    """Which column says what no heading does: what customers pay, or who left."""
    for finding in findings:
        fields = _UNSAID.get(finding.code)
        if fields is None or finding.status != "fail":
            continue
        for place, source in enumerate(sources):
            free = set(source.headings) - set(source.columns.values())
            if source.role in fields and free:
                name = f"column:{source.file}/{source.sheet or ''}:{finding.code}"
                yield OpenQuestion(
                    "column",
                    name,
                    "list",
                    source.rows_read,
                    place,
                    source.role,
                    fields[source.role],
                    finding=finding,
                )


# ---- what the rows leave open --------------------------------------------------------------------


def _start(findings: Sequence[Finding]) -> Iterator[OpenQuestion]:
    """A year that is not over in the data, where an earlier one is."""
    for finding in findings:
        if (finding.code, finding.status) == ("window_not_complete", "fail"):
            if finding.params.get("latest"):
                yield OpenQuestion("start", "start", "list", finding=finding)
            return


def _of_decisions(
    decisions: Sequence[Decision], findings: Sequence[Finding]
) -> Iterator[OpenQuestion]:
    """What nobody decided yet: what figures wait for, and assumptions that move money."""
    told = {_TELLS_OF.get(finding.code, finding.code): finding for finding in findings}
    for decision in decisions:
        if decision.owned:
            continue
        waits = decision.chosen == UNDECIDED
        if waits or _moves_money(decision.options):
            name = f"decision:{decision.code}"
            unlocks: Unlocks = "list" if waits else "certainty"
            seen = told.get(decision.code)
            yield OpenQuestion(
                "decision", name, unlocks, decision.count, decision=decision, finding=seen
            )


def _moves_money(options: Sequence[Option]) -> bool:
    """True where the options come to customers or money that clearly differ."""
    for total in _MONEY:
        found = [value for option in options if (value := getattr(option, total)) is not None]
        if found and max(found) - min(found) > _HARDLY * max(map(abs, found)):
            return True
    return False


def _of_spellings(suggestions: Sequence[Suggestion]) -> Iterator[OpenQuestion]:
    """Spellings that may mean one thing, those of one kind and table asked about together."""
    together: dict[tuple[str, str], list[Suggestion]] = {}
    for item in suggestions:
        together.setdefault((item.kind, item.table), []).append(item)
    for (kind, table), items in together.items():
        rows = sum(item.count for item in items)
        name = f"same:{kind}:{table}:{items[0].found}"
        unlocks: Unlocks = "engagement" if (kind, table) == ("team", "ex") else "matches"
        yield OpenQuestion("same", name, unlocks, rows, same=tuple(items))
