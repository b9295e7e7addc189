"""The deck for those who decide: short or full, native charts, notes on each."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

from cxcase.export.deck.blocks import say
from cxcase.export.deck.canvas import Cut, Deck, Edges
from cxcase.export.deck.look.sound import Sound as Sound
from cxcase.export.deck.look.template import Template as Template
from cxcase.export.deck.look.template import template_of as template_of
from cxcase.export.deck.outline import MAKERS, section_of, slides_of
from cxcase.export.text import shorten
from cxcase.report import format as fmt
from cxcase.report.reader_locale import as_reader_writes
from cxcase.report.result import Report

_LONGEST_TITLE = 200  # characters of the file's own title
_LONGEST_COMPANY = 36  # characters of its name in the footer


@dataclass(frozen=True)
class BuiltDeck:
    """The .pptx, and the texts that did not fit their place even in the smallest letters."""

    data: bytes
    cuts: tuple[Cut, ...]


def make_deck(
    report: Report, template: Template | None = None, sounds: Mapping[str, Sound] | None = None
) -> bytes:
    """A .pptx with the slides that the settings ask for, in the order its audience asks, 16:9 or on
    a company's template.

    A part without figures says what is missing.
    """
    return build_deck(report, template, sounds).data


@as_reader_writes
def build_deck(
    report: Report, template: Template | None = None, sounds: Mapping[str, Sound] | None = None
) -> BuiltDeck:
    """The same, with what had to be cut. sounds: pin -> the recording that plays by its words."""
    title = _after_company(report.company, report.answers.get("home", ""))
    ground = template.ground if template else None
    deck = Deck(_edges(report), title[:_LONGEST_TITLE], ground)
    deck.sounds = sounds or {}
    begun: set[str] = set()
    for code in slides_of(report.settings):
        name = section_of(code)
        if name not in begun:
            begun.add(name)
            deck.section(say(report, f"sections.{name}"))
        deck.own_title = report.settings.slide_titles.get(code, "")
        MAKERS[code](deck, report)
    properties = deck.file.core_properties
    properties.created = report.made_at.replace(tzinfo=None)
    properties.modified = properties.created
    properties.last_modified_by = "cxcase"
    data = _dated(deck.save(), report.made_at)
    return BuiltDeck(data, tuple(deck.cuts))


def _edges(report: Report) -> Edges:
    """Footer and date of every slide."""
    company = shorten(report.company, _LONGEST_COMPANY)
    return Edges(
        footer=_after_company(company, say(report, "footer", key=report.short_key)),
        short=_after_company(company, report.short_key),
        date=fmt.date(report.made_at.date()),
    )


def _after_company(company: str, text: str) -> str:
    """The company's name and the text; the text alone where nobody gave a name."""
    return f"{company} · {text}".removeprefix(" · ")


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
