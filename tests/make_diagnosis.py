"""A plausible `Diagnosis` and moves made by hand, beside the figures of `make_report`."""

from __future__ import annotations

from cxcase.estimate import Estimate
from cxcase.link import (
    AlternativeEstimate,
    Confirmation,
    Diagnosis,
    ExItems,
    Item,
    Outcome,
    SilentRange,
)
from cxcase.link.data.response_rates import Answering
from cxcase.link.diagnosis import LedgerLine, Placebo
from cxcase.link.models.describe import TeamDot
from cxcase.link.models.goodness_of_fit import Fit, Range, Tenth
from cxcase.link.models.metric_choice import MetricChoice, MetricSkill
from cxcase.stats.overlap import Overlap

N = 4231
TEAMS = 48


def figure(value: float, half: float, unit: str, df: float = 47.0) -> Estimate:
    """An estimate with a range of `half` either way."""
    return Estimate(value, value - half, value + half, unit, "modelled", n=N, teams=TEAMS, df=df)


def make_diagnosis(money: str, *, ex: bool = True, ugly: bool = False) -> Diagnosis:
    """Everything that stands beside the headlines; `ugly`: ranges three times as wide, three
    scores, a long segment.
    """
    wide = 3.0 if ugly else 1.0
    per = "probability per point"
    share = "share of the error in revenue kept"

    def slope(value: float, half: float = 0.014) -> Estimate:
        return figure(value, wide * half, per)

    beside = {
        "pooled": -0.034,
        "unweighted": -0.029,
        "rounding": -0.0335,
        "spline": -0.0305,
        "straight_line": -0.033,
        "hazard": -0.0312,
    }
    skills = [("ease", 0.041), ("nps", 0.019)] + ([("csat", -0.002)] if ugly else [])
    segment = (
        "Facilities managers <b>of the public sector</b> & housing associations"
        if ugly
        else "Trade"
    )
    dose = tuple(
        (float(s), 60 + 10 * s, 0.3 - 0.03 * s, 0.2 - 0.02 * s, 0.4 - 0.03 * s, 0.29 - 0.03 * s)
        for s in range(1, 8)
    )
    return Diagnosis(
        alternatives=tuple(
            AlternativeEstimate(id, "cx_to_churn", slope(value)) for id, value in beside.items()
        ),
        confirmations=(Confirmation("cx_to_churn", -0.033, 0.012, -0.05, -0.015, 999, False,
                                    True),),
        ranges=(Range("cx_to_churn", -0.031, -0.034, -0.028),),
        fit=Fit(
            tuple(
                Tenth(423, 0.03 + 0.03 * k, 0.02 + 0.031 * k, 0.01 + 0.03 * k, 0.05 + 0.034 * k)
                for k in range(10)
            ),
            0.96, 0.101, 0.114, 0.4, 1.6, 9.0, 0.08, 0.03,
        ),
        ledger=(
            LedgerLine("churned_revenue", None, 5_214_310.27, 5_214_310.27),
            LedgerLine("kept_revenue", None, 33_800_000.0, 33_215_000.0),
            LedgerLine("churned_revenue", segment, 2_100_000.0, 2_250_000.0),
        ),
        answering=Answering(0.353, 3894.0, 1.09, 2.4, 0.81, (("churned", -0.098, 0.0),), (),
                            overlap=make_overlap(ugly)),
        teams=tuple(
            TeamDot("<b>Sites</b> & co" if ugly else f"Depot {k}", 3.0 + 0.02 * k,
                    5.0 + 0.01 * k * (k % 5), 9 * k)
            for k in range(1, TEAMS + 1)
        ) if ex else (),
        contextual=figure(-0.012, wide * 0.02, "probability per point of the team's mean", 18.0),
        interaction=figure(-0.008, wide * 0.015, "probability per EX point") if ex else None,
        placebos=(Placebo("ex_to_cx", 0.004, 999, False),) if ex else (),
        metrics=MetricChoice(
            3100,
            tuple(MetricSkill(name, figure(value, wide * 0.012, share)) for name, value in skills),
            tuple(("ease", name, figure(0.041 - value, wide * 0.014, share)) for name,
                  value in skills[1:]),
        ),
        silent_range=SilentRange(
            tuple((delta, figure(1_640_000 - 300_000 * delta, wide * 750_000,
                                 money)) for delta in (-1.0, 0.0, 1.0)),
            0.0 if ugly else 2.6,
        ),
        items=make_items(wide, ugly) if ex else None,
        dose_by_segment=((segment, dose),),
    )  # fmt: skip


def make_overlap(ugly: bool) -> Overlap:
    """Chances from 10 to 70 %; where ugly, a third of those who did not answer lie beyond."""
    bars = (
        (0.1, 0.2, 0.02, 0.12),
        (0.2, 0.3, 0.12, 0.25),
        (0.3, 0.4, 0.34, 0.33),
        (0.4, 0.5, 0.3, 0.2),
        (0.5, 0.6, 0.15, 0.08),
        (0.6, 0.7, 0.07, 0.02),
    )
    return Overlap(1494, 2737, bars, 0.18, 0.66, 0.21 if ugly else 0.021, 0.34 if ugly else 0.013)


def make_items(wide: float, ugly: bool) -> ExItems:
    """Five questions, or nine with a name that looks like markup; the first stands apart unless
    ranges are wide.
    """
    names = [
        "My tools work",
        "I know what is expected",
        "My manager listens",
        "I would recommend us",
        "Pay is fair",
    ]
    names += (
        ["<second attempt> & what it took of a very long question to everybody", "F", "G", "H"]
        if ugly
        else []
    )
    values = [0.41 - 0.07 * k for k in range(len(names))]
    return ExItems(
        tuple(
            Item(
                name,
                figure(value, wide * 0.19, "points per EX point"),
                1.4 * value,
                not ugly and not k,
            )
            for k, (name, value) in enumerate(zip(names, values, strict=True))
        ),
        0.12,
        TEAMS,
        int(ugly),
    )


def make_moves(money: str, *, ex: bool = True, ugly: bool = False) -> tuple[Outcome, ...]:
    """Half a point of the score, a fifth of a point of engagement."""
    wide = 3.0 if ugly else 1.0

    def outcome(
        move: str, points: float, score: float, worth: float, half: float, kept: float
    ) -> Outcome:
        figures = (
            figure(worth, wide * half, money),
            figure(kept, wide * kept * half / worth, "customers a year"),
        )
        return Outcome(move, points, score, 12_003.0, *figures, claimed=not ugly)

    found = [outcome("cx", 0.5, 0.47, 1_150_000, 520_000, 186)]
    return (*found, *([outcome("ex", 0.2, 0.08, 134_000, 90_000, 29)] if ex else []))
