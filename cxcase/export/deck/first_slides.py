"""The first slides: the ask, and the revenue at stake."""

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
    notes_of,
    quiet,
    say,
    says_what_would,
    series_names,
    slide_without_figures,
    symbol,
)
from cxcase.export.deck.canvas import (
    BOTTOM,
    INK,
    MUTED,
    RX,
    STAKE,
    STAKE_LIGHT,
    Box,
    Deck,
    Slide,
)
from cxcase.export.deck.look.kinds import REMARK
from cxcase.export.deck.look.palette import GREY
from cxcase.export.deck.native_charts import Bar, interval_bars, waterfall_bars
from cxcase.export.text import shorten
from cxcase.report import words
from cxcase.report.benefit_kinds import benefit_kinds, not_counted
from cxcase.report.decision_facts import decision_facts
from cxcase.report.narrative import audience_words, one_sentence, speaker_notes
from cxcase.report.page_answers import span
from cxcase.report.result import Report

MOST_BARS = 7
_ON_THE_ASK = ("roi", "irr", "mirr", "payback", "cvar", "stable")  # others have their own slides
_LONGEST_NAME = 46  # characters of a moment's name beside its bar
_MOST_TIES = 2  # pairs of moments that cannot be told apart, as the slide names them


# ---- the ask -------------------------------------------------------------------------------------


def ask(deck: Deck, report: Report) -> None:
    """The one-sentence ask, benefit first, with its range."""
    plan = report.plan
    if plan is None or plan.npv is None or not report.chosen_steps:
        slide_without_figures(
            deck,
            say(report, "ask.title_unfunded" if says_what_would(report) else "ask.title_none"),
            say(report, "ask.subtitle"),
            notes_of(report, "ask_none"),
            lacks=report.answers["home"],
            more=[report.answers["moments"], report.answers["budget"]],
        )
        return
    title = one_sentence(report)
    notes = speaker_notes(report)
    slide = deck.slide(title, audience_words(report, "subtitle"), notes)
    spend = Bar(
        say(report, "ask.spend", span=span(plan)), money(report, plan.spend), plan.spend, hue=MUTED
    )
    picture = Box(PICTURE.left, PICTURE.top, PICTURE.width, 3.3)
    interval_bars(slide, picture, [spend, _npv_bar(report, plan)], symbol(report), title)
    below = Box(PICTURE.left, picture.top + 3.45, PICTURE.width, BOTTOM - picture.top - 3.5)
    told = [*_counted(report), *_hard_and_soft(report)]
    slide.fill(REMARK, below, told, (15, 14, 13, 12), gap=8)
    bullets(slide, _asks(report, plan))


def _npv_bar(report: Report, plan: Any) -> Bar:
    """The plan's NPV with its range."""
    name = say(report, "ask.npv")
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
        line(say(report, "ask.chance", p=plan.p_npv_positive)),
        *(line(fact.said) for fact in decision_facts(report) if fact.code in _ON_THE_ASK),
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


def _counted(report: Report) -> list[Paragraph]:
    """What is in the figures and what is left out; growth and savings on lines of their own."""
    found = benefit_kinds(report)
    more = found is not None and (found.expansion is not None or found.saving_hard)
    path = "ask.counted_more" if more else "ask.counted"
    lines = [quiet(say(report, path, margin=words.margin(report), left_out=not_counted(report)))]
    if found is None:
        return lines
    kinds = {
        "expansion": found.expansion or 0.0,
        "saving_hard": found.saving_hard,
        "saving_soft": found.saving_soft,
    }
    return [
        *lines,
        *(
            line(words.say(f"benefit.{kind}", report.currency, value=value))
            for kind, value in kinds.items()
            if value
        ),
    ]


def _hard_and_soft(report: Report) -> list[Paragraph]:
    """What of the expected value is hard money, not yet signed, and soft; nothing where unknown."""
    plan = report.plan
    found = report.plan_details.benefits if report.plan_details else None
    if plan is None or found is None:
        return []
    totals = dict.fromkeys(found.totals, 0.0)
    for item in found.lines:
        totals[item.money] += plan.npv_in_plan.get(item.id, 0.0)
    return [line(say(report, "ask.hard", **totals))]


# ---- revenue at stake ----------------------------------------------------------------------------


