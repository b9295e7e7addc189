"""Nothing saved is lost, nothing is overwritten, nobody reads another's case; on both databases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from clocks import Clock

from cxcase.errors import StoreError
from cxcase.store import CaseDocument, CaseStore, ConflictError
from cxcase.store.schema import Base

ANN = "ann"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "rows.parquet"
    path.write_bytes(b"the rows of a table")
    return path


def saved(store: CaseStore, values: list[int], table: Path | None = None) -> str:
    """The id of a case with a version a value."""
    case = store.create(ANN, "Thornbeck")
    files = {table.name: table} if table else {}
    for value in values:
        document = CaseDocument({"value": value}, files)
        case = store.save(ANN, case.id, document, expected=case.head)
    return case.id


def value_of(store: CaseStore, case_id: str, folder: Path, number: int | None = None) -> int:
    return store.load(ANN, case_id, folder, number)[1]["value"]


def test_a_saved_case_is_there_after_a_restart(
    opened: Callable[[], CaseStore], table: Path, tmp_path: Path
) -> None:
    case_id = saved(opened(), [1, 2], table)
    again = opened()
    assert value_of(again, case_id, tmp_path / "out") == 2
    assert (tmp_path / "out" / table.name).read_bytes() == table.read_bytes()
    assert [c.id for c in again.cases(ANN)] == [case_id]


def test_undo_redo_and_a_new_line_keep_every_version(store: CaseStore, tmp_path: Path) -> None:
    case_id = saved(store, [1, 2, 3])
    head = store.undo(ANN, case_id, 3).head
    head = store.undo(ANN, case_id, head).head
    assert value_of(store, case_id, tmp_path) == 1
    with pytest.raises(StoreError) as nothing:
        store.undo(ANN, case_id, head)
    assert nothing.value.code == "nothing_to_undo"
    case = store.save(ANN, case_id, CaseDocument({"value": 9}), expected=head)
    assert (case.can_undo, case.can_redo) == (True, False)
    assert [v.number for v in store.versions(ANN, case_id)] == [4, 3, 2, 1]
    assert [value_of(store, case_id, tmp_path, n) for n in (1, 2, 3, 4)] == [1, 2, 3, 9]
    head = store.undo(ANN, case_id, 4).head
    assert store.redo(ANN, case_id, head).head == 4


def test_two_who_change_one_version_overwrite_nothing(store: CaseStore, tmp_path: Path) -> None:
    case_id = saved(store, [1])
    store.save(ANN, case_id, CaseDocument({"value": 2}), expected=1)
    with pytest.raises(ConflictError) as conflict:
        store.save(ANN, case_id, CaseDocument({"value": 3}), expected=1)
    assert conflict.value.theirs.number == 2
    assert value_of(store, case_id, tmp_path) == 2
    with pytest.raises(ConflictError):
        store.undo(ANN, case_id, 1)


def test_nobody_reads_or_changes_anothers_case(store: CaseStore, tmp_path: Path) -> None:
    case_id = saved(store, [1])
    document = CaseDocument({"value": 2})
    moves: list[Callable[[], object]] = [
        lambda: store.find("bob", case_id),
        lambda: store.load("bob", case_id, tmp_path),
        lambda: store.save("bob", case_id, document, expected=1),
        lambda: store.versions("bob", case_id),
        lambda: store.rename("bob", case_id, "mine"),
        lambda: store.duplicate("bob", case_id, "mine"),
        lambda: store.delete("bob", case_id),
        lambda: store.note_page("bob", case_id, "data"),
        lambda: store.set_state("bob", case_id, "binned"),
    ]
    for move in moves:
        with pytest.raises(StoreError) as refused:
            move()
        assert refused.value.code == "case_unknown"
    assert not store.cases("bob")
    assert value_of(store, case_id, tmp_path) == 1


def test_deleting_takes_the_data_that_no_other_case_needs(
    store: CaseStore, table: Path, tmp_path: Path
) -> None:
    case_id = saved(store, [1], table)
    copy = store.duplicate(ANN, case_id, "Copy")
    store.delete(ANN, case_id)
    assert len(list(store.files.all())) == 1
    assert value_of(store, copy.id, tmp_path / "copy") == 1
    store.delete(ANN, copy.id)
    assert not list(store.files.all())
    assert not store.cases(ANN)


def test_the_bin_is_emptied_after_thirty_days(store: CaseStore, clock: Clock) -> None:
    case_id = saved(store, [1])
    store.set_state(ANN, case_id, "binned")
    clock.now += dt.timedelta(days=30)
    assert store.empty_bin() == 0
    clock.now += dt.timedelta(seconds=1)
    assert store.empty_bin() == 1
    assert not store.cases(ANN, "binned")


def test_what_is_taken_back_from_the_bin_stays(store: CaseStore, clock: Clock) -> None:
    case_id = saved(store, [1])
    store.set_state(ANN, case_id, "binned")
    store.set_state(ANN, case_id, "open")
    clock.now += dt.timedelta(days=99)
    assert store.empty_bin() == 0
    assert [c.id for c in store.cases(ANN)] == [case_id]


def test_a_table_that_goes_with_another_case_meanwhile_is_put_again(
    store: CaseStore, table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = saved(store, [1])
    hold = CaseStore._hold

    def deleted_meanwhile(self: CaseStore, *args: object) -> None:
        hold(self, *args)
        for digest in list(self.files.all()):
            self.files.remove(digest)

    monkeypatch.setattr(CaseStore, "_hold", deleted_meanwhile)
    store.save(ANN, case_id, CaseDocument({"value": 2}, {table.name: table}), expected=1)
    assert value_of(store, case_id, tmp_path / "out") == 2


def test_a_damaged_table_is_told(store: CaseStore, table: Path, tmp_path: Path) -> None:
    case_id = saved(store, [1], table)
    (digest,) = store.files.all()
    store.files.path(digest).write_bytes(b"other rows")
    with pytest.raises(StoreError) as told:
        store.load(ANN, case_id, tmp_path / "out")
    assert told.value.code == "table_damaged"


def test_migrations_make_the_tables_of_the_schema(store: CaseStore) -> None:
    with store._engine.connect() as connection:
        assert not compare_metadata(MigrationContext.configure(connection), Base.metadata)
