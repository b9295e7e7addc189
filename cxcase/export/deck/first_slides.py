"""The first three slides: the ask, the cost of doing nothing, the revenue at stake."""

from __future__ import annotations

import math
from dataclasses import replace

from cxcase.export.deck.blocks import bullets, missing, money, say, symbol
from cxcase.export.deck.canvas import (
    BODY,
    BOTTOM,
    INK,
    LOSS,
    MUTED,
    RIGHT,
    RX,
    STAKE,
    TOP,
    Box,
    Deck,
    Run,
    Slide,
)
from cxcase.export.deck.native_charts import Bar, interval_bars, waterfall_bars
from cxcase.export.text import shorten
from cxcase.report import format as fmt
from cxcase.report import words
from cxcase.report.page_answers import span
from cxcase.report.result import Report

MOST_BARS = 7
GREY = "9AA7B4"
_PICTURE = Box(BODY.left, TOP + 0.05, 7.5, BOTTOM - TOP - 0.1)
_BESIDE = Box(8.5, TOP + 0.1, RIGHT - 8.5, BOTTOM - TOP - 0.2)


def ask(deck: Deck, report: Report) -> None:
    """The one-sentence ask, benefit first, with its range."""
    plan = report.plan
    steps = report.chosen_steps
    if plan is None or plan.npv is None or not steps:
        slide = deck.slide(
            say(report, "ask.title_none"),
            say(report, "ask.subtitle"),
            say(report, "ask.notes_none"),
        )
        missing(
            slide,
            BODY,
            report.answers["home"],
            [report.answers[page] for page in ("moments", "budget")],
        )
        return
    band = (plan.npv.p10, plan.npv.p90)
    single = plan.single
    facts = {
        "npv": plan.npv.mean,
        "band": band,
        "spend": plan.spend,
        "horizon": report.horizon,
        "n": len(steps),
    }
    facts["span"] = span(plan)
    title = say(
        report,
        "ask.title_one" if len(steps) == 1 else "ask.title",
        **facts,
        first=steps[0].step.title,
    )
    notes = say(
        report,
        "ask.notes",
        **facts,
        base=plan.npv.base,
        p=plan.p_npv_positive,
        ask=report.answers["home"],
    )
    if single is not None:  # risk is in the single figure: no range beside it
        title = notes = report.answers["home"]
    slide = deck.slide(title, say(report, "ask.subtitle"), notes)
    rows = [
        Bar(say(report, "ask.spend", span=span(plan)), money(report, plan.spend), plan.spend, hue=MUTED),
        _net(report) if single is not None else Bar(
            say(report, "ask.npv"),
            say(report, "ask.figure", value=plan.npv.mean, band=band),
            plan.npv.mean, plan.npv.p10, plan.npv.p90, RX, plan.npv.p10 > 0 or plan.npv.p90 < 0,
        ),
    ]  # fmt: skip
    picture = Box(_PICTURE.left, _PICTURE.top, _PICTURE.width, 3.3)
    interval_bars(slide, picture, rows, symbol(report), title)
    slide.text(
        Box(_PICTURE.left, picture.top + 3.45, _PICTURE.width, BOTTOM - picture.top - 3.5),
        [
            [Run(say(report, "ask.counted", margin=words.margin(report)), colour=MUTED)],
            [Run(_hard(report))],
        ],
        (15, 14, 13, 12),
        gap=8,
    )
    bullets(slide, _BESIDE, _asks(report))


def _net(report: Report) -> Bar:
    """The risk-adjusted NPV alone."""
    single = report.plan.single if report.plan else None
    value = single.npv if single else 0.0
    return Bar(say(report, "ask.npv"), money(report, value), value, hue=RX)


def _asks(report: Report) -> list[list[Run]]:
    plan = report.plan
    steps = report.chosen_steps
    assert plan is not None
    first = steps[0].step
    back = plan.payback_months if plan.single is None else plan.single.payback_months
    payback = "payback.months" if back is not None else "payback.never"
    if plan.single is not None:
        chance = []
    else:
        chance = [[Run(say(report, "ask.chance", p=plan.p_npv_positive))]]
    return [
        [Run(say(report, "ask.decision"), bold=True)],
        *_released(report),
        [
            Run(
                say(
                    report,
                    "ask.first",
                    title=first.title,
                    month=plan.start_month[first.id],
                    owner=_owner(first.owner),
                )
            )
        ],
        [Run(say(report, "ask.back"), bold=True)],
        [Run(_sentence(words.say(payback, months=back)))],
        *chance,
        [Run(say(report, "ask.days", days=plan.effort_days), colour=MUTED)],
    ]


