"""Who a deck is for changes its order and words, never a number; its slides are a choice."""

from __future__ import annotations

import dataclasses
import io
import re
import tomllib
from importlib import resources
from typing import Any, get_args

import pytest
from make_report import make_report
from pptx import Presentation
from test_deck import NUMBER, funded, texts

from cxcase.errors import SettingsError
from cxcase.export import make_deck
from cxcase.export.deck.outline import FULL, MAKERS, SHORT, slides_of
from cxcase.report import Report, narrative
from cxcase.settings import Audience, Settings

AUDIENCES = (None, *get_args(Audience))
MOST_WORDS = 25


def told(report: Report, **chosen: Any) -> Report:
    """The report with other choices about its deck."""
    return dataclasses.replace(report, settings=dataclasses.replace(report.settings, **chosen))


def opened(report: Report) -> Any:
    return Presentation(io.BytesIO(make_deck(report)))


def titles(deck: Any) -> list[str]:
    return [slide.shapes.title.text_frame.text for slide in deck.slides]


def numbers(deck: Any) -> set[str]:
    """Every number that stands on a slide or in its notes."""
    return {token for s in deck.slides for text in texts(s) for token in NUMBER.findall(text)}


@pytest.fixture(scope="module")
def short(report: Report) -> dict[str | None, Any]:
    """The short deck for each audience."""
    return {who: opened(told(report, deck="short", audience=who)) for who in AUDIENCES}


def test_an_audience_changes_order_and_words_and_no_number(short: dict[str | None, Any]) -> None:
    usual = numbers(short[None])
    assert len(usual) > 60
    for who, deck in short.items():
        assert numbers(deck) == usual, who
    first = [titles(deck)[0] for deck in short.values()]
    assert len(set(first)) == len(AUDIENCES)
    orders = {tuple(titles(deck)[1:]) for deck in short.values()}
    assert len(orders) == len(AUDIENCES)
    assert len({frozenset(order) for order in orders}) == 1


def test_the_full_deck_has_the_same_numbers_for_whoever_it_is_for(report: Report) -> None:
    first, second = (numbers(opened(told(report, audience=who))) for who in ("cfo", "people"))
    assert first == second


def test_texts_of_one_name_have_the_same_fields_for_every_audience() -> None:
    place = resources.files("cxcase.report.words").joinpath("en/deck_more.toml")
    audience = tomllib.loads(place.read_text("utf-8"))["export"]["deck"]["audience"]
    for name, usual in audience["all"].items():
        fields = sorted(re.findall(r"\{[^}]*\}", usual))
        for who in AUDIENCES:
            assert sorted(re.findall(r"\{[^}]*\}", audience[who or "all"][name])) == fields


@pytest.mark.parametrize("who", AUDIENCES)
def test_the_ask_is_one_short_sentence_with_the_benefit_first(
    who: Audience | None, report: Report
) -> None:
    one = funded(report, (report.chosen_steps[0].step.id,))
    for case in (report, one, make_report(currency="CHF")):
        asked = narrative.one_sentence(told(case, audience=who))
        assert case.plan is not None
        assert case.plan.npv is not None
        assert len(asked.split()) <= MOST_WORDS, asked
        first, second = (asked.find(word) for word in ("month", "step"))
        assert NUMBER.search(asked)
        assert first < second or who == "coo"


def test_the_notes_of_the_ask_hold_a_story_and_the_likely_objections(report: Report) -> None:
    for who, likely in (("cfo", "accounts"), ("coo", "Do our people have time")):
        notes = opened(told(report, deck="short", audience=who)).slides[0].notes_slide
        lines = notes.notes_text_frame.text.splitlines()
        asked = lines[lines.index("Likely questions.") + 1 :]
        assert likely in asked[0]
        assert all("Answer:" in line for line in asked)
        assert report.ordered_moments[0].name in lines[0] or "Delivery" in lines[0]


def test_the_short_deck_has_six_slides(short: dict[str | None, Any], report: Report) -> None:
    assert all(len(deck.slides) == 6 for deck in short.values())
    told_in_order = (
        "approve",
        "leaves a year",
        "wave",
        "has paid back",
        "pays for itself",
        "gates",
    )
    for title, part in zip(titles(short[None]), told_in_order, strict=True):
        assert part in title
    one = funded(report, (report.chosen_steps[0].step.id,))
    one = dataclasses.replace(one, plan_details=report.plan_details)
    assert len(opened(told(one, deck="short")).slides) == 6


def test_slides_are_ordered_dropped_and_called_as_somebody_chose(report: Report) -> None:
    chosen = told(
        report,
        deck="short",
        slide_order=("gates", "no_such_slide"),
        slides_dropped=("cash",),
        slide_titles={"gates": "How we stop"},
    )
    assert slides_of(chosen.settings)[:2] == ("ask", "gates")
    found = titles(opened(chosen))
    assert found[1] == "How we stop"
    assert len(found) == 5
    assert not any("has paid back" in title for title in found)


def test_how_a_deck_is_told_is_in_no_key_and_the_locale_is() -> None:
    case = make_report()
    plain = Settings()
    other = Settings(deck="short", audience="cfo", slide_order=("map",), owned=frozenset({"deck"}))
    assert other.behind_figures == plain
    assert Settings(locale="de_DE").behind_figures != plain
    assert case.settings.locale == "en_GB"
    assert any(line.name == "locale" for line in case.assumptions)


@pytest.mark.parametrize("wrong", [{"deck": "long"}, {"audience": "cto"}, {"locale": "xx_YY"}])
def test_a_deck_an_audience_or_a_locale_that_there_is_not_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(SettingsError):
        Settings(**wrong)  # type: ignore[arg-type]


def test_every_slide_has_a_maker_and_a_place() -> None:
    assert set(SHORT) | set(FULL) == set(MAKERS)
    assert len(set(FULL)) == len(FULL)
