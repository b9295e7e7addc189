"""Does a stated chance hold? Steps of drawn cost and known NPV, against what the app states.

In every company one step is priced as the app would: its lift and its cost are drawn from the
ranges that the sheet gives, and its cost lies at random around what it truly brings, so that stated
chances of all sizes come up.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cxcase.intake import Base
from cxcase.link import Link
from cxcase.moments import Moments
from cxcase.recommend import Step, Steps
from cxcase.roi import Model, value_steps
from cxcase.settings import Settings

GROUPS = 10
# points; sd of the logarithm of cost against what the step truly brings
LIFT = 0.4
SPREAD = 0.7
_ID = "step"
_NO_MOMENTS = Moments("none", "index", (), None, {}, None, 1.0, None, ())


@dataclass(frozen=True)
class Group:
    """Steps of about the same stated chance: how many, its mean, the share of true NPV above 0."""

    n: int
    stated: float
    paid: float

    @property
    def error(self) -> float:
        """Monte-Carlo standard error of the share, were the stated chance true."""
        return float(np.sqrt(max(self.stated * (1.0 - self.stated), 0.25 / self.n) / self.n))


def stated_and_true(
    link: Link, base: Base, kept: float, seed: Sequence[int]
) -> tuple[float, bool] | None:
    """(chance that the step pays back as the app states it, whether it truly does).

    None where it can't be priced. kept: what one more point truly keeps a year, as a share of
    revenue.
    """
    rng = np.random.default_rng([*seed, 77])
    settings = Settings()
    free = value_steps(Steps("free", (_step(1.0),), ()), link, _NO_MOMENTS, base, settings).model
    if free is None:
        return None
    worth = kept * base.revenue_start
    brings = _true(free, worth, LIFT, 0.0)
    cost = max(brings, 1.0) * float(np.exp(SPREAD * rng.standard_normal()))
    returns = value_steps(Steps("priced", (_step(cost),), ()), link, _NO_MOMENTS, base, settings)
    step = returns.steps[0]
    model = returns.model
    if model is None or step.p_npv_positive is None:
        return None
    lift, times = (float(rng.choice(draws[_ID])) for draws in (model.lift_draws, model.cost_draws))
    return step.p_npv_positive, _true(model, worth, lift, times) > 0


def _step(cost: float) -> Step:
    return Step(
        id=_ID,
        title=_ID,
        acts_on="ease",
        moments=(),
        one_off_cost=cost,
        yearly_cost=0.0,
        cost_low=0.9 * cost,
        cost_high=1.3 * cost,
        months_to_deliver=2,
        lift_low=0.5 * LIFT,
        lift_likely=LIFT,
        lift_high=1.5 * LIFT,
        lift_assumed=False,
        cost_assumed=False,
        needs=(),
        excludes=(),
        part_of=None,
        owner=None,
        pnl_line=None,
        effort_days=None,
        mandatory=False,
        evidence_grade="D",
        evidence=(),
    )


def _true(model: Model, worth: float, lift: float, times: float) -> float:
    """Net present value with the true worth of a point, this lift and this multiple of the cost."""
    name = model.metric_curve or ""
    curve = model.curves[name]
    curve = dataclasses.replace(curve, per_point=dataclasses.replace(curve.per_point, value=worth))
    step = model.steps[_ID]
    step = dataclasses.replace(step, lift_likely=lift, one_off_cost=step.one_off_cost * times)
    return (
        dataclasses.replace(model, curves={**model.curves, name: curve}, steps={_ID: step})
        .flows({_ID: 1})
        .npv
    )


def grouped(pairs: Sequence[tuple[float, bool]]) -> tuple[Group, ...]:
    """The pairs (stated, true) in ten groups of one size by what was stated, lowest first."""
    ordered = sorted(pairs)
    parts = np.array_split(np.arange(len(ordered)), min(GROUPS, len(ordered))) if ordered else []
    return tuple(
        Group(
            len(part),
            float(np.mean([ordered[k][0] for k in part])),
            float(np.mean([ordered[k][1] for k in part])),
        )
        for part in parts
    )
