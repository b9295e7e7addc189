"""What budget hands on: the plan that fits, what it left out and why, and what decides it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cxcase.budget.choice import Choice, Phase, Rules
from cxcase.budget.conflicts import Conflict
from cxcase.checks import Finding
from cxcase.estimate import Floats
from cxcase.roi import Benefits, Npv, Sensitivity, Single
from cxcase.shown import Shown

_SAME = 1e-6  # share of an expected NPV within which two are the same


@dataclass(frozen=True)
class FrontierPoint:
    """The best set for one budget."""

    budget: float
    npv_mean: float
    spend: float
    chosen: tuple[str, ...]
    gap: float = 0.0  # how far it may be from the best for this budget, as a share of its value
    start_month: Mapping[str, int] = field(default_factory=dict)  # step id -> month it starts


@dataclass(frozen=True)
class LeftOut:
    """A step that is not in the plan, and the code that says why."""

    id: str
    # no_value | needs | excluded | over_budget | better_elsewhere | over_capacity | barred | late |
    # quarter_full | not_priced | not_frozen
    why: str
    # what it needs, what excludes it, what the money does more on, or the team that is full
    other: str | None = None
    loss: float | None = None  # expected NPV the plan would lose if the step had to be in it


@dataclass(frozen=True)
class Alternative:
    """Another set beside the plan: `name` is "greedy", "own" or "frozen".

    broken: the rules it does not keep.
    """

    name: str
    start_month: Mapping[str, int]
    spend: float
    npv: Npv
    p_npv_positive: float
    broken: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Waiting:
    """Expected NPV that a plan forgoes by starting a year later, with its P10 and P90.

    Counted to the same last month; moving: where the months that are counted move along.
    """

    value: float
    p10: float
    p90: float
    moving: float


@dataclass(frozen=True)
class AtSilentLow:
    """A plan whose benefits are `share` of what they are: silent customers at their lower bound."""

    share: float
    npv: Npv
    p_npv_positive: float


@dataclass(frozen=True, eq=False, repr=False)
class Plan(Shown):
    """The best set of steps for the budget."""

    key: str
    choice: Choice
    spend: float
    effort_days: float
    chosen: tuple[str, ...]
    start_month: Mapping[str, int]
    phase: Mapping[str, Phase]
    early_wins: tuple[str, ...]
    npv: Npv | None
    npv_draws: Floats | None  # (n_draws,)
    p_npv_positive: float | None
    payback_months: int | None
    roi: float | None
    optimal: bool
    gap: float
    left_out: tuple[LeftOut, ...]
    npv_in_plan: Mapping[str, float]
    frontier: tuple[FrontierPoint, ...]
    next_10k: float | None  # expected NPV gained by 10,000 more of budget, by re-solving
    doing_nothing: float | None
    # (revenue kept a year at full lift on the curves, by the joint counterfactual)
    joint_check: tuple[float, float] | None
    cash: Floats  # base net cash of the plan at the ends of months 0..horizon
    findings: tuple[Finding, ...]
    rules: Rules = field(default_factory=Rules)
    spend_by_period: tuple[float, ...] = ()  # cash in each period of a `PeriodBudget`
    # cash after the last period, or after month 12, that the plan commits to
    spend_after: float = 0.0
    discounted_payback_months: int | None = None
    cvar: float | None = None  # mean NPV of the worst tenth of all draws
    irr: float | None = None  # of its base flows, a year; None where there is no single rate
    mirr: float | None = None  # where there are several, and only there
    waiting_a_year: Waiting | None = None
    silent_at_low: AtSilentLow | None = None
    # where risk is taken off single figures instead of being in the draws
    single: Single | None = None
    greedy: Alternative | None = None  # steps by NPV a unit of cost until the money is gone
    # what all that can be well spent counts against the budget; where nothing pays, every step
    paying: float = 0.0
    # the rules that no plan keeps together, when there is no plan
    conflicts: tuple[Conflict, ...] = ()
    frozen: bool = False  # its steps are those that somebody froze, not chosen anew

    @property
    def neighbours(self) -> tuple[FrontierPoint | None, FrontierPoint | None]:
        """The dearest frontier point below this plan's expected NPV, and the cheapest above it."""
        value = self.npv.mean if self.npv else 0.0
        close = _SAME * max(1.0, abs(value))
        amount = self.choice.amount
        points = self.frontier
        below = [p for p in points if p.npv_mean < value - close and p.budget < amount and p.chosen]
        above = [p for p in points if p.npv_mean > value + close and p.budget > amount]
        return (
            max(below, key=lambda point: point.npv_mean, default=None),
            min(above, key=lambda point: point.budget, default=None),
        )


