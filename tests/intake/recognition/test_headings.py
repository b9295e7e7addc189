"""Headings are understood: how many of those that people use are taken for what they name, and that
those of other things are not.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from heading_tables import Heading, guess_of, headings_in, is_recognised, rates

from cxcase.intake.values.yes_no import read_lost
from cxcase.intake.vocabulary.headings import fields_of, means
from cxcase.intake.vocabulary.word_parts import FILLER, Meaning, has_idea, ideas_of

PEOPLE_USE = "headings_people_use.tsv"
UNSEEN = ("headings_unseen.tsv", "headings_unseen_later.tsv")
# written by somebody who knew neither the words nor the other lists: at first 94 % were recognised
OTHER_HAND = "headings_of_another_hand.tsv"
PAGE = (Path(__file__).resolve().parents[3] / "docs" / "files.md").read_text(encoding="utf-8")


@cache
def rates_of(*names: str) -> dict[str, float]:
    return rates([heading for name in names for heading in headings_in(name)])


@pytest.mark.parametrize(
    ("names", "over_all", "in_each_field"),
    [
        ((PEOPLE_USE,), 0.95, 0.85),
        (UNSEEN[:1], 0.9, 0.7),
        (UNSEEN[1:], 0.9, 0.7),
        ((OTHER_HAND,), 0.94, 0.5),  # two headings of engagement: a share of two says little
    ],
)
def test_most_headings_are_recognised(
    names: tuple[str, ...], over_all: float, in_each_field: float
) -> None:
    found = rates_of(*names)
    assert found[""] >= over_all
    assert not {name for name, rate in found.items() if rate < in_each_field}


def test_headings_of_other_things_are_not_taken_for_a_field() -> None:
    others = headings_in("headings_of_other_things.tsv")
    assert len(others) > 150
    taken = [(h.field, h.heading, guess_of(h).role) for h in others if is_recognised(h)]
    assert not taken


def test_the_page_states_the_rates_that_are_measured() -> None:
    section = PAGE.split("## How many headings are recognised\n", 1)[1].split("\n## ", 1)[0]
    lines = [line.strip("| ").split("|") for line in section.splitlines() if line.startswith("| ")]
    stated = {cells[0].strip().strip("`"): [c.strip() for c in cells[1:]] for cells in lines[1:]}
    known, unseen = rates_of(PEOPLE_USE), rates_of(*UNSEEN)
    assert stated == {
        name or "all": [f"{known[name]:.0%}", f"{unseen[name]:.0%}"] for name in sorted(known)
    }


@pytest.mark.parametrize("heading", ["Rank: Delivery", "number_project", "Number of projects"])
def test_ranks_and_counts_are_no_ratings(heading: str) -> None:
    for table in ("cx", "ex"):
        columns = guess_of(Heading(table, "rating", heading, "1/2/3/4/5")).columns
        assert heading not in columns.values()


# ---- words and their parts -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "ideas"),
    [
        ("Kundennummer", ["customer", "id"]),
        ("Klantnr.", ["customer", "id"]),
        ("客户编号", ["customer", "id"]),
        ("CustKey", ["customer", "id"]),
        ("Acct #", ["customer", "id"]),
        ("Kündigungsdatum", ["leave", "date"]),
        ("Date de résiliation", ["date", FILLER, "leave"]),
        ("Aantal maanden", ["count", "month"]),
        ("Ticket ID", ["respondent", "id"]),
    ],
)
def test_words_are_split_into_ideas(heading: str, ideas: list[str]) -> None:
    found = ideas_of(heading)
    assert len(found) == len(ideas)
    assert all(idea in own for idea, own in zip(ideas, found, strict=True))


def test_a_word_that_nobody_knows_has_no_idea() -> None:
    assert ideas_of("Xyzzy") == (frozenset(),)
    assert not has_idea("Customer xyzzy", "id")


def test_a_hint_in_brackets_counts_where_it_is_known() -> None:
    assert ideas_of("Tenure (xyzzy)") == ideas_of("Tenure")
    assert has_idea("Tenure (years)", "year")


def test_a_meaning_needs_each_idea_from_a_word_of_its_own() -> None:
    meaning = Meaning.of("kind kind / customer")
    assert meaning.fits(ideas_of("Size class"))
    assert not meaning.fits(ideas_of("Class"))
    assert not meaning.fits(ideas_of("Size class and risk"))
    with pytest.raises(KeyError):
        Meaning.of("no_such_idea")


def test_what_is_understood_as_something_else_is_no_customer() -> None:
    key = fields_of("customers")["customer_id"]
    assert means("Nr klienta", key)
    assert not means("Customer satisfaction", key)


# ---- who stayed and who left ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "heading", ["Renewed?", "Retained", "Actieve klant", "Aktiver Kunde?", "Cliente attivo"]
)
def test_yes_under_a_heading_of_staying_is_no_loss(heading: str) -> None:
    assert read_lost(["Yes", "No"], heading)[0].values.tolist() == [False, True]


@pytest.mark.parametrize(
    "heading", ["Has left", "Gekündigt?", "No longer active", "Not renewed", "Cessato"]
)
def test_yes_under_a_heading_of_leaving_is_a_loss(heading: str) -> None:
    assert read_lost(["Yes", "No"], heading)[0].values.tolist() == [True, False]


@pytest.mark.parametrize(
    ("stayed", "left"),
    [
        ("Existing Customer", "Attrited Customer"),
        ("Renewed", "Not renewed"),
        ("In force", "Terminated"),
        ("Not cancelled", "Cancelled"),
        ("Stay", "Leave"),
    ],
)
def test_states_say_by_themselves_who_was_lost(stayed: str, left: str) -> None:
    for heading in ("Status", "Renewed?"):
        assert read_lost([stayed, left], heading)[0].values.tolist() == [False, True]


def test_a_state_that_says_neither_is_not_read_as_one() -> None:
    found, _ = read_lost(["Active", "Cancelled", "Pending cancellation review"], "Status")
    assert found.values.tolist() == [False, True, None]
