"""What codes are called in the files we write."""

from __future__ import annotations

from cxcase.report import words


def role_of(role: str | None) -> str:
    """What a table was taken for, in words."""
    return words.say(f"export.role.{role}") if role else words.say("export.role.none")


def why(code: str) -> str:
    """A reason for setting a row aside in words; the code in plain letters when it has none."""
    path = f"set_aside.{code}.text"
    return words.say(path) if words.has(path) else code.replace("_", " ")
