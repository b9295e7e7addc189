"""The errors people may see. Each carries a code and parameters; printed, it is a sentence.

The sentences live in `report.words`, far above this file: the package's face hands them down with
`speak_by`, once, before anything can be raised.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Any


class CaseError(Exception):
    """Something that stops a stage. `code` names it; `params` holds what the sentence needs."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params: Mapping[str, Any] = MappingProxyType(dict(params))

    def __str__(self) -> str:
        return _sentence_of(self)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({_code_and_params(self)})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.code, dict(self.params))


class InputError(CaseError):
    """A file cannot be read as given.

    Params: file, and where known sheet, row, column, found, expected.
    """


class SettingsError(CaseError):
    """A choice is outside what is possible. Params: name, found, expected."""


class StoreError(CaseError):
    """A case could not be saved or opened. Params: what the sentence needs."""


class RefusedError(CaseError):
    """The data cannot carry this number. The code is the reason code that `case.json` prints."""


class UnknownIdError(CaseError, KeyError):
    """Nothing has this id.

    Params: name (of what it was looked up in), found, expected (the ids there are).
    """

    @classmethod
    def among(cls, name: str, found: object, ids: Collection[str]) -> UnknownIdError:
        """The error for `found`, looked up among these ids of a result called `name`."""
        return cls("unknown_choice", name=name, found=found, expected=list(ids))


def _rebuild(kind: type[CaseError], code: str, params: dict[str, Any]) -> CaseError:
    return kind(code, **params)


def _code_and_params(error: CaseError) -> str:
    """The error as a program reads it: "'file_missing', file='a.xlsx'"."""
    params = (f"{name}={value!r}" for name, value in error.params.items())
    return ", ".join([repr(error.code), *params])


_sentence_of: Callable[[CaseError], str] = _code_and_params


def speak_by(sentence_of: Callable[[CaseError], str]) -> None:
    """From now on `str(error)` is what `sentence_of` makes of the error."""
    global _sentence_of
    _sentence_of = sentence_of
