"""What a strategy says of customers and people, and which of its goals each step serves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cxcase.recommend import Step
from cxcase.report import words
from cxcase.report.result import Report
from cxcase.voice import Statement, Subject, Tie

_SUBJECTS: tuple[Subject, ...] = ("customers", "people")


@dataclass(frozen=True)
class Served:
    """A goal in the company's words, the steps that serve it, and whether somebody said so."""

    goal: str
    steps: tuple[Step, ...]
    given: tuple[bool, ...]


def firm(tie: Tie | None) -> bool:
    """True where somebody said so, or both use the same words: more than the same subject."""
    return tie is not None and tie.how != "subject"


def tie_of(report: Report, step: str) -> Tie | None:
    """The goal that a step serves; None where none was found."""
    if report.strategy is None:
        return None
    return report.strategy.ties.get(step)


def served(report: Report, *, chosen: bool = False) -> tuple[Served, ...]:
    """Goals with the steps that serve them, in the text's order, those outside it last. That both
    are about the same people alone is no tie.

    chosen: of the steps of the plan alone.
    """
    items = report.chosen_steps if chosen else report.ordered_steps
    found: dict[str, list[tuple[Step, Tie]]] = {}
    for item in items:
        tie = tie_of(report, item.step.id)
        if tie is not None and firm(tie):
            found.setdefault(_goal(report, tie), []).append((item.step, tie))
    order = [one.text for one in report.strategy.statements] if report.strategy else []
    goals = sorted(found, key=lambda goal: order.index(goal) if goal in order else len(order))
    return tuple(
        Served(
            goal,
            tuple(step for step, _ in found[goal]),
            tuple(tie.how == "given" for _, tie in found[goal]),
        )
        for goal in goals
    )


def serving_none(report: Report, *, chosen: bool = False) -> tuple[Step, ...]:
    """The steps that no goal was found for, but for one about the same people."""
    items = report.chosen_steps if chosen else report.ordered_steps
    return tuple(item.step for item in items if not firm(tie_of(report, item.step.id)))


def what_is_missing(report: Report) -> tuple[str, ...]:
    """Plain sentences of what the strategy does not speak of; nothing without a text."""
    if report.strategy is None or not report.strategy.statements:
        return ()
    return tuple(words.say(f"strategy.missing.{code}") for code in report.strategy.missing)


def speaking(report: Report) -> Iterator[tuple[Subject, tuple[Statement, ...]]]:
    """Each subject with the statements that speak of it."""
    statements = report.strategy.statements if report.strategy else ()
    for subject in _SUBJECTS:
        yield subject, tuple(one for one in statements if one.speaks_of(subject))


def own_words(one: Statement, subject: Subject) -> str:
    """The company's own words for a subject, as a statement has them."""
    said = [one.text[mark.start : mark.end] for mark in one.marks if mark.subject == subject]
    return ", ".join(dict.fromkeys(said))


def why_tied(tie: Tie) -> str:
    """Why a step is tied to its goal, in words."""
    if tie.how == "given" and tie.statement is None:
        return words.say("strategy.how.not_in_text")
    return words.say(f"strategy.how.{tie.how}", words=tie.shared)


def _goal(report: Report, tie: Tie) -> str:
    """The statement that a tie means, whole where it stands in the text."""
    if report.strategy is None or tie.statement is None:
        return tie.goal
    return report.strategy.statements[tie.statement].text
