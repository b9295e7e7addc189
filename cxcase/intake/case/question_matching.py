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
from cxcase.intake.result import Suggestion
from cxcase.intake.roles.cx_comments import OF_MOMENT
from cxcase.intake.roles.ex_waves import WAVE_GAP
from cxcase.intake.schema import Scale
from cxcase.intake.vocabulary.headings import clean
from cxcase.settings import Settings

_CLOSE = 0.6  # share of their telling words that two questions have in common
_ALIKE = 75.0  # rapidfuzz ratio at which two words are one: "order" and "ordering"
_NUMBER = re.compile(r"\d+")
# words that ask rather than say of what: half of what others tell, in the languages of the headings
_ASKING = re.compile(
    r"satisf|eas(e|y|iness)$|rat(e|ed|ing)$|scor|experien|zufrieden|einfach|erfahrung|content|facil|tevreden|makkelijk"
    r"|ervaring|soddisf|esperien|nojd|enkel|upplev|spokoj|snadn|zkusen|zadowol|latw|doswiad"
)


# ---- what somebody accepted ----------------------------------------------------------------------


def apply_questions(
    cx: pd.DataFrame, scales: Mapping[str, Scale], settings: Settings, findings: list[Finding]
) -> tuple[pd.DataFrame, Mapping[str, Scale]]:
    """(the responses with each question under the name that is meant, scales by moment); what moved
    is said.

    Both must be there, on one scale. Where somebody rated both, the rating under the name that is
    meant stands.
    """
    pairs = {name: settings.question(name) for name in scales}
    pairs = {a: b for a, b in pairs.items() if a != b and b in scales and scales[a] == scales[b]}
    cx = cx.copy(deep=False)
    moved = 0
    for found, meant in pairs.items():
        moved += int(cx[f"rating:{found}"].notna().sum())
        for kind in ("rating:", "lived:", "unanswered:", OF_MOMENT):
            _join(cx, kind + found, kind + meant)
    if pairs:
        findings.append(Finding("ok", "same_questions_applied", "data", {"count": moved}))
    return cx, {name: scale for name, scale in scales.items() if name not in pairs}


def _join(cx: pd.DataFrame, found: str, meant: str) -> None:
    if found not in cx:
        return
    if meant not in cx:
        cx[meant] = cx[found]
    elif cx[meant].dtype == bool:
        cx[meant] = cx[meant] | cx[found]
    else:
        cx[meant] = cx[meant].where(cx[meant].notna(), cx[found])
    del cx[found]


# ---- what may be the same ------------------------------------------------------------------------


def suggest_questions(
    cx: pd.DataFrame | None,
    scales: Mapping[str, Scale],
    settings: Settings,
    findings: list[Finding],
) -> tuple[Suggestion, ...]:
    """Pairs of questions on one scale that are close in wording and were never asked in the same
    wave.

    Each is the other's best match, by wordings that were accepted before, too; the one asked last
    is meant.
    """
    asked = {} if cx is None else _asked(cx, [name for name in scales if f"rating:{name}" in cx])
    called = {
        n: [n, *(o for o in settings.same_questions if settings.question(o) == n)] for n in asked
    }
    words = {text: _words(text) for texts in called.values() for text in texts}
    telling = _telling(list(words.values()))
    close: dict[tuple[str, str], float] = {}
    for a, b in combinations(asked, 2):
        if scales[a] == scales[b] and asked[a].apart(asked[b]):
            score = max(
                _likeness(words[x], words[y], telling) for x in called[a] for y in called[b]
            )
            if score >= _CLOSE:
                close[a, b] = score
    best = {n: _best(close, n) for n in asked}
    found = []
    for a, b in close:
        if best[a] == b and best[b] == a:
            old, new = sorted((a, b), key=lambda n: (asked[n].last, asked[n].count, n))
            found.append(Suggestion("moment", old, new, asked[old].count, "cx"))
    if found:
        findings.append(Finding("review", "questions_nearly_match", "data", {"count": len(found)}))
    return tuple(found)


class _Asked:
    """When a question was answered: waves (or files, where no day is known), first and last day,
    and how often.
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
    """Of every question that anybody answered, when. Nothing where neither days nor files tell
    waves apart.
    """
    days = np.full(len(cx), np.datetime64("NaT", "D"))
    if "responded_at" in cx:
        days = cx["responded_at"].to_numpy(dtype="datetime64[D]")
    known = np.unique(days[~np.isnat(days)])
    if len(known):
        starts = known[1:][np.diff(known) > WAVE_GAP]
        wave = np.where(np.isnat(days), -1, np.searchsorted(starts, days, side="right"))
    elif "_source" in cx:
        wave = cx["_source"].to_numpy(dtype=np.int64)
    else:
        return {}
    found = {}
    for name in names:
        rated = cx[f"rating:{name}"].notna().to_numpy()
        if rated.any():
            found[name] = _Asked(set(wave[rated].tolist()), days[rated], int(rated.sum()))
    return found


def _best(close: Mapping[tuple[str, str], float], name: str) -> str | None:
    """The question closest to this one; None where there is none, or two are as close."""
    scores = sorted(
        ((s, b if a == name else a) for (a, b), s in close.items() if name in (a, b)), reverse=True
    )
    if not scores or (len(scores) > 1 and scores[0][0] == scores[1][0]):
        return None
    return scores[0][1]


def _words(name: str) -> list[str]:
    return list(dict.fromkeys(folded(clean(name) or name).split()))


def _alike(a: str, b: str) -> bool:
    return a == b or (not _NUMBER.search(a + b) and fuzz.ratio(a, b) >= _ALIKE)


def _telling(names: Sequence[Sequence[str]]) -> dict[str, float]:
    """How much each word tells: the longer the more, and little where all have it ("how easy was it
    to …").
    """
    found = {}
    for word in dict.fromkeys(word for words in names for word in words):
        others = (
            sum(any(_alike(word, w) for w in words) for words in names) - 1
        )  # a pair's own word tells in full
        part = 0.5 if _ASKING.match(word) else 1.0
        found[word] = part * len(word) * math.log((len(names) + 1) / max(others, 1))
    return found


def _likeness(a: Sequence[str], b: Sequence[str], telling: Mapping[str, float]) -> float:
    """Share of their telling words that two questions have in common; 0 where their numbers differ."""
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
