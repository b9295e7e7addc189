"""`plan_steps`: the recommendations sheet as steps with prices, lifts and an evidence grade."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from cxcase.checks import Finding
from cxcase.content_key import content_key
from cxcase.intake import Case, Scale, TypedCells
from cxcase.link import Link
from cxcase.moments import Moments
from cxcase.recommend.asking import About
from cxcase.recommend.cells import Row, folded, rows
from cxcase.recommend.chunking.inherited import with_parents
from cxcase.recommend.dependencies import related
from cxcase.recommend.edits.apply import edited
from cxcase.recommend.evidence.kinds import COUNTED
from cxcase.recommend.evidence.register import register_notes, register_of
from cxcase.recommend.evidence.studies import CaseStudies
from cxcase.recommend.known import Known
from cxcase.recommend.notes import WHERE, Note, findings_of, note
from cxcase.recommend.places import plain
from cxcase.recommend.read_steps import step_of
from cxcase.recommend.result import AsideStep, Step, Steps, WaitingStep
from cxcase.recommend.sheet import identified, said_over, with_places
from cxcase.settings import Settings
from cxcase.version import CODE


def plan_steps(
    case: Case,
    link: Link,
    moments: Moments,
    settings: Settings,
    typed: Mapping[str, TypedCells] | None = None,
    said: Mapping[str, TypedCells] | None = None,
) -> Steps:
    """The sheet's steps in its order, then a person's own, checked against the moments and graded
    by evidence. typed: what the settings say was typed into cells, read; by a step's name. said:
    the same of evidence, by its row.

    What is open waits, what could not be used is set aside, what was missing is assumed; each time
    a finding says so. Never raises for weak data: without a sheet the result is empty.
    """
    key = content_key(case.key, link.key, moments.key, _chosen(settings), CODE)
    if not case.has("recommendations"):
        return Steps(key, (), (Finding("review", "no_recommendations", WHERE),))
    known = _known(case, link, moments, settings, said or {})
    sheet, notes = with_places(list(rows(case.table("recommendations"))), known.moments)
    abouts, of_ids = identified(sheet, settings.step_answers)
    notes = (*notes, *of_ids, *said_over(sheet, abouts), *_unknown_kinds(settings))
    notes = (*notes, *_unread_evidence(said or {}))
    changed = edited(sheet, abouts, known, settings, typed or {})
    sheet = changed.sheet
    abouts = with_parents(sheet, changed.abouts)
    notes = (*notes, *changed.notes)
    found: dict[str, Step | WaitingStep] = {}
    aside: dict[str, AsideStep] = {}
    for row, about in zip(sheet, abouts, strict=True):
        step, of_row = _read(row, about, known, settings, found)
        notes = (*notes, *of_row)
        if step is None:
            failed = next(one.code for one in of_row if one.status == "fail")
            aside[f"{about.id} {about.row}"] = AsideStep(about.id, about.title, about.row, failed)
        else:
            found[about.id] = step
    steps = _result(key, found, tuple(aside.values()), abouts, notes)
    register = register_of(known.studies, steps.steps)
    of_register = findings_of(tuple(register_notes(register, steps.steps)))
    return replace(
        steps,
        rows=changed.rows,
        removed=changed.removed,
        edits=changed.edits,
        teams=tuple(sorted(set(known.teams.values()))),
        register=register,
        findings=(*steps.findings, *of_register),
    )


def _unknown_kinds(settings: Settings) -> tuple[Note, ...]:
    """A note where a share is given for a kind of study that there is not."""
    names = tuple(sorted(set(settings.study_shares) - set(COUNTED)))
    if not names:
        return ()
    return (note("review", "study_share_unused", names=names, kinds=tuple(COUNTED)),)


def _chosen(settings: Settings) -> tuple[object, ...]:
    """What a person chose that steps hang on."""
    s = settings
    evidence = (
        s.lift_source,
        s.study_shares,
        s.study_spread,
        s.between_studies,
        s.ranges,
        s.cap_lifts,
    )
    changed = (s.step_cells, s.step_reasons, s.added_steps, s.removed_steps)
    return (
        s.lift_range,
        s.cost_range,
        *evidence,
        s.same_teams,
        s.step_answers,
        s.evidence_cells,
        *changed,
    )


def _read(
    row: Row,
    about: About,
    known: Known,
    settings: Settings,
    found: Mapping[str, Step | WaitingStep],
) -> tuple[Step | WaitingStep | None, tuple[Note, ...]]:
    """The step in a row; none where an earlier row has its id."""
    if folded(about.id) in map(folded, found):
        return None, (about.note("fail", "step_twice"),)
    return step_of(row, about, known, settings)


def _result(
    key: str,
    found: Mapping[str, Step | WaitingStep],
    aside: tuple[AsideStep, ...],
    abouts: tuple[About, ...],
    notes: tuple[Note, ...],
) -> Steps:
    """The steps that can start, those that wait for themselves or for others, and the rest."""
    complete = [step for step in found.values() if isinstance(step, Step)]
    waiting = {step.id: step for step in found.values() if isinstance(step, WaitingStep)}
    steps, of_relations = related(complete, [about.id for about in abouts], waiting)
    kept = {step.id for step in steps}
    for step in complete:
        others = of_relations.waits_for.get(step.id)
        if others:
            waiting[step.id] = _waits_for(step, others)
        elif step.id not in kept:
            code = of_relations.aside[step.id]
            aside = (*aside, AsideStep(step.id, step.title, step.row or 0, code))
    order = {about.id: about.row for about in abouts}
    return Steps(
        key,
        steps,
        findings_of([*notes, *of_relations.notes]),
        tuple(sorted(waiting.values(), key=lambda step: order[step.id])),
        tuple(sorted(aside, key=lambda step: step.row)),
    )


def _waits_for(step: Step, others: tuple[str, ...]) -> WaitingStep:
    return WaitingStep(
        step.id, step.title, step.row or 0, (), others, step.acts_on, step.moments, step.id_made
    )


def _known(
    case: Case,
    link: Link,
    moments: Moments,
    settings: Settings,
    said: Mapping[str, TypedCells],
) -> Known:
    names = [m.name for m in moments.moments] + [column.name for column in case.moments]
    scales: dict[str, Scale] = {column.name: column.scale for column in case.moments}
    if link.scale is not None:
        scales["ease"] = link.scale
    if link.ex_scale is not None:
        scales["ex"] = link.ex_scale
    settled = {
        plain(name): meant
        for name in settings.same_questions
        if (meant := settings.question(name)) in names
    }
    asked = {plain(column.question): column.name for column in case.moments if column.question}
    known = asked | settled | {plain(name): name for name in reversed(names)}
    of_sheet = tuple(rows(case.table("case_studies"))) if case.has("case_studies") else ()
    studies = CaseStudies((*of_sheet, *_typed_rows(said, len(of_sheet))), known, settings)
    scores = {m.name: m.performance.value for m in moments.moments if m.performance.value}
    leads = {m.name: m.best_quartile_gap for m in moments.moments if m.best_quartile_gap}
    return Known(known, link.metric, scales, studies, _teams(case, settings), scores, leads)


def _typed_rows(said: Mapping[str, TypedCells], last: int) -> Iterator[Row]:
    """The evidence that was typed on the page, below that of the sheet."""
    for number, cells in enumerate(said.values(), start=last + 1):
        yield Row(cells.values, number)


def _unread_evidence(said: Mapping[str, TypedCells]) -> Iterator[Note]:
    """A note a cell of typed evidence that is no figure; the row counts without it."""
    for row, cells in said.items():
        for field in sorted(cells.unread):
            told = {"source": cells.typed.get("source") or row, "field": field}
            yield note("review", "evidence_cell_unread", **told, typed=cells.typed[field])


def _teams(case: Case, settings: Settings) -> dict[str, str]:
    """Folded name -> team or segment, of those that customers or units have; a team's name first.

    Other spellings that somebody settled too.
    """
    segments = _names_in(case, "customers", "segment")
    found = segments | _names_in(case, "units", "team") | _names_in(case, "customers", "team")
    meant = {folded(name): folded(team) for name, team in settings.same_teams.items()}
    return {name: found[team] for name, team in meant.items() if team in found} | found


def _names_in(case: Case, table: str, column: str) -> dict[str, str]:
    """Folded name -> name, of all in a column; nothing where it is absent."""
    if not case.has(table):
        return {}
    try:
        names = case.table(table, [column])[column].dropna().astype(str).unique().tolist()
    except (KeyError, ValueError):
        return {}
    return {folded(name): name for name in sorted(names, reverse=True)}
