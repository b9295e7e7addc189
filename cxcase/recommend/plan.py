"""`plan_steps`: the recommendations sheet as steps with prices, lifts and an evidence grade."""

from __future__ import annotations

from cxcase.checks import Finding
from cxcase.content_key import content_key
from cxcase.intake import Case, Scale
from cxcase.link import Link
from cxcase.moments import Moments
from cxcase.recommend.cells import folded, rows
from cxcase.recommend.dependencies import related
from cxcase.recommend.evidence import CaseStudies
from cxcase.recommend.notes import WHERE, Note, findings_of, note
from cxcase.recommend.read_steps import Known, step_of
from cxcase.recommend.result import Step, Steps
from cxcase.settings import Settings
from cxcase.version import CODE


def plan_steps(case: Case, link: Link, moments: Moments, settings: Settings) -> Steps:
    """The sheet's steps in its order, checked against the moments and graded by evidence.

    What could not be used is set aside, what was missing is assumed; either way a finding says so.
    Never raises for weak data: without a sheet the result is empty.
    """
    ranges = (settings.lift_range, settings.cost_range)
    key = content_key(case.key, link.key, moments.key, *ranges, settings.same_teams, CODE)
    if not case.has("recommendations"):
        return Steps(key, (), (Finding("review", "no_recommendations", WHERE),))
    known = _known(case, link, moments, settings)
    notes: list[Note] = []
    found: dict[str, Step] = {}
    listed: list[str] = []
    for row in rows(case.table("recommendations")):
        id = row.text("id")
        if id is not None and folded(id) in map(folded, listed):
            notes.append(note("fail", "step_twice", id=id, row=row.number))
            continue
        listed += [id] if id is not None else []
        step, of_row = step_of(row, known, settings)
        notes += of_row
        if step is not None:
            found[step.id] = step
    steps, of_relations = related(found.values(), listed)
    return Steps(key, steps, findings_of([*notes, *of_relations]))


def _known(case: Case, link: Link, moments: Moments, settings: Settings) -> Known:
    names = [m.name for m in moments.moments] + [column.name for column in case.moments]
    scales: dict[str, Scale] = {column.name: column.scale for column in case.moments}
    if link.scale is not None:
        scales["ease"] = link.scale
    if link.ex_scale is not None:
        scales["ex"] = link.ex_scale
    studies = CaseStudies(rows(case.table("case_studies")) if case.has("case_studies") else ())
    settled = {
        folded(name): meant
        for name in settings.same_questions
        if (meant := settings.question(name)) in names
    }
    known = settled | {folded(name): name for name in reversed(names)}
    return Known(known, link.metric, scales, studies, _teams(case, settings))


def _teams(case: Case, settings: Settings) -> dict[str, str]:
    """Folded name -> team, of those that customers or units have.

    Other spellings that somebody settled too.
    """
    found: dict[str, str] = {}
    for table in ("units", "customers"):
        if case.has(table):
            try:
                names = case.table(table, ["team"])["team"].dropna().astype(str).unique().tolist()
            except (KeyError, ValueError):  # the column is absent
                continue
            found |= {folded(name): name for name in sorted(names, reverse=True)}
    meant = {folded(name): folded(team) for name, team in settings.same_teams.items()}
    return {name: found[team] for name, team in meant.items() if team in found} | found
