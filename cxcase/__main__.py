"""The command line: build, read, sample, calibrate. Exits with 0 done, 1 the data cannot carry a
case, 2 bad usage.
"""

from __future__ import annotations

import argparse
import datetime as dt
import getpass
import io
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cxcase.brought_files import brought, bytes_of, with_passwords
from cxcase.case_folder import passing_folder, sweep
from cxcase.errors import CaseError, InputError, SettingsError
from cxcase.file_names import shown_name
from cxcase.intake import ROLES, Parsed, Upload
from cxcase.mapping_file import check_named, mapping_of
from cxcase.options import BAD_USAGE, parser, settings_of
from cxcase.settings import Settings

if TYPE_CHECKING:
    from cxcase.agreement import Agreements
    from cxcase.case_document import CaseInputs
    from cxcase.export import Template
    from cxcase.intake import Case
    from cxcase.report import Report
    from cxcase.store import CaseStore

DONE = 0
CANNOT_CARRY = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code of one command."""
    _write_on_any_console()
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


def _write_on_any_console() -> None:
    """Lets words pass where the console knows fewer characters than they have."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


# ---- build


def _build(options: argparse.Namespace) -> int:
    mapping = mapping_of(options.mapping, options.named)
    options.strategy = _strategy(options)
    sweep()
    with passing_folder() as folder:
        if options.save or options.before:
            return _build_kept(options, mapping, folder)
        settings = settings_of(options, mapping).planned_on(_today(options))
        uploads = _uploads(options)
        if not uploads:
            raise _no_files()
        template = _template(options)
        report = _report(uploads, settings, mapping, folder, options)
        return _write(report, options, template=template)


def _build_kept(options: argparse.Namespace, mapping: Any, folder: Path) -> int:
    """A build that goes on from a kept case, or that is kept."""
    from cxcase.intake import assemble
    from cxcase.report import console
    from cxcase.saved_build import Before, agreements, changed, difference, keep, open_case

    template = _template(options)
    before = open_case(options.before, _store, folder) if options.before else Before()
    inputs = _with_files(options, before.inputs, mapping, folder)
    case = assemble([file.parsed for file in inputs.files], inputs.settings, folder / "case")
    said = agreements(inputs)
    told = (inputs.company, _today(options))
    report = _report_of(case, inputs.settings, mapping, *told, said)
    since = None
    if options.before:
        found = difference(before, inputs)
        since = changed(before, found)
        print(console.since(since, report))
    done = _write(report, options, since, template)
    if options.save:
        kept = keep(options.save, _store, inputs, folder, _person(), report)
        print(console.kept(kept))
    return done


def _today(options: argparse.Namespace) -> dt.date:
    """The day the plan is asked for: as named, else the machine's."""
    named: dt.date | None = options.today
    return named or dt.date.today()


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

    settings = settings_of(options, mapping, before.settings).planned_on(_today(options))
    said = how_read(before, mapping, settings)

    def read_one(known: Sequence[Upload]) -> tuple[Upload, Parsed]:
        k_min = settings.k_min
        secret = names_secret()
        return known[0], parse(known[0], mapping=said, folder=folder, k_min=k_min, secret=secret)

    uploads = _uploads(options)
    if not uploads and not before.files:
        raise _no_files()
    read = [with_passwords([upload], read_one) for upload in uploads]
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
    uploads: Sequence[Upload],
    settings: Settings,
    mapping: Any,
    folder: Path,
    options: argparse.Namespace,
) -> Report:
    """The case of these files through all stages. Its tables lie in `folder`."""
    from cxcase.pipeline import read_case

    case = with_passwords(uploads, lambda known: read_case(known, settings, folder, mapping))
    return _report_of(case, settings, mapping, options.company, _today(options))


def _report_of(
    case: Case,
    settings: Settings,
    mapping: Any,
    company: str,
    today: dt.date,
    said: Agreements | None = None,
) -> Report:
    """A case through all stages. said: who stands for what in it."""
    from cxcase.pipeline import Chain, report_of
    from cxcase.report import words

    check_named(mapping, case.sources)
    settings.check_segments([item.name for item in case.base.segments] if case.base else [])
    results = Chain(case, settings).results()
    named = company or words.say("pages.side.unnamed")
    made_at = dt.datetime.now(dt.UTC)
    told: dict[str, Any] = {"company": named, "agreements": said, "today": today}
    return report_of(results, settings, made_at=made_at, **told)


