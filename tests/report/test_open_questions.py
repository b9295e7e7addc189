"""What is open about the data, in the order in which a person is asked."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from cxcase.checks import Finding
from cxcase.intake import Decision, KeyCandidate, KeyQuestion, Option, Source, Suggestion
from cxcase.report import Report, words
from cxcase.report.open_questions import needed_for, open_questions
from cxcase.report.standing import control, why_none

HEADINGS = ("Acct No", "Area", "Score")


def source(file: str, role: str | None, *, rows: int = 100, **given: Any) -> Source:
    """A table of so many rows."""
    return Source(
        role=cast(Any, role),
        role_confidence=1.0,
        file=file,
        sheet=None,
        format="plain",
        rows_read=rows,
        rows_accepted=rows,
        rows_set_aside=0,
        reasons={},
        columns={},
        headings=HEADINGS,
        **given,
    )


def key_open(file: str, role: str, field: str, rows: int = 100) -> Source:
    """A table whose key is open; its rows wait."""
    candidate = KeyCandidate("Acct No", 3200, 1500, 1500, "Reference", "survey.xlsx", "other")
    made = source(file, role, rows=rows, question=KeyQuestion(field, (candidate,)))
    return replace(made, rows_accepted=0)


def report(**given: Any) -> Report:
    """All that the questions look at."""
    known = {"sources": (), "findings": (), "decisions": (), "suggestions": (), **given}
    return cast(Report, SimpleNamespace(case=SimpleNamespace(**known), currency="GBP"))


def decision(code: str, chosen: str, *customers: int, owned: bool = False) -> Decision:
    """A decision whose options come to so many customers."""
    options = tuple(Option(f"option{k}", customers=n) for k, n in enumerate(customers))
    return Decision(code, 7, chosen, options, owned)


def test_what_unlocks_most_is_asked_first() -> None:
    near = Finding(
        "review",
        "nearly_recognised",
        "data",
        {"role": "recommendations", "missing": ["title"], "columns": {}},
    )
    late = Finding(
        "fail", "window_not_complete", "data", {"latest": dt.date(2024, 1, 31), "t0": None}
    )
    asked = open_questions(
        report(
            sources=(
                source("steps.xlsx", None, messages=(near,)),
                key_open("pulse.xlsx", "ex", "team"),
                key_open("survey.xlsx", "cx", "customer_id"),
                key_open("list.xlsx", "customers", "customer_id", rows=3200),
            ),
            findings=(late,),
            decisions=(decision("lost_but_paying", "option0", 90, 80),),
            suggestions=(Suggestion("team", "North", "Area North", 12, "ex"),),
        )
    )
    assert [(a.kind, a.unlocks) for a in asked] == [
        ("key", "list"),
        ("start", "list"),
        ("key", "survey"),
        ("key", "engagement"),
        ("same", "engagement"),
        ("table", "steps"),
        ("decision", "certainty"),
    ]


def test_of_two_that_unlock_the_same_the_larger_comes_first() -> None:
    sources = (key_open("a.csv", "cx", "customer_id", 50), key_open("b.csv", "cx", "customer_id"))
    assert [a.place for a in open_questions(report(sources=sources))] == [1, 0]


@pytest.mark.parametrize(
    ("one", "asked"),
    [
        (decision("outlier_revenue", "ask", owned=False), True),
        (decision("lost_but_paying", "option0", 90, 80), True),
        (decision("lost_but_paying", "option0", 90, 90), False),
        (decision("negative_revenue", "option0", 12_000, 12_001), False),
        (decision("lost_but_paying", "option0", 90, 80, owned=True), False),
    ],
)
def test_a_decision_is_asked_about_while_nobody_made_it_and_figures_hang_on_it(
    one: Decision, asked: bool
) -> None:
    assert bool(open_questions(report(decisions=(one,)))) is asked


def test_spellings_of_one_kind_are_one_question() -> None:
    pairs = tuple(Suggestion("team", f"N{k}", f"Area N{k}", 1, "ex") for k in range(16))
    (asked,) = open_questions(report(suggestions=pairs))
    assert asked.same == pairs


def test_a_table_that_nothing_speaks_for_is_asked_about_while_something_needed_lacks() -> None:
    strange = source("colours.csv", None)
    (asked,) = open_questions(report(sources=(strange, source("cx.csv", "cx"))))
    assert asked.kind == "unknown_table"
    whole = (strange, source("cx.csv", "cx"), source("list.csv", "customers"))
    assert not open_questions(report(sources=whole))


@pytest.mark.parametrize(
    ("code", "role", "fields"),
    [
        ("no_revenue_anywhere", "customer_facts", ("revenue_start", "revenue_end")),
        ("no_fate_anywhere", "subscriptions", ("end_date", "status")),
    ],
)
def test_what_no_heading_says_is_asked_of_the_tables_with_columns_to_spare(
    code: str, role: str, fields: tuple[str, ...]
) -> None:
    lacking = Finding("fail", code, "data", {})
    full = replace(source("full.csv", role), columns=dict(zip(HEADINGS, HEADINGS, strict=True)))
    made = report(findings=(lacking,), sources=(full, source("list.csv", role)))
    (asked,) = open_questions(made)
    assert (asked.kind, asked.unlocks, asked.place, asked.fields) == ("column", "list", 1, fields)
    assert "list.csv" in words.asked_as(asked, made).about


def test_a_table_that_somebody_put_aside_is_not_asked_about_again() -> None:
    left_out = source("x.csv", None, messages=(Finding("ok", "not_used", "data", {}),))
    assert not open_questions(report(sources=(left_out,)))


def test_a_page_names_only_what_it_waits_for() -> None:
    scale = Finding("review", "scale_assumed", "data", {"columns": ["Score"], "low": 1, "high": 5})
    sources = (
        source("pulse.csv", "ex", messages=(scale,)),
        key_open("survey.csv", "cx", "customer_id"),
    )
    asked = open_questions(report(sources=sources))
    assert len(asked) == 2
    assert [a.kind for a in needed_for(asked, "link")] == ["key"]


def test_a_question_is_put_as_a_colleague_would() -> None:
    made = report(sources=(key_open("list.xlsx", "customers", "customer_id", 3200),))
    (asked,) = open_questions(made)
    told = words.asked_as(asked, made)
    assert told.question == "Is “Acct No” the customer's number?"
    assert "3,200 different values" in told.about
    assert "1,500 of 1,500 from “Reference” of survey.xlsx are among them" in told.about
    assert told.unlocks


def test_what_a_table_lacks_is_told_with_the_flag_that_names_it() -> None:
    params = {
        "file": "Members.xlsx",
        "sheet": "",
        "role": "customers",
        "missing": ["customer_id", "revenue_start"],
    }
    told = words.finding(Finding("review", "nearly_recognised", "data", params))
    assert told.do.endswith(
        "--customers 'Members.xlsx' --map 'Members.xlsx:customer_id=HEADING' "
        "'Members.xlsx:revenue_start=HEADING'."
    )


def test_which_question_is_about_the_whole_is_asked_where_two_could_be_or_none_is() -> None:
    params = {"metric": "ease", "column": "Set up", "others": ["Business"]}
    tie = Finding("review", "rating_tie", "data", params)
    rated = replace(source("cx.csv", "cx"), columns={"moment:Visit": "Visit"})
    scored = replace(rated, columns={**rated.columns, "ease": "Set up"})
    assert not open_questions(report(sources=(scored, rated))), "another wave has the score"
    (none,) = open_questions(report(sources=(rated,)))
    assert (none.kind, none.unlocks) == ("whole", "survey")
    (asked,) = open_questions(report(sources=(replace(scored, messages=(tie,)),)))
    assert (asked.unlocks, asked.fields) == ("certainty", ("ease",))


def test_a_list_that_lacks_a_column_waits_and_is_not_missing() -> None:
    params = {"role": "recommendations", "missing": ["lift_likely"], "columns": {}}
    near = Finding("review", "nearly_recognised", "data", params)
    told = report(sources=(source("wishes.xlsx", None, messages=(near,)),))
    made = cast(Report, SimpleNamespace(**vars(told), link=object(), steps=None, returns=None))
    assert why_none("recommendations", made) == "list_waits"
    asked = control("recommendations", made).question
    assert asked is not None
    assert asked.kind == "table"
