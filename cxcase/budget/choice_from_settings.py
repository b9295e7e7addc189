"""What the settings ask of a plan, as a choice and its rules; and when its first month is."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping

from cxcase.budget.choice import (
    PHASES,
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
    """First day of the plan's month 1: as chosen, else that of a calendar quarter.

    Of the first one that begins after t0 + 12 months and after the day on which the plan was asked
    for. None where neither was chosen nor t0 is known.
    """
    if settings.plan_start is not None:
        return settings.plan_start.replace(day=1)
    if t0 is None:
        return None
    year_after = month_of(t0.replace(day=1), _YEAR + 1)
    return quarter_after(max(year_after, settings.plan_after or year_after))


def begin_again(begins: dt.date | None, today: dt.date | None) -> dt.date | None:
    """The next quarter in which a plan may begin whose month 1 is over; None where it is not."""
    if begins is None or today is None or begins >= today.replace(day=1):
        return None
    return quarter_after(today)


def quarter_after(day: dt.date) -> dt.date:
    """The first day of the first calendar quarter that begins after a day."""
    first = dt.date(day.year, day.month - (day.month - 1) % 3, 1)
    return month_of(first, 4)


def month_of(first: dt.date, month: int) -> dt.date:
    """The first day of a month of the plan, which counts from 1."""
    years, at = divmod(first.month - 1 + month - 1, _YEAR)
    return dt.date(first.year + years, at + 1, 1)


def choice_of(settings: Settings, returns: Returns, t0: dt.date | None) -> Choice | None:
    """The choice that the settings make; None where they set no limit: enough for every step."""
    s = settings
    limit = settings.budget
    if s.budget_kind == "periods":
        begins = plan_start(s, t0)
        month = s.fiscal_start if begins is None else begins.month
        return PeriodBudget(s.period_budgets, s.budget_every, s.fiscal_start, month, s.roll_over)
    if s.budget_kind == "return":
        return TargetReturn(s.target_roi, limit)
    if s.budget_kind == "smallest":
        return SmallestBudgetFor(s.target_npv or 0.0)
    if s.budget_kind == "certain":
        amount = _enough(returns) if limit is None else limit
        return MostCertain(amount, s.risk_aversion)
    if limit is None:
        return None
    return FixedBudget(limit)


def _enough(returns: Returns) -> float:
    """What every step costs together, each with a full year."""
    return math.fsum(item.step.one_off_cost + item.step.yearly_cost for item in returns.steps)


def rules_of(settings: Settings, steps: Iterable[Step]) -> Rules:
    """The rules that the settings set.

    A step takes its own days of its owner, or of its teams in equal parts.
    """
    steps = tuple(steps)
    team_days = settings.team_days.items()
    return Rules(
        capacity=tuple(Capacity(name, days, effort_of(name, steps)) for name, days in team_days),
        early_win=_early_win(settings),
        phasing=_phasing(settings),
        mandatory=settings.mandatory,
        barred=settings.barred,
        starts_per_quarter=None if settings.team_days else settings.starts_per_quarter,
    )


def _early_win(settings: Settings) -> EarlyWin | None:
    if settings.early_win_days is None:
        return None
    return EarlyWin(settings.early_win_days, settings.early_win_chance)


def _phasing(settings: Settings) -> Phasing | None:
    """Crawl, walk, run as the settings want it; None where they say nothing of phases."""
    if settings.phase_unlock is None and not settings.phase_most and not settings.phase_tags:
        return None
    return Phasing(
        unlock=settings.phase_unlock or 0,
        most={PHASES[name]: most for name, most in settings.phase_most.items()},
        tags={id: PHASES[name] for id, name in settings.phase_tags.items()},
    )


def effort_of(name: str, steps: Iterable[Step]) -> Mapping[str, float]:
    """Step id -> own days it takes of these people.

    All of them are its owner's; without that owner each of its teams gives an equal part.
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
