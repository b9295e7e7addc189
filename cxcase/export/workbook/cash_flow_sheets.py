"""The live sheets: "Flows" prices the chosen plan month by month, "Alone" every step by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cxcase.estimate import Floats
from cxcase.export.workbook import formula_values as m
from cxcase.export.workbook.book import CX, RX, Book
from cxcase.export.workbook.flow_totals import Totals, totals
from cxcase.export.workbook.formula_values import CurveRow, Money
from cxcase.export.workbook.layout import Layout
from cxcase.export.workbook.month_grid import (
    HEAD,
    TEXT,
    Formula,
    Grid,
    Line,
    discount_line,
    grid_sheet,
)
from cxcase.report import words


def share_line(grid: Grid, refs: Layout, i: int, start: str, month: int) -> Line:
    """The share of its full lift that step i has reached when it starts in `month`.

    start: the cell or the figure with that month.
    """
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
    """Formula: revenue kept a year at lift `x`, or what it earns, linear between c's knots."""
    lift, value, slope = (f"curve_{c + 1}_{part}" for part in ("lift", *parts))
    at = f"MATCH({x},{lift},1)"
    before = f"{x}*INDEX({slope},1)"
    between = f"INDEX({value},{at})+({x}-INDEX({lift},{at}))*INDEX({slope},{at})"
    return f"IF({x}<0,{before},{between})"


def cost_line(grid: Grid, refs: Layout, i: int, start: str, month: int, chosen: str) -> Line:
    """What step i costs at the end of each month; chosen: "" or what its cost is multiplied by."""
    step = grid.money.steps[i]
    values = m.cost(grid.money, step, month)
    if chosen and not step.chosen:
        values = values * 0.0

    def formula(c: str, _: int) -> str:
        at = f"{c}${HEAD + 1}"
        once = f"IF({at}={start}-1,{refs.step(i, 'one_off')},0)"
        yearly = f"IF({at}>={start},{refs.step(i, 'yearly')}/12,0)"
        return f"{chosen}IF(OR({start}>horizon,{at}>horizon),0,{once}+{yearly})"

    return grid.line(words.say(TEXT + "cost"), step.id, formula, values, "money"), values


def write_flows(book: Book, money: Money, refs: Layout) -> Totals:
    """The sheet "Flows": the chosen steps together. Returns where its totals stand."""
    sheet = grid_sheet(book, "Flows", CX)
    grid = Grid(sheet, money)
    factor = discount_line(grid)
    left, shares = _shares(grid, refs)
    kept: dict[int, Kept] = {}
    for c, curve in enumerate(money.curves):
        grid.section(curve.label)
        kept[c] = _curve_lines(grid, refs, c, curve, left[c])
    grid.section(words.say(TEXT + "costs"))
    costs = [
        cost_line(grid, refs, i, refs.step(i, "start"), step.start, refs.step(i, "chosen") + "*")
        for i, step in enumerate(money.steps)
    ]
    grid.section(words.say(TEXT + "plan"))
    what = words.say(TEXT + "plan")
    saved = [
        saving_line(grid, refs, i, shares[i], refs.step(i, "chosen") + "*")
        for i, step in enumerate(money.steps)
        if step.saving
    ]
    benefit = benefit_lines(grid, what, kept, saved)
    return totals(grid, what, benefit, _all_costs(grid, what, costs), factor)


def _all_costs(grid: Grid, what: str, costs: Sequence[Line]) -> Line:
    """The steps' costs together, month by month."""
    values = np.sum([line for _, line in costs], axis=0)
    rows = [row for row, _ in costs]

    def formula(c: str, _: int) -> str:
        return _sum_of(c, rows)

    line = grid.line(words.say(TEXT + "cost"), what, formula, values, "money", total=True)
    grid.sum(line, values, "pennies")
    return line, values


def _sum_of(column: str, rows: Sequence[int]) -> str:
    """Formula: these rows of a column, added up."""
    return "+".join(f"{column}{row + 1}" for row in rows)


def saving_line(grid: Grid, refs: Layout, i: int, share: Line, chosen: str) -> Line:
    """What step i saves a month where that leaves less to pay; chosen: as in `cost_line`."""
    step = grid.money.steps[i]
    values = m.saving(step, share[1])
    if chosen and not step.chosen:
        values = values * 0.0

    def formula(c: str, _: int) -> str:
        a_month = f"{refs.step(i, 'cash')}*{refs.step(i, 'saving')}/12"
        return f"{chosen}{a_month}*{c}{share[0] + 1}"

    return grid.line(words.say(TEXT + "saving"), step.id, formula, values, "money"), values


