"""A signature goes stale by what people and files change, and by nothing else."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import make_uploads
import pytest

from cxcase.agreement import Agreement, Ask, Signature, agreement_on, signed_as, with_agreement
from cxcase.case_document import CaseInputs, body_of, inputs_of
from cxcase.changes import deciding, moved, rests_on

DAY = dt.date(2026, 3, 2)


def signed(inputs: CaseInputs, kind: str, of: str) -> Agreement:
    parts = rests_on(kind, of, inputs)
    return Agreement(kind, of, "Ann", DAY, Signature("Bob", DAY, "0.4", parts))


ALL = (("setting", "margin"), ("lift", "S1"), ("cost", "S1"), ("worth", "Delivery"))


@pytest.mark.parametrize(("kind", "of"), ALL)
def test_it_stands_while_nothing_it_rests_on_changes(
    company: CaseInputs, kind: str, of: str
) -> None:
    line = signed(company, kind, of)
    other = replace(company.settings, budget=1.0, journey=("Invoice",), own_steps=("S1",))
    assert moved(line, replace(company, settings=other, company="Another")) == ()


@pytest.mark.parametrize(("kind", "of"), ALL)
def test_a_new_version_of_the_app_alone_changes_nothing(
    company: CaseInputs, kind: str, of: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = signed(company, kind, of)
    monkeypatch.setattr("cxcase.version.CODE", "other code")
    files = tuple(
        replace(file, parsed=replace(file.parsed, key=f"by other code {k}"))
        for k, file in enumerate(company.files)
    )
    assert moved(line, replace(company, files=files)) == ()


def test_its_value_its_file_and_what_it_rests_on_make_it_stale(company: CaseInputs, read) -> None:
    settings = company.settings
    customers, cx, steps = company.files
    later = make_uploads.files(ex=False, seed=9)
    of_april = replace(company, files=(read(customers.name, later["customers.csv"]), cx, steps))
    other_list = make_uploads.recommendations().assign(Title="Another")
    of_steps = (customers, cx, read(steps.name, make_uploads.as_csv(other_list)))
    cases = [
        ("setting", "margin", replace(company, settings=replace(settings, margin=0.5)), "margin"),
        (
            "setting",
            "margin",
            replace(company, settings=replace(settings, segment_margins={"Trade": 0.2})),
            "margin",
        ),
        ("worth", "Delivery", of_april, "file:customers.csv"),
        (
            "worth",
            "Delivery",
            replace(company, settings=replace(settings, start=DAY)),
            "start",
        ),
        ("lift", "S1", replace(company, files=of_steps), "file:recommendations.csv"),
        (
            "lift",
            "S1",
            replace(company, settings=replace(settings, step_answers={"S1:lift": 0.3})),
            "step_answers",
        ),
        ("cost", "S1", replace(company, settings=replace(settings, day_rate=400.0)), "day_rate"),
    ]
    for kind, of, now, part in cases:
        assert moved(signed(company, kind, of), now) == (part,), (kind, part)
    assert moved(signed(company, "lift", "S1"), of_april) == ()


def test_lines_are_kept_with_the_case_and_come_back(company: CaseInputs, tmp_path: Path) -> None:
    line = signed(company, "lift", "S1")
    ask = Ask(DAY, "3f2a91bc", 120_000.0, None, "no", "the money is not there", 80_000.0)
    kept = CaseInputs(agreed=(line,), asks=(ask,))
    back = inputs_of(json.loads(json.dumps(body_of(kept))), tmp_path, "")
    assert back.asks == (ask,)
    assert back.agreed[0].due == DAY
    assert moved(back.agreed[0], company) == ()


def test_a_line_that_says_nothing_is_none() -> None:
    agreed = with_agreement((), "setting", "margin", owner="Ann")
    assert agreement_on(agreed, "setting", "margin").owner == "Ann"
    assert with_agreement(agreed, "setting", "margin", owner="") == ()


def test_those_that_decide_are_counted() -> None:
    ends = [(-60.0, 300.0), (50.0, 150.0), (70.0, 120.0), (90.0, 105.0)]
    assert deciding(100.0, ends) == 1  # the others take 50, 30 and 10 at their poor ends: 90
    assert deciding(250.0, ends) == 3
    assert deciding(1000.0, [(990.0, 1010.0)]) == 0
    assert deciding(-1.0, ends) is None


def test_only_signatures_are_taken_over_from_another_register() -> None:
    fay = Signature("Fay", dt.date(2026, 11, 30), "40 %")
    mine = (
        Agreement("setting", "margin", owner="Ann"),
        Agreement("setting", "horizon", signed=fay),
    )
    theirs = (Agreement("setting", "margin", owner="Bob", signed=fay),)
    assert signed_as(mine, theirs) == (Agreement("setting", "margin", owner="Ann", signed=fay),)
