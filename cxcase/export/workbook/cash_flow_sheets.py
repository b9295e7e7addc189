"""The live sheets: "Flows" prices the chosen plan month by month, "Alone" every step by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from cxcase.estimate import Floats
from cxcase.export.workbook import formula_values as m
from cxcase.export.workbook.book import CX, RX, Book, Sheet, letter
from cxcase.export.workbook.formula_values import CurveRow, Money, StepRow
from cxcase.export.workbook.layout import Layout
from cxcase.report import words

MONTHS_FROM = 3  # column of month 0
HEAD = 3  # row of the month numbers
TEXT = "export.workbook.flows."


@dataclass(frozen=True)
class Totals:
    """Where a sheet's figures stand, and what they come to."""

    npv: str
    npv_value: float
    row_net: int
    row_cumulative: int
    row_below: int
    pv_cost: str
    pv_cost_value: float
    payback: str
    payback_value: float | str


class Grid:
    """Rows of months. `line` writes one row of formulas with their values and moves on."""

    def __init__(self, sheet: Sheet, money: Money) -> None:
        self.sheet = sheet
        self.money = money
        self.row = HEAD
        self.last = MONTHS_FROM + len(money.months) - 1
        sheet.heads(HEAD, [words.say(TEXT + name) for name in ("line", "what", "total")], height=20)
        for column, month in enumerate(money.months, MONTHS_FROM):
            sheet.number(HEAD, column, month, "head")
        self.row += 1
        after = sheet.book.file.add_format({"font_color": "#B8C0C8"})
        span = (HEAD + 1, MONTHS_FROM, HEAD + 2000, self.last)
        condition = {
            "type": "formula",
            "criteria": f"={letter(MONTHS_FROM)}${HEAD + 1}>horizon",
            "format": after,
        }
        sheet.raw.conditional_format(*span, condition)

    def section(self, text: str) -> None:
        """A heading across the grid."""
        self.row += 1
        for column in range(MONTHS_FROM):
            self.sheet.text(self.row, column, text if column == 0 else "", "section")
        self.row += 1

    def line(
        self,
        label: str,
        what: str,
        formula: Callable[[str, int], str],
        values: Floats,
        style: str,
        total: bool = False,
    ) -> int:
        """One row: `formula(column letters, month)` for each month, with `values` (months,).
        Returns the row.
        """
        row = self.row
        kind = "total " if total else ""
        self.sheet.text(row, 0, label, kind.strip())
        self.sheet.text(row, 1, what, kind + "muted")
        for column, value in enumerate(values, MONTHS_FROM):
            text = formula(letter(column), column - MONTHS_FROM)
            self.sheet.formula(row, column, text, kind + style, value)
        self.row += 1
        return row

    def sum(self, row: int, values: Floats, style: str) -> str:
        """The row's total in its third column; returns the cell."""
        first = letter(MONTHS_FROM)
        last = letter(self.last)
        self.sheet.formula(
            row, 2, f"SUM({first}{row + 1}:{last}{row + 1})", f"{style} bold", float(np.sum(values))
        )
        return self.sheet.at(row, 2)


def share_line(grid: Grid, refs: Layout, i: int, start: str, month: int) -> tuple[int, Floats]:
    """The share of its full lift that a step has reached."""
    step = grid.money.steps[i]
    values = m.share(grid.money, step, month)

    def formula(c: str, _: int) -> str:
        at = f"{c}${HEAD + 1}"
        since = f"({at}-{start}+1-{refs.step(i, 'deliver')})"
        ramp = f"IF(ramp_months=0,IF({since}>0,1,0),MIN(1,MAX(0,{since}/ramp_months)))"
        decay = f"0.5^(MAX(0,{since}-ramp_months)/half_life)"
        return f"IF(OR({at}<{start},{at}>horizon),0,adoption*{ramp}*{decay})"

    return grid.line(words.say(TEXT + "share"), step.id, formula, values, "num4"), values


def reached(money: Money, refs: Layout, i: int, c: int, share_cell: str) -> str:
    """Formula: the lift a step has reached in points of a curve, at most the curve's headroom."""
    through = "*ex_to_cx" if money.steps[i].through_ex else ""
    return f"MIN({refs.step(i, 'lift')}{through}*{share_cell},{refs.headroom(c)})"


