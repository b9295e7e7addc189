"""What a newcomer does: try the sample, walk every page, take the deck; then the same with files of
their own.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from cxcase.screen.parts import PAGES

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "data" / "samples"
WORK = 180_000  # ms a whole case may take on a busy machine
TITLES = {
    "home": "Where does the case stand",
    "data": "What did we read",
    "link": "What is a point of ease worth",
    "moments": "Which moments carry it",
    "recommendations": "Which small steps",
    "budget": "What should we fund",
    "deck": "Take it to the leadership team",
}
_TOO_WIDE = """() => {
    const main = document.querySelector('[data-testid=stMain]');
    return main.scrollWidth - main.clientWidth;
}"""
_TABS = 150  # presses of Tab after which a target counts as out of reach
_FOCUSED = "e => e === document.activeElement || e.contains(document.activeElement)"
_SEEN = """() => {
    const look = getComputedStyle(document.activeElement);
    return look.outlineStyle !== 'none' || look.boxShadow !== 'none';
}"""
Press = Callable[[Page, Locator], None]
pytestmark = pytest.mark.browser


def side(page: Page, name: str) -> Locator:
    """The link at the side to a page."""
    return page.locator("[data-testid=stSidebar] a").nth(list(TITLES).index(name))


def click(page: Page, target: Locator) -> None:
    """Presses what is on the page with a mouse."""
    target.click()


def go(page: Page, name: str, press: Press = click) -> None:
    """To a page by the side, until it stands."""
    # what a window of another size asks for is drawn first: a press in between goes nowhere
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0, timeout=WORK)
    press(page, side(page, name))
    expect(page.get_by_role("heading", level=1)).to_contain_text(TITLES[name], timeout=WORK)
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0, timeout=WORK)
    expect(page.locator("[data-testid=stException]")).to_have_count(0)


def reach(page: Page, target: Locator) -> None:
    """Tabs to what is on the page, where its focus is seen."""
    for _ in range(_TABS):
        page.keyboard.press("Tab")
        if target.evaluate(_FOCUSED):
            assert target.evaluate(_SEEN), f"nobody sees the focus on {target}"
            return
    pytest.fail(f"{target} is not reached by the keyboard")


def by_keyboard(page: Page, target: Locator) -> None:
    """Presses what is on the page without a mouse."""
    reach(page, target)
    page.keyboard.press("Enter")


def walk(page: Page, press: Press = click) -> None:
    """Every page: its answer, its one primary button, and no more than fits the window."""
    for name in TITLES:
        go(page, name, press)
        expect(page.locator(".st-key-lead p").first).not_to_be_empty()
        expect(page.locator("[data-testid=stBaseButton-primary]")).to_have_count(1)
        for width in (820, 1440):
            page.set_viewport_size({"width": width, "height": 1000})
            page.wait_for_timeout(300)
            assert page.evaluate(_TOO_WIDE) <= 0, (
                f"{name} is wider than its place in a window of {width} px"
            )


def take_deck(page: Page, folder: Path, press: Press = click) -> zipfile.ZipFile:
    """Presses the deck's button and opens what comes."""
    go(page, "deck", press)
    path = folder / "deck.pptx"
    for attempt in range(
        3
    ):  # a click that meets the page while it is drawn again goes nowhere, as it does for people
        try:
            with page.expect_download(timeout=WORK / 3) as coming:
                press(page, page.get_by_role("button", name="Download the deck"))
        except PlaywrightTimeout:
            assert attempt < 2, "three clicks, no deck"
        else:
            coming.value.save_as(path)
            break
    return zipfile.ZipFile(path)


def text_of(deck: zipfile.ZipFile) -> str:
    """All that the slides say."""
    slides = [n for n in deck.namelist() if re.fullmatch(r"ppt/slides/slide\d+\.xml", n)]
    return " ".join(
        " ".join(re.findall(r"<a:t>([^<]*)</a:t>", deck.read(n).decode())) for n in slides
    )


