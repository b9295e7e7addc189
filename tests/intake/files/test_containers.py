"""Zips and passwords: every member under its own name, nothing written, one bad member stops no
other.
"""

from __future__ import annotations

import io
import struct
import subprocess
from pathlib import Path

import olefile
import pytest
from make_books import encrypted, ods, part_of, rezipped, xls, xls_encrypted, zipped
from make_files import csv, customer_rows, parsed, survey_rows, text_dates, xlsx

from cxcase.errors import InputError
from cxcase.intake import Parsed, Upload, parse, remap
from cxcase.intake.files import decryption, ole_container
from cxcase.intake.files.decryption import NOBODYS, unlock_package
from cxcase.report import words

CUSTOMERS = xlsx({"Customers": customer_rows(30)})
SURVEY = csv(text_dates(survey_rows()))


def _files(found: Parsed) -> list[tuple[str, str | None]]:
    return [(t.source.file, t.source.role) for t in found.tables]


def _open(data: bytes, folder: Path, name: str, password: str | None = None) -> Parsed:
    return parse(Upload(name, data, None, password), mapping=None, folder=folder, k_min=5)


def test_the_files_of_a_zip_are_read_under_their_own_names(tmp_path: Path) -> None:
    archive = zipped(
        {
            "export/2025/customers.xlsx": CUSTOMERS,
            "export/survey.csv": SURVEY,
            "old.xls": xls(customer_rows(9)),
        }
    )
    found = parsed(archive, tmp_path, "all.zip")
    assert _files(found) == [
        ("all.zip/customers.xlsx", "customers"),
        ("all.zip/survey.csv", "cx"),
        ("all.zip/old.xls", "customers"),
    ]
    assert found.file == "all.zip"
    for table in found.tables:
        assert table.source.rows_read == table.source.rows_accepted + table.source.rows_set_aside


def test_what_systems_put_into_a_zip_is_passed_over_in_silence(tmp_path: Path) -> None:
    noise = {
        "__MACOSX/._c.xlsx": b"x",
        ".DS_Store": b"x",
        "a/.hidden.csv": b"x",
        "Thumbs.db": b"x",
        "~$c.xlsx": b"x",
        "a/": b"",
    }
    found = parsed(zipped({**noise, "c.xlsx": CUSTOMERS}), tmp_path, "all.zip")
    assert _files(found) == [("all.zip/c.xlsx", "customers")]
    assert not [m for m in found.tables[0].source.messages if m.code == "zip_member_not_read"]


def test_what_is_no_table_is_listed(tmp_path: Path) -> None:
    found = parsed(
        zipped({"c.xlsx": CUSTOMERS, "report.pdf": b"%PDF-1.7", "logo.png": b"\x89PNG..."}),
        tmp_path,
        "all.zip",
    )
    (message,) = [m for m in found.tables[0].source.messages if m.code == "zip_member_not_read"]
    assert message.params["members"] == ["all.zip/report.pdf", "all.zip/logo.png"]
    assert "report.pdf" in words.finding(message).what


def test_a_bad_member_says_why_and_stops_no_other(tmp_path: Path) -> None:
    broken = rezipped(CUSTOMERS, {"xl/workbook.xml": b"<workbook><sheets>"})
    bad = {
        "broken.xlsx": broken,
        "nested.zip": zipped({"c.xlsx": CUSTOMERS}),
        "locked.xlsx": encrypted(CUSTOMERS, "x"),
    }
    found = parsed(zipped({**bad, "c.xlsx": CUSTOMERS}), tmp_path, "all.zip")
    assert _files(found)[0] == ("all.zip/c.xlsx", "customers")
    said = {t.source.file: t.source.messages for t in found.tables[1:]}
    codes = {file: (m.status, m.params["error"]) for file, (m,) in said.items()}
    assert codes == {
        "all.zip/broken.xlsx": ("fail", "damaged_file"),
        "all.zip/nested.zip": ("fail", "zip_in_zip"),
        "all.zip/locked.xlsx": ("fail", "password_protected"),
    }
    for (message,) in said.values():
        assert message.params["file"] in words.finding(message).what


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"a.pdf": b"%PDF-1"}, "pdf_file"),
        ({"a.pdf": b"%PDF-1", "b.pdf": b"%PDF-1"}, "zip_without_tables"),
        ({".DS_Store": b"x"}, "zip_without_tables"),
        ({"inner.zip": zipped({"c.csv": SURVEY})}, "zip_in_zip"),
        ({f"{i}.csv": b"a,b\n1,2" for i in range(51)}, "zip_too_many"),
        ({"a.csv": b"a,b\n" + b"1,2\n" * 30_000_000}, "zip_bomb"),
    ],
)
def test_a_zip_of_which_nothing_can_be_read_is_one_error(
    files: dict[str, bytes], code: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError) as caught:
        parsed(zipped(files), tmp_path, "all.zip")
    assert caught.value.code == code
    assert caught.value.params["file"].startswith("all.zip")


