"""The slide of gates, owners, dates and signatures: what is signed, and where each step stops."""

from __future__ import annotations

from typing import Any

from cxcase.export.deck.blocks import line, notes_of, quiet, say
from cxcase.export.deck.canvas import BODY, BOTTOM, MUTED, RX, STAKE, Box, Deck, Run, Slide
from cxcase.export.deck.reasons import measured
from cxcase.export.deck.table import Cell, Columns, rows_that_fit, table
from cxcase.export.text import shorten
from cxcase.report import format as fmt
from cxcase.report import words
from cxcase.report.result import Report
from cxcase.report.to_agree import to_agree

_MOST = 10  # steps that leave room for the signatures
_SIZES = (14.0, 13.0, 12.0)
_SIGN = 1.15  # inches for those who sign
_SIGNERS = 3
_GAP = 0.45


def gate_owners(deck: Deck, report: Report) -> None:
    """Each step's gate with its month, threshold and owner, and lines for those who decide."""
    plan = report.plan
    gated = [item for item in report.chosen_steps if item.break_even_lift is not None]
    if plan is None or not gated:
        return
    signatures = _signatures_of_lifts(report)
    signed = sum(item.step.id in signatures for item in gated)
    first = min(_read_out(report, item.step) for item in gated)
    when = _named(report, first)
    title = say(report, _title(len(gated), signed), n=len(gated), when=when, signed=signed)
    slide = deck.slide(title, say(report, "gates.subtitle"), notes_of(report, "gates"))
    heads = list(words.section("export.deck.gates.heads").values())
    box = Box(BODY.left, BODY.top, BODY.width, BODY.height - _SIGN - 0.4)
    rows = [_row(report, item, signatures.get(item.step.id)) for item in gated]
    columns = Columns(heads, (4.5, 2.1, 1.1, 1.2, 2.2, 1.5), right=(2,))
    most = min(_MOST, rows_that_fit(deck.ground, box, columns, rows))
    table(slide, box, columns, rows[:most], sizes=_SIZES, alt=title)
    more = len(gated) - most
    if more > 0:
        place = Box(BODY.left, BOTTOM - _SIGN - 0.35, BODY.width, 0.3)
        slide.text(place, [quiet(say(report, "waves.more", n=more))], (12,))
    _signatures(slide, report)


def _title(n: int, signed: int) -> str:
    """Which title tells of so many gates, so many of their lifts signed."""
    if n == 1:
        return "gates.title_one"
    return "gates.title" if signed else "gates.title_unsigned"


def _read_out(report: Report, step: Any) -> int:
    """The month of the plan in which a step is delivered, so that its gate can be read."""
    start: int = report.plan.start_month[step.id] if report.plan else 1
    months: int = step.months_to_deliver
    return start + months


def _named(report: Report, month: int) -> str:
    day = report.month_of(month)
    return words.say("chart.roadmap.month", n=month) if day is None else fmt.month(day)


def _signatures_of_lifts(report: Report) -> dict[str, Any]:
    """Step -> who signed its lift and when, where that signature still stands."""
    lifts = [line for line in to_agree(report) if line.kind == "lift"]
    return {line.of: line.agreed.signed for line in lifts if line.status == "signed"}


def _row(report: Report, item: Any, signed: Any) -> list[Cell]:
    """A step's gate: what is measured, the lift below which it stops, when, whose, and signed."""
    step = item.step
    if signed is None:
        status = Run(say(report, "gates.unsigned"), colour=STAKE)
    else:
        status = Run(say(report, "gates.signed", by=signed.by, on=signed.on), colour=RX)
    return [
        Run(shorten(step.title, 50), bold=True),
        shorten(measured(report, step), 24),
        fmt.lift(item.break_even_lift),
        _named(report, _read_out(report, step)),
        shorten(step.owner or say(report, "ask.nobody"), 26),
        status,
    ]


def _signatures(slide: Slide, report: Report) -> None:
    """A line for each of those who sign, with what they sign for."""
    width = (BODY.width - (_SIGNERS - 1) * _GAP) / _SIGNERS
    top = BOTTOM - _SIGN + 0.45
    for place, role in enumerate(("sponsor", "finance", "delivery")):
        left = BODY.left + place * (width + _GAP)
        slide.rule(left, top, left + width, top, MUTED, 1.0)
        below = Box(left, top + 0.05, width, 0.6)
        slide.text(below, [line(say(report, f"gates.{role}"))], (13, 12))
