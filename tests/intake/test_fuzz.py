"""Files damaged at random, always the same ones: no traceback, no hang, and rows read = accepted +
set aside.
"""

from __future__ import annotations

import csv
import io
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import fuzzing
import pytest
from corpus.register import HERE, content
from make_damage import Cells, book_of, filled, shaken, text_of
from make_files import customer_rows, parsed, survey_rows, text_dates

from cxcase.checks import Finding
from cxcase.errors import InputError
from cxcase.intake import Upload, read
from cxcase.intake.files.file_kind import Kind
from cxcase.intake.files.readers import read_file
from cxcase.intake.files.sheet import Sheet
from cxcase.intake.roles.type_table import Understood
from cxcase.intake.tables.find_table import find_table
from cxcase.intake.tables.split_sheets import split_sheets
from cxcase.report import words
from cxcase.settings import Settings

pytestmark = pytest.mark.apart
# how many of each; seeds of those read apart
TABLES = 300
BOOKS = 500
CASES = 8
APART = (100_000, 100_004)
TEXTS = (
    "accounts.csv", "subscriptions.csv", "churn_events.csv", "revenue_by_month.csv",
    "survey_wide.csv", "survey_long.csv", "employees_likert.csv", "employees_aggregates.csv",
    "units.csv", "recommendations.csv", "case_studies.csv", "facts_survey.csv", "google_forms.csv",
    "surveymonkey.csv", "typeform.csv", "medallia.csv", "delighted_ces.csv", "culture_amp.csv",
    "limesurvey_both.csv", "limesurvey_codes.csv", "qualtrics_legacy.csv",
    "qualtrics_three_headers.csv", "qualtrics_coded.csv", "qualtrics_employees.csv",
    "nearly_customers.csv",
)  # fmt: skip
MOST_SECONDS = 150  # of the clock for all workbooks, on a machine with other things to do


def _texts() -> dict[str, Any]:
    found: dict[str, Any] = {
        "customers.csv": customer_rows(30),
        "survey.csv": text_dates(survey_rows(30)),
    }
    for name in TEXTS:
        found[name] = list(csv.reader(io.StringIO(content(name).decode("utf-8-sig"))))
    return found


def test_the_tables_that_are_shaken_are_in_the_corpus() -> None:
    assert {p.name for p in (HERE / "files").iterdir()} >= set(TEXTS)


def _accounted(name: str, cells: Cells, data: bytes, kind: Kind) -> list[str]:
    """What became of the tables of a shaken sheet whose rows were counted before. Raises
    AssertionError.
    """
    ended, understood = fuzzing.tried(name, data)
    if ended != "read":
        return [ended]
    sheets, _ = split_sheets(name, read_file(name, data, kind).sheets)
    wanted = [_part_of(cells, sheet, sheets) for sheet in sheets]
    assert sum(len(filled(part)) for part in wanted) >= len(filled(cells))
    return [_placed(*one) for one in zip(understood, sheets, wanted, strict=True)]


def _part_of(cells: Cells, sheet: Sheet, sheets: Sequence[Sheet]) -> Cells:
    """The cells that belong to this one of the sheets that a sheet was parted into."""
    right = min(
        (s.left for s in sheets if s.left > sheet.left), default=max(map(len, cells), default=0)
    )
    inside = range(sheet.skipped, sheet.skipped + sheet.height)
    return [row[sheet.left : right] if i in inside else [] for i, row in enumerate(cells)]


def _placed(found: Understood, sheet: Sheet, cells: Cells) -> str:
    """What the table is; each of its filled rows is above its headings, read, or set aside as
    standing beside it.
    """
    source = found.source
    table = found.table or find_table(sheet)
    if table is None:
        assert source.rows_read == 0
        assert source.messages[0].code in ("no_table", "no_headings")
        assert source.messages[0].params["rows"] == len(filled(cells))
        return "no_table"
    below = {row for row in filled(cells) if row > table.header_row}
    above = {a.row for a in found.set_aside if a.reason == "above_headings"}
    outside = set(table.outside)
    read = set(table.rows.tolist())
    assert not outside & read
    lost = below ^ (read | outside)
    assert not lost, f"rows {sorted(lost)} below the headings in row {table.header_row}"
    assert len(below) <= source.rows_read < len(filled(cells))
    assert not above & below
    if source.role in (None, "ex"):
        return f"{source.role}"
    assert outside == {a.row for a in found.set_aside if a.reason == "outside_table"}
    places = {*found.rows.tolist(), *(a.row for a in found.set_aside)}
    gone = below - places
    if source.question:  # all others wait for its answer
        assert not places - outside
        assert len(gone) <= source.rows_waiting
        return f"{source.role} waits"
    # of a long survey only the first row of a response is named
    assert not gone or (source.role == "cx" and "moment" in source.columns), (
        f"rows {sorted(gone)} have no place"
    )
    return f"{source.role}" + (" outside" if outside else "")


