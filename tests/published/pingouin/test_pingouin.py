"""Linear mediation on the example of pingouin's documentation (mediation_analysis, x = X, m = M, y
= Y; 100 rows).

Printed there: M on X .561015 (se .094480), Y on M .654173 (se .085831), total .396126, direct
.039604, indirect .356522. In least squares total = direct + indirect exactly; in a logit the same
difference is no effect.
"""

import numpy as np
import pytest

from cxcase.stats.logit import expit, fit_logit, row_pass
from cxcase.stats.ols import fit_ols, team_sums

# fmt: off
ROWS = np.array([
    (6, 5, 6), (7, 5, 5), (7, 7, 4), (8, 4, 8), (4, 3, 5), (4, 4, 7), (9, 7, 8), (5, 0, 4),
    (8, 7, 7), (4, 3, 4), (6, 6, 4), (8, 4, 3), (9, 6, 10), (6, 6, 6), (6, 2, 4), (3, 4, 3),
    (5, 7, 5), (4, 3, 4), (4, 4, 4), (6, 8, 6), (6, 5, 7), (9, 8, 6), (8, 6, 4), (4, 3, 4),
    (6, 5, 7), (5, 7, 8), (7, 3, 4), (6, 4, 4), (6, 6, 5), (7, 8, 7), (5, 5, 9), (6, 6, 7),
    (4, 3, 6), (4, 4, 6), (4, 4, 6), (7, 6, 7), (7, 4, 6), (5, 1, 0), (5, 3, 4), (5, 4, 7),
    (6, 4, 5), (4, 2, 2), (6, 3, 4), (6, 5, 3), (6, 5, 4), (6, 6, 7), (8, 4, 4), (5, 3, 3),
    (8, 6, 4), (4, 3, 5), (7, 6, 5), (7, 6, 7), (9, 4, 6), (5, 7, 7), (6, 3, 4), (0, 4, 6),
    (5, 9, 10), (6, 2, 2), (10, 10, 8), (4, 3, 6), (6, 6, 5), (8, 8, 9), (4, 3, 3), (7, 5, 5),
    (7, 5, 3), (7, 5, 5), (4, 6, 4), (4, 5, 7), (6, 4, 5), (6, 4, 4), (7, 6, 5), (4, 5, 3),
    (5, 2, 3), (4, 3, 4), (7, 6, 10), (5, 5, 4), (8, 5, 6), (5, 2, 4), (8, 6, 7), (8, 7, 7),
    (6, 5, 4), (4, 2, 1), (7, 7, 8), (6, 6, 5), (5, 6, 6), (6, 3, 3), (8, 8, 5), (9, 6, 9),
    (8, 8, 8), (9, 7, 8), (3, 5, 6), (7, 6, 5), (8, 8, 4), (7, 3, 6), (6, 7, 5), (5, 2, 2),
    (8, 4, 1), (7, 4, 5), (2, 2, 1), (5, 4, 5),
], dtype=float)
# fmt: on


def fit(y, *columns):
    x = np.column_stack([np.ones(len(y)), *columns])
    found = fit_ols(team_sums(x, y, np.ones(len(y)), np.zeros(len(y), int), 1))
    error = np.sqrt(
        np.sum((y - x @ found.beta) ** 2) / (len(y) - x.shape[1]) * np.diag(found.inverse)
    )
    return found.beta, error


def test_published_paths():
    x, m, y = ROWS.T
    a, a_error = fit(m, x)
    b, b_error = fit(y, m)
    assert (a[1], a_error[1]) == pytest.approx((0.561015, 0.094480), abs=5e-7)
    assert (b[1], b_error[1]) == pytest.approx((0.654173, 0.085831), abs=5e-7)
    total = fit(y, x)[0][1]
    both = fit(y, x, m)[0]
    assert (total, both[1], a[1] * both[2]) == pytest.approx(
        (0.396126, 0.039604, 0.356522), abs=5e-7
    )
    assert total == pytest.approx(both[1] + a[1] * both[2], abs=1e-12)


def test_the_logit_has_no_such_identity():
    rng = np.random.default_rng(0)
    n = 40_000
    x = (rng.uniform(size=n) < 0.5).astype(float)
    m = rng.normal(size=n)  # independent of x: nothing goes through it
    y = (rng.uniform(size=n) < expit(x + 2 * m)).astype(float)

    def slope(*columns):
        z = np.column_stack([np.ones(n), *columns])
        beta = fit_logit(row_pass(z, y, np.ones(n), np.zeros(n, int), 1), z.shape[1]).beta
        up = z.copy()
        down = z.copy()
        up[:, 1] = 1.0
        down[:, 1] = 0.0
        return beta[1], float(np.mean(expit(up @ beta) - expit(down @ beta)))

    (without, risk), (given, risk_given) = slope(x), slope(x, m)
    assert given - without > 0.25  # the difference of slopes is no indirect effect
    assert risk_given == pytest.approx(risk, abs=0.01)
