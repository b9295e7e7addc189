"""Files that would hurt or are no table: each ends in one named error, within limits."""

from __future__ import annotations

import io
import re
import struct
import time
import zipfile
from pathlib import Path

import pytest
from make_books import encrypted, ods, part_of, rezipped, strict, xls, xlsb, zipped
from make_files import csv, customer_rows, parsed, xlsx

from cxcase.errors import InputError
from cxcase.intake.files import file_kind
from cxcase.report import words

pytestmark = pytest.mark.apart
SHEET = "xl/worksheets/sheet1.xml"


def _book() -> bytes:
    return xlsx({"Customers": customer_rows(5)})


def _changed(pattern: bytes, by: bytes) -> bytes:
    plain = _book()
    return rezipped(plain, {SHEET: re.sub(pattern, by, part_of(plain, SHEET), count=1)})


def _far_cell(owned: bool = False) -> bytes:
    """A cell in the last row and column; owned: the sheet's declared range says so."""
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    sheet = part_of(_book(), SHEET).replace(b"</sheetData>", far)
    if owned:
        sheet = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', sheet)
    return rezipped(_book(), {SHEET: sheet})


def _bomb() -> bytes:
    row = b'<row r="7"><c r="A7"><v>1</v></c></row>'
    huge = part_of(_book(), SHEET).replace(b"</sheetData>", row * 2_000_000 + b"</sheetData>")
    return rezipped(_book(), {SHEET: huge})


def _lying_bomb() -> bytes:
    """Long texts in many rows, the directory saying that the sheet is small."""
    text = b'<row><c t="inlineStr"><is><t>' + b"a" * 1000 + b"</t></is></c></row>"
    huge = part_of(_book(), SHEET).replace(b"</sheetData>", text * 250_000 + b"</sheetData>")
    data = bytearray(rezipped(_book(), {SHEET: huge}))
    place = data.rfind(SHEET.encode()) - 46  # the central directory's entry
    assert data[place : place + 4] == b"PK\x01\x02"
    struct.pack_into("<I", data, place + 24, 5_000_000)
    return bytes(data)


def _looping() -> bytes:
    """An .xls whose first directory sector is followed by itself."""
    data = bytearray(xls(customer_rows(5)))
    directory = struct.unpack_from("<I", data, 48)[0]
    table = struct.unpack_from("<I", data, 76)[0]
    struct.pack_into("<I", data, (table + 1) * 512 + 4 * directory, directory)
    return bytes(data)


def _endless() -> bytes:
    """An encrypted workbook that asks for ten million rounds."""
    usual = b'spinCount="100000" saltSize="16"'
    data = encrypted(_book(), "x")
    assert usual in data
    return data.replace(usual, b'spinCount="9999999" saltSize="1"')


def _zip_of(name: str, content: bytes = b"<x/>") -> bytes:
    return zipped({"[Content_Types].xml": b"<Types/>", name: content})


def _ole(*streams: str) -> bytes:
    """A compound file that is no workbook: an .xls with its stream renamed."""
    data = xls(customer_rows(5))
    name = "Workbook".encode("utf-16-le")
    place = data.index(name)
    new = streams[0].encode("utf-16-le")
    return (
        data[:place] + new.ljust(64, b"\0") + struct.pack("<H", len(new) + 2) + data[place + 66 :]
    )


_REPEATED = (
    '<table:table-row table:number-rows-repeated="999999999"><table:table-cell '
    'table:number-columns-repeated="999999999" office:value-type="string"><text:p>X</text:p>'
    "</table:table-cell>"
    "</table:table-row>"
)
_HTML = b"<html><table><tr><td>Customer ID</td></tr></table></html>"
_XML_2003 = (
    b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">'
    b"</Workbook>"
)
_ENTITY = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'

