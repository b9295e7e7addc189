"""The slide of a budget by periods: what each may spend, what is spent of it, and what is carried
over.
"""

from __future__ import annotations

from cxcase.export.deck.blocks import money, say, symbol
from cxcase.export.deck.canvas import BODY, CX, MUTED, Box, Deck, Run
from cxcase.export.deck.native_charts import stacked_columns
from cxcase.export.deck.table import table
from cxcase.report import charts
from cxcase.report.charts.plan.periods import months, shown_periods
from cxcase.report.result import Report

_LIGHT = "B9D0EA"
_FEW = 6  # periods whose figures fit below their columns
# inches: height of the columns above a table, of a line of text
_PICTURE = 2.7
_LINE = 0.4


def periods(deck: Deck, report: Report) -> None:
    """A column a period and the figures below; nothing where the budget is one sum or no step is
    funded.
    """
    shown = shown_periods(report)
    if not shown or shown[0].budget is None:
        return
    slide = deck.slide(
        charts.title("periods", report),
        say(report, "periods.subtitle"),
        say(report, "periods.notes"),
    )
    names = [months(report, p) for p in shown]
    left = [p.left or 0.0 for p in shown]
    series = [(say(report, "periods.spent"), CX, [p.spent for p in shown])]
    if any(left):
        after = say(report, "periods.carried" if report.settings.roll_over else "periods.lapsed")
        series.append((after, _LIGHT, left))
    few = len(shown) <= _FEW
    tall = _PICTURE if few else BODY.height - _LINE
    stacked_columns(slide, Box(BODY.left, BODY.top, BODY.width, tall), names, series, symbol(report),
                    charts.alt("periods", report))  # fmt: skip
    below = Box(BODY.left, BODY.top + tall + 0.1, BODY.width, BODY.height - tall - 0.1)
    if not few:
        slide.text(below, [[Run(say(report, "periods.more"), colour=MUTED)]], (12, 11))
        return
    heads = [
        say(report, f"periods.{name}")
        for name in ("months", "budget", "brought", "spent_head", "left")
    ]
    cells = [
        [name, *(money(report, value) for value in (p.budget, p.brought, p.spent, p.left))]
        for name, p in zip(names, shown, strict=True)
    ]
    table(slide, below, heads, cells, (2, 1, 1, 1, 1), right=(1, 2, 3, 4))
