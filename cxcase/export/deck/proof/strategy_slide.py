"""The slide of which of the company's own goals the steps to fund serve."""

from __future__ import annotations

from cxcase.export.deck.blocks import foot_note, say
from cxcase.export.deck.canvas import BODY, STAKE, Box, Deck, Run
from cxcase.export.deck.table import Cell, Columns, table
from cxcase.export.text import shorten
from cxcase.report import words
from cxcase.report.result import Report
from cxcase.report.strategy_fit import Served, served, serving_none, what_is_missing

_MOST = 6  # goals that fit
_SHARES = (5.0, 5.4, 1.8)
_SIZES = (14.0, 13.0, 12.0)


def strategy(deck: Deck, report: Report) -> None:
    """A line a goal with its steps, then those that serve none. None without a strategy."""
    chosen = report.chosen_steps
    if report.strategy is None or not chosen:
        return
    found = served(report, chosen=True)
    bare = serving_none(report, chosen=True)
    n = len(chosen) - len(bare)
    path = {0: "strategy.title_none", 1: "strategy.title_one"}.get(n, "strategy.title")
    title = say(report, path, n=n, of=len(chosen), goals=len(found))
    slide = deck.slide(title, say(report, "strategy.subtitle"), say(report, "strategy.notes"))
    lines = [_line(report, one) for one in found[:_MOST]]
    if bare:
        titles = "; ".join(shorten(step.title, 60) for step in bare[:_MOST])
        lines.append([Run(say(report, "strategy.none"), colour=STAKE), titles, "\u00a0"])
    heads = list(words.section("export.deck.strategy.heads").values())
    box = Box(BODY.left, BODY.top, BODY.width, BODY.height - 0.6)
    table(slide, box, Columns(heads, _SHARES), lines, sizes=_SIZES, alt=title)
    foot = [*what_is_missing(report), say(report, "strategy.foot")]
    if len(found) > _MOST:
        foot.insert(0, say(report, "strategy.more", n=len(found) - _MOST))
    foot_note(slide, " ".join(foot))


def _line(report: Report, one: Served) -> list[Cell]:
    """A goal, the steps that serve it, and who ties them."""
    who = "said" if all(one.given) else "suggested"
    return [
        Run(shorten(one.goal, 160), bold=True),
        "; ".join(shorten(step.title, 60) for step in one.steps),
        say(report, f"strategy.{who}"),
    ]
