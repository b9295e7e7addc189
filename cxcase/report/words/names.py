"""What codes are called: fields, metrics, methods, checks, variables, groups, moments' kinds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from cxcase.report.result import Report
from cxcase.report.words.texts import has, say


def field(code: str) -> str:
    """A canonical field: "customer_id" is "Customer id", "moment:Billing" "Moment: Billing"."""
    kind, _, name = code.partition(":")
    if name and has(f"pages.fields.{kind}_named"):
        return say(f"pages.fields.{kind}_named", name=name)
    return _named(f"pages.fields.{kind}", code)


def missing_field(role: str, code: str) -> str:
    """A field that a table of this role lacks; where others would do as well, what they are
    together.
    """
    return _named(f"pages.one_of.{role}.{code}", f"“{field(code)}”")


def method(code: str) -> str:
    """What a method code stands for, in a sentence; the code itself when it has no words."""
    return _named(f"method.{code}.text", code)


def check(code: str) -> str:
    """What a check code stands for, in a few words; the code itself when it has no words."""
    return _named(f"check.{code}.text", code)


def metric(code: str | None) -> str:
    """The metric in a sentence: "ease", "satisfaction", "likelihood to recommend"."""
    return say(f"metric.{code or 'none'}.name")


def metric_title(code: str | None) -> str:
    """The metric as a heading: "Ease of doing business"."""
    return say(f"metric.{code or 'none'}.title")


def variable(code: str) -> str:
    """A covariate: "tenure_months" is "Customer for, months", "segment:A" "Segment: A"."""
    kind, colon, value = code.partition(":")
    if colon:
        return f"{variable(kind)}: {value.strip()}"
    return _named(f"variable.{code}.name", code)


def group_kind(dimension: str) -> str:
    """How customers are grouped: "segment", "how long a customer"; a column by its own name."""
    return _named(f"group.{dimension}.kind", dimension)


def group_name(dimension: str, group: str) -> str:
    """A group: "0-12" months is "under 1 year", a wave its days; any other has its own name."""
    if dimension == "tenure":
        return _named(f"group.tenure.{group}", group)
    if dimension == "wave":
        first, _, last = group.partition("/")
        days = {"first": dt.date.fromisoformat(first), "last": dt.date.fromisoformat(last)}
        return say("group.wave.days", **days)
    return group


def moment_kind(kind: str) -> str:
    """What a moment is to customers: "must be right", "counts both ways", "delights"."""
    return say(f"moment_kind.{kind}.name")


def margin(report: Report, lost: bool = False) -> str:
    """The contribution margin, of all revenue or of that `lost`: "40 %", or "44 % on average, by
    segment".
    """
    model = report.returns.model if report.returns else None
    if model is None:
        return say("margin.one", value=report.settings.margin)
    if model.margins is None or model.margins.one is not None:
        return say("margin.one", value=model.margin)
    if lost:
        return say("margin.by_segment", value=model.margins.lost)
    return say("margin.by_segment", value=model.margins.average)


def part_of(about: str, teams: Sequence[str], others: bool) -> str:
    """A moment among the customers of some teams, or of all others: "Delivery (North, South)"."""
    path = "curve_part.others" if others else "curve_part.teams"
    return say(path, about=about, teams=list(teams))


def _named(path: str, code: str) -> str:
    """The words at a path; the code itself where there are none."""
    if has(path):
        return say(path)
    return code
