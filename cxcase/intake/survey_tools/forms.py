"""Google Forms, Microsoft Forms and Typeform: known by the columns around the questions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from cxcase.intake.survey_tools.cell_kinds import Row, at, is_date, width
from cxcase.intake.survey_tools.compose_layout import compose, filled
from cxcase.intake.survey_tools.layout import UNUSED, Ask, Layout
from cxcase.intake.survey_tools.question_text import bare, bracketed
from cxcase.intake.values.cells import read_numbers
from cxcase.intake.values.dates import read_dates

_STAMP = {  # "timestamp" in the languages of Google Forms
    "timestamp", "zeitstempel", "horodateur", "marcatemporal", "carimbodedatahora",
    "informazionicronologiche", "tijdstempel", "sygnaturaczasowa", "タイムスタンプ",
    "时间戳记", "时间戳", "時間戳記", "타임스탬프", "отметкавремени", "طابعزمني", "tidsstämpel",
    "tidsmerke", "tidsstempel", "aikaleima", "zamandamgası", "časovárazítko", "időbélyeg",
    "позначкачасу", "חותמתזמן", "χρονικήσήμανση",
}  # fmt: skip
_ID = {"id", "المعرف", "معرف", "ид", "番号"}
_USER = {
    "emailaddress", "username", "emailadresse", "adresseemail", "nomdutilisateur",
    "direccióndecorreoelectrónico",
}  # fmt: skip
_NAME = {
    "name", "nom", "nombre", "nome", "naam", "namn", "navn", "imię", "الاسم", "名前", "姓名", "имя",
}  # fmt: skip
_ANONYMOUS = {
    "anonymous", "anonym", "anonyme", "anónimo", "anonimo", "anoniem", "anonimowy", "مجهول", "匿名",
}  # fmt: skip
_CHANGED = {
    "lastmodifiedtime", "zeitpunktderletztenänderung", "uhrzeitderletztenänderung", "language",
    "sprache",
}  # fmt: skip
_TYPEFORM = {
    "startdateutc": Ask("Start Date (UTC)", field="responded_at", rank=1),
    "submitdateutc": Ask("Submit Date (UTC)", field="responded_at"),
    "stagedateutc": UNUSED,
    "networkid": Ask("Network ID", personal=True),
    "responsetype": Ask("Response Type", field="finished"),
    "tags": UNUSED,
    "ending": UNUSED,
}  # fmt: skip
_SEARCHED = 4
_FEWEST = 2  # rows that have to bear a shape out


def google_forms(top: Sequence[Row]) -> Layout | None:
    """A time stamp first, then questions; rows of a grid as "Question [row]". None otherwise."""
    for i, row in enumerate(top[:_SEARCHED]):
        heads = [c for c in row if c is not None]
        if len(heads) < 2 or not all(isinstance(c, str) for c in heads):
            continue
        first = str(row[0] or "")
        below = top[i + 1 :]
        stamps = filled(below, 0)
        if not stamps or not all(map(is_date, stamps)):
            continue
        if bare(first) not in _STAMP and not (_ascending(stamps) and _ask_mostly(heads[1:])):
            continue
        asks = [Ask(first, field="responded_at"), *[_google(c) for c in row[1:]]]
        return compose("google_forms", i, asks, below)
    return None


def _ask_mostly(heads: Sequence[str]) -> bool:
    """True when half of the headings or more are questions."""
    asking = sum(c.rstrip("]").endswith("?") or bracketed(c) is not None for c in heads)
    return asking >= 0.5 * len(heads)


def _google(head: Any) -> Ask:
    if head is None:
        return UNUSED
    if bare(head) in _USER:
        return Ask(str(head), personal=True)
    grid = bracketed(str(head))
    if grid:
        return Ask(grid[0], grid[1], grid[0])
    return Ask(str(head))


def _ascending(stamps: Sequence[Any]) -> bool:
    """True for several moments that tell the hour, each after the one before."""
    times = read_dates(stamps).values
    if len(times) < _FEWEST or np.isnat(times).any():
        return False
    if bool(np.any(np.diff(times) < np.timedelta64(0))):
        return False
    return bool(np.any(times != times.astype("datetime64[D]")))


def microsoft_forms(top: Sequence[Row]) -> Layout | None:
    """A number, when it was begun and when sent, perhaps e-mail and name, in any language.

    None for anything else.
    """
    for i, row in enumerate(top[:_SEARCHED]):
        below = top[i + 1 :]
        if width([row]) < 4 or not all(isinstance(c, str) for c in row[:4]):
            continue
        if not _began_and_sent(below):
            continue
        if not _ID & set(map(bare, row[0].split())):
            continue
        own = [
            Ask(row[0], field="respondent_id"),
            Ask(str(row[1]), field="responded_at", rank=1),
            Ask(str(row[2]), field="responded_at"),
        ]
        asks = own + [_microsoft(j, row, below) for j in range(3, len(row))]
        return compose("microsoft_forms", i, asks, below)
    return None


def _began_and_sent(below: Sequence[Row]) -> bool:
    """True when the first three columns count up, and hold a moment and a later one."""
    rows = [r for r in below if at(r, 0) is not None]
    if not rows:
        return False
    number = read_numbers([at(r, 0) for r in rows]).values
    began, sent = (read_dates([at(r, k) for r in rows]).values for k in (1, 2))
    if np.isnan(number).any() or np.isnat(began).any() or np.isnat(sent).any():
        return False
    return bool(np.all(np.diff(number) > 0) and np.all(sent >= began))


def _microsoft(j: int, row: Row, below: Sequence[Row]) -> Ask:
    if row[j] is None:
        return UNUSED
    text = str(row[j])
    cells = filled(below, j)
    who = bool(cells) and all(str(c).lower() in _ANONYMOUS or "@" in str(c) for c in cells)
    if j == 3 and (who or bare(text) in ("email", "epost", "البريدالإلكتروني")):
        return Ask(text, personal=True)
    if j == 4 and _NAME & set(map(bare, text.split())):
        return Ask(text, personal=True)
    if bare(text) in _CHANGED:
        return UNUSED
    return Ask(text)


def typeform(top: Sequence[Row]) -> Layout | None:
    """A hash first, one column per choice, dates and a network id last. None for anything else."""
    for i, row in enumerate(top[:_SEARCHED]):
        names = {bare(c) for c in row if c is not None}
        if at(row, 0) != "#" or len(names & set(_TYPEFORM)) < 2:
            continue
        below = top[i + 1 :]
        asks: list[Ask] = [Ask("#", field="respondent_id")]
        runs = _choice_runs(row, below)
        for j, head in enumerate(row[1:], start=1):
            if head is None:
                asks.append(UNUSED)
            elif j in runs:
                asks.append(Ask(runs[j], str(head), runs[j], choice=True))
            else:
                asks.append(_TYPEFORM.get(bare(head), Ask(str(head))))
        return compose("typeform", i, asks, below)
    return None


def _choice_runs(row: Row, below: Sequence[Row]) -> dict[int, str]:
    """Column -> name of the question it is a choice of.

    Choices are neighbours that hold nothing but their own headings; one that nobody chose may stand
    between them.
    """
    cells = [set(map(str, filled(below, j))) for j in range(len(row))]
    own = [head is not None and cells[j] == {str(head)} for j, head in enumerate(row)]
    silent = [
        head is not None and not cells[j] and bare(head) not in _TYPEFORM
        for j, head in enumerate(row)
    ]
    found: dict[int, str] = {}
    first = 1
    while first < len(row):
        end = first
        while end < len(row) and (own[end] or (end > first and silent[end])):
            end += 1
        while end > first and not own[end - 1] and str(row[end - 1]).lower() != "other":
            end -= 1
        if end - first > 1:
            name = " / ".join(str(head) for head in row[first:end])
            found |= dict.fromkeys(range(first, end), f"One of: {name}"[:120])
        first = max(end, first + 1)
    return found
