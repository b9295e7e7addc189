"""The only prose: codes and their parameters become sentences here, from one file per language
(`en.toml`).
"""

from __future__ import annotations

import datetime as dt
import textwrap
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any

from cxcase.checks import Finding, FindingStatus
from cxcase.errors import CaseError
from cxcase.estimate import Estimate
from cxcase.intake import Suggestion, Verdict
from cxcase.report import format as fmt
from cxcase.report.result import Report
from cxcase.settings import Assumption
from cxcase.voice import Band, Pin, Quote

# steps of many that are named, and characters of a title
_BY_TITLE = 3
_TITLE = 48
_NAMES_ROLES = ("nearly_recognised", "columns_missing", "no_recognisable_columns")
_SCALED = {
    "margin": "pct",
    "segment_margins": "pct",
    "discount": "pct",
    "adoption": "pct",
    "lift_range": "pct",
    "cost_range": "pct",
    "side_cuts": "pct",
}


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


@dataclass(frozen=True)
class Line:
    """One line of the assumptions register: its name, value and unit in words, and whose it is."""

    name: str
    label: str
    value: str
    owned: bool
    status: str


@cache
def _texts() -> Mapping[str, Any]:
    return tomllib.loads(
        resources.files("cxcase.report").joinpath("en.toml").read_text(encoding="utf-8")
    )


def has(path: str) -> bool:
    """True when there are words at this dotted path."""
    try:
        _at(path)
    except KeyError:
        return False
    return True


def template(path: str) -> str:
    """The text at a dotted path such as "chart.worth_range.title", unfilled. Raises KeyError when
    there is none.
    """
    found = _at(path)
    if not isinstance(found, str):
        raise KeyError(path)
    return found


def say(path: str, currency: str = "GBP", /, **params: Any) -> str:
    """The text at a dotted path with its fields filled. Raises KeyError for a missing text or
    field.
    """
    return _filled(path, currency, params)


def section(path: str) -> Mapping[str, Any]:
    """Every text below a dotted path, as a mapping in the file's order. Raises KeyError when there
    is none.
    """
    found = _at(path)
    if not isinstance(found, Mapping):
        raise KeyError(path)
    return found


def finding(item: Finding, currency: str = "GBP") -> Row:
    """A finding in words: what was found and what to do."""
    params = dict(item.params)
    if item.code == "assumed":
        params = _assumed_params(params, currency)
    if item.code == "decided":
        code = params["decision"]
        option = params["option"]
        params |= {
            "what": say(f"decision.{code}.what", **params),
            "chosen": say(f"decision.{code}.{option}"),
        }
    if item.code == "file_unreadable":
        params["why"] = error(
            CaseError(params["error"], **{k: v for k, v in params.items() if k != "error"}),
            currency,
        )
    known = _Known(_named(item.code, params))
    path = f"finding.{item.code}" if has(f"finding.{item.code}") else "finding.unknown"
    known.setdefault("code", item.code)
    do = _filled(f"{path}.do", currency, known) if has(f"{path}.do") else ""
    return Row(item.status, item.code, item.where, _filled(f"{path}.what", currency, known), do)


def findings(report: Report, where: str | None = None) -> tuple[Row, ...]:
    """The report's findings in words, all of them or those of one stage, failures first."""
    order = {"fail": 0, "review": 1, "ok": 2}
    shown = (f for f in report.findings if where is None or f.where == where)
    rows = [finding(_with_titles(report, f), report.currency) for f in shown]
    return tuple(sorted(rows, key=lambda row: order[row.status]))


def _with_titles(report: Report, item: Finding) -> Finding:
    """The finding with its steps by title: an id alone means little to whoever did not write the
    list.
    """
    ids = item.params.get("ids")
    if not isinstance(ids, list | tuple):
        return item
    return replace(item, params={**item.params, "ids": step_names(report, ids)})


def step_names(report: Report, ids: Sequence[Any]) -> list[str]:
    """Steps by title with their id behind it; of more than four three and how many more. No step:
    as it is.
    """
    titles = {step.id: step.title for step in report.steps.steps} if report.steps else {}
    short = {id: textwrap.shorten(title, _TITLE, placeholder=" …") for id, title in titles.items()}
    named = [f"“{short[id]}” ({id})" if id in short else str(id) for id in ids]
    return few(named)


def few(names: Sequence[str]) -> list[str]:
    """The names; of more than four three and how many more."""
    if len(names) <= _BY_TITLE + 1:
        return list(names)
    return [*names[:_BY_TITLE], say("count.more_steps", n=len(names) - _BY_TITLE)]


def error(problem: CaseError, currency: str = "GBP") -> str:
    """An error in one sentence: what was found, what was expected, what to do."""
    path = f"error.{problem.code}.text" if has(f"error.{problem.code}") else "error.unknown.text"
    return _filled(
        path, currency, _Known({**_named(problem.code, problem.params), "code": problem.code})
    )


