"""Numbers that no budget can be are refused beside their field; no page breaks."""

from __future__ import annotations

import pytest
from moves import App


@pytest.mark.parametrize("typed", [1e300, 1e40])
def test_a_sum_that_cannot_be_is_said_and_changes_nothing(
    app: App, small: dict[str, bytes], typed: float
) -> None:
    there = app.bring(small).go("budget").fine()
    before = there.session.settings.budget
    there.at.number_input(key="budget").set_value(typed).run()
    assert there.session.settings.budget == before
    (said,) = there.fine().at.toast
    assert "must be no more than 1,000,000,000,000,000" in said.value
    assert there.go("home").fine()
