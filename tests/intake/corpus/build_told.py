"""What a file says of itself and must not be overheard: its scale, its wave, rows nobody sees,
dates that a program has changed.
"""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import openpyxl

from corpus.register import makes, put
from corpus.rows import N, customers, replaced, said, survey
from corpus.writers import saved, text, xlsx

_MARKS = [1 + i % 4 for i in range(N)]


def _asked(name: str, heading: str, cells: list[Any]) -> None:
    """The survey with its question about bills asked like this, and answered so."""
    put(f"{name}.csv", lambda: text(replaced(said(survey()), "Billing (0-10)", cells, heading)))


_asked("school_marks", "Rechnung (Schulnote)", _MARKS)
_asked("spoken_ends", "How was your bill? 1 sad - 4 love", _MARKS)
_asked("ranked", "Rank: price", _MARKS)
_asked("score_of_nothing", "Score", _MARKS)
_asked("recommend_to_four", "Would you recommend us? (1-4)", _MARKS)
_asked("ease_of_last_year", "Ease 2023", [7 - i % 3 for i in range(N)])
put("promoters.csv", lambda: text(_promoters()))


def _promoters() -> list[list[Any]]:
    groups = ["Promoter", "Passive", "Detractor"]
    return [[*row[:2], "NPS" if i == 0 else groups[i % 3]] for i, row in enumerate(said(survey()))]


@makes("waves_in_columns.csv")
def _waves_in_columns() -> bytes:
    rows = replaced(said(survey()), "Billing (0-10)", [i % 8 for i in range(N)], "Bill W1")
    return text(replaced(rows, "Delivery (0-10)", [8 - i % 8 for i in range(N)], "Bill W2"))


@makes("no_headings.csv")
def _no_headings() -> bytes:
    return text(
        [[*row[:2], "fine" if i % 3 else "slow"] for i, row in enumerate(said(customers()))][1:]
    )


@makes("hidden_rows.xlsx")
def _hidden_rows() -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(xlsx({"Customers": customers()})))
    for row in (3, 4, 9, 40):
        book.active.row_dimensions[row].hidden = True
    return saved(book)


@makes("half_converted_dates.xlsx")
def _half_converted_dates() -> bytes:
    real = [dt.date(2019, month, 1 + month) for month in range(1, 7)]
    texts = [f"{13 + i}/0{1 + i}/2019" for i in range(6)]
    return xlsx({"Customers": replaced(customers(), "Customer since", [*real, *texts])})


_asked("faces", "How was your bill?", ["😡🙁😐🙂😍"[i % 5] for i in range(N)])
_asked("grades", "Billing grade", ["ABCDEF"[i % 6] for i in range(N)])
_asked("percent_of_satisfaction", "Satisfaction with bills (%)", [40 + 5 * i for i in range(N)])


@makes("scores_of_parts.csv")
def _scores_of_parts() -> bytes:
    rows = replaced(said(survey()), "Billing (0-10)", _MARKS, "Billing CSAT (1-5)")
    return text(replaced(rows, "Delivery (0-10)", _MARKS[::-1], "Faults CSAT (1-5)"))


@makes("dates_of_both_orders.csv")
def _dates_of_both_orders() -> bytes:
    days = [f"{13 + i}/0{1 + i}/2019" if i % 2 else f"0{1 + i}/{13 + i}/2019" for i in range(6)]
    either = [f"0{1 + i}/0{2 + i}/2019" for i in range(6)]
    return text(replaced(said(customers()), "Customer since", [*days, *either]))
