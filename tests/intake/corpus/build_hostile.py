"""Files that would hurt, by accident or on purpose: bombs, loops, lies, wrong names, halves."""

from __future__ import annotations

import datetime as dt
import io
import random
import re
import struct

from corpus.biff12 import xlsb
from corpus.compound import compound
from corpus.register import content, makes, put
from corpus.rows import customers, said
from corpus.writers import edited, ods, parts_of, rezipped, sav, text, xls, xlsx, zipped

_SHEET = "xl/worksheets/sheet1.xml"
_SAID = said(customers())
_CSV = text(_SAID)


def _plain() -> bytes:
    return xlsx({"Customers": customers()})


def _after_the_rows(xml: bytes) -> bytes:
    """The customer list with something put after its last row."""
    return edited(_plain(), _SHEET, (b"</sheetData>", xml + b"</sheetData>"))


# --- too much
# --------------------------------------------------------------------------------------------------

put(
    "far_cell.xlsx",
    lambda: _after_the_rows(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
)
put(
    "far_row.xlsx",
    lambda: _after_the_rows(b'<row r="1048576"><c r="A1048576" t="str"><v> </v></c></row>'),
)
put(
    "zip_bomb.xlsx",
    lambda: _after_the_rows(b'<row r="14"><c r="A14"><v>1</v></c></row>' * 2_000_000),
)
put(
    "parts_5001.xlsx",
    lambda: rezipped(_plain(), {f"xl/media/image{i}.png": b"" for i in range(5001)}),
)
put("deep_nesting.xlsx", lambda: _after_the_rows(b"<x>" * 200_000 + b"</x>" * 200_000))
put("wide_16384.xlsx", lambda: xlsx({"Wide": [[f"c{j}" for j in range(16384)], [1] * 16384]}))
put("wide_customers.csv", lambda: text([[*row, *_filler(i)] for i, row in enumerate(_SAID)]))
put(
    "huge_cell.csv",
    lambda: text(
        [[*row, "Note" if i == 0 else "x" * 5_000_000 * (i == 1)] for i, row in enumerate(_SAID)]
    ),
)
put("empty_rows_first.xlsx", lambda: xlsx({"Customers": [[]] * 100_000 + customers()}))
put("empty_rows_first.csv", lambda: b"\r\n" * 100_000 + _CSV)
put("empty_rows_after.csv", lambda: _CSV + b",,,,,\r\n" * 100_000)
put(
    "formatted_rows_after.xlsx",
    lambda: xlsx({"Customers": customers()}, finish=_format_whole_columns),
)


def _filler(i: int) -> list[str]:
    return [f"Field {j}" if i == 0 else "" for j in range(2000)]


def _format_whole_columns(book: object) -> None:
    """Every row down to the last one has a format and no cell."""
    sheet = book.worksheets()[0]
    for row in range(14, 60_000):
        sheet.set_row(row, 20)


@makes("lying_zip.xlsx")
def _lying() -> bytes:
    """A bomb that says in its directory that it unpacks to 1,000 bytes."""
    data = bytearray(content("zip_bomb.xlsx"))
    struct.pack_into("<I", data, data.rfind(_SHEET.encode()) - 46 + 24, 1000)
    return bytes(data)


@makes("merges_50k.xlsx")
def _merges() -> bytes:
    """50,000 merged ranges beside the table."""
    refs = b"".join(b'<mergeCell ref="H%d:I%d"/>' % (n, n) for n in range(1, 50_001))
    merged = b'</sheetData><mergeCells count="50000">' + refs + b"</mergeCells>"
    return edited(_plain(), _SHEET, (b"</sheetData>", merged))


@makes("ods_padding.ods")
def _padding() -> bytes:
    """What LibreOffice writes to the end of the sheet: a million blank rows in one element."""
    blank = '<table:table-cell table:number-columns-repeated="16384"/>'
    return ods(
        {"C": customers()},
        padding=f'<table:table-row table:number-rows-repeated="1048563">{blank}</table:table-row>',
    )


@makes("ods_repeated.ods")
def _repeated() -> bytes:
    """One filled row that is said to stand there a million times, 16,384 cells wide."""
    cell = (
        '<table:table-cell office:value-type="float" office:value="1" '
        'table:number-columns-repeated="16384"/>'
    )
    return ods(
        {"C": customers()},
        padding=f'<table:table-row table:number-rows-repeated="1048563">{cell}</table:table-row>',
    )


# --- XML that attacks
# ----------------------------------------------------------------------------------------------

_LAUGHS = b'<!DOCTYPE x [<!ENTITY a0 "ha">' + b"".join(
    b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10)
)


def _with_doctype(part: str, doctype: bytes) -> bytes:
    plain = _plain()
    return rezipped(
        plain,
        {
            part: re.sub(
                rb"(<\?xml[^>]*>)", lambda m: m[1] + doctype, parts_of(plain)[part], count=1
            )
        },
    )


