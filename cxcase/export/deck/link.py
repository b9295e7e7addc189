"""The slides about the link: the chain from engagement to revenue, and how figures came about."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cxcase.estimate import Estimate
from cxcase.export.deck.blocks import Paragraph, heading, line, missing, notes_of, quiet, say
from cxcase.export.deck.canvas import (
    BODY,
    BOTTOM,
    CX,
    EX,
    GROUND,
    INK,
    MUTED,
    RX,
    STAKE,
    Box,
    Deck,
    Run,
    Slide,
)
from cxcase.export.deck.look.kinds import TEXT
from cxcase.export.deck.table import Cell, Columns, table
from cxcase.report import charts, words
from cxcase.report import format as fmt
from cxcase.report.charts.link.chain import Step, steps_of, why_none
from cxcase.report.provenance import Traced, traced
from cxcase.report.result import Report
from cxcase.report.standing import why_none as why_no_steps

_CLAIMS = 0.6 * (BODY.width - 0.5)  # inches of what is said of the claims, and of the lifts
_LIFTS = BODY.width - 0.5 - _CLAIMS
_WIDE = 1.75  # inches of a box; the spaces between take the rest
_GAP = (BODY.width - 4 * _WIDE) / 3
# where the arrows lie
_UP = 2.3
_MID = 3.05
_DOWN = 3.8
_HEIGHT = {"ex_to_cx": _MID, "cx_to_churn": _UP, "kept": _UP, "growth": _DOWN, "gained": _DOWN}
# (place between the boxes, step) of a chain whose steps are measured apart
_APART = ((0, "ex_to_cx"), (1, "cx_to_churn"), (1, "growth"), (2, "kept"), (2, "gained"))
# ends of the tall boxes; half the height of the others
_TALL = (1.85, 4.25)
_LOW = 0.4
_FIGURES = 7  # rows of figures a slide holds at a size that can be read
_NOTES = 5.0  # where the words below the picture begin
_SIZES = (15.0, 14.0, 13.0, 12.0, 11.0)  # of those words


# ---- the chain -----------------------------------------------------------------------------------


def chain(deck: Deck, report: Report) -> None:
    """EX → CX → customers who stay and buy more → money, each step with its interval and n."""
    slide = deck.slide(
        report.answers["link"], say(report, "chain.subtitle"), notes_of(report, "chain")
    )
    metric = words.metric(report.link.metric if report.link else None)
    steps = {step.id: step for step in steps_of(report)}
    with slide.group(charts.alt("chain", report)):
        _draw_boxes(slide, report, metric, steps)
        for place, id in _arrows(steps):
            _draw_step(slide, report, steps.get(id), place, _HEIGHT.get(id, _MID), metric)
    _claims(slide, report)
    _evidence_of_lifts(slide, report)


def _is_whole(steps: Mapping[str, Step]) -> bool:
    """True where a step goes from the score to money over what lies between."""
    return any(step.over for step in steps.values())


def _arrows(steps: Mapping[str, Step]) -> tuple[tuple[int, str], ...]:
    """(place, step) of every arrow, also of those without a figure."""
    if _is_whole(steps):
        return tuple((step.place, step.id) for step in steps.values())
    return _APART


@dataclass(frozen=True)
class _ChainBox:
    """A box of the chain: its place from the left, its upper and lower end in inches."""

    place: int
    ends: tuple[float, float]
    colour: str
    lines: list[str]


def _draw_boxes(slide: Slide, report: Report, metric: str, steps: Mapping[str, Step]) -> None:
    """The chain's boxes; those in the middle only where steps end there."""
    for box in _boxes(report, metric, steps):
        if not (_is_whole(steps) and box.place == 2):
            _draw_box(slide, box)


