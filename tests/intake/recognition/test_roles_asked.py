"""What a table is: never certain without a person, and asked where it is not sure enough."""

from __future__ import annotations

from pathlib import Path

from heading_tables import ROWS, table_of

from cxcase.intake import Upload, parse
from cxcase.intake.recognition.recognise import SURE_ENOUGH, WITHOUT_A_PERSON, recognise
from cxcase.report import words

_CHURNED = ["Yes" if k % 4 else "No" for k in range(ROWS)]
_LIST = {
    "Customer ID": [f"C{7 * k}" for k in range(ROWS)],
    "Revenue start": [1000.0 + k for k in range(ROWS)],
    "Churned": _CHURNED,
}
# its ids are of nobody in particular, and its other headings may mean much else
_DOUBTFUL = {
    "Id": [f"Z{k * k}" for k in range(ROWS)],
    "Group": [f"G{k % 4}" for k in range(ROWS)],
    "Start": [f"2024-{1 + k % 12:02d}-03" for k in range(ROWS)],
    "Outcome": _CHURNED,
}


def test_the_plainest_list_is_not_certain_until_a_person_says_so() -> None:
    table = table_of(_LIST)
    guess = recognise(table, None, None)
    assert (guess.role, guess.confidence) == ("customers", WITHOUT_A_PERSON)
    entry = {"match": {"headings": list(_LIST)}, "role": "customers", "columns": guess.columns}
    assert recognise(table, None, {"tables": [entry]}).confidence == 1.0


def test_what_is_not_sure_enough_is_asked_and_nothing_is_built_from_it(tmp_path: Path) -> None:
    guess = recognise(table_of(_DOUBTFUL), None, None)
    assert guess.role is None
    assert guess.confidence < SURE_ENOUGH
    assert guess.candidates == ("customer_facts",)
    rows = [list(_DOUBTFUL), *zip(*_DOUBTFUL.values(), strict=True)]
    data = "\n".join(",".join(map(str, row)) for row in rows).encode()
    read = parse(Upload("list.csv", data), mapping=None, folder=tmp_path, k_min=5)
    source = read.tables[0].source
    assert source.role is None
    assert source.reasons == {"role_unsure": ROWS}
    (message,) = [m for m in source.messages if m.code == "role_unsure"]
    assert "--customer-facts" in words.finding(message).do
    said = Upload("list.csv", data, "customer_facts")
    known = parse(said, mapping=None, folder=tmp_path, k_min=5).tables[0].source
    assert known.role == "customer_facts"


_SALES = {
    "Opportunity": [f"OPP-{k}" for k in range(ROWS)],
    "Customer No": [f"C{7 * k}" for k in range(ROWS)],
    "Stage": [("Qualify", "Won", "Lost", "Proposal")[k % 4] for k in range(ROWS)],
    "Amount": [900.0 + 31 * k for k in range(ROWS)],
    "Close date": [f"2025-{1 + k % 12:02d}-10" for k in range(ROWS)],
}
_SUPPLIERS = {
    "Supplier No": [f"S{3 * k}" for k in range(ROWS)],
    "Annual spend": [900.0 + 31 * k for k in range(ROWS)],
    "Contract end": [f"2025-{1 + k % 12:02d}-28" if k % 3 else None for k in range(ROWS)],
}
_MARKS = [1 + k % 5 for k in range(ROWS)]
_TEAM = [f"Team {k % 5}" for k in range(ROWS)]
_TRAINING = {"Team": _TEAM, "Course": ["Excel", "Safety"] * (ROWS // 2), "Trainer rating": _MARKS}
_CANTEEN = {"Team": _TEAM, "Canteen food (1-5)": _MARKS}
_APPRAISAL = {"Team": _TEAM, "Performance rating (1-5)": _MARKS, "Potential rating (1-5)": _MARKS}


def test_deals_and_suppliers_are_no_customers() -> None:
    of_customers = {"customers", "customer_facts", "churn_events", "revenue_periods"}
    for columns in (_SALES, _SUPPLIERS):
        assert recognise(table_of(columns), None, None).role not in of_customers


def test_marks_of_courses_canteens_and_appraisals_are_no_employee_survey() -> None:
    for columns in (_TRAINING, _CANTEEN, _APPRAISAL):
        assert recognise(table_of(columns), None, None).role != "ex"


def test_how_urgent_a_ticket_is_was_never_rated() -> None:
    tickets = {"Customer No": _SALES["Customer No"], "CSAT (1-5)": _MARKS, "Priority": _MARKS}
    columns = recognise(table_of(tickets), None, None).columns
    assert "Priority" not in columns.values()


_STORES = {
    "Store": [f"Store {k % 5}" for k in range(ROWS)],
    "Month": [f"{2023 + k // 60}-{1 + k // 5 % 12:02d}" for k in range(ROWS)],
    "NPS": [7 * k % 60 - 10 for k in range(ROWS)],
    "CSAT %": [60 + k % 30 for k in range(ROWS)],
    "Responses": [20 + k % 9 for k in range(ROWS)],
}
_BRANCHES = {
    "Branch": [f"Town {k}" for k in range(ROWS)],
    "Mystery shopper score": [70 + k % 30 for k in range(ROWS)],
    "Sales 2024": [250_000 + 7 * k for k in range(ROWS)],
}
_STAFF = {
    "Employee ID": [f"E{7 * k}" for k in range(ROWS)],
    "Team": _TEAM,
    "Start date": ["2019-05-01"] * ROWS,
    "End date": ["2024-06-30" if k % 4 == 0 else None for k in range(ROWS)],
    "Annual salary": [28_000 + k for k in range(ROWS)],
    "Status": ["Left" if k % 4 == 0 else "Active" for k in range(ROWS)],
}


def test_figures_of_stores_that_lack_one_kind_are_asked_about_as_figures_by_team() -> None:
    stores = recognise(table_of(_STORES), None, None)
    assert (stores.role, stores.nearly, stores.missing) == (None, "units", ("ex",))
    branches = recognise(table_of(_BRANCHES), None, None)
    assert (branches.role, branches.nearly, branches.missing) == (None, "units", ("csat",))


def test_a_list_of_staff_is_not_nearly_a_list_of_customers() -> None:
    staff = recognise(table_of(_STAFF), None, None)
    assert staff.role is None
    assert staff.nearly != "customers"
