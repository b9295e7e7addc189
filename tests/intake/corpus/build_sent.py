"""Files as people send them: other countries' exports, footnotes in headings, pivots pasted as
values, CRM reports.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from corpus.register import makes, put
from corpus.rows import CUSTOMERS, Table, customers, employees, ident, replaced, said, survey
from corpus.writers import text, xlsx

_SAID = said(customers())


def _headed(rows: Table, headings: list[str]) -> Table:
    """The rows under other headings."""
    return [headings, *rows[1:]]


def _with(rows: Table, **cells: Any) -> Table:
    """The rows with columns (by name, spaces as _) changed by a function of the cell."""
    out = [list(row) for row in rows]
    for name, change in cells.items():
        at = rows[0].index(name.replace("_", " "))
        for row in out[1:]:
            row[at] = change(row[at])
    return out


# --- other countries
# -----------------------------------------------------------------------------------------------


def _grouped(number: float, group: str, mark: str = ",") -> str:
    """1000.5 as "1 000,50"."""
    return f"{number:,.2f}".replace(",", "\0").replace(".", mark).replace("\0", group)


_FRENCH = ["N° client", "Agence", "Client depuis", "CA début (€)", "CA fin (€)", "Résilié"]
_GERMAN = [
    "Kundennummer",
    "Niederlassung",
    "Kunde seit",
    "Umsatz Anfang [€]",
    "Umsatz Ende [€]",
    "Gekündigt am",
]
_DUTCH = ["Klantnummer", "Vestiging", "Klant sinds", "Omzet begin", "Omzet eind", "Opgezegd"]
_JAPANESE = ["顧客番号", "支店", "契約開始日", "期首売上", "期末売上", "解約"]


@makes("french_customers.csv")
def _french() -> bytes:
    """A French list as Excel for Windows writes it."""
    rows = _with(
        _SAID,
        Revenue_start=lambda c: _grouped(c, "\u00a0"),
        Revenue_end=lambda c: _grouped(c, "\u00a0"),
        Churned=lambda c: "oui" if c == "yes" else "non",
    )
    return text(_headed(rows, _FRENCH), ";", "cp1252")


@makes("german_customers.csv")
def _german() -> bytes:
    """A German list: two title rows, the day they left, a total and a note."""
    rows = _with(
        said(customers(), "%d.%m.%Y"),
        Revenue_start=lambda c: _grouped(c, "."),
        Revenue_end=lambda c: _grouped(c, "."),
        Churned=lambda c: "30.09.2025" if c == "yes" else "",
    )
    titles: Table = [["Kundenliste Nord"], ["Stand:", "01.07.2025"], []]
    total = ["Gesamtsumme", "", "", "12.666,00", "10.442,25", ""]
    return text(
        [*titles, *_headed(rows, _GERMAN), total, [], ["Hinweis: Umsatz ohne MwSt."]], ";", "cp1252"
    )


@makes("dutch_customers.csv")
def _dutch() -> bytes:
    """Amounts in an accounting format, in which nothing is "€ -"."""
    rows = _with(
        _SAID,
        Revenue_start=lambda c: f"€ {_grouped(c, '.')}",
        Revenue_end=lambda c: f"€ {_grouped(c, '.')}" if c else " €             -   ",
        Churned=lambda c: "ja" if c == "yes" else "nee",
    )
    return text(_headed(rows, _DUTCH), ";")


@makes("japanese_customers.csv")
def _japanese() -> bytes:
    """A Japanese list in Shift JIS."""
    rows = _with(
        customers(teams=("東京", "大阪", "なごや")),
        Customer_since=lambda c: f"{c.year}年{c.month}月{c.day}日",
        Revenue_start=lambda c: f"¥{c * 1000:,.0f}",
        Revenue_end=lambda c: f"¥{c * 1000:,.0f}",
        Churned=lambda c: "はい" if c == "yes" else "いいえ",
    )
    return text(_headed(rows, _JAPANESE), ",", "shift_jis")


@makes("indian_customers.csv")
def _indian() -> bytes:
    """Amounts in lakhs: groups of two digits above the thousands."""
    return text(
        replaced(
            _SAID, "Revenue start", ["12,34,567.50", "1,00,000", "₹ 25,000.00", *["99,999"] * 9]
        )
    )


@makes("german_units.csv")
def _german_units() -> bytes:
    """Figures by branch, percent as text with a decimal comma."""
    head = [
        "Filiale",
        "Jahr",
        "Mitarbeiterzufriedenheit (1-5)",
        "Antworten MA",
        "CSAT (1-5)",
        "Umsatz",
        "Churn-Rate",
    ]
    rates = ["12,5 %", "9 %", "7,25%", "10,0 %"]
    rows = [
        [f"Filiale {i}", 2024, f"3,{i}", 10 + i, f"4,{i}", f"{100 + i}.000,00 €", rate]
        for i, rate in enumerate(rates)
    ]
    return text([head, *rows], ";")


# --- headings
# --------------------------------------------------------------------------------------------------


@makes("footnotes.xlsx")
def _footnotes() -> bytes:
    """Marks on headings, explained below the table."""
    marks = [
        "Customer ID¹",
        "Team",
        "Customer since",
        "Revenue start*",
        "Revenue end **",
        "Churned†",
    ]
    notes: Table = [
        [],
        ["¹ as in the billing system"],
        ["* annual run rate, without VAT"],
        ["† within 12 months"],
    ]
    return xlsx({"Customers": [*_headed(customers(), marks), *notes]})


@makes("currency_in_headings.xlsx")
def _currency() -> bytes:
    """The currency stands in the headings alone."""
    head = [*CUSTOMERS[:3], "Revenue start (£)", "Revenue end (£)", "Churned"]
    return xlsx({"Customers": _headed(customers(), head)})


@makes("thousands_in_headings.xlsx")
def _thousands() -> bytes:
    """Amounts in thousands of pounds, as the headings say."""
    rows = _with(customers(), Revenue_start=lambda c: c / 1000, Revenue_end=lambda c: c / 1000)
    return xlsx(
        {
            "Customers": _headed(
                rows, [*CUSTOMERS[:3], "Revenue start (£k)", "Revenue end (£'000)", "Churned"]
            )
        }
    )


@makes("thousands_german.csv")
def _thousands_german() -> bytes:
    """Amounts in T€."""
    rows = _with(
        said(customers(), "%d.%m.%Y"),
        Revenue_start=lambda c: f"{c / 1000:.5f}".replace(".", ","),
        Revenue_end=lambda c: f"{c / 1000:.5f}".replace(".", ","),
    )
    return text(
        _headed(
            rows,
            [
                "Kundennummer",
                "Filiale",
                "Kunde seit",
                "Umsatz Anfang (T€)",
                "Umsatz Ende in TEUR",
                "Churned",
            ],
        ),
        ";",
    )


# --- dates and numbers in one column, differently
# -------------------------------------------------------------------

put("dates_weekdays.csv", lambda: text(replaced(said(survey()), "Response date", _WEEKDAYS)))
_WEEKDAYS: list[Any] = [
    "Tue 13/05/2025",
    "Wednesday, 14 May 2025",
    "Do., 15.05.2025",
    "Fri, May 16, 2025",
    "samedi 17 mai 2025",
    "So 18.05.2025",
    "Mon 19 May 2025 09:30",
]
put(
    "dates_two_forms.csv",
    lambda: text(replaced(_SAID, "Customer since", ["2018-12-31", "1.3.2019", "5/4/2020"])),
)
put("dates_years_short.csv", lambda: text(replaced(_SAID, "Customer since", _SHORT)))
_SHORT: list[Any] = ["31-Dec-18", "1-Mar-19", "5/4/20", "04.04.20", *["13-Jan-19"] * 8]
_THIN = ["12\u2009345,50 €", "1\u2009000\u202f000 €", "999,00\u2007€", *["1 000,00 €"] * 9]
put("money_thin_spaces.csv", lambda: text(replaced(_SAID, "Revenue start", list(_THIN)), ";"))


# --- pivots, reports, systems
# ---------------------------------------------------------------------------------------


@makes("pivot_as_values.xlsx")
def _pivot() -> bytes:
    """A pivot in tabular form pasted as values: each team once, a total after its customers."""
    rows = sorted(customers()[1:], key=lambda row: str(row[1]))
    head = ["Team", "Customer ID", "Churned", "Sum of Revenue start", "Sum of Revenue end"]
    out: Table = [["Region", "(All)"], [], head]
    for team in ("Hull", "Leeds", "York"):
        mine = [row for row in rows if row[1] == team]
        out += [
            [team if k == 0 else "", row[0], row[5], row[3], row[4]] for k, row in enumerate(mine)
        ]
        out.append(
            [f"{team} Total", "", "", sum(row[3] for row in mine), sum(row[4] for row in mine)]
        )
    return xlsx({"Pivot": [*out, ["Grand Total", "", "", 12666.0, 10442.25]]})


_IDS = [f"0015g00000A1b{'cC'[i % 2]}{'dD'[i // 2 % 2]}AA{'eEfF'[i // 4]}" for i in range(12)]


@makes("crm_report.csv")
def _crm() -> bytes:
    """A CRM's report: ids that differ in case alone, names and owners, a total and the provider's
    lines at its foot.
    """
    head = [
        "Account ID",
        "Account Name",
        "Account Owner",
        "Branch",
        "ARR",
        "ARR End",
        "Customer Status",
        "Created Date",
    ]
    rows = [
        [
            _IDS[i],
            f"Wibberley {i}",
            "A. Wibberley",
            row[1],
            row[3],
            row[4],
            "Churned" if row[5] == "yes" else "Active",
            row[2],
        ]
        for i, row in enumerate(_SAID[1:])
    ]
    foot: Table = [
        ["Grand Totals (12 records)", "", "", "", 12666.0, 10442.25, "", ""],
        [],
        ["Customers by branch"],
        ["Copyright (c) 2000-2025 example.test, inc. All rights reserved."],
        ["Confidential Information - Do Not Distribute"],
    ]
    return text([head, *rows, *foot])


@makes("helpdesk_csat.csv")
def _helpdesk() -> bytes:
    """A help desk's satisfaction export: good or bad, offered and not offered are no answers."""
    head = ["Ticket ID", "Requester", "Requester email", "Organization ID", "Group", "Solved at"]
    head += ["Satisfaction rating", "Satisfaction comment"]
    marks = [
        "Good",
        "Bad",
        "Offered",
        "Good with comment",
        "Unoffered",
        "Good",
        "Bad with comment",
        "Good",
    ]
    rows = [
        [
            9000 + i,
            "Wibberley",
            f"w{i}@mail.test",
            ident(i),
            ("Hull", "York")[i % 2],
            f"2025-05-{13 + i} 09:30",
            mark,
            f"Remark {i}",
        ]
        for i, mark in enumerate(marks)
    ]
    return text([head, *rows])


