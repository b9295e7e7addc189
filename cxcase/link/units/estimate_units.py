"""A link from units alone: effects and worth as far as means of units can carry them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from cxcase.estimate import Estimate, Floats, refuse
from cxcase.intake import Case, Scale
from cxcase.link.checks.alternative_estimates import confirm
from cxcase.link.checks.check_findings import checks_of
from cxcase.link.diagnosis import (
    AlternativeEstimate,
    Confirmation,
    Diagnosis,
    Measured,
    Units,
    UnitWorth,
)
from cxcase.link.models.ex_to_cx import STREAM
from cxcase.link.models.goodness_of_fit import Range, range_of
from cxcase.link.models.time_order import Order, order_of
from cxcase.link.result import Effect, Link, Worth
from cxcase.link.units import unit_gates
from cxcase.link.units.slopes import without_noise
from cxcase.link.units.table import UnitRows, choose_unit_metric, read_units
from cxcase.link.units.unit_mediation import (
    OUTCOMES,
    PATHS,
    PathReadings,
    estimate_paths,
    same_units,
    slope_draws,
    through_score,
    worth_through_score,
)
from cxcase.link.units.unit_worth import UnitMoney, difference, each_unit, price_units, worth_of
from cxcase.link.worth.curve_type import Curve
from cxcase.link.worth.mediation import BOTH_CLEAR, NOT_BOTH_CLEAR
from cxcase.settings import Settings
from cxcase.stats.wild_bootstrap import wild_bootstrap

NRR = "share of starting revenue per point"
EFFECTS = (
    "ex_to_cx",
    "ex_to_cx_corrected",
    "cx_to_churn",
    "ex_to_churn_total",
    "ex_to_churn_through_cx",
    "cx_to_nrr",
)
READING_CODES = {
    "pooled": "units_pooled",
    "pooled_lagged": "units_pooled_lagged",
    "within": "units_within",
    "within_lagged": "units_within_lagged",
}
CONFIRMED = ("ex_to_cx", "cx_to_churn")


@dataclass(frozen=True, eq=False)
class _Worths:
    """The worth of a point by part, what it rests on, and money by unit.

    None where there is no money.
    """

    outcome: str | None
    money: UnitMoney | None
    worth: dict[str, Estimate]


def link_of_units(case: Case, settings: Settings, key: str, unit: str) -> Link:
    """Effects and worth from the case's `units`; nothing raises for weak data.

    n is units however many rows there are. A unit's mean is all that is known, so every slope is
    between units, or over time within them; nothing here says what a customer does. Figures the
    data cannot carry are refused with their reason.
    """
    metric, scale, found = choose_unit_metric(case, settings)
    rows, about = read_units(case, metric, settings)
    rows = same_units(rows)
    ex_scale = case.unit_scales.get("ex") or case.ex_scale
    reads = estimate_paths(rows, scale, ex_scale)
    worths = _worths(rows, scale, reads, unit, settings.seed)
    effects, chain = _estimates(reads, worths, settings.seed)
    diagnosis = _diagnosis(rows, scale, reads, worths, unit, settings.seed)
    a = reads.get("ex_to_cx")
    return Link(
        key=key,
        metric=metric,
        scale=scale,
        ex_scale=ex_scale,
        team_reliability=None if a is None or a.reading.at_least else a.reading.reliability,
        effects=tuple(_effects(effects, reads, chain, diagnosis)),
        worth=tuple(Worth(id, estimate) for id, estimate in worths.worth.items()),
        curve=_curve(metric, reads, worths, settings.seed),
        ex_to_cx_draws=_ex_to_cx_draws(a, settings.seed),
        responder_table=(),
        dose=(),
        ledger_shift=None,
        refused=worths.worth["one_point_of_cx"].reason,
        findings=(
            *found,
            *about,
            *unit_gates.about_units(rows, reads, worths.outcome, effects, chain, diagnosis),
        ),
        diagnosis=diagnosis,
    )


def _curve(
    metric: str | None, reads: dict[str, PathReadings], worths: _Worths, seed: int
) -> Curve | None:
    """The score's money curve; None where nothing is known of what units keep."""
    retention = worths.worth["one_point_of_cx_retention"]
    if metric is None or worths.money is None or retention.refused:
        return None
    return worths.money.curve(metric, reads["cx_to_churn"].reading, retention, seed)


def _ex_to_cx_draws(a: PathReadings | None, seed: int) -> Floats | None:
    """(n_draws,) CX points per EX point; None where the slope is refused."""
    if a is None or a.estimate.refused:
        return None
    return slope_draws(a.estimate, STREAM, seed)


