"""A natural cubic spline of weight on height against R's `splines::ns`, on fifteen women.

Data: McNeil 1977, Interactive Data Analysis (R's `women`). The numbers are the intercepts, and
their errors, that the README of the R package splintr prints for
    lm(weight ~ ns(height, df = 5), data = women)
with the basis centred at 58 inches (R's own), 65 and 63.4: the fitted weight there.
"""

import numpy as np
import pytest

from cxcase.stats.spline import natural_bends

HEIGHT = np.arange(58.0, 73.0)
WEIGHT = np.array([115, 117, 120, 123, 126, 129, 132, 135, 139, 142, 146, 150, 154, 159, 164.0])
# four inner knots at quintiles, the outer ones at the ends: five columns
KNOTS = np.array([58.0, *np.quantile(HEIGHT, [0.2, 0.4, 0.6, 0.8]), 72.0])


def columns(height: np.ndarray) -> np.ndarray:
    return np.column_stack([np.ones_like(height), height, natural_bends(height, KNOTS)])


@pytest.mark.parametrize(
    ("height", "fitted", "error"),
    [(58.0, 114.74466, 0.2337541), (65.0, 135.33595, 0.1402826), (63.4, 130.16388, 0.1704543)],
)
def test_fitted_weight_and_its_error_are_those_of_r(height: float, fitted: float, error: float):
    x = columns(HEIGHT)
    beta = np.linalg.lstsq(x, WEIGHT, rcond=None)[0]
    residual = WEIGHT - x @ beta
    spread = residual @ residual / (len(WEIGHT) - 6)
    at = columns(np.array([height]))[0]
    assert at @ beta == pytest.approx(fitted, abs=5e-6)
    assert np.sqrt(spread * (at @ np.linalg.inv(x.T @ x) @ at)) == pytest.approx(error, rel=1e-5)
