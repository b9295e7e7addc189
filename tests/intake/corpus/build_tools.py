"""Survey tools' exports that are no text: workbooks, SPSS files, archives; the text ones lie in
`files/`.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any

from corpus.register import content, makes
from corpus.rows import employees, ident
from corpus.writers import sav, xlsx, zipcrypto

_N = 12
_NAMES = ("Ada", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gus", "Hana", "Ivo", "June", "Kit", "Lou")


def _typed(name: str) -> list[list[Any]]:
    """A text export's rows with its numbers as numbers; a number with a leading zero stays text."""
    rows = list(csv.reader(io.StringIO(content(name).decode("utf-8-sig"), newline="")))
    return [
        [float(c) if c.isdigit() and (c == "0" or c[0] != "0") else c for c in row] for row in rows
    ]


def _mark(i: int, k: int) -> int:
    return (3 * i + 4 * k) % 11


@makes("surveymonkey.xlsx")
def _surveymonkey() -> bytes:
    return xlsx({"Sheet": _typed("surveymonkey.csv")})


@makes("qualtrics.xlsx")
def _qualtrics() -> bytes:
    return xlsx({"Sheet0": _typed("qualtrics_three_headers.csv")})


@makes("google_forms.xlsx")
def _google() -> bytes:
    rows = _typed("google_forms.csv")
    for i, row in enumerate(rows[1:]):
        row[0] = dt.datetime(2025, 5, 13 + i, 9, 10 + i, 5)
    return xlsx({"Form responses 1": rows})


@makes("typeform.xlsx")
def _typeform() -> bytes:
    rows = _typed("typeform.csv")
    for i, row in enumerate(rows[1:]):
        row[10] = dt.datetime(2025, 5, 13 + i, 9, 10 + i, 5)
        row[12] = dt.datetime(2025, 5, 13 + i, 9, 14 + i, 40) if row[12] else ""
    return xlsx({"Responses": rows})


def _form(i: int, answers: list[Any]) -> list[Any]:
    """What Microsoft Forms puts before the answers: its own count, start, end, who."""
    start = dt.datetime(2025, 5, 13 + i, 9, 10, 5)
    name = _NAMES[i]
    return [
        i + 1,
        start,
        start + dt.timedelta(minutes=4),
        f"{name.lower()}@mail.test",
        f"{name} Wibberley",
        *answers,
    ]


def _answers(i: int, words: tuple[str, ...] | None = None) -> list[Any]:
    marks = [_mark(i, 0), _mark(i, 1) if i % 4 else "", _mark(i, 2)]
    if words:
        marks = [words[m % len(words)] if m != "" else "" for m in marks]
    return [ident(i), 1 + i % 7, *marks, f"Remark {i + 1}" if i % 2 else ""]


@makes("microsoft_forms.xlsx")
def _microsoft() -> bytes:
    """Statements of one Likert question stand under their own texts; NBSP in headings, as Forms
    writes them.
    """
    head = ["ID", "Start time", "Completion time", "Email", "Name", "What is your customer number?"]
    head += [
        "How easy is it to do business with us?\u00a0(1-7)",
        "Placing an order (0-10)\u00a0",
        "Billing (0-10)",
    ]
    head += ["Delivery (0-10)", "Anything else you would like to tell us?"]
    return xlsx({"Form1": [head, *(_form(i, _answers(i)) for i in range(_N))]})


@makes("microsoft_forms_german.xlsx")
def _microsoft_german() -> bytes:
    head = ["ID", "Startzeit", "Fertigstellungszeit", "E-Mail", "Name", "Kundennummer"]
    head += [
        "Wie einfach ist es, mit uns Geschäfte zu machen? (1-7)",
        "Bestellung",
        "Rechnung",
        "Lieferung",
        "Kommentar",
    ]
    words = ("Sehr unzufrieden", "Unzufrieden", "Neutral", "Zufrieden", "Sehr zufrieden")
    return xlsx({"Sheet1": [head, *(_form(i, _answers(i, words)) for i in range(_N))]})


