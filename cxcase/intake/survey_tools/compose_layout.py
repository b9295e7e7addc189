"""From what each column asks to a layout: readable headings, each once; personal columns out; the
customer's id.
"""

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
_OF_EMPLOYEES = re.compile(
    r"\b(?:my (?:line )?(?:manager|job|work|colleagues)|work here|working here|(?:place|places) to work|employer|enps|"
    r"employee|mitarbeiter|arbeitgeber|vorgesetzte|meine arbeit|mon (?:travail|manager|employeur)|mi (?:trabajo|jefe))",
    re.IGNORECASE,
)  # an employee survey: whatever names a person in it is no customer's id


def compose(
    name: str, header_row: int, asks: Sequence[Ask], below: Rows, unfolded: tuple[Unfold, ...] = ()
) -> Layout:
    """The layout of a sheet in format `name`, one `Ask` per column. below: the first rows under the
    headings.
    """
    seen = [filled(below, j) for j in range(len(asks))]
    out = [_is_personal(a, cells) for a, cells in zip(asks, seen, strict=True)]
    used = _without_other_dates(
        [None if a.text is None or hidden else a for a, hidden in zip(asks, out, strict=True)], seen
    )
    merged = _merges(used, seen)
    headings = _headings(used, [m.heading for m in merged])
    dropped = tuple(
        worded(a.text) for a, hidden in zip(asks, out, strict=True) if hidden and a.text
    )
    fields = _fields(used, headings, seen)
    emails = [
        worded(a.text)
        for a, hidden, cells in zip(asks, out, seen, strict=True)
        if hidden and _are(_EMAIL, cells)
    ]
    if emails:
        fields["email"] = emails[0]
    return Layout(
        name, header_row, headings, _groups(used, headings), merged, unfolded, dropped, fields
    )


def filled(rows: Rows, column: int) -> list[Any]:
    """The cells of these rows in one column that hold something."""
    return [row[column] for row in rows if column < len(row) and not blank(row[column])]


def _are(pattern: re.Pattern[str], cells: Sequence[Any]) -> bool:
    return bool(cells) and sum(
        isinstance(c, str) and bool(pattern.match(c)) for c in cells
    ) > _MOST * len(cells)


def _is_personal(ask: Ask, cells: Sequence[Any]) -> bool:
    """By what the tool says, by its heading, by content; the rows of a matrix ("Phone") only by
    content.
    """
    if ask.text is None:
        return False
    named = ask.personal or (ask.item is None and personal(worded(ask.text)))
    return named or _are(_EMAIL, cells) or _are(_ADDRESS, cells)


def _without_other_dates(
    asks: Sequence[Ask | None], seen: Sequence[Sequence[Any]]
) -> list[Ask | None]:
    """Of the moments a tool notes only the one that counts: when it was sent, not when it was
    begun.
    """
    dated = [j for j, a in enumerate(asks) if a and a.field == "responded_at"]
    best = min(dated, key=lambda j: (not seen[j], getattr(asks[j], "rank", 0)), default=None)
    return [None if j in dated and j != best else a for j, a in enumerate(asks)]


def _question(ask: Ask) -> str:
    return worded(ask.text)


def _headings(asks: Sequence[Ask | None], taken: Sequence[str]) -> tuple[str | None, ...]:
    """One heading a column: the item alone where nothing else is called so, else with its question
    in front.
    """
    size = Counter(a.question for a in asks if a)
    short = [None if a is None else _short(a, size[a.question]) for a in asks]
    count = Counter([s for s in short if s is not None] + list(taken))
    longer = [
        s
        if s is None or a is None or a.item is None or count[s] == 1
        else f"{_question(a)} – {worded(a.item)}"
        for s, a in zip(short, asks, strict=True)
    ]
    seen: Counter[str] = Counter(taken)
    headings: list[str | None] = []
    for text in longer:
        if text is not None:
            seen[text] += 1
            text = text if seen[text] == 1 else f"{text} ({seen[text]})"
        headings.append(text)
    return tuple(headings)


def _short(ask: Ask, columns: int) -> str:
    question = _question(ask)
    if ask.item is None:
        return question
    item = worded(ask.item)
    if columns < 2 or personal(item):
        return f"{question} – {item}"
    return with_scale(item, question)


def _groups(asks: Sequence[Ask | None], headings: Sequence[str | None]) -> tuple[Group, ...]:
    together: dict[str, list[int]] = {}
    for j, ask in enumerate(asks):
        if ask is not None and ask.question is not None:
            together.setdefault(ask.question, []).append(j)
    found = []
    for columns in together.values():
        first = asks[columns[0]]
        if len(columns) > 1 and first is not None:
            found.append(Group(_question(first), tuple(str(headings[j]) for j in columns)))
    return tuple(found)


def _merges(asks: Sequence[Ask | None], seen: Sequence[Sequence[Any]]) -> tuple[Merge, ...]:
    """Questions whose columns hold, as far as seen, each nothing but its own choice."""
    together: dict[str, list[int]] = {}
    for j, ask in enumerate(asks):
        if ask is not None and ask.choice and ask.question is not None:
            together.setdefault(ask.question, []).append(j)
    found = []
    taken = Counter(_question(a) for a in asks if a and a.item is None)
    for columns in together.values():
        inside = [(j, a) for j in columns if (a := asks[j]) is not None]
        choices = tuple(worded(a.item) for _, a in inside)
        alone = all(len({str(c) for c in seen[j]}) <= 1 for j in columns)
        if len(columns) > 1 and alone and any(seen[j] for j in columns):
            heading = _question(inside[0][1])
            taken[heading] += 1
            heading = heading if taken[heading] == 1 else f"{heading} ({taken[heading]})"
            found.append(Merge(heading, tuple(columns), choices))
    return tuple(found)


def _varied(cells: Sequence[Any]) -> bool:
    return len({str(c) for c in cells}) > _MOSTLY * len(cells)


def _fields(
    asks: Sequence[Ask | None], headings: Sequence[str | None], seen: Sequence[Sequence[Any]]
) -> dict[str, str]:
    """Canonical field -> heading; the customer's id only where no heading says it better and no
    employees answered.
    """
    by_rank = sorted(
        (j for j, a in enumerate(asks) if a and a.field), key=lambda j: getattr(asks[j], "rank", 0)
    )
    fields: dict[str, str] = {}
    keys = []
    for j in by_rank:
        ask = asks[j]
        heading = headings[j]
        assert ask is not None
        assert heading is not None
        if ask.field == "key":
            keys += [heading] if seen[j] else []
        elif ask.field:
            fields.setdefault(ask.field, heading)
    one = fields_of("cx")["customer_id"]
    said = any(
        h and (fit(h, one) == 1 or (fit(h, one) >= STRONG and _varied(seen[j])))
        for j, h in enumerate(headings)
    )
    employees = any(
        a is not None and _OF_EMPLOYEES.search(_question(a) + " " + (a.item or "")) for a in asks
    )
    if keys and not said and not employees:
        fields.setdefault("customer_id", keys[0])
    return fields
