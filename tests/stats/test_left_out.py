"""Errors of teams left out from sums, against models fitted to rows one by one."""

from __future__ import annotations

import numpy as np
import pytest

from cxcase.stats.left_out import crosses_within, error_left_out


def test_errors_from_sums_are_those_of_models_fitted_to_rows():
    rng = np.random.default_rng(1)
    team = rng.integers(0, 7, 90)
    x = rng.normal(size=(90, 3))
    y = x @ [1.0, -0.5, 0.0] + rng.normal(size=90) + 0.7 * team
    columns = np.column_stack([y, x])
    about = columns - np.array([columns[team == g].mean(0) for g in range(7)])[team]
    parts = team % 4
    for used in ([1], [1, 3], [1, 2, 3]):
        right = 0.0
        for part in range(4):
            out = parts == part
            beta = np.linalg.lstsq(about[~out][:, used], about[~out, 0], rcond=None)[0]
            right += float(((about[out, 0] - about[out][:, used] @ beta) ** 2).sum())
        sums = crosses_within(columns, team, 7, 4)
        assert error_left_out(sums, 0, np.array(used)) == pytest.approx(right, rel=1e-10)


def test_a_team_without_rows_changes_nothing():
    rng = np.random.default_rng(2)
    team = rng.integers(0, 3, 40)
    columns = rng.normal(size=(40, 3))
    with_empty = crosses_within(columns, team, 5, 10).sum(0)
    assert with_empty == pytest.approx(crosses_within(columns, team, 3, 10).sum(0))
