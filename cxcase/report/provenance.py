"""Each figure of the link with how it came about: what it is, its range, from how much, by which
method, whose.
"""

from __future__ import annotations

from dataclasses import dataclass

from cxcase.estimate import Estimate
from cxcase.report import format as fmt
from cxcase.report import words
from cxcase.report.result import Report

_THROUGH_CX = "product_monte_carlo"
_WORTH = "g_computation_jackknife"
_WORTH_OF_UNITS = "units_worth_jackknife"


@dataclass(frozen=True)
class Traced:
    """One figure as people read it. value is the reason where there is no figure; then `missing` is
    True.
    """

    id: str
    name: str
    value: str
    range: str
    basis: str
    method: str
    brief: str  # the method in a few words, with its source
    source: str
    checks: tuple[str, ...]
    claim: str
    missing: bool


def traced(report: Report) -> tuple[Traced, ...]:
    """Every effect and worth of the link, in the order of the chain; nothing without a link."""
    link = report.link
    if link is None:
        return ()
    claim = link.effects[0].claim if link.effects else ""
    effects = [_of(report, e.id, e.estimate, e.method, e.checks, e.claim) for e in link.effects]
    worth = [
        _of(report, w.id, w.estimate, _worth_method(report, w.id), (), claim) for w in link.worth
    ]
    return (*effects, *worth)


def _worth_method(report: Report, id: str) -> str:
    """The method by which a worth was found."""
    if id == "one_point_of_ex_through_cx":
        return _THROUGH_CX
    if report.diagnosis.units is not None:
        return _WORTH_OF_UNITS
    return _WORTH


def figure(report: Report, e: Estimate) -> tuple[str, str]:
    """(an estimate in its own unit, its range), as every table of the chain writes them; the reason
    where refused.
    """
    if e.refused:
        return (words.refused(e).text, fmt.NONE)
    return (_measured(report, e), _range(report, e))


def _of(
    report: Report, id: str, e: Estimate, method: str, checks: tuple[str, ...], claim: str
) -> Traced:
    name = words.say(f"figure.{id}", metric=words.metric(report.metric))
    value, span = figure(report, e)
    return Traced(
        id=id,
        name=fmt.capital(name),
        value=value,
        range=span,
        basis=_basis(e),
        method=words.method(method),
        brief=_said_or(f"method.{method}.brief", words.method(method)),
        source=_said_or(f"method.{method}.source", ""),
        checks=tuple(words.check(code) for code in checks),
        claim=claim,
        missing=e.refused,
    )


def _said_or(path: str, otherwise: str) -> str:
    """The words at a path, or others where there are none."""
    if words.has(path):
        return words.say(path)
    return otherwise


def _measured(report: Report, e: Estimate) -> str:
    """The figure in its own unit: money a year, points of a scale, customers or revenue of a
    hundred.
    """
    if "per year" in e.unit:
        return fmt.money(e.value, report.currency, 3)
    if e.unit.startswith("points"):
        return words.say("figure.in_points", value=e.value)
    of_hundred = 100 * (e.value or 0.0)
    if e.unit.startswith("probability"):
        return words.say("figure.in_customers", value=of_hundred)
    return words.say("figure.in_revenue", value=of_hundred)


def _range(report: Report, e: Estimate) -> str:
    if "per year" in e.unit:
        return fmt.money_range(e.low, e.high, report.currency, 3)
    scale = 1.0 if e.unit.startswith("points") else 100.0
    return fmt.number_range((e.low or 0.0) * scale, (e.high or 0.0) * scale)


def _basis(e: Estimate) -> str:
    """From how much: answers, teams, degrees of freedom, as far as they are known."""
    if e.counts_units:
        counted = {"figure.units": e.n}
    else:
        counted = {"figure.n": e.n, "figure.teams": e.teams}
    known = {path: n for path, n in (counted | {"figure.df": e.df}).items() if n is not None}
    return ", ".join(words.say(path, value=n) for path, n in known.items())
