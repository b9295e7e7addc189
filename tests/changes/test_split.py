"""Shares of a difference: held against every order that there is, and against the axioms."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxcase.changes import Coalition, Split, Values, split
from cxcase.stats.shapley import shapley

Game = dict[Coalition, float | None]


def everyone(n: int) -> list[Coalition]:
    return [frozenset(c) for k in range(n + 1) for c in itertools.combinations(range(n), k)]


def drawn(n: int, seed: int) -> Game:
    rng = np.random.default_rng(seed)
    return {coalition: float(rng.normal(0, 1e5)) for coalition in everyone(n)}


def given_by(game: Mapping[Coalition, float | None]) -> Values:
    return lambda wanted: {coalition: game[coalition] for coalition in wanted}


def shared(game: Game, kinds: Sequence[object] | None = None) -> Split:
    n = max(len(coalition) for coalition in game)
    found = split(kinds or ["a"] * n, given_by(game))
    assert found is not None
    return found


def by_every_order(game: Game, n: int) -> list[Fraction]:
    """What each adds in turn, averaged over all n! orders."""
    shares = [Fraction(0)] * n
    for order in itertools.permutations(range(n)):
        before: Coalition = frozenset()
        for player in order:
            after = before | {player}
            shares[player] += Fraction(game[after]) - Fraction(game[before])
            before = after
    return [share / math.factorial(n) for share in shares]


@pytest.mark.parametrize("n", range(7))
def test_shares_are_those_of_every_order(n: int) -> None:
    game = drawn(n, n)
    found = [share.value for share in shared(game).shares]
    assert found == by_every_order(game, n)


def test_shares_are_those_of_the_package_s_own_shapley() -> None:
    game = drawn(5, 2)
    table = [game[frozenset(j for j in range(5) if s >> j & 1)] for s in range(32)]
    found = [float(share.value) for share in shared(game).shares]
    np.testing.assert_allclose(found, shapley(np.array(table)), rtol=1e-12)


@pytest.mark.parametrize("n", range(7))
def test_shares_add_up_without_a_remainder(n: int) -> None:
    found = shared(drawn(n, 10 + n))
    assert sum(share.value for share in found.shares) == found.after - found.before


def test_causes_that_do_the_same_have_the_same_share() -> None:
    game: Game = {c: float(0.1 * len(c) ** 2 + 0.3 * (3 in c)) for c in everyone(4)}
    found = [share.value for share in shared(game).shares]
    assert found[0] == found[1] == found[2] != found[3]


def test_a_cause_that_never_does_anything_has_none() -> None:
    less = drawn(4, 3)
    game: Game = {c: less[c - {4}] for c in everyone(5)}
    found = [share.value for share in shared(game).shares]
    assert found[4] == 0
    assert found[:4] == [share.value for share in shared(less).shares]


def test_the_order_in_which_causes_are_named_does_not_matter() -> None:
    game = drawn(5, 4)
    first = [share.value for share in shared(game).shares]
    for order in itertools.islice(itertools.permutations(range(5)), 0, None, 17):
        renamed: Game = {frozenset(order.index(p) for p in c): v for c, v in game.items()}
        again = [share.value for share in shared(renamed).shares]
        assert [again[order.index(p)] for p in range(5)] == first


def test_beyond_six_causes_those_of_a_kind_have_one_share() -> None:
    game: Game = {c: float(sum((k + 1) for k in c)) for c in everyone(7)}
    kinds = ["file", "money", "money", "ask", "ask", "ask", "file"]
    asked: list[Coalition] = []

    def values(wanted: Sequence[Coalition]) -> Game:
        asked.extend(wanted)
        return {c: game[c] for c in wanted}

    found = split(kinds, values)
    assert found is not None
    assert len(asked) == 8
    assert {share.causes: share.value for share in found.shares} == {
        (0, 6): 8,
        (1, 2): 5,
        (3, 4, 5): 15,
    }


def test_causes_that_need_each_other_share_one_part() -> None:
    """The two files of one month: neither makes a case with the other's old one."""
    full = drawn(4, 6)
    game: Game = {c: (None if (1 in c) != (2 in c) else full[c]) for c in everyone(4)}
    found = shared(game)
    assert [share.causes for share in found.shares] == [(0,), (1, 2), (3,)]
    assert sum(share.value for share in found.shares) == found.after - found.before
    blocks = ((0,), (1, 2), (3,))
    merged: Game = {c: full[frozenset(q for p in c for q in blocks[p])] for c in everyone(3)}
    assert [s.value for s in found.shares] == by_every_order(merged, 3)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 5), st.integers(0, 10_000), st.data())
def test_whatever_is_missing_shares_add_up(n: int, seed: int, data: st.DataObject) -> None:
    game = drawn(n, seed)
    inner = [c for c in everyone(n) if 0 < len(c) < n]
    for coalition in data.draw(st.sets(st.sampled_from(inner)) if inner else st.just(set())):
        game[coalition] = None
    found = shared(game)
    assert sum(share.value for share in found.shares) == found.after - found.before
    assert sorted(p for share in found.shares for p in share.causes) == list(range(n))


@pytest.mark.parametrize("lost", [frozenset(), frozenset({0, 1, 2})])
def test_without_a_figure_at_an_end_there_is_no_difference(lost: Coalition) -> None:
    game = drawn(3, 8)
    game[lost] = None
    assert split(["a"] * 3, given_by(game)) is None
