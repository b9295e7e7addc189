"""Who may do what with a case: one table, asked by every request to the store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

Role = Literal["alone", "owner", "editor", "finance", "viewer", "link"]
Action = Literal["see", "take", "rows", "edit", "sign", "manage", "delete"]

NOBODY = ""  # who somebody is where nobody logs in
GIVEN: tuple[Role, ...] = ("owner", "editor", "finance", "viewer")  # what an owner may make others
RIGHTS: Mapping[Role, frozenset[Action]] = {
    # whoever sits at the machine, where nobody logs in
    "alone": frozenset({"see", "take", "rows", "edit", "sign", "manage", "delete"}),
    "owner": frozenset({"see", "take", "rows", "edit", "manage", "delete"}),
    "editor": frozenset({"see", "take", "rows", "edit"}),
    "finance": frozenset({"see", "take", "sign"}),
    "viewer": frozenset({"see", "take"}),
    # whoever holds a read-only link
    "link": frozenset({"see", "take"}),
}
# see: figures · take: deck and workbook · rows: tables, comments, what was set aside, the whole
# file · manage: people, links, the log · delete: archive, bin, delete for good

Signed = Mapping[tuple[str, str], tuple[Any, ...]]


def may(role: Role, action: Action) -> bool:
    """True where somebody of this role may do this."""
    return action in RIGHTS[role]


def signatures(body: Mapping[str, Any]) -> Signed:
    """(kind, of) of each assumption that is signed -> who signed which value when, on what."""
    return {
        (line["kind"], line["of"]): tuple(
            line["signed"].get(part) for part in ("by", "on", "value", "rests_on")
        )
        for line in body.get("agreed", ())
        if line.get("signed")
    }


def with_signatures_of(body: Mapping[str, Any], signed: Mapping[str, Any]) -> dict[str, Any]:
    """`body` with the signatures that `signed` has and everything else as it was."""
    there = {(line["kind"], line["of"]): line.get("signed") for line in signed.get("agreed", ())}
    lines = {(line["kind"], line["of"]): line for line in body.get("agreed", ())}
    unknown = {key: _empty(*key) for key in there if key not in lines}
    merged = [{**line, "signed": there.get(key)} for key, line in {**lines, **unknown}.items()]
    says = [line for line in merged if line["signed"] or line.get("owner") or line.get("due")]
    return {**body, "agreed": says}


def _empty(kind: str, of: str) -> dict[str, Any]:
    return {"kind": kind, "of": of, "owner": "", "due": None}
