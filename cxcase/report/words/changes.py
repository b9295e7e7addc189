"""What somebody changed between two versions of a case, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cxcase.report import format as fmt
from cxcase.report.words import names
from cxcase.report.words.register import assumption, entry_value, label
from cxcase.report.words.texts import has, say
from cxcase.settings import DECISIONS, Assumption

_LONGEST = 2  # changes that are told one by one where they count together


def change(told: Mapping[str, Any], currency: str, titles: Mapping[str, str]) -> str:
    """One change: "Contribution margin: 40 % → 42 %". told: as a version keeps it, its values as
    they were. titles: step id -> title.
    """
    if told["kind"] == "setting":
        return _setting(told, currency, titles)
    name = told.get("name", "")
    line = say(f"change.{told['kind']}", name=name, before=told.get("from") or "")
    if told.get("also"):
        return say("change.also", line=line, names=list(told["also"]))
    return line


def changes_together(lines: Sequence[str], kinds: Sequence[str]) -> str:
    """Changes whose effect is one part: each of a few, else how many of which kind."""
    if not lines:
        return say("change.app")
    if len(lines) <= _LONGEST:
        return say("change.list_and", lines=list(lines)) if len(lines) > 1 else lines[0]
    about = [say(f"change.about.{kind}") for kind in dict.fromkeys(kinds)]
    return say("change.several", n=len(lines), about=about)


def _setting(told: Mapping[str, Any], currency: str, titles: Mapping[str, str]) -> str:
    name = told["name"]
    entry = told.get("entry")
    before = told.get("from")
    after = told.get("to")
    if entry is None:
        return _changed(name, before, after, currency)
    if name == "decisions" and entry in DECISIONS:
        return _changed(entry, before or DECISIONS[entry][0], after or DECISIONS[entry][0])
    id, _, field = str(entry).partition(":")
    shown = f"“{titles[id]}”" if id in titles else id
    if has(f"change.in.{name}"):
        return fmt.capital(say(f"change.in.{name}" if after else f"change.out.{name}", entry=shown))
    return say(
        "change.entry",
        label=label(name),
        entry=f"{shown}, {_cell(name, field)}" if field else shown,
        before=entry_value(name, before, currency),
        after=entry_value(name, after, currency),
    )


def _cell(name: str, field: str) -> str:
    """A cell of a step as its column is called; what an answer is about as it is."""
    return names.field(field) if name in ("step_cells", "step_reasons") else field


def _changed(name: str, before: Any, after: Any, currency: str = "GBP") -> str:
    """A setting, or a decision, as it was and as it is."""
    old = assumption(Assumption(name, before, "", True), currency)
    new = assumption(Assumption(name, after, "", True), currency)
    return say("change.setting", label=new.label, before=old.value, after=new.value)
