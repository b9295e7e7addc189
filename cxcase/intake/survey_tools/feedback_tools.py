"""Delighted, Medallia and Culture Amp: known by the names of their fields."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from cxcase.intake.survey_tools.cell_kinds import Row, at, is_number
from cxcase.intake.survey_tools.compose_layout import compose, filled
from cxcase.intake.survey_tools.layout import UNUSED, Ask, Layout, Unfold
from cxcase.intake.survey_tools.question_text import bare
from cxcase.intake.values.cells import read_numbers
from cxcase.intake.vocabulary.headings import fields_of, fit, personal

_DELIGHTED = {
    "id": Ask("Response ID", field="respondent_id"),
    "person": Ask("Person", field="key", rank=5),
    "personid": Ask("Person", field="key", rank=5),
    "personemail": Ask("Person email", personal=True),
    "email": Ask("Email", personal=True),
    "name": Ask("Name", personal=True),
    "personname": Ask("Person name", personal=True),
    "personphonenumber": Ask("Person phone number", personal=True),
    "surveytype": UNUSED,
    "comment": Ask("Comment", field="comment"),
    "permalink": UNUSED,
    "createdat": Ask("Created at", field="responded_at"),
    "updatedat": UNUSED,
    "personproperties": UNUSED,
    "tags": UNUSED,
    "notes": UNUSED,
}  # fmt: skip
_SCORE = {  # by the survey's type
    "nps": Ask("Score", field="nps"),
    **dict.fromkeys(
        ("csat", "csat5", "stars", "stars5", "smileys"), Ask("Score (1-5)", field="csat")
    ),
    **dict.fromkeys(("ces", "ces5"), Ask("Score (1-5)", field="ease")),
    "ces7": Ask("Score (1-7)", field="ease"),
}
_MEDALLIA = {
    "requestid": Ask("Request ID", field="respondent_id"),
    "requestsentat": UNUSED,
    "responsereceivedat": Ask("Response received at", field="responded_at"),
    "starrating": Ask("Star rating (1-5)", field="csat"),
    "comments": Ask("Comments", field="comment"),
    "employeefirstname": Ask("Employee first name", personal=True),
    "employeelastname": Ask("Employee last name", personal=True),
    "employeeemail": Ask("Employee email", personal=True),
    "teamleader": Ask("Team leader", personal=True),
    "channel": Ask("Channel"),
    "brand": Ask("Brand"),
}  # fmt: skip
_FACTORS = {
    "engagement", "enablement", "alignment", "leadership", "management", "companyconfidence",
    "learningdevelopment", "socialconnection", "workandlifeblend", "feedbackrecognition",
    "teamwork", "collaborationcommunication", "servicequalityfocus", "workenvironment",
    "actionaccountability", "decisionmaking",
}  # fmt: skip
_GROUP = {
    "group",
    "team",
    "department",
    "division",
    "demographic",
    "demographicvalue",
    "location",
    "manager",
    "office",
}
_COUNT = {
    "n",
    "respondents",
    "responses",
    "responsecount",
    "numberofrespondents",
    "participants",
    "ofrespondents",
}
_WORDS = re.compile(r"favou?rable|culture amp", re.IGNORECASE)
_FAVOURABLE = re.compile(r"[\s(]*%?\s*favou?rable[\s)]*", re.IGNORECASE)
_HIDDEN = re.compile(r"^(?:-|–|—|n/?a|\*+|<\s*\d+|hidden|suppressed)$", re.IGNORECASE)
_PERCENT = re.compile(r"^\d{1,3}(?:[.,]\d+)?\s*%$")
_SCALE = re.compile(r"\(\d+-\d+\)$")
_SEARCHED = 10


def delighted(top: Sequence[Row]) -> Layout | None:
    """One score and its survey type a row, the person's properties as JSON or in columns.

    None for anything else.
    """
    for i, row in enumerate(top[:_SEARCHED]):
        names = [_name(c) for c in row]
        own_names = set(names) & set(_DELIGHTED)
        if (
            "score" not in names
            or len(own_names) < 5
            or not {"surveytype", "permalink"} & own_names
        ):
            continue
        below = top[i + 1 :]
        types = {bare(c) for j in _called("surveytype", names) for c in filled(below, j)}
        own = {**_DELIGHTED, "score": _score(types)}
        asks = [_property(c, own.get(n)) for c, n in zip(row, names, strict=True)]
        objects = (_unfold(j, below, row) for j in _called("personproperties", names))
        return compose("delighted", i, asks, below, tuple(filter(None, objects)))
    return None


def _name(head: Any) -> str:
    """A heading as the tool's own names are compared; "" for a blank one."""
    return "" if head is None else bare(head)


def _called(name: str, names: Sequence[str]) -> list[int]:
    return [j for j, one in enumerate(names) if one == name]


def _score(types: set[str]) -> Ask:
    """What the score is of surveys of these types; of several it cannot be told."""
    if len(types) == 1:
        return _SCORE.get(next(iter(types)), Ask("Score"))
    return Ask("Score")


def _property(head: Any, own: Ask | None) -> Ask:
    if own is not None or head is None:
        return _as_written(head, own or UNUSED)
    name = re.sub(r"^(?:person[_ ]?)?properties[._: ]+", "", str(head), flags=re.IGNORECASE)
    known = (f for f in ("customer_id", "team") if fit(name, fields_of("cx")[f]) == 1)
    return Ask(str(head), field=next(known, None), personal=personal(name))


