"""What is typed into the table of steps: it counts as a sheet's cell does, or its cell says why
not; and nothing that was typed is lost.
"""

from __future__ import annotations

import dataclasses
import io
import json
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import openpyxl
import pytest
from make_files import parsed
from test_recommend import PLAIN, a_case

from cxcase.case_document import CaseInputs, body_of, inputs_of
from cxcase.export import make_steps_list
from cxcase.intake import Case, Scale, read_evidence_cells, read_step_cells
from cxcase.intake.case.store import sheet_table
from cxcase.link import Link
from cxcase.moments import Moments
from cxcase.recommend import Steps, plan_steps
from cxcase.report import Report, words
from cxcase.settings import Settings
from cxcase.settings.evidence_cells import with_evidence
from cxcase.settings.step_edits import (
    STEP_CELLS,
    as_listed,
    cells_by_step,
    free_id,
    with_added,
    with_cells,
    with_step_back,
    without_step,
)

LISTED = [
    {**PLAIN, "lift_low": 0.2, "lift_high": 0.6, "owner": "Ann"},
    {**PLAIN, "id": "R2", "title": "Second", "moment": "Delivery on time", "needs": "R1"},
    {**PLAIN, "id": "R3", "title": "Third", "needs": "R2", "yearly_cost": 50.0},
]


def stepped(case: Case, settings: Settings) -> Steps:
    """The steps of a case with what the settings say was typed."""
    scales = Scale(1, 7), Scale(1, 5)
    link = Link("link", "ease", *scales, None, (), (), None, None, None, (), (), None, None, ())
    moments = Moments("moments", "index", (), None, {}, None, 1.0, None, ())
    cells = cells_by_step(settings.step_cells)
    typed = {step: read_step_cells(of_step, "GBP") for step, of_step in cells.items()}
    rows = cells_by_step(settings.evidence_cells)
    said = {row: read_evidence_cells(tuple(of_row.items())) for row, of_row in rows.items()}
    return plan_steps(case, link, moments, settings, typed, said)


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return a_case(tmp_path, cast("list[dict[str, Any]]", LISTED))


def typing(step: str, cells: Mapping[str, str | None], why: str | None = None) -> Settings:
    return with_cells(Settings(), step, cells, why)


def test_a_changed_cell_counts_and_what_the_list_says_stays_beside_it(case: Case) -> None:
    steps = stepped(case, typing("R1", {"lift_likely": "0,3"}, "as the pilot had it"))
    assert steps["R1"].lift_likely == 0.3
    assert (steps["R1"].lift_low, steps["R1"].lift_high) == (0.2, 0.6)
    (edit,) = steps.edits
    assert (edit.listed, edit.typed, edit.why, edit.fault) == (
        "0.4",
        "0,3",
        "as the pilot had it",
        None,
    )


@pytest.mark.parametrize(
    ("field", "text", "found"),
    [
        ("one_off_cost", "£18k", 18_000.0),
        ("yearly_cost", "1,200", 1_200.0),
        ("months_to_deliver", "2 weeks", 1),
        ("effort_days", "12", 12.0),
        ("mandatory", "yes", True),
        ("owner", "Ben", "Ben"),
        ("needs", "r3", ("R3",)),
        ("title", "Total", "Total"),
        ("moment", "delivery on time", None),
    ],
)
def test_cells_are_read_as_a_sheets_are(case: Case, field: str, text: str, found: Any) -> None:
    steps = stepped(case, typing("R1", {field: text}) if field != "needs" else typing("R1", {}))
    if field == "needs":
        free = with_cells(typing("R3", {"needs": ""}), "R1", {"needs": text})
        steps = stepped(case, free)
    step = steps["R1"]
    assert not [edit for edit in steps.edits if edit.fault]
    if field == "moment":
        assert step.moments == ("Delivery on time",)
    else:
        assert getattr(step, field) == found


def test_an_empty_cell_is_what_was_typed(case: Case) -> None:
    nothing = {"lift_low": "", "lift_likely": "", "lift_high": "", "owner": ""}
    steps = stepped(case, typing("R1", nothing))
    assert [q.field for q in steps.questions] == ["lift"]
    assert steps.waiting[0].id == "R1"


