"""What is wrong with the spreadsheets on purpose: rows nobody should use, notes beside tables."""

from __future__ import annotations

from typing import TypeAlias

Row: TypeAlias = list["str | float | int | None"]
TERMS = ("30 days", "30 days", "14 days", "60 days", "N/A", None, "Direct debit")

# Customers lost before t0 (2), one that has not paid yet, a credit, two unreadable sums, one
# without a number.
_CUSTOMERS: tuple[tuple[int, Row], ...] = (
    (
        411,
        [
            "TB200001",
            "Leeds",
            "Single site",
            "03/05/2019",
            "£1,980.00",
            "£0.00",
            "12/04/2025",
            "30 days",
            "left in April, see file",
        ],
    ),
    (
        1873,
        [
            "TB200002",
            "Bristol",
            "Retail chain",
            "17/09/2021",
            "£6,412.50",
            "",
            "28/05/2025",
            "30 days",
            None,
        ],
    ),
    (
        2954,
        [
            "TB200003",
            "Cardiff",
            "Multi-site",
            "11/02/2022",
            "see contract",
            "see contract",
            None,
            "30 days",
            "priced per visit",
        ],
    ),
    (
        4420,
        [
            None,
            "Preston",
            "Single site",
            "30/10/2018",
            "£2,310.00",
            "£2,310.00",
            None,
            "14 days",
            "number to follow",
        ],
    ),
    (
        6038,
        [
            "TB200004",
            "Exeter",
            "Single site",
            "08/01/2024",
            "£1,2OO.00",
            "£1,200.00",
            None,
            "30 days",
            None,
        ],
    ),
    (
        7777,
        [
            "TB200005",
            "Luton",
            "Public sector",
            "21/06/2025",
            "£0.00",
            "£0.00",
            None,
            "60 days",
            "starts in autumn",
        ],
    ),
    (
        9102,
        [
            "TB200006",
            "Hull",
            "Single site",
            "14/11/2016",
            "-£350.00",
            "£0.00",
            None,
            "30 days",
            "credit, closed",
        ],
    ),
)
_TWICE = (5120, 5121)  # a row copied and pasted below itself
_TOTAL: Row = [None, "Total", None, None, "see Finance", None, None, None, None]

CUSTOMER_NOTES = (
    "Notes",
    "Revenue is the annual contract value on the day named in the heading.",
    "Date left is the last day of service. N/A means the customer is still with us.",
    "Prospects and closed accounts are at the bottom of the ledger, not here (mostly).",
)
SURVEY_NOTES = (
    "How to read this file",
    "Sent to the main contact of every customer in April 2025, two reminders.",
    "N/A: this did not happen to me in the last 12 months. Blank: question left out.",
    "Ease: 1 = very difficult, 7 = very easy. Moments: 0 = terrible, 10 = excellent.",
)
RECOMMENDATION_NOTES = (
    "Notes",
    "Lifts are points on the scale of what the idea acts on: "
    "0-10 for a moment, 1-7 for ease, 1-5 for EX.",
    "R02 to R04 are R01 cut into pieces: do either R01 or the pieces.",
)

PULSE_ROWS: tuple[tuple[str, ...], ...] = (
    ("10/02/2025", "", "Agree", "Agree", "Disagree", "Agree", "Agree"),
    ("10/02/2025", "Leeds", "", "", "", "", ""),
)
UNPRICED: Row = [
    "R15",
    "A chatbot for everything",
    "moment",
    "Online portal",
    "tbc",
    "tbc",
    None,
    None,
    None,
    None,
    "tbc",
    None,
    None,
    None,
    None,
    "IT director",
    None,
    None,
]

# Answers from numbers that no customer has, and from customers who had left when they answered.
_SURVEY: tuple[tuple[int, Row], ...] = (
    (318, ["X00001", "11/04/2025", "TB900417", 5, 7]),
    (1290, ["X00002", "19/04/2025", "TB900052", 6, 9]),
    (2207, ["X00003", "30/04/2025", "unknown", 2, 3]),
    (2975, ["X00004", "20/05/2025", "TB200001", 3, 4]),
    (3611, ["X00005", "02/06/2025", "TB200002", 2, 2]),
    (4400, ["X00006", "18/06/2025", "TB910003", 7, 10]),
)


def into_customers(rows: list[Row]) -> list[Row]:
    """The rows with the bad ones among them, one repeated, and somebody's total at the end."""
    out = list(rows)
    source, below = _TWICE
    if len(out) > source:
        out.insert(below, list(out[source]))
    for at, row in _CUSTOMERS:
        out.insert(min(at, len(out)), list(row))
    return [*out, list(_TOTAL)]


def into_survey(rows: list[Row], moments: int) -> list[Row]:
    """The rows with answers among them that cannot be matched or came too late.

    `moments` columns are N/A in these.
    """
    out = list(rows)
    for at, row in _SURVEY:
        out.insert(min(at, len(out)), [*row, *(["N/A"] * moments), None])
    return out
