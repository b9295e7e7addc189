"""The deck for the ELT: ten slides and an appendix, native charts, notes on each, every figure from
the report.
"""

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


def make_deck(report: Report) -> bytes:
    """A 16:9 .pptx in the order the ELT asks; a part that has no figures says what is missing
    instead.
    """
    footer = f"{report.company} · {say(report, 'footer', key=report.short_key)}".removeprefix(" · ")
    deck = Deck(
        footer, f"{report.company} · {report.answers.get('home', '')}".removeprefix(" · ")[:200]
    )
    for make in _SLIDES:
        make(deck, report)
    properties = deck.file.core_properties
    properties.created = properties.modified = report.made_at.replace(tzinfo=None)
    properties.last_modified_by = "cxcase"
    out = io.BytesIO()
    deck.file.save(out)
    return _dated(out.getvalue(), report.made_at)


def _dated(data: bytes, made_at: dt.datetime) -> bytes:
    """The same package with one date on every part, so that the same report gives the same bytes."""
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
