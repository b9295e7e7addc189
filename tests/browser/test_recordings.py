"""What the page takes for a recording, a browser can play: each kind is decoded in a real one."""

from __future__ import annotations

import base64

import pytest
from make_recordings import m4a, mp3, wav
from playwright.sync_api import Browser

_DECODE = """async (data) => {
    const bytes = Uint8Array.from(atob(data), c => c.charCodeAt(0));
    const sound = await new OfflineAudioContext(1, 44100, 44100).decodeAudioData(bytes.buffer);
    return sound.duration;
}"""


@pytest.mark.parametrize(
    "data", [wav(2), mp3(2), mp3(2, tags=True), m4a(2)], ids=["wav", "mp3", "tagged mp3", "m4a"]
)
def test_a_browser_plays_it(browser: Browser, data: bytes) -> None:
    page = browser.new_page()
    page.goto("about:blank")
    assert page.evaluate(_DECODE, base64.b64encode(data).decode()) == pytest.approx(2.0, abs=0.05)
    page.close()
