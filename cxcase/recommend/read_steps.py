"""Rows of the recommendations sheet to steps: a stated assumption fills a hole, or the row goes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from cxcase.intake import Scale
from cxcase.recommend.cells import Row, folded
from cxcase.recommend.evidence import EASE_WORDS, EX_WORDS, CaseStudies
from cxcase.recommend.notes import Notes
from cxcase.recommend.result import ActsOn, Step
from cxcase.settings import Settings

DELIVERY_ASSUMED = (
    3  # months, where the sheet gives none: a quarter, the shortest period most budgets know
)


@dataclass(frozen=True)
class Known:
    """What a step may act on: moments by folded name, the CX metric, and all their scales."""

    moments: Mapping[str, str]
    metric: str | None
    scales: Mapping[str, Scale]  # by moment name, "ease" for the metric, "ex"
    studies: CaseStudies
    teams: Mapping[str, str]  # by folded name, as the customer list or the units name them


def step_of(row: Row, known: Known, settings: Settings, notes: Notes) -> Step | None:
    """The step in a row, or None when it cannot be used; `notes` then says why."""
    id = row.text("id")
    if id is None:
        notes.single("fail", "step_without_id", row=row.number, title=row.text("title") or "")
        return None
    target = _target(row, id, known, notes)
    lifts = _lifts(row, id, settings, notes)
    costs = _costs(row, id, settings, notes)
    teams = _teams(row, id, known, notes)
    if target is None or lifts is None or costs is None or teams is None:
        return None
    acts_on, moments = target
    _check_scale(
        id, lifts.likely, [known.scales.get(name) for name in moments or (acts_on,)], notes
    )
    months, delivery_assumed = _delivery(row, id, notes)
    evidence = known.studies.speaking_for(acts_on, moments)
    if not evidence:
        notes.shared("step_without_evidence", id)
    effort = row.number_of("effort_days")
    return Step(
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
        delivery_assumed=delivery_assumed,
    )


def _target(row: Row, id: str, known: Known, notes: Notes) -> tuple[ActsOn, tuple[str, ...]] | None:
    """What the step acts on, by its own column or else by the moments it names."""
    names = row.names("moment")
    said = folded(row.text("acts_on") or "")
    if said in EX_WORDS or (
        not said and names and all(folded(n) in EX_WORDS - set(known.moments) for n in names)
    ):
        return "ex", ()
    if said in EASE_WORDS or (
        not said and names and all(folded(n) in EASE_WORDS - set(known.moments) for n in names)
    ):
        if said and said not in {"cx", "metric", known.metric}:
            notes.shared("step_reads_as_metric", id, metric=known.metric)
        return "ease", ()
    if not names and said in known.moments:
        names = (said,)
    if not names:
        notes.single("fail", "step_acts_on_nothing", id=id)
        return None
    return _moments(id, names, known, notes)


def _moments(
    id: str, names: tuple[str, ...], known: Known, notes: Notes
) -> tuple[ActsOn, tuple[str, ...]] | None:
    found = tuple(
        dict.fromkeys(known.moments[folded(n)] for n in names if folded(n) in known.moments)
    )
    for name in names:
        if folded(name) not in known.moments:
            close = get_close_matches(folded(name), known.moments, n=1, cutoff=0.5)
            suggestion = known.moments[close[0]] if close else None
            code = "step_moment_unknown" if suggestion else "step_moment_unknown_bare"
            notes.single(
                "review" if found else "fail", code, id=id, moment=name, suggestion=suggestion
            )
    if found:
        return ("moment", found)
    return None


def _teams(row: Row, id: str, known: Known, notes: Notes) -> tuple[str, ...] | None:
    """The teams a step is held to, none for all.

    None where it names only teams that the data do not have.
    """
    names = row.names("teams", ";,")
    whole = row.text("teams")
    if whole is not None and folded(whole) in known.teams:  # a team's own name may hold a comma
        names = (whole,)
    found = tuple(
        dict.fromkeys(known.teams[folded(name)] for name in names if folded(name) in known.teams)
    )
    for name in names:
        if folded(name) not in known.teams:
            close = get_close_matches(folded(name), known.teams, n=1, cutoff=0.6)
            suggestion = known.teams[close[0]] if close else None
            code = "step_team_unknown" if suggestion else "step_team_unknown_bare"
            code = code if known.teams else "team_of_step_not_known"
            notes.single(
                "review" if found else "fail", code, id=id, team=name, suggestion=suggestion
            )
    if found or not names:
        return found
    return None


@dataclass(frozen=True)
class _Lifts:
    low: float
    likely: float
    high: float
    assumed: bool


def _lifts(row: Row, id: str, settings: Settings, notes: Notes) -> _Lifts | None:
    """The lift and its P10 and P90; those the sheet does not give are shares of the likely lift."""
    likely = row.number_of("lift_likely")
    if likely is None and row.yes("mandatory"):
        likely = 0.0  # a duty needs no lift to be in the plan
        notes.shared("step_lift_zero", id)
    if likely is None:
        notes.single("fail", "step_without_lift", id=id)
        return None
    if likely < 0:
        notes.shared("step_lift_negative", id)
    shares = sorted(share * likely for share in settings.lift_range)
    low, high, assumed, wrong = _range(
        row.number_of("lift_low"), likely, row.number_of("lift_high"), shares
    )
    if wrong:
        notes.single("review", "step_lift_range_unusable", id=id, likely=likely)
    if assumed and likely:
        notes.shared(
            "step_lift_range_assumed", id, low=settings.lift_range[0], high=settings.lift_range[1]
        )
    return _Lifts(low, likely, high, assumed)


@dataclass(frozen=True)
class _Costs:
    one_off: float
    yearly: float
    low: float
    high: float
    assumed: bool


def _costs(row: Row, id: str, settings: Settings, notes: Notes) -> _Costs | None:
    """Costs with P10 and P90 of the one-off cost, or of the yearly cost where that is all."""
    one_off = row.number_of("one_off_cost")
    yearly = row.number_of("yearly_cost")
    if one_off is None and yearly is None:
        notes.shared("step_without_cost", id)
    one_off = one_off or 0.0
    yearly = yearly or 0.0
    if one_off < 0 or yearly < 0:
        notes.single("fail", "step_cost_negative", id=id, found=min(one_off, yearly))
        return None
    likely = one_off or yearly
    shares = [share * likely for share in settings.cost_range]
    given = row.number_of("cost_low"), row.number_of("cost_high")
    low, high, assumed, wrong = _range(given[0], likely, given[1], shares, positive=likely > 0)
    if wrong:
        notes.single("review", "step_cost_range_unusable", id=id, likely=likely)
    if assumed and likely:
        notes.shared(
            "step_cost_range_assumed", id, low=settings.cost_range[0], high=settings.cost_range[1]
        )
    return _Costs(one_off, yearly, low, high, assumed)


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


def _delivery(row: Row, id: str, notes: Notes) -> tuple[int, bool]:
    months = row.number_of("months_to_deliver")
    if months is None or months < 0:
        notes.shared("step_delivery_assumed", id, months=DELIVERY_ASSUMED)
        return DELIVERY_ASSUMED, True
    return math.ceil(months), False


def _check_scale(id: str, likely: float, scales: list[Scale | None], notes: Notes) -> None:
    ranges = [scale.high - scale.low for scale in scales if scale is not None]
    if ranges and abs(likely) > 0.5 * min(ranges):
        notes.single("review", "step_lift_large", id=id, lift=likely, range=min(ranges))
