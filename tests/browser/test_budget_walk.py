"""A person at the budget page: moves the slider, hears a no, and takes the smaller ask along."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

SECONDS = 60_000


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_the_slider_and_the_ask_cut_anew(page: Page, address: str) -> None:
    page.goto(address)
    page.locator(".st-key-sample button").click()
    expect(page.get_by_text("customers bring").first).to_be_visible(timeout=2 * SECONDS)
    page.get_by_test_id("stSidebar").get_by_role("link", name=re.compile("^Budget|Budget ·")).click()
    lead = page.locator(".st-key-lead")
    expect(lead).to_contain_text("The ask:", timeout=SECONDS)
    first = lead.inner_text()

    page.locator(".st-key-budget_slide input[type=range]").focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    expect(lead).not_to_have_text(first, timeout=SECONDS)
    expect(page.locator(".st-key-card_R02")).to_be_visible(timeout=SECONDS)

    page.get_by_role("tab", name="After a no").click()
    asked = page.locator(".st-key-objection_amount input")
    asked.fill("60000")
    asked.press("Enter")
    page.wait_for_timeout(1500)
    page.locator(".st-key-recut button").click()
    expect(lead).to_contain_text("of £60", timeout=SECONDS)
    expect(page.get_by_text("Refused again?")).to_be_visible(timeout=SECONDS)
    expect(page.locator(".st-key-chart_recut")).to_be_visible(timeout=SECONDS)
    page.locator(".st-key-recut_back button").click()
    expect(lead).not_to_contain_text("of £60", timeout=SECONDS)
