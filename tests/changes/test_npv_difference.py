"""The NPV's difference by cause, worked out on a case through all stages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import make_uploads
import pytest

from cxcase.case_document import CaseInputs
from cxcase.changes import Difference, Recomputed, causes, npv_difference
from cxcase.intake import assemble
from cxcase.pipeline import Chain


def npv(inputs: CaseInputs, folder: Path) -> float:
    """What a chain of its own makes of the inputs."""
    folder.mkdir(exist_ok=True)
    case = assemble([file.parsed for file in inputs.files], inputs.settings, folder)
    found = Chain(case, inputs.settings).expected_npv
    assert found is not None
    return found


def told(old: CaseInputs, now: CaseInputs, noted: float | None = None) -> Difference:
    return npv_difference(Recomputed(old, now, causes(old, now)), noted)


def test_parts_are_averages_over_both_orders_and_add_up(
    company: CaseInputs, tmp_path: Path
) -> None:
    settings = company.settings
    richer = replace(company, settings=replace(settings, margin=0.5))
    barred = replace(company, settings=replace(settings, barred=("S1",)))
    now = replace(company, settings=replace(settings, margin=0.5, barred=("S1",)))
    found = told(company, now)
    v = {
        name: npv(i, tmp_path / name)
        for name, i in {"old": company, "richer": richer, "barred": barred, "now": now}.items()
    }
    margin, step = (float(part.value) for part in found.parts)
    assert margin == pytest.approx((v["richer"] - v["old"] + v["now"] - v["barred"]) / 2)
    assert step == pytest.approx((v["barred"] - v["old"] + v["now"] - v["richer"]) / 2)
    assert found.value == found.after - found.before
    assert float(found.before) == v["old"]
    assert float(found.after) == v["now"]
    assert step < 0 < margin


def test_a_new_version_of_the_app_is_a_part_of_its_own(company: CaseInputs) -> None:
    now = replace(company, settings=replace(company.settings, margin=0.5))
    today = told(company, now)
    assert today.before is not None
    found = told(company, now, noted=float(today.before) - 1000.0)
    first, margin = found.parts
    assert first.causes == ()
    assert float(first.value) == pytest.approx(1000.0)
    assert margin == today.parts[0]
    assert found.value == found.after - found.before
    assert told(company, now, noted=float(today.before)).parts == today.parts


def test_next_month_s_files_and_what_people_changed(company: CaseInputs, read) -> None:
    later = make_uploads.files(ex=False, seed=9)
    customers, cx, steps = company.files
    files = (read(customers.name, later["customers.csv"]), read(cx.name, later["cx.csv"]), steps)
    settings = replace(company.settings, margin=0.45, journey=("Invoice",))
    now = replace(company, files=files, settings=settings)
    found = told(company, now)
    assert {cause.name for part in found.parts for cause in part.causes} == {
        "customers.csv",
        "cx.csv",
        "margin",
    }
    assert [cause.name for cause in found.beside] == ["journey"]
    assert found.value == found.after - found.before


def test_without_a_figure_at_an_end_the_reason_is_told(company: CaseInputs) -> None:
    less = replace(company, files=company.files[:2])
    found = told(less, company)
    assert (found.refused, found.parts) == ("no_npv_to_compare", ())


def test_other_currencies_are_not_subtracted(company: CaseInputs) -> None:
    euros = replace(company.settings, currency="EUR", owned=frozenset({"currency"}))
    assert told(company, replace(company, settings=euros)).refused == "other_currency"


def test_what_is_known_is_not_worked_out_again(
    company: CaseInputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = replace(company, settings=replace(company.settings, margin=0.5))
    stages: list[str] = []
    recomputed = Recomputed(
        company, now, causes(company, now), tell=lambda done, of, stage: stages.append(stage)
    )
    first = npv_difference(recomputed, None)
    assert stages.count("link") == 1
    assert stages.count("plan") == 2
    again = npv_difference(recomputed, None)
    assert again == first
    assert stages.count("plan") == 2


def test_a_frozen_choice_is_valued_and_never_chosen_anew(
    company: CaseInputs, tmp_path: Path
) -> None:
    held = replace(company, settings=replace(company.settings, frozen_steps={"S1": 3}))
    now = replace(held, settings=replace(held.settings, margin=0.5, budget=1.0))
    richer = replace(held, settings=replace(held.settings, margin=0.5))
    found = told(held, now)
    assert float(found.before or 0) == npv(held, tmp_path / "held")
    assert float(found.after or 0) == npv(richer, tmp_path / "richer")
    shares = {part.causes[0].name: part.value for part in found.parts}
    assert shares["budget"] == 0
    assert shares["margin"] == found.value > 0
    (cause,) = causes(company, held)
    assert (cause.name, cause.entry, cause.kind) == ("frozen_steps", None, "ask")
