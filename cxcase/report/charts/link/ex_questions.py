"""Which questions to employees go with the score: each a row with its range, never by team."""

from __future__ import annotations

import plotly.graph_objects as go

from cxcase.link import ExItems
from cxcase.report import words
from cxcase.report.charts.drawing import rows
from cxcase.report.charts.drawing.style import MAX_ROWS, Theme, blank, brief, described, palette
from cxcase.report.result import Report


def ex_questions(report: Report, theme: Theme = "light") -> go.Figure | None:
    """The strongest questions with their ranges, hollow where zero lies inside; None without
    questions.
    """
    link = report.link
    colours = palette(theme)
    found = link.diagnosis.items if link and link.diagnosis else None
    if link is None or found is None or not found.items:
        return None
    items = []
    for item in found.items[:MAX_ROWS]:
        e = item.estimate
        label = words.say("chart.ex_questions.label", e=e)
        ends = (e.value or 0.0, e.low or 0.0, e.high or 0.0)
        items.append(
            rows.Bar(item.item, *ends, label, f"{item.item}: {label}", colours.ex, e.excludes_zero)
        )
    metric = words.metric(link.metric)
    first = found.items[0].estimate
    title = _title(found, metric)
    subtitle = words.say("chart.ex_questions.subtitle", metric=metric, n=first.n, teams=found.teams)
    figure = blank(
        theme, title, subtitle, names=[item.name for item in items], note=_note(found, items)
    )
    rows.dots(figure, items, theme)
    ticks = rows.round_ticks(min(0.0, *(i.low for i in items)), max(0.0, *(i.high for i in items)))
    texts = [words.say("chart.ex_questions.tick", value=tick) for tick in ticks]
    figure.update_xaxes(tickvals=ticks, ticktext=texts)
    return described(figure, title, [f"{item.name}: {item.label}" for item in items])


def _title(found: ExItems, metric: str) -> str:
    leading = found.leading
    if not leading:
        path = "alike"
    elif len(leading) == 1:
        path = "one"
    else:
        path = "title"
    name = brief(leading[0].item) if leading else ""
    return words.say(
        f"chart.ex_questions.{path}",
        name=name,
        metric=metric,
        count=len(leading),
        questions=len(found.items),
    )


def _note(found: ExItems, items: list[rows.Bar]) -> str:
    parts = [] if all(item.clear for item in items) else [words.say("chart.common.hollow")]
    if len(found.items) > len(items):
        parts.append(words.say("chart.ex_questions.more", n=len(found.items) - len(items)))
    return " ".join(parts)
