"""What a cell says of a leaving: that it happened, was taken back, or was no leaving at all."""

from __future__ import annotations

import re
from typing import Literal

Kind = Literal["left", "returned", "withdrawn", "other"]

_LEFT = re.compile(
    r".*(cancel|churn|terminat|expir|closed|ended|lost|left|leav|lapsed|kündig|abgang|abgewandert"
    r"|résili|resili|départ|perdu|baja|perdid|disdett|recess|opgezegd|opzeg|uppsag|uppsägning).*"
    r"|effective|confirmed|complete[d]?|processed|final|done|approved|accepted|executed|in effect"
    r"|wirksam|bestätigt|durchgeführt|abgeschlossen|effectif|effective|confirmée?|efectiv[oa]"
    r"|confirmad[oa]|effettiv[oa]|confermat[oa]|definitief|bevestigd|bekräftad"
)
_RETURNED = re.compile(
    r"(re ?activ.*|react.*|won ?back|win ?back|winback|returned|came back|regained|re ?joined"
    r"|re ?signed|re ?subscribed|back (on|since)|(is )?customer again|wiedereintritt\w*|rückkehr\w*"
    r"|zurückgekehrt|wieder (da|dabei|aktiv|kunde)|retour|réadhésion|réinscription|reincorporación"
    r"|reingreso|rientro|terugkeer|återkomst"
    r"|resumed?|reinstated?|re ?instatement|restored|wiedergewonnen|zurückgewonnen"
    r"|rückgewinnung|reaktiv.*|réactiv.*|reconquis.*|revenu|recuperad[oa]|riattiv.*|rientrat[oa]"
    r"|teruggewonnen|återvunnen)( on| at| am| le| el| seit| since| date| day| datum| tag)?"
)
_WITHDRAWN = re.compile(
    r"(.* )?(withdrawn|withdrew|revoked|retracted|rescinded|taken back|reversed|rejected|declined"
    r"|void(ed)?|invalid|not effective|saved|retained|stayed|kept|zurückgezogen|zurückgenommen"
    r"|widerrufen|rücknahme|abgelehnt|ungültig|gehalten|unwirksam|retirée?|révoquée?|annulée?"
    r"|refusée?|retirad[oa]|revocad[oa]|anulad[oa]|rechazad[oa]|ritirat[oa]|revocat[oa]|annullat[oa]"
    r"|ingetrokken|herroepen|återtagen)"
)
_OTHER = re.compile(
    r"(plan |contract |subscription |price |seat )?(upgrade[d]?|downgrade[d]?|up ?sell|cross ?sell"
    r"|expansion|contraction|renewal|renewed|new|new business|sign ?up|start(ed)?|created|activated"
    r"|activation|price (change|increase)|increase|decrease|change[d]?|migration|moved?|extension"
    r"|extended|amendment|pause[d]?|neu|neuvertrag|verlängerung|verlängert|erhöhung|änderung"
    r"|wechsel|umzug|nouveau|renouvellement|renouvelé|hausse|modification|nuevo|renovación"
    r"|ampliación|cambio|nuovo|rinnovo|nieuw|verlenging|förnyelse|förlängning|complaint|ticket)"
)
_HEADS = re.compile(
    r"\b(event|type|kind|status|state|action|activity|outcome|result|art|ereignis|vorgang|zustand"
    r"|ergebnis|événement|évènement|statut|état|evento|estado|tipo|stato|gebeurtenis|händelse)\b"
    r"|(vorgangs|ereignis|event)(art|typ|status|type)\b"
)


def heads_kinds(text: str) -> bool:
    """True for a heading of what happened or in which state it is. text: cleaned, as all below."""
    return _HEADS.search(text) is not None


def heads_return(text: str) -> bool:
    """True for a heading of coming back."""
    return _RETURNED.fullmatch(text) is not None


def kind_of_leaving(text: str) -> Kind | None:
    """What the words say happened; None where they are not known."""
    for kind, words in _KINDS.items():
        if words.fullmatch(text):
            return kind
    return None


_KINDS: dict[Kind, re.Pattern[str]] = {
    "withdrawn": _WITHDRAWN,
    "returned": _RETURNED,
    "other": _OTHER,
    "left": _LEFT,
}
