"""Damaged files read one after the other, and what must hold of whatever comes out.

As a program (`python fuzzing.py FIRST LAST`) it reads workbooks in a process of its own, which a
reader may end: before each file it prints the seed, after all "done". What it finds wrong it prints
as "wrong SEED …".
"""

from __future__ import annotations

import contextlib
import io
import random
import sys
import time
import traceback
import zipfile
from functools import cache
from typing import Any

import pyarrow.parquet as pq
from corpus.register import content
from make_books import zipped
from make_damage import damaged, damaged_inside
from make_files import csv, customer_rows, survey_rows, text_dates

from cxcase.errors import InputError
from cxcase.intake.roles.type_table import Understood
from cxcase.intake.sandbox import protocol, worker

LIMIT = 8.0  # processor seconds that a small file may take
MEMORY = 3 * 2**30
BOOKS = (
    "customers.xlsx", "customers.xls", "customers.xlsb", "customers.ods", "customers.sav",
    "survey.sav", "qualtrics.sav", "three_sheets.xlsx", "customers.xlsm", "strict_ooxml.xlsx",
    "prefixed_names.xlsx", "emoji.xlsx", "formulas_with_values.xlsx", "merged_headings.xlsx",
    "hidden_sheet.xlsx", "dates_1904.xlsx", "no_dimension.xlsx", "employees.xlsx",
    "google_forms.xlsx", "surveymonkey.xlsx", "typeform.xlsx", "recommendations.xlsx", "units.xlsx",
    "titles_notes_total.xlsx", "titles_notes_total.xls", "xls_record_lies.xls", "ods_repeated.ods",
    "ods_padding.ods", "shaken_1.xlsb", "bundle.zip", "folders.zip", "with_readme.zip",
    "password.xlsx", "password.xls", "qualtrics_utf16.tsv", "qualtrics_three_headers.csv",
    "utf16le.csv", "cp1252.csv", "quoted_line_breaks.csv",
)  # fmt: skip


def read_here(name: str, data: bytes, stages: dict[str, str] | None = None) -> list[Understood]:
    """The file's sheets as the reading process understands them, in this one. Raises InputError."""
    request = {
        "name": name,
        "role": None,
        "mapping": None,
        "k_min": 5,
        "password": None,
        "stages": stages or {},
    }
    with contextlib.redirect_stderr(io.StringIO()):
        try:
            return worker._understood(request, data)
        except (
            BaseException
        ) as error:  # a panic of the first reader: the second takes over, as it does in `process`
            if type(error).__name__ != "PanicException" or stages:
                raise
            return read_here(name, data, {str(k): "second" for k in range(50)})


def always(found: list[Understood]) -> None:
    """Rows read are accepted or set aside, each of these is named, or all others wait for the key;
    and all of it survives the way to the parent.
    """
    for sheet in found:
        source = sheet.source
        waits = source.question is not None and not source.rows_accepted
        assert source.rows_waiting == 0 or waits, source
        assert source.rows_waiting >= 0, source
        assert source.rows_set_aside == sum(source.reasons.values()), source
        assert (
            min(
                source.rows_read,
                source.rows_accepted,
                source.rows_set_aside,
                *source.reasons.values(),
                0,
            )
            == 0
        )
        if source.role is None:
            assert source.rows_accepted == 0
            assert source.messages
            continue
        assert len(sheet.set_aside) == source.rows_set_aside
        if source.role != "ex":
            assert not {*sheet.rows.tolist()} & {a.row for a in sheet.set_aside}
    for sheet, got in zip(found, _sent(found), strict=True):
        assert got.source.rows_read == sheet.source.rows_read
        if sheet.typed is not None and got.typed is not None and len(sheet.rows):
            assert pq.read_table(io.BytesIO(got.typed)).num_rows == len(sheet.rows)


def received_here(name: str, data: bytes) -> tuple[protocol.Received, ...]:
    """The file as the parent would get it from a reading process. Raises InputError."""
    return _sent(read_here(name, data))


def _sent(found: list[Understood]) -> tuple[protocol.Received, ...]:
    return protocol.unpack(b"".join(protocol.pack([protocol.received(sheet) for sheet in found])))


@cache
def _base(name: str) -> bytes:
    return content(name)


def case(seed: int) -> tuple[str, bytes]:
    """(name, bytes) of the damaged workbook that belongs to this number."""
    draw = random.Random(seed)
    name = draw.choice(BOOKS)
    data = _base(name)
    if draw.random() < 0.5 and zipfile.is_zipfile(io.BytesIO(data)):
        return name, damaged_inside(data, draw)
    return name, damaged(data, draw)


def archive(seed: int) -> tuple[str, bytes]:
    """(name, bytes) of a zip with one damaged workbook between two good tables."""
    name, data = case(seed)
    good = {"a.csv": csv(customer_rows(30)), name: data, "z.csv": csv(text_dates(survey_rows(30)))}
    return "all.zip", zipped(good)


def tried(name: str, data: bytes) -> tuple[str, list[Understood]]:
    """("read" or the code of the error, the sheets). Raises whatever the reading should not have
    raised.
    """
    start = time.process_time()
    found: list[Understood] = []
    try:
        found = read_here(name, data)
        ended = "read"
    except InputError as error:
        ended = error.code
        named = str(error.params["file"])
    else:
        named = name
    taken = time.process_time() - start
    assert taken < LIMIT, f"{taken:.1f} s"
    assert named.startswith(name), named
    always(found)
    return ended, found


def main(first: int, last: int) -> None:
    """Reads the files of these seeds, says which one it is at and what is wrong with it."""
    for name in BOOKS:
        _base(name)
    worker.limit(MEMORY, 600)
    say: Any = sys.stdout
    for seed in range(first, last):
        say.write(f"at {seed}\n")
        say.flush()
        try:
            say.write(f"ended {tried(*case(seed))[0]}\n")
        except BaseException:  # noqa: BLE001
            wrong = traceback.format_exc(limit=-3).replace("\n", " | ")[-1500:]
            say.write(f"wrong {seed} {case(seed)[0]}: {wrong}\n")
    say.write("done\n")
    say.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