@makes("survey_percent.csv")
def _percent() -> bytes:
    """Satisfaction in percent, as text."""
    cells = [f"{c} %" for c in (80, 65, 100, 0, 45, 70, 90, 85, 60, 75, 95, 50)]
    return text(replaced(said(survey()), "Ease (1-7)", cells, "CSAT"))


# --- merged cells, formulas, tables beside each other
# ---------------------------------------------------------------


@makes("merged_amount.xlsx")
def _merged_amount() -> bytes:
    """One amount merged over two customers: it is not each one's."""
    rows = _with(customers(), Revenue_start=lambda c: c)
    rows[3][3] = ""
    return xlsx(
        {"C": rows}, finish=lambda book: book.worksheets()[0].merge_range(2, 3, 3, 3, 2031.0)
    )


@makes("merged_subscriptions.xlsx")
def _merged_ids() -> bytes:
    """A customer's number and branch merged over their subscriptions."""
    head = ["Account no", "Branch", "Subscription ID", "Start date", "End date", "MRR"]
    rows: Table = [
        [
            42 + k // 2 if k % 2 == 0 else "",
            "Leeds" if k % 2 == 0 else "",
            f"S-{k}",
            dt.date(2023, 1 + k, 1),
            "",
            100 + k,
        ]
        for k in range(8)
    ]

    def merge(book: Any) -> None:
        for k in range(0, 8, 2):
            book.worksheets()[0].merge_range(1 + k, 0, 2 + k, 0, 42 + k // 2)
            book.worksheets()[0].merge_range(1 + k, 1, 2 + k, 1, "Leeds")

    return xlsx({"Subscriptions": [head, *rows]}, finish=merge)


@makes("error_cells.xls")
def _errors_xls() -> bytes:
    """Two formulas that failed in the revenue of two customers, one in a team."""
    import io

    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("Customers")
    for i, row in enumerate(said(customers())):
        for j, cell in enumerate(row):
            failed = {(1, 3): "#REF!", (2, 3): "#DIV/0!", (3, 1): 0x2A}.get((i, j))
            if failed:
                sheet.row(i).set_cell_error(j, failed)
            else:
                sheet.write(i, j, cell)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@makes("error_words_german.csv")
def _error_words() -> bytes:
    """What a German Excel writes for formulas that failed, into a text file."""
    rows = replaced(_SAID, "Revenue start", ["#BEZUG!", "#NV", "#DIV/0!"])
    return text(replaced(rows, "Team", ["Leeds", "York", "Hull", "#NV"]), ";")


@makes("formulas_in_rating.xlsx")
def _rating_formulas() -> bytes:
    """A rating looked up by a formula nobody calculated, for two of twelve answers."""
    import openpyxl

    from corpus.writers import saved

    book = openpyxl.Workbook()
    for i, row in enumerate(survey()):
        book.active.append([*row[:2], "=VLOOKUP(A2,Z:Z,1)" if i in (1, 2) else row[2], *row[3:]])
    return saved(book)


@makes("beside_lower.csv")
def _beside_lower() -> bytes:
    """A survey and, further right and three rows lower, the employees."""
    left = said(survey())
    right = said(employees())
    rows = [
        [*(left[i] if i < len(left) else [""] * 6), "", *(right[i - 3] if i >= 3 else [""] * 4)]
        for i in range(len(right) + 3)
    ]
    return text(rows)


@makes("still_a_customer.csv")
def _still() -> bytes:
    """A cross for those who are still customers."""
    return text(
        replaced(
            _SAID, "Churned", ["" if i % 4 == 0 else "x" for i in range(12)], "Still a customer?"
        )
    )


put(
    "active_flag.csv",
    lambda: text(replaced(_SAID, "Churned", [int(i % 4 > 0) for i in range(12)], "Active (1/0)")),
)
put("active_status.csv", lambda: text(replaced(_SAID, "Churned", _STATES, "Active")))
_STATES: list[Any] = ["inactive" if i % 4 == 0 else "active" for i in range(12)]
