"""Questions that waves word differently: what is suggested, what never is, and what an accepted
pair comes to.
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cxcase.intake import Case, Scale, Suggestion, Upload, case_from_frames, read
from cxcase.intake.case.question_matching import apply_questions, suggest_questions
from cxcase.intake.vocabulary.short_names import short_names
from cxcase.settings import Settings

START = Settings(start=dt.date(2025, 7, 1))
TEN = Scale(0, 10)


def _survey(*waves: tuple[str, dict[str, int]], source: bool = False) -> pd.DataFrame:
    """A row a customer and wave; each wave asks its questions of the first so many customers."""
    parts = []
    for place, (day, asked) in enumerate(waves):
        n = max(asked.values())
        part = pd.DataFrame({"customer_id": [f"C{i}" for i in range(n)], "ease": 5.0})
        if day:
            part["responded_at"] = pd.Timestamp(day)
        if source:
            part["_source"] = place
        for name, count in asked.items():
            part[f"rating:{name}"] = np.where(np.arange(n) < count, 7.0 + place, np.nan)
            part[f"lived:{name}"] = np.arange(n) < count
        parts.append(part)
    cx = pd.concat(parts, ignore_index=True)
    for name in cx.filter(like="lived:"):
        cx[name] = cx[name].astype("boolean").fillna(False).astype(bool)
    return cx


def _found(
    cx: pd.DataFrame, settings: Settings = START, **scales: Scale
) -> list[tuple[str, str, int]]:
    names = [c.removeprefix("rating:") for c in cx if c.startswith("rating:")]
    found, _ = suggest_questions(cx, {n: scales.get(n, TEN) for n in names}, settings)
    assert all(s == Suggestion("moment", s.found, s.meant, s.count, "cx") for s in found)
    return sorted((s.found, s.meant, s.count) for s in found)


OTHERS = (
    "How easy was it to pay us?",
    "How easy was it to reach us?",
    "How easy was the first visit?",
)
REWORDED = [
    ("How easy was it to order online?", "How easy was ordering online?"),
    (
        "How easy was it to get your complaint settled?",
        "How easy was it to have a complaint settled?",
    ),
    ("Invoices", "Your invoice"),
    ("Rechnung verständlich", "Verständlichkeit der Rechnung"),
    ("Fakturační proces", "Fakturacni procesy"),
    (
        "How satisfied were you with the delivery of your order?",
        "Satisfaction with delivery of the order",
    ),
]
OTHER = [
    ("How easy was it to order online?", "How easy was it to order by phone?"),
    ("How easy was it to renew?", "How easy was it to complain?"),
    ("Site visit 1", "Site visit 2"),
    ("Delivery", "Invoice"),
    ("Satisfaction with delivery", "Satisfaction with invoices"),
    ("Contract change", "Contact with us"),
]


@pytest.mark.parametrize(("before", "after"), REWORDED)
def test_a_question_in_other_words_is_suggested_under_the_words_used_last(
    before: str, after: str
) -> None:
    one = dict.fromkeys((before, *OTHERS), 20)
    two = dict.fromkeys((after, *OTHERS), 30)
    dated = _survey(("2024-06-03", one), ("2025-06-02", two))
    assert _found(dated) == [(before, after, 20)]
    assert _found(_survey(("2025-06-02", two), ("2024-06-03", one))) == [(before, after, 20)]
    assert _found(_survey(("", one), ("", two), source=True)) == [
        (before, after, 20)
    ]  # by file, and more answers


@pytest.mark.parametrize(("before", "after"), OTHER)
def test_another_question_is_not(before: str, after: str) -> None:
    one = dict.fromkeys((before, *OTHERS), 20)
    two = dict.fromkeys((after, *OTHERS), 30)
    assert _found(_survey(("2024-06-03", one), ("2025-06-02", two))) == []


def test_questions_asked_in_one_wave_are_two_however_alike() -> None:
    before, after = REWORDED[0]
    both = {before: 20, after: 20}
    assert _found(_survey(("2025-06-02", both))) == []
    assert _found(_survey(("2024-06-03", both), ("2025-06-02", {after: 30}))) == []
    assert (
        _found(
            _survey(
                ("2025-06-02", {before: 20}),
                ("2025-06-12", {after: 20}),
                ("2025-06-15", {before: 20}),
            )
        )
        == []
    )
    assert _found(_survey(("", both), ("", {after: 30}), source=True)) == []
    assert (
        _found(_survey(("", {before: 20}), ("", {after: 30}))) == []
    )  # neither days nor files tell waves apart


def test_one_replaced_by_the_other_without_a_gap_is_suggested() -> None:
    before, after = REWORDED[0]
    cx = _survey(
        ("2025-06-02", {before: 20}), ("2025-06-12", {before: 5}), ("2025-06-20", {after: 20})
    )
    assert _found(cx) == [(before, after, 25)]


def test_neither_other_scales_nor_a_choice_of_two_is_suggested() -> None:
    before, after = REWORDED[0]
    cx = _survey(("2024-06-03", {before: 20}), ("2025-06-02", {after: 20}))
    assert _found(cx, **{before: Scale(1, 5)}) == []
    two = _survey(
        ("2024-06-03", {"Billing queries": 20}),
        ("2025-06-02", {"Billing query": 20, "Billing queried": 20}),
    )
    assert len(_found(two)) <= 1


def test_a_wording_accepted_before_leads_to_the_next() -> None:
    first = "Order online"
    second = "Online ordering experience"
    third = "Your experience of ordering"
    cx = _survey(
        ("2023-06-03", {first: 20, "Visit": 9}),
        ("2024-06-03", {second: 20, "Visit": 9}),
        ("2025-06-02", {third: 20, "Visit": 9}),
    )
    settings = Settings(start=START.start, same_questions={first: second})
    scales = dict.fromkeys((first, second, third, "Visit"), TEN)
    joined, left, _ = apply_questions(cx, scales, settings)
    assert set(left) == {second, third, "Visit"}
    assert _found(joined, settings) == [(second, third, 40)]
    both = Settings(start=START.start, same_questions={first: second, second: third})
    joined, left, findings = apply_questions(cx, scales, both)
    assert joined[f"rating:{third}"].notna().sum() == 60
    assert [(f.code, f.params["count"]) for f in findings] == [("same_questions_applied", 40)]
    circle = Settings(same_questions={first: second, second: first})
    assert {circle.question(first), circle.question(second)} == {first, second}


def test_an_accepted_pair_keeps_each_rating_and_what_was_lived(tmp_path: Path) -> None:
    cx = pd.DataFrame(
        {
            "customer_id": [f"C{i}" for i in range(4)],
            "responded_at": pd.Timestamp("2025-06-01"),
            "ease": 5.0,
            "rating:Old": [3.0, 4.0, np.nan, np.nan],
            "lived:Old": [True, True, True, False],
            "comment:Old": ["a", None, None, None],
            "rating:New": [np.nan, 9.0, np.nan, 8.0],
            "lived:New": [False, True, False, True],
        }
    )
    settings = Settings(same_questions={"Old": "New", "Gone": "New", "New": "Nowhere"})
    both = {"Old": TEN, "New": TEN}
    # a name that no question has is a new name, once questions are called in short
    assert apply_questions(cx, both, settings)[1].keys() == {"Nowhere"}
    assert apply_questions(cx, both, settings, naming=False)[1].keys() == {"Old", "New"}
    settings = Settings(same_questions={"Old": "New", "Gone": "New"})
    joined, scales, _ = apply_questions(cx, {"Old": TEN, "New": TEN}, settings)
    assert joined["rating:New"].tolist() == pytest.approx([3.0, 9.0, np.nan, 8.0], nan_ok=True)
    assert joined["lived:New"].tolist() == [True, True, True, True]
    assert joined["comment:New"].tolist()[0] == "a"
    assert [c for c in joined if "Old" in c] == []
    assert list(scales) == ["New"]
    assert "rating:Old" in cx  # what was read stays as it was
    kept, scales, _ = apply_questions(cx, {"Old": Scale(1, 5), "New": TEN}, settings)
    assert len(scales) == 2
    assert "rating:Old" in kept


def _case(folder: Path, settings: Settings = START) -> Case:
    before, after = REWORDED[0]
    cx = _survey(
        ("2024-06-03", {before: 40, "Visit": 40}), ("2025-06-02", {after: 60, "Visit": 60})
    )
    cx["customer_id"] = [f"C{i}" for i in range(100)]
    customers = pd.DataFrame(
        {
            "customer_id": [f"C{i}" for i in range(100)],
            "revenue_start": 100.0,
            "churned": np.arange(100) % 7 == 0,
        }
    )
    return case_from_frames(
        {"customers": customers, "cx": cx},
        settings,
        folder,
        scales={"ease": TEN},
        moment_scales=dict.fromkeys((before, after, "Visit"), TEN),
    )


def test_nothing_is_joined_before_somebody_says_so(tmp_path: Path) -> None:
    before, after = short_names(REWORDED[0]).values()
    plain = _case(tmp_path / "a")
    assert [(s.kind, s.found, s.meant, s.count) for s in plain.suggestions] == [
        ("moment", before, after, 40)
    ]
    assert {m.name for m in plain.moments} == {before, after, "Visit"}
    assert "questions_nearly_match" in {f.code for f in plain.findings}
    joined = _case(tmp_path / "b", Settings(start=START.start, same_questions={before: after}))
    asked = dict([REWORDED[0]])
    in_full = _case(tmp_path / "c", Settings(start=START.start, same_questions=asked))
    assert in_full.moments == joined.moments
    assert {m.name: m.lived for m in joined.moments} == {after: 100, "Visit": 100}
    assert joined.suggestions == ()
    assert joined.key != plain.key


def test_files_of_two_waves_and_the_mapping_that_joins_them(tmp_path: Path) -> None:
    before = "Ease of ordering online"
    after = "How easy was it to order online"

    def wave(day: str, name: str, first: int) -> bytes:
        lines = [
            f"customer id,date,How easy is it to do business with us? (0-10),{name} (0-10),Site "
            f"visit (0-10)"
        ]
        lines += [
            f"C{i},{day},{i % 11},{(i * 3) % 11},{(i * 7) % 11}" for i in range(first, first + 40)
        ]
        return "\n".join(lines).encode()

    ledger = ["customer id,revenue start,revenue end,churned"]
    ledger += [
        f"C{i},1000,{0 if i % 8 == 0 else 1000},{'yes' if i % 8 == 0 else 'no'}" for i in range(80)
    ]
    uploads = [
        Upload("customers.csv", "\n".join(ledger).encode()),
        Upload("survey 2024.csv", wave("2024-06-03", before, 0)),
        Upload("survey 2025.csv", wave("2025-06-02", after, 40)),
    ]
    plain = read(uploads, START, tmp_path / "a")
    pairs = {(s.found, s.meant) for s in plain.suggestions if s.kind == "moment"}
    assert len(pairs) == 1
    ((found, meant),) = pairs
    assert "rdering online" in found
    saved = json.loads(json.dumps({**plain.mapping, "same_as": {"moment": {found: meant}}}))
    joined = read(uploads, START, tmp_path / "b", saved)
    assert {m.name for m in joined.moments} == {m.name for m in plain.moments} - {found}
    assert joined.mapping["same_as"]["moment"] == {found: meant}
    assert next(m for m in joined.moments if m.name == meant).lived == 80 - sum(
        m.not_lived for m in joined.moments if m.name == meant
    )
