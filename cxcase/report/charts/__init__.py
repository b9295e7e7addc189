"""A report in, a Plotly figure out, None where there is nothing to draw; nothing is computed here, nothing shown."""

from __future__ import annotations

from collections.abc import Callable

import plotly.graph_objects as go

from cxcase.report.charts.journey import in_order, moments_change, moments_groups, moments_journey
from cxcase.report.charts.link import chain, dose_response, responders, worth_range
from cxcase.report.charts.moment import moment_curve, moment_levels, moments_sides
from cxcase.report.charts.moments import moments_parts, moments_stake, waterfall
from cxcase.report.charts.moments_map import moments_map, moments_map_ranges
from cxcase.report.charts.plan import doing_nothing, frontier, plan_cash, steps_npv
from cxcase.report.charts.style import Theme
from cxcase.report.result import Report

_CHARTS: dict[str, Callable[[Report, Theme], go.Figure | None]] = {
    "worth_range": worth_range,
    "chain": chain,
    "dose_response": dose_response,
    "responders": responders,
    "moments_stake": moments_stake,
    "moments_map": moments_map,
    "moments_parts": moments_parts,
    "waterfall": waterfall,
    "moments_journey": moments_journey,
    "moments_sides": moments_sides,
    "moments_groups": moments_groups,
    "moments_change": moments_change,
    "steps_npv": steps_npv,
    "plan_cash": plan_cash,
    "frontier": frontier,
    "doing_nothing": doing_nothing,
}
# drawn when somebody asks: another way of looking, or one thing by its name after a colon
_ASKED: dict[str, Callable[[Report, Theme], go.Figure | None]] = {"moments_map_ranges": moments_map_ranges}
_ABOUT: dict[str, Callable[[Report, Theme, str], go.Figure | None]] = {
    "moment_levels": moment_levels,
    "moment_curve": moment_curve,
    "moments_groups": moments_groups,
}
NAMES: tuple[str, ...] = tuple(_CHARTS)


def draw(name: str, report: Report, theme: Theme = "light") -> go.Figure | None:
    """The named chart of a report; None where the case has nothing for it. Raises KeyError for an unknown name.

    "moment_curve:Invoice" is the chart `moment_curve` about the moment “Invoice”.
    """
    kind, colon, about = name.partition(":")
    if colon:
        return _ABOUT[kind](report, theme, about)
    return (_CHARTS | _ASKED)[name](report, theme)


def alt(name: str, report: Report) -> str:
    """The named chart in words: its title and the numbers that matter; "" where there is nothing to draw."""
    figure = draw(name, report)
    return "" if figure is None else str(figure.layout.meta["alt"])


__all__ = [
    "NAMES",
    "Theme",
    "alt",
    "chain",
    "doing_nothing",
    "dose_response",
    "draw",
    "frontier",
    "in_order",
    "moment_curve",
    "moment_levels",
    "moments_change",
    "moments_groups",
    "moments_journey",
    "moments_map",
    "moments_map_ranges",
    "moments_parts",
    "moments_sides",
    "moments_stake",
    "plan_cash",
    "responders",
    "steps_npv",
    "waterfall",
    "worth_range",
]
