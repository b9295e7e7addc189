"""The slides of what else could be asked for, and of how robust the choice is."""

from __future__ import annotations

from typing import Any

from cxcase.export.deck.blocks import (
    PICTURE,
    Paragraph,
    bullets,
    foot_note,
    heading,
    line,
    money,
    notes_of,
    quiet,
    say,
)
from cxcase.export.deck.canvas import BODY, CX, LOSS, RX, Box, Deck, Run
from cxcase.export.deck.native_charts import paired_bars
from cxcase.export.deck.table import Cell, Columns, table
from cxcase.export.text import shorten
from cxcase.report import format as fmt
from cxcase.report import words
from cxcase.report.decision_facts import stays_chosen
from cxcase.report.result import Report

_MOST = 9  # steps whose bars have room for their names
_SIZES = (16.0, 15.0, 14.0, 13.0, 12.0)


def options(deck: Deck, report: Report) -> None:
    """Nothing, a smaller ask, the ask and a larger one side by side. None without a plan."""
    found = report.plan_details.options if report.plan_details else ()
    ask = next((one for one in found if one.name == "ask"), None)
    if ask is None or len(found) < 2:
        return
    title = _title(report, found, ask)
    slide = deck.slide(title, say(report, "options.subtitle"), notes_of(report, "options"))
    heads = list(words.section("export.deck.options.heads").values())
    columns = Columns(heads, (3.0, 0.9, 1.5, 1.5, 2.4, 1.1, 1.4, 1.7), right=(1, 2, 3, 4, 5, 6, 7))
    box = Box(BODY.left, BODY.top + 0.2, BODY.width, BODY.height - 0.8)
    table(slide, box, columns, [_option(report, one) for one in found], sizes=_SIZES, alt=title)
    foot_note(slide, say(report, "options.foot"))


def _title(report: Report, found: Any, ask: Any) -> str:
    """What more money would add; where none would, what less would cost."""
    names = {one.name: one for one in found}
    larger = names.get("larger")
    smaller = names.get("smaller")
    if larger is not None:
        gain = larger.npv.mean - ask.npv.mean
        facts = {"more": larger.spend - ask.spend, "gain": gain}
        return say(report, "options.title_larger", **facts)
    if smaller is not None:
        facts = {"less": ask.spend - smaller.spend, "loss": ask.npv.mean - smaller.npv.mean}
        return say(report, "options.title_smaller", **facts)
    return say(report, "options.title", npv=ask.npv.mean)


def _option(report: Report, one: Any) -> list[Cell]:
    bold = one.name == "ask"
    name = words.say(f"export.deck.options.{one.name}")
    if one.name == "nothing":
        return [name, fmt.NONE, money(report, 0.0), money(report, 0.0), *[fmt.NONE] * 4]
    worst = Run(money(report, one.cvar), bold, LOSS if (one.cvar or 0.0) < 0 else RX)
    npv = one.npv
    texts = (
        name,
        fmt.integer(one.steps),
        money(report, one.spend),
        money(report, npv.mean),
        fmt.money_range(npv.p10, npv.p90, report.currency),
        fmt.percent(one.roi, 0),
        fmt.chance(one.p_npv_positive),
    )
    return [*(Run(text, bold) for text in texts), worst]


# ---- how robust the choice is --------------------------------------------------------------------


def robust(deck: Deck, report: Report) -> None:
    """How often each step stays chosen, and what else was tried. None where nothing was."""
    chosen = report.chosen_steps
    shares = {item.step.id: stays_chosen(report, item.step.id) for item in chosen}
    shown = [item for item in chosen if shares[item.step.id] is not None][:_MOST]
    if len(shown) < 2:
        return
    ordered = sorted(shown, key=lambda item: -(shares[item.step.id] or 0.0))
    least = ordered[-1]
    facts = {"title": shorten(least.step.title, 60), "share": shares[least.step.id]}
    title = say(report, "robust.title", **facts)
    slide = deck.slide(title, say(report, "robust.subtitle"), notes_of(report, "robust"))
    names = [shorten(item.step.title, 46) for item in ordered]
    percent = [100.0 * (shares[item.step.id] or 0.0) for item in ordered]
    series = [(say(report, "robust.series"), CX, percent)]
    paired_bars(slide, PICTURE, names, series, '0" %"', title)
    bullets(slide, _tried(report))


def _tried(report: Report) -> list[Paragraph]:
    """What the choice was held against: greedy picking, correlated inputs, silent customers."""
    plan = report.plan
    said: list[Paragraph] = [heading(say(report, "robust.read")), line(say(report, "robust.how"))]
    if plan is None:
        return said
    said.append(heading(say(report, "robust.held")))
    if plan.greedy is not None and plan.npv is not None:
        facts = {"npv": plan.greedy.npv.mean, "plan": plan.npv.mean}
        said.append(line(say(report, "robust.greedy", **facts)))
    found = report.plan_details.sensitivity if report.plan_details else None
    if found is not None and found.p_by_correlation:
        chances = list(found.p_by_correlation.values())
        facts = {"low": min(chances), "high": max(chances)}
        said.append(line(say(report, "robust.correlated", **facts)))
    if plan.silent_at_low is not None:
        low = plan.silent_at_low
        p = low.p_npv_positive
        said.append(line(say(report, "robust.silent", npv=low.npv.mean, p=p)))
    if plan.optimal:
        said.append(quiet(say(report, "robust.proven")))
    return said
