"""What a cell says its row is: actual or planned, which measure, a total of others."""

from __future__ import annotations

import re

from cxcase.intake.vocabulary.money_headings import money_heading

_PLANNED = re.compile(
    r"(re)?(budget(ed|iert)?|bud|forecast(ed)?|fcst|fc|plan(ned|wert)?|target|outlook|estimated?"
    r"|latest estimate|le|pipeline|soll|ziel|prognose|hochrechnung|geplant"
    r"|pr[ée]vision(s|nel|nelle)?|objectif|presupuesto|previsto|previsi[oó]n|begroting|begroot|prognos|preventivo|or[cç]amento"
    r"|quot(e|es|ation|ations)|sales quote|offers?|angebote?|devis|oferta|offert[ae]?|pro ?forma"
    r"|(sales )?orders?|auftrag|auftragsbestätigung|bestellung|commande|pedido|ordine)"
    r"( ?(v|version|fc)? ?(fy)?\d{0,4})?( 0 ?\+ ?12| \d ?\+ ?\d+)?"
)
_ACTUAL = re.compile(
    r"(actuals?|act|ac|ist|istwert|ist wert|r[ée]el(le)?|r[ée]alis[ée]e?|real|consuntivo|effettivo"
    r"|realisatie|werkelijk|utfall|efetivo|booked|gebucht|invoices?|invoiced|sales invoice|billed"
    r"|rechnung(en)?|schlussrechnung|factures?|facturas?|fattur[ae]|factuur|faktura"
    r"|credit ?(notes?|memos?)|credits?|gutschrift(en)?|storno|stornorechnung|avoirs?|abono"
    r"|nota (de )?cr[eé]dito|creditnota|refunds?|rückerstattung)( ?(fy)?\d{0,4})?"
)
_MEASURES = re.compile(
    r"\b(kpis?|measures?|metrics?|kennzahl(en)?|messgröße|indicat(or|eur|or[ei])|m[ée]trique|mesure"
    r"|m[ée]trica|medida|line item|wertart|figure)\b"
)
_OTHER_MEASURE = re.compile(
    r"\b(margin|profit|costs?|cogs|ebitda?|tickets?|orders|units|quantity|qty|volume|headcount|seats"
    r"|users|visits|discounts?|deckungsbeitrag|db ?\d?|kosten|rohertrag|gewinn|menge|stück|anzahl"
    r"|marge|coûts?|quantité|nombre|margen|costes?|cantidad|margine|costi|quantità|nps|csat|calls"
    r"|complaints|hours|stunden|heures|horas)\b"
)
_WHOLE = re.compile(
    r"((all|alle|tous|toutes|todos|todas|tutt[ie]|total|grand total|gesamt|summe|overall|whole"
    r"|insgesamt|totaal|totalt|ensemble|zusammen|combined)( (les|los|las|i|le|der|the|of)\b)?"
    r"( [^\W\d]+){0,2}|[^\W\d]+ (total|gesamt|insgesamt)|gesamt[^\W\d]+)"
)


def is_planned(text: str) -> bool:
    """True for what was planned, offered or ordered, not earned. text: cleaned, as all below."""
    return _PLANNED.fullmatch(text) is not None


def is_actual(text: str) -> bool:
    """True for what was earned or billed."""
    return _ACTUAL.fullmatch(text) is not None


def heads_measures(text: str) -> bool:
    """True for a heading under which cells name what is measured."""
    return _MEASURES.search(text) is not None


def is_revenue(text: str) -> bool:
    """True for a measure that is revenue."""
    said = money_heading(text)
    return said is not None and said.actual and not is_other_measure(text)


def is_other_measure(text: str) -> bool:
    """True for a measure that is no revenue."""
    return _OTHER_MEASURE.search(text) is not None


def is_whole(text: str) -> bool:
    """True for the name of all parts together."""
    return _WHOLE.fullmatch(text) is not None