def _boxes(report: Report, metric: str, steps: Mapping[str, Step]) -> tuple[_ChainBox, ...]:
    """The chain's boxes, muted where no step with a figure leads into or out of them."""

    def lit(colour: str, *ids: str) -> str:
        known = (steps[id] for id in ids if id in steps)
        return colour if any(step.estimate for step in known) else MUTED

    upper = (_UP - _LOW, _UP + _LOW)
    lower = (_DOWN - _LOW, _DOWN + _LOW)
    return (
        _ChainBox(0, _TALL, lit(EX, "ex_to_cx"), [say(report, "chain.ex")]),
        _ChainBox(1, _TALL, CX, [fmt.capital(metric)]),
        _ChainBox(2, upper, lit(RX, "cx_to_churn", "kept"), [say(report, "chain.stay")]),
        _ChainBox(2, lower, lit(RX, "growth", "gained"), [say(report, "chain.grow")]),
        _ChainBox(3, _TALL, RX, _money_lines(report)),
    )


def _money_lines(report: Report) -> list[str]:
    """What the last box says: the worth of a point in all, with its range."""
    total = report.link.worth_of("one_point_of_cx") if report.link else None
    name = say(report, "chain.money")
    if total is None or total.refused:
        return [name]
    return [name, say(report, "chain.total", e=total), say(report, "chain.total_range", e=total)]


def _draw_box(slide: Slide, box: _ChainBox) -> None:
    left = BODY.left + box.place * (_WIDE + _GAP)
    top, foot = box.ends
    slide.panel(Box(left, top, _WIDE, foot - top), box.colour)
    inner = Box(left + 0.1, top + 0.06, _WIDE - 0.2, foot - top - 0.12)
    text = [[Run(said, bold=k < 2, colour=GROUND)] for k, said in enumerate(box.lines)]
    slide.text(inner, text, (18, 16, 15, 14, 13, 12, 11), align="center", middle=True)


def _draw_step(
    slide: Slide, report: Report, step: Step | None, place: int, height: float, metric: str
) -> None:
    """One arrow with its figure below: estimate, interval, per what, n; or that there is none."""
    left = BODY.left + _WIDE + place * (_WIDE + _GAP)
    gap = _WIDE + 2 * _GAP if step is not None and step.over else _GAP
    slide.arrow(left + 0.08, left + gap - 0.08, height)
    if step is not None and step.weakest:
        above = Box(left + 0.05, height - 0.32, gap - 0.1, 0.26)
        weakest = [Run(say(report, "chain.weakest"), bold=True, colour=STAKE)]
        slide.text(above, [weakest], (12, 11), align="center")
    box = Box(left + 0.05, height + 0.08, gap - 0.1, 1.1 if place == 0 else 0.95)
    if step is None or step.estimate is None:
        why = why_none(report, step) if step is not None else ""
        none = [Run(why or say(report, "chain.none"), bold=True, colour=MUTED)]
        slide.text(box, [none], (13, 12, 11), align="center", gap=2)
        return
    figure = _figure_of_step(report, step, step.estimate, metric)
    slide.text(box, figure, (13, 12, 11, 10.5, 10), align="center", gap=1)


def _figure_of_step(report: Report, step: Step, estimate: Estimate, metric: str) -> list[Paragraph]:
    """A step's estimate, its interval and per what; then from how much, or that it is unclear."""
    paths = [f"chart.chain.{step.id}{part}" for part in ("", "_range", "_per")]
    value, *more = [
        words.say(path, report.currency, e=estimate, metric=metric)
        for path in paths
        if words.has(path)
    ]
    hue = INK if step.clear else MUTED
    paragraphs = [[Run(value, bold=True, colour=hue)], *(quiet(text) for text in more)]
    if not step.clear:
        paragraphs.append(quiet(say(report, "chain.unclear")))
    elif step.place < 2 and step.id != "growth":
        paragraphs.append(quiet(_basis(report, estimate)))
    return paragraphs


