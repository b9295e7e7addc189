"""Which questions to employees go with the score: each a row with its range, never by team."""

from __future__ import annotations

from collections.abc import Sequence

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
    found = report.diagnosis.items
    if link is None or found is None or not found.items:
        return None
    metric = words.metric(link.metric)
    title = _title(found, metric)
    answers = found.items[0].estimate.n
    subtitle = words.say("chart.ex_questions.subtitle", metric=metric, n=answers, teams=found.teams)
    items = _question_rows(found, palette(theme).ex)
    note = _note(found, items)
    figure = blank(theme, title, subtitle, names=rows.names_of(items), note=note)
    rows.dots(figure, items, theme)
    ticks = rows.round_ticks(*rows.reach_of(items))
    texts = [words.say("chart.ex_questions.tick", value=tick) for tick in ticks]
    figure.update_xaxes(tickvals=ticks, ticktext=texts)
    return described(figure, title, rows.facts_of(items))


def _question_rows(found: ExItems, colour: str) -> list[rows.Bar]:
    items = []
    for item in found.items[:MAX_ROWS]:
        label = words.say("chart.ex_questions.label", e=item.estimate)
        hover = f"{item.item}: {label}"
        items.append(rows.of_estimate(item.item, item.estimate, label, hover, colour))
    return items


def _title(found: ExItems, metric: str) -> str:
    leading = found.leading
    if not leading:
        path = "chart.ex_questions.alike"
    elif len(leading) == 1:
        path = "chart.ex_questions.one"
    else:
        path = "chart.ex_questions.title"
    return words.say(
        path,
        name=brief(leading[0].item) if leading else "",
        metric=metric,
        count=len(leading),
        questions=len(found.items),
    )


def _note(found: ExItems, items: Sequence[rows.Bar]) -> str:
    parts = []
    if not rows.all_clear(items):
        parts.append(words.say("chart.common.hollow"))
    if len(found.items) > len(items):
        parts.append(words.say("chart.ex_questions.more", n=len(found.items) - len(items)))
    return " ".join(parts)
