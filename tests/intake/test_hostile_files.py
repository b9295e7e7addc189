"""Files that would hurt: each ends in one named error, within limits, and the server lives on."""

from __future__ import annotations

import io
import re
import struct
import time
import zipfile
from pathlib import Path

import pytest
from make_files import csv, customer_rows, parsed, xlsx

from cxcase.errors import InputError
from cxcase.intake import process


def _rezipped(data: bytes, changes: dict[str, bytes]) -> bytes:
    """The workbook with parts replaced or added."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename not in changes:
                new.writestr(part, old.read(part))
        for name, content in changes.items():
            new.writestr(name, content)
    return stream.getvalue()


def _sheet_xml(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return book.read("xl/worksheets/sheet1.xml")


def _far_cell() -> bytes:
    plain = xlsx({"Customers": customer_rows(5)})
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    return _rezipped(plain, {"xl/worksheets/sheet1.xml": _sheet_xml(plain).replace(b"</sheetData>", far)})


def _bomb() -> bytes:
    plain = xlsx({"Customers": customer_rows(5)})
    row = b'<row r="7"><c r="A7"><v>1</v></c></row>'
    huge = _sheet_xml(plain).replace(b"</sheetData>", row * 2_000_000 + b"</sheetData>")
    return _rezipped(plain, {"xl/worksheets/sheet1.xml": huge})


def _dtd() -> bytes:
    plain = xlsx({"Customers": customer_rows(5)})
    entity = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    return _rezipped(
        plain, {"xl/worksheets/sheet1.xml": re.sub(rb"(<\?xml[^>]*>)", rb"\1" + entity, _sheet_xml(plain))}
    )


def _many_columns() -> bytes:
    return xlsx({"Wide": [[f"c{j}" for j in range(16384)], [1] * 16384]})


HOSTILE = {
    "far_cell": (_far_cell, "far_cell"),
    "zip_bomb": (_bomb, "zip_bomb"),
    "dtd": (_dtd, "dtd_in_workbook"),
    "truncated": (lambda: xlsx({"Customers": customer_rows(50)})[:4000], "damaged_file"),
    "encrypted": (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + "EncryptedPackage".encode("utf-16-le") + bytes(512),
        "password_protected",
    ),
    "old_excel": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "old_excel"),
    "empty": (lambda: b"", "empty_file"),
    "only_blank_lines": (lambda: b"\xef\xbb\xbf\r\n \n", "empty_file"),
    "pdf": (lambda: b"%PDF-1.7\n1 0 obj", "wrong_type"),
    "html": (lambda: b"<html><table><tr><td>Customer ID</td></tr></table></html>", "wrong_type"),
    "random_bytes": (lambda: bytes(range(256)) * 40, "wrong_type"),
    "word": (lambda: _rezipped(_not_a_workbook(), {"word/document.xml": b"<w/>"}), "wrong_type"),
    "broken_sheet": (
        lambda: _rezipped(xlsx({"Customers": customer_rows(5)}), {"xl/workbook.xml": b"<workbook><sheets>"}),
        "damaged_file",
    ),
}


def _not_a_workbook() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as new:
        new.writestr("[Content_Types].xml", "<Types/>")
    return stream.getvalue()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_in_one_named_error(name: str, tmp_path: Path) -> None:
    make, code = HOSTILE[name]
    started = time.monotonic()
    with pytest.raises(InputError) as caught:
        parsed(make(), tmp_path, "upload.xlsx")
    assert caught.value.code == code
    assert caught.value.params["file"] == "upload.xlsx"
    assert time.monotonic() - started < 60
    assert not list(tmp_path.iterdir())


def test_the_far_cell_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        parsed(_far_cell(), tmp_path, "customers.xlsx")
    assert caught.value.params["found"] == "XFD1048576"
    assert caught.value.params["sheet"] == "Customers"


def test_a_lying_zip_is_stopped_while_it_unpacks(tmp_path: Path) -> None:
    data = bytearray(_bomb())
    place = data.rfind(b"xl/worksheets/sheet1.xml") - 46  # the central directory's entry
    assert data[place : place + 4] == b"PK\x01\x02"
    struct.pack_into("<I", data, place + 24, 1000)
    with pytest.raises(InputError) as caught:
        parsed(bytes(data), tmp_path, "customers.xlsx")
    assert caught.value.code in ("zip_bomb", "damaged_file")


def test_a_very_wide_sheet_is_read(tmp_path: Path) -> None:
    found = parsed(_many_columns(), tmp_path, "wide.xlsx")
    assert [t.source.role for t in found.tables] == [None]


def test_a_reader_that_eats_memory_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "MEMORY", 400 * 2**20)
    rows = [["Customer ID", "Revenue start", "Churned"], *[[i, f"text number {i}", "no"] for i in range(700_000)]]
    with pytest.raises(InputError) as caught:
        parsed(csv(rows), tmp_path, "huge.csv")
    assert caught.value.code == "too_large"


def test_a_reader_that_takes_too_long_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "WALL_SECONDS", 0.01)
    monkeypatch.setattr(process, "_STEP", 0.01)
    with pytest.raises(InputError) as caught:
        parsed(csv(customer_rows()), tmp_path, "slow.csv")
    assert caught.value.code == "too_slow"


def test_formulas_and_formula_like_text_stay_text(tmp_path: Path) -> None:
    rows = customer_rows(20)
    rows[1][1] = "=cmd|' /C calc'!A0"
    found = parsed(csv(rows), tmp_path, "customers.csv")
    assert found.tables[0].frame()["team"][0] == "=cmd|' /C calc'!A0"


def test_the_reading_process_gets_nothing_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "1")
    assert "SECRET_TOKEN" not in process._environment()
