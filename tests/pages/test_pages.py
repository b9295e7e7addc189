"""Every page, empty, full and with data that can't carry a figure: it says something true and shows
a way on.
"""

from __future__ import annotations

import make_uploads
import pytest
from moves import PAGES, App

LATER = [page for page in PAGES if page != "home"]


def primaries(app: App) -> list[str]:
    """Labels of the primary buttons on the page, downloads among them."""
    found = [b.label for b in app.at.button if b.proto.type == "primary"]
    return found + [
        b.proto.label for b in app.at.get("download_button") if b.proto.type == "primary"
    ]


def test_a_newcomer_is_asked_one_thing(app: App) -> None:
    app.fine()
    assert primaries(app) == ["Try the sample company"]
    assert [b.label for b in app.at.button if b.key == "own"] == ["Use our own spreadsheets"]


@pytest.mark.parametrize("page", LATER)
def test_an_empty_page_says_what_is_missing_and_shows_the_way(app: App, page: str) -> None:
    app.go(page).fine()
    assert "customer list" in app.text
    assert len(primaries(app)) == 1
    assert not app.at.get("plotly_chart")


def test_own_spreadsheets_lead_to_the_data_page(app: App) -> None:
    app.at.button(key="own").click().run()
    assert app.fine().at.file_uploader


def test_the_sample_walks_every_page(app: App) -> None:
    app.at.button(key="sample").click().run()
    app.fine()
    assert "12,000 customers" in app.text
    for page in PAGES:
        app.go(page).fine()
        assert len(primaries(app)) == 1, page
        assert "Something to look at" not in app.text, page
        assert "to be redone" not in app.text, page


@pytest.mark.parametrize("page", LATER)
def test_a_small_company_fills_every_page(app: App, small: dict[str, bytes], page: str) -> None:
    app.bring(small).fine().go(page).fine()
    report_pages = {"link": 3, "moments": 3, "recommendations": 1, "budget": 2}
    assert len(app.at.get("plotly_chart")) >= report_pages.get(page, 0)
    assert len(primaries(app)) == 1
    assert all(chart.proto.alt for chart in app.at.get("plotly_chart"))


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("nobody left", {"churn": "nobody"}),
        ("everybody left", {"churn": "everybody"}),
        ("no id in common", {"ids": "X"}),
        ("no employee survey", {"ex": False}),
        ("no recommendations", {"steps": False}),
    ],
)
def test_data_that_cannot_carry_it_breaks_no_page(
    app: App, name: str, made: dict[str, object]
) -> None:
    app.bring(make_uploads.files(**made)).fine()
    for page in PAGES:
        app.go(page).fine()
        assert len(primaries(app)) == 1, (name, page)
        if name in ("nobody left", "everybody left", "no id in common") and page == "link":
            assert "can't put a figure" in app.text
            assert not app.at.get("plotly_chart")


def test_no_employee_survey_leaves_the_rest_standing(app: App) -> None:
    app.bring(make_uploads.files(ex=False)).go("link").fine()
    assert "One more point of ease" in app.text


def test_a_currency_with_a_dollar_sign_is_never_read_as_a_formula(
    app: App, small: dict[str, bytes]
) -> None:
    from dataclasses import replace

    app.bring(small)
    session = app.session
    owned = session.settings.owned | {"currency"}
    app.at.session_state["session"] = replace(
        session, settings=replace(session.settings, currency="USD", owned=owned)
    )
    for page in PAGES:
        app.go(page).fine()
        for item in [*app.at.markdown, *app.at.caption]:
            assert "$" not in str(item.value).replace("\\$", ""), (page, item.value)
