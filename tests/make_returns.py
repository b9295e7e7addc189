"""Curves, steps and a link of which the answer is known, and steps valued on them."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import numpy as np

from cxcase.estimate import Estimate, refuse
from cxcase.intake import Base
from cxcase.link import Curve, Effect, Link
from cxcase.moments import Moments
from cxcase.recommend import Step, Steps
from cxcase.roi import Returns, value_steps
from cxcase.roi.flow_formulas import Flows, reach, step_cost
from cxcase.settings import Settings
from cxcase.stats.draws import normals

PUBLISHED = json.loads((Path(__file__).parent / "published" / "tei" / "figures.json").read_text())


BASE = Base(
    dt.date(2026, 1, 1),
    1000,
    2_000_000.0,
    1_800_000.0,
    120,
    200_000.0,
    0.12,
    0.9,
    0.9,
    responder_churn=None,
    response_rate=0.4,
)


def a_curve(
    name: str = "Delivery", per_point: float = 60.0, sd: float = 0.0, headroom: float = 3.0
) -> Curve:
    """A straight curve up to 3 points with a normal worth of a point."""
    draws = per_point + sd * normals(f"worth:{name}", 0)
    worth = Estimate(per_point, per_point - 1.645 * sd, per_point + 1.645 * sd, "GBP per year")
    return Curve(name, np.array([0.0, 1.0, 3.0]), np.array([0.0, 1.0, 3.0]), worth, draws, headroom)


def a_step(id: str = "R1", lift: float = 1.0, spread: float = 0.0, **other: object) -> Step:
    fixed: dict[str, object] = {
        "title": id, "acts_on": "moment", "moments": ("Delivery",), "one_off_cost": 40.0,
        "yearly_cost": 6.0, "cost_low": 40.0, "cost_high": 40.0, "months_to_deliver": 2,
        "lift_low": lift - spread, "lift_likely": lift, "lift_high": lift + spread,
        "lift_assumed": False, "cost_assumed": False, "needs": (), "excludes": (), "part_of": None,
        "owner": None, "pnl_line": None, "effort_days": None, "mandatory": False,
        "evidence_grade": "C", "evidence": (),
    }  # fmt: skip
    return Step(**{"id": id, **fixed, **other})


def a_link(
    curve: Curve | None = None, ex_to_cx: float | None = None, refused: str | None = None
) -> Link:
    effect = Effect(
        "ex_to_cx",
        Estimate(ex_to_cx, 0.0, 1.0, "points") if ex_to_cx else refuse("points", "few_teams"),
    )
    draws = None if ex_to_cx is None else ex_to_cx + 0.1 * normals("link:ex", 0)
    return Link(
        key="link",
        metric="ease",
        scale=None,
        ex_scale=None,
        team_reliability=None,
        effects=(effect,),
        worth=(),
        curve=curve,
        ex_to_cx_draws=draws,
        responder_table=(),
        dose=(),
        ledger_shift=None,
        refused=refused,
        findings=(),
    )


def some_moments(*curves: Curve, overlap: float = 1.0, refused: str | None = None) -> Moments:
    return Moments(
        "moments", "index", (), None, {c.name: c for c in curves}, None, overlap, refused, ()
    )


def valued(
    *steps: Step,
    curves: tuple[Curve, ...] = (),
    link: Link | None = None,
    overlap: float = 1.0,
    **settings: object,
) -> Returns:
    chosen = Settings(**{"margin": 1.0, "ramp_months": 3, **settings})
    moments = some_moments(*(curves or (a_curve(),)), overlap=overlap)
    return value_steps(Steps("steps", steps, ()), link or a_link(), moments, BASE, chosen)


def golden() -> Flows:
    benefit = np.concatenate([[0.0], 5.0 * reach(36, 1, 2, 3, 24.0)])
    return Flows(benefit, step_cost(36, 1, 40.0, 6.0), 0.10)
