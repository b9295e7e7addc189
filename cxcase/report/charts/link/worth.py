"""What a point is worth and what it rests on: range bars, churn by score, who answered."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from cxcase.estimate import Estimate
from cxcase.link import Link
from cxcase.report import words
from cxcase.report.charts.drawing import rows
from cxcase.report.charts.drawing.marks import whiskers
from cxcase.report.charts.drawing.style import MAX_ROWS, Theme, blank, described, palette, spoken
from cxcase.report.result import Report

_Dose = tuple[float, int, float, float, float, float]  # score, n, share lost, low, high, fitted
_FIRM_N = 30  # responses a score needs to stand in the title
_BALANCED = 0.1  # standardised difference that is still small (Austin 2009)
_LEAST_REACH = 0.25  # standard deviations shown on each side at least


def population(estimate: Estimate | None) -> str:
    """ "n = 4,231 responses, 48 teams", as far as it is known; "n = 48 units" where units are what
    is counted.
    """
    if estimate is None or estimate.n is None:
        return ""
    if estimate.counts_units:
        return words.say("chart.common.population_units", n=estimate.n)
    if estimate.teams:
        return words.say("chart.common.population", n=estimate.n, teams=estimate.teams)
    return words.say("chart.common.population_n", n=estimate.n)


def effect(report: Report, id: str) -> Estimate | None:
    """The estimate of the effect with this id, or None."""
    found = report.link.effect(id) if report.link else None
    if found:
        return found.estimate
    return None


def worth_range(report: Report, theme: Theme = "light") -> go.Figure | None:
    """Range bars of what one more point is worth a year; None when there is no figure."""
    link = report.link
    total = link.worth_of("one_point_of_cx") if link else None
    if link is None or total is None or total.refused:
        return None
    title = _worth_title(report, total)
    path = "chart.worth_range.subtitle"
    if total.counts_units:
        path = "chart.worth_range.subtitle_units"
    subtitle = words.say(path, population=population(total))
    items = _worth_rows(report, link, theme)
    note = "" if rows.all_clear(items) else words.say("chart.common.hollow")
    figure = blank(theme, title, subtitle, names=rows.names_of(items), note=note)
    rows.dots(figure, items, theme)
    rows.money_across(figure, report.currency, items)
    return described(figure, title, rows.facts_of(items))


def _worth_rows(report: Report, link: Link, theme: Theme) -> list[rows.Bar]:
    metric = words.metric(link.metric)
    colours = palette(theme)
    items = []
    for worth in link.worth:
        e = worth.estimate
        if e.value is None or e.low is None or e.high is None:
            continue
        if link.counts == "kept" and worth.id == "one_point_of_cx_retention":
            continue  # it is all there is, and said to be
        row = "kept_alone" if _kept_alone(link, worth.id) else worth.id
        name = words.say(f"chart.worth_range.row.{row}", metric=metric)
        label = words.say("chart.common.value_range", report.currency, e=e)
        hover = words.say("chart.worth_range.hover", report.currency, name=name, e=e)
        colour = colours.ex if worth.id == "one_point_of_ex_through_cx" else colours.rx
        items.append(rows.of_estimate(name, e, label, hover, colour))
    return items


def _kept_alone(link: Link, id: str) -> bool:
    """True for the worth of a point where that is revenue kept and nothing more."""
    return link.counts == "kept" and id == "one_point_of_cx"


def _worth_title(report: Report, total: Estimate) -> str:
    value = total.value or 0.0
    if not total.excludes_zero or not value:
        path = "chart.worth_range.unclear"
    elif value > 0:
        kept = report.link is not None and report.link.counts == "kept"
        path = "chart.worth_range.title_kept" if kept else "chart.worth_range.title"
    else:
        path = "chart.worth_range.negative"
    metric = words.metric(report.metric)
    return words.say(path, report.currency, metric=metric, worth=total)


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
    first, last = _firm_ends(dose)
    title = _dose_title(first, last, segment)
    subtitle = words.say(
        "chart.dose_response.subtitle",
        metric=words.metric(link.metric),
        low=link.scale.low,
        high=link.scale.high,
        n=sum(n for _, n, *_ in dose),
    )
    figure = blank(theme, title, subtitle, height=430)
    hovers = [_dose_hover(point) for point in dose]
    _draw_dose(figure, dose, hovers, theme)
    _dose_axes(figure, dose, words.metric_title(link.metric))
    return described(figure, title, [hovers[dose.index(end)] for end in (first, last)])


def _dose_of(link: Link, segment: str | None) -> Sequence[_Dose]:
    """The points of all customers, or of a segment; nothing for a segment that is not there."""
    if segment is None:
        return link.dose
    if link.diagnosis:
        return dict(link.diagnosis.dose_by_segment).get(segment, ())
    return ()


def _firm_ends(dose: Sequence[_Dose]) -> tuple[_Dose, _Dose]:
    """The lowest and the highest score with enough responses for a title; of all where few have."""
    firm = [point for point in dose if point[1] >= _FIRM_N]
    if len(firm) < 2:
        return dose[0], dose[-1]
    return firm[0], firm[-1]


def _dose_title(first: _Dose, last: _Dose, segment: str | None) -> str:
    title = words.say(
        "chart.dose_response.title",
        first=first[0],
        first_churn=first[2],
        last=last[0],
        last_churn=last[2],
    )
    if segment is None:
        return title
    return words.say("chart.dose_response.in_segment", segment=segment, title=title)


def _dose_hover(point: _Dose) -> str:
    score, n, churn, low, high, fitted = point
    return words.say(
        "chart.dose_response.hover",
        n=n,
        score=score,
        churn=churn,
        range=(low, high),
        fitted=fitted,
    )


def _draw_dose(
    figure: go.Figure, dose: Sequence[_Dose], hovers: Sequence[str], theme: Theme
) -> None:
    """Draws the fitted line, then the dots with their intervals and their labels."""
    colours = palette(theme)
    scores, _, churn, lows, highs, fitted = zip(*dose, strict=True)
    figure.add_scatter(
        x=scores,
        y=fitted,
        mode="lines",
        hoverinfo="skip",
        line={"color": colours.muted, "width": 2, "shape": "spline"},
    )
    figure.add_scatter(
        x=scores,
        y=churn,
        mode="markers",
        hoverinfo="text",
        hovertext=[spoken(hover) for hover in hovers],
        marker={"size": 11, "color": colours.cx},
        error_y=whiskers(churn, lows, highs, colours.cx),
    )
    for score, share, high in zip(scores, churn, highs, strict=True):
        text = words.say("chart.common.percent", share=share)
        figure.add_annotation(x=score, y=high, yshift=12, text=text, showarrow=False)


def _dose_axes(figure: go.Figure, dose: Sequence[_Dose], metric: str) -> None:
    figure.update_xaxes(
        tickvals=[score for score, *_ in dose],
        ticktext=[words.say("chart.dose_response.tick", score=s, n=n) for s, n, *_ in dose],
        showgrid=False,
        title={"text": words.say("chart.dose_response.x", metric=metric)},
    )
    top = max(high for *_, high, _ in dose)
    rows.percent_ticks(figure, 0.0, top)
    figure.update_yaxes(range=[0, 1.12 * top])


def responders(report: Report, theme: Theme = "light") -> go.Figure | None:
    """Those who answered against everyone, in standard deviations; None when nobody could be
    compared.
    """
    link = report.link
    if link is None or not link.responder_table:
        return None
    items = _responder_rows(link, palette(theme).cx)
    path = "chart.responders.title_different" if items[0].clear else "chart.responders.title"
    title = words.say(path, name=items[0].name)
    who = population(effect(report, "cx_to_churn"))
    subtitle = words.say("chart.responders.subtitle", population=who).rstrip("; ")
    figure = blank(theme, title, subtitle, names=rows.names_of(items))
    figure.add_vrect(
        x0=-_BALANCED,
        x1=_BALANCED,
        fillcolor=palette(theme).grid,
        opacity=0.6,
        line_width=0,
        layer="below",
    )
    rows.dots(figure, items, theme)
    reach = max(_LEAST_REACH, 1.5 * max(abs(item.value) for item in items))
    figure.update_xaxes(range=[-reach, reach], nticks=7)
    return described(figure, title, rows.facts_of(items))


def _responder_rows(link: Link, colour: str) -> list[rows.Bar]:
    """What differs most between those who answered and everyone, on top."""
    items = []
    for code, answered, everyone, apart in sorted(link.responder_table, key=lambda r: -abs(r[3])):
        name = words.variable(code)
        label = words.say("chart.responders.label", value=apart)
        hover = words.say(
            "chart.responders.hover", name=name, first=answered, everyone=everyone, value=apart
        )
        clear = abs(apart) > _BALANCED
        items.append(rows.Bar(name, apart, apart, apart, label, hover, colour, clear))
    return items[:MAX_ROWS]
