"""A report in, a Plotly figure out, None where there is nothing to draw; nothing is computed here, nothing shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go

from cxcase.report.charts.chain import chain
from cxcase.report.charts.evidence import calibration, readings, which_score
from cxcase.report.charts.joins import joins, joins_answers
from cxcase.report.charts.link import dose_response, responders, worth_range
from cxcase.report.charts.moments import moments_map, moments_stake, waterfall
from cxcase.report.charts.moves import name_of, silent, what_if
from cxcase.report.charts.plan import doing_nothing, frontier, plan_cash, steps_npv
from cxcase.report.charts.style import Theme
from cxcase.report.result import Report

_CHARTS: dict[str, Callable[..., go.Figure | None]] = {
    "joins": joins,
    "joins_answers": joins_answers,
    "worth_range": worth_range,
    "chain": chain,
    "dose_response": dose_response,
    "responders": responders,
    "which_score": which_score,
    "readings": readings,
    "calibration": calibration,
    "what_if": what_if,
    "silent": silent,
    "moments_stake": moments_stake,
    "moments_map": moments_map,
    "waterfall": waterfall,
    "steps_npv": steps_npv,
    "plan_cash": plan_cash,
    "frontier": frontier,
    "doing_nothing": doing_nothing,
}
NAMES: tuple[str, ...] = tuple(_CHARTS)


def draw(name: str, report: Report, theme: Theme = "light", **chosen: Any) -> go.Figure | None:
    """The named chart of a report; None where the case has nothing for it. Raises KeyError for an unknown name.

    `chosen` is what a reader picked: `segment` for "dose_response", `outcomes` for "what_if".
    """
    return _CHARTS[name](report, theme, **chosen)


def alt(name: str, report: Report) -> str:
    """The named chart in words: its title and the numbers that matter; "" where there is nothing to draw."""
    figure = draw(name, report)
    return "" if figure is None else str(figure.layout.meta["alt"])


__all__ = [
    "NAMES",
    "Theme",
    "alt",
    "calibration",
    "chain",
    "doing_nothing",
    "dose_response",
    "draw",
    "frontier",
    "joins",
    "joins_answers",
    "moments_map",
    "moments_stake",
    "name_of",
    "plan_cash",
    "readings",
    "responders",
    "silent",
    "steps_npv",
    "waterfall",
    "what_if",
    "which_score",
    "worth_range",
]