@pytest.mark.parametrize(
    ("write", "kind", "ending"), [(text_of, "text", ""), (book_of, "xlsx", ".xlsx")]
)
def test_no_row_of_a_shaken_table_is_lost(
    write: Callable[..., bytes], kind: Kind, ending: str
) -> None:
    texts = _texts()
    ended = []
    for seed in range(TABLES):
        draw = random.Random(seed)
        name = draw.choice(sorted(texts))
        cells = shaken(texts[name], draw)
        try:
            ended += _accounted(name + ending, cells, write(cells, draw), kind)
        except Exception as error:
            error.add_note(f"seed {seed}: {name}")
            raise
    roles = [role.split()[0] for role in ended]
    assert sum(role not in ("no_table", "None") and len(role) < 16 for role in roles) > TABLES / 3
    assert {"customers", "cx", "ex", "no_table", "None"} <= set(
        roles
    )  # the budget reaches all that may happen
    assert any(role.endswith("outside") for role in ended)


def _worker(first: int, seconds: float) -> tuple[list[str], int | None]:
    """(what the reading of the workbooks from `first` on said, the seed at which a reader took the
    process with it).
    """
    paths = os.pathsep.join(str(folder) for folder in HERE.parents[:3])  # corpus, makers, cxcase
    command = [sys.executable, "-B", str(HERE.parent / "fuzzing.py"), str(first), str(BOOKS)]
    try:
        done = subprocess.run(
            command,
            env={**os.environ, "PYTHONPATH": paths},
            capture_output=True,
            text=True,
            check=False,
            timeout=max(1.0, seconds),
        )
    except subprocess.TimeoutExpired as error:
        said = (error.stdout or b"").decode().split()
        pytest.fail(f"not done after {seconds:.0f} s, at {said[-1:]}")
    lines = done.stdout.splitlines()
    assert lines, done.stderr[-2000:]
    if lines[-1] == "done":
        return lines, None
    return lines, int([line for line in lines if line.startswith("at ")][-1].split()[1])


def test_no_damaged_workbook_ends_in_a_traceback(tmp_path: Path) -> None:
    until = time.monotonic() + MOST_SECONDS
    first = 0
    said = []
    while first < BOOKS:
        lines, at = _worker(first, until - time.monotonic())
        said += lines
        if at is None:
            break
        name, data = fuzzing.case(
            at
        )  # one that takes its process with it, which the true one is there for
        with pytest.raises(InputError) as caught:
            parsed(data, tmp_path, name)
        said.append(f"ended {caught.value.code}")
        first = at + 1
    wrong = [line for line in said if line.startswith("wrong ")]
    assert not wrong, "\n".join(wrong)
    ended = [line.split()[1] for line in said if line.startswith("ended ")]
    assert len(ended) == BOOKS
    assert ended.count("read") > BOOKS / 4
    known = words.section("error")
    assert {*ended} - {"read"} <= set(known)


@pytest.mark.parametrize("seed", range(*APART))
def test_in_a_true_reading_process_a_damaged_file_harms_nobody(seed: int, tmp_path: Path) -> None:
    name, data = fuzzing.archive(seed)
    found = parsed(data, tmp_path, name)
    sources = {t.source.file: t.source for t in found.tables}
    assert (sources["all.zip/a.csv"].rows_accepted, sources["all.zip/z.csv"].rows_accepted) == (
        30,
        30,
    )
    assert any(file.startswith(f"all.zip/{fuzzing.case(seed)[0]}") for file in sources)
    for source in sources.values():
        assert source.rows_waiting == 0 or (source.question and not source.rows_accepted)


def _case_uploads(seed: int) -> list[Upload]:
    draw = random.Random(seed)
    tables = {"list.csv": customer_rows(30), "cx.csv": text_dates(survey_rows(30))}
    return [Upload(name, text_of(shaken(rows, draw), draw)) for name, rows in tables.items()]


@pytest.mark.parametrize("seed", range(CASES))
def test_a_case_of_shaken_tables_still_adds_up(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def here(name: str, data: bytes, *_: Any) -> Any:
        return fuzzing.received_here(name, data)

    monkeypatch.setattr("cxcase.intake.read_files.read_apart", here)
    refused = None
    try:
        case = read(_case_uploads(seed), Settings(), tmp_path)
    except InputError as error:
        refused = error
    if refused is not None:
        assert words.error(refused)
        return
    for source in case.sources:
        mine = [a for a in case.set_aside if (a.file, a.sheet) == (source.file, source.sheet)]
        assert source.rows_waiting == 0 or (source.question and not source.rows_accepted)
        assert source.rows_set_aside == sum(source.reasons.values())
        assert source.role is None or len(mine) == source.rows_set_aside
        assert len({a.row for a in mine}) == len(mine)
    said: list[Finding] = [*case.findings]
    for finding in said:
        assert "—" not in words.finding(finding).what
