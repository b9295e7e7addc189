"""The slide of what each step's lift rests on: source, n, grade, and what is counted of it."""

from __future__ import annotations

from typing import Any

from cxcase.export.deck.blocks import foot_note, notes_of, say
from cxcase.export.deck.canvas import BODY, INK, MUTED, Box, Deck, Run
from cxcase.export.deck.table import Cell, Columns, rows_that_fit, table
from cxcase.export.text import shorten
from cxcase.report import format as fmt
from cxcase.report import words
from cxcase.report.result import Report

_MOST = 11  # lines that fit the slide at a size that can be read
_SHARES = (3.0, 3.2, 0.8, 0.8, 1.5, 1.2, 1.4)
_SIZES = (13.0, 12.0)
_NOTHING = "\u00a0"  # a cell without text would be as tall as large letters


def evidence(deck: Deck, report: Report) -> None:
    """A line a source of each step of the plan, the list's own estimate first. None without one."""
    chosen = report.chosen_steps
    if not chosen:
        return
    lines = [one for item in chosen for one in _lines(report, item.step)]
    spoken_for = sum(1 for item in chosen if _counted(item.step))
    path = "evidence.title_none" if not spoken_for else "evidence.title"
    title = say(report, path, n=len(chosen), with_studies=spoken_for)
    slide = deck.slide(title, say(report, "evidence.subtitle"), notes_of(report, "evidence"))
    heads = list(words.section("export.deck.evidence.heads").values())
    columns = Columns(heads, _SHARES, right=(2, 4, 5, 6))
    box = Box(BODY.left, BODY.top, BODY.width, BODY.height - 0.5)
    most = min(_MOST, rows_that_fit(deck.ground, box, columns, lines))
    table(slide, box, columns, lines[:most], sizes=_SIZES, alt=title)
    more = len(lines) - most
    foot = say(report, "evidence.foot")
    if more > 0:
        foot = f"{say(report, 'evidence.more', n=more)} {foot}"
    foot_note(slide, foot)


def _counted(step: Any) -> list[Any]:
    """The studies of a step that count for its lift."""
    return [study for study in step.evidence if study.discounted is not None and not study.why]


def _lines(report: Report, step: Any) -> list[list[Cell]]:
    """The step with the estimate of its list, then each study that counts."""
    found = step.lift_evidence
    claim = found.claim[1] if found is not None else step.lift_likely
    own: list[Cell] = [
        Run(shorten(step.title, 52), bold=True),
        say(report, "evidence.sheet"),
        fmt.NONE,
        step.evidence_grade or fmt.NONE,
        fmt.lift(claim),
        fmt.NONE,
        Run(fmt.lift(step.lift_likely), bold=True),
    ]
    return [own, *(_study(study) for study in _counted(step))]


def _study(study: Any) -> list[Cell]:
    """A study: its source, n, grade, effect as printed, share counted, what is left of it."""
    year = f", {study.year}" if study.year else ""
    return [
        _NOTHING,
        Run(shorten(f"{study.source}{year}", 60), colour=INK),
        fmt.integer(study.n),
        study.grade,
        fmt.lift(study.effect),
        fmt.percent(study.share, 0),
        Run(fmt.lift(study.discounted), colour=MUTED),
    ]