@dataclass(frozen=True)
class Change:
    """What the plan would gain or lose by one step; `ids`: all that come or go with it.

    Spend and NPV: differences.
    """

    id: str
    ids: tuple[str, ...]
    spend: float
    npv_mean: float


@dataclass(frozen=True)
class Milestone:
    """Months of the plan in which a chosen step starts, is delivered, works in full, has paid back.

    paid: None where not in time. stop_below: the lift, in points of the scale it acts on, below
    which it is stopped once it is delivered.
    """

    id: str
    start: int
    delivered: int
    full: int
    paid: int | None
    stop_below: float | None


@dataclass(frozen=True)
class Pilot:
    """The input most worth knowing beforehand: its EVPPI, the pilot's cost, whether it pays."""

    kind: str
    of: str
    worth: float
    cost: float | None
    pays: bool | None


@dataclass(frozen=True, eq=False)
class Spread:
    """How often NPV falls between two edges (k + 1,): shares of all draws (k,)."""

    edges: Floats
    shares: Floats


@dataclass(frozen=True)
class Recut:
    """The smaller ask beside the old one, and what changed between them."""

    old: Plan
    new: Plan
    dropped: tuple[str, ...]
    added: tuple[str, ...]
    moved: Mapping[str, tuple[int, int]]  # step id -> (old, new) start month
    spend: float  # new less old
    npv_mean: float
    p_npv_positive: float


@dataclass(frozen=True)
class Period:
    """A period of the fiscal year, in months of the plan: what it may spend and what it does.

    budget: None without a limit. brought: what is carried over into it from earlier ones; left:
    what it leaves of both, which goes to the next one where sums roll over and lapses where they
    don't. Cash, undiscounted.
    """

    first: int
    last: int
    budget: float | None
    spent: float
    brought: float = 0.0
    left: float | None = None


@dataclass(frozen=True)
class FiscalYear:
    """A fiscal year, in months of the plan: cash as it falls, and its present value."""

    first: int
    last: int
    benefit: float
    cost: float
    net: float
    pv: float


@dataclass(frozen=True)
class OtherAsk:
    """Something that could be asked for: `name` is "nothing", "smaller", "ask" or "larger".

    roi, p_npv_positive: None where nothing is spent. cvar: mean NPV of the worst tenth of draws.
    """

    name: str
    spend: float
    npv: Npv
    roi: float | None
    p_npv_positive: float | None
    cvar: float | None
    steps: int = 0


@dataclass(frozen=True, eq=False, repr=False)
class PlanDetails(Shown):
    """All that stands beside a plan.

    Of a plan without steps only the re-cut and the person's own selection.
    """

    key: str
    sensitivity: Sensitivity | None = None
    benefits: Benefits | None = None
    fan: Floats | None = None  # (3, horizon + 1) P10, P50 and P90 of cash added up, undiscounted
    # month from which each of the three is back and stays; None: not in time
    fan_back: tuple[int | None, ...] = ()
    spread: Spread | None = None
    # step id -> share of draws in which it is chosen
    stable: Mapping[str, float] = field(default_factory=dict)
    # each chosen step taken out, with those that need it; least loss first
    less: tuple[Change, ...] = ()
    more: tuple[Change, ...] = ()  # each step left out put in, with what it needs; most gain first
    milestones: tuple[Milestone, ...] = ()
    pilot: Pilot | None = None
    periods: tuple[Period, ...] = ()  # those of the budget, else the quarters of the fiscal year
    own: Alternative | None = None
    recut: Recut | None = None
    years: tuple[FiscalYear, ...] = ()  # fiscal years as far as benefits are counted
    options: tuple[OtherAsk, ...] = ()  # what else could be asked for, the smallest first
