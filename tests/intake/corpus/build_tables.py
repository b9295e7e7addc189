"""Plain tables as people keep them: titles, notes, totals, merged headings, hidden sheets, several
tables at once.
"""

from __future__ import annotations

from typing import Any

from corpus.register import makes, put
from corpus.rows import Table, customers, employees, replaced, said, survey
from corpus.writers import saved, text, xls, xlsx
from cxcase.intake import ROLES, blank_workbook
from cxcase.intake.case.template_columns import BLANKS

_TOTAL: list[Any] = ["Total", "", "", 12666.0, 10442.25, ""]
_TITLES: Table = [
    ["Northway Hire – customers"],
    ["Prepared by Finance", "", "", "as of", "1 July 2025"],
    ["Revenue in £"],
    [],
]
_NOTES: Table = [[], ["Revenue excludes VAT."], ["Source: billing system, 3 July 2025"]]
_PIVOT: Table = [
    ["Row Labels", "Sum of Revenue start", "Count of Customer ID"],
    ["Hull", 4242.0, 4],
    ["Leeds", 4182.0, 4],
    ["York", 4242.0, 4],
    ["Grand Total", 12666.0, 12],
]
_RECOMMENDATIONS: Table = [
    [
        "ID",
        "Title",
        "Acts on",
        "Moment",
        "One-off cost",
        "Yearly cost",
        "Months to deliver",
        "Lift likely",
        "Needs",
    ],
    ["R1", "Call back within a day", "moment", "Billing", 18000, 12000, 3, 0.4, ""],
    ["R2", "One bill a month", "moment", "Billing; Delivery", 6000, 0, 2, 0.2, "R1"],
    ["R3", "Coach team leaders", "ex", "", 9000, 3000, 6, 0.3, ""],
]

put(
    "titles_notes_total.xlsx",
    lambda: xlsx({"Customers": [*_TITLES, *customers(), _TOTAL, *_NOTES]}),
)
put("titles_notes_total.csv", lambda: text([*_TITLES, *said(customers()), _TOTAL, *_NOTES]))
put("titles_notes_total.xls", lambda: xls({"Customers": [*_TITLES, *customers(), _TOTAL, *_NOTES]}))
put("subtotals.xlsx", lambda: xlsx({"Customers": _with_subtotals()}))
put(
    "hidden_sheet.xlsx",
    lambda: xlsx({"Customers": customers(), "Old": customers(9)}, hidden=["Old"]),
)
put(
    "very_hidden_sheet.xlsx",
    lambda: xlsx({"Customers": customers(), "Old": customers(9)}, very_hidden=["Old"]),
)
put("pivot_second_sheet.xlsx", lambda: xlsx({"Customers": customers(), "Pivot": _PIVOT}))
put("pivot_first_sheet.xlsx", lambda: xlsx({"Pivot": _PIVOT, "Customers": customers()}))
put(
    "notes_first_sheet.xlsx",
    lambda: xlsx({"Read me": [["What this is"], ["One row a customer."]], "Data": customers()}),
)
put(
    "starts_at_d7.xlsx",
    lambda: xlsx({"Customers": [[]] * 6 + [["", "", "", *row] for row in customers()]}),
)


def _with_subtotals() -> Table:
    rows = sorted(customers()[1:], key=lambda row: str(row[1]))
    out: Table = [customers()[0]]
    for team in ("Hull", "Leeds", "York"):
        mine = [row for row in rows if row[1] == team]
        out += [*mine, [f"Subtotal {team}", "", "", sum(row[3] for row in mine), "", ""]]
    return [*out, ["Grand total", "", "", 12666.0, "", ""]]


@makes("merged_headings.xlsx")
def _merged() -> bytes:
    """ "Revenue" merged over "Start" and "End", the other headings merged over both rows."""
    rows = customers()
    head = [
        ["Customer ID", "Team", "Customer since", "Revenue", "", "Churned"],
        ["", "", "", "Start", "End", ""],
    ]

    def merge(book: Any) -> None:
        sheet = book.worksheets()[0]
        sheet.merge_range(0, 3, 0, 4, "Revenue")
        for column in (0, 1, 2, 5):
            sheet.merge_range(0, column, 1, column, head[0][column])

    return xlsx({"Customers": [*head, *rows[1:]]}, finish=merge)


@makes("two_row_headings.csv")
def _two_rows() -> bytes:
    """The same two heading rows as text, where nothing says what was merged."""
    head = [
        ["Customer ID", "Team", "Customer since", "Revenue", "", "Churned"],
        ["", "", "", "start", "end", ""],
    ]
    return text([*head, *said(customers())[1:]])


