"""What the check of a company's template found, and what did not fit on it, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from cxcase.export.deck.canvas import Cut
from cxcase.export.deck.look.kinds import KINDS
from cxcase.export.deck.look.template import Remark, Template
from cxcase.export.text import shorten
from cxcase.report import words

_LONGEST = 90  # characters of a text that was cut, as it is named


def template_check(template: Template) -> tuple[str, ...]:
    """How many kinds of slide fit; then all that is left out, moved or replaced."""
    first = words.say("template.fits", fits=template.fitting, all=len(KINDS))
    return (first, *(_sentence(remark) for remark in template.remarks))


def _sentence(remark: Remark) -> str:
    params = dict(remark.params)
    if "lacks" in params:
        params["lacks"] = [words.say(f"template.lacks.{what}") for what in params["lacks"]]
    one = params.get("n") == 1
    return words.say(f"template.{remark.code}{'_one' if one else ''}", **params)


def cut_texts(cuts: Sequence[Cut]) -> tuple[str, ...]:
    """How many texts were cut short and on which slides; then each of them."""
    if not cuts:
        return ()
    slides = [str(slide) for slide in sorted({cut.slide for cut in cuts})]
    path = "template.cuts_one" if len(cuts) == 1 else "template.cuts"
    first = words.say(path, n=len(cuts), slides=slides)
    each = (
        words.say("template.cut", slide=cut.slide, text=shorten(cut.text, _LONGEST)) for cut in cuts
    )
    return (first, *each)
