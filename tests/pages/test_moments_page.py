"""The moments page: what it shows, what may be changed there, and figures to take along."""

from __future__ import annotations

import csv
import io
import re

import pytest
from make_report import make_report
from moves import App

from cxcase.report import Report
from cxcase.screen import save_picture

TABS = ("Where the money lies", "Journey", "Failing and excelling", "Groups of customers", "Table")


@pytest.fixture
def page(app: App) -> App:
    app.at.button(key="sample").click().run()
    return app.go("moments").fine()


def test_everything_is_there_in_words(page: App) -> None:
    assert [tab.label for tab in page.at.tabs if tab.label in TABS] == list(TABS)
    assert "One moment" in page.text
    assert "experienced “Scheduled visit”" in page.text
    assert "among the first three" in page.text
    assert len(page.at.get("plotly_chart")) >= 8
    assert all(chart.proto.alt for chart in page.at.get("plotly_chart"))


def test_another_moment_can_be_looked_into(page: App) -> None:
    page.at.selectbox(key="moment").select("Complaint handling").run()
    page.fine()
    assert "experienced “Complaint handling”" in page.text
    assert "can't be told yet. Too few customers rated it very well" in page.text


def test_a_moment_is_renamed_in_place_and_everything_follows(page: App) -> None:
    before = page.text.partition("Saved")[0]
    page.at.text_input(key="moment_name_Scheduled visit").set_value("Engineer visit").run()
    page.fine()
    assert page.session.settings.same_questions == {"Scheduled visit": "Engineer visit"}
    assert "experienced “Engineer visit”" in page.text
    asked = "Asked as: “Scheduled visit”"
    assert asked in page.text
    shown = page.text.partition("Saved")[0]
    lines = [line for line in shown.splitlines() if line != asked]
    assert lines == before.replace("Scheduled visit", "Engineer visit").splitlines()
    page.at.text_input(key="moment_name_Engineer visit").set_value("Invoice").run()
    assert "experienced “Engineer visit”" in page.fine().text  # another moment's name is not taken
    page.at.text_input(key="moment_name_Engineer visit").set_value("Scheduled visit").run()
    # the name it had for a while still leads to it, for steps that were tied under it
    same = page.fine().session.settings.same_questions
    assert same == {"Engineer visit": "Scheduled visit"}
    assert "experienced “Scheduled visit”" in page.text


def test_the_order_of_the_journey_changes_and_no_figure_does(page: App) -> None:
    before = page.session
    page.at.button(key="move_1_0").click().run()
    page.fine()
    assert page.session.settings.journey[:2] == ("Invoice", "Scheduled visit")
    assert page.session.done["moments"] == before.done["moments"]
    page.at.button(key="move_-1_2").click().run()
    assert page.fine().session.settings.journey[:3] == (
        "Invoice",
        "Online portal",
        "Scheduled visit",
    )


def test_a_target_for_all_is_the_persons_own_and_prices_anew(page: App) -> None:
    kept = page.session.done["moments"]
    page.at.segmented_control(key="target").set_value("rating").run()
    page.fine()
    assert page.session.settings.target == "rating"
    assert "target" in page.session.settings.owned
    assert page.session.done["moments"] != kept
    assert re.search(r"Bringing it up to 9(\.0)? goes", page.text)


def test_one_moment_can_have_a_target_of_its_own_and_give_it_back(page: App) -> None:
    page.at.number_input(key="target_Scheduled visit").set_value(8.5).run()
    page.fine()
    assert dict(page.session.settings.target_ratings) == {"Scheduled visit": 8.5}
    assert "Bringing it up to 8.5" in page.text
    page.at.number_input(key="target_Scheduled visit").set_value(None).run()
    page.fine()
    assert not page.session.settings.target_ratings


def test_groups_can_be_chosen(page: App) -> None:
    page.at.segmented_control(key="moments_dimension").set_value("tenure").run()
    page.fine()
    page.at.segmented_control(key="moment_dimension").set_value("team").run()
    page.fine()
    assert "Norwich" in page.text
    page.at.segmented_control(key="moments_groups_figure").set_value("importance").run()
    page.fine()
    assert "Importance (90 % range)" in page.text
    page.at.segmented_control(key="moments_dimension").set_value("team").run()
    page.fine()
    assert not [c for c in page.at.segmented_control if c.key == "moments_groups_figure"]


def test_where_failing_and_excelling_begin_can_be_set(page: App) -> None:
    page.at.number_input(key="cut_low").set_value(50.0).run()
    page.at.number_input(key="cut_knot").set_value(55.0).run()
    page.fine()
    assert page.session.settings.side_cuts == (0.5, 0.55, 0.9)
    assert "side_cuts" in page.session.settings.owned
    assert any("lost below 55" in chart.proto.spec for chart in page.at.get("plotly_chart"))
    page.at.number_input(key="cut_knot").set_value(
        95.0
    ).run()  # above excelling: said, and left as it was
    page.fine()
    assert page.session.settings.side_cuts == (0.5, 0.55, 0.9)
    assert "each must lie above the one before" in str([t.value for t in page.at.toast])
    assert page.at.number_input(key="cut_knot").value == 55.0
    page.at.button(key="cuts_default").click().run()
    page.fine()
    assert page.session.settings.side_cuts == (0.6, 0.7, 0.9)
    assert "side_cuts" not in page.session.settings.owned


GOOD: Report = make_report()


@pytest.mark.parametrize(
    ("name", "chosen", "lines"),
    [
        ("moments_map", {}, 8),
        ("moments_parts", {}, 10),
        ("moments_sides", {}, 7),
        ("moments_groups", {"dimension": "segment"}, 16),
        ("moments_change", {}, 8),
        ("moment_levels", {"moment": "Complaint handling"}, 7),
        ("moment_levels", {"moment": "Nowhere"}, 0),
    ],
)
def test_figures_of_a_picture_can_be_taken_along(
    name: str, chosen: dict[str, str], lines: int
) -> None:
    rows = list(
        csv.reader(io.StringIO(save_picture.table(name, GOOD, **chosen).decode("utf-8-sig")))
    )
    assert len(rows) == lines + 1
    assert all(len(row) == len(rows[0]) for row in rows)
    if name == "moments_parts":
        known = {row[0]: float(row[1]) for row in rows[1:]}
        total = known.pop("(revenue that left)")
        assert sum(known.values()) == pytest.approx(total)


def test_a_name_that_looks_like_a_formula_is_text_in_the_figures() -> None:
    assert save_picture._safe("=1+1") == "'=1+1"
    assert save_picture._safe(-1.5) == -1.5
