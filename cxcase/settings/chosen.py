"""Every assumption a case rests on: its type, its default, its unit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cxcase.fixed import Fixed
from cxcase.settings.known_choices import (
    Audience,
    BudgetKind,
    DeckKind,
    Every,
    LiftSource,
    Metric,
    Ranges,
    RiskMode,
    Target,
)


@dataclass(frozen=True)
class Chosen:
    """What a person may choose.

    Fields not in `owned` are defaults: assumed until someone owns them.
    """

    currency: str = "GBP"
    start: dt.date | None = None  # t0; None: the day after the last CX response
    metric: Metric | None = None  # None: the first present of METRICS
    # beside tenure, segment and log revenue, which always enter when present
    controls: tuple[str, ...] = ()
    margin: float = 0.4
    # segment -> its own margin; all others have `margin`
    segment_margins: Mapping[str, float] = Fixed()
    discount: float = 0.10
    horizon: int = 36
    ramp_months: int = 12
    half_life_months: float = 24.0
    adoption: float = 1.0
    # P10 and P90 as shares of the likely lift where the sheet gives none
    lift_range: tuple[float, float] = (0.5, 1.5)
    # P10 and P90 as shares of the cost where the sheet gives none
    cost_range: tuple[float, float] = (0.9, 1.3)
    count_expansion: bool = False  # growth of those who stay, beside revenue kept
    lift_source: LiftSource = "evidence"  # all of it weighed, or the sheet's estimate alone
    cap_lifts: bool = False  # at what sets the company's own best quarter of teams apart
    study_shares: Mapping[str, float] = Fixed()  # kind of study -> share of its effect counted
    study_spread: float = 0.2  # how uncertain those shares are, as a share of the effect
    between_studies: float = 0.3  # spread between few studies, as a share of their effects
    lift_correlation: float = 0.3
    cost_correlation: float = 0.3
    # what a low and a high mean; experts' ranges are too narrow to be ends
    ranges: Ranges = "P10 and P90"
    day_rate: float | None = None  # of the company's own people; None: days are shown, not priced
    # what moments are brought up to; "rating": nine tenths of the scale
    target: Target = "best_quartile_team"
    target_ratings: Mapping[str, float] = Fixed()  # moment -> a person's own target, native points
    # of a scale: fails up to, bends at, excels from
    side_cuts: tuple[float, float, float] = (0.6, 0.7, 0.9)
    # moments in the order a customer lives them; the rest follow as the survey has them
    journey: tuple[str, ...] = ()
    budget: float | None = None  # None: enough for every step
    budget_kind: BudgetKind = "total"  # what is asked of the plan
    period_budgets: tuple[float, ...] = ()  # a sum a period, for "periods"
    budget_every: Every = "quarter"
    fiscal_start: int = 1  # calendar month in which the fiscal year begins
    # month 1 of the plan; None: the first quarter after the year we look at and after `plan_after`
    plan_start: dt.date | None = None
    # first day of the quarter in which somebody first asked for a plan; kept when it is reopened
    plan_after: dt.date | None = None
    roll_over: bool = True  # what a period leaves may be spent in the next
    target_roi: float = 1.0  # NPV a unit of cost, for "return"
    target_npv: float | None = None  # for "smallest"
    risk_aversion: float = 0.5  # weight of the bad cases, for "certain"
    team_days: Mapping[str, float] = Fixed()  # owner, team or EVERYONE -> days a month for change
    starts_per_quarter: int = 2  # steps that may start in a quarter, where `team_days` says nothing
    early_win_days: int | None = None  # None: no early win is asked for
    early_win_chance: float = 0.8
    # steps delivered before the next phase opens; None: phases are names only
    phase_unlock: int | None = None
    phase_most: Mapping[str, int] = Fixed()  # of PHASES: steps that may start in it
    phase_tags: Mapping[str, str] = Fixed()  # step id -> of PHASES
    mandatory: tuple[str, ...] = ()  # step ids, beside those of the sheet
    barred: tuple[str, ...] = ()
    # risk is counted in the draws, or as cuts to single figures: never both
    risk_mode: RiskMode = "draws"
    benefit_cut: float = 0.2  # of "adjusted": benefits less, costs more, as shares
    cost_rise: float = 0.1
    pilot_cost: float | None = None
    gate_months: int = 6  # from a part's delivery to its result, on which the next parts hang
    frozen_steps: Mapping[str, int] = Fixed()  # step id -> month; empty: chosen anew each time
    own_steps: tuple[str, ...] = ()  # a person's own selection, shown beside the plan
    # the earlier ask that was refused, as the settings in which it differed
    asked: Mapping[str, Any] = Fixed()
    k_min: int = 5  # smallest EX group that is used or shown
    seed: int = 0
    oldest_response_months: int = 12  # before t0; older responses are a decision
    # code -> option, for those somebody made; all others are defaults
    decisions: Mapping[str, str] = Fixed()
    # a team's name as some table has it -> the name that is meant
    same_teams: Mapping[str, str] = Fixed()
    # "R03:lift" -> 0.3, by a step's id or its title: what its sheet leaves open
    step_answers: Mapping[str, Any] = Fixed()
    step_cells: Mapping[str, str] = Fixed()  # "R03:lift_likely" -> "0.3", as somebody typed it
    strategy: str = ""  # goals, mission, vision and values, as the company says them
    evidence_cells: Mapping[str, str] = Fixed()  # "E1:effect" -> as it was typed on the page
    step_reasons: Mapping[str, str] = Fixed()  # the same -> why it was changed
    added_steps: tuple[str, ...] = ()  # ids of a person's own steps, beside those of the list
    removed_steps: tuple[str, ...] = ()  # steps of the list that were taken out
    # a moment as one wave words it -> the moment that is meant
    same_questions: Mapping[str, str] = Fixed()
    # of ID_RULES: what is ignored where a response's id is in no list
    same_ids: tuple[str, ...] = ()
    currency_rates: Mapping[str, float] = Fixed()  # what one unit of another currency is worth
    locale: str = "en_GB"  # whose way of writing numbers, dates and money
    # what the deck shows and for whom; no figure depends on it
    deck: DeckKind = "full"
    audience: Audience | None = None  # None: the whole leadership team
    slide_order: tuple[str, ...] = ()  # slides that come first after the ask, in this order
    slides_dropped: tuple[str, ...] = ()
    slide_titles: Mapping[str, str] = Fixed()  # slide -> the title it has instead of its own
    owned: frozenset[str] = frozenset()
