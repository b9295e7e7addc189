"""Customers' own words on the page of moments: quotes, search, pins, recordings with consent."""

from __future__ import annotations

import io
import re

import make_uploads
import pytest
from make_recordings import m4a, mp3, wav
from moves import App
from pptx import Presentation
from pptx.oxml.ns import qn

from cxcase.export import make_deck
from cxcase.screen import state

NAME = "Grizelda"


@pytest.fixture
def talkative() -> dict[str, bytes]:
    """The small company, its customers' comments, and the name of one of them."""
    ledger = make_uploads.customers()
    answers = make_uploads.survey(ledger)
    texts = (
        "The invoice was wrong and nobody could explain it to us",
        f"Delivery came late again, {NAME.lower()} waited all day in the yard",
        "Our complaint was dealt with quickly, thank you",
        "Invoices are clear and always right, well done",
    )
    answers["Comment"] = [
        f"{texts[k % 4]} {'' if k % 8 else '!'}".strip() for k in range(len(answers))
    ]
    ledger["Contact name"] = NAME
    return {"customers.csv": make_uploads.as_csv(ledger), "cx.csv": make_uploads.as_csv(answers)}


def told(app: App) -> str:
    """What stands in the quotes, without tags."""
    return re.sub("<[^>]+>", " ", "\n".join(block.proto.body for block in app.at.get("html")))


def pins(app: App) -> list[str]:
    """The keys of the buttons that pin."""
    return [b.key for b in app.at.button if b.key and b.key.startswith("pin_")]


def listen(app: App, files: dict[str, bytes], moment: str) -> App:
    """To the page of moments, at one moment."""
    app.bring(files).go("moments").fine()
    app.at.selectbox(key="moment").select(moment).run()
    return app.fine()


def test_a_moment_is_heard_without_anybodys_name(app: App, talkative: dict[str, bytes]) -> None:
    listen(app, talkative, "Delivery")
    assert "Delivery came late again, [name] waited all day" in told(app)
    assert NAME.lower() not in (told(app) + app.text).lower()


def test_a_quote_is_pinned_shown_at_home_and_on_the_deck_and_taken_off(
    app: App, talkative: dict[str, bytes]
) -> None:
    listen(app, talkative, "Invoice")
    key = next(k for k in pins(app) if k.startswith("pin_low_0"))
    app.at.button(key=key).click().run()
    (pin,) = app.fine().session.pins
    assert pin.moment == "Invoice"
    assert pin.text in app.go("home").fine().text
    assert pin.text in told(app.go("deck").fine())
    app.at.button(key=next(k for k in pins(app) if k.startswith("pin_kept_0"))).click().run()
    assert not app.fine().session.pins


def test_a_pin_goes_when_nobody_says_it_any_more(app: App, talkative: dict[str, bytes]) -> None:
    listen(app, talkative, "Invoice")
    app.at.button(key=next(k for k in pins(app) if k.startswith("pin_low_0"))).click().run()
    text = app.session.pins[0].text
    other = talkative["cx.csv"].replace(text.encode(), b"something else altogether is said")
    app.bring({**talkative, "cx.csv": other}).go("home").fine()
    assert text not in app.text


def test_the_search_looks_through_all_comments_or_this_moments(
    app: App, talkative: dict[str, bytes]
) -> None:
    listen(app, talkative, "Invoice")
    app.at.text_input(key="voice_search").input("yard").run()
    assert "comments fit" in app.fine().text
    assert any(k.startswith("pin_found_0") for k in pins(app))
    app.at.get_by_key("voice_where").set_value("here").run()
    assert "No comment holds these words" in app.fine().text


def test_without_comments_the_page_says_how_to_get_them(app: App, small: dict[str, bytes]) -> None:
    listen(app, small, "Invoice")
    assert "brought no comments" in app.text
    assert "Employees' comments are not read" in app.text


def attach(app: App, name: str, data: bytes) -> App:
    """Brings a recording in."""
    app.at.file_uploader[-1].upload(name, data, "audio/wav").run()
    return app.fine()


def test_a_recording_is_pinned_only_with_consent_and_its_words(
    app: App, talkative: dict[str, bytes]
) -> None:
    listen(app, talkative, "Invoice")
    attach(app, "call.wav", wav(1))
    (clip,) = app.session.clips
    assert (clip.moment, clip.kind) == ("Invoice", "wav")
    assert app.at.get("audio")
    assert "Consent is not noted yet" in app.text
    assert f"pin_clip_{clip.id}" not in pins(app)
    said = f"{NAME} here, 020 7946 0018: the bill was a mess"
    for field, value in (
        ("who", "A customer"),
        ("when", "3 May"),
        ("purpose", "to be played to the board"),
    ):
        app.at.text_input(key=f"{field}_{clip.id}").input(value)
    app.at.text_area(key=f"words_{clip.id}").input(said)
    app.at.button(key=f"keep_{clip.id}").click().run()
    app.fine().at.button(key=f"pin_clip_{clip.id}").click().run()
    (pin,) = app.fine().session.pins
    assert pin.text == "[name] here, [number]: the bill was a mess"
    folder = app.session.folder
    assert folder is not None
    assert [p.suffix for p in (folder.path / "recordings").iterdir()] == [".wav"]
    app.at.button(key=f"remove_{clip.id}").click().run()
    assert not app.fine().session.pins
    assert not app.session.clips
    assert not list((folder.path / "recordings").iterdir())


def test_every_kind_of_recording_is_attached_to_its_moment_and_played(
    app: App, talkative: dict[str, bytes]
) -> None:
    listen(app, talkative, "Invoice")
    for name, data in (("a.wav", wav(1)), ("b.mp3", mp3(2)), ("c.m4a", m4a(3))):
        attach(app, name, data)
    assert {c.kind: round(c.seconds) for c in app.session.clips} == {"wav": 1, "mp3": 2, "m4a": 3}
    assert len(app.at.get("audio")) == 3
    folder = app.session.folder
    assert folder is not None
    kept = {p.suffix: p.read_bytes() for p in (folder.path / "recordings").iterdir()}
    assert kept == {".wav": wav(1), ".mp3": mp3(2), ".m4a": m4a(3)}


def test_what_cannot_be_played_is_one_sentence(app: App, talkative: dict[str, bytes]) -> None:
    listen(app, talkative, "Invoice")
    attach(app, "call.wav", b"PK\x03\x04 no sound")
    assert [e.value.replace("\\", "") for e in app.at.error] == [
        "call.wav is no recording that can be played here. Bring it in as .mp3, .m4a or .wav."
    ]
    assert not app.session.clips


def test_the_deck_made_from_the_page_carries_the_pin(
    app: App, talkative: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    report_of = state.report_of
    monkeypatch.setattr(
        state, "report_of", lambda *a, **k: made.append(report_of(*a, **k)) or made[-1]
    )
    listen(app, talkative, "Invoice")
    app.at.button(key=next(k for k in pins(app) if k.startswith("pin_low_0"))).click().run()
    deck = Presentation(io.BytesIO(make_deck(made[-1])))
    texts = [t.text for slide in deck.slides for t in slide.element.iter(qn("a:t"))]
    assert f"“{app.fine().session.pins[0].text}”" in texts
