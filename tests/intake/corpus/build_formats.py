"""One customer list in every format, encoding and wrapping."""

from __future__ import annotations

import io
from typing import Any

from corpus.biff12 import xlsb
from corpus.compound import compound
from corpus.register import makes, put
from corpus.rows import customers, employees, replaced, said, survey
from corpus.writers import (
    encrypted,
    ods,
    parts_of,
    rezipped,
    sav,
    text,
    xls,
    xlsx,
    zipcrypto,
    zipped,
)

PASSWORD = "Ouse bridge 7"
_LIST = {"Customers": customers()}
_ACCENTS = ("Köln", "Besançon", "Logroño")
_DIACRITICS = replaced(customers(teams=_ACCENTS), "Revenue start", ["1000,50 €"] * 12)
_DIACRITICS = replaced(_DIACRITICS, "Revenue end", ["1100,25 €"] * 12)
_GERMAN = said(_DIACRITICS, "%d.%m.%Y")

put("customers.xlsx", lambda: xlsx(_LIST))
put("customers.xls", lambda: xls(_LIST))
put("customers.xlsb", lambda: xlsb(_LIST))
put("customers.ods", lambda: ods(_LIST))


@makes("customers.xlsm")
def _macros() -> bytes:
    """A workbook with a macro part; the macro is noise and is never looked at."""
    plain = xlsx(_LIST)
    types = parts_of(plain)["[Content_Types].xml"].replace(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    macro = b"\xd0\xcf\x11\xe0" + b"Sub Auto_Open()" * 40
    return rezipped(plain, {"[Content_Types].xml": types, "xl/vbaProject.bin": macro})


for _name, _encoding in {
    "utf8": "utf-8",
    "utf8_bom": "utf-8-sig",
    "utf16le": "utf-16-le",
    "utf16be": "utf-16-be",
    "cp1252": "cp1252",
    "iso8859_15": "iso-8859-15",
}.items():
    put(f"{_name}.csv", lambda e=_encoding: text(_GERMAN, ";", e))
put("utf16le_bom.csv", lambda: b"\xff\xfe" + text(_GERMAN, "\t", "utf-16-le"))
put("utf16be_bom.csv", lambda: b"\xfe\xff" + text(_GERMAN, ";", "utf-16-be"))

_SAID = said(customers())
put("mac_line_ends.csv", lambda: text(_SAID, end="\r"))
put("unix_line_ends.csv", lambda: text(_SAID, end="\n"))
put("mixed_line_ends.csv", lambda: text(_SAID[:6], end="\r\n") + text(_SAID[6:], end="\n"))
put("sep_line.csv", lambda: b"sep=;\r\n" + text(_SAID, ";"))
put("sep_line_quoted.csv", lambda: b'"sep=|"\r\n' + text(_SAID, "|"))
put("semicolons.csv", lambda: text(_SAID, ";"))
put("pipes.txt", lambda: text(_SAID, "|"))
put("tabs.tsv", lambda: text(_SAID, "\t"))
put("tabs.txt", lambda: text(_SAID, "\t"))


def _comma(cell: Any) -> Any:
    return f"{cell:.2f}".replace(".", ",") if isinstance(cell, float) else cell


_COMMAS = [[_comma(c) for c in row] for row in _SAID]
put("decimal_comma.csv", lambda: text(_COMMAS, ";"))
put("decimal_comma_tabs.txt", lambda: text(_COMMAS, "\t"))
put("decimal_comma_quoted.csv", lambda: text(_COMMAS, ","))

_REMARKS = replaced(
    said(survey()),
    "Comment",
    [
        "Two lines:\nthe second one",
        'They said "no", twice',
        'He wrote; she wrote, too\r\n\r\n"quoted"',
        '""',
        'ends with a quote"',
        "'single'",
    ],
)
put("quoted_line_breaks.csv", lambda: text(_REMARKS))
put("quoted_line_breaks.xlsx", lambda: xlsx({"Survey": _REMARKS}))
put(
    "all_quoted.csv", lambda: "\r\n".join(",".join(f'"{c}"' for c in row) for row in _SAID).encode()
)


# --- SPSS
# --------------------------------------------------------------------------------------------------


@makes("survey.sav")
def _spss() -> bytes:
    """Variable labels as questions, value labels on the marks, 99 declared as missing by the user,
    98 only labelled.
    """
    rows = survey()[1:]
    ease: list[float] = [float(r[2]) for r in rows]
    ease[2] = 99.0
    ease[3] = 98.0
    marks = {float(m): str(m) for m in range(2, 7)} | {1.0: "Very difficult", 7.0: "Very easy"}
    return sav(
        {
            "custno": [r[0] for r in rows],
            "intdate": [r[1] for r in rows],
            "q1": ease,
            "q2_1": [float(r[3]) for r in rows],
            "q2_2": [float(r[4]) for r in rows],
            "q3": [r[5] for r in rows],
        },
        column_labels=[
            "Customer number",
            "Interview date",
            "How easy is it to do business with us?",
            "Billing (0-10)",
            "Delivery (0-10)",
            "Anything else you would like to tell us?",
        ],
        variable_value_labels={"q1": marks | {98.0: "Don't know", 99.0: "No answer"}},
        missing_ranges={"q1": [99]},
    )


@makes("customers.sav")
def _spss_customers() -> bytes:
    rows = customers()[1:]
    return sav(
        {
            "id": [r[0] for r in rows],
            "branch": [float(i % 3 + 1) for i in range(len(rows))],
            "rev": [r[3] for r in rows],
            "left": [float(r[5] == "yes") for r in rows],
        },
        column_labels=["Customer number", "Branch", "Annual revenue", "Churned"],
        variable_value_labels={
            "branch": {1.0: "Leeds", 2.0: "York", 3.0: "Hull"},
            "left": {0.0: "No", 1.0: "Yes"},
        },
    )


# --- archives
# --------------------------------------------------------------------------------------------------

_CUSTOMERS_CSV = text(_SAID)
_SURVEY_CSV = text(said(survey()))
_EMPLOYEES_XLSX = xlsx({"Answers": employees()})

put(
    "bundle.zip",
    lambda: zipped(
        {
            "customers.xlsx": xlsx(_LIST),
            "survey.csv": _SURVEY_CSV,
            "employees.ods": ods({"A": employees()}),
        }
    ),
)
put(
    "folders.zip",
    lambda: zipped(
        {
            "2025/": b"",
            "2025/Finance/customers.csv": _CUSTOMERS_CSV,
            "2025/Voice/May/survey.csv": _SURVEY_CSV,
        }
    ),
)
put(
    "macosx_junk.zip",
    lambda: zipped(
        {
            "customers.csv": _CUSTOMERS_CSV,
            "__MACOSX/._customers.csv": b"\0\5\x16\7\0\2\0\0Mac OS X        " + bytes(80),
            ".DS_Store": b"\0\0\0\1Bud1" + bytes(200),
            "Thumbs.db": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
            "desktop.ini": b"[.ShellClassInfo]\r\nIconFile=x\r\n",
        }
    ),
)
put(
    "with_readme.zip",
    lambda: zipped(
        {"customers.csv": _CUSTOMERS_CSV, "read me.pdf": b"%PDF-1.7\n1 0 obj", "note": b""}
    ),
)
put("umlaut_names.zip", lambda: zipped({"Kündigungen/Übersicht Köln.csv": _CUSTOMERS_CSV}))


@makes("windows_paths.zip")
def _backslashes() -> bytes:
    """Names with backslashes, as some Windows programs write them."""
    return zipped({"Export/customers.csv": _CUSTOMERS_CSV}).replace(
        b"Export/customers", b"Export\\customers"
    )


# --- behind a password
# --------------------------------------------------------------------------------------------

put("password.xlsx", lambda: encrypted(xlsx(_LIST), PASSWORD))
put(
    "password_zip.zip",
    lambda: zipcrypto(
        {"customers.csv": _CUSTOMERS_CSV, "employees.xlsx": _EMPLOYEES_XLSX}, PASSWORD
    ),
)
put("password_in_zip.zip", lambda: zipped({"customers.xlsx": encrypted(xlsx(_LIST), PASSWORD)}))


@makes("password_aes.zip")
def _aes() -> bytes:
    """A zip that says its parts are encrypted with AES (method 99)."""
    data = bytearray(zipcrypto({"customers.csv": _CUSTOMERS_CSV}, PASSWORD))
    data[8:10] = (99).to_bytes(2, "little")
    entry = data.rfind(b"PK\1\2")
    data[entry + 10 : entry + 12] = (99).to_bytes(2, "little")
    return bytes(data)


@makes("password.xls")
def _old_password() -> bytes:
    """An Excel 97 workbook that says, after its first record, that the rest is encrypted."""
    import olefile

    plain = olefile.OleFileIO(io.BytesIO(xls(_LIST))).openstream("Workbook").read()
    first = 4 + int.from_bytes(plain[2:4], "little")
    filepass = b"\x2f\0\x36\0" + b"\1\0\1\0\1\0" + bytes(range(48))
    return compound("Workbook", plain[:first] + filepass + plain[first:])


@makes("read_only.xlsx")
def _protected_sheet() -> bytes:
    """A sheet that is locked against changes: it opens without a password, and so it is read."""
    return xlsx(_LIST, finish=lambda book: book.worksheets()[0].protect("secret"))