@makes("merged_teams.xlsx")
def _merged_teams() -> bytes:
    """The team stands once, merged over its four customers."""
    rows = sorted(customers()[1:], key=lambda row: str(row[1]))
    once = [[*row[:1], row[1] if k % 4 == 0 else "", *row[2:]] for k, row in enumerate(rows)]

    def merge(book: Any) -> None:
        for k in range(0, 12, 4):
            book.worksheets()[0].merge_range(1 + k, 1, 4 + k, 1, rows[k][1])

    return xlsx({"Customers": [customers()[0], *once]}, finish=merge)


@makes("blank_rows_and_columns.xlsx")
def _gaps() -> bytes:
    """Blank rows between the customers, a blank column between the headings."""
    spread = [[*row[:3], "", *row[3:]] for row in customers()]
    return xlsx({"Customers": [*spread[:4], [], *spread[4:8], [], [], *spread[8:]]})


@makes("side_by_side.xlsx")
def _beside() -> bytes:
    """The customers and, two columns to the right, a list of depots."""
    depots = [["Depot", "Manager"], ["Leeds", "M. One"], ["York", "M. Two"], ["Hull", "M. Three"]]
    rows = [
        [*row, "", "", *(depots[i] if i < len(depots) else [])] for i, row in enumerate(customers())
    ]
    return xlsx({"Customers": rows})


put(
    "below_each_other.xlsx",
    lambda: xlsx({"All": [*customers(), [], [], ["Recommendations"], *_RECOMMENDATIONS]}),
)
put(
    "three_sheets.xlsx",
    lambda: xlsx({"Customers": customers(), "Voice": survey(), "People": employees()}),
)
put("filtered_rows.xlsx", lambda: xlsx({"Customers": customers()}, finish=_hide_rows))
put("recommendations.xlsx", lambda: xlsx({"Steps": _RECOMMENDATIONS}))
put("same_headings.xlsx", lambda: xlsx({"Customers": [[*row, row[1]] for row in customers()]}))
put("units.xlsx", lambda: xlsx({"Branches": _units()}))
put("employees.xlsx", lambda: xlsx({"Answers": employees()}))
put(
    "employees_small_team.xlsx",
    lambda: xlsx({"Answers": [*employees(), *employees(4, ("Bath",))[1:]]}),
)
put("survey_dated.xlsx", lambda: xlsx({"Survey": survey()}))


def _hide_rows(book: Any) -> None:
    """Rows hidden by a filter are customers all the same."""
    for row in (3, 4, 5):
        book.worksheets()[0].set_row(row, None, None, {"hidden": True})


def _units() -> Table:
    head = [
        "Branch",
        "Period",
        "EX mean (1-5)",
        "EX n",
        "Ease (1-7)",
        "CX n",
        "Revenue",
        "Churn rate",
    ]
    rows = [
        [
            team,
            period,
            3.0 + 0.1 * k,
            9 + k,
            5.0 + 0.1 * k,
            40 + k,
            100000.0 + 1000 * k,
            0.10 + 0.01 * k,
        ]
        for k, (team, period) in enumerate(
            (t, p) for t in ("Leeds", "York", "Hull", "Bath") for p in ("2024", "2025")
        )
    ]
    return [head, *rows]


for _role in ROLES:
    if _role in BLANKS:
        put(f"blank_{_role}.xlsx", lambda r=_role: blank_workbook(r))


@makes("blank_customers_filled.xlsx")
def _filled() -> bytes:
    """The blank workbook as people return it: their rows below the example that was not deleted."""
    import io

    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(blank_workbook("customers")))
    sheet = book.worksheets[0]
    for row in said(customers())[1:]:
        number, team, since, start, end, lost = row
        sheet.append([number, team, "Small", since, f"£{start:,.2f}", f"£{end:,.2f}", lost, ""])
    return saved(book)


put("no_heading_row.csv", lambda: text(said(customers())[1:]))
put(
    "headings_in_capitals.csv", lambda: text([[c.upper() for c in _SYSTEM], *said(customers())[1:]])
)
_SYSTEM = ["cust_id", "branch_name", "signup_date", "arr_start", "arr_end", "is_churned"]
put("customer_list_only_lost_date.csv", lambda: text(_dated()))


def _dated() -> Table:
    days = ["" if row[5] == "no" else "04/02/2026" for row in customers()[1:]]
    return replaced(said(customers()), "Churned", days, "Date left")
