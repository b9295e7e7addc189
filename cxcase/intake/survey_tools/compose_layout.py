"""From what each column asks to a layout: readable headings, each once, and no personal ones."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from cxcase.intake.survey_tools.layout import Ask, Group, Layout, Merge, Unfold
from cxcase.intake.survey_tools.question_text import with_scale, worded
from cxcase.intake.values.cells import blank
from cxcase.intake.vocabulary.headings import STRONG, fields_of, fit, personal

Rows = Sequence[Sequence[Any]]
_EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[A-Za-z]{2,}$")
_ADDRESS = re.compile(
    r"^(?:\d{1,3}\.){3}\d{1,3}$|^[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){3,7}$", re.IGNORECASE
)
_MOSTLY = 0.8  # share of different cells that ids have
_MOST = 0.5  # share of filled cells that have to be addresses
# words of an employee survey: whatever names a person in it is no customer's id
_OF_EMPLOYEES = re.compile(
    r"\b(?:my (?:line )?(?:manager|job|work|colleagues)|work here|working here"
    r"|(?:place|places) to work|employer|enps|employee|mitarbeiter|arbeitgeber|vorgesetzte"
    r"|meine arbeit|mon (?:travail|manager|employeur)|mi (?:trabajo|jefe))",
    re.IGNORECASE,
)


def compose(
    name: str, header_row: int, asks: Sequence[Ask], below: Rows, unfolded: tuple[Unfold, ...] = ()
) -> Layout:
    """The layout of a sheet in format `name`, one `Ask` per column.

    below: the first rows under the headings.
    """
    seen = [filled(below, j) for j in range(len(asks))]
    personal_ones = [j for j, ask in enumerate(asks) if _is_personal(ask, seen[j])]
    shown = [None if j in personal_ones or a.text is None else a for j, a in enumerate(asks)]
    used = _without_other_dates(shown, seen)
    merged = _merges(used, seen)
    headings = _headings(used, [m.heading for m in merged])
    fields = _fields(used, headings, seen)
    emails = (worded(asks[j].text) for j in personal_ones if _are(_EMAIL, seen[j]))
    if (email := next(emails, None)) is not None:
        fields["email"] = email
    return Layout(
        name,
        header_row,
        headings,
        groups=_groups(used, headings),
        merged=merged,
        unfolded=unfolded,
        dropped=tuple(worded(asks[j].text) for j in personal_ones if asks[j].text),
        fields=fields,
    )


def filled(rows: Rows, column: int) -> list[Any]:
    """The cells of these rows in one column that hold something."""
    return [row[column] for row in rows if column < len(row) and not blank(row[column])]


def _are(pattern: re.Pattern[str], cells: Sequence[Any]) -> bool:
    """True when most cells match."""
    matching = sum(isinstance(c, str) and bool(pattern.match(c)) for c in cells)
    return matching > _MOST * len(cells)


def _is_personal(ask: Ask, cells: Sequence[Any]) -> bool:
    """By what the tool says, by heading or content; a matrix's row ("Phone") only by content."""
    if ask.text is None:
        return False
    named = ask.personal or (ask.item is None and personal(worded(ask.text)))
    return named or _are(_EMAIL, cells) or _are(_ADDRESS, cells)


def _without_other_dates(
    asks: Sequence[Ask | None], seen: Sequence[Sequence[Any]]
) -> list[Ask | None]:
    """Of the moments a tool notes only the one that counts: when it was sent, not when begun."""
    ranks = {
        j: (not seen[j], a.rank) for j, a in enumerate(asks) if a and a.field == "responded_at"
    }
    best = min(ranks, key=lambda j: ranks[j], default=None)
    return [None if j in ranks and j != best else a for j, a in enumerate(asks)]


def _question(ask: Ask) -> str:
    return worded(ask.text)


