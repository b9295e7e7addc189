"""A store on each kind of database: SQLite in a folder, and a PostgreSQL of the tests' own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from clocks import Clock
from servers import PostgreSQL

from cxcase.store import CaseStore, open_store

_PLACES = "/usr/lib/postgresql/*/bin"
_NONE = f"No PostgreSQL found (looked in {_PLACES}): the store was not tried on one."


@pytest.fixture
def clock() -> Clock:
    return Clock()


def _programs() -> Path | None:
    found = sorted(Path("/").glob(f"{_PLACES[1:]}/initdb"))
    return found[-1].parent if found else None


@pytest.fixture(scope="session")
def server() -> Iterator[PostgreSQL]:
    """A PostgreSQL of the tests' own; it never runs as root, as it refuses to."""
    programs = _programs()
    if programs is None:
        pytest.fail(_NONE) if os.environ.get("CI") else pytest.skip(_NONE)
    folder = Path("/tmp") / f"cxcase-postgresql-{os.getpid()}"
    folder.mkdir()
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = str(folder / "data")

    def run(*command: str) -> None:
        subprocess.run(command, user=user, cwd=folder, check=True, stdout=subprocess.DEVNULL)

    options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -c fsync=off"
    run(str(programs / "initdb"), "-D", data, "-U", "cxcase", "-A", "trust", "--no-sync")
    control = str(programs / "pg_ctl")

    def start() -> None:
        run(control, "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")

    def stop() -> None:
        run(control, "-D", data, "-m", "immediate", "stop")

    start()
    try:
        yield PostgreSQL(f"postgresql://cxcase@127.0.0.1:{port}/postgres", start, stop)
    finally:
        stop()
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgresql(server: PostgreSQL) -> str:
    """Its URL."""
    return server.url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'cases.db'}"
    address: str = request.getfixturevalue("postgresql")
    engine = sa.create_engine(address.replace("postgresql:", "postgresql+pg8000:"))
    with engine.begin() as connection:
        connection.execute(sa.text("DROP SCHEMA public CASCADE"))
        connection.execute(sa.text("CREATE SCHEMA public"))
    engine.dispose()
    return address


@pytest.fixture
def opened(url: str, tmp_path: Path, clock: Clock) -> Callable[[], CaseStore]:
    """Opens the store anew, as after a restart."""
    return lambda: open_store(clock, tmp_path / "kept", url)


@pytest.fixture
def store(opened: Callable[[], CaseStore]) -> CaseStore:
    return opened()
