"""Weighted lines over 47 units with HC2 errors against statsmodels 0.15.0, on Swiss fertility in
1888.

Data: Mosteller & Tukey 1977, Data Analysis and Regression, pp. 549-551 (R's `swiss`). The numbers
came from
    sm.WLS(fertility, sm.add_constant([education, catholic]), weights=w).fit(cov_type="HC2")
with w = 1 and w = agriculture.
"""

import numpy as np
import pytest
from scipy.stats import t

from cxcase.link.units.slopes import read
from cxcase.link.units.table import UnitRows
from cxcase.link.units.unit_mediation import PATHS

FERTILITY = np.array([
    80.2, 83.1, 92.5, 85.8, 76.9, 76.1, 83.8, 92.4, 82.4, 82.9, 87.1, 64.1, 66.9, 68.9, 61.7, 68.3,
    71.7, 55.7, 54.3, 65.1, 65.5, 65, 56.6, 57.4, 72.5, 74.2, 72, 60.5, 58.3, 65.4, 75.5, 69.3,
    77.3, 70.5, 79.4, 65, 92.2, 79.3, 70.4, 65.7, 72.7, 64.4, 77.6, 67.6, 35, 44.7, 42.8,
])  # fmt: skip
AGRICULTURE = np.array([
    17, 45.1, 39.7, 36.5, 43.5, 35.3, 70.2, 67.8, 53.3, 45.2, 64.5, 62, 67.5, 60.7, 69.3, 72.6, 34,
    19.4, 15.2, 73, 59.8, 55.1, 50.9, 54.1, 71.2, 58.1, 63.5, 60.8, 26.8, 49.5, 85.9, 84.9, 89.7,
    78.2, 64.9, 75.9, 84.6, 63.1, 38.4, 7.7, 16.7, 17.6, 37.6, 18.7, 1.2, 46.6, 27.7,
])  # fmt: skip
EDUCATION = np.array([
    12, 9, 5, 7, 15, 7, 7, 8, 7, 13, 6, 12, 7, 12, 5, 2, 8, 28, 20, 9, 10, 3, 12, 6, 1, 8, 3, 10,
    19, 8, 2, 6, 2, 6, 3, 9, 3, 13, 12, 11, 13, 32, 7, 7, 53, 29, 29,
])  # fmt: skip
CATHOLIC = np.array([
    9.96, 84.84, 93.4, 33.77, 5.16, 90.57, 92.85, 97.16, 97.67, 91.38, 98.61, 8.52, 2.27, 4.43,
    2.82, 24.2, 3.3, 12.11, 2.15, 2.84, 5.23, 4.52, 15.14, 4.2, 2.4, 5.23, 2.56, 7.72, 18.46, 6.1,
    99.71, 99.68, 100, 98.96, 98.22, 99.06, 99.46, 96.83, 5.62, 13.79, 11.22, 16.92, 4.97, 8.65,
    42.34, 50.43, 58.33,
])  # fmt: skip


@pytest.mark.parametrize(
    ("weights", "slope", "error"),
    [
        (None, -0.7883292587422405, 0.13039643731277853),
        (AGRICULTURE, -0.7202416566713102, 0.23760603664896512),
    ],
    ids=["alike", "weighted"],
)
def test_slope_and_hc2_error(weights: np.ndarray | None, slope: float, error: float):
    unknown = np.full(47, np.nan)
    names = ("cx_sd", "ex_n", "ex_sd", "rate", "kept", "sales", "start", "customers")
    rows = UnitRows(
        unit=np.arange(47),
        period=np.zeros(47, dtype=np.int64),
        names=tuple(f"Province {i}" for i in range(47)),
        periods=1,
        ordered=False,
        months=None,
        cx=FERTILITY,
        ex=EDUCATION,
        cx_n=unknown if weights is None else weights,
        held=CATHOLIC[:, None],
        held_names=("catholic",),
        **dict.fromkeys(names, unknown),
    )
    got = read(rows, rows, PATHS["ex_to_cx"], "pooled", None).estimate
    assert got.value == pytest.approx(slope, rel=1e-10)
    assert (got.high - got.low) / 2 == pytest.approx(error * t.ppf(0.95, got.df), rel=1e-9)
