"""The errors people may see. Each carries a code and parameters; `report.words` turns them into a
sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any


class CaseError(Exception):
    """Something that stops a stage. `code` names it; `params` holds what the sentence needs."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params: Mapping[str, Any] = MappingProxyType(dict(params))

    def __str__(self) -> str:
        detail = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        if detail:
            return f"{self.code} ({detail})"
        return self.code

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.code, dict(self.params))


def _rebuild(kind: type[CaseError], code: str, params: dict[str, Any]) -> CaseError:
    return kind(code, **params)


class InputError(CaseError):
    """A file cannot be read as given. Params: file, and where known sheet, row, column, found,
    expected.
    """


class SettingsError(CaseError):
    """A choice is outside what is possible. Params: name, found, expected."""


class RefusedError(CaseError):
    """The data cannot carry this number. The code is the reason code that `case.json` prints."""
