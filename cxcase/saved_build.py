"""A build that goes on from a saved case, or is saved as one: files matched, changes told."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cxcase.case_document import (
    CaseInputs,
    SavedFile,
    body_of,
    files_of,
    from_plain,
    inputs_of,
)
from cxcase.changes import (
    Cause,
    Difference,
    Recomputed,
    agreements,
    causes,
    npv_difference,
    same_table,
)
from cxcase.errors import StoreError
from cxcase.intake import Parsed, Upload
from cxcase.pipeline import look_together
from cxcase.portable_case import portable, unpacked
from cxcase.report import Report
from cxcase.settings import EMPLOYEES_ANSWERED, Settings
from cxcase.store import CaseDocument, CaseStore, SavedCase, names_secret

__all__ = [
    "Before",
    "agreements",
    "changed",
    "difference",
    "find",
    "how_read",
    "keep",
    "open_case",
    "with_files",
]
ENDING = ".cxcase"
OWNER = ""  # nobody logs in on a command line


@dataclass(frozen=True)
class Before:
    """A saved case that a build goes on from. npv: what its plan was noted to come to."""

    inputs: CaseInputs = field(default_factory=CaseInputs)
    npv: float | None = None
    case: SavedCase | None = None


def open_case(named: str, store: Callable[[], CaseStore], folder: Path) -> Before:
    """The case of a `.cxcase` file, or the one of this id or name in the store; its tables are in
    `folder`. Raises StoreError.
    """
    if named.endswith(ENDING):
        path = Path(named)
        if not path.is_file():
            raise StoreError("no_case_called", found=named)
        return Before(unpacked(path.name, path.read_bytes(), folder))
    opened = store()
    case = find(opened, named)
    if case is None:
        raise StoreError("no_case_called", found=named)
    return _saved(opened, case, folder)


def _saved(store: CaseStore, case: SavedCase, folder: Path) -> Before:
    saved, body = store.load(OWNER, case.id, folder)
    noted = {version.number: version.npv for version in store.versions(OWNER, case.id)}
    return Before(inputs_of(body, folder, names_secret()), noted.get(saved.head), saved)


def find(store: CaseStore, named: str) -> SavedCase | None:
    """The case of this id, else the one of this name; None without one.

    Raises StoreError "several_cases" where several have the name.
    """
    cases = [*store.cases(OWNER), *store.cases(OWNER, "archived")]
    by_id = next((case for case in cases if case.id == named), None)
    if by_id is not None:
        return by_id
    called = [case for case in cases if case.name.casefold() == named.casefold()]
    if len(called) > 1:
        raise StoreError("several_cases", found=named, ids=[case.id for case in called])
    return next(iter(called), None)


def with_files(
    inputs: CaseInputs,
    read: Sequence[tuple[Upload, Parsed]],
    folder: Path,
    settings: Settings,
    mapping: Mapping[str, Any] | None,
) -> CaseInputs:
    """The inputs with new files: each takes the place of the one of its name, else of the one with
    its roles and headings, else stands beside them. All are then looked at together.
    """
    uploads = {upload.name: upload for upload, _ in read}
    files = [replace(file, parsed=file.alone or file.parsed, alone=None) for file in inputs.files]
    for upload, parsed in read:
        made = SavedFile(upload.name, hashlib.sha256(upload.data).hexdigest(), parsed)
        place = _place(files, made, {*uploads})
        files[place : place + 1] = [made]
    together = look_together(
        [file.parsed for file in files],
        [uploads.get(file.name) for file in files],
        settings,
        folder,
        mapping,
    )
    return replace(inputs, settings=settings, files=tuple(map(_beside, files, together)))


def _place(files: Sequence[SavedFile], made: SavedFile, new: set[str]) -> int:
    """Which file a new one takes the place of; after the last where of none."""
    named = [k for k, file in enumerate(files) if file.name == made.name]
    alike = [k for k, file in enumerate(files) if file.name not in new and same_table(file, made)]
    return next(iter([*named, *alike]), len(files))


def _beside(file: SavedFile, parsed: Parsed) -> SavedFile:
    """The file as it is read beside the others."""
    if parsed.key == file.parsed.key:
        return file
    return replace(file, parsed=parsed, alone=file.parsed)


def how_read(
    before: CaseInputs, mapping: Mapping[str, Any] | None, settings: Settings
) -> dict[str, Any]:
    """How files are to be read, as a mapping.json says it: what the earlier case says and what is
    said now, which counts where both speak of a table; what was decided of employees' answers.
    """
    tables = [*before.mapping, *(mapping or {}).get("tables", ())]
    once = {k: v for k, v in settings.decisions.items() if k == EMPLOYEES_ANSWERED}
    return {"version": 1, "tables": tables} | ({"decisions": once} if once else {})


def difference(before: Before, now: CaseInputs) -> Difference:
    """What changed from the saved case on, and what each change did to the expected NPV."""
    every = causes(before.inputs, now)
    return npv_difference(Recomputed(before.inputs, now, every), before.npv)


def changed(before: Before, found: Difference) -> dict[str, Any]:
    """The difference as case.json says it: each part with its causes and its NPV."""
    since = {} if before.case is None else {"id": before.case.id, "version": before.case.head}
    told: dict[str, Any] = {"since": since}
    if found.refused is not None or found.before is None or found.after is None:
        return {**told, "parts": [], "beside": _plain(found.beside), "reason": found.refused}
    parts = [{"causes": _plain(p.causes), "npv": float(p.value)} for p in found.parts]
    ends = {"before": float(found.before), "after": float(found.after)}
    return {**told, "npv_mean": ends, "parts": parts, "beside": _plain(found.beside)}


def _plain(found: Sequence[Cause]) -> list[dict[str, Any]]:
    """Causes with their values as they were, and what each is about."""
    return [{**from_plain(cause.plain()), "about": cause.kind} for cause in found]


def keep(
    named: str,
    store: Callable[[], CaseStore],
    inputs: CaseInputs,
    folder: Path,
    by: str,
    report: Report,
) -> str:
    """Keeps the case as a `.cxcase` file, or in the store under an id or a name; gives back the
    file or the id. Raises StoreError.
    """
    if named.endswith(ENDING):
        scratch = folder / "masked"
        scratch.mkdir()
        _write(Path(named), portable(inputs, folder, scratch))
        return named
    opened = store()
    case = _versioned(opened, named, inputs, folder, by)
    npv = report.plan.npv.mean if report.plan and report.plan.npv else None
    opened.note_result(OWNER, case.id, case.head, report.key, npv)
    return case.id


def _write(path: Path, data: bytes) -> None:
    """Writes a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.write_bytes(data)
    unfinished.replace(path)


def _versioned(
    store: CaseStore, named: str, inputs: CaseInputs, folder: Path, by: str
) -> SavedCase:
    """The case with these inputs in force: a new version, or the one there is where nothing
    changed; a new case where none has the name.
    """
    case = find(store, named) or store.create(OWNER, named)
    before = _saved(store, case, folder).inputs if case.head else None
    told = [cause.plain() for cause in causes(before, inputs)]
    if before is not None and not told:
        return case
    document = CaseDocument(body_of(inputs), files_of(inputs, folder))
    return store.save(OWNER, case.id, document, expected=case.head, causes=told, by=by)