def stake(deck: Deck, report: Report) -> None:
    """Revenue at stake by moment, added up to all that left."""
    joint = report.moments.joint if report.moments else None
    if joint is None:
        slide_without_figures(
            deck,
            say(report, "stake.title_none"),
            say(report, "stake.subtitle"),
            notes_of(report, "stake_none"),
            lacks=report.answers["moments"],
            more=[report.answers["link"]],
        )
        return
    at_stake = joint.revenue_at_stake
    slide = deck.slide(
        _stake_title(report, joint),
        say(report, "stake.subtitle_n", n=at_stake.n),
        notes_of(report, "stake", churned=joint.churned_revenue, stake=at_stake),
    )
    rows = [*_moment_bars(report, joint), _silent_bar(report, joint)]
    total = _stake_total(slide, report, rows)
    _stake_in_the_ledger(slide, report, joint, total)
    bullets(slide, _about_the_stake(report, joint))


def _stake_title(report: Report, joint: Any) -> str:
    """What all moments hold, with its range; how far silent customers could move that stands on
    the slide.
    """
    stake = joint.revenue_at_stake
    if joint.with_silent is None or not stake.excludes_zero:
        return report.answers["moments"]
    return say(report, "stake.title", stake=stake, churned=joint.churned_revenue)


def _stake_total(slide: Slide, report: Report, rows: Sequence[Bar]) -> Bar:
    """Draws the moments' parts down to their total; returns the total's bar."""
    held = sum(row.value for row in rows)
    shown = money(report, held)
    reach = report.joint.with_silent if report.joint else None
    total = Bar(
        words.say("export.bar.stake"), shown, held, hue=INK, wide=reach.ends if reach else None
    )
    upper = Box(PICTURE.left, PICTURE.top, PICTURE.width, 3.75)
    alt = say(report, "stake.alt", stake=held)
    waterfall_bars(slide, upper, rows, total, symbol(report), alt, series_names(report))
    return total


def _stake_in_the_ledger(slide: Slide, report: Report, joint: Any, total: Bar) -> None:
    """Draws what moments explain and what they do not, down to all that left."""
    churned = joint.churned_revenue
    unexplained = joint.unexplained
    rows = [
        replace(total, name=total.name, shown=money(report, total.value), hue=STAKE, wide=None),
        Bar(words.say("export.bar.unexplained"), money(report, unexplained), unexplained, hue=GREY),
    ]
    ledger = Bar(words.say("export.bar.total"), money(report, churned), churned, hue=INK)
    lower = Box(PICTURE.left, PICTURE.top + 3.75, PICTURE.width, PICTURE.height - 3.75)
    alt = say(report, "stake.alt_ledger", churned=churned)
    waterfall_bars(slide, lower, rows, ledger, symbol(report), alt, series_names(report))


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
    """What customers who did not answer would add, in the lighter tint: nobody asked them."""
    band = (joint.silent_low, joint.silent_high)
    shown = say(report, "stake.silent", value=joint.silent, band=band)
    return Bar(words.say("export.bar.silent"), shown, joint.silent, hue=STAKE_LIGHT)


def _about_the_stake(report: Report, joint: Any) -> list[Paragraph]:
    """How to read the bars: counted once, up to which target, what hollow ones mean."""
    return [
        heading(say(report, "stake.once")),
        line(say(report, "stake.joint", stake=joint.revenue_at_stake)),
        *_silent_said(report, joint),
        line(say(report, "stake.target")),
        quiet(say(report, "stake.hollow")),
        *(line(say(report, "stake.tie", names=list(tie))) for tie in joint.ties[:_MOST_TIES]),
    ]


def _silent_said(report: Report, joint: Any) -> list[Paragraph]:
    """How much lies with customers who never answered, and how far that could move the total."""
    if joint.with_silent is None:
        return []
    whole = joint.revenue_at_stake.value or 0.0
    share = joint.silent / whole if whole > 0 else None
    said = [line(say(report, "stake.silent_said", share=share, wide=joint.with_silent.ends))]
    low = report.plan.silent_at_low if report.plan else None
    if low is None:
        return said
    p = low.p_npv_positive
    return [*said, line(say(report, "stake.silent_plan", npv=low.npv.mean, p=p))]
