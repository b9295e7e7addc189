"""How a survey tool lays a sheet out: its row of headings and what each column asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Group:
    """The columns of one question, such as the rows of a matrix: its text and their headings."""

    question: str
    headings: tuple[str, ...]


@dataclass(frozen=True)
class Merge:
    """Columns that may be the choices of one question; they become one column `heading`."""

    heading: str
    columns: tuple[int, ...]  # indices in the sheet
    choices: tuple[str, ...]


@dataclass(frozen=True)
class Unfold:
    """A column (index in the sheet) of JSON objects; each (key, heading) becomes a column."""

    column: int
    keys: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Layout:
    """How one sheet is laid out.

    header_row   index of the last row of headings
    headings     one per column of the sheet; None: the column is not used
    dropped      headings of personal data, which is not read
    fields       canonical field -> heading where the tool says it; besides those of the roles:
                 "status", "finished", "progress", "submitted", and "email", the heading of e-mail
                 addresses that were dropped
    """

    format: str
    header_row: int
    headings: tuple[str | None, ...]
    groups: tuple[Group, ...] = ()
    merged: tuple[Merge, ...] = ()
    unfolded: tuple[Unfold, ...] = ()
    dropped: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Ask:
    """What one column asks.

    text      the question or the tool's own heading; None: the column is not used
    item      row of a matrix, or a choice
    question  what the columns of one question have in common, None for a column of its own
    field     canonical field that it certainly is; "key": may hold the customer's id
    rank      of several columns for one field the lowest is taken
    personal  names, addresses, places: not read
    choice    True when the column may hold nothing but its own item
    """

    text: str | None
    item: str | None = None
    question: str | None = None
    field: str | None = None
    rank: int = 0
    personal: bool = False
    choice: bool = False


UNUSED = Ask(None)
