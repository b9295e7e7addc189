"""The first three slides: the ask, the cost of doing nothing, the revenue at stake."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from cxcase.export.deck.blocks import (
    PICTURE,
    Paragraph,
    bullets,
    heading,
    line,
    money,
    quiet,
    say,
    slide_without_figures,
    symbol,
)
from cxcase.export.deck.canvas import BOTTOM, INK, LOSS, MUTED, RX, STAKE, Box, Deck, Slide
from cxcase.export.deck.native_charts import Bar, interval_bars, waterfall_bars
from cxcase.export.text import shorten
from cxcase.report import format as fmt
from cxcase.report import words
from cxcase.report.page_answers import span
from cxcase.report.result import Report

MOST_BARS = 7
GREY = "9AA7B4"
_LONGEST_NAME = 46  # characters of a moment's name beside its bar
_MOST_TIES = 2  # pairs of moments that cannot be told apart, as the slide names them


# ---- the ask -------------------------------------------------------------------------------------


def ask(deck: Deck, report: Report) -> None:
    """The one-sentence ask, benefit first, with its range."""
    plan = report.plan
    if plan is None or plan.npv is None or not report.chosen_steps:
        slide_without_figures(
            deck,
            say(report, "ask.title_none"),
            say(report, "ask.subtitle"),
            say(report, "ask.notes_none"),
            lacks=report.answers["home"],
            more=[report.answers["moments"], report.answers["budget"]],
        )
        return
    title, notes = _ask_in_words(report, plan)
    slide = deck.slide(title, say(report, "ask.subtitle"), notes)
    spend = Bar(
        say(report, "ask.spend", span=span(plan)), money(report, plan.spend), plan.spend, hue=MUTED
    )
    picture = Box(PICTURE.left, PICTURE.top, PICTURE.width, 3.3)
    interval_bars(slide, picture, [spend, _npv_bar(report, plan)], symbol(report), title)
    below = Box(PICTURE.left, picture.top + 3.45, PICTURE.width, BOTTOM - picture.top - 3.5)
    counted = quiet(say(report, "ask.counted", margin=words.margin(report)))
    slide.text(below, [counted, line(_hard_and_soft(report, plan))], (15, 14, 13, 12), gap=8)
    bullets(slide, _asks(report, plan))


def _ask_in_words(report: Report, plan: Any) -> tuple[str, str]:
    """(title, notes) of the ask; where risk is in a single figure there is no range to tell."""
    if plan.single is not None:
        return report.answers["home"], report.answers["home"]
    steps = report.chosen_steps
    facts = {
        "npv": plan.npv.mean,
        "band": (plan.npv.p10, plan.npv.p90),
        "spend": plan.spend,
        "horizon": report.horizon,
        "n": len(steps),
        "span": span(plan),
    }
    path = "ask.title_one" if len(steps) == 1 else "ask.title"
    title = say(report, path, **facts, first=steps[0].step.title)
    notes = say(
        report,
        "ask.notes",
        **facts,
        base=plan.npv.base,
        p=plan.p_npv_positive,
        ask=report.answers["home"],
    )
    return title, notes


def _npv_bar(report: Report, plan: Any) -> Bar:
    """The plan's NPV with its range; the risk-adjusted NPV alone where risk is in one figure."""
    name = say(report, "ask.npv")
    if plan.single is not None:
        value = plan.single.npv
        return Bar(name, money(report, value), value, hue=RX)
    npv = plan.npv
    shown = say(report, "ask.figure", value=npv.mean, band=(npv.p10, npv.p90))
    return Bar(name, shown, npv.mean, npv.p10, npv.p90, RX, clear=npv.p10 > 0 or npv.p90 < 0)


def _asks(report: Report, plan: Any) -> list[Paragraph]:
    """What is to be decided now, which step starts, and when the money is back."""
    first = report.chosen_steps[0].step
    owner = first.owner or say(report, "ask.nobody")
    starts = say(
        report, "ask.first", title=first.title, month=plan.start_month[first.id], owner=owner
    )
    return [
        heading(say(report, "ask.decision")),
        *_released(report, plan),
        line(starts),
        heading(say(report, "ask.back")),
        line(_payback(plan)),
        *_chance(report, plan),
        quiet(say(report, "ask.days", days=plan.effort_days)),
    ]


