"""Columns whose meaning is known beforehand, by a person or by their values: recognised as if they
were headed so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cxcase.intake.recognition.column_profile import Profile
from cxcase.intake.recognition.part_roles import names_key
from cxcase.intake.schema import ITEM, MOMENT, PERIOD
from cxcase.intake.vocabulary.headings import fields_of, fit

_FAMILIES = (MOMENT, ITEM, PERIOD)  # fields that a table has any number of
_OWN_WORDS = 1.0  # fit of a heading that is called exactly so


class _Named(Profile):
    """A column that is what it is called, whatever its cells look like."""

    def is_a(self, kind: str) -> float:
        """Always 1."""
        return 1.0


def called(profiles: Sequence[Profile], named: Mapping[str, str]) -> list[Profile]:
    """The columns under the names of the fields they are known to be, without others that are
    called so too. named: field -> heading.
    """
    if not named:
        return list(profiles)
    fields = {heading: field for field, heading in named.items()}
    found: list[Profile] = []
    for profile in profiles:
        field = fields.get(profile.heading, "")
        if field and not field.startswith(_FAMILIES):
            found.append(_Named(alias(field), profile.cells))
        elif field or not _claims(profile.heading, named):
            found.append(profile)
    return found


def alias(field: str) -> str:
    """The heading by which a field is recognised for certain."""
    return field.replace("_", " ")


def _claims(heading: str, named: Mapping[str, str]) -> bool:
    """True for a heading that would be taken for a field that is another column."""
    if "customer_id" in named and names_key(heading):
        return True
    return "team" in named and fit(heading, fields_of("customers")["team"]) >= _OWN_WORDS


def own_headings(columns: Mapping[str, str], named: Mapping[str, str]) -> dict[str, str]:
    """Field -> heading as the table has it."""
    aliases = {alias(field): heading for field, heading in named.items()}
    return {field: aliases.get(heading, heading) for field, heading in columns.items()}


def with_named(columns: Mapping[str, str], named: Mapping[str, str], role: str) -> dict[str, str]:
    """The columns with those that are known, where the role has such a field."""
    known = {
        field: heading
        for field, heading in named.items()
        if field in fields_of(role) or field.startswith(_FAMILIES)
    }
    taken = set(known.values())
    others = {f: h for f, h in columns.items() if h not in taken and f not in known}
    return {**others, **known}


# ---- what a mapping.json names -------------------------------------------------------------------


def for_file(mapping: Mapping[str, Any] | None, file: str) -> Mapping[str, Any] | None:
    """The mapping without what it says of other files."""
    if mapping is None:
        return None
    tables = [entry for entry in mapping.get("tables", ()) if _speaks_of(entry, file)]
    return {**mapping, "tables": tables}


def _speaks_of(entry: Mapping[str, Any], file: str) -> bool:
    named = entry.get("match", {}).get("file")
    return named is None or named == file or file.endswith(f"/{named}")


def named_for_all(mapping: Mapping[str, Any] | None, headings: Sequence[str]) -> dict[str, str]:
    """Field -> heading of what a mapping names without saying in which table: wherever there is a
    column headed so.
    """
    named: dict[str, str] = {}
    for entry in (mapping or {}).get("tables", ()):
        if not entry.get("match", {}).get("headings"):
            columns = entry.get("columns", {}).items()
            named |= {field: heading for field, heading in columns if heading in headings}
    return named
