"""Question texts as people read them, and a matrix's stem told from its items."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from itertools import takewhile

from cxcase.intake.vocabulary.scale_hints import labelled_scale

_BLOCK = re.compile(r"<(style|script)\b.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_PIPED = re.compile(r"\$?\{+[^{}]*\}+|\[(?:Field|QID|Q\d+|pipe)\b[^\]]*\]|_{3,}")
_SPACES = re.compile(r"\s+")
_BEFORE_STOP = re.compile(r"\s+([,.;])")
_NUMBER = re.compile(
    r"^(?:q|question|frage|item)?\s*\d+(?:[._]\d+)*\s*[.:)\-–]\s+(?=[^\s\d])", re.IGNORECASE
)
_SELECTED = re.compile(
    r"\s*[-–]\s*(?:selected choices?|ausgewählte auswahl|choix sélectionné|opción seleccionada)$",
    re.I,
)
_SEPARATORS = (
    re.compile(r"\s[-–—]\s+"),
    re.compile(r"(?<=[?!.:…])\s*[-–—]?\s*|(?<=\))\s*[-–—:]\s*"),
    re.compile(r"[-–—:]\s*"),
)  # what stands between a question and its item, the surest first
_IN_BRACKETS = re.compile(r"\([^()]*\d[^()]*\)")
_BRACKETED = re.compile(r"^(.*\S)\s*\[([^\[\]]+)\]$", re.DOTALL)
_WORD = re.compile(r"[\W_]+")


def bare(text: object) -> str:
    """Letters and digits of the text in lower case: what a tool's own headings are compared by."""
    return _WORD.sub("", str(text)).lower()


def worded(text: object) -> str:
    """The text without markup, entities, piped text, "Selected Choice", the question's number."""
    plain = _TAG.sub(" ", _BLOCK.sub(" ", str(text)))
    plain = _TAG.sub(" ", html.unescape(plain))
    plain = _BEFORE_STOP.sub(r"\1", _SPACES.sub(" ", _PIPED.sub("", plain))).strip(" ,;")
    plain = _SELECTED.sub("", plain)
    return _NUMBER.sub("", plain).strip() or plain


def split_stem(texts: Sequence[str]) -> tuple[str, list[str]] | None:
    """(what the texts begin with alike, what follows in each).

    None when they do not differ after a separator.
    """
    start = _beginning(min(texts), max(texts))
    for separator in _SEPARATORS:
        cuts = [m.end() for m in separator.finditer(start) if m.end() and m.start()]
        for cut in reversed(cuts):
            items = [t[cut:].strip() for t in texts]
            if all(items) and len(set(items)) == len(items):
                return start[:cut].strip(" -–—"), items
    return None


def _beginning(one: str, other: str) -> str:
    """What both texts begin with."""
    same = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return "".join(letter for letter, _ in same)


def bracketed(text: str) -> tuple[str, str] | None:
    """("Question", "row") of "Question [row]"; None for anything else."""
    match = _BRACKETED.match(text)
    if match:
        return (match[1], match[2].strip())
    return None


def with_scale(item: str, question: str) -> str:
    """The item with the scale of its question, "Billing (0-10)", where it states none itself."""
    if labelled_scale(item) is not None:
        return item
    for match in _IN_BRACKETS.finditer(question):
        if labelled_scale(match[0]) is not None:
            return f"{item} {match[0]}"
    scale = labelled_scale(question)
    if scale is None:
        return item
    return f"{item} ({scale.low:g}-{scale.high:g})"
