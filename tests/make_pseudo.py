"""A language that nobody speaks: the words of `en`, every letter marked, 40 % longer. What then
stands anywhere in plain letters was written in code, or came with the data.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cxcase.report import language

_PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MARKED = "áƀćďéƒǵĥíĵķĺɱńóƥɋŕśťúʋŵẋýžÁɃĆĎÉƑǴĤÍĴĶĹṀŃÓƤɊŔŚŤÚɅŴẊÝŽ"
_TURNED = str.maketrans(_PLAIN, _MARKED)
_LONGER = 0.4
# fields, tags, addresses, icons and colours of Markdown: no words
_KEPT = re.compile(r"(\{[^{}]*\}|<[^<>]*>|\]\([^()]*\)|:material/\w+:|:[a-z]+\[)")
_END = re.compile(r"[.?!:…)”]*\s*$")
# a rule of how pages look, a tag, the name of a file
_NO_WORDS = re.compile(
    r"<style>.*?</style>|<[^<>]*>|:[a-z-]+\[|\b\w+\.(?:xlsx|json|pptx|zip|csv|md)\b", re.S
)
WORD = re.compile(r"(?<![\w.])[A-Za-z]{3,}(?![\w])")


def pseudo(text: str) -> str:
    """The text with a mark on every letter, and longer."""
    parts = _KEPT.split(text)
    turned = [part if k % 2 else part.translate(_TURNED) for k, part in enumerate(parts)]
    more = math.ceil(_LONGER * len(_KEPT.sub("", text)))
    if more < 2 or not re.search("[A-Za-z]", _KEPT.sub("", text)):
        return "".join(turned)
    said = "".join(turned)
    end = _END.search(said)
    place = end.start() if end else len(said)
    padding = " ".join("ẋ" * min(6, more - k) for k in range(0, more, 7))
    return f"{said[:place]} {padding}{said[place:]}"


def write(folder: Path) -> Path:
    """A folder of words for the language, from those of `en`."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = list(_tables(language.all_texts(), ""))
    (folder / "all.toml").write_text("\n".join(lines), encoding="utf-8")
    return folder


def _tables(texts: Mapping[str, Any], path: str) -> Iterator[str]:
    for name, value in texts.items():
        if not isinstance(value, Mapping):
            yield f"{json.dumps(name)} = {json.dumps(_turned(value), ensure_ascii=False)}"
    for name, value in texts.items():
        if isinstance(value, Mapping):
            at = f"{path}.{json.dumps(name)}" if path else json.dumps(name)
            yield f"[{at}]"
            yield from _tables(value, at)


def _turned(value: Any) -> Any:
    if isinstance(value, str):
        return pseudo(value)
    if isinstance(value, list):
        return [_turned(item) for item in value]
    return value


@contextmanager
def spoken(folder: Path) -> Iterator[None]:
    """Within, everything is written in the language of this folder."""
    usual = language.folder
    language.folder = lambda: folder
    language.all_texts.cache_clear()
    try:
        yield
    finally:
        language.folder = usual
        language.all_texts.cache_clear()


def fixed(text: str, data: frozenset[str]) -> list[str]:
    """The words of a text in plain letters that are none of the data's."""
    shown = _NO_WORDS.sub(" ", text)
    return [word for word in WORD.findall(shown) if word.lower() not in data]


def words_of(*texts: object) -> frozenset[str]:
    """Every word of these texts, in small letters."""
    return frozenset(word.lower() for text in texts for word in re.findall(r"[A-Za-z]+", str(text)))
