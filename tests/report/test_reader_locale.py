"""Numbers, dates and money as the reader's own country writes them, on every output alike."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io

import openpyxl
import pytest
from make_report import make_report
from pptx import Presentation

from cxcase.export import make_deck, make_workbook
from cxcase.report import format as fmt
from cxcase.report import page_answers
from cxcase.report.reader_locale import in_force, written_for

DAY = dt.date(2026, 3, 4)
WRITTEN = {
    "en_GB": ("£2.21 m", "12,345,678", "£2,211,000.50", "3.1 %", "4 March 2026", "Mar 2026"),
    "en_US": ("£2.21 m", "12,345,678", "£2,211,000.50", "3.1%", "March 4, 2026", "Mar 2026"),
    "de_DE": ("2,21 m £", "12.345.678", "2.211.000,50 £", "3,1 %", "4. März 2026", "März 2026"),
    "fr_FR": ("2,21 m £", "12 345 678", "2 211 000,50 £", "3,1 %", "4 mars 2026", "mars 2026"),
    "en_IN": ("£2.21 m", "1,23,45,678", "£22,11,000.50", "3.1%", "4 March 2026", "Mar 2026"),
}


def plain(text: str) -> str:
    """The text with one kind of space."""
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("£GB", "£")


@pytest.mark.parametrize("locale", WRITTEN)
def test_each_way_of_writing(locale: str) -> None:
    with written_for(locale):
        found = (
            fmt.money(2_211_000.5, "GBP", 3),
            fmt.integer(12_345_678),
            fmt.pennies(2_211_000.5, "GBP"),
            fmt.percent(0.031),
            fmt.date(DAY),
            fmt.month(DAY),
        )
    assert tuple(map(plain, found)) == WRITTEN[locale]
    assert in_force() == "en_GB"


def test_a_range_in_euros_as_germans_write_it() -> None:
    with written_for("de_DE"):
        assert plain(fmt.money_range(-45_000, 260_000, "EUR")) == "−45 k € to 260 k €"
        assert plain(fmt.money_range(1.1e6, 3.3e6, "EUR")) == "1,1–3,3 m €"
        assert fmt.symbol_in_formats("€") == ("", '"\u00a0€"')


def test_deck_and_workbook_are_written_for_the_reader_and_no_figure_changes() -> None:
    usual = make_report(currency="EUR")
    settings = dataclasses.replace(usual.settings, locale="de_DE", deck="short")
    german = dataclasses.replace(usual, settings=settings, answers={})
    with written_for("de_DE"):
        german = dataclasses.replace(german, answers=page_answers.all_answers(german))
    deck = Presentation(io.BytesIO(make_deck(german)))
    asked = plain(deck.slides[0].shapes.title.text_frame.text)
    assert asked.startswith("280 k € net margin")
    formats = [
        node.text
        for shape in deck.slides[0].shapes
        if shape.has_chart
        for node in shape.chart._chartSpace.xpath(".//c:val//c:formatCode")
    ]
    assert formats
    assert all(text.partition(";")[0].endswith('€"') for text in formats if "€" in text)
    books = [
        openpyxl.load_workbook(io.BytesIO(make_workbook(case)), data_only=True)
        for case in (usual, german)
    ]
    values = [
        [c.value for row in book["Plan"].iter_rows() for c in row if isinstance(c.value, float)]
        for book in books
    ]
    assert values[0] == values[1]
    styles = {c.number_format for row in books[1]["Plan"].iter_rows() for c in row}
    assert any(style.startswith("#,##0") and "€" in style for style in styles)
    assert in_force() == "en_GB"
