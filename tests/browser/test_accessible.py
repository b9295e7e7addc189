"""Every page in both themes is readable for everybody: axe-core finds nothing serious on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from test_walk import TITLES, go

WORK = 180_000  # ms a whole case may take on a busy machine
_RUN = """async () => {
    const found = await axe.run(document, {resultTypes: ["violations"]});
    return found.violations.map(v => [v.id, v.impact, v.nodes.map(n => n.html.slice(0, 160))]);
}"""
_SERIOUS = ("serious", "critical")
_ALSO = ("heading-order",)  # moderate to axe, but who listens finds their way by headings
pytestmark = pytest.mark.browser


@pytest.fixture(params=["light", "dark"])
def visitor(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Page]:
    """A visitor who likes it light, or dark, with the sample company."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 1000}, color_scheme=request.param
    )
    page = context.new_page()
    page.goto(address)
    page.locator(".st-key-sample button").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(TITLES["home"], timeout=WORK)
    yield page
    context.close()


def rests(page: Page) -> None:
    """Waits until nothing has been worked out for a while: what shows that work is going on comes
    late and goes soon.
    """
    quiet = 0
    while quiet < 4:
        page.wait_for_timeout(500)
        working = page.get_by_test_id("stStatusWidget").count()
        quiet = 0 if working else quiet + 1


def faults(page: Page, axe: str) -> list[Any]:
    """What the checker finds on the page that keeps somebody out."""
    page.evaluate(axe)
    found = page.evaluate(_RUN)
    return [one for one in found if one[1] in _SERIOUS or one[0] in _ALSO]


def test_nothing_on_any_page_keeps_somebody_out(visitor: Page, axe: str) -> None:
    """And the checker would have said so: at last it is given a fault to find."""
    found = {}
    for name in TITLES:
        go(visitor, name)
        rests(visitor)
        found[name] = faults(visitor, axe)
    assert not any(found.values()), found
    nameless = '<button type="button"></button>'
    visitor.evaluate("html => document.body.insertAdjacentHTML('beforeend', html)", nameless)
    assert ["button-name", "critical"] in [one[:2] for one in faults(visitor, axe)]
