"""What is shown of a difference and its parts adds up."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from cxcase.report.adding_up import added_up

PARTS = [Fraction(24_400), Fraction(12_400), Fraction(-5_400)]


def test_the_sentence_of_the_parts_adds_up() -> None:
    shown = added_up(Fraction(286_000), Fraction(317_400), PARTS, "GBP")
    assert [t.replace("\u00a0", " ") for t in (shown.before, shown.after, shown.difference)] == [
        "£286 k",
        "£317 k",
        "+£31 k",
    ]
    assert shown.values == (24_000.0, 12_000.0, -5_000.0)
    assert [t.replace("\u00a0", " ") for t in shown.parts] == ["+£24 k", "+£12 k", "−£5 k"]


def test_labels_have_one_figure_more() -> None:
    shown = added_up(Fraction(286_000), Fraction(317_400), PARTS, "GBP", 3)
    assert [t.replace("\u00a0", " ") for t in shown.parts] == ["+£24.4 k", "+£12.4 k", "−£5.4 k"]


@settings(max_examples=300, deadline=None)
@given(st.floats(-1e7, 1e7), st.lists(st.floats(-1e7, 1e7), max_size=8), st.sampled_from([1, 2, 3]))
def test_whatever_the_parts_they_add_up(before: float, values: list[float], figures: int) -> None:
    parts = [Fraction(value) for value in values]
    after = Fraction(before) + sum(parts, Fraction(0))
    shown = added_up(Fraction(before), after, parts, "GBP", figures)
    assert sum(shown.values) == shown.total
    assert all(not value for value, part in zip(shown.values, parts, strict=True) if not part)
