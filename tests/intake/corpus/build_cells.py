"""One peculiarity of cells in each file: dates, numbers, money, yes and no, ids, odd characters,
duplicates.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from corpus.register import makes, put
from corpus.rows import SURVEY, Table, customers, ident, replaced, said, survey
from corpus.writers import edited, saved, text, xlsx

_SAID = said(customers())


def _customers(
    name: str, column: str, cells: list[Any], heading: str | None = None, delimiter: str = ","
) -> None:
    """A text list of customers with one column's cells replaced."""
    put(f"{name}.csv", lambda: text(replaced(_SAID, column, cells, heading), delimiter))


def _survey(name: str, column: str, cells: list[Any], heading: str | None = None) -> None:
    """A text survey with one column's cells replaced."""
    put(f"{name}.csv", lambda: text(replaced(said(survey()), column, cells, heading)))


# --- dates: always 31 December 2018, 1 March 2019, 5 April 2020, then days that could be anything
# -----------------

_DATES = {
    "dates_german": ["31.12.2018", "1. März 2019", "05.04.2020", "4.4.20"],
    "dates_french": ["31/12/2018", "1er mars 2019", "5 avril 2020", "04/04/2020"],
    "dates_spanish": ["31/12/2018", "1 de marzo de 2019", "5 de abril de 2020", "04-04-2020"],
    "dates_american": ["12/31/2018", "March 1, 2019", "4/5/2020", "Apr 4, 2020"],
    "dates_english": ["31 December 2018", "Fri 1 March 2019", "5th April 2020", "04-Apr-2020"],
    "dates_iso": ["2018-12-31", "2019-03-01T09:30:00Z", "2020-04-05 09:30", "20200404"],
    "dates_serial": ["43465", "43525", "43926", "43925"],
    "dates_with_time": [
        "31/12/2018 23:59",
        "01/03/2019 09:30:15",
        "05/04/2020 11:05 PM",
        "04/04/2020 00:00:00",
    ],
}
for _name, _cells in _DATES.items():
    _rest = {
        "dates_american": "04/04/2020",
        "dates_iso": "2020-04-04",
        "dates_serial": "43925",
    }.get(_name, "04.04.2020")
    _customers(_name, "Customer since", [*_cells, *[_rest] * 8])
_customers(
    "dates_ambiguous",
    "Customer since",
    [f"0{1 + i % 9}/0{1 + (i + 3) % 9}/2019" for i in range(12)],
)
_customers(
    "dates_impossible",
    "Customer since",
    ["31/02/2019", "00/00/0000", "01/01/0001", "unknown", "13/01/2019"],
)


@makes("dates_mixed.xlsx")
def _mixed_dates() -> bytes:
    """Real dates, dates as text and day numbers in one column."""
    cells: list[Any] = [
        dt.date(2018, 12, 31),
        "01/03/2019",
        43926,
        "4 April 2020",
        dt.datetime(2019, 7, 1, 9, 30),
    ]
    return xlsx({"Customers": replaced(customers(), "Customer since", cells)})


@makes("dates_1904.xlsx")
def _from_1904() -> bytes:
    return xlsx({"Customers": customers()}, date_1904=True)


# --- numbers and money
# ---------------------------------------------------------------------------------------------

_MONEY = {
    "money_german": (["1.234,50 €", "12.000 €", "999 €"], ";"),
    "money_french": (["1\u202f234,50\u00a0€", "12\u00a0000 €", "999 €"], ";"),
    "money_swiss": (["CHF 1’234.50", "CHF 12'000.00", "CHF 999.–"], ";"),
    "money_pounds": (["£1,234.50", "£12k", "£ 999"], ","),
    "money_codes": (["USD 1,234.50", "12,000.00 USD", "US$999"], ","),
    "money_indian": (["₹1,234.50", "₹12,000", "₹999"], ","),
    "money_kroner": (["1.234,50 kr", "12.000 kr.", "kr 999"], ";"),
    "money_accounting": (["(1,234.50)", "12,000.00", "999.00-"], ","),
    "money_plain": (["1234.5", "12000", "999"], ","),
    "money_spanish": (["1.234,50 EUR", "12.000,00 EUR", "EUR 999"], ";"),
}
for _name, (_cells, _delimiter) in _MONEY.items():
    _last = _cells[2]
    _customers(_name, "Revenue start", [*_cells, *[_last] * 9], delimiter=_delimiter)
