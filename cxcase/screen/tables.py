"""The tables of the pages: a report in, words in rows out; nothing is computed."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from cxcase.intake import Base
from cxcase.link import Answering
from cxcase.moments import Moment
from cxcase.report import Report, words
from cxcase.report import format as fmt
from cxcase.report.provenance import Traced, traced
from cxcase.roi import StepReturn
from cxcase.screen.parts import plain, say, table, why_and_unlock

_TOTALS = {
    "t0": "date",
    "customers": "int",
    "revenue_start": "pennies",
    "revenue_end": "pennies",
    "churned": "int",
    "churned_revenue": "pennies",
    "logo_churn": "pct1",
    "revenue_churn": "pct1",
    "grr": "pct1",
    "nrr": "pct1",
    "response_rate": "pct1",
    "responder_churn": "pct1",
    "lost_before_t0": "int",
}

NOT_MEASURED = ("revenue_end", "grr", "nrr")  # said to be so where nobody did

_GROWTH = {
    "price_increase": "pennies",
    "expansion": "pennies",
    "expansion_ex_escalator": "pennies",
    "nrr_ex_escalator": "pct1",
}


def totals(report: Report) -> None:
    """The base figures, in full, for Finance to check."""
    base = report.case.base
    if base is None:
        return
    names = [name for name in _TOTALS if _has_total(base, name)]
    cells = [_total(report, getattr(base, name), _TOTALS[name]) for name in names]
    if base.growth is not None:
        names += _GROWTH
        cells += [
            _filled(report, getattr(base.growth, name), kind) for name, kind in _GROWTH.items()
        ]
    table(
        {
            say("totals.name_head"): [say(f"totals.{n}") for n in names],
            say("totals.value_head"): cells,
        },
        right=[say("totals.value_head")],
    )
    if report.case.why_no_end is not None:
        st.caption(plain(words.not_measured(report.case.why_no_end)))


def _has_total(base: Base, name: str) -> bool:
    """True for a figure to be listed: one that is known, or one that is to be known and is not."""
    if name == "revenue_churn":  # what GRR says and more, where there is that
        return base.grr is None
    if name == "lost_before_t0":
        return base.lost_before_t0 > 0
    return name in NOT_MEASURED or getattr(base, name) is not None


def _total(report: Report, value: object, spec: str) -> str:
    if value is None:
        return say("totals.not_measured")
    return _filled(report, value, spec)


def chain(report: Report) -> None:
    """Each link of EX to CX to money with its range, what we claim, and from how much data."""
    found = traced(report)
    table(
        {
            say("link.effect_head"): [plain(f.name) for f in found],
            say("link.value_head"): [_value(f) for f in found],
            say("link.range_head"): [plain(f.range) for f in found],
            say("link.from_head"): [_basis(f) for f in found],
        },
        right=[say("link.value_head"), say("link.range_head")],
    )
    for claim in dict.fromkeys(f.claim for f in found if not f.missing):
        st.caption(plain(words.template(f"claim.{claim}")))


def _value(figure: Traced) -> str:
    if figure.missing:
        return fmt.NONE
    return plain(figure.value)


def _basis(figure: Traced) -> str:
    """From how much data; where the figure is missing, why."""
    if figure.missing:
        return plain(figure.value)
    return plain(figure.basis or fmt.NONE)


def answering(found: Answering) -> None:
    """How many answered in each segment; nothing where there is one."""
    if not found.segments:
        return
    heads = [say(f"link.{name}_head") for name in ("segment", "segment_customers", "segment_rate")]
    columns = (
        [plain(name or say("link.no_segment")) for name, _, _ in found.segments],
        [fmt.integer(n) for _, n, _ in found.segments],
        [fmt.percent(rate) for _, _, rate in found.segments],
    )
    table(dict(zip(heads, columns, strict=True)), right=heads[1:])


def ledger(report: Report) -> None:
    """What the models say in total beside the ledger, all customers first, then by segment."""
    lines = report.link.diagnosis.ledger if report.link and report.link.diagnosis else ()
    if not lines:
        return

    def name(id: str, group: str | None) -> str:
        said = words.say(f"ledger_line.{id}.text")
        if group is None:
            return plain(said)
        return plain(f"{said}: {group}")

    table(
        {
            say("link.ledger_head"): [name(line.id, line.group) for line in lines],
            say("link.modelled_head"): [_filled(report, line.modelled, "money3") for line in lines],
            say("link.booked_head"): [_filled(report, line.booked, "money3") for line in lines],
            say("link.gap_head_money"): [_filled(report, line.gap, "pct1") for line in lines],
        },
        right=[say(f"link.{head}") for head in ("modelled_head", "booked_head", "gap_head_money")],
    )


def moments(report: Report) -> None:
    """Every moment's four figures and its money, most money first."""
    rows = report.ordered_moments
    table(
        {
            say("moments.moment_head"): [plain(m.name) for m in rows],
            say("moments.reach_head"): [_filled(report, m.reach.value, "pct") for m in rows],
            say("moments.performance_head"): [_performance(m) for m in rows],
            say("moments.stake_head"): [
                _filled(report, m.revenue_at_stake.value, "money3") for m in rows
            ],
            say("moments.range_head"): [
                _filled(report, m.revenue_at_stake, "money3_range") for m in rows
            ],
            say("moments.top_head"): [_filled(report, m.p_top3, "chance") for m in rows],
            say("moments.kind_head"): [plain(words.moment_kind(m.kind)) for m in rows],
            say("moments.verdict_head"): [_verdict(m) for m in rows],
        },
        right=[say(f"moments.{c}_head") for c in ("reach", "performance", "stake", "range", "top")],
    )


