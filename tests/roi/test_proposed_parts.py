"""The chance to pay back that is stated of proposed parts, beside simulated truth.

Five small companies: enough to see a chance that says much too much or too little. The study with
five groups of two hundred parts is `bench.proposed_parts`, its figures in docs/evidence.md.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from make_proposals import proposals

COMPANIES = range(31, 36)


def test_proposed_parts_pay_about_as_often_as_was_stated(tmp_path: Path) -> None:
    found = [list(proposals(seed, tmp_path / f"{seed}")) for seed in COMPANIES]
    parts = [one for of_company in found for one in of_company]
    assert len(parts) >= 15
    assert all(0 < one.teams < 16 for one in parts)
    apart = [sum(one.pays - one.stated for one in of_company) for of_company in found]
    error = float(np.sqrt(np.sum(np.square(apart)))) / len(parts)
    assert abs(sum(apart)) / len(parts) <= 3 * error
    assert abs(sum(apart)) / len(parts) <= 0.3
