"""SurveyMonkey: questions over the first of their columns, what each holds in a second row."""

from __future__ import annotations

from collections.abc import Sequence

from cxcase.intake.survey_tools.cell_kinds import Row, at, is_text, width
from cxcase.intake.survey_tools.compose_layout import compose
from cxcase.intake.survey_tools.layout import UNUSED, Ask, Layout
from cxcase.intake.survey_tools.question_text import bare

_RESPONDENT = {
    "respondentid",
    "befragtenid",
    "teilnehmerid",
    "iddurépondant",
    "idderencuestado",
    "iddelencuestado",
}
_OWN = {
    **{name: Ask("Respondent ID", field="respondent_id") for name in _RESPONDENT},
    "collectorid": UNUSED,
    "collectortitle": UNUSED,
    "collectortype": UNUSED,
    "datemodified": Ask("Date Modified", field="responded_at"),
    "enddate": Ask("End Date", field="responded_at"),
    "datecreated": Ask("Date Created", field="responded_at", rank=1),
    "startdate": Ask("Start Date", field="responded_at", rank=1),
    "ipaddress": Ask("IP Address", personal=True),
    "emailaddress": Ask("Email Address", personal=True),
    "email": Ask("Email Address", personal=True),
    "firstname": Ask("First Name", personal=True),
    "lastname": Ask("Last Name", personal=True),
    "customdata": Ask("Custom Data", field="key"),
    **{f"customdata{k}": Ask(f"Custom Data {k}", field="key", rank=k) for k in range(1, 10)},
    "customvalue": Ask("Custom Value", field="key"),
}  # fmt: skip
_ANSWER = {
    "response", "openendedresponse", "antwort", "offeneantwort", "réponse", "réponselibre",
    "réponseouverte", "respuesta", "respuestaabierta", "score", "rating",
}  # fmt: skip
_OTHER = ("other", "sonstige", "autre", "otro", "otra", "comment", "kommentar", "commentaire")
_SEARCHED = 8


def recognise(top: Sequence[Row]) -> Layout | None:
    """The layout of a SurveyMonkey export; None for anything else."""
    for i, row in enumerate(top[:_SEARCHED]):
        names = [bare(c) if c is not None else "" for c in row]
        if len(set(names) & set(_OWN)) < 3 or not _RESPONDENT & set(names):
            continue
        below = top[i + 1] if i + 1 < len(top) else ()
        first = next(j for j, n in enumerate(names) if n in _RESPONDENT)
        if at(below, first) is None and any(is_text(c) for c in below):
            return _two_rows(top, i)
        asks = [UNUSED if c is None else _OWN.get(bare(c), Ask(str(c))) for c in row]
        return compose("surveymonkey", i, asks, top[i + 1 :])
    return None


def _two_rows(top: Sequence[Row], i: int) -> Layout:
    """The layout of questions in row `i` and what their columns hold in the next."""
    asks: list[Ask] = []
    question = None
    began = 0
    columns = width([top[i], top[i + 1]])
    for j in range(columns):
        head = at(top[i], j)
        sub = at(top[i + 1], j)
        if head is not None:
            question = str(head)
            began = j
        if question is None or (head is None and sub is None):
            asks.append(UNUSED)
        elif sub is None or (head is not None and bare(head) in _OWN and bare(sub) not in _ANSWER):
            asks.append(_OWN.get(bare(question), Ask(question)) if head is not None else UNUSED)
        else:
            alone = j == began and (j + 1 >= columns or at(top[i], j + 1) is not None)
            asks.append(_asked(question, f"{began}", str(sub), alone))
    return compose("surveymonkey", i + 1, asks, top[i + 2 :])


def _asked(question: str, number: str, sub: str, alone: bool) -> Ask:
    if alone or bare(sub) in _ANSWER:
        return Ask(question)
    if sub.lower().startswith(_OTHER):
        return Ask(question, sub)
    return Ask(question, sub, number, choice=True)