def _strategy(options: argparse.Namespace) -> str | None:
    """What the company says it wants, from its file. Raises InputError."""
    from cxcase.voice import text_of_strategy

    if options.strategy is None:
        return None
    return text_of_strategy(options.strategy.name, bytes_of(options.strategy))


def _template(options: argparse.Namespace) -> Template | None:
    """The company's template, checked before anything is worked out; what was found is said."""
    from cxcase.export import template_check, template_of

    if options.template is None:
        return None
    template = template_of(bytes_of(options.template), options.template.name)
    for said in template_check(template):
        print(said)
    return template


def _write(
    report: Report,
    options: argparse.Namespace,
    changed: Mapping[str, Any] | None = None,
    template: Template | None = None,
) -> int:
    """Puts the finished outputs into place and says what they come to."""
    from cxcase.export import build_deck, cut_texts
    from cxcase.output_folder import put_whole
    from cxcase.pipeline import write_outputs
    from cxcase.report import console

    cuts: list[str] = []

    def deck(report: Report) -> bytes:
        built = build_deck(report, template)
        if template is not None:
            cuts.extend(cut_texts(built.cuts))
        return built.data

    def write(folder: Path) -> str | None:
        return write_outputs(report, folder, changed, deck, images=not options.no_images)

    no_images = put_whole(options.out, write)
    for said in cuts:
        print(said)
    if no_images is not None:
        print(console.refusal(no_images), file=sys.stderr)
    print(console.summary(report))
    refused = report.link.refused if report.link else None
    if refused is None:
        return DONE
    print(f"cxcase: {console.refusal(refused)}", file=sys.stderr)
    return CANNOT_CARRY


# ---- the other commands


def _read(options: argparse.Namespace) -> int:
    from cxcase.report import console

    mapping = mapping_of(options.mapping, options.named)
    uploads, refused = brought(options.files)
    for error in refused.values():
        print(f"cxcase: {error}", file=sys.stderr)
    sweep()
    with passing_folder() as folder:
        found = _tables_of(uploads, mapping, folder, refused)
        settings = replace(
            Settings(),
            start=options.start,
            decisions=dict(options.decisions),
            currency_rates=dict(options.currency_rates),
        )
        case = _case_of([*found.values()], settings.recall(mapping), folder)
    tables = {place: [table.source for table in one.tables] for place, one in found.items()}
    check_named(mapping, [source for found in tables.values() for source in found])
    entries: list[dict[str, Any]] = []
    for place, path in enumerate(options.files):
        if place in refused:
            name = shown_name(path.name)
            entries.append(console.unreadable_entry(name, refused[place]))
        else:
            entries += [console.read_entry(source, case) for source in tables[place]]
    if options.json:
        plain = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
        print(json.dumps(entries, indent=2, ensure_ascii=plain))
    else:
        print("\n\n".join(filter(None, (console.read_text(entries), console.questions_text(case)))))
    if refused:
        return BAD_USAGE
    return DONE


def _tables_of(
    uploads: Mapping[int, Upload], mapping: Any, folder: Path, refused: dict[int, InputError]
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

    for place, upload in uploads.items():
        try:
            opened[place], parsed[place] = with_passwords([upload], read_one)
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


def _case_of(parsed: Sequence[Parsed], settings: Settings, folder: Path) -> Case:
    """The case that the files would make as they were read."""
    from cxcase.intake import assemble

    return assemble(parsed, settings, folder)


def _sample(options: argparse.Namespace) -> int:
    from cxcase.sample import write_sample

    for path in write_sample(options.folder):
        print(path)
    return DONE


def _calibrate(options: argparse.Namespace) -> int:
    from time import perf_counter

    from cxcase.calibrate import arms_of, draw_chart, run_study, write_page
    from cxcase.checks import at_least

    at_least("companies", options.companies, 10)
    at_least("processes", options.processes, 1)
    start = perf_counter()
    study = run_study(
        options.companies,
        options.first_seed,
        **arms_of(options.arms),
        said=lambda arm: print(arm, file=sys.stderr),
        processes=options.processes,
        kept=options.keep,
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
