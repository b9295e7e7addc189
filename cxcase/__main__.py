"""The command line: build, read, sample, calibrate. Exits with 0 done, 1 the data cannot carry a
case, 2 bad usage.
"""

from __future__ import annotations

import argparse
import datetime as dt
import difflib
import getpass
import json
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from cxcase.errors import CaseError, InputError, SettingsError
from cxcase.intake import ROLES, Parsed, Source, Upload, fields_of
from cxcase.options import BAD_USAGE, PASSWORD, parser, settings_of
from cxcase.settings import Settings

if TYPE_CHECKING:
    from cxcase.intake import Case
    from cxcase.report import Report

_T = TypeVar("_T")
DONE = 0
CANNOT_CARRY = 1
_TRIES = 3  # of a password, a file
_NEAR = 5  # headings that are named where one is not there


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code of one command."""
    options = parser().parse_args(arguments)
    try:
        return COMMANDS[options.command](options)
    except CaseError as error:
        print(f"cxcase: {error}", file=sys.stderr)
        return BAD_USAGE
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except OSError as error:
        print(f"cxcase: {error.filename or 'file'}: {error.strerror or error}", file=sys.stderr)
        return BAD_USAGE


# ---- build


def _build(options: argparse.Namespace) -> int:
    uploads = _uploads(options)
    mapping = _mapping(options.mapping, options.named)
    settings = settings_of(options, mapping)
    with tempfile.TemporaryDirectory(prefix="cxcase-") as folder:
        report = _report(uploads, settings, mapping, Path(folder), options.company)
        return _write(report, options.out)


def _uploads(options: argparse.Namespace) -> list[Upload]:
    """The files named, each under the role it was named with. Raises InputError, SettingsError."""
    uploads = [Upload(path.name, _bytes_of(path)) for path in options.files]
    for role in ROLES:
        uploads += [Upload(path.name, _bytes_of(path), role) for path in getattr(options, role)]
    if not uploads:
        raise SettingsError(
            "no_files", name="files", found="none", expected="customers and cx, or units"
        )
    return uploads


def _bytes_of(path: Path) -> bytes:
    if not path.is_file():
        raise InputError("file_missing", file=str(path))
    return path.read_bytes()


def _mapping(path: Path | None, named: Sequence[Any] = ()) -> Any:
    """What a mapping.json holds, with the columns named beside it; None without either.

    Raises InputError, SettingsError.
    """
    for entry in named:
        _check_fields(entry["columns"])
    saved = _saved_mapping(path) if path else None
    if not named:
        return saved
    saved = saved or {"version": 1, "tables": []}
    return {**saved, "tables": [*saved["tables"], *named]}


def _check_fields(columns: Mapping[str, str]) -> None:
    known = {field for role in ROLES for field in fields_of(role)}
    for field in columns:
        if field not in known and not field.startswith(("moment:", "item:")):
            raise SettingsError("unknown_choice", name="--map", found=field, expected=sorted(known))


def _saved_mapping(path: Path) -> Any:
    """What the file holds. Raises InputError."""
    try:
        mapping = json.loads(_bytes_of(path).decode("utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise InputError("mapping_unreadable", file=path.name, found=str(error)) from None
    if not _is_first_version(mapping):
        raise InputError(
            "mapping_unreadable", file=path.name, found="no version 1 with a list of tables"
        )
    return mapping


def _is_first_version(mapping: Any) -> bool:
    return (
        isinstance(mapping, dict)
        and mapping.get("version") == 1
        and isinstance(mapping.get("tables"), list)
    )


def _report(
    uploads: Sequence[Upload], settings: Settings, mapping: Any, folder: Path, company: str
) -> Report:
    """The case of these files through all stages. Its tables lie in `folder`."""
    from cxcase.pipeline import Chain, read_case, report_of
    from cxcase.report import words

    case = _with_passwords(uploads, lambda known: read_case(known, settings, folder, mapping))
    _check_named(mapping, case.sources)
    settings.check_segments([item.name for item in case.base.segments] if case.base else [])
    results = Chain(case, settings).results()
    named = company or words.say("pages.side.unnamed")
    return report_of(results, settings, made_at=dt.datetime.now(dt.UTC), company=named)


def _check_named(mapping: Any, sources: Sequence[Source]) -> None:
    """Raises SettingsError for a column that somebody named and no file has."""
    for entry in (mapping or {}).get("tables", ()):
        if entry.get("match", {}).get("headings"):
            continue
        headings = [heading for source in sources for heading in source.headings]
        for field, heading in entry["columns"].items():
            if heading not in headings:
                near = difflib.get_close_matches(heading, headings, _NEAR, 0.0)
                raise SettingsError("column_not_there", name=field, found=heading, expected=near)


def _write(report: Report, folder: Path) -> int:
    """Moves finished files into place: never a partial file under its final name."""
    from cxcase.pipeline import write_outputs
    from cxcase.report import console

    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".writing-", dir=folder) as unfinished:
        no_images = write_outputs(report, Path(unfinished))
        if no_images is not None:
            print(console.refusal(no_images), file=sys.stderr)
        _move(Path(unfinished), folder)
    print(console.summary(report))
    refused = report.link.refused if report.link else None
    if refused is None:
        return DONE
    print(f"cxcase: {console.refusal(refused)}", file=sys.stderr)
    return CANNOT_CARRY


def _move(source: Path, target: Path) -> None:
    for path in sorted(source.iterdir()):
        final = target / path.name
        if final.is_dir():
            shutil.rmtree(final)
        os.replace(path, final)


# ---- passwords


def _with_passwords(uploads: Sequence[Upload], use: Callable[[Sequence[Upload]], _T]) -> _T:
    """What `use` makes of the uploads; where one is protected its password is asked for, or taken
    from CXCASE_PASSWORD.

    Raises InputError where none opens it.
    """
    known = list(uploads)
    tried: Counter[int] = Counter()
    while True:
        try:
            return use(known)
        except InputError as error:
            place = min(_protected(known, error), key=lambda i: tried[i], default=None)
            if place is None or tried[place] >= _TRIES:
                raise
            tried[place] += 1
            password = _password(known[place].name, first=tried[place] == 1)
            if not password:
                raise
            known[place] = replace(known[place], password=password)


def _protected(uploads: Sequence[Upload], error: InputError) -> list[int]:
    """Which uploads the error may mean when it asks for a password; none where it says something
    else.
    """
    if error.code not in ("password_protected", "wrong_password"):
        return []
    named = str(error.params["file"])
    return [i for i, u in enumerate(uploads) if named == u.name or named.startswith(f"{u.name}/")]


def _password(file: str, first: bool) -> str | None:
    """What the person at the terminal types, unseen; without a terminal CXCASE_PASSWORD, which is
    tried once.
    """
    from cxcase.report import words

    if sys.stdin is None or not sys.stdin.isatty():
        if first:
            return os.environ.get(PASSWORD)
        return None
    return getpass.getpass(words.say("console.password", file=file))


# ---- the other commands


def _read(options: argparse.Namespace) -> int:
    from cxcase.report import console

    mapping = _mapping(options.mapping, options.named)
    refused: dict[int, InputError] = {}
    uploads = [Upload(path.name, _bytes_of(path)) for path in options.files]
    with tempfile.TemporaryDirectory(prefix="cxcase-") as folder:
        found = _tables_of(uploads, mapping, Path(folder), refused)
        case = _case_of([*found.values()], mapping, Path(folder))
    tables = {place: [table.source for table in one.tables] for place, one in found.items()}
    _check_named(mapping, [source for found in tables.values() for source in found])
    entries: list[dict[str, Any]] = []
    for place, upload in enumerate(uploads):
        if place in refused:
            entries.append(console.unreadable_entry(upload.name, refused[place]))
        else:
            entries += [console.read_entry(source, case) for source in tables[place]]
    if options.json:
        print(json.dumps(entries, indent=2, ensure_ascii=False))
    else:
        print(console.read_text(entries))
    if refused:
        return BAD_USAGE
    return DONE


def _tables_of(
    uploads: Sequence[Upload], mapping: Any, folder: Path, refused: dict[int, InputError]
) -> dict[int, Parsed]:
    """Place of a file -> what it holds, its tables recognised beside those of the others. refused:
    takes up why a file could not be read.
    """
    from cxcase.intake import parse
    from cxcase.pipeline import look_together

    settings = Settings()
    opened: dict[int, Upload] = {}
    parsed: dict[int, Parsed] = {}

    def read_one(known: Sequence[Upload]) -> tuple[Upload, Parsed]:
        return known[0], parse(known[0], mapping=mapping, folder=folder, k_min=settings.k_min)

    for place, upload in enumerate(uploads):
        try:
            opened[place], parsed[place] = _with_passwords([upload], read_one)
        except InputError as error:
            refused[place] = error
            print(f"cxcase: {error}", file=sys.stderr)
    together = look_together(
        [*parsed.values()],
        [opened[place] for place in parsed],
        settings,
        folder,
        mapping,
    )
    return dict(zip(parsed, together, strict=True))


def _case_of(parsed: Sequence[Parsed], mapping: Any, folder: Path) -> Case:
    """The case that the files would make as they were read."""
    from cxcase.intake import assemble

    return assemble(parsed, Settings().recall(mapping), folder)


def _sample(options: argparse.Namespace) -> int:
    from cxcase.sample import write_sample

    for path in write_sample(options.folder):
        print(path)
    return DONE


def _calibrate(options: argparse.Namespace) -> int:
    from time import perf_counter

    from cxcase.calibrate import draw_chart, run_study, write_page
    from cxcase.checks import at_least

    at_least("companies", options.companies, 10)
    at_least("processes", options.processes, 1)
    start = perf_counter()
    study = run_study(
        options.companies,
        options.first_seed,
        said=lambda arm: print(arm, file=sys.stderr),
        processes=options.processes,
    )
    chart = options.out.with_suffix(".svg")
    options.out.parent.mkdir(parents=True, exist_ok=True)
    chart.write_text(draw_chart(study), encoding="utf-8")
    page = write_page(study, perf_counter() - start, options.processes, chart.name)
    options.out.write_text(page, encoding="utf-8")
    print(options.out)
    if study.accepted:
        return DONE
    return CANNOT_CARRY


COMMANDS = {"build": _build, "read": _read, "sample": _sample, "calibrate": _calibrate}


if __name__ == "__main__":
    raise SystemExit(main())