HOSTILE = {
    "far_cell": (_far_cell, "far_cell"),
    "far_cell_owned": (lambda: _far_cell(owned=True), "far_cell"),
    "far_cell_xlsb": (lambda: xlsb(customer_rows(5), last=(1_048_575, 16_383)), "far_cell"),
    "far_cell_ods": (lambda: ods(customer_rows(5), _REPEATED), "far_cell"),
    "zip_bomb": (_bomb, "zip_bomb"),
    "lying_zip": (_lying_bomb, "zip_bomb"),
    "many_parts": (
        lambda: rezipped(_book(), {f"xl/p{i}.xml": b"" for i in range(5001)}),
        "zip_bomb",
    ),
    "dtd": (lambda: _changed(rb"(<\?xml[^>]*>)", rb"\1" + _ENTITY.encode()), "dtd_in_workbook"),
    "dtd_after_comment": (
        lambda: _changed(
            rb"(<\?xml[^>]*>)", rb"\1<!--" + b"-x" * 20_000 + b"-->" + _ENTITY.encode()
        ),
        "dtd_in_workbook",
    ),
    "dtd_utf16": (
        lambda: rezipped(
            _book(),
            {"xl/workbook.xml": f"<?xml version='1.0'?>{_ENTITY}<workbook/>".encode("utf-16")},
        ),
        "dtd_in_workbook",
    ),
    "dtd_utf7": (
        lambda: _changed(
            rb"<\?xml[^>]*>", b"<?xml version='1.0' encoding='utf-7'?>+ADwAIQ-DOCTYPE x>"
        ),
        "dtd_in_workbook",
    ),
    "dtd_ods": (lambda: ods(customer_rows(5), head=_ENTITY), "dtd_in_workbook"),
    "external_entity": (
        lambda: _changed(
            rb"(<\?xml[^>]*>)", rb'\1<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
        ),
        "dtd_in_workbook",
    ),
    "truncated": (lambda: xlsx({"Customers": customer_rows(50)})[:4000], "damaged_file"),
    "truncated_xls": (lambda: xls(customer_rows(50))[:3000], "damaged_file"),
    "broken_sheet": (
        lambda: rezipped(_book(), {"xl/workbook.xml": b"<workbook><sheets>"}),
        "damaged_file",
    ),
    "ole_loop": (_looping, "damaged_file"),
    "ole_nothing": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "damaged_file"),
    "sav_truncated": (lambda: b"$FL2@(#) SPSS DATA FILE" + bytes(40), "damaged_file"),
    "encrypted": (lambda: encrypted(_book(), "secret"), "password_protected"),
    "encrypted_sav": (lambda: b"\x1c" + bytes(7) + b"ENCRYPTEDSAV" + bytes(40), "spss_encrypted"),
    "endless_rounds": (_endless, "encryption_unknown"),
    "empty": (lambda: b"", "empty_file"),
    "only_blank_lines": (lambda: b"\xef\xbb\xbf\r\n \n", "empty_file"),
    "random_bytes": (lambda: bytes(range(256)) * 40, "wrong_type"),
    "pdf": (lambda: b"%PDF-1.7\n1 0 obj", "pdf_file"),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(50), "picture_file"),
    "html": (lambda: _HTML, "web_page"),
    "html_utf16": (lambda: _HTML.decode().encode("utf-16"), "web_page"),
    "html_with_xml_head": (lambda: b"<?xml version='1.0'?><!-- x -->" + _HTML, "web_page"),
    "xml_2003": (lambda: _XML_2003, "xml_spreadsheet"),
    "xml": (lambda: b"<?xml version='1.0'?><root/>", "xml_file"),
    "xml_bomb": (lambda: b"<!DOCTYPE bomb [<!ENTITY a 'x'>]><bomb>&a;</bomb>", "xml_file"),
    "json": (lambda: b'[{"id": 1}]', "json_file"),
    "sylk": (lambda: b"ID;PWXL;N;E\nP;PGeneral\nC;Y1;X1;K1\nE\n", "sylk_file"),
    "gzip": (lambda: b"\x1f\x8b\x08" + bytes(50), "packed_file"),
    "rtf": (lambda: b"{\\rtf1 x}", "text_document"),
    "docx": (lambda: _zip_of("word/document.xml"), "text_document"),
    "odt": (
        lambda: zipped({"mimetype": b"application/vnd.oasis.opendocument.text"}),
        "text_document",
    ),
    "doc": (lambda: _ole("WordDocument"), "text_document"),
    "pptx": (lambda: _zip_of("ppt/presentation.xml"), "presentation"),
    "msg": (lambda: _ole("__substg1.0_001"), "email_file"),
    "numbers": (lambda: zipped({"Index/Document.iwa": b"x"}), "apple_numbers"),
    "parquet": (lambda: b"PAR1" + bytes(50), "database_file"),
    "program": (lambda: b"\x7fELF" + bytes(50), "program_file"),
    "sas": (lambda: bytes(12) + b"\xc2\xea\x81\x60" + bytes(50), "statistics_file"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_in_one_named_error(name: str, tmp_path: Path) -> None:
    make, code = HOSTILE[name]
    data = make()
    started = time.monotonic()
    with pytest.raises(InputError) as caught:
        parsed(data, tmp_path, "upload.xlsx")
    assert caught.value.code == code
    assert caught.value.params["file"] == "upload.xlsx"
    assert words.has(f"error.{code}.text")
    assert time.monotonic() - started < 60
    assert not list(tmp_path.iterdir())


def test_every_kind_of_file_that_is_no_table_has_its_sentence() -> None:
    codes = {code for _, code, _ in file_kind._NAMED}
    assert codes
    assert all(words.has(f"error.{code}.text") for code in codes)


@pytest.mark.parametrize("owned", [True, False])
def test_the_far_cell_is_named(owned: bool, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        parsed(_far_cell(owned), tmp_path, "customers.xlsx")
    assert caught.value.params["found"] == "XFD1048576"
    assert caught.value.params["sheet"] == "Customers"


def test_a_sheet_that_only_says_it_reaches_far_is_read(tmp_path: Path) -> None:
    data = _changed(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"')
    assert parsed(data, tmp_path, "c.xlsx").tables[0].source.rows_accepted == 5


def test_fifty_thousand_merged_cells_are_read(tmp_path: Path) -> None:
    merges = b"".join(b'<mergeCell ref="X%d:Y%d"/>' % (i, i) for i in range(1, 50_001))
    marked = b'</sheetData><mergeCells count="50000">' + merges + b"</mergeCells>"
    data = _changed(rb"</sheetData>", marked)
    assert parsed(data, tmp_path, "merged.xlsx").tables[0].source.rows_accepted == 5


def test_repeated_empty_cells_of_an_open_document_cost_nothing(tmp_path: Path) -> None:
    empty = (
        '<table:table-row table:number-rows-repeated="1048570">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    assert (
        parsed(ods(customer_rows(5), empty), tmp_path, "c.ods").tables[0].source.rows_accepted == 5
    )


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: csv(customer_rows(30)), "customers.xls"),
        (lambda: csv(customer_rows(30), delimiter="\t"), "customers.xlsx"),
        (lambda: xlsx({"C": customer_rows(30)}), "customers.csv"),
        (lambda: strict(xlsx({"C": customer_rows(30)})), "customers.xlsx"),
        (lambda: xls(customer_rows(30)), "customers.xlsx"),
        (lambda: xlsb(customer_rows(30)), "customers.bin"),
        (lambda: ods(customer_rows(30)), "customers"),
    ],
)
def test_a_good_table_is_read_whatever_its_name_says(make, name: str, tmp_path: Path) -> None:
    (table,) = parsed(make(), tmp_path, name).tables
    assert table.source.role == "customers"
    assert (table.source.rows_read, table.source.rows_accepted) == (30, 30)
    assert table.frame()["customer_id"][7] == "00007"
    assert not [m for m in table.source.messages if m.code == "second_reader"]


