"""What a heading says of its money: for how long it is, of which year, planned, in hundredths."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from cxcase.intake.vocabulary.money_spans import (
    MONTHS_OF,
    NTH_PARTS,
    SHORT,
    SPANS,
    Span,
    span_named,
)
from cxcase.intake.vocabulary.month_ranges import MONTH_OF, months_named

Turn = Literal["before", "after"]  # a year told by its place before or after another

_MONEY = re.compile(
    r"\b(revenues?|rev|sales|turnover|[am]rr|acv|tcv|billings?|billed|invoiced|income|spend|fees?"
    r"|charges?|bills?|run rate|amounts?|(contract|annual|yearly|monthly|recurring) value|erlöse?"
    r"|erloese|ca|facturation|ingresos|ventas|importe|facturaci[oó]n|fatturato|ricavi|receita|faturamento"
    r"|gwp|ltv|clv|cltv|life ?time value"
    r"|giving|donations?|donated|gifts?|dues|paid (in )?20\d\d"
    r"|(subs?|subscriptions?|membership) (paid|received)"
    r"|contributions?|spenden?|spendensumme|beitr[aä]ge?"
    r"|mitgliedsbeitr[aä]ge?|dons?|cotisations?|donativos?|cuotas?|contribut[oi]"
    r"|przych[oó]d|przychody|obrót|tržby|bevétel|intäkt(er)?|inntekter|venituri|ciro|gelir)\b"
    r"|umsatz|umsätze|umsaetze|chiffre d affaires|omzet|omsättning|omsetning|omsætning|売上"
)
# money where it is said for how long it is: "4-weekly payment", "£ per week"
_PAID = re.compile(
    r"\b(payment|instal?ment|premium|rent|price|subscription|beitrag|prämie|miete)\b"
)
_SIGN = re.compile(r"[£€$¥]")
_NOT_MONEY = re.compile(
    r"%|\b(percent|pct|growth|change|increase|rank|bands?|types?|category|currency|date|since"
    r"|share|count|number of|owner|manager|(?<!per )(?<!a )(?<!each )day|status|flag|class|tier"
    r"|segment|wachstum|croissance"
    r"|margin|risk|retention|region|rep|area|channel|stage|ranking|rang|decile|quintile|quartile"
    r"|percentile|index|yoy|y o y|variance|delta|abweichung|anteil|veränderung"
    r"|per (user|seat|head|unit|employee|capita|site|visit|order|licen[cs]e)"
    r"|(average|avg|mean|median) (order|basket|deal|ticket|invoice|sale)s? (value|size|amount)|aov"
    r"|(bestell|auftrags|rechnungs|warenkorb)wert|umsatzrang|umsatzklasse"
    r"|panier moyen|ticket m[eé]dio|(valor|importe|valore) medio|snittorder(värde)?"
    r"|gemiddelde (bestelwaarde|orderwaarde))\b"
)
_PLANNED = re.compile(
    r"\b(budget(ed|iert)?|forecast(ed)?|fcst|plan|planned|target|goal|expected|projected|projection"
    r"|pipeline|outlook|estimated?|quota|potential|soll|ziel|prognose|geplant|hochrechnung"
    r"|pr[ée]visions?|pr[ée]visionnel|objectif|previsto|prevista|presupuesto|objetivo|begroting"
    r"|prognos|obiettivo|planumsatz|budgetumsatz|zielumsatz|sollumsatz|planwert)\b"
)
_HUNDREDTHS = re.compile(
    r"\b(?<!per )(cents?|cts?|pence|pennies|rappen|centimes?|c[ée]ntimos|centesimi|øre|öre"
    r"|minor units?)\b"
)
_BEFORE = re.compile(
    r"\b(py|ly|vj|vorjahr\w*|(prior|previous|last) (year|12 months)|year before|before|vorher"
    r"|letztes jahr|n 1|y 1|ann[ée]e (précédente|precedente)|an dernier|avant|año (anterior|pasado)"
    r"|antes|anno precedente|prima|vorig jaar|förra året|ano anterior)\b"
)
_AFTER = re.compile(
    r"\b(cy|ty|aj|aktuelles jahr|lfd jahr|laufendes jahr|(current|this) (year|12 months)"
    r"|year after|following year|folgejahr\w*|after|nachher|n|y"
    r"|ann[ée]e en cours|cette ann[ée]e|après|apres|año actual|este año|después|despues"
    r"|anno (corrente|in corso)|dopo|dit jaar|i år|ano atual)\b"
)
_START = re.compile(
    r"\b(start|starting|opening|bop|bo p|beginning|anfang|beginn|d[ée]but|inicio|inicial|inizio"
    r"|begin)\b"
)
_END = re.compile(r"\b(end|eop|eo p|ending|closing|ende|fin|final|fine|eind|einde|slut)\b")
_SPLIT_YEAR = re.compile(r"(?<!\d)(?:fy|gj|wj)?\s*(20\d\d|\d\d)\s*[/–-]\s*(20\d\d|\d\d)(?![\d/.-])")
_FISCAL = re.compile(
    r"\b(?:fy|gj|wj|fiscal year|financial year|geschäftsjahr)\s*'?\s*(20\d\d|\d\d)\b"
)
_YEAR = re.compile(r"(?<![\d./-])(20\d\d)(?![\d]|[./-]\d)")
_SHORT_YEAR = re.compile(r"(?:'|(?<=[a-zäöü] ))([123]\d)$")
_PART = re.compile(
    r"(?<![a-z0-9])(?:(?P<kind>[qth])(?P<n>[1-4])|(?P<m>[1-4])(?P<of>[qh]))(?![a-z0-9]*[a-z])"
)
_DAY = re.compile(
    r"\b(at|as of|on|am|zum|stand|au|al) .*\d{4}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d{2}-\d{2}"
    r"|\b\d{1,2}\.?(?:st|nd|rd|th)? (?!qu?art|quarter|trim|hal[bf]|seme|kwart|kvart)"
    r"[^\W\d]{3,9} \d{4}"
)
_TWELVE_TIMES = re.compile(r"\b(?:x|times|mal)\s*12\b|\b12\s*x\b|[×*]\s*12\b")
# "€/month", "per" written with a stroke
_SLASHED = tuple(
    (re.compile(rf"\s*/\s*({words})\b\.?"), named)
    for words, named in (
        ("months?|mths?|mo|mon|monat|mois|mes|mese|maand|månad|mnd", "month"),
        ("quarters?|qtr|quartal|trimestre|kwartaal|kvartal", "quarter"),
        ("weeks?|wk|woche|semaine|semana|week", "week"),
        ("years?|yr|jahr|an|année|año|anno|jaar|år", "year"),
    )
)
# "2024A" is what was earned, "2025E" what is expected
_ACTUAL_YEAR = re.compile(r"\b(20\d\d)a\b")
_FORECAST_YEAR = re.compile(r"\b(20\d\d)[ebfp]\b")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_GLUED = re.compile(r"\b(rev|revenue|sales|arr|mrr|umsatz|ca|q[1-4]|h[12])(?:'|(?=\d\d))(\d\d)")
_NO_STEM = re.compile(
    r"ist|istwerte?|actuals?|avg|average|mean|ø|durchschnittlich\w*|moyen(ne)?|last|past|previous|letzten?|'?\d+|[qht][1-4]|[1-4][qh]\d*|fy|gj|in|of|[kmt]|tsd|mio|mn|thousands?|millions?"
    r"|m\d{1,2}|milliers|milers|tausend|euros?|[kmt]?(eur|gbp|usd|chf|sek|nok|dkk|pln|cad|aud)"
)
_FAR = re.compile(r"[^\w%']+|_+")


@dataclass(frozen=True)
class MoneyHeading:
    """What a heading of money says.

    span      for how long the amounts are; None where it says nothing of it
    year      of which year; of "2024/25" the later one
    part      which month, quarter or half of that year, counted from 1
    part_of   what `part` counts
    covered   how many months a range of them holds ("Jan-Sep", "9M", "last 3 months")
    split     the year begins within a calendar year
    fiscal    the year is named as a fiscal one
    turn      before or after, where years are told by their place
    side      "start" or "end" where it says so
    stem      the words that are left, by which columns of one kind are known
    """

    span: Span | None
    year: int | None
    part: int | None
    part_of: Span | None
    covered: int | None
    split: bool
    fiscal: bool
    turn: Turn | None
    side: Literal["start", "end"] | None
    planned: bool
    hundredths: bool
    stem: str

    @property
    def actual(self) -> bool:
        """True for what was earned within some time: nothing planned, nothing of a lifetime."""
        return not self.planned and self.span != "lifetime"

    @property
    def whole_year(self) -> bool:
        """True where nothing says that the amounts are of less or more than a year."""
        return self.actual and self.span in (None, "year") and self.part is None

    @property
    def months(self) -> int:
        """The months that the amounts are of; a year where the heading does not say."""
        return MONTHS_OF.get(self.span or self.part_of or "year", 12)

    @property
    def times_a_year(self) -> float:
        """What brings the amounts to a year."""
        if self.span in ("to_date", "lifetime"):
            return 1.0
        if self.span in SHORT:
            return SHORT[self.span]
        return 12 / self.months

    @property
    def ends(self) -> dt.date | None:
        """The day after the last that the amounts are of; None where no year is named."""
        if self.year is None:
            return None
        if self.split:
            return dt.date(self.year, 7, 1)
        month = 12
        if self.part is not None and self.part_of is not None:
            month = self.part * MONTHS_OF[self.part_of]
        return dt.date(self.year + month // 12, month % 12 + 1, 1)


@lru_cache(maxsize=2**14)
def money_heading(heading: str) -> MoneyHeading | None:
    """What the heading says of its money; None for one that names none, or its day."""
    raw = _raw(heading)
    if months_named(raw) is None and _DAY.search(raw):
        return None
    said = _said(raw)
    text = _spaced(raw)
    only_a_year = said.year is not None and said.part is None and not said.stem
    named = _PAID.search(text) or (_SIGN.search(raw) and not said.stem)
    paid = span_named(text) is not None and bool(named)
    if not (_MONEY.search(text) or only_a_year or paid):
        return None
    if _NOT_MONEY.search(raw) or _NOT_MONEY.search(text):
        return None
    return said


def money_title(title: str) -> MoneyHeading | None:
    """What a title says of the time of the money below it, whatever else it speaks of; None for one
    that names a day.
    """
    raw = _raw(title)
    if months_named(raw) is None and _DAY.search(raw):
        return None
    return _said(raw)


def names_money(text: str) -> bool:
    """True where the text speaks of what customers pay."""
    return _MONEY.search(_spaced(_raw(text))) is not None


def speaks_of_other_than_amounts(text: str) -> bool:
    """True where the text speaks of shares, growth, ranks or plans."""
    raw = _raw(text)
    return _NOT_MONEY.search(raw) is not None or _NOT_MONEY.search(_spaced(raw)) is not None


def says_no_time(heading: str) -> bool:
    """True for a heading of money that does not say for how long its amounts are, or up to when."""
    said = money_heading(heading)
    if said is None:
        return not re.search(r"\d", heading)
    return (said.span, said.part, said.covered, said.turn) == (None, None, None, None)


def _raw(heading: str) -> str:
    """The heading in lower case, its parts told apart, "/month" written out."""
    raw = unicodedata.normalize("NFKC", _CAMEL.sub(" ", heading)).lower().replace("’", "'")
    raw = _GLUED.sub(r"\1 \2", raw).replace("d'affaires", "d affaires")
    raw = _TWELVE_TIMES.sub(" annualised ", raw)
    raw = _FORECAST_YEAR.sub(r"\1 forecast", _ACTUAL_YEAR.sub(r"\1 actual", raw))
    for words, named in _SLASHED:
        raw = words.sub(f" per {named}", raw)
    return raw


def _said(raw: str) -> MoneyHeading:
    """What is said of time and kind."""
    text = _spaced(raw)
    ranged = months_named(raw)
    named = text if ranged is None else _spaced(raw.replace(ranged.words, " "))
    year, split, fiscal = _year(raw, text)
    part, part_of = _part(text)
    span = span_named(text)
    covered = None
    if ranged is not None and span != "lifetime":
        covered, year = ranged.months, ranged.year or year
        last = ranged.last or (part if part_of == "month" else None)
        span = _span_of(covered, last, span)
        part, part_of = (None, None) if last is None or span == "year" else (last, "month")
    turn = _turn(text)
    if span == "rolling":
        turn = None
    if span is None and fiscal and part is None:
        span = "year"
    return MoneyHeading(
        span=span,
        year=year,
        part=part,
        part_of=part_of,
        covered=covered,
        split=split,
        fiscal=fiscal,
        turn=turn,
        side=_side(text),
        planned=bool(_PLANNED.search(text)),
        hundredths=bool(_HUNDREDTHS.search(text)),
        stem=_stem(named),
    )


def part_heading(heading: str) -> MoneyHeading | None:
    """The same where nothing but a part of a year is named, as by "Q1 2024" or "Jan-24"."""
    said = money_heading(f"Revenue {heading}")
    if said is None or said.part is None or said.stem != "revenue":
        return None
    return None if money_heading(heading) else said


def no_actual_money(heading: str) -> bool:
    """True for a heading of money that nobody earned within a year: planned, or of a lifetime."""
    said = money_heading(heading)
    return said is not None and not said.actual


def of_part_of_a_range(heading: str) -> bool:
    """True for a heading of money of several months that are no year: "Jan-Sep 2025"."""
    said = money_heading(heading)
    return said is not None and said.covered is not None and said.span == "to_date"


def times_a_year(heading: str) -> float:
    """What brings costs to a year: 12 under "Cost per month", 1 where nothing is said."""
    span = span_named(_spaced(_raw(heading))) or "year"
    return SHORT.get(span) or 12 / MONTHS_OF.get(span, 12)


def months_of(heading: str) -> int | None:
    """How many months a heading says its amounts are of, "over 3 years"; None where it does not."""
    ranged = months_named(unicodedata.normalize("NFKC", heading).lower())
    return None if ranged is None else ranged.months


def about_money(heading: str) -> bool:
    """True for a heading that speaks of money and holds no amounts of it: its rank, its growth."""
    text = _spaced(unicodedata.normalize("NFKC", _CAMEL.sub(" ", heading)).lower())
    return bool(_MONEY.search(text) and (_NOT_MONEY.search(text) or "%" in text))


def _year(raw: str, text: str) -> tuple[int | None, bool, bool]:
    """(the year named, whether it is split over two, whether it is fiscal)."""
    if match := _SPLIT_YEAR.search(raw):
        first, second = (int(year) % 100 for year in match.groups())
        if second == first + 1 and first >= 10:
            return 2000 + second, True, True
    if match := _FISCAL.search(text):
        return 2000 + int(match[1]) % 100, False, True
    if match := _YEAR.search(text):
        return int(match[1]), False, False
    if match := _SHORT_YEAR.search(text) or re.search(r"\b[qh][1-4] '?(\d\d)\b", text):
        return 2000 + int(match[1]), False, False
    if match := re.search(r"\b[1-4][qh]'?(\d\d)\b|\b[qh][1-4]'(\d\d)\b", text):
        return 2000 + int(match[1] or match[2]), False, False
    return None, False, False


def _span_of(months: int, last: int | None, said: Span | None) -> Span:
    """For how long amounts of so many months are; twelve that end with December are a year."""
    if months != MONTHS_OF["year"]:
        return "to_date"
    if said in ("rolling", "year"):
        return said
    return "year" if last in (None, MONTHS_OF["year"]) else "rolling"


def _spaced(raw: str) -> str:
    return " ".join(_FAR.sub(" ", raw).split())


def _part(text: str) -> tuple[int | None, Span | None]:
    """(which part of the year, what kind of part)."""
    if match := re.search(r"\b([1-4])([qh])'?\d\d\b", text):
        return int(match[1]), "quarter" if match[2] == "q" else "half"
    if match := _PART.search(text):
        number = int(match["n"] or match["m"])
        if (match["kind"] or match["of"]) != "h":
            return number, "quarter"
        return (number, "half") if number <= 2 else (None, None)
    for kind, pattern in NTH_PARTS.items():
        if match := pattern.search(text):
            return int(match[1] or match[2]), kind
    named = next((MONTH_OF[word] for word in text.split() if word in MONTH_OF), None)
    if named is not None:
        return named, "month"
    if match := re.search(r"\b20\d\d m(0?[1-9]|1[0-2])\b|\bm(0?[1-9]|1[0-2]) 20\d\d\b", text):
        return int(match[1] or match[2]), "month"
    if match := re.search(r"\b20\d\d (0[1-9]|1[0-2])$|\b(0[1-9]|1[0-2]) 20\d\d$", text):
        return int(match[1] or match[2]), "month"
    return None, None


def _turn(text: str) -> Turn | None:
    if _BEFORE.search(text):
        return "before"
    if _AFTER.search(text):
        return "after"
    return None


def _side(text: str) -> Literal["start", "end"] | None:
    if _START.search(text):
        return "start"
    if _END.search(text):
        return "end"
    return None


def _stem(text: str) -> str:
    """The words that say neither when nor for how long nor in which unit."""
    for pattern in (_FISCAL, _BEFORE, _AFTER, _START, _END, _HUNDREDTHS, *SPANS.values()):
        text = pattern.sub(_money_kept, text)
    words = (word for word in text.split() if word not in MONTH_OF and not _NO_STEM.fullmatch(word))
    return " ".join(words)


def _money_kept(match: re.Match[str]) -> str:
    """What is left of a match: nothing, or the money it names too ("mrr", "umsatz")."""
    money = _MONEY.search(match[0])
    return money[0] if money else " "
