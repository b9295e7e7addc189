"""The steps are changed on their page: in the table, in the form of one step, and back again."""

from __future__ import annotations

import pytest
from moves import App
from test_step_questions import a_list

PLAIN = {"Touchpoint": ["Invoice", "Delivery", "Complaint"], "Expected lift": [0.3, 0.2, 0.2]}


@pytest.fixture
def page(app: App, small: dict[str, bytes]) -> App:
    files = {**small, "recommendations.csv": a_list(**PLAIN)}
    return app.bring(files).go("recommendations").fine()


def test_a_cell_of_the_form_counts_and_the_list_stays_beside_it(page: App) -> None:
    before = page.session.settings
    page.at.text_input(key=cell(page, "lift_likely")).set_value("0,4")
    page.at.text_input(key="why_R01").set_value("as the pilot had it")
    page.at.button(key="step_form_save").click().run()
    settings = page.fine().session.settings
    assert dict(settings.step_cells) == {"Plain invoices:lift_likely": "0,4"}
    assert dict(settings.step_reasons) == {"Plain invoices:lift_likely": "as the pilot had it"}
    assert "The list: 0.3" in page.text
    assert "as the pilot had it" in page.text
    page.at.button(key="step_as_listed").click().run()
    assert page.fine().session.settings == before


def test_what_cannot_be_is_said_at_its_cell_and_kept(page: App) -> None:
    page.at.text_input(key=cell(page, "lift_likely")).set_value("a lot")
    page.at.button(key="step_form_save").click().run()
    page.fine()
    assert "“a lot” is no figure" in page.text
    assert page.at.text_input(key=cell(page, "lift_likely")).value == "a lot"


def test_steps_are_added_copied_taken_out_and_brought_back(page: App) -> None:
    before = page.session.settings
    page.at.button(key="step_copy").click().run()
    assert page.fine().session.settings.added_steps == ("R01-2",)
    assert page.at.selectbox(key="step_picked").value == "R01-2", "the new one is at hand"
    page.at.button(key="step_new").click().run()
    assert page.fine().session.settings.added_steps == ("R01-2", "N1")
    assert "What does “New step” act on?" in page.text
    page.at.button(key="step_out").click().run()
    assert page.fine().session.settings.added_steps == ("R01-2",)
    page.at.selectbox(key="step_picked").set_value("R02").run()
    page.at.button(key="step_out").click().run()
    assert page.fine().session.settings.removed_steps == ("Call before delivery",)
    page.at.button(key="bring_back_R02").click().run()
    page.at.button(key="steps_as_listed").click().run()
    assert page.fine().session.settings == before


def cell(page: App, name: str) -> str:
    """The key of a cell's widget in the form."""
    (found,) = (str(w.key) for w in page.at.text_input if f"_{name}_" in str(w.key))
    return found


def test_a_step_is_taken_apart_and_put_together_again(page: App) -> None:
    before = page.session.settings
    assert page.at.radio(key="apart_how_R01").value == "depth"
    page.at.button(key="apart_do").click().run()
    added = page.fine().session.settings.added_steps
    assert len(added) >= 2
    assert "All parts" in page.text
    assert "After the part “pilot”" in page.text
    assert "being able to stop is worth" in page.text
    page.at.button(key="apart_undo").click().run()
    assert page.fine().session.settings == before


DEAR = {**PLAIN, "Cost": ["2.5m", "£400,000,000", "9m + 5000 pa"]}
# no cost is uncertain: the usual range would come to more than the step brings
SURE = {
    **PLAIN,
    "Cost": ["2500000", "400000000", "9000000"],
    "Cost low": ["2500000", "400000000", "9000000"],
    "Cost high": ["2500000", "400000000", "9000000"],
}


@pytest.mark.parametrize("dear", [DEAR, SURE], ids=["usual range", "range given"])
def test_when_nothing_pays_the_page_says_what_would(
    app: App, small: dict[str, bytes], dear: dict[str, list[str]]
) -> None:
    page = app.bring({**small, "recommendations.csv": a_list(**dear)}).go("recommendations").fine()
    assert "No step pays for itself as it is" in page.text
    keys = [str(b.key) for b in page.at.button if str(b.key).startswith("would_cost_")]
    page.at.button(key=keys[0]).click().run()
    cells = dict(page.fine().session.settings.step_cells)
    assert any(key.endswith(":one_off_cost") for key in cells)
    assert "No step pays for itself as it is" not in page.text
    assert "the most that it may cost to pay" in page.text


def test_a_strategy_is_marked_in_its_own_words_and_steps_are_tied_to_its_goals(page: App) -> None:
    text = "Our goals\nEvery customer gets an invoice that is right.\nGrow to £90m."
    page.at.text_area(key="strategy_text").set_value(text).run()
    assert page.fine().session.settings.strategy == text
    assert ":blue-background[customer]" in page.text
    assert [w.value for w in page.at.warning if "people who work here" in str(w.value)]
    page.at.button(key="strategy_agree").click().run()
    cells = dict(page.fine().session.settings.step_cells)
    goals = {key: said for key, said in cells.items() if key.endswith(":goal")}
    assert goals["Plain invoices:goal"] == "Every customer gets an invoice that is right."
    assert len(goals) == 1, "what shares no word with a goal is not agreed unseen"
    page.at.text_area(key="strategy_text").set_value("x" * 50_000).run()
    assert page.fine().session.settings.strategy == text, "too long a text is said, not kept"


def test_a_step_is_cut_by_parts_that_are_named_at_shares_of_ones_own(page: App) -> None:
    page.at.radio(key="apart_how_R01").set_value("component").run()
    page.at.radio(key="apart_cost_R01").set_value("own").run()
    page.at.text_area(key="components_R01").set_value("Training = 60\nTool = 40").run()
    page.at.button(key="apart_do").click().run()
    settings = page.fine().session.settings
    titles = [settings.step_cells[f"{id}:title"] for id in settings.added_steps]
    assert titles == ["Plain invoices: Training", "Plain invoices: Tool"]
    costs = [float(settings.step_cells[f"{id}:one_off_cost"]) for id in settings.added_steps]
    assert costs[0] / sum(costs) == pytest.approx(0.3 + 0.7 * 0.6)
