"""Pictures of every page, to be looked at: `look.py URL FOLDER`, with `--press sample` or `--upload
FILES`.

Light and dark, 1440 and 820 wide, each page as tall as it is. Presses the sample's button first
where asked to.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PAGES = ("home", "data", "link", "moments", "recommendations", "budget", "deck", "history")


def settle(page: Page) -> None:
    """Waits until nothing on the page is still being worked out or drawn."""
    page.wait_for_selector("[data-testid=stMain] h1", timeout=60_000)
    page.wait_for_function(
        "() => !document.querySelector('[data-testid=stStatusWidget]')", timeout=120_000
    )
    page.wait_for_function(
        "() => !document.querySelector('[data-testid=stSkeleton]')", timeout=60_000
    )
    page.wait_for_timeout(900)


def shoot(page: Page, target: Path) -> None:
    """One picture of the whole page, however long it is."""
    width = page.viewport_size["width"] if page.viewport_size else 1440
    measure = (
        "() => Math.max(...[...document.querySelectorAll('[data-testid=stMain], "
        "section')].map(e => e.scrollHeight))"
    )
    height = page.evaluate(measure)
    page.set_viewport_size({"width": width, "height": min(6000, max(900, int(height) + 20))})
    page.wait_for_timeout(500)
    page.screenshot(path=str(target))
    page.set_viewport_size({"width": width, "height": 900})


def walk(browser: Browser, options: argparse.Namespace, theme: str, width: int) -> None:
    """Every page once, in one theme and width."""
    context = browser.new_context(color_scheme=theme, viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto(options.url)
    settle(page)
    if options.press:
        page.locator(f".st-key-{options.press} button").click()
        page.wait_for_timeout(1500)
        settle(page)
    if options.upload:
        go(page, "data")
        settle(page)
        page.locator("[data-testid=stFileUploader] input[type=file]").set_input_files(
            options.upload
        )
        page.wait_for_timeout(2500)
        settle(page)
    for name in options.pages:
        go(page, name)
        settle(page)
        shoot(page, options.folder / f"{name}-{theme}-{width}.png")
        for place, tab in enumerate(page.get_by_role("tab").all()[1:], 2):
            tab.click()
            page.wait_for_timeout(700)
            shoot(page, options.folder / f"{name}-{theme}-{width}-tab{place}.png")
    context.close()


def go(page: Page, name: str) -> None:
    """To another page without losing the session: by the link at the side."""
    link = page.locator("[data-testid=stSidebar] a").nth(PAGES.index(name))
    box = link.bounding_box()
    if not link.is_visible() or box is None or box["x"] < 0:  # a narrow window hides the side
        page.get_by_test_id("stExpandSidebarButton").click()
        page.wait_for_timeout(600)
    link.click()
    page.wait_for_timeout(700)


def main() -> None:
    """Reads the arguments and takes the pictures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--press")
    parser.add_argument("--upload", nargs="+")
    parser.add_argument("--themes", nargs="+", default=["light", "dark"])
    parser.add_argument("--widths", nargs="+", type=int, default=[1440, 820])
    parser.add_argument("--pages", nargs="+", default=list(PAGES))
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for theme in options.themes:
            for width in options.widths:
                walk(browser, options, theme, width)
        browser.close()


if __name__ == "__main__":
    main()
