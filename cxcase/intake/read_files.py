"""The verbs of intake: a file parsed, a guess corrected, files assembled to a case."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from cxcase.content_key import content_key
from cxcase.errors import InputError
from cxcase.intake.case.assemble import assemble
from cxcase.intake.privacy.masking import Names
from cxcase.intake.read_together import How, read_together
from cxcase.intake.recognition.by_values import KEY_OPEN, Known
from cxcase.intake.recognition.guess import NOT_USED, Guess
from cxcase.intake.recognition.recognise import recognise
from cxcase.intake.result import Case, Parsed, Upload
from cxcase.intake.roles.type_table import understand_table
from cxcase.intake.sandbox.archive_notes import as_in_the_file
from cxcase.intake.sandbox.keep_tables import keep_table, with_table
from cxcase.intake.sandbox.protocol import Received, received, table_of
from cxcase.intake.sandbox.supervisor import Tell, read_apart
from cxcase.intake.schema import Role
from cxcase.settings import EMPLOYEES_ANSWERED, Settings
from cxcase.version import CODE

Saved = Mapping[str, Any]  # a mapping.json, version 1
_AT_ONCE = 4
# where nobody gives a key: it ends with this process
SECRET = secrets.token_hex(32)


def parse(
    upload: Upload,
    *,
    mapping: Saved | None,
    folder: Path,
    k_min: int,
    tell: Tell | None = None,
    secret: str = SECRET,
    known: Known | None = None,
) -> Parsed:
    """What one file holds, its typed tables written to `folder`; read in a process of its own.

    A zip's files are read as "archive.zip/inner.csv". mapping: a saved mapping.json. k_min: answers
    that a team needs before its EX figures leave that process. tell: called with (stage, share done
    or None) on the way. secret: by which names are hashed where they are read. known: what other
    files hold. Raises InputError for a file that cannot be read, or that holds no table of the role
    a person said it has.
    """
    told = None if known is None else known.told()
    request = {
        "role": upload.role,
        "mapping": mapping,
        "k_min": k_min,
        "password": upload.password,
        "secret": secret,
        "known": told,
    }
    folder.mkdir(parents=True, exist_ok=True)
    sheets = read_apart(upload.name, upload.data, request, tell, folder)
    if upload.role is not None and not any(s.source.role == upload.role for s in sheets):
        raise _without_role(upload.name, upload.role, sheets)
    key = content_key(
        "parsed",
        upload.data,
        upload.name,
        upload.role,
        mapping,
        k_min,
        told,
        CODE,
        *_closed(sheets),
    )
    tables = tuple(keep_table(sheet, folder, f"{key[:16]}-{i}") for i, sheet in enumerate(sheets))
    aside = tuple(a for sheet in sheets for a in sheet.set_aside)
    names = frozenset[str]().union(*(s.names for s in sheets))
    return Parsed(key, upload.name, tables, aside, names=Names(secret, names))


def read(
    uploads: Sequence[Upload],
    settings: Settings,
    folder: Path,
    mapping: Saved | None = None,
    tell: Callable[[str, str, float | None], None] | None = None,
) -> Case:
    """The case that all files together make, written under its own key in `folder`.

    The mapping's decisions count where `settings` make none. tell: called with (file, stage, share
    done or None), from the threads that wait for the files. Raises InputError for the first file
    that cannot be read.
    """
    settings = settings.recall(mapping)
    said = with_decisions(mapping, settings)
    workers = max(1, min(_AT_ONCE, os.cpu_count() or 1, len(uploads)))
    with ThreadPoolExecutor(workers) as pool:
        tells = [None if tell is None else partial(tell, u.name) for u in uploads]
        about: dict[str, Any] = {"mapping": said, "folder": folder, "k_min": settings.k_min}
        jobs = [
            pool.submit(parse, u, **about, tell=told)
            for u, told in zip(uploads, tells, strict=True)
        ]
        parsed = [job.result() for job in jobs]
    together = look_together(parsed, uploads, mapping=said, folder=folder, k_min=settings.k_min)
    _check_keys(uploads, together)
    return assemble(together, settings, folder)


def look_together(
    parsed: Sequence[Parsed],
    uploads: Sequence[Upload | None],
    *,
    mapping: Saved | None,
    folder: Path,
    k_min: int,
    kept: MutableMapping[str, Parsed] | None = None,
) -> tuple[Parsed, ...]:
    """The files with keys and teams that only their values tell.

    uploads: the same files, None where one's bytes are no longer there: what was not kept of it
    stays as it was. kept: what was read again before in this folder, by all that it was read with,
    so that nothing is read twice; it is added to.
    """
    known_before: MutableMapping[str, Parsed] = {} if kept is None else kept

    def again(place: int, known: Known) -> Parsed | None:
        upload = uploads[place]
        if upload is None:
            return None
        key = content_key(upload.data, upload.name, mapping, k_min, known.told())
        if key not in known_before:
            known_before[key] = parse(
                upload, mapping=mapping, folder=folder, k_min=k_min, known=known
            )
        return known_before[key]

    return read_together(parsed, How(again, folder, k_min, mapping))


def _check_keys(uploads: Sequence[Upload], parsed: Sequence[Parsed]) -> None:
    """Raises InputError where a table has the role that somebody gave its file, but no key."""
    for upload, file in zip(uploads, parsed, strict=True):
        sources = [t.source for t in file.tables if t.source.role == upload.role]
        if upload.role is None or any(source.question is None for source in sources):
            continue
        for source in sources:
            opened = next(m for m in source.messages if m.code in KEY_OPEN.values())
            raise InputError(opened.code, **opened.params)


def with_decisions(mapping: Saved | None, settings: Settings) -> Saved | None:
    """The mapping with what was decided of employees' answers: their rows are read once."""
    if EMPLOYEES_ANSWERED not in settings.decisions:
        return mapping
    known: Saved = {"version": 1, "tables": [], **(mapping or {})}
    return {**known, "decisions": {EMPLOYEES_ANSWERED: settings.option(EMPLOYEES_ANSWERED)}}