def test_a_name_that_climbs_out_is_only_shown(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    stem = f"{'../' * 20}{str(outside).lstrip('/')}"
    archive = zipped(
        {
            f"{stem}/up.csv": SURVEY,
            "/elsewhere/up.csv": SURVEY,
            "C:\\x\\down.csv": SURVEY,
            "a\n\x1b[0m.csv": SURVEY,
        }
    )
    found = parsed(archive, tmp_path / "case", "all.zip")
    assert [t.source.file for t in found.tables] == [
        "all.zip/up.csv",
        "all.zip/up (2).csv",
        "all.zip/down.csv",
        "all.zip/a[0m.csv",
    ]
    assert not outside.exists()
    assert {p.parent for p in tmp_path.rglob("*") if p.is_file()} == {tmp_path / "case"}


def test_a_corrected_table_of_a_zip_leaves_the_others_alone(tmp_path: Path) -> None:
    rows = customer_rows(20)
    rows[3][2] = "?!"
    found = parsed(
        zipped({"a.csv": csv(rows), "b.csv": csv(rows), "x.pdf": b"%PDF-1"}), tmp_path, "all.zip"
    )
    again = remap(found, 0, "customers", None, folder=tmp_path, k_min=5)
    assert [(a.file, a.row) for a in found.set_aside] == [
        ("all.zip/a.csv", 4),
        ("all.zip/b.csv", 4),
    ]
    assert sorted((a.file, a.row) for a in again.set_aside) == [
        ("all.zip/a.csv", 4),
        ("all.zip/b.csv", 4),
    ]
    assert again.tables[0].source.file == "all.zip/a.csv"
    assert "zip_member_not_read" in [m.code for m in again.tables[0].source.messages]


def _locked_zip(folder: Path, password: str) -> bytes:
    (folder / "c.xlsx").write_bytes(CUSTOMERS)
    subprocess.run(["zip", "-q", "-P", password, "all.zip", "c.xlsx"], cwd=folder, check=True)
    data = (folder / "all.zip").read_bytes()
    for path in folder.iterdir():
        path.unlink()
    return data


@pytest.mark.skipif(not Path("/usr/bin/zip").exists(), reason="needs the program zip")
def test_a_zip_opens_with_its_password(tmp_path: Path) -> None:
    data = _locked_zip(tmp_path, "Grün")
    for password, code in ((None, "password_protected"), ("gruen", "wrong_password")):
        with pytest.raises(InputError) as caught:
            _open(data, tmp_path, "all.zip", password)
        assert caught.value.code == code
    assert _files(_open(data, tmp_path, "all.zip", "Grün")) == [("all.zip/c.xlsx", "customers")]


def test_a_zip_encrypted_with_aes_is_one_sentence(tmp_path: Path) -> None:
    data = bytearray(zipped({"c.csv": SURVEY}))
    for signature, flags, method in ((b"PK\x03\x04", 6, 8), (b"PK\x01\x02", 8, 10)):
        place = data.index(signature)
        data[place + flags] |= 1
        data[place + method] = 99
    with pytest.raises(InputError) as caught:
        _open(bytes(data), tmp_path, "all.zip", "x")
    assert caught.value.code == "zip_not_opened"


@pytest.mark.parametrize(
    ("data", "right"),
    [
        (encrypted(CUSTOMERS, "Sésame 1"), "Sésame 1"),
        (xls_encrypted(customer_rows(30), "Sésame 1"), "Sésame 1"),
    ],
    ids=["xlsx", "xls"],
)
def test_a_protected_workbook_opens_with_its_password_only(
    data: bytes, right: str, tmp_path: Path
) -> None:
    for password, code in (
        (None, "password_protected"),
        ("", "password_protected"),
        ("sésame 1", "wrong_password"),
    ):
        with pytest.raises(InputError) as caught:
            _open(data, tmp_path, "customers.xlsx", password)
        assert caught.value.code == code
    (table,) = _open(data, tmp_path, "customers.xlsx", right).tables
    assert (table.source.role, table.source.rows_accepted) == ("customers", 30)


@pytest.mark.parametrize(
    "data", [encrypted(CUSTOMERS, NOBODYS), xls_encrypted(customer_rows(30), NOBODYS)]
)
def test_a_workbook_that_is_only_protected_against_changes_needs_no_password(
    data: bytes, tmp_path: Path
) -> None:
    assert _open(data, tmp_path, "c.xlsx").tables[0].source.rows_accepted == 30


def test_a_protected_sheet_is_no_secret(tmp_path: Path) -> None:
    sheet = part_of(CUSTOMERS, "xl/worksheets/sheet1.xml")
    marked = sheet.replace(
        b"</sheetData>", b'</sheetData><sheetProtection password="CC3D" sheet="1"/>'
    )
    data = rezipped(CUSTOMERS, {"xl/worksheets/sheet1.xml": marked})
    assert parsed(data, tmp_path, "c.xlsx").tables[0].source.rows_accepted == 30


def test_a_password_nobody_asked_for_does_no_harm(tmp_path: Path) -> None:
    for data, name in (
        (CUSTOMERS, "c.xlsx"),
        (xls(customer_rows(30)), "c.xls"),
        (ods(customer_rows(30)), "c.ods"),
    ):
        assert _open(data, tmp_path, name, "x").tables[0].source.rows_accepted == 30


def test_damage_inside_an_encrypted_workbook_is_damage() -> None:
    data = bytearray(encrypted(CUSTOMERS, "x"))
    place = data.index(b"<keyEncryptors>")
    data[place : place + 15] = b"<keyEncryptorz>"
    with pytest.raises(InputError) as caught:
        unlock_package("c.xlsx", bytes(data), "x")
    assert caught.value.code == "damaged_file"


def test_an_old_workbook_opens_however_its_stream_ends() -> None:
    data = xls_encrypted(customer_rows(30), "x")
    stream, book = ole_container.book_of("c.xls", data)
    last = book.rindex(b"\x0a\x00\x00\x00") + 4  # the record that ends the last sheet
    short = io.BytesIO(data)
    rest = len(book) - last
    with olefile.OleFileIO(
        short, write_mode=True
    ) as ole:  # two bytes are left after the last record
        ole.write_stream(stream, book[:last] + struct.pack("<HH", 0, rest - 6) + bytes(rest - 4))
    assert decryption._missing(ole_container.book_of("c.xls", short.getvalue())[1]) == 2
    plain = decryption.unlock_old("c.xls", short.getvalue(), "x")
    assert b"Customer ID" in ole_container.book_of("c.xls", plain)[1]
