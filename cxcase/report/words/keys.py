"""Keys as people read them: the column taken for one by its values, the columns that could be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from cxcase.intake import KeyCandidate, KeyMatch
from cxcase.report.words.texts import say

_MATCHED = {
    ("customer_id", "own"): "taken_for_key.customer_id.own",
    ("customer_id", "other"): "taken_for_key.customer_id.other",
    ("team", "own"): "taken_for_key.team.own",
    ("team", "other"): "taken_for_key.team.other",
}
_CANDIDATE = {"own": "key_candidate.own", "other": "key_candidate.other"}
OPEN = ("customer_key_open", "survey_key_open", "team_open", "rows_key_open")


def matched_key(match: KeyMatch) -> str:
    """How many values of which column stand where, and what it was taken for."""
    return matched(asdict(match))


def key_candidate(one: KeyCandidate) -> str:
    """A column that could be the key, with its count."""
    return candidate(asdict(one))


def matched(match: Mapping[str, Any]) -> str:
    """The same of a finding's parameters."""
    return say(_MATCHED[match["field"], match["inside"]], **_of(match))


def asked(question: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that could be the key, each with its count, and the flag that names the first."""
    candidates = question["candidates"]
    told = [candidate(one) for one in candidates]
    flag = f"--map '{question['file']}:{question['field']}={candidates[0]['column']}'"
    return {"candidates": told, "flag": flag}


def candidate(one: Mapping[str, Any]) -> str:
    """A column that could be the key."""
    if not one["of"]:
        return say("key_candidate.alone", **one)
    return say(_CANDIDATE[one["inside"]], **one)


def _of(match: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in match.items() if name not in ("field", "inside")}
