"""The bound below which a group is not shown: on the boundary, and compared in one file."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cxcase.intake.privacy.small_groups import SHARED, SmallGroups
from cxcase.settings import K_MIN_FLOOR

ROOT = Path(__file__).resolve().parents[3] / "cxcase"
HOME = ROOT / "intake" / "privacy" / "small_groups.py"


@pytest.mark.parametrize("k_min", [K_MIN_FLOOR, 5, 8])
def test_a_group_of_k_min_is_the_smallest_that_is_shown(k_min: int) -> None:
    groups = SmallGroups(k_min)
    assert [groups.shown(n) for n in (k_min - 1, k_min, k_min + 1)] == [False, True, True]
    assert [groups.hidden(n) for n in (k_min - 1, k_min, k_min + 1)] == [True, False, False]


def test_a_count_that_is_not_known_is_too_small() -> None:
    groups = SmallGroups(5)
    assert not groups.shown(float("nan"))
    assert groups.hidden(float("nan"))
    n = np.array([4.0, 5.0, 6.0, np.nan])
    assert groups.shown(n).tolist() == [False, True, True, False]
    assert groups.hidden(n).tolist() == [True, False, False, True]
    assert groups.shown(pd.Series(n)).tolist() == [False, True, True, False]
    assert groups.hidden(pd.Series(n)).tolist() == [True, False, False, True]


def test_nobody_can_ask_for_less_than_the_floor() -> None:
    groups = SmallGroups(1)
    assert groups.k_min == K_MIN_FLOOR
    assert groups.hidden(K_MIN_FLOOR - 1)
    assert groups.shown(K_MIN_FLOOR)


def test_single_cells_of_people_need_five_that_share_them() -> None:
    assert SHARED.hidden(4)
    assert SHARED.shown(5)


@pytest.mark.parametrize(
    ("waves", "shown"),
    [
        ([10, 11], [False, True]),
        ([11, 10], [False, True]),
        ([10, 14], [False, True]),
        ([10, 15], [True, True]),
        ([15, 10], [True, True]),
        ([10, 10], [True, True]),
        ([10, 15, 16], [True, False, True]),
        ([12, 10, 15], [False, True, True]),
        ([9], [True]),
        ([], []),
    ],
)
def test_waves_between_which_few_came_or_went_are_not_shown_beside_each_other(
    waves: list[float], shown: list[bool]
) -> None:
    assert SmallGroups(5).apart(waves) == shown


def _compares_k_min(path: Path) -> bool:
    """True where a name or attribute `k_min` is part of a comparison, or of a max or min."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Compare):
            parts = [node.left, *node.comparators]
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("max", "min"):
            parts = node.args
        else:
            continue
        names = {
            getattr(inner, "attr", getattr(inner, "id", ""))
            for part in parts
            for inner in ast.walk(part)
        }
        if "k_min" in names:
            return True
    return False


def test_k_min_is_compared_in_one_file() -> None:
    assert [path for path in sorted(ROOT.rglob("*.py")) if _compares_k_min(path)] == [HOME]
