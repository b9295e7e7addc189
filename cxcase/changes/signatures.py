"""What a signed assumption rests on, and whether that is still what was signed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cxcase.agreement import SETTING, Agreement, Agreements
from cxcase.case_document import CaseInputs, SavedFile
from cxcase.content_key import content_key
from cxcase.settings import DECISIONS, Settings
from cxcase.stage_settings import adds

_OF_STEPS = ("recommendations", "case_studies")  # roles of files that say nothing of customers
_ON_SETTINGS: Mapping[str, tuple[str, ...]] = {
    "lift": ("lift_range", "ranges", "lift_source", "study_shares"),
    "cost": ("cost_range", "day_rate", "ranges"),
    "worth": (*adds("case"), *adds("moments")),
    "growth": (*adds("case"), "count_expansion"),
    "path": adds("case"),
}


def agreements(inputs: CaseInputs) -> Agreements:
    """What people said of the case, and which signatures are stale."""
    stale = {(line.kind, line.of): moved(line, inputs) for line in inputs.agreed if line.signed}
    return Agreements(
        inputs.agreed, inputs.asks, {of: parts for of, parts in stale.items() if parts}
    )


def moved(line: Agreement, inputs: CaseInputs) -> tuple[str, ...]:
    """What an assumption rests on that is another than when it was signed: then the signature is
    stale. Nothing where it stands, or where nobody signed.
    """
    if line.signed is None:
        return ()
    then = line.signed.rests_on
    now = rests_on(line.kind, line.of, inputs)
    return tuple(part for part in {**then, **now} if then.get(part) != now.get(part))


def rests_on(kind: str, of: str, inputs: CaseInputs) -> dict[str, str]:
    """Part -> a key of it: the settings ("margin") and the files ("file:customers.xlsx") that an
    assumption rests on.
    """
    settings = inputs.settings
    if kind == SETTING:
        return {of: content_key(_value(settings, of))}
    names = [name for name in _ON_SETTINGS[kind] if name != "k_min"]
    parts = {name: content_key(_value(settings, name)) for name in names}
    if kind in ("lift", "cost"):
        answers = {k: v for k, v in settings.step_answers.items() if k.startswith(f"{of}:")}
        parts["step_answers"] = content_key(answers)
        cells = {k: v for k, v in settings.step_cells.items() if k.startswith(f"{of}:")}
        parts |= {"step_cells": content_key(cells)} if cells else {}
    return parts | {f"file:{file.name}": _read(file) for file in _files(kind, inputs)}


def _value(settings: Settings, name: str) -> Any:
    """The setting, or the option of a decision; a margin with those that segments have of their
    own.
    """
    if name in DECISIONS:
        return settings.option(name)
    if name == "margin":
        return (settings.margin, settings.segment_margins)
    return getattr(settings, name)


def _files(kind: str, inputs: CaseInputs) -> Iterator[SavedFile]:
    """The files of steps for what a step's list says, else those of customers and employees."""
    for file in inputs.files:
        roles = {table.source.role for table in file.parsed.tables if table.source.role}
        of_steps = roles <= {*_OF_STEPS}
        if roles and of_steps == (kind in ("lift", "cost")):
            yield file


def _read(file: SavedFile) -> str:
    """A key of a file's bytes and of what its columns are taken for."""
    sources = [table.source for table in file.parsed.tables]
    return content_key(file.digest, [(str(s.role), dict(s.columns)) for s in sources])


def deciding(base: float, ends: Sequence[tuple[float, float]]) -> int | None:
    """How many of the assumptions, the widest first, decide the sign of an NPV: once these are
    agreed, all others at their poor ends, taken one by one and added up, do not turn it. None where
    the NPV is not above zero. ends: (NPV at the low input, at the high one).
    """
    if base <= 0:
        return None
    losses = [max(0.0, base - min(pair)) for pair in ends]
    rest = sum(losses)
    for count, loss in enumerate(losses):
        if rest < base:
            return count
        rest -= loss
    return len(losses)
