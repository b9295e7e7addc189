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
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from cxcase.errors import CaseError, InputError, SettingsError
from cxcase.intake import Upload
from cxcase.options import PLAN_OPTIONS, date, number, pair, rate, settings_of, share, target
from cxcase.settings import METRICS, Settings

_T = TypeVar("_T")
DONE = 0
CANNOT_CARRY = 1
BAD_USAGE = 2
_PASSWORD = "CXCASE_PASSWORD"
_TRIES = 3
_ROLE_OPTIONS = {
    "customers": "customers",
    "customer_facts": "customer_facts",
    "subscriptions": "subscriptions",
    "churn_events": "churn_events",
    "revenue_periods": "revenue_periods",
    "cx": "cx",
    "ex": "ex",
    "units": "units",
    "recommendations": "recommendations",
    "case_studies": "case_studies",
}


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one message and leaves with 2."""

    def error(self, message: str) -> NoReturn:
        print(f"cxcase: {message}\nTry: python -m cxcase --help", file=sys.stderr)
        raise SystemExit(BAD_USAGE)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m cxcase",
        description="A company's own spreadsheets in, a funded plan and a deck out.",
        epilog=f"The password of a protected file is asked for; without a terminal {_PASSWORD} is used.",
    )
    commands = parser.add_subparsers(
        dest="command", required=True, metavar="build | read | sample | calibrate"
    )
    build = commands.add_parser(
        "build", help="write case.json, deck.pptx, workbook.xlsx, charts and set_aside.xlsx"
    )
    build.add_argument(
        "files",
        nargs="*",
        type=Path,
        metavar="F",
        help="spreadsheets; what each is gets recognised",
    )
    for role in _ROLE_OPTIONS:
        build.add_argument(
            f"--{role.replace('_', '-')}", dest=role, nargs="+", type=Path, default=[], metavar="F"
        )
    build.add_argument("--budget", type=number, help="what may be spent, in the case's currency")
    for name, (option, taken, text) in PLAN_OPTIONS.items():
        build.add_argument(option, dest=name, help=text, **taken)
    build.add_argument(
        "--refused",
        type=number,
        metavar="N",
        help="the budget that was asked for before and refused",
    )
    build.add_argument(
        "--start", type=date, help="t0 (default: the day after the last CX response)"
    )
    build.add_argument("--metric", choices=METRICS)
    build.add_argument("--controls", nargs="+", metavar="COL", help="columns known before t0")
    build.add_argument("--currency", help="three letters, such as GBP")
    build.add_argument(
        "--margin", type=number, help="contribution margin, share of revenue (default 0.4)"
    )
    build.add_argument(
        "--segment-margin", type=share, action="append", default=[], metavar="NAME=0.35",
        help="a segment's own margin; may be repeated",
    )  # fmt: skip
    build.add_argument("--discount", type=number, help="discount rate a year (default 0.10)")
    build.add_argument("--horizon", type=int, help="months (default 36)")
    build.add_argument(
        "--mapping",
        type=Path,
        help="mapping.json: columns, decisions and spellings of an earlier month",
    )
    for option, kind, form, text in (
        (
            "--decide",
            pair,
            "CODE=OPTION",
            "what rows leave open, such as several_responses=mean; may be repeated",
        ),
        ("--rate", rate, "EUR=0.86", "what one unit of another currency is worth; may be repeated"),
    ):
        build.add_argument(option, type=kind, action="append", default=[], metavar=form, help=text)
    build.add_argument(
        "--target", type=target, action="append", default=[], metavar="T",
        help="what moments are brought up to: best_quartile_team (default), rating, or MOMENT=POINTS; may be repeated",
    )  # fmt: skip
    build.add_argument(
        "--journey", nargs="+", metavar="MOMENT", help="moments in the order a customer lives them"
    )
    build.add_argument("--company", default="", help="the name that the deck carries")
    build.add_argument("--seed", type=int)
    build.add_argument("--out", type=Path, required=True, metavar="DIR")
    read = commands.add_parser(
        "read", help="what was recognised, accepted and set aside; changes nothing"
    )
    read.add_argument("files", nargs="+", type=Path, metavar="FILE")
    read.add_argument("--json", action="store_true")
    sample = commands.add_parser(
        "sample", help="write the sample company's spreadsheets and their known answer"
    )
    sample.add_argument("folder", type=Path, metavar="DIR")
    calibrate = commands.add_parser(
        "calibrate", help="the simulation study: do the intervals hold what they promise?"
    )
    calibrate.add_argument(
        "--companies", type=int, default=500, metavar="N", help="companies an arm (default 500)"
    )
    calibrate.add_argument(
        "--first-seed", type=int, default=1, metavar="S", help="seeds S, S + 1, … (default 1)"
    )
    calibrate.add_argument(
        "--processes", type=int, default=os.cpu_count() or 1, metavar="P", help="default: all cores"
    )
    calibrate.add_argument("--out", type=Path, default=Path("docs/calibration.md"), metavar="FILE")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code of one command."""
    options = _parser().parse_args(arguments)
    try:
        return COMMANDS[options.command](options)
    except CaseError as error:
        from cxcase.report import words

        print(f"cxcase: {words.error(error)}", file=sys.stderr)
        return BAD_USAGE
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except OSError as error:
        print(f"cxcase: {error.filename or 'file'}: {error.strerror or error}", file=sys.stderr)
        return BAD_USAGE


