"""A further language is one folder of words: in one that nobody speaks every page still stands, and
nothing on it is in plain letters but what came with the data.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import make_pseudo
from google.protobuf.json_format import MessageToDict
from moves import PAGES, App

_READ = (  # fields of an element that people read
    *("label", "body", "help", "placeholder", "options", "title", "text", "caption", "content"),
    *("altText", "alt", "name"),
)
_DRAWN = ("text", "hovertext", "ticktext", "alt", "title")
# names of files, fields, settings' codes and other programs, the same in every language
_NAMES = make_pseudo.words_of(
    "cxcase csv xlsx xls ods pdf pptx potx json png svg zip txt tsv sav html docx mp3 wav m4a",
    "customer_id team segment revenue_start revenue_end churned churn_date ease csat nps ex cx",
    "PowerPoint Excel SPSS en_GB en_US de_DE fr_FR en_IN span div strong GBP",
    "Jan Feb Mar Apr May Jun Jul Aug Sep Sept Oct Nov Dec",
    "January February March April June July August September October November December",
)


def said(node: Any) -> Iterator[str]:
    """All that is written in an element and below it."""
    for child in getattr(node, "children", {}).values():
        yield from said(child)
    proto = getattr(node, "proto", None)
    if proto is None:
        return
    told = MessageToDict(proto)
    yield from _texts(told, _READ)
    for spec in _specs(told):
        yield from _texts(json.loads(spec), _DRAWN)


def _specs(told: Any) -> Iterator[str]:
    if isinstance(told, dict):
        for name, value in told.items():
            if name == "spec" and isinstance(value, str):
                yield value
            else:
                yield from _specs(value)


def _texts(told: Any, names: tuple[str, ...]) -> Iterator[str]:
    if isinstance(told, list):
        for item in told:
            yield from _texts(item, names)
    if not isinstance(told, dict):
        return
    for name, value in told.items():
        if name in names and isinstance(value, str):
            yield value
        elif name in names and isinstance(value, list):
            yield from (item for item in value if isinstance(item, str))
        yield from _texts(value, names)


def test_no_page_has_a_word_that_is_not_in_the_folder_of_words(
    app: App, small: dict[str, bytes], tmp_path: Path
) -> None:
    data = _NAMES | make_pseudo.words_of(*small, *(text.decode() for text in small.values()))
    found: dict[str, tuple[str, str]] = {}
    with make_pseudo.spoken(make_pseudo.write(tmp_path / "xx")):
        app.bring(small).fine()
        for page in PAGES:
            app.go(page).fine()
            for text in said(app.at._tree):
                for word in make_pseudo.fixed(text, data):
                    found.setdefault(word, (page, text[:160]))
    assert not found, "\n".join(f"{word}: {place}" for word, place in found.items())
