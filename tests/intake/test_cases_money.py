"""Customer lists as people send them: their money read right, or asked about before any figure."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from cxcase.intake import Case, Upload, read
from cxcase.report import words
from cxcase.settings import Settings

CASES = Path(__file__).parent / "cases"
ASKED = "asked"


def case_of(folder: Path, *uploads: Upload, start: str | None = None, **decided: str) -> Case:
    """The case that files make; start and decisions as somebody chose them."""
    day = dt.date.fromisoformat(start) if start else None
    return read(list(uploads), Settings(start=day, decisions=decided), folder)


def from_cases(name: str) -> Upload:
    return Upload(name, (CASES / name).read_bytes())


def codes(case: Case) -> dict[str, Any]:
    return {finding.code: finding.params for finding in case.findings}


def totals(case: Case) -> tuple[int, int, int | None, int]:
    """Customers, revenue at the start, at the end where it was measured, and who was lost."""
    assert case.base is not None, codes(case)
    end = round(case.base.revenue_end or 0) if case.has_revenue_end else None
    return case.base.customers, round(case.base.revenue_start), end, case.base.churned


def is_asked(case: Case, code: str) -> None:
    """There is a question, with its options and no figure; every page says so."""
    assert case.base is None
    assert case.why_no_list == code
    assert not case.has("customers")
    decision = next(d for d in case.decisions if d.code in (code, "revenue_years"))
    assert decision.chosen == decision.options[0].code == "ask"
    assert decision.options[0].customers is None
    assert {verdict.reason for verdict in case.verdict} >= {code}
    said = [words.finding(f).what for f in case.findings if f.code == code]
    assert len(said) == 1
    assert "—" not in said[0]


def promised(case: Case, code: str) -> dict[str, tuple[float | None, float | None]]:
    """Revenue at the start and the end under each option of a decision, rounded."""
    decision = next(d for d in case.decisions if d.code == code)
    return {
        option.code: (_rounded(option.revenue_start), _rounded(option.revenue_end))
        for option in decision.options
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value)


# ---- files as they were sent ---------------------------------------------------------------------

WHOLE = (200, 6255155, 5724006, 25)
READ = {
    "d05_dot_thousands.csv": (200, 6255158, 5724005, 25),
    "d06_three_decimals_k.csv": (200, 6255158, 5724005, 25),
    "d08_title_thousands.csv": (200, 6255200, 5724700, 25),
    "d09_negatives.csv": (197, 6162587, 5626809, 25),
    "d10_currency_mix.csv": (150, 4638232, 4870144, 0),
    "d11_currency_column.csv": (150, 4638232, 4870144, 0),
    "d12_k_suffix.csv": (200, 6255150, 5724006, 25),
    "d14_monthly_charges.csv": (200, 6255155, None, 25),
    "d15_monthly_fee.csv": (200, 6255155, None, 25),
    "d16_quarter.csv": WHOLE,
    "d19_budget_only.csv": (200, 6255155, None, 25),
    "d20_three_years.csv": WHOLE,
    "d21_months_total.csv": WHOLE,
    "d23_total_All_customers.csv": WHOLE,
    "d23_total_Grand_total.csv": WHOLE,
    "d23_total_Sum.csv": WHOLE,
    "d23_total_TOTAL_GBP.csv": WHOLE,
    "d23_total_blank.csv": WHOLE,
    "d30_side_table.xlsx": WHOLE,
    "d31_stacked.xlsx": WHOLE,
    "d33_pending.csv": (179, 5640156, 5078257, 25),
    "d34_churn_risk.csv": WHOLE,
    "d36_renewed.csv": (180, 5597665, 5033641, 25),
    "d37_zeros_customers.csv": WHOLE,
    "d38_float_ids.csv": WHOLE,
    "t05_revenue_names_no_churn.csv": (100, 3473808, 2978486, 13),
    "t12_monthly_revenue.csv": (100, 567936, None, 13),
}


@pytest.mark.parametrize("name", READ)
def test_a_list_comes_to_what_it_says(name: str, tmp_path: Path) -> None:
    assert totals(case_of(tmp_path, from_cases(name))) == pytest.approx(READ[name], abs=1)


def test_quarters_count_four_times_and_it_is_said(tmp_path: Path) -> None:
    said = codes(case_of(tmp_path, from_cases("d16_quarter.csv")))
    assert said["money_brought_to_a_year"]["times"] == 4
    assert said["years_chosen"]["columns"] == ["Revenue Q4 2024", "Revenue Q4 2025"]


def test_a_month_counts_twelve_times_and_it_is_said(tmp_path: Path) -> None:
    said = codes(case_of(tmp_path, from_cases("t12_monthly_revenue.csv")))
    assert said["money_brought_to_a_year"] == {"columns": ["monthly_revenue"], "times": 12}


def test_a_part_of_a_year_is_asked_about(tmp_path: Path) -> None:
    case = case_of(tmp_path, from_cases("d17_ytd.csv"))
    is_asked(case, "revenue_period")
    assert promised(case, "revenue_period") == {
        "ask": (None, None),
        "as_year": (6255155, 2862003),
        "to_year": (6255155, 5724006),
        "leave_out": (6255155, None),
    }
    decided = case_of(tmp_path, from_cases("d17_ytd.csv"), revenue_period="to_year")
    assert totals(decided) == WHOLE


def test_of_four_years_the_two_around_the_start_count(tmp_path: Path) -> None:
    file = from_cases("d20_three_years.csv")
    case = case_of(tmp_path, file)
    assert case.base is not None
    assert case.base.t0 == dt.date(2025, 1, 1)
    (source,) = case.sources
    assert source.columns["revenue_start"] == "Revenue 2024"
    assert source.columns["revenue_end"] == "Revenue 2025"
    earlier = case_of(tmp_path, file, start="2024-01-01")
    assert codes(earlier)["years_of_several_chosen"]["columns"] == ["Revenue 2023", "Revenue 2024"]
    too_early = case_of(tmp_path, file, start="2022-06-30")
    assert too_early.base is None
    assert too_early.why_no_list == "no_year_ended"


def test_who_pays_nothing_at_the_end_is_lost_where_no_column_says_so(tmp_path: Path) -> None:
    case = case_of(tmp_path, from_cases("t05_revenue_names_no_churn.csv"))
    assert codes(case)["lost_by_revenue_end"] == {"count": 13}


def test_events_are_what_is_paid_from_then_on(tmp_path: Path) -> None:
    file = from_cases("t06_movements.csv")
    case = case_of(tmp_path, file)
    assert totals(case) == (40, 480000, 540000, 5)
    assert "events_read_as_terms" in codes(case)


def test_changes_are_no_subscriptions(tmp_path: Path) -> None:
    case = case_of(tmp_path, from_cases("t07_movement_deltas.csv"))
    assert case.base is None
    assert [source.role for source in case.sources] == [None]


def test_a_list_whose_rows_are_all_set_aside_says_so(tmp_path: Path) -> None:
    case = case_of(tmp_path, from_cases("d39_sci_ids.csv"))
    assert case.base is None
    assert case.why_no_list == "all_rows_set_aside"
    assert codes(case)["all_rows_set_aside"]["count"] == 200
    assert dict(case.sources[0].reasons) == {"id_lost_digits": 200}