def value_on_curve(c: int, x: str, parts: tuple[str, str] = ("value", "slope")) -> str:
    """Formula: revenue kept a year at lift `x`, or what it earns, linear between the knots of curve
    `c`.
    """
    lift, value, slope = (f"curve_{c + 1}_{part}" for part in ("lift", *parts))
    at = f"MATCH({x},{lift},1)"
    return f"IF({x}<0,{x}*INDEX({slope},1),INDEX({value},{at})+({x}-INDEX({lift},{at}))*INDEX({slope},{at}))"


def cost_line(
    grid: Grid, refs: Layout, i: int, start: str, month: int, chosen: str
) -> tuple[int, Floats]:
    """What a step costs at the end of each month."""
    step = grid.money.steps[i]
    values = m.cost(grid.money, step, month) * (1.0 if not chosen or step.chosen else 0.0)

    def formula(c: str, _: int) -> str:
        at = f"{c}${HEAD + 1}"
        once = f"IF({at}={start}-1,{refs.step(i, 'one_off')},0)"
        yearly = f"IF({at}>={start},{refs.step(i, 'yearly')}/12,0)"
        return f"{chosen}IF(OR({start}>horizon,{at}>horizon),0,{once}+{yearly})"

    return grid.line(words.say(TEXT + "cost"), step.id, formula, values, "money"), values


def totals(
    grid: Grid, what: str, benefit: tuple[int, Floats], cost: tuple[int, Floats], discount_row: str
) -> Totals:
    """Net, discounted and cumulative cash, and below them the NPV, the PV of costs and the payback."""
    b = benefit[0] + 1
    k = cost[0] + 1
    factor = m.discount(grid.money)
    net = benefit[1] - cost[1]
    row_net = grid.line(
        words.say(TEXT + "net"), what, lambda c, _: f"{c}{b}-{c}{k}", net, "money", total=True
    )
    discounted = lambda c, _: f"{c}{row_net + 1}*{discount_row.format(c=c)}"  # noqa: E731
    row_pv = grid.line(words.say(TEXT + "discounted"), what, discounted, net * factor, "money")
    npv = grid.sum(row_pv, net * factor, "pennies")
    grid.sum(row_net, net, "pennies")
    cost_pv = cost[1] * factor
    row_cost = grid.line(
        words.say(TEXT + "discounted_cost"),
        what,
        lambda c, _: f"{c}{k}*{discount_row.format(c=c)}",
        cost_pv,
        "money",
    )
    pv_cost = grid.sum(row_cost, cost_pv, "pennies")
    cumulative = np.cumsum(net)
    before = lambda c, month: f"{letter(MONTHS_FROM + month - 1)}{grid.row + 1}+" if month else ""  # noqa: E731
    row_sum = grid.line(
        words.say(TEXT + "cumulative"),
        what,
        lambda c, t: f"{before(c, t)}{c}{row_net + 1}",
        cumulative,
        "money",
    )
    inside = grid.money.months <= grid.money.horizon
    below = np.where(inside & (cumulative < -1e-4), grid.money.months, -1)
    row_below = grid.line(
        words.say(TEXT + "below"),
        what,
        lambda c, _: f"IF(AND({c}${HEAD + 1}<=horizon,{c}{row_sum + 1}<-0.0001),{c}${HEAD + 1},-1)",
        below,
        "int muted",
    )
    payback, paid = _payback(grid, row_below, below)
    return Totals(
        npv,
        float(np.sum(net * factor)),
        row_net,
        row_sum,
        row_below,
        pv_cost,
        float(cost_pv.sum()),
        payback,
        paid,
    )


def _payback(grid: Grid, row: int, below: Floats) -> tuple[str, float | str]:
    """The month after the last one that is still below zero, or words when that is past the
    horizon.
    """
    never = words.say(TEXT + "never")
    span = f"{letter(MONTHS_FROM)}{row + 1}:{letter(grid.last)}{row + 1}"
    value = float(np.max(below)) + 1
    paid: float | str = never if value > grid.money.horizon else value
    grid.sheet.formula(
        row, 2, f'IF(MAX({span})>=horizon,"{never}",MAX({span})+1)', "int bold", paid
    )
    return grid.sheet.at(row, 2), paid


