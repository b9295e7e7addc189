"""Rows of the recommendations sheet to steps: a stated assumption fills a hole, or the row goes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Set
from dataclasses import dataclass
from difflib import get_close_matches

from cxcase.checks import FindingStatus
from cxcase.intake import Scale
from cxcase.recommend.cells import Row, folded
from cxcase.recommend.evidence import EASE_WORDS, EX_WORDS, CaseStudies
from cxcase.recommend.notes import Note, Notes, note, shared_note
from cxcase.recommend.result import ActsOn, Step
from cxcase.settings import Settings

# months, where the sheet gives none: a quarter, the shortest period most budgets know
DELIVERY_ASSUMED = 3


_Target = tuple[ActsOn, tuple[str, ...]]  # what a step acts on, and which moments


@dataclass(frozen=True)
class Known:
    """What a step may act on: moments by folded name, the CX metric, and all their scales."""

    moments: Mapping[str, str]
    metric: str | None
    scales: Mapping[str, Scale]  # by moment name, "ease" for the metric, "ex"
    studies: CaseStudies
    teams: Mapping[str, str]  # by folded name, as the customer list or the units name them


def step_of(row: Row, known: Known, settings: Settings) -> tuple[Step | None, Notes]:
    """(the step in a row, notes); None when the row cannot be used, and a note says why."""
    id = row.text("id")
    if id is None:
        title = row.text("title") or ""
        return None, (note("fail", "step_without_id", row=row.number, title=title),)
    target, of_target = _target(row, id, known)
    lifts, of_lifts = _lifts(row, id, settings)
    costs, of_costs = _costs(row, id, settings)
    teams, of_teams = _teams(row, id, known)
    notes = (*of_target, *of_lifts, *of_costs, *of_teams)
    if target is None or lifts is None or costs is None or teams is None:
        return None, notes
    acts_on, moments = target
    scales = [known.scales.get(name) for name in moments or (acts_on,)]
    months, of_delivery = _delivery(row, id)
    evidence = known.studies.speaking_for(acts_on, moments)
    unproven = () if evidence else (shared_note("step_without_evidence", id),)
    notes = (*notes, *_check_scale(id, lifts.likely, scales), *of_delivery, *unproven)
    effort = row.number_of("effort_days")
    step = Step(
        id=id,
        title=row.text("title") or id,
        acts_on=acts_on,
        moments=moments,
        one_off_cost=costs.one_off,
        yearly_cost=costs.yearly,
        cost_low=costs.low,
        cost_high=costs.high,
        months_to_deliver=months,
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
        delivery_assumed=bool(of_delivery),
    )
    return step, notes


def _target(row: Row, id: str, known: Known) -> tuple[_Target | None, Notes]:
    """(what the step acts on, by its own column or else by the moments it names; notes)."""
    names = row.names("moment")
    said = folded(row.text("acts_on") or "")
    if _means(said, names, EX_WORDS, known):
        return ("ex", ()), ()
    if _means(said, names, EASE_WORDS, known):
        if said and said not in {"cx", "metric", known.metric}:
            return ("ease", ()), (shared_note("step_reads_as_metric", id, metric=known.metric),)
        return ("ease", ()), ()
    if not names and said in known.moments:
        names = (said,)
    if not names:
        return None, (note("fail", "step_acts_on_nothing", id=id),)
    return _moments(id, names, known)


def _means(said: str, names: tuple[str, ...], words: Set[str], known: Known) -> bool:
    """True when a step says by these words what it acts on, and names no moment called so."""
    if said or not names:
        return said in words
    return all(folded(name) in words - set(known.moments) for name in names)


def _moments(id: str, names: tuple[str, ...], known: Known) -> tuple[_Target | None, Notes]:
    """(the moments of these names, None where there is none of them; notes)."""
    found = _known_names(names, known.moments)
    notes = []
    for name in names:
        if folded(name) not in known.moments:
            meant = _closest(name, known.moments, 0.5)
            code = "step_moment_unknown" if meant else "step_moment_unknown_bare"
            status = _gravity(found)
            notes.append(note(status, code, id=id, moment=name, suggestion=meant))
    if found:
        return ("moment", found), tuple(notes)
    return None, tuple(notes)


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


def _teams(row: Row, id: str, known: Known) -> tuple[tuple[str, ...] | None, Notes]:
    """(the teams a step is held to, none for all; notes).

    None where it names only teams that the data do not have.
    """
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
            notes.append(note(_gravity(found), code, id=id, team=name, suggestion=meant))
    if found or not names:
        return found, tuple(notes)
    return None, tuple(notes)


def _unknown_team(meant: str | None, known: Known) -> str:
    """The code of a team that the data do not have."""
    if not known.teams:
        return "team_of_step_not_known"
    if meant is None:
        return "step_team_unknown_bare"
    return "step_team_unknown"


@dataclass(frozen=True)
class _Lifts:
    low: float
    likely: float
    high: float
    assumed: bool


def _lifts(row: Row, id: str, settings: Settings) -> tuple[_Lifts | None, Notes]:
    """(lift with P10 and P90, notes); ends the sheet does not give are shares of the likely."""
    notes: list[Note] = []
    likely = row.number_of("lift_likely")
    if likely is None and row.yes("mandatory"):
        likely = 0.0  # a duty needs no lift to be in the plan
        notes.append(shared_note("step_lift_zero", id))
    if likely is None:
        return None, (note("fail", "step_without_lift", id=id),)
    if likely < 0:
        notes.append(shared_note("step_lift_negative", id))
    shares = sorted(share * likely for share in settings.lift_range)
    given = row.number_of("lift_low"), row.number_of("lift_high")
    low, high, assumed, wrong = _range(given[0], likely, given[1], shares)
    if wrong:
        notes.append(note("review", "step_lift_range_unusable", id=id, likely=likely))
    if assumed and likely:
        ends = settings.lift_range
        notes.append(shared_note("step_lift_range_assumed", id, low=ends[0], high=ends[1]))
    return _Lifts(low, likely, high, assumed), tuple(notes)


@dataclass(frozen=True)
class _Costs:
    one_off: float
    yearly: float
    low: float
    high: float
    assumed: bool


def _costs(row: Row, id: str, settings: Settings) -> tuple[_Costs | None, Notes]:
    """(costs with P10 and P90 of the one-off cost, or of the yearly where that is all; notes)."""
    notes: list[Note] = []
    one_off = row.number_of("one_off_cost")
    yearly = row.number_of("yearly_cost")
    if one_off is None and yearly is None:
        notes.append(shared_note("step_without_cost", id))
    one_off = one_off or 0.0
    yearly = yearly or 0.0
    if one_off < 0 or yearly < 0:
        negative = note("fail", "step_cost_negative", id=id, found=min(one_off, yearly))
        return None, (*notes, negative)
    likely = one_off or yearly
    shares = [share * likely for share in settings.cost_range]
    given = row.number_of("cost_low"), row.number_of("cost_high")
    low, high, assumed, wrong = _range(given[0], likely, given[1], shares, positive=likely > 0)
    if wrong:
        notes.append(note("review", "step_cost_range_unusable", id=id, likely=likely))
    if assumed and likely:
        ends = settings.cost_range
        notes.append(shared_note("step_cost_range_assumed", id, low=ends[0], high=ends[1]))
    return _Costs(one_off, yearly, low, high, assumed), tuple(notes)


def _range(
    low: float | None,
    likely: float,
    high: float | None,
    assumed: list[float],
    *,
    positive: bool = False,
) -> tuple[float, float, bool, bool]:
    """(low, high, assumed, unusable): the sheet's ends if they enclose `likely`, else assumed."""
    if low is not None and high is not None and low > high:
        low, high = high, low
    too_low = high is not None and high < likely
    too_high = low is not None and (low > likely or (positive and low <= 0))
    if too_low or too_high:
        low = high = None
    filled = low is None or high is None
    low = assumed[0] if low is None else low
    return low, assumed[1] if high is None else high, filled, too_low or too_high


def _delivery(row: Row, id: str) -> tuple[int, Notes]:
    """(months until it is delivered, a note where they are assumed)."""
    months = row.number_of("months_to_deliver")
    if months is None or months < 0:
        assumed = shared_note("step_delivery_assumed", id, months=DELIVERY_ASSUMED)
        return DELIVERY_ASSUMED, (assumed,)
    return math.ceil(months), ()


def _check_scale(id: str, likely: float, scales: list[Scale | None]) -> Notes:
    """A note where the lift is more than half of the scale it acts on."""
    ranges = [scale.high - scale.low for scale in scales if scale is not None]
    if ranges and abs(likely) > 0.5 * min(ranges):
        return (note("review", "step_lift_large", id=id, lift=likely, range=min(ranges)),)
    return ()