@makes("microsoft_forms_arabic.xlsx")
def _microsoft_arabic() -> bytes:
    """Headings and answers in Arabic and English side by side, on a sheet with an Arabic name, read
    right to left.
    """
    head = [
        "المعرف ID",
        "وقت البدء Start time",
        "وقت الإكمال Completion time",
        "البريد الإلكتروني Email",
        "الاسم Name",
    ]
    head += [
        "رقم العميل Customer number",
        "ما مدى سهولة التعامل معنا؟ How easy is it to do business with us? (1-7)",
    ]
    head += [
        "تقديم الطلب Placing an order",
        "الفاتورة Billing",
        "التسليم Delivery",
        "ملاحظات Comments",
    ]
    words = ("سيئ جدا Very poor", "سيئ Poor", "متوسط Fair", "جيد Good", "جيد جدا Very good")
    rows = [head, *(_form(i, _answers(i, words)) for i in range(_N))]
    return xlsx({"الردود": rows}, finish=lambda book: book.worksheets()[0].right_to_left())


@makes("qualtrics.sav")
def _qualtrics_spss() -> bytes:
    """Qualtrics' SPSS export: names as in its CSV, questions as variable labels, choices as value
    labels.
    """
    ease = {float(m): str(m) for m in range(1, 8)} | {1.0: "Very difficult", 7.0: "Very easy"}
    columns: dict[str, Any] = {
        "StartDate": [dt.datetime(2025, 5, 13 + i, 9, 10) for i in range(_N)],
        "EndDate": [dt.datetime(2025, 5, 13 + i, 9, 14) for i in range(_N)],
        "Status": [float(i < 2) for i in range(_N)],
        "IPAddress": [f"198.51.100.{i + 10}" for i in range(_N)],
        "Progress": [100.0] * _N,
        "Finished": [1.0] * _N,
        "RecordedDate": [dt.datetime(2025, 5, 13 + i, 9, 14) for i in range(_N)],
        "ResponseId": [f"R_{i:02d}sAvSaVsAv" for i in range(_N)],
        "RecipientLastName": ["Wibberley"] * _N,
        "RecipientEmail": [f"{name.lower()}@mail.test" for name in _NAMES],
        "ExternalReference": [ident(i) for i in range(_N)],
        "LocationLatitude": ["53.79"] * _N,
        "Q1": [float(1 + i % 7) for i in range(_N)],
        "Q2_1": [float(_mark(i, 0)) for i in range(_N)],
        "Q2_2": [float(_mark(i, 1)) for i in range(_N)],
    }
    labels = [
        "Start Date",
        "End Date",
        "Response Type",
        "IP Address",
        "Progress",
        "Finished",
        "Recorded Date",
    ]
    labels += [
        "Response ID",
        "Recipient Last Name",
        "Recipient Email",
        "External Data Reference",
        "Location Latitude",
    ]
    labels += ["How easy is it to do business with us?"]
    labels += [
        f"How did we do on each of these? (0-10) - {m}" for m in ("Placing an order", "Billing")
    ]
    values = {
        "Status": {0.0: "IP Address", 1.0: "Survey Preview"},
        "Finished": {0.0: "False", 1.0: "True"},
        "Q1": ease,
    }
    return sav(columns, column_labels=labels, variable_value_labels=values)


@makes("culture_amp_answers.zip")
def _culture_amp() -> bytes:
    """De-identified answers of employees in a workbook in a protected archive."""
    rows = employees()
    head = ["Response ID", "Team", "Submitted", *rows[0][2:]]
    table = [head, *([f"anon-{i:03d}", *row] for i, row in enumerate(rows[1:]))]
    return zipcrypto({"raw_data.xlsx": xlsx({"Raw Data": table})}, "people first")