def _shares(grid: Grid, refs: Layout) -> tuple[dict[int, list[Line]], list[Line]]:
    """Writes each step's share reached and the headroom it leaves on its curves.

    Returns curve -> the rows of headroom left on it, and each step's row of its share.
    """
    found: dict[int, list[Line]] = {}
    shares = []
    money = grid.money
    for i, step in enumerate(money.steps):
        grid.section(f"{step.id} · {refs.titles[i]}")
        share = share_line(grid, refs, i, refs.step(i, "start"), step.start)
        shares.append(share)
        for c in step.curves:
            found.setdefault(c, []).append(_headroom_left(grid, refs, i, c, share))
    return found, shares


def _headroom_left(grid: Grid, refs: Layout, i: int, c: int, share: Line) -> Line:
    """What step i leaves of curve c's headroom, as a share of it; all of it while not chosen."""
    money = grid.money
    step = money.steps[i]
    row, reached_share = share
    if step.chosen:
        values = m.headroom_left(money, step, money.curves[c], reached_share)
    else:
        values = np.ones(len(reached_share))
    chosen = refs.step(i, "chosen")

    def formula(col: str, _: int) -> str:
        lift = reached(money, refs, i, c, f"{col}{row + 1}")
        return f"1-{chosen}*{lift}/{refs.headroom(c)}"

    label = money.curves[c].label
    return grid.line(words.say(TEXT + "left"), label, formula, values, "num4"), values


def _curve_lines(grid: Grid, refs: Layout, c: int, curve: CurveRow, left: list[Line]) -> Kept:
    """The lift reached together on one curve, and the revenue it keeps."""
    lift = m.combined(curve, np.prod([values for _, values in left], axis=0))
    rows = [row + 1 for row, _ in left]

    def together(col: str, _: int) -> str:
        product = "*".join(f"{col}{row}" for row in rows)
        return f"{refs.headroom(c)}*(1-{product})"

    points = words.say(TEXT + "points")
    row = grid.line(words.say(TEXT + "together"), points, together, lift, "num4")
    return _kept_line(grid, c, curve, row, lift)


@dataclass(frozen=True)
class Kept:
    """Revenue kept a year on one curve and, where segments have own margins, what it earns."""

    revenue: Line
    earned: Line | None = None


def _kept_line(grid: Grid, c: int, curve: CurveRow, lift_row: int, lift: Floats) -> Kept:
    """Revenue kept a year at the lift reached, from the curve, and by segment what it earns."""
    unit = words.say(TEXT + "a_year")

    def kept(col: str, _: int) -> str:
        return value_on_curve(c, f"{col}{lift_row + 1}")

    def earned(col: str, _: int) -> str:
        return value_on_curve(c, f"{col}{lift_row + 1}", ("earned", "earned_slope"))

    values = m.kept(curve, lift)
    revenue = (grid.line(words.say(TEXT + "kept"), unit, kept, values, "money"), values)
    if not grid.money.segments:
        return Kept(revenue)
    earns = m.earned(grid.money, curve, lift)
    row = grid.line(words.say(TEXT + "earned"), unit, earned, earns, "money")
    return Kept(revenue, (row, earns))


def benefit_lines(
    grid: Grid, what: str, kept: Mapping[int, Kept], saved: Sequence[Line] = ()
) -> Line:
    """All curves' revenue after overlap, capped at what was lost, and the margin on it a month;
    where there are any, growth and savings as lines of their own, and all of them together.
    """
    money = grid.money
    all_kept = np.sum([item.revenue[1] for item in kept.values()], axis=0)
    rows = [item.revenue[0] for item in kept.values()]
    revenue = m.counted(money, all_kept)

    def capped(col: str, _: int) -> str:
        return f"MIN({_after_overlap(col, rows)},revenue_lost)"

    a_year = words.say(TEXT + "a_year")
    row = grid.line(words.say(TEXT + "counted"), a_year, capped, revenue, "money")
    earned = [item.earned for item in kept.values() if item.earned is not None]
    if money.segments:
        values = m.earned_a_month(money, all_kept, np.sum([line for _, line in earned], axis=0))
        formula = _margin_by_segment(rows, [line for line, _ in earned])
    else:
        values = m.benefit(money, revenue)
        formula = _margin_of_all(row)
    line = grid.line(words.say(TEXT + "benefit"), what, formula, values, "money", total=True)
    grid.sum(line, values, "pennies")
    return _all_benefits(grid, what, [(line, values), *_growth_lines(grid, what, kept), *saved])


