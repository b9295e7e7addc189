"""After a no: the smaller ask beside the one that was refused."""

from __future__ import annotations

import plotly.graph_objects as go

from cxcase.budget import Plan
from cxcase.report import words
from cxcase.report.charts.drawing import rows
from cxcase.report.charts.drawing.style import Theme, blank, described, palette
from cxcase.report.result import Report


def recut(report: Report, theme: Theme = "light") -> go.Figure | None:
    """Spend and NPV of the ask that was refused and of the new one; None where nothing was refused."""
    found = report.plan_details.recut if report.plan_details else None
    colours = palette(theme)
    if found is None:
        return None
    items = [*_bars(report, found.old, "old", theme), *_bars(report, found.new, "new", theme)]
    old, new = (plan.npv.mean if plan.npv else None for plan in (found.old, found.new))
    params = {"less": -found.spend, "spend": found.new.spend, "old": old, "new": new}
    path = "title" if old is not None and new is not None and found.spend < 0 else "title_plain"
    title = words.say(f"chart.recut.{path}", report.currency, **params)
    figure = blank(
        theme,
        title,
        words.say("chart.recut.subtitle", horizon=report.horizon),
        names=[i.name for i in items],
    )
    rows.bars(figure, items, theme)
    rows.money_ticks(
        figure,
        report.currency,
        min(0.0, *(i.low for i in items)),
        max(0.0, *(i.high for i in items)),
    )
    figure.add_hline(y=1.5, line={"color": colours.grid, "width": 1})
    return described(figure, title, [f"{i.name}: {i.label}" for i in items])


def _bars(report: Report, plan: Plan, which: str, theme: Theme) -> list[rows.Bar]:
    """A plan's spend, and its NPV with the range."""
    colours = palette(theme)
    bars = []
    mean, low, high = (plan.npv.mean, plan.npv.p10, plan.npv.p90) if plan.npv else (0.0, 0.0, 0.0)
    for part, ends, colour in (
        ("spend", (plan.spend,) * 3, colours.muted),
        ("npv", (mean, low, high), colours.rx),
    ):
        name = words.say(f"chart.recut.{which}_{part}")
        wide = ends[1] != ends[2]
        label = words.say("chart.doing_nothing.label_npv" if wide else "chart.waterfall.label", report.currency,
                          value=ends[0], band=ends[1:])  # fmt: skip
        hover = words.say("chart.doing_nothing.hover", report.currency, name=name, value=ends[0])
        clear = part == "spend" or low > 0 or high < 0
        bars.append(rows.Bar(name, *ends, label, hover, colour, clear))
    return bars
