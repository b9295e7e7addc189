"""What a step's lift rests on: claim and studies, as printed and as counted, to what is used."""

from __future__ import annotations

from collections.abc import Iterator

import plotly.graph_objects as go

from cxcase.recommend import Evidence, LiftEvidence, Step
from cxcase.report import words
from cxcase.report.charts.drawing import rows
from cxcase.report.charts.drawing.style import (
    MAX_ROWS,
    Palette,
    Theme,
    blank,
    brief,
    described,
    palette,
    spoken,
)
from cxcase.report.result import Report

_P90 = 1.2816  # standard errors from the middle to P90
_BELOW = 0.27  # of a row: the cross stands clear of the dot, of names above and of labels
Ends = tuple[float, float, float]


def step_evidence(report: Report, theme: Theme = "light", step: str = "") -> go.Figure | None:
    """The evidence on one step, or on the first that has some; None where no study is counted."""
    shown = _shown(report, step)
    if shown is None or shown.lift_evidence is None:
        return None
    found = shown.lift_evidence
    counted = [study for study in shown.evidence if study.discounted is not None and not study.why]
    counted = counted[: MAX_ROWS - 4]
    colours = palette(theme)
    bars = [*_bars(found, counted, colours), *_best_teams(shown, colours)]
    title = words.say("chart.step_evidence.title", claim=found.claim[1], used=found.used[1])
    if found.conflict:
        title = words.say("chart.step_evidence.apart", claim=found.claim[1], used=found.used[1])
    subtitle = words.say("chart.step_evidence.subtitle", step=shown.title)
    figure = blank(theme, title, subtitle, names=rows.names_of(bars))
    rows.dots(figure, bars, theme)
    _as_printed(figure, counted, colours)
    low, high = rows.reach_of(bars)
    printed = [study.effect or 0.0 for study in counted]
    ticks = rows.round_ticks(min(low, *printed), max(high, *printed))
    texts = [words.say("chart.step_evidence.tick", value=tick) for tick in ticks]
    figure.update_xaxes(tickvals=ticks, ticktext=texts)
    return described(figure, title, rows.facts_of(bars))


def _shown(report: Report, step: str) -> Step | None:
    """The step asked for, else the first with a study that is counted."""
    steps = report.steps.steps if report.steps else ()
    with_some = (one for one in steps if any(not study.why for study in one.evidence))
    return next((one for one in with_some if step in ("", one.id)), None)


def _bars(found: LiftEvidence, counted: list[Evidence], colours: Palette) -> Iterator[rows.Bar]:
    """The claim, each study as counted, what they come to together, what is used."""
    yield _bar(words.say("chart.step_evidence.claim"), found.claim, colours.muted)
    for study in counted:
        effect, error = study.discounted or 0.0, study.discounted_se or 0.0
        ends = (effect - _P90 * error, effect, effect + _P90 * error)
        yield _bar(brief(study.source), ends, colours.cx)
    if found.pooled is not None:
        pooled = found.pooled
        ends = (pooled.low, pooled.mean, pooled.high)
        yield _bar(words.say("chart.step_evidence.pooled"), ends, colours.cx)
    if found.used == found.claim:
        yield _bar(words.say("chart.step_evidence.weighed"), found.weighed, colours.cx)
    yield _bar(words.say("chart.step_evidence.used"), found.used, colours.rx)


def _best_teams(step: Step, colours: Palette) -> Iterator[rows.Bar]:
    """How far the company's own best quarter of teams is ahead, where that is known."""
    gap = step.best_quartile_gap
    if gap is not None:
        name = words.say("chart.step_evidence.best")
        label = words.say("chart.step_evidence.best_label", gap=gap)
        yield rows.Bar(name, gap, gap, gap, label, f"{name}: {label}", colours.muted, clear=True)


def _bar(name: str, ends: Ends, colour: str) -> rows.Bar:
    low, likely, high = ends
    label = words.say("chart.step_evidence.label", value=likely, low=low, high=high)
    clear = low > 0 or high < 0
    return rows.Bar(name, likely, low, high, label, f"{name}: {label}", colour, clear)


def _as_printed(figure: go.Figure, counted: list[Evidence], colours: Palette) -> None:
    """A cross where each study's effect stands as it was printed."""
    texts = [
        words.say("chart.step_evidence.printed", source=study.source, effect=study.effect)
        for study in counted
    ]
    figure.add_scatter(
        x=[study.effect for study in counted],
        y=[place + _BELOW for place in range(1, 1 + len(counted))],
        mode="markers",
        hoverinfo="text",
        hovertext=[spoken(text) for text in texts],
        marker={"symbol": "x", "size": 8, "color": colours.muted},
        showlegend=False,
    )
