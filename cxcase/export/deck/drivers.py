"""The slides on what decides the plan, where the money lands, and the smaller ask after a no."""

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
    say,
    step_titles,
    symbol,
)
from cxcase.export.deck.canvas import BODY, CX, MUTED, RX, STAKE, Box, Deck, Run
from cxcase.export.deck.native_charts import Bar, interval_bars, swing_bars
from cxcase.export.deck.table import Cell, Columns, pages_of, table
from cxcase.export.text import shorten
from cxcase.report import charts, words
from cxcase.report import format as fmt
from cxcase.report.charts.plan.tornado import input_name
from cxcase.report.customers_to_keep import customers_to_keep
from cxcase.report.result import Report

_MOST_SWINGS = 7


# ---- what moves the plan, and where it turns -----------------------------------------------------


def tornado(deck: Deck, report: Report) -> None:
    """How far each input alone moves the plan, where it turns, whether a pilot is worth it."""
    plan = report.plan
    found = report.plan_details.sensitivity if report.plan_details else None
    if plan is None or plan.npv is None or found is None or not found.swings:
        return
    title, alt = charts.told("tornado", report)
    base = plan.npv.base
    swings = found.swings[:_MOST_SWINGS]
    subtitle = say(report, "tornado.subtitle")
    slide = deck.slide(title, subtitle, notes_of(report, "tornado"))
    names = [_swing_name(report, swing) for swing in swings]
    series = (
        (say(report, "tornado.low"), STAKE, [swing.npv_low - base for swing in swings]),
        (say(report, "tornado.high"), CX, [swing.npv_high - base for swing in swings]),
    )
    swing_bars(slide, PICTURE, names, series, symbol(report), alt)
    bullets(slide, [*_switching_values(report, found.switch), *_pilot(report, found.evpi)])


def _swing_name(report: Report, swing: Any) -> str:
    """The input's name beside its bar, with a capital."""
    name = input_name(report, swing.kind, swing.of, short=True)
    return shorten(fmt.capital(name), 62)


def _switching_values(report: Report, switch: Any) -> list[Paragraph]:
    """The values at which the plan's base NPV is nothing, in operational units."""
    values = {
        "switch_lifts": switch.lifts,
        "switch_costs": switch.costs,
        "switch_margin": switch.margin,
        "switch_delay": switch.delay_months,
    }
    return [
        heading(words.say("pages.budget.switch_head")),
        *_customers_to_keep(switch),
        *(
            line(_say(report, path, value=value))
            for path, value in values.items()
            if value is not None
        ),
    ]


def _customers_to_keep(switch: Any) -> list[Paragraph]:
    """How many customers the whole plan has to keep to pay."""
    if switch.customers is None:
        return []
    return [line(customers_to_keep(switch.customers, switch.customers_at_risk))]


def _pilot(report: Report, evpi: float | None) -> list[Paragraph]:
    """What a pilot could tell, beside its cost; evpi: what knowing everything would be worth."""
    pilot = report.plan_details.pilot if report.plan_details else None
    if pilot is None:
        return []
    if pilot.pays is None:
        path = "pilot_open"
    elif pilot.pays:
        path = "pilot_pays"
    else:
        path = "pilot_not"
    name = input_name(report, pilot.kind, pilot.of, short=True)
    said = _say(report, path, name=name, worth=pilot.worth, cost=pilot.cost, all=evpi)
    return [heading(words.say("pages.budget.pilot_head")), line(said)]


def _say(report: Report, path: str, **params: object) -> str:
    """The budget page's own words, in the report's currency."""
    return words.say(f"pages.budget.{path}", report.currency, **params)


# ---- where the money lands -----------------------------------------------------------------------