def test_a_text_table_with_a_column_id_is_no_sylk() -> None:
    assert file_kind.kind_of("c.csv", b"ID;Produkt;Umsatz\n1;A;2\n2;B;3\n") == "text"


@pytest.mark.parametrize("start", [b"[unverified]", b"{none}", b"<5 years", b"MZ;Name", b"Rarely"])
def test_a_text_table_may_begin_like_something_else(start: bytes) -> None:
    assert file_kind.kind_of("c.csv", start + b",b\n1,2\n") == "text"


def test_macros_are_said_and_not_run(tmp_path: Path) -> None:
    data = rezipped(
        xlsx({"C": customer_rows(30)}), {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0 not even opened"}
    )
    (table,) = parsed(data, tmp_path, "customers.xlsm").tables
    assert table.source.rows_accepted == 30
    assert "macros_ignored" in [m.code for m in table.source.messages]


def test_formulas_and_formula_like_text_stay_text(tmp_path: Path) -> None:
    rows = customer_rows(20)
    rows[1][1] = "=cmd|' /C calc'!A0"
    found = parsed(csv(rows), tmp_path, "customers.csv")
    assert found.tables[0].frame()["team"][0] == "=cmd|' /C calc'!A0"


def test_looking_at_a_workbook_unpacks_only_the_start_of_each_part(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = []
    read = zipfile.ZipExtFile.read

    def counted(self: zipfile.ZipExtFile, n: int | None = -1) -> bytes:
        got = read(self, n)
        seen.append(len(got))
        return got

    monkeypatch.setattr(zipfile.ZipExtFile, "read", counted)
    data = xlsx({"C": customer_rows(20_000)})
    assert file_kind.check("c.xlsx", data, file_kind.kind_of("c.xlsx", data)) is False
    assert (
        sum(seen) < 200_000 < sum(p.file_size for p in zipfile.ZipFile(io.BytesIO(data)).infolist())
    )