def _basis(report: Report, estimate: Estimate) -> str:
    """From how many customers and teams, or from how many units."""
    if estimate.counts_units:
        return say(report, "chain.units", n=estimate.n) if estimate.n else ""
    parts = []
    if estimate.n:
        parts.append(say(report, "chain.n", n=estimate.n))
    if estimate.teams:
        parts.append(say(report, "chain.teams", teams=estimate.teams))
    return " · ".join(parts)


def _claims(slide: Slide, report: Report) -> None:
    """How far the claims go, and how each figure was made."""
    paragraphs = [
        heading(say(report, "chain.far")),
        line(_claim(report)),
        *_explained(report),
        line(say(report, _how_compared(report))),
    ]
    box = Box(BODY.left, _NOTES, _CLAIMS, BOTTOM - _NOTES)
    slide.text(box, paragraphs, _SIZES, gap=5)


def _claim(report: Report) -> str:
    """What is claimed of the first effect that has a figure."""
    effects = report.link.effects if report.link else ()
    for effect in effects:
        if not effect.estimate.refused and effect.claim:
            return words.say(f"claim.{effect.claim}")
    return say(report, "chain.no_claim")


def _explained(report: Report) -> list[Paragraph]:
    """How much of leaving goes with the moments that were asked about, and how much does not."""
    joint = report.joint
    if joint is None or not joint.churned_revenue > 0 or joint.revenue_at_stake.refused:
        return []
    share = (joint.revenue_at_stake.value or 0.0) / joint.churned_revenue
    rest = joint.unexplained / joint.churned_revenue
    return [line(say(report, "chain.explained", share=share, rest=rest))]


def _how_compared(report: Report) -> str:
    """Which words say what the score's slope compares: customers within teams, customers, units."""
    link = report.link
    if link is None:
        return "chain.how_within"
    if link.diagnosis is not None and link.diagnosis.units is not None:
        return "chain.how_units"
    effect = link.effect("cx_to_churn")
    if effect is not None and effect.method.startswith("logit_pooled"):
        return "chain.how_pooled"
    return "chain.how_within"


def _evidence_of_lifts(slide: Slide, report: Report) -> None:
    """How many steps' lifts rest on evidence of each grade."""
    steps = report.chosen_steps or report.ordered_steps
    graded = [item.step.evidence_grade for item in steps]
    grades = Counter(grade for grade in graded if grade is not None)
    paragraphs = [heading(say(report, "chain.lifts"))]
    paragraphs += [
        line(say(report, f"chain.grade_{grade}", n=grades[grade])) for grade in sorted(grades)
    ]
    if not grades:
        paragraphs.append(
            quiet(words.reason(why_no_steps("recommendations", report) or "not_run").text)
        )
    box = Box(BODY.left + _CLAIMS + 0.5, _NOTES, _LIFTS, BOTTOM - _NOTES)
    slide.text(box, paragraphs, _SIZES, gap=5)


# ---- every figure --------------------------------------------------------------------------------


def figures(deck: Deck, report: Report) -> None:
    """Every figure of the link: range, from how much, by which method; a few to a slide."""
    found = traced(report)
    subtitle = say(report, "figures.subtitle")
    if not found or all(figure.missing for figure in found):
        slide = deck.slide(say(report, "figures.title"), subtitle, notes_of(report, "figures"))
        missing(slide, report.answers["link"])
        return
    heads = list(words.section("export.deck.figures.heads").values())
    columns = Columns(heads, (2.9, 1.1, 1.4, 1.9, 4.0), right=(1, 2))
    pages = math.ceil(len(found) / _FIGURES)
    each = math.ceil(len(found) / pages)
    for page in range(pages):
        which = say(report, "steps.part", k=page + 1, n=pages) if pages > 1 else ""
        title = f"{say(report, 'figures.title')}{which}"
        slide = deck.slide(title, subtitle, notes_of(report, "figures"))
        rows = [_row(figure) for figure in found[page * each : (page + 1) * each]]
        table(slide, BODY, columns, rows, sizes=(14, 13, 12), alt=title)


