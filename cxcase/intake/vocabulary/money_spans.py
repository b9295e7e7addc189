"""For how long money is that a heading or a title speaks of: the words, in many languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

Span = Literal[
    "day",
    "week",
    "four_weeks",
    "month",
    "quarter",
    "half",
    "year",
    "to_date",
    "rolling",
    "lifetime",
]

MONTHS_OF: dict[str, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12, "rolling": 12}
SHORT: dict[str, float] = {"day": 365.0, "week": 52.0, "four_weeks": 13.0}  # how often in a year
# the first that is found counts
_SPAN_WORDS: Mapping[Span, str] = {
    "lifetime": (
        r"\b(lifetime|life time|ltv|clv|cltv|all time|since (inception|start|joining)"
        r"|cumulative|ever|gesamt seit beginn)\b"
    ),
    "rolling": (
        r"\b(ltm|ttm|l12m|r12m?|(rolling|trailing)( 12| twelve)?( months?| m)?"
        r"|(12|twelve) ?(m|mths?|months) (to|ending|ended|until|till|up to)"
        r"|(12|zwölf) monate bis"
        r"|(last|past|previous) (12|twelve) months|letzten? (12|zwölf) monate"
        r"|(12|douze) derniers mois|(últimos|ultimos) (12|doce) meses)\b"
    ),
    "to_date": (
        r"\b(ytd|qtd|mtd|(year )?to date|so far|part year|bisher|bislang|aufgelaufen|kumuliert"
        r"|jtd|lfd jahr|seit jahresbeginn|à ce jour|cumul|a la fecha|acumulado|tot nu toe"
        r"|hittills|progressivo)\b"
    ),
    "four_weeks": r"\b((four|4) ?week(s|ly)|per (four|4) weeks|(vier|4) ?wöchentlich)\b",
    "day": (
        r"\b(daily|(per|a|each) day|täglich\w*|(pro|je) tag|tages(?!kurs)\w*|par jour|journalier"
        r"|al día|diario|al giorno|per dag|per dygn)\b"
    ),
    "week": (
        r"\b(weekly|(per|a|each) (week|wk)|wkly|p w|pw|wöchentlich\w*|(pro|je) woche|wochen\w*"
        r"|hebdo\w*|par semaine|semanal\w*|settimanal\w*)\b"
    ),
    "quarter": (
        r"\b(quarterly|(per|a|last|this|each) quarter|qtr|qtrly|quartal|quartals\w*"
        r"|viertelj\w*|trimestr\w*|kwartaal\w*|kvartal\w*)\b"
    ),
    "half": (
        r"\b(half year\w*|halfyear\w*|(per|a) half|halbjahr\w*|hj|semestr\w*|semi annual\w*"
        r"|halfjaar\w*|halvår\w*)\b"
    ),
    "year": (
        r"\b(annual\w*|yearly|(per|a|full) year|pa|p a|p j|arr|acv|jahres\w*|jährlich\w*"
        r"|pro jahr|annuel\w*|par an|anual\w*|al año|annu[oi]|jaar\w*|per år|års\w*|12 months"
        r"|gesamtjahr|(x|times|mal) 12|12 ?x|annuali[sz]ed)\b|年間"
    ),
    "month": (
        r"\b(monthly|(per|a|last|this|each) month|mo|p m|pm|pcm|p c m|mthly|mrr|monatlich\w*"
        r"|monats\w*|mtl|monatl|(per )?calendar month"
        r"|(pro|je) monat|mensuel\w*|par mois|mensual\w*|al mes|mensil\w*|maandelijks\w*"
        r"|per maand|månads\w*|per månad|por mês)\b|月次|月額"
    ),
}
# "1. Quartal", "2e semestre", "Halbjahr 1": which part of a year is named, by its words
_NTH = r"([1-4]) ?(?:st|nd|rd|th|er|re|e|eme|ème|nd|º|ª|o|a)? ?"
_NTH_WORDS: Mapping[Span, str] = {
    "quarter": r"quartals?|quarter|qtr|trimestre|trim|kwartaal|kvartal",
    "half": r"hj|halbjahr|half(?: year)?|semestre|halfjaar|halvår",
}
NTH_PARTS = {
    span: re.compile(rf"\b(?:{_NTH}(?:{words})|(?:{words}) ?([1-4]))(?!\w)")
    for span, words in _NTH_WORDS.items()
}
SPANS = {span: re.compile(words) for span, words in _SPAN_WORDS.items()}


def span_named(text: str) -> Span | None:
    """The first span that the words name, in lower case and with single spaces between."""
    return next((name for name, words in SPANS.items() if words.search(text)), None)
