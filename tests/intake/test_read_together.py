"""Keys and teams that only the values of all files together tell."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from make_files import csv, customer_rows, survey_rows, text_dates

from cxcase.errors import InputError
from cxcase.intake import Case, Source, Upload, read, read_files
from cxcase.intake.sandbox import protocol
from cxcase.report.words.keys import asked as told
from cxcase.settings import Settings

Rows = list[list[Any]]
MARKS = ("Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree")


def ids(n: int, first: str = "AC", seed: int = 5) -> list[str]:
    """Different ids as an ERP gives them: figures with gaps, in no order."""
    chance = random.Random(seed)
    return [f"{first}{k}" for k in chance.sample(range(20_000, 90_000), n)]


def customers(keys: Sequence[Any], heading: str = "Customer ID", **more: Sequence[Any]) -> Rows:
    """A list of as many customers, further columns beside."""
    rows = customer_rows(len(keys))
    head = [heading, *rows[0][1:], *more]
    beside = zip(*more.values(), strict=True) if more else [()] * len(keys)
    return [
        head,
        *([k, *row[1:], *b] for k, row, b in zip(keys, rows[1:], beside, strict=True)),
    ]


def survey(keys: Sequence[Any], heading: str = "Customer ID", **more: Sequence[Any]) -> Rows:
    """As many responses, further columns beside."""
    rows = text_dates(survey_rows(len(keys)))
    head = [heading, *rows[0][1:], *more]
    beside = zip(*more.values(), strict=True) if more else [()] * len(keys)
    return [
        head,
        *([k, *row[1:], *b] for k, row, b in zip(keys, rows[1:], beside, strict=True)),
    ]


def pulse(teams: Sequence[str], heading: str = "Team") -> Rows:
    """Six answers a team, two questions."""
    rows: Rows = [[heading, "I am proud to work here", "I get the help I need"]]
    for t, team in enumerate(teams):
        for k in range(6):
            rows.append([team, MARKS[(k + t) % 5], MARKS[(k * 2 + t) % 5]])
    return rows


def case_of(files: Mapping[str, Rows], folder: Path, mapping: Any = None) -> Case:
    return read([Upload(n, csv(r)) for n, r in files.items()], Settings(), folder, mapping)


def source(case: Case, file: str) -> Source:
    return next(s for s in case.sources if s.file == file)


def figures(case: Case) -> tuple[Any, ...]:
    return case.base, case.joins, [s.rows_accepted for s in case.sources]


KEYS = ids(120)


def company(**headings: str) -> dict[str, Rows]:
    """Three files; headings: what a column is called instead, by file and column."""
    teams = [f"T{k}" for k in range(3)]
    files = {
        "customers.csv": customers(KEYS),
        "cx.csv": survey(KEYS[:80]),
        "ex.csv": pulse(teams),
    }
    for name, heading in headings.items():
        file, _, column = name.partition("__")
        rows = files[f"{file}.csv"]
        rows[0] = [heading if c.replace(" ", "_") == column else c for c in rows[0]]
    return files


@pytest.fixture
def as_named(tmp_path: Path) -> tuple[Any, ...]:
    """What the company comes to under headings that everybody knows."""
    return figures(case_of(company(), tmp_path / "named"))


NONSENSE = [
    {"customers__Customer_ID": "X1"},
    {"cx__Customer_ID": "Feld 7"},
    {"customers__Customer_ID": "X1", "cx__Customer_ID": "Feld 7"},
    {"customers__Team": "X2"},
    {"ex__Team": "Feld 9"},
    {"customers__Team": "X2", "ex__Team": "Feld 9"},
    {
        "customers__Customer_ID": "X1",
        "customers__Team": "X2",
        "cx__Customer_ID": "Feld 7",
        "ex__Team": "Feld 9",
    },
]


@pytest.mark.parametrize("headings", NONSENSE, ids=lambda h: "+".join(h))
def test_headings_of_keys_and_teams_change_no_figure(
    headings: dict[str, str], as_named: tuple[Any, ...], tmp_path: Path
) -> None:
    case = case_of(company(**headings), tmp_path)
    assert figures(case) == as_named
    assert any(s.matched for s in case.sources)
    assert not any(s.question for s in case.sources)


def test_what_was_told_by_values_is_said_with_its_count(tmp_path: Path) -> None:
    case = case_of(company(cx__Customer_ID="Feld 7"), tmp_path)
    (match,) = source(case, "cx.csv").matched
    assert (match.column, match.found, match.of) == ("Feld 7", 80, 80)
    said = next(f for f in case.findings if f.code == "taken_for_key")
    assert said.params["other_column"] == "Customer ID"


def test_a_person_can_undo_it(tmp_path: Path) -> None:
    files = company(cx__Customer_ID="Feld 7")
    entry = {"match": {"headings": files["cx.csv"][0]}, "decisions": {"by_values": "no"}}
    case = case_of(files, tmp_path, {"version": 1, "tables": [entry]})
    cx = source(case, "cx.csv")
    assert not cx.matched
    assert cx.question is not None
    assert (cx.rows_waiting, cx.rows_set_aside) == (80, 0)


def test_one_file_alone_asks(tmp_path: Path) -> None:
    case = case_of({"c.csv": customers(KEYS, "X1")}, tmp_path)
    (listed,) = case.sources
    assert (listed.role, listed.rows_read, listed.rows_set_aside) == ("customers", 120, 0)
    assert listed.question is not None
    assert listed.question.candidates[0].column == "X1"
    assert listed.question.candidates[0].different == 120
    assert case.why_no_list == "customer_key_open"
    assert "no_customers" not in {f.code for f in case.findings}


def test_a_file_named_as_the_list_asks_in_its_error(tmp_path: Path) -> None:
    upload = Upload("c.csv", csv(customers(KEYS, "X1")), "customers")
    with pytest.raises(InputError) as caught:
        read([upload], Settings(), tmp_path)
    assert caught.value.code == "customer_key_open"
    assert "--map 'c.csv:customer_id=X1'" in str(caught.value)
    assert "120 different values" in str(caught.value)


@pytest.mark.parametrize(
    "match", [{}, {"file": "c.csv"}, {"headings": customers(KEYS[:1], "X1")[0]}]
)
def test_a_mapping_in_part_names_the_key_alone(match: dict[str, Any], tmp_path: Path) -> None:
    entry = {"match": match, "columns": {"customer_id": "X1"}}
    files = {"c.csv": customers(KEYS, "X1")}
    case = case_of(files, tmp_path / "1", {"version": 1, "tables": [entry]})
    same = case_of({"c.csv": customers(KEYS)}, tmp_path / "2")
    assert case.base == same.base
    assert source(case, "c.csv").columns["revenue_start"] == "Revenue start"


def test_a_mapping_of_another_file_says_nothing_here(tmp_path: Path) -> None:
    entry = {"match": {"file": "other.csv"}, "columns": {"customer_id": "X1"}}
    case = case_of({"c.csv": customers(KEYS, "X1")}, tmp_path, {"version": 1, "tables": [entry]})
    assert source(case, "c.csv").question is not None


# ---- pairs that are made to mislead --------------------------------------------------------------


def _pair(name: str) -> tuple[Rows, Rows]:
    """(customer list, survey), neither with a heading that says which column is the key."""
    n = 120
    keys = KEYS
    names = [f"Firm {chr(65 + k % 26)}{k}" for k in range(n)]
    running = list(range(1, n + 1))
    invoices = ids(80, "", seed=9)
    if name == "invoices that overlap by chance":
        mine = [str(k) for k in range(30_000, 30_000 + n)]
        return customers(mine, "X1"), survey([str(k) for k in range(30_010, 30_090)], "Invoice")
    if name == "telephone numbers":
        phones = [f"+49 30 {k:07d}" for k in range(n)]
        return customers(keys, "X1", X2=phones), survey(ids(80, "Q", 3), "F1", F2=phones[:80])
    if name == "row numbers in both":
        return customers(running, "X1"), survey(running[:80], "F1")
    if name == "row numbers beside ids":
        return (
            customers(keys, "X1", X2=running),
            survey(keys[:80], "F1", F2=running[:80]),
        )
    if name == "names in other spellings":
        mine = [f"{name} Ltd." for name in names]
        return customers(mine, "X1"), survey(
            [m.upper().replace(" ", "  ") for m in mine[:80]], "F1"
        )
    if name == "hashed e-mail":
        hashed = [hashlib.sha256(k.encode()).hexdigest() for k in keys]
        return customers(hashed, "X1"), survey(hashed[:80], "F1")
    if name == "95 and 80 per cent, other rows":
        other = [*names[20:84], *[f"Z{k}" for k in range(16)]]
        mine = [*keys[:76], *ids(4, "ZZ", 8)]
        return customers(keys, "X1", X2=names), survey(mine, "F1", F2=other)
    if name == "95 and 75 per cent, other rows":
        other = [*names[20:79], *[f"Z{k}" for k in range(21)]]
        mine = [*keys[:76], *ids(4, "ZZ", 8)]
        return customers(keys, "X1", X2=names), survey(mine, "F1", F2=other)
    if name == "leading zeros in one file":
        bare = [str(k) for k in random.Random(4).sample(range(100, 90_000), n)]
        return customers([b.zfill(8) for b in bare], "X1"), survey(bare[:80], "F1")
    if name == "order and customer":
        orders = ids(80, "O", 6)
        return customers(keys, "X1"), survey([keys[k // 2] for k in range(80)], "F1", F2=orders)
    if name == "invoices that nobody knows":
        return customers(keys, "X1"), survey(invoices, "F1")
    if name == "too few of them":
        return customers(keys, "X1"), survey(keys[:29], "F1")
    if name == "places":
        towns = [f"Town {k % 40}" for k in range(n)]
        return customers(keys, "X1", X2=towns), survey(ids(80, "Q", 3), "F1", F2=towns[:80])
    raise KeyError(name)


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("invoices that overlap by chance", None),
        ("telephone numbers", None),
        ("row numbers in both", None),
        ("row numbers beside ids", "F1"),
        ("names in other spellings", "F1"),
        ("hashed e-mail", "F1"),
        ("95 and 80 per cent, other rows", None),
        ("95 and 75 per cent, other rows", "F1"),
        ("leading zeros in one file", "F1"),
        ("order and customer", "F1"),
        ("invoices that nobody knows", None),
        ("too few of them", None),
        ("places", None),
    ],
)
def test_pairs_made_to_mislead(name: str, column: str | None, tmp_path: Path) -> None:
    listed, answered = _pair(name)
    case = case_of({"c.csv": listed, "s.csv": answered}, tmp_path)
    cx = source(case, "s.csv")
    if column is None:
        assert not cx.matched
        assert cx.question is not None
        assert case.base is None
        assert all(s.rows_set_aside == 0 for s in case.sources)
    else:
        assert [m.column for m in cx.matched] == [column]
        assert source(case, "c.csv").columns["customer_id"] == "X1"


def test_a_key_that_its_heading_names_stays_where_it_meets(tmp_path: Path) -> None:
    refs = ids(120, "R", 2)
    files = {
        "c.csv": customers(KEYS, Ref=refs),
        "s.csv": survey(KEYS[:80], Ref=refs[:80]),
    }
    assert not any(s.matched for s in case_of(files, tmp_path).sources)


def test_a_key_that_its_heading_names_goes_where_only_another_column_meets(tmp_path: Path) -> None:
    refs = ids(120, "R", 2)
    files = {
        "c.csv": customers(KEYS, Ref=refs),
        "s.csv": survey(ids(80, "W", 3), Quelle=refs[:80]),
    }
    case = case_of(files, tmp_path)
    assert source(case, "s.csv").columns["customer_id"] == "Quelle"
    assert source(case, "c.csv").columns["customer_id"] == "Ref"
    assert case.joins is not None
    assert case.joins.responses_matched == 80


# ---- what leaves the reading process -------------------------------------------------------------


def test_of_employees_nothing_but_large_teams_leaves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = pulse(["T0", "T1", "T2", "Tiny-secret"], "Feld 9")
    rows = [*rows[:19], *rows[19:22]]  # three answers of the last team
    rows = [[*row, f"person-secret-{k}" if k else "Feld 10"] for k, row in enumerate(rows)]
    sent: list[bytes] = []
    real = protocol.pack

    def pack(sheets: Sequence[Any]) -> list[Any]:
        made = real(sheets)
        sent.append(b"".join(bytes(piece) for piece in made))
        return made

    monkeypatch.setattr(protocol, "pack", pack)
    case = case_of({"c.csv": customers(KEYS), "ex.csv": rows}, tmp_path)
    ex = source(case, "ex.csv")
    assert ex.columns["team"] == "Feld 9"
    assert [m.field for m in ex.matched] == ["team"]
    of_ex = [piece for piece in sent if b"ex.csv" in piece]
    assert len(of_ex) == 2
    assert not any(b"secret" in piece for piece in of_ex)
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"secret" not in kept


def test_employees_numbers_are_never_compared_with_customers(tmp_path: Path) -> None:
    rows = [[*row, KEYS[k - 1] if k else "Nr"] for k, row in enumerate(pulse(["T0", "T1", "T2"]))]
    ex = source(case_of({"c.csv": customers(KEYS), "ex.csv": rows}, tmp_path), "ex.csv")
    assert ex.role == "ex"
    assert not ex.matched


@pytest.mark.parametrize(("shared", "told"), [(3, True), (2, False)])
def test_three_team_names_must_be_shared(shared: int, told: bool, tmp_path: Path) -> None:
    teams = [*[f"T{k}" for k in range(shared)], "Other"]
    files = {"c.csv": customers(KEYS), "ex.csv": pulse(teams, "Feld 9")}
    ex = source(case_of(files, tmp_path), "ex.csv")
    assert bool(ex.matched) == told


def test_what_is_asked_can_be_told_as_json(tmp_path: Path) -> None:
    listed, answered = _pair("95 and 80 per cent, other rows")
    case = case_of({"c.csv": listed, "s.csv": answered}, tmp_path)
    asked = next(f for f in case.findings if f.code == "survey_key_open")
    candidates = json.loads(json.dumps(dict(asked.params)))["candidates"]
    assert [(c["column"], c["found"], c["of"]) for c in candidates] == [
        ("F1", 76, 80),
        ("F2", 64, 80),
    ]


# ---- parts of a customer list without a key ------------------------------------------------------


def _terms(heading: str, name: str = "Q") -> list[list[Any]]:
    return [
        [heading, "Start date", "End date", "Monthly amount"],
        *[
            [f"{name}{7 * k:05d}", "2023-01-01", "" if k % 4 else "2024-05-01", 100 + k]
            for k in range(N_TERMS)
        ],
    ]


N_TERMS = 40


def test_subscriptions_that_only_lack_a_key_ask_for_it(tmp_path: Path) -> None:
    case = read([Upload("terms.csv", csv(_terms("Ref")))], Settings(), tmp_path)
    (source,) = case.sources
    assert source.role == "subscriptions"
    assert source.question is not None
    assert [one.column for one in source.question.candidates] == ["Ref"]
    assert source.rows_waiting == N_TERMS
    assert not source.rows_set_aside
    asked = next(f for f in case.findings if f.code == "rows_key_open")
    assert "Ref" in str(told(asked.params)["candidates"])


def test_leavings_that_only_lack_a_key_ask_for_it(tmp_path: Path) -> None:
    rows = [["Ref", "Cancellation date", "Cancellation reason"]]
    rows += [[f"Q{7 * k:05d}", "2024-01-01", "price"] for k in range(N_TERMS)]
    (source,) = read([Upload("left.csv", csv(rows))], Settings(), tmp_path).sources
    assert source.role == "churn_events"
    assert source.question is not None


def test_days_and_amounts_of_something_else_ask_for_no_customer(tmp_path: Path) -> None:
    rows = [["Project", "Start date", "Amount"]]
    rows += [[f"P{7 * k:05d}", "2024-01-01", 100 + k] for k in range(N_TERMS)]
    (source,) = read([Upload("projects.csv", csv(rows))], Settings(), tmp_path).sources
    assert source.role is None
    assert source.question is None


def test_the_values_of_a_list_answer_it(tmp_path: Path) -> None:
    listed = [["Customer ID", "Team", "Churned"]]
    listed += [[f"Q{7 * k:05d}", "North", "no" if k % 4 else "yes"] for k in range(N_TERMS)]
    uploads = [Upload("list.csv", csv(listed)), Upload("terms.csv", csv(_terms("Ref")))]
    case = read(uploads, Settings(), tmp_path)
    found = {source.role: dict(source.columns) for source in case.sources}
    assert found["subscriptions"]["customer_id"] == "Ref"


# ---- a table that names contracts ----------------------------------------------------------------


def _contracts(each: int) -> list[list[Any]]:
    rows: list[list[Any]] = [["Customer No", "Contract No", "Revenue", "Churned"]]
    for k in range(80):
        lost = "yes" if k // each % 4 == 0 else "no"
        rows.append([f"K{k // each:04d}", f"V{9000 + k * 7}", 1000 + k, lost])
    return rows


@pytest.mark.parametrize("named", ["Contract No", "CONTRACT NO."])
def test_a_survey_by_contract_is_one_of_the_customers(named: str, tmp_path: Path) -> None:
    answers = [[named, "Response date", "Ease (1-7)"]]
    answers += [[f"V{9000 + k * 7}", "2025-03-01", str(1 + k % 7)] for k in range(50)]
    uploads = [Upload("list.csv", csv(_contracts(2))), Upload("survey.csv", csv(answers))]
    case = read(uploads, Settings(), tmp_path)
    assert case.base is not None
    assert case.joins is not None
    assert (case.base.customers, case.base.churned) == (40, 10)
    assert case.joins.responses_matched == 50
    assert case.joins.customers_with_response == 25
    (said,) = [f for f in case.findings if f.code == "ids_of_contracts"]
    assert (said.params["count"], said.params["total"]) == (50, 50)


def test_what_was_read_again_is_not_read_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Employees' rows are not kept: a look at the same values needs their file no second time."""
    files = company(ex__Team="Patch")
    uploads = [Upload(name, csv(rows)) for name, rows in files.items()]
    about: dict[str, Any] = {"mapping": None, "folder": tmp_path, "k_min": 5}
    parsed = [read_files.parse(upload, **about) for upload in uploads]
    kept: dict[str, Any] = {}
    first = read_files.look_together(parsed, uploads, **about, kept=kept)
    assert kept

    def read_twice(*_: Any, **__: Any) -> Any:
        raise AssertionError("read twice")

    monkeypatch.setattr(read_files, "parse", read_twice)
    again = read_files.look_together(parsed, uploads, **about, kept=kept)
    assert [file.key for file in again] == [file.key for file in first]


@pytest.mark.parametrize(
    "entry",
    [
        {
            "match": {"headings": ["Contract No", "Response date", "Ease (1-7)"]},
            "decisions": {"by_values": "no"},
        },
        {"match": {"file": "survey.csv"}, "columns": {"customer_id": "Contract No"}},
    ],
    ids=["one click", "one option"],
)
def test_contracts_made_customers_are_undone(entry: dict[str, Any], tmp_path: Path) -> None:
    answers = [["Contract No", "Response date", "Ease (1-7)"]]
    answers += [[f"V{9000 + k * 7}", "2025-03-01", str(1 + k % 7)] for k in range(50)]
    uploads = [Upload("list.csv", csv(_contracts(2))), Upload("survey.csv", csv(answers))]
    mapping = {"version": 1, "tables": [entry]}
    case = read(uploads, Settings(), tmp_path, mapping)
    assert "ids_of_contracts" not in {f.code for f in case.findings}
    assert case.joins is None or case.joins.responses_matched == 0