def remap(
    parsed: Parsed,
    table: int,
    role: Role | None,
    columns: Mapping[str, str] | None,
    *,
    folder: Path,
    k_min: int,
    decisions: Saved | None = None,
) -> Parsed:
    """The file with one table's role and columns (field -> heading) as a person corrected them.

    The file itself is not needed. role None: the table is not used; columns None: they are
    recognised anew for the role. Raises InputError "file_needed_again" for what was not kept
    (employees' answers), "columns_missing" where the role needs more.
    """
    old = parsed.tables[table]
    needed_again = InputError("file_needed_again", file=parsed.file, sheet=old.source.sheet or "")
    if old.raw is None or role == "ex":
        raise needed_again
    grid = table_of(old.raw)
    if not {*(columns or {}).values()} <= {*grid.headings}:
        raise needed_again  # columns of personal data were not kept
    unused = () if role else (NOT_USED,)
    guess = Guess(role, 1.0, dict(columns or {}), missing=unused, decisions=dict(decisions or {}))
    if columns is None and role is not None:
        guess = replace(recognise(grid, role, None), role=role, confidence=1.0)
    sheet = received(understand_table(grid, old.source.file, guess, k_min))
    sheet = replace(sheet, source=as_in_the_file(sheet.source, old.source))
    key = content_key("remapped", parsed.key, table, role, columns, decisions or {}, k_min, CODE)
    made = replace(keep_table(sheet, folder, f"{key[:16]}-{table}"), raw=old.raw)
    return with_table(parsed, table, made, sheet.set_aside, key)


def _closed(sheets: Sequence[Received]) -> list[tuple[str, str]]:
    """(member of a zip, why it could not be read), part of the key.

    With a password the same bytes hold more than without.
    """
    messages = (message for sheet in sheets for message in sheet.source.messages)
    said = [message.params for message in messages if message.code == "file_unreadable"]
    return [(str(params["file"]), str(params["error"])) for params in said]


def _without_role(file: str, role: Role, sheets: Sequence[Received]) -> InputError:
    """Says which needed columns were not found, and in what."""
    told = ((sheet.source, message) for sheet in sheets for message in sheet.source.messages)
    for source, message in told:
        if message.code == "nearly_recognised":
            return InputError(
                "columns_missing",
                file=file,
                sheet=source.sheet or "",
                role=role,
                column=message.params["missing"],
                found=list(source.headings),
            )
    return InputError("no_recognisable_columns", file=file, role=role)
