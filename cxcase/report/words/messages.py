"""Codes with their parameters as sentences: findings, errors, reasons, verdicts, suggestions."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cxcase.checks import Finding, FindingStatus
from cxcase.errors import CaseError
from cxcase.estimate import Estimate
from cxcase.intake import Suggestion, Verdict
from cxcase.report.result import Report
from cxcase.report.words import keys, names
from cxcase.report.words.register import assumption
from cxcase.report.words.texts import GivenOrDash, filled, has, say
from cxcase.settings import Assumption

_NAMED_STEPS = 3  # steps of many that are named; the others are counted
_NAMED_RATIOS = 5  # the same where each has a ratio, the largest first
_TITLE = 48  # characters of a step's title
_ABOUT_COLUMNS = (
    "nearly_recognised",
    "role_unsure",
    "columns_missing",
    "no_recognisable_columns",
)
_WORST_FIRST = {"fail": 0, "review": 1, "ok": 2}


@dataclass(frozen=True)
class Row:
    """A finding as people read it."""

    status: FindingStatus
    code: str
    where: str
    what: str
    do: str


@dataclass(frozen=True)
class Answerable:
    """A verdict as people read it: the question, whether the data can answer it, why not, and what
    would unlock it.
    """

    status: str
    question: str
    text: str
    why: str
    unlock: str


@dataclass(frozen=True)
class Reason:
    """Why there is no number, and what data would unlock it."""

    code: str
    text: str
    unlock: str


def finding(item: Finding, currency: str = "GBP") -> Row:
    """A finding in words: what was found and what to do."""
    params = _named(item.code, _told(item, currency))
    known = GivenOrDash({"code": item.code, **params})
    path = _path_of("finding", item.code)
    what = filled(f"{path}.what", currency, known)
    do = filled(f"{path}.do", currency, known) if has(f"{path}.do") else ""
    return Row(item.status, item.code, item.where, what, do)


def findings(report: Report, where: str | None = None) -> tuple[Row, ...]:
    """The report's findings in words, all of them or those of one stage, failures first."""
    shown = (f for f in report.findings if where is None or f.where == where)
    rows = [finding(_with_titles(report, f), report.currency) for f in shown]
    return tuple(sorted(rows, key=lambda row: _WORST_FIRST[row.status]))


def step_names(report: Report, ids: Sequence[Any]) -> list[str]:
    """Steps by title with their id behind it, of more than four three and how many more; an id that
    is no step's as it is.
    """
    listed = report.steps.titles if report.steps else {}
    titles = {id: textwrap.shorten(t, _TITLE, placeholder=" …") for id, t in listed.items()}
    return few([f"“{titles[id]}” ({id})" if id in titles else str(id) for id in ids])


def few(names: Sequence[str], named: int = _NAMED_STEPS) -> list[str]:
    """The names; where they are two more than `named` or above, so many and how many more."""
    if len(names) <= named + 1:
        return list(names)
    return [*names[:named], say("count.more_steps", n=len(names) - named)]


def error(problem: CaseError, currency: str = "GBP") -> str:
    """An error in one sentence: what was found, what was expected, what to do."""
    path = _path_of("error", problem.code)
    params = {**_named(problem.code, problem.params), "code": problem.code}
    said = filled(f"{path}.text", currency, GivenOrDash(params))
    if problem.code == "columns_missing":
        return f"{said} {say('build_with.text', flags=params['flags'])}"
    return said


def reason(code: str | None) -> Reason:
    """Why there is no number, and what would unlock it."""
    if code is None:
        return Reason("", "", "")
    path = _path_of("reason", code)
    return Reason(code, say(f"{path}.text"), say(f"{path}.unlock"))


def not_measured(code: str | None) -> str:
    """That GRR and NRR were not measured, why, and what would unlock them."""
    why = reason(code)
    return say("not_measured.text", why=why.text, unlock=why.unlock)


def refused(estimate: Estimate | None) -> Reason:
    """The reason of an estimate that was refused, or of one that was never made."""
    return reason(estimate.reason if estimate is not None and estimate.reason else "not_run")


def verdict(item: Verdict, currency: str = "GBP") -> Answerable:
    """A verdict in words; the reason's own unlock where it has one, else the question's."""
    path = f"verdict.{item.code}"
    why = reason(item.reason)
    nothing = item.status == "cannot" and not any(item.params.values()) and has(f"{path}.nothing")
    answer = f"{path}.nothing" if nothing else f"{path}.{item.status}"
    unlock = why.unlock or say(f"{path}.unlock")
    return Answerable(
        status=item.status,
        question=say(f"{path}.question"),
        text=filled(answer, currency, GivenOrDash(item.params)),
        why=why.text,
        unlock="" if item.status == "can" else unlock,
    )


