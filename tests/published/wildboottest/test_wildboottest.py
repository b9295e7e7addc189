"""WCR with every pattern of signs against Python's wildboottest 0.3.2 on the rows below (all 512
patterns).

    wildboottest(smf.ols("y ~ e + z", data), param, cluster=team, B=99999,
    weights_type="rademacher",
                 impose_null=True, bootstrap_type="11")
printed t = 0.597894, p = 0.601562 (308 of 512) for e and t = 2.579946, p = 0.070312 (36 of 512) for
z. Two draws repeat the data itself (all signs kept, all turned) and reach its t exactly. Ours
always counts them: 310 and 36 of 512. There rounding decides: left out for e, in for z. The t's
differ by the package's small-sample factor, G/(G-1) (n-1)/(n-k).
"""

import numpy as np
import pytest

from cxcase.stats.ols import team_sums
from cxcase.stats.wild_bootstrap import _Statistic, signs, wild_bootstrap

# fmt: off
E = [1.03, 1.64, 1.15, -0.97, -1.39, 0.07, 0.86, 0.51, 1.81]
Z = [
    0.75, 0.64, -0.73, -1.11, 1.48, 0.05, 0.81, -1.38, -0.44, -1.29, -0.78, 0.9, -1.48, -0.53, 0.16,
    -0.67, -0.25, -0.22, 0.42, -0.43, 0.27, 0.06, 0.42, 0.22, 1.66, -0.66, 1.2, -0.4, -0.96, 1.21,
    -0.44, -0.39, -1.39, -2.1, 0.63, -1.17, 0.78, 1.85, -0.11, -1.13, 0.39, 0.76, -0.26, 0.02, 1.34,
    1.27, 0.71, -0.87, -0.05, 0.6, -0.21, -0.61, -0.77, -0.63, -0.67, -0.45, 1.15, -0.8, 0.89, 0.42,
    0.14, -0.83, -0.46, 1.97, 0.1, 0.54, 0.66, 1.06, -0.24, -0.61, -0.06, -0.26, 0.79, 0.19, 0.24,
    0.15, 1.23, -0.54, -0.48, 0.89, -0.11, 0.36, -0.73, 0.02, 0.43, -1.33, -0.69, 0.42, 2.25, 0.46,
]
Y = [
    1.68, 1.74, 1.73, -0.46, 1.46, -0.0, 1.6, 1.26, 1.51, 0.89, 1.26, 1.76, 1.27, 1.18, -0.42, 0.3,
    1.58, 0.34, 0.64, 1.3, 1.85, 2.72, 2.45, 1.44, 2.42, -1.25, 1.37, 1.54, -0.87, 1.85, -0.87,
    -0.07, -1.0, 0.27, 0.73, -2.97, -0.98, -0.59, -0.93, -1.9, 1.0, 1.25, -1.33, 1.23, 0.03, 1.71,
    1.05, -0.12, 2.25, 1.35, 0.81, 0.9, 3.02, 2.07, 1.59, 0.92, 1.74, 0.75, -0.42, 1.85, 1.58,
    -0.48, 0.34, 1.46, 1.47, 3.01, 1.33, -0.5, 1.7, 0.77, 0.89, 0.29, 1.82, 3.08, 1.96, 3.29, 2.74,
    2.67, 3.21, 3.49, -0.66, 2.46, -1.78, 0.24, -0.47, 1.21, -1.1, -0.49, -0.04, -0.82,
]
# fmt: on


@pytest.mark.parametrize(("column", "t", "count"), [(1, 0.597894, 308 + 2), (2, 2.579946, 36)])
def test_same_statistic_and_p_but_for_the_two_ties(column, t, count):
    team = np.repeat(np.arange(9), 10)
    x = np.column_stack([np.ones(90), np.array(E)[team], Z])
    sums = team_sums(x, np.array(Y), np.ones(90), team, 9)
    ours = _Statistic(sums, column, signs(9, 0)[0])
    factor = 9 / 8 * 89 / 87
    assert ours.beta / ours.se / np.sqrt(factor) == pytest.approx(t, abs=5e-7)
    assert wild_bootstrap(sums, column, 0).p == pytest.approx(count / 512, abs=1e-12)
