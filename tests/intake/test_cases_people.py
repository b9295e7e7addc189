"""Employees counted as people, not rows, and what is an employee survey at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from make_files import csv, customer_rows, parsed

from cxcase.case_document import CaseInputs, SavedFile
from cxcase.intake import Parsed, ParsedTable, Upload, assemble, read
from cxcase.intake.case.team_engagement import combine_waves
from cxcase.intake.files.sheet import sheet_of
from cxcase.intake.privacy.small_groups import SmallGroups
from cxcase.intake.roles.type_table import understand_sheet
from cxcase.portable_case import portable, unpacked
from cxcase.settings import EMPLOYEES_ANSWERED, Settings

CASES = Path(__file__).parent / "cases"
Q12 = tuple(f"{k}. I {verb} my work" for k, verb in enumerate(("know", "like", "share", "plan"), 1))
K_MIN = 5


def table_of(data: bytes, folder: Path, **options: Any) -> ParsedTable:
    return parsed(data, folder, **options).tables[0]


def people(table: ParsedTable) -> dict[str, int]:
    """Team -> the people published, over all waves, as a case pools them."""
    frame = table.frame()
    return frame.groupby("team")["n"].max().to_dict() if len(frame) else {}


def codes(table: ParsedTable) -> set[str]:
    return {message.code for message in table.source.messages}


def case_people(files: Sequence[Parsed], folder: Path, **settings: Any) -> dict[str, int]:
    """Team -> the people that a case of these files publishes."""
    case = assemble(list(files), Settings(**settings), folder)
    ex = case.table("ex")
    return dict(zip(ex["team"], ex["n"], strict=True))


# ---- files that people sent ----------------------------------------------------------------------


def test_a_row_a_person_and_statement_is_put_together(tmp_path: Path) -> None:
    data = (CASES / "t11_ex_long_q12.csv").read_bytes()
    table = table_of(data, tmp_path)
    assert table.source.role == "ex"
    assert dict(table.source.columns) == {
        "team": "Department",
        "respondent_id": "Response ID",
        "statement": "Question",
        "rating": "Response Text",
    }
    assert people(table) == {"Finance": 9, "IT": 8, "Sales": 12}
    assert table.suppressed_teams == 1
    assert (table.scales["engagement"].low, table.scales["engagement"].high) == (1, 4)
    assert {"ex_long_form", "ex_words_and_numbers_differ"} <= codes(table)
    assert "Legal" not in repr(table) + "".join(map(repr, table.frame().to_dict("records")))
    assert table.source.rows_read == table.source.rows_accepted == 300


def test_tickets_with_marks_are_a_customer_survey_that_lacks_the_customer(tmp_path: Path) -> None:
    table = table_of((CASES / "t20_ticket_csat.csv").read_bytes(), tmp_path)
    assert table.source.role == "cx"
    assert table.source.question is not None
    assert table.source.question.field == "customer_id"
    assert table.source.rows_accepted == 0
    assert table.source.rows_waiting == table.source.rows_read


def test_satisfaction_in_an_hr_file_is_a_question_on_0_to_1(tmp_path: Path) -> None:
    table = table_of((CASES / "t22_hr_satisfaction_share.csv").read_bytes(), tmp_path)
    assert dict(table.source.columns) == {"team": "Department", "item:1": "satisfaction_level"}
    assert (table.scales["engagement"].low, table.scales["engagement"].high) == (0, 1)
    assert people(table) == {"hr": 20, "it": 20, "sales": 20}


def test_marks_of_companies_are_a_customer_survey(tmp_path: Path) -> None:
    table = table_of((CASES / "t09_nps_company.csv").read_bytes(), tmp_path)
    assert table.source.role == "cx"
    assert table.source.rows_accepted == 100


# ---- files made to go wrong ----------------------------------------------------------------------


def long_rows(
    heads: Sequence[str],
    sizes: dict[str, int],
    days: Sequence[str] = ("2024-10-01",),
    statements: Sequence[str] = Q12,
    name: str = "{team}{k}",
) -> list[list[Any]]:
    """heads: who, team, when, statement, mark. A row for each person, day and statement."""
    rows: list[list[Any]] = [list(heads)]
    for day in days:
        for team, size in sizes.items():
            for k in range(size):
                for q, statement in enumerate(statements):
                    who = name.format(team=team[0], k=k, day=day, q=q)
                    rows.append([who, team, day, statement, 1 + (k + q + len(rows)) % 5])
    return rows


def without(rows: list[list[Any]], column: int) -> list[list[Any]]:
    return [[cell for place, cell in enumerate(row) if place != column] for row in rows]


SIZES = {"North": 9, "South": 6, "Legal": 4}
LARGE = {"North": 9, "South": 6}
LANGUAGES = {
    "German": ("Antwort ID", "Abteilung", "Datum", "Frage", "Antwort"),
    "French": ("id réponse", "Équipe", "date", "Affirmation", "Note"),
    "Spanish": ("id respuesta", "Equipo", "Fecha", "Pregunta", "Respuesta"),
    "Dutch": ("Respondent", "Vestiging", "Date", "Stelling", "Antwoord"),
    "Italian": ("Matricule", "Sede", "Date", "Domanda", "Punteggio"),
    "unknown who": ("Kürzel", "Department", "Date", "Statement", "Score"),
    "unknown statement": ("Employee ID", "Department", "Date", "Kapitel", "Score"),
}


@pytest.mark.parametrize("heads", LANGUAGES.values(), ids=LANGUAGES)
def test_a_long_form_is_told_in_other_languages_and_by_its_cells(
    heads: Sequence[str], tmp_path: Path
) -> None:
    table = table_of(csv(long_rows(heads, SIZES)), tmp_path)
    assert table.source.role == "ex"
    assert people(table) == LARGE
    assert table.suppressed_teams == 1


HEADS = ("Response ID", "Department", "Date", "Statement", "Score")


def test_without_ids_people_are_the_most_answers_to_one_statement(tmp_path: Path) -> None:
    rows = without(long_rows(HEADS, SIZES), 0)
    table = table_of(csv(rows), tmp_path)
    frame = table.frame()
    assert people(table) == LARGE
    assert "ex_long_form_without_people" in codes(table)
    assert frame["sd"].isna().all()  # nobody knows whose answers belong together
    marks = [row[3] for row in rows[1:] if row[0] == "North"]
    assert frame.set_index("team").loc["North", "mean"] == pytest.approx(np.mean(marks))


def test_ids_that_tell_rows_apart_count_no_people(tmp_path: Path) -> None:
    rows = long_rows(HEADS, SIZES, name="{team}{k}-{q}")
    assert people(table_of(csv(rows), tmp_path)) == LARGE


def test_several_waves_of_the_same_people_are_not_added_up(tmp_path: Path) -> None:
    days = ("2024-03-04", "2024-09-02", "2025-03-03")
    for rows in (
        long_rows(HEADS, SIZES, days),
        long_rows(HEADS, SIZES, days, name="{team}{k}{day}"),
        without(long_rows(HEADS, SIZES, days), 0),
    ):
        file = parsed(csv(rows), tmp_path)
        assert len(file.tables[0].frame()) == 6
        assert case_people([file], tmp_path) == LARGE


WEEKLY = [str(dt.date(2024, 9, 2) + dt.timedelta(days=7 * k)) for k in range(12)]
DAILY = [str(dt.date(2024, 9, 2) + dt.timedelta(days=k)) for k in range(5)]


@pytest.mark.parametrize("days", [WEEKLY, WEEKLY[:3], DAILY], ids=["always on", "pulse", "daily"])
@pytest.mark.parametrize("wide", [True, False], ids=["wide", "long"])
def test_people_who_may_have_answered_again_are_asked_about(
    days: Sequence[str], wide: bool, tmp_path: Path
) -> None:
    """Until then a team is the most answers to one statement on one day."""
    statements = Q12[:1] if wide else Q12
    rows = long_rows(HEADS, {**SIZES, "East": 7, "West": 8}, days, statements, "{k}{team}{day}")
    if wide:
        rows = without([["Response ID", "Department", "Date", "-", "I like my work"], *rows[1:]], 3)
    rows = without(rows, 0)
    file = parsed(csv(rows), tmp_path)
    assert people(file.tables[0]) == {**LARGE, "East": 7, "West": 8}
    (said,) = [m for m in file.tables[0].source.messages if m.code == EMPLOYEES_ANSWERED]
    assert said.params["teams"] == 4
    assert said.params["teams_once"] == 5
    once = {"version": 1, "tables": [], "decisions": {EMPLOYEES_ANSWERED: "once"}}
    decided = parsed(csv(rows), tmp_path, mapping=once).tables[0]
    assert people(decided)["Legal"] == 4 * len(days)
    assert "decided" in codes(decided)


def test_the_decision_stands_in_the_case_with_its_teams(tmp_path: Path) -> None:
    rows = without(long_rows(HEADS, SIZES, WEEKLY), 0)
    customers = Upload("customers.csv", csv(customer_rows()), "customers")
    files = [customers, Upload("ex.csv", csv(rows), "ex")]
    for chosen, teams in (("again", LARGE), ("once", {"North": 108, "South": 72, "Legal": 48})):
        settings = Settings()
        if chosen == "once":
            settings = settings.deciding(EMPLOYEES_ANSWERED, chosen)
        case = read(files, settings, tmp_path)
        (decision,) = [d for d in case.decisions if d.code == EMPLOYEES_ANSWERED]
        assert (decision.chosen, decision.owned) == (chosen, chosen == "once")
        assert [(o.code, o.teams) for o in decision.options] == [("again", 2), ("once", 3)]
        ex = case.table("ex")
        assert dict(zip(ex["team"], ex["n"], strict=True)) == teams


def test_an_ordinary_survey_of_two_weeks_asks_nothing(tmp_path: Path) -> None:
    draw = np.random.default_rng(3)
    day = np.datetime64("2024-10-07")
    rows: list[list[Any]] = [["Department", "Date", "I like my work"]]
    for team in range(8):
        after = np.minimum(draw.geometric(0.25, 30) - 1, 11)
        rows += [[f"T{team}", day + int(k), int(draw.integers(1, 6))] for k in after]
    table = table_of(csv(rows), tmp_path)
    assert EMPLOYEES_ANSWERED not in codes(table)
    assert set(people(table).values()) == {30}


def test_a_team_of_four_with_forty_rows_stays_hidden(tmp_path: Path) -> None:
    """Ten waves under a label, the person only under "Employee ID"."""
    rows: list[list[Any]] = [["Employee ID", "Team", "Wave", "I am proud"]]
    for wave in range(10):
        rows += [[f"E{k}", "Quiet", f"Wave {wave}", 1 + k] for k in range(4)]
        rows += [[f"N{k}", "North", f"Wave {wave}", 1 + k % 5] for k in range(8)]
    file = parsed(csv(rows), tmp_path)
    assert people(file.tables[0]) == {"North": 8}
    assert file.tables[0].suppressed_teams == 1
    assert case_people([file], tmp_path) == {"North": 8}


def test_one_person_who_answers_on_forty_rows_is_one_person(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["Employee ID", "Team", "I am proud", "I get help"]]
    rows += [["E1", "Quiet", k % 5 + 1, 3] for k in range(40)]
    rows += [[f"N{k}", "North", k % 5 + 1, 4] for k in range(12)]
    assert people(table_of(csv(rows), tmp_path)) == {"North": 12}


@pytest.mark.parametrize("blank", [None, ""])
def test_rows_without_an_id_are_not_each_a_person(blank: Any, tmp_path: Path) -> None:
    rows = long_rows(HEADS, SIZES)
    rows = [[blank if row[0] == "L0" else row[0], *row[1:]] for row in rows]
    assert people(table_of(csv(rows), tmp_path)) == LARGE


def test_a_row_a_team_and_question_without_n_shows_nothing(tmp_path: Path) -> None:
    rows = [["Department", "Question", "Score"]]
    rows += [[team, q, 3.4] for team in ("A", "B", "C") for q in Q12]
    table = table_of(csv(rows), tmp_path)
    assert len(table.frame()) == 0 if table.source.role == "ex" else table.source.role is None


def test_statements_of_team_means_are_not_added_up(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["Department", "Question", "n", "Mean (1-5)"]]
    for team, n in {"A": 12, "B": 7, "C": 4, "D": 9, "E": 8}.items():
        rows += [[team, q, n - (k == 0), 3 + k / 10] for k, q in enumerate(Q12)]
    file = parsed(csv(rows), tmp_path)
    frame = file.tables[0].frame()
    assert people(file.tables[0]) == {"A": 12, "B": 7, "D": 9, "E": 8}
    assert frame["mean"].tolist() == pytest.approx([3.15] * 4)
    assert len([c for c in frame if c.startswith("item:")]) == 4
    assert case_people([file], tmp_path)["A"] == 12


@pytest.mark.parametrize("orientation", ["teams in columns", "questions in columns"])
def test_a_matrix_of_team_means_shows_no_team(orientation: str, tmp_path: Path) -> None:
    teams = ["Sales", "Finance", "IT", "Legal"]
    rows: list[list[Any]] = [["Question", *teams], *[[q, 4, 3, 4, 2] for q in Q12]]
    if orientation == "questions in columns":
        rows = [["Department", *Q12], *[[team, 4, 3, 4, 2] for team in teams]]
    table = table_of(csv(rows), tmp_path)
    assert table.source.role in (None, "ex")
    assert table.source.role is None or len(table.frame()) == 0
    assert not any("Legal" in values for values in table.source.samples.values())


def test_a_survey_pasted_twice_counts_once(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["Team", "I am proud", "I get help", "I will stay", "Comment"]]
    draw = np.random.default_rng(5)
    sizes = {"North": 30, "South": 22, "Quiet": 4}
    for team, n in sizes.items():
        rows += [[team, *draw.integers(1, 6, 3).tolist(), f"{team} {k}"] for k in range(n)]
    twice = [*rows, *rows[1:]]
    table = table_of(csv(twice), tmp_path)
    assert people(table) == {"North": 30, "South": 22}
    assert table.source.reasons == {"copied_row": 56}


NO_SURVEYS = {
    "store scores": (["Store", "Date", "Mystery shopper score", "Cleanliness", "CSAT"],
                     ["S{g}", "2024-10-0{d}", "{m}", "{m}", "{m}"]),
    "reviews": (["Review ID", "Product", "Store", "Rating"], ["R{i}", "P{g}", "S{g}", "{m}"]),
    "orders": (["Order ID", "Branch", "Delivery rating", "Courier rating"],
               ["O{i}", "B{g}", "{m}", "{m}"]),
    "poll": (["Pollster", "Location", "Question", "Answer"], ["P{g}", "L{g}", "Who wins?", "{m}"]),
    "customers' marks": (["Guest ID", "Branch", "Rating"], ["G{i}", "B{g}", "{m}"]),
    "a survey by company": (["Company ID", "Office", "NPS"], ["C{i}", "O{g}", "{m}"]),
}  # fmt: skip


@pytest.mark.parametrize("kind", NO_SURVEYS)
def test_what_is_no_employee_survey(kind: str, tmp_path: Path) -> None:
    heads, cells = NO_SURVEYS[kind]
    rows = [heads]
    for i in range(60):
        filled = {"i": i, "g": i % 4, "d": 1 + i % 9, "m": 1 + (i * 7) % 5}
        rows.append([cell.format(**filled) for cell in cells])
    assert table_of(csv(rows), tmp_path).source.role != "ex"


HR = ["EmployeeNumber", "Department", "Education", "JobLevel", "JobSatisfaction",
      "EnvironmentSatisfaction", "PerformanceRating", "NumCompaniesWorked", "WorkLifeBalance",
      "TrainingTimesLastYear", "StockOptionLevel"]  # fmt: skip


def test_facts_of_a_person_are_no_questions(tmp_path: Path) -> None:
    draw = np.random.default_rng(2)
    rows: list[list[Any]] = [HR]
    rows += [[k, f"D{k % 3}", *draw.integers(1, 5, 9).tolist()] for k in range(60)]
    table = table_of(csv(rows), tmp_path)
    rated = {reading.heading for reading in table.readings}
    assert rated
    assert rated <= {"JobSatisfaction", "EnvironmentSatisfaction", "WorkLifeBalance"}
    assert people(table) == {"D0": 20, "D1": 20, "D2": 20}


@pytest.mark.parametrize("heading", ["Team size", "Store score", "Branch city"])
def test_a_team_is_no_size_score_or_city(heading: str, tmp_path: Path) -> None:
    rows = [[heading, "I am proud", "My manager listens"]]
    rows += [[f"x{k % 3}", 1 + k % 5, 1 + k % 4] for k in range(40)]
    assert table_of(csv(rows), tmp_path).source.role != "ex"


HIDDEN_BY = {
    "a part's total below": [
        ["Leeds", "2024", 12, 3.9], ["York", "2024", 9, 3.1], ["Hull", "2024", "<5", "-"],
        ["Region North", "2024", 25, 3.5], ["Bath", "2024", 14, 4.0], ["Poole", "2024", 16, 3.3],
    ],
    "a part's total above": [
        ["Bath", "2024", 14, 4.0], ["Region North", "2024", 25, 3.5], ["Leeds", "2024", 12, 3.9],
        ["York", "2024", 9, 3.1], ["Hull", "2024", 4, 2.9], ["Poole", "2024", 16, 3.3],
    ],
    "a year and its halves": [
        ["Region North", "2024", 25, 3.5], ["Region North", "2024 H1", 21, 3.6],
        ["Region North", "2024 H2", 4, 2.9], ["Bath", "2024", 14, 4.0],
    ],
    "a team and a few more": [
        ["Region", "2024", 12, 3.9], ["Region (incl. Hull)", "2024", 15, 3.8],
        ["York", "2024", 9, 3.1], ["Bath", "2024", 8, 3.3],
    ],
}  # fmt: skip


@pytest.mark.parametrize("by", HIDDEN_BY)
def test_a_small_group_is_not_what_two_figures_differ_by(by: str, tmp_path: Path) -> None:
    rows = [["Team", "Wave", "n", "Mean (1-5)"], *HIDDEN_BY[by]]
    table = table_of(csv(rows), tmp_path)
    assert table.source.reasons == {"total_row": 1}
    assert not {25, 15} & set(table.frame()["n"])


def test_a_person_who_joins_is_no_difference_of_waves_and_all(tmp_path: Path) -> None:
    """What all waves come to is told by the waves alone, not person by person."""
    rows: list[list[Any]] = [["Employee ID", "Team", "Date", "I am proud"]]
    rows += [[f"E{k}", "A", "2024-01-10", k % 5 + 1] for k in range(5)]
    rows += [[f"E{k}", "A", "2024-07-10", 5 - k % 5] for k in range(6)]
    frame = table_of(csv(rows), tmp_path).frame()
    ex = combine_waves(frame, None, SmallGroups(5)).ex
    assert ex["n"].tolist() == [6]
    assert ex["mean"][0] == pytest.approx(np.average(frame["mean"], weights=frame["n"]))


def two_waves(sizes: dict[str, tuple[int, int]]) -> bytes:
    """A survey in two waves of these numbers of people."""
    rows: list[list[Any]] = [["Team", "Date", "I am proud", "I get help"]]
    for wave, day in enumerate(("2024-01-10", "2024-07-10")):
        for team, people_of_wave in sizes.items():
            marks = [[1 + (k + wave) % 5, 1 + k % 4] for k in range(people_of_wave[wave])]
            rows += [[team, day, *own] for own in marks]
    return csv(rows)


def test_waves_between_which_one_person_came_are_shown_together_only(tmp_path: Path) -> None:
    sizes = {"A": (10, 11), "B": (10, 14), "C": (10, 15), "D": (12, 12), "E": (20, 8)}
    file = parsed(two_waves(sizes), tmp_path)
    case = assemble([file], Settings(), tmp_path)
    assert set(case.table("ex_waves")["team"]) == {"C", "D", "E"}
    assert case.table("ex")["team"].tolist() == [*sizes]
    (said,) = [f for f in case.findings if f.code == "ex_waves_too_near"]
    assert said.params == {"count": 2, "k_min": 5}


def test_no_file_holds_waves_between_which_one_person_came(tmp_path: Path) -> None:
    """Whatever is written: tables, those of the case, and the file to take along."""
    sizes = {"A": (10, 11), "B": (10, 14), "C": (10, 15), "D": (12, 12), "E": (20, 8), "F": (4, 4)}
    file = parsed(two_waves(sizes), tmp_path / "read")
    assemble([file], Settings(), tmp_path / "case")
    inputs = CaseInputs(
        Settings(), "A company", (SavedFile("f.csv", "digest", file),), (), "", (), ()
    )
    taken = portable(inputs, tmp_path / "read", tmp_path)
    unpacked("a.cxcase", taken, tmp_path / "back")
    tables = [*tmp_path.rglob("*.parquet")]
    places = {path.relative_to(tmp_path).parts[0] for path in tables}
    assert places >= {"read", "case", "back"}
    for path in tables:
        rows = pd.read_parquet(path)
        kinds = rows["item"] if "item" in rows else pd.Series("", rows.index)
        for _, n in rows.groupby([rows["team"], kinds])["n"]:
            assert all(SmallGroups(5).apart(n.tolist())), path
    assert not [p for p in tmp_path.rglob("*") if p.is_file() and b"I get help,I" in p.read_bytes()]
    assert "F" not in {team for path in tables for team in pd.read_parquet(path)["team"]}


def test_waves_that_stand_together_come_to_what_they_came_to_apart(tmp_path: Path) -> None:
    table = table_of(two_waves({"A": (10, 11), "C": (10, 15)}), tmp_path)
    rows = table.frame().set_index("team")
    assert rows.loc["A", "waves"] == 2
    marks = [np.mean([1 + (k + w) % 5, 1 + k % 4]) for w, n in ((0, 10), (1, 11)) for k in range(n)]
    assert rows.loc["A", "mean"] == pytest.approx(np.mean(marks))
    early = dt.date(2024, 3, 1)
    said = combine_waves(table.frame(), early, SmallGroups(5))
    assert (said.waves, said.repeated, said.before) == (2, 2, False)
    assert "ex_waves_not_parted" in {finding.code for finding in said.findings}
    later = combine_waves(table.frame(), dt.date(2024, 9, 1), SmallGroups(5))
    assert (later.before, later.ex["n"].tolist()) == (True, [11, 15])


def test_periods_of_units_folded_from_employees_are_not_differences_either(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["Branch", "Period", "Engagement (1-5)", "CSAT (1-5)"]]
    for period, sizes in (("2024-Q1", (10, 10)), ("2024-Q2", (11, 15))):
        for team, size in zip("AB", sizes, strict=True):
            rows += [[team, period, 1 + k % 5, 3.5] for k in range(size)]
    table = parsed(csv(rows), tmp_path, role="units").tables[0]
    shown = table.frame()[["team", "period_label", "ex"]].dropna()
    assert [*zip(shown["team"], shown["period_label"], strict=True)] == [
        ("B", "2024-Q1"),
        ("A", "2024-Q2"),
        ("B", "2024-Q2"),
    ]
    assert "ex_periods_too_near" in codes(table)


def branches(people_each: int, times: int, *beside: str) -> bytes:
    """Rows of employees in figures by branch: so many people, each so many times."""
    rows: list[list[Any]] = [["Branch", *beside, "Engagement (1-5)", "CSAT (1-5)", "Revenue"]]
    for team in "ABC":
        for k in range(people_each * times):
            day = f"2025-0{1 + k // people_each}-11"
            told = {"Employee ID": f"{team}{k % people_each}", "Response date": day}
            rows.append([team, *(told[name] for name in beside), 1 + k % 5, 3.5, 1000])
    return csv(rows)


@pytest.mark.parametrize("beside", [["Employee ID"], ["Response date"]])
def test_rows_of_one_person_are_one_person_in_figures_by_team(
    beside: list[str], tmp_path: Path
) -> None:
    small = parsed(branches(4, 3, *beside), tmp_path, role="units").tables[0]
    assert small.frame()["ex"].isna().all()
    large = parsed(branches(6, 3, *beside), tmp_path, role="units").tables[0].frame()
    assert large["ex_n"].tolist() == [6, 6, 6]
    assert large["ex"].notna().all()


@pytest.mark.parametrize("wave", [False, True])
def test_rows_that_nothing_tells_apart_are_said_to_count_as_people(
    wave: bool, tmp_path: Path
) -> None:
    rows = [["Team", *(["Wave"] if wave else []), "I am proud", "I get help"]]
    rows += [["A", *(["W1"] if wave else []), str(1 + k % 5), str(1 + k % 4)] for k in range(12)]
    table = table_of(csv(rows), tmp_path, role="ex")
    assert people(table) == {"A": 12}
    assert ("ex_rows_as_people" in codes(table)) is not wave


def test_an_overlapping_file_shows_no_team_twice(tmp_path: Path) -> None:
    """The second file lacks one person: the two are told as one figure of the larger."""
    rows = long_rows(HEADS, {"North": 9})
    fewer = [row for row in rows if row[0] != "N8"]
    files = [parsed(csv(rows), tmp_path, name="a.csv"), parsed(csv(fewer), tmp_path, name="b.csv")]
    case = assemble(files, Settings(), tmp_path)
    assert case.table("ex")["n"].tolist() == [9]
    assert "ex_waves" not in {path.stem for path in case.folder.iterdir()}


# ---- whatever is done to the rows ----------------------------------------------------------------


def company(seed: int) -> tuple[list[list[Any]], dict[str, set[str]]]:
    """(who, team, day, statement, mark of a small company over one to three waves, the people of
    each team).
    """
    draw = np.random.default_rng(seed)
    rows: list[list[Any]] = []
    true: dict[str, set[str]] = {}
    for team in range(int(draw.integers(2, 5))):
        name = f"Team {team}"
        staff = [f"{name[-1]}-{k}" for k in range(int(draw.integers(1, 9)))]
        for wave in range(int(draw.integers(1, 4))):
            for who in staff:
                if draw.random() < 0.85:
                    day = dt.date(2024, 1, 8) + dt.timedelta(90 * wave + int(draw.integers(0, 4)))
                    asked = [q for q in Q12 if draw.random() < 0.9]
                    rows += [[who, name, str(day), q, int(draw.integers(1, 6))] for q in asked]
                    if asked:
                        true.setdefault(name, set()).add(who)
    return rows, true


def shapes(rows: list[list[Any]], seed: int) -> dict[str, list[list[Any]]]:
    """The same answers as files of many shapes."""
    draw = np.random.default_rng(seed)
    shuffled = [rows[k] for k in draw.permutation(len(rows)).tolist()]
    later = [[w, t, str(dt.date.fromisoformat(d) + dt.timedelta(365)), *r] for w, t, d, *r in rows]
    forms: dict[tuple[str, str, str], dict[str, int]] = {}
    for who, team, day, statement, mark in rows:
        forms.setdefault((who, team, day), {})[statement] = mark
    wide = [[*key, *(marks.get(q) for q in Q12)] for key, marks in forms.items()]
    heads = ["Employee ID", "Team", "Date", "Statement", "Score"]
    wide_heads = ["Response ID", "Team", "Date", *Q12]
    numbered = [[k, *row[1:]] for k, row in enumerate(wide)]
    return {
        "long": [heads, *rows],
        "shuffled": [heads, *shuffled],
        "nameless": without([heads, *shuffled], 0),
        "a row an id": [["Response ID", *heads[1:]], *([k, *r[1:]] for k, r in enumerate(rows))],
        "waves again": [heads, *rows, *later],
        "nameless waves again": without([heads, *rows, *later], 0),
        "wide": [["Employee ID", *wide_heads[1:]], *wide],
        "forms": [wide_heads, *numbered],
        "nameless forms": without([wide_heads, *numbered], 0),
    }


def cells_read(made: Sequence[Sequence[Any]]) -> pd.DataFrame:
    """What leaves the reading of the file, read here."""
    text = [[None if cell is None else str(cell) for cell in row] for row in made]
    typed = understand_sheet(sheet_of(None, text), "file.csv", "ex", None, 3).typed
    assert typed is not None
    return pd.DataFrame(typed.columns)


@pytest.mark.parametrize("seed", range(12))
def test_never_more_people_than_there_are(seed: int) -> None:
    rows, true = company(seed)
    for kind, made in shapes(rows, seed).items():
        cells = cells_read(made)
        for times in (1, 2):
            twice = pd.concat([cells] * times, ignore_index=True)
            ex = combine_waves(twice, None, SmallGroups(3)).ex
            shown = dict(zip(ex["team"], ex["n"], strict=True))
            assert all(3 <= n <= len(true[team]) for team, n in shown.items()), (kind, shown)
        if kind in ("long", "wide"):  # who is there is not lost either
            assert shown.keys() >= {team for team, staff in true.items() if len(staff) >= 6}, kind


def test_no_small_team_is_in_anything_that_is_kept(tmp_path: Path) -> None:
    rows, true = company(3)
    true["Team 9"] = {"9-0"}
    rows += [["9-0", "Team 9", day, q, 3] for day in WEEKLY for q in Q12]
    small = {team for team, staff in true.items() if len(staff) < 3}
    for kind, made in shapes(rows, 3).items():
        file = parsed(csv(made), tmp_path, role="ex", k_min=3)
        case_people([file], tmp_path, k_min=3)
        kept = "".join(p.read_bytes().decode("latin-1") for p in tmp_path.rglob("*.parquet"))
        assert not {team for team in small if team in kept + repr(file)}, kind
