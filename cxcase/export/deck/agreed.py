"""The slide of the appendix that says what is agreed: assumptions by how far they move the plan."""

from __future__ import annotations

from cxcase.export.deck.blocks import note, notes_of, say
from cxcase.export.deck.canvas import BODY, BOTTOM, RX, STAKE, Box, Deck, Run
from cxcase.export.deck.table import Cell, Columns, table
from cxcase.export.text import shorten
from cxcase.report import format as fmt
from cxcase.report import words
from cxcase.report.result import Report
from cxcase.report.to_agree import ToAgree, to_agree

_MOST = 10  # lines that fit the slide at a size that can be read
_SIZES = (13.0, 12.0, 11.0, 10.5, 10.0)


def agreed(deck: Deck, report: Report) -> None:
    """Owner, day and signature of the assumptions that move the plan most, or that somebody stands
    for. No slide without a plan.
    """
    lines = to_agree(report)
    if not lines:
        return
    signed = sum(1 for line in lines if line.status == "signed")
    path = "agreed.title" if signed else "agreed.title_none"
    title = say(report, path, signed=signed, n=len(lines))
    slide = deck.slide(title, say(report, "agreed.subtitle"), notes_of(report, "agreed"))
    shown = _shown(lines)
    more = len(lines) - len(shown)
    heads = list(words.section("export.deck.agreed.heads").values())
    box = Box(BODY.left, BODY.top, BODY.width, BODY.height - (0.35 if more else 0.0))
    rows = [_row(report, line) for line in shown]
    table(slide, box, Columns(heads, (4.2, 2.6, 1.7, 1.3, 2.4)), rows, sizes=_SIZES, alt=title)
    if more:
        place = Box(BODY.left, BOTTOM - 0.28, BODY.width, 0.28)
        note(slide, place, say(report, "agreed.more", n=more))


def _shown(lines: tuple[ToAgree, ...]) -> list[ToAgree]:
    """The first few: those that move the plan, and before the rest what somebody stands for."""
    first = sorted(lines, key=lambda line: line.swing is None and not line.agreed.owner)
    return first[:_MOST]


def _row(report: Report, line: ToAgree) -> list[Cell]:
    ends = line.npv_ends
    swing = fmt.NONE
    if ends is not None:
        swing = " – ".join(fmt.money(end, report.currency, 3) for end in ends)
    return [
        shorten(line.name, 60),
        swing,
        shorten(line.agreed.owner or say(report, "agreed.nobody"), 26),
        fmt.date(line.agreed.due) if line.agreed.due else fmt.NONE,
        _status(report, line),
    ]


def _status(report: Report, line: ToAgree) -> Run:
    """How it stands with Finance, with who signed."""
    told = words.say(f"register.status.{line.status}")
    signed = line.agreed.signed
    if signed is not None:
        told = say(report, "agreed.signed_by", status=told, by=signed.by, on=signed.on)
    return Run(told, bold=line.status == "stale", colour=RX if line.status == "signed" else STAKE)