_customers("money_mixed_currency", "Revenue start", ["£1,234.50", "€12,000", "$999", *["£999"] * 9])
_customers("money_negative", "Revenue start", ["-1234.50", "12000", "−999", *["999"] * 9])
_customers(
    "money_words", "Revenue start", ["see contract", "tbc", "1 234,5x", "", "n/a", *["999"] * 7]
)
_customers("money_thousands_only", "Revenue start", [f"{1 + i},000" for i in range(12)])


@makes("money_currency_column.csv")
def _currency_column() -> bytes:
    """The currency stands in a column of its own."""
    return text([[*row, "Currency" if i == 0 else "EUR"] for i, row in enumerate(_SAID)])


@makes("percentages.csv")
def _percentages() -> bytes:
    """Shares with a percent sign, with and without a space."""
    head = ["Branch", "Period", "EX (1-5)", "EX n", "Ease (1-7)", "Revenue", "Churn rate"]
    rates = ["12 %", "12%", "12.0 %", "8.5%"]
    return text(
        [
            head,
            *(
                [f"Branch {i}", "2025", 3.5, 10 + i, 5.1, 100000 + i, rate]
                for i, rate in enumerate(rates)
            ),
        ]
    )


# --- yes and no
# --------------------------------------------------------------------------------------------------

_FLAGS = {
    "english": ("Yes", "No"), "german": ("Ja", "Nein"), "french": ("Oui", "Non"),
    "spanish": ("Sí", "No"), "italian": ("Sì", "No"), "dutch": ("Ja", "Nee"),
    "portuguese": ("Sim", "Não"), "polish": ("Tak", "Nie"), "letters": ("Y", "N"),
    "numbers": ("1", "0"), "true_false": ("TRUE", "FALSE"), "crosses": ("x", ""),
    "status": ("Cancelled", "Active"), "status_german": ("gekündigt", "aktiv"),
    "won_or_lost": ("Lost", "Retained"),
}  # fmt: skip
for _name, (_yes, _no) in _FLAGS.items():
    _customers(f"yes_no_{_name}", "Churned", [_yes if i % 4 == 0 else _no for i in range(12)])
_customers("yes_no_unknown", "Churned", ["yes", "perhaps", "no", "", "no", "N/A", *["no"] * 6])


@makes("yes_no_booleans.xlsx")
def _booleans() -> bytes:
    return xlsx({"Customers": replaced(customers(), "Churned", [i % 4 == 0 for i in range(12)])})


@makes("yes_no_retained.csv")
def _retained() -> bytes:
    """A column that asks the other way round: who stayed."""
    return text(
        replaced(_SAID, "Churned", ["no" if i % 4 == 0 else "yes" for i in range(12)], "Retained")
    )


# --- ids
# --------------------------------------------------------------------------------------------------

_customers("ids_apostrophe", "Customer ID", [f"'{ident(i)}" for i in range(12)])
_customers("ids_long", "Customer ID", [f"9007199254740993{i:03d}" for i in range(12)])
_customers("ids_scientific", "Customer ID", ["9.00720E+18"] * 6 + [f"900{i}" for i in range(6)])
_customers(
    "ids_invisible",
    "Customer ID",
    [f"\u200b{ident(i)}\ufeff" if i % 2 else f"\u00a0{ident(i)} " for i in range(12)],
)
_customers("ids_decimals", "Customer ID", [f"{100 + i}.0" for i in range(12)])
_customers(
    "ids_twice",
    "Customer ID",
    [ident(0), ident(1), ident(1), ident(2), ident(0), *map(ident, range(5, 12))],
)
_customers("ids_blank", "Customer ID", ["", "n/a", "-", *map(ident, range(3, 12))])
_customers("ids_odd_signs", "Customer ID", [f"A-{ident(i)}/x@1" for i in range(12)])
put(
    "ids_numbers.xlsx",
    lambda: xlsx({"C": replaced(customers(), "Customer ID", [int(ident(i)) for i in range(12)])}),
)
put("ids_text.xlsx", lambda: xlsx({"Customers": customers()}, finish=_as_text))
put(
    "ids_mixed.xlsx",
    lambda: xlsx({"C": replaced(customers(), "Customer ID", [42, "00059", 76.0, "A93", "0110 "])}),
)


@makes("ids_long_numbers.xlsx")
def _long_numbers() -> bytes:
    """Numbers of 19 digits: Excel keeps 15, so that different customers now look alike."""
    return xlsx(
        {"C": replaced(customers(), "Customer ID", [9007199254740993000 + i for i in range(12)])}
    )


