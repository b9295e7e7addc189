"""The picture of a difference by cause: each bar begins where the one before ends."""

from __future__ import annotations

from fractions import Fraction

from cxcase.report.adding_up import added_up
from cxcase.report.charts.plan.npv_by_cause import CauseBar, NpvByCause, npv_by_cause

PARTS = (24_400.0, -5_400.0, 12_000.0)


def found() -> NpvByCause:
    after = 286_000.0 + sum(PARTS)
    parts = [Fraction(part) for part in PARTS]
    shown = added_up(Fraction(286_000), Fraction(after), parts, "GBP", 3)
    bars = [CauseBar(f"cause {k}", part, hollow=k == 1) for k, part in enumerate(PARTS)]
    return NpvByCause("Version 1", "Version 2", 286_000.0, bars, shown, "GBP")


def test_bars_lead_from_one_end_to_the_other() -> None:
    figure = npv_by_cause(found())
    level = 286_000.0
    for bar in (trace for trace in figure.data if trace.type == "bar"):
        assert bar.base[0] == level
        level += bar.x[0]
    lines = [trace for trace in figure.data if trace.type == "scatter"]
    dots = [trace.x[0] for trace in lines if trace.mode == "markers"]
    assert dots == [286_000.0, level]


def test_it_says_what_it_shows() -> None:
    figure = npv_by_cause(found(), "dark")
    said = figure.layout.meta["alt"].replace("\u00a0", " ")
    assert "from £286.0 k to £317.0 k: +£31.0 k" in said
    assert "cause 1: −£5.4 k" in said
    low, high = figure.layout.xaxis.range
    assert low < 286_000 < 317_000 < high
