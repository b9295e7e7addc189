"""Johnson's relative weights as R's rwa and a textbook pair give them.

mtcars: README of the R package rwa (mpg on cyl, disp, hp, gear; and with wt in place of gear).
swiss: the same method in base R, see rwa.R.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from cxcase.stats.relative_weights import relative_weights
from cxcase.stats.shapley import lmg


def _load(name: str) -> ModuleType:
    path = Path(__file__).parents[1] / "relaimpo" / f"{name}.py"
    found = importlib.util.spec_from_file_location(f"rwa_{name}", path)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


DATA = _load("data")
MPG = "mpg"


def _cross(table: np.ndarray) -> np.ndarray:
    centred = table - table.mean(axis=0)
    return centred.T @ centred


def _shares(table: np.ndarray) -> np.ndarray:
    """R² by column; the response stands first."""
    cross = _cross(table)
    return relative_weights(cross, 0, [[j] for j in range(1, len(cross))]) / cross[0, 0]


def _mtcars(*names: str) -> np.ndarray:
    return DATA.MTCARS[:, [list(DATA.MTCARS_COLUMNS).index(name) for name in (MPG, *names)]]


def test_mtcars() -> None:
    raw = _shares(_mtcars("cyl", "disp", "hp", "gear"))
    assert raw == pytest.approx([0.2284797, 0.2221469, 0.2321744, 0.0963886], abs=5e-8)
    assert 100 * raw / raw.sum() == pytest.approx(
        [29.32274, 28.50999, 29.79691, 12.37037], abs=5e-5
    )
    assert raw.sum() == pytest.approx(0.7791896, abs=5e-8)
    raw = _shares(_mtcars("cyl", "disp", "hp", "wt"))
    assert raw == pytest.approx([0.2096904, 0.1883043, 0.1799590, 0.2706812], abs=5e-8)
    assert raw.sum() == pytest.approx(0.8486348, abs=5e-8)


def test_swiss() -> None:
    expected = [0.048416895812, 0.154708249806, 0.271964104646, 0.114680029948, 0.116965721381]
    assert _shares(DATA.SWISS) == pytest.approx(expected, abs=1e-11)


def test_a_pair_by_hand() -> None:
    r = np.array([[1.0, 0.6, 0.4], [0.6, 1.0, 0.5], [0.4, 0.5, 1.0]])
    for shares in (relative_weights(r, 0, [[1], [2]]), lmg(r, 0, [[1], [2]]).phi):
        assert shares == pytest.approx([0.286667, 0.086667], abs=5e-7)


def test_it_may_put_another_first_than_lmg() -> None:
    cross = _cross(_mtcars("cyl", "disp", "hp", "gear"))
    groups = [[1], [2], [3], [4]]
    assert relative_weights(cross, 0, groups).argmax() == 2  # hp
    assert lmg(cross, 0, groups).phi.argmax() == 0  # cyl
    assert lmg(cross, 0, groups).phi / cross[0, 0] == pytest.approx(
        [0.247052, 0.243500, 0.210913, 0.077725], abs=5e-7
    )


def test_blocks_controls_and_what_never_varies() -> None:
    rng = np.random.default_rng(0)
    x = rng.standard_normal((300, 5)) + 0.6 * rng.standard_normal((300, 1))
    y = x @ [0.4, 0.3, 0.0, 0.2, 0.5] + rng.standard_normal(300)
    cross = _cross(np.column_stack([x, y, np.ones(300)]))
    found = relative_weights(cross, 5, [[1], [2, 3], [6]], always=[0, 4])
    held = np.column_stack([np.ones(300), x[:, [0, 4]]])
    left = np.column_stack([x[:, 1:4], y])
    left = left - held @ np.linalg.lstsq(held, left, rcond=None)[0]
    alone = relative_weights(_cross(left), 3, [[0], [1], [2]])
    assert found == pytest.approx([alone[0], alone[1] + alone[2], 0.0], abs=1e-8)
    explained = lmg(cross, 5, [[1], [2, 3]], always=[0, 4]).total
    assert found.sum() == pytest.approx(float(explained), rel=1e-9)
    both = relative_weights(np.stack([cross, cross]), 5, [[1], [2, 3], [6]], always=[0, 4])
    assert both == pytest.approx(np.stack([found, found]))
