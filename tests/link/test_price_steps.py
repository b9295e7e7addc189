"""Price steps under contract are told from growth: read from the list, taken out of what a point's
worth counts.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from make_company import case_of, make
from make_files import csv, customer_rows, parsed

from cxcase.link import Link, estimate_link
from cxcase.settings import Settings


def _link(folder: Path, step: Any) -> Link:
    """A company of known rule whose contracts add to each stayer's end what `step` makes of frame
    and generator.
    """
    frames = make(6).frames
    customers = frames["customers"]
    if step is not None:
        share = step(frames, np.random.default_rng(3))
        customers["revenue_end"] += np.where(
            customers["churned"], 0.0, share * customers["revenue_start"]
        )
        customers["price_as_share"] = share
    folder.mkdir()
    return estimate_link(case_of(frames, folder), Settings())


def _per_score(frames: dict[str, Any], rng: np.random.Generator) -> np.ndarray:
    """Steps that happen to be larger where the score is high: 2 % of revenue a point."""
    ease = (
        frames["cx"]
        .set_index("customer_id")["ease"]
        .reindex(frames["customers"]["customer_id"])
        .fillna(6.6)
    )
    return 0.05 + 0.02 * (ease.to_numpy() - 3.0).clip(0.0)


def _same_for_all(frames: dict[str, Any], rng: np.random.Generator) -> np.ndarray:
    return np.full(len(frames["customers"]), 0.04)


@pytest.fixture(scope="module")
def links(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Link]:
    folder = tmp_path_factory.mktemp("prices")
    steps = {"none": None, "per_score": _per_score, "same": _same_for_all}
    return {name: _link(folder / name, step) for name, step in steps.items()}


@pytest.mark.parametrize("name", ["per_score", "same"])
def test_with_the_steps_known_the_worth_is_that_of_the_company_without_them(
    links: dict[str, Link], name: str
) -> None:
    """The same company had its contracts no steps: every figure of it, to rounding."""
    plain = links["none"]
    found = links[name]
    for one, other in zip(plain.worth, found.worth, strict=True):
        assert other.id == one.id
        assert other.estimate.value == pytest.approx(one.estimate.value, rel=1e-9), one.id
        assert other.estimate.low == pytest.approx(one.estimate.low, rel=1e-9)


def test_left_in_they_would_be_taken_for_growth(links: dict[str, Link]) -> None:
    """The worth as booked stands beside it, inflated by two points of growth a score point."""
    found = links["per_score"]
    assert found.diagnosis is not None
    booked = {b.of: b.estimate for b in found.diagnosis.alternatives if b.id == "as_booked"}
    assert set(booked) == {"one_point_of_cx", "one_point_of_cx_expansion"}
    kept, grown = (found.worth_of(f"one_point_of_cx_{part}") for part in ("retention", "expansion"))
    assert booked["one_point_of_cx_expansion"].value > 1.5 * grown.value
    whole = kept.value + booked["one_point_of_cx_expansion"].value
    assert booked["one_point_of_cx"].value == pytest.approx(whole, rel=1e-9)
    made = make(6)
    truth = made.true_worth - made.true_retention
    assert grown.low < truth < grown.high
    assert booked["one_point_of_cx_expansion"].low > truth
    plain = links["none"].diagnosis
    assert plain is not None
    assert "as_booked" not in {b.id for b in plain.alternatives}


def test_it_is_said_how_much_of_growth_they_are(links: dict[str, Link]) -> None:
    assert "price_increases_apart" not in {f.code for f in links["none"].findings}
    [said] = [f for f in links["same"].findings if f.code == "price_increases_apart"]
    assert said.params["nrr"] - said.params["nrr_rest"] == pytest.approx(
        said.params["price"] / _start(), rel=1e-9
    )


def _start() -> float:
    return float(make(6).frames["customers"]["revenue_start"].sum())


def _steps(heading: str, cells: list[Any], folder: Path) -> Any:
    rows = customer_rows(len(cells))
    rows = [[*row, cell] for row, cell in zip(rows, [heading, *cells], strict=True)]
    return parsed(csv(rows), folder).tables[0]


@pytest.mark.parametrize(
    ("heading", "cell", "read"),
    [
        ("Price increase", "4%", {"price_as_share": 0.04}),
        ("Price increase", 0.04, {"price_as_share": 0.04}),
        ("Price increase %", 4, {"price_as_share": 0.04}),
        ("Price increase %", 0.5, {"price_as_share": 0.005}),
        ("Price increase", 0.8, {"price_as_share": 0.008}),
        ("Preiserhöhung", "4 %", {"price_as_share": 0.04}),
        ("Indexation", 4, {"price_as_share": 0.04, "price_as_money": "4"}),
        ("Price increase amount", 4, {"price_as_money": "4"}),
        ("Price increase", "£4", {"price_as_money": "4"}),
        ("Contractual uplift", 400, {"price_as_money": "400"}),
        ("Reajuste de preço", 400, {"price_as_money": "400"}),
        ("値上げ額", 400, {"price_as_money": "400"}),
    ],
)
def test_percent_or_money_is_told_by_sign_heading_or_size(
    heading: str, cell: Any, read: dict[str, Any], tmp_path: Path
) -> None:
    """Money is kept as a share of the same row's revenue; where nothing tells, both readings go on
    to be decided.
    """
    table = _steps(heading, [cell if k % 3 else "" for k in range(60)], tmp_path)
    assert table.source.columns["price_increase"] == heading
    frame = table.frame()
    assert {c for c in frame if str(c).startswith("price_")} == set(read)
    for name, share in read.items():
        expected = float(share) / frame["revenue_start"] if isinstance(share, str) else share
        filled = frame[name].notna()
        assert filled.tolist() == [k % 3 != 0 for k in range(60)]
        np.testing.assert_allclose(
            frame[name][filled], np.broadcast_to(expected, len(frame))[filled]
        )


def test_marks_of_who_had_an_increase_are_no_amounts(tmp_path: Path) -> None:
    table = _steps("Price increase", [k % 2 for k in range(60)], tmp_path)
    assert not [c for c in table.frame() if str(c).startswith("price_")]
    assert "price_increase_no_amount" in {m.code for m in table.source.messages}


def test_the_way_it_was_decided_is_the_way_it_is_counted(tmp_path: Path) -> None:
    """Four of a hundred at the start: 4 % or 4 a year, of which only a decision can tell."""
    frames = make(6, customers=3000).frames
    customers = frames["customers"]
    customers["price_as_share"] = 0.04
    customers["price_as_money"] = 4.0 / customers["revenue_start"]
    stayed = float(customers["revenue_start"][~customers["churned"]].sum())
    number = int((~customers["churned"]).sum())
    for option, total in (("percent", 0.04 * stayed), ("money", 4.0 * number)):
        folder = tmp_path / option
        folder.mkdir()
        settings = dataclasses.replace(Settings(), decisions={"price_increase_unit": option})
        base = case_of(frames, folder, settings).base
        assert base is not None
        assert base.growth is not None
        assert base.growth.price_increase == pytest.approx(total, rel=1e-6)
