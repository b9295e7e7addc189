"""The company's spreadsheets as its people keep them, and the answer built into them beside."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xlsxwriter

from cxcase.sample import design as d
from cxcase.sample import dirt
from cxcase.sample.company import Company, draw_company
from cxcase.sample.truth import truth_document
from cxcase.time_units import MONTH_DAYS

Cell = str | float | int | None
Row = list[Cell]
Rows = list[Row]
LIKERT = ("Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree")
EASE_HEADING = "How easy was it to do business with us? (1-7)"
NPS_HEADING = "How likely are you to recommend us? (0-10)"
COMMENT_HEADING = "Anything else you would like to tell us?"
# in the files' properties, so that equal companies give equal bytes
WRITTEN_ON = dt.datetime(2026, 7, 6, 9, 0)


@dataclass(frozen=True)
class Sheet:
    """One sheet: what stands above the headings, the headings, the rows.

    A sheet of notes has titles alone.
    """

    name: str
    titles: Sequence[str]
    headings: Sequence[str] = ()
    rows: Sequence[Row] = ()
    widths: Sequence[int] = ()


def write_sample(folder: str | Path, seed: int = d.SEED) -> tuple[Path, ...]:
    """The paths written: five spreadsheets and truth.json of the company drawn from `seed`."""
    return write_company(draw_company(seed), Path(folder))


def write_company(company: Company, folder: Path) -> tuple[Path, ...]:
    """The paths of five spreadsheets and truth.json, written into `folder`, made if missing."""
    folder.mkdir(parents=True, exist_ok=True)
    files: Mapping[str, Callable[[Company], bytes]] = {
        "customers.xlsx": customers_workbook,
        "cx_survey.xlsx": survey_workbook,
        "ex_pulse.csv": pulse_csv,
        "recommendations.xlsx": recommendations_workbook,
        "case_studies.xlsx": case_studies_workbook,
        "truth.json": _truth,
    }
    for name, make in files.items():
        (folder / name).write_bytes(make(company))
    return tuple(folder / name for name in files)


def _truth(company: Company) -> bytes:
    return (json.dumps(truth_document(company), indent=1, ensure_ascii=False) + "\n").encode()


# ---- customers -----------------------------------------------------------------------------------


def customers_workbook(company: Company) -> bytes:
    """Finance's list: titles above the headings, money as text, days dd/mm/yyyy, rows amiss."""
    frame = company.frames["customers"]
    since = [d.T0 - dt.timedelta(days=round(m * MONTH_DAYS)) for m in frame["tenure_months"]]
    rows: Rows = []
    for i, (row, first) in enumerate(zip(frame.to_dict("records"), since, strict=True)):
        end: Cell = ("£0.00", "", "-")[i % 3] if row["churned"] else pounds(row["revenue_end"], i)
        if row["churned"]:
            left = uk(row["churn_date"])
        elif i % 23 == 0:
            left = "N/A"
        else:
            left = None
        terms = dirt.TERMS[i % len(dirt.TERMS)]
        who = [row["customer_id"], row["team"], row["segment"], uk(first)]
        rows.append([*who, pounds(row["revenue_start"], i), end, left, terms, None])
    rows = dirt.into_customers(rows)
    titles = [
        f"{company.name} – customer list",
        "Annual contract value excl. VAT. Run by Finance on 01/07/2026.",
    ]
    headings = (
        "Customer no.",
        "Depot",
        "Segment",
        "Customer since",
        "Annual revenue at 01/07/2025",
        "Annual revenue at 30/06/2026",
        "Date left",
        "Payment terms",
        "Account notes",
    )
    sheet = Sheet("Customers", titles, headings, rows, (13, 15, 14, 13, 16, 16, 12, 14, 30))
    return workbook([sheet, Sheet("Notes", dirt.CUSTOMER_NOTES)])


def uk(day: dt.date) -> str:
    """01/07/2025."""
    return day.strftime("%d/%m/%Y")


def pounds(value: float, row: int) -> Cell:
    """Mostly typed text with sign and commas.

    Every ninth row a plain number, as after somebody's clean-up.
    """
    if row % 9 == 4:
        return float(value)
    return f"£{value:,.2f}"


# ---- surveys -------------------------------------------------------------------------------------


def survey_workbook(company: Company) -> bytes:
    """The CX survey, wide: N/A for a moment not lived, blank for one left out."""
    frame = company.frames["cx"]
    ratings = [f"rating:{m.name}" for m in d.MOMENTS]
    lived = frame[[f"lived:{m.name}" for m in d.MOMENTS]].to_numpy(bool)
    marks = frame[ratings].to_numpy(float)
    rows: Rows = []
    records: list[Any] = frame.to_dict("records")
    for i, row in enumerate(records):
        moments = [_mark(r, seen) for r, seen in zip(marks[i], lived[i], strict=True)]
        text = row["comment"] if isinstance(row["comment"], str) else None
        metrics = [_whole(row["ease"]), _whole(row["nps"])]
        rows.append(
            [f"R{i + 1:05d}", uk(row["responded_at"]), row["customer_id"], *metrics, *moments, text]
        )
    rows = dirt.into_survey(rows, len(d.MOMENTS))
    headings = (
        "Response ID",
        "Date of response",
        "Customer no.",
        EASE_HEADING,
        NPS_HEADING,
        *(f"{m.name} (0-10)" for m in d.MOMENTS),
        COMMENT_HEADING,
    )
    titles = [f"{company.name} customer survey, April to June 2025"]
    widths = (12, 16, 13, 14, 14, *([11] * len(d.MOMENTS)), 80)
    return workbook(
        [Sheet("Responses", titles, headings, rows, widths), Sheet("Read me", dirt.SURVEY_NOTES)]
    )


