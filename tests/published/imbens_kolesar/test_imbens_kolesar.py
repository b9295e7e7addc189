"""Bell-McCaffrey degrees of freedom of the two-sample design in Imbens & Kolesar 2016, Rev. Econ.
Stat. 98, 701-712.

N0 = 27 and N1 = 3 observations, each its own cluster; the paper prints 2.5 for the difference in
means. By hand, with HC2 weights 1 / (N_d (N_d - 1)): df = (1/27 + 1/3)^2 / (1 / (27^2 x 26) + 1 /
(3^2 x 2)) = 2.4668.
"""

import numpy as np
import pytest

from cxcase.stats.cluster import cr2, satterthwaite
from cxcase.stats.ols import fit_ols, team_sums


def test_degrees_of_freedom_and_hc2_error():
    d = np.r_[np.zeros(27), np.ones(3)]
    y = np.random.default_rng(0).normal(size=30)
    fit = fit_ols(team_sums(np.column_stack([np.ones(30), d]), y, np.ones(30), np.arange(30), 30))
    contrast = np.array([0.0, 1.0])
    by_hand = (1 / 27 + 1 / 3) ** 2 / (1 / (27**2 * 26) + 1 / (3**2 * 2))
    assert by_hand == pytest.approx(2.4668, abs=5e-5)
    assert satterthwaite(fit.hessian, fit.inverse, contrast) == pytest.approx(by_hand, rel=1e-10)
    welch = np.sqrt(
        y[:27].var(ddof=1) / 27 + y[27:].var(ddof=1) / 3
    )  # HC2 of a difference is Welch's error
    assert cr2(fit.hessian, fit.score, fit.inverse, contrast).se == pytest.approx(welch, rel=1e-10)
