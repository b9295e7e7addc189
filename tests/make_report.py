"""A whole plausible `Report` made by hand, for tests of charts, pages and exports; no verb runs, no
file is read.

`make_report()` is an ordinary case; `make_report(ugly=True)` has long names, negative values and
wide intervals; `without=` takes stages away ("plan", "returns", "steps", "moments", "link", "ex",
"base"). Figures are made up but hang together: shares add up to the churned revenue, NPVs come from
the curves, lifts and costs beside them.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Collection, Mapping
from pathlib import Path

import numpy as np
from make_diagnosis import make_diagnosis, make_moves

from cxcase.budget import (
    FixedBudget,
    FrontierPoint,
    LeftOut,
    Plan,
    PlanDetails,
    detail_plan,
    plan_start,
)
from cxcase.budget.otherwise import waiting_a_year
from cxcase.budget.result import AtSilentLow
from cxcase.budget.valuation import Valuation
from cxcase.estimate import Estimate, Reach, refuse, summarise
from cxcase.intake import Base, Case, Joins, MomentColumn, Scale, SetAside, Source
from cxcase.link import Curve, Effect, Link, Worth
from cxcase.moments import (
    Asymmetry,
    Breakdowns,
    Change,
    GroupFigures,
    Joint,
    Level,
    Moment,
    Moments,
    Wave,
)
from cxcase.recommend import Evidence, LiftEvidence, PooledEvidence, Step, Steps
from cxcase.report import Report, Results, gather
from cxcase.roi import Model, Npv, Returns, StepReturn
from cxcase.settings import Settings

MADE_AT = dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.UTC)
COMPANY = "Harbour & Vale Supplies"
N_DRAWS = 16384
CHURNED_REVENUE = 5_214_310.27

_DETAILS: dict[object, PlanDetails] = {}  # worked out once a plan: many tests look at the same ones
# name, reach, lived, performance, slope, slope half-width, stake, low, high, share of the joint
_MOMENTS = [
    ("Complaint handling", 0.15, 640, 4.1, -0.052, 0.021, 410_000, 90_000, 800_000, 352_000),
    (
        "Delivery on the day promised",
        0.82,
        3480,
        5.2,
        -0.024,
        0.009,
        623_000,
        215_000,
        1_050_000,
        518_000,
    ),
    ("Getting a quote", 0.44, 1870, 5.6, -0.018, 0.010, 232_000, 22_000, 451_000, 190_000),
    ("First order", 0.21, 890, 5.9, -0.015, 0.014, 98_000, 4_000, 204_000, 81_000),
    ("Invoice and payment", 0.71, 3010, 5.4, -0.011, 0.012, 141_000, -28_000, 330_000, 112_000),
    ("Reaching a person by phone", 0.37, 1570, 4.8, -0.013, 0.011, 126_000, 1_000, 268_000, 99_000),
    ("Returns and credits", 0.12, 510, 4.6, -0.009, 0.019, 31_000, -64_000, 131_000, 22_000),
    ("Yearly review meeting", 0.05, 24, 6.1, None, None, None, None, None, 0),
]
_KINDS = ["basic", "linear", "unclear", "linear", "delighter", "unclear", "unclear", "unclear"]
_UGLY = [
    "The delivery of ordered goods on the promised day, including part deliveries & back orders "
    "<second attempt>",
    "Complaint",
    "Geschwindigkeitsvergleichsangebotsanforderung online",
    "Getting hold of somebody who knows our account and is allowed to decide something",
    "Invoice, credit notes, statements and the monthly reconciliation call",
    "Onboarding",
    "Returns / credits / exchanges / warranty / repair / spare parts",
    "Yearly review meeting with the regional sales manager",
]
# id, title, acts on, moments, one-off, yearly, delivery, lift, needs, part of, owner, P&L, grade,
# start or why left out
_STEPS = [
    ("R1", "Call back every complaint within four hours", "moment", ("Complaint handling",), 18_000,
     6_000, 2, 0.5,
     (), None, "Head of Service", "Retained margin, Service", "A", 1),
    ("R2", "Tell customers the day before if a delivery slips", "moment",
     ("Delivery on the day promised",), 24_000,
     9_000, 3, 0.3, (), None, "Logistics director", "Retained margin, Logistics", "B", 1),
    ("R3", "One page for quotes instead of four", "moment", ("Getting a quote",), 12_000, 0, 2,
     0.35, (), None,
     "Sales operations", "Retained margin, Sales", "C", 1),
    ("R4", "A named contact for the 400 largest accounts", "ease", (), 8_000, 31_000, 4, 0.12, (),
     None,
     "Sales director", "Retained margin, Sales", "C", 3),
    ("R5", "Plain invoices", "moment", ("Invoice and payment",), 15_000, 2_000, 3, 0.4, (), None,
     "Finance",
     "Retained margin, Finance", "D", 1),
    ("R6", "Team huddles on yesterday's calls", "ex", (), 6_000, 4_000, 3, 0.2, (), None, "HR",
     None, "B", 1),
    ("R7", "New telephone system", "moment", ("Reaching a person by phone",), 140_000, 38_000, 9,
     0.6, (), "P1", "IT",
     "Retained margin, IT", "C", "over_budget"),
    ("R8", "Route calls by customer", "moment", ("Reaching a person by phone",), 22_000, 5_000, 4,
     0.25, ("R7",), "P1",
     "IT", "Retained margin, IT", "C", "needs"),
    ("R9", "Welcome pack for new customers", "moment", ("First order",), 9_000, 3_000, 2, 0.3, (),
     None, "Marketing",
     "Retained margin, Marketing", "D", "better_elsewhere"),
    ("R10", "Lounge refurbishment at the depots", "ease", (), 60_000, 2_000, 6, 0.02, (), None,
     "Facilities", None,
     "D", "no_value"),
    ("R11", "Refund within two days", "moment", ("Returns and credits",), 11_000, 7_000, 3, 0.5, (),
     None, "Finance",
     None, "D", "no_value"),
    ("R12", "Supervisors coached monthly", "ex", (), 20_000, 12_000, 5, 0.3, ("R6",), None, "HR",
     None, "C",
     "better_elsewhere"),
    ("R13", "A review meeting for every large account", "moment", ("Yearly review meeting",), 5_000,
     14_000, 2, 0.4,
     (), None, "Sales director", None, "D", "not_priced"),
    ("R14", "The whole service programme", "ease", (), 480_000, 120_000, 14, 0.5, (), None, "COO",
     "Retained margin, all", "C", "over_budget"),
]  # fmt: skip


def make_report(
    *,
    ugly: bool = False,
    without: Collection[str] = (),
    refused: str | None = None,
    currency: str = "GBP",
    company: str = COMPANY,
    made_at: dt.datetime = MADE_AT,
    budget: float = 150_000.0,
) -> Report:
    """A `Report` with everything in it, less the stages in `without`; `refused`: why link has no
    figures.
    """
    settings = Settings(
        currency=currency,
        budget=budget,
        margin=0.4,
        owned=frozenset({"currency", "budget", "margin", "horizon"}),
    )
    rename = dict(zip([m[0] for m in _MOMENTS], _UGLY, strict=True)) if ugly else {}
    case = make_case(ex="ex" not in without, base="base" not in without)
    link = (
        None
        if "link" in without
        else make_link(currency, refused=refused, ex="ex" not in without, ugly=ugly)
    )
    moments = (
        None
        if link is None or "moments" in without
        else make_moments(currency, rename, refused, ugly)
    )
    steps = None if "steps" in without else make_steps(rename, ugly)
    returns = plan = details = None
    if steps is not None and link is not None and moments is not None and "returns" not in without:
        returns = make_returns(steps, link, moments, settings, refused)
        if "plan" not in without:
            plan = make_plan(returns, budget)
            details = make_details(plan, returns, settings)
    return gather(
        Results(
            case,
            link=link,
            moments=moments,
            steps=steps,
            returns=returns,
            plan=plan,
            plan_details=details,
        ),
        settings,
        made_at=made_at,
        company=company,
        begins=plan_start(settings, case.base.t0 if case.base else None),
    )


def make_case(*, ex: bool = True, base: bool = True) -> Case:
    """A `Case` with sources, joins and base figures, whose folder holds nothing."""
    columns = {
        "customer_id": "Account no.",
        "team": "Depot",
        "revenue_start": "Revenue FY25",
        "churned": "Left?",
    }
    sources = [
        Source("customers", 0.97, "customers.xlsx", "Accounts", "plain", 12_041, 12_003, 38,
               {"no_revenue": 26, "duplicate_id": 12}, columns, tuple(columns.values())),
        Source("cx", 0.93, "cx_survey.xlsx", "Responses", "plain", 4_371, 4_318, 53,
               {"no_id": 41, "after_t0": 12},
               {"customer_id": "Account", "ease": "How easy was it? (1-7)"},
               ("Account", "How easy was it? (1-7)")),
        Source("ex", 0.9, "pulse.csv", None, "plain", 612, 604, 8, {"no_team": 8},
               {"team": "Depot"}, ("Depot",)),
    ]  # fmt: skip
    return Case(
        key="c" * 64,
        folder=Path("nowhere"),
        sources=tuple(s for s in sources if ex or s.role != "ex"),
        set_aside=(SetAside("customers.xlsx", "Accounts", 214, "Revenue FY25", "tbc",
                            "no_revenue"),),
        joins=Joins(
            4318, 4290, 28, 4242, 48, 44 if ex else 0, 4 if ex else 0,
            (("all_customers", 12_003), ("with_response", 4_242), ("with_team", 4_231),
             ("usable", 4_231)),
            (("responses_read", 4_359), ("with_id", 4_318), ("in_list", 4_290), ("in_time", 4_278),
             ("one_each", 4_242)),
        ),
        base=Base(dt.date(2025, 7, 1), 12_003, 39_482_155.4, 38_110_402.13, 1_572, CHURNED_REVENUE,
                  0.13097, 0.8412,
                  0.96526, 0.35341, 0.0998, 212) if base else None,
        scales={"ease": Scale(1, 7)},
        ex_scale=Scale(1, 5) if ex else None,
        moments=tuple(MomentColumn(m[0], Scale(1, 7), m[2], 31, 4242 - m[2]) for m in _MOMENTS),
        currency="GBP",
        findings=(),
    )  # fmt: skip


def make_link(
    currency: str = "GBP", *, refused: str | None = None, ex: bool = True, ugly: bool = False
) -> Link:
    """A `Link` with every effect and worth, or all of them refused for one reason."""
    money = f"{currency} per year"
    share = "probability per point"
    per = "points per EX point"
    wide = 2.6 if ugly else 1.0

    def effect(
        id: str, value: float, half: float, unit: str, needs_ex: bool = False, df: float = 27.4
    ) -> Effect:
        if refused or (needs_ex and not ex):
            return Effect(id, refuse(unit, refused or "no_ex"))
        estimate = Estimate(
            value,
            value - wide * half,
            value + wide * half,
            unit,
            "modelled",
            n=4231,
            teams=48,
            df=df,
        )
        return Effect(
            id,
            estimate,
            method="logit_within_jackknife" if "churn" in id else "ols_cr2_satterthwaite",
        )

    def worth(id: str, value: float, low: float, high: float, needs_ex: bool = False) -> Worth:
        if refused or (needs_ex and not ex):
            return Worth(id, refuse(money, refused or "no_ex"))
        spread = (value - wide * (value - low), value + wide * (high - value))
        return Worth(id, Estimate(value, *spread, money, "modelled", n=4231, teams=48))

    dose = tuple(
        (
            float(s),
            n,
            c,
            max(0.0, c - 1.6 * (c * (1 - c) / n) ** 0.5),
            c + 1.6 * (c * (1 - c) / n) ** 0.5,
            f,
        )
        for s, n, c, f in zip(
            range(1, 8),
            (92, 201, 488, 901, 1240, 902, 407),
            (0.31, 0.24, 0.205, 0.15, 0.122, 0.094, 0.071),
            (0.29, 0.244, 0.195, 0.154, 0.121, 0.094, 0.073),
            strict=True,
        )
    )
    return Link(
        key="d" * 64,
        metric="ease",
        scale=Scale(1, 7),
        ex_scale=Scale(1, 5) if ex else None,
        team_reliability=0.78 if ex else None,
        effects=(
            effect("ex_to_cx", 0.41, 0.17, per, True, 11.2),
            effect("ex_to_cx_corrected", 0.52, 0.24, per, True, 11.2),
            effect("cx_to_churn", -0.031, 0.014, share),
            effect("ex_to_churn_total", -0.018, 0.02, share, True),
            effect("ex_to_churn_through_cx", -0.0127, 0.0075, share, True),
            effect("cx_to_nrr", 0.056, 0.027, "share of starting revenue per point"),
        ),
        worth=(
            worth("one_point_of_cx", 2_211_000.5, 1_100_000, 3_300_000),
            worth("one_point_of_cx_retention", 1_640_000, 900_000, 2_390_000),
            worth("one_point_of_cx_expansion", 571_000.5, -120_000, 1_260_000),
            worth("one_point_of_ex_through_cx", 672_000, 240_000, 1_240_000, True),
        ),
        curve=None if refused else _curve("ease", 1_640_000, 450_000, currency, 1),
        ex_to_cx_draws=_normal(2) * 0.1 + 0.41 if ex and not refused else None,
        responder_table=(
            ("Churned", 0.0998, 0.13097, -0.098),
            ("Tenure, months", 61.2, 54.8, 0.17),
            ("Revenue at the start", 3910.0, 3289.0, 0.09),
            ("Segment: Trade", 0.61, 0.55, 0.12),
            ("Segment: Public sector", 0.08, 0.11, -0.1),
        ),
        dose=() if refused else dose,
        ledger_shift=0.07,
        refused=refused,
        findings=(),
        diagnosis=None if refused else make_diagnosis(money, ex=ex, ugly=ugly),
        moves=() if refused else make_moves(money, ex=ex, ugly=ugly),
    )


def make_moments(currency: str, rename: dict[str, str], refused: str | None, ugly: bool) -> Moments:
    """`Moments` of eight, one of them without enough answers; all refused for one reason where that
    is asked.
    """
    money = f"{currency} per year"
    rows = []
    for k, (name, reach, lived, mean, slope, half, stake, low, high, share) in enumerate(_MOMENTS):
        gone = refused or (None if slope is not None else "too_few_answers")
        pull = -1.0 if ugly and k == 4 else 1.0
        spread = 3.0 if ugly else 1.0

        def priced(
            value: float | None,
            low: float | None,
            high: float | None,
            unit: str,
            gone: str | None = gone,
            n: int = lived,
        ) -> Estimate:
            if gone or value is None or low is None or high is None:
                return refuse(unit, gone or "too_few_answers", n=n)
            return Estimate(value, low, high, unit, "modelled", n=n, teams=48)

        middle = pull * (stake or 0)
        band = (
            middle - spread * ((stake or 0) - (low or 0)),
            middle + spread * ((high or 0) - (stake or 0)),
        )
        money_at_stake = priced(None if stake is None else middle, *band, money)
        ends = (
            (None, None, None)
            if slope is None or half is None
            else (slope, slope - half, slope + half)
        )
        rows.append(
            Moment(
                name=rename.get(name, name),
                reach=Estimate(
                    reach,
                    reach - 0.02,
                    reach + 0.02,
                    "share of customers",
                    "measured",
                    n=4242,
                    teams=48,
                ),
                lived_n=lived,
                performance=Estimate(
                    mean, mean - 0.15, mean + 0.15, "points", "measured", n=lived, teams=48
                ),
                scale_low=1.0,
                scale_high=7.0,
                slope=priced(*ends, "probability per point"),
                index_slope=priced(*ends, "probability per point"),
                direct_slope=priced(*ends, "probability per point"),
                importance_share=priced(share / 1.4e6, share / 2e6, share / 1e6, "share"),
                revenue_at_stake=money_at_stake,
                target_kind="best_quartile_team",
                target_value=None if gone else mean + 0.4,
                status=gone or ("ok" if money_at_stake.excludes_zero else "not_distinguishable"),
                kind=_KINDS[k],
                p_first=None if gone else [0.3, 0.55, 0.08, 0.02, 0.03, 0.01, 0.01, 0][k],
                p_top3=None if gone else [0.9, 0.97, 0.6, 0.15, 0.2, 0.1, 0.08, 0][k],
                johnson_share=None if gone else share / 1.4e6,
                asymmetry=None if gone or slope is None else _asymmetry(k, slope, lived),
                levels=() if gone else _levels(mean, lived),
            )
        )
    priced_names = [m.name for m in rows if m.revenue_at_stake.value is not None]
    return Moments(
        key="e" * 64,
        model="index",
        moments=tuple(sorted(rows, key=lambda m: -(m.revenue_at_stake.value or -1e12))),
        joint=None if refused else _joint(currency, rename, priced_names),
        curves={
            n: _curve(n, 300_000 + 40_000 * i, 130_000, currency, 10 + i)
            for i, n in enumerate(priced_names)
        },
        counterfactual=None,
        overlap=0.83,
        refused=refused,
        findings=(),
        breakdowns=Breakdowns() if refused else _breakdowns(rows, currency),
    )


def _asymmetry(k: int, slope: float, lived: int) -> Asymmetry:
    """A made-up pair of sides that suits the kind."""
    lean = {"basic": 2.4, "delighter": 0.4}.get(_KINDS[k], 1.1)
    below, above = (
        Estimate(v, v - 0.006, v + 0.006, "probability per point", n=lived, teams=48)
        for v in (slope * lean, slope)
    )
    points = [Estimate(v, v - 0.1, v + 0.1, "CX points", n=lived, teams=48) for v in (-0.6, 0.4)]
    times = (lean, 0.7 * lean, 1.6 * lean)
    return Asymmetry(_KINDS[k], None if _KINDS[k] != "unclear" else "asymmetry_too_wide", 5.2,
                     below, above, times,
                     lived // 3, lived // 6, *points)  # fmt: skip


def _levels(mean: float, lived: int) -> tuple[Level, ...]:
    shares = np.exp(-0.5 * (np.arange(1, 8) - mean) ** 2)
    shares = shares / shares.sum()
    return tuple(
        Level(
            float(r),
            int(lived * s),
            float(s),
            0.3 - 0.03 * r if lived * s >= 10 else None,
            Estimate(0.3 - 0.03 * r, 0.27 - 0.03 * r, 0.33 - 0.03 * r, "share", n=lived, teams=48),
        )
        for r, s in zip(range(1, 8), shares, strict=True)
    )


def _moved(value: float, n: int) -> Estimate:
    return Estimate(value, value - 0.15, value + 0.15, "points", "measured", n=n)


def _parts(k: int, n: int) -> tuple[Estimate, Estimate, Estimate]:
    """Same customers, who came, who went; none of every third moment."""
    if k % 3 == 2:
        few = refuse("points", "moment_few_answers", n=12)
        return few, few, few
    return _moved(0.1 * k - 0.3, n // 2), _moved(0.15, n // 4), _moved(-0.05, n // 4)


def _breakdowns(moments: list[Moment], currency: str) -> Breakdowns:
    """Two segments, two waves."""
    groups = {
        "segment": ("Multi-site", "Single site <small>"),
        "tenure": ("0-12", "60-"),
        "wave": ("2024-06-01/2024-06-30", "2025-06-01/2025-06-30"),
    }
    figures = []
    for dimension, names in groups.items():
        for k, group in enumerate(names):
            for m in moments:
                n = m.lived_n // 2
                mean = (m.performance.value or 0) + (0.3 if k else -0.3)
                points = Estimate(mean, mean - 0.2, mean + 0.2, "points", "measured", n=n)
                gone = refuse("points", "moment_few_answers", n=n) if n < 20 else points
                part = (
                    refuse(f"{currency} per year", "teams_alike")
                    if m.revenue_at_stake.value is None
                    else Estimate(
                        m.revenue_at_stake.value / 2,
                        0.0,
                        m.revenue_at_stake.value,
                        f"{currency} per year",
                        n=n,
                    )
                )
                figures.append(
                    GroupFigures(
                        dimension,
                        group,
                        m.name,
                        n,
                        m.reach,
                        gone,
                        gone,
                        m.slope,
                        m.importance_share,
                        part,
                    )
                )
    waves = (
        Wave(dt.date(2024, 6, 1), dt.date(2024, 6, 30), 2100),
        Wave(dt.date(2025, 6, 1), dt.date(2025, 6, 30), 2142),
    )
    changes = tuple(
        Change(
            m.name,
            1,
            m.performance,
            m.performance,
            _moved(0.1 * k - 0.2, m.lived_n),
            *_parts(k, m.lived_n),
        )
        for k, m in enumerate(moments)
    )
    return Breakdowns(
        tuple(figures), groups, {"segment": 0, "tenure": 12, "wave": 0}, waves, changes
    )


def _own_pilot(lift: float) -> Evidence:
    """An own controlled pilot that found about as much as was claimed."""
    return Evidence(
        "Own pilot, Leeds depot", "own pilot", "A", lift + 0.1, "points", 2025, None,
        code="own_pilot", controlled=True, se=0.2, se_from="given", share=1.0,
        discounted=lift + 0.1, discounted_se=0.22, use="pilot",
    )  # fmt: skip


def make_steps(rename: dict[str, str], ugly: bool = False) -> Steps:
    """`Steps` of fourteen with owners, evidence and prerequisites."""
    steps = []
    for (
        id,
        title,
        acts_on,
        moments,
        one_off,
        yearly,
        deliver,
        lift,
        needs,
        part_of,
        owner,
        pnl,
        grade,
        _,
    ) in _STEPS:
        ends = (0.5 * lift, lift, 1.5 * lift)
        evidence = (_own_pilot(lift),) if grade == "A" else ()
        of_pilot = PooledEvidence(0.5, 0.2, 0.8, studies=1, tau=0.1, few=True) if evidence else None
        main = one_off or yearly
        steps.append(
            Step(
                id=id,
                title=f"{title}, in every region and for every customer segment we have"
                if ugly
                else title,
                acts_on=acts_on,
                moments=tuple(rename.get(m, m) for m in moments),
                one_off_cost=float(one_off),
                yearly_cost=float(yearly),
                cost_low=0.9 * main,
                cost_high=1.3 * main,
                months_to_deliver=deliver,
                lift_low=0.5 * lift,
                lift_likely=lift,
                lift_high=1.5 * lift,
                lift_assumed=id not in ("R1", "R2"),
                cost_assumed=id != "R1",
                needs=needs,
                excludes=(),
                part_of=part_of,
                owner=owner,
                pnl_line=pnl,
                effort_days=20.0,
                mandatory=False,
                evidence_grade=grade,
                evidence=evidence,
                lift_evidence=LiftEvidence(ends, of_pilot, ends, ends, grade, False, 0.8),
            )
        )
    return Steps(key="f" * 64, steps=tuple(steps), findings=())


def make_returns(
    steps: Steps, link: Link, moments: Moments, settings: Settings, refused: str | None
) -> Returns:
    """`Returns` priced by the model's own methods; the step on the moment without answers is not
    priced.
    """
    curves = {} if refused else dict(moments.curves)
    if link.curve is not None:
        curves["ease"] = link.curve
    moves = {
        s.id: tuple(c for c in (s.moments if s.acts_on == "moment" else ("ease",)) if c in curves)
        for s in steps.steps
    }
    model = Model(
        settings=settings,
        curves=curves,
        metric_curve="ease" if link.curve else None,
        ex_to_cx=0.41,
        ex_to_cx_draws=link.ex_to_cx_draws,
        overlap=moments.overlap,
        lift_draws={
            s.id: s.lift_likely * (1 + 0.4 * _normal(100 + i)) for i, s in enumerate(steps.steps)
        },
        cost_draws={
            s.id: np.exp(0.08 + 0.14 * _normal(200 + i)) for i, s in enumerate(steps.steps)
        },
        average_revenue=3289.4,
        churned_revenue=CHURNED_REVENUE,
        steps={s.id: s for s in steps.steps},
        moves=moves,
    )
    items = tuple(_step_return(model, step) for step in steps.steps)
    return Returns(
        "a" * 64, items, None if refused else model, None if refused else 5_412_000.0, (), refused
    )


def make_details(plan: Plan, returns: Returns, settings: Settings) -> PlanDetails:
    """What stands beside the plan, worked out from it; a larger ask was refused before, and two
    steps were picked.
    """
    key = (plan.choice, settings, tuple(plan.chosen), float(plan.npv.mean) if plan.npv else 0.0)
    if key not in _DETAILS:
        before = make_plan(returns, 220_000.0, {"R7": 1}) if plan.chosen else None
        _DETAILS[key] = detail_plan(
            plan,
            returns,
            dataclasses.replace(settings, own_steps=("R1", "R9")),
            before,
            dt.date(2026, 7, 1),
        )
    return _DETAILS[key]


def make_plan(returns: Returns, budget: float, also: Mapping[str, int] | None = None) -> Plan:
    """A `Plan` of the steps marked as chosen, priced by the model's own methods, if anything could
    be priced.
    """
    marked = {s[0]: s[-1] for s in _STEPS if isinstance(s[-1], int)} | dict(also or {})
    starts = {
        s.step.id: marked[s.step.id]
        for s in returns.steps
        if s.step.id in marked and s.npv is not None
    }
    why = {s.step.id: "not_priced" if s.npv is None else "better_elsewhere" for s in returns.steps}
    why |= {s[0]: s[-1] for s in _STEPS if isinstance(s[-1], str) and why[s[0]] != "not_priced"}
    left = tuple(
        LeftOut(id, reason, "R7" if reason == "needs" else None)
        for id, reason in why.items()
        if id not in starts
    )
    model = returns.model
    if model is None or not starts:
        return Plan("b" * 64, FixedBudget(budget), 0.0, 0.0, (), {}, {}, (), None, None, None, None,
                    None, True, 0.0,
                    left, {}, (), None, returns.doing_nothing, None, np.zeros(37), ())  # fmt: skip
    flows = model.flows(starts)
    draws = model.npv_draws(starts)
    frontier = [FrontierPoint(0.0, 0.0, 0.0, ())]
    for k in range(1, len(starts) + 1):
        part = dict(list(starts.items())[:k])
        spend = sum(model.spend(id, start) for id, start in part.items())
        frontier.append(
            FrontierPoint(
                spend, float(model.npv_draws(part).mean()), spend, tuple(part), start_month=part
            )
        )
    alone = {id: float(model.npv_draws({id: start}).mean()) for id, start in starts.items()}
    share = float(draws.mean()) / sum(alone.values())
    return Plan(
        key="b" * 64,
        choice=FixedBudget(budget),
        spend=sum(model.spend(id, start) for id, start in starts.items()),
        effort_days=20.0 * len(starts),
        chosen=tuple(starts),
        start_month=starts,
        phase=dict.fromkeys(starts, "crawl"),
        early_wins=("R1",),
        npv=Npv.of(flows.npv, draws),
        npv_draws=draws,
        p_npv_positive=float((draws > 0).mean()),
        payback_months=flows.payback,
        roi=flows.roi,
        optimal=True,
        gap=0.0,
        left_out=left,
        npv_in_plan={id: value * share for id, value in alone.items()},
        frontier=tuple(frontier),
        next_10k=7_900.0,
        cvar=float(np.sort(draws)[: len(draws) // 10].mean()),
        irr=flows.irr[0],
        waiting_a_year=waiting_a_year(Valuation(model), starts, draws),
        silent_at_low=AtSilentLow(0.6, Npv.of(0.6 * flows.npv, 0.6 * draws), 0.5),
        doing_nothing=returns.doing_nothing,
        joint_check=(812_000.0, 797_000.0),
        cash=flows.net,
        findings=(),
    )


def _step_return(model: Model, step: Step) -> StepReturn:
    horizon = model.settings.horizon
    if not model.moves[step.id]:
        empty = (None,) * 8
        return StepReturn(
            step,
            (),
            *empty,
            np.zeros(horizon),
            np.zeros(horizon + 1),
            "not_priced",
            "too_few_answers",
        )
    starts = {step.id: 1}
    flows = model.flows(starts)
    draws = model.npv_draws(starts)
    rate, why = flows.irr
    return StepReturn(
        step, model.moves[step.id], Npv.of(flows.npv, draws), float((draws > 0).mean()),
        flows.payback, flows.discounted_payback, rate, flows.roi, step.lift_likely * 0.55, 11.4,
        flows.benefit[1:], flows.cost, None, None, why,
    )  # fmt: skip


def _joint(currency: str, rename: dict[str, str], names: list[str]) -> Joint:
    shares = {
        rename.get(m[0], m[0]): float(m[9]) for m in _MOMENTS if rename.get(m[0], m[0]) in names
    }
    total = sum(shares.values())
    silent = 526_000.0
    stake = Estimate(
        total + silent,
        1_200_000.0,
        2_700_000.0,
        f"{currency} per year",
        "modelled",
        n=4231,
        teams=48,
    )
    ties = (tuple(names[:2]), tuple(names[3:6]))
    return Joint(
        stake,
        shares,
        silent,
        120_000.0,
        980_000.0,
        CHURNED_REVENUE - total - silent,
        CHURNED_REVENUE,
        ties,
        Reach(0.4 * total, 2.5 * total),
    )


def _curve(name: str, per_point: float, spread: float, currency: str, seed: int) -> Curve:
    lifts = np.linspace(0, 3, 13)
    shape = (1 - np.exp(-0.35 * lifts)) / (1 - np.exp(-0.35))
    draws = per_point + spread * _normal(seed)
    return Curve(
        name, lifts, shape, summarise(draws, per_point, f"{currency} per year"), draws, 1.9
    )


def _normal(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(N_DRAWS)
