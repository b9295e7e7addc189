"""The slide of what is within reach: what leaves, what goes with moments, what the plan keeps."""

from __future__ import annotations

from typing import Any

from cxcase.export.deck.blocks import (
    PICTURE,
    Paragraph,
    bullets,
    heading,
    line,
    money,
    notes_of,
    quiet,
    say,
    slide_without_figures,
    symbol,
)
from cxcase.export.deck.canvas import MUTED, RX, STAKE, Deck
from cxcase.export.deck.native_charts import Bar, interval_bars
from cxcase.report.result import Report


def within_reach(deck: Deck, report: Report) -> None:
    """Revenue that leaves a year, what of it goes with these moments, what the plan would keep."""
    joint = report.joint
    if joint is None or joint.revenue_at_stake.refused:
        slide_without_figures(
            deck,
            say(report, "stake.title_none"),
            say(report, "reach.subtitle"),
            notes_of(report, "stake_none"),
            lacks=report.answers["moments"],
            more=[report.answers["link"]],
        )
        return
    kept = _kept(report)
    facts = {"churned": joint.churned_revenue, "stake": joint.revenue_at_stake, "kept": kept}
    title = say(report, "reach.title" if kept else "reach.title_no_plan", **facts)
    notes = notes_of(report, "reach" if kept else "reach_no_plan", **facts)
    slide = deck.slide(title, say(report, "reach.subtitle"), notes)
    interval_bars(slide, PICTURE, _bars(report, joint, kept), symbol(report), title)
    bullets(slide, [*_how_sure(report, joint), *_what_the_plan_adds(report)])


def _kept(report: Report) -> float | None:
    """Revenue a year that the plan keeps at full lift, on the curves; None without a plan."""
    plan = report.plan
    if plan is None or plan.joint_check is None or not plan.chosen:
        return None
    return plan.joint_check[0]


def _bars(report: Report, joint: Any, kept: float | None) -> list[Bar]:
    """From all that left down to what the plan comes to, net of every cost."""
    stake = joint.revenue_at_stake
    value = stake.value or 0.0
    churned = joint.churned_revenue
    bars = [
        Bar(say(report, "reach.left"), money(report, churned), churned, hue=MUTED),
        Bar(
            say(report, "reach.stake"),
            say(report, "reach.with_range", e=stake),
            value,
            stake.low,
            stake.high,
            STAKE,
            stake.excludes_zero,
        ),
    ]
    plan = report.plan
    if kept is None or plan is None or plan.npv is None:
        return bars
    npv = plan.npv
    band = (npv.p10, npv.p90)
    shown = say(report, "ask.figure", value=npv.mean, band=band)
    clear = npv.p10 > 0 or npv.p90 < 0
    net = Bar(say(report, "reach.net", horizon=report.horizon), shown, npv.mean, *band, RX, clear)
    return [*bars, Bar(say(report, "reach.kept"), money(report, kept), kept, hue=RX), net]


def _how_sure(report: Report, joint: Any) -> list[Paragraph]:
    """How much of it lies with customers who never answered, and how far that could move it."""
    said = [heading(say(report, "reach.sure"))]
    whole = joint.revenue_at_stake.value or 0.0
    if joint.with_silent is not None and whole > 0:
        wide = joint.with_silent.ends
        share = joint.silent / whole
        said.append(line(say(report, "reach.silent", share=share, wide=wide)))
    low = report.plan.silent_at_low if report.plan else None
    if low is not None:
        p = low.p_npv_positive
        said.append(line(say(report, "stake.silent_plan", npv=low.npv.mean, p=p)))
    said.append(line(say(report, "stake.target")))
    return said


def _what_the_plan_adds(report: Report) -> list[Paragraph]:
    """That a year's revenue is no margin, and that the rest is not promised."""
    if _kept(report) is None:
        return []
    return [heading(say(report, "reach.read")), quiet(say(report, "reach.units"))]
