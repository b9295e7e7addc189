"""Questions that one wave words otherwise than another: suggested with counts, joined only where a
person said so.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
import pandas as pd
from rapidfuzz import fuzz

from cxcase.checks import Finding
from cxcase.intake.case.near_matches import folded
from cxcase.intake.case.question_names import OF_A_MOMENT
from cxcase.intake.customer_list.docket import data_finding
from cxcase.intake.employees.ex_waves import numbered_by_gaps
from cxcase.intake.result import Suggestion
from cxcase.intake.schema import RATING, Scale
from cxcase.intake.vocabulary.headings import clean
from cxcase.settings import Settings

_CLOSE = 0.6  # share of their telling words that two questions have in common
_ALIKE = 75.0  # rapidfuzz ratio at which two words are one: "order" and "ordering"
_EMPTY_DAYS = 28  # days without any answer that part two waves
_NUMBER = re.compile(r"\d+")
# words that ask rather than say of what tell this much of what others do
_ASKING_TELLS = 0.5
_ASKING = re.compile(
    r"satisf|eas(e|y|iness)$|rat(e|ed|ing)$|scor|experien|zufrieden|einfach|erfahrung|content|facil"
    r"|tevreden|makkelijk|ervaring|soddisf|esperien|nojd|enkel|upplev|spokoj|snadn|zkusen|zadowol"
    r"|latw|doswiad"
)


# ---- what somebody accepted ----------------------------------------------------------------------


def apply_questions(
    cx: pd.DataFrame, scales: Mapping[str, Scale], settings: Settings, *, naming: bool = True
) -> tuple[pd.DataFrame, Mapping[str, Scale], list[Finding]]:
    """(the responses with each question under the name that is meant, scales by moment, how many
    ratings moved).

    Questions that are joined are on one scale. Where somebody rated both, the rating under the name
    that is meant stands.

    naming: a name that no question has is the question's own from then on.
    """
    pairs: dict[str, str] = {}
    called: dict[str, Scale] = {}
    left: dict[str, Scale] = {}
    moved = 0
    for found, scale in scales.items():
        meant = settings.question(found)
        known = called.get(meant, scales.get(meant, scale))
        if meant == found or known != scale or not (naming or meant in scales):
            left[found] = scale
            continue
        if meant in scales or meant in called:
            pairs[found] = meant
            moved += int(cx[f"{RATING}{found}"].notna().sum())
        else:
            left[meant] = scale
        called[meant] = scale
        for kind in OF_A_MOMENT:
            cx = _joined(cx, kind + found, kind + meant)
    if pairs:
        return cx, left, [data_finding("ok", "same_questions_applied", count=moved)]
    return cx, left, []


def _joined(cx: pd.DataFrame, found: str, meant: str) -> pd.DataFrame:
    """The responses with the column that was found under the name that is meant."""
    if found not in cx:
        return cx
    column = cx[found]
    if meant in cx and cx[meant].dtype == bool:
        column = cx[meant] | column
    elif meant in cx:
        column = cx[meant].where(cx[meant].notna(), column)
    return cx.assign(**{meant: column}).drop(columns=found)


# ---- what may be the same ------------------------------------------------------------------------


def suggest_questions(
    cx: pd.DataFrame | None, scales: Mapping[str, Scale], settings: Settings
) -> tuple[tuple[Suggestion, ...], list[Finding]]:
    """(pairs of questions on one scale that are close in wording and were never asked in the same
    wave, how many they are).

    Each is the other's best match, by wordings that were accepted before, too; the one asked last
    is meant.
    """
    if cx is None:
        return (), []
    asked = _asked(cx, [name for name in scales if f"{RATING}{name}" in cx])
    close = _close_pairs(asked, scales, settings)
    best = {name: _best(close, name) for name in asked}
    found = []
    for a, b in close:
        if best[a] == b and best[b] == a:
            old, new = sorted((a, b), key=lambda n: (asked[n].last, asked[n].count, n))
            found.append(Suggestion("moment", old, new, asked[old].count, "cx"))
    if found:
        return tuple(found), [data_finding("review", "questions_nearly_match", count=len(found))]
    return (), []


def _close_pairs(
    asked: Mapping[str, _Asked], scales: Mapping[str, Scale], settings: Settings
) -> dict[tuple[str, str], float]:
    """Two questions never asked at one time, on one scale -> how like they are, where that is
    enough; by all wordings that somebody said mean them.
    """
    wordings = {
        name: [name, *(o for o in settings.same_questions if settings.question(o) == name)]
        for name in asked
    }
    words = {text: _words(text) for texts in wordings.values() for text in texts}
    telling = _telling(list(words.values()))
    close: dict[tuple[str, str], float] = {}
    for a, b in combinations(asked, 2):
        if scales[a] == scales[b] and asked[a].apart(asked[b]):
            score = max(
                _likeness(words[x], words[y], telling) for x in wordings[a] for y in wordings[b]
            )
            if score >= _CLOSE:
                close[a, b] = score
    return close


class _Asked:
    """When a question was answered, and how often.

    waves: numbers of waves, or of files where no day is known; first, last: days; dated: whether
    every answer has its day.
    """

    def __init__(self, waves: set[int], days: np.ndarray, count: int) -> None:
        self.waves = waves
        self.count = count
        known = days[~np.isnat(days)]
        self.dated = len(known) == len(days) > 0
        never = np.datetime64(0, "D")
        self.first: np.datetime64 = known.min() if len(known) else never
        self.last: np.datetime64 = known.max() if len(known) else never

    def apart(self, other: _Asked) -> bool:
        """Whether the two were never asked at one time."""
        in_turn = (
            self.dated and other.dated and (self.last < other.first or other.last < self.first)
        )
        return bool(in_turn) or not self.waves & other.waves


def _asked(cx: pd.DataFrame, names: Sequence[str]) -> dict[str, _Asked]:
    """Question that anybody answered -> when; empty where neither days nor files tell waves."""
    days = np.full(len(cx), np.datetime64("NaT", "D"))
    if "responded_at" in cx:
        days = cx["responded_at"].to_numpy(dtype="datetime64[D]")
    if not np.isnat(days).all():
        wave = numbered_by_gaps(days, _EMPTY_DAYS)
    elif "_source" in cx:
        wave = cx["_source"].to_numpy(dtype=np.int64)
    else:
        return {}
    found = {}
    for name in names:
        rated = cx[f"{RATING}{name}"].notna().to_numpy()
        if rated.any():
            found[name] = _Asked(set(wave[rated].tolist()), days[rated], int(rated.sum()))
    return found


def _best(close: Mapping[tuple[str, str], float], name: str) -> str | None:
    """The question closest to this one; None where there is none, or two are as close."""
    scores = {b: score for (a, b), score in close.items() if a == name}
    scores |= {a: score for (a, b), score in close.items() if b == name}
    if not scores:
        return None
    best = max(scores.values())
    closest = [other for other, score in scores.items() if score == best]
    if len(closest) > 1:
        return None
    return closest[0]


def _words(name: str) -> list[str]:
    """The words of a question, each once, as they are compared."""
    return list(dict.fromkeys(folded(clean(name) or name).split()))


def _alike(a: str, b: str) -> bool:
    """True for one word in two forms; numbers exactly."""
    return a == b or (not _NUMBER.search(a + b) and fuzz.ratio(a, b) >= _ALIKE)


def _telling(names: Sequence[Sequence[str]]) -> dict[str, float]:
    """How much each word tells: the longer the more, little where all have it ("how easy")."""
    found = {}
    for word in dict.fromkeys(word for words in names for word in words):
        holding = sum(any(_alike(word, w) for w in words) for words in names)
        others = max(holding - 1, 1)  # a pair's own word tells in full
        found[word] = len(word) * math.log((len(names) + 1) / others)
        if _ASKING.match(word):
            found[word] *= _ASKING_TELLS
    return found


def _likeness(a: Sequence[str], b: Sequence[str], telling: Mapping[str, float]) -> float:
    """Share of their telling words that two questions have in common; 0 if their numbers differ."""
    if {w for w in a if _NUMBER.search(w)} != {w for w in b if _NUMBER.search(w)}:
        return 0.0
    shared = 0.0
    rest = list(b)
    for word in a:
        partner = max(
            (w for w in rest if _alike(word, w)), key=lambda w: fuzz.ratio(word, w), default=None
        )
        if partner is not None:
            rest.remove(partner)
            shared += telling[word] + telling[partner]
    whole = sum(telling[w] for w in a) + sum(telling[w] for w in b)
    if whole > 0:
        return shared / whole
    return 0.0
