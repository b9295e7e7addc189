"""The slides of the top risks with their owners, and of the pilot that would tell most."""

from __future__ import annotations

from typing import Any

from cxcase.export.deck.blocks import foot_note, money, notes_of, say
from cxcase.export.deck.canvas import BODY, INK, LOSS, STAKE, Box, Deck, Run
from cxcase.export.deck.reasons import measured
from cxcase.export.deck.table import Cell, Columns, table
from cxcase.export.text import shorten
from cxcase.report import format as fmt
from cxcase.report import words
from cxcase.report.charts.plan.tornado import input_name
from cxcase.report.result import Report
from cxcase.report.to_agree import to_agree

_MOST = 5
_SIZES = (15.0, 14.0, 13.0, 12.0)


def risks(deck: Deck, report: Report) -> None:
    """The five inputs that the range hangs on most: how bad, whose, and what is done about it."""
    plan = report.plan
    found = report.plan_details.sensitivity if report.plan_details else None
    if plan is None or plan.npv is None or found is None or not found.drivers:
        return
    shares = {(one.kind, one.of): one.share for one in found.drivers}
    swings = sorted(found.swings, key=lambda one: -shares.get((one.kind, one.of), 0.0))[:_MOST]
    together = sum(shares.get((one.kind, one.of), 0.0) for one in swings)
    path = "risks.title_one" if len(swings) == 1 else "risks.title"
    title = say(report, path, n=len(swings), share=together)
    slide = deck.slide(title, say(report, "risks.subtitle"), notes_of(report, "risks"))
    owners = {(one.kind, one.of): one.agreed.owner for one in to_agree(report)}
    rows = [_risk(report, one, shares, owners) for one in swings]
    heads = list(words.section("export.deck.risks.heads").values())
    columns = Columns(heads, (3.4, 1.1, 1.6, 4.0, 2.0), right=(1, 2))
    box = Box(BODY.left, BODY.top, BODY.width, BODY.height - 0.55)
    table(slide, box, columns, rows, sizes=_SIZES, alt=title)
    foot_note(slide, say(report, "risks.foot", npv=plan.npv.base))


def _risk(report: Report, swing: Any, shares: Any, owners: Any) -> list[Cell]:
    """An input: its name, share of the spread, NPV at its worse end, the answer, its owner."""
    key = (swing.kind, swing.of)
    worse = min(swing.npv_low, swing.npv_high)
    name = fmt.capital(input_name(report, swing.kind, swing.of, short=True))
    owner = owners.get(key) or _owner_of_step(report, swing)
    nobody = Run(say(report, "ask.nobody"), colour=STAKE)
    return [
        Run(shorten(name, 70), bold=True),
        fmt.percent(shares.get(key), 0),
        Run(money(report, worse), colour=LOSS if worse < 0 else INK),
        words.say(f"export.deck.risks.{swing.kind}"),
        shorten(owner, 40) if owner else nobody,
    ]


def _owner_of_step(report: Report, swing: Any) -> str:
    """Who owns the step that a lift or a cost is of; "" for what is no step's."""
    if swing.kind not in ("lift", "cost"):
        return ""
    found = (item.step.owner for item in report.ordered_steps if item.step.id == swing.of)
    return next(found, None) or ""


# ---- the pilot -----------------------------------------------------------------------------------


def pilot(deck: Deck, report: Report) -> None:
    """What to try first, how it is measured, and from which result to go on. None without one."""
    found = report.plan_details.pilot if report.plan_details else None
    item = _tried(report, found)
    if found is None or item is None or report.plan is None:
        return
    step = item.step
    path = "trial.title" if found.worth >= 1 else "trial.title_nothing"
    title = say(report, path, title=shorten(step.title, 60), worth=found.worth)
    slide = deck.slide(title, say(report, "trial.subtitle"), notes_of(report, "trial"))
    rows: list[list[Cell]] = [
        [Run(name, bold=True), text] for name, text in _design(report, found, item)
    ]
    heads = list(words.section("export.deck.trial.heads").values())
    box = Box(BODY.left, BODY.top, BODY.width, BODY.height - 0.55)
    table(slide, box, Columns(heads, (2.2, 8.0)), rows, sizes=_SIZES, alt=title)
    foot_note(slide, say(report, "trial.foot"))


def _tried(report: Report, found: Any) -> Any:
    """The step whose lift is worth most to know; the first of the plan where that is no lift."""
    chosen = [item for item in report.chosen_steps if item.break_even_lift is not None]
    if found is None or not chosen:
        return None
    named = [item for item in chosen if found.kind == "lift" and item.step.id == found.of]
    return next(iter([*named, *chosen]))


def _design(report: Report, found: Any, item: Any) -> list[tuple[str, str]]:
    """What is tried, where, how it is measured, when it is read, and what follows."""
    step = item.step
    start = report.plan.start_month[step.id] if report.plan else 1
    read = start + step.months_to_deliver
    day = report.month_of(read)
    when = words.say("chart.roadmap.month", n=read) if day is None else fmt.month(day)
    cost = "trial.cost_open" if found.cost is None else "trial.cost"
    name = input_name(report, found.kind, found.of, short=True)
    facts = {
        "title": shorten(step.title, 90),
        "months": step.months_to_deliver,
        "measure": measured(report, step),
        "gap": item.break_even_lift,
        "likely": step.lift_likely,
        "when": when,
        "worth": found.worth,
        "cost": found.cost,
        "name": name,
    }
    parts = ("what", "where", "measure", "when", "on")
    said = {part: say(report, f"trial.{part}", **facts) for part in parts}
    said["where"] = f"{said['where']} {_teams(report)}".strip()
    named = [(say(report, f"trial.{part}_head"), text) for part, text in said.items()]
    return [*named, (say(report, "trial.cost_head"), say(report, cost, **facts))]


def _teams(report: Report) -> str:
    """How many teams there are to split; "" where they are not known."""
    joins = report.case.joins
    teams = joins.teams if joins is not None else 0
    return say(report, "trial.teams", n=teams) if teams else ""
