"""Shapley shares against every order of joining, least squares by hand, and the properties that
define them.
"""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from cxcase.stats import shapley as s

RNG = np.random.default_rng(5)


def _over_all_orders(values: np.ndarray, p: int) -> np.ndarray:
    shares = np.zeros(p)
    orders = list(permutations(range(p)))
    for order in orders:
        inside = 0
        for j in order:
            shares[j] += values[inside | 1 << j] - values[inside]
            inside |= 1 << j
    return shares / len(orders)


def _cross(n: int, k: int) -> np.ndarray:
    x = RNG.normal(size=(n, k)) @ RNG.normal(size=(k, k))
    x -= x.mean(axis=0)
    return x.T @ x


def _explained_by_lstsq(cross: np.ndarray, columns: list[int], response: int) -> float:
    if not columns:
        return 0.0
    b = np.linalg.lstsq(cross[np.ix_(columns, columns)], cross[columns, response], rcond=None)[0]
    return float(b @ cross[columns, response])


@pytest.mark.parametrize("p", [1, 2, 5])
def test_equals_the_average_over_all_orders(p: int) -> None:
    values = RNG.normal(size=1 << p)
    assert s.shapley(values) == pytest.approx(_over_all_orders(values, p), abs=1e-12)


def test_adds_up_and_takes_leading_axes() -> None:
    values = RNG.normal(size=(3, 4, 1 << 6))
    shares = s.shapley(values)
    assert shares.shape == (3, 4, 6)
    assert shares.sum(axis=-1) == pytest.approx(values[..., -1] - values[..., 0], abs=1e-12)
    assert shares[1, 2] == pytest.approx(s.shapley(values[1, 2]), abs=1e-14)


def test_a_player_who_adds_nothing_gets_nothing_and_twins_share_alike() -> None:
    inside = s.members(3)
    assert s.shapley(inside[:, 0] * 2.0) == pytest.approx([2, 0, 0])
    assert s.shapley((inside[:, 0] | inside[:, 1]) * 1.0) == pytest.approx([0.5, 0.5, 0])


def test_a_game_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="power of two"):
        s.shapley(np.zeros(6))


def test_every_subset_is_a_regression() -> None:
    cross = _cross(60, 8)
    blocks = [[2, 3], [4], [5, 6]]
    always = [0, 1]
    values = s.explained(np.stack([cross, 2 * cross]), 7, blocks, always)
    assert values.shape == (2, 8)
    base = _explained_by_lstsq(cross, always, 7)
    for subset, inside in enumerate(s.members(3)):
        columns = always + [
            c for block, take in zip(blocks, inside, strict=True) if take for c in block
        ]
        assert values[0, subset] == pytest.approx(
            _explained_by_lstsq(cross, columns, 7) - base, rel=1e-9, abs=1e-9
        )
    assert values[1] == pytest.approx(2 * values[0])


def test_a_duplicated_predictor_splits_equally_and_nothing_breaks() -> None:
    x = RNG.normal(size=(50, 2))
    y = x[:, 0] + RNG.normal(size=50)
    z = np.column_stack([x[:, 0], x[:, 0], x[:, 1], np.zeros(50), y])
    z -= z.mean(axis=0)
    phi = s.lmg(z.T @ z, 4, [[0], [1], [2], [3]]).phi
    assert phi[0] == pytest.approx(phi[1])
    assert phi[3] == 0
    assert phi.sum() == pytest.approx(_explained_by_lstsq(z.T @ z, [0, 2], 4))


def test_orthogonal_predictors_get_their_squared_correlations() -> None:
    q, _ = np.linalg.qr(RNG.normal(size=(40, 4)))
    y = q[:, :3] @ [3.0, 2.0, 1.0]
    z = np.column_stack([q[:, :3], y])
    assert s.lmg(z.T @ z, 3, [[0], [1], [2]]).phi / (y @ y) == pytest.approx(
        np.array([9, 4, 1]) / 14
    )


def test_by_hand_two_predictors() -> None:
    cross = np.array([[1, 0.5, 0.6], [0.5, 1, 0.4], [0.6, 0.4, 1]])
    result = s.lmg(cross, 2, [[0], [1]])
    assert result.total == pytest.approx(0.28 / 0.75)
    assert result.phi == pytest.approx([0.286667, 0.086667], abs=1e-6)


def test_rescaling_a_column_changes_nothing() -> None:
    cross = _cross(50, 6)
    scale = np.diag([10.0, 1, 0.1, 5, 1, 1])
    blocks = [[0, 1], [2], [3, 4]]
    assert s.lmg(scale @ cross @ scale, 5, blocks).phi == pytest.approx(s.lmg(cross, 5, blocks).phi)


def test_sampled_orders_come_within_their_error_and_still_add_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cross = _cross(80, 9)
    blocks = [[1], [2, 3], [4], [5], [6], [7]]
    always = [0]
    exact = s.lmg(cross, 8, blocks, always)
    monkeypatch.setattr(s, "EXACT_BLOCKS", 3)
    sampled = s.lmg(cross, 8, blocks, always)
    assert sampled.phi.sum() == pytest.approx(exact.total, rel=1e-6)
    assert (sampled.mc_se > 0).all()
    assert (np.abs(sampled.phi - exact.phi) < 4 * sampled.mc_se).all()


def test_along_a_path_adds_up_and_agrees_with_the_integral() -> None:
    eta = RNG.normal(size=7)
    parts = RNG.normal(size=(7, 3))
    parts[0] = [0.4, -0.4, 0.0]
    shares = s.along_path(eta, parts)
    p = lambda x: 1 / (1 + np.exp(-x))  # noqa: E731
    assert shares.sum(axis=1) == pytest.approx(p(eta) - p(eta + parts.sum(axis=1)), abs=1e-12)
    t = (np.arange(20_000) + 0.5) / 20_000
    on_path = p(eta[:, None] + t * parts.sum(axis=1)[:, None])
    assert shares == pytest.approx(
        -parts * (on_path * (1 - on_path)).mean(axis=1)[:, None], abs=1e-8
    )
