"""Files to a case: the base, the joins, what is counted and said."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from make_files import csv, customer_rows, survey_rows, text_dates

from cxcase.intake import Case, Scale, Upload, case_from_frames, read
from cxcase.settings import Settings

SCALES = {"ease": Scale(1, 7)}


def _customers(**columns: Any) -> pd.DataFrame:
    n = len(next(iter(columns.values())))
    plain = {
        "customer_id": [f"C{i}" for i in range(n)],
        "revenue_start": [100.0] * n,
        "churned": [False] * n,
    }
    return pd.DataFrame(plain | columns)


def _cx(ids: list[str], days: list[str], ease: list[float] | None = None) -> pd.DataFrame:
    return pd.DataFrame(
        {"customer_id": ids, "responded_at": pd.to_datetime(days), "ease": ease or [5.0] * len(ids)}
    )


def _case(folder: Path, settings: Settings | None = None, **frames: pd.DataFrame) -> Case:
    return case_from_frames(
        frames, settings or Settings(), folder, scales=SCALES, ex_scale=Scale(1, 5)
    )


def _codes(case: Case) -> set[str]:
    return {f.code for f in case.findings}


def test_base_is_the_usual_retention_arithmetic(tmp_path: Path) -> None:
    """Start 10.0 m, contraction 0.6, churn 0.9, expansion 1.8: GRR 85 %, NRR 103 % (PulseRevOps,
    retention metrics).
    """
    start = [0.9e6, 2.0e6, 3.0e6, 4.1e6]
    end = [0.0, 1.4e6, 4.8e6, 4.1e6]
    case = _case(
        tmp_path,
        customers=_customers(
            revenue_start=start, revenue_end=end, churned=[True, False, False, False]
        ),
    )
    assert case.base is not None
    assert case.base.grr == pytest.approx(0.85)
    assert case.base.nrr == pytest.approx(1.03)
    assert case.base.churned_revenue == 0.9e6
    assert case.base.logo_churn == 0.25


def test_who_is_in_the_base(tmp_path: Path) -> None:
    dates = pd.to_datetime([None, "2025-05-01", "2025-12-01", "2026-08-01", None, None])
    customers = _customers(revenue_start=[100, 100, 100, 100, 0, -5.0], churn_date=dates).drop(
        columns="churned"
    )
    case = _case(tmp_path, customers=customers, cx=_cx(["C0"], ["2025-06-30"]))
    assert case.base is not None
    assert case.base.t0 == dt.date(2025, 7, 1)
    assert case.base.lost_before_t0 == 1
    assert case.table("customers")["customer_id"].tolist() == ["C0", "C2", "C3"]
    assert case.table("customers")["churned"].tolist() == [False, True, False]
    assert {
        "lost_before_t0",
        "lost_after_window",
        "no_revenue_at_start",
        "negative_revenue_at_start",
    } <= _codes(case)


def test_lost_but_paying_is_a_named_decision(tmp_path: Path) -> None:
    case = _case(tmp_path, customers=_customers(revenue_end=[50.0, 120.0], churned=[True, False]))
    assert case.table("customers")["revenue_end"].tolist() == [0.0, 120.0]
    finding = next(f for f in case.findings if f.code == "lost_but_paying")
    assert dict(finding.params) == {"count": 1, "revenue": 50.0}


def test_who_left_on_a_day_and_paid_less_until_then_is_lost_and_nothing_is_open(
    tmp_path: Path,
) -> None:
    dates = pd.to_datetime(["2025-09-01", "2025-10-01", None])
    customers = _customers(revenue_end=[20.0, 120.0, 100.0], churn_date=dates)
    case = _case(tmp_path, Settings(start=dt.date(2025, 7, 1)), customers=customers)
    assert case.table("customers")["revenue_end"].tolist() == [0.0, 0.0, 100.0]
    found = {f.code: dict(f.params) for f in case.findings}
    assert found["paid_until_left"] == {"count": 1, "revenue": 20.0}
    assert found["lost_but_paying"] == {"count": 1, "revenue": 120.0}


def test_without_revenue_at_the_end(tmp_path: Path) -> None:
    case = _case(tmp_path, customers=_customers(churned=[True, False]))
    assert case.why_no_end == "no_revenue_end"
    assert "revenue_end" not in case.table("customers")
    assert case.base is not None
    assert (case.base.revenue_end, case.base.grr, case.base.nrr) == (None, None, None)
    assert case.base.revenue_churn == 0.5


def test_responses_are_matched_in_time_and_the_latest_counts(tmp_path: Path) -> None:
    customers = _customers(churn_date=pd.to_datetime(["2025-08-01", None, None, None]))
    cx = _cx(
        ["C0", "C1", "C1", "C2", "X9", "C3"],
        ["2025-05-01", "2025-05-02", "2025-05-03", "2025-09-01", "2025-05-01", "2025-05-04"],
        [1, 2, 3, 4, 5, np.nan],
    )
    case = _case(tmp_path, Settings(start=dt.date(2025, 7, 1)), customers=customers, cx=cx)
    responses = case.table("responses")
    assert responses["customer_id"].tolist() == ["C0", "C1", "C3"]
    assert responses["ease"].tolist()[:2] == [1.0, 3.0]
    assert case.joins is not None
    assert (case.joins.responses, case.joins.responses_matched, case.joins.responses_unmatched) == (
        6,
        5,
        1,
    )
    assert {"response_after_t0", "several_responses", "responses_unmatched"} <= _codes(case)
    assert case.table("customers")["responded"].tolist() == [True, True, False, True]


def test_a_response_after_leaving_is_set_aside(tmp_path: Path) -> None:
    customers = _customers(churn_date=pd.to_datetime(["2025-04-01", "2025-07-10"]))
    cx = _cx(["C0", "C1"], ["2025-05-01", "2025-07-15"])
    case = _case(tmp_path, Settings(start=dt.date(2025, 7, 20)), customers=customers, cx=cx)
    assert "response_after_leaving" in _codes(case)
    assert len(case.table("responses")) == 0


def test_the_waterfall(tmp_path: Path) -> None:
    customers = _customers(revenue_start=[1.0] * 8, team=["A", None, "B", "B", "B", "A", "A", "A"])
    cx = _cx([f"C{k}" for k in range(7)], ["2025-05-01"] * 7, [1, 2, np.nan, 4, 5, 6, 7])
    case = _case(tmp_path, customers=customers, cx=cx)
    assert case.joins is not None
    assert dict(case.joins.waterfall) == {
        "all_customers": 8,
        "with_response": 7,
        "with_team": 6,
        "usable": 5,
    }


def test_nobody_falls_out_for_want_of_a_team_where_the_analysis_goes_without(
    tmp_path: Path,
) -> None:
    customers = _customers(revenue_start=[1.0] * 4, team=["A", None, "B", "B"])
    cx = _cx(["C0", "C1", "C2"], ["2025-05-01"] * 3, [1, 2, np.nan])
    case = _case(tmp_path, customers=customers, cx=cx)
    assert case.joins is not None
    assert dict(case.joins.waterfall) == {"all_customers": 4, "with_response": 3, "usable": 2}
    (worth,) = (v for v in case.verdict if v.code == "worth")
    assert worth.params["n"] == 2


def test_moments_are_counted_among_those_who_responded(tmp_path: Path) -> None:
    cx = _cx(["C0", "C1", "C2", "C3"], ["2025-05-01"] * 4)
    cx["rating:Billing"] = [7.0, np.nan, np.nan, 3.0]
    cx["lived:Billing"] = [True, False, False, True]
    cx["unanswered:Billing"] = [False, True, False, False]
    case = case_from_frames(
        {"customers": _customers(revenue_start=[1.0] * 4), "cx": cx},
        Settings(),
        tmp_path,
        scales=SCALES,
        moment_scales={"Billing": Scale(0, 10)},
    )
    (moment,) = case.moments
    assert (moment.lived, moment.not_answered, moment.not_lived) == (2, 1, 1)
    assert list(case.table("responses").columns) == [
        "customer_id",
        "ease",
        "rating:Billing",
        "lived:Billing",
        "responded_at",
    ]


def _ex(rows: list[tuple[str, str, int, float, float]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["team", "wave", "n", "mean", "sd"])
    return frame.assign(wave=pd.to_datetime(frame["wave"]))


def test_engagement_is_pooled_over_waves_before_the_survey(tmp_path: Path) -> None:
    ex = _ex([("A", "2024-10-01", 6, 4.0, 0.5), ("A", "2025-01-01", 12, 3.0, 0.8),
              ("A", "2025-06-01", 50, 1.0, 0.1),
              ("B", "2024-10-01", 4, 5.0, 0.1), ("B", "2025-06-01", 9, 5.0, 0.1)])  # fmt: skip
    case = _case(
        tmp_path, customers=_customers(team=["A", "B"]), cx=_cx(["C0"], ["2025-05-01"]), ex=ex
    )
    table = case.table("ex")
    assert table["team"].tolist() == ["A"]
    assert table["n"].tolist() == [12]  # the people of the larger wave: waves are not added up
    assert table["mean"][0] == pytest.approx((6 * 4 + 12 * 3) / 18)
    assert table["sd"][0] == pytest.approx(((6 * 0.25 + 12 * 0.64) / 18) ** 0.5)
    assert case.joins is not None
    assert (case.joins.teams, case.joins.teams_with_ex, case.joins.teams_suppressed) == (2, 1, 1)


def test_an_employee_survey_that_came_too_late_is_used_and_said(tmp_path: Path) -> None:
    ex = _ex([("A", "2025-06-01", 9, 4.0, 0.5)])
    case = _case(
        tmp_path, customers=_customers(team=["A", "B"]), cx=_cx(["C0"], ["2025-05-01"]), ex=ex
    )
    assert case.table("ex")["team"].tolist() == ["A"]
    assert "ex_not_before_cx" in _codes(case)


@pytest.mark.parametrize(
    ("frames", "code", "status"),
    [
        ({}, "no_customers", "fail"),
        ({"customers": _customers(churned=[False, False])}, "nobody_churned", "fail"),
        ({"customers": _customers(churned=[True, True])}, "everybody_churned", "fail"),
        ({"customers": _customers(revenue_start=[0.0, 0.0])}, "base_empty", "fail"),
        ({"customers": _customers(churned=[True, False])}, "no_cx", "fail"),
        ({"customers": _customers(churned=[True, False])}, "no_ex", "review"),
        ({"customers": _customers(churned=[True, False])}, "no_recommendations", "review"),
        (
            {
                "customers": _customers(churned=[True, False]),
                "cx": _cx(["A-1", "A-2"], ["2025-05-01"] * 2),
            },
            "no_id_overlap",
            "fail",
        ),
        (
            {
                "customers": _customers(customer_id=["007", "008"]),
                "cx": _cx(["7", "008"], ["2025-05-01"] * 2),
            },
            "ids_nearly_match",
            "review",
        ),
    ],
)
def test_weak_data_is_said_and_stops_nothing(
    frames: dict[str, pd.DataFrame], code: str, status: str, tmp_path: Path
) -> None:
    case = _case(tmp_path, **frames)
    assert [f.status for f in case.findings if f.code == code] == [status]


def test_files_end_to_end_conserve_rows(tmp_path: Path) -> None:
    survey = text_dates(survey_rows(40))
    survey[3][0] = "nobody"
    survey[4][2:5] = ["x", "x", "x"]
    uploads = [Upload("customers.csv", csv(customer_rows(60))), Upload("survey.csv", csv(survey))]
    case = read(uploads, Settings(), tmp_path)
    for source in case.sources:
        assert source.rows_read == source.rows_accepted + source.rows_set_aside
        assert source.rows_set_aside == sum(source.reasons.values())
    assert {(a.file, a.row, a.reason) for a in case.set_aside} == {
        ("survey.csv", 4, "customer_not_in_list"),
        ("survey.csv", 5, "not_a_rating"),
    }
    assert case.base is not None
    assert case.base.customers == 60
    assert case.base.churned == 15


def test_a_mapping_that_was_saved_reads_the_same_again(tmp_path: Path) -> None:
    uploads = [
        Upload("customers.csv", csv(customer_rows(60))),
        Upload("survey.csv", csv(text_dates(survey_rows(40)))),
    ]
    first = read(uploads, Settings(), tmp_path / "a")
    again = read(uploads, Settings(), tmp_path / "b", first.mapping)
    assert all(s.role_confidence == 1.0 for s in again.sources)
    assert again.mapping == first.mapping
    pd.testing.assert_frame_equal(first.table("responses"), again.table("responses"))
    pd.testing.assert_frame_equal(first.table("customers"), again.table("customers"))


def test_the_key_follows_what_matters(tmp_path: Path) -> None:
    uploads = [Upload("customers.csv", csv(customer_rows(60)))]
    key = read(uploads, Settings(), tmp_path).key
    assert read(uploads, Settings(budget=5.0, seed=3), tmp_path).key == key
    assert read(uploads, Settings(start=dt.date(2025, 1, 1)), tmp_path).key != key
    assert read([Upload("customers.csv", csv(customer_rows(61)))], Settings(), tmp_path).key != key


def test_a_case_stays_as_it_was_when_another_is_read_into_the_same_folder(tmp_path: Path) -> None:
    """Two customers left between the two starts: the first case has them, the second does not."""
    left = ["2025-03-01", "2025-03-02", "2025-08-01"]
    rows: list[list[Any]] = [["Customer id", "Revenue start", "Churn date"]]
    rows += [[f"C{i}", 100, left[i] if i < len(left) else None] for i in range(60)]
    uploads = [Upload("customers.csv", csv(rows))]
    early = dt.date(2025, 1, 1)
    late = dt.date(2025, 6, 1)
    first = read(uploads, Settings(start=early), tmp_path)
    table = first.table("customers")
    second = read(uploads, Settings(start=late), tmp_path)
    assert (len(table), len(second.table("customers"))) == (60, 58)
    pd.testing.assert_frame_equal(first.table("customers"), table)
    assert first.folder != second.folder
    assert read(uploads, Settings(start=early), tmp_path).folder == first.folder


def test_a_list_whose_days_of_leaving_end_before_the_start_keeps_nobody(tmp_path: Path) -> None:
    """Nothing in it is later than the start, so nobody can be called kept; a mark can say so."""
    rows: list[list[Any]] = [["Customer id", "Revenue start", "Churn date", "Churned"]]
    rows += [[f"C{i}", 100, "2025-03-01" if i < 5 else None, int(i < 5)] for i in range(60)]
    unmarked = [row[:3] for row in rows]
    start = Settings(start=dt.date(2025, 6, 1))
    case = read([Upload("customers.csv", csv(unmarked))], start, tmp_path)
    assert case.base is None
    assert case.why_no_list == "window_not_complete"
    marked = read([Upload("customers.csv", csv(rows))], start, tmp_path)
    assert marked.base is not None
    early = Settings(start=dt.date(2025, 1, 1))
    doubted = read([Upload("customers.csv", csv(unmarked))], early, tmp_path)
    assert doubted.why_no_list == "leavings_end_early"
    over = early.deciding("leavings_end_early", "year_over")
    known = read([Upload("customers.csv", csv(unmarked))], over, tmp_path)
    assert known.base is not None


def test_a_contract_a_customer_is_no_list_where_it_has_a_number_and_both_days(
    tmp_path: Path,
) -> None:
    rows: list[list[Any]] = [["Account ID", "Subscription ID", "Start date", "End date", "MRR"]]
    rows += [
        [
            f"A{i}",
            f"S{i}",
            "2024-06-20" if i == 1 else "2022-01-01",
            "2024-06-30" if i % 3 == 0 else None,
            100 + i,
        ]
        for i in range(60)
    ]
    case = read([Upload("subs.csv", csv(rows))], Settings(start=dt.date(2024, 12, 21)), tmp_path)
    assert [source.role for source in case.sources] == ["subscriptions"]
    assert case.why_no_list == "window_not_complete"


def test_named_controls_come_along(tmp_path: Path) -> None:
    rows = customer_rows(60)
    rows = [[*row, "Sites" if i == 0 else i % 5] for i, row in enumerate(rows)]
    case = read([Upload("c.csv", csv(rows))], Settings(controls=("Sites", "Region")), tmp_path)
    assert case.table("customers")["Sites"].tolist()[:3] == [1.0, 2.0, 3.0]
    assert "control_not_found" in _codes(case)


def test_customers_in_two_files_count_once(tmp_path: Path) -> None:
    uploads = [Upload("a.csv", csv(customer_rows(60))), Upload("b.csv", csv(customer_rows(10)))]
    case = read(uploads, Settings(), tmp_path)
    assert case.base is not None
    assert case.base.customers == 60
    assert case.sources[1].reasons == {"duplicate_customer": 10}
