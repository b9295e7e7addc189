"""Every file of the corpus beside what the table says must come out of it."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from corpus.checks import always, case_differences, differences
from corpus.register import HERE, content, names
from corpus.table import Line, by_run, lines

from cxcase.errors import InputError
from cxcase.intake import Parsed, Upload, parse, read
from cxcase.report import words
from cxcase.settings import Settings

LEAST = 140
SECONDS = 60
RUNS = by_run()
GAPS = tomllib.loads((HERE / "gaps.toml").read_text(encoding="utf-8"))  # run -> what is missing
FORMATS = {
    "plain", "qualtrics", "surveymonkey", "google_forms", "microsoft_forms", "typeform",
    "limesurvey", "delighted", "medallia", "culture_amp", "spss",
}  # fmt: skip
ROLES = {
    "customers", "cx", "ex", "units", "recommendations", "case_studies", "customer_facts",
    "subscriptions", "churn_events", "revenue_periods", "none",
}  # fmt: skip
ENDINGS = {"xlsx", "xlsm", "xls", "xlsb", "ods", "csv", "tsv", "txt", "sav", "zip"}
HOSTILE = {
    "far_cell.xlsx", "zip_bomb.xlsx", "lying_zip.xlsx", "billion_laughs.xlsx",
    "external_entity.xlsx", "truncated.xlsx", "csv_as.xls", "csv_as.xlsx", "xlsx_as.csv",
    "html_as.xls", "pdf_as.csv", "png_as.xlsx", "docx_as.xlsx", "pptx_as.xlsx", "json_as.csv",
    "parquet_as.csv", "empty.csv", "only_headings.csv", "only_blank_lines.csv", "password.xlsx",
    "merges_50k.xlsx", "wide_16384.xlsx", "strict_ooxml.xlsx", "ole_chain_loop.xls",
    "ole_directory_loop.xls", "deep_nesting.xlsx", "parts_5001.xlsx", "traversal.zip",
    "zip_in_zip.zip", "too_many_files.zip", "no_sheets.xlsx", "chartsheet_only.xlsx",
    "same_sheet_names.xlsx", "same_part_twice.xlsx", "invalid_utf8.csv", "nul_bytes.csv",
    "huge_cell.csv", "empty_rows_first.xlsx", "sylk.slk", "xml_spreadsheet_2003.xml", "ebcdic.csv",
    "unbalanced_quote.csv", "ragged.csv",
}  # fmt: skip

# read in a process of their own, beside all hostile ones: a file of every kind
APART = {
    "customers.xlsx", "customers.xls", "customers.xlsb", "customers.ods", "customers.sav",
    "survey.sav", "bundle.zip", "three_sheets.xlsx", "password.xls", "employees.xlsx",
    "qualtrics_three_headers.csv", "cp1252.csv",
}  # fmt: skip


def _upload(line: Line, name: str) -> Upload:
    upload = Upload(name, content(name), line.get("said"))
    return replace(upload, password=line.get("password")) if line.get("password") else upload


def _parse(expected: Sequence[Line], folder: Path) -> Parsed:
    return parse(_upload(expected[0], expected[0].file), mapping=None, folder=folder, k_min=5)


def _wrong_end(expected: Sequence[Line], error: InputError, folder: Path) -> list[str]:
    """What is wrong with how the file was refused."""
    codes = [c for line in expected for c in (line.get("error") or "").split(" or ") if c]
    found = []
    if error.code not in codes and "any" not in codes:
        found.append(f"line {expected[0].number}: error: expected {codes or 'none'}, found {error}")
    if not str(error.params.get("file")).startswith(
        expected[0].file
    ):  # a file in an archive follows its name
        found.append(f"line {expected[0].number}: the error does not name its file: {error}")
    if error.code not in words.section("error"):
        found.append(f"line {expected[0].number}: the error {error.code} has no sentence")
    if left := [p.name for p in folder.rglob("*") if p.is_file()]:
        found.append(f"line {expected[0].number}: files were left behind: {left}")
    return found


def _differences(expected: Sequence[Line], folder: Path) -> list[str]:
    if len(expected[0].files) > 1:
        uploads = [_upload(expected[0], name) for name in expected[0].files]
        return case_differences(expected[0], read(uploads, Settings(), folder))
    try:
        parsed = _parse(expected, folder)
    except InputError as error:
        return _wrong_end(expected, error, folder)
    if "any" in [line.get("error") for line in expected]:
        return always(parsed)
    messages = {m.code for t in parsed.tables for m in t.source.messages}
    silent = [
        f"the message {code} has no sentence"
        for code in messages
        if code not in words.section("finding")
    ]
    return differences(expected, parsed) + silent


def _marked(run: str) -> Any:
    marks = [pytest.mark.xfail(strict=True, reason=GAPS[run])] if run in GAPS else []
    if {*RUNS[run][0].files} & (HOSTILE | APART):
        marks.append(pytest.mark.apart)
    return pytest.param(run, marks=marks)


@pytest.mark.parametrize("run", [_marked(run) for run in RUNS])
def test_what_comes_out_is_what_the_table_says(run: str, tmp_path: Path) -> None:
    folder = tmp_path / "case"
    folder.mkdir()
    started = time.monotonic()
    wrong = _differences(RUNS[run], folder)
    assert time.monotonic() - started < SECONDS
    assert [p.name for p in tmp_path.iterdir()] == ["case"], (
        "something was written outside the case's folder"
    )
    if wrong:
        pytest.fail("\n".join(["what came out differs", *wrong]), pytrace=False)


def test_gaps_name_lines_of_the_table() -> None:
    assert set(GAPS) <= set(RUNS)


def test_every_file_is_in_the_table_and_the_other_way_round() -> None:
    assert {name for line in lines() for name in line.files} == names()


def test_the_corpus_is_large_and_holds_every_kind() -> None:
    table = lines()
    assert len({line.file for line in table}) >= LEAST
    assert {f for line in table if (f := line.get("format"))} == FORMATS
    assert {r for line in table if (r := line.get("role"))} == ROLES
    assert {name.rsplit(".", 1)[-1] for name in names()} >= ENDINGS
    assert names() >= HOSTILE


def test_a_line_says_what_must_come_out() -> None:
    assert not [
        line.number
        for line in lines()
        if len(line.files) == 1 and not (line.get("role") or line.get("error"))
    ]
    assert not [line.number for line in lines() if not line.get("about")]


def test_the_same_name_gives_the_same_bytes() -> None:
    drawn = {"password.xlsx", "password_in_zip.zip"}  # their salt is
    made = sorted(name for name in names() - drawn if not (HERE / "files" / name).exists())
    first = [hash(content(name)) for name in made]
    time.sleep(2.1)  # a zip counts every other second
    assert [
        name for name, known in zip(made, first, strict=True) if hash(content(name)) != known
    ] == []
