"""Teams as dots, engagement across and the score up: what the line from the one to the other rests
on.
"""

from __future__ import annotations

import math

import plotly.graph_objects as go

from cxcase.estimate import Estimate
from cxcase.report import words
from cxcase.report.charts.drawing import rows
from cxcase.report.charts.drawing.style import Theme, blank, described, palette, safe, spoken
from cxcase.report.charts.link.worth import effect
from cxcase.report.result import Report

# px across of the dot with fewest, and with most answers
_SMALL = 7
_LARGE = 26
_ROOM = 0.08  # share of the spread left free on each side


def ex_teams(report: Report, theme: Theme = "light") -> go.Figure | None:
    """Each team's mean engagement and mean score, with the line between them where there is one;
    None without teams.
    """
    link = report.link
    colours = palette(theme)
    teams = link.diagnosis.teams if link and link.diagnosis else ()
    if link is None or len(teams) < 2:
        return None
    metric = words.metric(link.metric)
    line = effect(report, "ex_to_cx")
    title = words.say(f"chart.ex_teams.{_verdict(line)}", metric=metric, teams=len(teams))
    subtitle = words.say(
        "chart.ex_teams.subtitle", metric=metric, n=sum(t.answers for t in teams), teams=len(teams)
    )
    figure = blank(theme, title, subtitle, height=430)
    most = max(t.answers for t in teams)
    hovers = [
        words.say(
            "chart.ex_teams.hover", team=t.team, ex=t.ex, score=t.score, n=t.answers, metric=metric
        )
        for t in teams
    ]
    figure.add_scatter(
        x=[t.ex for t in teams], y=[t.score for t in teams], mode="markers", hoverinfo="text",
        hovertext=[spoken(hover) for hover in hovers],
        marker={"size": [max(_SMALL, _LARGE * math.sqrt(t.answers / most)) for t in teams], "color": colours.ex,
                "opacity": 0.75, "line": {"color": colours.ground, "width": 1}},
    )  # fmt: skip
    (left, right), (low, high) = (
        _ends([getattr(t, name) for t in teams]) for name in ("ex", "score")
    )
    if line is not None and line.value is not None:
        _line(figure, report, line, (left, right), theme)
    figure.update_xaxes(
        range=[left, right], **_ticks(left, right), title={"text": words.say("chart.ex_teams.x")}
    )
    figure.update_yaxes(
        range=[low, high],
        **_ticks(low, high),
        title={"text": safe(words.say("chart.ex_teams.y", metric=metric))},
    )
    if line is None or line.value is None:
        said = [hovers[0], hovers[-1]]
    else:
        said = [words.say("chart.ex_teams.fact", e=line)]
    return described(figure, title, said)


def _verdict(line: Estimate | None) -> str:
    if line is None or line.value is None:
        return "no_line"
    if not line.excludes_zero:
        return "unclear"
    if line.value > 0:
        return "title"
    return "down"


def _line(
    figure: go.Figure, report: Report, line: Estimate, ends: tuple[float, float], theme: Theme
) -> None:
    """The slope through the middle of the answers, which the controls leave where it is; dotted
    where not clear.
    """
    teams = report.link.diagnosis.teams if report.link and report.link.diagnosis else ()
    total = sum(t.answers for t in teams)
    x, y = (sum(getattr(t, name) * t.answers for t in teams) / total for name in ("ex", "score"))
    figure.add_scatter(
        x=list(ends), y=[y + (line.value or 0.0) * (end - x) for end in ends], mode="lines", hoverinfo="skip",
        line={"color": palette(theme).ink, "width": 2, "dash": "solid" if line.excludes_zero else "dot"},
    )  # fmt: skip


def _ends(values: list[float]) -> tuple[float, float]:
    low = min(values)
    high = max(values)
    room = _ROOM * (high - low) or 0.5
    return low - room, high + room


def _ticks(low: float, high: float) -> dict[str, list[float] | list[str]]:
    ticks = rows.round_ticks(low, high)
    return {
        "tickvals": ticks,
        "ticktext": [words.say("chart.ex_teams.tick", value=tick) for tick in ticks],
    }
