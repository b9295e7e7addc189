"""What somebody set is there again after a reload and after the app was started anew."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import make_uploads
import pytest
from conftest import Server
from playwright.sync_api import Browser, Locator, Page, expect

WORK = 180_000  # ms a whole case may take on a busy machine
pytestmark = pytest.mark.browser


def budget(page: Page) -> Locator:
    return page.locator(".st-key-budget input").first


def quiet(page: Page) -> None:
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0, timeout=WORK)


def to_budget(page: Page) -> None:
    """The budget's page by the side: a click that meets the page while it is drawn again may go
    elsewhere, as it does for people, and is made again.
    """
    for _ in range(3):
        page.locator("[data-testid=stSidebar] a[href*=budget]").click()
        quiet(page)
        page.wait_for_timeout(500)
        quiet(page)
        if "/budget" in page.url:
            break
    expect(budget(page)).to_be_visible(timeout=WORK)


def test_a_reload_and_a_restart_lose_nothing(
    browser: Browser, serve: Callable[[], AbstractContextManager[Server]], tmp_path: Path
) -> None:
    files = []
    for name, data in make_uploads.files().items():
        path = tmp_path / name
        path.write_bytes(data)
        files.append(path)
    page = browser.new_page()
    with serve() as server:
        page.goto(f"{server.address}/data")
        page.locator("input[type=file]").first.set_input_files(files)
        page.wait_for_url("**/data?case=*", timeout=WORK)
        quiet(page)
        to_budget(page)
        budget(page).fill("4321")
        budget(page).press("Enter")
        quiet(page)
        expect(page.locator("[data-testid=stSidebar]")).to_contain_text("Saved")
        budget(page).fill("5432")
        budget(page).press("Enter")
        quiet(page)
        for key, sum_then in (("undo", "4321"), ("redo", "5432"), ("undo", "4321")):
            page.locator(f".st-key-{key} button").click()
            expect(budget(page)).to_have_value(sum_then, timeout=WORK)
            quiet(page)
        page.reload()
        expect(budget(page)).to_have_value("4321", timeout=WORK)
        case = page.url.partition("?")[2]
        server.passed(0)
    with serve() as again:
        page.goto(f"{again.address}/budget?{case}")
        expect(budget(page)).to_have_value("4321", timeout=WORK)
        page.goto(again.address)
        expect(page.get_by_role("button", name="Continue")).to_be_visible(timeout=WORK)
        again.passed(0)
    page.close()
