"""Rows of the recommendations sheet to steps: a stated assumption fills a hole, a question waits
for its answer, and only what no answer could mend is set aside.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from cxcase.checks import FindingStatus
from cxcase.intake import Scale
from cxcase.recommend.asking import About, Read
from cxcase.recommend.cells import Row, folded
from cxcase.recommend.evidence.weighing import weigh
from cxcase.recommend.figures import Costs, Delivery, Lifts, costs_of, delivery_of, lifts_of
from cxcase.recommend.known import Known
from cxcase.recommend.notes import BEYOND, Notes
from cxcase.recommend.places import Place
from cxcase.recommend.result import SavingKind, Step, WaitingStep
from cxcase.recommend.where_it_acts import place_of
from cxcase.settings import Settings

# what a kind of saving is called, by the kind
_SAVINGS: Mapping[SavingKind, tuple[str, ...]] = {
    "people": ("people", "staff", "leaver", "turnover", "attrition", "personal", "personnel"),
    "cost to serve": ("serve", "contact", "call", "service", "handling"),
}


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
    teams = teams_of(row, about, known)
    parts: tuple[Read[Any], ...] = (place, lifts, costs, months, teams)
    notes = tuple(note for part in parts for note in part.notes)
    if any(part.value is None and part.question is None for part in parts):
        return None, notes
    if any(part.value is None for part in parts):
        return _waiting(about, place.value, parts), notes
    step = _step(row, about, known, [part.value for part in parts], settings)
    step, of_cap = _capped(step, about, settings)
    of_lift = (
        *_of_saving(row, about),
        *of_cap,
        *_check_scale(about, step, known.scales_of(place.value)),
        *_of_evidence(about, step),
    )
    return step, (*notes, *of_lift)


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
    settings: Settings,
) -> Step:
    """The step of these parts: where it acts, its lift, its cost, its time and its teams."""
    place: Place
    lifts: Lifts
    costs: Costs
    delivery: Delivery
    place, lifts, costs, delivery, teams = parts
    acted_on = place.moments or (place.acts_on,)
    scales = known.scales_of(place)
    evidence = known.studies.speaking_for(about.id, acted_on, scales, about.inherits)
    weighed = weigh((lifts.low, lifts.likely, lifts.high), evidence, settings)
    low, likely, high = weighed.used
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
        lift_low=low,
        lift_likely=likely,
        lift_high=high,
        lift_assumed=lifts.assumed,
        cost_assumed=costs.assumed,
        needs=row.names("needs", ";,"),
        excludes=row.names("excludes", ";,"),
        part_of=row.text("part_of"),
        owner=row.text("owner"),
        pnl_line=row.text("pnl_line"),
        effort_days=effort if effort is None or effort >= 0 else None,
        mandatory=row.yes("mandatory"),
        evidence_grade=weighed.grade,
        evidence=evidence,
        teams=teams,
        delivery_assumed=delivery.assumed,
        row=about.row,
        id_made=about.id_made,
        lift_evidence=weighed,
        best_quartile_gap=known.lead_of(place),
        inherits=about.inherits,
        **_saving(row),
        goal=row.text("goal"),
    )


def _saving(row: Row) -> dict[str, Any]:
    """What the step saves beside customers kept; nothing where the sheet gives none above 0."""
    saving = row.number_of("saving_per_year")
    if saving is None or saving <= 0:
        return {}
    said = folded(row.text("saving_kind") or "")
    kind = next((kind for kind, says in _SAVINGS.items() if any(w in said for w in says)), "other")
    return {
        "saving_per_year": saving,
        "saving_kind": kind,
        "cash_releasing": row.yes("cash_releasing"),
    }


def _of_saving(row: Row, about: About) -> Notes:
    """A note on a saving below zero, which is none."""
    saving = row.number_of("saving_per_year")
    if saving is None or saving >= 0:
        return ()
    return (about.note("review", "step_saving_negative", found=saving),)


def _of_evidence(about: About, step: Step) -> Notes:
    """Notes on a claim that studies speak against, on studies left out, and on none at all."""
    if not step.evidence:
        return (about.shared("step_without_evidence"),)
    weighed = step.lift_evidence
    notes = [
        about.note("review", study.why, source=study.source, unit=study.unit)
        for study in step.evidence
        if study.why is not None
    ]
    if weighed is not None and weighed.conflict and weighed.pooled is not None:
        ends = {"low": weighed.pooled.low, "high": weighed.pooled.high}
        kept = weighed.used == weighed.claim
        code = "step_lift_conflict_kept" if kept else "step_lift_conflict"
        conflict = about.note("review", code, lift=weighed.claim[1], **ends)
        notes.append(conflict)
    return tuple(notes)


def _capped(step: Step, about: About, settings: Settings) -> tuple[Step, Notes]:
    """The step with no more lift than sets the best quarter of teams apart, where that is wanted.

    Its range shrinks in proportion.
    """
    gap = step.best_quartile_gap
    if not settings.cap_lifts or gap is None or step.lift_likely <= gap:
        return step, ()
    share = gap / step.lift_likely
    capped = dataclasses.replace(
        step,
        lift_low=step.lift_low * share,
        lift_likely=gap,
        lift_high=step.lift_high * share,
    )
    return capped, (about.note("review", "step_lift_capped", lift=step.lift_likely, gap=gap),)


def _check_scale(about: About, step: Step, scales: Sequence[Scale]) -> Notes:
    """Notes where the lift is more than half of the scale, or beyond our own best teams."""
    ranges = [scale.high - scale.low for scale in scales]
    lift = step.lift_likely
    if ranges and abs(lift) > 0.5 * min(ranges):
        return (about.note("review", "step_lift_large", lift=lift, range=min(ranges)),)
    gap = step.best_quartile_gap
    if gap is not None and lift > gap:
        found = {"lift": lift, "gap": gap, "times": lift / gap}
        return (about.note("review", BEYOND, **found),)
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


def teams_of(row: Row, about: About, known: Known) -> Read[tuple[str, ...]]:
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