def suggestion(item: Suggestion) -> str:
    """A suggestion in a sentence: what may be the same, and how many rows that would move."""
    params: dict[str, Any] = {"found": item.found, "meant": item.meant, "count": item.count}
    if item.kind == "team":
        return say("suggestion.team.text", rows=say(f"suggestion.rows.{item.table}"), **params)
    if item.kind == "moment":
        return say("suggestion.moment.text", **params)
    rules = [say(f"suggestion.rule.{rule}") for rule in item.rules]
    return say("suggestion.customer_id.text", rules=rules, ambiguous=item.ambiguous, **params)


def _path_of(kind: str, code: str) -> str:
    """The path of a code's words, or of those for codes without any."""
    path = f"{kind}.{code}"
    return path if has(path) else f"{kind}.unknown"


def _with_titles(report: Report, item: Finding) -> Finding:
    """The finding with its steps by title: who did not write the list knows no ids."""
    ids = item.params.get("ids")
    if not isinstance(ids, list | tuple):
        return item
    return replace(item, params={**item.params, "ids": step_names(report, ids)})


def _told(item: Finding, currency: str) -> Mapping[str, Any]:
    """The parameters, with the sentences that a finding tells within its own."""
    params = item.params
    if item.code == "assumed":
        line = assumption(
            Assumption(params["name"], params["value"], params.get("unit", ""), False), currency
        )
        return {**params, "label": line.label, "shown": line.value}
    if item.code == "decided":
        decision = f"decision.{params['decision']}"
        chosen = say(f"{decision}.{params['option']}")
        return {**params, "what": say(f"{decision}.what", **params), "chosen": chosen}
    if item.code == "taken_for_key":
        return {**params, "matched": keys.matched(params)}
    if item.code == "all_rows_set_aside":
        return {**params, "why": say(f"set_aside.{params['reason']}.text")}
    if item.code == "file_unreadable":
        given = {name: value for name, value in params.items() if name != "error"}
        return {**params, "why": error(CaseError(params["error"], **given), currency)}
    return params


def _named(code: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
    """The parameters with paths of the chain, metrics, variables, roles and fields as people call
    them.
    """
    path = params.get("path")
    if has(f"path.{path}"):
        return {**params, "path": say(f"path.{path}"), "per": say(f"path_per.{path}")}
    if code == "other_metric_tells_more":
        return {
            **params,
            "best": names.metric(params["best"]),
            "used": names.metric(params["used"]),
        }
    if code == "factors_bend":
        pairs = zip(params["factors"], params["forms"], strict=True)
        return {**params, "forms": [_form(factor, form) for factor, form in pairs]}
    if code == "step_lift_beyond_best_each":
        pairs = zip(params["titles"], params["times"], strict=True)
        each = [_times_as_much(title, times) for title, times in pairs]
        return {**params, "each": few(each, _NAMED_RATIOS)}
    if code == "factors_straight":
        return {**params, "factors": [names.variable(name) for name in params["factors"]]}
    if code == "units_short_model":
        return {**params, "left": [names.variable(code) for code in params["left"]]}
    if code in keys.OPEN:
        return {**params, **keys.asked(params)}
    if code.startswith("cell_") and "field" in params:
        cells = {name for name in ("field", "first", "second") if name in params}
        return {**params, **{name: names.field(str(params[name])) for name in cells}}
    if code in _ABOUT_COLUMNS:
        return _with_columns_named(params)
    return params


def _form(factor: str, form: str) -> str:
    """A known factor with the form it is held in."""
    return say(f"factor_form.{form}", factor=names.variable(factor))


def _times_as_much(title: str, times: float) -> str:
    """A step with how many times what our best have its lift is."""
    short = textwrap.shorten(title, _TITLE, placeholder=" …")
    return say("step_beyond.text", title=short, times=times)


def _flags(params: Mapping[str, Any]) -> str:
    """What says on the command line which table it is and where it has what it lacks."""
    lacking = params.get("missing") or params.get("column") or ()
    named = [f"'{params.get('file')}:{code}=HEADING'" for code in lacking]
    option = f"--{str(params.get('role')).replace('_', '-')}"
    return f"{option} '{params.get('file')}' --map {' '.join(named)}"


def _with_columns_named(params: Mapping[str, Any]) -> Mapping[str, Any]:
    role = str(params.get("role"))
    shown = {**params, "flags": _flags(params)}
    if has(f"pages.roles.{role}"):
        shown["role"] = say(f"pages.roles.{role}")
    for name in {"missing", "column"} & set(params):
        shown[name] = [names.missing_field(role, code) for code in params[name]]
    return shown
