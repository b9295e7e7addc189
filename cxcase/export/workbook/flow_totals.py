"""What a sheet of months comes to: net and cumulative cash, NPV, PV of costs, ROI, payback."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cxcase.estimate import Floats
from cxcase.export.workbook import formula_values as m
from cxcase.export.workbook.book import letter
from cxcase.export.workbook.month_grid import HEAD, MONTHS_FROM, TEXT, Grid, Line
from cxcase.report import words


@dataclass(frozen=True)
class Totals:
    """Where a sheet's figures stand, and what they come to."""

    npv: str
    npv_value: float
    row_cumulative: int
    pv_cost: str
    pv_cost_value: float
    payback: str
    payback_value: float | str

    @property
    def roi(self) -> str:
        """Formula: NPV for each unit of present cost; empty where nothing is spent."""
        return f'IF({self.pv_cost}=0,"",{self.npv}/{self.pv_cost})'

    @property
    def roi_value(self) -> float | str:
        """What that comes to."""
        if not self.pv_cost_value:
            return ""
        return self.npv_value / self.pv_cost_value


def totals(grid: Grid, what: str, benefit: Line, cost: Line, discount_row: str) -> Totals:
    """Net, discounted and cumulative cash, and below them NPV, PV of costs and payback.

    discount_row: a reference to the month's discount factor with a place for the column.
    """
    net_row, net = _net_line(grid, what, benefit, cost)
    npv, npv_value = _present_value(grid, "discounted", what, (net_row, net), discount_row)
    grid.sum(net_row, net, "pennies")
    pv_cost, pv_cost_value = _present_value(grid, "discounted_cost", what, cost, discount_row)
    row_cumulative, cumulative = _cumulative_line(grid, what, net_row, net)
    row_below, below = _below_zero_line(grid, what, row_cumulative, cumulative)
    payback, paid = _payback(grid, row_below, below)
    return Totals(npv, npv_value, row_cumulative, pv_cost, pv_cost_value, payback, paid)


def _net_line(grid: Grid, what: str, benefit: Line, cost: Line) -> Line:
    """Benefits less costs, month by month."""
    plus = benefit[0] + 1
    minus = cost[0] + 1
    values = benefit[1] - cost[1]

    def formula(c: str, _: int) -> str:
        return f"{c}{plus}-{c}{minus}"

    return grid.line(words.say(TEXT + "net"), what, formula, values, "money", total=True), values


def _present_value(
    grid: Grid, name: str, what: str, flow: Line, discount_row: str
) -> tuple[str, float]:
    """(cell, value) of the sum of a flow's discounted months, which get a line of their own."""
    row = flow[0] + 1
    values = flow[1] * m.discount(grid.money)

    def formula(c: str, _: int) -> str:
        return f"{c}{row}*{discount_row.format(c=c)}"

    line = grid.line(words.say(TEXT + name), what, formula, values, "money")
    return grid.sum(line, values, "pennies"), float(np.sum(values))


def _cumulative_line(grid: Grid, what: str, net_row: int, net: Floats) -> Line:
    """Net cash added up from month 0."""
    own = grid.row + 1
    values = np.cumsum(net)

    def formula(c: str, month: int) -> str:
        this_month = f"{c}{net_row + 1}"
        if month == 0:
            return this_month
        return f"{letter(MONTHS_FROM + month - 1)}{own}+{this_month}"

    return grid.line(words.say(TEXT + "cumulative"), what, formula, values, "money"), values


def _below_zero_line(grid: Grid, what: str, row: int, cumulative: Floats) -> Line:
    """The month's number where cumulative cash is below zero within the horizon, else -1."""
    inside = grid.money.months <= grid.money.horizon
    values = np.where(inside & (cumulative < -1e-4), grid.money.months, -1)

    def formula(c: str, _: int) -> str:
        month = f"{c}${HEAD + 1}"
        return f"IF(AND({month}<=horizon,{c}{row + 1}<-0.0001),{month},-1)"

    return grid.line(words.say(TEXT + "below"), what, formula, values, "int muted"), values


def _payback(grid: Grid, row: int, below: Floats) -> tuple[str, float | str]:
    """(cell, value): the month after the last one below zero, words when past the horizon."""
    never = words.say(TEXT + "never")
    last = f"MAX({grid.months(row)})"
    month = float(np.max(below)) + 1
    paid: float | str = never if month > grid.money.horizon else month
    grid.sheet.formula(row, 2, f'IF({last}>=horizon,"{never}",{last}+1)', "int bold", paid)
    return grid.sheet.at(row, 2), paid
