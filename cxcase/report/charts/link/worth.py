"""What a point is worth and how we got there: range bars, the chain, churn by score, who answered."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from cxcase.estimate import Estimate
from cxcase.link import Link
from cxcase.report import words
from cxcase.report.charts.drawing import rows
from cxcase.report.charts.drawing.style import MAX_ROWS, Theme, blank, described, palette, spoken
from cxcase.report.result import Report

_WORTH_COLOURS = {"one_point_of_ex_through_cx": "ex"}
_Dose = tuple[float, int, float, float, float, float]  # score, n, share lost, low, high, fitted
_FIRM_N = 30  # responses a score needs to stand in the title
_BALANCED = 0.1  # standardised difference that is still small (Austin 2009)


def population(estimate: Estimate | None) -> str:
    """ "n = 4,231 responses, 48 teams", as far as it is known; "n = 48 units" where units are what
    is counted.
    """
    if estimate is None or estimate.n is None:
        return ""
    if estimate.counts_units:
        return words.say("chart.common.population_units", n=estimate.n)
    path = "chart.common.population" if estimate.teams else "chart.common.population_n"
    return words.say(path, n=estimate.n, teams=estimate.teams)


def worth_range(report: Report, theme: Theme = "light") -> go.Figure | None:
    """Range bars of what one more point is worth a year; None when there is no figure."""
    link = report.link
    colours = palette(theme)
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
    units = "_units" if total.counts_units else ""
    subtitle = words.say(f"chart.worth_range.subtitle{units}", population=population(total))
    note = "" if all(i.clear for i in items) else words.say("chart.common.hollow")
    figure = blank(theme, title, subtitle, names=[i.name for i in items], note=note)
    rows.dots(figure, items, theme)
    rows.money_ticks(
        figure,
        report.currency,
        min(0.0, *(i.low for i in items)),
        max(0.0, *(i.high for i in items)),
    )
    return described(figure, title, [f"{i.name}: {i.label}" for i in items])


def dose_response(
    report: Report, theme: Theme = "light", segment: str | None = None
) -> go.Figure | None:
    """Share of customers lost by score, with intervals and the fitted curve, of all or of a
    segment; or None.
    """
    link = report.link
    dose = _dose_of(link, segment) if link else ()
    if link is None or link.scale is None or len(dose) < 2:
        return None
    metric = words.metric(link.metric)
    firm = [d for d in dose if d[1] >= _FIRM_N]
    first, last = (firm[0], firm[-1]) if len(firm) > 1 else (dose[0], dose[-1])
    ends = {"first": first[0], "first_churn": first[2], "last": last[0], "last_churn": last[2]}
    title = words.say("chart.dose_response.title", **ends)
    if segment is None:
        title = title
    else:
        title = words.say("chart.dose_response.in_segment", segment=segment, title=title)
    subtitle = words.say(
        "chart.dose_response.subtitle", metric=metric, low=link.scale.low, high=link.scale.high,
        n=sum(n for _, n, *_ in dose),
    )  # fmt: skip
    figure = blank(theme, title, subtitle, height=430)
    hovers = _draw_dose(figure, dose, theme)
    ticks = [words.say("chart.dose_response.tick", score=d[0], n=d[1]) for d in dose]
    x_title = words.say("chart.dose_response.x", metric=words.metric_title(link.metric))
    figure.update_xaxes(
        tickvals=[d[0] for d in dose], ticktext=ticks, showgrid=False, title={"text": x_title}
    )
    top = max(d[4] for d in dose)
    rows.percent_ticks(figure, 0.0, top)
    figure.update_yaxes(range=[0, 1.12 * top])
    return described(figure, title, [hovers[dose.index(end)] for end in (first, last)])


def _dose_of(link: Link, segment: str | None) -> Sequence[_Dose]:
    """The points of all customers, or of a segment; nothing for a segment that is not there."""
    if segment is None:
        return link.dose
    if link.diagnosis:
        return dict(link.diagnosis.dose_by_segment).get(segment, ())
    return ()


def responders(report: Report, theme: Theme = "light") -> go.Figure | None:
    """Those who answered against everyone, in standard deviations; None when nobody could be
    compared.
    """
    link = report.link
    colours = palette(theme)
    if link is None or not link.responder_table:
        return None
    table = sorted(link.responder_table, key=lambda row: -abs(row[3]))[:MAX_ROWS]
    table = [
        (words.variable(code), answered, everyone, apart)
        for code, answered, everyone, apart in table
    ]
    most = table[0]
    path = "title_different" if abs(most[3]) > _BALANCED else "title"
    title = words.say(f"chart.responders.{path}", name=most[0])
    subtitle = words.say(
        "chart.responders.subtitle", population=population(effect(report, "cx_to_churn"))
    )
    figure = blank(theme, title, subtitle.rstrip("; "), names=[row[0] for row in table])
    figure.add_vrect(
        x0=-_BALANCED,
        x1=_BALANCED,
        fillcolor=colours.grid,
        opacity=0.6,
        line_width=0,
        layer="below",
    )
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


def effect(report: Report, id: str) -> Estimate | None:
    """The estimate of the effect with this id, or None."""
    found = report.link.effect(id) if report.link else None
    if found:
        return found.estimate
    return None


def _draw_dose(
    figure: go.Figure, dose: Sequence[tuple[float, int, float, float, float, float]], theme: Theme
) -> list[str]:
    """Draws the fitted line, the dots with their intervals and their labels; gives back what each
    dot says.
    """
    colours = palette(theme)
    scores = [d[0] for d in dose]
    churn = [d[2] for d in dose]
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
