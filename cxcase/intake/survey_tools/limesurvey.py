"""LimeSurvey: headings as codes, as texts or as both; sub-questions in brackets; English and
German.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from cxcase.intake.survey_tools.cell_kinds import Row
from cxcase.intake.survey_tools.compose_layout import compose, filled
from cxcase.intake.survey_tools.layout import UNUSED, Ask, Layout
from cxcase.intake.survey_tools.question_text import bare, bracketed

_ID = Ask("Response ID", field="respondent_id")
_SENT = Ask("Date submitted", field="submitted")
_OWN = {
    "id": _ID, "responseid": _ID, "antwortid": _ID, "iddelaréponse": _ID, "idderespuesta": _ID,
    "submitdate": _SENT, "datesubmitted": _SENT, "datumabgeschickt": _SENT, "datedesoumission": _SENT,
    "lastpage": UNUSED, "letzteseite": UNUSED, "dernièrepage": UNUSED,
    "startlanguage": UNUSED, "startsprache": UNUSED, "languedebase": UNUSED, "languedespremièresquestions": UNUSED,
    "seed": UNUSED, "zufallsstartwert": UNUSED, "têtedesérie": UNUSED,
    "startdate": UNUSED, "datestarted": UNUSED, "datumgestartet": UNUSED, "datededébut": UNUSED,
    "datestamp": UNUSED, "datelastaction": UNUSED, "datumletzteaktivität": UNUSED, "datedeladernièreaction": UNUSED,
    "ipaddr": Ask("IP address", personal=True), "ipaddress": Ask("IP address", personal=True),
    "ipadresse": Ask("IP-Adresse", personal=True), "adresseip": Ask("IP address", personal=True),
    "refurl": UNUSED, "referrerurl": UNUSED, "weiterleitungsurl": UNUSED, "urlréférente": UNUSED,
    "token": Ask("Access code", field="key", rank=9), "accesscode": Ask("Access code", field="key", rank=9),
    "zugangscode": Ask("Zugangscode", field="key", rank=9), "zugangsschlüssel": Ask("Access code", field="key", rank=9),
    "firstname": Ask("First name", personal=True), "vorname": Ask("Vorname", personal=True),
    "lastname": Ask("Last name", personal=True), "nachname": Ask("Nachname", personal=True),
    "email": Ask("Email", personal=True), "emailadresse": Ask("E-Mail", personal=True),
    "interviewtime": UNUSED, "totaltime": UNUSED, "gesamtzeit": UNUSED,
}  # fmt: skip
_ONLY_HERE = {
    "lastpage", "letzteseite", "dernièrepage", "startlanguage", "startsprache", "seed", "zufallsstartwert",
    "datumabgeschickt", "languedebase", "submitdate",
}  # fmt: skip
_CODED = re.compile(r"^([A-Za-z][A-Za-z0-9_]*(?:\[[^\]]*\])*)\.\s+(?=\S)", re.DOTALL)
_TIMING = re.compile(
    r"^(?:group|question|fragengruppen?|fragen?)[ -]?(?:time|zeit)\b|(?:Time|time)$"
)
_NO_DATE = "1980-01-01"  # what the tool writes where answers are anonymous and carry no date
_SEARCHED = 4


def recognise(top: Sequence[Row]) -> Layout | None:
    """The layout of a LimeSurvey export; None for anything else."""
    for i, row in enumerate(top[:_SEARCHED]):
        names = {bare(_text(c)) for c in row if c is not None} | {
            bare(_code(c)) for c in row if c is not None
        }
        if len(names & _ONLY_HERE) < 2 or not any(_OWN.get(n) is _ID for n in names):
            continue
        below = top[i + 1 :]
        asks = [UNUSED if c is None else _ask(c) for c in row]
        dated = any(
            a.field == "submitted" and not _undated(filled(below, j)) for j, a in enumerate(asks)
        )
        layout = compose("limesurvey", i, asks, below)
        sent = layout.fields.get("submitted")
        if sent and dated:
            return replace(layout, fields={**layout.fields, "responded_at": sent})
        return layout
    return None


def _code(cell: Any) -> str:
    match = _CODED.match(str(cell))
    if match:
        return match[1]
    return str(cell)


def _text(cell: Any) -> str:
    return _CODED.sub("", str(cell), count=1)


def _undated(cells: Sequence[Any]) -> bool:
    return bool(cells) and all(str(c).startswith(_NO_DATE) for c in cells)


def _ask(cell: Any) -> Ask:
    code = _code(cell)
    text = _text(cell)
    for name in (code, text):
        if (own := _OWN.get(bare(name))) is not None:
            if own is UNUSED:
                return own
            return replace(own, text=str(cell))
    if code != str(cell) and _TIMING.search(code):
        return UNUSED
    if _TIMING.search(text) and bracketed(text) is None and " " not in text.strip():
        return UNUSED
    inside = bracketed(text)
    coded = bracketed(code)
    if inside:
        return Ask(inside[0], inside[1], coded[0] if coded and code != str(cell) else inside[0])
    return Ask(text)
