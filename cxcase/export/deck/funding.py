"""The slides about the plan: the steps to fund, what this budget buys, what decides it."""

from __future__ import annotations

from typing import Any

from cxcase.export.deck.blocks import bullets, missing, money, say, symbol
from cxcase.export.deck.canvas import (
    BODY,
    BOTTOM,
    CX,
    LOSS,
    MUTED,
    RIGHT,
    STAKE,
    TOP,
    Box,
    Deck,
    Run,
)
from cxcase.export.deck.native_charts import paired_bars, steps_line
from cxcase.export.deck.table import Cell, table
from cxcase.export.text import shorten
from cxcase.report import format as fmt
from cxcase.report import words
from cxcase.report.page_answers import span
from cxcase.report.result import Report

PER_SLIDE = 7
# steps left out that are named; the money more that `next_10k` is about
_LEFT = 4
_MORE = 10_000.0
_PICTURE = Box(BODY.left, TOP + 0.05, 7.5, BOTTOM - TOP - 0.1)
_BESIDE = Box(8.5, TOP + 0.1, RIGHT - 8.5, BOTTOM - TOP - 0.2)


def steps(deck: Deck, report: Report) -> None:
    """The steps to fund with cost, NPV range, payback, chance, owner, P&L line and grade; seven to
    a slide.
    """
    chosen = report.chosen_steps
    if not chosen:
        subtitle = say(report, "steps.subtitle_none")
        notes = say(report, "steps.notes_none")
        slide = deck.slide(say(report, "steps.title_none"), subtitle, notes)
        missing(slide, BODY, report.answers["recommendations"], _left_out(report))
        return
    parts = [chosen[k : k + PER_SLIDE] for k in range(0, len(chosen), PER_SLIDE)]
    for k, part in enumerate(parts):
        more = say(report, "steps.part", k=k + 1, n=len(parts)) if len(parts) > 1 else ""
        plan = report.plan
        assert plan is not None
        title = say(report, "steps.title_one" if len(chosen) == 1 else "steps.title", n=len(chosen), spend=plan.spend,
                    span=span(plan))  # fmt: skip
        slide = deck.slide(
            f"{title}{more}",
            say(report, "steps.subtitle"),
            say(report, "steps.notes", n=len(chosen)),
        )
        heads = list(words.section("export.deck.steps.heads").values())
        rows = [_step_row(report, item) for item in part]
        box = Box(BODY.left, BODY.top, BODY.width, BODY.height - 0.55)
        shares = (3.4, 1.9, 1.5, 1.8, 1.05, 1.15, 0.7, 0.75)
        table(slide, box, heads, rows, shares, right=(2, 3, 4, 5), alt=title)
        note = say(report, "steps.alone", overlap=_overlap(report))
        slide.text(
            Box(BODY.left, BOTTOM - 0.42, BODY.width, 0.4), [[Run(note, colour=MUTED)]], (12, 11)
        )


def _overlap(report: Report) -> float | None:
    if report.returns and report.returns.model:
        return report.returns.model.overlap
    return None


def _step_row(report: Report, item: Any) -> list[Cell]:
    step = item.step
    npv = item.npv
    plan = report.plan
    who = step.owner or say(report, "ask.nobody")
    start = plan.start_month[step.id] if plan else None
    return [
        Run(step.title, bold=True),
        f"{who}\n{step.pnl_line or say(report, 'steps.no_line')}",
        say(report, "steps.cost", once=step.one_off_cost, yearly=step.yearly_cost),
        f"{money(report, npv.mean)}\n{fmt.money_range(npv.p10, npv.p90, report.currency)}"
        if item.single is None
        else money(report, item.single.npv),
        fmt.months(item.payback_months)
        if item.payback_months is not None
        else say(report, "steps.never"),
        fmt.percent(item.p_npv_positive if item.single is None else None, 0),
        step.evidence_grade,
        fmt.integer(start),
    ]


def _left_out(report: Report) -> list[str]:
    """Up to four steps that are not in the plan, each with the reason; where rules clash, those and
    what would do.
    """
    plan = report.plan
    if plan is None:
        return []
    if plan.conflicts:
        rows = [row for row in words.findings(report, "budget") if row.code.startswith("clash_")]
        return [f"{row.what} {row.do}".strip() for row in rows]
    titles = {s.step.id: s.step.title for s in report.ordered_steps}
    lines = []
    for item in plan.left_out[:_LEFT]:
        other = shorten(titles.get(item.other or "", item.other or ""), 40)
        if words.has(f"leftout.{item.why}"):
            why = words.say(f"leftout.{item.why}", other=other)
        else:
            why = item.why
        lines.append(
            say(report, "budget.left", title=shorten(titles.get(item.id, item.id), 50), why=why)
        )
    more = len(plan.left_out) - len(lines)
    if more > 0:
        return [*lines, say(report, "budget.more_left", n=more)]
    return lines


