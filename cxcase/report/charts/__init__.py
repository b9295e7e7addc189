"""A report in, a Plotly figure out, None where there is nothing to draw; nothing is computed here,
nothing shown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go

from cxcase.report.charts.drawing.style import Theme
from cxcase.report.charts.link.alternative_estimates import calibration, readings, which_score
from cxcase.report.charts.link.attrition import joins, joins_answers
from cxcase.report.charts.link.chain import chain
from cxcase.report.charts.link.ex_questions import ex_questions
from cxcase.report.charts.link.overlap import overlap
from cxcase.report.charts.link.teams import ex_teams
from cxcase.report.charts.link.what_if import name_of, silent, what_if
from cxcase.report.charts.link.worth import dose_response, responders, worth_range
from cxcase.report.charts.moments.chart_data import figures_of
from cxcase.report.charts.moments.groups import moments_groups
from cxcase.report.charts.moments.journey import in_order, moments_journey
from cxcase.report.charts.moments.map import moments_map
from cxcase.report.charts.moments.money_parts import moments_parts
from cxcase.report.charts.moments.one_moment import moment_curve, moment_levels
from cxcase.report.charts.moments.sides import moments_sides
from cxcase.report.charts.moments.stake import moments_stake
from cxcase.report.charts.moments.waterfall import waterfall
from cxcase.report.charts.moments.wave_change import moments_change
from cxcase.report.charts.plan.cash import cash_fan, plan_cash
from cxcase.report.charts.plan.frontier import frontier
from cxcase.report.charts.plan.npv import doing_nothing, steps_npv
from cxcase.report.charts.plan.npv_spread import npv_spread
from cxcase.report.charts.plan.periods import periods
from cxcase.report.charts.plan.roadmap import first_paid, roadmap, when
from cxcase.report.charts.plan.smaller_ask import recut
from cxcase.report.charts.plan.step_evidence import step_evidence
from cxcase.report.charts.plan.tornado import tornado
from cxcase.report.result import Report

_CHARTS: dict[str, Callable[..., go.Figure | None]] = {
    "joins": joins,
    "joins_answers": joins_answers,
    "worth_range": worth_range,
    "chain": chain,
    "dose_response": dose_response,
    "responders": responders,
    "overlap": overlap,
    "which_score": which_score,
    "ex_teams": ex_teams,
    "ex_questions": ex_questions,
    "readings": readings,
    "calibration": calibration,
    "what_if": what_if,
    "silent": silent,
    "moments_stake": moments_stake,
    "moments_map": moments_map,
    "moments_parts": moments_parts,
    "waterfall": waterfall,
    "moments_journey": moments_journey,
    "moments_sides": moments_sides,
    "moments_groups": moments_groups,
    "moments_change": moments_change,
    "moment_levels": moment_levels,
    "moment_curve": moment_curve,
    "steps_npv": steps_npv,
    "step_evidence": step_evidence,
    "roadmap": roadmap,
    "periods": periods,
    "cash_fan": cash_fan,
    "plan_cash": plan_cash,
    "npv_spread": npv_spread,
    "tornado": tornado,
    "frontier": frontier,
    "recut": recut,
    "doing_nothing": doing_nothing,
}
NAMES: tuple[str, ...] = tuple(_CHARTS)


def draw(name: str, report: Report, theme: Theme = "light", **chosen: Any) -> go.Figure | None:
    """The named chart of a report; None where the case has nothing for it. Raises KeyError for an
    unknown name.

    `chosen` is what a reader picked: `segment` for "dose_response", `outcomes` for "what_if",
    `moment` for "moment_levels" and "moment_curve", `dimension` and `figure` for "moments_groups",
    `ranges` for "moments_map", `wave` (its place) for "moments_change", `step`
    (its id) for "step_evidence".
    """
    return _CHARTS[name](report, theme, **chosen)


def alt(name: str, report: Report) -> str:
    """The named chart in words: its title and the numbers that matter; "" where there is nothing to
    draw.
    """
    figure = draw(name, report)
    if figure is None:
        return ""
    return str(figure.layout.meta["alt"])


def told(name: str, report: Report) -> tuple[str, str]:
    """(title, alt) of the named chart, drawn once for both; "" where there is nothing to draw."""
    figure = draw(name, report)
    if figure is None:
        return "", ""
    return str(figure.layout.meta["title"]), str(figure.layout.meta["alt"])


def title(name: str, report: Report) -> str:
    """The named chart's finding in a sentence; "" where there is nothing to draw."""
    figure = draw(name, report)
    if figure is None:
        return ""
    return str(figure.layout.meta["title"])


__all__ = [
    "NAMES",
    "Theme",
    "alt",
    "calibration",
    "cash_fan",
    "chain",
    "doing_nothing",
    "dose_response",
    "draw",
    "ex_questions",
    "ex_teams",
    "figures_of",
    "first_paid",
    "frontier",
    "in_order",
    "joins",
    "joins_answers",
    "moment_curve",
    "moment_levels",
    "moments_change",
    "moments_groups",
    "moments_journey",
    "moments_map",
    "moments_parts",
    "moments_sides",
    "moments_stake",
    "name_of",
    "npv_spread",
    "overlap",
    "periods",
    "plan_cash",
    "readings",
    "recut",
    "responders",
    "roadmap",
    "silent",
    "steps_npv",
    "title",
    "told",
    "tornado",
    "waterfall",
    "what_if",
    "when",
    "which_score",
    "worth_range",
]
