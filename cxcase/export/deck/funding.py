"""The slides about the plan: the steps to fund, what this budget buys, what decides it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cxcase.export.deck.blocks import (
    PICTURE,
    Paragraph,
    bullets,
    foot_note,
    heading,
    in_parts,
    line,
    money,
    notes_of,
    quiet,
    say,
    says_what_would,
    slide_without_figures,
    step_titles,
    symbol,
)
from cxcase.export.deck.canvas import BODY, CX, LOSS, MUTED, STAKE, Box, Deck, Run
from cxcase.export.deck.native_charts import GappySeries, LineNames, paired_bars, steps_line
from cxcase.export.deck.table import Cell, Columns, pages_of, table
from cxcase.export.text import shorten
from cxcase.report import format as fmt
from cxcase.report import words
from cxcase.report.customers_to_keep import out_of_reach
from cxcase.report.decision_facts import stays_chosen
from cxcase.report.page_answers import span
from cxcase.report.result import Report

PER_SLIDE = 7
_SHARES = (3.1, 1.75, 1.45, 1.7, 1.05, 1.15, 0.95, 0.7, 0.75)  # of the columns of the steps
# steps left out that are named; the money more that `next_10k` is about
_LEFT = 4
_MORE = 10_000.0
_LOSING = 3  # steps that may lose money, as many as are named


# ---- the steps to fund ---------------------------------------------------------------------------


def steps(deck: Deck, report: Report) -> None:
    """The steps to fund: cost, NPV range, payback, chance, owner, grade; seven to a slide."""
    chosen = report.chosen_steps
    plan = report.plan
    if says_what_would(report):
        return
    if plan is None or not chosen:
        slide_without_figures(
            deck,
            say(report, "steps.title_none"),
            say(report, "steps.subtitle_none"),
            notes_of(report, "steps_none"),
            lacks=report.answers["recommendations"],
            more=_left_out(report),
        )
        return
    n = len(chosen)
    path = "steps.title_one" if n == 1 else "steps.title"
    title = say(report, path, n=n, spend=plan.spend, span=span(plan))
    heads = list(words.section("export.deck.steps.heads").values())
    columns = Columns(heads, _SHARES, right=(2, 3, 4, 5, 6))
    box = Box(BODY.left, BODY.top, BODY.width, BODY.height - 0.55)
    rows = [_step_row(report, item) for item in chosen]
    for which, part in in_parts(report, pages_of(deck.ground, box, columns, rows, PER_SLIDE)):
        notes = notes_of(report, "steps", n=n)
        slide = deck.slide(f"{title}{which}", say(report, "steps.subtitle"), notes)
        table(slide, box, columns, part, alt=title)
        foot_note(slide, say(report, "steps.alone", overlap=_overlap(report)))


def _overlap(report: Report) -> float | None:
    if report.returns and report.returns.model:
        return report.returns.model.overlap
    return None


def _step_row(report: Report, item: Any) -> list[Cell]:
    """A step's cells, as the heads name them: title, owner and P&L line, cost, NPV and so on."""
    step = item.step
    plan = report.plan
    who = step.owner or say(report, "ask.nobody")
    pnl_line = step.pnl_line or say(report, "steps.no_line")
    return [
        Run(step.title, bold=True),
        f"{who}\n{pnl_line}",
        say(report, "steps.cost", once=step.one_off_cost, yearly=step.yearly_cost),
        _npv(report, item),
        _payback(report, item),
        fmt.percent(item.p_npv_positive, 0),
        fmt.percent(stays_chosen(report, step.id), 0),
        step.evidence_grade or fmt.NONE,
        fmt.integer(plan.start_month[step.id] if plan else None),
    ]


def _npv(report: Report, item: Any) -> str:
    """Expected NPV above its range."""
    npv = item.npv
    return f"{money(report, npv.mean)}\n{fmt.money_range(npv.p10, npv.p90, report.currency)}"


def _payback(report: Report, item: Any) -> str:
    if item.payback_months is None:
        return say(report, "steps.never")
    return fmt.months(item.payback_months)


def _left_out(report: Report) -> list[str]:
    """Up to four steps that are not in the plan and why; where rules clash, what would do."""
    plan = report.plan
    if plan is None:
        return []
    if plan.conflicts:
        rows = [row for row in words.findings(report, "budget") if row.code.startswith("clash_")]
        return [f"{row.what} {row.do}".strip() for row in rows]
    titles = step_titles(report)
    lines = [why_left_out(report, item, titles) for item in plan.left_out[:_LEFT]]
    more = len(plan.left_out) - len(lines)
    if more > 0:
        return [*lines, say(report, "budget.more_left", n=more)]
    return lines


