"""What codes are called in the files we write."""

from __future__ import annotations

from cxcase.report import words


def role_of(role: str | None) -> str:
    """What a table was taken for, in words."""
    if role:
        return words.say(f"export.role.{role}")
    return words.say("export.role.none")


def why(code: str) -> str:
    """A reason for setting a row aside in words; the code in plain letters when it has none."""
    path = f"set_aside.{code}.text"
    if words.has(path):
        return words.say(path)
    return code.replace("_", " ")
