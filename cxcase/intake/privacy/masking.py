"""What could say who somebody is, taken out of free text: addresses, numbers and names.

Names leave the reading process only as keyed hashes, whose key lives in this process's memory and
nowhere else; they serve to find the same names in comments, and are never stored.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b

LINK = "[link]"
MAIL = "[e-mail]"
NUMBER = "[number]"
NAME = "[name]"
MASKS = (LINK, MAIL, NUMBER, NAME)
_LEAST_DIGITS = 5  # in a run of digits from which it may be a telephone or an account number
# share of comments with a word in lower case from which it is a word, whoever is called so
_COMMON = 0.01
_COMMON_LEAST = 10
_LONGEST = 6  # words of a company's name that are compared
_HINT = re.compile(r"\d|@|www|://|\bat\b|\.\w", re.IGNORECASE)
# no words among them
_DOMAINS = "com|net|org|info|biz|io|eu|uk|de|fr|es|nl|ch|dk|fi|pl|pt|ie|ca|au|nz|jp|cn|kr|ae|sa"
# repetitions are bounded, so that no text, however odd, takes longer than its length
_LINK = re.compile(
    rf"\b(?:(?i:https?://|www\.)\S+[^\s.,;:!?)]"
    rf"|[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{0,5}}\.(?:{_DOMAINS})\b(?:/\S*)?)"
)
_MAIL = re.compile(
    r"[^\s@<>()\[\]{},;:\"“”„«»]{1,64}\s?(?:@|＠|[(\[]\s?at\s?[)\]])\s?"
    r"[\w.-]{1,100}(?:\.|\s?[(\[]\s?dot\s?[)\]]\s?)\w{2,}"
)
_HANDLE = re.compile(r"(?<![\w.])@[\w.]{2,}")
_CODE = re.compile(  # letters with three digits or more: references, contracts, customers
    r"\b(?=(?:[A-Za-z_-]{0,40}\d){3})(?=[\w-]{0,40}[A-Za-z])[^\W_][\w-]*\b"
    r"|\b[A-Z]{1,6}[-/#: ]{1,2}\d{3,}\b",
    re.ASCII,
)
_DIGITS = re.compile(r"[+＋(（]?\d(?:(?:[\s().\-/－‐–—・（）·]{0,3}|,)\d)+")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{2,4}){3,8}\b")
_DAY = re.compile(r"\d{1,2}[./-]\d{1,2}[./-](?:\d{2}|\d{4})|(?:19|20)\d\d[./-]\d{1,2}[./-]\d{1,2}")
_THOUSANDS = re.compile(r"\d{1,3}(?:[,.]\d{3})+(?:[,.]\d{1,2})?")
_SPAN = re.compile(
    r"(?:19|20)\d\d\s?[-–/]\s?(?:19|20)?\d\d|\d{1,2}[:.]\d\d\s?[-–]\s?\d{1,2}[:.]\d\d"
)
_MONEY_BEFORE = re.compile(r"(?:[£€$¥₹]|\b(?:GBP|EUR|USD|CHF|JPY|AED|SAR|Fr|Rs)\.?)\s?$")
_MONEY_AFTER = re.compile(
    r"\s?(?:[£€$¥₹%円元]|(?:GBP|EUR|USD|CHF|JPY|AED|SAR|euros?|pounds|dollars?|kr)\b)",
    re.IGNORECASE,
)
# Arabic writes "and the", "with the", "to the" onto a word
_WRITTEN_ONTO = ("وال", "بال", "لل", "ال", "و", "ل", "ب")
_LEGAL = {
    "ltd", "limited", "llp", "llc", "inc", "plc", "corp", "co", "company", "group", "holdings",
    "gmbh", "ag", "kg", "ohg", "ug", "mbh", "se", "sa", "sas", "sarl", "sl", "slu", "srl", "spa",
    "bv", "nv", "ab", "as", "oy", "aps", "kk", "the", "and", "und", "et", "y", "of",
    "株式会社", "有限会社",
}  # fmt: skip
_TITLES = {
    "mr", "mrs", "ms", "miss", "dr", "prof", "herr", "frau", "mme", "mlle", "m", "sr", "sra",
    "don", "doña", "von", "van", "de", "der", "den", "la", "le", "el", "al", "bin", "ibn", "da",
    "di", "du", "san",
}  # fmt: skip
_PERSON = re.compile(
    r"\b((first|last|full|given|family|middle|contact|respondent|recipient|employee|person|user"
    r"|manager|agent)\s?names?"
    r"|surname|forename|contact( person)?"
    r"|(account|key account|customer success|site|branch|depot|area|store|contract) "
    r"(manager|lead|owner|director)|account owner|sales rep(resentative)?"
    r"|account rep(resentative)?|agent|technician|engineer"
    r"|served by|team leader|line manager|supervisor|advis[eo]r|consultant"
    r"|vorname|nachname|ansprechpartner(in)?"
    r"|kundenbetreuer(in)?|betreuer(in)?|mitarbeiter(in)?( name)?"
    r"|pr[ée]nom|nom de famille|interlocut(eur|rice)|contacto"
    r"|nombre( y apellidos?)?|apellidos?|referente|contactpersoon|kontaktperson)\b"
    r"|氏名|名前|担当者|姓|الاسم|اسم"
)
_NAMED = re.compile(
    r"^(name|nom|nome|namn|navn|naam)$"
    r"|\b(customer|client|account|company|organi[sz]ation|business|trading|firm|firmen|kunden)"
    r"\s?name\b"
    r"|^(company|organi[sz]ation|firma|unternehmen|entreprise|soci[ée]t[ée]|empresa|azienda)$"
    r"|raison sociale|会社名|顧客名|企業名|اسم الشركة|الشركة"
)
_E_MAIL = re.compile(r"e ?mail|courriel|correo|メール|البريد")


def name_columns(headings: Iterable[str]) -> Iterator[tuple[int, str]]:
    """(place, "person" | "named" | "mail") of the headings under which names stand.

    headings: cleaned, in lower case.
    """
    for place, heading in enumerate(headings):
        for kind, pattern in (("mail", _E_MAIL), ("named", _NAMED), ("person", _PERSON)):
            if pattern.search(heading):
                yield place, kind
                break


def mask_patterns(text: str) -> str:
    """The text without links, e-mail addresses and long numbers; money and dates stay."""
    if not _HINT.search(text):
        return text
    text = _HANDLE.sub(NAME, _LINK.sub(LINK, _MAIL.sub(MAIL, text)))
    return _DIGITS.sub(_number, _CODE.sub(NUMBER, _IBAN.sub(NUMBER, text)))


def _number(found: re.Match[str]) -> str:
    """What stands for a run of digits: itself where it is short, a day, years or money."""
    text = found[0]
    whole = found.string
    if sum(c.isdigit() for c in text) < _LEAST_DIGITS:
        return text
    if any(pattern.fullmatch(text) for pattern in (_DAY, _SPAN, _THOUSANDS)):
        return text
    if _MONEY_BEFORE.search(whole[: found.start()]) or _MONEY_AFTER.match(whole[found.end() :]):
        return text
    return NUMBER


@lru_cache(maxsize=2**16)
def fold(word: str) -> str:
    """The word as names are compared: no case, no accents, ae like ä."""
    word = word.casefold()
    if not word.isascii():
        letters = unicodedata.normalize("NFKD", word)
        word = "".join(c for c in letters if not unicodedata.combining(c))
    for two, one in (("ae", "a"), ("oe", "o"), ("ue", "u")):
        word = word.replace(two, one)
    return word


def pieces(text: str) -> list[str]:
    """The text cut at the borders of its words, with or without spaces; joined it is the text."""
    from icu4py.breakers import WordBreaker

    return list(WordBreaker(text, "en"))


def _words(text: str) -> list[str]:
    return [p for p in pieces(text) if p[0].isalnum()]


@dataclass(frozen=True)
class Names:
    """Names as keyed hashes.

    They are of persons' words, of words that may be names, and of whole phrases with their starts.
    """

    secret: str = field(default="", repr=False)
    hashed: frozenset[str] = field(default=frozenset(), repr=False)

    def __bool__(self) -> bool:
        return bool(self.hashed)

    def with_(self, more: Iterable[str]) -> Names:
        """These and others that were hashed with the same secret."""
        return Names(self.secret, self.hashed | frozenset(more))

    def has(self, kind: str, words: str) -> bool:
        """True when these folded words are a name of this kind."""
        return hashed(self.secret, kind, words) in self.hashed


def hashed(secret: str, kind: str, words: str) -> str:
    """What stands for these folded words outside the reading process."""
    return blake2b(f"{kind} {words}".encode(), key=secret.encode()[:64], digest_size=12).hexdigest()


def name_hashes(secret: str, kind: str, values: Iterable[str]) -> set[str]:
    """The hashes of a column of names. kind: as `name_columns` gives it."""
    return {hashed(secret, *entry) for value in values for entry in entries(kind, value)}


def entries(kind: str, value: str) -> Iterator[tuple[str, str]]:
    """("word" | "maybe" | "start" | "phrase", folded words) by which a name is found again."""
    if kind == "mail":
        value = re.split(r"[@＠]", value)[0].replace(".", " ").replace("_", " ").replace("-", " ")
    words = [fold(w) for w in _words(value)]
    if kind != "named":
        told = [w for w in words if _may_be_a_name(w) and (kind != "mail" or len(w) > 2)]
        yield from (("word", w) for w in told[:_LONGEST])
        return
    words = [w for w in words if w not in _LEGAL][:_LONGEST]
    if len(words) == 1 and _long(words[0]):
        yield "word", words[0]
    elif words:
        yield "start", words[0]
        yield from (("phrase", " ".join(words[:n])) for n in range(2, len(words) + 1))
        yield from (("maybe", w) for w in words if _long(w))
        if len(words) == 2:  # it could be a person's, in the other order
            yield "start", words[1]
            yield "phrase", f"{words[1]} {words[0]}"


def _may_be_a_name(word: str) -> bool:
    return word not in _TITLES and not word.isdigit() and _long(word)


def _long(word: str) -> bool:
    return len(word) > 1 or not word.isascii()


def mask_names(texts: Sequence[str], names: Names, stop_words: frozenset[str]) -> list[str]:
    """The texts, in which every name that `names` knows is [name].

    stop_words: folded words that hardly are names. A word that many write in lower case is a word
    even where somebody is called so: then only a capital in the middle of a sentence makes it a
    name.
    """
    if not names:
        return list(texts)
    cut = [pieces(text) for text in texts]
    lower: Counter[str] = Counter()
    for parts in cut:
        lower.update({fold(p) for p in parts if p[0].islower()})
    most = max(_COMMON_LEAST, _COMMON * len(texts))
    finder = _Finder(names, lower, stop_words.union(w for w, n in lower.items() if n >= most))
    return [
        "".join(finder.masked(parts)) if finder.any_in(parts) else text
        for parts, text in zip(cut, texts, strict=True)
    ]


class _Finder:
    """Looks words up once each."""

    def __init__(self, names: Names, lower: Counter[str], common: frozenset[str]) -> None:
        """lower: how many texts write a word in lower case; common: words whoever is called so."""
        self._names = names
        self._lower = lower
        self._common = common
        self._known: dict[str, str] = {}

    def any_in(self, parts: Sequence[str]) -> bool:
        return any(self._kind(p) for p in parts)

    def masked(self, parts: list[str]) -> Iterator[str]:
        """The pieces with names replaced; names side by side are one."""
        shouted = not any(p[0].islower() for p in parts)
        place = 0
        opens = True
        before = ""
        while place < len(parts):
            piece = parts[place]
            taken = self._phrase(parts, place) or int(self._is_name(piece, opens, shouted))
            if taken:
                place += taken
                if before != NAME:
                    yield NAME
                before = NAME
                opens = False
                while self._name_goes_on(parts, place):
                    place += 2
                continue
            yield piece
            before = piece if piece.strip() else before
            opens = piece[0] in '.!?…。！？؟:\n"“„«(-' or (opens and not piece[0].isalnum())
            place += 1

    def _name_goes_on(self, parts: Sequence[str], place: int) -> bool:
        """True when a space or hyphen and another name follow a name."""
        if place + 1 >= len(parts) or parts[place] not in (" ", "-", "’", "'"):
            return False
        return self._kind(parts[place + 1]) == "word"

    def _phrase(self, parts: Sequence[str], place: int) -> int:
        """How many pieces from here on are a known phrase."""
        if "start" not in self._kind(parts[place]):
            return 0
        words = []
        best = 0
        for n, piece in enumerate(parts[place : place + 2 * _LONGEST + 4], 1):
            if piece[0].isalnum():
                word = _bare(piece)
                if word in _LEGAL:
                    if best == n - 2:
                        best = n
                    continue
                words.append(word)
                if len(words) > 1 and self._names.has("phrase", " ".join(words)):
                    best = n
            elif not (piece.isspace() or piece in "&-+./,"):
                break
        return best

    def _is_name(self, piece: str, opens: bool, shouted: bool) -> bool:
        kind = self._kind(piece)
        if not kind or kind == "start":
            return False
        word = _bare(piece)
        capital = piece[0].isupper() and not shouted
        if "word" in kind:
            return word not in self._common or (capital and not opens)
        return capital and not self._lower[word] and word not in self._common

    def _kind(self, piece: str) -> str:
        """What the piece may be: "word", "maybe" or "", then "start" of a phrase or nothing."""
        found = self._known.get(piece)
        if found is None:
            found = self._look_up(piece) if piece[0].isalpha() or piece[0].isdigit() else ""
            self._known[piece] = found
        return found

    def _look_up(self, piece: str) -> str:
        word = _bare(piece)
        whole = fold(piece)
        forms = [word, whole]
        if word.endswith("s") and len(word) > 3:
            forms.append(word[:-1])
        ends = [p for p in _WRITTEN_ONTO if whole.startswith(p) and len(whole) - len(p) > 2]
        forms += [whole[len(p) :] for p in ends]
        kinds = [k for k in ("word", "maybe", "start") if any(self._names.has(k, f) for f in forms)]
        if kinds[:2] == ["word", "maybe"]:
            kinds.remove("maybe")
        return "".join(kinds)


def _bare(piece: str) -> str:
    """The folded word without the 's of an owner."""
    return re.sub(r"['’`]s?$", "", fold(piece))
