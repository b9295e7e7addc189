"""The slides about the link: the chain from engagement to revenue, and at the end how each figure
came about.
"""

from __future__ import annotations

from cxcase.estimate import Estimate
from cxcase.export.deck.blocks import missing, say
from cxcase.export.deck.canvas import (
    BODY,
    BOTTOM,
    CX,
    EX,
    INK,
    MUTED,
    RX,
    STAKE,
    Box,
    Deck,
    Run,
    Slide,
)  # fmt: skip
from cxcase.export.deck.table import Cell, table
from cxcase.report import format as fmt
from cxcase.report import words
from cxcase.report.charts.link.chain import Step, steps_of
from cxcase.report.provenance import Traced, traced
from cxcase.report.result import Report

_HALF = (BODY.width - 0.5) / 2
_WIDE = 1.75  # inches of a box; the spaces between take the rest
_GAP = (BODY.width - 4 * _WIDE) / 3
# where the arrows lie
_UP = 2.3
_MID = 3.05
_DOWN = 3.8
_HEIGHT = {"ex_to_cx": _MID, "cx_to_churn": _UP, "kept": _UP, "growth": _DOWN, "gained": _DOWN}
# ends of the tall boxes; half the height of the others
_TALL = (1.85, 4.25)
_LOW = 0.4
_NOTES = 5.0  # where the words below the picture begin


def chain(deck: Deck, report: Report) -> None:
    """EX → CX → customers who stay and buy more → money, each step with its interval and n; the
    weakest named.
    """
    slide = deck.slide(
        report.answers["link"], say(report, "chain.subtitle"), say(report, "chain.notes")
    )
    metric = words.metric(report.link.metric if report.link else None)
    steps = {step.id: step for step in steps_of(report)}
    over = any(step.over for step in steps.values())
    _boxes(slide, report, metric, steps)
    drawn = ((0, "ex_to_cx"), (1, "cx_to_churn"), (1, "growth"), (2, "kept"), (2, "gained"))
    for place, id in [(step.place, step.id) for step in steps.values()] if over else drawn:
        _step(slide, report, steps.get(id), place, _HEIGHT.get(id, _MID), metric)
    _claims(slide, report, steps)


def _boxes(slide: Slide, report: Report, metric: str, steps: dict[str, Step]) -> None:
    """The chain's boxes, muted where no step with a figure leads into or out of them."""

    def hue(colour: str, *ids: str) -> str:
        if any((step := steps.get(id)) is not None and step.estimate for id in ids):
            return colour
        return MUTED

    over = any(step.over for step in steps.values())
    total = report.link.worth_of("one_point_of_cx") if report.link else None
    money = [say(report, "chain.money")]
    if total is not None and not total.refused:
        money += [say(report, "chain.total", e=total), say(report, "chain.total_range", e=total)]
    boxes = (
        (0, _TALL, hue(EX, "ex_to_cx"), [say(report, "chain.ex")]),
        (1, _TALL, CX, [fmt.capital(metric)]),
        (2, (_UP - _LOW, _UP + _LOW), hue(RX, "cx_to_churn", "kept"), [say(report, "chain.stay")]),
        (2, (_DOWN - _LOW, _DOWN + _LOW), hue(RX, "growth", "gained"), [say(report, "chain.grow")]),
        (3, _TALL, RX, money),
    )
    for place, (top, foot), colour, lines in (box for box in boxes if not (over and box[0] == 2)):
        left = BODY.left + place * (_WIDE + _GAP)
        slide.panel(Box(left, top, _WIDE, foot - top), colour)
        inner = Box(left + 0.1, top + 0.06, _WIDE - 0.2, foot - top - 0.12)
        text = [[Run(line, bold=k < 2, colour="FFFFFF")] for k, line in enumerate(lines)]
        slide.text(inner, text, (18, 16, 15, 14, 13, 12, 11), align="center", middle=True)


def _step(
    slide: Slide, report: Report, step: Step | None, place: int, height: float, metric: str
) -> None:
    """One arrow with its figure below it: estimate, interval, per what, n; or that there is none,
    and why.
    """
    left = BODY.left + _WIDE + place * (_WIDE + _GAP)
    gap = _WIDE + 2 * _GAP if step is not None and step.over else _GAP
    slide.arrow(left + 0.08, left + gap - 0.08, height)
    if step is not None and step.weakest:
        above = Box(left + 0.05, height - 0.32, gap - 0.1, 0.26)
        slide.text(
            above,
            [[Run(say(report, "chain.weakest"), bold=True, colour=STAKE)]],
            (12, 11),
            align="center",
        )
    box = Box(left + 0.05, height + 0.08, gap - 0.1, 1.1 if place == 0 else 0.95)
    if step is None or step.estimate is None:
        lines = [[Run(say(report, "chain.none"), bold=True, colour=MUTED)]]
        slide.text(box, lines, (13, 12, 11), align="center", gap=2)
        return
    hue = INK if step.clear else MUTED
    paths = [f"chart.chain.{step.id}{part}" for part in ("", "_range", "_per")]
    said = [
        words.say(path, report.currency, e=step.estimate, metric=metric)
        for path in paths
        if words.has(path)
    ]
    lines = [
        [Run(said[0], bold=True, colour=hue)],
        *([Run(line, colour=MUTED)] for line in said[1:]),
    ]
    if not step.clear:
        lines.append([Run(say(report, "chain.unclear"), colour=MUTED)])
    elif place < 2 and step.id != "growth":
        lines.append([Run(_basis(report, step.estimate), colour=MUTED)])
    slide.text(box, lines, (13, 12, 11, 10.5, 10), align="center", gap=1)


