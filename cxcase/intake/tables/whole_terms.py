"""Money of a whole contract beside how long the contract runs: brought to a year."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from cxcase.estimate import Floats
from cxcase.intake.tables.row_filter import Sieve
from cxcase.intake.values.cells import read_numbers
from cxcase.intake.vocabulary.headings import clean
from cxcase.time_units import YEAR_MONTHS

WHOLE_TERMS = "contract_value_brought_to_a_year"
TERM_MONTHS = "term_months"  # typed column: months that the amount may be of, NaN where not known
_WHOLE = re.compile(
    r"\b(tcv|total (contract|deal|order|agreement) (value|amount|revenue)|total value of contract"
    r"|(contract|deal) (value |amount )?total|(value|amount) of the whole (contract|term)"
    r"|gesamtvertragswert|vertragswert gesamt|gesamter vertragswert|valeur totale (du )?contrat"
    r"|valor total (del )?contrato|valore totale (del )?contratto|totale contractwaarde)\b"
)
_MAYBE = re.compile(
    r"(contract|deal|agreement) (value|amount)|vertragswert|vertragssumme|valeur (du )?contrat"
    r"|valor (del )?contrato|contractwaarde"
)
_TERM = re.compile(
    r"\b(term|terms|contract length|contract duration|length|duration|laufzeit|vertragslaufzeit"
    r"|vertragsdauer|durée|plazo|duración|durata|looptijd)\b"
)
_YEARS = re.compile(r"\b(years?|yrs?|jahren?|ans|années|años|anni|jaren)\b")
_MONTHS = re.compile(r"\b(months?|mths?|mo|monaten?|mois|meses|mesi|maanden)\b")


def by_whole_terms(sieve: Sieve, columns: Mapping[str, str], start: Any) -> dict[str, Any]:
    """{"revenue_start": (n,) a year} where its heading names the value of whole contracts and each
    has its length; {TERM_MONTHS: (n,)} where it may be of whole contracts, so that it is asked.
    """
    heading = columns.get("revenue_start", "")
    whole = _WHOLE.search(clean(heading)) is not None
    if start is None or not (whole or _MAYBE.fullmatch(clean(heading))):
        return {}
    named, months = _terms(sieve, {h for n, h in columns.items() if n != "tenure_months"})
    if named is None:
        return {TERM_MONTHS: months} if whole else {}
    if not whole or not (months > 0)[sieve.alive].all():
        return {TERM_MONTHS: months}
    sieve.say("review", WHOLE_TERMS, column=heading, term=named)
    return {"revenue_start": start * YEAR_MONTHS / months}


def _terms(sieve: Sieve, used: set[str]) -> tuple[str | None, Floats]:
    """(the heading of how long contracts run, months (n,)); NaN where it is not known."""
    unknown = np.full(len(sieve.alive), np.nan)
    for heading in sieve.table.headings:
        words = heading.lower()  # what stands in brackets too
        years = _YEARS.search(words) is not None
        if heading in used or not _TERM.search(words) or not (years or _MONTHS.search(words)):
            continue
        number = read_numbers(sieve.table.column(heading), sieve.table.decimal)
        months: Floats = number.values * (YEAR_MONTHS if years else 1)
        return heading, np.where(months > 0, months, np.nan)
    return None, unknown