def _bytes_of(path: Path) -> bytes:
    if not path.is_file():
        raise InputError("file_missing", file=str(path))
    return path.read_bytes()


def _mapping(path: Path | None) -> Any:
    if path is None:
        return None
    try:
        mapping = json.loads(_bytes_of(path).decode("utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise InputError("mapping_unreadable", file=path.name, found=str(error)) from None
    if (
        not isinstance(mapping, dict)
        or mapping.get("version") != 1
        or not isinstance(mapping.get("tables"), list)
    ):
        raise InputError(
            "mapping_unreadable", file=path.name, found="no version 1 with a list of tables"
        )
    return mapping


def _build(options: argparse.Namespace) -> int:
    from cxcase.intake import read

    named = [(path, role) for role in _ROLE_OPTIONS for path in getattr(options, role)]
    uploads = [
        Upload(p.name, _bytes_of(p), role)
        for p, role in [*[(p, None) for p in options.files], *named]
    ]  # type: ignore[arg-type]
    if not uploads:
        raise SettingsError(
            "no_files", name="files", found="none", expected="customers and cx, or units"
        )
    with tempfile.TemporaryDirectory(prefix="cxcase-") as folder:
        mapping = _mapping(options.mapping)
        settings = settings_of(options, mapping)
        case = _with_passwords(uploads, lambda known: read(known, settings, Path(folder), mapping))
        settings.check_segments([item.name for item in case.base.segments] if case.base else [])
        return _write_all(case, options)


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
            return os.environ.get(_PASSWORD)
        return None
    return getpass.getpass(words.say("console.password", file=file))


def _write_all(case: Any, options: argparse.Namespace) -> int:
    """Runs the stages and moves finished files into place: never a partial file under its final
    name.
    """
    from cxcase import export, intake
    from cxcase.report import console

    report = _report(case, options)
    options.out.mkdir(parents=True, exist_ok=True)
    refused = report.link.refused
    with tempfile.TemporaryDirectory(prefix=".writing-", dir=options.out) as unfinished:
        made = Path(unfinished)
        (made / "case.json").write_bytes(export.write_case(report))
        (made / "set_aside.xlsx").write_bytes(export.make_set_aside(report, intake.original_rows))
        if refused is None:
            (made / "deck.pptx").write_bytes(export.make_deck(report))
            (made / "workbook.xlsx").write_bytes(export.make_workbook(report))
            images = export.make_images(report, made / "charts")
            if images.reason is not None:
                print(console.refusal(images.reason), file=sys.stderr)
        _move(made, options.out)
    print(console.summary(report))
    if refused is not None:
        print(f"cxcase: {console.refusal(refused)}", file=sys.stderr)
        return CANNOT_CARRY
    return DONE


def _move(source: Path, target: Path) -> None:
    for path in sorted(source.iterdir()):
        final = target / path.name
        if final.is_dir():
            shutil.rmtree(final)
        os.replace(path, final)


def _report(case: Any, options: argparse.Namespace) -> Any:
    from cxcase.budget import choice_of, detail_plan, fit_budget, plan_start, rules_of
    from cxcase.link import fit_link
    from cxcase.moments import rank_moments
    from cxcase.recommend import plan_steps
    from cxcase.report import gather, words
    from cxcase.roi import value_steps
    from cxcase.voice import hear

    settings = settings_of(options, _mapping(options.mapping))
    settings = settings.in_currency_of(case.currency)
    fitted = fit_link(case, settings)
    link = fitted.published
    moments = rank_moments(case, fitted, settings)
    steps = returns = plan = details = None
    t0 = case.base.t0 if case.base else None
    if case.has("recommendations"):
        steps = plan_steps(case, link, moments, settings)
        returns = value_steps(steps, link, moments, case.base, settings)
        asks = [settings, settings.before] if settings.asked else [settings]
        plans = [
            fit_budget(returns, choice_of(s, returns, t0), moments, rules_of(s, steps.steps))
            for s in asks
        ]
        plan = plans[0]
        old = plans[1] if settings.asked else None
        details = detail_plan(plan, returns, settings, old, plan_start(settings, t0))
    return gather(
        case,
        link,
        moments,
        steps,
        returns,
        plan,
        settings,
        made_at=dt.datetime.now(dt.UTC),
        company=options.company or words.say("pages.side.unnamed"),
        voice=hear(case, settings),
        plan_details=details,
        begins=plan_start(settings, t0),
    )


def _read(options: argparse.Namespace) -> int:
    from cxcase.intake import parse
    from cxcase.report import console, words

    entries: list[dict[str, Any]] = []
    k_min = Settings().k_min
    failed = False
    with tempfile.TemporaryDirectory(prefix="cxcase-") as folder:
        for path in options.files:
            data = _bytes_of(path)
            try:
                parsed = _with_passwords(
                    [Upload(path.name, data)],
                    lambda known: parse(known[0], mapping=None, folder=Path(folder), k_min=k_min),
                )
            except InputError as error:
                failed = True
                entries.append(console.unreadable_entry(path.name, error))
                print(f"cxcase: {words.error(error)}", file=sys.stderr)
            else:
                entries += [console.read_entry(table.source) for table in parsed.tables]
    print(
        json.dumps(entries, indent=2, ensure_ascii=False)
        if options.json
        else console.read_text(entries)
    )
    if failed:
        return BAD_USAGE
    return DONE


def _sample(options: argparse.Namespace) -> int:
    from cxcase.sample import write_sample

    for path in write_sample(options.folder):
        print(path)
    return DONE


def _calibrate(options: argparse.Namespace) -> int:
    from time import perf_counter

    from cxcase.calibrate import run_study
    from cxcase.calibrate.page import draw_chart, write_page
    from cxcase.checks import at_least

    at_least("companies", options.companies, 10)
    at_least("processes", options.processes, 1)
    start = perf_counter()
    processes = options.processes
    study = run_study(
        options.companies,
        options.first_seed,
        said=lambda arm: print(arm, file=sys.stderr),
        processes=processes,
    )
    chart = options.out.with_suffix(".svg")
    options.out.parent.mkdir(parents=True, exist_ok=True)
    chart.write_text(draw_chart(study), encoding="utf-8")
    options.out.write_text(
        write_page(study, perf_counter() - start, processes, chart.name), encoding="utf-8"
    )
    print(options.out)
    if study.accepted:
        return DONE
    return CANNOT_CARRY


COMMANDS = {"build": _build, "read": _read, "sample": _sample, "calibrate": _calibrate}


if __name__ == "__main__":
    raise SystemExit(main())
