"""The slides on what decides the plan, where the money lands, and the smaller ask after a no."""

from __future__ import annotations

from cxcase.export.deck.blocks import bullets, money, say, symbol
from cxcase.export.deck.canvas import BODY, BOTTOM, CX, MUTED, RIGHT, RX, STAKE, TOP, Box, Deck, Run
from cxcase.export.deck.native_charts import Bar, interval_bars, swing_bars
from cxcase.export.deck.table import Cell, table
from cxcase.export.text import shorten
from cxcase.report import charts, words
from cxcase.report import format as fmt
from cxcase.report.charts.plan.tornado import input_name
from cxcase.report.result import Report

_MOST = 7
_PICTURE = Box(BODY.left, TOP + 0.05, 7.5, BOTTOM - TOP - 0.1)
_BESIDE = Box(8.5, TOP + 0.1, RIGHT - 8.5, BOTTOM - TOP - 0.2)


def tornado(deck: Deck, report: Report) -> None:
    """How far each input alone moves the plan; the values at which it turns; whether a pilot is
    worth it first.
    """
    plan = report.plan
    found = report.plan_details.sensitivity if report.plan_details else None
    if plan is None or plan.npv is None or found is None or not found.swings:
        return
    title = charts.title("tornado", report)
    base = plan.npv.base
    swings = found.swings[:_MOST]
    slide = deck.slide(
        title,
        say(report, "tornado.subtitle", base=base, mean=plan.npv.mean),
        say(report, "tornado.notes"),
    )
    names = [shorten(fmt.capital(input_name(report, s.kind, s.of, short=True)), 62) for s in swings]
    series = (
        (say(report, "tornado.low"), STAKE, [s.npv_low - base for s in swings]),
        (say(report, "tornado.high"), CX, [s.npv_high - base for s in swings]),
    )
    swing_bars(slide, _PICTURE, names, series, symbol(report), title)
    bullets(slide, _BESIDE, _turns(report))


def _turns(report: Report) -> list[list[Run]]:
    """Where the plan turns, in operational units, and what a pilot could tell."""
    beside = report.plan_details
    assert beside is not None
    assert beside.sensitivity is not None
    switch = beside.sensitivity.switch
    pilot = beside.pilot
    values = {
        "lifts": switch.lifts,
        "costs": switch.costs,
        "margin": switch.margin,
        "delay": switch.delay_months,
    }
    lines = [[Run(words.say("pages.budget.switch_head"), bold=True)]]
    if switch.customers is not None:
        path = "switch_customers" if switch.customers_at_risk else "switch_customers_plain"
        lines.append([Run(_say(report, path, n=switch.customers, of=switch.customers_at_risk))])
    lines += [
        [Run(_say(report, f"switch_{k}", value=v))] for k, v in values.items() if v is not None
    ]
    if pilot is not None:
        if pilot.pays is None:
            path = "pilot_open"
        elif pilot.pays:
            path = "pilot_pays"
        else:
            path = "pilot_not"
        name = input_name(report, pilot.kind, pilot.of, short=True)
        facts = {
            "name": name,
            "worth": pilot.worth,
            "cost": pilot.cost,
            "all": beside.sensitivity.evpi,
        }
        lines += [
            [Run(words.say("pages.budget.pilot_head"), bold=True)],
            [Run(_say(report, path, **facts))],
        ]
    return lines


def _say(report: Report, path: str, **params: object) -> str:
    return words.say(f"pages.budget.{path}", report.currency, **params)


def lines(deck: Deck, report: Report) -> None:
    """Hard and soft money apart, each step with its owner and its line in the accounts."""
    found = report.plan_details.benefits if report.plan_details else None
    if found is None or not found.lines:
        return
    hard = found.total("hard")
    soft = found.total("soft")
    title = say(report, "lines.title" if soft <= 0 else "lines.title_both", hard=hard, soft=soft)
    slide = deck.slide(title, say(report, "lines.subtitle"), say(report, "lines.notes"))
    titles = {s.step.id: s.step.title for s in report.ordered_steps}
    ordered = sorted(found.lines, key=lambda line: (line.money != "hard", -line.present))
    rows: list[list[Cell]] = [
        [
            Run(shorten(titles.get(line.id, line.id), 70), bold=True),
            Run(_say(report, line.money), colour=RX if line.money == "hard" else MUTED),
            line.owner or say(report, "ask.nobody"),
            line.pnl_line or say(report, "steps.no_line"),
            money(report, line.present),
            fmt.number(line.effort_days, 3),
        ]
        for line in ordered
    ]
    heads = list(words.section("export.deck.lines.heads").values())
    box = Box(BODY.left, BODY.top, BODY.width, BODY.height - 0.6)
    table(slide, box, heads, rows, (3.6, 0.8, 2.2, 2.2, 1.3, 0.9), right=(4, 5), alt=title)
    days = "days_open" if found.effort_cost is None else "days_priced"
    note = say(report, f"lines.{days}", days=found.effort_days, cost=found.effort_cost)
    if report.plan is not None and report.plan.npv is not None and report.plan.single is None:
        npv = report.plan.npv.mean
        note = f"{say(report, 'lines.net', cost=hard + soft - npv, npv=npv)} {note}"
    slide.text(
        Box(BODY.left, BOTTOM - 0.42, BODY.width, 0.4), [[Run(note, colour=MUTED)]], (12, 11)
    )


def recut(deck: Deck, report: Report) -> None:
    """The ask that was refused beside the new one, and what changed."""
    found = report.plan_details.recut if report.plan_details else None
    if found is None or not found.new.chosen:
        return
    title = charts.title("recut", report)
    slide = deck.slide(title, say(report, "recut.subtitle"), say(report, "recut.notes"))
    bars = []
    for which, plan in (("old", found.old), ("new", found.new)):
        npv = plan.npv
        bars.append(
            Bar(
                words.say(f"chart.recut.{which}_spend"),
                money(report, plan.spend),
                plan.spend,
                hue=MUTED,
            )
        )
        if npv is not None:
            shown = say(report, "ask.figure", value=npv.mean, band=(npv.p10, npv.p90))
            clear = npv.p10 > 0 or npv.p90 < 0
            bars.append(
                Bar(
                    words.say(f"chart.recut.{which}_npv"),
                    shown,
                    npv.mean,
                    npv.p10,
                    npv.p90,
                    RX,
                    clear,
                )
            )
    interval_bars(slide, _PICTURE, bars, symbol(report), title)
    titles = {s.step.id: s.step.title for s in report.ordered_steps}
    beside: list[list[Run]] = []
    for name, ids in (
        ("dropped", found.dropped),
        ("added", found.added),
        ("moved", tuple(found.moved)),
    ):
        if ids:
            beside.append([Run(say(report, f"recut.{name}"), bold=True)])
            beside += [[Run(shorten(titles.get(id, id), 70))] for id in ids]
    bullets(slide, _BESIDE, beside or [[Run(say(report, "recut.same"))]])
