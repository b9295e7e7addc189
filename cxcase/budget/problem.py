"""A choice and its rules as a programme: which steps may start when, and the rows holding them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from cxcase.budget.benefit_planes import CurveBenefit
from cxcase.budget.choice import (
    LAST_START,
    QUARTER,
    Choice,
    MostCertain,
    PeriodBudget,
    Phase,
    Rules,
    phase,
    quarter,
)
from cxcase.budget.choice import SmallestBudgetFor as Smallest
from cxcase.budget.choice import TargetReturn as Target
from cxcase.budget.milp import Goal, Option, Problem, Row
from cxcase.budget.valuation import SEARCH_DRAWS, earliest_starts
from cxcase.estimate import Floats
from cxcase.roi import Model
from cxcase.time_units import MONTH_DAYS

_WORK = 3e7  # options x months x scenarios the search may hold in its head
_BEFORE: Mapping[Phase, Phase] = {"walk": "crawl", "run": "walk"}


def problem_of(model: Model, choice: Choice, rules: Rules, draws: slice | None = None) -> Problem:
    """The programme of this choice.

    Without periods and timed rules each step starts as early as its needs allow. draws: the
    scenarios it is to be best over; as many as the search can hold where none are given.
    """
    options = tuple(_options(model, choice, rules))
    draws = _draws(model, len(options)) if draws is None else draws
    cost = [model.pv_cost(o.id, o.start) * model.cost_draws[o.id][draws] for o in options]
    n_draws = len(next(iter(model.cost_draws.values()))[draws])
    return Problem(
        options=options,
        cost_draws=np.array(cost) if cost else np.zeros((0, n_draws)),
        spend=np.array([model.spend(o.id, o.start) for o in options]),
        rows=tuple(_Rows(model, options, choice, rules)),
        benefits=tuple(_benefits(model, options, draws)),
        goal=_goal(choice),
        saved=np.array([model.pv_saved({o.id: o.start}) for o in options]),
    )


def _goal(choice: Choice) -> Goal:
    if isinstance(choice, Smallest):
        return Goal(reach=choice.npv)
    if isinstance(choice, Target):
        return Goal(ratio=choice.roi)
    if isinstance(choice, MostCertain):
        return Goal(aversion=choice.aversion, tail=choice.tail)
    return Goal()


def _draws(model: Model, options: int) -> slice:
    """Evenly spaced draws, a power of two of them, as many as the search can hold."""
    n = len(next(iter(model.cost_draws.values())))
    room = max(16.0, _WORK / max(1, options * model.settings.horizon))
    most = min(SEARCH_DRAWS, 2 ** int(math.log2(room)))
    return slice(0, None, max(1, n // most))


def _benefits(model: Model, options: tuple[Option, ...], draws: slice) -> Iterator[CurveBenefit]:
    for name in model.curves:
        on = [
            (place, o.id, o.start) for place, o in enumerate(options) if name in model.moves[o.id]
        ]
        if on:
            yield CurveBenefit(model, name, on, draws)


def _options(model: Model, choice: Choice, rules: Rules) -> Iterator[Option]:
    earliest = earliest_starts(model)
    last = _last_start(model, choice, rules, earliest)
    for id, first in earliest.items():
        if isinstance(choice, PeriodBudget):
            starts = {
                max(begin, first) for begin, end in choice.periods if first <= end and begin <= last
            }
            if rules.starts_per_quarter:
                ends = min(last, choice.periods[-1][1])
                starts |= {first, *range(1, ends + 1, QUARTER)} if first <= ends else set()
        elif rules.timed:
            starts = {first, *range(1, last + 1, QUARTER)}
        else:
            starts = {first}
        tags = rules.phasing.tags if rules.phasing else {}
        for start in sorted(starts):
            if start >= first and (id not in tags or tags[id] == phase(start)):
                yield Option(id, start)


def _last_start(model: Model, choice: Choice, rules: Rules, earliest: Mapping[str, int]) -> int:
    """The last month of the grid of starts.

    Where nothing but the pace holds steps back, none waits longer than all others take to start;
    with a sum a period a step may wait for money.
    """
    last = min(LAST_START, model.settings.horizon)
    held = rules.capacity or rules.phasing or isinstance(choice, PeriodBudget)
    if rules.starts_per_quarter is None or held:
        return last
    quarters = math.ceil(len(earliest) / rules.starts_per_quarter)
    return min(last, max(earliest.values(), default=1) + QUARTER * quarters)


class _Rows:
    """Every rule of a plan as rows, the budget's first."""

    def __init__(
        self, model: Model, options: tuple[Option, ...], choice: Choice, rules: Rules
    ) -> None:
        self.model = model
        self.options = options
        self.choice = choice
        self.rules = rules
        self.of: dict[str, list[int]] = {id: [] for id in model.steps}
        for place, option in enumerate(options):
            self.of[option.id].append(place)

    def __iter__(self) -> Iterator[Row]:
        yield from self._budget()
        for id, at in self.of.items():
            if len(at) > 1:
                yield _row(("once", id), dict.fromkeys(at, 1.0), high=1.0)
            if self.model.steps[id].mandatory or id in self.rules.mandatory:
                yield _row(("mandatory", id), dict.fromkeys(at, 1.0), low=1.0)
            if id in self.rules.barred:
                yield _row(("barred", id), dict.fromkeys(at, 1.0), high=0.0)
        yield from self._relations()
        for capacity in self.rules.capacity:
            yield from self._capacity(capacity.team, capacity.days_per_month, capacity.effort)
        if self.rules.starts_per_quarter:
            yield from self._pace(self.rules.starts_per_quarter)
        if self.rules.early_win:
            won = {place: 1.0 for place in range(len(self.options)) if self._early(place)}
            yield _row(("early_win",), won, low=1.0)
        if self.rules.phasing:
            yield from self._phases()

    def _budget(self) -> Iterator[Row]:
        if not isinstance(self.choice, PeriodBudget):
            spend = {k: self.model.spend(o.id, o.start) for k, o in enumerate(self.options)}
            yield _row(("budget",), spend, high=self.choice.amount)
            return
        total = 0.0
        for k, ((begin, end), amount) in enumerate(
            zip(self.choice.periods, self.choice.amounts, strict=True)
        ):
            total += amount
            first, most = (1, total) if self.choice.roll_over else (begin, amount)
            spend = {
                k: cash(self.model, o.id, o.start, first, end) for k, o in enumerate(self.options)
            }
            yield _row(("budget", str(k + 1)), spend, high=most)

    def _relations(self) -> Iterator[Row]:
        steps = self.model.steps
        for id, step in steps.items():
            for need in step.needs:
                if need in steps:
                    yield from self._need(id, need)
            for other in step.excludes:
                if other in steps and (id < other or id not in steps[other].excludes):
                    yield _row(
                        ("excludes", id, other),
                        dict.fromkeys(self.of[id] + self.of[other], 1.0),
                        high=1.0,
                    )

    def _need(self, id: str, need: str) -> Iterator[Row]:
        """What has started by a month needs what was delivered by then."""
        deliver = self.model.steps[need].months_to_deliver
        for place in self.of[id]:
            start = self.options[place].start
            begun = {k: 1.0 for k in self.of[id] if self.options[k].start <= start}
            ready = {k: -1.0 for k in self.of[need] if self.options[k].start + deliver <= start}
            yield _row(("needs", id, need), {**begun, **ready}, high=0.0)

    def _capacity(self, team: str, days: float, effort: Mapping[str, float]) -> Iterator[Row]:
        seen = set()
        busy = [
            (k, o.start, max(1, self.model.steps[o.id].months_to_deliver))
            for k, o in enumerate(self.options)
        ]
        last = max((start + months for _, start, months in busy), default=1)
        for month in range(1, last):
            load = {
                k: effort.get(self.options[k].id, 0.0) / months
                for k, start, months in busy
                if start <= month < start + months and effort.get(self.options[k].id, 0.0) > 0
            }
            key = tuple(load.items())
            if load and key not in seen:
                seen.add(key)
                yield _row(("capacity", team), load, high=days)

    def _pace(self, most: int) -> Iterator[Row]:
        """So many steps may start in a quarter of the plan."""
        inside: dict[int, list[int]] = {}
        for place, option in enumerate(self.options):
            inside.setdefault(quarter(option.start), []).append(place)
        for at in inside.values():
            if len(at) > most:
                yield _row(("quarter_full",), dict.fromkeys(at, 1.0), high=float(most))

    def _early(self, place: int) -> bool:
        """Whether a step started then has paid back in time and is likely enough to pay."""
        rule = self.rules.early_win
        if rule is None:
            return False
        won = win_in(self.model, self.options[place], rule.p, rule.days)
        return won is not None and won <= rule.days

    def _phases(self) -> Iterator[Row]:
        rule = self.rules.phasing
        if rule is None:
            return
        inside: dict[Phase, list[int]] = {"crawl": [], "walk": [], "run": []}
        for place, option in enumerate(self.options):
            inside[phase(option.start)].append(place)
        for name, most in rule.most.items():
            yield _row(("phase_full", name), dict.fromkeys(inside[name], 1.0), high=float(most))
        if rule.unlock == 0:
            return
        for name, before in _BEFORE.items():
            for place in inside[name]:
                start = self.options[place].start
                done = [k for k in inside[before] if self._delivered(k) <= start]
                yield _row(
                    ("phase_locked", name),
                    {**dict.fromkeys(done, -1.0), place: float(rule.unlock)},
                    high=0.0,
                )

    def _delivered(self, place: int) -> int:
        option = self.options[place]
        return option.start + self.model.steps[option.id].months_to_deliver