put("billion_laughs.xlsx", lambda: _with_doctype("xl/sharedStrings.xml", _LAUGHS + b"]>"))
put(
    "external_entity.xlsx",
    lambda: _with_doctype(_SHEET, b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'),
)
put(
    "external_entity_styles.xlsx",
    lambda: _with_doctype("xl/styles.xml", b'<!DOCTYPE x SYSTEM "http://x.test/x.dtd">'),
)


@makes("external_entity_utf16.xlsx")
def _hidden_doctype() -> bytes:
    """The same in a part that is written in UTF-16, where a search for ASCII finds nothing."""
    xml = parts_of(content("external_entity.xlsx"))[_SHEET].decode().replace("UTF-8", "UTF-16")
    return rezipped(_plain(), {_SHEET: xml.encode("utf-16")})


@makes("billion_laughs.ods")
def _laughing_ods() -> bytes:
    plain = ods({"C": customers()})
    xml = parts_of(plain)["content.xml"].replace(b"?>", b"?>" + _LAUGHS + b"]>", 1)
    return rezipped(plain, {"content.xml": xml})


# --- not what the name says
# ----------------------------------------------------------------------------------------

put("csv_as.xls", lambda: _CSV)
put("csv_as.xlsx", lambda: _CSV)
put("tabs_as.xls", lambda: text(_SAID, "\t", "utf-16"))
put("xlsx_as.csv", _plain)
put("xls_as.xlsx", lambda: xls({"Customers": customers()}))
put("xlsx_without_ending", _plain)
put("xlsx_as.zip", _plain)
put(
    "pdf_as.csv",
    lambda: (
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n"
        b"%%EOF"
    ),
)
put("png_as.xlsx", lambda: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\6\0\0\0")
put(
    "docx_as.xlsx",
    lambda: zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>"}),
)
put(
    "pptx_as.xlsx",
    lambda: zipped(
        {"[Content_Types].xml": b"<Types/>", "ppt/presentation.xml": b"<p:presentation/>"}
    ),
)
put(
    "odt_as.ods",
    lambda: zipped(
        {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<x/>"}
    ),
)
put(
    "json_as.csv",
    lambda: (
        b'[{"Customer ID": "00042", "Churned": "yes"}, {"Customer ID": "00059", "Churned": "no"}]'
    ),
)
put("gzip_as.csv", lambda: b"\x1f\x8b\x08\0\0\0\0\0\0\3" + bytes(40))
put("rtf_as.txt", lambda: b"{\\rtf1\\ansi Customer ID, Churned\\par 00042, yes}")
put("sqlite_as.csv", lambda: b"SQLite format 3\0" + bytes(84))
put("program_as.xlsx", lambda: b"MZ" + bytes(range(256)))
put("noise.csv", lambda: random.Random(7).randbytes(5000))
put("ebcdic.csv", lambda: text(_SAID, end="\n").decode().replace("\n", "\x85").encode("cp500"))


@makes("parquet_as.csv")
def _parquet() -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    stream = io.BytesIO()
    pq.write_table(pa.table({"Customer ID": ["00042"], "Churned": ["yes"]}), stream)
    return stream.getvalue()


@makes("html_as.xls")
def _html() -> bytes:
    """What many systems call an Excel export."""
    rows = "".join(f"<tr>{''.join(f'<td>{c}</td>' for c in row)}</tr>" for row in _SAID)
    return (
        f"<html><head><meta charset=utf-8></head><body><table>{rows}</table></body></html>".encode()
    )


@makes("xml_spreadsheet_2003.xml")
def _xml_2003() -> bytes:
    data = '<Cell><Data ss:Type="String">{}</Data></Cell>'
    cells = "".join(f"<Row>{''.join(map(data.format, row))}</Row>" for row in _SAID)
    space = (
        'xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"'
    )
    head = f'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook {space}>'
    return f'{head}<Worksheet ss:Name="C"><Table>{cells}</Table></Worksheet></Workbook>'.encode()


@makes("sylk.slk")
def _sylk() -> bytes:
    lines = [f'C;Y{i};X{j};K"{c}"' for i, row in enumerate(_SAID, 1) for j, c in enumerate(row, 1)]
    return "\r\n".join(["ID;PWXL;N;E", *lines, "E", ""]).encode()


# --- halves and nothing
# --------------------------------------------------------------------------------------------

put("truncated.xlsx", lambda: _plain()[:3000])
put("truncated.xls", lambda: xls({"Customers": customers()})[:2500])
put("truncated.ods", lambda: ods({"C": customers()})[:700])
put("truncated.xlsb", lambda: xlsb({"C": customers()})[:1200])
put("truncated.sav", lambda: sav({"id": ["a", "b"], "rev": [1.0, 2.0]})[:230])
put("truncated.zip", lambda: zipped({"customers.csv": _CSV})[:200])
put("truncated.csv", lambda: _CSV[:-20])
put("empty.csv", lambda: b"")
put("empty.xlsx", lambda: b"")
put("empty.zip", lambda: zipped({}))
put("only_mark.csv", lambda: b"\xef\xbb\xbf")
put("only_blank_lines.csv", lambda: b"\xef\xbb\xbf\r\n \n\t\r\n")
put("only_delimiters.csv", lambda: b",,,\r\n,,,\r\n")
put("only_headings.csv", lambda: text(_SAID[:1]))
put("only_headings.xlsx", lambda: xlsx({"Customers": customers()[:1]}))
put("blank_workbook.xlsx", lambda: xlsx({"Sheet1": [], "Sheet2": []}))
put("one_cell.csv", lambda: b"hello")
put(
    "broken_workbook_part.xlsx",
    lambda: rezipped(_plain(), {"xl/workbook.xml": b"<workbook><sheets>"}),
)
put(
    "missing_sheet_part.xlsx",
    lambda: zipped({n: d for n, d in parts_of(_plain()).items() if n != _SHEET}),
)


@makes("bad_checksum.xlsx")
def _bad_checksum() -> bytes:
    """One byte of the packed sheet is another one."""
    data = bytearray(_plain())
    place = data.find(_SHEET.encode()) + len(_SHEET) + 60
    data[place] ^= 0xFF
    return bytes(data)


@makes("no_sheets.xlsx")
def _no_sheets() -> bytes:
    book = parts_of(_plain())["xl/workbook.xml"]
    return rezipped(
        _plain(), {"xl/workbook.xml": re.sub(rb"<sheets>.*</sheets>", b"<sheets/>", book)}
    )


@makes("chartsheet_only.xlsx")
def _chartsheet() -> bytes:
    import xlsxwriter

    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        book.set_properties({"created": dt.datetime(2025, 1, 1)})
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "={1,2,3}"})
        book.add_chartsheet("Chart").set_chart(chart)
    return stream.getvalue()


@makes("same_sheet_names.xlsx")
def _same_names() -> bytes:
    """Two sheets with one name, which Excel never writes: both are read, each as it is."""
    from corpus.rows import survey

    return edited(
        xlsx({"Data": customers(), "Dat2": survey()}),
        "xl/workbook.xml",
        (b'name="Dat2"', b'name="Data"'),
    )


@makes("same_part_twice.xlsx")
def _same_part() -> bytes:
    """A zip that holds the sheet twice, with different rows: anybody's guess which counts."""
    other = parts_of(xlsx({"Customers": customers(5)}))[_SHEET]
    return zipped(parts_of(_plain()), again={_SHEET: other})


@makes("strict_ooxml.xlsx")
def _strict() -> bytes:
    """ISO 29500 Strict: other namespaces, dates as ISO text."""
    strict = {
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main": b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships": (
            b"http://purl.oclc.org/ooxml/officeDocument/relationships"
        ),
    }
    out = {}
    for name, data in parts_of(_plain()).items():
        for old, new in strict.items():
            data = data.replace(old, new)
        out[name] = data.replace(b"<workbook ", b'<workbook conformance="strict" ', 1)
    out[_SHEET] = re.sub(rb'<c r="C(\d+)" s="1"><v>(\d+)</v>', _iso_cell, out[_SHEET])
    return zipped(out)


def _iso_cell(match: re.Match[bytes]) -> bytes:
    day = customers()[int(match[1]) - 1][2].isoformat().encode()
    return b'<c r="C' + match[1] + b'" s="1" t="d"><v>' + day + b"</v>"


@makes("prefixed_names.xlsx")
def _prefixed() -> bytes:
    """Every element of the sheet with a namespace prefix, as some programs write it."""
    xml = parts_of(_plain())[_SHEET]
    xml = re.sub(rb"<(/?)(?!\?)", rb"<\1x:", xml).replace(b' xmlns="', b' xmlns:x="', 1)
    return rezipped(_plain(), {_SHEET: xml})


@makes("no_dimension.xlsx")
def _no_dimension() -> bytes:
    """Neither the sheet nor its cells say where they are."""
    xml = re.sub(rb"<dimension[^>]*/>", b"", parts_of(_plain())[_SHEET])
    return rezipped(_plain(), {_SHEET: re.sub(rb'(<(?:row|c)) r="[A-Z]*\d+"', rb"\1", xml)})


# --- compound files
# ------------------------------------------------------------------------------------------------


def _stream() -> bytes:
    import olefile

    return (
        olefile.OleFileIO(io.BytesIO(xls({"Customers": customers()}))).openstream("Workbook").read()
    )


put("ole_chain_loop.xls", lambda: compound("Workbook", _stream(), loop="chain"))
put("ole_directory_loop.xls", lambda: compound("Workbook", _stream(), loop="directory"))
put("ole_word.xls", lambda: compound("WordDocument", b"\xec\xa5\xc1\0" * 1200))
put("ole_only_head.xls", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000))