def budget(deck: Deck, report: Report) -> None:
    """What this budget buys, and what one step less or more would change."""
    plan = report.plan
    if plan is None or not plan.frontier:
        subtitle = say(report, "budget.subtitle")
        notes = say(report, "budget.notes_none")
        slide = deck.slide(say(report, "budget.title_none"), subtitle, notes)
        missing(slide, BODY, report.answers["budget"], _left_out(report))
        return
    notes = say(report, "budget.notes", gap=plan.gap, n=len(plan.frontier))
    slide = deck.slide(report.answers["budget"], say(report, "budget.subtitle"), notes)
    points = [(p.budget, p.npv_mean) for p in plan.frontier]
    expected = plan.npv.mean if plan.npv else 0.0
    names = (say(report, "budget.level"), say(report, "budget.best"), say(report, "budget.here"))
    axes = (
        say(report, "budget.x_periods" if plan.spend_by_period else "budget.x"),
        say(report, "budget.y"),
    )
    alt = f"{say(report, 'budget.y')}: " + ", ".join(
        f"{money(report, x)} → {money(report, y)}" for x, y in points
    )
    steps_line(slide, _PICTURE, points, (_here(report), expected), symbol(report), alt, names, axes)
    beside = [[Run(say(report, "budget.change"), bold=True)]]
    for name, point in zip(("less", "more"), _neighbours(plan), strict=True):
        if point is not None:
            facts = {"budget": point.budget, "npv": point.npv_mean, "n": len(point.chosen)}
            beside.append([Run(say(report, f"budget.{name}", **facts))])
    if plan.next_10k is not None:
        path = "budget.next" if plan.next_10k > 0 else "budget.next_nothing"
        beside.append([Run(say(report, path, more=_MORE, gain=plan.next_10k))])
    left = _left_out(report)
    if left:
        beside.append([Run(say(report, "budget.not_in"), bold=True)])
        beside += [[Run(line, colour=MUTED)] for line in left]
    bullets(slide, _BESIDE, beside)


def _here(report: Report) -> float:
    """Where the plan stands on the axis of budgets: at its spend; sums by period are added up as
    the line's are.
    """
    plan = report.plan
    assert plan is not None
    if plan.spend_by_period:
        return plan.choice.amount
    return plan.spend


def _neighbours(plan: Any) -> tuple[Any, Any]:
    """The dearest frontier point below this plan's expected value, and the cheapest one above it."""
    value = plan.npv.mean if plan.npv else 0.0
    close = 1e-6 * max(1.0, abs(value))
    below = [
        p
        for p in plan.frontier
        if p.npv_mean < value - close and p.budget < plan.choice.amount and p.chosen
    ]
    above = [
        p for p in plan.frontier if p.npv_mean > value + close and p.budget > plan.choice.amount
    ]
    return (
        max(below, key=lambda p: p.npv_mean, default=None),
        min(above, key=lambda p: p.budget, default=None),
    )


def decides(deck: Deck, report: Report) -> None:
    """What would have to be true for each step to pay: its break-even in points and in customers."""
    shown = [s for s in report.chosen_steps if s.break_even_lift is not None][:PER_SLIDE]
    if not shown:
        slide = deck.slide(say(report, "decides.title_none"), say(report, "decides.subtitle"),
                           say(report, "decides.notes_none"))  # fmt: skip
        missing(slide, BODY, report.answers["recommendations"], _left_out(report))
        return
    customers = [s for s in shown if s.break_even_customers is not None]
    base = report.case.base
    title = say(report, "decides.title_plain")
    if customers and base is not None:
        first = customers[0]
        lived = first.customers_at_risk
        facts = {
            "title": shorten(first.step.title, 60),
            "n": first.break_even_customers,
            "left": lived or base.churned,
        }
        title = say(report, "decides.title_lived" if lived else "decides.title", **facts)
    slide = deck.slide(title, say(report, "decides.subtitle"), say(report, "decides.notes"))
    names = [_break_even_name(report, s) for s in shown]
    series = (
        (say(report, "decides.needed"), STAKE, [s.break_even_lift for s in shown]),
        (say(report, "decides.likely"), CX, [s.step.lift_likely for s in shown]),
    )
    paired_bars(slide, _PICTURE, names, series, "0.00", title)
    bullets(slide, _BESIDE, _what_decides(report))


def _break_even_name(report: Report, item: Any) -> str:
    name = shorten(item.step.title, 44)
    if item.break_even_customers is None:
        return name
    return f"{name}\n{say(report, 'decides.customers', n=item.break_even_customers)}"


def _what_decides(report: Report) -> list[list[Run]]:
    plan = report.plan
    link = report.link
    worth = link.worth_of("one_point_of_cx_retention") if link else None
    lines = [
        [Run(say(report, "decides.read"), bold=True)],
        [Run(say(report, "decides.how"))],
    ]
    if worth is not None and not worth.refused:
        facts = {"metric": words.metric(link.metric if link else None), "worth": worth}
        lines += [
            [Run(say(report, "decides.most"), bold=True)],
            [Run(say(report, "decides.worth", **facts))],
        ]
    if plan is not None and plan.joint_check is not None:
        lines.append(
            [
                Run(
                    say(
                        report,
                        "decides.joint",
                        curves=plan.joint_check[0],
                        at_once=plan.joint_check[1],
                    )
                )
            ]
        )
    losing = [s for s in report.chosen_steps if s.npv is not None and s.npv.p10 < 0]
    if losing:
        names = [f"“{shorten(s.step.title, 40)}”" for s in losing[:3]]
        path = "decides.losing" if len(losing) <= len(names) else "decides.losing_many"
        path = "decides.losing_all" if len(losing) == len(report.chosen_steps) > 1 else path
        lines.append([Run(say(report, path, names=names, n=len(losing)), colour=LOSS)])
    return lines
