"""LMG as R's relaimpo 2.2-7 prints it, on R's own data (how: relaimpo.R beside this file)."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from cxcase.stats.shapley import explained, lmg


def _data() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "relaimpo_data", Path(__file__).with_name("data.py")
    )
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


DATA = _data()


def _shares(rows: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, float]:
    """(share of R² per predictor, R²); the response is the first column."""
    centred = rows - weight @ rows / weight.sum()
    cross = (centred * weight[:, None]).T @ centred
    result = lmg(cross, 0, [[j] for j in range(1, rows.shape[1])])
    return result.phi / cross[0, 0], float(result.total / cross[0, 0])


def test_swiss() -> None:
    phi, r2 = _shares(DATA.SWISS, np.ones(47))
    assert r2 == pytest.approx(0.706735001593, abs=1e-11)
    assert phi == pytest.approx(
        [0.0570912207681, 0.1711730289002, 0.2601346786244, 0.1055701503735, 0.1127659229265],
        abs=1e-12,
    )
    assert phi / r2 == pytest.approx(
        [0.0807816517, 0.2422025632, 0.3680795178, 0.1493772774, 0.1595589898], abs=1e-9
    )


def test_swiss_weighted() -> None:
    phi, r2 = _shares(DATA.SWISS, 1.0 + np.arange(1, 48) % 3)
    assert r2 == pytest.approx(0.694332891423, abs=1e-11)
    assert phi == pytest.approx(
        [0.0518208063, 0.1549452302, 0.2559770836, 0.1019573531, 0.1296324182], abs=1e-9
    )


def test_mtcars_where_other_weights_would_put_another_first() -> None:
    columns = [DATA.MTCARS_COLUMNS.index(c) for c in ("mpg", "cyl", "disp", "hp", "gear")]
    phi, r2 = _shares(DATA.MTCARS[:, columns], np.ones(32))
    assert r2 == pytest.approx(0.7791896, abs=5e-8)
    assert phi == pytest.approx([0.247052, 0.243500, 0.210913, 0.077725], abs=5e-7)
    assert phi.argmax() == 0


def test_mtcars_r2_with_weight_instead_of_gears() -> None:
    columns = [DATA.MTCARS_COLUMNS.index(c) for c in ("mpg", "cyl", "disp", "hp", "wt")]
    assert _shares(DATA.MTCARS[:, columns], np.ones(32))[1] == pytest.approx(0.8486348, abs=5e-8)


def test_swiss_first_last_and_pratt() -> None:
    """What relaimpo prints beside lmg; agriculture is a suppressor, of the other sign once held."""
    centred = DATA.SWISS - DATA.SWISS.mean(axis=0)
    cross = centred.T @ centred
    values = explained(cross, 0, [[j] for j in range(1, 6)]) / cross[0, 0]
    first = [values[1 << j] for j in range(5)]
    last = [values[-1] - values[31 ^ (1 << j)] for j in range(5)]
    beta = np.linalg.solve(cross[1:, 1:], cross[1:, 0]) * np.sqrt(np.diag(cross)[1:] / cross[0, 0])
    r = cross[1:, 0] / np.sqrt(np.diag(cross)[1:] * cross[0, 0])
    assert first == pytest.approx([0.124665, 0.417164, 0.440616, 0.215004, 0.173519], abs=5e-7)
    assert last == pytest.approx([0.042870, 0.007387, 0.161963, 0.062373, 0.056945], abs=5e-7)
    assert r * beta == pytest.approx([-0.110486, 0.106427, 0.445005, 0.161177, 0.104612], abs=5e-7)
    assert r[0] > 0 > beta[0]
