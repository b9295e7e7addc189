"""A real server and a real browser. Without a browser the tests are skipped with a clear line; in
CI they fail.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

expect.set_options(timeout=30_000)  # how long a page is waited for: a busy machine draws late

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# a click on a download that a redraw had just replaced, which Streamlit reports and the visitor
# makes again
_GONE = re.compile(
    r"Error executing deferred callable.*?MediaFileStorageError: Deferred file \w+ not found",
    re.DOTALL,
)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = ("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",)


def find_browser() -> str | None:
    """The path of a Chromium on this machine."""
    there = [shutil.which(name) for name in NAMES] + [
        place for place in PLACES if Path(place).exists()
    ]
    return next((path for path in there if path), None)


NO_WAY_OUT = Path(__file__).parent / "no_way_out"


@dataclass(frozen=True)
class Server:
    """A running app: its address and the file it writes what it has to say to."""

    address: str
    written: Path

    def log(self) -> str:
        """All that it has said so far."""
        return self.written.read_text(errors="replace")

    def passed(self, since: int) -> None:
        """Fails on an error that was said after the first `since` characters."""
        errors = _GONE.sub("", self.log()[since:])
        assert "Traceback" not in errors, errors[-3000:]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless browser for all tests."""
    path = find_browser()
    if path is None:
        message = (
            f"No Chromium found (looked for {', '.join(NAMES)}): the pages were not tried "
            f"in a real browser."
        )
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield made
        made.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The checker itself, as `npm ci` brings it."""
    if not AXE.exists():
        message = "axe-core is not there: run npm ci"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    return AXE.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for the visitors of all tests, each in a session of their own."""
    with _served(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def address(server: Server) -> Iterator[str]:
    """The server's address. The test fails on whatever went wrong there while it ran."""
    before = len(server.log())
    yield server.address
    server.passed(before)


@pytest.fixture
def new_address(tmp_path: Path) -> Iterator[str]:
    """The address of a server that nobody has visited yet."""
    with _served(tmp_path) as running:
        yield running.address
        running.passed(0)


@pytest.fixture
def serve(tmp_path: Path) -> Callable[[], AbstractContextManager[Server]]:
    """Starts a server over the cases of the one before."""
    return lambda: _served(tmp_path)


@contextmanager
def _served(folder: Path, *more: str, below: str = "") -> Iterator[Server]:
    """A server of its own. more: options; below: the path that its pages are below."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = [
        "--server.port",
        str(port),
        "--server.headless",
        "true",
        "--server.address",
        "127.0.0.1",
        *more,
    ]
    running = Server(f"http://127.0.0.1:{port}{below}", folder / "server.log")
    with running.written.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", *options],
            cwd=ROOT,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={
                **os.environ,
                "TMPDIR": str(folder),
                "CXCASE_DATA_DIR": str(folder / "saved"),
                "PYTHONPATH": str(NO_WAY_OUT),
            },
        )
        try:
            _wait(f"{running.address}/_stcore/health", process)
            yield running
        finally:
            process.terminate()
            process.wait(60)  # a page that is still computing comes to its end first
    assert not list(folder.glob("cxcase-*")), "a case's folder was left behind"


def _wait(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert server.poll() is None, "the server stopped"
        try:
            urllib.request.urlopen(url, timeout=1)
            return
        except OSError:
            time.sleep(0.1)
    pytest.fail("the server did not come up in a minute")


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A new visitor. The test fails on the first request that leaves this machine."""
    yield from _visitor(browser, address)


@pytest.fixture
def first_visitor(browser: Browser, new_address: str) -> Iterator[Page]:
    """The very first visitor of a new server."""
    yield from _visitor(browser, new_address)


def _visitor(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, accept_downloads=True)
    outside: list[str] = []
    context.on("request", lambda r: None if _ours(r.url, address) else outside.append(r.url))
    visitor = context.new_page()
    yield visitor
    context.close()
    assert not outside, f"the pages asked another machine for {sorted(set(outside))}"


def _ours(url: str, address: str) -> bool:
    return url.startswith((address, address.replace("http", "ws"), "data:", "blob:", "about:"))
