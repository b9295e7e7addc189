"""What goes wrong while saving loses nothing that was saved, and is told; on both databases."""

from __future__ import annotations

import errno
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from clocks import Clock
from servers import PostgreSQL
from sqlalchemy.dialects.postgresql.pg8000 import PGDialect_pg8000
from test_case_store import ANN, saved, value_of

from cxcase.errors import StoreError
from cxcase.store import CaseDocument, CaseStore, database, open_store, transaction


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "rows.parquet"
    path.write_bytes(b"the rows of a table")
    return path


def test_a_full_disk_is_told_and_leaves_what_was_saved(
    store: CaseStore, table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = saved(store, [1])
    document = CaseDocument({"value": 2}, {table.name: table})

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", full)
        with pytest.raises(StoreError) as told:
            store.save(ANN, case_id, document, expected=1)
    assert told.value.code == "disk_failed"
    assert not [path for path in store.files.folder.rglob("*") if path.is_file()]
    assert value_of(store, case_id, tmp_path / "before") == 1
    store.save(ANN, case_id, document, expected=1)
    assert value_of(store, case_id, tmp_path / "after") == 2


def test_a_database_that_is_full_is_told_and_takes_the_case_once_there_is_room(
    tmp_path: Path, clock: Clock
) -> None:
    store = open_store(clock, tmp_path, f"sqlite:///{tmp_path / 'cases.db'}")
    case_id = saved(store, [1])
    large = CaseDocument({"value": 2, "text": "x" * 2_000_000})

    def no_room(connection: sqlite3.Connection, entry: object) -> None:
        connection.execute("PRAGMA max_page_count = 60")

    sa.event.listen(store._engine, "connect", no_room)
    store._engine.dispose()
    with pytest.raises(StoreError) as told:
        store.save(ANN, case_id, large, expected=1)
    assert told.value.code == "database_failed"
    assert "full" in str(told.value)
    assert value_of(store, case_id, tmp_path / "out") == 1
    sa.event.remove(store._engine, "connect", no_room)
    store._engine.dispose()
    assert store.save(ANN, case_id, large, expected=1).head == 2


def test_a_database_that_another_program_holds_is_told_and_saved_to_later(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_WAIT", 0.1)
    file = tmp_path / "cases.db"
    store = open_store(clock, tmp_path, f"sqlite:///{file}")
    case_id = saved(store, [1])
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreError) as told:
        store.save(ANN, case_id, CaseDocument({"value": 2}), expected=1)
    assert told.value.code == "database_failed"
    other.execute("ROLLBACK")
    other.close()
    assert value_of(store, case_id, tmp_path / "out") == 1
    assert store.save(ANN, case_id, CaseDocument({"value": 2}), expected=1).head == 2


def test_a_server_that_crashes_and_comes_back_has_all_that_was_saved(
    server: PostgreSQL, opened: Callable[[], CaseStore], url: str, table: Path, tmp_path: Path
) -> None:
    if url.startswith("sqlite"):
        pytest.skip("SQLite has no server")
    store = opened()
    case_id = saved(store, [1, 2], table)
    document = CaseDocument({"value": 3}, {table.name: table})
    server.stop()
    try:
        for _ in range(2):  # also the second try, on a connection of its own
            with pytest.raises(StoreError) as told:
                store.save(ANN, case_id, document, expected=2)
            assert told.value.code == "database_failed"
    finally:
        server.start()
    assert value_of(store, case_id, tmp_path / "before") == 2
    assert store.save(ANN, case_id, document, expected=2).head == 3
    assert value_of(opened(), case_id, tmp_path / "after") == 3


def test_a_connection_that_was_cut_is_made_again(
    opened: Callable[[], CaseStore], url: str, tmp_path: Path
) -> None:
    if url.startswith("sqlite"):
        pytest.skip("SQLite has no connection to cut")
    store = opened()
    case_id = saved(store, [1])
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+pg8000:"))
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    with engine.connect() as connection:
        connection.execute(sa.text(f"{others} AND datname = current_database()"))
    engine.dispose()
    store.save(ANN, case_id, CaseDocument({"value": 2}), expected=1)
    assert value_of(store, case_id, tmp_path) == 2


def test_an_error_of_the_network_is_none_of_the_disks_and_the_connection_is_made_again(
    opened: Callable[[], CaseStore], url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if url.startswith("sqlite"):
        pytest.skip("SQLite has no network")
    ping = PGDialect_pg8000.do_ping
    failures = [ConnectionResetError(104, "Connection reset by peer")]

    def cut(self: PGDialect_pg8000, connection: object) -> bool:
        if failures:
            raise failures.pop()
        return ping(self, connection)

    monkeypatch.setattr(PGDialect_pg8000, "do_ping", cut)
    store = opened()
    failures.append(ConnectionResetError(104, "Connection reset by peer"))
    case_id = saved(store, [1, 2])
    assert value_of(store, case_id, tmp_path) == 2
    with pytest.raises(StoreError) as told, transaction.told():
        raise ConnectionResetError(104, "Connection reset by peer")
    assert told.value.code == "database_failed"


def test_a_database_that_does_not_answer_is_told(tmp_path: Path, clock: Clock) -> None:
    with pytest.raises(StoreError) as told:
        open_store(clock, tmp_path, "postgresql://nobody@127.0.0.1:1/none")
    assert told.value.code == "database_failed"


_SAVES = """
import datetime as dt, sys
from pathlib import Path
from cxcase.store import CaseDocument, open_store
folder, url, case_id = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
store = open_store(lambda: dt.datetime(2026, 11, 30), folder, url)
head = store.find("ann", case_id).head
for value in range(2, 10_000):
    path = folder / f"rows-{value}"
    path.write_bytes(b"x" * 50_000 + str(value).encode())
    document = CaseDocument({"value": value}, {"rows": path})
    head = store.save("ann", case_id, document, expected=head).head
    print(value, flush=True)
"""


def test_killed_while_saving_nothing_that_was_saved_is_lost(
    opened: Callable[[], CaseStore], url: str, tmp_path: Path
) -> None:
    case_id = saved(opened(), [1])
    folder = tmp_path / "kept"
    folder.mkdir(exist_ok=True)
    command = [sys.executable, "-c", _SAVES, str(folder), url, case_id]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    for _ in range(7):
        told = int(process.stdout.readline())
    process.send_signal(signal.SIGKILL)
    rest = process.stdout.read().split()
    last = int(rest[-1]) if rest else told
    process.wait()
    again = opened()
    assert value_of(again, case_id, tmp_path / "out") in (last, last + 1)
    assert (tmp_path / "out" / "rows").stat().st_size > 50_000
    head = again.find(ANN, case_id).head
    assert again.save(ANN, case_id, CaseDocument({"value": 0}), expected=head).head == head + 1


def test_the_database_is_what_the_environment_names_else_secrets_else_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv(database.URL_VARIABLE, raising=False)
    assert database.database_url(tmp_path) == f"sqlite:///{tmp_path / 'cxcase.db'}"
    secrets = tmp_path / ".streamlit" / "secrets.toml"
    secrets.parent.mkdir()
    secrets.write_text(f'{database.URL_VARIABLE} = "postgresql://team"\n[auth]\nx = 1\n')
    assert database.database_url(tmp_path) == "postgresql://team"
    monkeypatch.setenv(database.URL_VARIABLE, "postgresql://other")
    assert database.database_url(tmp_path) == "postgresql://other"
    monkeypatch.delenv(database.URL_VARIABLE)
    secrets.write_text("not toml")
    with pytest.raises(StoreError) as told:
        database.database_url(tmp_path)
    assert told.value.code == "secrets_unreadable"
