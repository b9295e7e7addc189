"""What weakens a link from units, and what it cannot show: findings, never a changed number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cxcase import gates
from cxcase.checks import Finding
from cxcase.estimate import Estimate
from cxcase.link.checks.check_findings import about_order, about_wild
from cxcase.link.diagnosis import Diagnosis
from cxcase.link.models.ex_to_cx import POINTS
from cxcase.link.units.table import UnitRows
from cxcase.link.units.unit_mediation import OUTCOMES, PathReadings
from cxcase.link.worth.mediation import BOTH_CLEAR

ALMOST_ALL = 0.95  # reliability from which the noise of means no longer matters
POOLED_BECAUSE = {
    "few_units_within": "units_pooled_few_units_within",
    "no_change_over_time": "units_pooled_no_change_over_time",
}
BELIEVED = {
    "within": "units_within_believed",
    "within_lagged": "units_within_lagged_believed",
}
NOISE_UNKNOWN = {"ex": "units_ex_noise_unknown", "cx": "units_cx_noise_unknown"}
MEASURED_AT_LEAST = {"ex": "units_ex_measured_at_least", "cx": "units_cx_measured_at_least"}


def _finding(bad: bool, code: str, **params: object) -> Finding:
    return Finding("review" if bad else "ok", code, "link", params)


def about_units(
    rows: UnitRows,
    reads: Mapping[str, PathReadings],
    outcome: str | None,
    effects: Mapping[str, Estimate],
    chain: tuple[str, ...],
    diagnosis: Diagnosis,
) -> Iterator[Finding]:
    """One finding for everything that says something, the limits of units first."""
    units = len(rows.names)
    yield _finding(True, "units_cannot_show", units=units)
    if len(rows.unit) > units:
        yield _finding(False, "units_rows_are_not_units", rows=len(rows.unit), units=units)
    main = OUTCOMES.get(outcome or "")
    for id, read in reads.items():
        if id in (main, "ex_to_cx"):
            yield from _about_path(id, read, rows)
    if outcome == "sales":
        within = reads[OUTCOMES["sales"]].reading.name.startswith("within")
        yield _finding(not within, "units_sales_change" if within else "units_sales_level")
    slope = reads["cx_to_churn"].estimate if "cx_to_churn" in reads else None
    if slope is not None and slope.value is not None and slope.value > 0:
        yield _finding(True, "wrong_direction", lower=slope.excludes_zero)
    yield from _about_measure(reads, effects, diagnosis)
    for confirmation in diagnosis.confirmations:
        yield from about_wild(confirmation)
    yield from about_order(diagnosis.order, of_units=True)
    if chain:
        yield _finding(
            chain != (BOTH_CLEAR,), "chain_holds" if chain == (BOTH_CLEAR,) else "chain_unclear"
        )


def _about_path(id: str, read: PathReadings, rows: UnitRows) -> Iterator[Finding]:
    estimate = read.estimate
    reading = read.reading
    if estimate.value is None or estimate.n is None:
        return
    if estimate.n < len(rows.names):
        yield _finding(
            True,
            "units_left_out",
            path=id,
            count=len(rows.names) - estimate.n,
            total=len(rows.names),
        )
    if gates.directional(estimate.n):
        yield _finding(True, "units_directional", path=id, units=estimate.n)
    if estimate.df is not None and gates.few_effective_teams(estimate.df):
        yield _finding(True, "units_few_effective", path=id, df=estimate.df, units=estimate.n)
    if (
        reading.leverage is not None
        and gates.leverage_concentrated(reading.leverage)
        and reading.folds is not None
    ):
        low, high = (_spoken(read, end) for end in (reading.folds.min(), reading.folds.max()))
        yield _finding(True, "units_one_leads", path=id, low=low, high=high)
    if reading.left:
        yield _finding(
            True, "units_short_model", path=id, left=list(reading.left), units=estimate.n
        )
    if len(read.all) > 1:
        yield from _about_readings(id, read)


def _about_readings(id: str, read: PathReadings) -> Iterator[Finding]:
    """Pooled and within side by side: which is believed, and why."""
    believed = read.believed
    pooled = read.all["pooled"].estimate
    if believed.reading == "pooled":
        yield _finding(True, POOLED_BECAUSE[believed.why], path=id)
        return
    if pooled.value is None or read.estimate.value is None:
        return
    shown = _spoken(read, read.estimate.value)
    params = {"path": id, "pooled": _spoken(read, pooled.value), "believed": shown}
    code = "units_signs_differ" if believed.disagree else BELIEVED[believed.reading]
    yield _finding(believed.disagree, code, **params)
    same = read.all["within"].estimate if believed.reading == "within_lagged" else None
    if (
        same is not None
        and same.value is not None
        and same.excludes_zero
        and not _holds(read.estimate, same.value)
    ):
        yield _finding(
            True,
            "units_same_period_differs",
            path=id,
            same=_spoken(read, same.value),
            believed=shown,
        )
    reliability = read.reading.reliability
    if (
        not read.reading.at_least
        and reliability is not None
        and reliability < gates.MIN_RELIABILITY
    ):
        yield _finding(True, "units_within_noisy", path=id, reliability=reliability)


def _spoken(read: PathReadings, slope: float) -> float:
    """A slope as it is spoken of: points of the score, customers of 100, or per cent of revenue."""
    if read.estimate.unit == POINTS:
        return float(slope)
    return 100.0 * float(slope)


def _holds(estimate: Estimate, value: float) -> bool:
    return (
        estimate.low is not None
        and estimate.high is not None
        and estimate.low <= value <= estimate.high
    )


def _about_measure(
    reads: Mapping[str, PathReadings], effects: Mapping[str, Estimate], diagnosis: Diagnosis
) -> Iterator[Finding]:
    a = effects["ex_to_cx"]
    measured = diagnosis.units.measured if diagnosis.units else ()
    known = {m.what: m for m in measured}
    ex = known.get("ex")
    if ex is not None and not ex.at_least and ex.reliability < gates.MIN_RELIABILITY:
        yield _finding(True, "ex_reliability_low", reliability=ex.reliability)
    elif (
        ex is not None
        and not ex.at_least
        and a.value is not None
        and effects["ex_to_cx_corrected"].value is not None
    ):
        raw = a.value
        free = effects["ex_to_cx_corrected"].value
        yield _finding(False, "ex_reliability", reliability=ex.reliability, raw=raw, corrected=free)
    for what in ("ex", "cx"):
        if not any(read.path.x == what for read in reads.values()):
            continue
        item = known.get(what)
        if item is None or (item.at_least and item.reliability <= 0):
            yield _finding(True, NOISE_UNKNOWN[what])
        elif item.at_least:
            weak = item.reliability < ALMOST_ALL
            yield _finding(weak, MEASURED_AT_LEAST[what], reliability=item.reliability)
        elif what == "cx":
            yield _finding(
                item.reliability < gates.MIN_RELIABILITY,
                "units_cx_reliability",
                reliability=item.reliability,
            )