@makes("xls_record_lies.xls")
def _record_lies() -> bytes:
    """A record that says it is longer than the file."""
    stream = bytearray(_stream())
    stream[-200:-196] = b"\x03\x02\xff\xff"
    return compound("Workbook", bytes(stream))


# --- archives
# --------------------------------------------------------------------------------------------------

put(
    "traversal.zip",
    lambda: zipped(
        {
            "../../climbed.csv": b"a,b\n1,2\n",
            "/elsewhere/climbed.csv": b"a,b\n1,2\n",
            "good.csv": _CSV,
        }
    ),
)
put("zip_in_zip.zip", lambda: zipped({"inner.zip": zipped({"customers.csv": _CSV})}))
put(
    "zip_in_zip_beside.zip",
    lambda: zipped({"inner.zip": zipped({"a.csv": _CSV}), "customers.csv": _CSV}),
)
put("too_many_files.zip", lambda: zipped({f"part{i}.csv": b"a,b\n1,2\n" for i in range(2000)}))
put("only_pdf.zip", lambda: zipped({"report.pdf": b"%PDF-1.7\n1 0 obj"}))
put("bomb_in.zip", lambda: zipped({"customers.csv": _CSV, "big.csv": b"0,0\n" * 60_000_000}))
put("damaged_in.zip", lambda: zipped({"customers.csv": _CSV, "broken.xlsx": _plain()[:3000]}))
put(
    "same_names.zip",
    lambda: zipped({"a/customers.csv": _CSV, "b/customers.csv": text(said(customers(5)))}),
)