def _worths(
    rows: UnitRows, scale: Scale | None, reads: dict[str, PathReadings], unit: str, seed: int
) -> _Worths:
    """Kept revenue where it is there (with churn its two parts), else churn, else sales."""
    ids = (
        "one_point_of_cx",
        "one_point_of_cx_retention",
        "one_point_of_cx_expansion",
        "one_point_of_ex_through_cx",
    )
    there = {o: reads[id] for o, id in OUTCOMES.items() if id in reads}
    usable = [o for o in ("kept", "churn", "sales") if o in there and not there[o].estimate.refused]
    if scale is None or not usable:
        why = next((read.estimate.reason for read in there.values() if read.estimate.reason), None)
        why = "units_no_cx" if scale is None else why or "units_no_outcome"
        return _Worths(None, None, {id: refuse(unit, why, teams=len(rows.names)) for id in ids})
    money = price_units(rows, scale)
    if not money.names:
        return _Worths(
            usable[0],
            None,
            {id: refuse(unit, "units_no_revenue", teams=len(rows.names)) for id in ids},
        )
    outcome = usable[0]
    n = there[usable[0]].estimate.n
    best = worth_of(money, outcome, there[outcome].reading, unit)
    why = "units_only_sales" if outcome == "sales" else "units_no_churn"
    retention = refuse(unit, why, n=n, teams=n)
    expansion = refuse(
        unit, "units_only_sales" if outcome == "sales" else "units_no_revenue_end", n=n, teams=n
    )
    if "churn" in usable:
        retention = worth_of(money, "churn", there["churn"].reading, unit)
    if {"kept", "churn"} <= set(usable):
        expansion = _expansion(money, there, unit)
    a = reads.get("ex_to_cx")
    through = worth_through_score(
        a.estimate if a else None, money, outcome, there[outcome].reading, best, seed
    )
    return _Worths(
        outcome, money, dict(zip(ids, (best, retention, expansion, through), strict=True))
    )


def _expansion(money: UnitMoney, there: dict[str, PathReadings], unit: str) -> Estimate:
    kept = there["kept"].reading
    churn = there["churn"].reading
    n = kept.estimate.n
    if kept.name != churn.name or kept.estimate.n != churn.estimate.n:
        return refuse(unit, "units_parts_differ", n=n, teams=n)
    return difference(money, kept, churn, unit)


def _estimates(
    reads: dict[str, PathReadings], worths: _Worths, seed: int
) -> tuple[dict[str, Estimate], tuple[str, ...]]:
    """(every effect by id, what may be said of the chain)."""
    out = {
        id: reads[id].estimate if id in reads else refuse(PATHS[id].unit, _absent(id, reads))
        for id in PATHS
    }
    a = reads.get("ex_to_cx")
    b = reads.get("cx_to_churn")
    points = PATHS["ex_to_cx"].unit
    if a:
        out["ex_to_cx_corrected"] = without_noise(a.reading, points).estimate
    else:
        out["ex_to_cx_corrected"] = refuse(points, _absent("ex_to_cx", reads))
    through = through_score(a.estimate if a else None, b.estimate if b else None, seed)
    out["ex_to_churn_through_cx"] = through
    out["cx_to_nrr"] = _share(worths)
    chain: tuple[str, ...] = ()
    if a and b and not through.refused:
        chain = (
            BOTH_CLEAR if a.estimate.excludes_zero and b.estimate.excludes_zero else NOT_BOTH_CLEAR,
        )
    for sales in ("cx_to_revenue", "ex_to_revenue_total"):
        if sales not in reads:
            del out[sales]
    del out["cx_to_kept"]  # its worth over revenue is cx_to_nrr
    return out, chain


def _absent(id: str, reads: dict[str, PathReadings]) -> str:
    if id.startswith("ex_") and not any(read.startswith("ex_") for read in reads):
        return "no_ex"
    if PATHS[id].y == "rate" and any(
        read in reads for read in ("cx_to_kept", "cx_to_revenue", "ex_to_revenue_total")
    ):
        return "units_no_churn"
    if "cx" in (PATHS[id].x, PATHS[id].y):
        return "units_no_cx"
    return "units_no_outcome"


def _share(worths: _Worths) -> Estimate:
    best = worths.worth["one_point_of_cx"]
    if worths.outcome == "sales":
        return refuse(NRR, "units_only_sales", n=best.n, teams=best.teams)
    if worths.outcome == "churn":
        return refuse(NRR, "units_no_revenue_end", n=best.n, teams=best.teams)
    if best.value is None or best.low is None or best.high is None or worths.money is None:
        return refuse(NRR, best.reason or "not_run", n=best.n, teams=best.teams)
    total = float(worths.money.revenue.sum())
    value, low, high = (figure / total for figure in (best.value, best.low, best.high))
    return Estimate(value, low, high, NRR, df=best.df, n=best.n, teams=best.teams)