def _released(report: Report) -> list[list[Run]]:
    """What is to be released of the budget, and what the plan commits to after that."""
    plan = report.plan
    assert plan is not None
    now = plan.spend
    later = plan.spend_after
    path = "ask.release" if math.isfinite(plan.choice.amount) else "ask.release_plain"
    lines = [[Run(say(report, path, spend=now, budget=plan.choice.amount))]]
    if later > 0:
        facts = {"later": later, "all": now + later, "horizon": report.horizon}
        lines.append([Run(say(report, "ask.later", **facts))])
    return lines


def _hard(report: Report) -> str:
    """Expected value with a P&L line to find it in, and without: hard money and soft money apart."""
    plan = report.plan
    assert plan is not None
    lines = {s.step.id: s.step.pnl_line for s in report.chosen_steps}
    hard = sum(v for id, v in plan.npv_in_plan.items() if lines.get(id))
    soft = sum(v for id, v in plan.npv_in_plan.items() if id in lines and not lines[id])
    named = sum(1 for line in lines.values() if line)
    return say(report, "ask.hard", hard=hard, soft=soft, named=named, n=len(lines))


def _owner(owner: str | None) -> str:
    return owner or words.say("export.deck.ask.nobody")


def _sentence(text: str) -> str:
    return fmt.capital(text) + ("" if text.endswith(".") else ".")


def doing_nothing(deck: Deck, report: Report) -> None:
    """What leaves a year at today's rate, and what it costs over the horizon."""
    base = report.case.base
    plan = report.plan
    lost = (plan.doing_nothing if plan else None) or (
        report.returns.doing_nothing if report.returns else None
    )
    if base is None:
        subtitle = say(report, "nothing.subtitle_none")
        notes = say(report, "nothing.notes_none")
        slide = deck.slide(say(report, "nothing.title_none"), subtitle, notes)
        missing(slide, BODY, report.answers["data"], [])
        return
    path = "nothing.title" if lost is not None else "nothing.title_revenue"
    facts = {"lost": lost, "churned": base.churned_revenue, "horizon": report.horizon}
    title = say(report, path, **facts)
    notes = say(
        report, "nothing.notes", **facts, margin=words.margin(report, lost=True), discount=report.settings.discount,
        customers=base.customers, left=base.churned, t0=base.t0,
    )  # fmt: skip
    slide = deck.slide(
        title, say(report, "nothing.subtitle", customers=base.customers, t0=base.t0), notes
    )
    stayed = base.revenue_end - (base.revenue_start - base.churned_revenue)
    rows = [
        Bar(say(report, "nothing.start"), money(report, base.revenue_start), base.revenue_start, hue=INK),
        Bar(say(report, "nothing.left"), money(report, -base.churned_revenue), -base.churned_revenue, hue=LOSS),
        Bar(say(report, "nothing.stayed"), fmt.change(stayed, report.currency, 3), stayed,
            hue=RX if stayed >= 0 else LOSS),
    ]  # fmt: skip
    total = Bar(
        say(report, "nothing.end"), money(report, base.revenue_end), base.revenue_end, hue=INK
    )
    names = (say(report, "chart.hidden"), say(report, "chart.revenue"))
    waterfall_bars(slide, _PICTURE, rows, total, symbol(report), title, names)
    beside = [
        [Run(say(report, "nothing.who"), bold=True)],
        [
            Run(
                say(
                    report,
                    "nothing.customers",
                    left=base.churned,
                    customers=base.customers,
                    share=base.logo_churn,
                )
            )
        ],
        [Run(say(report, "nothing.kept", grr=base.grr, nrr=base.nrr))],
    ]
    if lost is not None:
        beside += [
            [Run(say(report, "nothing.margin"), bold=True)],
            [Run(say(report, "nothing.counted", margin=words.margin(report, lost=True),
                     discount=report.settings.discount, horizon=report.horizon))],
        ]  # fmt: skip
    bullets(slide, _BESIDE, [*beside, *_reach(report)] if lost is not None else beside)