def discount_line(grid: Grid) -> str:
    """The discount factor of each month; returns its reference with a place for the column."""
    at = HEAD + 1
    row = grid.line(
        words.say(TEXT + "factor"),
        "",
        lambda c, _: f"IF({c}${at}>horizon,0,(1+discount)^(-{c}${at}/12))",
        m.discount(grid.money),
        "num4",
    )
    return f"{{c}}${row + 1}"


def write_flows(book: Book, money: Money, refs: Layout) -> Totals:
    """The sheet "Flows": the chosen steps together. Returns where its totals stand."""
    sheet = _grid_sheet(book, "Flows", CX)
    grid = Grid(sheet, money)
    factor = discount_line(grid)
    left = _shares(grid, refs)
    kept = []
    for c, curve in enumerate(money.curves):
        grid.section(curve.label)
        kept.append(_curve_lines(grid, refs, c, curve, left[c]))
    grid.section(words.say(TEXT + "costs"))
    costs = [
        cost_line(grid, refs, i, refs.step(i, "start"), step.start, refs.step(i, "chosen") + "*")
        for i, step in enumerate(money.steps)
    ]
    grid.section(words.say(TEXT + "plan"))
    what = words.say(TEXT + "plan")
    benefit = benefit_lines(grid, what, kept)
    values = np.sum([v for _, v in costs], axis=0)
    rows = [row + 1 for row, _ in costs]
    cost = grid.line(
        words.say(TEXT + "cost"),
        what,
        lambda c, _: "+".join(f"{c}{r}" for r in rows),
        values,
        "money",
        True,
    )
    grid.sum(cost, values, "pennies")
    return totals(grid, what, benefit, (cost, values), factor)


def _shares(grid: Grid, refs: Layout) -> dict[int, list[tuple[int, Floats]]]:
    """Per step its share reached, and per curve it acts on the headroom it leaves. Returns curve ->
    those rows.
    """
    found: dict[int, list[tuple[int, Floats]]] = {}
    money = grid.money
    for i, step in enumerate(money.steps):
        grid.section(f"{step.id} · {refs.titles[i]}")
        row, share = share_line(grid, refs, i, refs.step(i, "start"), step.start)
        for c in step.curves:
            if step.chosen:
                values = m.headroom_left(money, step, money.curves[c], share)
            else:
                values = np.ones(len(share))
            formula = _left_formula(money, refs, i, c, row)
            line = grid.line(
                words.say(TEXT + "left"), money.curves[c].label, formula, values, "num4"
            )
            found.setdefault(c, []).append((line, values))
    return found


def _left_formula(
    money: Money, refs: Layout, i: int, c: int, row: int
) -> Callable[[str, int], str]:
    chosen = refs.step(i, "chosen")
    headroom = refs.headroom(c)
    return lambda col, _: f"1-{chosen}*{reached(money, refs, i, c, f'{col}{row + 1}')}/{headroom}"


def _curve_lines(
    grid: Grid, refs: Layout, c: int, curve: CurveRow, left: list[tuple[int, Floats]]
) -> Kept:
    """The lift reached together on one curve, and the revenue it keeps."""
    lift = m.combined(curve, np.prod([values for _, values in left], axis=0))
    rows = [row + 1 for row, _ in left]

    def together(col: str, _: int) -> str:
        return f"{refs.headroom(c)}*(1-{'*'.join(f'{col}{row}' for row in rows)})"

    row = grid.line(
        words.say(TEXT + "together"), words.say(TEXT + "points"), together, lift, "num4"
    )
    return _kept_line(grid, c, curve, row, lift)


@dataclass(frozen=True)
class Kept:
    """Rows of one curve: revenue kept a year and, where segments have margins of their own, what
    that earns.
    """

    row: int
    revenue: Floats
    earned_row: int | None = None
    earned: Floats | None = None


