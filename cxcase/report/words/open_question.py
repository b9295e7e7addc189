"""Open questions as a colleague would put them: the question, what speaks for it, what waits."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from cxcase.intake import Source, Suggestion
from cxcase.report import format as fmt
from cxcase.report.open_questions import OpenQuestion
from cxcase.report.result import Report
from cxcase.report.words.messages import finding, suggestion
from cxcase.report.words.names import missing_field
from cxcase.report.words.texts import say

_UNLOCKS = {
    "list": "question.unlocks.list",
    "survey": "question.unlocks.survey",
    "engagement": "question.unlocks.engagement",
    "matches": "question.unlocks.matches",
    "scales": "question.unlocks.scales",
    "steps": "question.unlocks.steps",
    "certainty": "question.unlocks.certainty",
}
_SAME = {
    ("team", False): "question.same.team.one",
    ("team", True): "question.same.team.many",
    ("moment", False): "question.same.moment.one",
    ("moment", True): "question.same.moment.many",
    ("customer_id", False): "question.same.customer_id.one",
    ("customer_id", True): "question.same.customer_id.many",
}
_IS_KEY = {"customer_id": "question.key.customer_id.one", "team": "question.key.team.one"}
_WHICH_KEY = {"customer_id": "question.key.customer_id.which", "team": "question.key.team.which"}
_WHICH_COLUMN = {
    "no_revenue_anywhere": (
        "question.column.no_revenue_anywhere.what",
        "question.column.no_revenue_anywhere.about",
    ),
    "no_fate_anywhere": (
        "question.column.no_fate_anywhere.what",
        "question.column.no_fate_anywhere.about",
    ),
}
_SEEN = {
    "alone": "question.key.about.alone",
    "own": "question.key.about.own",
    "other": "question.key.about.other",
}


@dataclass(frozen=True)
class AskedAs:
    """An open question in words: what is asked, what we saw that speaks for it, what waits."""

    question: str
    about: str
    unlocks: str


def asked_as(asked: OpenQuestion, report: Report) -> AskedAs:
    """The question in words."""
    unlocks = say(_UNLOCKS[asked.unlocks])
    if asked.kind == "whole" and asked.finding is None:
        unlocks = say("question.unlocks.score")
    if asked.decision is not None:
        return AskedAs(*_decision(asked, report), unlocks)
    if asked.same:
        return AskedAs(*_same(asked, report), unlocks)
    if asked.place is None:
        params = dict(asked.finding.params) if asked.finding else {}
        what = say("question.start.what", **params)
        return AskedAs(what, say("question.start.about", **params), unlocks)
    return AskedAs(*_of_table(asked, report.case.sources[asked.place]), unlocks)


def _decision(asked: OpenQuestion, report: Report) -> tuple[str, str]:
    """The decision, and what we saw: the finding that tells of it where there is one."""
    decision = asked.decision
    if decision is None:
        raise ValueError("no decision is asked about")
    words = f"decision.{decision.code}"
    label = say(f"{words}.label")
    about = say(f"{words}.what", count=decision.count)
    if asked.finding is not None:
        about = finding(asked.finding, report.currency).what
    if asked.unlocks == "certainty":
        return say("question.decision.taken", label=label, chosen=_chosen(words, asked)), about
    return say("question.decision.ask", label=label), about


def _chosen(words: str, asked: OpenQuestion) -> str:
    return say(f"{words}.{asked.decision.chosen}") if asked.decision else ""


def in_full(item: Suggestion, report: Report) -> Suggestion:
    """The suggestion; of two questions with their full wording beside their short names."""
    if item.kind != "moment":
        return item
    asked = {moment.name: moment.question for moment in report.case.moments}
    full = {name: _with_wording(name, asked.get(name, "")) for name in (item.found, item.meant)}
    return replace(item, found=full[item.found], meant=full[item.meant])


def _with_wording(name: str, question: str) -> str:
    if question in ("", name):
        return name
    return say("question.same.moment.in_full", name=name, question=question)


def _same(asked: OpenQuestion, report: Report) -> tuple[str, str]:
    first = in_full(asked.same[0], report)
    question = say(_SAME[first.kind, len(asked.same) > 1], found=first.found, meant=first.meant)
    return question, suggestion(first) if len(asked.same) == 1 else ""


def _of_table(asked: OpenQuestion, source: Source) -> tuple[str, str]:
    """The question about one table, and what we saw in it."""
    file = table_name(source)
    if asked.kind == "key":
        return _key(source, file)
    if asked.kind == "whole":
        return _whole(asked, file)
    if asked.kind == "column" and asked.finding is not None:
        what, about = _WHICH_COLUMN[asked.finding.code]
        return say(what), say(about, file=file)
    if asked.kind == "scale" and asked.finding is not None:
        params: dict[str, Any] = {**asked.finding.params, "file": file}
        ends = {end: fmt.number(params[end]) for end in ("low", "high")}
        question = say("question.scale.what", **{**params, **ends})
        return question, say("question.scale.about", **params)
    if asked.role is None:
        about = say("question.unknown_table.about", rows=asked.rows)
        return say("question.unknown_table.what", file=file), about
    if not asked.fields:
        what = say("question.table.what", file=file, role=say(f"pages.roles.{asked.role}"))
        return what, say("question.table.unsure", rows=asked.rows)
    missing = [missing_field(asked.role, name) for name in asked.fields]
    what = say("question.table.what", file=file, role=say(f"pages.roles.{asked.role}"))
    return what, say("question.table.about", missing=missing)


def _whole(asked: OpenQuestion, file: str) -> tuple[str, str]:
    """Which question asks about the whole relationship, and what we took for it."""
    what = say("question.whole.what")
    if asked.finding is None:
        return what, say("question.whole.none", file=file)
    return what, say("question.whole.taken", file=file)


def _key(source: Source, file: str) -> tuple[str, str]:
    """The likeliest column with what speaks for it; without any, the question which it is."""
    question = source.question
    if question is None or not question.candidates:
        field = question.field if question else "customer_id"
        return say(_WHICH_KEY[field]), say("question.key.about.which", file=file)
    first = question.candidates[0]
    seen = first.inside if first.of else "alone"
    told = {**asdict(first), "file": file}
    about = say(_SEEN[seen], **told)
    return say(_IS_KEY[question.field], column=first.column), about


def table_name(source: Source) -> str:
    """The table as people know it: its file, and the sheet where that says more."""
    return f"{source.file} › {source.sheet}" if source.sheet else source.file
