"""Which column is the key, by its values: beside a plain comparison of every value with every
value, and at each bound from both sides.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from cxcase.intake.recognition.comparable import Comparable, columns_to_compare, comparable
from cxcase.intake.recognition.key_by_values import find_key, paired
from cxcase.intake.tables.find_table import Table
from cxcase.intake.values.column import Column


def column(heading: str, cells: Sequence[Any]) -> Comparable:
    return comparable(heading, Column.of(cells))


def codes(n: int, first: str = "K", step: int = 7, start: int = 0) -> list[str]:
    """Different codes whose numbers have gaps."""
    return [f"{first}{start + 10_000 + k * step}" for k in range(n)]


@pytest.mark.parametrize("seed", range(12))
def test_counts_are_those_of_a_plain_comparison(seed: int) -> None:
    chance = random.Random(seed)
    pool = [f"{chance.choice('abAB')}{chance.randint(1, 60)}" for _ in range(80)]
    mine = [chance.choice([*pool, None]) for _ in range(chance.randint(1, 90))]
    theirs = [chance.choice([*pool, None]) for _ in range(chance.randint(1, 90))]
    pair = paired(column("a", mine), column("b", theirs))
    own = {cell.lower() for cell in mine if cell}
    other = {cell.lower() for cell in theirs if cell}
    found = sum(any(a == b for b in other) for a in own)
    assert pair.found == found
    assert pair.of == {"own": len(own), "other": len(other)}[pair.inside]
    first = [
        next((j for j, b in enumerate(theirs) if a and b and a.lower() == b.lower()), -1)
        for a in mine
    ]
    assert pair.link.tolist() == first


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ("00042", 42.0),
        ("00042", "42"),
        (" AB 12 ", "ab-12"),
        ("AB-0012", "ab12"),
        ("Müller & Co.", "müller co"),
        ("0", "000"),
    ],
)
def test_ways_of_writing_one_id_are_one_value(mine: Any, theirs: Any) -> None:
    assert column("a", [mine]).values == column("b", [theirs]).values


@pytest.mark.parametrize(("mine", "theirs"), [("AB12", "AC12"), ("A1", "1"), ("10", "100")])
def test_other_ids_stay_apart(mine: str, theirs: str) -> None:
    assert column("a", [mine]).values != column("b", [theirs]).values


@pytest.mark.parametrize(("held", "sure"), [(90, True), (89, False)])
def test_nine_in_ten_values_must_be_held(held: int, sure: bool) -> None:
    list_ids = column("x", codes(300))
    own = column("y", [*codes(held), *codes(100 - held, first="Z")])
    verdict = find_key([own], [list_ids])
    assert (verdict.key is not None) == sure
    assert sure or [pair.found for pair in verdict.asked] == [held]


@pytest.mark.parametrize(("n", "sure"), [(30, True), (29, False)])
def test_thirty_values_must_be_there(n: int, sure: bool) -> None:
    assert (find_key([column("y", codes(n))], [column("x", codes(300))]).key is not None) == sure


@pytest.mark.parametrize(("less", "sure"), [(20, True), (19, False)])
def test_a_rival_must_hold_twenty_points_less(less: int, sure: bool) -> None:
    names = codes(300, first="N")
    list_ids = column("x", codes(300))
    list_names = column("n", names)
    other_rows = [*names[150 : 150 + 100 - less], *codes(less, first="Z")]
    own = [column("y", codes(100)), column("m", other_rows)]
    verdict = find_key(own, [list_ids, list_names])
    assert (verdict.key is not None) == sure
    if not sure:
        assert [pair.own.heading for pair in verdict.asked] == ["y", "m"]


def test_columns_that_lead_to_the_same_rows_are_no_rivals() -> None:
    others = [column("x", codes(300)), column("n", codes(300, first="Name"))]
    own = [column("m", codes(100, first="Name")), column("y", codes(100))]
    key = find_key(own, others).key
    assert key is not None
    assert {key.own.heading, key.other.heading} in ({"y", "x"}, {"m", "n"})


def test_names_beside_ids_of_other_rows_are_rivals() -> None:
    others = [column("x", codes(300)), column("n", codes(300, first="Name"))]
    own = [column("y", codes(100)), column("m", codes(101, first="Name")[1:])]
    assert find_key(own, others).key is None


@pytest.mark.parametrize(("step", "sure"), [(1, False), (2, True)])
def test_a_dense_run_of_whole_numbers_is_an_index(step: int, sure: bool) -> None:
    numbers = [float(k * step) for k in range(1, 301)]
    verdict = find_key([column("y", numbers[:100])], [column("x", numbers)])
    assert (verdict.key is not None) == sure


def test_a_team_is_no_key_to_customers() -> None:
    teams = [f"Team {k % 40}" for k in range(400)]
    verdict = find_key([column("y", teams)], [column("x", teams)])
    assert verdict.key is None


def test_several_rows_a_customer_are_fine() -> None:
    contracts = [code for code in codes(100) for _ in range(3)]
    assert find_key([column("y", codes(90))], [column("x", contracts)]).key is not None


def test_a_list_of_fewer_customers_than_answered_is_sought_in_the_survey() -> None:
    key = find_key([column("y", codes(300))], [column("x", codes(60))]).key
    assert key is not None
    assert (key.found, key.of, key.inside) == (60, 60, "other")


def test_a_place_beside_the_id_is_no_rival_where_each_row_is_a_customer() -> None:
    places = [f"P{k * 10 // 11}" for k in range(300)]
    others = [column("x", codes(300)), column("p", places)]
    own = [column("y", codes(100)), column("q", places[:100])]
    key = find_key(own, others, row_a_customer=True).key
    assert key is not None
    assert key.own.heading == "y"
    assert find_key(own, others).key is None


def _table(**columns: Sequence[Any]) -> Table:
    cells = tuple(Column.of(list(values)) for values in columns.values())
    rows = np.arange(2, 2 + len(cells[0]))
    return Table(None, tuple(columns), cells, rows, 1)


@pytest.mark.parametrize(
    ("cells", "compared"),
    [
        (codes(60), True),
        ([float(9_000 + 7 * k) for k in range(60)], True),
        (["a" * 63 + str(k % 10) + str(k) for k in range(60)], True),
        ([f"person{k}@example.com" for k in range(60)], False),
        ([f"+44 20 7946 {k:04d}" for k in range(60)], False),
        ([9_000.5 + k for k in range(60)], False),
        ([f"{1 + k % 28:02d}/{1 + k % 12:02d}/20{10 + k % 15}" for k in range(60)], False),
        (
            [f"We were told on call {k} that " + "it would be mended. " * 6 for k in range(60)],
            False,
        ),
        (["yes", "no"] * 30, False),
    ],
)
def test_what_could_tell_customers_apart_is_compared(cells: Sequence[Any], compared: bool) -> None:
    assert bool(list(columns_to_compare(_table(X1=cells), ()))) == compared
