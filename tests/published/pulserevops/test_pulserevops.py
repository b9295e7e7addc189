"""GRR, NRR and churn as pulserevops.com works them: start 10.0 M, contraction 0.6, churn 0.9,
expansion 1.8.

Printed there: GRR = (10.0 - 0.6 - 0.9) / 10.0 = 85 %, NRR = (10.0 + 1.8 - 0.6 - 0.9) / 10.0 = 103
%.
"""

import numpy as np
import pandas as pd
import pytest

from cxcase.intake import Scale, case_from_frames
from cxcase.settings import Settings


def base_of(start, end, folder, segment=None, step=None):
    customers = pd.DataFrame(
        {
            "customer_id": [f"C{i}" for i in range(len(start))],
            "segment": segment if segment is not None else "all",
            "revenue_start": np.asarray(start, float),
            "revenue_end": np.asarray(end, float),
            "churned": np.asarray(end, float) == 0,
        }
    )
    if step is not None:
        customers["price_as_share"] = np.asarray(step, float) / customers["revenue_start"]
    cx = pd.DataFrame(
        {"customer_id": ["C0"], "responded_at": [pd.Timestamp("2025-01-01")], "ease": [5.0]}
    )
    frames = {"customers": customers, "cx": cx}
    return case_from_frames(frames, Settings(), folder, scales={"ease": Scale(0, 10)}).base


def test_published_company(tmp_path):
    # one lost with 0.9 M, one shrunk by 0.6 M, one grown by 1.8 M, one unchanged; 10.0 M in all
    base = base_of([0.9, 3.0, 4.0, 2.1], [0.0, 2.4, 5.8, 2.1], tmp_path)
    assert base.revenue_start == pytest.approx(10.0)
    assert base.grr == pytest.approx(0.85, abs=1e-12)
    assert base.nrr == pytest.approx(1.03, abs=1e-12)
    assert base.logo_churn == 0.25
    assert base.churned_revenue == pytest.approx(0.9)


def test_published_company_without_its_price_steps(tmp_path):
    """Of the 1.8 M expansion 0.5 M are the step in the grower's contract; that of the lost customer
    never came.
    """
    start = [0.9, 3.0, 4.0, 2.1]
    end = [0.0, 2.4, 5.8, 2.1]
    plain = base_of(start, end, tmp_path / "plain")
    base = base_of(start, end, tmp_path / "steps", step=[0.1, np.nan, 0.5, 0.0])
    assert plain.growth is None
    assert (base.grr, base.nrr, base.revenue_end) == (plain.grr, plain.nrr, plain.revenue_end)
    assert base.growth.price_increase == pytest.approx(0.5)
    assert base.growth.expansion == pytest.approx(1.8)
    assert base.growth.expansion_ex_escalator == pytest.approx(1.3)
    assert base.growth.nrr_ex_escalator == pytest.approx(0.98, abs=1e-12)


def test_a_price_step_hides_what_a_customer_takes_less(tmp_path):
    """One who pays as much as before at prices 5 % higher buys less; no step is more than all they
    pay.
    """
    base = base_of([100.0, 100.0], [100.0, 3.0], tmp_path, step=[5.0, 8.0])
    assert base.growth.price_increase == pytest.approx(8.0)
    assert (base.growth.expansion, base.growth.expansion_ex_escalator) == (0.0, 0.0)
    assert base.growth.nrr_ex_escalator == pytest.approx(0.475)


def test_parts_add_up_and_grr_stays_below_nrr_and_one(tmp_path):
    rng = np.random.default_rng(0)
    start = rng.lognormal(8, 1, 60)
    end = np.where(rng.uniform(size=60) < 0.2, 0.0, start * rng.uniform(0.5, 1.8, 60))
    half = np.arange(60) < 25
    whole, one, two = (
        base_of(start[rows], end[rows], tmp_path / str(i))
        for i, rows in enumerate((half | True, half, ~half))
    )
    assert 0 <= whole.grr <= min(1, whole.nrr)
    for name in ("grr", "nrr"):
        parts = getattr(one, name) * one.revenue_start + getattr(two, name) * two.revenue_start
        assert parts / whole.revenue_start == pytest.approx(getattr(whole, name), rel=1e-12)
