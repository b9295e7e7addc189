"""Rows of the recommendations sheet to steps: a stated assumption fills a hole, a question waits
for its answer, and only what no answer could mend is set aside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from cxcase.checks import FindingStatus
from cxcase.intake import Scale
from cxcase.recommend.asking import About, Read
from cxcase.recommend.cells import Row, folded
from cxcase.recommend.figures import Costs, Delivery, Lifts, costs_of, delivery_of, lifts_of
from cxcase.recommend.known import Known
from cxcase.recommend.notes import Notes
from cxcase.recommend.places import Place
from cxcase.recommend.result import Step, WaitingStep
from cxcase.recommend.where_it_acts import place_of
from cxcase.settings import Settings


def step_of(
    row: Row, about: About, known: Known, settings: Settings
) -> tuple[Step | WaitingStep | None, Notes]:
    """(the step in a row, or what it waits for; notes); None when the row cannot be used, and a
    note says why.
    """
    place = place_of(row, about, known)
    lifts = lifts_of(row, about, place.value, known, settings)
    costs = costs_of(row, about, settings)
    months = delivery_of(row, about)
    teams = _teams(row, about, known)
    parts: tuple[Read[Any], ...] = (place, lifts, costs, months, teams)
    notes = tuple(note for part in parts for note in part.notes)
    if any(part.value is None and part.question is None for part in parts):
        return None, notes
    if any(part.value is None for part in parts):
        return _waiting(about, place.value, parts), notes
    step = _step(row, about, known, [part.value for part in parts])
    unproven = () if step.evidence else (about.shared("step_without_evidence"),)
    return step, (*notes, *_check_scale(about, step, known.scales_of(place.value)), *unproven)


def _waiting(about: About, place: Place | None, parts: Sequence[Read[Any]]) -> WaitingStep:
    return WaitingStep(
        about.id,
        about.title,
        about.row,
        tuple(part.question for part in parts if part.question is not None),
        acts_on=place.acts_on if place else None,
        moments=place.moments if place else (),
        id_made=about.id_made,
    )


def _step(
    row: Row,
    about: About,
    known: Known,
    parts: Sequence[Any],
) -> Step:
    """The step of these parts: where it acts, its lift, its cost, its time and its teams."""
    place: Place
    lifts: Lifts
    costs: Costs
    delivery: Delivery
    place, lifts, costs, delivery, teams = parts
    evidence = known.studies.speaking_for(place.acts_on, place.moments)
    effort = row.number_of("effort_days")
    return Step(
        id=about.id,
        title=about.title,
        acts_on=place.acts_on,
        moments=place.moments,
        one_off_cost=costs.one_off,
        yearly_cost=costs.yearly,
        cost_low=costs.low,
        cost_high=costs.high,
        months_to_deliver=delivery.months,
        lift_low=lifts.low,
        lift_likely=lifts.likely,
        lift_high=lifts.high,
        lift_assumed=lifts.assumed,
        cost_assumed=costs.assumed,
        needs=row.names("needs", ";,"),
        excludes=row.names("excludes", ";,"),
        part_of=row.text("part_of"),
        owner=row.text("owner"),
        pnl_line=row.text("pnl_line"),
        effort_days=effort if effort is None or effort >= 0 else None,
        mandatory=row.yes("mandatory"),
        evidence_grade=evidence[0].grade if evidence else "D",
        evidence=evidence,
        teams=teams,
        delivery_assumed=delivery.assumed,
        row=about.row,
        id_made=about.id_made,
    )


def _check_scale(about: About, step: Step, scales: Sequence[Scale]) -> Notes:
    """A note where the lift is more than half of the scale it acts on."""
    ranges = [scale.high - scale.low for scale in scales]
    lift = step.lift_likely
    if ranges and abs(lift) > 0.5 * min(ranges):
        return (about.note("review", "step_lift_large", lift=lift, range=min(ranges)),)
    return ()


# ---- the teams it is held to ---------------------------------------------------------------------


def _known_names(names: tuple[str, ...], known: Mapping[str, str]) -> tuple[str, ...]:
    """Those of the names that are known, once each, as they are known."""
    return tuple(dict.fromkeys(known[folded(n)] for n in names if folded(n) in known))


def _closest(name: str, known: Mapping[str, str], cutoff: float) -> str | None:
    """The known name most like this one."""
    close = get_close_matches(folded(name), known, n=1, cutoff=cutoff)
    if close:
        return known[close[0]]
    return None


def _gravity(found: tuple[str, ...]) -> FindingStatus:
    """An unknown name is to be looked at beside known ones; alone it sets the step aside."""
    if found:
        return "review"
    return "fail"


def _teams(row: Row, about: About, known: Known) -> Read[tuple[str, ...]]:
    """The teams a step is held to, none for all; no value where the data have none of them."""
    names = row.names("teams", ";,")
    whole = row.text("teams")
    if whole is not None and folded(whole) in known.teams:  # a team's own name may hold a comma
        names = (whole,)
    found = _known_names(names, known.teams)
    notes = []
    for name in names:
        if folded(name) not in known.teams:
            meant = _closest(name, known.teams, 0.6)
            code = _unknown_team(meant, known)
            notes.append(about.note(_gravity(found), code, team=name, suggestion=meant))
    if found or not names:
        return Read(found, tuple(notes))
    return Read(None, tuple(notes))


def _unknown_team(meant: str | None, known: Known) -> str:
    """The code of a team that the data do not have."""
    if not known.teams:
        return "team_of_step_not_known"
    if meant is None:
        return "step_team_unknown_bare"
    return "step_team_unknown"