def _as_written(head: Any, own: Ask) -> Ask:
    """One of the tool's own columns under the file's heading, with the scale of its manual."""
    if own.text is None:
        return own
    scale = _SCALE.search(own.text)
    if scale:
        return replace(own, text=f"{head} {scale[0]}")
    return replace(own, text=str(head))


def _unfold(column: int, below: Sequence[Row], row: Row) -> Unfold | None:
    """The keys of the JSON objects in a column, those of personal data left out."""
    taken = {str(c) for c in row if c is not None}
    keys: dict[str, str] = {}
    for cell in filled(below, column):
        for key in read_object(cell):
            if not personal(key) and key not in taken:
                keys.setdefault(key, key.replace("_", " "))
    if keys:
        return Unfold(column, tuple(keys.items()))
    return None


def read_object(cell: Any) -> dict[str, Any]:
    """The JSON object that a cell holds; {} where it holds none."""
    if not isinstance(cell, str) or not cell.startswith("{"):
        return {}
    try:
        found = json.loads(cell)
    except ValueError:
        return {}
    if isinstance(found, dict):
        return found
    return {}


def medallia(top: Sequence[Row]) -> Layout | None:
    """One star rating of an agent's contact a row. None for anything else."""
    for i, row in enumerate(top[:_SEARCHED]):
        names = [_name(c) for c in row]
        if len(set(names) & set(_MEDALLIA)) < 5 or "starrating" not in names:
            continue
        return compose("medallia", i, [_of_a_contact(c) for c in row], top[i + 1 :])
    return None


def _of_a_contact(head: Any) -> Ask:
    if head is None:
        return UNUSED
    return _as_written(head, _MEDALLIA.get(bare(head), Ask(str(head))))


def culture_amp(top: Sequence[Row]) -> Layout | None:
    """A row a group of employees: how many answered, and scores by factor. None otherwise."""
    titles = False
    for i, row in enumerate(top[:_SEARCHED]):
        texts = [c for c in row if isinstance(c, str)]
        titles |= any(_WORDS.search(c) for c in texts)
        names = [_factor(c) for c in row]
        groups = [j for j, n in enumerate(names) if n in _GROUP]
        counts = [j for j, n in enumerate(names) if n in _COUNT]
        customers = any(fit(c, fields_of("customers")["customer_id"]) == 1 for c in texts)
        if not groups or not counts or customers:
            continue
        below = top[i + 1 :]
        others = [j for j, c in enumerate(row) if c and j not in (groups + counts)]
        factors = [j for j in others if _scores(filled_all(below, j))]
        if len(factors) >= 2 and (titles or sum(names[j] in _FACTORS for j in factors) >= 2):
            asks = _aggregates(row, below, groups[-1], counts[0], factors)
            return compose("culture_amp", i, asks, below)
    return None


def _factor(cell: Any) -> str:
    """The name of a factor, as names are compared: "Engagement score (% favourable)"."""
    if cell is None:
        return ""
    return bare(_WORDS.sub("", str(cell))).removesuffix("score")


def filled_all(rows: Sequence[Row], column: int) -> list[Any]:
    """The cells of one column that are not empty, signs for nothing included."""
    return [c for row in rows if (c := at(row, column)) is not None]


def _scores(cells: Sequence[Any]) -> bool:
    shown = [c for c in cells if not _HIDDEN.match(str(c))]
    return bool(shown) and all(is_number(c) for c in shown)


def _aggregates(
    row: Row, below: Sequence[Row], group: int, count: int, factors: Sequence[int]
) -> list[Ask]:
    """What the columns ask. group, count, factors: places of the team, of n and of the scores."""
    asks = []
    for j, head in enumerate(row):
        if head is None:
            asks.append(UNUSED)
        elif j == group:
            asks.append(Ask(str(head), field="team"))
        elif j == count:
            asks.append(Ask(str(head), field="n"))
        elif j in factors:
            asks.append(_scored(head, filled(below, j)))
        else:
            asks.append(Ask(str(head)))
    return asks


def _scored(head: Any, cells: Sequence[Any]) -> Ask:
    """A factor's score: as the file has it, or a share that says so in its heading."""
    text = str(head)
    if is_share(cells):
        text = f"{_FAVOURABLE.sub('', text) or text} (% favourable, 0-100)"
    return Ask(text, field="engagement" if _factor(head).startswith("engagement") else None)


def is_share(cells: Sequence[Any]) -> bool:
    """True for scores as shares.

    They have a percent sign, are fractions of 1, or numbers beyond any rating's scale.
    """
    texts = [str(c) for c in cells if not _HIDDEN.match(str(c))]
    if any(_PERCENT.match(t) for t in texts):
        return True
    numbers = [float(c) for c in cells if isinstance(c, int | float) and not isinstance(c, bool)]
    if not numbers:
        numbers = [float(t) for t in texts if re.fullmatch(r"\d+(\.\d+)?", t)]
    return bool(numbers) and (max(numbers) <= 1 or max(numbers) > 10)


def read_share(cell: Any, fraction: bool) -> Any:
    """A score from 0 to 100; None for one that is hidden, the cell itself where it is no score."""
    text = str(cell)
    if cell is None or _HIDDEN.match(text):
        return None
    if _PERCENT.match(text):
        return float(text.rstrip("% ").replace(",", "."))
    if not is_number(cell):
        return cell
    return float(read_numbers([cell]).values[0]) * (100.0 if fraction else 1.0)
