"""Without revenue at the end no page states GRR, NRR or growth; the data page says why."""

from __future__ import annotations

from make_unmeasured import stated, uploads
from moves import PAGES, App

from cxcase.report import words


def test_no_page_states_what_nobody_measured(app: App) -> None:
    app.bring(uploads()).fine()
    for page in PAGES:
        assert not stated(app.go(page).fine().text), page
    why = words.reason("no_revenue_end")
    text = app.go("data").fine().text
    assert "not measured" in text
    assert why.text in text
    assert why.unlock in text
    assert "more revenue kept a year" in app.go("link").fine().text