def _effects(
    estimates: dict[str, Estimate],
    reads: dict[str, PathReadings],
    chain: tuple[str, ...],
    diagnosis: Diagnosis,
) -> Iterator[Effect]:
    methods = {id: READING_CODES[read.reading.name] for id, read in reads.items()}
    methods |= {
        "ex_to_cx_corrected": "reliability_jackknife",
        "ex_to_churn_through_cx": "product_monte_carlo",
        "cx_to_nrr": "units_worth_jackknife",
    }
    for id in (*EFFECTS, *(name for name in estimates if name not in EFFECTS)):
        checks = chain if id == "ex_to_churn_through_cx" else checks_of(id, diagnosis)
        estimate = estimates[id]
        method = methods.get(id, "units_pooled")
        yield Effect(id, estimate, method=method, checks=() if estimate.refused else checks)


def _diagnosis(
    rows: UnitRows,
    scale: Scale | None,
    reads: dict[str, PathReadings],
    worths: _Worths,
    unit: str,
    seed: int,
) -> Diagnosis:
    per_unit: tuple[UnitWorth, ...] = ()
    if worths.money is not None and worths.outcome is not None:
        per_unit = each_unit(
            worths.money, worths.outcome, reads[OUTCOMES[worths.outcome]].reading, unit
        )
    units = Units(
        units=len(rows.names),
        rows=len(rows.unit),
        periods=rows.periods,
        months=rows.months,
        outcome=worths.outcome,
        believed=tuple(read.believed for read in reads.values() if not read.estimate.refused),
        measured=tuple(_measured(reads)),
        worth=per_unit,
    )
    return Diagnosis(
        alternatives=(*_beside(reads), *_without_noise(reads, worths, unit, seed)),
        confirmations=tuple(_confirmations(reads, seed)),
        ranges=tuple(_ranges(reads)),
        order=_order(rows) if rows.ordered and rows.periods > 1 and scale is not None else None,
        units=units,
    )


def _measured(reads: dict[str, PathReadings]) -> Iterator[Measured]:
    for what, ids in (
        ("ex", ("ex_to_cx", "ex_to_churn_total", "ex_to_revenue_total")),
        ("cx", tuple(OUTCOMES.values())),
    ):
        read = next(
            (reads[id] for id in ids if id in reads and reads[id].reading.reliability is not None),
            None,
        )
        if read is not None and read.reading.reliability is not None:
            yield Measured(what, read.reading.reliability, read.reading.at_least)


def _beside(reads: dict[str, PathReadings]) -> Iterator[AlternativeEstimate]:
    """Every other reading of a path that gives a figure."""
    for id, read in reads.items():
        for name, reading in read.all.items():
            if name != read.reading.name and not reading.estimate.refused:
                yield AlternativeEstimate(READING_CODES[name], id, reading.estimate)


def _without_noise(
    reads: dict[str, PathReadings], worths: _Worths, unit: str, seed: int
) -> Iterator[AlternativeEstimate]:
    """What rests on the score, without the noise of its means.

    Slopes, the chain, and the worth of a point.
    """
    free = {id: without_noise(read.reading, read.path.unit) for id, read in reads.items()}
    for id, reading in free.items():
        if reads[id].path.x == "cx" and not reading.estimate.refused:
            yield AlternativeEstimate("units_corrected", id, reading.estimate)
    if "ex_to_cx" in free and "cx_to_churn" in free:
        through = through_score(free["ex_to_cx"].estimate, free["cx_to_churn"].estimate, seed)
        if not through.refused:
            yield AlternativeEstimate("units_corrected", "ex_to_churn_through_cx", through)
    if worths.money is not None and worths.outcome is not None:
        reading = free[OUTCOMES[worths.outcome]]
        if not reading.estimate.refused:
            worth = worth_of(worths.money, worths.outcome, reading, unit)
            yield AlternativeEstimate("units_corrected", "one_point_of_cx", worth)


def _confirmations(reads: dict[str, PathReadings], seed: int) -> Iterator[Confirmation]:
    for id in CONFIRMED:
        read = reads.get(id)
        if read is not None and read.estimate.value is not None and read.reading.sums is not None:
            wild = wild_bootstrap(read.reading.sums, 0, seed)
            yield confirm(id, read.estimate.value, wild, read.estimate)


def _ranges(reads: dict[str, PathReadings]) -> Iterator[Range]:
    for id, read in reads.items():
        if read.estimate.value is not None and read.reading.folds is not None:
            yield range_of(id, read.estimate.value, read.reading.folds)


def _order(rows: UnitRows) -> Order | None:
    """Which of engagement and score moves first, over the last two periods."""
    table = pd.DataFrame(
        {"unit": rows.unit, "period": rows.period, "e": rows.ex, "c": rows.cx, "n": rows.cx_n}
    )
    table["n"] = table["n"].fillna(1.0).clip(lower=1.0)
    each = [
        table[table["period"] == rows.periods - back]
        .set_index("unit")[["e", "c", "n"]]
        .add_suffix(str(3 - back))
        for back in (2, 1)
    ]
    both = pd.concat(each, axis=1, join="inner").dropna()
    if len(both):
        return order_of(both)
    return None