def _growth_lines(grid: Grid, what: str, kept: Mapping[int, Kept]) -> list[Line]:
    """Margin a month on growth of those who stay, 0 while it is not counted; none where unknown."""
    money = grid.money
    known = {c: item for c, item in kept.items() if money.curves[c].growth is not None}
    if not known:
        return []
    lines = {c: item.earned or item.revenue for c, item in known.items()}
    margin = "" if money.segments else "margin*"

    def formula(col: str, _: int) -> str:
        parts = [
            f"{col}{row + 1}*curve_{c + 1}_growth/curve_{c + 1}_per_point"
            for c, (row, _) in lines.items()
        ]
        return f"count_expansion*{margin}overlap*({'+'.join(parts)})/12"

    values = m.grown(money, {c: line for c, (_, line) in lines.items()})
    row = grid.line(words.say(TEXT + "growth"), what, formula, values, "money", total=True)
    grid.sum(row, values, "pennies")
    return [(row, values)]


def _all_benefits(grid: Grid, what: str, parts: Sequence[Line]) -> Line:
    """The sum of all kinds of benefit, where there is more than one."""
    if len(parts) == 1:
        return parts[0]
    values = np.sum([line for _, line in parts], axis=0)
    rows = [row for row, _ in parts]

    def formula(col: str, _: int) -> str:
        return _sum_of(col, rows)

    line = grid.line(words.say(TEXT + "all_benefits"), what, formula, values, "money", total=True)
    grid.sum(line, values, "pennies")
    return line, values


def _after_overlap(column: str, rows: Sequence[int]) -> str:
    """Formula: revenue kept on all curves, less what two moments would both claim."""
    return f"overlap*({_sum_of(column, rows)})"


def _margin_by_segment(kept: Sequence[int], earned: Sequence[int]) -> Formula:
    """What revenue earns a month with each segment's margin, cut as its revenue is."""

    def formula(col: str, _: int) -> str:
        whole = _after_overlap(col, kept)
        share = f"IF({whole}>revenue_lost,revenue_lost/({whole}),1)"
        return f"{share}*overlap*({_sum_of(col, earned)})/12"

    return formula


def _margin_of_all(revenue: int) -> Formula:
    """What revenue earns a month at the margin of all."""
    return lambda col, _: f"margin/12*{col}{revenue + 1}"


def write_alone(book: Book, money: Money, refs: Layout) -> list[Totals | None]:
    """The sheet "Alone": every priced step started in month 1 by itself.

    Returns each step's totals, None for one that has no price.
    """
    sheet = grid_sheet(book, "Alone", RX)
    grid = Grid(sheet, money)
    factor = discount_line(grid)
    return [_alone(grid, refs, i, factor) for i in range(len(money.steps))]


def _alone(grid: Grid, refs: Layout, i: int, factor: str) -> Totals | None:
    """The lines of step i by itself."""
    step = grid.money.steps[i]
    if not step.curves:
        return None
    grid.section(f"{step.id} · {refs.titles[i]}")
    share = share_line(grid, refs, i, "1", 1)
    kept = {c: _alone_on_curve(grid, refs, i, c, share) for c in step.curves}
    saved = [saving_line(grid, refs, i, share, "")] if step.saving else []
    benefit = benefit_lines(grid, step.id, kept, saved)
    return totals(grid, step.id, benefit, cost_line(grid, refs, i, "1", 1, ""), factor)


def _alone_on_curve(grid: Grid, refs: Layout, i: int, c: int, share: Line) -> Kept:
    """The lift that step i reaches by itself on curve c, and the revenue it keeps."""
    money = grid.money
    curve = money.curves[c]
    share_row, reached_share = share
    lift = np.minimum(m.full_lift(money, money.steps[i]) * reached_share, curve.headroom)

    def formula(col: str, _: int) -> str:
        return reached(money, refs, i, c, f"{col}{share_row + 1}")

    row = grid.line(words.say(TEXT + "lift"), curve.label, formula, lift, "num4")
    return _kept_line(grid, c, curve, row, lift)