def lines(deck: Deck, report: Report) -> None:
    """Hard and soft money apart, each step with its owner and its line in the accounts."""
    found = report.plan_details.benefits if report.plan_details else None
    if found is None or not found.lines:
        return
    totals = found.totals
    path = "lines.title_hard" if totals["hard"] > 0 else "lines.title_unsigned"
    if totals["hard"] <= 0 and totals["unsigned"] <= 0:
        path = "lines.title_soft"
    elif totals["hard"] <= 0 and totals["soft"] <= 0:
        path = "lines.title_owned"
    title = say(report, path, **totals, all=found.all)
    titles = step_titles(report)
    rows = [_benefit_row(report, item, titles) for item in found.ordered]
    heads = list(words.section("export.deck.lines.heads").values())
    columns = Columns(heads, (3.4, 1.1, 2.1, 2.2, 1.3, 0.9), right=(4, 5))
    box = Box(BODY.left, BODY.top, BODY.width, BODY.height - 0.6)
    said = [_net_of_costs(report, found.all), _own_days(report, found)]
    for which, part in in_parts(report, pages_of(deck.ground, box, columns, rows, len(rows))):
        notes = notes_of(report, "lines")
        slide = deck.slide(f"{title}{which}", say(report, "lines.subtitle"), notes)
        table(slide, box, columns, part, alt=title)
        foot_note(slide, " ".join(text for text in said if text))


def _benefit_row(report: Report, item: Any, titles: dict[str, str]) -> list[Cell]:
    """A step's cells: title, hard or soft, owner, P&L line, present benefit, own days."""
    return [
        Run(shorten(titles.get(item.id, item.id), 70), bold=True),
        Run(_say(report, item.money), colour=RX if item.money == "hard" else MUTED),
        item.owner or say(report, "ask.nobody"),
        item.pnl_line or say(report, "steps.no_line"),
        money(report, item.present),
        fmt.number(item.effort_days, 3),
    ]


def _net_of_costs(report: Report, benefits: float) -> str:
    """From present benefits to the plan's NPV; "" where there is no range of NPVs."""
    plan = report.plan
    if plan is None or plan.npv is None:
        return ""
    npv = plan.npv.mean
    return say(report, "lines.net", cost=benefits - npv, npv=npv)


def _own_days(report: Report, found: Any) -> str:
    """The company's own days, priced where somebody said what a day costs."""
    path = "lines.days_open" if found.effort_cost is None else "lines.days_priced"
    return say(report, path, days=found.effort_days, cost=found.effort_cost)


# ---- the smaller ask after a no ------------------------------------------------------------------


def recut(deck: Deck, report: Report) -> None:
    """The ask that was refused beside the new one, and what changed."""
    found = report.plan_details.recut if report.plan_details else None
    if found is None or not found.new.chosen:
        return
    title = charts.title("recut", report)
    slide = deck.slide(title, say(report, "recut.subtitle"), notes_of(report, "recut"))
    bars = [
        *_ask_bars(report, found.old, "chart.recut.old_spend", "chart.recut.old_npv"),
        *_ask_bars(report, found.new, "chart.recut.new_spend", "chart.recut.new_npv"),
    ]
    interval_bars(slide, PICTURE, bars, symbol(report), title)
    changed = [
        *_steps_named(report, "recut.dropped", found.dropped),
        *_steps_named(report, "recut.added", found.added),
        *_steps_named(report, "recut.moved", tuple(found.moved)),
    ]
    bullets(slide, changed or [line(say(report, "recut.same"))])


def _ask_bars(report: Report, plan: Any, spend: str, npv: str) -> list[Bar]:
    """What an ask spends and its NPV with its range; spend, npv: the paths of their names."""
    bars = [Bar(words.say(spend), money(report, plan.spend), plan.spend, hue=MUTED)]
    found = plan.npv
    if found is None:
        return bars
    shown = say(report, "ask.figure", value=found.mean, band=(found.p10, found.p90))
    clear = found.p10 > 0 or found.p90 < 0
    expected = Bar(words.say(npv), shown, found.mean, found.p10, found.p90, RX, clear)
    return [*bars, expected]


def _steps_named(report: Report, path: str, ids: Sequence[str]) -> list[Paragraph]:
    """The steps' titles under a heading; nothing where there are none."""
    if not ids:
        return []
    titles = step_titles(report)
    return [heading(say(report, path)), *(line(shorten(titles.get(id, id), 70)) for id in ids)]
