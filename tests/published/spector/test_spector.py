"""The logit of Spector & Mazzeo against the values printed in statsmodels' documentation (Logit,
get_margeff).

Data: Spector & Mazzeo 1980, J. Economic Education 11, 37-44, as printed in Greene, Econometric
Analysis, table F21.1.
"""

import numpy as np
import pytest

from cxcase.stats.logit import expit, fit_logit, row_pass
from cxcase.stats.shapley import members, shapley

# grade point average, score at entry, taught by the new system, grade improved
ROWS = np.array(
    [
        (2.66, 20, 0, 0), (2.89, 22, 0, 0), (3.28, 24, 0, 0), (2.92, 12, 0, 0), (4.00, 21, 0, 1),
        (2.86, 17, 0, 0), (2.76, 17, 0, 0), (2.87, 21, 0, 0), (3.03, 25, 0, 0), (3.92, 29, 0, 1),
        (2.63, 20, 0, 0), (3.32, 23, 0, 0), (3.57, 23, 0, 0), (3.26, 25, 0, 1), (3.53, 26, 0, 0),
        (2.74, 19, 0, 0), (2.75, 25, 0, 0), (2.83, 19, 0, 0), (3.12, 23, 1, 0), (3.16, 25, 1, 1),
        (2.06, 22, 1, 0), (3.62, 28, 1, 1), (2.89, 14, 1, 0), (3.51, 26, 1, 0), (3.54, 24, 1, 1),
        (2.83, 27, 1, 1), (3.39, 17, 1, 1), (2.67, 24, 1, 0), (3.65, 21, 1, 1), (4.00, 23, 1, 1),
        (3.10, 21, 1, 0), (2.39, 19, 1, 1),
    ]
)  # fmt: skip

PUBLISHED = [-13.0213, 2.8261, 0.0952, 2.3787]  # const, GPA, TUCE, PSI
PUBLISHED_SE = [4.931, 1.263, 0.142, 1.065]
PUBLISHED_AME = [0.3626, 0.0122, 0.3052]
PUBLISHED_AME_SE = [0.109, 0.018, 0.092]


@pytest.fixture
def fit():
    x = np.column_stack([np.ones(32), ROWS[:, :3]])
    return x, fit_logit(row_pass(x, ROWS[:, 3], np.ones(32), np.arange(32), 32), 4)


def test_coefficients_and_errors(fit):
    _, got = fit
    assert got.converged
    assert got.beta == pytest.approx(PUBLISHED, abs=5e-5)
    assert np.sqrt(np.diag(got.inverse)) == pytest.approx(PUBLISHED_SE, abs=6e-4)
    assert got.loglik == pytest.approx(-12.890, abs=5e-4)


def test_average_effects_with_delta_method_errors(fit):
    x, got = fit
    p = expit(x @ got.beta)
    spread = p * (1 - p)
    assert got.beta[1:] * spread.mean() == pytest.approx(PUBLISHED_AME, abs=5e-5)
    for j, published in enumerate(PUBLISHED_AME_SE, start=1):
        gradient = x.T @ (got.beta[j] * spread * (1 - 2 * p)) / 32
        gradient[j] += spread.mean()
        assert np.sqrt(gradient @ got.inverse @ gradient) == pytest.approx(published, abs=6e-4)


def test_shares_of_mcfaddens_r2():
    """Shapley of McFadden's R² over GPA, TUCE, PSI: .18688, .04282, .14434, together .374038."""
    values = []
    for inside in members(3):
        x = np.column_stack([np.ones(32), ROWS[:, :3][:, inside]])
        values.append(
            fit_logit(row_pass(x, ROWS[:, 3], np.ones(32), np.arange(32), 32), x.shape[1]).loglik
        )
    shares = shapley(1.0 - np.array(values) / values[0])
    assert shares == pytest.approx([0.18688, 0.04282, 0.14434], abs=5e-6)
    assert shares.sum() == pytest.approx(0.374038, abs=5e-7)