def _released(report: Report, plan: Any) -> list[Paragraph]:
    """What is to be released of the budget, and what the plan commits to after that."""
    path = "ask.release" if math.isfinite(plan.choice.amount) else "ask.release_plain"
    now = say(report, path, spend=plan.spend, budget=plan.choice.amount)
    later = plan.spend_after
    if later <= 0:
        return [line(now)]
    facts = {"later": later, "all": plan.spend + later, "horizon": report.horizon}
    return [line(now), line(say(report, "ask.later", **facts))]


def _payback(plan: Any) -> str:
    """When the plan has paid back, as a sentence."""
    source = plan if plan.single is None else plan.single
    months = source.payback_months
    path = "payback.months" if months is not None else "payback.never"
    return _sentence(words.say(path, months=months))


def _chance(report: Report, plan: Any) -> list[Paragraph]:
    """The chance that the plan pays; nothing where risk is taken off single figures."""
    if plan.single is not None:
        return []
    return [line(say(report, "ask.chance", p=plan.p_npv_positive))]


def _hard_and_soft(report: Report, plan: Any) -> str:
    """Expected value with a P&L line to find it in, and without: hard and soft money apart."""
    pnl_lines = {item.step.id: item.step.pnl_line for item in report.chosen_steps}
    hard = sum(v for id, v in plan.npv_in_plan.items() if pnl_lines.get(id))
    soft = sum(v for id, v in plan.npv_in_plan.items() if id in pnl_lines and not pnl_lines[id])
    named = sum(1 for pnl_line in pnl_lines.values() if pnl_line)
    return say(report, "ask.hard", hard=hard, soft=soft, named=named, n=len(pnl_lines))


def _sentence(text: str) -> str:
    """The text with a capital at its start and a full stop at its end."""
    return f"{fmt.capital(text).removesuffix('.')}."


# ---- the cost of doing nothing -------------------------------------------------------------------


def doing_nothing(deck: Deck, report: Report) -> None:
    """What leaves a year at today's rate, and what it costs over the horizon."""
    base = report.case.base
    if base is None:
        slide_without_figures(
            deck,
            say(report, "nothing.title_none"),
            say(report, "nothing.subtitle_none"),
            say(report, "nothing.notes_none"),
            lacks=report.answers["data"],
        )
        return
    lost = _margin_lost(report)
    title, notes = _nothing_in_words(report, base, lost)
    path = "nothing.subtitle_left" if base.revenue_end is None else "nothing.subtitle"
    subtitle = say(report, path, customers=base.customers, t0=base.t0)
    slide = deck.slide(title, subtitle, notes)
    start, *changes, end = _revenue_bars(report, base)
    names = _series_names(report)
    waterfall_bars(slide, PICTURE, [start, *changes], end, symbol(report), title, names)
    paragraphs = _who_leaves(report, base)
    if lost is not None:
        paragraphs += [*_how_counted(report), *_within_reach(report)]
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
    facts = {"lost": lost, "churned": base.churned_revenue, "horizon": report.horizon}
    path = "nothing.title" if lost is not None else "nothing.title_revenue"
    notes = say(
        report,
        "nothing.notes",
        **facts,
        margin=words.margin(report, lost=True),
        discount=report.settings.discount,
        customers=base.customers,
        left=base.churned,
        t0=base.t0,
    )
    return say(report, path, **facts), notes


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


