"""After a no: the smaller ask beside the one that was refused."""

from __future__ import annotations

import plotly.graph_objects as go

from cxcase.budget import Recut
from cxcase.report import words
from cxcase.report.charts.drawing import rows
from cxcase.report.charts.drawing.style import Theme, blank, described, palette
from cxcase.report.charts.plan.npv import money_row, npv_row
from cxcase.report.result import Report
from cxcase.roi import Npv


def recut(report: Report, theme: Theme = "light") -> go.Figure | None:
    """Spend and NPV of the refused ask and of the new one; None where nothing was refused."""
    found = report.plan_details.recut if report.plan_details else None
    if found is None:
        return None
    items = _rows(report, found, theme)
    title = _title(report, found)
    subtitle = words.say("chart.recut.subtitle", horizon=report.horizon)
    figure = blank(theme, title, subtitle, names=rows.names_of(items))
    rows.bars(figure, items, theme)
    rows.money_across(figure, report.currency, items)
    figure.add_hline(y=1.5, line={"color": palette(theme).grid, "width": 1})
    return described(figure, title, rows.facts_of(items))


def _title(report: Report, found: Recut) -> str:
    old = _mean(found.old.npv)
    new = _mean(found.new.npv)
    smaller = old is not None and new is not None and found.spend < 0
    path = "chart.recut.title" if smaller else "chart.recut.title_plain"
    return words.say(
        path, report.currency, less=-found.spend, spend=found.new.spend, old=old, new=new
    )


def _mean(npv: Npv | None) -> float | None:
    if npv is None:
        return None
    return npv.mean


def _rows(report: Report, found: Recut, theme: Theme) -> list[rows.Bar]:
    """Each ask's spend, and its NPV with the range."""
    items = []
    for plan, spend, npv in (
        (found.old, "chart.recut.old_spend", "chart.recut.old_npv"),
        (found.new, "chart.recut.new_spend", "chart.recut.new_npv"),
    ):
        items.append(money_row(report, words.say(spend), plan.spend, palette(theme).muted))
        ends = (plan.npv.mean, plan.npv.p10, plan.npv.p90) if plan.npv else (0.0, 0.0, 0.0)
        items.append(npv_row(report, words.say(npv), ends, palette(theme).rx))
    return items
