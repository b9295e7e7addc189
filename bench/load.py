"""A server under several visitors at once: reported, never tested.

    python -m bench.load [1 5 10 25]

Each visitor speaks to the server as a browser does, over a socket of its own, but draws nothing.
All press the sample's button at the same moment, then walk through the pages twice (the second time
is what "cached" means), then ask for budgets that nobody asked for before. Beside the seconds stand
the server's own seconds of processor time and its memory, which a busy machine changes little.
"""

from __future__ import annotations

import asyncio
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("data", "link", "moments", "recommendations", "budget", "deck", "history", "")
DONE = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)
LIMIT = 300.0  # seconds that one answer may take
WIDTH = 10  # of a column of the table


@dataclass
class Visitor:
    """One browser tab: its socket, the widgets it was told of, and where it is."""

    socket: ClientConnection
    address: str
    widgets: dict[str, str] = field(default_factory=dict)  # key -> id
    pages: dict[str, str] = field(default_factory=dict)  # path -> hash
    page: str = ""
    said: list[str] = field(default_factory=list)  # errors shown on the page

    async def rerun(self, key: str | None = None, **value: Any) -> float:
        """Seconds until the page stands still, after a widget (if one is named) got a value."""
        message = BackMsg()
        message.rerun_script.page_script_hash = self.page
        message.rerun_script.context_info.url = self.address
        message.rerun_script.context_info.timezone = "Europe/London"
        message.rerun_script.context_info.locale = "en-GB"
        if key is not None:
            state = message.rerun_script.widget_states.widgets.add(id=self.widgets[key])
            for kind, what in value.items():
                setattr(state, kind, what)
        start = time.perf_counter()
        await self.socket.send(message.SerializeToString())
        async with asyncio.timeout(LIMIT):
            await self._until_done()
        return time.perf_counter() - start

    async def visit(self, path: str) -> float:
        """Seconds until the page of that path stands still."""
        self.page = self.pages[path]
        return await self.rerun()

    async def _until_done(self) -> None:
        async for data in self.socket:
            message = ForwardMsg.FromString(data if isinstance(data, bytes) else data.encode())
            kind = message.WhichOneof("type")
            if kind == "delta":
                self._take(message)
            elif kind == "navigation":
                self.pages = {
                    page.url_pathname: page.page_script_hash
                    for page in message.navigation.app_pages
                }
                self.page = message.navigation.page_script_hash
            elif kind == "script_finished" and message.script_finished in DONE:
                return

    def _take(self, message: ForwardMsg) -> None:
        """Notes a widget's id under its key, and what an error says."""
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind is None:
            return
        body = getattr(element, kind)
        if kind == "exception":
            self.said.append(body.message)
        identity = str(getattr(body, "id", ""))
        key = identity.rsplit("-", 1)[-1]
        if identity:
            self.widgets[key] = identity


@dataclass(frozen=True)
class Row:
    """What so many visitors at once came to: seconds, the server's own seconds, megabytes."""

    visitors: int
    sample: list[float]
    cached: list[float]
    budgets: list[float]
    cpu: dict[str, float]
    memory: tuple[float, float, float]  # before, with all of them, after they left
    errors: int