def why_left_out(report: Report, item: Any, titles: dict[str, str]) -> str:
    """One step that is not in the plan, with the reason."""
    why = reason_left_out(item, titles)
    return say(report, "budget.left", title=shorten(titles.get(item.id, item.id), 50), why=why)


def reason_left_out(item: Any, titles: dict[str, str]) -> str:
    """Why a step is not in the plan, in a few words."""
    if not words.has(f"leftout.{item.why}"):
        return str(item.why)
    other = titles.get(item.other or "", item.other or "")
    return words.say(f"leftout.{item.why}", other=shorten(other, 40))


# ---- what this budget buys -----------------------------------------------------------------------


def budget(deck: Deck, report: Report) -> None:
    """What this budget buys, and what one step less or more would change."""
    plan = report.plan
    if says_what_would(report) and not (plan and plan.frontier):
        return
    if plan is None or not plan.frontier:
        slide_without_figures(
            deck,
            say(report, "budget.title_none"),
            say(report, "budget.subtitle"),
            notes_of(report, "budget_none"),
            lacks=report.answers["budget"],
            more=_left_out(report),
        )
        return
    notes = notes_of(report, "budget", gap=plan.gap, n=len(plan.frontier))
    slide = deck.slide(_budget_title(report, plan), say(report, "budget.subtitle"), notes)
    points = [(point.budget, point.npv_mean) for point in plan.frontier]
    here = (_place_on_the_axis(plan), _expected(plan))
    names = LineNames(
        level=say(report, "budget.level"),
        points=say(report, "budget.best"),
        mark=say(report, "budget.here"),
        x=say(report, "budget.x_periods" if plan.spend_by_period else "budget.x"),
        y=say(report, "budget.y"),
    )
    alt = _frontier_in_words(report, points)
    steps_line(slide, PICTURE, points, here, symbol(report), alt, names)
    bullets(slide, [*_what_would_change(report, plan), *_not_in_the_plan(report)])


def _budget_title(report: Report, plan: Any) -> str:
    """What the money buys, and what more of it would."""
    facts = {"spend": plan.spend, "npv": _expected(plan), "budget": plan.choice.amount}
    _, larger = plan.neighbours
    if larger is None or larger.npv_mean <= _expected(plan):
        return say(report, "budget.title" if plan.chosen else "budget.title_nothing", **facts)
    more = _costs(plan, larger) - plan.spend
    gain = larger.npv_mean - _expected(plan)
    path = "budget.title_more" if plan.chosen else "budget.title_first"
    return say(report, path, **facts, more=more, gain=gain)


def _costs(plan: Any, point: Any) -> float:
    """The least money that buys a point of the frontier."""
    return float(point.budget if plan.spend_by_period else point.spend)


def _expected(plan: Any) -> float:
    """The plan's expected NPV; 0 without steps."""
    return plan.npv.mean if plan.npv else 0.0


def _place_on_the_axis(plan: Any) -> float:
    """The plan's place on the axis of budgets: its spend; the sum of a budget by periods."""
    if plan.spend_by_period:
        return float(plan.choice.amount)
    return float(plan.spend)


def _frontier_in_words(report: Report, points: Sequence[tuple[float, float]]) -> str:
    """The frontier for those who do not see it: what each budget comes to."""
    said = ", ".join(f"{money(report, spend)} → {money(report, npv)}" for spend, npv in points)
    return f"{say(report, 'budget.y')}: {said}"


def _what_would_change(report: Report, plan: Any) -> list[Paragraph]:
    """What the next smaller and the next larger set would come to, and what a little more buys."""
    paragraphs = [heading(say(report, "budget.change"))]
    for path, point in zip(("budget.less", "budget.more"), plan.neighbours, strict=True):
        if point is not None:
            facts = {"budget": _costs(plan, point), "npv": point.npv_mean, "n": len(point.chosen)}
            said = "budget.one" if len(point.chosen) == 1 else path
            paragraphs.append(line(say(report, said, **facts)))
    if plan.next_10k is not None:
        path = "budget.next" if plan.next_10k > 0 else "budget.next_nothing"
        paragraphs.append(line(say(report, path, more=_MORE, gain=plan.next_10k)))
    return paragraphs


def _not_in_the_plan(report: Report) -> list[Paragraph]:
    left = _left_out(report)
    if not left:
        return []
    return [heading(say(report, "budget.not_in")), *(quiet(text) for text in left)]


# ---- what decides it -----------------------------------------------------------------------------