def _as_text(book: Any) -> None:
    """Column A is formatted as text, as people do to keep their zeros."""
    book.worksheets()[0].set_column(0, 0, 12, book.add_format({"num_format": "@"}))


# --- odd cells in workbooks
# ----------------------------------------------------------------------------------------

_FORMULAS = [
    "=1+1",
    "+44 113 496 0000",
    "-Leeds",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    '=HYPERLINK("http://x.test")',
    "\tTab",
]
_customers("formula_like_text", "Team", _FORMULAS)
put("formula_like_text.xlsx", lambda: xlsx({"C": replaced(customers(), "Team", _FORMULAS)}))


@makes("formulas_with_values.xlsx")
def _formulas() -> bytes:
    """Revenue computed in the sheet; the stored value is what counts."""

    def compute(book: Any) -> None:
        for i in range(12):
            book.worksheets()[0].write_formula(
                i + 1, 3, f"=500.25*2+{10 * i}", None, 1000.5 + 10 * i
            )

    return xlsx({"Customers": customers()}, finish=compute)


@makes("formulas_without_values.xlsx")
def _uncalculated() -> bytes:
    """Written by a program that does not calculate: the formulas have no stored values."""
    import openpyxl

    book = openpyxl.Workbook()
    for i, row in enumerate(customers()):
        book.active.append([*row[:3], row[3] if i == 0 else f"=500.25*2+{10 * i}", *row[4:]])
    return saved(book)


@makes("error_cells.xlsx")
def _errors() -> bytes:
    """Three formulas that failed, in the revenue of three customers, and #N/A for a team."""
    plain = xlsx({"Customers": replaced(customers(), "Revenue start", [-7001, -7002, -7003])})
    signs = ((b"-7001", b"#REF!"), (b"-7002", b"#DIV/0!"), (b"-7003", b"#N/A"))
    edits = [(b"><v>" + number + b"</v>", b' t="e"><v>' + sign + b"</v>") for number, sign in signs]
    return edited(plain, "xl/worksheets/sheet1.xml", *edits)


@makes("right_to_left.xlsx")
def _right_to_left() -> bytes:
    rows = replaced(customers(), "Team", ["الرياض", "ירושלים", "جدة"] * 4)
    return xlsx({"العملاء": rows}, finish=lambda book: book.worksheets()[0].right_to_left())


@makes("emoji.xlsx")
def _emoji() -> bytes:
    rows = replaced(customers(), "Team", ["🚚 Leeds", "York 👩‍🔧", "Hull"] * 4)
    return xlsx({"📋 Customers": [[f"{c} ⭐" if c == "Team" else c for c in rows[0]], *rows[1:]]})


_customers(
    "nbsp_and_zero_width",
    "Team",
    ["Leeds\u00a0", "\u200bLeeds", "Leeds  North", "Leeds\u00a0North"],
    "\ufeffTeam\u00a0",
)
_customers("very_long_text", "Team", ["Leeds " * 7000])
_survey("long_comments", "Comment", ["word " * 6500, "x" * 32767])
put("comments_with_markup.csv", lambda: text(replaced(said(survey()), "Comment", _MARKUP)))
_MARKUP = [
    "<script>alert(1)</script>",
    "M&uuml;ller &amp; Sons",
    "</td><td>",
    "{{7*7}}",
    "%n%n%s",
    "../../etc/passwd",
]


@makes("line_break_escapes.xlsx")
def _escapes() -> bytes:
    """_x000D_ as Excel writes a carriage return into its parts."""
    plain = xlsx({"Survey": replaced(survey(), "Comment", ["first line MARK second line"])})
    return edited(
        plain,
        "xl/sharedStrings.xml",
        (b"first line MARK second line", b"first line_x000D_\nsecond line"),
    )


@makes("duplicates.csv")
def _duplicates() -> bytes:
    """A customer twice with the same row, another twice with another revenue."""
    other = [*_SAID[2]]
    other[3] = 5000.0
    return text([*_SAID, _SAID[1], other])


@makes("several_responses.csv")
def _several() -> bytes:
    """One customer answered again, another one's row stands there twice."""
    rows = said(survey())
    later = [*rows[1]]
    same = [*rows[2]]
    later[1] = "30/05/2025"
    later[2] = 7
    return text([*rows, later, same])


# --- missing: N/A, don't know, codes
# -------------------------------------------------------------------------------