def test_a_newcomer_tries_the_sample_and_leaves_with_a_deck(
    page: Page, address: str, tmp_path: Path
) -> None:
    page.goto(address)
    page.get_by_role("button", name="Try the sample company").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(TITLES["home"], timeout=WORK)
    walk(page)
    key = (
        page.locator("[data-testid=stSidebar]")
        .get_by_text(re.compile("Case [0-9a-f]{8}"))
        .inner_text()
    )
    deck = take_deck(page, tmp_path)
    said = text_of(deck)
    assert key.split()[1] in said, "the deck carries another case's key"
    assert "Thornbeck" in said


def test_files_are_brought_and_valued_and_the_deck_taken_by_keyboard_alone(
    page: Page, address: str, tmp_path: Path
) -> None:
    page.goto(address)
    by_keyboard(page, page.get_by_role("button", name="Use our own spreadsheets"))
    expect(page.get_by_role("heading", level=1)).to_contain_text(TITLES["data"], timeout=WORK)
    files = sorted(str(p) for p in SAMPLES.iterdir() if p.suffix in (".xlsx", ".csv"))
    with page.expect_file_chooser() as asked:
        by_keyboard(page, page.locator("[data-testid=stFileUploaderDropzone] button").first)
    asked.value.set_files(files)
    expect(page.locator(".st-key-lead p").first).to_contain_text("12,000 customers", timeout=WORK)
    name = page.locator(".st-key-company input")
    reach(page, name)
    page.keyboard.type("Our Own Company")
    page.keyboard.press("Enter")
    expect(page.locator("[data-testid=stSidebar]")).to_contain_text("Our Own Company", timeout=WORK)
    walk(page, by_keyboard)
    assert "Our Own Company" in text_of(take_deck(page, tmp_path, by_keyboard))


def test_a_bad_file_is_said_and_everything_else_goes_on(
    page: Page, address: str, tmp_path: Path
) -> None:
    bad = tmp_path / "torn.xlsx"
    bad.write_bytes(b"PK\x03\x04 torn in the middle")
    page.goto(f"{address}/data")
    upload = page.locator("[data-testid=stFileUploader] input[multiple]")
    upload.set_input_files([str(bad), str(SAMPLES / "customers.xlsx")])
    expect(page.get_by_role("alert")).to_contain_text("torn.xlsx", timeout=WORK)
    expect(page.locator(".st-key-lead p").first).to_contain_text("customers bring", timeout=WORK)


def test_a_page_opened_first_by_its_own_address_has_its_frame(
    first_visitor: Page, new_address: str
) -> None:
    page = first_visitor
    page.goto(f"{new_address}/moments")
    expect(page.get_by_role("heading", level=1)).to_contain_text(TITLES["moments"], timeout=WORK)
    expect(page.locator("[data-testid=stSidebar] a")).to_have_count(len(PAGES))
    page.get_by_role("button", name="Bring in the data").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(TITLES["data"])
    page.set_viewport_size({"width": 400, "height": 900})
    page.get_by_test_id("stExpandSidebarButton").click()
    side(page, "moments").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(TITLES["moments"])
    expect(page.get_by_test_id("stExpandSidebarButton")).to_be_visible()


def test_the_budget_answers_in_the_pages_own_words(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="Try the sample company").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(TITLES["home"], timeout=WORK)
    go(page, "budget")
    box = page.locator(".st-key-budget input")
    box.fill("60000")
    box.press("Enter")
    expect(page.locator(".st-key-lead p").first).to_contain_text("£60 k", timeout=WORK)


def test_other_moves_are_asked_on_the_link_page(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="Try the sample company").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(TITLES["home"], timeout=WORK)
    go(page, "link")
    expect(page.get_by_text("Ease +0.5 for every customer:")).to_be_visible(timeout=WORK)
    slider = page.locator(".st-key-move_score").get_by_role("slider")
    slider.focus()
    slider.press("ArrowRight")
    expect(page.get_by_text("Ease +0.6 for every customer:")).to_be_visible(timeout=WORK)
    page.get_by_role("tab", name="Silent customers").click()
    expect(page.get_by_text("felt like those like them who did")).to_be_visible(timeout=WORK)
    silent = page.locator(".st-key-silent").get_by_role("slider").first
    silent.focus()
    silent.press("ArrowLeft")
    expect(page.get_by_text("points against those like them")).to_be_visible(timeout=WORK)
