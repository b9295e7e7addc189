"""All stages into one `Report`: merged findings, one order for moments and steps, and nobody's
rows.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from cxcase.budget import Plan, PlanDetails
from cxcase.checks import Finding
from cxcase.estimate import content_key
from cxcase.intake import Case
from cxcase.link import Link
from cxcase.moments import Moment, Moments
from cxcase.recommend import Steps
from cxcase.report import page_answers
from cxcase.report.result import Report
from cxcase.roi import Returns, StepReturn
from cxcase.settings import Assumption, Settings
from cxcase.version import CODE
from cxcase.voice import Pin, Voice


def gather(
    case: Case,
    link: Link | None,
    moments: Moments | None,
    steps: Steps | None,
    returns: Returns | None,
    plan: Plan | None,
    settings: Settings,
    *,
    made_at: dt.datetime,
    company: str,
    plan_details: PlanDetails | None = None,
    begins: dt.date | None = None,
    voice: Voice | None = None,
    pins: Sequence[Pin] = (),
) -> Report:
    """One frozen `Report` of everything known so far; a later stage that has not run is None.

    `made_at` is the time printed on the outputs, `company` the name that heads them; `plan_details`
    what a reader asks of the plan, `begins` the first day of its month 1; `pins` what customers said that
    somebody chose to show. The key is made of all that goes into a case, so it is the same however
    far the stages have run.
    """
    stages = [
        stage for stage in (case, link, moments, voice, steps, returns, plan) if stage is not None
    ]
    assumptions = tuple(_assumptions(settings, case, link, plan, begins))
    report = Report(
        key=content_key(case.key, *pins, settings, CODE),
        made_at=made_at,
        company=company,
        currency=settings.currency_of(case.currency),
        settings=settings,
        case=_without_rows(case),
        link=link,
        moments=dataclasses.replace(moments, counterfactual=None) if moments else None,
        steps=steps,
        returns=returns,
        plan=plan,
        findings=_merged((f for stage in stages for f in stage.findings), assumptions),
        assumptions=assumptions,
        ordered_moments=tuple(_ordered_moments(moments)),
        ordered_steps=tuple(_ordered_steps(returns, plan)),
        voice=dataclasses.replace(voice, library=None) if voice else None,
        pins=_ordered_pins(pins, moments),
        plan_details=plan_details,
    )
    return dataclasses.replace(report, answers=page_answers.all_answers(report))


def _without_rows(case: Case) -> Case:
    """The case without sample values of the EX file, and without the contents of EX cells that were
    set aside.
    """
    hidden = {(s.file, s.sheet) for s in case.sources if s.role == "ex"}
    return dataclasses.replace(
        case,
        sources=tuple(
            dataclasses.replace(s, samples={}) if s.role == "ex" else s for s in case.sources
        ),
        set_aside=tuple(
            dataclasses.replace(row, column=None, found=None)
            if (row.file, row.sheet) in hidden
            else row
            for row in case.set_aside
        ),
    )


def _assumptions(
    settings: Settings, case: Case, link: Link | None, plan: Plan | None, begins: dt.date | None
) -> Iterator[Assumption]:
    """The register with the value each default came to in this case."""
    used = {
        "start": case.base.t0 if case.base else None,
        "metric": link.metric if link else None,
        "budget": plan.choice.amount if plan else None,
        "plan_start": begins,
    }
    for assumption in settings.register({decision.code for decision in case.decisions}):
        value = used.get(assumption.name) if assumption.value is None else assumption.value
        yield dataclasses.replace(assumption, value=value)


def _merged(found: Iterable[Finding], assumptions: Iterable[Assumption]) -> tuple[Finding, ...]:
    """Every finding once, in the order of the chain; a default that nobody owns is one of them."""
    merged: list[Finding] = []
    seen: set[str] = set()
    for finding in found:
        name = repr(
            (finding.status, finding.code, finding.where, sorted(finding.params.items(), key=str))
        )
        if name not in seen:
            seen.add(name)
            merged.append(finding)
    merged.extend(
        Finding("review", "assumed", "settings", {"name": a.name, "value": a.value, "unit": a.unit})
        for a in assumptions
        if not a.owned
    )
    return tuple(merged)


def _ordered_moments(moments: Moments | None) -> list[Moment]:
    def place(moment: Moment) -> tuple[bool, float]:
        value = moment.revenue_at_stake.value
        return (value is None, -(value or 0.0))

    if moments:
        return sorted(moments.moments, key=place)
    return []


def _ordered_pins(pins: Sequence[Pin], moments: Moments | None) -> tuple[Pin, ...]:
    places = {m.name: k for k, m in enumerate(_ordered_moments(moments))}
    return tuple(
        sorted(
            pins,
            key=lambda pin: (places.get(pin.moment or "", len(places)), pin.direction != "low"),
        )
    )


def _ordered_steps(returns: Returns | None, plan: Plan | None) -> list[StepReturn]:
    start = plan.start_month if plan else {}
    chosen = set(plan.chosen) if plan else set()

    def place(item: StepReturn) -> tuple[bool, float, bool, float]:
        inside = item.step.id in chosen
        expected = item.npv.mean if item.npv else None
        return (
            not inside,
            start.get(item.step.id, 0) if inside else 0,
            expected is None,
            -(expected or 0.0),
        )

    if returns:
        return sorted(returns.steps, key=place)
    return []
