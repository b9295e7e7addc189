"""What the settings ask of a plan, as a choice and its rules; and when its first month is."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping

from cxcase.budget.choice import (
    Capacity,
    Choice,
    EarlyWin,
    FixedBudget,
    MostCertain,
    PeriodBudget,
    Phasing,
    Rules,
    SmallestBudgetFor,
    TargetReturn,
)
from cxcase.recommend import Step
from cxcase.roi import Returns
from cxcase.settings import Settings

EVERYONE = "everyone"  # the name under which all own days are limited together
_YEAR = 12


def plan_start(settings: Settings, t0: dt.date | None) -> dt.date | None:
    """The first day of the plan's month 1: the one somebody chose, else twelve months after t0;
    None without both.
    """
    if settings.plan_start is not None:
        return settings.plan_start.replace(day=1)
    if t0 is None:
        return None
    return month_of(t0.replace(day=1), _YEAR + 1)


def month_of(first: dt.date, month: int) -> dt.date:
    """The first day of a month of the plan, which counts from 1."""
    years, at = divmod(first.month - 1 + month - 1, _YEAR)
    return dt.date(first.year + years, at + 1, 1)


def choice_of(settings: Settings, returns: Returns, t0: dt.date | None) -> Choice | None:
    """The choice that the settings make; None where they set no limit at all: enough for every
    step.
    """
    s = settings
    limit = settings.budget
    if s.budget_kind == "periods":
        begins = plan_start(s, t0)
        month = begins.month if begins else s.fiscal_start
        return PeriodBudget(s.period_budgets, s.budget_every, s.fiscal_start, month, s.roll_over)
    if s.budget_kind == "return":
        return TargetReturn(s.target_roi, limit)
    if s.budget_kind == "smallest":
        return SmallestBudgetFor(s.target_npv or 0.0)
    if s.budget_kind == "certain":
        return MostCertain(_enough(returns) if limit is None else limit, s.risk_aversion)
    if limit is None:
        return None
    return FixedBudget(limit)


def _enough(returns: Returns) -> float:
    return math.fsum(item.step.one_off_cost + item.step.yearly_cost for item in returns.steps)


def rules_of(settings: Settings, steps: Iterable[Step]) -> Rules:
    """The rules that the settings set. A step takes its own days of its owner, or of its teams in
    equal parts.
    """
    s = settings
    steps = tuple(steps)
    phased = s.phase_unlock is not None or s.phase_most or s.phase_tags
    return Rules(
        capacity=tuple(
            Capacity(name, days, effort_of(name, steps)) for name, days in s.team_days.items()
        ),
        early_win=None
        if s.early_win_days is None
        else EarlyWin(s.early_win_days, s.early_win_chance),
        phasing=Phasing(s.phase_unlock or 0, dict(s.phase_most), dict(s.phase_tags))
        if phased
        else None,  # type: ignore[arg-type]
        mandatory=s.mandatory,
        barred=s.barred,
    )


def effort_of(name: str, steps: Iterable[Step]) -> Mapping[str, float]:
    """Step id -> days of these people it takes: all of them of its owner, an equal part of each of
    its teams.
    """
    wanted = name.casefold().strip()
    found = {}
    for step in steps:
        if step.effort_days is None:
            continue
        teams = [team.casefold().strip() for team in step.teams]
        if wanted in (EVERYONE, (step.owner or "").casefold().strip()):
            found[step.id] = step.effort_days
        elif wanted in teams:
            found[step.id] = step.effort_days / len(teams)
    return found