def decides(deck: Deck, report: Report) -> None:
    """What would have to be true for each step to pay: break-even in points and in customers."""
    shown = [item for item in report.chosen_steps if item.break_even_lift is not None][:PER_SLIDE]
    if len(shown) == len(report.chosen_steps) == 1 or says_what_would(report):
        return  # the slide of the one step, or of what would fund one, says it
    if not shown:
        slide_without_figures(
            deck,
            say(report, "decides.title_none"),
            say(report, "decides.subtitle"),
            notes_of(report, "decides_none"),
            lacks=report.answers["recommendations"],
            more=_left_out(report),
        )
        return
    title = _break_even_title(report, shown)
    slide = deck.slide(title, say(report, "decides.subtitle"), notes_of(report, "decides"))
    names = [_break_even_name(report, item) for item in shown]
    gaps = [item.step.best_quartile_gap for item in shown]
    series: list[GappySeries] = [
        (say(report, "decides.needed"), STAKE, [item.break_even_lift for item in shown]),
        (say(report, "decides.likely"), CX, [item.step.lift_likely for item in shown]),
    ]
    if any(gap is not None for gap in gaps):
        series.append((say(report, "decides.best"), MUTED, gaps))
    paired_bars(slide, PICTURE, names, series, "0.00", title)
    bullets(slide, _what_decides(report))


def _break_even_title(report: Report, shown: Sequence[Any]) -> str:
    """How many customers the first step has to keep, of those at risk or of all that left."""
    first = next((item for item in shown if item.break_even_customers is not None), None)
    base = report.case.base
    if first is None or base is None:
        return say(report, "decides.title_plain")
    lived = first.customers_at_risk
    n = first.break_even_customers
    if out_of_reach(n, lived):
        path = "decides.title_beyond"
    elif lived:
        path = "decides.title_lived"
    else:
        path = "decides.title"
    title = shorten(first.step.title, 60)
    stays = words.say("customers.stays" if n == 1 else "customers.stay_many")
    return say(report, path, title=title, n=n, left=lived or base.churned, stays=stays)


def _break_even_name(report: Report, item: Any) -> str:
    name = shorten(item.step.title, 44)
    if item.break_even_customers is None:
        return name
    n = item.break_even_customers
    if out_of_reach(n, item.customers_at_risk):
        path = "decides.customers_beyond"
    else:
        path = "decides.customers_one" if n == 1 else "decides.customers"
    return f"{name}\n{say(report, path, n=n, left=item.customers_at_risk)}"


def _what_decides(report: Report) -> list[Paragraph]:
    """How to read the bars, and what the plan hangs on most."""
    return [
        heading(say(report, "decides.read")),
        line(say(report, "decides.how")),
        *_beyond_best(report),
        *_worth_of_a_point(report),
        *_joint_check(report),
        *_may_lose(report),
    ]


def _beyond_best(report: Report) -> list[Paragraph]:
    """The step whose lift goes furthest beyond what the company's own best quarter achieves."""
    steps = [item.step for item in report.chosen_steps]
    times = {
        step.title: step.lift_likely / step.best_quartile_gap
        for step in steps
        if step.best_quartile_gap
    }
    beyond = [title for title, ratio in times.items() if ratio > 1.0]
    if not beyond:
        return []
    most = max(beyond, key=lambda title: times[title])
    path = "decides.beyond_one" if len(beyond) == 1 else "decides.beyond"
    said = say(report, path, n=len(beyond), title=shorten(most, 50), times=times[most])
    return [[Run(said, colour=LOSS)]]


def _worth_of_a_point(report: Report) -> list[Paragraph]:
    """What a point of the score is worth, on which every step rests."""
    link = report.link
    worth = link.worth_of("one_point_of_cx_retention") if link else None
    if link is None or worth is None or worth.refused:
        return []
    said = say(report, "decides.worth", metric=words.metric(link.metric), worth=worth)
    return [heading(say(report, "decides.most")), line(said)]


def _joint_check(report: Report) -> list[Paragraph]:
    """Revenue kept moment by moment beside revenue kept with all moments moved at once."""
    plan = report.plan
    if plan is None or plan.joint_check is None:
        return []
    curves, at_once = plan.joint_check
    return [line(say(report, "decides.joint", curves=curves, at_once=at_once))]


def _may_lose(report: Report) -> list[Paragraph]:
    """The chosen steps that lose money in one draw of ten."""
    steps = report.chosen_steps
    losing = [item for item in steps if item.npv is not None and item.npv.p10 < 0]
    if not losing:
        return []
    if len(losing) == len(steps) > 1:
        path = "decides.losing_all"
    elif len(losing) > _LOSING:
        path = "decides.losing_many"
    else:
        path = "decides.losing"
    if len(losing) == 1:
        path = "decides.losing_one"
    names = [f"“{shorten(item.step.title, 40)}”" for item in losing[:_LOSING]]
    return [[Run(say(report, path, names=names, n=len(losing)), colour=LOSS)]]