def reason(code: str | None) -> Reason:
    """Why there is no number, and what would unlock it."""
    if code is None:
        return Reason("", "", "")
    path = f"reason.{code}" if has(f"reason.{code}") else "reason.unknown"
    return Reason(code, say(f"{path}.text"), say(f"{path}.unlock"))


def verdict(item: Verdict, currency: str = "GBP") -> Answerable:
    """A verdict in words; the reason's own unlock where it has one, else the question's."""
    path = f"verdict.{item.code}"
    why = reason(item.reason)
    unlock = why.unlock or say(f"{path}.unlock")
    nothing = item.status == "cannot" and not any(item.params.values()) and has(f"{path}.nothing")
    text = _filled(f"{path}.{'nothing' if nothing else item.status}", currency, _Known(item.params))
    return Answerable(
        item.status, say(f"{path}.question"), text, why.text, "" if item.status == "can" else unlock
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


def refused(estimate: Estimate | None) -> Reason:
    """The reason of an estimate that was refused, or of one that was never made."""
    return reason(estimate.reason if estimate is not None and estimate.reason else "not_run")


def field(code: str) -> str:
    """A canonical field in words: "customer_id" is "Customer id", "moment:Billing" is "Moment:
    Billing".
    """
    kind, _, name = code.partition(":")
    if name and has(f"pages.fields.{kind}_named"):
        return say(f"pages.fields.{kind}_named", name=name)
    if has(f"pages.fields.{kind}"):
        return say(f"pages.fields.{kind}")
    return code


def missing_field(role: str, code: str) -> str:
    """A field that a table of this role lacks, in words; where others would do as well, what they
    are together.
    """
    if has(f"pages.one_of.{role}.{code}"):
        return say(f"pages.one_of.{role}.{code}")
    return f"“{field(code)}”"


def method(code: str) -> str:
    """What a method code stands for, in a sentence; the code itself when it has no words."""
    path = f"method.{code}.text"
    if code and has(path):
        return say(path)
    return code


def check(code: str) -> str:
    """What a check code stands for, in a few words; the code itself when it has no words."""
    path = f"check.{code}.text"
    if code and has(path):
        return say(path)
    return code


def band(item: Band | None, currency: str = "GBP") -> str:
    """Whose words a quote is: a customer in a band of revenue a year; only "a customer" where there
    is no band.
    """
    if item is None or (item.low is None and item.high is None):
        return say("voice.band.any")
    if item.low is None:
        path = "below"
    elif item.high is None:
        path = "above"
    else:
        path = "between"
    return say(
        f"voice.band.{path}", currency, low=item.low, high=item.high, both=(item.low, item.high)
    )


def about_quote(item: Quote | Pin, currency: str = "GBP", *, with_moment: bool = False) -> str:
    """The line below a quote: its moment where asked for, the mark it came with, and the customer's
    revenue band.
    """
    parts = [item.moment] if with_moment and item.moment else []
    parts += (
        [say("voice.recording")]
        if isinstance(item, Pin) and item.kind == "clip"
        else [band(item.band, currency)]
    )
    if has(f"voice.mark.{item.direction}"):
        parts.append(say(f"voice.mark.{item.direction}"))
    return " · ".join(parts)


def metric(code: str | None) -> str:
    """The metric in words: "ease", "satisfaction", "likelihood to recommend"."""
    return say(f"metric.{code or 'none'}.name")


def variable(code: str) -> str:
    """Something known of customers, in words: "tenure_months" is "Customer for, months",
    "segment:A" "Segment: A".
    """
    if ":" in code:
        kind, value = code.split(":", 1)
        return f"{variable(kind)}: {value.strip()}"
    if has(f"variable.{code}.name"):
        return say(f"variable.{code}.name")
    return code


def group_kind(dimension: str) -> str:
    """How customers are grouped, in words: "segment", "how long a customer", "team"; a column by
    its own name.
    """
    if has(f"group.{dimension}.kind"):
        return say(f"group.{dimension}.kind")
    return dimension


def group_name(dimension: str, group: str) -> str:
    """A group in words: "0-12" months is "under 1 year"; a wave by its days; any other by its own
    name.
    """
    if dimension == "tenure" and has(f"group.tenure.{group}"):
        return say(f"group.tenure.{group}")
    if dimension == "wave":
        first, _, last = group.partition("/")
        return say(
            "group.wave.days", first=dt.date.fromisoformat(first), last=dt.date.fromisoformat(last)
        )
    return group


def moment_kind(kind: str) -> str:
    """What a moment is to customers: "must be right", "counts both ways", "delights", "can't tell"."""
    return say(f"moment_kind.{kind}.name")


def margin(report: Report, lost: bool = False) -> str:
    """What a unit of revenue earns, of all revenue or of that `lost`: "40 %", or "44 % on average,
    by segment".
    """
    model = report.returns.model if report.returns else None
    if model is None or model.margins is None or model.margins.one is not None:
        one = report.settings.margin if model is None else model.margin
        return say("margin.one", value=one)
    return say("margin.by_segment", value=model.margins.lost if lost else model.margins.average)


def part_of(about: str, teams: Sequence[str], others: bool) -> str:
    """A moment among the customers of some teams, or of all but these: "Delivery (North, South)"."""
    return say(f"curve_part.{'others' if others else 'teams'}", about=about, teams=list(teams))


def metric_title(code: str | None) -> str:
    """The metric as a heading: "Ease of doing business"."""
    return say(f"metric.{code or 'none'}.title")


def assumption(item: Assumption, currency: str = "GBP") -> Line:
    """One line of the register: label, value with unit, and whether somebody owns it."""
    status = say("status.owned" if item.owned else "status.assumed")
    if has(f"decision.{item.name}.{item.value}"):
        label = say(f"decision.{item.name}.label")
        shown = say(f"decision.{item.name}.{item.value}")
        return Line(item.name, label, shown, item.owned, status)
    path = f"assumption.{item.name}"
    label = say(f"{path}.label") if has(f"{path}.label") else item.name
    return Line(item.name, label, _setting(item.name, item.value, currency), item.owned, status)


def assumptions(report: Report) -> tuple[Line, ...]:
    """The whole register in words."""
    return tuple(assumption(item, report.currency) for item in report.assumptions)


def glossary(term: str | None = None) -> Mapping[str, str]:
    """Every term with its meaning in a sentence, or just the one asked for (KeyError when it isn't
    there).
    """
    entries = {entry["term"]: entry["text"] for entry in section("glossary").values()}
    if term is None:
        return entries
    return {term: entries[term]}


def shopping_list() -> str:
    """One page in Markdown: what to ask IT, HR and Finance for."""
    return template("shopping_list.text").strip() + "\n"


def _named(code: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
    """The parameters with roles and fields as people know them, where the sentence is about which
    columns are there.

    So are steps of the chain from units, and what there was no room to hold.
    """
    if has(f"path.{params.get('path')}"):
        return {
            **params,
            "path": say(f"path.{params['path']}"),
            "per": say(f"path_per.{params['path']}"),
        }
    if code == "other_metric_tells_more":
        return {**params, "best": metric(params["best"]), "used": metric(params["used"])}
    if code == "units_short_model":
        return {**params, "left": [variable(code) for code in params["left"]]}
    if code not in _NAMES_ROLES:
        return params
    shown = dict(params)
    if has(f"pages.roles.{params.get('role')}"):
        shown["role"] = say(f"pages.roles.{params['role']}")
    for name in {"missing", "column"} & set(params):
        shown[name] = [missing_field(str(params.get("role")), code) for code in params[name]]
    return shown


def _assumed_params(params: Mapping[str, Any], currency: str) -> dict[str, Any]:
    line = assumption(
        Assumption(params["name"], params["value"], params.get("unit", ""), False), currency
    )
    return {**params, "label": line.label, "shown": line.value}


def _setting(name: str, value: Any, currency: str) -> str:
    """A setting's value with its unit: margin 0.4 -> "40 % of revenue"."""
    path = f"assumption.{name}.shown"
    if value is None:
        if has(f"assumption.{name}.unset"):
            return say(f"assumption.{name}.unset")
        return fmt.NONE
    if name == "metric":
        value = metric(value)
    if isinstance(value, list | tuple) and name in _SCALED:
        ends = ("low", "knot", "high") if len(value) == 3 else ("low", "high")
        return say(path, currency, **dict(zip(ends, value, strict=True)))
    if isinstance(value, str) and has(f"assumption.{name}.{value}"):
        return say(f"assumption.{name}.{value}")
    if name == "fiscal_start":
        return fmt.month_name(value)
    if isinstance(value, Mapping):
        form = _SCALED.get(name, "")
        return say(
            path,
            currency,
            shown=[
                f"{key} {fmt.Template(currency).format_field(v, form)}" for key, v in value.items()
            ],
        )
    if name == "period_budgets":
        return say(path, currency, shown=[fmt.money(v, currency, 3) for v in value])
    if has(path):
        return say(path, currency, value=value)
    return fmt.Template(currency).format_field(value, "")


class _Known(dict[str, Any]):
    """Parameters where a field may be unknown (a sheet, a column): the sentence still comes out,
    with a dash.
    """

    def __missing__(self, key: str) -> str:
        return fmt.NONE


def _filled(path: str, currency: str, params: Mapping[str, Any]) -> str:
    return fmt.Template(currency).vformat(template(path), (), params)


def _at(path: str) -> Any:
    found: Any = _texts()
    for part in path.split("."):
        if not isinstance(found, Mapping) or part not in found:
            raise KeyError(path)
        found = found[part]
    return found