def _mark(rating: float, seen: bool) -> Cell:
    if not seen:
        return "N/A"
    return _whole(rating)


def _whole(mark: float) -> Cell:
    if np.isnan(mark):
        return None
    return int(mark)


def pulse_csv(company: Company) -> bytes:
    """The staff pulse in words, a row an anonymous answer, as UTF-8 with a byte-order mark."""
    items = [text for text, _ in d.EX_ITEMS]
    marks = company.staff[items].to_numpy(int)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["Pulse closed on", "Depot", *items])
    for day, team, answer in zip(company.staff["wave"], company.staff["team"], marks, strict=True):
        writer.writerow([uk(day), team, *(LIKERT[a - 1] for a in answer)])
    for row in dirt.PULSE_ROWS:
        writer.writerow(row)
    return out.getvalue().encode("utf-8-sig")


# ---- the two sheets written by hand --------------------------------------------------------------

_RECOMMENDATION_HEADINGS = {
    "id": "Ref",
    "title": "Recommendation",
    "acts_on": "Acts on",
    "moment": "Moment of truth",
    "one_off_cost": "One-off cost",
    "yearly_cost": "Yearly cost",
    "cost_low": "Cost low",
    "cost_high": "Cost high",
    "months_to_deliver": "Months to deliver",
    "lift_low": "Lift low (points)",
    "lift_likely": "Lift likely (points)",
    "lift_high": "Lift high (points)",
    "needs": "Needs",
    "excludes": "Excludes",
    "part_of": "Part of",
    "owner": "Owner",
    "pnl_line": "P&L line",
    "effort_days": "Effort (days)",
}
_CASE_HEADINGS = {
    "source": "Source",
    "kind": "Kind of evidence",
    "controlled": "Controlled?",
    "vendor": "Vendor",
    "moment": "Moment of truth",
    "effect": "Effect",
    "unit": "Unit",
    "se": "Standard error",
    "n": "n",
    "sd": "SD",
    "year": "Year",
    "link": "Link",
}
_MONEY = ("one_off_cost", "yearly_cost", "cost_low", "cost_high")


def recommendations_workbook(company: Company) -> bytes:
    """The CX team's list of ideas, costs as text, one idea without any figure."""
    frame = company.frames["recommendations"]
    rows = [*_rows(frame, _MONEY), dirt.UNPRICED]
    titles = [
        "CX recommendations – working list",
        "Costs from Finance, lifts from workshop of 11/06/2026 (10th, most likely, 90th)",
    ]
    headings = [_RECOMMENDATION_HEADINGS[str(c)] for c in frame]
    sheet = Sheet(
        "Recommendations", titles, headings, rows, (7, 60, 10, 32, *([13] * (len(headings) - 4)))
    )
    return workbook([sheet, Sheet("Notes", dirt.RECOMMENDATION_NOTES)])


def case_studies_workbook(company: Company) -> bytes:
    """What others report, as collected."""
    frame = company.frames["case_studies"]
    frame = frame.assign(controlled=frame["controlled"].map({True: "yes", False: "no"}))
    headings = [_CASE_HEADINGS[str(c)] for c in frame]
    sheet = Sheet(
        "Case studies",
        ["Case studies collected so far"],
        headings,
        _rows(frame, ()),
        (46, 18, 12, 18, 20),
    )
    return workbook([sheet])


def _rows(frame: pd.DataFrame, money: Sequence[str]) -> Rows:
    return [
        [
            _written(value, str(column) in money)
            for column, value in zip(frame.columns, row, strict=True)
        ]
        for row in frame.itertuples(index=False)
    ]


def _written(value: object, money: bool) -> Cell:
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, str):
        return value
    number = float(value)  # type: ignore[arg-type]
    if money:
        return f"£{number:,.0f}"
    if number.is_integer():
        return int(number)
    return number


# ---- writing -------------------------------------------------------------------------------------


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """An xlsx of these sheets: text stays text, equal sheets give equal bytes."""
    out = io.BytesIO()
    plain = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(out, plain)
    book.set_properties({"author": d.COMPANY, "created": WRITTEN_ON})
    bold = book.add_format({"bold": True})
    for sheet in sheets:
        _write(book.add_worksheet(sheet.name), sheet, bold)
    book.close()
    return out.getvalue()


def _write(
    page: xlsxwriter.worksheet.Worksheet, sheet: Sheet, bold: xlsxwriter.format.Format
) -> None:
    for i, title in enumerate(sheet.titles):
        page.write_string(i, 0, title, bold if i == 0 else None)
    if not sheet.headings:
        return
    top = len(sheet.titles)
    for j, heading in enumerate(sheet.headings):
        page.write_string(top, j, heading, bold)
    for j, width in enumerate(sheet.widths):
        page.set_column(j, j, width)
    page.freeze_panes(top + 1, 0)
    for i, row in enumerate(sheet.rows, start=top + 1):
        for j, value in enumerate(row):
            if isinstance(value, str):
                page.write_string(i, j, value)
            elif value is not None:
                page.write_number(i, j, value)