@contextmanager
def served() -> Iterator[tuple[str, psutil.Process]]:
    """A server that nobody has visited yet: its address and its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--server.port", str(port), "--server.headless", "true"]
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", *options],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "CXCASE_DATA_DIR": folder, "TMPDIR": folder},
        )
        address = f"127.0.0.1:{port}"
        try:
            _wait(f"http://{address}/_stcore/health")
            yield address, psutil.Process(process.pid)
        finally:
            process.terminate()
            process.wait(60)


def _wait(url: str) -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(url, timeout=1)
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(url)


async def visitors(address: str, n: int, server: psutil.Process) -> Row:
    """n visitors at once, from the door to three budgets of their own each."""
    before = megabytes(server)
    cpu: dict[str, float] = {}

    async def timed(name: str, work: Callable[[Visitor], Awaitable[list[float]]]) -> list[float]:
        start = seconds(server)
        took = await asyncio.gather(*(work(visitor) for visitor in all_of_them))
        cpu[name] = seconds(server) - start
        return [second for one in took for second in one]

    all_of_them = [await _arrive(address) for _ in range(n)]
    sample = await timed("sample", _press)
    await timed("first", _walk)
    cached = await timed("cached", _walk)
    budgets = await timed("budgets", _ask)
    full = megabytes(server)
    for visitor in all_of_them:
        await visitor.socket.close()
    await asyncio.sleep(5)
    errors = sum(len(visitor.said) for visitor in all_of_them)
    return Row(n, sample, cached, budgets, cpu, (before, full, megabytes(server)), errors)


async def _arrive(address: str) -> Visitor:
    link = await connect(
        f"ws://{address}/_stcore/stream",
        subprotocols=["streamlit"],  # type: ignore[list-item]  # a NewType of str
        max_size=None,
        origin=f"http://{address}",  # type: ignore[arg-type]
    )
    visitor = Visitor(link, f"http://{address}")
    await visitor.rerun()
    return visitor


async def _press(visitor: Visitor) -> list[float]:
    return [await visitor.rerun("sample", trigger_value=True)]


async def _walk(visitor: Visitor) -> list[float]:
    return [await visitor.visit(path) for path in PAGES]


async def _ask(visitor: Visitor) -> list[float]:
    await visitor.visit("budget")
    asked = [float(random.randrange(60_000, 240_000, 100)) for _ in range(3)]
    return [await visitor.rerun("budget", double_value=sum_) for sum_ in asked]


def seconds(server: psutil.Process) -> float:
    """Processor seconds of the server and of every reader it started and has ended."""
    times = server.cpu_times()
    return float(times.user + times.system + times.children_user + times.children_system)


def megabytes(server: psutil.Process) -> float:
    """Memory that is the server's alone."""
    return float(server.memory_full_info().uss / 2**20)


def table(rows: Sequence[Row]) -> Iterator[str]:
    """The lines of the report."""
    heads = ["visitors", "sample", "cached p50", "cached p95", "budget p50", "budget p95"]
    heads += ["CPU sample", "CPU walk", "CPU/budget", "MB before", "MB full", "MB/visitor"]
    heads += ["MB after", "errors"]
    yield "  ".join(f"{head:>{WIDTH}}" for head in heads)
    for row in rows:
        cells = [
            f"{row.visitors}",
            f"{max(row.sample):.1f}",
            f"{middle(row.cached):.2f}",
            f"{late(row.cached):.2f}",
            f"{middle(row.budgets):.2f}",
            f"{late(row.budgets):.2f}",
            f"{row.cpu['sample']:.1f}",
            f"{row.cpu['cached']:.1f}",
            f"{row.cpu['budgets'] / len(row.budgets):.2f}",
            f"{row.memory[0]:.0f}",
            f"{row.memory[1]:.0f}",
            f"{(row.memory[1] - row.memory[0]) / row.visitors:.1f}",
            f"{row.memory[2]:.0f}",
            f"{row.errors}",
        ]
        yield "  ".join(f"{cell:>{WIDTH}}" for cell in cells)


def middle(values: Sequence[float]) -> float:
    """The median."""
    return statistics.median(values)


def late(values: Sequence[float]) -> float:
    """The 95th percentile."""
    return sorted(values)[min(len(values) - 1, int(0.95 * len(values)))]


def main(sizes: Sequence[int]) -> None:
    """Prints a line for each number of visitors, each against a server of its own."""
    rows = []
    for n in sizes:
        with served() as (address, server):
            rows.append(asyncio.run(visitors(address, n, server)))
    print("\n".join(table(rows)))


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or [1, 5, 10, 25])
