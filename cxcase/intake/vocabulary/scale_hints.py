"""What a heading says about its scale: its ends, which is good, whether it is reverse-scored."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from cxcase.intake.schema import Scale
from cxcase.intake.vocabulary.answer_words import meaning, plain, polarity, words_of, written
from cxcase.intake.vocabulary.headings import STRONG, clean, fields_of, fit
from cxcase.settings import METRICS

# how a question begins that is answered by a mark, whatever it asks about
_OPENS = re.compile(
    r"^(please )?(how (easy|difficult|satisfied|happy|likely|well|good)|rate |how would you rate"
    r"|to what extent)"
    r"|^wie (einfach|leicht|gut|zufrieden)"
)
_ASKS = re.compile(
    _OPENS.pattern + r"|\b(satisf|zufrieden|tevreden|nöjd|fornøyd|tilfreds|soddisfatt|bewerte)"
)
_NEAR = 80  # characters after numbers in which the word that they count stands
_LOWS = (0, 1)
_HIGHS = (3, 4, 5, 6, 7, 8, 9, 10, 100)
_USUAL = (4, 5, 6, 7, 10, 100)  # ends that need no brackets around them
_BETWEEN = r"\s*(?:-|–|—|to|till|til|tot|bis|à|a|até|hasta|do|al|\.\.\.?|…|/|إلى)\s*"
_NUMBERS = re.compile(
    rf"(?<![\w.,/-])([-+−]?\d{{1,3}}){_BETWEEN}([-+−]?\d{{1,3}})(?!\w|[.,/-]\d)", re.IGNORECASE
)
_END = re.compile(
    r"(?<![\w.,])([-+−]?\d{1,3})\s*(?:[=:]|\s-\s|\s–\s)\s*([^\d=;…\[\]()]+)", re.IGNORECASE
)
# ends told by words behind their numbers alone: "1 sad - 4 love", "1 (poor) to 5 (excellent)"
_SPOKEN_ENDS = re.compile(
    r"(?<![\w.,/-])([01])\s*\(?([^\W\d][^\d=:;()\[\]/]*?)\)?"
    r"\s*(?:-|–|—|,|/|…|\.\.\.?|\b(?:to|bis|à|a|tot|till)\b)\s*"
    r"(\d{1,3})\s*\(?([^\W\d][^\d=:;()\[\]/]*)",
    re.IGNORECASE,
)
# marks as schools give them: 1 is the best in Germany and Austria, 6 in Switzerland
_SCHOOL_MARKS = re.compile(
    r"\b(schulnoten?\w*|benot(en|ung|est)|(?!key|foot|end|bank|side)\w*noten?|zensur(en)?)\b",
    re.IGNORECASE,
)
_ANY_MARKS = re.compile(r"\b(marks?|grades?|marking|grading)\b", re.IGNORECASE)
_SIX_MARKS = re.compile(r"\bschulnote|\bbenot(en|ung|est)\b", re.IGNORECASE)
_ONE_IS_BEST = re.compile(
    r"\b(german|deutsch\w*|germany|deutschland|austrian?|österreich\w*)\b", re.IGNORECASE
)
_SIX_IS_BEST = re.compile(r"\b(swiss|switzerland|schweiz\w*|suisse)\b", re.IGNORECASE)
# "note" as the French say it, where a high one is good
_FRENCH = re.compile(
    r"\bnotes?\W+(de|du|des|d|sur|globale|générale|generale|moyenne|client)\b"
    r"|\b(votre|la|une|sa)\W+note\b",
    re.IGNORECASE,
)
_SCHOOL_SCALE = Scale(1, 6)
_HUNDRED = Scale(0, 100)
_UNIT = re.compile(r"[(\[,]\s*(?:in |en |em |i )?([^\W\d]+)\.?\s*[)\]]?\s*$", re.IGNORECASE)
_GERMAN = re.compile(
    r"\b(kunden?(nr|nummer|id)?|datum|abgabedatum|befrag\w*|bewert\w*|\w*zufrieden\w*|lieferung\w*"
    r"|rechnung\w*|beratung\w*|weiterempfehl\w*|antwort\w*|wie|mit|der|die|das|ich|mein\w*)\b",
    re.IGNORECASE,
)
# one end alone, told by what is best: "1 = best", "1 ist die beste Note", "5 (best)"
_BEST = re.compile(
    r"(?<![\w.,/-])(\d{1,2})\s*(?:=|:|-|–|\(|\bis\b|\bist\b|\best\b|\bes\b|\bè\b|\bé\b|\bär\b|\ber\b)"
    r"\s*(?:the |das |die |der |la |le |el |lo |il |o |a |de |het |den |det )?"
    r"(?:best\w*|meilleur\w*|mejor|migliore?|melhor|bäst\w*|bedst\w*|najleps\w*)\b(?!\s+(?!note|mark|grade|score|bewertung|wert)[^\W\d]{3,})",
    re.IGNORECASE,
)
_RANK = re.compile(
    r"\b(ranks?|ranked|ranking|rang|rangfolge|reihenfolge|rangliste|classement|classez|clasifica\w*"
    r"|order of (preference|importance|priority)|preference order)\b"
)
_OUT_OF = re.compile(
    r"(?:(?<!\d)/|\b(?:out of|von|sur|sobre|su|van|av|af)\b)\s*"
    r"(\d{1,3})\b(?!\s*(?:bis|to|à|a|-|–)\s*\d)",
    re.I,
)
_POINTS = re.compile(
    r"\b(\d{1,2})[\s-]*(?:point|points|punkte?|puntos|punti|pontos|punts|poäng|stars?|sterne)\b",
    re.I,
)
_PERCENT = re.compile(
    r"\(\s*%\s*\)|\[\s*%\s*\]|%|\bper ?cent(age)?\b|\bprozent\b|\bpourcent", re.IGNORECASE
)
_REVERSED = re.compile(
    r"[(\[]\s*(r|rev|reversed?|reversed? item|reverse[- ](scored|coded|keyed)"
    r"|negativ\w*( item)?|invers\w*|invert\w*)\s*[)\]]|\breverse[- ]?(scored|coded|keyed)\b",
    re.IGNORECASE,
)
_EFFORT = re.compile(
    r"\b(effort|aufwand|esfuerzo|sforzo|esforço|moeite|ansträngning|besvær|innsats)\b",
    re.IGNORECASE,
)
_EASE = re.compile(r"\b(easy|ease|einfach|leicht|facile)\b")
_MUCH = re.compile(
    r"\b(high|a lot|much|great deal|hoch|hoher|viel|eleve|beaucoup|alto|mucho|molto|muito|veel)\b"
)
_LITTLE = re.compile(
    r"\b(low|little|none|no|niedrig|gering|wenig|kein|faible|peu|bajo|poco|basso|baixo|weinig"
    r"|lite)\b"
)
_IMPORTANCE = re.compile(
    r"\b(importan(ce|t|te|cia|za|ti)|wichtig(keit)?|belangrijk(heid)?|viktigt?|vigtigt?|ważn\w+"
    r"|prioritise)\b"
)


@lru_cache(maxsize=2**12)
def labelled_scale(heading: str) -> Scale | None:
    """The scale that a heading states; None where it states none.

    "(1-7)", "0 to 10", "1 = hard, 7 = easy", "/10", "sur 5", "5-point", "(%)".
    """
    for first, last, certain in _stated_ends(heading):
        low = min(first, last)
        high = max(first, last)
        if low in _LOWS and high in (_HIGHS if certain else _USUAL):
            return Scale(low, high)
        if low == -high and high in (1, 2, 3, 5, 100) and certain:
            return Scale(low, high)
    return _by_its_top(heading) or (_SCHOOL_SCALE if _in_six_marks(heading) else None)


def _stated_ends(heading: str) -> Iterator[tuple[int, int, bool]]:
    """(one end, the other, whether they can be nothing else), by words beside them, then alone."""
    ends = _ends(heading)
    if len(ends) >= 2:
        yield ends[0][0], ends[-1][0], True
    for match in _NUMBERS.finditer(heading):
        if not _amount(heading, match):
            yield _whole(match[1]), _whole(match[2]), _bracketed(heading, match)


def _by_its_top(heading: str) -> Scale | None:
    """The scale of "out of 10", "5 points" or "%": one out of ten or a hundred begins at 0."""
    match = _OUT_OF.search(heading)
    if match and int(match[1]) in _USUAL:
        return Scale(0 if int(match[1]) >= 10 else 1, int(match[1]))
    match = _POINTS.search(heading)
    if match and int(match[1]) in _USUAL:
        return Scale(1, int(match[1]))
    if _PERCENT.search(heading):
        return Scale(0, 100)
    return None


def _ends(heading: str) -> list[tuple[int, str]]:
    """(number, the words beside it), lowest first, without what is no rating ("0 = n/a")."""
    told = sorted(
        (_whole(m[1]), m[2])
        for m in _END.finditer(heading)
        if not plain(m[2]) or meaning(m[2]) is None
    )
    return told if len(told) > 1 else _spoken_ends(heading) or told


def _spoken_ends(heading: str) -> list[tuple[int, str]]:
    """The same of words that follow their numbers without a sign between, where they are ends."""
    match = _SPOKEN_ENDS.search(heading)
    if match is None or int(match[3]) not in _HIGHS:
        return []
    words = (match[2], match[4])
    if any(plain(w).split(" ")[0] in words_of("amounts") for w in words):
        return []
    told = any(map(polarity, words)) or heading[: match.start()].rstrip().endswith(("(", "["))
    return [(int(match[1]), words[0]), (int(match[3]), words[1])] if told else []


def _in_six_marks(heading: str) -> bool:
    told = _SCHOOL_MARKS.search(heading) and _ONE_IS_BEST.search(heading)
    return bool(told or _SIX_MARKS.search(heading))


def asks_for_rating(heading: str) -> bool:
    """True for a heading that asks how good something was, or names a score."""
    metrics = [fields_of("cx")[metric] for metric in METRICS]
    return bool(_ASKS.search(clean(heading))) or any(fit(heading, m) >= STRONG for m in metrics)


def opens_for_a_mark(heading: str) -> bool:
    """True for a question that only a mark answers, by how it begins: "How easy was it to …"."""
    return bool(_OPENS.search(clean(heading)))


def out_of_a_hundred(heading: str) -> bool:
    """True for marks up to 100; percent, which are of many things, only where a rating is asked."""
    if labelled_scale(heading) != _HUNDRED:
        return False
    return asks_for_rating(heading) or not _PERCENT.search(heading)


def names_marks(heading: str) -> bool:
    """True for a heading of marks as schools give them, of which 1 or the highest is best."""
    if _FRENCH.search(heading) or _by_its_top(heading):
        return False
    return bool(_SCHOOL_MARKS.search(heading) or _ANY_MARKS.search(heading))


def speaks_german(heading: str) -> bool:
    """True for a heading in German words that surveys there have."""
    return bool(_GERMAN.search(heading))


def marks_of_any_scale(heading: str) -> bool:
    """True for a heading of marks whose word is one for ratings of any length as well ("mark")."""
    return names_marks(heading) and not _SCHOOL_MARKS.search(heading)


def _whole(text: str) -> int:
    return int(text.replace("−", "-"))


def _bracketed(heading: str, match: re.Match[str]) -> bool:
    before = heading[: match.start()].rstrip()
    after = heading[match.end() :].lstrip()
    if before.endswith(("(", "[")) or after[:1] in ")]":
        return True
    return "scale" in before.lower() or "skala" in before.lower()


def measured_in(heading: str) -> bool:
    """True for a heading that ends with a unit of time or of things: "Wait time (min)"."""
    match = _UNIT.search(heading)
    return match is not None and plain(match[1]) in words_of("amounts")


def _amount(heading: str, match: re.Match[str]) -> bool:
    """True when the numbers count something: "1-5 days"."""
    following = plain(heading[match.end() : match.end() + _NEAR]).split()
    return bool(following) and following[0] in words_of("amounts")


def high_is_bad(heading: str) -> bool | None:
    """Whether the high end is the bad one by the words beside the ends; None: they say nothing.

    True for "1 = very easy, 7 = very hard".
    """
    ends = _ends(heading)
    best = best_end(heading)
    if best is not None and len(ends) < 2:
        return best in _LOWS
    if not ends:
        return _best_by_country(heading) if names_marks(heading) else None
    effort = bool(_EFFORT.search(heading))
    signs = {number: _sign(text, effort) for number, text in ends}
    first = ends[0][0]
    last = ends[-1][0]
    if first == last:
        if not signs[first] or first in _LOWS:
            return None
        return signs[first] < 0
    if signs[last] == signs[first]:
        return None
    return signs[last] < 0 or signs[first] > 0


def best_end(text: str) -> int | None:
    """The number that a text calls the best, "1 is best", "1 ist die beste Note"; None: it names
    none.
    """
    match = _BEST.search(text)
    return int(match[1]) if match else None


def _best_by_country(heading: str) -> bool | None:
    """Whether the high mark is the bad one in the country whose marks these are; None: unknown."""
    if _ONE_IS_BEST.search(heading):
        return True
    return False if _SIX_IS_BEST.search(heading) else None


def _sign(text: str, effort: bool) -> int:
    """-1 for the words of a bad end, 1 of a good one, 0 for others. effort: the question is about
    effort.
    """
    if effort and _LITTLE.search(plain(text)):
        return 1
    if effort and _MUCH.search(plain(text)):
        return -1
    return polarity(text)


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{p})" for p in written("bad_when_high", name)), re.IGNORECASE)


def asks_effort(heading: str) -> bool:
    """True for a question after effort ("How much effort did it take?"): a high mark is bad."""
    cleaned = clean(heading)
    return bool(_pattern("effort").search(cleaned)) and not _EASE.search(cleaned)


def bad_statement(heading: str) -> bool:
    """True for a statement that is bad when people agree ("I had to put in a lot of effort")."""
    return bool(_pattern("statement").search(clean(heading)))


def bad_of_staff(heading: str) -> bool:
    """True for a statement of an employee that is bad when people agree ("I feel exhausted"),
    unless it denies it or tells of help with it.
    """
    cleaned = clean(heading)
    if _pattern("unless").search(cleaned):
        return False
    return bool(_pattern("staff").search(cleaned)) or bad_statement(heading)


def counts_problems(heading: str) -> bool:
    """True for a question how often something bad happens: "Problems (1 = never, 5 = always)"."""
    often = all(_pattern(end).search(heading.lower()) for end in ("never", "always"))
    return often and bool(_pattern("problem").search(clean(heading)))


def reversed_item(heading: str) -> bool:
    """True when the heading labels the item as reverse-scored."""
    return bool(_REVERSED.search(heading))


def marked_for_turning(heading: str) -> bool:
    """True for the label that surveys put to items they have still to turn, "(R)" alone."""
    return heading.rstrip().endswith(("(R)", "[R]"))


def about_importance(heading: str) -> bool:
    """True when the question asks how important something is, not how well it goes."""
    return bool(_IMPORTANCE.search(clean(heading)))


def about_rank(heading: str) -> bool:
    """True when the question asks for an order, in which 1 is best and the others follow."""
    return bool(_RANK.search(clean(heading)))
