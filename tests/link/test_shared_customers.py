"""Customers whom several teams serve: taken apart only where every part is a team, and counted
once.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from make_company import case_of, make

from cxcase.intake.customer_list.shared_customers import one_team_each
from cxcase.link import estimate_link, fit_link
from cxcase.settings import Settings


def test_a_cell_is_taken_apart_only_where_each_part_is_a_team():
    teams = [
        "Leeds",
        "York",
        "Leeds; York",
        "York / Leeds",
        "Wash, dry & fold",
        "Leeds & Hull",
        None,
        "York;York",
    ]
    got, several = one_team_each(pd.DataFrame({"team": teams}), [])
    assert several == 2
    assert got["team"].iloc[2:6].tolist() == ["Leeds", "York", "Wash, dry & fold", "Leeds & Hull"]
    assert got["teams"].iloc[[2, 3]].tolist() == ["Leeds; York", "York; Leeds"]
    assert got["teams"].drop([2, 3]).isna().all()
    assert one_team_each(pd.DataFrame({"team": teams}), ["Hull"])[1] == 3


def test_without_such_cells_the_list_is_as_it_was():
    frame = pd.DataFrame({"team": ["A", "B", None]})
    got, several = one_team_each(frame, ["C"])
    assert several == 0
    assert got is frame


@pytest.fixture(scope="module")
def frames() -> dict[str, pd.DataFrame]:
    return make(5, teams=20, customers=4000).frames


def test_the_score_set_against_an_answer_is_the_mean_of_the_teams(frames, tmp_path: Path):
    """Half of the customers of the first team go to a second as well; brute force on the sheet
    gives the same slope.
    """
    customers = frames["customers"].copy()
    own, other = sorted(customers["team"].dropna().unique())[:2]
    shared = (customers["team"] == own) & (np.arange(len(customers)) % 2 == 0)
    customers.loc[shared, "team"] = f"{own}; {other}"
    case = case_of({**frames, "customers": customers}, tmp_path / "shared")
    assert {f.code: f.params for f in case.findings}["several_teams"] == {
        "count": int(shared.sum())
    }
    fitted = fit_link(case, Settings())
    link = fitted.link
    plain = estimate_link(case_of(frames, tmp_path / "plain"), Settings())
    assert (
        link.effect("cx_to_churn").estimate == plain.effect("cx_to_churn").estimate
    )  # the first team is theirs

    p = fitted.population
    table = case.table("customers").set_index("customer_id")
    ids = case.table("responses", ["customer_id"])["customer_id"].iloc[p.rows]
    means = case.table("ex").set_index("team")["mean"]
    every = table.loc[ids, "teams"].fillna(table.loc[ids, "team"])
    score = np.array([means.reindex(names.split("; ")).mean() for names in every])
    x = np.column_stack([np.ones(len(score)), score, p.controls])
    root = np.sqrt(p.weight)[:, None]
    slope = np.linalg.lstsq(x * root, p.metric * root[:, 0], rcond=None)[0][1]
    got = link.effect("ex_to_cx").estimate
    assert got.value == pytest.approx(slope, rel=1e-9)
    assert got.value != plain.effect("ex_to_cx").estimate.value
    assert got.teams == plain.effect("ex_to_cx").estimate.teams


def shared_by(frames: dict[str, pd.DataFrame], part: int, folder: Path):
    """The link where one customer in `part` goes to the next team as well."""
    customers = frames["customers"].copy()
    teams = sorted(customers["team"].dropna().unique())
    after = dict(zip(teams, [*teams[1:], teams[0]], strict=True))
    shared = customers["team"].notna() & (np.arange(len(customers)) % part == 0)
    customers.loc[shared, "team"] = customers["team"] + "; " + customers["team"].map(after)
    return estimate_link(case_of({**frames, "customers": customers}, folder), Settings())


def test_where_many_are_shared_errors_count_them_everywhere_and_teams_are_not_redrawn(
    frames, tmp_path: Path
):
    many = shared_by(frames, 2, tmp_path / "many")
    few = shared_by(frames, 20, tmp_path / "few")
    found = {f.code: f.params for f in many.findings}
    assert found["teams_share_customers"]["share"] == pytest.approx(0.5, abs=0.05)
    assert "teams_share_customers" not in {f.code for f in few.findings}
    for link, there in ((many, 0), (few, 1)):
        assert sum(c.of == "ex_to_cx" for c in link.diagnosis.confirmations) == there
        assert len(link.diagnosis.placebos) == there
        assert sum(r.of == "ex_to_cx" for r in link.diagnosis.ranges) == 1
    for id in ("ex_to_cx", "ex_to_cx_corrected", "ex_to_churn_total", "ex_to_churn_through_cx"):
        e = many.effect(id).estimate
        assert e.low < e.value < e.high
        assert e.teams == 20
