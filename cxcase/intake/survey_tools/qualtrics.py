"""Qualtrics: field names, question texts and, in newer files, import ids in rows of their own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from cxcase.intake.survey_tools.cell_kinds import Row, at, is_date, is_number, width
from cxcase.intake.survey_tools.compose_layout import compose
from cxcase.intake.survey_tools.layout import UNUSED, Ask, Layout
from cxcase.intake.survey_tools.question_text import bare, split_stem, worded

_IMPORT_ID = re.compile(r"""\{\s*['"]ImportId['"]\s*:\s*['"]([^'"]+)['"]""")
_PLACE = re.compile(r"^(?:panel|location)-", re.IGNORECASE)
_OWN = {
    "responseid": Ask("Response ID", field="respondent_id"),
    "recordid": Ask("Response ID", field="respondent_id"),
    "recordeddate": Ask("Recorded Date", field="responded_at"),
    "enddate": Ask("End Date", field="responded_at", rank=1),
    "startdate": Ask("Start Date", field="responded_at", rank=2),
    "status": Ask("Status", field="status"),
    "responsetype": Ask("Status", field="status"),
    "finished": Ask("Finished", field="finished"),
    "progress": Ask("Progress", field="progress"),
    "externalreference": Ask("External Reference", field="key"),
    "externaldatareference": Ask("External Reference", field="key"),
    "contactid": Ask("Contact ID", field="key", rank=1),
    "ipaddress": Ask("IP Address", personal=True),
    "recipientlastname": Ask("Recipient Last Name", personal=True),
    "recipientfirstname": Ask("Recipient First Name", personal=True),
    "recipientemail": Ask("Recipient Email", personal=True),
    "emailaddress": Ask("Email Address", personal=True),
    "name": Ask("Name", personal=True),
    "locationlatitude": Ask("Location Latitude", personal=True),
    "locationlongitude": Ask("Location Longitude", personal=True),
    "locationaccuracy": Ask("Location Accuracy", personal=True),
    "duration": UNUSED,
    "durationinseconds": UNUSED,
    "responseset": UNUSED,
    "distributionchannel": UNUSED,
    "userlanguage": UNUSED,
}  # fmt: skip
_ENOUGH = 4  # of the tool's own names in a row that tell its file
_LEGACY = re.compile(r"^V\d{1,2}$")
_TECHNICAL = re.compile(
    r"(?:_DO(?:_\d+)?|_(?:First Click|Last Click|Page Submit|Click Count"
    r"|Browser|Version|Operating System|Resolution))$"
)
_NPS_GROUP = re.compile(r"_NPS_GROUP$")
_LAST_NUMBER = re.compile(r"[-_](?:x|\d+)$")
_TYPED_IN = re.compile(r"[-_]TEXT$")
_SEARCHED = 8


def recognise(top: Sequence[Row]) -> Layout | None:
    """The layout of a Qualtrics export; None for anything else."""
    for i, row in enumerate(top[:_SEARCHED]):
        ids = [_import_id(c) for c in row]
        if i and sum(x is not None for x in ids) >= max(2, 0.6 * sum(c is not None for c in row)):
            return _layout(top, max(i - 2, 0), i - 1, i, ids)
    for i, row in enumerate(top[: _SEARCHED - 1]):
        below = top[i + 1] if i + 1 < len(top) else ()
        if _are_legacy_tags(row) and {"responseid", "status"} & set(map(bare, below)):
            return _layout(top, i, i + 1, i + 1, [None] * len(row))
        if _are_field_names(row):
            texts = i + 1 if _are_texts(row, below) else i
            return _layout(top, i, texts, texts, [None] * len(row))
    return None


def _are_legacy_tags(row: Row) -> bool:
    """True for the tags of files written before 2016: V1, V2, V3."""
    return sum(bool(_LEGACY.match(str(c))) for c in row) >= 3


def _are_field_names(row: Row) -> bool:
    names = [bare(c) for c in row if c is not None]
    if not {"responseid", "recordeddate"} & set(names):
        return False
    return sum(name in _OWN for name in names) >= _ENOUGH


def _import_id(cell: Any) -> str | None:
    match = _IMPORT_ID.search(cell) if isinstance(cell, str) else None
    if match:
        return match[1]
    return None


def _are_texts(names: Row, below: Row) -> bool:
    """True when the row under the field names explains them: where dates belong it has words."""
    dates = ("startdate", "enddate", "recordeddate")
    cells = [at(below, j) for j, name in enumerate(names) if bare(name) in dates]
    words = [isinstance(c, str) and not is_date(c) and not is_number(c) for c in cells]
    return bool(words) and all(words)


def _layout(
    top: Sequence[Row], names: int, texts: int, header: int, ids: Sequence[str | None]
) -> Layout:
    """The layout by the rows of field names, of question texts and of the last of the headings.

    ids: the import ids, None where there are none.
    """
    below = top[header + 1 :]
    wide = width(top)
    tags = [str(at(top[names], j) or at(top[texts], j) or "") for j in range(wide)]
    words = [str(at(top[texts], j) or tags[j]) for j in range(wide)]
    marks = [ids[j] if j < len(ids) else None for j in range(wide)]
    scored = {_NPS_GROUP.sub("", t) for t in tags if _NPS_GROUP.search(t)}
    stems = _stems(tags, words, marks)
    asks = [
        _ask(tags[j], words[j], marks[j], stems.get(j), tags[j] in scored) if tags[j] else UNUSED
        for j in range(wide)
    ]
    return compose("qualtrics", header, asks, below)


def _ask(
    tag: str, text: str, mark: str | None, stem: tuple[str, str, str] | None, scored: bool
) -> Ask:
    names = [_PLACE.sub("", mark or ""), tag]
    if _LEGACY.match(tag):
        names.append(text)
    for name in map(bare, names):
        if name in _OWN:
            return _OWN[name]
    if _TECHNICAL.search(tag) or _NPS_GROUP.search(tag):
        return UNUSED
    if stem is not None:
        question, common, item = stem
        return Ask(common, item, question, choice=True)
    return Ask(text, field="nps" if scored else None)


def _stems(
    tags: Sequence[str], words: Sequence[str], marks: Sequence[str | None]
) -> dict[int, tuple[str, str, str]]:
    """Column of a question of several -> (question, the question's text, the column's own item)."""
    together: dict[str, list[int]] = {}
    for j, tag in enumerate(tags):
        name = marks[j] or tag
        base = tag.rpartition(" - ")[0] if " " in tag else _LAST_NUMBER.sub("", name)
        if base and base != name and not _TYPED_IN.search(tag) and bare(name) not in _OWN:
            together.setdefault(base, []).append(j)
    found: dict[int, tuple[str, str, str]] = {}
    for base, columns in together.items():
        split = split_stem([worded(words[j]) for j in columns]) if len(columns) > 1 else None
        if split:
            found |= {j: (base, split[0], item) for j, item in zip(columns, split[1], strict=True)}
    return found
