"""All stages into one `Report`: merged findings, one order for moments and steps, and nobody's
rows.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from cxcase.agreement import Agreements
from cxcase.budget import Plan, PlanDetails
from cxcase.checks import Finding
from cxcase.content_key import content_key
from cxcase.intake import Case, Source
from cxcase.moments import Moment, Moments
from cxcase.recommend import Steps
from cxcase.report import page_answers
from cxcase.report.reader_locale import written_for
from cxcase.report.result import Report, Results
from cxcase.roi import Returns, StepReturn
from cxcase.settings import Assumption, Settings
from cxcase.version import CODE
from cxcase.voice import Pin, Strategy


def gather(
    results: Results,
    settings: Settings,
    *,
    made_at: dt.datetime,
    company: str,
    begins: dt.date | None = None,
    pins: Sequence[Pin] = (),
    agreements: Agreements | None = None,
    begin_again: dt.date | None = None,
    strategy: Strategy | None = None,
) -> Report:
    """One frozen `Report` of everything known so far; what a stage tells is None until it ran.

    `made_at` is the time printed on the outputs, `company` the name that heads them, `begins` the
    first day of the plan's month 1; `pins` what customers said that somebody chose to show;
    `agreements` who stands for what, `begin_again` the next quarter in which a plan may begin whose
    month 1 is over; `strategy` what the company says it wants. The key is made of all that goes
    into a case's figures, so it is the same however far the stages have run, and whoever signs.
    """
    case = results.case
    moments = results.moments
    assumptions = tuple(_assumptions(settings, results, begins))
    report = Report(
        key=content_key(case.key, *pins, settings.behind_figures, CODE),
        made_at=made_at,
        company=company,
        currency=settings.currency_of(case.currency),
        settings=settings,
        case=_counting_steps(_without_rows(case), results.steps),
        link=results.link,
        moments=dataclasses.replace(moments, counterfactual=None) if moments else None,
        steps=results.steps,
        returns=results.returns,
        plan=results.plan,
        findings=(
            *_once(results.findings),
            *_over(begins, begin_again if results.plan else None),
            *_not_owned(assumptions),
        ),
        assumptions=assumptions,
        ordered_moments=_ordered_moments(moments),
        ordered_steps=_ordered_steps(results.returns, results.plan),
        voice=dataclasses.replace(results.voice, library=None) if results.voice else None,
        pins=_ordered_pins(pins, moments),
        plan_details=_signed(results.plan_details, agreements or Agreements()),
        agreements=agreements or Agreements(),
        strategy=strategy,
    )
    with written_for(settings.locale):
        answers = page_answers.all_answers(report)
    return dataclasses.replace(report, answers=answers)


def _counting_steps(case: Case, steps: Steps | None) -> Case:
    """The case whose verdict on steps counts those that have all they need, not rows."""
    if steps is None:
        return case
    verdict = [
        dataclasses.replace(one, params={**one.params, "steps": len(steps.steps)})
        if one.code == "steps"
        else one
        for one in case.verdict
    ]
    return dataclasses.replace(case, verdict=tuple(verdict))


def _without_rows(case: Case) -> Case:
    """The case without sample values of the EX file, and without the contents of EX cells that were
    set aside.
    """
    hidden = {(s.file, s.sheet) for s in case.sources if s.role == "ex"}
    return dataclasses.replace(
        case,
        sources=tuple(_without_samples(source) for source in case.sources),
        set_aside=tuple(
            dataclasses.replace(row, column=None, found=None)
            if (row.file, row.sheet) in hidden
            else row
            for row in case.set_aside
        ),
    )


def _without_samples(source: Source) -> Source:
    if source.role == "ex":
        return dataclasses.replace(source, samples={})
    return source


def _assumptions(
    settings: Settings, results: Results, begins: dt.date | None
) -> Iterator[Assumption]:
    """The register with the value each default came to in this case."""
    case = results.case
    used = {
        "start": case.base.t0 if case.base else None,
        "metric": results.link.metric if results.link else None,
        "budget": results.plan.choice.amount if results.plan else None,
        "plan_start": begins,
    }
    for assumption in settings.register({decision.code for decision in case.decisions}):
        if assumption.value is None and assumption.name in used:
            yield dataclasses.replace(assumption, value=used[assumption.name])
        else:
            yield assumption


def _signed(details: PlanDetails | None, agreements: Agreements) -> PlanDetails | None:
    """The plan's details, with the benefits of steps whose lift is signed, and still as signed."""
    if details is None or details.benefits is None:
        return details
    signed = {
        line.of
        for line in agreements.lines
        if line.kind == "lift" and line.signed and (line.kind, line.of) not in agreements.moved
    }
    return dataclasses.replace(details, benefits=details.benefits.signed(signed))


def _over(begins: dt.date | None, begin_again: dt.date | None) -> Iterator[Finding]:
    """A finding where the plan's month 1 is over, with the next quarter in which it may begin."""
    if begin_again is not None:
        params = {"start": begins, "next": begin_again}
        yield Finding("review", "plan_start_past", "budget", params)


def _not_owned(assumptions: Iterable[Assumption]) -> Iterator[Finding]:
    """A finding for each default that nobody owns."""
    for a in assumptions:
        if not a.owned:
            params = {"name": a.name, "value": a.value, "unit": a.unit}
            yield Finding("review", "assumed", "settings", params)


def _once(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Every finding once, where it was first said."""
    merged: dict[str, Finding] = {}
    for finding in found:
        params = sorted(finding.params.items(), key=str)
        merged.setdefault(repr((finding.status, finding.code, finding.where, params)), finding)
    return tuple(merged.values())


def _ordered_moments(moments: Moments | None) -> tuple[Moment, ...]:
    """Most money first, those without a figure last."""
    if moments is None:
        return ()
    return tuple(sorted(moments.moments, key=_by_stake))


def _by_stake(moment: Moment) -> tuple[bool, float]:
    value = moment.revenue_at_stake.value
    return value is None, -(value or 0.0)


def _ordered_pins(pins: Sequence[Pin], moments: Moments | None) -> tuple[Pin, ...]:
    """In the order of the moments, low marks first."""
    places = {moment.name: place for place, moment in enumerate(_ordered_moments(moments))}

    def place(pin: Pin) -> tuple[int, bool]:
        return places.get(pin.moment or "", len(places)), pin.direction != "low"

    return tuple(sorted(pins, key=place))


def _ordered_steps(returns: Returns | None, plan: Plan | None) -> tuple[StepReturn, ...]:
    """The plan's by start month, then the rest by expected NPV, unpriced last."""
    if returns is None:
        return ()
    starts = {id: plan.start_month.get(id, 0) for id in plan.chosen} if plan else {}

    def place(item: StepReturn) -> tuple[bool, int, bool, float]:
        unpriced = item.npv is None
        expected = item.npv.mean if item.npv else 0.0
        return item.step.id not in starts, starts.get(item.step.id, 0), unpriced, -expected

    return tuple(sorted(returns.steps, key=place))
