"""Lists whose headings and rows say of money what it is: of which year, how long, in which unit."""

from __future__ import annotations

from typing import Any

from corpus.register import put
from corpus.writers import text, xlsx

ROWS = 12
IDS = [f"{k:05d}" for k in range(42, 42 + ROWS)]
LEFT = ["yes" if k % 4 == 0 else "no" for k in range(ROWS)]
START = [1200.0 + 12 * k for k in range(ROWS)]  # 15,192 together
END = [0.0 if k % 4 == 0 else amount + 120 for k, amount in enumerate(START)]  # 12,528


def _list(name: str, **columns: list[Any]) -> None:
    """A list with these columns between id and mark; "_" stands for a space in headings."""
    named = {heading.replace("_", " "): cells for heading, cells in columns.items()}
    heads = ["Customer ID", *named, "Churned"]
    rows = [list(row) for row in zip(IDS, *named.values(), LEFT, strict=True)]
    put(name, lambda: text([heads, *rows]))


_list("years_newest_first.csv", Revenue_2025=END, Revenue_2024=START, Revenue_2023=END)
_list("prior_year_last.csv", Revenue_CY=END, Revenue_PY=START)
_list(
    "one_quarter.csv",
    Revenue_Q4_2024=[amount / 4 for amount in START],
    Revenue_Q4_2025=[amount / 4 for amount in END],
)
_list("monthly_revenue.csv", MRR_start=[amount / 12 for amount in START])
_list("cents.csv", Revenue_in_cents=[100 * amount for amount in START])
_list("year_to_date.csv", Revenue_2024=START, Revenue_2025_YTD_Jun=END)
_list("planned_revenue.csv", Revenue_2024=START, Revenue_2025_budget=END)
_list("unfilled_revenue.csv", Revenue_2024=START, Revenue_2025=["#REF!"] * ROWS)
_list("one_huge_amount.csv", Annual_revenue=[9.9e9, *START[1:]])
put(
    "contracts.csv",
    lambda: text(
        [
            ["Customer ID", "Contract no", "Revenue start", "Revenue end", "Churned"],
            *[[IDS[k // 2], f"K{k}", START[k], END[k], LEFT[k]] for k in range(ROWS)],
        ]
    ),
)
put(
    "snapshots.csv",
    lambda: text(
        [
            ["Customer ID", "Snapshot", "Revenue start", "Revenue end", "Churned"],
            *[[IDS[k // 2], f"2024-0{1 + k % 2}-28", START[k], END[k], "no"] for k in range(ROWS)],
        ]
    ),
)
put(
    "subscription_events.csv",
    lambda: text(
        [
            ["Customer ID", "Event date", "Event type", "MRR"],
            *[[i, "2024-01-10", "new", 100 + k] for k, i in enumerate(IDS)],
            *[[i, "2024-05-10", "upgrade", 200] for i in IDS[:4]],
            *[[i, "2025-03-10", "cancellation", 100] for i in IDS[4:7]],
        ]
    ),
)


# ---- what stands not in the heading but above or below it ----------------------------------------

_MONTHLY = [amount / 12 for amount in START]


def _headed(name: str, above: list[list[Any]], amounts: list[Any]) -> None:
    """A list of revenue under these rows."""
    rows = [list(row) for row in zip(IDS, amounts, LEFT, strict=True)]
    put(name, lambda: text([*above, *rows]))


_HEADS = ["Customer ID", "Revenue", "Churned"]
_headed("title_of_months.csv", [["Monthly revenue by customer"], [], _HEADS], _MONTHLY)
_headed("title_of_december.csv", [["Period", "December 2024"], [], _HEADS], _MONTHLY)
_headed("title_in_pence.csv", [["Amounts in pence"], [], _HEADS], [100 * a for a in START])
_headed("units_below.csv", [_HEADS, ["", "GBP per month", ""]], _MONTHLY)
_headed(
    "commas_of_thousands.csv",
    [["Kundennummer", "Umsatz (Tsd. EUR)", "Gekündigt"]],
    [f"{amount / 1000:.3f}".replace(".", ",") for amount in START],
)
put(
    "years_below.csv",
    lambda: text(
        [
            ["Customer ID", "Revenue", "Revenue", "Churned"],
            ["", 2024, 2025, ""],
            *[list(row) for row in zip(IDS, START, END, LEFT, strict=True)],
        ]
    ),
)
put(
    "years_as_numbers.xlsx",
    lambda: xlsx(
        {
            "List": [
                ["Customer ID", 2024, 2025, "Churned"],
                *[list(row) for row in zip(IDS, START, END, LEFT, strict=True)],
            ]
        }
    ),
)
_headed(
    "amount_cents_2024.csv",
    [["Customer ID", "amount_cents_2024", "Churned"]],
    [int(100 * amount) for amount in START],
)
_list("bill_in_pence.csv", **{"Monthly bill (pence)": [100 * a / 12 for a in START]})
_list("one_impossible_amount.csv", Annual_revenue=[1e15, *START[1:]])
put(
    "versions.csv",
    lambda: text(
        [
            ["Customer ID", "Contract no", "Version", "Revenue start", "Churned"],
            *[[IDS[k // 2], f"K{k // 2}", 1 + k % 2, START[k], "no"] for k in range(ROWS)],
        ]
    ),
)


# ---- years and months apart ----------------------------------------------------------------------

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_PAID = ((2024, START), (2025, END))
put(
    "years_above_months.xlsx",
    lambda: xlsx(
        {
            "List": [
                [None, 2024, *[None] * 11, 2025, *[None] * 11],
                ["Customer ID", *_MONTHS, *_MONTHS],
                *[[i, *[START[k] / 12] * 12, *[END[k] / 12] * 12] for k, i in enumerate(IDS)],
            ]
        }
    ),
)
put(
    "year_and_month.csv",
    lambda: text(
        [
            ["Customer ID", "Year", "Month", "Revenue"],
            *[
                [i, year, month, paid[k] / 12]
                for year, paid in _PAID
                for k, i in enumerate(IDS)
                for month in range(1, 13)
            ],
        ]
    ),
)
_list("tcv.csv", TCV=[2 * amount for amount in START])
