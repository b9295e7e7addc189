"""Ratings: numbers or words on a scale, "not applicable" against no answer, and the scale's ends and direction."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cxcase.estimate import Bools, Floats
from cxcase.intake.cells import Cells, each
from cxcase.intake.headings import clean
from cxcase.intake.result import Scale

NOT_LIVED = {
    "n/a", "na", "n.a.", "#n/a", "not applicable", "not used", "did not use", "didn't use", "no contact", "not lived",
    "does not apply", "doesn't apply", "entfällt", "nicht zutreffend", "trifft nicht zu", "nicht genutzt", "sans objet",
    "non applicable", "non concerné", "non utilisé", "no aplica", "no procede", "no utilizado",
}  # fmt: skip
NO_ANSWER = {
    "don't know", "dont know", "do not know", "no answer", "no opinion", "prefer not to say", "not answered", "skipped",
    "unsure", "not sure", "weiß nicht", "weiss nicht", "keine angabe", "k.a.", "ne sait pas", "sans réponse", "nsp",
    "no sabe", "no contesta", "ns/nc", "-", "–", "—", "?", ".", "null", "nan", "none",
}  # fmt: skip
_LEADING = re.compile(r"^(\d{1,3}(?:[.,]\d+)?)\s*(?:[-–:=.)/(]|\s|$)")
_TRAILING = re.compile(r"\((\d{1,3})\)\s*$")
_FIVE = (
    "strongly disagree|disagree|neutral|agree|strongly agree",
    "strongly disagree|disagree|neither agree nor disagree|agree|strongly agree",
    "very dissatisfied|dissatisfied|neutral|satisfied|very satisfied",
    "very dissatisfied|dissatisfied|neither satisfied nor dissatisfied|satisfied|very satisfied",
    "very unsatisfied|unsatisfied|neutral|satisfied|very satisfied",
    "very difficult|difficult|neutral|easy|very easy",
    "very difficult|difficult|neither easy nor difficult|easy|very easy",
    "very poor|poor|fair|good|very good",
    "very bad|bad|ok|good|very good",
    "poor|fair|good|very good|excellent",
    "never|rarely|sometimes|often|always",
    "stimme gar nicht zu|stimme nicht zu|teils teils|stimme zu|stimme voll zu",
    "stimme überhaupt nicht zu|stimme eher nicht zu|teils/teils|stimme eher zu|stimme voll und ganz zu",
    "sehr unzufrieden|unzufrieden|neutral|zufrieden|sehr zufrieden",
    "pas du tout d'accord|pas d'accord|ni d'accord ni pas d'accord|d'accord|tout à fait d'accord",
    "très insatisfait|insatisfait|neutre|satisfait|très satisfait",
    "totalmente en desacuerdo|en desacuerdo|ni de acuerdo ni en desacuerdo|de acuerdo|totalmente de acuerdo",
    "muy insatisfecho|insatisfecho|neutral|satisfecho|muy satisfecho",
)
_SEVEN = (
    "strongly disagree|disagree|somewhat disagree|neutral|somewhat agree|agree|strongly agree",
    "strongly disagree|disagree|slightly disagree|neutral|slightly agree|agree|strongly agree",
    "strongly disagree|disagree|somewhat disagree|neither agree nor disagree|somewhat agree|agree|strongly agree",
    "very difficult|difficult|somewhat difficult|neutral|somewhat easy|easy|very easy",
    "very dissatisfied|dissatisfied|somewhat dissatisfied|neutral|somewhat satisfied|satisfied|very satisfied",
    "extremely dissatisfied|moderately dissatisfied|slightly dissatisfied|neutral|slightly satisfied|"
    "moderately satisfied|extremely satisfied",
)
_SETS = [tuple(s.split("|")) for s in _FIVE + _SEVEN]
WORDS = {word for words in _SETS for word in words}
_LOWS = (0, 1)
_HIGHS = (4, 5, 6, 7, 10, 100)
_HINT = re.compile(r"\b(\d{1,3})\s*(?:-|–|—|to|bis|à|a|\.\.\.?|/)\s*(\d{1,3})\b", re.IGNORECASE)
_ENDS = re.compile(r"\b(\d{1,2})\s*[=:]\s*[^,;\d]+[,;]?.*?\b(\d{1,3})\s*[=:]", re.IGNORECASE)
_OUT_OF = re.compile(r"(?:/|\bout of\b|\bvon\b|\bsur\b|\bsobre\b)\s*(\d{1,3})\b", re.IGNORECASE)
_HARD_IS_HIGH = re.compile(
    r"how much effort|wie viel aufwand|quel effort|cuánto esfuerzo|"
    r"\d+\s*[=:]\s*[^,;=]*\b(hard|difficult|high effort|very high|a lot of effort|schwierig|difficile|difícil)\b[^=]*$",
    re.IGNORECASE,
)
_REVERSED = re.compile(r"[(\[]\s*(r|rev|reversed?|reverse[- ]scored|negativ|invers\w*)\s*[)\]]", re.IGNORECASE)
TOLERATED = 0.01  # share of numbers that may lie outside the scale before a wider one is taken
_MOST_MARKS = 12  # different marks that a rating can have
_THEORY = (Scale(1, 5), Scale(1, 7), Scale(0, 10), Scale(0, 100))


@dataclass(frozen=True, eq=False)
class Ratings:
    """values (n,) NaN where there is none; not_lived, no_answer (n,) explicit marks; bad (n,) unreadable.

    words is the scale that Likert words imply, None for numbers.
    """

    values: Floats
    not_lived: Bools
    no_answer: Bools
    bad: Bools
    words: Scale | None


def read_ratings(cells: Cells) -> Ratings:
    """Ratings of one column: 7, "7", "7 - very easy", "Very easy (7)" or words of one known set."""
    labels = {c.lower() for c in dict.fromkeys(cells) if isinstance(c, str)}
    words = _word_set(labels)
    lookup = {word: float(i) for i, word in enumerate(words, start=1)} if words else {}
    values = np.array(each(cells, lambda c: _rating(c, lookup)), dtype=float)
    not_lived = np.array(each(cells, lambda c: isinstance(c, str) and c.lower() in NOT_LIVED), dtype=bool)
    no_answer = np.array(each(cells, lambda c: isinstance(c, str) and c.lower() in NO_ANSWER), dtype=bool)
    empty = np.array([c is None for c in cells], dtype=bool)
    bad = np.isnan(values) & ~not_lived & ~no_answer & ~empty
    return Ratings(values, not_lived, no_answer, bad, Scale(1, len(words)) if words else None)


def _word_set(labels: set[str]) -> tuple[str, ...] | None:
    """The known set of words that holds the most of these labels (ties: the shorter set)."""
    best = max(_SETS, key=lambda s: (len(labels & set(s)), -len(s)))
    return best if len(labels & set(best)) >= 2 or labels & set(best) == labels != set() else None


def _rating(cell: Any, lookup: dict[str, float]) -> float:
    if isinstance(cell, bool):
        return np.nan
    if isinstance(cell, int | float):
        return float(cell)
    if not isinstance(cell, str):
        return np.nan
    if cell.lower() in lookup:
        return lookup[cell.lower()]
    match = _LEADING.match(cell) or _TRAILING.search(cell)
    return float(match[1].replace(",", ".")) if match else np.nan


def labelled_scale(heading: str) -> Scale | None:
    """The scale that a heading states: "(1-7)", "0 to 10", "1 = hard, 7 = easy", "/10"; None when it states none."""
    for pattern in (_HINT, _ENDS):
        for match in pattern.finditer(heading):
            low, high = int(match[1]), int(match[2])
            if low > high:
                low, high = high, low
            if low in _LOWS and high in _HIGHS:
                return Scale(low, high)
    out_of = _OUT_OF.search(heading)
    if out_of and int(out_of[1]) in _HIGHS:
        return Scale(0 if int(out_of[1]) >= 10 else 1, int(out_of[1]))
    return None


def theory_scale(values: Floats) -> Scale | None:
    """The narrowest usual scale (1-5, 1-7, 0-10, 0-100) that holds all but a stray few of the numbers, or None.

    Zeros on a scale that ends at 5 or 7 mean "not rated", not a scale of their own.
    """
    known = values[~np.isnan(values)]
    if not len(known):
        return None
    for scale in _THEORY:
        rated = known[known != 0] if scale.low == 1 and known.max() <= scale.high else known
        inside = (rated >= scale.low) & (rated <= scale.high)
        if len(rated) and np.mean(inside) >= 1 - TOLERATED:
            return scale
    return None


def hard_is_high(heading: str) -> bool:
    """True when the heading says that a high mark means much effort."""
    return bool(_HARD_IS_HIGH.search(heading)) and not re.search(r"\b(easy|ease)\b", clean(heading))


def reversed_item(heading: str) -> bool:
    """True when the heading labels the item as reverse-scored."""
    return bool(_REVERSED.search(heading))


def likert_like(cells: Sequence[Any]) -> bool:
    """True when nearly all of a sample of cells are marks on a usual scale, in numbers or in words."""
    found = read_ratings(cells)
    seen = found.values[~np.isnan(found.values)]
    answered = len(cells) - int(found.not_lived.sum() + found.no_answer.sum())
    if not len(seen) or len(seen) < 0.9 * answered:
        return False
    if found.words is not None:
        return True
    distinct = np.unique(seen)
    whole = len(distinct) <= _MOST_MARKS and bool(np.all(distinct == np.round(distinct)))
    return whole and 2 <= seen.max() <= 10 and theory_scale(seen) is not None