def steps(report: Report, rows: Sequence[StepReturn]) -> None:
    """Every priced step on its own: what it costs, lifts and returns, and on what evidence."""
    table(
        {
            say("recommendations.step_head"): [_titled(s) for s in rows],
            say("recommendations.cost_head"): [
                _filled(report, s.step.one_off_cost, "money3") for s in rows
            ],
            say("recommendations.yearly_head"): [
                _filled(report, s.step.yearly_cost, "money3") for s in rows
            ],
            say("recommendations.lift_head"): [_lift(s) for s in rows],
            say("recommendations.npv_head"): [
                _filled(report, s.npv and s.npv.mean, "money3") for s in rows
            ],
            say("recommendations.range_head"): [_npv_range(report, s) for s in rows],
            say("recommendations.payback_head"): [_payback(report, s) for s in rows],
            say("recommendations.grade_head"): [s.step.evidence_grade or fmt.NONE for s in rows],
        },
        right=[
            say(f"recommendations.{c}_head")
            for c in ("cost", "yearly", "lift", "npv", "range", "payback")
        ],
    )


def unpriced(rows: Sequence[StepReturn]) -> None:
    """The steps without a return, why, and what would unlock one."""
    st.caption(say("recommendations.unpriced_note"))
    reasons = [words.reason(s.refused or "not_priced") for s in rows]
    table(
        {
            say("recommendations.step_head"): [_titled(s) for s in rows],
            say("budget.why_head"): [why_and_unlock(r) for r in reasons],
        }
    )


def _filled(report: Report, value: object, spec: str) -> str:
    return plain(words.Template(report.currency).format_field(value, spec))


def _performance(m: Moment) -> str:
    return say("moments.performance_cell", mean=m.performance, high=m.scale_high)


def _verdict(m: Moment) -> str:
    if m.revenue_at_stake.refused:
        return plain(words.refused(m.revenue_at_stake).text)
    return say("moments.sure" if m.revenue_at_stake.excludes_zero else "moments.unsure")


def _titled(s: StepReturn) -> str:
    """A step's id and title, and of which teams where it is held to some."""
    title = s.step.title
    if not title.startswith(s.step.id):
        title = f"{s.step.id} {title}"
    if s.step.teams:
        title = words.part_of(title, words.few(s.step.teams), False)
    return plain(title)


def _npv_range(report: Report, s: StepReturn) -> str:
    if s.npv is None:
        return fmt.NONE
    return plain(fmt.money_range(s.npv.p10, s.npv.p90, report.currency, 3))


def _lift(s: StepReturn) -> str:
    return say(
        "recommendations.lift_cell",
        likely=s.step.lift_likely,
        low=s.step.lift_low,
        high=s.step.lift_high,
    )


def _payback(report: Report, s: StepReturn) -> str:
    if s.payback_months is None:
        return say("recommendations.never", horizon=report.horizon)
    return fmt.months(s.payback_months)
