"""Each figure of the link with how it came about: what it is, its range, from how much, by which
method, whose.
"""

from __future__ import annotations

from dataclasses import dataclass

from cxcase.estimate import Estimate
from cxcase.report import format as fmt
from cxcase.report import words
from cxcase.report.result import Report

_WORTH_METHOD = {"one_point_of_ex_through_cx": "product_monte_carlo"}
_WORTH_ELSE = "g_computation_jackknife"
_WORTH_UNITS = "units_worth_jackknife"


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
    """Every effect and every worth of the link, in the order of the chain; nothing without a link."""
    link = report.link
    if link is None:
        return ()
    found = [_of(report, e.id, e.estimate, e.method, e.checks, e.claim) for e in link.effects]
    claim = link.effects[0].claim if link.effects else ""
    if link.diagnosis is not None and link.diagnosis.units is not None:
        usual = _WORTH_UNITS
    else:
        usual = _WORTH_ELSE
    return (
        *found,
        *(
            _of(report, w.id, w.estimate, _WORTH_METHOD.get(w.id, usual), (), claim)
            for w in link.worth
        ),
    )


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
    name = words.say(
        f"figure.{id}", metric=words.metric(report.metric)
    )
    value, span = figure(report, e)
    return Traced(
        id=id,
        name=fmt.capital(name),
        value=value,
        range=span,
        basis=_basis(e),
        method=words.method(method),
        brief=words.say(f"method.{method}.brief")
        if words.has(f"method.{method}.brief")
        else words.method(method),
        source=words.say(f"method.{method}.source") if words.has(f"method.{method}.source") else "",
        checks=tuple(words.check(code) for code in checks),
        claim=claim,
        missing=e.refused,
    )


def _measured(report: Report, e: Estimate) -> str:
    """The figure in its own unit: money a year, points of a scale, customers or revenue of a
    hundred.
    """
    if "per year" in e.unit:
        return fmt.money(e.value, report.currency, 3)
    if e.unit.startswith("points"):
        return words.say("figure.in_points", value=e.value)
    unit = "customers" if e.unit.startswith("probability") else "revenue"
    return words.say(f"figure.in_{unit}", value=100 * (e.value or 0.0))


def _range(report: Report, e: Estimate) -> str:
    if "per year" in e.unit:
        return fmt.money_range(e.low, e.high, report.currency, 3)
    scale = 1.0 if e.unit.startswith("points") else 100.0
    return fmt.number_range((e.low or 0.0) * scale, (e.high or 0.0) * scale)


def _basis(e: Estimate) -> str:
    """From how much: answers, teams, degrees of freedom, as far as they are known."""
    counted = (("units", e.n),) if e.counts_units else (("n", e.n), ("teams", e.teams))
    parts = [
        words.say(f"figure.{name}", value=value)
        for name, value in (*counted, ("df", e.df))
        if value is not None
    ]
    return ", ".join(parts)
