"""The sample's large programme is taken apart, one of its parts changed, all of it undone, and the
list taken along: byte by byte the case is what it was.
"""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

SECONDS = 60_000
WORK = 2 * SECONDS
pytestmark = pytest.mark.browser


def settled(page: Page) -> None:
    """Until nothing is being worked out."""
    page.wait_for_timeout(700)
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0, timeout=WORK)
    expect(page.locator("[data-testid=stException]")).to_have_count(0)


def to(page: Page, name: str) -> None:
    page.locator(f"[data-testid=stSidebar] a[href*={name}]").first.click()
    page.wait_for_url(f"**/{name}*", timeout=WORK)
    settled(page)


def taken(page: Page, button: str, path: Path) -> bytes:
    """What a button downloads."""
    with page.expect_download(timeout=WORK) as coming:
        page.locator(f".st-key-{button} button").first.click()
    coming.value.save_as(path)
    return path.read_bytes()


def case_of(page: Page, folder: Path) -> dict[str, object]:
    """case.json as the deck page gives it, without the time it was made."""
    to(page, "deck")
    case = json.loads(taken(page, "get_case", folder / "case.json"))
    case.pop("made_at")
    to(page, "recommendations")
    return dict(case)


def test_a_programme_is_taken_apart_changed_undone_and_taken_along(
    page: Page, address: str, tmp_path: Path
) -> None:
    page.goto(address)
    sample = page.locator(".st-key-sample button")
    expect(sample).to_be_visible(timeout=WORK)
    sample.click()
    expect(page.get_by_text("customers bring").first).to_be_visible(timeout=WORK)
    to(page, "recommendations")
    before = case_of(page, tmp_path)

    page.get_by_text("Take a step apart").click()
    page.locator(".st-key-apart_do button").click()
    settled(page)
    expect(page.get_by_text("All parts").first).to_be_visible(timeout=WORK)
    expect(page.locator("[class*=st-key-gate_]").first).to_be_visible(timeout=WORK)
    taken(page, "get_steps_list", tmp_path / "steps.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "steps.xlsx").active
    ids = [str(row[0].value) for row in sheet.iter_rows(min_row=2)]
    assert {"R01-2", "R01-3"} <= set(ids), ids
    during = case_of(page, tmp_path)
    assert during["settings"]["added_steps"]  # type: ignore[index]

    for _ in range(4):
        undo = page.locator(".st-key-undo button")
        if undo.is_disabled():
            break
        undo.click()
        settled(page)
        if page.get_by_text("All parts").count() == 0:
            break
    after = case_of(page, tmp_path)
    assert json.dumps(after, indent=1) == json.dumps(before, indent=1)
