"""The deck's page: which deck, for whom, which slides; all of it settings that are saved."""

from __future__ import annotations

import pytest
from moves import App

from cxcase import export
from cxcase.export import slides_of
from cxcase.export.deck.outline import MAKERS
from cxcase.report import words


def test_every_slide_has_a_name_on_the_page() -> None:
    assert set(words.section("pages.deck.slide_names")) == set(MAKERS)


def test_deck_audience_order_and_titles_are_chosen_on_the_page(
    app: App, small: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    app.bring(small).go("deck").fine()
    at = app.at
    at.selectbox(key="told_deck").select("short").run()
    at.selectbox(key="told_audience").select("cfo").run()
    at.selectbox(key="told_locale").select("de_DE").run()
    at.multiselect(key="told_slide_order").select("gates").run()
    at.multiselect(key="told_slides_dropped").select("cash").run()
    at.selectbox(key="told_slide").select("gates").run()
    at.text_input(key="told_title_gates").input(" How we stop ").run()
    app.fine()
    settings = app.session.settings
    assert (settings.deck, settings.audience, settings.locale) == ("short", "cfo", "de_DE")
    assert slides_of(settings)[:2] == ("ask", "gates")
    assert "cash" not in slides_of(settings)
    assert dict(settings.slide_titles) == {"gates": "How we stop"}
    at.text_input(key="told_title_gates").input("").run()
    assert not app.session.settings.slide_titles
    monkeypatch.setattr(export, "office", lambda: None)
    at.toggle(key="preview_shown").set_value(True).run()
    app.fine()
    drawn = [item for item in at.get("html") if "data:image/svg+xml" in str(item.proto)]
    assert len(drawn) >= 5