# --- text that is not quite a table
# --------------------------------------------------------------------------------

put(
    "invalid_utf8.csv",
    lambda: text(said(customers(teams=("Köln", "York", "Hull")))).replace(b"Hull", b"Hu\xffll", 1),
)
put("nul_bytes.csv", lambda: _CSV.replace(b"York", b"Yo\0rk").replace(b"Hull", b"\0Hull"))
put(
    "control_signs.csv",
    lambda: _CSV.replace(b"York", b"Yo\x0brk\x1f").replace(b"Hull", b"\x02Hull", 1),
)
put("unbalanced_quote.csv", lambda: _CSV.replace(b"York", b'"York', 1))
put("quote_within.csv", lambda: _CSV.replace(b"York", b'York "North" yard'))
put("backslash_quotes.csv", lambda: _CSV.replace(b"York", b'"York \\"North\\" yard"'))
put("trailing_delimiters.csv", lambda: _CSV.replace(b"\r\n", b",,\r\n"))
put("ragged.csv", lambda: _ragged())
put("no_last_line_end.csv", lambda: _CSV.rstrip())
put("footer_line.csv", lambda: _CSV + b'\r\n"12 rows exported on 3 July 2025"\r\n')


def _ragged() -> bytes:
    """The third customer has cells too few, the fifth two too many, the sixth one blank one too
    many.
    """
    lines = _CSV.decode().split("\r\n")
    lines[3] = ",".join(lines[3].split(",")[:3])
    lines[5] += ",what is this,and this"
    lines[6] += ","
    return "\r\n".join(lines).encode()


# --- fuzz: whatever comes out, it comes out in order
# ---------------------------------------------------------------


def _shaken(data: bytes, seed: int) -> bytes:
    """The file with a few bytes changed."""
    draw = random.Random(seed)
    out = bytearray(data)
    for _ in range(12):
        out[draw.randrange(len(out))] = draw.randrange(256)
    return bytes(out)


def _shaken_sheet(data: bytes, seed: int) -> bytes:
    """The archive with a few bytes of its sheet changed before it is packed."""
    part = "xl/worksheets/sheet1.bin"
    return rezipped(data, {part: _shaken(parts_of(data)[part], seed)})


for _seed in range(1, 3):
    put(f"shaken_{_seed}.xlsx", lambda s=_seed: _shaken(_plain(), s))
    put(f"shaken_{_seed}.xls", lambda s=_seed: _shaken(xls({"Customers": customers()}), s))
    put(f"shaken_{_seed}.xlsb", lambda s=_seed: _shaken_sheet(xlsb({"C": customers()}), s))
    put(f"shaken_{_seed}.sav", lambda s=_seed: _shaken(content("customers.sav"), s))
    put(f"shaken_{_seed}.csv", lambda s=_seed: _shaken(_CSV, s))
