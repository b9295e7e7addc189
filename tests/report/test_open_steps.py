"""Steps that wait: what one would keep at a lift before it is a step, and how the console asks."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from make_report import make_case, make_report, make_steps

from cxcase.intake import Verdict
from cxcase.recommend import Candidate, StepQuestion, WaitingStep
from cxcase.report import console, gather
from cxcase.report.result import Results
from cxcase.report.step_money import kept_at, room_of
from cxcase.settings import Settings

REPORT = make_report()
MODEL = REPORT.returns.model
CURVE = next(name for name, curve in REPORT.moments.curves.items() if curve.headroom > 0.5)


@pytest.mark.parametrize("lift", [0.0, 0.2, 0.5])
def test_it_is_what_the_model_of_returns_says(lift: float) -> None:
    kept = kept_at(REPORT, "moment", [CURVE], lift)
    assert kept.value == pytest.approx(MODEL.kept_at(CURVE, lift))
    assert kept.low <= kept.value <= kept.high


def test_several_moments_add_up_and_none_goes_beyond_its_scale() -> None:
    names = list(REPORT.moments.curves)[:2]
    alone = [kept_at(REPORT, "moment", [name], 0.2).value for name in names]
    assert kept_at(REPORT, "moment", names, 0.2).value == pytest.approx(sum(alone))
    room = room_of(REPORT, "moment", [CURVE])
    at_the_end = kept_at(REPORT, "moment", [CURVE], room).value
    assert kept_at(REPORT, "moment", [CURVE], room + 5).value == pytest.approx(at_the_end)


def test_without_a_curve_there_is_no_money() -> None:
    assert kept_at(REPORT, "moment", ["Nobody rated this"], 0.3) is None
    assert kept_at(REPORT, None, (), 0.3) is None
    assert room_of(REPORT, "moment", ["Nobody rated this"]) is None


def test_engagement_counts_by_what_it_does_to_the_score() -> None:
    per_point = REPORT.link.effect("ex_to_cx").estimate.value
    through = kept_at(REPORT, "ex", (), 0.2).value
    assert through == pytest.approx(kept_at(REPORT, "ease", (), 0.2 * per_point).value)


def test_the_console_says_what_is_open_and_how_to_answer_it() -> None:
    near = (Candidate("Invoice", near=True),)
    asked = (
        StepQuestion("R15", "A chatbot", 17, "where", "step_moment_unknown", "Invoicing", near),
        StepQuestion("R15", "A chatbot", 17, "lift", "step_lift_in_words", "High"),
    )
    steps = replace(REPORT.steps, waiting=(WaitingStep("R15", "A chatbot", 17, asked),))
    where, lift = console.summary(replace(REPORT, steps=steps)).splitlines()[-2:]
    assert where.startswith("? “A chatbot” (row 17) acts on “Invoicing”")
    assert where.endswith('--step "R15:where=Invoice"')
    assert "“High”" in lift
    assert lift.endswith('--step "R15:lift=…"')


def test_the_verdict_counts_steps_and_no_rows() -> None:
    rows = Verdict("steps", "can", None, {"steps": 99})
    case = replace(make_case(), verdict=(rows,))
    steps = make_steps({})
    made_at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    for results, counted in ((Results(case), 99), (Results(case, steps=steps), len(steps.steps))):
        report = gather(results, Settings(), made_at=made_at, company="X")
        assert report.case.verdict[0].params == {"steps": counted}
