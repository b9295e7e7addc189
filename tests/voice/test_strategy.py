"""A strategy is marked in its own words, what it lacks is said, and steps are tied to its goals."""

from __future__ import annotations

import io

import pytest
from pptx import Presentation

from cxcase.errors import InputError
from cxcase.voice import Recommended, called, read_strategy, text_of_strategy

TEXT = """Our purpose
We keep homes warm. We have 30 years of experience.
Our values:
- Safety
- Openness
Strategic goals 2027
1. Every customer gets an invoice that is right the first time.
2) Cut the cost of field visits by 8 %.
• A place to work that colleagues recommend.
Goal: become carbon neutral by 2030"""
STEPS = {
    "R1": Recommended("A plain bill Invoices", "customers"),
    "R2": Recommended("Text when the van is on its way Visit", "customers"),
    "R3": Recommended("Call back within a day", "customers"),
    "R4": Recommended("Hour for the shift", "people"),
    "R5": Recommended("Vans", "customers", "Become carbon neutral"),
    "R6": Recommended("Vans", "customers", "Be loved"),
    "R7": Recommended("Every new depot right the first time this year", "customers"),
}


def test_statements_stand_under_their_headings_and_are_marked_in_their_own_words() -> None:
    found = read_strategy(TEXT, {})
    assert found is not None
    parts = [one.part for one in found.statements]
    assert parts == ["mission"] * 2 + ["value"] * 2 + ["goal"] * 4
    said = {
        one.text[mark.start : mark.end]: mark.subject
        for one in found.statements
        for mark in one.marks
    }
    assert said == {"customer": "customers", "place to work": "people", "colleagues": "people"}
    assert found.missing == ()


def test_every_step_is_tied_by_what_was_said_by_words_or_by_its_subject() -> None:
    found = read_strategy(TEXT, STEPS)
    assert found is not None
    how = {id: (tie.how, tie.statement) for id, tie in found.ties.items()}
    assert how == {
        "R1": ("words", 4),
        "R2": ("words", 5),
        "R3": ("subject", 4),
        "R4": ("subject", 6),
        "R5": ("given", 7),
        "R6": ("given", None),
        "R7": ("subject", 4),
    }
    assert found.ties["R1"].shared == ("invoice",), "another form of the word"


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("Our goals\nGrow revenue to £90m.", ("customers", "people")),
        ("We serve our customers well.", ("people", "goals")),
        ("Unsere Ziele\nKunden und Mitarbeitende empfehlen uns weiter.", ()),
        ("Nos objectifs\nChaque client est servi en un jour.", ("people",)),
        ("Goals\nEvery tenant is safe at home.", ("people",)),
    ],
)
def test_what_is_missing_is_said(text: str, missing: tuple[str, ...]) -> None:
    found = read_strategy(text, {})
    assert found is not None
    assert found.missing == missing


def test_what_the_company_calls_its_customers_counts() -> None:
    words = called(["Member No.", "Customer ID"])
    assert {"member", "members"} <= words
    found = read_strategy("Goals\nMembers decide what we do.", {}, words)
    assert found is not None
    assert "customers" not in found.missing
    assert read_strategy("  \n", {}) is None


def test_a_strategy_is_read_from_slides_and_text_and_nothing_else() -> None:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "Our goals"
    slide.placeholders[1].text = "Every customer is served in a day."
    out = io.BytesIO()
    deck.save(out)
    text = text_of_strategy("s.pptx", out.getvalue())
    assert text.splitlines() == ["Our goals", "Every customer is served in a day."]
    assert text_of_strategy("s.txt", "Ziele für Köln".encode("utf-16")) == "Ziele für Köln"
    assert text_of_strategy("s.md", "Ziele für Köln".encode("cp1252")) == "Ziele für Köln"
    faults = (("s.pdf", b"%PDF"), ("s.docx", b"PK\x03\x04"), ("s.txt", b" "))
    codes = []
    for name, data in faults:
        with pytest.raises(InputError) as error:
            text_of_strategy(name, data)
        codes.append(error.value.code)
    assert codes == ["strategy_kind", "damaged_file", "strategy_empty"]
