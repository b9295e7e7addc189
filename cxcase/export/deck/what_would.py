"""Slides of plans that are not the usual one: nothing funded, one step, no engagement known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cxcase.export.deck.blocks import (
    PICTURE,
    Paragraph,
    bullets,
    foot_note,
    heading,
    line,
    missing,
    money,
    notes_of,
    quiet,
    say,
    says_what_would,
    step_titles,
)
from cxcase.export.deck.canvas import BODY, CX, MUTED, STAKE, Box, Deck, Run
from cxcase.export.deck.funding import reason_left_out, why_left_out
from cxcase.export.deck.native_charts import GappySeries, paired_bars
from cxcase.export.deck.table import Cell, Columns, rows_that_fit, table
from cxcase.export.text import shorten
from cxcase.report import format as fmt
from cxcase.report import words
from cxcase.report.customers_to_keep import customers_to_keep
from cxcase.report.result import Report

_CLOSEST = 7  # steps that are named where none is funded
_OTHERS = 4  # steps that are named beside the one


def nothing_funded(deck: Deck, report: Report) -> None:
    """What would have to change for a step to be funded, the closest step first."""
    plan = report.plan
    if plan is None or not says_what_would(report):
        return
    priced = [(item.npv.mean, item) for item in report.ordered_steps if item.npv is not None]
    closest = [item for _, item in sorted(priced, key=lambda both: -both[0])[:_CLOSEST]]
    title = _what_would_do(report, closest[0].step.title)
    slide = deck.slide(title, say(report, "would.subtitle"), notes_of(report, "would"))
    heads = list(words.section("export.deck.would.heads").values())
    box = Box(BODY.left, BODY.top, BODY.width, BODY.height - 0.55)
    columns = Columns(heads, (3.6, 1.6, 1.6, 1.8, 1.8, 2.2), right=(1, 2, 3, 4))
    rows = [_would(report, item) for item in closest]
    most = rows_that_fit(deck.ground, box, columns, rows)
    table(slide, box, columns, rows[:most], alt=title)
    more = len(priced) - most
    if more > 0:
        path = "would.more_one" if more == 1 else "would.more"
        foot_note(slide, say(report, path, n=more))


def _what_would_do(report: Report, closest: str) -> str:
    """The money that would fund the first step where it is money that is missing; else which step
    comes closest.
    """
    plan = report.plan
    points = [point for point in plan.frontier if point.chosen] if plan else []
    first = min(points, key=lambda point: point.budget, default=None)
    if plan is None or first is None or first.budget <= plan.choice.amount:
        return say(report, "would.title", title=shorten(closest, 60))
    title = step_titles(report).get(first.chosen[0], first.chosen[0])
    facts = {"budget": plan.choice.amount, "enough": first.spend}
    return say(report, "would.title_budget", title=shorten(title, 60), **facts)


def _would_do(report: Report, item: Any) -> tuple[float | None, float | None]:
    """(the likely lift, the share of the planned cost) at which a step pays: as the page of the
    steps says them where none pays, else at likely values.
    """
    found = report.returns.what_would if report.returns else ()
    for one in found:
        if one.step == item.step.id:
            return one.lift_at_least, one.cost_factor
    return item.break_even_lift, item.bcr


def _would(report: Report, item: Any) -> list[Cell]:
    """A step's cells: NPV, the lift there is and the lift that would do, cost alike, why not."""
    step = item.step
    lift, cost = _would_do(report, item)
    needs = say(report, "would.no_lift") if lift is None else fmt.number(lift, 2)
    most = say(report, "would.free") if not cost or cost <= 0 else fmt.percent(cost, 0)
    left = {one.id: one for one in report.plan.left_out} if report.plan else {}
    said = reason_left_out(left[step.id], step_titles(report)) if step.id in left else fmt.NONE
    return [
        Run(step.title, bold=True),
        money(report, item.npv.mean),
        fmt.number(step.lift_likely, 2),
        needs,
        most,
        fmt.capital(said),
    ]


def one_step(deck: Deck, report: Report) -> None:
    """What the one step hangs on: the lift and the customers it needs, what its cost may come to,
    and why the others wait.
    """
    if len(report.chosen_steps) != 1:
        return
    (item,) = report.chosen_steps
    step = item.step
    needed = item.break_even_lift
    if needed is None:
        return
    title = say(report, "one.title", title=shorten(step.title, 70))
    slide = deck.slide(title, say(report, "one.subtitle"), notes_of(report, "one"))
    gap = step.best_quartile_gap
    series: list[GappySeries] = [
        (say(report, "decides.needed"), STAKE, [needed]),
        (say(report, "decides.likely"), CX, [step.lift_likely]),
    ]
    if gap is not None:
        series.append((say(report, "decides.best"), MUTED, [gap]))
    paired_bars(slide, PICTURE, [shorten(step.title, 44)], series, "0.00", title)
    bullets(slide, _hangs_on(report, item))


def _hangs_on(report: Report, item: Any) -> list[Paragraph]:
    """What would change the decision about the one step."""
    said: list[Paragraph] = [heading(say(report, "one.holds"))]
    if item.break_even_customers is not None:
        kept = customers_to_keep(item.break_even_customers, item.customers_at_risk)
        said.append(line(f"{fmt.capital(kept)}."))
    if item.bcr is not None:
        said.append(line(say(report, "one.cost", share=item.bcr)))
    others = [one for one in report.ordered_steps if one.step.id != item.step.id]
    return [*said, *_others(report, others)]


def _others(report: Report, others: Sequence[Any]) -> list[Paragraph]:
    """Why the other steps are not in it, the closest first."""
    titles = step_titles(report)
    ids = [one.step.id for one in others]
    left = {item.id: item for item in report.plan.left_out} if report.plan else {}
    lines = [why_left_out(report, left[id], titles) for id in ids if id in left][:_OTHERS]
    if not lines:
        return []
    return [heading(say(report, "budget.not_in")), *(quiet(text) for text in lines)]


def no_engagement(deck: Deck, report: Report) -> None:
    """What is not known without engagement, what would unlock it, and that all else stands."""
    link = report.link
    if link is None or link.refused is not None:
        return
    effect = link.effect("ex_to_cx")
    if effect is not None and not effect.estimate.refused:
        return
    why = words.reason((effect.estimate.reason if effect else None) or "no_ex")
    slide = deck.slide(
        say(report, "no_ex.title", metric=words.metric(link.metric)),
        say(report, "no_ex.subtitle"),
        notes_of(report, "no_ex"),
    )
    steps = sum(item.step.acts_on == "ex" for item in report.ordered_steps)
    open_steps = "no_ex.steps_one" if steps == 1 else "no_ex.steps"
    rest = [say(report, "no_ex.stands"), *([say(report, open_steps, n=steps)] if steps else [])]
    missing(slide, f"{why.text} {why.unlock}".strip(), rest)
