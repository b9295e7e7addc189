"""The slide of what waiting a year forgoes, with all that leaves as context."""

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
    say,
    series_names,
    slide_without_figures,
    symbol,
)
from cxcase.export.deck.canvas import INK, LOSS, MUTED, RX, Box, Deck
from cxcase.export.deck.native_charts import Bar, interval_bars, waterfall_bars
from cxcase.report import format as fmt
from cxcase.report import words
from cxcase.report.result import Report

_FORGONE = 2.0  # inches of the bars of what waiting forgoes


def doing_nothing(deck: Deck, report: Report) -> None:
    """What leaves a year at today's rate, and what it costs over the horizon."""
    base = report.case.base
    if base is None:
        slide_without_figures(
            deck,
            say(report, "nothing.title_none"),
            say(report, "nothing.subtitle_none"),
            notes_of(report, "nothing_none"),
            lacks=report.answers["data"],
        )
        return
    lost = _margin_lost(report)
    title, notes = _nothing_in_words(report, base, lost)
    path = "nothing.subtitle_left" if base.revenue_end is None else "nothing.subtitle"
    subtitle = say(report, path, customers=base.customers, t0=base.t0)
    slide = deck.slide(title, subtitle, notes)
    forgone = _forgone_bars(report)
    picture = PICTURE
    if forgone:
        upper = Box(PICTURE.left, PICTURE.top, PICTURE.width, _FORGONE)
        interval_bars(slide, upper, forgone, symbol(report), title)
        left = PICTURE.height - _FORGONE - 0.1
        picture = Box(PICTURE.left, PICTURE.top + _FORGONE + 0.1, PICTURE.width, left)
    start, *changes, end = _revenue_bars(report, base)
    names = series_names(report)
    alt = say(report, "nothing.alt", churned=base.churned_revenue)
    waterfall_bars(slide, picture, [start, *changes], end, symbol(report), alt, names)
    paragraphs = _who_leaves(report, base)
    if lost is not None:
        paragraphs += [*_how_counted(report, lost), *_within_reach(report)]
    bullets(slide, paragraphs)


def _margin_lost(report: Report) -> float | None:
    """Present margin lost over the horizon if nothing is done; the plan's own figure first."""
    if report.plan is not None and report.plan.doing_nothing:
        return report.plan.doing_nothing
    if report.returns is None:
        return None
    return report.returns.doing_nothing


def _nothing_in_words(report: Report, base: Any, lost: float | None) -> tuple[str, str]:
    """(title, notes): the margin lost where it is known, else the revenue that left."""
    waiting = report.plan.waiting_a_year if report.plan else None
    facts = {"lost": lost, "churned": base.churned_revenue, "horizon": report.horizon}
    if waiting is not None:
        facts["waiting"] = waiting.value
        path = "nothing.title_waiting"
    else:
        path = "nothing.title" if lost is not None else "nothing.title_revenue"
    notes = notes_of(
        report,
        "nothing",
        **facts,
        margin=words.margin(report, lost=True),
        discount=report.settings.discount,
        customers=base.customers,
        left=base.churned,
        t0=base.t0,
    )
    return say(report, path, **facts), notes


def _forgone_bars(report: Report) -> list[Bar]:
    """What this plan forgoes by waiting a year, counted to one last month and moving along."""
    found = report.plan.waiting_a_year if report.plan else None
    if found is None:
        return []
    shown = say(report, "ask.figure", value=found.value, band=(found.p10, found.p90))
    clear = found.p10 > 0 or found.p90 < 0
    waits = Bar(
        say(report, "nothing.waiting"), shown, found.value, found.p10, found.p90, LOSS, clear
    )
    moving = money(report, found.moving)
    return [waits, Bar(say(report, "nothing.moving"), moving, found.moving, hue=MUTED)]


def _revenue_bars(report: Report, base: Any) -> list[Bar]:
    """Revenue at the year's start, what left, what changed with those who stayed, and its end; what
    those who stayed brought at the start where nobody measured the end.
    """
    if base.revenue_end is None:
        kept = base.revenue_start - base.churned_revenue
        return [
            _bar(report, "nothing.start", base.revenue_start, INK),
            _bar(report, "nothing.left", -base.churned_revenue, LOSS),
            _bar(report, "nothing.rest", kept, INK),
        ]
    stayed = base.revenue_end - (base.revenue_start - base.churned_revenue)
    left = -base.churned_revenue
    changed = fmt.change(stayed, report.currency, 3)
    hue = RX if stayed >= 0 else LOSS
    return [
        _bar(report, "nothing.start", base.revenue_start, INK),
        _bar(report, "nothing.left", left, LOSS),
        Bar(say(report, "nothing.stayed"), changed, stayed, hue=hue),
        _bar(report, "nothing.end", base.revenue_end, INK),
    ]


def _bar(report: Report, path: str, value: float, hue: str) -> Bar:
    """A bar of money with the deck's words at `path` as its name."""
    return Bar(say(report, path), money(report, value), value, hue=hue)


def _who_leaves(report: Report, base: Any) -> list[Paragraph]:
    """How many customers left, and what share of revenue stayed."""
    counts = {"left": base.churned, "customers": base.customers, "share": base.logo_churn}
    return [
        heading(say(report, "nothing.who")),
        line(say(report, "nothing.customers", **counts)),
        *_kept(report, base),
    ]


def _kept(report: Report, base: Any) -> list[Paragraph]:
    """GRR and NRR; where nobody measured them the revenue that left, and why that is all."""
    if base.grr is not None:
        return [line(say(report, "nothing.kept", grr=base.grr, nrr=base.nrr))]
    left = line(say(report, "nothing.revenue_left", share=base.revenue_churn))
    if report.case.why_no_end is None:
        return [left]
    return [left, line(words.not_measured(report.case.why_no_end))]


def _how_counted(report: Report, lost: float) -> list[Paragraph]:
    """By which margin, discount and horizon the loss was counted."""
    counted = say(
        report,
        "nothing.counted",
        lost=lost,
        margin=words.margin(report, lost=True),
        discount=report.settings.discount,
        horizon=report.horizon,
    )
    return [heading(say(report, "nothing.margin")), line(counted)]


def _within_reach(report: Report) -> list[Paragraph]:
    """How much of what leaves the plan would keep: benefits before costs, in present money."""
    found = report.plan_details.benefits if report.plan_details else None
    if found is None or not found.lines:
        return []
    kept = found.all
    return [heading(say(report, "nothing.reach")), line(say(report, "nothing.reached", kept=kept))]