def checked(deck: Deck, report: Report) -> None:
    """What stands beside the printed slope, in sentences; no slide where nothing does."""
    said = list(_checked(report))
    if not said:
        return
    title = _checked_title(report, len(said))
    notes = notes_of(report, "checked")
    slide = deck.slide(title, say(report, "figures.checked"), notes)
    slide.fill(TEXT, BODY, [line(text) for text in said], (18, 16, 15, 14, 13, 12), gap=9)


def _checked_title(report: Report, n: int) -> str:
    """How far the slope goes in all readings; that there are some where none is of the slope."""
    slopes = _other_slopes(report)
    if len(slopes) > 1:
        return say(report, "figures.checked_title", low=min(slopes), high=max(slopes))
    return say(report, "figures.checked_title_one" if n == 1 else "figures.checked_title_some", n=n)


def _other_slopes(report: Report) -> list[float]:
    """Every slope of leaving that another reading of the data, or leaving out a team, comes to."""
    found = report.link.diagnosis if report.link else None
    if found is None:
        return []
    read = [item.estimate.value for item in found.alternatives if item.of == "cx_to_churn"]
    out = [end for one in found.ranges if one.of == "cx_to_churn" for end in (one.low, one.high)]
    return [slope for slope in (*read, *out) if slope is not None]


def _row(figure: Traced) -> list[Cell]:
    """A figure's cells: name, value, range, basis, method; where it is missing, why."""
    if figure.missing:
        basis = Run(figure.basis, colour=MUTED)
        why = Run(figure.value, colour=MUTED)
        return [figure.name, Run(fmt.NONE, colour=MUTED), "", basis, why]
    return [figure.name, Run(figure.value, bold=True), figure.range, figure.basis, figure.brief]


def _risk_adjusted(report: Report) -> Iterator[str]:
    """The one figure with risk taken off, where somebody asked for it; it has no range."""
    single = report.plan.single if report.plan else None
    if single is not None:
        cuts = {"cut": report.settings.benefit_cut, "rise": report.settings.cost_rise}
        yield say(report, "figures.adjusted", npv=single.npv, **cuts)


def _checked(report: Report) -> Iterator[str]:
    """What stands beside the printed slope, in sentences."""
    link = report.link
    if link is None or link.diagnosis is None:
        return
    diagnosis = link.diagnosis
    yield from _risk_adjusted(report)
    if link.weakest:
        metric = words.metric(link.metric)
        yield say(report, f"figures.weakest_{link.weakest}", metric=metric)
    slopes = [item.estimate.value for item in diagnosis.alternatives if item.of == "cx_to_churn"]
    others = [slope for slope in slopes if slope is not None]
    if others:
        yield say(report, "figures.readings", n=len(others), low=min(others), high=max(others))
    out = next((found for found in diagnosis.ranges if found.of == "cx_to_churn"), None)
    if out is not None:
        yield say(report, "figures.left_out", low=out.low, high=out.high)
    wild = next((found for found in diagnosis.confirmations if found.of == "cx_to_churn"), None)
    if wild is not None:
        yield words.check("wild_agrees" if wild.agrees else "wild_disagrees")
    if diagnosis.silent_range is not None:
        yield _silent_customers(report, diagnosis.silent_range.tipping_point)
    if diagnosis.metrics is not None and diagnosis.metrics.differences:
        best, other, gap = diagnosis.metrics.differences[0]
        names = {"best": words.metric(best), "other": words.metric(other)}
        yield say(report, "figures.choice", gap=gap, **names)


def _silent_customers(report: Report, tipping_point: float | None) -> str:
    """How many points lower silent customers would have to rate for the worth to reach zero."""
    if tipping_point is None:
        path = "figures.silent_firm"
    elif tipping_point:
        path = "figures.silent_tips"
    else:
        path = "figures.silent_already"
    return say(report, path, delta=tipping_point)
