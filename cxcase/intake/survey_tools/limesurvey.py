"""LimeSurvey: headings as codes, as texts or as both, sub-questions in brackets."""

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
_IP = Ask("IP address", personal=True)
_CODE_OF_ACCESS = Ask("Access code", field="key", rank=9)
_OWN = {
    **dict.fromkeys(("id", "responseid", "antwortid", "iddelaréponse", "idderespuesta"), _ID),
    **dict.fromkeys(("submitdate", "datesubmitted", "datumabgeschickt", "datedesoumission"), _SENT),
    **dict.fromkeys(("ipaddr", "ipaddress", "adresseip"), _IP),
    "ipadresse": Ask("IP-Adresse", personal=True),
    **dict.fromkeys(("token", "accesscode", "zugangsschlüssel"), _CODE_OF_ACCESS),
    "zugangscode": Ask("Zugangscode", field="key", rank=9),
    "firstname": Ask("First name", personal=True),
    "vorname": Ask("Vorname", personal=True),
    "lastname": Ask("Last name", personal=True),
    "nachname": Ask("Nachname", personal=True),
    "email": Ask("Email", personal=True),
    "emailadresse": Ask("E-Mail", personal=True),
    **dict.fromkeys(
        (
            *("lastpage", "letzteseite", "dernièrepage"),
            *("startlanguage", "startsprache", "languedebase", "languedespremièresquestions"),
            *("seed", "zufallsstartwert", "têtedesérie"),
            *("startdate", "datestarted", "datumgestartet", "datededébut"),
            *("datestamp", "datelastaction", "datumletzteaktivität", "datedeladernièreaction"),
            *("refurl", "referrerurl", "weiterleitungsurl", "urlréférente"),
            *("interviewtime", "totaltime", "gesamtzeit"),
        ),
        UNUSED,
    ),
}
_ONLY_HERE = {
    "lastpage", "letzteseite", "dernièrepage", "startlanguage", "startsprache", "seed",
    "zufallsstartwert", "datumabgeschickt", "languedebase", "submitdate",
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
        heads = [c for c in row if c is not None]
        names = {bare(_text(c)) for c in heads} | {bare(_code(c)) for c in heads}
        if len(names & _ONLY_HERE) < 2 or not any(_OWN.get(n) is _ID for n in names):
            continue
        below = top[i + 1 :]
        asks = [UNUSED if c is None else _ask(c) for c in row]
        layout = compose("limesurvey", i, asks, below)
        sent = layout.fields.get("submitted")
        if sent and _are_dated(asks, below):
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


def _are_dated(asks: Sequence[Ask], below: Sequence[Row]) -> bool:
    """True when the answers carry the day they were sent."""
    sent = [filled(below, j) for j, ask in enumerate(asks) if ask.field == "submitted"]
    return any(not _undated(cells) for cells in sent)


def _undated(cells: Sequence[Any]) -> bool:
    return bool(cells) and all(str(c).startswith(_NO_DATE) for c in cells)


def _ask(cell: Any) -> Ask:
    code = _code(cell)
    text = _text(cell)
    own = _OWN.get(bare(code)) or _OWN.get(bare(text))
    if own is not None:
        return own if own is UNUSED else replace(own, text=str(cell))
    if code != str(cell) and _TIMING.search(code):
        return UNUSED
    if _TIMING.search(text) and bracketed(text) is None and " " not in text.strip():
        return UNUSED
    inside = bracketed(text)
    if inside is None:
        return Ask(text)
    question, item = inside
    coded = bracketed(code)
    if coded and code != str(cell):
        return Ask(question, item, coded[0])
    return Ask(question, item, question)