def _headings(asks: Sequence[Ask | None], taken: Sequence[str]) -> tuple[str | None, ...]:
    """One heading a column that is used, each once.

    The item alone where nothing else is called so, else with its question in front. taken: headings
    that others have already.
    """
    size = Counter(a.question for a in asks if a)
    short = [None if a is None else _short(a, size[a.question]) for a in asks]
    count = Counter([s for s in short if s is not None] + list(taken))
    seen = Counter(taken)
    headings: list[str | None] = []
    for ask, heading in zip(asks, short, strict=True):
        if ask is None or heading is None:
            headings.append(None)
        elif ask.item is None or count[heading] == 1:
            headings.append(_numbered(heading, seen))
        else:
            headings.append(_numbered(f"{_question(ask)} – {worded(ask.item)}", seen))
    return tuple(headings)


def _numbered(heading: str, seen: Counter[str]) -> str:
    """The heading, counted in `seen`; its number behind it from the second time on."""
    seen[heading] += 1
    if seen[heading] == 1:
        return heading
    return f"{heading} ({seen[heading]})"


def _short(ask: Ask, columns: int) -> str:
    question = _question(ask)
    if ask.item is None:
        return question
    item = worded(ask.item)
    if columns < 2 or personal(item):
        return f"{question} – {item}"
    return with_scale(item, question)


def _groups(asks: Sequence[Ask | None], headings: Sequence[str | None]) -> tuple[Group, ...]:
    """The questions of several columns."""
    found = []
    for members in _by_question(asks).values():
        if len(members) > 1:
            question = _question(next(iter(members.values())))
            found.append(Group(question, tuple(str(headings[j]) for j in members)))
    return tuple(found)


def _by_question(asks: Sequence[Ask | None], choices: bool = False) -> dict[str, dict[int, Ask]]:
    """Question -> its columns; choices: only those that may hold nothing but their own item."""
    together: dict[str, dict[int, Ask]] = {}
    for j, ask in enumerate(asks):
        if ask is not None and ask.question is not None and (ask.choice or not choices):
            together.setdefault(ask.question, {})[j] = ask
    return together


def _merges(asks: Sequence[Ask | None], seen: Sequence[Sequence[Any]]) -> tuple[Merge, ...]:
    """Questions whose columns hold, as far as seen, each nothing but its own choice."""
    found = []
    taken = Counter(_question(a) for a in asks if a and a.item is None)
    for members in _by_question(asks, choices=True).values():
        alone = all(len(set(map(str, seen[j]))) <= 1 for j in members)
        if len(members) > 1 and alone and any(seen[j] for j in members):
            heading = _numbered(_question(next(iter(members.values()))), taken)
            choices = tuple(worded(ask.item) for ask in members.values())
            found.append(Merge(heading, tuple(members), choices))
    return tuple(found)


def _varied(cells: Sequence[Any]) -> bool:
    return len({str(c) for c in cells}) > _MOSTLY * len(cells)


def _fields(
    asks: Sequence[Ask | None], headings: Sequence[str | None], seen: Sequence[Sequence[Any]]
) -> dict[str, str]:
    """Canonical field -> heading, as the tool says it.

    What may hold the customer's id does only where no heading says it better and no employees
    answered.
    """
    told = [
        (ask, heading, cells)
        for ask, heading, cells in zip(asks, headings, seen, strict=True)
        if ask is not None and ask.field and heading is not None
    ]
    fields: dict[str, str] = {}
    keys = []
    for ask, heading, cells in sorted(told, key=lambda one: one[0].rank):
        if ask.field != "key":
            fields.setdefault(str(ask.field), heading)
        elif cells:
            keys.append(heading)
    if keys and not _names_customers(headings, seen) and not _asks_employees(asks):
        fields.setdefault("customer_id", keys[0])
    return fields


def _names_customers(headings: Sequence[str | None], seen: Sequence[Sequence[Any]]) -> bool:
    """True when a heading says by itself that customers' ids stand under it."""
    id = fields_of("cx")["customer_id"]
    return any(
        heading and (fit(heading, id) == 1 or (fit(heading, id) >= STRONG and _varied(cells)))
        for heading, cells in zip(headings, seen, strict=True)
    )


def _asks_employees(asks: Sequence[Ask | None]) -> bool:
    texts = (f"{_question(ask)} {ask.item or ''}" for ask in asks if ask is not None)
    return any(map(_OF_EMPLOYEES.search, texts))
