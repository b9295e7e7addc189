"""The slides of the moments: the map, leaving by score, and the segments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cxcase.export.deck.blocks import (
    PICTURE,
    Paragraph,
    bullets,
    foot_note,
    heading,
    line,
    money,
    notes_of,
    quiet,
    say,
    symbol,
)
from cxcase.export.deck.canvas import BODY, Box, Deck, Run
from cxcase.export.deck.native_lines import AxisNames, Bubble, Dot, bubbles, dots_and_line
from cxcase.export.deck.table import Cell, Columns, table
from cxcase.export.text import shorten
from cxcase.report import charts, words
from cxcase.report import format as fmt
from cxcase.report.result import Report

_MOST = 7  # bubbles whose names can be read, segments that fit the slide
_SIZES = (14.0, 13.0, 12.0)


def moments_map(deck: Deck, report: Report) -> None:
    """How each moment goes, what a point there is worth, what is at stake. None without figures."""
    shown = _priced(report)
    if len(shown) < 2 or len({(m.scale_low, m.scale_high) for m, _ in shown}) > 1:
        return
    title, alt = charts.told("moments_map", report)
    slide = deck.slide(title, say(report, "map.subtitle"), notes_of(report, "map"))
    items = [_bubble(moment, point) for moment, point in shown[:_MOST]]
    names = AxisNames(say(report, "map.x"), say(report, "map.y"))
    bubbles(slide, PICTURE, items, symbol(report), names, alt)
    said = [heading(say(report, "map.read")), line(say(report, "map.how"))]
    said += [_moment(report, moment, point) for moment, point in shown[:_MOST]]
    if any(not item.clear for item in items):
        said.append(quiet(words.say("chart.moments_map.hollow")))
    bullets(slide, said)


def _priced(report: Report) -> list[tuple[Any, Any]]:
    """Every moment that is rated and priced with what a point of it is worth, most money first."""
    curves = report.moments.curves if report.moments else {}
    found = [(m, curves[m.name].per_point) for m in report.ordered_moments if m.name in curves]
    return [(m, p) for m, p in found if m.performance.value is not None and not p.refused]


def _bubble(moment: Any, point: Any) -> Bubble:
    stake = max(moment.revenue_at_stake.value or 0.0, 0.0)
    rating = moment.performance.value or 0.0
    return Bubble(moment.name, rating, point.value or 0.0, stake, moment.status == "ok")


def _moment(report: Report, moment: Any, point: Any) -> Paragraph:
    """A moment in a line: its rating, and what a point there goes with."""
    performance = moment.performance
    facts = {"name": shorten(moment.name, 44), "performance": performance, "point": point}
    return line(say(report, "map.moment", **facts))


# ---- leaving by score ----------------------------------------------------------------------------


def dose(deck: Deck, report: Report) -> None:
    """Share of customers who left by score, with the fitted line. None where it is not known."""
    link = report.link
    title, alt = charts.told("dose_response", report)
    if link is None or not title:
        return
    metric = words.metric_title(link.metric)
    slide = deck.slide(title, say(report, "dose.subtitle"), notes_of(report, "dose"))
    dots = [Dot(score, seen, low, high, fit) for score, _, seen, low, high, fit in link.dose]
    names = AxisNames(
        metric, say(report, "dose.y"), say(report, "dose.seen"), say(report, "dose.fit")
    )
    dots_and_line(slide, PICTURE, dots, names, alt, "0%")
    bullets(slide, [heading(say(report, "dose.read")), *_about_the_line(report, link)])


def _about_the_line(report: Report, link: Any) -> list[Paragraph]:
    """What a point goes with, from how many answers, and what the line does not say."""
    said: list[Paragraph] = []
    effect = link.effect("cx_to_churn")
    if effect is not None and not effect.estimate.refused:
        facts = {"e": effect.estimate, "metric": words.metric(link.metric)}
        ends = (effect.estimate.low, effect.estimate.high)
        said.append(line(say(report, "dose.point", **facts, ends=ends)))
    answers = sum(n for _, n, *_ in link.dose)
    said.append(line(say(report, "dose.n", n=answers)))
    said.append(quiet(say(report, "dose.beware")))
    return said


# ---- segments ------------------------------------------------------------------------------------


def segments(deck: Deck, report: Report) -> None:
    """Where customers and revenue leave, segment by segment, and the moment that holds most there.

    None where the list knows of no segments.
    """
    base = report.case.base
    found = [one for one in base.segments if one.name] if base is not None else []
    if base is None or len(found) < 2:
        return
    worst = max(found, key=lambda one: one.churned_revenue / max(one.revenue_start, 1.0))
    share = worst.churned_revenue / worst.revenue_start if worst.revenue_start else None
    title = say(report, "segments.title", name=shorten(worst.name, 50), share=share)
    slide = deck.slide(title, say(report, "segments.subtitle"), notes_of(report, "segments"))
    heads = list(words.section("export.deck.segments.heads").values())
    rows = [_segment(report, one) for one in found[:_MOST]]
    box = Box(BODY.left, BODY.top, BODY.width, BODY.height - 0.55)
    shares = (2.6, 1.2, 1.4, 1.2, 1.4, 3.4)
    columns = Columns(heads, shares, right=(1, 2, 3, 4))
    table(slide, box, columns, rows, sizes=_SIZES, alt=title)
    foot_note(slide, say(report, "segments.foot"))


def _segment(report: Report, one: Any) -> list[Cell]:
    """A segment's customers, revenue, how much of each left, and its moment with most at stake."""
    lost = one.churned / one.customers if one.customers else None
    return [
        Run(shorten(one.name, 44), bold=True),
        fmt.integer(one.customers),
        money(report, one.revenue_start),
        fmt.percent(lost, 1),
        money(report, one.churned_revenue),
        _most_at_stake(report, one.name),
    ]


def _most_at_stake(report: Report, segment: str) -> str:
    """The moment that holds most revenue in a segment, with its range; a dash where unknown."""
    figures: Sequence[Any] = report.breakdowns.of("segment") if report.breakdowns else ()
    there = [f for f in figures if f.group == segment and f.stake.value is not None]
    most = max(there, key=lambda figure: figure.stake.value, default=None)
    if most is None:
        return fmt.NONE
    return say(report, "segments.most", name=shorten(most.moment, 44), stake=most.stake)
