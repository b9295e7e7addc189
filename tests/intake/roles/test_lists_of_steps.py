"""Lists of steps as managers keep them: what each comes to, what it leaves open, and that no row of
one is ever lost.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from make_files import csv, parsed, xlsx

from cxcase.intake import Case, MomentColumn, Scale
from cxcase.intake.case.store import sheet_table
from cxcase.link import Link
from cxcase.moments import Moments
from cxcase.recommend import Steps, plan_steps
from cxcase.settings import Settings

MOMENTS = (
    "How clear was your last invoice?",
    "Delivery and installation",
    "Complaint handling",
    "Last engineer visit",
    "Online / portal",
)
INVOICE, DELIVERY, COMPLAINT, VISIT, PORTAL = MOMENTS


@dataclass(frozen=True)
class Sheet:
    """A manager's sheet and what it comes to.

    steps   title -> (where it acts, one-off cost, yearly cost, lift, months) of those complete
    asked   title -> what is open about it
    """

    name: str
    rows: Sequence[Sequence[Any]]
    steps: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    asked: dict[str, tuple[str, ...]] = field(default_factory=dict)
    merged: tuple[tuple[int, int, int, int, str], ...] = ()
    as_csv: str = ""


SHEETS = [
    Sheet(
        "no ids, money as text, vague lifts",
        [
            ["Initiative", "Touchpoint", "Cost", "Running cost", "Expected lift", "Months"],
            ["Plain invoices", "invoice", "18k", "3k pa", "0.3 points", "3 months"],
            ["Call before delivery", "Delivery", "£9,500", "", "Medium", 2],
            ["Faster answers", "Complaints", "10-15k", "", "0.2-0.4", "2-3 months"],
            ["New portal", "Online / portal", "1.2m", "£3k/yr", "TBC", "Q3"],
        ],
        {"Plain invoices": (INVOICE, 18_000, 3_000, 0.3, 3)},
        {
            "Call before delivery": ("lift",),
            "Faster answers": ("where",),
            "New portal": ("lift", "months"),
        },
    ),
    Sheet(
        "German, semicolons and decimal commas",
        [
            ["Maßnahme", "Thema", "Kosten", "Laufende Kosten", "Verbesserung", "Dauer (Monate)"],
            ["Rechnung vereinfachen", "Invoice", "9.500 €", "500 €", "0,3", "3"],
            ["Techniker schulen", "Last engineer visit", "18 Tsd. €", "", "0,2 Punkte", "6"],
            ["Rückruf", "Reklamation", "2 TEUR", "", "0,1", "2"],
            ["Führung stärken", "Mitarbeiter", "12.000 €", "", "hoch", "6"],
        ],
        {
            "Rechnung vereinfachen": (INVOICE, 9_500, 500, 0.3, 3),
            "Techniker schulen": (VISIT, 18_000, 0, 0.2, 6),
        },
        {"Rückruf": ("where",), "Führung stärken": ("lift",)},
        as_csv=";",
    ),
    Sheet(
        "titles above, merged cells of places, a total below",
        [
            ["CX programme 2026 – draft for the board"],
            [],
            ["Area", "Idea / initiative", "Cost (£)", "Lift", "Owner"],
            ["Complaint handling", "One owner a complaint", 4000, 0.3, "Service"],
            [None, "Call back the same day", "2,500", "0.2 pts", "Service"],
            ["Delivery and installation", "Track every van", 9000, "?", "Ops"],
            ["Total", None, 15500, None, None],
        ],
        {
            "One owner a complaint": (COMPLAINT, 4_000, 0, 0.3, 3),
            "Call back the same day": (COMPLAINT, 2_500, 0, 0.2, 3),
        },
        {"Track every van": ("lift",)},
        merged=((3, 0, 4, 0, "Complaint handling"),),
    ),
    Sheet(
        "percentages, and points of another score",
        [
            ["Recommendation", "Theme", "One-off cost", "Improvement"],
            ["Plain invoices", "invoice", 5000, "+5 %"],
            ["Fewer transfers", "ease", 7000, "0.5 pts ease"],
            ["Portal chat", "portal", 8000, "NPS +5"],
            ["Coach leaders", "employee engagement", 9000, "0.2"],
        ],
        {
            "Fewer transfers": ("ease", 7_000, 0, 0.5, 3),
            "Coach leaders": ("ex", 9_000, 0, 0.2, 3),
        },
        {"Plain invoices": ("percent_of",), "Portal chat": ("lift",)},
    ),
    Sheet(
        "costs in thousands by their heading",
        [
            ["Action", "Moment of truth", "CAPEX (k€)", "OPEX p.a. (k€)", "Lift (points)"],
            ["Plain invoices", INVOICE, 12, 1.5, 0.3],
            ["Call ahead", DELIVERY, "8k", 0, 0.2],
            ["New vans", DELIVERY, "250-300", "", 0.4],
        ],
        {
            "Plain invoices": (INVOICE, 12_000, 1_500, 0.3, 3),
            "Call ahead": (DELIVERY, 8_000, 0, 0.2, 3),
            "New vans": (DELIVERY, 275_000, 0, 0.4, 3),
        },
    ),
    Sheet(
        "several places in a cell, and names that hold the words that join them",
        [
            ["Ref", "Title", "Moment", "Cost", "Lift"],
            ["A1", "One number to call", "Delivery and installation", 1000, 0.1],
            ["A2", "One bill", "invoice; Complaint handling", 2000, 0.1],
            ["A3", "One visit", "Last engineer visit und Complaint handling", 3000, 0.1],
            ["A4", "One login", "Online / portal", 4000, 0.1],
            ["A5", "One promise", "invoice / ease", 5000, 0.1],
        ],
        {
            "One number to call": (DELIVERY, 1_000, 0, 0.1, 3),
            "One bill": (f"{INVOICE};{COMPLAINT}", 2_000, 0, 0.1, 3),
            "One visit": (f"{VISIT};{COMPLAINT}", 3_000, 0, 0.1, 3),
            "One login": (PORTAL, 4_000, 0, 0.1, 3),
        },
        {"One promise": ("where",)},
    ),
    Sheet(
        "the place under a heading nobody would think of",
        [
            ["Proposal", "Customer says it hurts here", "Budget line", "Cost", "Lift"],
            ["Plain invoices", "invoice", "4711", "5k", 0.3],
            ["Call ahead", "delivery", "4712", "6k", 0.2],
            ["Polite letters", "complaint", "4713", "7k", 0.1],
        ],
        {
            "Plain invoices": (INVOICE, 5_000, 0, 0.3, 3),
            "Call ahead": (DELIVERY, 6_000, 0, 0.2, 3),
            "Polite letters": (COMPLAINT, 7_000, 0, 0.1, 3),
        },
    ),
    Sheet(
        "ideas alone, without any figure",
        [
            ["Idea", "Touchpoint", "Owner"],
            ["Plain invoices", "Invoicing", "Finance"],
            ["Call ahead", "Delivery", "Ops"],
        ],
        asked={"Plain invoices": ("where", "lift", "cost"), "Call ahead": ("lift", "cost")},
    ),
    Sheet(
        "both costs in one cell, what they contradict, a duty",
        [
            ["No", "Recommendation", "Moment", "One-off cost", "Annual cost", "Lift", "Mandatory"],
            [1, "Plain invoices", "invoice", "£10k + 3k pa", "", 0.3, ""],
            [2, "Call ahead", "delivery", "10k + 3k pa", "4k", 0.2, ""],
            [3, "New regulation", "complaint", "5k", "", "", "yes"],
            [4, "Two people more", "complaint", "2 FTE", "", 0.2, ""],
        ],
        {
            "Plain invoices": (INVOICE, 10_000, 3_000, 0.3, 3),
            "New regulation": (COMPLAINT, 5_000, 0, 0.0, 3),
        },
        {"Call ahead": ("cost",), "Two people more": ("cost",)},
    ),
    Sheet(
        "needs that wait, ids that name groups",
        [
            ["Code", "Initiative", "Moment", "Cost", "Lift"],
            ["Quick win", "Plain invoices", "invoice", 5000, 0.3],
            ["Quick win", "Call ahead", "delivery", 6000, "some"],
            ["Quick win", "Track vans", "delivery", 7000, 0.2],
            ["Later", "New portal", "portal", "tbd", 0.4],
        ],
        {
            "Plain invoices": (INVOICE, 5_000, 0, 0.3, 3),
            "Track vans": (DELIVERY, 7_000, 0, 0.2, 3),
        },
        {"Call ahead": ("lift",), "New portal": ("cost",)},
    ),
    Sheet(
        "a lift in net promoter points by its heading",
        [
            ["Initiative", "Touchpoint", "Cost", "Expected NPS lift"],
            ["Plain invoices", "invoice", "5k", 3],
            ["Call ahead", "delivery", "6k", "2"],
        ],
        asked={"Plain invoices": ("lift",), "Call ahead": ("lift",)},
    ),
    Sheet(
        "a French list",
        [
            ["Recommandation", "Momento", "Coût initial", "Coût annuel", "Gain attendu"],
            ["Facture claire", "invoice", "9 500 €", "1 000 €", "0,3"],
            ["Rappeler", "complaint", "env. 4k€", "gratuit", "moyen"],
        ],
        {"Facture claire": (INVOICE, 9_500, 1_000, 0.3, 3)},
        {"Rappeler": ("lift",)},
    ),
    Sheet(
        "costs a month, weeks, the ends of lifts in brackets",
        [
            [
                "Maßnahme",
                "Kontaktpunkt",
                "Cost",
                "Monthly running cost",
                "Wirkung (hoch)",
                "Wirkung (niedrig)",
                "Wirkung (wahrscheinlich)",
                "Dauer (Wochen)",
            ],
            ["Plain invoices", "invoice", 5000, 250, "0,5", "0,1", "0,3", 13],
            ["Call ahead", "delivery", 6000, 0, "0,4", "0,1", "0,2", 26],
        ],
        {
            "Plain invoices": (INVOICE, 5_000, 3_000, 0.3, 3),
            "Call ahead": (DELIVERY, 6_000, 0, 0.2, 6),
        },
    ),
    Sheet(
        "costs of several years together",
        [
            ["Idea", "Touchpoint", "Total cost over 3 years", "Lift"],
            ["Plain invoices", "invoice", 54000, 0.3],
            ["Call ahead", "delivery", 27000, 0.2],
        ],
        asked={"Plain invoices": ("cost",), "Call ahead": ("cost",)},
    ),
    Sheet(
        "costs a month, with and without a unit of their own",
        [
            ["Action", "Moment", "Cost per month", "Lift"],
            ["Plain invoices", "invoice", 500, 0.3],
            ["Call ahead", "delivery", "5k", 0.2],
            ["Track vans", "delivery", "3k pa", 0.2],
        ],
        {
            "Plain invoices": (INVOICE, 0, 6_000, 0.3, 3),
            "Call ahead": (DELIVERY, 0, 60_000, 0.2, 3),
            "Track vans": (DELIVERY, 0, 3_000, 0.2, 3),
        },
    ),
    Sheet(
        "one cost in another currency, lifts longer than any scale",
        [
            ["Action", "Moment", "Budget (£)", "Lift"],
            ["Plain invoices", "invoice", "£5k", 0.3],
            ["Call ahead", "delivery", "€6k", 0.2],
            ["Track vans", "delivery", 7000, 12],
        ],
        {"Plain invoices": (INVOICE, 5_000, 0, 0.3, 3)},
        {"Call ahead": ("cost",), "Track vans": ("lift",)},
    ),
    Sheet(
        "marks in place of lifts",
        [
            ["Action", "Moment", "Cost", "Impact (1-5)"],
            ["Plain invoices", "invoice", 5000, 5],
            ["Call ahead", "delivery", 6000, 2],
        ],
        asked={"Plain invoices": ("lift",), "Call ahead": ("lift",)},
    ),
    Sheet(
        "money in place of lifts",
        [
            ["Action", "Moment", "Cost", "Expected benefit (£)"],
            ["Plain invoices", "invoice", 5000, 2],
            ["Call ahead", "delivery", 6000, "£40k pa"],
        ],
        asked={"Plain invoices": ("lift",), "Call ahead": ("lift",)},
    ),
    Sheet(
        "lifts of another score than that of the moment, by their heading",
        [
            ["Action", "Journey step", "Cost", "Ease uplift (pts)"],
            ["Plain invoices", "invoice", 5000, 0.5],
            ["Fewer transfers", "ease", 6000, 0.3],
        ],
        {"Fewer transfers": ("ease", 6_000, 0, 0.3, 3)},
        {"Plain invoices": ("where",)},
    ),
    Sheet(
        "where it acts, under that word",
        [
            ["Recommendation", "Where", "Cost", "Lift"],
            ["Plain invoices", "invoice", 5000, 0.3],
            ["Call ahead", "delivery", 6000, 0.2],
        ],
        {
            "Plain invoices": (INVOICE, 5_000, 0, 0.3, 3),
            "Call ahead": (DELIVERY, 6_000, 0, 0.2, 3),
        },
    ),
    Sheet(
        "a wish list: who with a doubt, what, why, a bare sign of money, comments",
        [
            ["Things we talked about at the offsite", "", "", "", ""],
            ["", "", "", "", ""],
            ["owner??", "what", "why / effect", "£", "comments"],
            ["Sue", "Fix invoicing", "halve complaints", "TBC", "ask Bob"],
            ["", "Better engineers", "Medium", "about 20k?", "visit"],
            ["IT", "New CRM", "transformational", 250000, "Phase 1 only?"],
        ],
        asked={
            "Fix invoicing": ("where", "lift", "cost"),
            "Better engineers": ("where", "lift", "cost"),
            "New CRM": ("where", "lift"),
        },
    ),
]


def written(sheet: Sheet) -> tuple[str, bytes]:
    """The sheet as a file: its name and its bytes."""
    if sheet.as_csv:
        return "steps.csv", csv(sheet.rows, delimiter=sheet.as_csv)
    if not sheet.merged:
        return "steps.xlsx", xlsx({"Steps": sheet.rows})
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        page = book.add_worksheet("Steps")
        for i, row in enumerate(sheet.rows):
            for j, cell in enumerate(row):
                if cell is not None:
                    page.write(i, j, cell)
        for place in sheet.merged:
            page.merge_range(*place)
    return "steps.xlsx", stream.getvalue()


def planned(sheet: Sheet, folder: Path, **answers: Any) -> tuple[Steps, int]:
    """(what the sheet comes to, how many of its rows were set aside where it was read)."""
    name, data = written(sheet)
    table = next(t for t in parsed(data, folder, name).tables if t.source.role)
    assert table.source.role == "recommendations", table.source
    sheet_table(table.frame()).to_parquet(folder / "recommendations.parquet")
    columns = tuple(MomentColumn(name, Scale(1, 7), 500, 0, 0) for name in MOMENTS)
    case = Case("case", folder, (), (), None, None, {}, None, columns, None, ())
    scales = Scale(1, 7), Scale(1, 5)
    link = Link("link", "ease", *scales, None, (), (), None, None, None, (), (), None, None, ())
    moments = Moments("moments", "index", (), None, {}, None, 1.0, None, ())
    steps = plan_steps(case, link, moments, Settings(**answers))
    return steps, table.source.rows_set_aside


def figures(steps: Steps) -> dict[str, tuple[Any, ...]]:
    """Title -> where it acts and its figures."""
    return {
        s.title: (
            ";".join(s.moments) or s.acts_on,
            pytest.approx(s.one_off_cost),
            pytest.approx(s.yearly_cost),
            pytest.approx(s.lift_likely),
            s.months_to_deliver,
        )
        for s in steps
    }


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_a_managers_sheet(sheet: Sheet, tmp_path: Path) -> None:
    steps, _ = planned(sheet, tmp_path)
    assert figures(steps) == sheet.steps
    assert {s.title: tuple(q.field for q in s.questions) for s in steps.waiting} == sheet.asked
    titles = [str(row) for f in steps.findings for row in f.params.values()]
    for question in steps.questions:
        assert question.title in titles, "a message names the step by its title"


def test_every_question_that_is_answered_makes_a_step(tmp_path: Path) -> None:
    answers = {
        "Call before delivery:lift": 0.25,
        "R03:where": COMPLAINT,
        "new portal:lift": 0.4,
        "New portal:months": 9,
    }
    steps, _ = planned(SHEETS[0], tmp_path, step_answers=answers)
    assert steps.waiting == ()
    made = figures(steps)
    assert made["Call before delivery"] == (DELIVERY, 9_500, 0, 0.25, 2)
    assert made["Faster answers"] == (COMPLAINT, 12_500, 0, pytest.approx(0.3), 3)
    assert made["New portal"] == (PORTAL, 1_200_000, 3_000, 0.4, 9)
    fast = steps["R03"]
    assert (fast.cost_low, fast.cost_high, fast.lift_low, fast.lift_high) == (
        10_000,
        15_000,
        0.2,
        0.4,
    )
    said = {f.code for f in steps.findings if f.params.get("title") == "Faster answers"}
    assert {"step_cost_middle", "step_lift_middle", "step_months_longer"} <= said


def test_steps_that_the_list_calls_done_are_said(tmp_path: Path) -> None:
    rows = [
        ["Action", "Moment", "Cost", "Lift", "Status"],
        ["Plain invoices", "invoice", 5000, 0.3, "Done (May)"],
        ["Call ahead", "delivery", 6000, 0.2, "Planned"],
        ["Track vans", "delivery", 7000, 0.2, "cancelled"],
    ]
    steps, _ = planned(Sheet("a status", rows), tmp_path)
    over = {
        f.params["title"]: f.params["said"] for f in steps.findings if f.code == "step_said_over"
    }
    assert over == {"Plain invoices": "Done (May)", "Track vans": "cancelled"}


def test_a_near_name_is_offered_first_and_never_taken(tmp_path: Path) -> None:
    steps, _ = planned(SHEETS[7], tmp_path)
    question = steps.questions[0]
    assert (question.said, question.near) == ("Invoicing", (INVOICE,))
    assert {one.value for one in question.candidates} == {*MOMENTS, "ease", "ex"}


def test_made_ids_are_the_same_each_time_and_said(tmp_path: Path) -> None:
    first, _ = planned(SHEETS[0], tmp_path)
    again, _ = planned(SHEETS[0], tmp_path)
    assert [*first.titles] == [*again.titles]
    assert sorted(first.titles) == ["R01", "R02", "R03", "R04"]
    made = next(f for f in first.findings if f.code == "step_ids_made")
    assert made.params["n"] == 4


def test_a_sheet_of_case_studies_is_read_the_same_way(tmp_path: Path) -> None:
    rows = [
        ["Source", "Kind", "Touchpoint", "Effect", "n", "Year"],
        ["Utility A", "controlled", "invoice", "0.4 points", "n=120", 2023],
        ["Vendor B", "vendor figures", "delivery", "0,3", 80, 2022],
        ["Talk C", "testimonial", "complaint", "halved", "", 2021],
    ]
    [table] = parsed(xlsx({"Studies": rows}), tmp_path, "studies.xlsx").tables
    assert table.source.role == "case_studies"
    frame = table.frame()
    assert frame["effect"].tolist() == [0.4, 0.3]
    assert frame["n"].tolist() == [120, 80]
    assert table.source.reasons == {"not_a_number": 1}


_WRITTEN = (
    *("18k", "3k pa", "£9,500", "10-15k", "TBC", "?", "Medium", "5 %", "0.3 points", "0,3"),
    *("halve waiting", "Invoicing", "invoice", "ease", "Delivery and installation", "Total"),
    *("2 FTE", "Q3", "-", "n/a"),
)
_CELLS = st.one_of(
    st.none(),
    st.integers(-5, 20_000),
    st.floats(0, 5, allow_nan=False).map(lambda value: round(value, 2)),
    st.sampled_from(_WRITTEN),
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    rows=st.lists(st.lists(_CELLS, min_size=5, max_size=5), min_size=1, max_size=6),
    ids=st.lists(st.sampled_from(["A", "B", "C", "", "D"]), min_size=6, max_size=6),
)
def test_no_row_ever_vanishes(tmp_path: Path, rows: list[list[Any]], ids: list[str]) -> None:
    heads = ["Ref", "Initiative", "Touchpoint", "Cost", "Yearly cost", "Lift", "Months"]
    listed = [[id, f"Idea {k}", *row] for k, (id, row) in enumerate(zip(ids, rows, strict=False))]
    anchor = [["Z", "Plain invoices", "invoice", "5k", "", 0.3, 3]] * 1
    steps, aside = planned(Sheet("any", [heads, *listed, *anchor]), tmp_path)
    counted = len(steps.steps) + len(steps.waiting) + len(steps.aside) + aside
    assert counted == len(listed) + len(anchor)
    assert all(step.questions or step.waits_for for step in steps.waiting)
