"""Teams as dots, engagement across and the score up: what the line from the one to the other rests
on.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import plotly.graph_objects as go

from cxcase.estimate import Estimate
from cxcase.link import TeamDot
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
    teams = report.diagnosis.teams
    if link is None or len(teams) < 2:
        return None
    metric = words.metric(link.metric)
    line = effect(report, "ex_to_cx")
    title = _title(line, metric, len(teams))
    answers = sum(team.answers for team in teams)
    subtitle = words.say("chart.ex_teams.subtitle", metric=metric, n=answers, teams=len(teams))
    figure = blank(theme, title, subtitle, height=430)
    hovers = [_hover(team, metric) for team in teams]
    _dots(figure, teams, hovers, theme)
    across = _ends([team.ex for team in teams])
    facts = [hovers[0], hovers[-1]]
    if line is not None and line.value is not None:
        _line(figure, teams, line, across, theme)
        facts = [words.say("chart.ex_teams.fact", e=line)]
    figure.update_xaxes(**_axis(across, words.say("chart.ex_teams.x")))
    up = _ends([team.score for team in teams])
    figure.update_yaxes(**_axis(up, safe(words.say("chart.ex_teams.y", metric=metric))))
    return described(figure, title, facts)


def _title(line: Estimate | None, metric: str, teams: int) -> str:
    if line is None or line.value is None:
        path = "chart.ex_teams.no_line"
    elif not line.excludes_zero:
        path = "chart.ex_teams.unclear"
    elif line.value > 0:
        path = "chart.ex_teams.title"
    else:
        path = "chart.ex_teams.down"
    return words.say(path, metric=metric, teams=teams)


def _hover(team: TeamDot, metric: str) -> str:
    return words.say(
        "chart.ex_teams.hover",
        team=team.team,
        ex=team.ex,
        score=team.score,
        n=team.answers,
        metric=metric,
    )


def _dots(figure: go.Figure, teams: Sequence[TeamDot], hovers: Sequence[str], theme: Theme) -> None:
    """A dot a team, its area the number of answers."""
    colours = palette(theme)
    most = max(team.answers for team in teams)
    figure.add_scatter(
        x=[team.ex for team in teams],
        y=[team.score for team in teams],
        mode="markers",
        hoverinfo="text",
        hovertext=[spoken(hover) for hover in hovers],
        marker={
            "size": [max(_SMALL, _LARGE * math.sqrt(team.answers / most)) for team in teams],
            "color": colours.ex,
            "opacity": 0.75,
            "line": {"color": colours.ground, "width": 1},
        },
    )


def _line(
    figure: go.Figure,
    teams: Sequence[TeamDot],
    line: Estimate,
    ends: tuple[float, float],
    theme: Theme,
) -> None:
    """The slope through the middle of the answers, which the controls leave where it is; dotted
    where not clear.
    """
    answers = sum(team.answers for team in teams)
    ex = sum(team.ex * team.answers for team in teams) / answers
    score = sum(team.score * team.answers for team in teams) / answers
    dash = "solid" if line.excludes_zero else "dot"
    figure.add_scatter(
        x=list(ends),
        y=[score + (line.value or 0.0) * (end - ex) for end in ends],
        mode="lines",
        hoverinfo="skip",
        line={"color": palette(theme).ink, "width": 2, "dash": dash},
    )


def _ends(values: list[float]) -> tuple[float, float]:
    """What an axis shows: the values with room on both sides."""
    low = min(values)
    high = max(values)
    room = _ROOM * (high - low) or 0.5
    return low - room, high + room


def _axis(ends: tuple[float, float], title: str) -> dict[str, object]:
    ticks = rows.round_ticks(*ends)
    return {
        "range": list(ends),
        "tickvals": ticks,
        "ticktext": [words.say("chart.ex_teams.tick", value=tick) for tick in ticks],
        "title": {"text": title},
    }