def _basis(report: Report, estimate: Estimate) -> str:
    parts = []
    if estimate.n:
        parts.append(
            say(report, "chain.units" if estimate.counts_units else "chain.n", n=estimate.n)
        )
    if estimate.teams and not estimate.counts_units:
        parts.append(say(report, "chain.teams", teams=estimate.teams))
    return " · ".join(parts)


def _claims(slide: Slide, report: Report, steps: dict[str, Step]) -> None:
    """How far the claims go, how each figure was made, what is missing, and the evidence behind the
    lifts.
    """
    claim = next(
        (e.claim for e in (report.link.effects if report.link else ()) if not e.estimate.refused),
        None,
    )
    left = [[Run(say(report, "chain.far"), bold=True)]]
    left.append([Run(words.say(f"claim.{claim}") if claim else say(report, "chain.no_claim"))])
    left.append([Run(say(report, f"chain.how_{_compared(report)}"))])
    gone = words.refused(report.link.effect("ex_to_cx").estimate if _no_ex(report) else None)  # type: ignore[union-attr]
    if _no_ex(report):
        left.append([Run(f"{say(report, 'chain.ex')}: {gone.text} {gone.unlock}", colour=MUTED)])
    slide.text(Box(BODY.left, _NOTES, _HALF, BOTTOM - _NOTES), left, (15, 14, 13, 12, 11), gap=5)
    grades: dict[str, int] = {}
    for item in report.chosen_steps or report.ordered_steps:
        grades[item.step.evidence_grade] = grades.get(item.step.evidence_grade, 0) + 1
    right = [[Run(say(report, "chain.lifts"), bold=True)]]
    right += [
        [Run(say(report, f"chain.grade_{grade}", n=grades[grade]))] for grade in sorted(grades)
    ]
    if not grades:
        right.append([Run(words.reason("no_recommendations").text, colour=MUTED)])
    box = Box(BODY.left + _HALF + 0.5, _NOTES, _HALF, BOTTOM - _NOTES)
    slide.text(box, right, (15, 14, 13, 12, 11), gap=5)


def _compared(report: Report) -> str:
    """What the slope of the score compares: customers within teams, customers, or units."""
    link = report.link
    if link is None:
        return "within"
    if link.diagnosis is not None and link.diagnosis.units is not None:
        return "units"
    effect = link.effect("cx_to_churn")
    if effect is not None and effect.method.startswith("logit_pooled"):
        return "pooled"
    return "within"


def _no_ex(report: Report) -> bool:
    effect = report.link.effect("ex_to_cx") if report.link else None
    return effect is not None and effect.estimate.refused


def figures(deck: Deck, report: Report) -> None:
    """Every figure of the link with its range, from how much, by which method and whose; beside it
    what was checked.
    """
    slide = deck.slide(
        say(report, "figures.title"), say(report, "figures.subtitle"), say(report, "figures.notes")
    )
    found = traced(report)
    if not found or all(figure.missing for figure in found):
        missing(slide, BODY, report.answers["link"], [])
        return
    checked = _checked(report)
    width = 8.6 if checked else BODY.width
    heads = list(words.section("export.deck.figures.heads").values())
    box = Box(BODY.left, BODY.top, width, BODY.height)
    table(slide, box, heads, [_row(figure) for figure in found], (2.6, 1.1, 1.3, 1.5, 2.9), right=(1, 2),
          sizes=(12, 11, 10.5, 10), alt=say(report, "figures.title"))  # fmt: skip
    if checked:
        beside = Box(BODY.left + width + 0.5, BODY.top, BODY.width - width - 0.5, BODY.height)
        lines = [
            [Run(say(report, "figures.checked"), bold=True)],
            *([Run(line)] for line in checked),
        ]
        slide.text(beside, lines, (14, 13, 12, 11, 10.5, 10), gap=7)


def _row(figure: Traced) -> list[Cell]:
    if figure.missing:
        return [figure.name, Run(fmt.NONE, colour=MUTED), "", Run(figure.basis, colour=MUTED),
                Run(figure.value, colour=MUTED)]  # fmt: skip
    return [figure.name, Run(figure.value, bold=True), figure.range, figure.basis, figure.brief]


def _checked(report: Report) -> list[str]:
    """What stands beside the printed slope, in sentences."""
    link = report.link
    diagnosis = link.diagnosis if link else None
    if link is None or diagnosis is None:
        return []
    lines = []
    if link.weakest:
        lines.append(
            say(report, f"figures.weakest_{link.weakest}", metric=words.metric(link.metric))
        )
    others = [
        b.estimate.value
        for b in diagnosis.beside
        if b.of == "cx_to_churn" and b.estimate.value is not None
    ]
    if others:
        lines.append(
            say(report, "figures.readings", n=len(others), low=min(others), high=max(others))
        )
    out = next((r for r in diagnosis.ranges if r.of == "cx_to_churn"), None)
    if out is not None:
        lines.append(say(report, "figures.left_out", low=out.low, high=out.high))
    wild = next((c for c in diagnosis.confirmations if c.of == "cx_to_churn"), None)
    if wild is not None:
        lines.append(words.check("wild_agrees" if wild.agrees else "wild_disagrees"))
    if diagnosis.silent_range is not None:
        tips = diagnosis.silent_range.tipping_point
        if tips is None:
            path = "firm"
        elif tips:
            path = "tips"
        else:
            path = "already"
        lines.append(say(report, f"figures.silent_{path}", delta=tips))
    if diagnosis.metrics is not None and diagnosis.metrics.differences:
        best, other, gap = diagnosis.metrics.differences[0]
        names = {"best": words.metric(best), "other": words.metric(other)}
        lines.append(say(report, "figures.choice", gap=gap, **names))
    return lines
