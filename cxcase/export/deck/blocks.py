"""Pieces that several slides share: places, kinds of paragraphs, a slide without figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from cxcase.export.deck.canvas import BODY, BOTTOM, CX, GRID, INK, MUTED, Box, Deck, Run, Slide
from cxcase.export.deck.look.frame import BESIDE as BESIDE
from cxcase.export.deck.look.frame import PICTURE as PICTURE
from cxcase.export.deck.look.kinds import REMARK, TEXT
from cxcase.export.deck.look.palette import PANEL
from cxcase.report import format as fmt
from cxcase.report import words
from cxcase.report.result import Report

_NOTE_SIZES = (12.0,)

Paragraph = list[Run]
_T = TypeVar("_T")


def say(report: Report, path: str, **params: Any) -> str:
    """The deck's text at this path, in the report's currency."""
    return words.say(f"export.deck.{path}", report.currency, **params)


def notes_of(report: Report, slide: str, **params: Any) -> str:
    """A slide's notes in four parts: what to say, what it is derived from, the likely question and
    its answer.
    """
    parts = words.section("export.deck.note_parts")
    said = [
        say(report, f"note_parts.{part}", text=say(report, f"notes.{slide}.{part}", **params))
        for part in parts
    ]
    return "\n".join(said)


def money(report: Report, value: float | None) -> str:
    """Money with three figures, as labels and tables show it."""
    return fmt.money(value, report.currency, 3)


def symbol(report: Report) -> str:
    """The currency's symbol, for number formats."""
    return fmt.currency_symbol(report.currency)


def step_titles(report: Report) -> dict[str, str]:
    """Step id -> its title, of all steps."""
    return {item.step.id: item.step.title for item in report.ordered_steps}


def in_parts(report: Report, parts: Sequence[_T]) -> list[tuple[str, _T]]:
    """Each part with what stands behind its slide's title: which it is of how many, if not all."""
    n = len(parts)
    if n == 1:
        return [("", parts[0])]
    return [(say(report, "steps.part", k=k, n=n), part) for k, part in enumerate(parts, 1)]


def says_what_would(report: Report) -> bool:
    """True where steps are priced, none is funded, and a slide says what would fund one."""
    plan = report.plan
    if plan is None or plan.chosen or plan.conflicts:
        return False
    return any(item.npv is not None for item in report.ordered_steps)


def heading(text: str) -> Paragraph:
    """A paragraph in bold, above those that belong to it."""
    return [Run(text, bold=True)]


def line(text: str) -> Paragraph:
    """A paragraph in plain letters."""
    return [Run(text)]


def quiet(text: str) -> Paragraph:
    """A paragraph that steps back behind the others."""
    return [Run(text, colour=MUTED)]


def note(slide: Slide, box: Box, text: str) -> None:
    """A quiet line in small letters."""
    slide.text(box, [quiet(text)], _NOTE_SIZES)


def foot_note(slide: Slide, text: str) -> None:
    """A quiet line or two at the foot of the slide's body."""
    box = Box(BODY.left, BOTTOM - 0.45, BODY.width, 0.45)
    slide.fill(REMARK, box, [quiet(text)], _NOTE_SIZES)


def bullets(slide: Slide, paragraphs: Sequence[Sequence[Run]]) -> None:
    """Short paragraphs beside the picture, with a thin line to their left."""
    left = BESIDE.left - 0.25
    slide.rule(left, BESIDE.top, left, BESIDE.top + BESIDE.height, GRID, 1.0)
    slide.fill(TEXT, BESIDE, paragraphs, (17, 16, 15, 14, 13, 12), gap=7)


def slide_without_figures(
    deck: Deck, title: str, subtitle: str, notes: str, *, lacks: str, more: Sequence[str] = ()
) -> None:
    """A slide that says what is missing and what unlocks it, where a picture would stand."""
    slide = deck.slide(title, subtitle, notes)
    missing(slide, lacks, more)


def missing(slide: Slide, text: str, more: Sequence[str] = ()) -> None:
    """What is missing on a panel, and below it what else is known."""
    panel = Box(BODY.left, BODY.top + 0.2, BODY.width, 1.7)
    slide.panel(panel, PANEL)
    slide.rule(panel.left, panel.top, panel.left, panel.top + panel.height, CX, 3)
    inner = Box(panel.left + 0.3, panel.top + 0.15, panel.width - 0.6, panel.height - 0.3)
    slide.text(inner, [[Run(text, colour=INK)]], (20, 18, 16, 14, 12), middle=True)
    rest = [quiet(other) for other in more if other and other != text]
    if rest:
        top = panel.top + panel.height + 0.3
        below = Box(BODY.left, top, BODY.width, BODY.height - panel.height - 0.6)
        slide.fill(TEXT, below, rest, (16, 15, 14, 13, 12), gap=10)


def series_names(report: Report) -> tuple[str, str, str]:
    """What the hidden and the shown series of a waterfall are called in its own spreadsheet.

    Last the one that carries the lighter whiskers.
    """
    return (
        say(report, "chart.hidden"),
        say(report, "chart.revenue"),
        say(report, "chart.silent"),
    )
