"""The slide of the steps in waves: cost, lift beside the best quarter's gap, source, owner."""

from __future__ import annotations

from typing import Any

from cxcase.export.deck.blocks import (
    foot_note,
    notes_of,
    say,
    says_what_would,
    slide_without_figures,
)
from cxcase.export.deck.canvas import BODY, INK, LOSS, MUTED, Box, Deck, Run
from cxcase.export.deck.table import Cell, Columns, rows_that_fit, table
from cxcase.export.text import shorten
from cxcase.report import format as fmt
from cxcase.report import words
from cxcase.report.page_answers import span
from cxcase.report.result import Report

_MOST = 10  # steps that fit the slide at a size that can be read
_SHARES = (1.15, 3.7, 1.7, 2.5, 2.1, 1.9)
_SIZES = (14.0, 13.0, 12.0)
_NOTHING = "\u00a0"  # a cell without text would be as tall as large letters


def waves(deck: Deck, report: Report) -> None:
    """Every step of the plan under its wave, in the order they start."""
    chosen = report.chosen_steps
    plan = report.plan
    if says_what_would(report):
        return
    if plan is None or not chosen:
        slide_without_figures(
            deck,
            say(report, "steps.title_none"),
            say(report, "waves.subtitle"),
            notes_of(report, "steps_none"),
            lacks=report.answers["recommendations"],
            more=[report.answers["budget"]],
        )
        return
    phases = dict.fromkeys(plan.phase[item.step.id] for item in chosen)
    if len(chosen) == 1:
        path = "waves.title_one_step"
    else:
        path = "waves.title_one" if len(phases) == 1 else "waves.title"
    facts = {"n": len(chosen), "waves": len(phases), "spend": plan.spend, "span": span(plan)}
    title = say(report, path, **facts)
    slide = deck.slide(title, say(report, "waves.subtitle"), notes_of(report, "waves", **facts))
    heads = list(words.section("export.deck.waves.heads").values())
    rows = _rows(report, chosen)
    columns = Columns(heads, _SHARES, right=(2,))
    box = Box(BODY.left, BODY.top, BODY.width, BODY.height - 0.55)
    most = min(_MOST, rows_that_fit(deck.ground, box, columns, rows))
    table(slide, box, columns, rows[:most], sizes=_SIZES, alt=title)
    foot_note(slide, _foot(report, len(chosen) - most))


def _rows(report: Report, steps: Any) -> list[list[Cell]]:
    """A row a step; the wave's name stands at its first."""
    rows: list[list[Cell]] = []
    before = None
    for item in steps:
        phase = report.plan.phase[item.step.id] if report.plan else None
        name = _NOTHING if phase == before else words.say(f"export.deck.waves.{phase}")
        rows.append([Run(name, bold=True), *_step(report, item.step)])
        before = phase
    return rows


def _step(report: Report, step: Any) -> list[Cell]:
    """A step's cells after its wave: title with its month, cost, lift, source, owner."""
    start = report.plan.start_month[step.id] if report.plan else 1
    day = report.month_of(start)
    when = say(report, "waves.month", n=start) if day is None else fmt.month(day)
    title = say(report, "waves.step", title=shorten(step.title, 64), when=when)
    return [
        Run(title, colour=INK),
        _cost(report, step),
        _lift(report, step),
        source_of(report, step),
        shorten(step.owner or say(report, "ask.nobody"), 40),
    ]


def _cost(report: Report, step: Any) -> str:
    """What a step costs once and a year, as far as it costs either."""
    if not step.yearly_cost:
        path = "waves.cost_once"
    else:
        path = "waves.cost" if step.one_off_cost else "waves.cost_yearly"
    return say(report, path, once=step.one_off_cost, yearly=step.yearly_cost)


def _lift(report: Report, step: Any) -> Run:
    """The likely lift beside what sets the company's own best quarter of teams apart."""
    gap = step.best_quartile_gap
    if not gap:
        return Run(say(report, "waves.lift", lift=step.lift_likely))
    times = step.lift_likely / gap
    path = "waves.lift_beyond" if times > 1 else "waves.lift_within"
    said = say(report, path, lift=step.lift_likely, gap=gap, times=times)
    return Run(said, colour=LOSS if times > 1 else INK)


def source_of(report: Report, step: Any) -> Run:
    """What a step's lift rests on: the grade, and how many studies or whose estimate."""
    found = step.lift_evidence
    studies = found.pooled.studies if found is not None and found.pooled is not None else 0
    if studies:
        path = "waves.study" if studies == 1 else "waves.studies"
    else:
        path = "waves.sheet"
    grade = step.evidence_grade or fmt.NONE
    return Run(say(report, path, grade=grade, n=studies), colour=INK if studies else MUTED)


def _foot(report: Report, more: int) -> str:
    said = say(report, "waves.foot")
    if more > 0:
        return f"{said} {say(report, 'waves.more', n=more)}"
    return said
