"""The command line: build, read, sample, calibrate. Exits with 0 done, 1 the data cannot carry a
case, 2 bad usage.
"""

from __future__ import annotations

import argparse
import datetime as dt
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
from cxcase.intake import ROLES, Parsed, Upload
from cxcase.mapping_file import bytes_of, check_named, mapping_of
from cxcase.options import BAD_USAGE, PASSWORD, parser, settings_of
from cxcase.settings import Settings

if TYPE_CHECKING:
    from cxcase.case_document import CaseInputs
    from cxcase.intake import Case
    from cxcase.report import Report
    from cxcase.store import CaseStore

_T = TypeVar("_T")
DONE = 0
CANNOT_CARRY = 1
_TRIES = 3  # of a password, a file


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
    mapping = mapping_of(options.mapping, options.named)
    with tempfile.TemporaryDirectory(prefix="cxcase-") as folder:
        if options.save or options.before:
            return _build_kept(options, mapping, Path(folder))
        settings = settings_of(options, mapping)
        uploads = _uploads(options)
        if not uploads:
            raise _no_files()
        report = _report(uploads, settings, mapping, Path(folder), options.company)
        return _write(report, options.out)


def _build_kept(options: argparse.Namespace, mapping: Any, folder: Path) -> int:
    """A build that goes on from a kept case, or that is kept."""
    from cxcase.intake import assemble
    from cxcase.report import console
    from cxcase.saved_build import Before, changed, difference, keep, open_case

    before = open_case(options.before, _store, folder) if options.before else Before()
    inputs = _with_files(options, before.inputs, mapping, folder)
    case = assemble([file.parsed for file in inputs.files], inputs.settings, folder / "case")
    report = _report_of(case, inputs.settings, mapping, inputs.company)
    since = None
    if options.before:
        found = difference(before, inputs)
        since = changed(before, found)
        print(console.since(since, report))
    done = _write(report, options.out, since)
    if options.save:
        kept = keep(options.save, _store, inputs, folder, _person(), report)
        print(console.kept(kept))
    return done


def _store() -> CaseStore:
    from cxcase.store import open_store

    return open_store(clock=lambda: dt.datetime.now(dt.UTC).replace(tzinfo=None))


def _with_files(
    options: argparse.Namespace, before: CaseInputs, mapping: Any, folder: Path
) -> CaseInputs:
    """What the earlier case is computed from, with what this command line says and brings."""
    from cxcase.intake import parse
    from cxcase.saved_build import how_read, with_files
    from cxcase.store import names_secret

    settings = settings_of(options, mapping, before.settings)
    said = how_read(before, mapping, settings)

    def read_one(known: Sequence[Upload]) -> tuple[Upload, Parsed]:
        k_min = settings.k_min
        secret = names_secret()
        return known[0], parse(known[0], mapping=said, folder=folder, k_min=k_min, secret=secret)

    uploads = _uploads(options)
    if not uploads and not before.files:
        raise _no_files()
    read = [_with_passwords([upload], read_one) for upload in uploads]
    company = options.company or before.company
    tables = tuple((said or {}).get("tables", ()))
    inputs = replace(before, company=company, mapping=tables)
    return with_files(inputs, read, folder, settings, said)


def _person() -> str:
    """The account's name."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # it has none
        return ""


def _cases(options: argparse.Namespace) -> int:
    """Lists what is kept: id, last change, version, name."""
    for case in _store().cases(""):
        print(f"{case.id}  {case.changed_at:%Y-%m-%d %H:%M}  {case.head:>4}  {case.name}")
    return DONE


def _uploads(options: argparse.Namespace) -> list[Upload]:
    """The files named, each under the role it was named with. Raises InputError."""
    uploads = [Upload(path.name, bytes_of(path)) for path in options.files]
    for role in ROLES:
        uploads += [Upload(path.name, bytes_of(path), role) for path in getattr(options, role)]
    return uploads


def _no_files() -> SettingsError:
    expected = "customers and cx, or units"
    return SettingsError("no_files", name="files", found="none", expected=expected)


def _report(
    uploads: Sequence[Upload], settings: Settings, mapping: Any, folder: Path, company: str
) -> Report:
    """The case of these files through all stages. Its tables lie in `folder`."""
    from cxcase.pipeline import read_case

    case = _with_passwords(uploads, lambda known: read_case(known, settings, folder, mapping))
    return _report_of(case, settings, mapping, company)


def _report_of(case: Case, settings: Settings, mapping: Any, company: str) -> Report:
    """A case through all stages."""
    from cxcase.pipeline import Chain, report_of
    from cxcase.report import words

    check_named(mapping, case.sources)
    settings.check_segments([item.name for item in case.base.segments] if case.base else [])
    results = Chain(case, settings).results()
    named = company or words.say("pages.side.unnamed")
    return report_of(results, settings, made_at=dt.datetime.now(dt.UTC), company=named)


def _write(report: Report, folder: Path, changed: Mapping[str, Any] | None = None) -> int:
    """Moves finished files into place: never a partial file under its final name."""
    from cxcase.pipeline import write_outputs
    from cxcase.report import console

    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".writing-", dir=folder) as unfinished:
        no_images = write_outputs(report, Path(unfinished), changed)
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

    mapping = mapping_of(options.mapping, options.named)
    refused: dict[int, InputError] = {}
    uploads = [Upload(path.name, bytes_of(path)) for path in options.files]
    with tempfile.TemporaryDirectory(prefix="cxcase-") as folder:
        found = _tables_of(uploads, mapping, Path(folder), refused)
        case = _case_of([*found.values()], mapping, Path(folder))
    tables = {place: [table.source for table in one.tables] for place, one in found.items()}
    check_named(mapping, [source for found in tables.values() for source in found])
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


COMMANDS = {
    "build": _build,
    "read": _read,
    "cases": _cases,
    "sample": _sample,
    "calibrate": _calibrate,
}


if __name__ == "__main__":
    raise SystemExit(main())