def _kept_line(grid: Grid, c: int, curve: CurveRow, lift_row: int, lift: Floats) -> Kept:
    """Revenue kept a year at the lift reached, from the curve, and by segment what it earns."""
    revenue = m.kept(curve, lift)
    unit = words.say(TEXT + "a_year")
    row = grid.line(
        words.say(TEXT + "kept"),
        unit,
        lambda col, _: value_on_curve(c, f"{col}{lift_row + 1}"),
        revenue,
        "money",
    )
    if not grid.money.segments:
        return Kept(row, revenue)
    earned = m.earned(grid.money, curve, lift)
    label = words.say(TEXT + "earned")
    by_segment = ("earned", "earned_slope")
    second = grid.line(
        label,
        unit,
        lambda col, _: value_on_curve(c, f"{col}{lift_row + 1}", by_segment),
        earned,
        "money",
    )
    return Kept(row, revenue, second, earned)


def benefit_lines(grid: Grid, what: str, kept: list[Kept]) -> tuple[int, Floats]:
    """All curves' revenue after overlap, capped at what was lost, and the margin on it a month."""
    money = grid.money
    all_kept = np.sum([item.revenue for item in kept], axis=0)
    rows = [item.row + 1 for item in kept]

    def all_of_it(col: str) -> str:
        return f"overlap*({'+'.join(f'{col}{row}' for row in rows)})"

    def capped(col: str, _: int) -> str:
        return f"MIN({all_of_it(col)},revenue_lost)"

    revenue = m.counted(money, all_kept)
    row = grid.line(
        words.say(TEXT + "counted"), words.say(TEXT + "a_year"), capped, revenue, "money"
    )
    if money.segments:
        earns = [item.earned_row + 1 for item in kept if item.earned_row is not None]
        earned = np.sum([item.earned for item in kept if item.earned is not None], axis=0)
        values = m.earned_a_month(money, all_kept, earned)

        def margin(col: str, _: int) -> str:
            whole = all_of_it(col)
            share = f"IF({whole}>revenue_lost,revenue_lost/({whole}),1)"
            return f"{share}*overlap*({'+'.join(f'{col}{r}' for r in earns)})/12"

        line = grid.line(words.say(TEXT + "benefit"), what, margin, values, "money", total=True)
        grid.sum(line, values, "pennies")
        return line, values
    values = m.benefit(money, revenue)
    line = grid.line(
        words.say(TEXT + "benefit"),
        what,
        lambda col, _: f"margin/12*{col}{row + 1}",
        values,
        "money",
        total=True,
    )
    grid.sum(line, values, "pennies")
    return line, values


def write_alone(book: Book, money: Money, refs: Layout) -> list[Totals | None]:
    """The sheet "Alone": every priced step started in month 1 by itself. Returns a step's totals,
    None without.
    """
    sheet = _grid_sheet(book, "Alone", RX)
    grid = Grid(sheet, money)
    factor = discount_line(grid)
    return [
        _alone(grid, refs, i, step, factor) if step.curves else None
        for i, step in enumerate(money.steps)
    ]


def _alone(grid: Grid, refs: Layout, i: int, step: StepRow, factor: str) -> Totals:
    money = grid.money
    grid.section(f"{step.id} · {refs.titles[i]}")
    share_row, share = share_line(grid, refs, i, "1", 1)
    kept = []
    for c in step.curves:
        curve = money.curves[c]
        lift = np.minimum(m.full_lift(money, step) * share, curve.headroom)
        formula = _lift_formula(money, refs, i, c, share_row)
        row = grid.line(words.say(TEXT + "lift"), curve.label, formula, lift, "num4")
        kept.append(_kept_line(grid, c, curve, row, lift))
    benefit = benefit_lines(grid, step.id, kept)
    return totals(grid, step.id, benefit, cost_line(grid, refs, i, "1", 1, ""), factor)


def _lift_formula(
    money: Money, refs: Layout, i: int, c: int, row: int
) -> Callable[[str, int], str]:
    return lambda col, _: reached(money, refs, i, c, f"{col}{row + 1}")


def _grid_sheet(book: Book, name: str, colour: str) -> Sheet:
    sheet = book.sheet(name, [30, 22, 16, *[10] * 130], colour)
    sheet.title(
        words.say(f"export.workbook.{name.lower()}.title"),
        words.say(f"export.workbook.{name.lower()}.lead"),
        12,
    )
    sheet.raw.freeze_panes(HEAD + 1, MONTHS_FROM)
    sheet.raw.repeat_rows(HEAD)
    sheet.raw.fit_to_pages(3, 0)
    sheet.raw.repeat_columns(0, MONTHS_FROM - 1)
    return sheet
