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


@dataclass(frozen=True)
class FrontierPoint:
    """The best set for one budget."""

    budget: float
    npv_mean: float
    spend: float
    chosen: tuple[str, ...]
    gap: float = 0.0  # how far it may be from the best for this budget, as a share of its value


@dataclass(frozen=True)
class LeftOut:
    """A step that is not in the plan, and the code that says why."""

    id: str
    # no_value | needs | excluded | over_budget | better_elsewhere | over_capacity | barred | late |
    # not_priced
    why: str
    # what it needs, what excludes it, what the money does more on, or the team that is full
    other: str | None = None
    loss: float | None = None  # expected NPV the plan would lose if the step had to be in it


@dataclass(frozen=True)
class Alternative:
    """Another set beside the plan: `name` is "greedy" or "own".

    broken: the rules it does not keep.
    """

    name: str
    start_month: Mapping[str, int]
    spend: float
    npv: Npv
    p_npv_positive: float
    broken: tuple[tuple[str, ...], ...] = ()


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
    # where risk is taken off single figures instead of being in the draws
    single: Single | None = None
    greedy: Alternative | None = None  # steps by NPV a unit of cost until the money is gone
    # what all that can be well spent counts against the budget; where nothing pays, every step
    paying: float = 0.0
    # the rules that no plan keeps together, when there is no plan
    conflicts: tuple[Conflict, ...] = ()


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
