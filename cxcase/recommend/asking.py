"""What is known of one row: a value, what is remarked about it, and what has to be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from cxcase.checks import FindingStatus
from cxcase.recommend.notes import Note, Notes, note, shared_note
from cxcase.recommend.result import Asked, Candidate, StepQuestion

T = TypeVar("T")


@dataclass(frozen=True)
class Read(Generic[T]):
    """What one part of a row comes to; without a value and a question the row is set aside."""

    value: T | None
    notes: Notes = ()
    question: StepQuestion | None = None


@dataclass(frozen=True)
class About:
    """The step a row is about, and what somebody answered of it (field -> answer)."""

    id: str
    title: str
    row: int
    answers: Mapping[str, Any] = field(default_factory=dict)
    id_made: bool = False
    inherits: str | None = None  # the step it is a part of and has its lift from

    def note(self, status: FindingStatus, code: str, **params: Any) -> Note:
        """A finding of its own about this step."""
        return note(status, code, id=self.id, title=self.title, row=self.row, **params)

    def shared(self, code: str, **params: Any) -> Note:
        """A remark that holds for other steps too."""
        return shared_note(code, self.id, **params)

    def ask(
        self,
        about: Asked,
        code: str,
        said: str | None = None,
        candidates: tuple[Candidate, ...] = (),
        notes: Notes = (),
    ) -> Read[Any]:
        """No value but a question; a finding says the same."""
        question = StepQuestion(self.id, self.title, self.row, about, code, said, candidates)
        likeliest = next(iter(question.near), None)
        told = self.note("review", code, said=said, suggestion=likeliest)
        return Read(None, (*notes, told), question)
