"""What an older version of the app kept is read by this one: files, and both databases filled at
their first revision.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import make_old_case
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from cxcase.case_document import CaseInputs, inputs_of
from cxcase.errors import StoreError
from cxcase.intake import assemble
from cxcase.pipeline import Chain
from cxcase.portable_case import unpacked
from cxcase.settings import Settings
from cxcase.store import CaseDocument, CaseStore, database
from cxcase.store.schema import Base

DAY = dt.datetime(2026, 1, 5, 9, 30)
CASE = "an-id-of-january"


def is_the_old_case(inputs: CaseInputs) -> None:
    settings = inputs.settings
    assert (settings.margin, settings.budget, settings.barred) == (0.35, 9000.0, ("S3",))
    assert settings.owned == {"margin", "budget"}
    assert settings.discount == Settings().discount, "what it did not know yet is at its default"
    assert [file.name for file in inputs.files] == list(make_old_case._ROLES)
    assert (inputs.agreed, inputs.asks) == ((), ())
    assert all(len(t.frame()) == t.source.rows_read for f in inputs.files for t in f.parsed.tables)


def test_the_oldest_case_file_opens_and_comes_to_a_plan(tmp_path: Path) -> None:
    data = make_old_case.case_file(tmp_path / "made")
    inputs = unpacked("january.cxcase", data, tmp_path / "out")
    is_the_old_case(inputs)
    (tmp_path / "case").mkdir()
    case = assemble([f.parsed for f in inputs.files], inputs.settings, tmp_path / "case")
    assert case.base is not None
    assert case.base.customers == 900
    assert Chain(case, inputs.settings).steps is not None


def _alembic(connection: sa.Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(database._MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


@pytest.fixture
def filled(url: str, tmp_path: Path) -> str:
    """A database as it was in January: its first tables, a case with two versions, its tables."""
    digests = {}
    for name, path in make_old_case.write_tables(tmp_path / "made").items():
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        kept = tmp_path / "kept" / "tables" / digest[:2] / digest
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, kept)
        digests[name] = digest
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+pg8000:"))
    first = {**make_old_case.body(), "settings": {"budget": 5000.0}}
    bodies = [first, make_old_case.body()]
    with engine.begin() as connection:
        _alembic(connection, "0001")
        tables = sa.MetaData()
        tables.reflect(connection)
        case = {"id": CASE, "owner": "ann", "name": "Thornbeck", "state": "open", "page": "budget"}
        times = {"head": 2, "created_at": DAY, "changed_at": DAY}
        connection.execute(sa.insert(tables.tables["cases"]), {**case, **times})
        for number, body in enumerate(bodies, 1):
            document = {"format": 1, "body": body, "files": digests}
            version = {
                "case_id": CASE,
                "number": number,
                "parent": number - 1 or None,
                "made_at": DAY,
                "who": "ann",
                "causes": json.dumps([{"kind": "setting", "name": "budget", "from": 1, "to": 2}]),
                "document": json.dumps(document),
                "app": "0.1.0",
                "result_key": "",
                "npv": 1234.5,
            }
            connection.execute(sa.insert(tables.tables["versions"]), version)
        for digest in digests.values():
            held = {"case_id": CASE, "digest": digest, "size": 1}
            connection.execute(sa.insert(tables.tables["case_files"]), held)
    engine.dispose()
    return url


def test_a_filled_database_of_the_first_revision_is_brought_up_to_date(
    filled: str, opened: Callable[[], CaseStore], tmp_path: Path
) -> None:
    store = opened()
    with store._engine.connect() as connection:
        there = set(sa.inspect(connection).get_table_names())
    assert set(Base.metadata.tables) <= there
    saved, body = store.load("ann", CASE, tmp_path / "out")
    is_the_old_case(inputs_of(body, tmp_path / "out", ""))
    assert (saved.page, saved.head, saved.can_undo) == ("budget", 2, True)
    two, one = store.versions("ann", CASE)
    assert (two.npv, two.why, two.app, one.parent) == (1234.5, "", "0.1.0", None)
    assert [case.id for case in store.cases("ann")] == [CASE]


def test_it_is_gone_on_with(filled: str, opened: Callable[[], CaseStore], tmp_path: Path) -> None:
    opened()
    store = opened()  # upgraded once, opened again
    assert store.undo("ann", CASE, 2).head == 1
    made = store.save("ann", CASE, CaseDocument({"settings": {}}), expected=1)
    store.note_why("ann", CASE, made.head, "a new year")
    assert store.versions("ann", CASE)[0].why == "a new year"
    store.delete("ann", CASE)
    assert not list(store.files.all()), "tables of versions of January go with the case"


def test_a_database_of_a_newer_app_is_told_and_left_alone(
    url: str, opened: Callable[[], CaseStore]
) -> None:
    opened().create("ann", "Thornbeck")
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+pg8000:"))
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError) as told:
        opened()
    assert told.value.code == "database_newer"
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM cases")).scalar() == 1
    engine.dispose()


def test_a_version_of_a_newer_app_is_told(store: CaseStore, tmp_path: Path) -> None:
    case = store.create("ann", "Thornbeck")
    store.save("ann", case.id, CaseDocument({}), expected=0)
    with store._engine.begin() as connection:
        newer = json.dumps({"format": 2, "body": {}, "files": {}})
        connection.execute(sa.text("UPDATE versions SET document = :d, app = '9.0'"), {"d": newer})
    with pytest.raises(StoreError) as told:
        store.load("ann", case.id, tmp_path / "out")
    assert (told.value.code, told.value.params["found"]) == ("newer_format", "9.0")