FAULTS = [
    ("R1", {"lift_likely": "a lot"}, "cell_not_a_number"),
    ("R1", {"one_off_cost": "dear"}, "cell_not_a_number"),
    ("R1", {"one_off_cost": "€500"}, "cell_not_a_number"),
    ("R1", {"months_to_deliver": "soon"}, "cell_not_a_number"),
    ("R1", {"effort_days": "some"}, "cell_not_a_number"),
    ("R1", {"mandatory": "maybe"}, "cell_not_yes_or_no"),
    ("R1", {"one_off_cost": "-5"}, "cell_negative"),
    ("R1", {"effort_days": "-1"}, "cell_negative"),
    ("R1", {"title": " "}, "cell_without_title"),
    ("R1", {"moment": "Rockets"}, "cell_unknown_moment_bare"),
    ("R1", {"moment": "Complaints"}, "cell_unknown_moment"),
    ("R1", {"lift_low": "0.7"}, "cell_order"),
    ("R1", {"lift_likely": "0.7"}, "cell_order"),
    ("R1", {"cost_high": "900"}, "cell_order"),
    ("R1", {"lift_high": "7"}, "cell_beyond_scale"),
    ("R1", {"lift_likely": "7", "lift_high": "8"}, "cell_beyond_scale"),
    ("R1", {"teams": "Mars"}, "cell_unknown_team_bare"),
    ("R1", {"needs": "R1"}, "cell_itself"),
    ("R1", {"needs": "R9"}, "cell_unknown_step"),
    ("R1", {"needs": "R3"}, "cell_circle"),
    ("R2", {"excludes": "R1", "needs": "R1"}, "cell_needs_what_it_excludes"),
]


@pytest.mark.parametrize(("step", "cells", "code"), FAULTS)
def test_what_cannot_be_names_its_cell_and_the_list_counts(
    case: Case, step: str, cells: dict[str, str], code: str
) -> None:
    before = stepped(case, Settings())
    steps = stepped(case, typing(step, cells))
    faulty = [edit for edit in steps.edits if edit.fault == code]
    assert faulty
    assert {edit.field for edit in faulty} <= set(cells)
    assert faulty[0].typed == cells[faulty[0].field], "what was typed is kept"
    kept = set(cells) - {edit.field for edit in steps.edits if edit.fault}
    if not kept:
        assert steps.steps == before.steps
    said = next(words.finding(f, "GBP") for f in steps.findings if f.code == code)
    assert words.field(faulty[0].field) in said.what
    assert "{" not in said.what + str(said.do)


def test_a_cell_beside_a_faulty_one_waits_for_it(case: Case) -> None:
    steps = stepped(case, typing("R1", {"lift_likely": "0.7", "lift_low": "0.3"}))
    assert {edit.field: edit.fault for edit in steps.edits} == {
        "lift_likely": "cell_order",
        "lift_low": "cell_beside_a_fault",
    }
    mended = stepped(
        case, typing("R1", {"lift_likely": "0.7", "lift_low": "0.3", "lift_high": "1"})
    )
    assert not [edit for edit in mended.edits if edit.fault]
    assert mended["R1"].lift_likely == 0.7


def test_a_step_of_ones_own_is_a_step_like_any_other(case: Case) -> None:
    cells = {"title": "Mine", "moment": "Billing", "one_off_cost": "10", "lift_likely": "0.1"}
    settings = with_added(Settings(), "N1", {**cells, "needs": "R1"})
    steps = stepped(case, settings)
    assert steps["N1"].title == "Mine"
    assert steps["N1"].needs == ("R1",)
    assert steps.edits == (), "nothing of a sheet stands beside it"
    assert steps.rows[-1].added
    bare = stepped(case, with_added(Settings(), "N1", {"title": "Mine"}))
    assert [q.field for q in bare.questions] == ["where", "lift", "cost"]
    assert without_step(settings, "N1") == Settings()


def test_a_step_taken_out_can_come_back(case: Case) -> None:
    out = without_step(Settings(), "R2")
    steps = stepped(case, out)
    assert [step.id for step in steps] == ["R1"], "R3 needs it"
    assert [row.id for row in steps.removed] == ["R2"]
    assert stepped(case, with_step_back(out, "R2")) == stepped(case, Settings())


