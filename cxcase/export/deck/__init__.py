"""The deck for the ELT: ten slides and an appendix, native charts, notes on each."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

from cxcase.export.deck import drivers, first_slides, funding, link, periods, reasons, roadmap
from cxcase.export.deck.blocks import say
from cxcase.export.deck.canvas import Deck
from cxcase.export.deck.voices import voices
from cxcase.report.result import Report

_SLIDES = (
    first_slides.ask,
    first_slides.doing_nothing,
    first_slides.stake,
    voices,
    funding.steps,
    drivers.lines,
    roadmap.roadmap,
    periods.periods,
    funding.budget,
    drivers.recut,
    funding.decides,
    drivers.tornado,
    link.chain,
    reasons.wrong,
    reasons.rests_on,
    reasons.workbook,
    link.figures,
)


_LONGEST_TITLE = 200  # characters of the file's own title


def make_deck(report: Report) -> bytes:
    """A 16:9 .pptx in the order the ELT asks; a part without figures says what is missing."""
    footer = _after_company(report, say(report, "footer", key=report.short_key))
    title = _after_company(report, report.answers.get("home", ""))
    deck = Deck(footer, title[:_LONGEST_TITLE])
    for make in _SLIDES:
        make(deck, report)
    properties = deck.file.core_properties
    properties.created = report.made_at.replace(tzinfo=None)
    properties.modified = properties.created
    properties.last_modified_by = "cxcase"
    out = io.BytesIO()
    deck.file.save(out)
    return _dated(out.getvalue(), report.made_at)


def _after_company(report: Report, text: str) -> str:
    """The company's name and the text; the text alone where nobody gave a name."""
    return f"{report.company} · {text}".removeprefix(" · ")


def _dated(data: bytes, made_at: dt.datetime) -> bytes:
    """The same package with one date on every part: the same report gives the same bytes."""
    out = io.BytesIO()
    stamp = made_at.timetuple()[:6]
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for item in old.infolist():
            new.writestr(
                zipfile.ZipInfo(item.filename, stamp), old.read(item), zipfile.ZIP_DEFLATED
            )
    return out.getvalue()