def _how_counted(report: Report) -> list[Paragraph]:
    """By which margin, discount and horizon the loss was counted."""
    counted = say(
        report,
        "nothing.counted",
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
    kept = found.total("hard") + found.total("soft")
    return [heading(say(report, "nothing.reach")), line(say(report, "nothing.reached", kept=kept))]


# ---- revenue at stake ----------------------------------------------------------------------------


def stake(deck: Deck, report: Report) -> None:
    """Revenue at stake by moment, added up to all that left."""
    joint = report.moments.joint if report.moments else None
    if joint is None:
        slide_without_figures(
            deck,
            say(report, "stake.title_none"),
            say(report, "stake.subtitle"),
            say(report, "stake.notes_none"),
            lacks=report.answers["moments"],
            more=[report.answers["link"]],
        )
        return
    at_stake = joint.revenue_at_stake
    slide = deck.slide(
        report.answers["moments"],
        say(report, "stake.subtitle_n", n=at_stake.n),
        say(report, "stake.notes", churned=joint.churned_revenue, stake=at_stake),
    )
    rows = [*_moment_bars(report, joint), _silent_bar(report, joint)]
    total = _stake_total(slide, report, rows)
    _stake_in_the_ledger(slide, report, joint, total)
    bullets(slide, _about_the_stake(report, joint))


def _stake_total(slide: Slide, report: Report, rows: Sequence[Bar]) -> Bar:
    """Draws the moments' parts down to their total; returns the total's bar."""
    held = sum(row.value for row in rows)
    total = Bar(words.say("export.bar.stake"), money(report, held), held, hue=INK)
    upper = Box(PICTURE.left, PICTURE.top, PICTURE.width, 3.75)
    alt = say(report, "stake.alt", stake=held)
    waterfall_bars(slide, upper, rows, total, symbol(report), alt, _series_names(report))
    return total


def _stake_in_the_ledger(slide: Slide, report: Report, joint: Any, total: Bar) -> None:
    """Draws what moments explain and what they do not, down to all that left."""
    churned = joint.churned_revenue
    unexplained = joint.unexplained
    rows = [
        replace(total, hue=STAKE),
        Bar(words.say("export.bar.unexplained"), money(report, unexplained), unexplained, hue=GREY),
    ]
    ledger = Bar(words.say("export.bar.total"), money(report, churned), churned, hue=INK)
    lower = Box(PICTURE.left, PICTURE.top + 3.75, PICTURE.width, PICTURE.height - 3.75)
    alt = say(report, "stake.alt_ledger", churned=churned)
    waterfall_bars(slide, lower, rows, ledger, symbol(report), alt, _series_names(report))


def _moment_bars(report: Report, joint: Any) -> list[Bar]:
    """One bar a moment: the seven largest, or six and the rest together."""
    clear = {moment.name for moment in report.ordered_moments if moment.status == "ok"}
    names = [moment.name for moment in report.ordered_moments if moment.name in joint.shares]
    shown = names if len(names) <= MOST_BARS else names[: MOST_BARS - 1]
    bars = [
        Bar(
            shorten(name, _LONGEST_NAME),
            money(report, joint.shares[name]),
            joint.shares[name],
            hue=STAKE,
            clear=name in clear,
        )
        for name in shown
    ]
    rest = names[len(shown) :]
    if not rest:
        return bars
    other = sum(joint.shares[name] for name in rest)
    together = say(report, "stake.other", n=len(rest))
    return [*bars, Bar(together, money(report, other), other, hue=STAKE)]


def _silent_bar(report: Report, joint: Any) -> Bar:
    """What customers who did not answer would add, hollow: nobody asked them."""
    band = (joint.silent_low, joint.silent_high)
    shown = say(report, "stake.silent", value=joint.silent, band=band)
    return Bar(words.say("export.bar.silent"), shown, joint.silent, hue=STAKE, clear=False)


def _about_the_stake(report: Report, joint: Any) -> list[Paragraph]:
    """How to read the bars: counted once, up to which target, what hollow ones mean."""
    return [
        heading(say(report, "stake.once")),
        line(say(report, "stake.joint", stake=joint.revenue_at_stake)),
        line(say(report, "stake.target")),
        quiet(say(report, "stake.hollow")),
        *(line(say(report, "stake.tie", names=list(tie))) for tie in joint.ties[:_MOST_TIES]),
    ]


def _series_names(report: Report) -> tuple[str, str]:
    """What the hidden and the shown series of a waterfall are called in its own spreadsheet."""
    return say(report, "chart.hidden"), say(report, "chart.revenue")