_survey(
    "na_blank_dont_know",
    "Billing (0-10)",
    ["N/A", "", "Don't know", 3, "n/a", "Prefer not to say", *[5] * 6],
)
_survey(
    "not_applicable_words",
    "Billing (0-10)",
    ["Entfällt", "Sans objet", "No aplica", "Weiß nicht", *[5] * 8],
)
_survey("missing_99_on_5", "Ease (1-7)", [99, 5, 4, 99, 3, 2, 1, 5, 4, 3, 99, 5], "Ease (1-5)")
_survey("missing_11_on_10", "Billing (0-10)", [11, 0, 10, 11, 3, 2, 1, 5, 4, 3, 11, 5])
_survey("missing_0_on_7", "Ease (1-7)", [0, 5, 4, 0, 3, 2, 1, 5, 4, 3, 0, 7])
_survey("missing_minus_9", "Ease (1-7)", [-9, 5, 4, -9, 3, 2, 1, 5, 4, 3, -9, 7])
_survey("missing_code_no_scale", "Ease (1-7)", [99, 5, 4, 99, 3, 2, 1, 5, 4, 3, 99, 5], "Ease")
_survey("off_the_scale", "Ease (1-7)", [8, "soso", 1, 2, 3, 4, 5, 6, 7, 1, 2, 3])
_survey("effort_high_is_bad", "Ease (1-7)", [7, 1], "How much effort did you have to put in? (1-7)")
_survey("ends_in_the_heading", "Ease (1-7)", [], "How easy? (1 = very difficult, 7 = very easy)")
_survey("ends_turned_in_the_heading", "Ease (1-7)", [], "CES (1 = very easy, 7 = very difficult)")
_survey(
    "words_and_numbers",
    "Ease (1-7)",
    ["7 - Very easy", "1 (Very difficult)", "Easy (6)", "4", 5, "3/7"],
)
_survey(
    "stars", "Ease (1-7)", ["★★★★★", "★★★☆☆", "★☆☆☆☆", "★★", *["★★★★"] * 8], "Overall satisfaction"
)


# --- Likert words
# --------------------------------------------------------------------------------------------------

_LIKERT = {
    "english": ("Very difficult", "Difficult", "Neither easy nor difficult", "Easy", "Very easy"),
    "german": ("Sehr schwierig", "Schwierig", "Weder noch", "Einfach", "Sehr einfach"),
    "french": ("Très difficile", "Difficile", "Ni facile ni difficile", "Facile", "Très facile"),
    "spanish": ("Muy difícil", "Difícil", "Ni fácil ni difícil", "Fácil", "Muy fácil"),
    "italian": ("Molto difficile", "Difficile", "Né facile né difficile", "Facile", "Molto facile"),
    "dutch": ("Zeer moeilijk", "Moeilijk", "Neutraal", "Makkelijk", "Zeer makkelijk"),
    "agree": (
        "Strongly disagree",
        "Disagree",
        "Neither agree nor disagree",
        "Agree",
        "Strongly agree",
    ),
    "agree_german": (
        "Stimme gar nicht zu",
        "Stimme eher nicht zu",
        "Teils/teils",
        "Stimme eher zu",
        "Stimme voll zu",
    ),
}
for _name, _words in _LIKERT.items():
    _survey(
        f"likert_{_name}",
        "Ease (1-7)",
        [_words[i % 5] for i in range(12)],
        "Ease of doing business",
    )
_survey(
    "likert_best_first", "Ease (1-7)", [_LIKERT["english"][4 - i % 5] for i in range(12)], "Ease"
)
_survey(
    "likert_case_and_space",
    "Ease (1-7)",
    [f" {_LIKERT['english'][i % 5].upper()}\u00a0" for i in range(12)],
    "Ease",
)


@makes("likert_two_sets.csv")
def _two_sets() -> bytes:
    """One column in words of seven, one in words of five."""
    seven = (
        "Extremely dissatisfied",
        "Moderately dissatisfied",
        "Slightly dissatisfied",
        "Neutral",
    )
    seven += ("Slightly satisfied", "Moderately satisfied", "Extremely satisfied")
    rows = replaced(said(survey()), "Billing (0-10)", [seven[i % 7] for i in range(12)], "Billing")
    five = ("Very poor", "Poor", "Fair", "Good", "Very good")
    return text(replaced(rows, "Delivery (0-10)", [five[i % 5] for i in range(12)], "Delivery"))


@makes("reversed_item.csv")
def _reversed() -> bytes:
    """A survey item that is marked as reverse-scored."""
    rows: Table = [
        [*SURVEY[:3], "I had to chase them (0-10) (R)"],
        *(row[:4] for row in said(survey())[1:]),
    ]
    return text(rows)
