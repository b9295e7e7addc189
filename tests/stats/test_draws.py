"""The common draws: margins, independence, stability, and agreement with printed intervals."""

import numpy as np
import pytest
from scipy import stats

from cxcase.stats.cluster import jackknife
from cxcase.stats.draws import (
    N_DRAWS,
    copula,
    jackknife_draws,
    lognormal,
    lognormal_parameters,
    metalog,
    metalog_feasible,
    normals,
    t_draws,
    t_scale,
    uniforms,
)

NAMES = [
    "link:t",
    "link:ex",
    "lift:factor",
    "cost:factor",
    *(f"fold:{g}" for g in range(12)),
    "lift:R1",
    "cost:R1",
]


def test_each_margin_is_uniform_to_the_last_stratum():
    for name in NAMES:
        stream = np.sort(uniforms(name, 0))
        assert (np.floor(stream * N_DRAWS) == np.arange(N_DRAWS)).all()
    assert abs(normals("link:ex", 0).mean()) < 1e-4
    assert normals("link:ex", 0).std() == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize("seed", [0, 7])
def test_streams_are_independent_also_in_their_squares(seed):
    streams = np.array([normals(name, seed) for name in NAMES])
    off = ~np.eye(len(NAMES), dtype=bool)
    assert np.abs(np.corrcoef(streams)[off]).max() < 0.03
    assert np.abs(np.corrcoef(streams**2)[off]).max() < 0.04


def test_a_stream_depends_on_its_name_and_seed_alone():
    first = normals("lift:R1", 3).copy()
    uniforms.cache_clear()
    normals.cache_clear()
    normals("lift:R2", 3)
    assert (normals("lift:R1", 3) == first).all()
    assert not (normals("lift:R1", 4) == first).all()
    with pytest.raises(ValueError, match="read-only"):
        normals("lift:R1", 3)[0] = 0.0


@pytest.mark.parametrize(("g", "spread"), [(6, 1.0), (12, 20.0), (48, 1e6)])
def test_draws_agree_with_the_printed_jackknife_interval(g, spread):
    folds = np.random.default_rng(g).normal(size=(g, 3)) * spread
    value = np.array([1.0, 2.0, 3.0]) * spread
    printed = jackknife(folds, value)
    low, high = np.quantile(jackknife_draws(value, folds, 0), [0.05, 0.95], axis=0)
    assert np.abs(low - printed.low).max() < 0.02 * (printed.high - printed.low).min()
    assert np.abs(high - printed.high).max() < 0.02 * (printed.high - printed.low).min()


def test_draws_of_separate_calls_carry_the_jackknife_covariance():
    rng = np.random.default_rng(1)
    folds = rng.normal(size=(30, 2)) @ np.array([[1.0, 0.8], [0.0, 0.6]])
    one, two = (jackknife_draws(0.0, folds[:, j], 0) for j in (0, 1))
    both = jackknife_draws(np.zeros(2), folds, 0)
    assert both[:, 0] == pytest.approx(one)
    assert np.corrcoef(one, two)[0, 1] == pytest.approx(np.corrcoef(folds.T)[0, 1], abs=0.02)


def test_no_variation_between_folds_gives_the_value_itself():
    assert (jackknife_draws(5.0, np.full(8, 5.0), 0) == 5.0).all()


@pytest.mark.parametrize("df", [2.5, 11.0])
def test_t_draws_and_the_mixing_are_students_t(df):
    for draws in (t_draws("link:ex", df, 0), t_scale(df, 0) * normals("fold:0", 0)):
        assert np.quantile(draws, [0.05, 0.5, 0.95]) == pytest.approx(
            stats.t(df).ppf([0.05, 0.5, 0.95]), abs=0.06
        )


def test_copula_has_the_asked_correlation_and_normal_margins():
    drawn = copula([f"lift:{i}" for i in range(4)], 0.3, "lift:factor", 0)
    table = np.array(list(drawn.values()))
    assert np.corrcoef(table)[~np.eye(4, dtype=bool)] == pytest.approx(np.full(12, 0.3), abs=0.03)
    assert table.std(1) == pytest.approx(np.ones(4), abs=0.01)


@pytest.mark.parametrize(
    "points", [(0.1, 0.3, 0.5), (0.05, 0.3, 0.9), (-0.2, 0.1, 0.3), (0.0, 0.2, 0.5)]
)
def test_metalog_passes_through_its_quantiles(points):
    draws = metalog(*points, normals("lift:R1", 0))
    assert np.quantile(draws, [0.1, 0.5, 0.9]) == pytest.approx(points, abs=2e-3)
    assert metalog_feasible(*points)
    assert points[0] <= 0 or draws.min() > 0


def test_metalog_too_lopsided_keeps_the_likely_value_and_is_a_distribution():
    assert not metalog_feasible(0.0, 0.01, 1.0)
    z = np.sort(normals("lift:R1", 0))
    draws = metalog(0.0, 0.01, 1.0, z)
    assert (np.diff(draws) >= 0).all()
    assert np.median(draws) == pytest.approx(0.01, abs=1e-3)
    assert metalog(0.4, 0.4, 0.4, z) == pytest.approx(0.4)


def test_metalog_refuses_quantiles_out_of_order():
    with pytest.raises(ValueError, match="must not decrease"):
        metalog(0.5, 0.3, 0.9, normals("lift:R1", 0))


def test_lognormal_through_its_tenth_and_ninetieth_percentile():
    """P10 .05, P90 .30: by hand mu = (ln .05 + ln .30)/2, s = ln 6 / (2 x 1.2815516), mean = exp(mu
    + s^2/2).
    """
    mu, sigma, mean = lognormal_parameters(0.05, 0.30)
    assert (mu, sigma, mean) == pytest.approx((-2.09985, 0.699059, 0.156373), abs=1e-5)
    draws = lognormal(0.05, 0.30, normals("cost:R1", 0))
    assert np.quantile(draws, [0.1, 0.9]) == pytest.approx([0.05, 0.30], rel=1e-3)
    assert draws.mean() == pytest.approx(mean, rel=2e-3)
