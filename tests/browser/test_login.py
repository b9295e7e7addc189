"""A team's server as an admin sets it up: a provider to log in with, PostgreSQL's place taken by
the store that both share, and a proxy in front with a path of its own and 4 KB for headers.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import make_uploads
import pytest
from conftest import Server, _served
from oidc_provider_mock import User, run_server_in_thread
from playwright.sync_api import Browser, Page, expect
from test_accessible import faults

WORK = 180_000  # ms a whole case may take on a busy machine
BELOW = "/case"
GROUPS = [os.urandom(18).hex() for _ in range(120)]  # claims that outgrow 4 KB as a cookie
pytestmark = pytest.mark.browser
_NONE = "No nginx found: the app was not tried behind a proxy."
_NGINX = """daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/errors; {user}
events {{ worker_connections 128; }}
http {{
  access_log off;
  client_body_temp_path {folder}/1; proxy_temp_path {folder}/2; fastcgi_temp_path {folder}/3;
  uwsgi_temp_path {folder}/4; scgi_temp_path {folder}/5;
  server {{
    listen 127.0.0.1:{port};
    client_header_buffer_size 1k; large_client_header_buffers 4 4k; client_max_body_size 200m;
    location {below}/ {{
      proxy_pass http://127.0.0.1:{behind};
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection upgrade;
      proxy_buffer_size 4k; proxy_buffers 8 4k; proxy_busy_buffers_size 8k;
    }}
  }}
}}
"""
_SECRETS = """[auth]
redirect_uri = "{address}/oauth2callback"
cookie_secret = "made up for this test and for no other"
client_id = "cxcase"
client_secret = "made up"
server_metadata_url = "http://localhost:{provider}/.well-known/openid-configuration"
"""


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextmanager
def _proxy(folder: Path, port: int, behind: int) -> Iterator[None]:
    """nginx on `port` in front of the app; it must refuse nothing for its size."""
    folder.mkdir()
    user = "user root;" if os.geteuid() == 0 else ""
    config = _NGINX.format(folder=folder, port=port, behind=behind, below=BELOW, user=user)
    (folder / "nginx.conf").write_text(config)
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.fail(_NONE) if os.environ.get("CI") else pytest.skip(_NONE)
    process = subprocess.Popen([program, "-c", str(folder / "nginx.conf"), "-e", "stderr"])
    try:
        yield
        errors = (folder / "errors").read_text()
        assert "too big" not in errors, errors
    finally:
        process.terminate()
        process.wait(20)


def _user(name: str) -> User:
    email = f"{name}@example.com"
    claims = {"name": name.capitalize(), "email": email, "email_verified": True, "groups": GROUPS}
    return User(sub=name, claims=claims)


@dataclass(frozen=True)
class Team:
    """A running team server: where people reach it, and the app behind the proxy."""

    address: str
    server: Server


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    folder = tmp_path_factory.mktemp("team")
    port = _free_port()
    address = f"http://127.0.0.1:{port}{BELOW}"
    users = [_user(name) for name in ("ann", "vic")]
    with run_server_in_thread(user_claims=users) as provider:
        secrets = folder / "secrets.toml"
        secrets.write_text(_SECRETS.format(address=address, provider=provider.server_port))
        options = ("--server.baseUrlPath", BELOW.strip("/"), "--secrets.files", str(secrets))
        with _served(folder, *options, below=BELOW) as server:
            behind = int(server.address.split(":")[2].removesuffix(BELOW))
            with _proxy(folder / "nginx", port, behind):
                _until_up(f"{address}/_stcore/health")
                yield Team(address, server)
                server.passed(0)


def _until_up(url: str) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(url, timeout=1)
            return
        except OSError:
            time.sleep(0.1)
    pytest.fail("the proxy did not come up")


def visitor(browser: Browser) -> Page:
    return browser.new_context(viewport={"width": 1440, "height": 1600}).new_page()


def log_in(page: Page, team: Team, name: str) -> None:
    """By the provider's own page, from whatever page somebody came to, and back to that page."""
    came_for = page.url
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.locator("[data-testid=stSidebar]")).to_contain_text(
        f"Logged in as {name.capitalize()}", timeout=WORK
    )
    expect(page).to_have_url(came_for, timeout=WORK)


def lead(page: Page) -> str:
    said = page.locator(".st-key-lead p").first
    expect(said).to_contain_text("£", timeout=WORK)
    return said.inner_text()


def share(page: Page, team: Team, case: str) -> str:
    """Lets Vic see the case; the address of a link to it."""
    page.goto(f"{team.address}/history?{case}")
    page.get_by_role("radio", name="Share").click()
    page.locator(".st-key-invite_email input").fill("vic@example.com")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("not logged in since")).to_be_visible()
    page.get_by_role("button", name="Make a link").click()
    shown = page.get_by_test_id("stCode")
    expect(shown).to_contain_text("shared?key=")
    return shown.inner_text().strip()


def takes(page: Page, name: str) -> bytes:
    """What a download brings."""
    with page.expect_download(timeout=WORK) as coming:
        page.get_by_role("button", name=name).click()
    return Path(coming.value.path()).read_bytes()


def test_a_team_shares_a_case_and_lets_finance_read_it(
    browser: Browser, team: Team, tmp_path: Path, axe: str
) -> None:
    files = []
    for name, data in make_uploads.files().items():
        (tmp_path / name).write_bytes(data)
        files.append(tmp_path / name)
    ann, vic, fay = (visitor(browser) for _ in range(3))

    ann.goto(f"{team.address}/data")
    expect(ann.locator("input[type=file]")).to_have_count(0)
    log_in(ann, team, "ann")
    cookies = sum(len(c["name"]) + len(c["value"]) + 3 for c in ann.context.cookies())
    assert cookies < 1500, "what a login leaves in the browser has to fit beside other headers"
    ann.locator("input[type=file]").first.set_input_files(files)
    ann.wait_for_url("**/data?case=*", timeout=WORK)
    case = ann.url.partition("?")[2]
    link = share(ann, team, case)

    vic.goto(f"{team.address}/data?{case}")
    log_in(vic, team, "vic")
    figures = lead(vic)
    expect(vic.locator("input[type=file]")).to_have_count(0)
    expect(vic.locator("[data-testid=stSidebar] a")).to_have_count(0)
    assert takes(vic, "deck.pptx").startswith(b"PK")

    fay.goto(f"{team.address}/data?{case}")
    expect(fay.get_by_role("button", name="Log in")).to_be_visible(timeout=WORK)
    fay.goto(link)
    assert lead(fay) == figures
    assert not faults(fay, axe), "the page of a read-only link keeps somebody out"
    assert takes(fay, "workbook.xlsx").startswith(b"PK")
    ann.get_by_role("button", name="Revoke").click()
    expect(ann.get_by_text("Over.")).to_be_visible()
    fay.reload()
    expect(fay.get_by_text("This link shows nothing")).to_be_visible(timeout=WORK)

    ann.get_by_role("button", name="Log out").click()
    ann.wait_for_url("**/end_session?**", timeout=WORK)
    ann.goto(f"{team.address}/history?{case}")
    expect(ann.get_by_role("button", name="Log in")).to_be_visible(timeout=WORK)
    for page in (ann, vic, fay):
        page.context.close()
