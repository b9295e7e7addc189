"""What the server answers to whom, and that it asks nobody: every server of these tests runs where
a request to another machine is an error in its log.
"""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit

import pytest

UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
}
ELSEWHERE = {"Origin": "https://elsewhere.example"}
PATHS = (
    "/",
    "/_stcore/health",
    "/_stcore/host-config",
    "/_stcore/stream",
    "/_stcore/upload_file/x",
)


def _ask(address: str, path: str, headers: dict[str, str]) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    answer.read()
    return answer


@pytest.mark.browser
@pytest.mark.parametrize("path", PATHS)
def test_another_site_and_another_name_get_no_answer(address: str, path: str) -> None:
    for more in ({}, UPGRADE):
        assert _ask(address, path, {**ELSEWHERE, **more}).status == 403
        assert _ask(address, path, {"Origin": "null", **more}).status == 403
        assert _ask(address, path, {"Host": "elsewhere.example", **more}).status in (400, 403)


@pytest.mark.browser
def test_our_own_pages_do_and_may_not_be_framed(address: str) -> None:
    answer = _ask(address, "/", {"Origin": address})
    assert answer.status == 200
    assert answer.getheader("Content-Security-Policy") == "frame-ancestors 'none'"
    assert answer.getheader("X-Content-Type-Options") == "nosniff"
    assert answer.getheader("Referrer-Policy") == "no-referrer"
    assert _ask(address, "/_stcore/stream", {"Origin": address, **UPGRADE}).status == 101


@pytest.mark.browser
def test_no_other_site_may_steer_the_pages(address: str) -> None:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)
    connection.request("GET", "/_stcore/host-config")
    said = connection.getresponse().read().decode()
    assert '"allowedOrigins":[]' in said.replace(" ", "")
