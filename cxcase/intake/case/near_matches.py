"""Ids and team names that nearly match: suggested with counts, applied only where a person accepted
them.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from cxcase.estimate import Ints
from cxcase.intake.result import Suggestion
from cxcase.intake.schema import Role
from cxcase.intake.values.among import among
from cxcase.settings import ID_RULES

_JUDGED = 20_000  # ids by which the rules are chosen; the count is made on all
_MILDEST = (
    "case",
    "punctuation",
    "zeros",
    "prefix",
)  # of rules that do as much, the first is suggested
_ALIKE = 80.0  # rapidfuzz ratio of the whole names, below which their words are not compared
_LONG = 6  # letters a word must have before one wrong letter is taken for a slip
_SEVERAL = 3  # names from which a word that stands in all of them is one that they share
_MOST_NAMES = 500  # names without a partner beyond which they are not compared one by one
_UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "å": "aa"}
)

_STRIP: Mapping[str, Callable[[pd.Series], pd.Series]] = {  # in this order
    "case": lambda ids: ids.str.lower(),
    "prefix": lambda ids: ids.str.replace(r"^[^\W\d_]+[\W_]*(?=\d)", "", regex=True),
    "punctuation": lambda ids: ids.str.replace(r"[\W_]+", "", regex=True),
    "zeros": lambda ids: ids.str.replace(r"^(\D*)0+(?=\d)", r"\1", regex=True),
}


# ---- ids -----------------------------------------------------------------------------------------


def stripped(ids: pd.Series, rules: Iterable[str]) -> pd.Series:
    """The ids (n,) as they are compared when these rules are ignored; one that nothing is left of
    is missing.
    """
    rules = set(rules)
    for rule in ID_RULES:
        if rule in rules:
            ids = _STRIP[rule](ids)
    return ids.where(ids != "")


def _meet(unknown: pd.Series, everyone: pd.Series, rules: Iterable[str]) -> Ints:
    """Where each of the unknown ids (n,) would go: position in the list's ids, -1 nowhere, -2 to
    several.
    """
    theirs = stripped(unknown, rules)
    ours = stripped(everyone, rules)
    kept = ours.notna()
    place = np.flatnonzero(kept.to_numpy())
    ours = ours[kept]
    several = pd.Index(ours[ours.duplicated(keep=False)].unique())
    once = ~ours.duplicated()
    found = pd.Index(ours[once]).get_indexer(pd.Index(theirs))
    if once.any():
        to = np.where(found >= 0, place[once.to_numpy()][found], -1)
    else:
        to = np.full(len(theirs), -1)
    to = np.where(theirs.isna().to_numpy(), -1, to)
    return np.where((to >= 0) & theirs.isin(several).to_numpy(), -2, to).astype(np.int64)


def apply_ids(
    cx: pd.DataFrame, everyone: pd.Index, rules: Sequence[str]
) -> tuple[pd.DataFrame, int]:
    """(the responses with ids of the list where the rules, ignored, lead to exactly one; how many
    were moved).
    """
    if not rules or not len(cx) or not len(everyone):
        return cx, 0
    ids = cx["customer_id"].astype("str")
    unknown = ~ids.isin(everyone)
    met = _meet(ids[unknown], pd.Series(everyone, dtype="str"), rules)
    moved = met >= 0
    if not moved.any():
        return cx, 0
    rows = np.flatnonzero(unknown.to_numpy())[moved]
    new = ids.to_numpy(dtype=object).copy()
    new[rows] = everyone.to_numpy(dtype=object)[met[moved]]
    return cx.assign(customer_id=pd.Series(new, index=cx.index, dtype="str")), int(moved.sum())


def suggest_ids(unknown: pd.Series, everyone: pd.Index) -> tuple[Suggestion, ...]:
    """The fewest rules that, ignored, let the most responses match. unknown (n,): ids of responses
    in no list.
    """
    ids = pd.Series(everyone, dtype="str")
    unknown = unknown.astype("str").reset_index(drop=True)
    if unknown.empty or ids.empty:
        return ()
    possible = _meet(unknown, ids, ID_RULES) != -1
    if not possible.any():
        return ()
    rules = _fewest_rules(unknown[possible], ids)
    met = _meet(unknown, ids, rules)
    count = int((met >= 0).sum())
    if not count:
        return ()
    example = int(np.flatnonzero(met >= 0)[0])
    meant = str(everyone[int(met[example])])
    ambiguous = int((met == -2).sum())
    return (
        Suggestion("customer_id", str(unknown.iloc[example]), meant, count, "cx", rules, ambiguous),
    )


def _fewest_rules(unknown: pd.Series, ids: pd.Series) -> tuple[str, ...]:
    """The smallest set of rules under which most of these ids meet exactly one of the list's."""
    unknown = unknown.drop_duplicates()
    unknown = unknown.iloc[:: max(1, len(unknown) // _JUDGED)]
    near = among(stripped(ids, ID_RULES), stripped(unknown, ID_RULES))
    ids = ids[near]
    sets = [rules for size in range(1, len(_MILDEST) + 1) for rules in combinations(_MILDEST, size)]
    met = [int((_meet(unknown, ids, rules) >= 0).sum()) for rules in sets]
    chosen = sets[int(np.argmax(met))]
    return tuple(rule for rule in ID_RULES if rule in chosen)


# ---- team names ----------------------------------------------------------------------------------


def apply_teams(frame: pd.DataFrame, same: Mapping[str, str]) -> tuple[pd.DataFrame, int]:
    """(the table with team names as they are meant, how many rows that changed)."""
    if not same or "team" not in frame:
        return frame, 0
    moved = frame["team"].isin(list(same))
    if not moved.any():
        return frame, 0
    return frame.assign(team=frame["team"].replace(dict(same))), int(moved.sum())


def suggest_teams(counts: Mapping[Role, pd.Series]) -> tuple[Suggestion, ...]:
    """Names that may be one team. counts: table -> its rows (or answers) by team name, only names
    that may be shown.

    Names that differ in case, punctuation or umlauts only are suggested wherever they stand, also
    in one table. A slip or an abbreviation is suggested only between a name that the customer list
    lacks and one that only it has, where each is the other's best match. A word that all names of
    a table share ("Area North", "Area South") tells none of them apart and may be missing.
    """
    names = {
        table: {str(n): int(c) for n, c in by.items()} for table, by in counts.items() if len(by)
    }
    reference: Role | None = next((t for t in ("customers", "cx") if t in names), None)
    if reference is None:
        return ()
    found = list(_spelt_alike(names, reference))
    for table, here in names.items():
        settled = {n for s in found if s.table == table for n in (s.found, s.meant)}
        left = {n: c for n, c in here.items() if n not in names[reference] and n not in settled}
        free = [n for n in names[reference] if n not in here and n not in settled]
        same = _but_for_shared_words(left, free, table)
        found += same
        left = {n: c for n, c in left.items() if n not in {s.found for s in same}}
        free = [n for n in free if n not in {s.meant for s in same}]
        if max(len(left), len(free)) <= _MOST_NAMES:
            found += _nearly_alike(left, free, table)
    return tuple(found)


def _but_for_shared_words(
    left: Mapping[str, int], free: Sequence[str], table: Role
) -> list[Suggestion]:
    """Names that are one once each side's own shared words are left out."""
    ours = _told_apart(free)
    return [
        Suggestion("team", name, ours[bare], left[name], table)
        for bare, name in _told_apart(list(left)).items()
        if bare in ours
    ]


def _told_apart(names: Sequence[str]) -> dict[str, str]:
    """What is left of each name without the words that all of them share -> the name; only what one
    name alone comes to.
    """
    words = {name: folded(name).split() for name in names}
    shared: set[str] = set()
    if len(names) >= _SEVERAL:
        shared = set.intersection(*map(set, words.values()))
    bare = {name: " ".join(w for w in said if w not in shared) for name, said in words.items()}
    often = Counter(bare.values())
    return {text: name for name, text in bare.items() if text and often[text] == 1}


def _spelt_alike(names: Mapping[Role, Mapping[str, int]], reference: Role) -> Iterable[Suggestion]:
    """Names equal once folded: all mean the one that most of the reference's rows carry."""
    groups: dict[str, set[str]] = {}
    for here in names.values():
        for name in here:
            groups.setdefault(folded(name), set()).add(name)
    for key, spellings in groups.items():
        if key and len(spellings) > 1:
            ordered = sorted(spellings, key=lambda n: (-names[reference].get(n, 0), n))
            for table, here in names.items():
                yield from (
                    Suggestion("team", n, ordered[0], here[n], table)
                    for n in ordered[1:]
                    if n in here
                )


def _nearly_alike(left: Mapping[str, int], free: Sequence[str], table: Role) -> list[Suggestion]:
    """Mutual best matches between a table's names and the reference's that lack a partner."""
    if not left or not free:
        return []
    theirs = [folded(n) for n in left]
    ours = [folded(n) for n in free]
    scores = process.cdist(theirs, ours, scorer=fuzz.token_sort_ratio, score_cutoff=_ALIKE)
    for i, j in zip(*np.nonzero(scores), strict=True):
        if not _one_name(theirs[i], ours[j]):
            scores[i, j] = 0.0
    found = []
    for i, (name, count) in enumerate(left.items()):
        j = int(scores[i].argmax())
        best = scores[i, j]
        alone = (scores[i] == best).sum() == 1 and (scores[:, j] == best).sum() == 1
        if best > 0 and alone and scores[:, j].max() == best:
            found.append(Suggestion("team", name, free[j], count, table))
    return found


def folded(name: str) -> str:
    """The name in lower case without accents and punctuation, umlauts written out."""
    text = unicodedata.normalize("NFC", name).casefold().translate(_UMLAUTS)
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[\W_]+", " ", text).split())


def _one_name(a: str, b: str) -> bool:
    """True when the words of two folded names are the same but for slips and abbreviations, numbers
    exactly.
    """
    first = sorted(a.split())
    second = sorted(b.split())
    return len(first) == len(second) and all(map(_one_word, first, second))


def _one_word(a: str, b: str) -> bool:
    if a == b:
        return True
    if re.search(r"\d", a + b) or a[0] != b[0]:
        return a.isdecimal() and b.isdecimal() and int(a) == int(b)
    short, long = sorted((a, b), key=len)
    if len(short) >= _LONG and Levenshtein.distance(a, b) <= 1:
        return True
    return (
        2 <= len(short) < len(long)
        and short[-1] == long[-1]
        and _within(short, long)
        and _no_new_vowel(short)
    )


def _within(short: str, long: str) -> bool:
    """True when the letters of `short` stand in `long` in this order."""
    rest = iter(long)
    return all(letter in rest for letter in short)


def _no_new_vowel(short: str) -> bool:
    """True for an abbreviation such as "nth" or "mgmt", which leaves vowels out."""
    return not re.search("[aeiou]", short[1:])
