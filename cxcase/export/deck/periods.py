"""The slide of a budget by periods: what each may spend, spends, and carries over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cxcase.export.deck.blocks import money, note, notes_of, say, symbol
from cxcase.export.deck.canvas import BODY, CX, Box, Deck, Slide
from cxcase.export.deck.look.palette import CX_LIGHT
from cxcase.export.deck.native_charts import Series, stacked_columns
from cxcase.export.deck.table import Columns, table
from cxcase.report import charts
from cxcase.report.charts.plan.periods import months, shown_periods
from cxcase.report.result import Report

_FEW = 6  # periods whose figures fit below their columns
# inches: height of the columns above a table, of a line of text
_PICTURE = 2.7
_LINE = 0.4


def periods(deck: Deck, report: Report) -> None:
    """A column a period, the figures below; nothing for a budget of one sum or without steps."""
    shown = shown_periods(report)
    if not shown or shown[0].budget is None:
        return
    title, alt = charts.told("periods", report)
    slide = deck.slide(title, say(report, "periods.subtitle"), notes_of(report, "periods"))
    names = [months(report, period) for period in shown]
    few = len(shown) <= _FEW
    tall = _PICTURE if few else BODY.height - _LINE
    picture = Box(BODY.left, BODY.top, BODY.width, tall)
    stacked_columns(slide, picture, names, _spent_and_left(report, shown), symbol(report), alt)
    below = Box(BODY.left, BODY.top + tall + 0.1, BODY.width, BODY.height - tall - 0.1)
    if few:
        _figures(slide, report, below, names, shown)
    else:
        note(slide, below, say(report, "periods.more"))


def _spent_and_left(report: Report, shown: Sequence[Any]) -> list[Series]:
    """What each period spends, and above it what is left where anything is."""
    spent = (say(report, "periods.spent"), CX, [period.spent for period in shown])
    left = [period.left or 0.0 for period in shown]
    if not any(left):
        return [spent]
    after = say(report, "periods.carried" if report.settings.roll_over else "periods.lapsed")
    return [spent, (after, CX_LIGHT, left)]


def _figures(
    slide: Slide, report: Report, box: Box, names: Sequence[str], shown: Sequence[Any]
) -> None:
    """Budget, what was brought along, spend and what is left, a row a period."""
    heads = [
        say(report, "periods.months"),
        say(report, "periods.budget"),
        say(report, "periods.brought"),
        say(report, "periods.spent_head"),
        say(report, "periods.left"),
    ]
    rows = []
    for name, period in zip(names, shown, strict=True):
        figures = (period.budget, period.brought, period.spent, period.left)
        rows.append([name, *(money(report, figure) for figure in figures)])
    table(slide, box, Columns(heads, (2, 1, 1, 1, 1), right=(1, 2, 3, 4)), rows)
