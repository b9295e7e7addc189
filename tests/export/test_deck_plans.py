"""The deck of a plan that is not one sum's best: rules that clash, sums a period; no minus alone at
a line's end.
"""

from __future__ import annotations

import dataclasses
import io
import re
from typing import Any

import pytest
from make_report import make_report
from pptx import Presentation

from cxcase.budget import Conflict, FixedBudget, Period, PeriodBudget
from cxcase.checks import Finding
from cxcase.export import make_deck
from cxcase.report import Report, page_answers
from cxcase.roi import WhatWould


def slides(report: Report) -> list[str]:
    """All words of each slide."""
    deck: Any = Presentation(io.BytesIO(make_deck(report)))
    return ["\n".join(_texts(slide)) for slide in deck.slides]


def _texts(slide: Any) -> list[str]:
    cells = [c.text for s in slide.shapes if s.has_table for row in s.table.rows for c in row.cells]
    return [s.text_frame.text for s in slide.shapes if s.has_text_frame] + cells


def test_where_rules_clash_the_deck_says_which_and_what_would_do() -> None:
    report = make_report()
    assert report.plan is not None
    found = Finding("fail", "clash_early_win", "budget", {"days": 457.0})
    plan = dataclasses.replace(
        report.plan,
        chosen=(),
        start_month={},
        npv=None,
        npv_draws=None,
        frontier=(),
        findings=(found,),
        conflicts=(Conflict(("early_win",), 457.0),),
    )
    report = dataclasses.replace(
        report, plan=plan, findings=(*report.findings, found), plan_details=None, answers={}
    )
    report = dataclasses.replace(report, answers=page_answers.all_answers(report))
    assert "no step is funded" in report.answers["home"]
    assert "bring in your recommendations" not in report.answers["home"]
    said = next(
        text for text in slides(report) if "No plan keeps everything" in text and "457" in text
    )
    assert "no plan keeps all rules" not in said


def by_quarters(roll: bool) -> Report:
    report = make_report()
    assert report.plan is not None
    assert report.plan_details is not None
    choice = PeriodBudget((40e3, 60e3, 20e3), "quarter", 1, 7, roll)
    brought = (0.0, 15e3, 5e3) if roll else (0.0, 0.0, 0.0)
    spent = (25e3, 70e3 if roll else 60e3, 12e3)
    periods = tuple(
        Period(first, last, amount, out, carried, carried + amount - out)
        for (first, last), amount, out, carried in zip(
            choice.periods, choice.amounts, spent, brought, strict=True
        )
    )
    plan = dataclasses.replace(report.plan, choice=choice, spend_by_period=spent)
    settings = dataclasses.replace(report.settings, roll_over=roll)
    beside = dataclasses.replace(report.plan_details, periods=periods)
    return dataclasses.replace(report, plan=plan, plan_details=beside, settings=settings)


@pytest.mark.parametrize("roll", [True, False])
def test_sums_a_period_have_a_slide_with_what_is_carried_over(roll: bool) -> None:
    said = next(text for text in slides(by_quarters(roll)) if "Carried over into it" in text)
    title = said.splitlines()[0]
    assert ("£15 k is carried into a later quarter" if roll else "£23 k lapses") in title.replace(
        "\u00a0", " "
    )
    assert ("£70 k" in said.replace("\u00a0", " ")) == roll
    assert not any("Carried over into it" in text for text in slides(make_report()))


def test_no_line_of_a_slide_ends_between_a_minus_and_its_figure() -> None:
    seen = 0
    for text in slides(make_report()):
        for place, letter in enumerate(text):
            if letter == "−":
                assert text[place + 1] == "\u2060"
                seen += 1
    assert seen


def test_where_nothing_is_funded_the_deck_says_what_would_change_it() -> None:
    report = make_report()
    assert report.plan is not None
    changed = {"chosen": (), "start_month": {}, "npv": None, "npv_draws": None}
    plan = dataclasses.replace(report.plan, **changed, choice=FixedBudget(1.0))
    report = dataclasses.replace(report, plan=plan, plan_details=None)
    said = next(text for text in slides(report) if "Lift that would do" in text)
    assert "No step is funded out of £1" in said
    assert not any("Lift that would do" in text for text in slides(make_report()))


def test_what_would_do_is_the_figure_that_the_page_has() -> None:
    report = make_report()
    assert report.plan is not None
    assert report.returns is not None
    step = report.ordered_steps[0].step.id
    would = (WhatWould(step, 0.37, 8.7, None),)
    changed = {"chosen": (), "start_month": {}, "npv": None, "npv_draws": None}
    plan = dataclasses.replace(report.plan, **changed, choice=FixedBudget(1.0))
    returns = dataclasses.replace(report.returns, what_would=would)
    report = dataclasses.replace(report, plan=plan, plan_details=None, returns=returns)
    said = next(text for text in slides(report) if "Lift that would do" in text)
    assert "8.7" in said
    assert "37 %" in said.replace("\u00a0", " ")


def test_one_step_has_a_slide_of_its_own_and_words_in_the_singular() -> None:
    report = make_report()
    assert report.plan is not None
    first = report.chosen_steps[0].step.id
    plan = dataclasses.replace(report.plan, chosen=(first,), start_month={first: 1})
    alone = dataclasses.replace(report.returns.of(first), break_even_lift=0.2)
    steps = tuple(alone if s.step.id == first else s for s in report.ordered_steps)
    report = dataclasses.replace(report, plan=plan, ordered_steps=steps)
    said = slides(report)
    assert any("One step carries the ask" in text for text in said)
    assert not any(re.search(r"\b1 (steps|customers|of these)\b", text) for text in said)


def test_only_signed_benefits_are_hard_money() -> None:
    report = make_report()
    assert report.plan_details is not None
    found = report.plan_details.benefits
    assert found is not None
    assert found.total("hard") == 0.0
    one = next(line.id for line in found.lines if line.money == "unsigned")
    details = dataclasses.replace(report.plan_details, benefits=found.signed({one}))
    report = dataclasses.replace(report, plan_details=details)
    said = next(text for text in slides(report) if "is signed off" in text)
    assert "not yet signed" in said
    assert "hard" in said