def test_a_change_that_is_put_back_leaves_nothing(case: Case) -> None:
    changed = with_cells(typing("R1", {"lift_likely": "0.3"}, "why"), "R1", {"lift_likely": None})
    assert changed == Settings()
    many = without_step(with_added(typing("R1", {"owner": "x"}), "N1", {"title": "t"}), "R3")
    assert as_listed(many) == Settings()


def test_a_cell_says_it_where_an_answer_did(case: Case) -> None:
    answered = Settings(step_answers={"R1:lift": 0.2, "R1:months": 3.0})
    changed = with_cells(answered, "R1", {"lift_likely": "0.5"})
    assert dict(changed.step_answers) == {"R1:months": 3.0}


def test_the_list_is_read_back_as_it_counts(case: Case, tmp_path: Path) -> None:
    settings = typing("R1", {"lift_likely": "0.3", "yearly_cost": "12.5", "moment": "Billing"})
    settings = with_added(settings, "007", {"title": "Mine", "acts_on": "ease", "needs": "R1"})
    settings = with_cells(settings, "007", {"lift_likely": "0.2–0.5", "one_off_cost": "10-15k"})
    steps = stepped(case, settings)
    data = make_steps_list(cast("Report", SimpleNamespace(steps=steps)))
    assert data is not None
    heads = [cell.value for cell in next(openpyxl.load_workbook(io.BytesIO(data)).active.rows)]
    assert len(heads) == 1 + len(STEP_CELLS)
    (table,) = parsed(data, tmp_path, "steps.xlsx").tables
    assert table.source.role == "recommendations"
    assert table.source.rows_set_aside == 0
    again = tmp_path / "again"
    again.mkdir()
    read = a_case(again, None)
    sheet_table(table.frame()).to_parquet(again / "recommendations.parquet")
    second = stepped(read, Settings())
    bare = [dataclasses.replace(step, row=None) for step in steps]
    assert [dataclasses.replace(step, row=None) for step in second] == bare


def test_changes_are_kept_with_the_case_and_not_in_a_mapping(tmp_path: Path) -> None:
    settings = with_added(typing("R1", {"lift_likely": "a lot"}, "why"), "N1", {"title": "Mine"})
    settings = without_step(settings, "R3")
    body = json.loads(json.dumps(body_of(CaseInputs(settings=settings))))
    assert inputs_of(body, tmp_path, "").settings == settings
    assert settings.saved() == Settings().saved()


def test_an_id_nobody_has() -> None:
    assert free_id(["R1", "n1"]) == "N2"
    assert free_id(["R1", "R1-2"], "R1") == "R1-3"


def test_typed_evidence_counts_as_a_sheets_does_and_what_is_no_figure_is_named(case: Case) -> None:
    pilot = {"source": "Leeds", "kind": "Own pilot", "controlled": "yes", "step": "R1"}
    counted = {**pilot, "effect": "0,2", "se": "0.05", "unit": "points"}
    faulty = {"source": "Hearsay", "kind": "Press", "moment": "Billing", "effect": "a lot"}
    settings = with_evidence(Settings(), [counted, {"source": "  "}, faulty])
    steps = stepped(case, settings)
    (one, other) = steps.register
    assert (one.study.effect, one.study.code, one.study.grade) == (0.2, "own_pilot", "A")
    assert list(one.uses) == ["R1"]
    used = steps["R1"].lift_evidence
    assert used is not None
    assert used.used[1] < used.claim[1], "the pilot drew the claim down"
    assert other.study.effect is None
    (told,) = (words.finding(f) for f in steps.findings if f.code == "evidence_cell_unread")
    assert all(word in told.what for word in ("Hearsay", "effect", "a lot"))
    assert with_evidence(settings, ()) == Settings()


@pytest.mark.parametrize(
    ("text", "found"),
    [("1,200 × £4.50", 5400.0), ("12 x 30k", 360_000.0), ("800*4", 3200.0), ("5k", 5000.0)],
)
def test_a_saving_may_be_so_many_times_what_one_costs(text: str, found: float) -> None:
    assert read_step_cells({"saving_per_year": text}, "GBP").values["saving_per_year"] == found


def test_a_product_of_what_is_no_figure_is_none() -> None:
    assert read_step_cells({"saving_per_year": "many × £4"}, "GBP").unread
