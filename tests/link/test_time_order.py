"""Two waves of engagement and answers after each: which moves first, from teams that were made to
know.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from make_company import case_of, make

from cxcase.link import estimate_link
from cxcase.link.models.time_order import order_of, time_order
from cxcase.settings import Settings

WAVES = pd.to_datetime(["2024-10-01", "2025-02-01"])


def teams(seed: int, forward: float, reverse: float, g: int = 200) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    always = rng.normal(size=g)
    e1 = 0.5 * always + rng.normal(size=g)
    c1 = always + 0.5 * rng.normal(size=g)
    e2 = 0.6 * e1 + reverse * c1 + 0.3 * rng.normal(size=g)
    c2 = 0.6 * c1 + forward * e1 + 0.3 * rng.normal(size=g)
    n = rng.integers(20, 60, g).astype(float)
    return pd.DataFrame({"e1": e1, "e2": e2, "c1": c1, "c2": c2, "n1": n, "n2": n})


def test_each_direction_is_found_and_only_that():
    """40 companies each way: at a true 90 %, fewer than 29 covered happens once in a thousand."""
    ahead = [order_of(teams(seed, 0.4, 0.0)) for seed in range(40)]
    behind = [order_of(teams(seed, 0.0, 0.4)) for seed in range(40)]
    for moved in ([o.forward for o in ahead], [o.reverse for o in behind]):
        assert sum(e.low < 0.4 < e.high for e in moved) >= 29
        assert np.mean([e.value for e in moved]) == pytest.approx(0.4, abs=0.02)
        assert all(e.excludes_zero for e in moved)
    for still in ([o.reverse for o in ahead], [o.forward for o in behind]):
        assert sum(not e.excludes_zero for e in still) >= 29


def test_first_differences_are_free_of_what_teams_always_are():
    rng = np.random.default_rng(3)
    always = 3 * rng.normal(size=200)
    e1 = always + rng.normal(size=200)
    e2 = always + rng.normal(size=200)
    c1, c2 = (2 * always + 0.5 * e + 0.1 * rng.normal(size=200) for e in (e1, e2))
    found = order_of(pd.DataFrame({"e1": e1, "e2": e2, "c1": c1, "c2": c2, "n1": 30.0, "n2": 30.0}))
    assert found.change.low < 0.5 < found.change.high
    assert found.change.high - found.change.low < 0.1


def test_eleven_teams_are_too_few():
    found = order_of(teams(4, 0.4, 0.0, g=11))
    assert {found.forward.reason, found.reverse.reason, found.change.reason} == {
        "few_teams_over_time"
    }


def test_from_a_case_that_keeps_its_waves(tmp_path: Path):
    made = make(5, teams=20, customers=4000)
    case = case_of(made.frames, tmp_path)
    assert time_order(case, "ease") is None
    ex = made.frames["ex"]
    rng = np.random.default_rng(0)
    waves = pd.concat(
        [ex.assign(wave=day, mean=ex["mean"] + 0.1 * rng.normal(size=20)) for day in WAVES]
    )
    waves.to_parquet(case.folder / "ex_waves.parquet", index=False)
    cx = made.frames["cx"]
    answers = pd.concat([cx.assign(responded_at=day + pd.Timedelta(days=20)) for day in WAVES])
    answers.to_parquet(case.folder / "all_responses.parquet", index=False)
    found = time_order(case, "ease")
    assert found.teams == 20
    team = made.frames["customers"].set_index("customer_id")["team"]
    mean = cx.groupby(cx["customer_id"].map(team))["ease"].mean()
    # the same answers twice: nothing is left of EX once the earlier score is held
    assert found.forward.value == pytest.approx(0, abs=1e-9)
    assert len(mean) == found.teams
    assert estimate_link(case, Settings()).diagnosis.order == found