def win_in(model: Model, option: Option, p: float, within: float = math.inf) -> int | None:
    """Days after the plan's start by which this step alone has paid back.

    None if never, or less likely than p.
    """
    if not model.moves[option.id]:
        return None
    alone = {option.id: option.start}
    paid = model.flows(alone).payback
    if (
        paid is None
        or round(paid * MONTH_DAYS) > within
        or float(np.mean(model.npv_draws(alone) > 0)) < p
    ):
        return None
    return round(paid * MONTH_DAYS)


def cash(model: Model, id: str, start: int, first: int, last: int) -> float:
    """Cash a step costs in the months first to last, at its likely cost, undiscounted."""
    step = model.steps[id]
    running = max(0, min(last, model.settings.horizon) - max(first, start) + 1)
    return (
        step.one_off_cost if first <= start <= last else 0.0
    ) + step.yearly_cost / 12.0 * running


def _row(
    rule: tuple[str, ...],
    factor: Mapping[int, float],
    low: float = -math.inf,
    high: float = math.inf,
) -> Row:
    return Row(
        rule,
        np.fromiter(factor, dtype=np.int64),
        np.fromiter(factor.values(), dtype=float),
        low,
        high,
    )


def starts_at(
    options: Iterable[Option], places: Iterable[int], order: Iterable[str]
) -> dict[str, int]:
    """Step id -> start month of the options at these places, in this order of ids."""
    options = tuple(options)
    starts = {options[k].id: options[k].start for k in places}
    return {id: starts[id] for id in order if id in starts}


def indicator(options: tuple[Option, ...], starts: Mapping[str, int]) -> Floats:
    """(n,) 1 where the option is one of these starts."""
    return np.array([float(starts.get(o.id) == o.start) for o in options])
