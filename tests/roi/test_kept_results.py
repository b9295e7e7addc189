"""An edit of one step works out that step anew and no other, and never an older figure."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from make_returns import a_curve, a_step, valued

from cxcase.roi import value
from cxcase.roi.kept_results import Kept


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The steps that were worked out, as they are."""
    found: list[str] = []
    plain: Callable[..., Any] = value._valued

    def seen(model: Any, id: str) -> Any:
        found.append(id)
        return plain(model, id)

    monkeypatch.setattr(value, "_valued", seen)
    monkeypatch.setattr(value, "_KEPT", Kept(100))
    return found


STEPS = tuple(a_step(f"R{k}", 0.5 + 0.1 * k, 0.2) for k in range(4))


def test_an_edit_works_out_that_step_alone(made: list[str]) -> None:
    first = valued(*STEPS)
    assert made == ["R0", "R1", "R2", "R3"]
    edited = dataclasses.replace(STEPS[2], lift_likely=0.8, title="Another name")
    second = valued(*STEPS[:2], edited, STEPS[3])
    assert made[4:] == ["R2"]
    assert second["R2"].step.title == "Another name"
    assert second["R2"].npv != first["R2"].npv
    renamed = dataclasses.replace(STEPS[0], title="New", owner="Ann")
    assert valued(renamed)["R0"].step.owner == "Ann"
    assert made[5:] == [], "a name and an owner move no figure"


@pytest.mark.parametrize(
    "other",
    [
        {"margin": 0.9},
        {"discount": 0.2},
        {"horizon": 24},
        {"half_life_months": 12.0},
        {"adoption": 0.5},
        {"overlap": 0.8},
        {"seed": 3},
        {"lift_correlation": 0.6},
        {"cost_correlation": 0.6},
        {"ranges": "minimum and maximum"},
        {"day_rate": 300.0},
        {"curves": (a_curve(per_point=61.0),)},
        {"curves": (a_curve(sd=5.0),)},
        {"curves": (a_curve(headroom=2.5),)},
    ],
    ids=str,
)
def test_whatever_moves_a_figure_has_it_worked_out_anew(
    made: list[str], other: dict[str, Any]
) -> None:
    step = dataclasses.replace(STEPS[0], cost_low=30.0, cost_high=60.0, effort_days=5.0)
    valued(step)
    valued(step, **other)
    assert made == ["R0", "R0"]
