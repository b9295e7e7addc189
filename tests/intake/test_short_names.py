"""A moment is called by what its question is about, in at most 40 characters, everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from make_files import csv

from cxcase.intake import Upload, read
from cxcase.intake.vocabulary.short_names import LONGEST_NAME, short_names
from cxcase.settings import Settings

VISIT = "How satisfied were you with the last visit of our engineer?"
INVOICES = "How would you rate the clarity and accuracy of the invoices you received from us?"


@pytest.mark.parametrize(
    ("question", "name"),
    [
        (VISIT, "Last engineer visit"),
        (INVOICES, "Clarity and accuracy of the invoices"),
        ("How easy was it to pay your invoice?", "Pay your invoice"),
        ("How clear was our tariff information?", "Tariff information"),
        (
            "On a scale from 1 to 7, how satisfied are you with the speed of delivery?",
            "Speed of delivery",
        ),
        ("How satisfied are you with: Ordering", "Ordering"),
        ("Q5_1: Complaint handling", "Complaint handling"),
        ("Delivery (1-7)", "Delivery"),
        ("Value for money", "Value for money"),
        (
            "Wie zufrieden sind Sie mit der Reklamationsbearbeitung?",
            "Reklamationsbearbeitung",
        ),
        (
            "Étiez-vous satisfait(e) de la prise en charge de votre réclamation par nos soins ?",
            "Prise en charge de votre réclamation",
        ),
        ("¿Qué tan satisfecho está con la rapidez de la entrega?", "Rapidez de la entrega"),
        ("Hoe tevreden bent u over de afhandeling van uw klacht?", "Afhandeling van uw klacht"),
        (
            "How did you find the quality of the broadband installation carried out at your home?",
            "Quality of the broadband installation",
        ),
        ("Thinking about your most recent invoice, how clear was it?", "Most recent invoice"),
        (
            "Thinking about the last time an engineer visited you, how satisfied were you with the"
            " visit?",
            "Engineer visited you",
        ),
        ("When you last reported a fault, how well was it dealt with?", "Reported a fault"),
        ("Thinking about our firm, how satisfied are you with our prices?", "Prices"),
        ("Wie verständlich war Ihre letzte Rechnung?", "Letzte Rechnung"),
        ("Wie zufrieden waren Sie mit der letzten Lieferung?", "Letzte Lieferung"),
        (
            "Wie gut hat Sie der Innendienst am Telefon beraten?",
            "Innendienst am Telefon beraten",
        ),
    ],
)
def test_a_question_is_called_by_what_it_is_about(question: str, name: str) -> None:
    assert short_names([question]) == {question: name}


def test_questions_about_one_thing_are_told_apart_by_their_own_word() -> None:
    asked = ["How clear was your invoice?", "How correct was your invoice?"]
    assert [*short_names(asked).values()] == ["Invoice (clear)", "Invoice (correct)"]


_QUESTIONS = st.text(max_size=120).map(str.strip).filter(bool)


@given(st.lists(_QUESTIONS, max_size=8))
def test_names_are_short_never_empty_and_each_its_own(questions: list[str]) -> None:
    names = short_names(questions)
    assert set(names) == set(questions)
    assert all(0 < len(name) <= LONGEST_NAME for name in names.values())
    assert len({name.casefold() for name in names.values()}) == len(names)


def _survey(questions: list[str]) -> list[list[Any]]:
    rows: list[list[Any]] = [["Customer id", "Response date", "Ease (1-7)", *questions]]
    rows += [
        [f"C{i}", "2025-01-10", i % 7 + 1, *((i + k) % 7 + 1 for k in range(len(questions)))]
        for i in range(60)
    ]
    return rows


def _customers() -> list[list[Any]]:
    rows: list[list[Any]] = [["Customer id", "Revenue start", "Churned"]]
    return rows + [[f"C{i}", 100 + i, "yes" if i % 9 == 0 else "no"] for i in range(60)]


def _moments(settings: Settings, folder: Path) -> dict[str, str]:
    """Moment -> its question, of a survey with two long questions."""
    uploads = [
        Upload("customers.csv", csv(_customers())),
        Upload("survey.csv", csv(_survey([VISIT, INVOICES]))),
    ]
    return {m.name: m.question for m in read(uploads, settings, folder).moments}


def test_a_case_calls_its_moments_in_short_and_keeps_what_was_asked(tmp_path: Path) -> None:
    found = _moments(Settings(), tmp_path)
    assert [*found] == ["Last engineer visit", "Clarity and accuracy of the invoices"]
    assert found["Last engineer visit"].startswith("How satisfied were you")


def test_a_name_that_somebody_gave_is_used_and_can_be_changed_again(tmp_path: Path) -> None:
    once = Settings(same_questions={"Last engineer visit": "Visits"})
    assert _moments(once, tmp_path)["Visits"].startswith("How satisfied were you")
    twice = Settings(same_questions={"Last engineer visit": "Visits", "Visits": "Engineer"})
    assert "Engineer" in _moments(twice, tmp_path)
    full = _moments(Settings(), tmp_path)["Last engineer visit"]
    assert "Engineer" in _moments(Settings(same_questions={full: "Engineer"}), tmp_path)
