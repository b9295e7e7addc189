"""What a point is worth and how we got there: range bars, the chain, churn by score, who answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from cxcase.estimate import Estimate
from cxcase.report import words
from cxcase.report.charts import rows
from cxcase.report.charts.style import MAX_ROWS, Theme, blank, described, palette, safe, spoken, wrapped
from cxcase.report.result import Report

_WORTH_COLOURS = {"one_point_of_ex_through_cx": "ex"}
_Dose = tuple[float, int, float, float, float, float]  # score, n, share lost, low, high, fitted
_FIRM_N = 30  # responses a score needs to stand in the title
_BALANCED = 0.1  # standardised difference that is still small (Austin 2009)


def population(estimate: Estimate | None) -> str:
    """ "n = 4,231 responses, 48 teams", as far as it is known."""
    if estimate is None or estimate.n is None:
        return ""
    path = "chart.common.population" if estimate.teams else "chart.common.population_n"
    return words.say(path, n=estimate.n, teams=estimate.teams)


def worth_range(report: Report, theme: Theme = "light") -> go.Figure | None:
    """Range bars of what one more point is worth a year; None when there is no figure."""
    link, colours = report.link, palette(theme)
    total = link.worth_of("one_point_of_cx") if link else None
    if link is None or total is None or total.refused:
        return None
    metric = words.metric(link.metric)
    items = []
    for worth in link.worth:
        e = worth.estimate
        if e.value is None or e.low is None or e.high is None:
            continue
        name = words.say(f"chart.worth_range.row.{worth.id}", metric=metric)
        colour = getattr(colours, _WORTH_COLOURS.get(worth.id, "rx"))
        label = words.say("chart.common.value_range", report.currency, e=e)
        hover = words.say("chart.worth_range.hover", report.currency, name=name, e=e)
        items.append(rows.Bar(name, e.value, e.low, e.high, label, hover, colour, e.excludes_zero))
    path = "title" if total.excludes_zero and (total.value or 0) > 0 else "unclear"
    path = "negative" if total.excludes_zero and (total.value or 0) < 0 else path
    title = words.say(f"chart.worth_range.{path}", report.currency, metric=metric, worth=total)
    subtitle = words.say("chart.worth_range.subtitle", population=population(total))
    note = "" if all(i.clear for i in items) else words.say("chart.common.hollow")
    figure = blank(theme, title, subtitle, names=[i.name for i in items], note=note)
    rows.dots(figure, items, theme)
    rows.money_ticks(figure, report.currency, min(0.0, *(i.low for i in items)), max(0.0, *(i.high for i in items)))
    return described(figure, title, [f"{i.name}: {i.label}" for i in items])


def chain(report: Report, theme: Theme = "light") -> go.Figure | None:
    """EX to CX to customers lost to revenue, each arrow with its estimate and range; None without a link."""
    link = report.link
    if link is None or link.metric is None:
        return None
    metric = words.metric(link.metric)
    arrows = [(id, _effect(report, id)) for id in ("ex_to_cx", "cx_to_churn")]
    arrows.append(("worth", link.worth_of("one_point_of_cx_retention") or link.worth_of("one_point_of_cx")))
    if all(e is None or e.refused for _, e in arrows):
        return None
    total = link.worth_of("one_point_of_cx")
    clear = all(e is not None and e.excludes_zero for _, e in arrows)
    path = "title" if clear else ("no_ex" if arrows[0][1] is None or arrows[0][1].refused else "unclear")
    if path == "no_ex" and (total is None or not total.excludes_zero):
        path = "unclear"
    title = words.say(f"chart.chain.{path}", report.currency, metric=metric, worth=total)
    subtitle = words.say("chart.chain.subtitle", population=population(arrows[1][1]))
    figure = blank(theme, title, subtitle, height=290, note="" if clear else words.say("chart.chain.note"))
    return described(figure, title, _draw_chain(figure, report, theme, arrows, metric))


def dose_response(report: Report, theme: Theme = "light") -> go.Figure | None:
    """Share of customers lost by score, with intervals and the fitted curve; None when there is none."""
    link = report.link
    if link is None or link.scale is None or len(link.dose) < 2:
        return None
    metric = words.metric(link.metric)
    firm = [d for d in link.dose if d[1] >= _FIRM_N]
    first, last = (firm[0], firm[-1]) if len(firm) > 1 else (link.dose[0], link.dose[-1])
    ends = {"first": first[0], "first_churn": first[2], "last": last[0], "last_churn": last[2]}
    title = words.say("chart.dose_response.title", **ends)
    subtitle = words.say(
        "chart.dose_response.subtitle", metric=metric, low=link.scale.low, high=link.scale.high,
        n=sum(n for _, n, *_ in link.dose),
    )  # fmt: skip
    figure = blank(theme, title, subtitle, height=430)
    hovers = _draw_dose(figure, link.dose, theme)
    ticks = [words.say("chart.dose_response.tick", score=d[0], n=d[1]) for d in link.dose]
    x_title = words.say("chart.dose_response.x", metric=words.metric_title(link.metric))
    figure.update_xaxes(tickvals=[d[0] for d in link.dose], ticktext=ticks, showgrid=False, title={"text": x_title})
    top = max(d[4] for d in link.dose)
    rows.percent_ticks(figure, 0.0, top)
    figure.update_yaxes(range=[0, 1.12 * top])
    return described(figure, title, [hovers[link.dose.index(end)] for end in (first, last)])


def responders(report: Report, theme: Theme = "light") -> go.Figure | None:
    """Those who answered against everyone, in standard deviations; None when nobody could be compared."""
    link, colours = report.link, palette(theme)
    if link is None or not link.responder_table:
        return None
    table = sorted(link.responder_table, key=lambda row: -abs(row[3]))[:MAX_ROWS]
    table = [(words.variable(code), answered, everyone, apart) for code, answered, everyone, apart in table]
    most = table[0]
    path = "title_different" if abs(most[3]) > _BALANCED else "title"
    title = words.say(f"chart.responders.{path}", name=most[0])
    subtitle = words.say("chart.responders.subtitle", population=population(_effect(report, "cx_to_churn")))
    figure = blank(theme, title, subtitle.rstrip("; "), names=[row[0] for row in table])
    figure.add_vrect(x0=-_BALANCED, x1=_BALANCED, fillcolor=colours.grid, opacity=0.6, line_width=0, layer="below")
    items = [
        rows.Bar(
            name, difference, difference, difference, words.say("chart.responders.label", value=difference),
            words.say("chart.responders.hover", name=name, first=answered, everyone=everyone, value=difference),
            colours.cx, abs(difference) > _BALANCED,
        )
        for name, answered, everyone, difference in table
    ]  # fmt: skip
    rows.dots(figure, items, theme)
    reach = max(0.25, 1.5 * max(abs(i.value) for i in items))
    figure.update_xaxes(range=[-reach, reach], nticks=7)
    return described(figure, title, [f"{i.name}: {i.label}" for i in items])


def _effect(report: Report, id: str) -> Estimate | None:
    effect = report.link.effect(id) if report.link else None
    return effect.estimate if effect else None


def _draw_dose(
    figure: go.Figure, dose: Sequence[tuple[float, int, float, float, float, float]], theme: Theme
) -> list[str]:
    """Draws the fitted line, the dots with their intervals and their labels; gives back what each dot says."""
    colours = palette(theme)
    scores, churn = [d[0] for d in dose], [d[2] for d in dose]
    hovers = [
        words.say("chart.dose_response.hover", n=n, score=s, churn=c, range=(low, high), fitted=fit)
        for s, n, c, low, high, fit in dose
    ]
    figure.add_scatter(
        x=scores, y=[d[5] for d in dose], mode="lines", hoverinfo="skip",
        line={"color": colours.muted, "width": 2, "shape": "spline"},
    )  # fmt: skip
    figure.add_scatter(
        x=scores, y=churn, mode="markers", hoverinfo="text", hovertext=[spoken(h) for h in hovers],
        marker={"size": 11, "color": colours.cx},
        error_y={"type": "data", "symmetric": False, "array": [d[4] - d[2] for d in dose],
                 "arrayminus": [d[2] - d[3] for d in dose], "color": colours.cx, "thickness": 2, "width": 0},
    )  # fmt: skip
    for score, _, share, _, high, _ in dose:
        text = words.say("chart.common.percent", share=share)
        figure.add_annotation(x=score, y=high, yshift=12, text=text, showarrow=False)
    return hovers


_BOX, _GAP = 0.72, 1.0  # widths of a box and of the arrow between two boxes


def _draw_chain(
    figure: go.Figure, report: Report, theme: Theme, arrows: list[tuple[str, Estimate | None]], metric: str
) -> list[str]:
    """Draws boxes and arrows; gives back what each arrow says."""
    colours = palette(theme)
    boxes = (("ex", colours.ex), ("cx", colours.cx), ("churn", colours.harm), ("rx", colours.rx))
    for k, (id, colour) in enumerate(boxes):
        left = k * (_BOX + _GAP)
        figure.add_shape(
            type="rect", x0=left, x1=left + _BOX, y0=0.55, y1=1.0, line={"color": colour, "width": 2},
            fillcolor=colours.ground,
        )  # fmt: skip
        name = words.say(f"chart.chain.{id}", metric=words.metric_title(report.link.metric if report.link else None))
        figure.add_annotation(
            x=left + _BOX / 2, y=0.775, showarrow=False, text=f"<b>{wrapped(name, 12)}</b>", font={"color": colour}
        )
    facts = []
    for k, (id, estimate) in enumerate(arrows):
        facts.append(_arrow(figure, report, colours, k * (_BOX + _GAP) + _BOX, id, estimate, metric))
    figure.update_xaxes(visible=False, range=[-0.02, 4 * _BOX + 3 * _GAP + 0.02], fixedrange=True)
    figure.update_yaxes(visible=False, range=[0, 1.05], fixedrange=True)
    figure.update_layout(margin={"l": 20, "b": 44})
    return facts


def _arrow(
    figure: go.Figure, report: Report, colours: Any, left: float, id: str, estimate: Estimate | None, metric: str
) -> str:
    clear = estimate is not None and estimate.excludes_zero
    colour = colours.ink if clear else colours.muted
    figure.add_shape(
        type="line", x0=left + 0.05, x1=left + _GAP - 0.07, y0=0.775, y1=0.775,
        line={"color": colour, "width": 2, "dash": "solid" if clear else "dot"},
    )  # fmt: skip
    figure.add_annotation(
        x=left + _GAP - 0.04,
        y=0.775,
        ax=-14,
        ay=0,
        text="",
        showarrow=True,
        arrowhead=2,
        arrowwidth=2,
        arrowcolor=colour,
    )
    if estimate is None or estimate.refused:
        lines = [words.say("chart.common.no_figure_label")]
    else:
        lines = [
            words.say(f"chart.chain.{id}{part}", report.currency, e=estimate, metric=metric)
            for part in ("", "_range", "_per")
        ]
    head, *rest = [wrapped(line, 20) for line in lines]
    text = f"<b>{head}</b>" + "".join(f"<br>{line}" for line in rest)
    figure.add_annotation(
        x=left + _GAP / 2, y=0.48, yanchor="top", showarrow=False, text=text, font={"size": 12, "color": colour}
    )
    return safe(", ".join(lines))