def _reach(report: Report) -> list[list[Run]]:
    """How much of what leaves the plan would keep: its benefits before costs, in present money as
    the loss is.
    """
    found = report.plan_details.benefits if report.plan_details else None
    if found is None or not found.lines:
        return []
    kept = found.total("hard") + found.total("soft")
    return [
        [Run(say(report, "nothing.reach"), bold=True)],
        [Run(say(report, "nothing.reached", kept=kept))],
    ]


def stake(deck: Deck, report: Report) -> None:
    """Revenue at stake by moment, added up to all that left."""
    joint = report.moments.joint if report.moments else None
    if joint is None:
        subtitle = say(report, "stake.subtitle")
        notes = say(report, "stake.notes_none")
        slide = deck.slide(say(report, "stake.title_none"), subtitle, notes)
        missing(slide, BODY, report.answers["moments"], [report.answers["link"]])
        return
    notes = say(report, "stake.notes", churned=joint.churned_revenue, stake=joint.revenue_at_stake)
    n = joint.revenue_at_stake.n
    slide = deck.slide(report.answers["moments"], say(report, "stake.subtitle_n", n=n), notes)
    rows = _stake_rows(report)
    names = (say(report, "chart.hidden"), say(report, "chart.revenue"))
    held = sum(row.value for row in rows)
    total = Bar(words.say("export.bar.stake"), money(report, held), held, hue=INK)
    upper = Box(_PICTURE.left, _PICTURE.top, _PICTURE.width, 3.75)
    waterfall_bars(
        slide, upper, rows, total, symbol(report), say(report, "stake.alt", stake=held), names
    )
    ledger = Bar(
        words.say("export.bar.total"),
        money(report, joint.churned_revenue),
        joint.churned_revenue,
        hue=INK,
    )
    open_part = Bar(
        words.say("export.bar.unexplained"),
        money(report, joint.unexplained),
        joint.unexplained,
        hue=GREY,
    )
    lower = Box(_PICTURE.left, _PICTURE.top + 3.75, _PICTURE.width, _PICTURE.height - 3.75)
    alt = say(report, "stake.alt_ledger", churned=joint.churned_revenue)
    waterfall_bars(
        slide, lower, [replace(total, hue=STAKE), open_part], ledger, symbol(report), alt, names
    )
    _stake_beside(slide, report)


def _stake_rows(report: Report) -> list[Bar]:
    """One bar a moment (the seven largest, the rest together), one for silent customers."""
    joint = report.moments.joint if report.moments else None
    assert joint is not None
    clear = {m.name for m in report.ordered_moments if m.status == "ok"}
    shares = [
        (m.name, joint.shares[m.name]) for m in report.ordered_moments if m.name in joint.shares
    ]
    if len(shares) <= MOST_BARS:
        shown, rest = (shares, [])
    else:
        shown, rest = (shares[: MOST_BARS - 1], shares[MOST_BARS - 1 :])
    rows = [
        Bar(shorten(name, 46), money(report, value), value, hue=STAKE, clear=name in clear)
        for name, value in shown
    ]
    if rest:
        other = sum(value for _, value in rest)
        rows.append(
            Bar(say(report, "stake.other", n=len(rest)), money(report, other), other, hue=STAKE)
        )
    silent = say(
        report, "stake.silent", value=joint.silent, band=(joint.silent_low, joint.silent_high)
    )
    return [
        *rows,
        Bar(words.say("export.bar.silent"), silent, joint.silent, hue=STAKE, clear=False),
    ]


def _stake_beside(slide: Slide, report: Report) -> None:
    joint = report.moments.joint if report.moments else None
    assert joint is not None
    beside = [
        [Run(say(report, "stake.once"), bold=True)],
        [Run(say(report, "stake.joint", stake=joint.revenue_at_stake))],
        [Run(say(report, "stake.target"))],
        [Run(say(report, "stake.hollow"), colour=MUTED)],
    ]
    beside += [[Run(say(report, "stake.tie", names=list(tie)))] for tie in joint.ties[:2]]
    bullets(slide, _BESIDE, beside)
